//! 请假审批: whether a request may be handed in, who decides it and what is to be seen of it: steps 1 to 9 of the decision
//! table on leave. Steps 10 and 11 happen when somebody has decided, or nobody has.

use super::duty::Piece;
use super::kind::Kind;
use super::share::Share;
use crate::calendar::{Calendar, DAY, HOUR, MINUTE, shift_days};
use crate::settings::Book;
use crate::settings::catalogue::leave::{
    AWAY_CAP_DAYS, CARRY_OVER, CHAIN, LEAD_LIMIT, NOTICE_MEETING, NOTICE_MODE, NOTICE_PERSONAL, NOTICE_SICK,
    NOTICE_SOFT, STATUTORY_COUNTS,
};
use crate::{EpochMs, Role, Roles, RuleId};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// A calendar month, by its first day.
pub type Month = NaiveDate;

/// The calendar month that a day lies in.
pub fn month_of(day: NaiveDate) -> Month {
    day.with_day(1).unwrap_or(day)
}

/// A request, with everything that decides about it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The kind.
    pub kind: Kind,
    /// When it was asked for.
    pub asked_at: EpochMs,
    /// What it takes of whose day, in order; days without a shift are not among them.
    pub pieces: &'a [Piece],
    /// Start of the shift of the first day.
    pub shift_start: EpochMs,
    /// What the person has taken or asked for otherwise: approved and undecided leave of the same months.
    pub others: &'a [Taken],
    /// The roles of the person.
    pub roles: Roles,
    /// 用: the month whose day off is taken.
    pub uses: Option<Month>,
    /// A shift would fall below its minimum staffing.
    pub below_minimum: bool,
    /// 代班人 is named.
    pub substitute: bool,
    /// 代录: entered by somebody who leads, for whoever had asked otherwise before.
    pub entered: bool,
}

/// A day of another leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The day.
    pub date: NaiveDate,
    /// How much of the shift.
    pub share: Share,
    /// Whether it counts towards the month.
    pub counts: bool,
}

/// What is to be seen of a request by whoever decides, in the codes of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// 提前不足.
    ShortNotice,
    /// 迟报.
    LateNotice,
    /// 超过每月天数.
    OverCap,
    /// 要补证明.
    CertificateDue,
    /// 没有代班人.
    SubstituteMissing,
}

impl Flag {
    /// As events say it.
    pub fn code(self) -> &'static str {
        match self {
            Flag::ShortNotice => "short_notice",
            Flag::LateNotice => "late_notice",
            Flag::OverCap => "over_cap",
            Flag::CertificateDue => "certificate_due",
            Flag::SubstituteMissing => "substitute_missing",
        }
    }

    /// As people read it.
    pub fn word(self) -> &'static str {
        match self {
            Flag::ShortNotice => "提前不足",
            Flag::LateNotice => "报得晚",
            Flag::OverCap => "超过每月天数",
            Flag::CertificateDue => "要补证明",
            Flag::SubstituteMissing => "没有代班人",
        }
    }
}

/// Who decides, one after the other; each must agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The roles in order; none for what is only a notice to the director.
    pub levels: Vec<Role>,
    /// The step of the decision table.
    pub step: u32,
    /// The rule.
    pub rule: RuleId,
    /// What is to be seen of it.
    pub flags: Vec<Flag>,
    /// Asked for in time.
    pub notice_ok: bool,
    /// Days of this request for each month, in halves, and the month's sum with it.
    pub months: Vec<(Month, u32, u32)>,
}

/// Why a request is not handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no shift in it.
    NoShift,
    /// It lies in the past, or has begun.
    Past,
    /// Leave of more than half a shift for the same day, or too late for the notice.
    TooLate {
        /// The first day that it may be asked for now.
        earliest: NaiveDate,
    },
    /// The day off of another month.
    CarriedOver,
    /// A substitute is needed first.
    NeedsSubstitute,
}

