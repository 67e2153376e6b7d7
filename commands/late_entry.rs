//! 延迟登记: asks the supervisor for leave to register an agreed appointment after the fifteen minutes, until the own
//! shift of that day ends. He answers with 同意 and 驳回.

use crate::appointment;
use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reason, Refusal, Reply, Run, Said, Stop, Undo, Who, args};
use domain::registration::Asked;
use domain::rights::{Decide, Record, Undoing};
use domain::settings::catalogue::appointments::ENTRY_MINUTES;
use domain::{EpochMs, PersonId, Role};
use store::{Event, Extension, NewExtension};

pub(crate) const COMMAND: Command = Command {
    name: "延迟登记",
    aliases: &["延期登记", "晚登记"],
    summary: "请主管批准晚点登记预约",
    usage: "延迟登记 [约定 HH:MM] [原因]",
    details: "约好了不能按时登记时用。主管批准后，在你当天下班前登记不算迟，登记时要写同一个「约定」时刻；不能延到下班以后，组长不能代批。不写约定，就是申请前这个班里约好的都算。",
    examples: &["延迟登记 约定 9:50 系统打不开", "延迟登记 来访太多"],
    rules: &["R-031", "R-032"],
    who: Who::Roles(&[Role::Consultant, Role::PhoneConsultant]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Record(run),
    undo: &[Undo { kind: "extension.requested", run: undo_requested }],
};

/// Who gives leave: the supervisor, or who stands above him; no lead.
const APPROVERS: &[Role] = &[Role::Supervisor, Role::Director];
/// Open requests that are listed.
const LISTED: u32 = 5;
/// Longest reason, characters.
const LONGEST_REASON: usize = 200;

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let (today, now, me) = (ctx.desk.today(), ctx.desk.now, by.person());
    let (minute, reason) = read(text)?;
    let agreed = minute.map(|minute| appointment::agreed_at(ctx, minute, now));
    if agreed.is_some_and(|agreed| agreed > now) {
        return Err(Stop::bad(
            "约定的时刻还没到，没有申请。约定是和患者约好的那一刻，例：延迟登记 约定 9:50",
        ));
    }
    let calendar = &ctx.desk.bot.calendar;
    let moment = agreed.unwrap_or(now);
    let latest = ctx.desk.tx.latest_shift(me, moment)?;
    let of_day = ctx.desk.tx.rota_on(me, calendar.date(moment))?.and_then(|row| row.shift);
    let asked = Asked::of(now, agreed, latest.as_ref(), of_day.as_ref(), calendar);
    if asked.is_over(now) {
        let end = calendar.short(asked.over_at);
        return Err(Stop::rule(
            "R-032",
            format!("最迟到你下班（{end}），已经过了，不能再延长。请马上登记，会标为迟登记"),
        ));
    }
    let open = ctx.desk.tx.open_extension_of(me, agreed)?;
    if let Some(open) = open {
        return Err(Stop::wrong_state(format!(
            "你已经申请过（{}），正在等主管批准。写错了先发「撤销」，再重新申请。",
            open.label()
        )));
    }
    let new = NewExtension { agreed, asked, reason: reason.as_deref(), today, now };
    let extension = ctx.desk.tx.ask_for_extension(by, &new, calendar)?;
    let label = extension.label();
    let approvers = approvers(ctx, me);
    let card = Said::text(format!(
        "{}申请延迟登记（{label}）：{}，{}前登记不算迟（R-032）",
        ctx.directory.label(me),
        what(ctx, &extension),
        until(ctx, &extension)
    ))
    .button("同意", format!("同意 {label}"))
    .button("驳回", format!("驳回 {label} 请按时登记"));
    for approver in &approvers {
        ctx.desk.tell(*approver, Some(&format!("extension:{label}:{approver}")), &card, true)?;
        tell_reason(ctx, *approver, &label, reason.as_deref())?;
    }
    let who = if approvers.is_empty() {
        "部门里没有别的主管能批，请找管理员设主管或代理".to_owned()
    } else {
        let names: Vec<String> = approvers.iter().map(|id| ctx.directory.label(*id)).collect();
        format!("已通知{}，批准以后登记才算（R-032）", names.join("、"))
    };
    Ok(Reply::text(format!(
        "申请已收到（{label}）：{}，最迟{}前登记\n{who}",
        what(ctx, &extension),
        until(ctx, &extension)
    )))
}

