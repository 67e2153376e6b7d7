//! Playing a story: one statement after the other, on a clock that only 时间 moves.
//!
//! What is kept: each input opens a new window of observation; whatever it causes, up to the outgoing words that are
//! due at its instant, has happened before the next statement is looked at.

use crate::advance::advance;
use crate::flat::flat;
use crate::house::House;
use crate::moment::{LONGEST, When};
use crate::outcome::{Failure, Outcome, PlayError, Wrong};
use crate::setup::{Setup, Trouble};
use crate::stage::{Heard, Room, Stage, Utterance};
use crate::story::{Chat, DEFAULT_CHAT, Speaker, Statement, Story, What};
use crate::window::{Spoken, Window, chat_name};
use crate::words::PRIVATE;
use bot::outside::Destination;
use bot::{Button, Engine, Said};
use chrono::NaiveDate;
use domain::EpochMs;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{Lane, Pagination, Store};

/// Takes each thing that happens, as one JSON object.
pub type Sink<'a> = &'a mut (dyn FnMut(&Value) + Send);

/// The engine's name in leases.
const OWNER: &str = "play";
/// Events that one read takes.
const PAGE: i64 = 1_000;
/// Minutes after midnight at which a story starts whose first line is no time.
const START_MINUTE: u32 = 8 * 60;

/// Plays a story to its end or to the first expectation that does not hold. `sink` is told what people said
/// (`{"at","from","chat","text"}`), what the bot said (`{"at","to","text","buttons"}`) and each event, flat.
///
/// # Errors
/// When the file is wrong, the store cannot be reached, or the stage does not take a message.
pub async fn play(
    story: &Story,
    house: &House,
    stage: &mut dyn Stage,
    sink: Sink<'_>,
) -> Result<Outcome, PlayError> {
    let mut player = Player::begin(story, house, stage, sink).await?;
    let outcome = player.run().await;
    player.engine.store().close().await;
    outcome
}

/// A button that somebody can see.
struct Shown {
    to: Destination,
    button: Button,
}

struct Player<'a> {
    story: &'a Story,
    house: &'a House,
    stage: &'a mut dyn Stage,
    sink: Sink<'a>,
    engine: Arc<Engine>,
    now: EpochMs,
    /// The 时间 line that set the clock before anything ran.
    start: Option<usize>,
    /// When words go out again by themselves.
    up_at: Option<EpochMs>,
    last: Option<Utterance>,
    /// What was said when it was said first.
    answered: Vec<Spoken>,
    /// Messages ever sent, for the next one's id.
    messages: i64,
    /// The newest event seen.
    seq: i64,
    shown: Vec<Shown>,
    window: Window,
    inputs: usize,
    checks: usize,
}

impl<'a> Player<'a> {
    async fn begin(
        story: &'a Story,
        house: &'a House,
        stage: &'a mut dyn Stage,
        sink: Sink<'a>,
    ) -> Result<Self, PlayError> {
        let (now, start) = beginning(story, house);
        let store = (house.open)(now).await?;
        let ready = prepare(&store, house, now).await;
        let (seq, messages) = match ready {
            Ok(known) => known,
            Err(error) => {
                store.close().await;
                return Err(error.into());
            }
        };
        stage.set_now(now);
        stage.set_down(false).await;
        let engine = engine(store, house, stage);
        stage.start(Arc::clone(&engine));
        Ok(Self {
            story,
            house,
            stage,
            sink,
            engine,
            now,
            start,
            up_at: None,
            last: None,
            answered: Vec::new(),
            messages,
            seq,
            shown: Vec::new(),
            window: Window::default(),
            inputs: 0,
            checks: 0,
        })
    }

    async fn run(&mut self) -> Result<Outcome, PlayError> {
        let story = self.story;
        if story.declared_chat().is_none() {
            let chat = Chat { name: DEFAULT_CHAT.to_owned(), purposes: Vec::new() };
            match self.setup().chat(chat).await {
                Ok(()) | Err(Trouble::Statement(_)) => {}
                Err(Trouble::Store(error)) => return Err(error.into()),
            }
        }
        for statement in &story.statements {
            if let Err(wrong) = self.step(statement).await? {
                return Ok(Outcome::Failed(Box::new(Failure {
                    file: story.name.clone(),
                    line: statement.line,
                    statement: statement.source.clone(),
                    expected: wrong.expected,
                    found: wrong.found,
                })));
            }
        }
        Ok(Outcome::Passed { inputs: self.inputs, checks: self.checks })
    }

