//! Deliveries: rows out of the outbox, and how each try ended back into it. What a delivery takes of a platform's
//! allowance is taken with the claim, in one transaction; a row that must wait for it is given back there and then.

use crate::desk::purpose;
use crate::engine::Engine;
use crate::message::{Attachment, LateReply, Said};
use crate::outside::{Amend, Delivery, Destination, Media, MediaKind, Outside, Parcel};
use crate::said;
use domain::calendar::{DAY, MINUTE};
use domain::{EpochMs, Role};
use futures_util::future::join_all;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Claimed, Dest, Error, Fact, Lane, NewRow, RowState, Settled, Tx};

/// Rows that one round of the sender takes.
const ROUND: i64 = 64;
/// A claim is given back when its instance has died for so long.
const LEASE: EpochMs = 2 * MINUTE;
/// Longest pause between two tries of a row.
const LONGEST_PAUSE: EpochMs = 2 * MINUTE;
/// A row that could not be delivered for so long is given up: nobody wants it any more.
const GIVEN_UP_AFTER: EpochMs = DAY;
/// How often a chat is tried again in which nobody has spoken to the bot yet.
const BARRED_PAUSE: EpochMs = 10 * MINUTE;
/// Messages that are said in one.
const MOST_JOINED: i64 = 20;
/// What stands beside words is given up sooner, because the words behind it wait: after so many tries and so long.
const MEDIA_TRIES: u32 = 5;
const MEDIA_GIVEN_UP_AFTER: EpochMs = 10 * MINUTE;
/// With so few calls left in a bucket, what waits is joined.
const SCARCE: u32 = 5;

/// What a round of deliveries did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Rows that a platform took.
    pub sent: u32,
    /// Rows that will be tried again.
    pub again: u32,
    /// Rows given up, or perhaps shown.
    pub parked: u32,
    /// Rows that could not be shown there, and need not be.
    pub left_out: u32,
}

/// A claimed row, with those that are said in the same message.
struct Ready {
    rows: Vec<(i64, u32)>,
    platform: String,
    created_at: EpochMs,
    dest: Dest,
    /// Or why it never can be sent.
    parcel: Result<Parcel, String>,
    /// What is to be drawn first.
    drawing: Option<String>,
}

/// What was claimed: rows to be delivered, and how many were told to wait.
#[derive(Default)]
struct Claims {
    ready: Vec<Ready>,
    waiting: u32,
}

type Outsides = HashMap<String, Arc<dyn Outside>>;