/// Reads when it was agreed, and why it is late.
fn read(text: &str) -> Result<(Option<u32>, Option<String>), Stop> {
    const AGREED: [&str; 3] = ["约定时间", "约好时间", "约定"];
    const REASONS: [&str; 2] = ["原因", "理由"];
    let signs: &[char] = &[' ', '\u{3000}', ':', '：', '=', '＝'];
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(args::is_separator);
    let found = AGREED.iter().flat_map(|word| text.match_indices(word)).filter(|(at, _)| begins(*at));
    let (minute, rest) = match found.min_by_key(|(at, word)| (*at, usize::MAX - word.len())) {
        None => (None, text.to_owned()),
        Some((at, word)) => {
            let value = text[at + word.len()..].trim_start_matches(signs);
            let unread = || Stop::bad("约定的时刻没看懂，没有申请。例：延迟登记 约定 9:50 系统打不开");
            let (minute, used) = args::parse_time(value).filter(|(m, _)| *m < 1_440).ok_or_else(unread)?;
            (Some(u32::from(minute)), format!("{} {}", &text[..at], &value[used..]))
        }
    };
    let rest = rest.trim_matches(args::is_separator);
    let reason = REASONS.iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let reason = reason.trim_start_matches(signs).trim();
    if reason.chars().count() > LONGEST_REASON {
        return Err(Stop::bad(format!("原因最多{LONGEST_REASON}个字，没有申请。")));
    }
    Ok((minute, (!reason.is_empty()).then(|| reason.to_owned())))
}

/// Everybody who may give leave but whoever asks: supervisors, those who stand in for one too; where there is none, the
/// director.
fn approvers(ctx: &Ctx<'_, '_>, but: PersonId) -> Vec<PersonId> {
    let found = APPROVERS.iter().map(|role| shared::with_role(ctx, *role, but));
    found.into_iter().find(|people| !people.is_empty()).unwrap_or_default()
}

/// Decides a request: what 同意 and 驳回 do with an `E…`.
pub(crate) fn decide(
    ctx: &mut Ctx<'_, '_>,
    by: &Decide,
    no: i64,
    approved: bool,
    rest: &str,
) -> Result<Reply, Stop> {
    let now = ctx.desk.now;
    let Some(extension) = ctx.desk.tx.extension(no)? else {
        return Err(Stop::not_found(format!("没有编号 E{no}。")));
    };
    let label = extension.label();
    if !ctx.standing()?.roles().any(APPROVERS) {
        return Err(Stop::Refused(Refusal {
            reason: Reason::NotAllowed,
            rule: Some("R-032"),
            said: Said::text("延迟登记要主管批准，组长不能代批（R-032）。"),
        }));
    }
    let person = extension.person;
    let team = ctx.directory.person(person).and_then(|person| person.team);
    let over =
        by.over(person, team).map_err(|denied| shared::denied(denied, &ctx.directory.label(person)))?;
    let gone = |state: &str| {
        let word = match state {
            "approved" => "已经同意过",
            "refused" => "已经驳回过",
            "withdrawn" => "已被申请人撤销",
            _ => "刚刚由别人处理了",
        };
        Stop::wrong_state(format!("{label} {word}，不用再处理。"))
    };
    if extension.state != "open" {
        return Err(gone(&extension.state));
    }
    if approved && extension.asked.is_over(now) {
        let end = until(ctx, &extension);
        return Err(Stop::rule("R-032", format!("{label} 最迟到{end}，已经过了，不能再批。")));
    }
    let reason = (!rest.trim().is_empty()).then(|| rest.trim());
    if !approved && reason.is_none() {
        return Err(Stop::bad(format!("请写上理由。例：驳回 {label} 请按时登记")));
    }
    if !ctx.desk.tx.decide_extension(&over, &extension, approved, reason, now)? {
        return Err(gone(""));
    }
    let today = ctx.desk.today();
    let minutes = ctx.desk.book()?.count(&ENTRY_MINUTES, today);
    let who = ctx.directory.label(person);
    let (about, end) = (what(ctx, &extension), until(ctx, &extension));
    let told = match approved {
        true => format!(
            "{label} 已批准：{about}，{end}前登记不算迟（R-032）。\n登记时写上约定时刻，例：预约 … 约定 {}",
            extension.agreed.map_or_else(|| "9:50".to_owned(), |agreed| ctx.desk.calendar().clock(agreed))
        ),
        false => format!("{label} 没有批准，请马上登记：约定后{minutes}分钟内不算迟（R-031）"),
    };
    ctx.desk.tell(person, None, &Said::text(told), true)?;
    tell_reason(ctx, person, &label, reason)?;
    Ok(Reply::text(match approved {
        true => format!("已同意 {label}：{who}，{about}，{end}前登记不算迟（R-032）"),
        false => format!("已驳回 {label}：{who}，{about}"),
    }))
}

