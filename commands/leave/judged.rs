//! A request with everything that decides about it: the person's own shifts, what he has taken already, who else is away.

use super::reading::{Asked, Half};
use crate::shared;
use bot::{Ctx, Stop};
use chrono::NaiveDate;
use domain::calendar::{DAY, next_day};
use domain::leave::{Duty, Kind, Part, Piece, Refused, Request, Route, Share, month_of, route};
use domain::settings::catalogue::leave::ENTERED_DAYS;
use domain::settings::catalogue::rota::MIN_STAFF;
use domain::{EpochMs, Period, PersonId, Span};
use store::RotaRow;

/// What was asked for, judged.
pub(crate) struct Judged {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) from: EpochMs,
    pub(crate) to: EpochMs,
    pub(crate) substitute: Option<PersonId>,
    /// What is taken already of the days that it touches.
    pub(crate) taken: Share,
    pub(crate) verdict: Result<Route, Refused>,
}

/// Days that one request may take.
const MOST_DAYS: i64 = 200;

/// The shift of a day as leave counts it: without the pauses of a split one.
pub(crate) fn duty(ctx: &Ctx<'_, '_>, row: &RotaRow) -> Option<Duty> {
    let shift = row.shift.as_ref()?;
    let calendar = ctx.desk.calendar();
    let parts = ctx.directory.template(&row.name).map(|known| known.hours.parts_on(calendar, row.date));
    let bounds = (shift.start, shift.end);
    // A template that was changed afterwards says nothing about this shift.
    let parts = parts.filter(|parts| {
        parts.first().zip(parts.last()).map(|(first, last)| (first.0, last.1)) == Some(bounds)
    });
    Some(Duty { date: row.date, parts: parts.unwrap_or_else(|| vec![bounds]) })
}

/// Judges what somebody asks for, now.
pub(crate) fn judge(
    ctx: &mut Ctx<'_, '_>,
    person: PersonId,
    asked: &Asked,
    entered: bool,
) -> Result<Judged, Stop> {
    let (kind, today, now) = (asked.kind.unwrap_or(Kind::Personal), ctx.desk.today(), ctx.desk.now);
    let days = match (asked.days, asked.first.is_some() || asked.clock.is_some()) {
        (Some(days), _) => days,
        (None, true) => (today, today),
        (None, false) => {
            return Err(Stop::bad("请写上哪一天，例：请假 事假 明天；请假 临时 今天 13:00至15:30"));
        }
    };
    if asked.clock.is_some() && days.0 != days.1 {
        return Err(Stop::bad("写了时刻就只能是一天，跨天请分开提交。"));
    }
    if (days.1 - days.0).num_days() >= MOST_DAYS {
        return Err(Stop::bad(format!("一次最多{MOST_DAYS}天，请分开提交。")));
    }
    let back = ctx.desk.book()?.whole(&ENTERED_DAYS, today);
    if entered && (today - days.0).num_days() > back {
        return Err(Stop::bad(format!("只能补录最近{back}天的请假。")));
    }
    let substitute = match &asked.substitute {
        Some(token) => Some(ctx.desk.person_named(&token.name, token.number)?),
        None => None,
    };
    if substitute == Some(person) {
        return Err(Stop::bad("代班的要是另一位同事。"));
    }
    let span = Span { from: days.0, to: days.1 };
    let rows = ctx.desk.tx.rota_between(span)?;
    let mut duties: Vec<Duty> =
        rows.iter().filter(|row| row.person == person).filter_map(|row| duty(ctx, row)).collect();
    if kind == Kind::Meeting && duties.is_empty() {
        // A meeting is missed whether there is a shift on that day or not.
        let start = ctx.desk.calendar().midnight(days.0);
        duties.push(Duty { date: days.0, parts: vec![(start, start + DAY)] });
    }
    let pieces: Vec<Piece> =
        duties.iter().filter_map(|duty| duty.piece(part(ctx, asked, duty, days))).collect();
    if kind != Kind::Meeting {
        clash(ctx, person, &pieces, 0)?;
    }
    let book = ctx.desk.book()?;
    let months = Span { from: month_of(days.0), to: Period::Month.around(days.1).to };
    let others = ctx.desk.tx.leave_taken(person, months, 0, &book)?;
    let below_minimum = below_minimum(ctx, person, &pieces, &rows)?;
    let shift_start = duties.first().map_or(now, Duty::start);
    let (from, to) = (
        pieces.first().map_or(ctx.desk.calendar().midnight(days.0), |piece| piece.from),
        pieces.last().map_or(ctx.desk.calendar().midnight(next_day(days.1)), |piece| piece.to),
    );
    let roles = ctx.directory.person(person).map(|person| person.roles).unwrap_or_default();
    let request = Request {
        kind,
        asked_at: now,
        pieces: &pieces,
        shift_start,
        others: &others,
        roles,
        uses: asked.uses,
        below_minimum,
        substitute: substitute.is_some(),
        entered,
    };
    let verdict = route(&request, &book, ctx.desk.calendar());
    let touched = |date: NaiveDate| pieces.iter().any(|piece| piece.date == date);
    let taken: Share = others.iter().filter(|taken| touched(taken.date)).map(|taken| taken.share).sum();
    Ok(Judged { pieces, from, to, substitute, taken, verdict })
}

