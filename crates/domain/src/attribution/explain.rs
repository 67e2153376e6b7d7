//! A verdict in Chinese: the answer first, then step and rule, then what it stands on, then what one can do.

use super::evidence::{Decision, Evidence, RunnerUp, Step};
use crate::calendar::Calendar;
use crate::patient::Item;
use crate::{PersonId, Role};
use chrono::NaiveDate;

/// The sentences of a verdict, one a line. `name` gives the name of a person. There is no patient datum in them.
pub fn explain(decision: &Decision, calendar: &Calendar, name: impl Fn(PersonId) -> String) -> Vec<String> {
    let name = &name;
    let mut lines = vec![answer(decision, name)];
    lines.push(format!(
        "由第{}步「{}」判定，规则 {}。",
        decision.step.code(),
        decision.step.word(),
        decision.rule
    ));
    lines.extend(
        decision.evidence.iter().map(|evidence| format!("依据：{}。", sentence(evidence, calendar, name))),
    );
    lines.extend(decision.runners_up.iter().filter_map(|runner_up| lost(runner_up, decision, name)));
    if let Some(source) = decision.source {
        lines.push(format!("来源按首次联系记为{}，只用于渠道统计（R-088）。", source.word()));
    }
    if let Some(clocks) = decision.clocks {
        lines.push(format!(
            "保护期到{}，免再咨询期到{}，都含当天。",
            date(clocks.protection.last),
            date(clocks.credit.last)
        ));
    }
    lines.push(next(decision));
    lines
}

fn answer(decision: &Decision, name: &dyn Fn(PersonId) -> String) -> String {
    let on = decision.appointment.map(|no| format!("（Y{no}）")).unwrap_or_default();
    match (decision.to, decision.confirm_by) {
        (Some(person), None) => format!("归 {}{on}。", name(person)),
        (Some(person), Some(role)) => format!("建议归 {}{on}，待{}确认。", name(person), role.word()),
        (None, Some(role)) => format!("双方条件相同，待{}裁定。", role.word()),
        (None, None) => "不计业绩。".to_owned(),
    }
}

/// Why somebody else has it not; nothing where the evidence on a mere contact says it already.
fn lost(runner_up: &RunnerUp, decision: &Decision, name: &dyn Fn(PersonId) -> String) -> Option<String> {
    let no = runner_up.appointment?;
    let person = name(runner_up.person);
    if decision.confirm_by.is_some() && decision.to.is_none() && runner_up.step == Step::Order {
        return Some(format!("候选：{person}（Y{no}）。"));
    }
    let (code, word, rule) = (runner_up.step.code(), runner_up.step.word(), runner_up.rule);
    Some(format!("{person}（Y{no}）止于第{code}步「{word}」，{rule}。"))
}

fn next(decision: &Decision) -> String {
    let supervisor = Role::Supervisor.word();
    let late = matches!(decision.rule, "R-030" | "R-079" if decision.to.is_none());
    match (decision.appointment, decision.to) {
        (None, None) if late && decision.confirm_by.is_none() => {
            format!("还可以：核对到诊和预约的资料，有误请更正后重新判定，或请{supervisor}裁定。")
        }
        (Some(no), _) => format!("还可以：有异议发「申诉 Y{no} 理由」，由{supervisor}裁定。"),
        (None, _) => format!("还可以：有异议发「申诉 Y编号 理由」，由{supervisor}裁定。"),
    }
}

fn date(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn labels<'a>(items: impl IntoIterator<Item = &'a Item>) -> String {
    let labels: Vec<&str> = items.into_iter().map(|item| item.label()).collect();
    if labels.is_empty() { "无".to_owned() } else { labels.join("、") }
}

fn numbers(appointments: &[i64]) -> String {
    appointments.iter().map(|no| format!("Y{no}")).collect::<Vec<_>>().join("、")
}

