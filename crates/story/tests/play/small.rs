//! A small bot, and how a story is played on it.

use bot::{
    Bot, CatchUp, Command, Desk, Outcome as Ran, Place, ReminderKind, Reply, Run, Said, Schedule, Stop, Who,
};
use domain::calendar::MINUTE;
use domain::{Calendar, EpochMs, Role};
use serde_json::Value;
use std::sync::Arc;
use store::Fact;
use story::{Direct, Failure, House, Outcome, PlayError, Stage, parse, play};
use tempfile::TempDir;

const PLAIN: Command = Command {
    name: "",
    aliases: &[],
    summary: "",
    usage: "",
    details: "",
    examples: &[],
    rules: &[],
    who: Who::Anyone,
    place: Place::Anywhere,
    reach: bot::Reach::Shared,
    template: None,
    run: Run::Open(|_, _| Ok(Reply::default())),
    undo: &[],
};

fn commands() -> Vec<Command> {
    vec![
        Command {
            name: "记",
            run: Run::Open(|ctx, text| {
                let fact = Fact::new("note.made", ctx.person)
                    .with("text", text)
                    .with("length", text.chars().count());
                ctx.desk.record(match ctx.person {
                    Some(person) => fact.person("person", person),
                    None => fact,
                });
                Ok(Reply::text(format!("记下了:\n{text}")))
            }),
            ..PLAIN
        },
        Command {
            name: "请示",
            who: Who::Members,
            run: Run::Record(|ctx, _, what| {
                let said = Said::text(format!("{}请示:{what}", ctx.me()?.label))
                    .button("同意", format!("同意 {what}"))
                    .button("驳回", format!("驳回 {what}"));
                let leads: Vec<_> = ctx
                    .directory
                    .people(ctx.desk.now)
                    .filter(|p| p.roles.has(Role::Lead))
                    .map(|p| p.id)
                    .collect();
                for lead in leads {
                    ctx.desk.tell(lead, None, &said, false)?;
                }
                Ok(Reply::text("已转给组长"))
            }),
            ..PLAIN
        },
        Command {
            name: "同意",
            run: Run::Decide(|ctx, _, what| {
                ctx.desk.record(Fact::new("request.decided", ctx.person).about(what).with("approved", true));
                Ok(Reply::text(format!("已同意 {what}")))
            }),
            who: Who::Roles(&[Role::Lead]),
            ..PLAIN
        },
        Command {
            name: "提醒我",
            who: Who::Members,
            run: Run::Record(|ctx, by, what| {
                let me = by.person();
                let due = ctx.desk.now + 10 * MINUTE;
                ctx.desk.tx.set_reminder(&format!("{me}:{what}"), "later", me, what, due)?;
                Ok(Reply::text("好"))
            }),
            ..PLAIN
        },
    ]
}

fn morning(desk: &mut Desk<'_, '_>, fire_at: EpochMs) -> Result<Ran, Stop> {
    let date = desk.calendar().date(fire_at);
    desk.post("排行", &format!("morning:{date}"), &Said::text(format!("早报 {date}")))?;
    Ok(Ran::Done)
}

pub(crate) fn bot(cron: &'static str) -> Arc<Bot> {
    let schedule = Schedule {
        name: "morning",
        summary: "",
        cron,
        at: None,
        catch_up: CatchUp::Each,
        max_late: 60 * MINUTE,
        run: morning,
    };
    let reminder = ReminderKind {
        kind: "later",
        run: |desk, reminder| {
            desk.tell(reminder.person, None, &Said::text(format!("到点了:{}", reminder.subject)), false)?;
            Ok(Ran::Done)
        },
    };
    let bot = Bot::new(commands(), vec![schedule], vec![reminder], Calendar::default());
    Arc::new(bot.expect("a bot"))
}

pub(crate) struct Played {
    pub(crate) outcome: Result<Outcome, PlayError>,
    pub(crate) lines: Vec<Value>,
}

impl Played {
    pub(crate) fn failure(self) -> Failure {
        match self.outcome {
            Ok(Outcome::Failed(failure)) => *failure,
            other => panic!("no failure: {other:?}"),
        }
    }
}

pub(crate) fn house(folder: &TempDir, cron: &'static str) -> House {
    House::at(bot(cron), format!("sqlite:{}", folder.path().join("s.db").display()))
}

pub(crate) async fn run_in(house: &House, text: &str) -> Played {
    run_on(house, &mut Direct::default(), text).await
}

pub(crate) async fn run_on(house: &House, stage: &mut dyn Stage, text: &str) -> Played {
    let story = parse("t.story", text).unwrap_or_else(|bad| panic!("{bad}"));
    let mut lines = Vec::new();
    let mut sink = |line: &Value| lines.push(line.clone());
    let outcome = play(&story, house, stage, &mut sink).await;
    Played { outcome, lines }
}

pub(crate) async fn run(text: &str) -> Played {
    let folder = TempDir::new().expect("a folder");
    run_in(&house(&folder, "0 9 * * *"), text).await
}

pub(crate) async fn holds(text: &str) -> Vec<Value> {
    let played = run(text).await;
    match played.outcome {
        Ok(Outcome::Passed { .. }) => played.lines,
        Ok(Outcome::Failed(failure)) => panic!("{failure}"),
        Err(error) => panic!("{error}"),
    }
}
