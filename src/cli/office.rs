//! The sample department of `try`: three consultants and a phone consultant in two groups, two leads, a supervisor who is
//! the admin, and a guide. It begins yesterday morning, so that the visitor finds a day's reports, reminders and this
//! morning's ranking.

use domain::calendar::shift_days;
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role, Roles, Span};
use store::{Error, Tx};
use story::record::Recorder;

/// The department's group.
pub(super) const GROUP: &str = "咨询部群";

/// Name, roles, team.
const PEOPLE: &[(&str, &[Role], Option<&str>)] = &[
    ("张三", &[Role::Consultant], Some("一组")),
    ("李四", &[Role::Consultant], Some("一组")),
    ("王五", &[Role::Lead], Some("一组")),
    ("赵六", &[Role::Consultant], Some("二组")),
    ("钱七", &[Role::PhoneConsultant], Some("二组")),
    ("孙八", &[Role::Lead], Some("二组")),
    ("周九", &[Role::Guide], None),
    ("吴十", &[Role::Supervisor, Role::Admin], None),
];

const SHIFTS: &[(&str, &str)] = &[("早班", "08:00-16:00"), ("晚班", "16:00-23:30")];

/// Who works which shift on every day of the sample; the others have rest days.
const ROTA: &[(&str, &str)] =
    &[("张三", "早班"), ("李四", "晚班"), ("赵六", "早班"), ("钱七", "晚班"), ("周九", "早班")];

/// What is said in the group on the first day, at [`REPORTED_AT`].
pub(super) const YESTERDAY: &[(&str, &str)] = &[
    ("张三", "日报 对话 46 预约 7 到诊 3"),
    ("赵六", "日报 对话 38 预约 9 到诊 4 小结 上午咨询集中"),
    ("周九", "日报 门诊 31 初诊 20 复诊 11"),
];

/// When the sample begins: minutes of yesterday.
pub(super) const BEGINS_AT: u32 = 7 * 60 + 50;
/// When yesterday's early reports are filed.
pub(super) const REPORTED_AT: u32 = 15 * 60 + 30;
/// When the visitor comes in: minutes of today.
pub(super) const OPENS_AT: u32 = 10 * 60;

/// Writes the sample into a new store and, as set-up lines, into the recorder.
pub(super) fn furnish(
    tx: &mut Tx<'_>,
    recorder: &mut Recorder,
    calendar: &Calendar,
    platform: &str,
    bot: &str,
    now: EpochMs,
) -> Result<(), Error> {
    let today = calendar.date(now);
    let purposes: Vec<String> = ["排行", "提醒", "请假"].into_iter().map(str::to_owned).collect();
    tx.set_chat(platform, bot, GROUP, Some(GROUP), &purposes, now)?;
    recorder.chat(GROUP, &purposes);
    for (name, hours) in SHIFTS {
        let hours = Hours::parse(hours).map_err(|_| Error::Corrupt("sample hours".to_owned()))?;
        tx.set_template(name, &hours)?;
        recorder.shift(name, &hours);
    }
    let mut ids = Vec::new();
    for (name, roles, team) in PEOPLE {
        let roles = Roles::of(roles);
        let team_id = match team {
            Some(team) => Some(tx.team(team)?),
            None => None,
        };
        let id = tx.add_person(name, roles, team_id, None, now)?;
        tx.link_identity(platform, name, bot, id)?;
        recorder.member(name, roles, *team, None);
        ids.push((*name, id));
    }
    let id_of = |name: &str| ids.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
    let directory = tx.directory()?;
    let days = Span { from: today, to: shift_days(today, 14) };
    for (name, shift) in ROTA {
        let (Some(id), Some(template)) = (id_of(name), directory.template(shift)) else { continue };
        for date in days.days() {
            tx.set_rota(id, date, Some(&template.hours.on(calendar, date, shift)), now)?;
        }
        recorder.rota(name, days, Some(shift));
    }
    Ok(())
}