impl Refused {
    /// The rule behind it; `None` when it is no rule's doing.
    pub fn rule(self) -> Option<RuleId> {
        match self {
            Refused::NoShift | Refused::Past => None,
            Refused::TooLate { .. } => Some("R-138"),
            Refused::CarriedOver => Some("R-132"),
            Refused::NeedsSubstitute => Some("R-148"),
        }
    }
}

/// The levels of an over-long month, in order.
const LEVEL_BY_LEVEL: [Role; 3] = [Role::Lead, Role::Supervisor, Role::Director];

/// Judges a request.
///
/// # Errors
/// Why it is not handed in.
pub fn route(request: &Request<'_>, book: &Book, calendar: &Calendar) -> Result<Route, Refused> {
    let (Some(first), Some(last)) = (request.pieces.first(), request.pieces.last()) else {
        return Err(Refused::NoShift);
    };
    let today = calendar.date(request.asked_at);
    if request.kind == Kind::Meeting {
        let ok = first.date >= shift_days(today, book.whole(&NOTICE_MEETING, today));
        let levels = raised(&[Role::Director], request.roles);
        return Ok(Route {
            levels,
            step: 6,
            rule: "R-168",
            flags: Vec::new(),
            notice_ok: ok,
            months: Vec::new(),
        });
    }
    if last.to <= request.asked_at && !request.entered {
        return Err(Refused::Past);
    }
    let uses_other =
        request.uses.is_some_and(|month| request.pieces.iter().any(|piece| month_of(piece.date) != month));
    if uses_other && !book.is_on(&CARRY_OVER, today) {
        return Err(Refused::CarriedOver);
    }
    if request.below_minimum && !request.substitute && request.kind != Kind::Sick {
        return Err(Refused::NeedsSubstitute);
    }
    let mut flags = Vec::new();
    if request.kind.needs_certificate() {
        flags.push(Flag::CertificateDue);
    }
    if request.below_minimum && !request.substitute {
        flags.push(Flag::SubstituteMissing);
    }
    let months = months(request, book);
    let notice = request.shift_start - request.asked_at;
    let sick_in_time = notice >= book.whole(&NOTICE_SICK, first.date) * MINUTE;
    let late_sick = request.kind == Kind::Sick && !sick_in_time;
    if late_sick {
        flags.push(Flag::LateNotice);
    }
    let short = sum_of_the_days(request) <= Share::halves(book.count(&LEAD_LIMIT, first.date));
    let noticed = request.kind == Kind::Sick || short || is_noticed(request, book, calendar);
    if request.entered && !noticed {
        // Whether he had asked in time is known to whoever decides, not here.
        flags.push(Flag::LateNotice);
    }
    let notice_ok = !late_sick && noticed;
    let early = first.date >= shift_days(today, book.whole(&NOTICE_SOFT, first.date));
    if !short && request.kind != Kind::Sick && first.date > today && !early {
        flags.push(Flag::ShortNotice);
    }
    let over_cap = months.iter().any(|(month, _, sum)| *sum > book.count(&AWAY_CAP_DAYS, *month));
    if over_cap {
        flags.push(Flag::OverCap);
    }
    flags.sort_unstable();

    let to = |levels: &[Role], step, rule| {
        let levels = raised(levels, request.roles);
        Ok(Route { levels, step, rule, flags: flags.clone(), notice_ok, months: months.clone() })
    };
    if over_cap {
        return to(&LEVEL_BY_LEVEL, 1, "R-134");
    }
    if late_sick {
        return to(&[Role::Supervisor], 3, "R-139");
    }
    let on_duty = request.asked_at >= request.shift_start && first.date <= today;
    let leaves_on_duty = request.kind == Kind::Temporary && on_duty;
    if !noticed && !leaves_on_duty && !request.entered {
        return Err(Refused::TooLate { earliest: earliest(request.asked_at, book, calendar) });
    }
    let by_setting = match book.word(&CHAIN, first.date) {
        "supervisor" => Some(Role::Supervisor),
        "director" => Some(Role::Director),
        _ => None,
    };
    let level = by_setting.unwrap_or(if short { Role::Lead } else { Role::Director });
    match request.kind {
        Kind::Sick => to(&[level], 2, "R-139"),
        _ if by_setting == Some(Role::Supervisor) => to(&[level], 6, "R-130"),
        _ if by_setting == Some(Role::Director) => to(&[level], 6, "R-136"),
        _ if short => to(&[level], 4, "R-140"),
        Kind::Temporary if leaves_on_duty => to(&[level], 5, "R-141"),
        _ => to(&[level], 6, "R-138"),
    }
}

