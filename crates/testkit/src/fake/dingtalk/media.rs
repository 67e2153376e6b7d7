//! Uploads, and the messages that show them. DingTalk docs: upload media files; message types of the enterprise robot.

use super::super::multipart;
use super::{Door, FakeDingtalk, Place, Shared, World, api, lock};
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

const LIMIT: usize = 20 << 20;
const TYPES: [&str; 6] = ["xlsx", "pdf", "zip", "rar", "doc", "docx"];

#[derive(Default)]
pub(super) struct Media {
    /// By id: its type, and what is in it.
    uploads: HashMap<String, (String, Arc<[u8]>)>,
    count: usize,
    refusal: Option<i64>,
    /// What people sent, by the code that came with it.
    files: HashMap<String, Vec<u8>>,
}

type Refusal = (u16, &'static str);

impl Media {
    /// What a message shows; `None` when it is none that shows an upload.
    pub(super) fn shown(&self, key: &str, param: &Map<String, Value>) -> Result<Option<Arc<[u8]>>, Refusal> {
        let text = |name: &str| param.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, kind, known) = match key {
            "sampleImageMsg" => (text("photoURL"), "image", 1),
            "sampleFile" if TYPES.contains(&text("fileType")) && !text("fileName").is_empty() => {
                (text("mediaId"), "file", 3)
            }
            "sampleFile" => return Err((400, "invalidParameter.msgParam")),
            _ => return Ok(None),
        };
        match self.uploads.get(id) {
            Some((uploaded, bytes)) if uploaded == kind && param.len() == known => {
                Ok(Some(Arc::clone(bytes)))
            }
            _ => Err((400, "invalidParameter.msgParam")),
        }
    }
}

impl World {
    pub(super) fn show_media(&mut self, place: Place, media: Arc<[u8]>) {
        self.show(place.clone(), String::new(), Vec::new(), Vec::new(), Door::Api);
        let shown = [
            self.all.last_mut().map(|(_, heard)| heard),
            self.heard.get_mut(&place).and_then(|all| all.last_mut()),
        ];
        for heard in shown.into_iter().flatten() {
            heard.media = Some(Arc::clone(&media));
        }
    }

    /// The address of a file that somebody sent.
    pub(super) fn find_file(&mut self, asked: &Value) -> Result<Value, Refusal> {
        self.only(
            asked.as_object().into_iter().flat_map(Map::keys),
            &["downloadCode", "robotCode"],
            "messageFiles/download.",
        );
        self.robot(asked)?;
        let code = asked["downloadCode"].as_str().unwrap_or_default();
        if !self.api.media.files.contains_key(code) {
            return Err((400, "invalidParameter.downloadCode"));
        }
        Ok(json!({ "downloadUrl": format!("{}/files/{code}", self.base) }))
    }

    fn upload(&mut self, query: &HashMap<String, String>, body: &[u8]) -> Value {
        let refused = |code: i64, text: &str| json!({ "errcode": code, "errmsg": text });
        self.only(query.keys(), &["access_token", "type"], "/media/upload?");
        if !self.knows_token(query.get("access_token").map_or("", String::as_str)) {
            return refused(40014, "不合法的access_token");
        }
        if let Some(code) = self.api.media.refusal.take() {
            return refused(code, "refused");
        }
        let form = match multipart::read(body) {
            Ok(form) => form,
            Err(mistake) => {
                self.mistakes.push(format!("/media/upload: {mistake}"));
                return refused(43008, "参数需要multipart类型");
            }
        };
        let kind = form.texts.iter().find(|(name, _)| name == "type").map(|(_, kind)| kind.clone());
        let kind = kind.or_else(|| query.get("type").cloned()).unwrap_or_default();
        if form.field != "media" || !["image", "file"].contains(&kind.as_str()) {
            return refused(40004, "不合法的媒体文件类型");
        }
        if form.bytes.is_empty() || form.bytes.len() > LIMIT {
            return refused(40009, "不合法的媒体文件大小");
        }
        let media = &mut self.api.media;
        media.count += 1;
        let id = format!("@lAD{:08}", media.count);
        media.uploads.insert(id.clone(), (kind.clone(), form.bytes.into()));
        json!({ "errcode": 0, "errmsg": "ok", "type": kind, "media_id": id, "created_at": self.now() })
    }
}

pub(super) async fn upload(
    State(world): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Response {
    let mut world = lock(&world);
    world.requests += 1;
    let answer = world.upload(&query, &body);
    api::fine(&answer)
}

/// What lies behind a code's address; the real one needs nothing more either.
pub(super) async fn download(State(world): State<Shared>, Path(code): Path<String>) -> Response {
    match lock(&world).api.media.files.get(&code) {
        // The real one calls every file so.
        Some(bytes) => {
            let head = [("content-disposition", "attachment; filename=\"x.file\""), ("connection", "close")];
            (head, bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl FakeDingtalk {
    /// A file that somebody sends, for [`super::Caller::message`]: its content.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Value {
        let files = &mut lock(&self.world).api.media.files;
        let code = format!("download{}", files.len() + 1);
        files.insert(code.clone(), bytes.to_vec());
        json!({ "downloadCode": code, "fileName": name, "spaceId": "1", "fileId": "2" })
    }

    /// The next upload is refused with this code, inside of a 200.
    pub fn refuse_upload(&self, code: i64) {
        lock(&self.world).api.media.refusal = Some(code);
    }

    /// How many uploads were taken.
    pub fn uploads(&self) -> usize {
        lock(&self.world).api.media.count
    }

    /// All uploads are worth nothing any more.
    pub fn forget_uploads(&self) {
        lock(&self.world).api.media.uploads.clear();
    }
}