/// What of a shift is asked for.
fn part(ctx: &Ctx<'_, '_>, asked: &Asked, duty: &Duty, days: (NaiveDate, NaiveDate)) -> Part {
    if let Some((from, to)) = asked.clock {
        let calendar = ctx.desk.calendar();
        // After midnight of a night shift is the next day.
        let on = |minute: u16| {
            let same = calendar.at(duty.date, u32::from(minute));
            let next = calendar.at(next_day(duty.date), u32::from(minute));
            if same < duty.start() && next <= duty.end() { next } else { same }
        };
        let from = on(from);
        let to = Some(on(to))
            .filter(|to| *to > from)
            .unwrap_or_else(|| calendar.at(next_day(duty.date), u32::from(to)));
        return Part::Time { from, to };
    }
    let half = |half| match half {
        Half::First => Part::First,
        Half::Second => Part::Second,
    };
    let halves_at_both_ends = asked.last.is_some() || (asked.first.is_some() && days.0 != days.1);
    match (asked.first, asked.last) {
        (Some(first), _) if !halves_at_both_ends => half(first),
        (Some(first), _) if duty.date == days.0 => half(first),
        (_, Some(last)) if duty.date == days.1 => half(last),
        _ => Part::Whole,
    }
}

/// Refuses what is asked for twice.
pub(super) fn clash(ctx: &mut Ctx<'_, '_>, person: PersonId, pieces: &[Piece], but: i64) -> Result<(), Stop> {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return Ok(()) };
    for leave in ctx.desk.tx.leaves_of(person, first.from, last.to)? {
        if leave.no == but || !matches!(leave.state, store::LeaveState::Open | store::LeaveState::Approved) {
            continue;
        }
        let days = ctx.desk.tx.leave_pieces(leave.no)?;
        let meets =
            |piece: &Piece| days.iter().any(|day| day.piece.from < piece.to && piece.from < day.piece.to);
        if pieces.iter().any(meets) {
            return Err(Stop::wrong_state(format!(
                "这段时间已经有 {}。要改先发「销假 {}」，再重新请假。",
                leave.label(),
                leave.label()
            )));
        }
    }
    Ok(())
}

/// Whether a shift would fall below its minimum staffing without this person: those of the same group with
/// a shift that overlaps, who are not away themselves.
fn below_minimum(
    ctx: &mut Ctx<'_, '_>,
    person: PersonId,
    pieces: &[Piece],
    rows: &[RotaRow],
) -> Result<bool, Stop> {
    let book = ctx.desk.book()?;
    let Some(team) = ctx.directory.person(person).map(|person| person.team) else { return Ok(false) };
    for piece in pieces {
        let needed = book.count(&MIN_STAFF, piece.date);
        if needed == 0 {
            continue;
        }
        let away = ctx.desk.tx.leave_days(Span::day(piece.date))?;
        let there = |row: &&RotaRow| {
            let overlaps =
                row.shift.as_ref().is_some_and(|shift| shift.start < piece.to && piece.from < shift.end);
            let away = away.iter().any(|day| {
                day.person == row.person && day.piece.from < piece.to && piece.from < day.piece.to
            });
            row.person != person
                && row.date == piece.date
                && overlaps
                && !away
                && ctx.directory.person(row.person).is_some_and(|other| other.team == team)
        };
        let left = rows.iter().filter(there).count();
        if u32::try_from(left).is_ok_and(|left| left < needed) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Why it is not handed in, and what to type instead. `taken` is what those days have been asked for already.
pub(crate) fn refused(why: Refused, asked: &Asked, taken: Share) -> Stop {
    let kind = asked.kind.map_or("事假", Kind::word);
    let text = match why {
        Refused::NoShift => "那几天没有你的班，不用请假。看班表发「排班」。".to_owned(),
        Refused::Past => "这段时间已经过去了，没有提交。补录请找组长「代录请假」。".to_owned(),
        Refused::TooLate { earliest } if !taken.is_none() => {
            let so_far = match taken.whole_halves() {
                0 => "请过假".to_owned(),
                halves => format!("请{}", shared::half_days(halves)),
            };
            format!(
                "没有提交：当天已{so_far}，加这次超过半个班，要提前提出（R-138、R-140）。{kind}最早可请 {earliest}；今天确实要离开请直接找组长或主管"
            )
        }
        Refused::TooLate { earliest } => format!(
            "没有提交：超过半个班的{kind}要提前提出，当天早上不接受（R-138、R-144）。最早可请 {earliest}；今天确实要离开，半个班以内发：请假 临时 今天 下午"
        ),
        Refused::CarriedOver => "没有提交：本月假当月休完，不能用别的月份的假（R-132）。".to_owned(),
        Refused::NeedsSubstitute => {
            "没有提交：你不在，当班人数就不够了，请先找好代班人（R-148）。例：请假 事假 明天 代班 @李四"
                .to_owned()
        }
    };
    match why {
        Refused::NoShift | Refused::Past => Stop::wrong_state(text),
        _ => Stop::rule(why.rule().unwrap_or("R-138"), text),
    }
}

/// How much it is: `1天`, `半天`, `2小时30分`.
pub(crate) fn length(pieces: &[Piece]) -> String {
    let minutes: Option<u32> = pieces.iter().map(|piece| piece.minutes).sum();
    match minutes {
        Some(minutes) => match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}分钟"),
            (hours, 0) => format!("{hours}小时"),
            (hours, minutes) => format!("{hours}小时{minutes}分"),
        },
        None => shared::half_days(pieces.iter().map(|piece| piece.share).sum::<Share>().whole_halves()),
    }
}
