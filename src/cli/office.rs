//! The sample department of `try`: three consultants and a phone consultant in two groups, two leads, a supervisor who is
//! the admin, and a guide. It begins yesterday morning, so that the visitor finds a day's reports, reminders and this
//! morning's ranking.

use domain::calendar::shift_days;
use domain::rights::{Administer, Over};
use domain::shift::Hours;
use domain::{Calendar, EpochMs, Role, Roles, Span};
use store::{Error, Identity, NewChat, NewMember, Tx};
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

/// Who made the shifts.
const PLANNER: &str = "吴十";

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
    let by = Administer::by_operator();
    let group = NewChat { platform, bot, chat_ref: GROUP, title: Some(GROUP), purposes: &purposes };
    tx.set_chat(&by, &group, now)?;
    recorder.chat(GROUP, &purposes);
    let mut ids = Vec::new();
    for (name, roles, team) in PEOPLE {
        let roles = Roles::of(roles);
        let identity = Identity {
            platform: platform.to_owned(),
            user_id: (*name).to_owned(),
            bot: bot.to_owned(),
            shown_name: None,
        };
        let (identities, entered_on) = (&[identity][..], None);
        let member = NewMember { name, roles, team: *team, entered_on, identities, source: "story" };
        let id = tx.add_member(&by, &member, now)?;
        recorder.member(name, roles, *team, None);
        ids.push((*name, id));
    }
    let id_of = |name: &str| ids.iter().find(|(known, _)| *known == name).map(|(_, id)| *id);
    for (name, hours) in SHIFTS {
        let hours = Hours::parse(hours).map_err(|_| Error::Corrupt("sample hours".to_owned()))?;
        let planner = id_of(PLANNER).ok_or_else(|| Error::Corrupt("sample planner".to_owned()))?;
        tx.set_template(&Over::by_program(Some(planner)), name, &hours, now)?;
        recorder.shift(name, &hours);
    }
    let directory = tx.directory()?;
    let days = Span { from: today, to: shift_days(today, 14) };
    for (name, shift) in ROTA {
        let (Some(id), Some(template)) = (id_of(name), directory.template(shift)) else { continue };
        for date in days.days() {
            tx.set_rota(
                &Over::by_program(Some(id)),
                date,
                Some(&template.hours.on(calendar, date, shift)),
                now,
            )?;
        }
        recorder.rota(name, days, Some(shift));
    }
    Ok(())
}
