//! One file as `multipart/form-data`. WeCom wants a `filelength` beside the file's name and names as they are written, in
//! UTF-8; a general builder of forms offers neither.

/// A form's content type and body: the texts first, then the file.
pub(crate) fn form(
    texts: &[(&str, &str)],
    field: &str,
    file_name: &str,
    content_type: &str,
    bytes: &[u8],
) -> (String, Vec<u8>) {
    let boundary = format!("deskmate-{:032x}", rand::random::<u128>());
    // What would end the name or its line.
    let file_name = file_name.replace(|c: char| c == '"' || c == '\\' || c.is_control(), "_");
    let mut body = Vec::with_capacity(bytes.len() + 1_024);
    for (name, text) in texts {
        let part =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"; filelength={}\r\n\
         Content-Type: {content_type}\r\n\r\n",
        bytes.len()
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_between_its_boundaries_as_it_is() {
        let bytes = b"PK\x03\x04\r\n--x\r\n";
        let (kind, body) = form(&[("type", "file")], "media", "排\"班\r\n.xlsx", "application/zip", bytes);
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").expect("a boundary");
        let expected = [
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nfile\r\n--{boundary}\r\n").as_bytes(),
            "Content-Disposition: form-data; name=\"media\"; filename=\"排_班__.xlsx\"; filelength=11\r\n".as_bytes(),
            b"Content-Type: application/zip\r\n\r\n",
            bytes,
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        assert_eq!(String::from_utf8_lossy(&body), String::from_utf8_lossy(&expected));
    }
}
