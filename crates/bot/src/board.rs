//! 排行榜: how a board is made from what the store knows, posted, opened to objections and settled.
//! The command and the schedules ask here, so that what somebody is told is what stands in the group.

mod drawing;

pub use drawing::{Frame, drawing};

use crate::confirm::Opening;
use crate::desk::{Desk, purpose};
use crate::message::{Attachment, Said};
use crate::schedule::Outcome;
use crate::stop::Stop;
use chrono::NaiveDate;
use domain::calendar::{HOUR, day_name};
use domain::leave::Share;
use domain::ranking::{Board, Entry, Line, Order, Shown, is_new};
use domain::reconciliation::Month;
use domain::rights::Over;
use domain::settings::catalogue::ranking::{COUNT_UNANSWERED, DAILY_OBJECTION_HOURS, OBJECTION_HOURS, SHOWN};
use domain::{EpochMs, Period, PersonId, Span};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::{BoardState, Directory, Fact, GroupPost, PostedBoard};

/// The kind of the posts that are opened to objections.
pub(crate) const KIND: &str = "ranking";

/// A board that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Of what.
    pub period: Period,
    /// Of which days.
    pub span: Span,
    /// Otherwise ordered than the period is posted.
    pub order: Option<Order>,
    /// Figures a shift worked.
    pub by_shift: bool,
    /// Only this group.
    pub team: Option<i64>,
}

impl Asked {
    /// As a period is posted.
    pub fn posted(period: Period, span: Span) -> Self {
        Self { period, span, order: None, by_shift: false, team: None }
    }
}

/// Makes a board from the figures as they are now, with what changed since the period before.
///
/// # Errors
/// When the store cannot be read.
pub fn compose(desk: &mut Desk<'_, '_>, asked: &Asked) -> Result<Board, Stop> {
    let Asked { period, span, order, by_shift, team } = *asked;
    let order = order.unwrap_or(Order::of(period)).set(&*desk.book()?, span.to);
    let now = entries(desk, period, span, team)?;
    let before = entries(desk, period, period.before(span.from), team)?;
    Ok(Board::compose(now, before, order, by_shift))
}

fn entries(
    desk: &mut Desk<'_, '_>,
    period: Period,
    span: Span,
    team: Option<i64>,
) -> Result<Vec<Entry>, Stop> {
    let directory = desk.directory()?;
    let day = span.to.min(desk.today());
    let unanswered = directory.book().is_on(&COUNT_UNANSWERED, span.to);
    let counts = desk.tx.counts(span)?;
    let off = leave(desk, span)?;
    // Of a single day it is told who has not filed; whoever was on leave for the whole shift owes none.
    let owing = match period {
        Period::Day => owing(desk, span)?,
        Period::Week | Period::Month => HashSet::new(),
    };
    // Who got another role after the board had been posted stays on it.
    let posted = desk.tx.posted_board(period, span)?;
    let was_on = |person| posted.as_ref().is_some_and(|posted| posted.board.of(person).is_some());
    let ranked = counts.into_iter().filter(domain::ranking::Counts::is_listed).filter_map(|counts| {
        let person = directory.person(counts.person)?;
        let stands = person.roles.is_ranked() || was_on(person.id);
        let wanted = stands && team.is_none_or(|team| person.team == Some(team));
        let planned = counts.shifts.saturating_mul(1_000);
        let worked = planned.saturating_sub(off.get(&counts.person).copied().unwrap_or(0));
        let away = planned > 0 && worked == 0 && counts.reports == 0;
        wanted.then(|| Entry {
            tally: counts.tally(unanswered),
            worked,
            team: person.team,
            is_new: is_new(directory.book(), person.entered_on, day),
            unfiled: !away && counts.reports == 0 && owing.contains(&counts.person),
            away,
        })
    });
    Ok(ranked.collect())
}

