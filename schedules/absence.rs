//! 旷工提请: whoever had a shift without granted leave, and neither wrote anything nor filed a report in it, was not there as
//! far as the bot can tell. It is proposed at the end of the shift; a person decides.

use bot::{Desk, Outcome, ReminderKind, Said, Stop};
use chrono::NaiveDate;
use domain::calendar::day_name;
use domain::leave::{ABSENCE_CODE, Kind, Share, absence};
use domain::rights::Over;
use domain::{Role, Span};
use store::{ABSENCE_CHECK, Fact, Leave, LeaveState, NewLedgerEntry, Reminder};

pub(crate) const REMINDER: ReminderKind = ReminderKind { kind: ABSENCE_CHECK, run };

fn run(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let cancel = |reason: &str| Ok(Outcome::Cancel(reason.to_owned()));
    let Ok(date) = reminder.subject.parse::<NaiveDate>() else { return cancel("unreadable") };
    let directory = desk.directory()?;
    let here = directory.person(reminder.person).filter(|person| person.roles.owes_report());
    let Some(person) = here.filter(|person| person.is_member(desk.now)) else { return cancel("owes_none") };
    let Some(shift) = desk.tx.rota_on(reminder.person, date)?.and_then(|row| row.shift) else {
        return cancel("off");
    };
    if desk.tx.has_spoken(reminder.person, shift.start, shift.end)? {
        return cancel("present");
    }
    let asked = desk.tx.leaves_of(reminder.person, shift.start, shift.end)?;
    let undecided = |leave: &Leave| matches!(leave.state, LeaveState::Open | LeaveState::Lapsed);
    let mut away = desk.tx.leave_days_of(reminder.person, Span::day(date))?;
    // Said that he is ill: illness is leave from the notice on, for the part that it names. Where somebody refuses
    // it, this is asked once more; where it lapses undecided, nothing more is proposed for its part.
    for leave in asked.iter().filter(|leave| leave.kind == Kind::Sick && undecided(leave)) {
        away.extend(desk.tx.leave_pieces(leave.no)?.into_iter().filter(|day| day.piece.date == date));
    }
    let away: Share = away.iter().map(|day| day.piece.share).sum();
    let book = desk.book()?;
    let Some(absence) = absence(away.rest(), &book, date) else { return cancel("on_leave") };
    // What was proposed before, when a slip for half of the shift was still undecided, is not proposed twice.
    let source = |halves: u32| format!("absence:{}:{date}:{halves}", person.id);
    let before = (1..=absence.halves).rev();
    let mut proposed = 0;
    for halves in before {
        if desk.tx.is_proposed(&source(halves))? {
            proposed = halves;
            break;
        }
    }
    let Some(absence) = absence.beyond(proposed, &book, date) else { return cancel("proposed_before") };
    let source = source(proposed + absence.halves);
    let days = if absence.halves.is_multiple_of(2) {
        serde_json::Value::from(absence.halves / 2)
    } else {
        serde_json::Value::from(f64::from(absence.halves) / 2.0)
    };
    let fact = Fact::new("absence.proposed", None)
        .person("person", person.id)
        .with("date", date.to_string())
        .with("days", days.clone())
        .with("fen", absence.fen)
        .with("rule", absence.rule);
    desk.record(fact);
    let new = NewLedgerEntry {
        source: &source,
        code: ABSENCE_CODE,
        person: person.id,
        day: date,
        fen: absence.fen,
        points: 0,
        rule: absence.rule,
        about: None,
        now: desk.now,
    };
    let Some(entry) = desk.tx.propose(&Over::by_program(Some(person.id)), &new)? else {
        return cancel("proposed_before");
    };
    let label = entry.label();
    // A group may read it, so of whom it speaks and what it costs stands in 提案 only.
    let said =
        Said::text(format!("{label} 待确认（{}，{}）：私聊发「提案」看。", day_name(date), absence.rule))
            .button("同意", format!("同意 {label}"))
            .button("驳回", format!("驳回 {label} 当天在岗"));
    let today = desk.today();
    for supervisor in directory.people(desk.now) {
        let standing = directory.standing(supervisor, today);
        if supervisor.id != person.id && standing.roles().has(Role::Supervisor) {
            desk.tell(supervisor.id, Some(&format!("{source}:{}", supervisor.id)), &said, true)?;
        }
    }
    let own = Said::text(format!(
        "{} 当班没有收到你的消息或日报（{label}）。到过岗请马上找组长或主管说明。",
        day_name(date)
    ));
    desk.tell(person.id, Some(&format!("{source}:own")), &own, true)?;
    Ok(Outcome::Done)
}
