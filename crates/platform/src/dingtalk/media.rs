//! Pictures and files out: uploaded first, then shown by the id that the upload got. DingTalk docs: upload media files; message
//! types of the enterprise robot. Only the OpenAPI shows them: a webhook and a session take neither.
//!
//! An upload shows nothing, so whatever becomes of it, it may be tried again.

use super::encode;
use super::openapi::{Keyed, OpenApi};
use super::verdict::Verdict;
use crate::multipart;
use crate::uploads::{self, Uploads};
use bot::EpochMs;
use bot::outside::{Delivery, Destination, Media, MediaKind, Parcel};
use reqwest::Url;
use serde_json::json;
use std::time::Instant;

/// How long an id is worth something is not documented; a day was never reported as too long.
const KEPT_MS: EpochMs = 24 * 60 * 60 * 1_000;
/// The largest upload.
const MOST: usize = 20 << 20;
/// The files that a robot may send.
const TYPES: [&str; 6] = ["xlsx", "pdf", "zip", "rar", "doc", "docx"];

/// Uploads and shows.
pub(super) async fn deliver(
    api: &OpenApi,
    base: &Url,
    uploads: &Uploads,
    parcel: &Parcel,
    media: &Media,
    now: EpochMs,
    give_up_at: Instant,
) -> Delivery {
    let name = media.file_name();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let known = media.kind == MediaKind::Picture || TYPES.contains(&ending.as_str());
    if !known || media.bytes.is_empty() || media.bytes.len() > MOST {
        let why = format!("{} 发不了：钉钉只收 20 MB 以内的 {}", media.told(), TYPES.join("、"));
        return Delivery::Dead { why };
    }
    let key = uploads::key(&parcel.bot, media);
    let (media_id, was_known) = {
        let mut ids = uploads.lock().await;
        match ids.get(&key, now) {
            Some(known) => (known, true),
            None => match upload(api, base, &parcel.bot, media, give_up_at).await {
                Ok(media_id) => {
                    ids.keep(key, media_id.clone(), now + KEPT_MS);
                    (media_id, false)
                }
                Err(Verdict::Unclear(why)) => return Delivery::Retry { why, after: None },
                Err(verdict) => return ended(verdict),
            },
        }
    };
    let said = match media.kind {
        MediaKind::Picture => Keyed { key: "sampleImageMsg", param: json!({ "photoURL": media_id }) },
        MediaKind::File => Keyed {
            key: "sampleFile",
            param: json!({ "mediaId": media_id, "fileName": name, "fileType": ending }),
        },
    };
    let verdict = match &parcel.to {
        Destination::Group(group) => api.to_group(&parcel.bot, group, &said, give_up_at).await,
        Destination::Person(person) => api.to_person(&parcel.bot, person, &said, give_up_at).await,
    };
    uploads.settle(&key, was_known, ended(verdict)).await
}

async fn upload(
    api: &OpenApi,
    base: &Url,
    bot: &str,
    media: &Media,
    give_up_at: Instant,
) -> Result<String, Verdict> {
    let (kind, content_type) = match media.kind {
        MediaKind::Picture => ("image", "image/png"),
        MediaKind::File => ("file", "application/octet-stream"),
    };
    let (content_type, form) =
        multipart::form(&[("type", kind)], "media", &media.file_name(), content_type, &media.bytes);
    let answer = api.upload(bot, base, kind, &content_type, &form, give_up_at).await?;
    match (answer["media_id"].as_str(), answer["errcode"].as_i64()) {
        (Some(media_id), _) => Ok(media_id.to_owned()),
        (None, Some(-1)) => Err(Verdict::Later("钉钉系统繁忙（-1）".into(), None)),
        (None, code) => {
            let code = code.unwrap_or_default();
            let what = "上传没有成功：请在开发者后台核对应用的权限（qyapi_base）";
            Err(Verdict::Never(format!("{what}（钉钉 {code}）")))
        }
    }
}

fn ended(verdict: Verdict) -> Delivery {
    match verdict {
        Verdict::Taken => Delivery::Sent,
        Verdict::Later(why, after) => Delivery::Retry { why, after },
        // The words have said what had to be known.
        Verdict::Spent(why) => Delivery::Needless { why },
        Verdict::Unclear(why) => Delivery::Unknown { why, safe_to_repeat: false },
        Verdict::Never(why) | Verdict::SignAgain(why) => Delivery::Dead { why },
        Verdict::SessionOver => Delivery::Needless { why: encode::NO_MEDIA.to_owned() },
    }
}
