//! 预计: who is expected on a day and has not come. Reception sees all, a lead his group, a consultant his own; in
//! full in private to the owner, to who leads him, and of today and tomorrow to reception.

use crate::appointment::telling;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use chrono::NaiveDate;
use domain::Role;
use domain::calendar::day_name;
use domain::privacy::{Field, Sight, may_receive, may_see};
use domain::rights::{Own, Scope};
use store::Appointment;

pub(crate) const COMMAND: Command = Command {
    name: "预计",
    aliases: &["待到诊", "预计到诊"],
    summary: "看哪天有谁要来",
    usage: "预计 [日期] [第几页]",
    details: "不写日期就是今天。导医看全部，组长看本组，咨询员看自己的；已经到诊和取消的不在里面。私聊里导医能看今明两天的姓名电话，每次查看都有记录。",
    examples: &["预计", "预计 明天"],
    rules: &["R-052", "R-078", "R-428"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Appointments on a page.
const PAGE: usize = 30;

/// What reception has to know of whoever comes.
const SHOWN: [Field; 4] = [Field::Name, Field::Sex, Field::Age, Field::Phone];

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    let today = ctx.desk.today();
    let mut words = args::Words::new(text);
    let day =
        words.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?.unwrap_or(today);
    words.take_start_in(&[("第", ())]);
    let page = words.take_number().unwrap_or(1).max(1) as usize;
    words.take_word_in(&[("页", ())]);
    if !words.is_empty() {
        let word = ctx.incoming.quote(words.peek().unwrap_or_default());
        return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
    }
    let standing = ctx.standing()?;
    let (scope, guide) = (standing.scope(), standing.roles().has(Role::Guide));
    let directory = ctx.directory.clone();
    let team = |person| directory.person(person).and_then(|person| person.team);
    let mut expected = ctx.desk.tx.expected_on(day)?;
    expected.retain(|visit| guide || visit.owner == own.person() || scope.covers(team(visit.owner)));
    expected.sort_by_key(|visit| {
        (visit.terms.visit.and_then(|visit| visit.minute).unwrap_or(u32::MAX), visit.no)
    });
    let whose = match scope {
        _ if guide => "全部",
        Scope::Department => "全部",
        Scope::Teams(_) => "本组",
        Scope::Own => "自己的",
    };
    let name = day_name(day);
    if expected.is_empty() {
        return Ok(Reply::text(format!("{name} 没有待到诊的预约（{whose}）。")));
    }
    let pages = expected.len().div_ceil(PAGE);
    if page > pages {
        return Err(Stop::bad(format!("一共只有{pages}页。")));
    }
    let mut lines = vec![format!("{name} 待到诊 {}位（{whose}）：", expected.len())];
    for visit in expected.iter().skip((page - 1) * PAGE).take(PAGE) {
        let in_charge = scope.covers(team(visit.owner));
        let line = shown(ctx, own, visit, in_charge, guide.then_some(day))?;
        lines.push(line);
    }
    if page < pages {
        lines.push(format!("第{page}页，共{pages}页。下一页发：预计 {} {}", day.format("%m-%d"), page + 1));
    }
    if guide {
        lines.push("人来了发：到诊 姓名 … 电话 …".to_owned());
    }
    Ok(Reply::text(lines.join("\n")))
}

/// `15:00 Y12 李四 13800138000 · 张三`.
fn shown(
    ctx: &mut Ctx<'_, '_>,
    own: &Own,
    visit: &Appointment,
    in_charge: bool,
    received: Option<NaiveDate>,
) -> Result<String, Stop> {
    let (case, private, now) = (visit.label(), !ctx.in_group(), ctx.desk.now);
    let today = ctx.desk.today();
    let sight = may_see(own.person(), Some(visit.owner), in_charge, private);
    let sight = match received {
        Some(day) if sight == Sight::Masked => may_receive(day, today, private),
        _ => sight,
    };
    let patient = match sight {
        Sight::Full => telling::in_full(&ctx.desk.tx.look(own.person(), &case, &SHOWN, COMMAND.name, now)?),
        Sight::Masked => telling::masked(&ctx.desk.tx.masked(&case)?),
    };
    let minute = visit.terms.visit.and_then(|visit| visit.minute);
    let at = minute
        .map_or_else(|| "时间待定".to_owned(), |minute| format!("{:02}:{:02}", minute / 60, minute % 60));
    Ok(format!("{at} {case} {patient} · {}", ctx.directory.label(visit.owner)))
}