/// The open requests, for whoever types 同意 without a number.
pub(crate) fn open(ctx: &mut Ctx<'_, '_>) -> Result<Vec<String>, Stop> {
    if !ctx.standing()?.roles().any(APPROVERS) {
        return Ok(Vec::new());
    }
    let open = ctx.desk.tx.open_extensions(LISTED)?;
    let label = |open: &Extension| format!("{} {}延迟登记", open.label(), ctx.directory.label(open.person));
    Ok(open.iter().map(label).collect())
}

/// A reason may name a patient, so it goes nowhere but in private.
fn tell_reason(
    ctx: &mut Ctx<'_, '_>,
    person: PersonId,
    label: &str,
    reason: Option<&str>,
) -> Result<(), Stop> {
    if let Some(reason) = reason {
        ctx.desk.tell(person, None, &Said::text(format!("{label} 的理由：{reason}")), false)?;
    }
    Ok(())
}

fn number_of(event: &Event) -> Result<i64, Stop> {
    let label = shared::label(event.subject.as_deref().unwrap_or_default(), 'E');
    label.map(|(no, _)| no).ok_or_else(|| store::Error::Corrupt("extension event".to_owned()).into())
}

fn undo_requested(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    if !ctx.desk.tx.withdraw_extension(&by.record(), no, ctx.desk.now)? {
        return Err(Stop::wrong_state(format!("E{no} 已经批复过，不用撤销：不用它就行。")));
    }
    Ok(format!("延迟登记申请 E{no}"))
}

/// Takes a decision back. Whoever registered under it meanwhile keeps what he was told then.
pub(crate) fn undo_decided(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let no = number_of(event)?;
    let person = shared::person_in(event)?;
    ctx.desk.tx.reopen_extension(&by.over(Some(person)), no)?;
    let told = format!("E{no} 的批复撤回了，重新等主管批准。已经登记的不受影响。");
    ctx.desk.tell(person, None, &Said::text(told), true)?;
    Ok(format!("对 E{no} 的批复，申请重新等待处理"))
}

// Texts.

/// What it is for.
fn what(ctx: &Ctx<'_, '_>, extension: &Extension) -> String {
    let calendar = ctx.desk.calendar();
    match extension.agreed {
        Some(agreed) => format!("{} 约定的预约", calendar.clock(agreed)),
        None => format!("{} 为止约好的预约", calendar.clock(extension.asked_at)),
    }
}

fn until(ctx: &Ctx<'_, '_>, extension: &Extension) -> String {
    let calendar = ctx.desk.calendar();
    let at: EpochMs = extension.asked.over_at;
    match extension.asked.over_at == calendar.midnight(domain::calendar::next_day(ctx.desk.today())) {
        true => "今天24:00".to_owned(),
        false => calendar.short(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_agreed_when_and_why_is_late_r_032() {
        let cases = [
            ("", None, None),
            ("约定 9:50 系统打不开", Some(590), Some("系统打不开")),
            ("约定：10:05，原因：来访太多", Some(605), Some("来访太多")),
            ("系统打不开 约定时间 下午3点", Some(900), Some("系统打不开")),
            ("来访太多", None, Some("来访太多")),
            ("原因 患者约定改了", None, Some("患者约定改了")),
        ];
        for (text, minute, reason) in cases {
            let read = read(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!((read.0, read.1.as_deref()), (minute, reason), "{text}");
        }
        assert!(read("约定 明天").is_err());
        assert!(read(&"长".repeat(201)).is_err());
    }
}