impl Engine {
    /// Delivers what is due at `now`, until nothing more can be claimed.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn deliver(&self, now: EpochMs) -> Result<Delivered, Error> {
        let mut total = Delivered::default();
        while let Some(round) = self.deliver_round(now).await? {
            total.sent += round.sent;
            total.again += round.again;
            total.parked += round.parked;
            total.left_out += round.left_out;
        }
        Ok(total)
    }

    /// One round of deliveries; `None` when nothing could be claimed. Where sending takes time, each round is called
    /// with the time anew, or the leases that it takes would be old from the start.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn deliver_round(&self, now: EpochMs) -> Result<Option<Delivered>, Error> {
        let owner = self.owner.clone();
        let outsides = Arc::clone(&self.outsides);
        let claims = self
            .store
            .write(Lane::of(&["outbox", &self.owner]).on_snapshot(), move |tx| {
                claim(tx, &outsides, &owner, now)
            })
            .await?;
        if claims.ready.is_empty() && claims.waiting == 0 {
            return Ok(None);
        }
        let mut round = Delivered { again: claims.waiting, ..Delivered::default() };
        let tries = claims.ready.into_iter().map(|ready| self.deliver_one(ready, now));
        for outcome in join_all(tries).await {
            match outcome? {
                RowState::Sent => round.sent += 1,
                RowState::Pending => round.again += 1,
                RowState::LeftOut => round.left_out += 1,
                _ => round.parked += 1,
            }
        }
        Ok(Some(round))
    }

    /// What the delivery with this [`Parcel::key`] says; `None` when it is not of this store, or forgotten.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn said_of(&self, key: &str) -> Result<Option<Said>, Error> {
        let Some((store_id, id)) = key.rsplit_once('-') else { return Ok(None) };
        let (store_id, Ok(id)) = (store_id.to_owned(), id.parse::<i64>()) else { return Ok(None) };
        let said = self.store.read(move |tx| {
            if tx.store_id()? != store_id {
                return Ok(None);
            }
            tx.outgoing_said(id)
        });
        Ok(said.await?.as_deref().and_then(said::from_json))
    }

    async fn deliver_one(&self, ready: Ready, now: EpochMs) -> Result<RowState, Error> {
        let Ready { rows, platform, created_at, dest, parcel, drawing } = ready;
        let bot = parcel.as_ref().map(|parcel| parcel.bot.clone()).unwrap_or_default();
        let is_media = parcel.as_ref().is_ok_and(|parcel| parcel.media.is_some() || parcel.amends.is_some());
        let subject = parcel.as_ref().map_or_else(|_| None, |parcel| only_subject(&parcel.said));
        let delivery = match (self.outsides.get(&platform), parcel) {
            (None, _) => Delivery::Dead { why: format!("没有接入 {platform}，无法发送") },
            (_, Err(why)) => Delivery::Dead { why },
            (Some(outside), Ok(parcel)) => self.deliver_parcel(&**outside, parcel, drawing).await,
        };
        let tries = rows.first().map_or(0, |(_, tries)| *tries);
        let pause = (1_000_i64 << tries.min(7)).min(LONGEST_PAUSE);
        let again = |why: String, pause: EpochMs| {
            if now - created_at > GIVEN_UP_AFTER {
                let error = Some(format!("24小时内没能送达：{why}"));
                return Settled::Final { state: RowState::Parked, error };
            }
            if is_media && tries + 1 >= MEDIA_TRIES && now - created_at > MEDIA_GIVEN_UP_AFTER {
                let error = Some(format!("文字已发出，图片或文件没能送达：{why}"));
                return Settled::Final { state: RowState::Parked, error };
            }
            Settled::Again { next_at: now + pause, error: why, counts: true }
        };
        let (mut barred, mut card) = (None, None);
        let settled = match delivery {
            Delivery::Card { handle } => {
                card = subject.map(|subject| (subject, handle));
                Settled::Final { state: RowState::Sent, error: None }
            }
            Delivery::Sent => Settled::Final { state: RowState::Sent, error: None },
            Delivery::Retry { why, after } => again(why, pause.max(after.unwrap_or(0))),
            Delivery::Barred { why } => {
                barred = Some(Barred { platform, bot, dest, why: why.clone() });
                again(why, BARRED_PAUSE)
            }
            Delivery::Unknown { why, safe_to_repeat: true } => again(why, pause),
            Delivery::Unknown { why, safe_to_repeat: false } => {
                Settled::Final { state: RowState::Unknown, error: Some(why) }
            }
            Delivery::Dead { why } => Settled::Final { state: RowState::Parked, error: Some(why) },
            Delivery::Needless { why } => Settled::Final { state: RowState::LeftOut, error: Some(why) },
        };
        let state = match &settled {
            Settled::Final { state, .. } => *state,
            Settled::Again { .. } => RowState::Pending,
        };
        let owner = self.owner.clone();
        self.store
            .write(Lane::of(&["outbox", &self.owner]).on_snapshot(), move |tx| {
                for (id, tries) in &rows {
                    if tx.settle(*id, &owner, &settled, now)?
                        && let Some(fact) = told(*id, *tries, &settled)
                    {
                        tx.record(now, fact);
                    }
                }
                if state == RowState::Parked {
                    for (id, _) in &rows {
                        stand_in(tx, *id, now)?;
                    }
                }
                if let (Some((subject, handle)), Some((id, _))) = (&card, rows.first()) {
                    tx.note_card(*id, subject, handle.as_deref(), now)?;
                }
                match &barred {
                    Some(barred) => barred.tell(tx, now),
                    None => Ok(()),
                }
            })
            .await?;
        Ok(state)
    }

    /// Draws what is to be drawn, and hands it over.
    async fn deliver_parcel(
        &self,
        outside: &dyn Outside,
        mut parcel: Parcel,
        drawing: Option<String>,
    ) -> Delivery {
        if let (Some(spec), Some(media)) = (drawing, &mut parcel.media) {
            match self.gallery.picture(&spec).await {
                Some(picture) => media.bytes = picture,
                None => return Delivery::Needless { why: "图画不出来，只发了文字".to_owned() },
            }
        }
        outside.deliver(&parcel).await
    }
}

