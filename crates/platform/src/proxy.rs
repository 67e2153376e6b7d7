//! The way through an HTTP proxy for a WebSocket (RFC 9110, CONNECT). It is the one that the HTTP client takes by itself: what
//! `HTTPS_PROXY` (or `ALL_PROXY`) names, except for the hosts of `NO_PROXY`.

use crate::socket::ConnectError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest head of a proxy's answer, bytes.
const MOST: usize = 8 * 1024;

/// An HTTP proxy.
#[derive(Debug)]
pub(crate) struct Proxy {
    host: String,
    port: u16,
    authorization: Option<SecretString>,
}

impl Proxy {
    /// The proxy of the environment for a host; `None` where it is reached directly.
    ///
    /// # Errors
    /// When what is named there is no address of an HTTP proxy.
    pub(crate) fn of_environment(host: &str) -> Result<Option<Self>, ConnectError> {
        let value = |names: &[&str]| {
            names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        };
        let named = value(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]);
        let Some(named) = named else { return Ok(None) };
        if is_excepted(host, &value(&["NO_PROXY", "no_proxy"]).unwrap_or_default()) {
            return Ok(None);
        }
        Self::parse(&named).map(Some).ok_or(ConnectError::ProxyAddress)
    }

    /// `http://user:password@host:port`; without a scheme, too.
    fn parse(address: &str) -> Option<Self> {
        let whole = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let url = Url::parse(&whole).ok().filter(|url| url.scheme() == "http")?;
        let text = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let authorization = (!url.username().is_empty()).then(|| {
            let pair = format!("{}:{}", text(url.username()), text(url.password().unwrap_or_default()));
            SecretString::from(format!("Basic {}", STANDARD.encode(pair)))
        });
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some(Self { host, port: url.port().unwrap_or(80), authorization })
    }

    /// A connection through the proxy to `host`, an IPv6 address in brackets.
    pub(crate) async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, ConnectError> {
        let unreachable = |error: std::io::Error| ConnectError::Proxy(error.kind());
        let mut tcp = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(unreachable)?;
        let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
        if let Some(authorization) = &self.authorization {
            head.push_str(&format!("Proxy-Authorization: {}\r\n", authorization.expose_secret()));
        }
        head.push_str("\r\n");
        tcp.write_all(head.as_bytes()).await.map_err(unreachable)?;
        // Byte by byte: what follows the head belongs to whoever is behind the proxy.
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            if answer.len() >= MOST {
                return Err(ConnectError::Broken);
            }
            answer.push(tcp.read_u8().await.map_err(unreachable)?);
        }
        let status = std::str::from_utf8(&answer).ok().and_then(|head| {
            let status = head.strip_prefix("HTTP/1.")?.split(' ').nth(1)?;
            status.trim_end().get(..3)?.parse().ok()
        });
        match status {
            Some(200..=299) => Ok(tcp),
            Some(status) => Err(ConnectError::ProxyRefused(status)),
            None => Err(ConnectError::Broken),
        }
    }
}

/// Whether a host is among the names and endings of `NO_PROXY`.
fn is_excepted(host: &str, list: &str) -> bool {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).any(|entry| {
        let name = entry.trim_start_matches("*.").trim_start_matches('.');
        entry == "*"
            || (!name.is_empty()
                && (host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[test]
    fn addresses_and_exceptions() {
        let proxy = Proxy::parse("http://us%40er:p%3Aw@proxy.example:3128/").expect("a proxy");
        assert_eq!((proxy.host.as_str(), proxy.port), ("proxy.example", 3128));
        let sent = proxy.authorization.as_ref().map(|secret| secret.expose_secret().to_owned());
        assert_eq!(sent, Some(format!("Basic {}", STANDARD.encode("us@er:p:w"))));
        assert!(!format!("{proxy:?}").contains("p:w"));
        assert_eq!(Proxy::parse("10.0.0.1:8080").map(|proxy| proxy.port), Some(8080));
        for bad in ["https://proxy.example", "socks5://proxy.example", "http://", "::"] {
            assert!(Proxy::parse(bad).is_none(), "{bad}");
        }
        for (host, list, excepted) in [
            ("api.dingtalk.com", "", false),
            ("api.dingtalk.com", "dingtalk.com", true),
            ("api.dingtalk.com", ".dingtalk.com, other", true),
            ("api.dingtalk.com", "*.dingtalk.com", true),
            ("api.dingtalk.com", "talk.com", false),
            ("api.dingtalk.com", "*", true),
            ("[::1]", "::1", true),
        ] {
            assert_eq!(is_excepted(host, list), excepted, "{host} {list}");
        }
    }

    /// A proxy that answers so; what was asked of it.
    async fn proxy(answer: &'static str) -> (Proxy, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let asked = tokio::spawn(async move {
            let (mut tcp, _) = listener.accept().await.expect("somebody");
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                asked.push(tcp.read_u8().await.expect("a byte"));
            }
            tcp.write_all(answer.as_bytes()).await.expect("written");
            String::from_utf8(asked).expect("text")
        });
        (Proxy::parse(&format!("http://u:p@127.0.0.1:{port}")).expect("a proxy"), asked)
    }

    #[tokio::test]
    async fn a_tunnel_begins_where_the_proxys_answer_ends() {
        let (through, asked) = proxy("HTTP/1.1 200 Connection established\r\nX: y\r\n\r\nfrom behind").await;
        let mut tcp = through.connect("wss.example", 443).await.expect("a tunnel");
        let mut behind = String::new();
        tcp.read_to_string(&mut behind).await.expect("read");
        assert_eq!(behind, "from behind");
        let asked = asked.await.expect("asked");
        assert!(
            asked.starts_with("CONNECT wss.example:443 HTTP/1.1\r\nHost: wss.example:443\r\n"),
            "{asked}"
        );
        assert!(asked.contains("Proxy-Authorization: Basic dTpw\r\n"));

        let (through, _asked) = proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await;
        let refused = through.connect("wss.example", 443).await.err();
        assert!(matches!(refused, Some(ConnectError::ProxyRefused(407))), "{refused:?}");
        let (through, _asked) = proxy("SSH-2.0-x\r\n\r\n").await;
        assert!(matches!(through.connect("wss.example", 443).await, Err(ConnectError::Broken)));
        let nowhere = Proxy::parse("http://127.0.0.1:1").expect("a proxy");
        assert!(matches!(nowhere.connect("wss.example", 443).await, Err(ConnectError::Proxy(_))));
    }
}
