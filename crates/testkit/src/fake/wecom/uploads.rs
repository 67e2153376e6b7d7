//! Uploads in chunks over the long connection (developer.work.weixin.qq.com path 101463): begun, chunk by chunk in any order, and
//! finished with the sum of all; at most 100 chunks of 512 KiB, at most thirty uploads a minute.

use super::media::Media;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

const CHUNK: usize = 512 * 1024;
const SESSION_MS: i64 = 30 * 60 * 1_000;
const PER_MINUTE: usize = 30;

#[derive(Default)]
pub(super) struct Uploads {
    sessions: HashMap<String, Session>,
    begun: VecDeque<i64>,
    count: usize,
    /// The number of the first chunk.
    pub(super) first: usize,
    pub(super) media: Media,
}

struct Session {
    kind: String,
    size: usize,
    chunks: usize,
    md5: String,
    got: BTreeMap<usize, Vec<u8>>,
    until: i64,
}

impl Uploads {
    /// One request; answers the acknowledgement's body, or its code. 40058 stands for what the real one says of bad
    /// parameters.
    pub(super) fn take(&mut self, asked: &str, body: &Value, now: i64) -> Result<Value, i64> {
        match asked {
            "init" => self.begin(body, now),
            "chunk" => self.chunk(body, now),
            "finish" => self.finish(body, now),
            _ => Err(40058),
        }
    }

    fn begin(&mut self, body: &Value, now: i64) -> Result<Value, i64> {
        let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
        let (size, chunks) = (number("total_size").ok_or(40058)?, number("total_chunks").ok_or(40058)?);
        let kind = body["type"].as_str().filter(|kind| ["file", "image", "voice", "video"].contains(kind));
        let named = body["filename"].as_str().is_some_and(|name| !name.is_empty());
        if !named || !(1..=100).contains(&chunks) || size == 0 || size.div_ceil(CHUNK) > chunks {
            return Err(40058);
        }
        self.begun.retain(|at| now - at < 60_000);
        if self.begun.len() >= PER_MINUTE {
            return Err(45009);
        }
        self.begun.push_back(now);
        self.count += 1;
        let id = format!("upload-{}", self.count);
        let session = Session {
            kind: kind.ok_or(40058)?.to_owned(),
            size,
            chunks,
            md5: body["md5"].as_str().unwrap_or_default().to_owned(),
            got: BTreeMap::new(),
            until: now + SESSION_MS,
        };
        self.sessions.insert(id.clone(), session);
        Ok(json!({ "upload_id": id }))
    }

    fn session(&mut self, body: &Value, now: i64) -> Result<&mut Session, i64> {
        let id = body["upload_id"].as_str().unwrap_or_default();
        self.sessions.get_mut(id).filter(|session| now < session.until).ok_or(40058)
    }

    fn chunk(&mut self, body: &Value, now: i64) -> Result<Value, i64> {
        let first = self.first;
        let session = self.session(body, now)?;
        let index =
            body["chunk_index"].as_u64().and_then(|index| usize::try_from(index).ok()).ok_or(40058)?;
        let bytes = body["base64_data"].as_str().and_then(|data| STANDARD.decode(data).ok()).ok_or(40058)?;
        if bytes.len() > CHUNK || index < first || index - first >= session.chunks {
            return Err(40058);
        }
        // A repeated chunk is ignored.
        session.got.entry(index).or_insert(bytes);
        Ok(Value::Null)
    }

    fn finish(&mut self, body: &Value, now: i64) -> Result<Value, i64> {
        let session = self.session(body, now)?;
        let bytes: Vec<u8> = session.got.values().flatten().copied().collect();
        let sum = hex::encode(Md5::digest(&bytes));
        let whole = session.got.len() == session.chunks && bytes.len() == session.size;
        if !whole || (!session.md5.is_empty() && session.md5 != sum) {
            return Err(40058);
        }
        let kind = session.kind.clone();
        let id = self.media.keep("bot", &kind, bytes, now)?;
        self.sessions.remove(body["upload_id"].as_str().unwrap_or_default());
        Ok(json!({ "type": kind, "media_id": id, "created_at": now / 1_000 }))
    }

    /// What an id stands for.
    pub(super) fn find(&self, kind: &str, id: &str, now: i64) -> Option<Arc<[u8]>> {
        self.media.find("bot", kind, id, now)
    }
}