    async fn step(&mut self, statement: &Statement) -> Result<Result<(), Wrong>, PlayError> {
        if statement.what.is_input() {
            self.window = Window::default();
            self.inputs += 1;
        }
        let checked = match &statement.what {
            What::Expect(target, text) => self.window.expect(target, text),
            What::ExpectNot(target, text) => self.window.expect_not(target, text),
            What::Fact(wanted) => self.window.fact(wanted),
            What::NoFact(wanted) => self.window.no_fact(wanted),
            What::Press { by, label } => {
                return match self.press(by, label) {
                    Ok(utterance) => self.say(statement, utterance, false).await.map(Ok),
                    Err(wrong) => Ok(Err(wrong)),
                };
            }
            _ => return self.act(statement).await.map(Ok),
        };
        self.checks += usize::from(checked.is_ok());
        Ok(checked)
    }

    /// Carries out whatever is no expectation.
    async fn act(&mut self, statement: &Statement) -> Result<(), PlayError> {
        match &statement.what {
            What::Time(when) => return self.time(statement, *when).await,
            What::Said { by, text } => {
                let chat =
                    by.room.clone().unwrap_or_else(|| Room::Group(self.story.default_chat().to_owned()));
                let utterance = self.utterance(by, chat, text.clone(), false);
                return self.say(statement, utterance, false).await;
            }
            What::Resend => {
                let Some(last) = self.last.clone() else {
                    return Err(self.story.bad(statement, "前面还没有说过的话可以重发").into());
                };
                return self.say(statement, last, true).await;
            }
            What::Restart => self.restart().await?,
            What::Down(length) => {
                self.up_at = length.map(|length| self.now + length);
                self.stage.set_down(true).await;
            }
            What::Up => {
                self.up_at = None;
                self.stage.set_down(false).await;
            }
            _ => {
                if let Err(trouble) = self.setup().run(statement).await {
                    return Err(match trouble {
                        Trouble::Statement(expected) => self.story.bad(statement, expected).into(),
                        Trouble::Store(error) => error.into(),
                    });
                }
            }
        }
        self.settle(Vec::new()).await
    }

