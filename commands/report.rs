//! 日报: files or corrects the daily report.

use crate::shared;
use bot::args::{self, Fields, Kind, Label, Lean};
use bot::{ChatKind, Command, Ctx, Incoming, Place, Reach, Reply, Run, Said, Stop, Undo, Who};
use chrono::{Datelike, NaiveDate};
use domain::calendar::day_name;
use domain::report::{self, Difference, Field, Figures, Filing, Form, Refused, Registered};
use domain::rights::{Record, Undoing};
use domain::settings::Book;
use domain::settings::catalogue::reports::MISMATCH_BLOCKS;
use domain::{Role, Roles, Span};
use serde_json::Value;
use store::{DayFigures, Event, Fact, NewReport, note_case};

const NOTE: &str = "小结";
const ISSUE: &str = "问题";

/// Numbers that one line lists.
const LISTED: usize = 12;

pub(crate) const COMMAND: Command = Command {
    name: "日报",
    aliases: &["报表", "交日报", "report"],
    summary: "交日报或改日报",
    usage: "日报 [日期] 对话 数 预约 数 到诊 数 [有效 数] [回访 数] [小结 …]",
    details: "在自己下班前交为按时，下班时刻起为迟交，以服务器收到的时间为准。再发一次就是更正，只写要改的项目也可以；\
              是否迟交只看第一次。不写日期就是正在上的班或刚下的班。休息日不欠日报。一个月迟交或未交满3次，提请扣30元。",
    examples: &[
        "日报 对话 50 预约 8 到诊 3",
        "日报 50 8 3",
        "日报 昨天 对话50 预约8 到诊3 小结 咨询高峰在上午",
        "日报 到诊 4",
    ],
    rules: &["R-001", "R-002", "R-009", "R-013"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant, Role::Guide]),
    place: Place::Anywhere,
    reach: Reach::Own,
    template: Some(template),
    run: Run::Record(run),
    undo: &[Undo { kind: "report.filed", run: undo }, Undo { kind: "report.corrected", run: undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let me = ctx.me()?;
    let (person, roles) = (me.id, me.roles);
    let today = ctx.desk.today();
    let book = ctx.desk.book()?;
    let form_on =
        |date| report::form_of(&book, date, roles).ok_or_else(|| Stop::not_allowed("你的角色不用交日报。"));
    let typed = read(ctx.incoming, &form_on(today)?, text, today)?;
    let (date, day) = duty(ctx, person, typed.date, today)?;
    let form = form_on(date)?;
    let calendar = *ctx.desk.calendar();
    let filing = report::file(&book, &calendar, ctx.desk.now, date, day.shift.as_ref(), day.earlier);
    if let Err(refused @ Refused::Future(_)) = filing {
        return Err(told(refused));
    }
    let registered = ctx.desk.tx.registered_on(person, date, day.shift.as_ref(), &calendar)?;
    if typed.figures.is_empty() && typed.note.is_none() {
        return draft(ctx, &form, date, &day, &registered);
    }
    let mut figures = day.live.as_ref().map(|report| report.figures.clone()).unwrap_or_default();
    figures.extend(typed.figures);
    let unasked = take_unasked(&form, &mut figures);
    let note = typed.note.or_else(|| day.live.as_ref().and_then(|report| report.note.clone()));
    let mut lacking = form.lacking(&figures);
    if form.note_required == Some(true) && note.is_none() {
        lacking.push(NOTE);
    }
    if !lacking.is_empty() {
        return Err(Stop::bad(format!(
            "还缺：{}\n没有记下任何内容，补上再发：{}",
            lacking.join("、"),
            completed(&form, &figures)
        )));
    }
    let filing = filing.map_err(told)?;
    let differences = registered.differences(&figures);
    if !differences.is_empty() && book.is_on(&MISMATCH_BLOCKS, date) {
        let lines: Vec<String> = differences.iter().map(difference).collect();
        let text = format!("{}\n部门要求对上才收，没有记下。先补登记，或改日报再发。", lines.join("\n"));
        return Err(Stop::rule("R-009", text));
    }
    let new = NewReport {
        date,
        revision: filing.revision,
        received_at: ctx.desk.now,
        late: filing.late,
        figures: &figures,
        note: note.as_deref(),
    };
    ctx.desk.tx.file_report(by, &new)?;
    let late = match filing.late && !filing.correction {
        true => Some(count_late(ctx, by, &book, date)?),
        false => None,
    };
    let kind = if filing.correction { "report.corrected" } else { "report.filed" };
    let mut fact = Fact::new(kind, Some(person))
        .person("person", person)
        .with("date", date.to_string())
        .with("revision", filing.revision)
        .with("late", filing.late)
        .with("backfilled", filing.backfilled)
        .with("rule", filing.rule);
    if let Some(late) = &late {
        fact = fact.with("late_count", late.count);
    }
    let counted: serde_json::Map<String, Value> =
        figures.iter().map(|(name, figure)| (name.clone(), (*figure).into())).collect();
    fact = fact.with("figures", counted);
    if let Some(note) = &note {
        fact = fact.secret("note", note, &note_case(date));
    }
    ctx.desk.record(fact);
    let mut answer = accepted(ctx, &filing, &day, &form, &figures, note.as_deref(), late);
    if !unasked.is_empty() {
        answer.push_str(&format!("\n「{}」本部门不填，没有记", unasked.join("」「")));
    }
    for difference in &differences {
        answer.push_str(&format!("\n请核对：{}", self::difference(difference)));
    }
    if !registered.waiting.is_empty() {
        answer.push_str(&format!("\n另有待确认归属的到诊：{}", numbered('D', &registered.waiting)));
    }
    Ok(Reply::text(answer))
}

/// Notes a late day, proposes what the month costs by now, and tells those who decide it.
fn count_late(ctx: &mut Ctx<'_, '_>, by: &Record, book: &Book, date: NaiveDate) -> Result<LateTold, Stop> {
    let now = ctx.desk.now;
    ctx.desk.tx.note_overdue(by, date, "late", now)?;
    let count = ctx.desk.tx.overdue_days(by.person(), report::counting_month(date))?;
    let charges = report::charges(book, date, count);
    let settled = ctx.desk.tx.settle_late_charges(by, date, &charges, now)?;
    let mut entries = Vec::new();
    for entry in &settled.proposed {
        let said = asked(&ctx.directory.label(by.person()), date, count, &entry.label());
        for supervisor in shared::with_role(ctx, Role::Supervisor, by.person()) {
            let key = format!("late:{}:{supervisor}:{now}", entry.label());
            ctx.desk.tell_aside(supervisor, &key, &said, "有提案要你确认，私聊发「提案」看。")?;
        }
        entries.push(entry.label());
    }
    Ok(LateTold { count, consequence: report::consequence(book, date), entries })
}

/// Takes out what the department does not ask for; answers the names.
fn take_unasked(form: &Form, figures: &mut Figures) -> Vec<&'static str> {
    let hidden = form.hidden.iter().map(Field::name);
    hidden.filter(|name| figures.remove(*name).is_some()).collect()
}

