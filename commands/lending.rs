//! 外借: it is proven that a patient was handed from one to another without consent. The credit is decided
//! anew; what it costs is no matter of this command.

use crate::arrival::{self, judging};
use crate::confirm_credit::LEADERS;
use crate::credit::{self, parties};
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Said, Stop, Undo, Who, args};
use domain::PersonId;
use domain::attribution::Lending;
use domain::rights::Decide;
use std::collections::BTreeSet;
use store::Judge;

pub(crate) const COMMAND: Command = Command {
    name: "外借",
    aliases: &["外借病人", "代接"],
    summary: "查实外借、代接患者，重新判定归属",
    usage: "外借 D编号 @给出的人 @接收的人 [签约 @人] 理由",
    details: "只有主管能标，要有理由。按设置处理：当次都不计，或全归现场签约的人，或由主管裁定归谁。扣款由台账另行处理。",
    examples: &["外借 D1 @张三 @李四 查实聊天记录"],
    rules: &["R-096", "R-097"],
    who: Who::Roles(LEADERS),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[Undo { kind: "arrival.lending", run: arrival::undo }],
};

/// What begins the name of whoever signed.
const SIGNED: [(&str, ()); 2] = [("签约", ()), ("签约人", ())];

fn run(ctx: &mut Ctx<'_, '_>, lead: &Decide, text: &str) -> Result<Reply, Stop> {
    let bad = || Stop::bad(format!("写法：{}\n例：{}", COMMAND.usage, COMMAND.examples[0]));
    let (no, rest) = shared::label(text, 'D').ok_or_else(bad)?;
    let arrival = credit::arrival(ctx, no)?;
    let label = arrival.label();
    let mut words = args::Words::new(rest);
    let giver = person(ctx, &mut words)?.ok_or_else(bad)?;
    let receiver = person(ctx, &mut words)?.ok_or_else(bad)?;
    let signer = match words.take_word_in(&SIGNED) {
        Some(()) => Some(person(ctx, &mut words)?.ok_or_else(bad)?),
        None => None,
    };
    let reason = words.rest().trim();
    if reason.is_empty() {
        return Err(Stop::bad(format!("要写查实的理由。例：{}", COMMAND.examples[0])));
    }
    if giver == receiver {
        return Err(Stop::bad("给出的和接收的是同一个人，没有标。"));
    }
    let known = Lending { giver, receiver, signer };
    if arrival.lending == Some(known) {
        return Err(Stop::wrong_state(format!("{label} 已经这样标过了。")));
    }
    let named: BTreeSet<PersonId> = [Some(giver), Some(receiver), signer].into_iter().flatten().collect();
    let over = judging::over_all(ctx, lead, &named, giver)?;
    if let Some(to) = arrival.credit.to {
        judging::over_all(ctx, lead, &BTreeSet::new(), to)?;
    }
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    if ctx.desk.tx.mark_lending(&over, no, Some(known), reason, judge)?.is_none() {
        return Err(Stop::not_found(format!("没有到诊 {label}。")));
    }
    let after = credit::arrival(ctx, no)?;
    let mut concerned = parties::parties(&mut ctx.desk, &after)?;
    concerned.extend(named);
    concerned.remove(&lead.person());
    let answer = parties::answer(&ctx.directory, &after);
    let rule = &after.credit.rule;
    let people = format!("{}给{}", ctx.directory.label(giver), ctx.directory.label(receiver));
    let said = Said::text(format!(
        "到诊 {label} 已由{}查实外借、代接（{people}）：{answer}（{rule}）。\n为什么发：归属 {label}",
        ctx.directory.label(lead.person())
    ));
    parties::tell_all(&mut ctx.desk, concerned, &said, true)?;
    arrival::telling::ask_to_look(&mut ctx.desk, &after)?;
    Ok(Reply::text(format!(
        "{label} 已标外借、代接（{people}）：{answer}（{rule}）。各方私下已知道；扣款由台账另行处理。\n写错了发：撤销"
    )))
}

/// The next word as a member.
fn person(ctx: &mut Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Option<PersonId>, Stop> {
    match words.take_person() {
        Some(token) => ctx.desk.person_named(&token.name, token.number).map(Some),
        None => Ok(None),
    }
}
