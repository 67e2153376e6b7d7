//! 日报: files or corrects the daily report.

use crate::shared;
use bot::args::{self, Fields, Kind, Label, Lean};
use bot::{ChatKind, Command, Ctx, Incoming, Place, Reach, Reply, Run, Stop, Undo, Who};
use chrono::{Datelike, NaiveDate};
use domain::calendar::day_name;
use domain::report::{self, Field, Figures, Filing, Refused};
use domain::rights::{Record, Undoing};
use domain::{Role, Roles};
use serde_json::Value;
use store::{DayFigures, Event, Fact, NewReport, note_case};

const NOTE: &str = "小结";
const ISSUE: &str = "问题";

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
    let form = report::form_of(roles).ok_or_else(|| Stop::not_allowed("你的角色不用交日报。"))?;
    let today = ctx.desk.today();
    let typed = read(ctx.incoming, form, text, today)?;
    let (date, day) = duty(ctx, person, typed.date, today)?;
    let book = ctx.desk.book()?;
    let filing = report::file(&book, ctx.desk.now, today, date, day.shift.as_ref(), day.earlier);
    if let Err(refused @ Refused::Future(_)) = filing {
        return Err(told(refused));
    }
    if typed.figures.is_empty() && typed.note.is_none() {
        return draft(ctx, roles, date, &day);
    }
    let mut figures = day.live.as_ref().map(|report| report.figures.clone()).unwrap_or_default();
    figures.extend(typed.figures);
    let lacking = report::missing_fields(form, &figures);
    if !lacking.is_empty() {
        return Err(Stop::bad(format!(
            "还缺：{}\n没有记下任何内容，补上再发：{}",
            lacking.join("、"),
            completed(form, &figures)
        )));
    }
    let filing = filing.map_err(told)?;
    let note = typed.note.or_else(|| day.live.as_ref().and_then(|report| report.note.clone()));
    let new = NewReport {
        date,
        revision: filing.revision,
        received_at: ctx.desk.now,
        late: filing.late,
        figures: &figures,
        note: note.as_deref(),
    };
    ctx.desk.tx.file_report(by, &new)?;
    let late_count = if filing.late && !filing.correction {
        ctx.desk.tx.note_overdue(by, date, "late", ctx.desk.now)?;
        Some(ctx.desk.tx.overdue_days(person, report::counting_month(date))?)
    } else {
        None
    };
    let kind = if filing.correction { "report.corrected" } else { "report.filed" };
    let mut fact = Fact::new(kind, Some(person))
        .person("person", person)
        .with("date", date.to_string())
        .with("revision", filing.revision)
        .with("late", filing.late)
        .with("rule", filing.rule);
    if let Some(count) = late_count {
        fact = fact.with("late_count", count);
    }
    let counted: serde_json::Map<String, Value> =
        figures.iter().map(|(name, figure)| (name.clone(), (*figure).into())).collect();
    fact = fact.with("figures", counted);
    if let Some(note) = &note {
        fact = fact.secret("note", note, &note_case(date));
    }
    ctx.desk.record(fact);
    let late = late_count.map(|count| LateTold {
        count,
        limit: report::late_limit(&book, date),
        fen: report::late_fen(&book, date),
    });
    Ok(Reply::text(accepted(ctx, &filing, &day, form, &figures, note.as_deref(), late)))
}

/// What is told of a late day.
struct LateTold {
    count: u32,
    limit: u32,
    fen: u64,
}

struct Typed {
    date: Option<NaiveDate>,
    figures: Figures,
    note: Option<String>,
}

