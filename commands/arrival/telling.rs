//! What is said of an arrival: to whoever recorded it, to everybody who has or had a claim, and to those who have to look.
//! Nothing of the patient beyond what the reader typed or may see.

use bot::{Ctx, Desk, Reply, Said, Stop};
use domain::PersonId;
use domain::attribution::Step;
use domain::matching::{Compared, Outcome, Standing};
use domain::patient::Item;
use domain::privacy::{Field, Sight, may_see};
use domain::reconciliation::Month;
use domain::rights::Scope;
use std::collections::BTreeSet;
use store::{Appointment, ArrivalMatch, CreditState, RecordedArrival, StoredArrival};

use crate::appointment::telling;
use crate::credit::parties;

/// The six items that are compared.
const COMPARED: usize = 6;
/// Appointments that are told one by one, and put before a person.
const MOST: usize = 5;

/// All but the chat, which is long.
const SHOWN: [Field; 9] = [
    Field::Name,
    Field::Sex,
    Field::Age,
    Field::Phone,
    Field::Contact,
    Field::Region,
    Field::Disease,
    Field::Complaint,
    Field::Expert,
];

/// What was found and decided, the answer first.
pub(super) fn verdict(ctx: &Ctx<'_, '_>, head: &str, recorded: &RecordedArrival) -> Vec<String> {
    let RecordedArrival { arrival, verification, .. } = recorded;
    let found = match verification.outcome {
        Outcome::Verified | Outcome::Several => "已核实",
        Outcome::Weak | Outcome::Invalid => "要主管核实，已私下通知",
        Outcome::Unregistered => "没有核实到预约",
    };
    let mut lines = vec![format!("{head}：{found}（{}）", verification.rule)];
    let side = |one: &Compared| format!("Y{}（{}）", one.id, ctx.directory.label(one.owner));
    lines.extend(verification.matched.iter().take(MOST).map(|one| {
        let items = one.fields.agreeing();
        format!("对上 {}：{}（{}/{COMPARED}）", side(one), telling::items(&items), items.len())
    }));
    for one in verification.passed_over.iter().take(MOST) {
        let why = match one.standing {
            Standing::Cancelled => "到诊前已取消，不算",
            Standing::EnteredAfter => "是到诊之后才登记的，不算",
            _ => continue,
        };
        lines.push(format!("{} {why}（{}）", side(one), one.standing.rule()));
    }
    lines.push(credited(ctx, arrival));
    if arrival.credit.step == Step::Revisit && arrival.credit.to.is_none() {
        lines.push(format!("患者近期来诊过。重复登记的请撤销；看依据发：归属 {}", arrival.label()));
    }
    if verification.outcome == Outcome::Unregistered {
        lines.extend(to_check(verification.passed_over.first()));
    }
    lines
}

/// Whose the credit is, by which step and rule.
fn credited(ctx: &Ctx<'_, '_>, arrival: &StoredArrival) -> String {
    format!("{}。{}", parties::answer(&ctx.directory, arrival), step(arrival))
}

fn step(arrival: &StoredArrival) -> String {
    let credit = &arrival.credit;
    format!("第{}步「{}」，{}", credit.step.code(), credit.step.word(), credit.rule)
}

/// What to look at where no appointment was found.
fn to_check(nearest: Option<&Compared>) -> Vec<String> {
    let near = nearest.filter(|one| one.standing == Standing::TooFew).map(|one| one.fields.agreeing());
    let near = near
        .filter(|items| !items.is_empty())
        .map(|items| format!("最接近的预约只对上{}（{}/{COMPARED}）", telling::items(&items), items.len()));
    let check =
        "请核对姓名、年龄、电话、地域、主诉，问清有没有预约、约的谁；写错了直接更正，已列入未预约到诊。";
    near.into_iter().chain([check.to_owned()]).collect()
}