/// Whose shift of a day is over, so that a report of it is owed. Whoever was taken out before its end could not file any more.
fn owing(desk: &mut Desk<'_, '_>, span: Span) -> Result<HashSet<PersonId>, Stop> {
    let directory = desk.directory()?;
    let (rows, now) = (desk.tx.rota_between(span)?, desk.now);
    let over = rows.into_iter().filter_map(|row| {
        let end = row.shift.as_ref()?.end;
        let stayed = directory.person(row.person)?.rights_end.is_none_or(|left| end <= left);
        (stayed && end <= now).then_some(row.person)
    });
    Ok(over.collect())
}

/// How much of their shifts people were on leave, in thousandths; nobody is away for more than a day's shift.
fn leave(desk: &mut Desk<'_, '_>, span: Span) -> Result<HashMap<PersonId, u32>, Stop> {
    let mut days: HashMap<(PersonId, NaiveDate), Share> = HashMap::new();
    for day in desk.tx.leave_days(span)? {
        let share = days.entry((day.person, day.piece.date)).or_insert(Share::NONE);
        *share = *share + day.piece.share;
    }
    let mut off: HashMap<PersonId, u32> = HashMap::new();
    if days.is_empty() {
        return Ok(off);
    }
    // A day that was made a rest day after the leave had been granted has no shift to take it from.
    let rota = desk.tx.rota_between(span)?.into_iter().filter(|row| row.shift.is_some());
    let planned: HashSet<(PersonId, NaiveDate)> = rota.map(|row| (row.person, row.date)).collect();
    for ((person, _), share) in days.into_iter().filter(|(day, _)| planned.contains(day)) {
        *off.entry(person).or_insert(0) += share.min(Share::halves(2)).thousandths();
    }
    Ok(off)
}

/// What a period's board is called: `3月2日 周一`, `03-02至03-08`, `3月`.
pub fn named(period: Period, span: Span, today: NaiveDate) -> String {
    match period {
        Period::Day => day_name(span.from),
        Period::Week => format!("{}至{}", span.from.format("%m-%d"), span.to.format("%m-%d")),
        Period::Month => Month::of(span.from).told(today),
    }
}

/// The word that asks for a finished period's board as of a day; `None` where the command has no word for it.
fn word(period: Period, span: Span, today: NaiveDate) -> Option<&'static str> {
    (period.before(today) == span).then_some(match period {
        Period::Day => "昨日",
        Period::Week => "上周",
        Period::Month => "上月",
    })
}

/// The lines of a board with everybody's name, and how many are left out.
pub fn lines(directory: &Directory, board: &Board, shown: Shown) -> (Vec<String>, usize) {
    let team =
        |team: Option<i64>| team.and_then(|team| directory.team_name(team)).unwrap_or("未分组").to_owned();
    board.words(shown, |person| directory.label(person), team)
}

/// What the arrows stand for, where there are any.
pub fn legend(period: Period, board: &Board) -> Option<&'static str> {
    let moved = board.lines.iter().filter_map(|line| line.change).any(|won| won != 0);
    moved.then_some(match period {
        Period::Day => "↑↓ 和前一天比名次",
        Period::Week => "↑↓ 和前一周比名次",
        Period::Month => "↑↓ 和前一月比名次",
    })
}

/// What is otherwise than on an earlier version, a line each.
pub fn differences(directory: &Directory, board: &Board, before: &Board) -> Vec<String> {
    let changed = board.differences(before);
    if changed.is_empty() {
        return vec!["到诊和上一版相同".to_owned()];
    }
    let of = |name: &str, figure: fn(&domain::ranking::Tally) -> u32| {
        let people: Vec<String> = changed
            .iter()
            .map(|(person, was, is)| (person, i64::from(figure(is)) - i64::from(figure(was))))
            .filter(|(_, more)| *more != 0)
            .map(|(person, more)| format!("{} {more:+}", directory.label(*person)))
            .collect();
        (!people.is_empty()).then(|| format!("{name}和上一版相比：{}", people.join("、")))
    };
    let arrivals = of("到诊", |tally| tally.arrivals).unwrap_or_else(|| "到诊和上一版相同".to_owned());
    let rest = [of("预约", |tally| tally.appointments), of("对话", |tally| tally.dialogues)];
    std::iter::once(arrivals).chain(rest.into_iter().flatten()).collect()
}

