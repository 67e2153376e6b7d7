//! Files that people sent, from where their platform gives them: bounded in size, and only over TLS or from this very machine.

use bot::outside::MOST_FETCHED;
use percent_encoding::percent_decode_str;
use reqwest::Client;
use std::time::Duration;

/// WeCom waits five seconds for the answer to the whole message.
const PATIENCE: Duration = Duration::from_secs(4);

const NOT_HERE: &str = "文件没有取到，请再发一次。";

/// The file at an address, and its name where the answer tells it.
///
/// # Errors
/// Why not, in words for whoever sent it.
pub(crate) async fn get(client: &Client, url: &str) -> Result<(Option<String>, Vec<u8>), String> {
    let here = ["http://127.0.0.1:", "http://[::1]:"].iter().any(|local| url.starts_with(local));
    if !url.starts_with("https://") && !here {
        return Err(NOT_HERE.to_owned());
    }
    // Errors name the address, which is a secret, so nothing of them is passed on.
    let response = client.get(url).timeout(PATIENCE).send().await;
    let mut response = response.ok().filter(|response| response.status().is_success()).ok_or(NOT_HERE)?;
    let name = response.headers().get("content-disposition").and_then(|value| value.to_str().ok());
    let name = name.and_then(file_name);
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| NOT_HERE)? {
        if bytes.len() + chunk.len() > MOST_FETCHED {
            return Err("文件超过 10 MB，请只留要导入的内容。".to_owned());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((name, bytes))
}

/// The name in a `Content-Disposition`: `filename*` before `filename` (RFC 6266).
fn file_name(header: &str) -> Option<String> {
    let value = |name: &str| {
        let part = header.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))?;
        let part = part.trim().trim_matches('"');
        let part = part.strip_prefix("UTF-8''").or(part.strip_prefix("utf-8''")).unwrap_or(part);
        let name = percent_decode_str(part).decode_utf8_lossy().into_owned();
        (!name.is_empty()).then_some(name)
    };
    value("filename*").or_else(|| value("filename"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_servers_write_them() {
        for (header, name) in [
            ("attachment; filename=\"list.xlsx\"", Some("list.xlsx")),
            ("attachment; filename=\"x\"; filename*=UTF-8''%E5%90%8D%E5%8D%95.xlsx", Some("名单.xlsx")),
            ("attachment; filename=%E5%90%8D%E5%8D%95.csv", Some("名单.csv")),
            ("attachment", None),
            ("attachment; filename=\"\"", None),
        ] {
            assert_eq!(file_name(header).as_deref(), name, "{header}");
        }
    }

    #[tokio::test]
    async fn only_over_tls_or_from_this_machine() {
        let client = crate::http_client::client(Duration::from_secs(1), true).expect("a client");
        for url in ["http://example.com/x", "file:///etc/passwd", "ftp://127.0.0.1/x", ""] {
            assert_eq!(get(&client, url).await.err().as_deref(), Some(NOT_HERE), "{url}");
        }
    }
}
