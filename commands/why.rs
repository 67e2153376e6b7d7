//! 为什么: every number behind a place: what it counts, by which rule, what it is divided by, what broke the tie, and what was
//! not counted and why. One's own with the numbers of the appointments and arrivals; of others the sums alone.

use crate::board::reading::{span_of, take_period};
use bot::board::{self, Asked};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::ranking::{
    self, Board, Counts, Line, Measure, Order, Tally, change, per_shift, percent, place_of, verdict,
};
use domain::reconciliation::{ClaimState, Month};
use domain::rights::Own;
use domain::settings::catalogue::ranking::COUNT_UNANSWERED;
use domain::{Period, PersonId, Span};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use store::{BoardState, CreditState, Registered, StoredArrival};

pub(crate) const COMMAND: Command = Command {
    name: "为什么",
    aliases: &["凭什么", "why"],
    summary: "看名次是怎么算出来的",
    usage: "为什么 [@姓名] [今日|昨日|本周|上周|本月|上月]",
    details: "不写就是自己本月的。自己的列出每个预约、到诊的编号和规则；别人的只有数目。没算进去的写明原因。",
    examples: &["为什么", "为什么 上周", "为什么 张三 昨日"],
    rules: &["R-210", "R-226", "R-230", "R-378"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Numbers that are listed one by one.
const LISTED: usize = 30;

/// Who asks about whom, of what.
struct Question {
    person: PersonId,
    is_own: bool,
    name: String,
    period: Period,
    span: Span,
    word: &'static str,
}

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    let question = read(ctx, own, text)?;
    let Question { person, period, span, word, ref name, .. } = question;
    let ranked = ctx.directory.person(person).is_some_and(|person| person.roles.is_ranked());
    if !ranked {
        return Err(Stop::wrong_state(format!("{name}的角色不参加排行。看全部门发「排行 {word}」。")));
    }
    let kept = ctx.desk.tx.posted_board(period, span)?;
    let settled = kept.as_ref().filter(|kept| kept.state == BoardState::Settled);
    let live = board::compose(&mut ctx.desk, &Asked::posted(period, span))?;
    let shown = settled.map_or(&live, |kept| &kept.board);
    let title = board::named(period, span, ctx.desk.today());
    let Some(line) = shown.of(person).copied() else {
        return Ok(Reply::text(format!("{name} {title}：没有排班，也没有日报，所以不在榜上（R-230）。")));
    };
    let mut lines = vec![format!(
        "{name} {title}：{}（共{}人，按{}，R-230）{}",
        place_of(&line),
        shown.lines.len(),
        shown.order.told(),
        change(line.change)
    )];
    lines.extend(against(ctx, shown, &line));
    lines.extend(arrivals(ctx, &question)?);
    lines.extend(appointments(ctx, &question)?);
    lines.extend(dialogues(ctx, &question)?);
    lines.push(rate(&line, shown.order.measure()));
    lines.extend(shifts(ctx, &question, &line)?);
    if period == Period::Month {
        let book = ctx.desk.book()?;
        let checks = verdict(&book, span.to, &line.entry.tally);
        // How somebody stands to the base is his own affair, and that of those who lead him.
        lines.extend(checks.iter().filter(|_| question.is_own && !ctx.in_group()).map(|check| {
            let (word, rate, base) = (check.title.word(), percent(check.points), percent(Some(check.base)));
            format!("{word} {rate}，基数{base}：{}（R-218）", check.verdict.word())
        }));
    }
    if let Some(kept) = &kept {
        lines.extend(board::standing(&mut ctx.desk, kept)?);
    }
    if let Some(kept) =
        settled.filter(|kept| live.of(person).map(figures) != kept.board.of(person).map(figures))
    {
        lines.push(format!(
            "名次按第{}版定版的数；上面的明细是现在的，定版以后有变动（没有计入）。",
            kept.version
        ));
    }
    Ok(Reply::text(lines.join("\n")))
}

fn figures(line: &Line) -> (u32, u32, u32) {
    let tally = &line.entry.tally;
    (tally.arrivals, tally.appointments, tally.dialogues)
}

fn read(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Question, Stop> {
    let mut words = args::Words::new(text);
    let (mut named, mut token) = (None, None);
    while !words.is_empty() {
        if let Some(found) = take_period(&mut words) {
            named = Some(found);
        } else if let Some(found) = words.take_person().filter(|_| token.is_none()) {
            token = Some(found);
        } else {
            return Err(Stop::bad(format!("写法：{}，例：为什么 上周", COMMAND.usage)));
        }
    }
    let person = match token {
        Some(token) => ctx.desk.person_named(&token.name, token.number)?,
        None => own.person(),
    };
    let named = named.unwrap_or((Period::Month, false));
    let (span, word) = span_of(ctx, named);
    let name = ctx.directory.label(person);
    Ok(Question { person, is_own: person == own.person(), name, period: named.0, span, word })
}

/// With whom the place is shared, and by what the one above is better.
fn against(ctx: &Ctx<'_, '_>, board: &Board, line: &Line) -> Vec<String> {
    let Some(place) = line.place else {
        return vec!["试接期间不排名，数字照样计入本组（R-215）".to_owned()];
    };
    let own = &line.entry.tally;
    let label = |person| ctx.directory.label(person);
    let mut lines = Vec::new();
    let shared: Vec<String> = board.sharing(place).filter(|other| *other != own.person).map(label).collect();
    if !shared.is_empty() {
        lines.push(format!("并列：和{}的{}都相同", shared.join("、"), compared(board.order)));
    }
    let above = board.lines.iter().rfind(|other| other.place.is_some_and(|other| other < place));
    if let Some(above) = above {
        let better = &above.entry.tally;
        let counts =
            [("到诊", better.arrivals, own.arrivals), ("预约", better.appointments, own.appointments)];
        let counted = |wanted: &str| {
            counts
                .iter()
                .find(|(name, ..)| *name == wanted)
                .filter(|(_, theirs, mine)| theirs != mine)
                .map(|(name, theirs, mine)| format!("{name}{theirs}比{mine}"))
        };
        let measure = board.order.measure();
        let (theirs, mine) = (better.points_of(measure), own.points_of(measure));
        let part = |tally: &Tally| match measure {
            Measure::Arrivals => tally.arrivals,
            Measure::Appointments => tally.appointments,
        };
        // Rates that read alike may differ beyond what is shown: then what is divided is said too.
        let rated = || match theirs == mine {
            false => format!("转化率{}比{}", percent(theirs), percent(mine)),
            true => format!("转化率{}÷{}比{}÷{}", part(better), better.dialogues, part(own), own.dialogues),
        };
        let same_rate = better.cmp_rate(own, measure) == Ordering::Equal;
        let decided = match board.order {
            Order::Arrivals => counted("到诊").or_else(|| counted("预约")).unwrap_or_else(rated),
            Order::Appointments => counted("预约").or_else(|| counted("到诊")).unwrap_or_else(rated),
            Order::Rate | Order::BookingRate if same_rate => counted("到诊").unwrap_or_else(rated),
            Order::Rate | Order::BookingRate => rated(),
        };
        let above_place = above.place.unwrap_or_default();
        lines.push(format!("排在第{above_place}名{}后面：{decided}", label(better.person)));
    }
    lines
}

fn compared(order: Order) -> &'static str {
    match order {
        Order::Arrivals | Order::Appointments => "到诊、预约、转化率",
        Order::Rate | Order::BookingRate => "转化率、到诊",
    }
}

/// What arrived, by rule; and what waits, or was forfeited.
fn arrivals(ctx: &mut Ctx<'_, '_>, question: &Question) -> Result<Vec<String>, Stop> {
    let mine = |arrival: &StoredArrival| arrival.credit.to == Some(question.person) && !arrival.forfeited;
    let all: Vec<StoredArrival> = ctx.desk.tx.credited_in(question.span)?.into_iter().filter(mine).collect();
    let (waiting, counted): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|arrival| arrival.credit.state == CreditState::Suggested);
    let mut lines = Vec::new();
    let told = if question.is_own {
        let each = |arrival: &StoredArrival| {
            let on = arrival.credit.appointment.map(|no| format!("Y{no}，")).unwrap_or_default();
            format!("{}（{on}{}）", arrival.label(), arrival.credit.rule)
        };
        listed(counted.iter().map(each).collect())
    } else {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for arrival in &counted {
            *rules.entry(arrival.credit.rule.as_str()).or_insert(0) += 1;
        }
        rules.into_iter().map(|(rule, count)| format!("{rule} {count}个")).collect::<Vec<_>>().join("、")
    };
    lines.push(format!("到诊 {}{}", counted.len(), after(&told)));
    if !waiting.is_empty() {
        let labels = listed(waiting.iter().map(StoredArrival::label).collect());
        let which = if question.is_own { format!("：{labels}") } else { String::new() };
        lines.push(format!("没算：{}个到诊归属待确认{which}", waiting.len()));
    }
    let mut lost = Vec::new();
    let (first, last) = (Month::of(question.span.from), Month::of(question.span.to));
    let months = if first == last { vec![first] } else { vec![first, last] };
    for month in months {
        let claims = ctx.desk.tx.claims_in(month)?;
        lost.extend(claims.into_iter().filter(|claim| {
            claim.person == question.person
                && claim.state == ClaimState::Forfeited
                && question.span.contains(claim.day)
        }));
    }
    if !lost.is_empty() {
        let labels = listed(lost.iter().map(|claim| format!("D{}", claim.arrival)).collect());
        let which = if question.is_own { format!("：{labels}") } else { String::new() };
        lines.push(format!("没算：{}个到诊没有按时对账（R-378）{which}", lost.len()));
    }
    Ok(lines)
}