/// A board about to be posted.
#[derive(Clone, Copy, Debug)]
pub struct Posting<'a> {
    /// Of what.
    pub period: Period,
    /// Of which days.
    pub span: Span,
    /// What stands above it.
    pub title: &'a str,
    /// Posted once.
    pub key: &'a str,
    /// The last line.
    pub hint: &'a str,
    /// In events: the month has not been reconciled.
    pub provisional: bool,
    /// Another version follows by itself, so this one takes no objections.
    pub precedes: bool,
    /// What the event is about.
    pub subject: Option<&'a str>,
}

/// What came of posting.
pub enum Posted {
    /// It was posted.
    Yes(Board),
    /// It was not; why, as the run of a schedule ends.
    Not(Outcome),
}

/// Posts a board to the chats with the purpose 排行, once a key, and opens it to objections where that is set. Answers it.
///
/// # Errors
/// When it cannot be written.
pub fn post(desk: &mut Desk<'_, '_>, fire_at: EpochMs, posting: &Posting<'_>) -> Result<Posted, Stop> {
    let Posting { period, span, title, key, hint, .. } = *posting;
    let cancelled = |why: &str| Ok(Posted::Not(Outcome::Cancel(why.to_owned())));
    let directory = desk.directory()?;
    if directory.chats_for(purpose::RANKING).next().is_none() {
        return cancelled("no_chat");
    }
    let board = compose(desk, &Asked::posted(period, span))?;
    if board.is_empty() {
        return cancelled("nobody_on_duty");
    }
    let before = desk.tx.posted_board(period, span)?.filter(|_| period == Period::Month && !posting.precedes);
    let mut text = text(desk, period, span, title, &board)?;
    if let Some(before) = before {
        text.push('\n');
        text.push_str(&differences(&directory, &board, &before.board).join("\n"));
    }
    text.push_str(&format!("\n{hint}"));
    if desk.now - fire_at > HOUR {
        text.push_str("\n（晚发：当时助手没有运行）");
    }
    let hours = hours(desk, period)?;
    let opens = hours > 0 && !posting.precedes;
    let stamp = match (posting.precedes, opens) {
        (true, _) => Some(("暂定", false)),
        (false, true) => Some(("公示中", false)),
        (false, false) => None,
    };
    let picture = drawing(&directory, &board, &Frame { title, stamp, note: hint, own: None });
    let confirmation = if opens {
        let about = named(period, span, desk.today());
        let until = desk.now + hours * HOUR;
        let about = format!("{about}排行");
        let opening = Opening {
            key,
            kind: KIND,
            about: &about,
            until,
            items: &[],
            text: &text,
            attachment: Some(picture),
        };
        let Some(opened) = desk.post_for_confirmation(purpose::RANKING, &opening)? else {
            return cancelled("posted_before");
        };
        Some(opened.no)
    } else {
        if desk.post(purpose::RANKING, key, &Said::text(text).with(picture))? == 0 {
            // Its time of day was changed after it had been posted.
            return cancelled("posted_before");
        }
        None
    };
    let state = if opens { BoardState::Open } else { BoardState::Provisional };
    let over = Over::by_program(None);
    let version = desk.tx.keep_board(&over, (period, span), (state, confirmation), &board, desk.now)?;
    let fact = posted(period, span, posting.provisional, version, &board, None);
    let fact = match posting.subject {
        Some(subject) => fact.about(subject),
        None => fact,
    };
    desk.record(fact.with("confirmation", confirmation.map(|no| format!("Q{no}"))));
    Ok(Posted::Yes(board))
}

