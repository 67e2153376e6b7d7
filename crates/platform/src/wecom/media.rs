//! Pictures and files out: uploaded first, then shown by the id that the upload got (developer.work.weixin.qq.com path 101463 over
//! the long connection, 91770 for a group's webhook, 96484 for a self-built app). An upload shows nothing, so whatever becomes of
//! it, it may be tried again.

use super::outlet;
use super::stream::frame::cmd;
use super::stream::{CallError, Link};
use crate::multipart;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bot::EpochMs;
use bot::outside::{Media, MediaKind};
use md5::{Digest, Md5};
use serde_json::{Value, json};

/// An id is worth something for three days; used for two.
pub(super) const KEPT_MS: EpochMs = 2 * 24 * 60 * 60 * 1_000;
/// One chunk before base64 (path 101463).
const CHUNK: usize = 512 * 1024;
/// A file (path 101463, 91770, 96484); less than five bytes are refused.
const FILE_BYTES: usize = 20 << 20;
const LEAST_BYTES: usize = 5;
/// A picture over the long connection and of an app; a larger one goes as a file.
const PICTURE_BYTES: usize = 10 << 20;
/// A picture of a webhook (path 91770).
pub(super) const WEBHOOK_PICTURE_BYTES: usize = 2 << 20;

/// `image` or `file`.
pub(super) fn word(media: &Media) -> &'static str {
    match media.kind {
        MediaKind::Picture if media.bytes.len() <= PICTURE_BYTES => "image",
        MediaKind::Picture | MediaKind::File => "file",
    }
}

/// Why no WeCom takes it, in words; `None` when it fits.
pub(super) fn misfit(media: &Media) -> Option<String> {
    match media.bytes.len() {
        0..LEAST_BYTES => Some(format!("{} 是空的", media.told())),
        len if len > FILE_BYTES => Some(format!("{} 超过 20 MB，企业微信不收", media.told())),
        _ => None,
    }
}

/// The message that shows an upload.
pub(super) fn message(word: &str, media_id: &str) -> Value {
    json!({ "msgtype": word, word: { "media_id": media_id } })
}

/// A webhook's picture, which needs no upload.
pub(super) fn inline(media: &Media) -> Value {
    let md5 = hex::encode(Md5::digest(&media.bytes));
    json!({ "msgtype": "image", "image": { "base64": STANDARD.encode(&media.bytes), "md5": md5 } })
}

/// The form of an upload over HTTP: content type and body.
pub(super) fn form(media: &Media) -> (String, Vec<u8>) {
    let kind = match media.kind {
        MediaKind::Picture => "image/png",
        MediaKind::File => "application/octet-stream",
    };
    multipart::form(&[], "media", &media.file_name(), kind, &media.bytes)
}

/// Uploads over the long connection; answers the media id.
pub(super) async fn upload(link: &Link, media: &Media) -> Result<String, CallError> {
    let from_one = link.counts_chunks_from_one();
    match upload_counting(link, media, from_one).await {
        // The page counts chunks from 1 and the official SDK from 0: what the server wants shows at the end.
        Err(CallError::Errcode(code)) if !outlet::is_passing(code) => {
            let media_id = upload_counting(link, media, !from_one).await?;
            link.count_chunks_from_one(!from_one);
            Ok(media_id)
        }
        ended => ended,
    }
}

async fn upload_counting(link: &Link, media: &Media, from_one: bool) -> Result<String, CallError> {
    let chunks: Vec<&[u8]> = media.bytes.chunks(CHUNK).collect();
    let begin = json!({
        "type": word(media),
        "filename": media.file_name(),
        "total_size": media.bytes.len(),
        "total_chunks": chunks.len(),
        "md5": hex::encode(Md5::digest(&media.bytes)),
    });
    let begun = link.call(cmd::UPLOAD_INIT, begin).await?;
    let upload_id = begun["upload_id"].as_str().ok_or(CallError::Unseen)?;
    for (number, chunk) in chunks.into_iter().enumerate() {
        let chunk = json!({
            "upload_id": upload_id,
            "chunk_index": number + usize::from(from_one),
            "base64_data": STANDARD.encode(chunk),
        });
        link.call(cmd::UPLOAD_CHUNK, chunk).await?;
    }
    let ended = link.call(cmd::UPLOAD_FINISH, json!({ "upload_id": upload_id })).await?;
    ended["media_id"].as_str().map(str::to_owned).ok_or(CallError::Unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(kind: MediaKind, len: usize) -> Media {
        Media { kind, name: "排行".to_owned(), bytes: vec![1; len].into() }
    }

    #[test]
    fn what_is_too_large_for_a_picture_is_a_file() {
        assert_eq!(word(&media(MediaKind::Picture, PICTURE_BYTES)), "image");
        assert_eq!(word(&media(MediaKind::Picture, PICTURE_BYTES + 1)), "file");
        assert_eq!(word(&media(MediaKind::File, 9)), "file");
        assert!(misfit(&media(MediaKind::File, 4)).is_some() && misfit(&media(MediaKind::File, 5)).is_none());
        assert!(misfit(&media(MediaKind::File, FILE_BYTES + 1)).is_some_and(|why| why.contains("20 MB")));
    }

    #[test]
    fn a_webhooks_picture_carries_the_sum_of_its_bytes() {
        let picture = Media { kind: MediaKind::Picture, name: "a".to_owned(), bytes: b"abc"[..].into() };
        let image = json!({ "base64": "YWJj", "md5": "900150983cd24fb0d6963f7d28e17f72" });
        assert_eq!(inline(&picture), json!({ "msgtype": "image", "image": image }));
    }
}