    fn setup(&self) -> Setup<'_> {
        Setup {
            store: self.engine.store(),
            bot: &self.house.bot,
            platform: self.stage.platform(),
            bot_name: self.stage.bot_name().to_owned(),
            now: self.now,
            on_rota: self.house.on_rota,
        }
    }

    async fn time(&mut self, statement: &Statement, when: When) -> Result<(), PlayError> {
        if self.start == Some(statement.line) {
            return Ok(());
        }
        let calendar = self.house.bot.calendar;
        let to = when.instant(self.now, &calendar);
        if to < self.now {
            let now = calendar.local(self.now).format("%Y-%m-%d %H:%M");
            return Err(self.story.bad(statement, format!("时间不能倒退,现在已经是 {now}")).into());
        }
        if to - self.now > LONGEST {
            return Err(self.story.bad(statement, "一次最多走十年").into());
        }
        let mut spoken = Vec::new();
        if let Some(up_at) = self.up_at.filter(|up_at| *up_at <= to) {
            // Up before anything else happens at that moment.
            spoken.extend(self.pass((up_at - 1).max(self.now)).await?);
            self.up_at = None;
            self.stage.set_down(false).await;
        }
        spoken.extend(self.pass(to).await?);
        self.settle(spoken).await
    }

    /// Lets time pass; answers what was said meanwhile.
    async fn pass(&mut self, to: EpochMs) -> Result<Vec<Spoken>, PlayError> {
        let mut spoken = Vec::new();
        let stage = &mut *self.stage;
        let mut present = self.now;
        advance(&self.engine, self.now, to, |now| {
            spoken.extend(stage.heard().into_iter().map(|heard| heard_at(present, heard)));
            present = now;
            stage.set_now(now);
        })
        .await?;
        self.now = to;
        Ok(spoken)
    }

    fn utterance(&mut self, by: &Speaker, chat: Room, text: String, pressed: bool) -> Utterance {
        self.messages += 1;
        Utterance { who: by.name.clone(), chat, text, pressed, msg_id: format!("m{}", self.messages) }
    }

    async fn say(
        &mut self,
        statement: &Statement,
        utterance: Utterance,
        again: bool,
    ) -> Result<(), PlayError> {
        let chat = match &utterance.chat {
            Room::Group(name) => name.as_str(),
            Room::Private => PRIVATE,
        };
        let at = self.house.bot.calendar.rfc3339(self.now);
        let mut line = json!({"at": at, "from": utterance.who, "chat": chat, "text": utterance.text});
        for (field, there) in [("pressed", utterance.pressed), ("again", again)] {
            if there {
                line[field] = true.into();
            }
        }
        (self.sink)(&line);
        let to = utterance.answered_to();
        self.last = Some(utterance.clone());
        let answers = self.stage.say(utterance).await.map_err(|why| PlayError::Stage {
            file: self.story.name.clone(),
            line: statement.line,
            statement: statement.source.clone(),
            why,
        })?;
        let now = self.now;
        self.settle(answers.into_iter().map(|said| Spoken { at: now, to: to.clone(), said }).collect())
            .await?;
        if !again {
            self.answered.clone_from(&self.window.spoken);
        } else if !self.stage.repeats_answers() {
            self.window.spoken.extend(self.answered.iter().cloned());
        }
        Ok(())
    }

    /// The utterance that pressing the newest button of that label is.
    fn press(&mut self, by: &Speaker, label: &str) -> Result<Utterance, Wrong> {
        let visible = |shown: &&Shown| match (&by.room, &shown.to) {
            (None, Destination::Group(_)) => true,
            (None | Some(Room::Private), Destination::Person(id)) => *id == by.name,
            (Some(Room::Group(name)), Destination::Group(id)) => name == id,
            _ => false,
        };
        let newest = self.shown.iter().rev().filter(visible).find(|shown| shown.button.label == label);
        // A label that stands on several buttons is told apart by what it types.
        let newest = newest
            .or_else(|| self.shown.iter().rev().filter(visible).find(|shown| shown.button.command == label));
        let Some(Shown { to, button }) = newest else {
            let mut labels: Vec<&str> = Vec::new();
            for shown in self.shown.iter().filter(visible) {
                if !labels.contains(&shown.button.label.as_str()) {
                    labels.push(&shown.button.label);
                }
            }
            let labels = if labels.is_empty() { "没有".to_owned() } else { labels.join("、") };
            return Err(Wrong {
                expected: format!("{}应看得见按钮「{label}」", by.name),
                found: vec![format!("看得见的按钮:{labels}")],
            });
        };
        let chat = match to {
            Destination::Group(name) => Room::Group(name.clone()),
            Destination::Person(_) => Room::Private,
        };
        let text = button.command.clone();
        let pressed = self.stage.shows_buttons();
        Ok(self.utterance(by, chat, text, pressed))
    }

    async fn restart(&mut self) -> Result<(), PlayError> {
        self.engine.store().close().await;
        let store = (self.house.open)(self.now).await?;
        self.engine = engine(store, self.house, self.stage);
        self.stage.start(Arc::clone(&self.engine));
        Ok(())
    }

    /// Lets outgoing words go, and takes in what was said and recorded.
    async fn settle(&mut self, mut spoken: Vec<Spoken>) -> Result<(), PlayError> {
        self.engine.deliver(self.now).await?;
        let now = self.now;
        spoken.extend(self.stage.heard().into_iter().map(|heard| heard_at(now, heard)));
        let calendar = self.house.bot.calendar;
        let mut lines: Vec<(EpochMs, Value)> = Vec::new();
        loop {
            let after = self.seq;
            let (events, directory) = self
                .engine
                .store()
                .read(move |tx| {
                    let mut events = tx.events(Pagination { after, limit: PAGE })?;
                    for event in &mut events {
                        event.body = tx.open_event(event)?;
                    }
                    Ok::<_, store::Error>((events, tx.directory()?))
                })
                .await?;
            for event in &events {
                let fields = flat(event, &directory, &calendar);
                lines.push((event.at, Value::Object(fields.clone())));
                self.window.events.push(fields);
                self.seq = event.seq;
            }
            if i64::try_from(events.len()).is_ok_and(|count| count < PAGE) {
                break;
            }
        }
        for spoken in spoken {
            let buttons = self.buttons(&spoken.said);
            lines.push((spoken.at, bot_line(&calendar.rfc3339(spoken.at), &spoken, &buttons)));
            let to = &spoken.to;
            self.shown.extend(buttons.into_iter().map(|button| Shown { to: to.clone(), button }));
            self.window.take(spoken);
        }
        // What happened at one instant stays in its order, events before the words that they cause.
        lines.sort_by_key(|(at, _)| *at);
        for (_, line) in &lines {
            (self.sink)(line);
        }
        Ok(())
    }

    /// The buttons of a message; where a platform shows none, what its text tells people to type.
    fn buttons(&self, said: &Said) -> Vec<Button> {
        if self.stage.shows_buttons() { said.buttons.clone() } else { typed_twins(&said.text) }
    }
}

