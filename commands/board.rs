//! 排行: the live board of a period. What is posted by the clock is the same board.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::calendar::day_name;
use domain::ranking::{self, Order};
use domain::rights::Own;
use domain::{Period, Span};

pub(crate) const COMMAND: Command = Command {
    name: "排行",
    aliases: &["排行榜", "排名", "ranking"],
    summary: "看排行",
    usage: "排行 [今日|昨日|本周|上周|本月|上月] [预约|到诊|转化] [本组]",
    details: "不写就是今日、全部门。日榜和月榜先比到诊，再比预约、转化率；周榜先比转化率，再比到诊；完全相同就并列。\
              转化率 = 到诊 ÷ 有效对话（没写有效就用对话）。数字来自已交的日报。",
    examples: &["排行", "排行 本周", "排行 上月 预约 本组"],
    rules: &["R-210", "R-230"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

const PERIODS: &[(&str, (Period, bool))] = &[
    ("今日", (Period::Day, false)),
    ("今天", (Period::Day, false)),
    ("日", (Period::Day, false)),
    ("昨日", (Period::Day, true)),
    ("昨天", (Period::Day, true)),
    ("本周", (Period::Week, false)),
    ("这周", (Period::Week, false)),
    ("周", (Period::Week, false)),
    ("上周", (Period::Week, true)),
    ("本月", (Period::Month, false)),
    ("这个月", (Period::Month, false)),
    ("月", (Period::Month, false)),
    ("上月", (Period::Month, true)),
    ("上个月", (Period::Month, true)),
];

const ORDERS: &[(&str, Order)] = &[
    ("到诊", Order::Arrivals),
    ("到院", Order::Arrivals),
    ("预约", Order::Appointments),
    ("转化", Order::Rate),
    ("转化率", Order::Rate),
];

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let (mut period, mut before, mut order, mut own) = (Period::Day, false, None, false);
    while !words.is_empty() {
        if let Some(found) = words.take_word_in(PERIODS) {
            (period, before) = found;
        } else if let Some(found) = words.take_word_in(ORDERS) {
            order = Some(found);
        } else if words.take_word_in(&[("本组", ()), ("我组", ()), ("我们组", ())]).is_some() {
            own = true;
        } else {
            let word = ctx.incoming.quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
        }
    }
    let today = ctx.desk.today();
    let span = if before { period.before(today) } else { period.around(today) };
    let team = ctx.me()?.team;
    if own && team.is_none() {
        return Err(Stop::wrong_state("你还没有分组，看全部请发「排行」。"));
    }
    let order = order.unwrap_or(Order::of(period));
    let directory = &ctx.directory;
    let calendar = *ctx.desk.calendar();
    let mut tallies = ctx.desk.tx.tallies(span, &calendar)?;
    tallies.retain(|tally| {
        directory
            .person(tally.person)
            .is_some_and(|person| person.roles.is_ranked() && (!own || person.team == team))
    });
    if tallies.is_empty() {
        return Ok(Reply::text(format!("{}：没有人排班，也没有日报。", title(period, span))));
    }
    let filed: Vec<i64> = match period {
        Period::Day => {
            // Whoever was on leave for the whole shift owes none.
            let off = ctx.desk.tx.whole_days_off(span)?.into_iter().map(|(person, _)| person);
            ctx.desk.tx.live_reports(span)?.into_iter().map(|report| report.person).chain(off).collect()
        }
        Period::Week | Period::Month => tallies.iter().map(|tally| tally.person).collect(),
    };
    let placed = ranking::rank(tallies, order);
    let lines = ranking::board(&placed, |person| directory.label(person), |person| filed.contains(&person));
    Ok(Reply::text(format!("{}（按{}）\n{}", title(period, span), order.told(), lines.join("\n"))))
}

fn title(period: Period, span: Span) -> String {
    match period {
        Period::Day => format!("{} 排行", day_name(span.from)),
        Period::Week | Period::Month => {
            format!("{}至{} 排行", span.from.format("%m-%d"), span.to.format("%m-%d"))
        }
    }
}
