//! Taps on DingTalk's interactive cards, by whatever way they come: over a Stream connection or to an address.

use super::hooks::Doors;
use bot::{Body, ChatKind, ChatRef, Incoming, Sender};
use platform::dingtalk::PLATFORM;
use platform::dingtalk::card::{self, Decision, Tap};
use serde_json::Value;
use store::{Error, Lane};

/// What the card shows from now on; `None` when nothing could be stored, and it may work when it is asked again. `id` is the
/// same only for the same tap.
pub(crate) async fn decide(doors: &Doors, bot: &str, data: &str, id: &str) -> Option<Value> {
    match decided(doors, bot, data, id).await {
        Ok(update) => Some(update),
        Err(Trouble::NotOurs) => Some(card::update(None, None)),
        Err(Trouble::Store) => None,
    }
}

/// The first decision on a card stands: who taps later sees it.
async fn decided(doors: &Doors, bot: &str, data: &str, id: &str) -> Result<Value, Trouble> {
    doors.received_from_dingtalk();
    let tap = Tap::read(data).ok_or(Trouble::NotOurs)?;
    let engine = doors.engine().ok_or(Trouble::Store)?;
    let track = tap.track.clone();
    let decided = engine.store().read(move |tx| tx.card_decision(&track)).await?;
    if let Some(decision) = decided.as_deref().and_then(Decision::of_word) {
        return Ok(card::update(Some(decision), None));
    }
    let said = engine.said_of(&tap.track).await?.ok_or(Trouble::NotOurs)?;
    let command = tap.decision.command(&said).ok_or(Trouble::NotOurs)?;
    let chat = match &tap.group {
        Some(group) => ChatRef { kind: ChatKind::Group, id: group.clone(), title: None },
        None => ChatRef { kind: ChatKind::Private, id: tap.user_id.clone(), title: None },
    };
    let incoming = Incoming {
        platform: PLATFORM,
        bot: bot.to_owned(),
        msg_id: format!("card:{}:{id}", tap.track),
        chat,
        sender: Sender { user_id: tap.user_id.clone(), name: None },
        body: Body::Action(command.to_owned()),
        answer_now: false,
        late_reply: None,
    };
    let taken = doors.hear(incoming).await.ok_or(Trouble::Store)?;
    let Some(line) = taken.decided else { return Ok(card::update(None, None)) };
    if !taken.done {
        // Decided elsewhere before, by typed words perhaps: how, only the line tells.
        return Ok(card::update(None, Some(&line)));
    }
    let (now, mine, track) = (doors.clock().now(), tap.decision, tap.track.clone());
    let stands = engine
        .store()
        .write(Lane::of(&["card", &tap.track]), move |tx| {
            tx.decide_card(&track, mine.word(), &tap.user_id, now)?;
            tx.card_decision(&track)
        })
        .await?;
    Ok(card::update(stands.as_deref().and_then(Decision::of_word), Some(&line)))
}

enum Trouble {
    /// No card of this store's, or no button that it has.
    NotOurs,
    /// It may work when it is asked again.
    Store,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a tap on a card could not be stored");
        Self::Store
    }
}
