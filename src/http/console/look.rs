//! What the page looks at: the state, the feed and the story so far.

use super::Console;
use super::guard::{Answered, Fault};
use axum::Json;
use axum::body::Body as HttpBody;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bot::Said;
use bot::outside::MediaKind;
use domain::Role;
use platform::console::{Entry, Room, Voice};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a page waits for news before it asks again.
const PATIENCE: Duration = Duration::from_secs(25);
/// Entries in one answer; the page asks at once for the rest.
const BATCH: usize = 1_000;

pub(super) async fn state(State(console): State<Arc<Console>>) -> Answered {
    let cast = console.cast().await?;
    let now = console.house.now();
    let calendar = console.calendar();
    let members: Vec<Value> = cast
        .people
        .iter()
        .map(|someone| {
            json!({
                "user_id": someone.user_id,
                "name": someone.name,
                "label": someone.label,
                "roles": someone.roles.iter().map(Role::word).collect::<Vec<_>>(),
                "team": someone.team,
                "stranger": someone.stranger,
            })
        })
        .collect();
    let chats: Vec<Value> = cast
        .groups
        .iter()
        .map(|group| {
            json!({
                "id": group.id,
                "title": group.title,
                "purposes": group.purposes,
                "registered": group.registered,
            })
        })
        .collect();
    Ok(Json(json!({
        "name": console.settings.name,
        "version": env!("CARGO_PKG_VERSION"),
        "mode": if console.house.movable() { "try" } else { "serve" },
        "era": console.hub.era(),
        "now": now,
        "now_text": calendar.rfc3339(now),
        "zone": calendar.zone_name(),
        "running": console.house.running(),
        "members": members,
        "chats": chats,
        "teams": cast.teams,
        "roles": Role::ALL.map(Role::word),
        "faults": { "down": console.hub.is_down(), "waiting": console.hub.waiting().len() },
    })))
}

#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
    /// The revision that the page has shown; without it only a new entry ends the wait.
    rev: Option<u64>,
}

pub(super) async fn feed(State(console): State<Arc<Console>>, Query(asked): Query<After>) -> Json<Value> {
    let hub = &console.hub;
    let news = async {
        loop {
            // Before the look at the feed: what comes in between ends the wait.
            let revision = hub.revision();
            let fresh = !hub.feed_after(asked.after).is_empty();
            if fresh || hub.is_closed() || asked.rev.is_some_and(|seen| seen != revision) {
                return;
            }
            hub.changed(revision).await;
        }
    };
    // Nothing new is an answer too.
    let _ = tokio::time::timeout(PATIENCE, news).await;
    let revision = hub.revision();
    let mut entries = hub.feed_after(asked.after);
    entries.truncate(BATCH);
    let waiting: Vec<Value> = hub
        .waiting()
        .iter()
        .map(|row| json!({ "outbox": row.id, "room": room(&row.room), "text": row.text, "tries": row.tries }))
        .collect();
    Json(json!({
        "era": hub.era(),
        "rev": revision,
        "now": console.house.now(),
        "down": hub.is_down(),
        "closed": hub.is_closed(),
        "waiting": waiting,
        "entries": entries.iter().map(|entry| show(entry)).collect::<Vec<_>>(),
    }))
}

fn room(room: &Room) -> Value {
    match room {
        Room::Group(id) => json!({ "kind": "group", "id": id }),
        Room::Private(user) => json!({ "kind": "private", "id": user }),
        Room::Everywhere => json!({ "kind": "all" }),
    }
}

fn show(entry: &Entry) -> Value {
    let Said { text, buttons, .. } = &entry.said;
    let mut shown = json!({ "id": entry.id, "at": entry.at, "room": room(&entry.room), "text": text });
    match &entry.voice {
        Voice::Person { user_id, pressed } => {
            shown["voice"] = json!("member");
            shown["user"] = json!(user_id);
            shown["pressed"] = json!(pressed);
        }
        Voice::Answer => {
            shown["voice"] = json!("bot");
            shown["way"] = json!("answer");
        }
        Voice::Outbox { id, tries } => {
            shown["voice"] = json!("bot");
            shown["way"] = json!("outbox");
            shown["outbox"] = json!(id);
            shown["tries"] = json!(tries);
        }
        Voice::Note => shown["voice"] = json!("note"),
    }
    if let Some(media) = &entry.media {
        let picture = (media.kind == MediaKind::Picture).then(|| size(&media.bytes)).flatten();
        shown["media"] = json!({ "name": media.name, "picture": picture });
    }
    if !buttons.is_empty() {
        let list = buttons.iter().map(|button| json!({ "label": button.label, "command": button.command }));
        shown["buttons"] = list.collect();
        // How a platform without buttons shows it.
        shown["typed"] = json!(entry.said.typed());
    }
    shown
}

/// The width and height of a PNG, so that the page can leave its room free before it is there.
fn size(png: &[u8]) -> Option<(u32, u32)> {
    let number = |from: usize| png.get(from..from + 4)?.try_into().ok().map(u32::from_be_bytes);
    Some((number(16)?, number(20)?))
}

#[derive(Deserialize)]
pub(super) struct Which {
    entry: u64,
}

/// The picture or file of an entry. A file is offered to be kept, whatever is in it, and never shown as a page.
pub(super) async fn media(
    State(console): State<Arc<Console>>,
    Query(which): Query<Which>,
) -> Result<Response, Fault> {
    let entry = console.hub.entry(which.entry);
    let Some(media) = entry.as_ref().and_then(|entry| entry.media.as_ref()) else {
        return Err(Fault::new(StatusCode::NOT_FOUND, "这张图片或文件已经不在了"));
    };
    let (kind, place) = match media.kind {
        MediaKind::Picture => ("image/png", "inline"),
        MediaKind::File => ("application/octet-stream", "attachment"),
    };
    // The page gives the file its name.
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, place)];
    Ok((headers, HttpBody::from(media.bytes.to_vec())).into_response())
}

pub(super) async fn story(State(console): State<Arc<Console>>) -> Result<Response, Fault> {
    let mut turn = console.turn().await;
    let cast = console.cast().await?;
    console.tell(&mut turn, &cast);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"deskmate.story\""),
    ];
    Ok((headers, HttpBody::from(console.house.story())).into_response())
}