fn read(incoming: &Incoming, form: &[Field], text: &str, today: NaiveDate) -> Result<Typed, Stop> {
    let mut labels: Vec<Label> = form
        .iter()
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
    for field in form {
        if let Some(figure) = fields.number(field.name()) {
            figures.insert(field.name().to_owned(), figure);
        }
    }
    let required = form.iter().filter(|field| field.required).count();
    match (fields.bare_numbers.len(), figures.is_empty()) {
        (0, _) => {}
        (count, true) if (required..=form.len()).contains(&count) => {
            for (field, figure) in form.iter().zip(&fields.bare_numbers) {
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
        && let Some(duty) = ctx.desk.tx.report_duty_at(person, ctx.desk.now)?
    {
        return Ok(duty);
    }
    let date = date.unwrap_or(today);
    Ok((date, ctx.desk.tx.report_duty_on(person, date)?))
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
    if left.is_none() && report::late_note_goes(&book, ctx.desk.calendar(), ctx.desk.now, date) {
        ctx.desk.tx.clear_late(&by.record(), date)?;
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
            format!("{}已超过{days}天，不能再交或改，请找主管。", day_name(date))
        }
    };
    Stop::rule("R-001", text)
}

fn not_filed(why: &str, form: &[Field]) -> Stop {
    Stop::bad(format!("{why}\n没有记下任何内容，改好再发，例：{}", example(form)))
}

fn shown(form: &[Field], figures: &Figures) -> String {
    let known =
        form.iter().filter_map(|field| figures.get(field.name()).map(|n| format!("{} {n}", field.name())));
    known.collect::<Vec<_>>().join(" · ")
}

fn example(form: &[Field]) -> String {
    let figures = ["50", "8", "3"];
    let parts: Vec<String> = form
        .iter()
        .filter(|field| field.required)
        .zip(figures)
        .map(|(field, figure)| format!("{} {figure}", field.name()))
        .collect();
    format!("日报 {}", parts.join(" "))
}

fn completed(form: &[Field], figures: &Figures) -> String {
    let parts: Vec<String> = form
        .iter()
        .filter(|field| field.required || figures.contains_key(field.name()))
        .map(|field| match figures.get(field.name()) {
            Some(figure) => format!("{} {figure}", field.name()),
            None => format!("{} _", field.name()),
        })
        .collect();
    format!("日报 {}", parts.join(" "))
}

fn template(roles: Roles) -> String {
    let form = report::form_of(roles).unwrap_or(report::CONSULTANT_FORM);
    let mut lines = vec!["日报".to_owned()];
    lines.extend(form.iter().map(|field| format!("{}：", field.name())));
    lines.push(format!("{NOTE}："));
    lines.join("\n")
}

fn accepted(
    ctx: &Ctx<'_, '_>,
    filing: &Filing,
    day: &DayFigures,
    form: &[Field],
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
            "迟交（应在 {} 前）。{}月第{}次，满{}次提请扣{}（R-002）",
            calendar.clock(shift.end),
            filing.date.month(),
            late.count,
            late.limit,
            shared::yuan(late.fen)
        ),
        (Some(shift), true, None) => format!("仍算迟交（应在 {} 前）", calendar.clock(shift.end)),
    });
    for doubt in report::doubts(figures) {
        lines.push(format!("请核对：{doubt}"));
    }
    lines.join("\n")
}

fn draft(ctx: &Ctx<'_, '_>, roles: Roles, date: NaiveDate, day: &DayFigures) -> Result<Reply, Stop> {
    let form = report::form_of(roles).unwrap_or(report::CONSULTANT_FORM);
    Ok(Reply::text(match (&day.live, &day.shift) {
        (Some(report), _) => format!(
            "{}的日报已交（第{}版）：\n{}\n要改就只发要改的项目，例：日报 {} 4",
            day_name(date),
            report.revision,
            shown(form, &report.figures),
            form.iter().rev().find(|field| field.required).map_or("到诊", Field::name)
        ),
        (None, Some(shift)) => format!(
            "{} {}的日报还没交（{} 前算按时）。复制下面这段，填好发回：\n\n{}",
            day_name(date),
            shift.name,
            ctx.desk.calendar().clock(shift.end),
            template(roles)
        ),
        (None, None) => {
            format!("{}你没有排班，不欠日报。要交也可以：\n\n{}", day_name(date), template(roles))
        }
    }))
}
