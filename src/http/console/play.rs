//! What is play: moving the clock, changing roles, breaking things, a newcomer at the door. Refused in a real
//! department.

use super::guard::{Answered, Ask, Fault};
use super::{Console, Input};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{Datelike, NaiveDateTime, NaiveTime};
use domain::calendar::{DAY, shift_days};
use domain::rights::Administer;
use domain::{Calendar, EpochMs, Roles};
use platform::console::{PLATFORM, Room};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use store::{Identity, Lane, MemberChange, NewMember};

/// The clock is not moved further at once: every due thing in between really happens.
const FURTHEST: EpochMs = 400 * DAY;

#[derive(Deserialize)]
pub(super) struct Move {
    to: Option<EpochMs>,
    add_ms: Option<EpochMs>,
    next: Option<String>,
    days: Option<i64>,
    at: Option<String>,
}

impl Move {
    fn target(&self, now: EpochMs, calendar: &Calendar) -> Option<EpochMs> {
        match self {
            Self { to: Some(to), .. } => Some(*to),
            Self { add_ms: Some(add), .. } => now.checked_add(*add),
            Self { next: Some(time), days, .. } => {
                let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
                let minute = minute_of(time);
                let days = days.unwrap_or(0);
                // Further away is refused anyway, and dates end somewhere.
                if !(0..=FURTHEST / DAY).contains(&days) {
                    return None;
                }
                let first = calendar.at(shift_days(calendar.date(now), days), minute);
                // A time of day that has passed comes again tomorrow.
                Some(if first > now {
                    first
                } else {
                    calendar.at(shift_days(calendar.date(now), days + 1), minute)
                })
            }
            Self { at: Some(at), .. } => {
                let at = at.replace('T', " ");
                let local = NaiveDateTime::parse_from_str(&at, "%Y-%m-%d %H:%M").ok()?;
                let sane = (1970..=9999).contains(&local.year());
                sane.then(|| calendar.at(local.date(), minute_of(local.time())))
            }
            _ => None,
        }
    }
}

fn minute_of(time: NaiveTime) -> u32 {
    use chrono::Timelike;
    time.hour() * 60 + time.minute()
}

pub(super) async fn clock(State(console): State<Arc<Console>>, Ask(asked): Ask<Move>) -> Answered {
    console.only_in_try()?;
    let mut turn = console.turn().await;
    let (now, calendar) = (console.house.now(), console.calendar());
    let to = asked.target(now, &calendar).ok_or_else(|| Fault::bad("时间读不懂，例：2026-03-02 09:00"))?;
    if to <= now {
        return Err(Fault::bad("时钟只能往前走"));
    }
    if to - now > FURTHEST {
        return Err(Fault::bad("一次最多往前走400天"));
    }
    let cast = console.cast().await?;
    console.record(&mut turn, &cast, Input::Time(to));
    let moved = console.house.advance(to).await;
    console.hub.touch();
    moved.map_err(|why| Fault::new(StatusCode::INTERNAL_SERVER_ERROR, why))?;
    let now = console.house.now();
    Ok(Json(json!({ "now": now, "now_text": calendar.rfc3339(now) })))
}

#[derive(Deserialize)]
pub(super) struct Become {
    user: String,
    roles: Vec<String>,
    /// Left out: the team stays; empty: none.
    #[serde(default)]
    team: Option<String>,
}

pub(super) async fn role(State(console): State<Arc<Console>>, Ask(asked): Ask<Become>) -> Answered {
    console.only_in_try()?;
    let mut turn = console.turn().await;
    let cast = console.cast().await?;
    let someone = cast.find(&asked.user)?;
    let roles = Roles::parse(&asked.roles.join(" ")).ok_or_else(|| Fault::bad("没有这个角色"))?;
    if roles == Roles::NONE {
        return Err(Fault::bad("至少选一个角色"));
    }
    let team = asked.team.as_deref().map(str::trim);
    if team.is_some_and(|team| team.chars().count() > 20 || team.chars().any(unfit)) {
        return Err(Fault::bad("组名最多20个字，不含空格和标点"));
    }
    let (user, name, bot) = (asked.user.clone(), someone.name.clone(), console.hub.bot().to_owned());
    let (wanted, now) = (team.map(str::to_owned), console.house.now());
    let engine = console.house.engine();
    let change = move |tx: &mut store::Tx<'_>| -> Result<(), store::Error> {
        let directory = tx.directory()?;
        let team = wanted.as_deref().map(|team| Some(team).filter(|team| !team.is_empty()));
        // Whoever has the page has the machine.
        let by = Administer::by_operator();
        match directory.who(PLATFORM, &user, now) {
            Some(person) => {
                let change = MemberChange { roles: Some(roles), team, ..MemberChange::default() };
                tx.change_member(&by, person.id, &change, now)
            }
            None => {
                let identity = Identity {
                    platform: PLATFORM.to_owned(),
                    user_id: user.clone(),
                    bot: bot.clone(),
                    shown_name: None,
                };
                let (team, identities) = (team.flatten(), &[identity][..]);
                let member =
                    NewMember { name: &name, roles, team, entered_on: None, identities, source: "story" };
                tx.add_member(&by, &member, now).map(|_| ())
            }
        }
    };
    engine.store().write(Lane::of(&[PLATFORM, "people"]), change).await?;
    let words: Vec<String> = roles.iter().map(|role| role.word().to_owned()).collect();
    let team = team
        .map_or_else(|| someone.team.clone(), |team| Some(team.to_owned()).filter(|team| !team.is_empty()));
    let place = team.as_ref().map_or_else(String::new, |team| format!(" · {team}"));
    console.hub.note(Room::Everywhere, format!("{} 现在是：{}{place}", someone.label, words.join("、")));
    console.record(&mut turn, &cast, Input::Member { name: someone.label.clone(), roles: words, team });
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Twice,
    Down,
    Up,
    Restart,
}

