//! What several schedules say of follow-ups. They are read in private, and name a patient only masked: whoever has to call
//! asks for the rest, and that look is recorded.

use bot::{Desk, Stop};
use domain::EpochMs;
use domain::attribution::days_left;
use domain::calendar::{HOUR, day_name};
use domain::privacy::Field;
use store::FollowUp;

/// Tasks that one message lists.
pub(crate) const LISTED: usize = 10;

/// `李* 138****1234`.
pub(crate) fn masked(desk: &mut Desk<'_, '_>, case: &str) -> Result<String, Stop> {
    let fields = desk.tx.masked(case)?;
    let shown = [Field::Name, Field::Phone].into_iter();
    let known = shown.filter_map(|field| fields.iter().find(|(known, _)| *known == field));
    Ok(known.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "))
}

/// `H1 Y1 李* 138****1234 · 约了没到，今天到期，保护期剩87天（张三的）`; whose it is where it is not the reader's own.
pub(crate) fn line(desk: &mut Desk<'_, '_>, task: &FollowUp, reader: i64) -> Result<String, Stop> {
    let today = desk.today();
    let patient = masked(desk, &task.subject)?;
    let late = match (today - task.due).num_days() {
        0 => "今天到期".to_owned(),
        days if days > 0 => format!("超期{days}天"),
        _ => format!("{}到期", day_name(task.due)),
    };
    let known = match task.appointment {
        Some(no) => desk.tx.appointment(no)?,
        None => None,
    };
    let clock =
        known.map_or_else(String::new, |known| match days_left(known.terms.protection.until, today) {
            Some(days) => format!("，保护期剩{days}天"),
            None => "，保护期已过".to_owned(),
        });
    let whose = if task.holder == reader {
        String::new()
    } else {
        format!("（{}的）", desk.directory()?.label(task.holder))
    };
    Ok(format!("{} {} {patient} · {}，{late}{clock}{whose}", task.label(), task.subject, task.cause.word()))
}

/// The lines of the first tasks, and how many more there are.
pub(crate) fn lines(desk: &mut Desk<'_, '_>, tasks: &[FollowUp], reader: i64) -> Result<Vec<String>, Stop> {
    let mut lines = Vec::new();
    for task in tasks.iter().take(LISTED) {
        lines.push(line(desk, task, reader)?);
    }
    if tasks.len() > LISTED {
        lines.push(format!("另有{}位，发「待办」看全部", tasks.len() - LISTED));
    }
    Ok(lines)
}

/// Said below what comes more than an hour late.
pub(crate) fn late(desk: &Desk<'_, '_>, fire_at: EpochMs) -> &'static str {
    if desk.now - fire_at > HOUR { "\n（晚发：当时助手没有运行）" } else { "" }
}
