//! 待到诊名单: in the morning those who are expected today, in the evening those of tomorrow, to reception and to the leads,
//! each in private and masked; the chats with the purpose 提醒 hear the number only.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop, purpose};
use chrono::NaiveDate;
use domain::Role;
use domain::calendar::{HOUR, day_name, next_day};
use domain::privacy::Field;
use domain::rights::Scope;
use domain::settings::catalogue::arrivals::{EXPECTED_AT, EXPECTED_NEXT_AT};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use store::Appointment;

pub(crate) const TODAY: Schedule = Schedule {
    name: "expected_today",
    summary: "每天（08:05）发今日待到诊名单",
    cron: "5 8 * * *",
    at: Some(&EXPECTED_AT),
    catch_up: CatchUp::Once,
    max_late: 8 * HOUR,
    run: |desk, fire_at| {
        let day = desk.calendar().date(fire_at);
        send(desk, day, "今日")
    },
};

pub(crate) const TOMORROW: Schedule = Schedule {
    name: "expected_tomorrow",
    summary: "每天（18:00）发明日待到诊名单",
    cron: "0 18 * * *",
    at: Some(&EXPECTED_NEXT_AT),
    catch_up: CatchUp::Once,
    // Not at night.
    max_late: 3 * HOUR,
    run: |desk, fire_at| {
        let day = next_day(desk.calendar().date(fire_at));
        send(desk, day, "明日")
    },
};

/// Appointments that are listed; all of them by asking.
const LISTED: usize = 30;

fn send(desk: &mut Desk<'_, '_>, day: NaiveDate, which: &str) -> Result<Outcome, Stop> {
    let mut expected = desk.tx.expected_on(day)?;
    if expected.is_empty() {
        return Ok(Outcome::Cancel("nobody_expected".to_owned()));
    }
    expected.sort_by_key(|visit| (minute(visit).unwrap_or(u32::MAX), visit.no));
    let directory = desk.directory()?;
    let (now, today) = (desk.now, desk.today());
    let name = day_name(day);
    let asked = if which == "今日" { "预计" } else { "预计 明天" };
    let mut masks: BTreeMap<i64, String> = BTreeMap::new();
    for person in directory.people(now) {
        let standing = directory.standing(person, today);
        let scope = standing.scope();
        let guide = standing.roles().has(Role::Guide);
        // Those who lead the whole department read the number in the chat, and may ask.
        if !guide && !matches!(scope, Scope::Teams(_)) {
            continue;
        }
        let team = |owner| directory.person(owner).and_then(|owner| owner.team);
        let own: Vec<&Appointment> =
            expected.iter().filter(|visit| guide || scope.covers(team(visit.owner))).collect();
        if own.is_empty() {
            continue;
        }
        let whose = if guide { "" } else { "本组" };
        let mut lines = vec![format!("{which}{whose}待到诊 {}位（{name}）：", own.len())];
        for visit in own.iter().take(LISTED) {
            if let Entry::Vacant(mask) = masks.entry(visit.no) {
                mask.insert(masked(desk, visit)?);
            }
            let at = minute(visit)
                .map_or_else(|| "时间待定".to_owned(), |at| format!("{:02}:{:02}", at / 60, at % 60));
            let patient = masks.get(&visit.no).map(String::as_str).unwrap_or_default();
            lines.push(format!("{at} {} {patient} · {}", visit.label(), directory.label(visit.owner)));
        }
        if own.len() > LISTED {
            lines.push(format!("还有{}位，看全部发：{asked}", own.len() - LISTED));
        }
        lines.push(format!("看姓名电话私聊发：{asked}"));
        let key = format!("expected:{which}:{day}:{}", person.id);
        desk.tell(person.id, Some(&key), &Said::text(lines.join("\n")), false)?;
    }
    let post =
        Said::text(format!("{which}待到诊 {}位（{name}）。导医、组长看名单私聊发：{asked}", expected.len()));
    desk.post(purpose::REMINDERS, &format!("expected:{which}:{day}"), &post)?;
    Ok(Outcome::Done)
}

fn minute(visit: &Appointment) -> Option<u32> {
    visit.terms.visit.and_then(|visit| visit.minute)
}

/// 李* 138****1234.
fn masked(desk: &mut Desk<'_, '_>, visit: &Appointment) -> Result<String, Stop> {
    let known = desk.tx.masked(&visit.label())?;
    let shown = [Field::Name, Field::Phone].map(|wanted| known.iter().find(|(field, _)| *field == wanted));
    Ok(shown.into_iter().flatten().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "))
}