/// For how long a period's board is open to objections, in hours.
fn hours(desk: &mut Desk<'_, '_>, period: Period) -> Result<i64, Stop> {
    let today = desk.today();
    let setting = if period == Period::Day { &DAILY_OBJECTION_HOURS } else { &OBJECTION_HOURS };
    Ok(desk.book()?.whole(setting, today))
}

/// A board as a post says it.
fn text(
    desk: &mut Desk<'_, '_>,
    period: Period,
    span: Span,
    title: &str,
    board: &Board,
) -> Result<String, Stop> {
    let directory = desk.directory()?;
    let today = desk.today();
    let most = usize::try_from(directory.book().whole(&SHOWN, today)).unwrap_or(usize::MAX);
    let (mut lines, left) = lines(&directory, board, Shown { skip: 0, most, own: None });
    if left > 0 {
        let how =
            word(period, span, today).map_or_else(String::new, |word| format!("，发「排行 {word} 第2页」看"));
        lines.push(format!("另有{left}人{how}"));
    }
    lines.extend(legend(period, board).map(str::to_owned));
    Ok(format!("{title}（按{}）\n{}", board.order.told(), lines.join("\n")))
}

fn posted(
    period: Period,
    span: Span,
    provisional: bool,
    version: u32,
    board: &Board,
    by: Option<PersonId>,
) -> Fact {
    Fact::new("ranking.posted", by)
        .with("period", period.code())
        .with("from", span.from.to_string())
        .with("to", span.to.to_string())
        .with("provisional", provisional)
        .with("version", version)
        .with("rule", if period == Period::Month { "R-382" } else { "R-230" })
        .with("rows", board.all().map(row).collect::<Vec<Value>>())
}

fn row(line: &Line) -> Value {
    let tally = &line.entry.tally;
    json!({
        "place": line.place,
        "person": Fact::person_value(tally.person),
        "appointments": tally.appointments,
        "arrivals": tally.arrivals,
        "dialogues": tally.dialogues,
        "rate": tally.rate(),
        "newcomer": line.entry.is_new,
    })
}

/// Settles a board whose time for objections is over: as it was posted, or, where figures were corrected meanwhile, as
/// another version that says so.
pub(crate) fn settle(
    desk: &mut Desk<'_, '_>,
    post: &GroupPost,
    (confirmed, objections): (usize, usize),
) -> Result<Outcome, Stop> {
    let Some(kept) = desk.tx.board_of_post(post.no)? else {
        return Ok(Outcome::Cancel("unknown".to_owned()));
    };
    let (period, span) = (kept.period, kept.span);
    let over = Over::by_program(None);
    let board = compose(desk, &Asked::posted(period, span))?;
    desk.tx.settle_board(&over, kept.no, desk.now)?;
    let label = post.label();
    let said = match (confirmed, objections) {
        (0, 0) => "没有异议".to_owned(),
        (confirmed, 0) => format!("{confirmed}人确认，没有异议"),
        (_, objections) => format!("收到{objections}条异议"),
    };
    let key = format!("ranking_settled:{label}");
    // Of a month that is being reconciled again a corrected board follows by itself: what is half confirmed is not its figures.
    let follows = period == Period::Month && is_reopened(desk, span)?;
    let is_same = follows || board.is_same(&kept.board);
    let version = if is_same {
        // Of a day that nobody objected to nothing needs to be said.
        if period != Period::Day || objections > 0 {
            let next = if follows { "已重开对账，截止后发更正版。" } else { "" };
            let text = format!("{label}（{}）公示结束，{said}，已定版。{next}", post.about);
            desk.post(purpose::RANKING, &key, &Said::text(text))?;
        }
        kept.version
    } else {
        let title = format!("{}（定版）", post.about);
        let text = text(desk, period, span, &title, &board)?;
        let changed = differences(&*desk.directory()?, &board, &kept.board).join("\n");
        let text = format!("{text}\n{changed}\n{label} 公示结束，{said}，公示期间有更正，以这一版为准。");
        let picture = settled_picture(desk, &board, &title)?;
        desk.post(purpose::RANKING, &key, &Said::text(text).with(picture))?;
        let version =
            desk.tx.keep_board(&over, (period, span), (BoardState::Settled, None), &board, desk.now)?;
        desk.record(posted(period, span, false, version, &board, None));
        version
    };
    let fact = Fact::new("ranking.settled", None)
        .about(label.as_str())
        .with("confirmation", label.as_str())
        .with("period", period.code())
        .with("from", span.from.to_string())
        .with("to", span.to.to_string())
        .with("version", version)
        .with("changed", !is_same)
        .with("objections", objections)
        .with("rule", "R-230");
    desk.record(fact);
    Ok(Outcome::Done)
}

