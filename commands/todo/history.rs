//! What was said and done about one patient before: it goes with the patient, whoever follows him up now.

use crate::appointment::telling;
use crate::shared;
use bot::{Ctx, Reply, Stop};
use domain::calendar::day_name;
use domain::privacy::{Field, Sight, may_see};
use domain::rights::{Decide, Own};
use store::FollowUp;

/// Follow-ups that one answer lists, the newest.
const MOST: usize = 15;
/// What names the patient.
const SHOWN: [Field; 4] = [Field::Name, Field::Phone, Field::Contact, Field::Complaint];

/// The follow-ups of a patient, oldest first, to whoever follows him up and to those who lead them.
pub(super) fn show(
    ctx: &mut Ctx<'_, '_>,
    own: &Own,
    lead: Option<&Decide>,
    subject: &str,
) -> Result<Reply, Stop> {
    let me = own.person();
    let appointment = match shared::label(subject, 'Y') {
        Some((no, _)) => ctx.desk.tx.appointment(no)?,
        None => None,
    };
    let tasks = ctx.desk.tx.follow_up_history(subject)?;
    let owner = appointment.as_ref().map(|known| known.owner).or(tasks.first().map(|task| task.owner));
    let Some(owner) = owner else {
        return Err(Stop::not_found(format!("{subject} 没有回访。发「待办」看你的。")));
    };
    let mut holders = vec![owner];
    if let Some(known) = &appointment {
        holders.extend(ctx.desk.tx.holder_of(known.no)?);
    }
    holders.extend(tasks.iter().filter(|task| task.open).map(|task| task.holder));
    let team = |person| ctx.directory.person(person).and_then(|person| person.team);
    let leads = |person| lead.is_some_and(|lead| lead.scope().covers(team(person)));
    if !holders.iter().any(|holder| *holder == me || leads(*holder)) {
        let whose = ctx.directory.label(owner);
        return Err(Stop::not_allowed(format!("{subject} 是{whose}的，只有本人、接手的人和组长能看。")));
    }
    let sight = may_see(me, Some(owner), true, !ctx.in_group());
    let patient = match sight {
        Sight::Full => telling::in_full(&ctx.desk.tx.look(me, subject, &SHOWN, "待办", ctx.desk.now)?),
        Sight::Masked => telling::masked(&ctx.desk.tx.masked(subject)?),
    };
    let mut lines = vec![format!("{subject} {patient}（{}的）", ctx.directory.label(owner))];
    let calls = match &appointment {
        Some(known) => called(ctx, me, known.no, sight)?,
        None => Vec::new(),
    };
    if calls.is_empty() {
        lines.extend(tasks.iter().filter(|task| !task.open).map(|task| closed(ctx, task)));
    } else {
        lines.extend(calls);
    }
    if lines.len() > MOST + 1 {
        lines.drain(1..lines.len() - MOST);
        lines.insert(1, "…".to_owned());
    }
    let open: Vec<&FollowUp> = tasks.iter().filter(|task| task.open).collect();
    if lines.len() == 1 {
        lines.push("还没有回访过".to_owned());
    }
    for task in &open {
        lines.push(format!(
            "待办 {}：{}，{}到期，由{}做",
            task.label(),
            task.cause.word(),
            day_name(task.due),
            ctx.directory.label(task.holder)
        ));
    }
    Ok(Reply::text(lines.join("\n")))
}

/// What was said on each call, with the reasons for whoever may see the patient in full.
fn called(ctx: &mut Ctx<'_, '_>, me: i64, no: i64, sight: Sight) -> Result<Vec<String>, Stop> {
    let mut lines = Vec::new();
    for contact in ctx.desk.tx.follow_ups_of(no)? {
        let note = match sight {
            Sight::Full if contact.remark => {
                let said = ctx.desk.tx.look(me, &contact.label(), &[Field::Note], "待办", ctx.desk.now)?;
                said.first().map_or_else(String::new, |(_, note)| format!("，{note}"))
            }
            _ => String::new(),
        };
        lines.push(format!(
            "{} {} {}{note}",
            ctx.desk.calendar().short(contact.when.at),
            ctx.directory.label(contact.by),
            contact.outcome.as_deref().unwrap_or_default()
        ));
    }
    Ok(lines)
}

fn closed(ctx: &Ctx<'_, '_>, task: &FollowUp) -> String {
    let at = task.closed_at.map_or_else(String::new, |at| ctx.desk.bot.calendar.short(at));
    let who = task.closed_by.map_or_else(String::new, |by| ctx.directory.label(by));
    format!("{at} {who} {}", task.outcome.map_or("", domain::followup::Outcome::word))
}