/// What is told of a late day.
struct LateTold {
    count: u32,
    /// What that costs, in words.
    consequence: String,
    /// Entries of the ledger that were proposed by it.
    entries: Vec<String>,
}

struct Typed {
    date: Option<NaiveDate>,
    figures: Figures,
    note: Option<String>,
}

fn read(incoming: &Incoming, form: &Form, text: &str, today: NaiveDate) -> Result<Typed, Stop> {
    let mut labels: Vec<Label> = form
        .fields
        .iter()
        .chain(&form.hidden)
        .map(|field| Label { key: field.name(), names: field.words, kind: Kind::Number })
        .collect();
    labels.push(Label { key: NOTE, names: &["小结", "总结", "日总结", "备注"], kind: Kind::Text });
    labels.push(Label { key: ISSUE, names: &["问题", "反馈"], kind: Kind::Text });
    let fields = Fields::read(text, &labels);
    let mut date = None;
    let mut unknown = Vec::new();
    for word in &fields.rest {
        match args::parse_date(word, today, Lean::Past) {
            Ok((day, used)) if used == word.len() && date.is_none() => date = Some(day),
            Err(error @ args::DateError::NoSuchDay) => return Err(Stop::bad(error.told())),
            _ => unknown.push(incoming.quote(word)),
        }
    }
    if !fields.problems.is_empty() {
        return Err(not_filed(&incoming.told(&fields.problems), form));
    }
    if let Some(word) = unknown.first() {
        return Err(not_filed(&format!("没看懂「{word}」"), form));
    }
    let mut figures = Figures::new();
    for field in form.fields.iter().chain(&form.hidden) {
        if let Some(figure) = fields.number(field.name()) {
            figures.insert(field.name().to_owned(), figure);
        }
    }
    let required = form.required().count();
    match (fields.bare_numbers.len(), figures.is_empty()) {
        (0, _) => {}
        (count, true) if (required..=form.fields.len()).contains(&count) => {
            for (field, figure) in form.fields.iter().zip(&fields.bare_numbers) {
                figures.insert(field.name().to_owned(), *figure);
            }
        }
        _ => {
            return Err(not_filed("有的数字前面没写是什么", form));
        }
    }
    if let Some((name, figure)) = figures.iter().find(|(_, figure)| **figure > report::MAX_FIGURE) {
        return Err(not_filed(&format!("「{name}」的数字太大：{figure}"), form));
    }
    let note: Vec<String> = [(NOTE, ""), (ISSUE, "问题：")]
        .into_iter()
        .filter_map(|(key, prefix)| fields.text(key).map(|text| format!("{prefix}{text}")))
        .collect();
    Ok(Typed { date, figures, note: (!note.is_empty()).then(|| note.join("\n")) })
}