/// The picture of a settled board.
fn settled_picture(desk: &mut Desk<'_, '_>, board: &Board, title: &str) -> Result<Attachment, Stop> {
    let frame = Frame { title, stamp: Some(("定版", true)), note: "", own: None };
    Ok(drawing(&*desk.directory()?, board, &frame))
}

/// Whether a month may still be confirmed by some group, as it was opened again.
fn is_reopened(desk: &mut Desk<'_, '_>, month: Span) -> Result<bool, Stop> {
    let today = desk.today();
    let openings = desk.tx.reopenings(Month::of(month.from))?;
    Ok(openings.iter().any(|opening| opening.until >= today))
}

/// Issues a settled board anew with the figures as they are now: a version of its own, posted with what changed. `None`
/// when nothing has changed.
///
/// # Errors
/// When it cannot be written.
pub fn correct(
    desk: &mut Desk<'_, '_>,
    by: &Over,
    settled: &PostedBoard,
    reason: &str,
) -> Result<Option<(u32, Vec<String>)>, Stop> {
    let (period, span) = (settled.period, settled.span);
    let board = compose(desk, &Asked::posted(period, span))?;
    if board.is_same(&settled.board) {
        return Ok(None);
    }
    let version = desk.tx.keep_board(by, (period, span), (BoardState::Settled, None), &board, desk.now)?;
    let name = named(period, span, desk.today());
    let title = format!("{name}排行（更正，第{version}版）");
    let changed = differences(&*desk.directory()?, &board, &settled.board);
    let text = format!("{}\n{}", text(desk, period, span, &title, &board)?, changed.join("\n"));
    let key = format!("ranking_corrected:{}:{}:{version}", period.code(), span.from);
    let picture = settled_picture(desk, &board, &title)?;
    desk.post(purpose::RANKING, &key, &Said::text(text).with(picture))?;
    let fact = posted(period, span, false, version, &board, by.by());
    desk.record(fact.secret("reason", reason, &format!("ranking:{}:{}", period.code(), span.from)));
    Ok(Some((version, changed)))
}

/// How the newest version of a period's board stands: `公示中 Q4，异议到 03-10 09:00`, `已定版（第2版）`.
///
/// # Errors
/// When the store cannot be read.
pub fn standing(desk: &mut Desk<'_, '_>, kept: &PostedBoard) -> Result<Option<String>, Stop> {
    Ok(match (kept.state, kept.confirmation) {
        (BoardState::Open, Some(no)) => desk.tx.confirmation(no)?.map(|post| {
            let until = desk.calendar().short(post.until);
            format!("公示中 Q{no}，{until} 前可提异议，例：异议 Q{no} 理由")
        }),
        (BoardState::Settled, _) => {
            let version = if kept.version > 1 { format!("第{}版，", kept.version) } else { String::new() };
            let at = kept.settled_at.map(|at| desk.calendar().short(at)).unwrap_or_default();
            Some(format!("已定版（{version}{at}）"))
        }
        _ => None,
    })
}