/// The patient and when he came; in a group masked.
pub(super) fn patient(ctx: &Ctx<'_, '_>, arrival: &StoredArrival, fields: &[(Field, String)]) -> String {
    let who = if ctx.in_group() { telling::masked(fields) } else { telling::in_full(fields) };
    let mut parts = vec![who, format!("{}到诊", ctx.desk.calendar().short(arrival.arrived_at))];
    parts.extend(arrival.kind.map(|kind| kind.word().to_owned()));
    parts.extend(arrival.channel.map(|channel| format!("渠道 {}", channel.word())));
    let spent = arrival.spend_fen.and_then(|fen| u64::try_from(fen).ok());
    parts.extend(spent.map(|fen| format!("消费{}", crate::shared::yuan(fen))));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// That an arrival came too late to be anybody's, and who may change that.
pub(super) fn closed(ctx: &Ctx<'_, '_>, arrival: &StoredArrival) -> Option<String> {
    let month = Month::of(arrival.day);
    arrival.forfeited.then(|| {
        format!(
            "{}对账已截止，补登的到诊只留记录，不再计业绩（R-379）。确有原因请主管发：对账 重开 {} 理由",
            month.told(ctx.desk.today()),
            month.code()
        )
    })
}

/// What the form lacks, with a line to copy.
pub(super) fn missing(arrival: &StoredArrival) -> Option<String> {
    let labels: Vec<&str> = arrival.missing.iter().map(|field| field.label()).collect();
    let blanks: Vec<String> = labels.iter().map(|label| format!("{label} …")).collect();
    (!labels.is_empty()).then(|| {
        let (list, no) = (labels.join("、"), arrival.label());
        format!("预填单缺：{list}（R-056）。补上再发：到诊 {no} {}", blanks.join(" "))
    })
}

/// Tells everybody who has or had a claim, once each: also those whose claim ended because it was cancelled or entered too
/// late. Whose appointment merely resembles it is told nothing. `before` is how it stood, when it is decided anew.
pub(super) fn tell_parties(
    desk: &mut Desk<'_, '_>,
    recorded: &RecordedArrival,
    before: Option<&StoredArrival>,
) -> Result<(), Stop> {
    let RecordedArrival { arrival, verification, decision } = recorded;
    let mut told: BTreeSet<PersonId> = verification.matched.iter().map(|one| one.owner).collect();
    let ended = |one: &&Compared| matches!(one.standing, Standing::Cancelled | Standing::EnteredAfter);
    told.extend(verification.passed_over.iter().filter(ended).map(|one| one.owner));
    told.extend(arrival.credit.to);
    let claims = decision.claims.iter().filter(|claim| claim.step != Step::Matching);
    told.extend(claims.map(|claim| claim.person));
    told.extend(before.and_then(|before| before.credit.to));
    tell(desk, arrival, told, before.is_some())
}

/// Whether the credit of an arrival is another than it was, or stands otherwise.
pub(crate) fn differs(after: &StoredArrival, before: &StoredArrival) -> bool {
    let said = |arrival: &StoredArrival| {
        let credit = &arrival.credit;
        (credit.to, credit.appointment, credit.step, credit.rule.clone(), credit.state, credit.confirm_by)
    };
    said(after) != said(before)
}

/// Tells these how an arrival is decided now.
pub(crate) fn tell_changed(
    desk: &mut Desk<'_, '_>,
    arrival: &StoredArrival,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<(), Stop> {
    tell(desk, arrival, people, true)
}

fn tell(
    desk: &mut Desk<'_, '_>,
    arrival: &StoredArrival,
    people: impl IntoIterator<Item = PersonId>,
    again: bool,
) -> Result<(), Stop> {
    let directory = desk.directory()?;
    let label = arrival.label();
    let claims = desk.tx.current_decision(arrival.no)?.map(|decision| decision.claims).unwrap_or_default();
    let answer = parties::answer(&directory, arrival);
    let when = desk.calendar().short(arrival.arrived_at);
    let head =
        if again { format!("{label} 重新判定") } else { format!("患者到诊 {label}（{when}）") };
    let now = desk.now;
    let stays = |person: &PersonId| directory.person(*person).is_some_and(|person| person.is_member(now));
    for person in people.into_iter().filter(stays) {
        let own = arrival.credit.to == Some(person);
        let on = arrival.credit.appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
        let answer = match arrival.credit.state {
            CreditState::Suggested => answer.clone(),
            _ if own => format!("归你{on}"),
            _ => answer.clone(),
        };
        let mut lines = vec![format!("{head}：{answer}。{}", step(arrival))];
        let ended = claims.iter().filter(|claim| claim.person == person && !own);
        let mut asked = arrival.credit.appointment.filter(|_| own);
        for claim in ended {
            let Some(no) = claim.appointment else { continue };
            asked = Some(no);
            if arrival.credit.to.is_none() && arrival.credit.state == CreditState::Suggested {
                lines.push(format!("你的 Y{no} 是候选"));
                continue;
            }
            lines.push(format!(
                "你的 Y{no} 止于第{}步「{}」（{}）",
                claim.step.code(),
                claim.step.word(),
                claim.rule
            ));
        }
        let asked = asked.map_or_else(|| label.clone(), |no| format!("Y{no}"));
        lines.push(format!("为什么发：归属 {asked}"));
        desk.tell(person, None, &Said::text(lines.join("\n")), true)?;
    }
    Ok(())
}

/// The appointments of an arrival that wait for a person who looks, with those appointments.
pub(super) fn waiting(
    desk: &mut Desk<'_, '_>,
    arrival: &StoredArrival,
) -> Result<Vec<(ArrivalMatch, Appointment)>, Stop> {
    let mut waiting = Vec::new();
    if arrival.credit.state != CreditState::Suggested
        || !matches!(arrival.outcome, Outcome::Weak | Outcome::Invalid)
    {
        return Ok(waiting);
    }
    for found in desk.tx.matches_of(arrival.no)? {
        if found.in_question
            && found.confirmed.is_none()
            && let Some(appointment) = desk.tx.appointment(found.appointment)?
        {
            waiting.push((found, appointment));
        }
    }
    Ok(waiting)
}

/// Puts an arrival that waits for a person before those who may say: a button for each candidate, or for the suggestion.
pub(crate) fn ask_to_look(desk: &mut Desk<'_, '_>, arrival: &StoredArrival) -> Result<(), Stop> {
    if arrival.credit.state != CreditState::Suggested {
        return Ok(());
    }
    let directory = desk.directory()?;
    let (now, today) = (desk.now, desk.today());
    let waiting = waiting(desk, arrival)?;
    let concerned = parties::parties(desk, arrival)?;
    let mut asked: BTreeSet<PersonId> =
        parties::judges(&directory, &concerned, now, today).into_iter().collect();
    let label = arrival.label();
    let who = telling::masked(&desk.tx.masked(&label)?);
    let when = desk.calendar().short(arrival.arrived_at);
    let mut lines = Vec::new();
    let mut said = Said::default();
    if waiting.is_empty() {
        let answer = parties::answer(&directory, arrival);
        lines.push(format!("到诊 {label} {answer}。{}", step(arrival)));
        lines.push(format!("{who} · {when}到诊"));
        lines.push(format!("看依据：归属 {label}"));
        if arrival.credit.to.is_some() {
            said = said.button("确认归属", format!("确认归属 {label}"));
            lines.push(format!("同意发：确认归属 {label}。不同意发：裁定 {label} @姓名 理由"));
        } else {
            lines.push(format!("请发：裁定 {label} @姓名 理由"));
        }
    } else {
        // Of a weak match who leads the owners of all of them may say too, unless he recorded it.
        let teams: Vec<Option<i64>> = waiting
            .iter()
            .map(|(_, appointment)| directory.person(appointment.owner).and_then(|owner| owner.team))
            .collect();
        let leads = directory.people(now).filter(|person| {
            let standing = directory.standing(person, today);
            matches!(standing.scope(), Scope::Teams(_))
                && arrival.outcome == Outcome::Weak
                && person.id != arrival.recorder
                && !concerned.contains(&person.id)
                && teams.iter().all(|team| standing.scope().covers(*team))
        });
        asked.extend(leads.map(|lead| lead.id));
        let rule = if arrival.outcome == Outcome::Invalid { "R-078" } else { "R-079" };
        lines.push(format!("到诊 {label} 要核实是不是下面的预约（{rule}）：{who} · {when}到诊"));
        for (found, appointment) in waiting.iter().take(MOST) {
            let items: Vec<Item> = found.items.iter().copied().collect();
            let (no, terms) = (appointment.label(), &appointment.terms);
            lines.push(format!(
                "{no} {} {} {}，约 {}：对上{}（{}/{COMPARED}）",
                directory.label(appointment.owner),
                desk.calendar().short(appointment.entered.at),
                terms.class.word(),
                telling::visit(terms.visit),
                telling::items(&items),
                items.len()
            ));
            said = said.button(format!("是 {no}"), format!("到诊 {label} 是 {no}"));
        }
        said = said.button("都不是", format!("到诊 {label} 都不是"));
        lines.push(format!("看双方全部资料：到诊 {label}（私聊，有记录）"));
    }
    said.text = lines.join("\n");
    // Masked, so that it may be said in the group where there is no private way.
    parties::tell_all(desk, asked, &said, true)
}

/// An arrival as it stands: in full in private to whoever recorded it and to those who lead him or all who may be
/// concerned; beside it, for them, the appointments that wait for a look.
pub(super) fn shown(ctx: &mut Ctx<'_, '_>, arrival: &StoredArrival) -> Result<Reply, Stop> {
    let reader = ctx.me()?.id;
    let label = arrival.label();
    let waiting = waiting(&mut ctx.desk, arrival)?;
    let owners: Vec<PersonId> = waiting.iter().map(|(_, appointment)| appointment.owner).collect();
    let (directory, scope) = (ctx.directory.clone(), ctx.standing()?.scope());
    let team = |person: PersonId| directory.person(person).and_then(|person| person.team);
    let leads_all = !owners.is_empty() && owners.iter().all(|owner| scope.covers(team(*owner)));
    let in_charge = scope.covers(team(arrival.recorder)) || leads_all;
    let sight = may_see(reader, Some(arrival.recorder), in_charge, !ctx.in_group());
    let now = ctx.desk.now;
    let fields = match sight {
        Sight::Full => ctx.desk.tx.look(reader, &label, &SHOWN, "到诊", now)?,
        Sight::Masked => ctx.desk.tx.masked(&label)?,
    };
    let who = match sight {
        Sight::Full => telling::in_full(&fields),
        Sight::Masked => telling::masked(&fields),
    };
    let recorder = directory.label(arrival.recorder);
    let mut lines = vec![
        format!("{label} {}", credited(ctx, arrival)),
        format!("{}，{recorder}登记", patient_line(ctx, arrival, who)),
    ];
    if arrival.is_false {
        lines.push("已查实不真实，不计（R-083）".to_owned());
    }
    for (found, appointment) in waiting.iter().take(MOST) {
        let no = appointment.label();
        let sight =
            may_see(reader, Some(appointment.owner), scope.covers(team(appointment.owner)), !ctx.in_group());
        let who = match sight {
            Sight::Full => telling::in_full(&ctx.desk.tx.look(reader, &no, &SHOWN, "到诊", now)?),
            Sight::Masked => telling::masked(&ctx.desk.tx.masked(&no)?),
        };
        let items: Vec<Item> = found.items.iter().copied().collect();
        let owner = directory.label(appointment.owner);
        lines.push(format!("待核实 {no}（{owner}）{who}：对上{}", telling::items(&items)));
    }
    if !waiting.is_empty() {
        lines.push(format!("核实发：到诊 {label} 是 Y编号，或 到诊 {label} 都不是"));
    }
    lines.extend(missing(arrival));
    lines.push(format!("为什么发：归属 {label}"));
    Ok(Reply::text(lines.join("\n")))
}

fn patient_line(ctx: &Ctx<'_, '_>, arrival: &StoredArrival, who: String) -> String {
    let when = format!("{}到诊", ctx.desk.calendar().short(arrival.arrived_at));
    [who, when].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
