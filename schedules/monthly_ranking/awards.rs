//! 单项奖和末位: what a month's final board proposes to the supervisor. The group reads who has the best
//! rates; what it is worth, and who is last or below the base, is told in private.

use bot::{Desk, Said, Stop, purpose};
use domain::ranking::{Board, Last, Prize, Title, Verdict, last_place, percent, prizes, verdict};
use domain::reconciliation::Month;
use domain::rights::Over;
use domain::{PersonId, Role, Span};
use std::collections::BTreeSet;
use store::{LedgerEntry, NewLedgerEntry, Person, TRAINING};

/// The line of the tariff for the best rates.
const TITLE: &str = "T-N21";
/// People that a private list names.
const NAMED: usize = 20;

/// Proposes the titles and the last place of a month, tells the group who has the best rates, and the supervisors in
/// private what is proposed. What an earlier board proposed to somebody else is named to them.
pub(crate) fn propose(desk: &mut Desk<'_, '_>, month: Month, board: &Board, key: &str) -> Result<(), Stop> {
    let proposals = found(desk, month, board)?;
    tell(desk, month, board, &proposals, "", key)
}

/// The same for a version that was settled otherwise than it was posted: nothing is said where it changes none of it.
pub(crate) fn revise(desk: &mut Desk<'_, '_>, month: Month, board: &Board, key: &str) -> Result<(), Stop> {
    let proposals = found(desk, month, board)?;
    if proposals.is_changed {
        tell(desk, month, board, &proposals, "（更正）", key)?;
    }
    Ok(())
}

/// What a month's board brings.
struct Proposals {
    /// What the group reads of the titles.
    open: Vec<String>,
    /// What the supervisors read.
    private: Vec<String>,
    /// Whether anything was proposed that was not before, or what was proposed is borne out no more.
    is_changed: bool,
}

fn found(desk: &mut Desk<'_, '_>, month: Month, board: &Board) -> Result<Proposals, Stop> {
    let (book, directory) = (desk.book()?, desk.directory()?);
    let span = month.span();
    let found = prizes(&book, span, board);
    let mut proposals = Proposals { open: Vec::new(), private: Vec::new(), is_changed: false };
    for prize in &found {
        let (told, asked) = title(desk, month, prize)?;
        proposals.is_changed |= !prize.winners.is_empty() && !asked.is_empty();
        proposals.open.push(told);
        proposals.private.extend(asked);
    }
    let entered = |person: PersonId| directory.person(person).and_then(|person| person.entered_on);
    // Nobody goes to training who has left, or receives no dialogues any more.
    let here = directory.people(desk.now).filter(|person| person.roles.is_ranked());
    let here: BTreeSet<PersonId> = here.map(|person| person.id).collect();
    let mut assessed = board.clone();
    assessed.lines.retain(|line| here.contains(&line.entry.tally.person));
    let last = last_place(&book, span, &assessed, entered);
    let asked = training(desk, month, &last)?;
    proposals.is_changed |= matches!(last, Last::One(_) | Last::Several(_)) && !asked.is_empty();
    proposals.private.extend(asked);
    let stale = no_longer(desk, month, &found, &last)?;
    proposals.is_changed |= !stale.is_empty();
    proposals.private.extend(stale);
    Ok(proposals)
}

fn tell(
    desk: &mut Desk<'_, '_>,
    month: Month,
    board: &Board,
    proposals: &Proposals,
    which: &str,
    key: &str,
) -> Result<(), Stop> {
    let directory = desk.directory()?;
    let mut private = proposals.private.clone();
    private.extend(below(desk, month.span(), board)?);
    let name = month.told(desk.today());
    let open = proposals.open.join("；");
    let said = Said::text(format!("{name}单项奖{which}：{open}\n由主管确认，没确认的不算数。"));
    desk.post(purpose::RANKING, &format!("{key}:titles"), &said)?;
    let text = format!("{name}排行的提案（只发给你）：\n{}\n看全部发「提案」", private.join("\n"));
    let today = desk.today();
    let supervises = |person: &&Person| directory.standing(person, today).roles().has(Role::Supervisor);
    for person in directory.people(desk.now).filter(supervises) {
        desk.tell(
            person.id,
            Some(&format!("{key}:awards:{}", person.id)),
            &Said::text(text.as_str()),
            false,
        )?;
    }
    Ok(())
}

