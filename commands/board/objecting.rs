//! 异议 to a posted board: it goes to the supervisors, who put right what is wrong; the board itself is changed by nobody.

use bot::{Ctx, Reply, Said, Stop, args};
use domain::rights::Record;
use domain::{PersonId, Role};
use store::{Fact, GroupPost};

use crate::shared;

/// The kind of the posts that are boards.
pub(crate) const KIND: &str = "ranking";

/// Takes an objection to a board, about somebody where one is named.
pub(crate) fn object(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    post: &GroupPost,
    rest: &str,
) -> Result<Reply, Stop> {
    let label = post.label();
    let mut words = args::Words::new(rest);
    let about = named(ctx, &mut words);
    let reason = words.rest();
    if reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由，例：异议 {label} 张三 昨天的到诊少算一个")));
    }
    let now = ctx.desk.now;
    let subject = about.map(|person| ctx.directory.label(person));
    let seq = ctx.desk.tx.answer_confirmation(by, post, Some((subject.as_deref(), reason)), now)?;
    let mut fact = Fact::new("ranking.objected", Some(by.person()))
        .about(label.as_str())
        .with("confirmation", label.as_str())
        .with("answer", seq)
        .person("by", by.person())
        .with("rule", "R-230")
        .secret("reason", reason, &format!("{label}/{seq}"));
    if let Some(person) = about {
        fact = fact.person("person", person);
    }
    ctx.desk.record(fact);
    let whose = subject.map(|name| format!("里{name}的数")).unwrap_or_default();
    let told = format!("{}对 {label}（{}）{whose}有异议", ctx.directory.label(by.person()), post.about);
    // Said in the group it may be read there; said in private it is told in private only.
    let open = ctx.in_group();
    let judges = shared::with_role(ctx, Role::Supervisor, by.person());
    for judge in &judges {
        let next = "更正到诊、预约或归属后，定版时自动按更正的算；不变就不用处理。";
        if !open {
            let private = Said::text(format!("对 {label} 的异议：{reason}"));
            ctx.desk.tell(*judge, None, &private, false)?;
        }
        let why = if open { format!("：{reason}") } else { "。".to_owned() };
        ctx.desk.tell(*judge, None, &Said::text(format!("{told}{why}\n{next}")), true)?;
    }
    let until = ctx.desk.calendar().short(post.until);
    let to = if judges.is_empty() { "现在没有主管，请告诉管理员" } else { "已转给主管" };
    Ok(Reply::text(format!("已收到对 {label} 的异议，{to}；{until} 定版，公示期间更正的会计入。")))
}

/// The member that an objection begins with.
fn named(ctx: &Ctx<'_, '_>, words: &mut args::Words<'_>) -> Option<PersonId> {
    let mut ahead = words.clone();
    let token = ahead.take_person()?;
    let name = match token.number {
        Some(number) => format!("{}#{number}", token.name),
        None => token.name,
    };
    let found = ctx.directory.named(&name, ctx.desk.now);
    let [one] = found.as_slice() else { return None };
    *words = ahead;
    Some(one.id)
}
