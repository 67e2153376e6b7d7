//! The bot: all commands and schedules of the department, and how a command is found in what somebody typed.

use crate::args;
use crate::command::{Command, Undo};
use crate::message::Body;
use crate::schedule::{BadCron, ReminderKind, Schedule, Timetable};
use domain::Calendar;

/// What somebody typed, understood.
pub struct Understood<'b> {
    /// The command.
    pub command: &'b Command,
    /// What follows its word.
    pub rest: String,
}

/// The same, by the command's place in the list.
pub(crate) struct Found {
    pub(crate) command: usize,
    pub(crate) rest: String,
}

/// Commands, schedules, reminders and the department's settings.
pub struct Bot {
    commands: Vec<Command>,
    /// Word in lower case and index, longest word first: `查重` is found before `查`.
    words: Vec<(String, usize)>,
    pub(crate) timetable: Timetable,
    pub(crate) reminders: Vec<ReminderKind>,
    /// The department's calendar.
    pub calendar: Calendar,
}

/// Why the lists do not fit together; a mistake of the program, found by its guards and at start.
#[derive(Debug, thiserror::Error)]
pub enum BadList {
    /// Two commands answer to one word.
    #[error("two commands answer to the word {0}")]
    Word(String),
    /// Two commands or schedules take care of the same kind or name.
    #[error("{0} is taken care of twice")]
    Twice(&'static str),
    /// A cron expression cannot be read.
    #[error(transparent)]
    Cron(#[from] BadCron),
}

impl Bot {
    /// Puts the lists together.
    ///
    /// # Errors
    /// When a word, an undo kind or a schedule's name stands twice, or a cron cannot be read.
    pub fn new(
        commands: Vec<Command>,
        schedules: Vec<Schedule>,
        reminders: Vec<ReminderKind>,
        calendar: Calendar,
    ) -> Result<Self, BadList> {
        let mut words: Vec<(String, usize)> = Vec::new();
        let mut kinds: Vec<&'static str> = Vec::new();
        for (index, command) in commands.iter().enumerate() {
            for word in std::iter::once(&command.name).chain(command.aliases) {
                let word = args::normalise(word).to_lowercase();
                if words.iter().any(|(known, _)| *known == word) {
                    return Err(BadList::Word(word));
                }
                words.push((word, index));
            }
            for undo in command.undo {
                if kinds.contains(&undo.kind) {
                    return Err(BadList::Twice(undo.kind));
                }
                kinds.push(undo.kind);
            }
        }
        words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let mut seen: Vec<&'static str> = Vec::new();
        for kind in reminders.iter().map(|reminder| reminder.kind) {
            if seen.contains(&kind) {
                return Err(BadList::Twice(kind));
            }
            seen.push(kind);
        }
        let timetable = Timetable::new(schedules, calendar)?;
        Ok(Self { commands, words, timetable, reminders, calendar })
    }

    /// All commands in listing order.
    pub fn commands(&self) -> &[Command] {
        &self.commands
    }

    /// The command of a word, exact after normalisation.
    pub fn command(&self, word: &str) -> Option<&Command> {
        let word = args::normalise(args::strip_lead(word)).to_lowercase();
        self.words.iter().find(|(known, _)| *known == word).map(|(_, index)| &self.commands[*index])
    }

    /// All schedules.
    pub fn schedules(&self) -> impl Iterator<Item = &Schedule> {
        self.timetable.schedules()
    }

    /// How an event kind is taken back.
    pub(crate) fn undo_of(&self, kind: &str) -> Option<&Undo> {
        self.commands.iter().flat_map(|command| command.undo).find(|undo| undo.kind == kind)
    }

    /// How an event kind is taken back, for the command that does it.
    pub fn undo_for(&self, kind: &str) -> Option<Undo> {
        self.undo_of(kind).copied()
    }

    /// Finds the command in a message.
    pub(crate) fn find(&self, body: &Body) -> Option<Found> {
        match body {
            Body::Text(text) | Body::Action(text) => self.find_in(text),
            Body::Opened | Body::File(_) | Body::Unreadable(_) | Body::BadFile(_) => None,
        }
    }

    /// Finds the command in what somebody typed: the longest word that it begins with. A word of Latin letters must end
    /// where it ends; after a Chinese one the arguments may follow at once (`日报对话50`).
    pub fn understand(&self, text: &str) -> Option<Understood<'_>> {
        let Found { command, rest } = self.find_in(text)?;
        Some(Understood { command: &self.commands[command], rest })
    }

    fn find_in(&self, text: &str) -> Option<Found> {
        let text = args::normalise(text);
        let text = args::strip_lead(&text);
        for (word, index) in &self.words {
            let Some(rest) = strip_word(text, word) else { continue };
            if word.is_ascii() && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                continue;
            }
            let rest = rest.trim_start_matches([' ', '\n', ':', '：', ',', '，', '、', '。']);
            return Some(Found { command: *index, rest: rest.to_owned() });
        }
        None
    }

    /// The two commands nearest to a word, among those that `usable` accepts.
    pub fn nearest(&self, word: &str, usable: impl Fn(&Command) -> bool) -> Vec<&'static str> {
        let names = self
            .commands
            .iter()
            .filter(|command| usable(command))
            .flat_map(|command| std::iter::once(command.name).chain(command.aliases.iter().copied()));
        let mut found: Vec<&'static str> = Vec::new();
        for near in args::nearest(word, names, 6) {
            if let Some(command) = self.command(near)
                && !found.contains(&command.name)
                && found.len() < 2
            {
                found.push(command.name);
            }
        }
        found
    }
}

/// `text` without `word` at its beginning, letters of either case taken as equal; `word` is in lower case.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for expected in word.chars() {
        let found = rest.next()?;
        if found != expected && !found.to_lowercase().eq(std::iter::once(expected)) {
            return None;
        }
    }
    Some(rest.as_str())
}