/// What was registered, and what of it does not count.
fn appointments(ctx: &mut Ctx<'_, '_>, question: &Question) -> Result<Vec<String>, Stop> {
    let all = ctx.desk.tx.registered_by(question.person, question.span)?;
    let of = |wanted: Registered| -> Vec<String> {
        all.iter().filter(|(_, counts)| *counts == wanted).map(|(no, _)| format!("Y{no}")).collect()
    };
    let counted = of(Registered::Counted);
    let shown = |labels: Vec<String>| if question.is_own { listed(labels) } else { String::new() };
    let count = counted.len();
    let mut lines = vec![format!("预约 {count}（按登记时间）{}", after(&shown(counted)))];
    let rest = [(Registered::Cancelled, "已取消（R-034）"), (Registered::Invalid, "无效（R-042）")];
    for (which, why) in rest {
        let labels = of(which);
        if !labels.is_empty() {
            lines.push(format!("没算：{}个预约{why}{}", labels.len(), after(&shown(labels))));
        }
    }
    Ok(lines)
}

/// From which reports the dialogues come, and whether the no-answers are among them.
fn dialogues(ctx: &mut Ctx<'_, '_>, question: &Question) -> Result<Vec<String>, Stop> {
    let unanswered = ctx.desk.book()?.is_on(&COUNT_UNANSWERED, question.span.to);
    let days = ctx.desk.tx.counts_by_day(question.person, question.span)?;
    let filed: Vec<_> = days.iter().filter(|(_, counts)| counts.reports > 0).collect();
    let sum = |of: fn(&Counts) -> u32| -> u32 { filed.iter().map(|(_, counts)| of(counts)).sum() };
    let (valid, silent) = (sum(|counts| counts.dialogues), sum(|counts| counts.unanswered));
    let each = |(day, counts): &&(chrono::NaiveDate, Counts)| {
        format!("{} {}", day.format("%m-%d"), counts.tally(unanswered).dialogues)
    };
    let by_day = if question.is_own && question.period != Period::Day {
        after(&listed(filed.iter().map(each).collect()))
    } else {
        String::new()
    };
    let whole = if unanswered { valid.saturating_add(silent) } else { valid };
    let mut lines =
        vec![format!("对话 {whole}（{}份日报的有效对话，没写有效就用对话）{by_day}", filed.len())];
    if silent > 0 {
        lines.push(match unanswered {
            true => format!("其中未应答 {silent}，算进对话（R-226）"),
            false => format!("没算：未应答 {silent}（R-226 未启用）"),
        });
    }
    Ok(lines)
}

