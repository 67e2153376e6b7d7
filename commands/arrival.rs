//! 到诊: reception records who came; it is compared with the register, and the credit is decided at once (R-052, R-055,
//! A person who has to look says 是, 不是 or 都不是; what is proven untrue is marked 不实.

pub(crate) mod judging;
mod reading;
pub(crate) mod telling;

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who};
use domain::Role;
use domain::Roles;
use domain::matching::form_missing;
use domain::patient::{Patient, Unread};
use domain::privacy::Field;
use domain::rights::{Decide, Record, Tend, Undoing};
use reading::Came;
use serde_json::Value;
use store::{Event, Judge, NewArrival, RecordedArrival, StoredArrival};

use crate::{credit, shared};

pub(crate) const COMMAND: Command = Command {
    name: "到诊",
    aliases: &["登记到诊", "arrival"],
    summary: "登记患者到诊，核对预约并判定归属",
    usage: "到诊 姓名 … 性别 … 年龄 … 电话 … 地域 … 渠道 … 初复诊 … [主诉 …] [病种 …] [消费 …] [到诊时间 …] | 到诊 D6 字段 … | 到诊 D6 是 Y12 | 到诊 D6 不是 Y12 | 到诊 D6 都不是 | 到诊 D6 不实 理由",
    details: "姓名写到院挂号的姓名。缺的项目照收，按天统计，以后可以补：到诊 D6 初复诊 初诊。不写到诊时间就是现在。姓名、年龄、电话、主诉、地域、到诊日对上3项就核实，当场判定归谁。要人核实的私下发给主管；查实不真实的由主管标不实。",
    examples: &[
        "到诊 姓名 王小明 性别 男 年龄 35 电话 13800138000 地域 佛山 渠道 电话 初复诊 初诊",
        "到诊 姓名 李四 年龄 40 地域 广州 主诉 洗牙 到诊时间 9:30 消费 300",
        "到诊 D6 初复诊 初诊",
        "到诊 D6 是 Y12",
    ],
    rules: &["R-052", "R-055", "R-056", "R-060", "R-078", "R-079", "R-080", "R-081", "R-083", "R-087"],
    who: Who::Roles(&[Role::Guide, Role::Lead, Role::Supervisor, Role::Director, Role::Admin]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: Some(|roles, _, _| template(roles)),
    run: Run::RecordOrDecide(run),
    undo: &[
        Undo { kind: "arrival.recorded", run: undo },
        Undo { kind: "arrival.corrected", run: undo },
        Undo { kind: "match.confirmed", run: judging::undo },
        Undo { kind: "arrival.false", run: undo },
    ],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, lead: Option<&Decide>, text: &str) -> Result<Reply, Stop> {
    let Some((no, rest)) = shared::label(text, 'D') else { return record(ctx, by, text) };
    let arrival = credit::arrival(ctx, no)?;
    if rest.trim().is_empty() {
        return telling::shown(ctx, &arrival);
    }
    match judging::read(rest) {
        Some(said) => judging::judge(ctx, lead, &arrival, said),
        None => correct(ctx, by, lead, &arrival, rest),
    }
}

fn record(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let came = Came::read(ctx.incoming, text, ctx.desk.today())?;
    let (patient, unread) = came.typed.read();
    if patient == Patient::default() {
        return Err(Stop::bad(format!(
            "没有患者信息，没有登记。复制下面这段，填好发回：\n\n{}",
            template(Roles::NONE)
        )));
    }
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let arrived_at = came.at(now, now, &calendar, &book)?;
    let missing = form_missing(&patient, came.channel, came.kind);
    let fields = kept(&patient, came.expert.clone(), came.log.clone());
    let new = NewArrival {
        arrived_at,
        patient: &fields,
        kind: came.kind,
        channel: came.channel,
        missing: &missing,
        spend_fen: came.spend_fen,
        now,
    };
    let judge = Judge { book: &book, calendar: &calendar, now };
    let recorded = ctx.desk.tx.record_arrival(by, &new, judge)?;
    telling::tell_parties(&mut ctx.desk, &recorded, None)?;
    telling::ask_to_look(&mut ctx.desk, &recorded.arrival)?;
    let head = format!("已登记 {}", recorded.arrival.label());
    Ok(answered(ctx, &head, &recorded, &fields, &unread, &came))
}

/// What stands before a name.
const NAMED: [&str; 3] = ["姓名", "患者", "名字"];

/// Corrects what was recorded of an arrival: decided anew, and told where the outcome is another.
fn correct(
    ctx: &mut Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    known: &StoredArrival,
    text: &str,
) -> Result<Reply, Stop> {
    let label = known.label();
    let tend = to_change(ctx, by, lead, known)?;
    let came = Came::read(ctx.incoming, text, ctx.desk.today())?;
    if came.is_empty() && came.notes.is_empty() {
        return Err(Stop::bad(format!("写上要补或要改的项目，例：到诊 {label} 初复诊 初诊")));
    }
    // The name decides between two who booked otherwise: a word that merely looks like one corrects nothing.
    if let Some(name) = came.typed.name.as_deref().filter(|_| !NAMED.iter().any(|label| text.contains(label)))
    {
        let word = ctx.incoming.quote(name);
        return Err(Stop::bad(format!("没看懂「{word}」。改姓名这样写：到诊 {label} 姓名 …")));
    }
    let before = ctx.desk.tx.arrival_fields(&tend, known.no)?;
    let (said, unread) = came.typed.read();
    let was = Patient::of_fields(before.iter().map(|(field, text)| (*field, text.as_str())));
    let patient = was.corrected(said);
    let kept_before =
        |wanted: Field| before.iter().find(|(field, _)| *field == wanted).map(|(_, text)| text.clone());
    let expert = came.expert.clone().or_else(|| kept_before(Field::Expert));
    let log = came.log.clone().or_else(|| kept_before(Field::ChatLog));
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let (kind, channel) = (came.kind.or(known.kind), came.channel.or(known.channel));
    let missing = form_missing(&patient, channel, kind);
    let fields = kept(&patient, expert, log);
    let new = NewArrival {
        arrived_at: came.at(known.arrived_at, now, &calendar, &book)?,
        patient: &fields,
        kind,
        channel,
        missing: &missing,
        spend_fen: came.spend_fen.or(known.spend_fen),
        now,
    };
    let judge = Judge { book: &book, calendar: &calendar, now };
    let Some(recorded) = ctx.desk.tx.correct_arrival(&tend, known.no, &new, judge)? else {
        return Err(Stop::not_found(format!("没有到诊 {label}。")));
    };
    if telling::differs(&recorded.arrival, known) {
        telling::tell_parties(&mut ctx.desk, &recorded, Some(known))?;
        telling::ask_to_look(&mut ctx.desk, &recorded.arrival)?;
    }
    if tend.by() != known.recorder {
        let who = ctx.directory.label(tend.by());
        let said = bot::Said::text(format!("{who}更正了你登记的到诊 {label}"));
        ctx.desk.tell(known.recorder, None, &said, true)?;
    }
    Ok(answered(ctx, &format!("已更正 {label}"), &recorded, &fields, &unread, &came))
}

/// The right to change what was recorded of an arrival: whoever recorded it, or his lead.
fn to_change(
    ctx: &Ctx<'_, '_>,
    by: &Record,
    lead: Option<&Decide>,
    arrival: &StoredArrival,
) -> Result<Tend, Stop> {
    if arrival.recorder == by.person() {
        return Ok(by.tend());
    }
    let whose = ctx.directory.label(arrival.recorder);
    let team = ctx.directory.person(arrival.recorder).and_then(|recorder| recorder.team);
    match lead {
        Some(lead) => lead.tend(arrival.recorder, team).map_err(|denied| shared::denied(denied, &whose)),
        None => {
            Err(Stop::not_allowed(format!("{} 是{whose}登记的，只有本人、组长或主管能改。", arrival.label())))
        }
    }
}

/// What the vault keeps of it.
fn kept(patient: &Patient, expert: Option<String>, log: Option<String>) -> Vec<(Field, String)> {
    let mut fields = patient.fields();
    fields.extend(expert.map(|expert| (Field::Expert, expert)));
    fields.extend(log.map(|log| (Field::ChatLog, log)));
    fields
}

/// Takes a line of an arrival back, and tells everybody whose credit changed by it.
pub(crate) fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let corrupt = || Stop::from(store::Error::Corrupt("arrival event".to_owned()));
    let seq = event.body.get("entry").and_then(Value::as_i64).ok_or_else(corrupt)?;
    let named = event.body.get("arrival").and_then(Value::as_str).unwrap_or_default();
    let (no, _) = shared::label(named, 'D').ok_or_else(corrupt)?;
    let gone = || Stop::wrong_state(format!("D{no} 的登记已经撤销过了。"));
    let before = ctx.desk.tx.arrival(no)?.ok_or_else(gone)?;
    let parties = credit::parties::parties(&mut ctx.desk, &before)?;
    let (book, calendar, now) = (ctx.desk.book()?, *ctx.desk.calendar(), ctx.desk.now);
    let judge = Judge { book: &book, calendar: &calendar, now };
    if !ctx.desk.tx.undo_arrival_entry(by, seq, judge)? {
        return Err(Stop::wrong_state(format!("D{no} 后来又改过，请先撤销后面的改动。")));
    }
    match ctx.desk.tx.arrival(no)? {
        None => {
            let said = bot::Said::text(format!("到诊 D{no} 的登记已撤销，不再计。"));
            credit::parties::tell_all(&mut ctx.desk, parties, &said, true)?;
        }
        Some(after) if telling::differs(&after, &before) => {
            telling::tell_changed(&mut ctx.desk, &after, parties)?;
            telling::ask_to_look(&mut ctx.desk, &after)?;
        }
        Some(_) => {}
    }
    Ok(match event.kind.as_str() {
        "arrival.recorded" => format!("D{no} 的到诊登记，编号不再使用"),
        "arrival.corrected" => format!("D{no} 的更正，恢复到上一版"),
        "arrival.false" => format!("D{no} 的不实，重新判定"),
        _ => format!("D{no} 的外借，重新判定"),
    })
}

// Texts.

fn template(_roles: Roles) -> String {
    let lines =
        ["姓名", "性别", "年龄", "电话", "地域", "渠道", "初复诊", "主诉", "病种", "消费", "到诊时间"];
    let blanks: Vec<String> = lines.iter().map(|label| format!("{label}：")).collect();
    format!("到诊\n{}", blanks.join("\n"))
}

fn answered(
    ctx: &Ctx<'_, '_>,
    head: &str,
    recorded: &RecordedArrival,
    fields: &[(Field, String)],
    unread: &[Unread],
    came: &Came,
) -> Reply {
    let mut lines = telling::verdict(ctx, head, recorded);
    lines.push(telling::patient(ctx, &recorded.arrival, fields));
    lines.extend(
        unread.iter().map(|field| format!("{}没认出：{}，按没写处理", field.item.label(), field.reason)),
    );
    lines.extend(came.notes.iter().cloned());
    lines.extend(telling::missing(&recorded.arrival));
    lines.extend(telling::closed(ctx, &recorded.arrival));
    Reply::text(lines.join("\n"))
}