/// One fact, without full stop.
fn sentence(evidence: &Evidence, calendar: &Calendar, name: &dyn Fn(PersonId) -> String) -> String {
    match evidence {
        Evidence::NothingRegistered => "到诊前没有登记过预约".to_owned(),
        Evidence::Matched { appointment, items, needed } => {
            format!("Y{appointment} 与到诊对上{}项（{}），至少要{needed}项", items.len(), labels(items))
        }
        Evidence::NotMatched { appointment, items, needed } => {
            format!("Y{appointment} 只对上{}项（{}），至少要{needed}项", items.len(), labels(items))
        }
        Evidence::Rejected { appointment } => format!("人工确认 Y{appointment} 是另一位患者"),
        Evidence::Weak { appointment } => {
            format!("Y{appointment} 只对上年龄、地域、主诉这类资料，要人工复核")
        }
        Evidence::WeakBeside { appointment } => {
            format!("Y{appointment} 只对上年龄、地域、主诉这类资料，另有对得更准的，不参与")
        }
        Evidence::Cancelled { appointment } => format!("Y{appointment} 到诊前已取消，不参与"),
        Evidence::Late { appointment } => format!("Y{appointment} 是到诊之后才登记的，不计"),
        Evidence::Invalid { appointment } => format!("Y{appointment} 是无效预约，不与有效预约相争"),
        Evidence::OnlyInvalid => "只有无效预约对得上，要人工确认".to_owned(),
        Evidence::FalseArrival => "这次到诊已查实不真实，作废".to_owned(),
        Evidence::Lent { giver, receiver, void } => {
            let then = if *void { "本次都不计" } else { "归谁由人裁定" };
            format!("{} 把患者转给 {} 已查实，{then}", name(*giver), name(*receiver))
        }
        Evidence::Signed { signer } => format!("私下代接已查实，全归现场签约的 {}", name(*signer)),
        Evidence::Treated { on, anew_from } => {
            format!("患者{}来诊过，{}（含）起再来才算新的", date(*on), date(*anew_from))
        }
        Evidence::BeforeVisit { appointment } => format!("Y{appointment} 登记在上次来诊之前，不参与"),
        Evidence::Protected { appointment, by, on, until } => format!(
            "{} {}跟进时 Y{appointment} 还在保护期（到{}，含当天），不算",
            name(*by),
            date(*on),
            date(*until)
        ),
        Evidence::TookOver { appointment, by, on, until } => {
            format!("Y{appointment} 的保护期{}已满，{} {}跟进在先", date(*until), name(*by), date(*on))
        }
        Evidence::Released { appointment, until, rival, on } => {
            format!("Y{appointment} 的保护期{}已满，Y{rival} 在{}登记", date(*until), date(*on))
        }
        Evidence::Lapsed { appointment, last } => {
            format!("Y{appointment} 的免再咨询期{}已满，之后到诊前没有再咨询", date(*last))
        }
        Evidence::ConsultedAgain { appointment, last, by, on } => format!(
            "Y{appointment} 的免再咨询期{}已满，但{}由 {} 再次联系过",
            date(*last),
            date(*on),
            name(*by)
        ),
        Evidence::WithinMonths { appointment, last } => {
            format!("Y{appointment} 的保护期已满但没有他人接手，免再咨询期到{}（含）", date(*last))
        }
        Evidence::NameEqual { appointment } => format!("Y{appointment} 的姓名与到院挂号一致"),
        Evidence::NameOther { appointment } => format!("Y{appointment} 的姓名与到院挂号不同"),
        Evidence::NameOfNone => "双方预约的姓名不同，又都对不上到院挂号，要主管确认".to_owned(),
        Evidence::Jumped { from, to, touched, booking_words, both_online } => format!(
            "访客从 {} 跳到 {} 的窗口：跳转前{}患者信息，{}怎样预约，{}",
            name(*from),
            name(*to),
            if *touched { "谈过" } else { "没谈" },
            if *booking_words { "问到" } else { "没问到" },
            if *both_online { "当时两人都在线" } else { "当时不是两人都在线" }
        ),
        Evidence::LeftWord { chat, phone, remarked } => format!(
            "患者在 {} 的窗口留了资料、没形成对话，{}，之后打给 {}",
            name(*chat),
            if *remarked { "来电前已备注" } else { "来电前没有备注" },
            name(*phone)
        ),
        Evidence::SameDay { chat, phone, on, clear, chat_first } => {
            let how = match (clear, chat_first) {
                (false, _) => "聊天没有明显信息，以电话为准",
                (true, true) => "聊天有明显信息且在先",
                (true, false) => "电话在先",
            };
            format!("{}患者既与 {} 聊天又与 {} 通话，{how}", date(*on), name(*chat), name(*phone))
        }
        Evidence::Recorded { with, without } => {
            format!("{} 有聊天记录，{} 没有", name(*with), name(*without))
        }
        Evidence::Classed { appointment, class } => {
            format!("Y{appointment} 按{}预约比较", class.word())
        }
        Evidence::Registered { appointment, owner, at } => {
            let at = calendar.local(*at).format("%Y-%m-%d %H:%M:%S");
            format!("Y{appointment} 由 {} 在 {at} 登记", name(*owner))
        }
        Evidence::Tied { appointments } => format!("{} 同一秒登记、同样完整", numbers(appointments)),
        Evidence::Circle { appointments } => {
            format!("{} 两两相比互有胜负，要主管确认", numbers(appointments))
        }
        Evidence::Forfeited { by } => format!("当月没在{}（含）前对账，视为放弃", date(*by)),
    }
}
