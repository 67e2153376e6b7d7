//! 日排行: at 09:00 yesterday's board is posted to the chats with the purpose 排行. Weeks and months are posted by
//! the same words.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use domain::calendar::{HOUR, day_name, previous_day};
use domain::ranking::{self, Order, Placed};
use domain::settings::catalogue::ranking::DAILY_AT;
use domain::{EpochMs, Period, PersonId, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::Fact;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "daily_ranking",
    summary: "每天（09:00）发昨日排行",
    cron: "0 9 * * *",
    at: Some(&DAILY_AT),
    catch_up: CatchUp::Once,
    // Yesterday's board is still worth reading until the evening.
    max_late: 12 * HOUR,
    run,
};

/// A board about to be posted.
pub(crate) struct Board<'a> {
    pub(crate) period: Period,
    pub(crate) span: Span,
    pub(crate) title: &'a str,
    /// Posted once.
    pub(crate) key: &'a str,
    /// The last line.
    pub(crate) hint: &'a str,
    pub(crate) provisional: bool,
    /// What the event is about, and the arrivals by person of the board that this one corrects.
    pub(crate) subject: Option<&'a str>,
    pub(crate) before: Option<BTreeMap<PersonId, u32>>,
}

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let span = Span::day(previous_day(desk.calendar().date(fire_at)));
    let board = Board {
        period: Period::Day,
        span,
        title: &format!("昨日排行 {}", day_name(span.from)),
        key: &format!("ranking:day:{}", span.from),
        hint: "看自己发「我的」，看本周发「排行 本周」",
        provisional: true,
        subject: None,
        before: None,
    };
    post(desk, fire_at, &board)
}

/// Posts a board to the chats with the purpose 排行, once a key.
pub(crate) fn post(desk: &mut Desk<'_, '_>, fire_at: EpochMs, board: &Board<'_>) -> Result<Outcome, Stop> {
    let span = board.span;
    let directory = desk.directory()?;
    if directory.chats_for(purpose::RANKING).next().is_none() {
        return Ok(Outcome::Cancel("no_chat".to_owned()));
    }
    let calendar = *desk.calendar();
    let mut tallies = desk.tx.tallies(span, &calendar)?;
    tallies.retain(|tally| directory.person(tally.person).is_some_and(|person| person.roles.is_ranked()));
    if tallies.is_empty() {
        return Ok(Outcome::Cancel("nobody_on_duty".to_owned()));
    }
    let filed: Vec<PersonId> = match board.period {
        Period::Day => {
            // Whoever was on leave for the whole shift owes none.
            let off = desk.tx.whole_days_off(span)?.into_iter().map(|(person, _)| person);
            desk.tx.live_reports(span)?.into_iter().map(|report| report.person).chain(off).collect()
        }
        Period::Week | Period::Month => tallies.iter().map(|tally| tally.person).collect(),
    };
    let order = Order::of(board.period);
    let placed = ranking::rank(tallies, order);
    let mut lines =
        ranking::board(&placed, |person| directory.label(person), |person| filed.contains(&person));
    lines.extend(differences(&placed, board.before.as_ref(), |person| directory.label(person)));
    let late = if desk.now - fire_at > HOUR { "\n（晚发：当时助手没有运行）" } else { "" };
    let text = format!("{}（按{}）\n{}\n{}{late}", board.title, order.told(), lines.join("\n"), board.hint);
    if desk.post(purpose::RANKING, board.key, &Said::text(text))? == 0 {
        // Its time of day was changed after it had been posted.
        return Ok(Outcome::Cancel("posted_before".to_owned()));
    }
    let mut fact = Fact::new("ranking.posted", None);
    if let Some(subject) = board.subject {
        fact = fact.about(subject);
    }
    let fact = fact
        .with("period", board.period.code())
        .with("from", span.from.to_string())
        .with("to", span.to.to_string())
        .with("provisional", board.provisional)
        .with("rule", if board.period == Period::Month { "R-382" } else { "R-230" })
        .with("rows", placed.iter().map(row).collect::<Vec<Value>>());
    desk.record(fact);
    Ok(Outcome::Done)
}

/// What is otherwise than on the board before.
fn differences(
    placed: &[Placed],
    before: Option<&BTreeMap<PersonId, u32>>,
    name: impl Fn(PersonId) -> String,
) -> Option<String> {
    let before = before?;
    let now: BTreeMap<PersonId, u32> =
        placed.iter().map(|placed| (placed.tally.person, placed.tally.arrivals)).collect();
    let mut people: Vec<PersonId> = before.keys().chain(now.keys()).copied().collect();
    people.sort_unstable();
    people.dedup();
    let of = |board: &BTreeMap<PersonId, u32>, person| i64::from(board.get(&person).copied().unwrap_or(0));
    let changed: Vec<String> = people
        .into_iter()
        .map(|person| (person, of(&now, person) - of(before, person)))
        .filter(|(_, change)| *change != 0)
        .map(|(person, change)| format!("{} {change:+}", name(person)))
        .collect();
    Some(match changed.as_slice() {
        [] => "到诊和上一版相同".to_owned(),
        changed => format!("到诊和上一版相比：{}", changed.join("、")),
    })
}

fn row(placed: &Placed) -> Value {
    let tally = &placed.tally;
    json!({
        "place": placed.place,
        "person": Fact::person_value(tally.person),
        "appointments": tally.appointments,
        "arrivals": tally.arrivals,
        "dialogues": tally.dialogues,
        "rate": tally.rate(),
    })
}