/// The days of a request for each month and the month's sum with everything else, in halves: what is left over of a
/// half is dropped once, from the sum.
fn months(request: &Request<'_>, book: &Book) -> Vec<(Month, u32, u32)> {
    let mut own: BTreeMap<Month, Share> = BTreeMap::new();
    for piece in request.pieces {
        let counts = counts(request.kind, book, piece.date);
        let sum = own.entry(month_of(piece.date)).or_insert(Share::NONE);
        *sum = *sum + if counts { piece.share } else { Share::NONE };
    }
    own.into_iter()
        .map(|(month, share)| {
            let others = request.others.iter().filter(|taken| taken.counts && month_of(taken.date) == month);
            let sum: Share = others.map(|taken| taken.share).sum();
            (month, share.whole_halves(), (sum + share).whole_halves())
        })
        .collect()
}

/// Whether a day of a kind counts towards the month's days away.
pub fn counts(kind: Kind, book: &Book, day: NaiveDate) -> bool {
    kind != Kind::Meeting && (!kind.is_statutory() || book.is_on(&STATUTORY_COUNTS, day))
}

/// What is taken of the days that a request touches, with the other leaves of those days: several short leaves of one
/// day are one.
fn sum_of_the_days(request: &Request<'_>) -> Share {
    let touched = |date: NaiveDate| request.pieces.iter().any(|piece| piece.date == date);
    let own: Share = request.pieces.iter().map(|piece| piece.share).sum();
    own + request.others.iter().filter(|taken| touched(taken.date)).map(|taken| taken.share).sum()
}

/// Asked for as long before as the department wants it.
fn is_noticed(request: &Request<'_>, book: &Book, calendar: &Calendar) -> bool {
    let Some(first) = request.pieces.first() else { return false };
    let days = book.whole(&NOTICE_PERSONAL, first.date);
    match book.word(&NOTICE_MODE, first.date) {
        "hours24" => first.from - request.asked_at >= days * 24 * HOUR,
        _ => {
            first.date >= shift_days(calendar.date(request.asked_at), days) && first.from >= request.asked_at
        }
    }
}

/// The first day for which more than half a shift may be asked for now.
fn earliest(asked_at: EpochMs, book: &Book, calendar: &Calendar) -> NaiveDate {
    let today = calendar.date(asked_at);
    let days = book.whole(&NOTICE_PERSONAL, today);
    match book.word(&NOTICE_MODE, today) {
        "hours24" => calendar.date(asked_at + days * DAY + DAY - 1),
        _ => shift_days(today, days),
    }
}

/// Nobody approves himself: whoever is one of the levels is decided about by the next. Levels below his own
/// are left out.
fn raised(levels: &[Role], roles: Roles) -> Vec<Role> {
    const ORDER: [Role; 4] = [Role::Lead, Role::Supervisor, Role::Director, Role::Admin];
    let place = |role: Role| ORDER.iter().position(|known| *known == role).unwrap_or(0);
    let own = ORDER[..3].iter().rposition(|role| roles.has(*role));
    let lowest = own.map_or(0, |own| own + 1);
    let mut raised: Vec<Role> =
        levels.iter().map(|role| ORDER[place(*role).max(lowest).min(ORDER.len() - 1)]).collect();
    raised.dedup();
    raised
}
