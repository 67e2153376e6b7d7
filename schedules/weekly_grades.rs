//! 周等级: on Mondays the grades of the coming week are fixed by the arrivals of the last one, and told to those who lead
//! . What was fixed stays.

use bot::{CatchUp, Desk, Outcome, Said, Schedule, Stop};
use domain::allocation::{Fixed, Graded, Held, Line, Worked, board, grades, shown};
use domain::calendar::DAY;
use domain::ranking::{Order, rank};
use domain::rights::Over;
use domain::settings::catalogue::ranking::WEEKLY_AT;
use domain::{EpochMs, Period, PersonId, Role, Span};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::WeekGrade;

pub(crate) const SCHEDULE: Schedule = Schedule {
    name: "weekly_grades",
    summary: "每周一（09:00）定本周等级，告诉组长",
    cron: "0 9 * * 1",
    at: Some(&WEEKLY_AT),
    catch_up: CatchUp::Once,
    max_late: 6 * DAY,
    run,
};

fn run(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Outcome, Stop> {
    let monday = Period::Week.around(desk.calendar().date(fire_at)).from;
    let span = Period::Week.before(monday);
    let directory = desk.directory()?;
    let consultants: BTreeSet<PersonId> = directory
        .people(desk.now)
        .filter(|person| person.roles.has(Role::Consultant))
        .map(|person| person.id)
        .collect();
    if consultants.is_empty() {
        return Ok(Outcome::Cancel("nobody_to_grade".to_owned()));
    }
    let mut tallies = desk.tx.tallies(span)?;
    tallies.retain(|tally| consultants.contains(&tally.person));
    let arrivals: HashMap<PersonId, u32> =
        tallies.iter().map(|tally| (tally.person, tally.arrivals)).collect();
    let places: HashMap<PersonId, u32> =
        rank(tallies, Order::of(Period::Week)).iter().map(|one| (one.tally.person, one.place)).collect();
    let shifts = shifts(desk, span)?;
    let before = desk.tx.grades_on(span.to)?;
    let week: Vec<Worked> = consultants
        .iter()
        .map(|person| {
            let Held { grade, trial, .. } = before.of(*person);
            Worked {
                person: *person,
                arrivals: arrivals.get(person).copied().unwrap_or(0),
                shifts: shifts.get(person).copied().unwrap_or(0),
                trial,
                before: Some(grade),
            }
        })
        .collect();
    let book = desk.book()?;
    let last = u32::try_from(consultants.len()).unwrap_or(u32::MAX);
    let graded = grades(&week, &book, monday);
    for one in &graded {
        let place = places.get(&one.person).copied().unwrap_or(last);
        let fixed = Fixed { week: monday, grade: one.grade, place };
        let quota = one.grade.quota(&book, monday);
        let new = WeekGrade {
            person: one.person,
            fixed,
            arrivals: one.arrivals,
            counted: one.counted,
            rule: one.rule.to_owned(),
        };
        desk.tx.fix_grade(&Over::by_program(Some(one.person)), &new, quota, desk.now)?;
    }
    tell(desk, monday, &graded)
}

/// Shifts of the week that somebody has worked: not those for the whole of which he was on leave.
fn shifts(desk: &mut Desk<'_, '_>, span: Span) -> Result<HashMap<PersonId, u32>, Stop> {
    let off = desk.tx.whole_days_off(span)?;
    let mut shifts = HashMap::new();
    for row in desk.tx.rota_between(span)? {
        if row.shift.is_some() && !off.contains(&(row.person, row.date)) {
            *shifts.entry(row.person).or_insert(0) += 1;
        }
    }
    Ok(shifts)
}

/// Everybody who leads hears of those whom he leads.
fn tell(desk: &mut Desk<'_, '_>, monday: chrono::NaiveDate, graded: &[Graded]) -> Result<Outcome, Stop> {
    let directory = desk.directory()?;
    let (now, today) = (desk.now, desk.today());
    let counted = graded.iter().filter(|one| one.counted);
    let (people, total) =
        counted.fold((0, 0), |(people, total), one| (people + 1, total + u64::from(one.arrivals)));
    let mut lines: BTreeMap<PersonId, Vec<Line>> = BTreeMap::new();
    let heads = directory.leads_of(None, now, today);
    let heads = heads.into_iter().filter(|head| {
        let standing = directory.person(*head).map(|person| directory.standing(person, today));
        standing.is_some_and(|standing| standing.roles().any(&[Role::Supervisor]))
    });
    let heads: Vec<PersonId> = heads.collect();
    for one in graded {
        let team = directory.person(one.person).and_then(|person| person.team);
        let line = Line {
            name: directory.label(one.person),
            grade: one.grade,
            arrivals: one.arrivals,
            counted: one.counted,
        };
        let leads: BTreeSet<PersonId> =
            directory.leads_of(team, now, today).into_iter().chain(heads.iter().copied()).collect();
        for lead in leads {
            lines.entry(lead).or_default().push(line.clone());
        }
    }
    for (lead, lines) in lines {
        let said = Said::text(format!(
            "本周等级（{}起）：{}\n{}\n每轮对话：高级、中级、普通的名额看「等级」，下一个给谁发「分配」。",
            monday.format("%m-%d"),
            shown(total, people),
            board(&lines).join("\n")
        ));
        desk.tell(lead, Some(&format!("grades:{monday}:{lead}")), &said, true)?;
    }
    Ok(Outcome::Done)
}