/// Claims what is due, takes what it costs, and joins what waits where little is left.
fn claim(tx: &mut Tx<'_>, outsides: &Outsides, owner: &str, now: EpochMs) -> Result<Claims, Error> {
    let mut elsewhere = Vec::new();
    for (platform, outside) in outsides {
        elsewhere.extend(outside.elsewhere().into_iter().map(|bot| (platform.clone(), bot)));
    }
    let rows = tx.claim_outgoing(owner, now, now + LEASE, ROUND, &elsewhere)?;
    let mut claims = Claims::default();
    if rows.is_empty() {
        return Ok(claims);
    }
    let store_id = tx.store_id()?;
    let directory = tx.directory()?;
    for row in rows {
        let name = row.person.and_then(|id| directory.person(id)).map(|person| person.name.clone());
        let (parcel, drawing) = match parcel(&row, &store_id, name, now) {
            Ok((parcel, drawing)) => (Ok(parcel), drawing),
            Err(why) => (Err(why), None),
        };
        let mut ready = Ready {
            rows: vec![(row.id, row.tries)],
            platform: row.platform.clone(),
            created_at: row.created_at,
            dest: row.dest.clone(),
            parcel,
            drawing,
        };
        let (Ok(parcel), Some(outside)) = (&mut ready.parcel, outsides.get(&row.platform)) else {
            claims.ready.push(ready);
            continue;
        };
        let mut scarce = false;
        let mut wait = None;
        for toll in outside.tolls(parcel) {
            let bucket = format!("{}/{}/{}", row.platform, row.bot, toll.bucket);
            match tx.take_tokens(&bucket, &toll.rates, toll.tokens, now)? {
                Ok(left) => scarce |= left < SCARCE,
                Err(at) => wait = wait.max(Some(at)),
            }
        }
        if let Some(next_at) = wait {
            let error = "等待发送频率".to_owned();
            tx.settle(row.id, owner, &Settled::Again { next_at, error, counts: false }, now)?;
            claims.waiting += 1;
            continue;
        }
        if scarce {
            join(tx, &row, &mut ready.rows, parcel, outside.joins(), owner, now)?;
        }
        claims.ready.push(ready);
    }
    Ok(claims)
}

/// What a message asks about, when that is one thing.
fn only_subject(said: &Said) -> Option<String> {
    match said.subjects().as_slice() {
        [one] if !one.is_empty() => Some((*one).to_owned()),
        _ => None,
    }
}

/// A claimed row as it is handed over, and what has to be drawn before.
fn parcel(
    row: &Claimed,
    store_id: &str,
    name: Option<String>,
    now: EpochMs,
) -> Result<(Parcel, Option<String>), String> {
    let mut said = said::from_json(&row.said).ok_or("内容读不出来")?;
    let late = row.late.as_ref().filter(|(_, until)| now < *until);
    let (media, drawing) = match said.attachment.take().map(|attachment| *attachment) {
        Some(Attachment::Drawing { name, spec }) => {
            (Some(Media { kind: MediaKind::Picture, name, bytes: Arc::default() }), Some(spec))
        }
        Some(Attachment::File { name, bytes }) => {
            (Some(Media { kind: MediaKind::File, name, bytes: bytes.into() }), None)
        }
        None => (None, None),
    };
    let amends = said::amended_from_json(&row.said).map(|amended| Amend {
        card: format!("{store_id}-{}", amended.card),
        handle: amended.handle,
        title: amended.title,
        outcome: amended.outcome,
        label: amended.label,
    });
    let parcel = Parcel {
        id: row.id,
        key: format!("{store_id}-{}", row.id),
        bot: row.bot.clone(),
        to: match &row.dest {
            Dest::Group(id) => Destination::Group(id.clone()),
            Dest::Person(id) => Destination::Person(id.clone()),
        },
        said,
        media,
        amends,
        in_group: row.in_group.clone(),
        name,
        late_reply: late.map(|(url, expires_at)| LateReply { url: url.clone(), expires_at: *expires_at }),
        tries: row.tries,
    };
    Ok((parcel, drawing))
}

