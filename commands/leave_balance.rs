//! 余假: how much of the month's days away is left.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use chrono::Datelike;
use domain::leave::{Share, month_of};
use domain::rights::{Decide, Own};
use domain::settings::catalogue::leave::AWAY_CAP_DAYS;
use domain::{Period, PersonId, Span};
use store::REST;

pub(crate) const COMMAND: Command = Command {
    name: "余假",
    aliases: &["假期余额", "剩余假期"],
    summary: "看本月还能请几天假",
    usage: "余假 [@人]",
    details: "本月请假（含等批准的）、上限和剩下的天数。上限以内按普通审批，超过的逐级审批。月底清零，不累到下月。",
    examples: &["余假", "余假 @张三"],
    rules: &["R-132", "R-133"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::OwnOrDecide(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let person = match words.take_person() {
        None => own.person(),
        Some(token) => {
            let person = ctx.desk.person_named(&token.name, token.number)?;
            let team = ctx.directory.person(person).and_then(|person| person.team);
            let covers = lead.is_some_and(|lead| lead.scope().covers(team));
            if person != own.person() && !covers {
                return Err(Stop::not_allowed("别人的余假只有组长能看。"));
            }
            person
        }
    };
    let today = ctx.desk.today();
    let month = Period::Month.around(today);
    Ok(Reply::text(told(ctx, person, month)?))
}

/// What somebody can still ask for in a month, and the most there is, in halves of days.
pub(crate) fn left(ctx: &mut Ctx<'_, '_>, person: PersonId, month: Span) -> Result<(u32, u32), Stop> {
    let (used, most) = used(ctx, person, month)?;
    Ok((most.saturating_sub(used), most))
}

/// What of a month is taken and asked for, and the most there is, in halves of days.
fn used(ctx: &mut Ctx<'_, '_>, person: PersonId, month: Span) -> Result<(u32, u32), Stop> {
    let book = ctx.desk.book()?;
    let most = book.count(&AWAY_CAP_DAYS, month_of(month.from));
    let taken = ctx.desk.tx.leave_taken(person, month, 0, &book)?;
    let with_open: Share = taken.iter().filter(|taken| taken.counts).map(|taken| taken.share).sum();
    Ok((with_open.whole_halves(), most))
}

/// What of a month is taken, asked for and left.
fn told(ctx: &mut Ctx<'_, '_>, person: PersonId, month: Span) -> Result<String, Stop> {
    let (used, most) = used(ctx, person, month)?;
    let granted = ctx.desk.tx.leave_days_of(person, month)?;
    let approved: Share = granted.iter().map(|day| day.piece.share).sum();
    let rest = ctx
        .desk
        .tx
        .rota_between(month)?
        .iter()
        .filter(|row| row.person == person && row.name == REST)
        .count();
    let whose = if Some(person) == ctx.person { "你".to_owned() } else { ctx.directory.label(person) };
    let mut lines = vec![format!(
        "{whose}{}月还可请 {}（上限{}，已用和待批共{}）",
        month.from.month(),
        shared::half_days(most.saturating_sub(used)),
        shared::half_days(most),
        shared::half_days(used)
    )];
    lines.push(format!(
        "其中已批准 {}；班表上休息 {rest} 天不算在内",
        shared::half_days(approved.whole_halves())
    ));
    if used > most {
        lines.push("已超过上限，再请要逐级审批（R-134）。".to_owned());
    }
    lines.push("当月的假当月休完，不累到下月（R-132）。".to_owned());
    Ok(lines.join("\n"))
}
