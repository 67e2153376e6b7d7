//! The strict reader of `multipart/form-data`, written a second time.

/// One file with the texts beside it.
pub(super) struct Form {
    /// The texts, by name.
    pub(super) texts: Vec<(String, String)>,
    /// The file's field.
    pub(super) field: String,
    /// `filelength`, where it is told.
    pub(super) length: Option<usize>,
    /// What is in it.
    pub(super) bytes: Vec<u8>,
}

/// Reads a form of exactly one file.
pub(super) fn read(body: &[u8]) -> Result<Form, String> {
    let end = find(body, b"\r\n").ok_or("no first line")?;
    let boundary = body[..end].strip_prefix(b"--").ok_or("no boundary")?;
    let delimiter = [b"\r\n--", boundary].concat();
    let mut rest = &body[end..];
    let mut texts = Vec::new();
    let mut file = None;
    loop {
        if rest == b"--\r\n" {
            break;
        }
        let part = rest.strip_prefix(b"\r\n").ok_or("no line end behind a boundary")?;
        let until = find(part, &delimiter).ok_or("a part without an end")?;
        rest = &part[until + delimiter.len()..];
        let part = &part[..until];
        let blank = find(part, b"\r\n\r\n").ok_or("a part without a blank line")?;
        let head = std::str::from_utf8(&part[..blank]).map_err(|_| "a head that is no text")?;
        let content = &part[blank + 4..];
        let disposition = head
            .lines()
            .find_map(|line| line.strip_prefix("Content-Disposition: form-data; "))
            .ok_or("no disposition")?;
        let value = |name: &str| {
            let field = disposition.split("; ").find_map(|field| field.strip_prefix(name)?.strip_prefix('='));
            field.map(|value| value.trim_matches('"').to_owned())
        };
        let field = value("name").ok_or("a part without a name")?;
        match value("filename") {
            Some(name) => {
                if name.is_empty() || !head.contains("Content-Type: ") {
                    return Err(format!("a file without a name or a type: {head}"));
                }
                let length = value("filelength").map(|length| length.parse().map_err(|_| "filelength"));
                let length = length.transpose()?;
                let bytes = content.to_vec();
                if file.replace((field, length, bytes)).is_some() {
                    return Err("two files".to_owned());
                }
            }
            None => texts.push((field, String::from_utf8_lossy(content).into_owned())),
        }
    }
    let (field, length, bytes) = file.ok_or("no file")?;
    Ok(Form { texts, field, length, bytes })
}

fn find(all: &[u8], part: &[u8]) -> Option<usize> {
    all.windows(part.len()).position(|window| window == part)
}
