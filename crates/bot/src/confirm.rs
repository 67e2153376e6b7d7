//! 群确认: something is posted for the group to confirm or object to, until an instant; then it is frozen. Leaves,
//! rankings and lists of released patients go the same way. The post, its number, the buttons and the row that ends it
//! are one transaction; who objects changes nothing by it, whoever decides about the thing does.

use crate::desk::Desk;
use crate::message::{Attachment, Said};
use crate::schedule::{Outcome, ReminderKind};
use crate::stop::Stop;
use domain::{EpochMs, PersonId};
use store::{GroupPost, NewGroupPost, Reminder};

/// The kind of the reminder that ends a post; its subject is the post's number.
const CLOSING: &str = "confirmation_end";

/// What ends posts when their time is over.
pub const REMINDER: ReminderKind = ReminderKind { kind: CLOSING, run: close };

/// A post about to be opened.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// What makes it the same post.
    pub key: &'a str,
    /// `leave`, `ranking` or `released`.
    pub kind: &'static str,
    /// The day or period that it is about.
    pub about: &'a str,
    /// Until when the group may object.
    pub until: EpochMs,
    /// The label of each thing in it, and whose it is.
    pub items: &'a [(String, Option<PersonId>)],
    /// The words of the post; its number and how to answer it are added.
    pub text: &'a str,
    /// What stands beside it.
    pub attachment: Option<Attachment>,
}

impl Desk<'_, '_> {
    /// Posts something for the group to confirm in every chat that has the purpose. `None` when there is no such chat, or
    /// the same was posted before.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn post_for_confirmation(
        &mut self,
        purpose: &str,
        opening: &Opening<'_>,
    ) -> Result<Option<GroupPost>, Stop> {
        let directory = self.directory()?;
        if directory.chats_for(purpose).next().is_none() {
            return Ok(None);
        }
        let Opening { key, kind, about, until, items, text, .. } = *opening;
        let new = NewGroupPost { key, kind, about, until, items, now: self.now };
        let Some(confirmation) = self.tx.open_confirmation(&new)? else { return Ok(None) };
        let label = confirmation.label();
        let is_today = self.calendar().date(until) == self.today();
        let until_told = if is_today { self.calendar().clock(until) } else { self.calendar().short(until) };
        let said = Said::text(format!(
            "{label} {text}\n没问题点「确认」；有异议请在 {until_told} 前发：异议 {label} 理由"
        ))
        .button("确认", format!("确认 {label}"));
        let said = match &opening.attachment {
            Some(attachment) => said.with(attachment.clone()),
            None => said,
        };
        self.post(purpose, &format!("confirmation:{key}"), &said)?;
        // Somebody must own the row that ends it, also where nobody in particular stands in the post.
        let anybody = directory.people(self.now).map(|person| person.id).next();
        let whose = items.iter().find_map(|(_, person)| *person).or(anybody);
        if let Some(person) = whose {
            self.tx.set_reminder(&format!("{CLOSING}:{label}"), CLOSING, person, &label, until)?;
        }
        Ok(Some(confirmation))
    }
}

/// Freezes a post whose time is over, and says how it ended where it was posted.
fn close(desk: &mut Desk<'_, '_>, reminder: &Reminder) -> Result<Outcome, Stop> {
    let no = reminder.subject.trim_start_matches('Q').parse::<i64>().unwrap_or_default();
    let Some(confirmation) = desk.tx.confirmation(no)? else {
        return Ok(Outcome::Cancel("unknown".to_owned()));
    };
    if !desk.tx.freeze_confirmation(&confirmation, desk.now)? {
        return Ok(Outcome::Cancel("frozen".to_owned()));
    }
    let answers = desk.tx.confirmation_answers(no)?;
    let objections = answers.iter().filter(|answer| answer.objects).count();
    let confirmed = answers.len() - objections;
    if confirmation.kind == crate::board::KIND {
        return crate::board::settle(desk, &confirmation, (confirmed, objections));
    }
    let label = confirmation.label();
    let about = &confirmation.about;
    let outcome = match (confirmed, objections) {
        (0, 0) => format!("{label}（{about}）公示结束，没有异议。"),
        (confirmed, 0) => format!("{label}（{about}）公示结束，{confirmed}人确认，没有异议。"),
        (_, objections) => {
            format!("{label}（{about}）公示结束，{confirmed}人确认，{objections}条异议已交批准人处理。")
        }
    };
    desk.post(purpose_of(&confirmation.kind), &format!("{CLOSING}:{label}"), &Said::text(outcome))?;
    Ok(Outcome::Done)
}

/// Where posts of a kind stand.
fn purpose_of(kind: &str) -> &'static str {
    match kind {
        "ranking" => crate::purpose::RANKING,
        "leave" => crate::purpose::LEAVE,
        _ => crate::purpose::REMINDERS,
    }
}
