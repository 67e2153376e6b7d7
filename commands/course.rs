//! 走势: how a person's or a group's figures went over the last weeks. Each week counts what the ranking of that week counts,
//! so that no two of them can say different numbers.

use crate::shared;
use bot::{Attachment, Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::course::{FEWEST_WEEKS, MOST_WEEKS, USUAL_WEEKS, bars, weeks};
use domain::ranking::{Counts, Measure, Order, Tally, percent};
use domain::rights::{Denied, Own};
use domain::settings::catalogue::ranking::COUNT_UNANSWERED;
use domain::{PersonId, Span};
use picture::{Chart, Panel, Series, Sheet, Unit};

pub(crate) const COMMAND: Command = Command {
    name: "走势",
    aliases: &["图表", "趋势", "course"],
    summary: "看近几周的走势",
    usage: "走势 [@姓名|本组|组名] [12周]",
    details: "不写就是自己近8周。每周的预约、到诊、转化和当周排行是同一个数；没有班也没交日报的周不计。\
              组长可以看组员的；组的合计本组都能看。",
    examples: &["走势", "走势 12周", "走势 本组"],
    rules: &["R-210", "R-226", "R-230"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

/// Weeks that the words list one by one; of more, the last ones. All of them are in the bars and in the picture.
const LISTED: usize = 12;

/// Whose course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Person(PersonId),
    Team(i64),
}

/// One week; nothing where nobody had a shift or filed a report.
struct Week {
    span: Span,
    sums: Option<Tally>,
}

/// A course with all that is told of it.
struct Course {
    /// Whose: `张三`, `一组`.
    whose: String,
    measure: Measure,
    weeks: Vec<Week>,
}

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    let (subject, count) = read(ctx, own, text)?;
    may_see(ctx, own, subject)?;
    let course = course(ctx, own, subject, count)?;
    if course.weeks.iter().all(|week| week.sums.is_none()) {
        return Ok(Reply::text(format!("{}近{count}周没有排班，也没有日报。", course.whose)));
    }
    let drawing = Attachment::Drawing { name: COMMAND.name.to_owned(), spec: sheet(&course).to_spec() };
    Ok(Reply::text(told(&course).join("\n")).with(drawing))
}

/// Whose course and over how many weeks, in any order.
fn read(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<(Subject, u32), Stop> {
    let mut words = args::Words::new(text);
    let (mut subject, mut count) = (None, None);
    while !words.is_empty() {
        let word = words.peek().unwrap_or_default();
        if let (None, Some(found)) = (count, week_count(word)) {
            if !(FEWEST_WEEKS..=MOST_WEEKS).contains(&found) {
                return Err(Stop::bad(format!("可以看{FEWEST_WEEKS}到{MOST_WEEKS}周，例：走势 12周")));
            }
            count = Some(found);
            words.next_word();
        } else if subject.is_none() {
            subject = Some(take_subject(ctx, &mut words)?);
        } else {
            let word = ctx.incoming.quote(word);
            return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
        }
    }
    Ok((subject.unwrap_or(Subject::Person(own.person())), count.unwrap_or(USUAL_WEEKS)))
}

/// `12周`, `近十二周`, `8个星期`.
fn week_count(word: &str) -> Option<u32> {
    let number = ["最近", "近"].iter().find_map(|start| word.strip_prefix(start)).unwrap_or(word);
    let number = ["个星期", "星期", "周"].iter().find_map(|end| number.strip_suffix(end))?;
    let (count, used) = args::parse_number(number)?;
    (used == number.len()).then_some(count)
}

fn take_subject(ctx: &mut Ctx<'_, '_>, words: &mut args::Words<'_>) -> Result<Subject, Stop> {
    if words.take_word_in(&[("本组", ()), ("我组", ()), ("我们组", ())]).is_some() {
        let team = ctx.me()?.team;
        return team
            .map(Subject::Team)
            .ok_or_else(|| Stop::wrong_state("你还没有分组。看某个组，例：走势 一组"));
    }
    let known = ctx.directory.teams().find(|(_, name)| words.peek() == Some(*name)).map(|(id, _)| id);
    if let Some(team) = known {
        words.next_word();
        return Ok(Subject::Team(team));
    }
    let Some(token) = words.take_person() else {
        let word = ctx.incoming.quote(words.peek().unwrap_or_default());
        return Err(Stop::bad(format!("没看懂「{word}」。写法：{}", COMMAND.usage)));
    };
    Ok(Subject::Person(ctx.desk.person_named(&token.name, token.number)?))
}

/// One's own and one's own group's, and those of whom one leads.
fn may_see(ctx: &Ctx<'_, '_>, own: &Own, subject: Subject) -> Result<(), Stop> {
    let scope = ctx.standing()?.scope();
    match subject {
        Subject::Person(person) => {
            let found = ctx.directory.person(person);
            if person != own.person() && !scope.covers(found.and_then(|found| found.team)) {
                return Err(shared::denied(Denied::OutOfScope, &ctx.directory.label(person)));
            }
            if found.is_some_and(|found| found.roles.is_ranked()) {
                return Ok(());
            }
            let whose = if person == own.person() { "你".to_owned() } else { ctx.directory.label(person) };
            Err(Stop::wrong_state(format!("{whose}的角色没有个人数据。看一个组的，例：走势 一组")))
        }
        Subject::Team(team) if ctx.me()?.team == Some(team) || scope.covers(Some(team)) => Ok(()),
        Subject::Team(_) => Err(Stop::not_allowed("只能看本组的走势，发：走势 本组")),
    }
}

fn course(ctx: &mut Ctx<'_, '_>, own: &Own, subject: Subject, count: u32) -> Result<Course, Stop> {
    let today = ctx.desk.today();
    let spans = weeks(today, count);
    let sums = match subject {
        Subject::Person(person) => of_person(ctx, person, &spans)?,
        Subject::Team(team) => of_team(ctx, team, &spans)?,
    };
    let book = ctx.desk.book()?;
    let tallied = |(span, sums): (Span, Option<Counts>)| Week {
        span,
        sums: sums.map(|sums| sums.tally(book.is_on(&COUNT_UNANSWERED, span.to))),
    };
    let whose = match subject {
        Subject::Person(person) if person == own.person() && !ctx.in_group() => "我".to_owned(),
        Subject::Person(person) => ctx.directory.label(person),
        Subject::Team(team) => ctx.directory.team_name(team).unwrap_or("未分组").to_owned(),
    };
    let measure = Order::Rate.set(&book, today).measure();
    Ok(Course { whose, measure, weeks: spans.into_iter().zip(sums).map(tallied).collect() })
}

/// A person's sums of each week in which he stands in the ranking.
fn of_person(ctx: &mut Ctx<'_, '_>, person: PersonId, spans: &[Span]) -> Result<Vec<Option<Counts>>, Stop> {
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Ok(Vec::new()) };
    let days = ctx.desk.tx.counts_by_day(person, Span { from: first.from, to: last.to })?;
    let of = |span: &Span| {
        let inside = days.iter().filter(|(day, _)| (span.from..=span.to).contains(day));
        inside.map(|(_, counts)| *counts).reduce(|sum, counts| sum + counts).filter(Counts::is_listed)
    };
    Ok(spans.iter().map(of).collect())
}

/// The sums of those of a group who stand in the ranking of each week, the groups being as they are today.
fn of_team(ctx: &mut Ctx<'_, '_>, team: i64, spans: &[Span]) -> Result<Vec<Option<Counts>>, Stop> {
    let mut sums = Vec::with_capacity(spans.len());
    for span in spans {
        let counts = ctx.desk.tx.counts(*span)?;
        let of_team = counts.into_iter().filter(Counts::is_listed).filter(|counts| {
            let person = ctx.directory.person(counts.person);
            person.is_some_and(|person| person.team == Some(team) && person.roles.is_ranked())
        });
        sums.push(of_team.reduce(|sum, counts| sum + counts));
    }
    Ok(sums)
}

/// `张三近8周`
fn title(course: &Course) -> String {
    format!("{}近{}周", course.whose, course.weeks.len())
}

/// `01-12至03-08，本周未完`
fn dates(course: &Course) -> String {
    let (Some(first), Some(last)) = (course.weeks.first(), course.weeks.last()) else { return String::new() };
    format!("{}至{}，本周未完", first.span.from.format("%m-%d"), last.span.to.format("%m-%d"))
}

/// What it is, the bars, and a line a week.
fn told(course: &Course) -> Vec<String> {
    let weeks = &course.weeks;
    let mut lines = vec![format!("{}（{}）", title(course), dates(course))];
    for figure in FIGURES {
        let values: Vec<Option<u64>> = weeks.iter().map(|week| figure.of(week, course.measure)).collect();
        lines.push(format!("{} {}", figure.word(course.measure), bars(&values)));
    }
    for week in &weeks[weeks.len().saturating_sub(LISTED)..] {
        let day = week.span.from.format("%m-%d");
        lines.push(match &week.sums {
            None => format!("{day}周 没有班"),
            Some(sums) => format!(
                "{day}周 预约{} · 到诊{} · 转化{}",
                sums.appointments,
                sums.arrivals,
                percent(sums.points_of(course.measure))
            ),
        });
    }
    lines
}

/// The same as a picture, a panel for each figure.
fn sheet(course: &Course) -> Sheet {
    let panel = |figure: Figure| Panel {
        title: figure.word(course.measure).to_owned(),
        unit: if figure == Figure::Rate { Unit::BasisPoints } else { Unit::Count },
        series: vec![Series {
            name: String::new(),
            values: course
                .weeks
                .iter()
                .map(|week| figure.of(week, course.measure).and_then(|value| i64::try_from(value).ok()))
                .collect(),
        }],
    };
    let gap = course.weeks.iter().any(|week| week.sums.is_none());
    Sheet::Chart(Chart {
        title: format!("{}走势", title(course)),
        subtitle: dates(course),
        stamp: None,
        labels: course.weeks.iter().map(|week| week.span.from.format("%m-%d").to_string()).collect(),
        panels: FIGURES.map(panel).into(),
        note: if gap { "断开的周没有班，也没有日报。".to_owned() } else { String::new() },
    })
}

/// What a course shows of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    Appointments,
    Arrivals,
    Rate,
}

/// All of them, in the order in which they are told.
const FIGURES: [Figure; 3] = [Figure::Appointments, Figure::Arrivals, Figure::Rate];

impl Figure {
    fn word(self, measure: Measure) -> &'static str {
        match (self, measure) {
            (Figure::Appointments, _) => "预约",
            (Figure::Arrivals, _) => "到诊",
            (Figure::Rate, Measure::Arrivals) => "转化",
            (Figure::Rate, Measure::Appointments) => "预约转化",
        }
    }

    /// The value of a week; the rate in hundredths of a percent.
    fn of(self, week: &Week, measure: Measure) -> Option<u64> {
        let sums = week.sums.as_ref()?;
        match self {
            Figure::Appointments => Some(u64::from(sums.appointments)),
            Figure::Arrivals => Some(u64::from(sums.arrivals)),
            Figure::Rate => sums.points_of(measure),
        }
    }
}