/// Says what follows the row in the same message, as far as there is room. What has buttons, is shown, answers a message or
/// may be said in a group instead stays alone.
fn join(
    tx: &mut Tx<'_>,
    head: &Claimed,
    rows: &mut Vec<(i64, u32)>,
    parcel: &mut Parcel,
    room: usize,
    owner: &str,
    now: EpochMs,
) -> Result<(), Error> {
    let alone = |said: &Said| !said.buttons.is_empty() || said.attachment.is_some() || said.text.is_empty();
    if room == 0
        || parcel.media.is_some()
        || parcel.amends.is_some()
        || alone(&parcel.said)
        || parcel.late_reply.is_some()
        || parcel.in_group.is_some()
    {
        return Ok(());
    }
    let mut full = false;
    for row in tx.claim_followers(head, owner, now, now + LEASE, MOST_JOINED)? {
        let said = said::from_json(&row.said);
        let fits = said.filter(|said| !alone(said) && parcel.said.text.len() + said.text.len() + 2 <= room);
        match fits.filter(|_| !full) {
            Some(said) => {
                parcel.said.text.push_str("\n\n");
                parcel.said.text.push_str(&said.text);
                rows.push((row.id, row.tries));
            }
            None => {
                // In order: what comes after one that stays behind stays behind, too.
                full = true;
                let error = "等待发送频率".to_owned();
                tx.settle(row.id, owner, &Settled::Again { next_at: now, error, counts: false }, now)?;
            }
        }
    }
    Ok(())
}

/// A chat or person whom the platform does not let the bot write to.
struct Barred {
    platform: String,
    bot: String,
    dest: Dest,
    why: String,
}

impl Barred {
    /// Notes it, and tells the admins, once, what cures it.
    fn tell(&self, tx: &mut Tx<'_>, now: EpochMs) -> Result<(), Error> {
        let Self { platform, bot, dest, why } = self;
        if !tx.note_barred(platform, bot, dest, why, now)? {
            return Ok(());
        }
        let directory = tx.directory()?;
        let (kind, id) = match dest {
            Dest::Group(id) => ("群", id),
            Dest::Person(id) => ("成员", id),
        };
        let known = match dest {
            Dest::Group(id) => directory.chat(platform, bot, id).and_then(|chat| chat.title.clone()),
            Dest::Person(id) => directory.who(platform, id, now).map(|person| person.label.clone()),
        };
        let shown = known.as_deref().unwrap_or(id);
        let said =
            said::to_json(&Said::text(format!("{kind}「{shown}」收不到消息：{why}。之后会自动补发。")));
        for admin in directory.people(now).filter(|person| person.roles.has(Role::Admin)) {
            let Some(identity) = admin.identities.first() else { continue };
            tx.send(&NewRow {
                key: Some(&format!("barred:{platform}:{bot}:{id}:{now}:{}", admin.id)),
                inbox_id: None,
                platform: &identity.platform,
                bot: &identity.bot,
                dest: &Dest::Person(identity.user_id.clone()),
                person: Some(admin.id),
                in_group: None,
                said: &said,
                late: None,
                answered: false,
                next_at: now,
                at: now,
            })?;
        }
        Ok(())
    }
}

/// Says in the group that something private waits, and how to read it, where it found no way to its person.
fn stand_in(tx: &mut Tx<'_>, id: i64, now: EpochMs) -> Result<(), Error> {
    let Some(known) = tx.stand_in(id)? else { return Ok(()) };
    let directory = tx.directory()?;
    let group = directory
        .chats_for(purpose::REMINDERS)
        .find(|chat| chat.platform == known.platform && chat.bot == known.bot);
    let Some(group) = group else { return Ok(()) };
    tx.send(&NewRow {
        key: Some(&format!("stand_in:{id}")),
        inbox_id: None,
        platform: &known.platform,
        bot: &known.bot,
        dest: &known.dest,
        person: known.person,
        in_group: Some(&group.chat_ref),
        said: &said::to_json(&said::for_group(&Said::text(known.text))),
        late: None,
        answered: false,
        next_at: now,
        at: now,
    })?;
    Ok(())
}

/// The event of a try; a row that fails many times is told once.
fn told(id: i64, tries: u32, settled: &Settled) -> Option<Fact> {
    let (kind, error) = match settled {
        Settled::Final { state: RowState::Sent, .. } => ("delivery.sent", None),
        Settled::Final { state: RowState::LeftOut, error } => ("delivery.left_out", error.as_deref()),
        Settled::Final { error, .. } => ("delivery.parked", error.as_deref()),
        Settled::Again { counts: true, error, .. } if tries == 0 => ("delivery.failed", Some(error.as_str())),
        Settled::Again { .. } => return None,
    };
    let fact = Fact::new(kind, None).with("outbox", id).with("tries", tries + 1);
    Some(match error {
        Some(error) => fact.with("error", error),
        None => fact,
    })
}
