//! What a person does in a room: saying something, pressing a button.

use super::cast::Someone;
use super::guard::{Answered, Ask, Fault};
use super::{Console, Input, Turn};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use bot::Button;
use platform::console::Room;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Deserialize)]
pub(super) struct Say {
    user: String,
    #[serde(default)]
    chat: Option<String>,
    text: String,
}

pub(super) async fn say(State(console): State<Arc<Console>>, Ask(said): Ask<Say>) -> Answered {
    let mut turn = console.turn().await;
    let cast = console.cast().await?;
    let someone = cast.find(&said.user)?;
    let room = match said.chat {
        None => Room::Private(said.user.clone()),
        Some(id) if cast.groups.iter().any(|group| group.id == id) => Room::Group(id),
        Some(_) => return Err(Fault::new(StatusCode::NOT_FOUND, "没有这个群")),
    };
    let input = Input::Said { user: someone.label.clone(), chat: cast.chat(&room), text: said.text.clone() };
    console.record(&mut turn, &cast, input);
    speak(&console, &mut turn, someone, room, &said.text, None).await
}

#[derive(Deserialize)]
pub(super) struct Press {
    user: String,
    entry: u64,
    button: usize,
}

pub(super) async fn press(State(console): State<Arc<Console>>, Ask(pressed): Ask<Press>) -> Answered {
    let mut turn = console.turn().await;
    let cast = console.cast().await?;
    let someone = cast.find(&pressed.user)?;
    let gone = || Fault::new(StatusCode::NOT_FOUND, "这个按钮已经不在了");
    let entry = console.hub.entry(pressed.entry).ok_or_else(gone)?;
    let Button { label, command } = entry.said.buttons.get(pressed.button).ok_or_else(gone)?;
    if matches!(&entry.room, Room::Private(owner) if *owner != pressed.user) {
        return Err(Fault::forbidden("这是别人的私聊"));
    }
    let user = someone.label.clone();
    let chat = cast.chat(&entry.room);
    // A story presses the newest button of a label; an older one is told by what it types.
    let newest = console.hub.newest_with(&pressed.user, label).is_some_and(|newest| newest.id == entry.id);
    let input = if newest {
        Input::Pressed { user, chat, label: label.clone() }
    } else {
        Input::Said { user, chat, text: command.clone() }
    };
    console.record(&mut turn, &cast, input);
    speak(&console, &mut turn, someone, entry.room.clone(), command, Some(label)).await
}

async fn speak(
    console: &Console,
    turn: &mut Turn,
    someone: &Someone,
    room: Room,
    text: &str,
    pressed: Option<&str>,
) -> Answered {
    let hub = &console.hub;
    let entry = hub.hear(&someone.user_id, room.clone(), text, pressed);
    let msg_id = hub.next_msg_id();
    let incoming =
        hub.incoming(&someone.user_id, Some(&someone.name), &room, text, pressed.is_some(), msg_id);
    turn.last = Some((incoming.clone(), room.clone()));
    let answer = console.hand_in(incoming, &room).await?;
    Ok(Json(json!({ "entry": entry, "command": answer.command })))
}
