//! What a story says, statement by statement.

use crate::moment::When;
use crate::outcome::BadStory;
use crate::stage::Room;
use chrono::NaiveDate;
use domain::shift::Hours;
use domain::{EpochMs, Roles, Span};
use serde_json::{Map, Value};

/// The registered chat of a story that declares none.
pub const DEFAULT_CHAT: &str = "群";

/// A story as read from its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The file's name, for messages.
    pub name: String,
    /// In the order of the file.
    pub statements: Vec<Statement>,
}

impl Story {
    /// The chat in which people speak when a line names none: the first that is declared.
    pub fn default_chat(&self) -> &str {
        self.declared_chat().unwrap_or(DEFAULT_CHAT)
    }

    pub(crate) fn declared_chat(&self) -> Option<&str> {
        self.statements.iter().find_map(|statement| match &statement.what {
            What::Chat(chat) => Some(chat.name.as_str()),
            _ => None,
        })
    }

    /// The statement could be read but cannot be played.
    pub(crate) fn bad(&self, statement: &Statement, expected: impl Into<String>) -> BadStory {
        BadStory {
            file: self.name.clone(),
            line: statement.line,
            statement: statement.source.clone(),
            expected: expected.into(),
        }
    }
}

/// One line of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Counted from 1.
    pub line: usize,
    /// As it stands in the file.
    pub source: String,
    /// What it says.
    pub what: What,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// 时间: moves the clock.
    Time(When),
    /// 成员: somebody is in the department.
    Member(Member),
    /// 群: a registered chat.
    Chat(Chat),
    /// 班次: a shift template.
    Shift(ShiftTemplate),
    /// 排班: somebody's days.
    Rota(Rota),
    /// 设置: a rule setting, from now on.
    Setting {
        /// Such as `leave.away_cap_days`.
        key: String,
        /// As written.
        value: String,
    },
    /// `张三: …`
    Said {
        /// Who, and where.
        by: Speaker,
        /// With line breaks.
        text: String,
    },
    /// 按: presses the newest button of that label.
    Press {
        /// Who; without a room, wherever the person can see the button.
        by: Speaker,
        /// What stands on it, or what it types.
        label: String,
    },
    /// 重发: the platform sends the last message again.
    Resend,
    /// 重启: the program ends and starts again on the same store.
    Restart,
    /// 断网: nothing goes out, for so long or until 恢复.
    Down(Option<EpochMs>),
    /// 恢复: words go out again.
    Up,
    /// 期望: this was said.
    Expect(Target, String),
    /// 不应: this was not said.
    ExpectNot(Target, String),
    /// 事实: such an event was recorded.
    Fact(Map<String, Value>),
    /// 没有事实: no such event was recorded.
    NoFact(Map<String, Value>),
}

impl What {
    /// True for what can make something happen: expectations look at what came of the latest one.
    pub fn is_input(&self) -> bool {
        matches!(
            self,
            What::Time(_)
                | What::Said { .. }
                | What::Press { .. }
                | What::Resend
                | What::Restart
                | What::Down(_)
                | What::Up
        )
    }
}

/// A member of the department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// As written, with the number of a namesake (`张伟#1`); also the platform's user id.
    pub name: String,
    /// What the person is.
    pub roles: Roles,
    /// 组.
    pub team: Option<String>,
    /// First day; without one somebody has been there for years.
    pub entered_on: Option<NaiveDate>,
}

impl Member {
    /// The name without a namesake's number.
    pub fn plain_name(&self) -> &str {
        self.name.split('#').next().unwrap_or(&self.name)
    }
}

/// A registered chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Its name; also the platform's id.
    pub name: String,
    /// What the bot posts there.
    pub purposes: Vec<String>,
}

/// A shift template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftTemplate {
    /// 早班, 晚班, …
    pub name: String,
    /// Its hours.
    pub hours: Hours,
}

/// Somebody's plan for one day or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// Whose.
    pub person: String,
    /// Which days.
    pub days: Span,
    /// The template's name; `None` on a rest day.
    pub shift: Option<String>,
}

/// Who speaks, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// As written.
    pub name: String,
    /// `None` where the line names none.
    pub room: Option<Room>,
}

/// Where something is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Wherever.
    Anywhere,
    /// In the private chat with this person.
    Private(String),
    /// In this group.
    Group(String),
}