/// What the group reads of a title, and what the supervisor is asked.
fn title(desk: &mut Desk<'_, '_>, month: Month, prize: &Prize) -> Result<(String, Vec<String>), Stop> {
    let directory = desk.directory()?;
    let word = prize.title.word();
    if prize.winners.is_empty() {
        let figure = match prize.title {
            Title::Booking => "预约",
            Title::Arrival => "到诊",
        };
        let told = format!("{word}最高 没有（要满{}个对话、有{figure}）", prize.least);
        return Ok((told, vec![format!("{word}最高：没有人达到条件（R-217）")]));
    }
    let names: Vec<String> = prize.winners.iter().map(|person| directory.label(*person)).collect();
    let rate = percent(prize.points());
    let told = format!("{word}最高 {} {rate}", names.join("、"));
    let mut asked = Vec::new();
    for person in prize.winners.iter().filter(|_| prize.fen > 0) {
        let source = title_source(prize.title, month, *person);
        let entry = proposed(desk, month, &source, TITLE, *person, prize.fen, "R-217")?;
        if let Some(entry) = entry {
            let name = directory.label(*person);
            asked.push(format!("{} {name} {word}最高 {rate} +{}元（R-217）", entry.label(), prize.fen / 100));
        }
    }
    Ok((told, asked))
}

/// Whom the last place is proposed to send to training.
fn training(desk: &mut Desk<'_, '_>, month: Month, last: &Last) -> Result<Vec<String>, Stop> {
    let (people, note) = match last {
        Last::One(person) => (vec![*person], ""),
        Last::Several(people) => (people.clone(), "，并列末位，请选定后驳回其他"),
        Last::Nobody => return Ok(vec!["综合末位：所有人相同，不提（R-219）".to_owned()]),
        Last::TooFew(count, least) => {
            return Ok(vec![format!("综合末位：参评{count}人，不到{least}人，不评（R-219）")]);
        }
    };
    let directory = desk.directory()?;
    let mut asked = Vec::new();
    for person in people {
        let source = training_source(month, person);
        if let Some(entry) = proposed(desk, month, &source, TRAINING, person, 0, "R-219")? {
            let name = directory.label(person);
            asked.push(format!(
                "{} {name} 综合末位，进培训组、停接对话{note}（R-219：到诊、预约、转化三项名次之和最大）",
                entry.label()
            ));
        }
    }
    Ok(asked)
}

fn title_source(title: Title, month: Month, person: PersonId) -> String {
    format!("title:{}:{}:{person}", title.code(), month.code())
}

fn training_source(month: Month, person: PersonId) -> String {
    format!("training:{}:{person}", month.code())
}

fn proposed(
    desk: &mut Desk<'_, '_>,
    month: Month,
    source: &str,
    code: &str,
    person: PersonId,
    fen: i64,
    rule: &str,
) -> Result<Option<LedgerEntry>, Stop> {
    let about = format!("排行{}", month.code());
    let new = NewLedgerEntry {
        source,
        code,
        person,
        day: month.span().to,
        fen,
        points: 0,
        rule,
        about: Some(&about),
        now: desk.now,
    };
    Ok(desk.tx.propose(&Over::by_program(Some(person)), &new)?)
}

/// Entries of an earlier board that this one does not bear out any more.
fn no_longer(
    desk: &mut Desk<'_, '_>,
    month: Month,
    found: &[Prize],
    last: &Last,
) -> Result<Vec<String>, Stop> {
    let directory = desk.directory()?;
    let mut lines = Vec::new();
    for person in directory.everybody() {
        let is_last = match last {
            Last::One(one) => *one == person.id,
            Last::Several(several) => several.contains(&person.id),
            Last::Nobody | Last::TooFew(..) => false,
        };
        let lost = found.iter().filter(|prize| !prize.winners.contains(&person.id));
        let mut sources: Vec<String> =
            lost.map(|prize| title_source(prize.title, month, person.id)).collect();
        sources.extend((!is_last).then(|| training_source(month, person.id)));
        for source in sources {
            if let Some(entry) = desk.tx.standing_entry(&source)? {
                lines.push(format!(
                    "{} {} 更正后不再成立，请驳回；已同意的请撤销",
                    entry.label(),
                    person.label
                ));
            }
        }
    }
    Ok(lines)
}

/// Who is below a base.
fn below(desk: &mut Desk<'_, '_>, span: Span, board: &Board) -> Result<Vec<String>, Stop> {
    let (book, directory) = (desk.book()?, desk.directory()?);
    let mut lines = Vec::new();
    // Whoever was on leave all month has no rate to be judged by.
    for line in board.lines.iter().filter(|line| !line.entry.away) {
        let checks = verdict(&book, span.to, &line.entry.tally);
        let told: Vec<String> = checks
            .iter()
            .filter(|check| check.verdict == Verdict::Below)
            .map(|check| {
                format!(
                    "{}{}（基数{}）",
                    check.title.word(),
                    percent(check.points),
                    percent(Some(check.base))
                )
            })
            .collect();
        if !told.is_empty() {
            lines.push(format!(
                "{} {} 未达标（R-218）",
                directory.label(line.entry.tally.person),
                told.join("、")
            ));
        }
    }
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(format!("另有{more}人未达标"));
    }
    Ok(lines)
}