/// Where the clock stands at first, and the line of the 时间 that says so: the first one, when nothing can have
/// happened before it.
fn beginning(story: &Story, house: &House) -> (EpochMs, Option<usize>) {
    let calendar = &house.bot.calendar;
    let new_year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
    let usual = calendar.at(new_year, START_MINUTE);
    match story.statements.iter().find(|statement| statement.what.is_input()) {
        Some(Statement { line, what: What::Time(when), .. }) => {
            let now = match when {
                // The next one is meant, and there is no present yet.
                When::Next(_) => when.instant(calendar.midnight(new_year) - 1, calendar),
                _ => when.instant(usual, calendar),
            };
            (now, Some(*line))
        }
        _ => (usual, None),
    }
}

/// Makes a new store ready; answers its newest event and how many messages it has taken in.
async fn prepare(store: &Store, house: &House, now: EpochMs) -> Result<(i64, i64), store::Error> {
    let prepare = house.prepare;
    store
        .write(Lane::of(&["story"]), move |tx| {
            if let (0, Some(prepare)) = (tx.last_event()?, prepare) {
                prepare(tx, now)?;
            }
            Ok((tx.last_event()?, tx.messages()?))
        })
        .await
}

fn engine(store: Store, house: &House, stage: &dyn Stage) -> Arc<Engine> {
    let engine = Engine::new(store, Arc::clone(&house.bot), stage.outsides(), OWNER.to_owned());
    Arc::new(match house.draw {
        Some(draw) => engine.drawing(draw),
        None => engine,
    })
}

fn heard_at(at: EpochMs, heard: Heard) -> Spoken {
    Spoken { at, to: heard.to, said: heard.said }
}

fn bot_line(at: &str, spoken: &Spoken, buttons: &[Button]) -> Value {
    let buttons: Vec<Value> =
        buttons.iter().map(|button| json!({"label": button.label, "command": button.command})).collect();
    json!({"at": at, "to": chat_name(&spoken.to), "text": spoken.said.text, "buttons": buttons})
}

/// Reads back what [`Said::typed`] writes below a text.
fn typed_twins(text: &str) -> Vec<Button> {
    let twin = |line: &str| {
        let (label, command) = line.strip_prefix("· ")?.split_once(" → 发「")?;
        let command = command.strip_suffix('」')?;
        Some(Button { label: label.to_owned(), command: command.to_owned() })
    };
    text.lines().filter_map(|line| twin(line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_platform_without_buttons_tells_to_type_is_read_back() {
        let said = Said::text("张三要请假").button("同意", "同意 L1").button("驳回", "驳回 L1");
        assert_eq!(typed_twins(&said.typed()), said.buttons);
        assert_eq!(typed_twins("· 同意\n发「同意」"), []);
    }
}
