//! Uploads over HTTP and pictures in a message (developer.work.weixin.qq.com path 91770, 96484): ids that end after three days and
//! are worth something only to the one who uploaded.

use super::super::multipart;
use super::codec::seal_file;
use super::{Outcome, State};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

const LASTS_MS: i64 = 3 * 24 * 60 * 60 * 1_000;
const INLINE_LIMIT: usize = 2 << 20;
const IMAGE_LIMIT: usize = 10 << 20;
const FILE_LIMIT: usize = 20 << 20;

#[derive(Default)]
pub(super) struct Media {
    uploads: HashMap<String, Upload>,
    count: usize,
    /// What people sent: name and ciphertext.
    pub(super) sent: Vec<(String, Vec<u8>)>,
}

struct Upload {
    whose: String,
    kind: String,
    bytes: Arc<[u8]>,
    until: i64,
}

impl Media {
    /// Takes an upload; answers its id, or the code of a refusal.
    pub(super) fn keep(&mut self, whose: &str, kind: &str, bytes: Vec<u8>, now: i64) -> Result<String, i64> {
        let limit = if kind == "image" { IMAGE_LIMIT } else { FILE_LIMIT };
        if bytes.len() < 5 || bytes.len() > limit {
            return Err(40006);
        }
        if kind == "image" && !bytes.starts_with(b"\x89PNG") && !bytes.starts_with(b"\xff\xd8") {
            return Err(40009);
        }
        self.count += 1;
        let id = format!("3media-{:04}", self.count);
        let upload = Upload {
            whose: whose.to_owned(),
            kind: kind.to_owned(),
            bytes: bytes.into(),
            until: now + LASTS_MS,
        };
        self.uploads.insert(id.clone(), upload);
        Ok(id)
    }

    /// What an id stands for.
    pub(super) fn find(&self, whose: &str, kind: &str, id: &str, now: i64) -> Option<Arc<[u8]>> {
        let upload = self.uploads.get(id)?;
        (upload.whose == whose && upload.kind == kind && now < upload.until)
            .then(|| Arc::clone(&upload.bytes))
    }

    /// All ids are worth nothing any more.
    pub(super) fn forget(&mut self) {
        self.uploads.clear();
    }

    /// How many uploads were taken.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// The id of `{"media_id": …}`.
pub(super) fn id(part: &Value) -> Result<String, String> {
    match (part.as_object().map(serde_json::Map::len), part["media_id"].as_str()) {
        (Some(1), Some(id)) => Ok(id.to_owned()),
        _ => Err(format!("a media_id and nothing else: {part}")),
    }
}

/// The bytes of a webhook's picture.
pub(super) fn inline(part: &Value) -> Result<Arc<[u8]>, String> {
    if part.as_object().is_none_or(|part| part.len() != 2) {
        return Err("base64 and md5 and nothing else".to_owned());
    }
    let bytes = STANDARD.decode(part["base64"].as_str().ok_or("base64")?).map_err(|_| "no base64")?;
    let sum = hex::encode(Md5::digest(&bytes));
    if part["md5"] != sum.as_str() || bytes.len() > INLINE_LIMIT {
        return Err(format!("{} bytes whose md5 is {sum}, not {}", bytes.len(), part["md5"]));
    }
    Ok(bytes.into())
}

impl State {
    pub(super) fn webhook_upload(&mut self, query: &str, body: &[u8]) -> Outcome {
        let parameter =
            |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let (key, kind) = (parameter("key").unwrap_or_default(), parameter("type").unwrap_or_default());
        if !self.webhooks.contains_key(key) {
            return Outcome::Errcode(93000);
        }
        if kind != "file" {
            self.mistakes.push(format!("a webhook takes no upload of type {kind}"));
        }
        self.upload(&format!("webhook {key}"), kind, body)
    }

    /// One upload over HTTP.
    pub(super) fn upload(&mut self, whose: &str, kind: &str, body: &[u8]) -> Outcome {
        let form = match multipart::read(body) {
            Ok(form) if form.field == "media" && form.length == Some(form.bytes.len()) => form,
            Ok(form) => {
                self.mistakes.push(format!("field {}, filelength {:?}", form.field, form.length));
                return Outcome::Errcode(40058);
            }
            Err(mistake) => {
                self.mistakes.push(mistake);
                return Outcome::Errcode(40058);
            }
        };
        match self.media.keep(whose, kind, form.bytes, self.now) {
            Ok(id) => Outcome::Json(
                json!({ "errcode": 0, "errmsg": "ok", "type": kind, "media_id": id, "created_at": "1380000000" }),
            ),
            Err(code) => Outcome::Errcode(code),
        }
    }
}

impl super::FakeWecom {
    /// A file that somebody sends: where it lies, encrypted, and the key.
    pub fn sent_file(&self, name: &str, bytes: &[u8]) -> (String, String) {
        let key: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 7).expect("below 256"));
        (self.lies(name, seal_file(&key, bytes)), STANDARD.encode(key))
    }

    /// Where a file that somebody sends lies; `sealed` is what is read there.
    pub fn lies(&self, name: &str, sealed: Vec<u8>) -> String {
        let mut state = self.lock();
        state.media.sent.push((name.to_owned(), sealed));
        format!("{}/sent/{}", self.api_base(), state.media.sent.len() - 1)
    }

    /// How many uploads over HTTP were taken.
    pub fn uploads(&self) -> usize {
        self.lock().media.count()
    }

    /// All uploads are worth nothing any more.
    pub fn forget_uploads(&self) {
        self.lock().media.forget();
    }
}