#[derive(Deserialize)]
pub(super) struct Break {
    kind: Kind,
}

pub(super) async fn fault(State(console): State<Arc<Console>>, Ask(asked): Ask<Break>) -> Answered {
    console.only_in_try()?;
    let mut turn = console.turn().await;
    let cast = console.cast().await?;
    let hub = &console.hub;
    match asked.kind {
        Kind::Twice => {
            let last = turn.last.clone();
            let (mut incoming, room) = last.ok_or_else(|| Fault::bad("还没有发过消息，先发一条"))?;
            incoming.answer_now = !hub.is_down();
            console.record(&mut turn, &cast, Input::Resent);
            let msg_id = incoming.msg_id.clone();
            let answer = console.hand_in(incoming, &room).await?;
            if answer.duplicate {
                let number = msg_id.rsplit('-').next().unwrap_or_default();
                hub.note(
                    room,
                    format!("平台把上一条消息又送了一次（消息号相同：…{number}）：认出来了，没有再做一遍"),
                );
            }
        }
        Kind::Down if !hub.is_down() => {
            console.record(&mut turn, &cast, Input::Down);
            hub.set_down(true);
            hub.note(Room::Everywhere, "断网了：助手照样听、照样记，它说的话先存着");
        }
        Kind::Up if hub.is_down() => {
            console.record(&mut turn, &cast, Input::Up);
            hub.set_down(false);
            hub.note(
                Room::Everywhere,
                "网络恢复：存着的话会按顺序补发，每句只发一次（最多等2分钟，可拨时钟）",
            );
            console.send(&console.house.engine()).await;
        }
        Kind::Down | Kind::Up => {}
        Kind::Restart => {
            console.record(&mut turn, &cast, Input::Restarted);
            let restarted = console.house.restart().await;
            restarted.map_err(|why| Fault::new(StatusCode::INTERNAL_SERVER_ERROR, why))?;
            hub.note(Room::Everywhere, "程序重启完成：数据都在，没做完的接着做");
        }
    }
    Ok(Json(json!({})))
}

/// What a name in a story cannot hold.
fn unfit(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c.is_ascii_punctuation() || "：（）＠，。、；「」".contains(c)
}

#[derive(Deserialize)]
pub(super) struct Newcomer {
    name: String,
}

pub(super) async fn newcomer(State(console): State<Arc<Console>>, Ask(asked): Ask<Newcomer>) -> Answered {
    console.only_in_try()?;
    let _turn = console.turn().await;
    let name = asked.name.trim();
    if name.is_empty() || name.chars().count() > 20 || name.chars().any(unfit) {
        return Err(Fault::bad("姓名1到20个字，不含空格和标点"));
    }
    let cast = console.cast().await?;
    let taken =
        cast.people.iter().any(|known| known.user_id == name || known.name == name || known.label == name);
    if taken || !console.hub.add_stranger(name) {
        return Err(Fault::new(StatusCode::CONFLICT, format!("已经有叫「{name}」的人了")));
    }
    Ok(Json(json!({ "user_id": name })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_moved_by_many_words() {
        let calendar = Calendar::default();
        let at = |text: &str| {
            let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time");
            calendar.at(local.date(), minute_of(local.time()))
        };
        let now = at("2026-03-02 08:30");
        let none = || Move { to: None, add_ms: None, next: None, days: None, at: None };
        for (asked, expected) in [
            (Move { next: Some("09:00".into()), ..none() }, Some("2026-03-02 09:00")),
            (Move { next: Some("08:30".into()), ..none() }, Some("2026-03-03 08:30")),
            (Move { next: Some("09:00".into()), days: Some(1), ..none() }, Some("2026-03-03 09:00")),
            (Move { add_ms: Some(900_000), ..none() }, Some("2026-03-02 08:45")),
            (Move { at: Some("2026-03-09T10:05".into()), ..none() }, Some("2026-03-09 10:05")),
            (Move { at: Some("明天".into()), ..none() }, None),
            (Move { next: Some("25:00".into()), ..none() }, None),
            (Move { add_ms: Some(EpochMs::MAX), ..none() }, None),
            (none(), None),
        ] {
            assert_eq!(asked.target(now, &calendar), expected.map(at));
        }
    }
}