fn rate(line: &Line, measure: Measure) -> String {
    let tally = &line.entry.tally;
    let (part, told) = match measure {
        Measure::Arrivals => (tally.arrivals, "到诊"),
        Measure::Appointments => (tally.appointments, "预约"),
    };
    if tally.dialogues == 0 {
        return "转化率 —：没有对话，比转化率时排最后（R-210）".to_owned();
    }
    let percent = percent(tally.points_of(measure));
    format!("转化率 {percent} = {told}{part} ÷ 对话{}（R-210）", tally.dialogues)
}

/// The shifts that 班均 divides by.
fn shifts(ctx: &mut Ctx<'_, '_>, question: &Question, line: &Line) -> Result<Option<String>, Stop> {
    if question.period == Period::Day {
        return Ok(None);
    }
    let days = ctx.desk.tx.counts_by_day(question.person, question.span)?;
    let planned: u32 = days.iter().map(|(_, counts)| counts.shifts).sum();
    let worked = line.entry.worked;
    let off = planned.saturating_mul(1_000).saturating_sub(worked);
    let leave = if off > 0 { format!("，请假扣{}", ranking::shifts(off)) } else { String::new() };
    let tally = &line.entry.tally;
    Ok((planned > 0).then(|| {
        format!(
            "排班{planned}班{leave}：班均到诊{} 预约{}",
            per_shift(tally.arrivals, worked),
            per_shift(tally.appointments, worked)
        )
    }))
}

/// Labels as they are listed: the first ones, and how many there are more.
fn listed(mut labels: Vec<String>) -> String {
    let more = labels.len().saturating_sub(LISTED);
    labels.truncate(LISTED);
    let mut told = labels.join(" ");
    if more > 0 {
        told.push_str(&format!(" 等{}个", labels.len() + more));
    }
    told
}

/// What follows a sum, where anything does.
fn after(told: &str) -> String {
    if told.is_empty() { String::new() } else { format!("：{told}") }
}
