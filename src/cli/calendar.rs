//! `calendar`: a person's own shifts and granted leaves as a calendar file, for the telephone. Which kind of leave it is
//! does not stand in it.

use super::ConfigArgs;
use crate::clock::Clock;
use crate::ics::{self, Entry};
use anyhow::{bail, ensure};
use chrono::NaiveDate;
use domain::calendar::{Calendar, shift_days};
use domain::leave::Share;
use domain::{EpochMs, PersonId, Span};
use secrecy::ExposeSecret;
use std::io::Write;
use std::process::ExitCode;
use store::{Error, Tx};

/// Days from today on that are written unless asked otherwise.
const AHEAD_DAYS: i64 = 62;
/// Days that one file may hold.
const MOST_DAYS: i64 = 732;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// 谁的
    #[arg(long)]
    person: String,
    /// 从哪天起，例：2026-03-01；不写就是今天
    #[arg(long)]
    from: Option<NaiveDate>,
    /// 到哪天为止（含）；不写就是两个月
    #[arg(long)]
    to: Option<NaiveDate>,
    #[command(flatten)]
    config: ConfigArgs,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let clock = Clock::machine();
    let (now, calendar) = (clock.now(), loaded.calendar()?);
    let from = args.from.unwrap_or_else(|| calendar.date(now));
    let to = args.to.unwrap_or_else(|| shift_days(from, AHEAD_DAYS));
    ensure!(from <= to, "结束日期在开始日期之前");
    ensure!((to - from).num_days() <= MOST_DAYS, "一次最多写 {MOST_DAYS} 天");
    let span = Span { from, to };
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    let name = args.person.clone();
    let found = store
        .read(move |tx| {
            let directory = tx.directory()?;
            let people: Vec<PersonId> = directory.named(&name, now).iter().map(|person| person.id).collect();
            match people.as_slice() {
                [one] => Ok::<_, Error>((1, entries(tx, *one, span, &calendar)?)),
                several => Ok((several.len(), Vec::new())),
            }
        })
        .await;
    store.close().await;
    let entries = match found? {
        (1, entries) => entries,
        (0, _) => bail!("没有叫「{}」的成员", args.person),
        _ => bail!("不止一位「{0}」，请写成 {0}#1 这样", args.person),
    };
    std::io::stdout().write_all(ics::file(&entries, span, &calendar, now).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The shifts and leaves of somebody. A shift of which nothing is left is not among them.
fn entries(tx: &mut Tx<'_>, person: PersonId, span: Span, calendar: &Calendar) -> Result<Vec<Entry>, Error> {
    let directory = tx.directory()?;
    let away = tx.leave_days_of(person, span)?;
    let mut entries = Vec::new();
    for row in tx.rota_between(span)?.into_iter().filter(|row| row.person == person) {
        let Some(shift) = row.shift else { continue };
        let taken: Share =
            away.iter().filter(|day| day.piece.date == row.date).map(|day| day.piece.share).sum();
        if taken.rest().is_none() {
            continue;
        }
        let parts: Vec<(EpochMs, EpochMs)> = directory
            .template(&row.name)
            .map(|known| known.hours.parts_on(calendar, row.date))
            .filter(|parts| {
                let bounds = parts.first().zip(parts.last()).map(|(first, last)| (first.0, last.1));
                bounds == Some((shift.start, shift.end))
            })
            .unwrap_or_else(|| vec![(shift.start, shift.end)]);
        for (number, (from, to)) in parts.into_iter().enumerate() {
            let uid = format!("shift-{person}-{}-{}@deskmate", row.date, number + 1);
            entries.push(Entry { uid, from, to, summary: row.name.clone() });
        }
    }
    for day in away {
        let uid = format!("leave-{}-{}@deskmate", day.leave, day.piece.date);
        let (from, to) = (day.piece.from, day.piece.to);
        entries.push(Entry { uid, from, to, summary: "请假".to_owned() });
    }
    entries.sort_by_key(|entry| entry.from);
    Ok(entries)
}