/// The day that the report is for, with its shift and what was submitted before.
fn duty(
    ctx: &mut Ctx<'_, '_>,
    person: i64,
    date: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(NaiveDate, DayFigures), Stop> {
    if date.is_none()
        && let Some((date, mut day)) = ctx.desk.tx.report_duty_at(person, ctx.desk.now)?
    {
        excuse(ctx, person, date, &mut day)?;
        return Ok((date, day));
    }
    let date = date.unwrap_or(today);
    let mut day = ctx.desk.tx.report_duty_on(person, date)?;
    excuse(ctx, person, date, &mut day)?;
    Ok((date, day))
}

/// Whoever is on leave for the whole shift owes no report.
fn excuse(ctx: &mut Ctx<'_, '_>, person: i64, date: NaiveDate, day: &mut DayFigures) -> Result<(), Stop> {
    if day.shift.is_some() && ctx.desk.tx.whole_days_off(Span::day(date))?.contains(&(person, date)) {
        day.shift = None;
    }
    Ok(())
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let body = &event.body;
    let date: Option<NaiveDate> = body.get("date").and_then(Value::as_str).and_then(|date| date.parse().ok());
    let revision = body.get("revision").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let (Some(person), Some(date), Some(revision)) = (event.actor, date, revision) else {
        return Err(store::Error::Corrupt("report event".to_owned()).into());
    };
    if !ctx.desk.tx.undo_report(&by.record(), date, revision, ctx.desk.now)? {
        return Err(Stop::wrong_state("这份日报已经撤销过了。"));
    }
    let left = ctx.desk.tx.live_report(person, date)?;
    let book = ctx.desk.book()?;
    let shift = ctx.desk.tx.report_duty_on(person, date)?.shift;
    let calendar = *ctx.desk.calendar();
    if left.is_none() && report::late_note_goes(&book, &calendar, ctx.desk.now, date, shift.as_ref()) {
        ctx.desk.tx.clear_late(&by.record(), date)?;
        let count = ctx.desk.tx.overdue_days(person, report::counting_month(date))?;
        let charges = report::charges(&book, date, count);
        ctx.desk.tx.settle_late_charges(&by.record(), date, &charges, ctx.desk.now)?;
    }
    Ok(match left {
        Some(report) => format!("{}的日报恢复到第{}版", day_name(date), report.revision),
        None => format!("{}的日报，现在算未交", day_name(date)),
    })
}

// Texts.

fn told(refused: Refused) -> Stop {
    let text = match refused {
        Refused::Future(date) => format!("{}还没到，不能提前交日报。", day_name(date)),
        Refused::TooOld(date, days) => {
            format!("{}已超过{days}天，不能再交或改。要放宽，请主管发：规则 日报补交天数", day_name(date))
        }
    };
    Stop::rule("R-001", text)
}

fn not_filed(why: &str, form: &Form) -> Stop {
    Stop::bad(format!("{why}\n没有记下任何内容，改好再发，例：{}", example(form)))
}

fn shown(form: &Form, figures: &Figures) -> String {
    let fields = form.fields.iter().map(Field::name);
    let known = fields.filter_map(|name| figures.get(name).map(|figure| format!("{name} {figure}")));
    known.collect::<Vec<_>>().join(" · ")
}

fn example(form: &Form) -> String {
    let figures = ["50", "8", "3", "40", "12", "0", "0"];
    let parts: Vec<String> =
        form.required().zip(figures).map(|(field, figure)| format!("{} {figure}", field.name())).collect();
    format!("日报 {}", parts.join(" "))
}

/// The line to send, with what is known filled in.
fn completed(form: &Form, figures: &Figures) -> String {
    let parts: Vec<String> = form
        .fields
        .iter()
        .filter(|field| field.required || figures.contains_key(field.name()))
        .map(|field| match figures.get(field.name()) {
            Some(figure) => format!("{} {figure}", field.name()),
            None => format!("{} _", field.name()),
        })
        .collect();
    let note = if form.note_required == Some(true) { " 小结 _" } else { "" };
    format!("日报 {}{note}", parts.join(" "))
}

fn template(roles: Roles, book: &Book, today: NaiveDate) -> String {
    let consultant = Roles::of(&[Role::Consultant]);
    let form = report::form_of(book, today, roles).or_else(|| report::form_of(book, today, consultant));
    form.map_or_else(|| "日报".to_owned(), |form| blank(&form, &Figures::new()))
}

/// The form to copy, one line a field.
fn blank(form: &Form, known: &Figures) -> String {
    let mut lines = vec!["日报".to_owned()];
    lines.extend(form.fields.iter().map(|field| {
        let figure = known.get(field.name()).map(u32::to_string).unwrap_or_default();
        format!("{}：{figure}", field.name())
    }));
    if form.note_required.is_some() {
        lines.push(format!("{NOTE}："));
    }
    lines.join("\n")
}

/// `预约 日报8，登记7（Y1 Y4 …）`.
fn difference(difference: &Difference) -> String {
    let Difference { field, filed, registered, letter, numbers } = difference;
    let which =
        if numbers.is_empty() { String::new() } else { format!("（{}）", numbered(*letter, numbers)) };
    let apart = filed.abs_diff(*registered);
    let word =
        if filed > registered { format!("少登记{apart}个") } else { format!("日报少{apart}个") };
    format!("{field} 日报{filed}，登记{registered}{which}，{word}")
}

/// `Y1 Y4 …`
fn numbered(letter: char, numbers: &[i64]) -> String {
    let more = if numbers.len() > LISTED { " …" } else { "" };
    let shown: Vec<String> = numbers.iter().take(LISTED).map(|no| format!("{letter}{no}")).collect();
    format!("{}{more}", shown.join(" "))
}

/// What those who decide the ledger are asked.
fn asked(name: &str, date: NaiveDate, count: u32, entry: &str) -> Said {
    Said::text(format!(
        "{name} {}日报迟交，{}月第{count}次，已提请 {entry}。确认后才算数。",
        day_name(date),
        date.month()
    ))
    .button(format!("同意 {entry}"), format!("同意 {entry}"))
    .button(format!("驳回 {entry}"), format!("驳回 {entry} 情况不符"))
}

fn accepted(
    ctx: &Ctx<'_, '_>,
    filing: &Filing,
    day: &DayFigures,
    form: &Form,
    figures: &Figures,
    note: Option<&str>,
    late: Option<LateTold>,
) -> String {
    let calendar = ctx.desk.calendar();
    let shift = day.shift.as_ref().map(|shift| format!(" {}", shift.name)).unwrap_or_default();
    let head = if filing.correction {
        format!("日报已更正（第{}版）", filing.revision)
    } else {
        "日报已收到".to_owned()
    };
    let mut lines = vec![format!("{head}：{}{shift}", day_name(filing.date)), shown(form, figures)];
    if let Some(note) = note {
        // Patients' names stand in notes, and no rule finds them there.
        lines.push(match ctx.incoming.chat.kind {
            ChatKind::Private => format!("{NOTE}：{note}"),
            ChatKind::Group => format!("{NOTE}已记下（{}字）", note.chars().count()),
        });
    }
    lines.push(match (&day.shift, filing.late, late) {
        (None, ..) => "当天没有排班，不算迟交".to_owned(),
        (Some(shift), false, _) => format!("按时（{} 前）", calendar.clock(shift.end)),
        (Some(shift), true, Some(late)) => format!(
            "迟交（应在 {} 前）。{}月第{}次，{}{}",
            calendar.clock(shift.end),
            filing.date.month(),
            late.count,
            late.consequence,
            late.entries.iter().map(|entry| format!("，已提请主管（{entry}）")).collect::<String>()
        ),
        (Some(shift), true, None) => format!("仍算迟交（应在 {} 前）", calendar.clock(shift.end)),
    });
    if filing.backfilled {
        lines.push(if filing.correction { "事后更正，已标明" } else { "补报，已标明" }.to_owned());
    }
    for doubt in report::doubts(figures) {
        lines.push(format!("请核对：{doubt}"));
    }
    lines.join("\n")
}

fn draft(
    ctx: &Ctx<'_, '_>,
    form: &Form,
    date: NaiveDate,
    day: &DayFigures,
    registered: &Registered,
) -> Result<Reply, Stop> {
    let known = registered.draft(form);
    let mut lines = Vec::new();
    match (&day.live, &day.shift) {
        (Some(report), _) => {
            lines.push(format!("{}的日报已交（第{}版）：", day_name(date), report.revision));
            lines.push(shown(form, &report.figures));
            lines.extend(
                registered
                    .differences(&report.figures)
                    .iter()
                    .map(|one| format!("请核对：{}", difference(one))),
            );
            let last = form.required().last().map_or("对话", Field::name);
            lines.push(format!("要改就只发要改的项目，例：日报 {last} 4"));
            return Ok(Reply::text(lines.join("\n")));
        }
        (None, Some(shift)) => lines.push(format!(
            "{} {}的日报还没交（{} 前算按时）。",
            day_name(date),
            shift.name,
            ctx.desk.calendar().clock(shift.end)
        )),
        (None, None) => lines.push(format!("{}你没有排班，不欠日报。要交也可以。", day_name(date))),
    }
    let registers = known.values().any(|figure| *figure > 0);
    if registers {
        lines.push(format!("登记里已有：{}", shown(form, &known)));
        for (word, letter, numbers) in
            [("预约", 'Y', &registered.appointments), ("到诊", 'D', &registered.arrivals)]
        {
            if !numbers.is_empty() {
                lines.push(format!("{word} {}", numbered(letter, numbers)));
            }
        }
        lines.push("把 _ 改成数字，整行发回：".to_owned());
        lines.push(completed(form, &known));
    } else {
        lines.push("复制下面这段，填好发回：".to_owned());
        lines.push(String::new());
        lines.push(blank(form, &Figures::new()));
    }
    Ok(Reply::text(lines.join("\n")))
}
