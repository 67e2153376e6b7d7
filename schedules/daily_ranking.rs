//! 日排行: at 09:00 yesterday's board is posted to the chats with the purpose 排行.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use domain::calendar::{HOUR, day_name, previous_day};
use domain::ranking::{self, Order, Placed};
use domain::settings::catalogue::ranking::DAILY_AT;
use domain::{EpochMs, Period, Span};
use serde_json::{Value, json};
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

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let span = Span::day(previous_day(desk.calendar().date(fire_at)));
    let directory = desk.directory()?;
    if directory.chats_for(purpose::RANKING).next().is_none() {
        return Ok(Outcome::Cancel("no_chat".to_owned()));
    }
    let mut tallies = desk.tx.tallies(span)?;
    tallies.retain(|tally| directory.person(tally.person).is_some_and(|person| person.roles.is_ranked()));
    if tallies.is_empty() {
        return Ok(Outcome::Cancel("nobody_on_duty".to_owned()));
    }
    let filed: Vec<i64> = desk.tx.live_reports(span)?.into_iter().map(|report| report.person).collect();
    let order = Order::of(Period::Day);
    let placed = ranking::rank(tallies, order);
    let lines = ranking::board(&placed, |person| directory.label(person), |person| filed.contains(&person));
    let late = if desk.now - fire_at > HOUR { "\n（晚发：当时助手没有运行）" } else { "" };
    let text = format!(
        "昨日排行 {}（按{}）\n{}\n看自己发「我的」，看本周发「排行 本周」{late}",
        day_name(span.from),
        order.told(),
        lines.join("\n")
    );
    if desk.post(purpose::RANKING, &format!("ranking:day:{}", span.from), &Said::text(text))? == 0 {
        // Its time of day was changed after it had been posted.
        return Ok(Outcome::Cancel("posted_before".to_owned()));
    }
    let fact = Fact::new("ranking.posted", None)
        .with("period", Period::Day.code())
        .with("from", span.from.to_string())
        .with("to", span.to.to_string())
        .with("provisional", true)
        .with("rule", "R-230")
        .with("rows", placed.iter().map(row).collect::<Vec<Value>>());
    desk.record(fact);
    Ok(Outcome::Done)
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
