//! 花名册: what a list of people, kept in a spreadsheet, would change in the department.
//!
//! A row says who somebody is; an empty cell says nothing and changes nothing. Somebody is recognised by an account
//! first and by a name that only one member bears after that; where that leaves a doubt, the row is a problem and
//! says what would settle it. With one problem the whole list is refused, so nothing is ever half imported.

#[cfg(test)]
mod cases;
mod cells;
#[cfg(test)]
mod cells_tests;
mod columns;
mod resolve;
#[cfg(test)]
mod twice;

pub use columns::AccountColumn;
pub(crate) use columns::heading;

use crate::person::{PersonId, Roles};
use chrono::NaiveDate;

/// A row of the file, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its line in the file, from 1.
    pub line: usize,
    /// Its cells from the first column on; missing ones at the end are empty.
    pub cells: Vec<String>,
}

/// Where somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Account {
    /// The platform's name in the program.
    pub platform: String,
    /// The platform's user id.
    pub user_id: String,
}

/// Somebody whom the department has already, leavers included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Number.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// What the person is.
    pub roles: Roles,
    /// 组, by name.
    pub team: Option<String>,
    /// First day.
    pub entered_on: Option<NaiveDate>,
    /// Whether the person has left.
    pub left: bool,
    /// Where the person is reached.
    pub accounts: Vec<Account>,
}

/// What a list is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The platforms whose accounts a list may hold.
    pub accounts: &'a [AccountColumn],
    /// The present day.
    pub today: NaiveDate,
    /// Whether the list may make somebody 管理员.
    pub allow_admins: bool,
}

/// A new member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The row's line.
    pub line: usize,
    /// Name.
    pub name: String,
    /// What the person is; 咨询员 when the list says nothing.
    pub roles: Roles,
    /// 组, by name.
    pub team: Option<String>,
    /// First day.
    pub entered_on: Option<NaiveDate>,
    /// Where the person is reached.
    pub accounts: Vec<Account>,
}

/// What the list says otherwise about a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Another name.
    Name {
        /// So far.
        from: String,
        /// By the list.
        to: String,
    },
    /// Other roles. A list never takes 管理员 away.
    Roles {
        /// So far.
        from: Roles,
        /// By the list.
        to: Roles,
    },
    /// Another 组.
    Team {
        /// So far.
        from: Option<String>,
        /// By the list.
        to: String,
    },
    /// Another first day.
    EnteredOn {
        /// So far.
        from: Option<NaiveDate>,
        /// By the list.
        to: NaiveDate,
    },
    /// One more account, on a platform where the person had none.
    Account {
        /// The column's title.
        title: &'static str,
        /// The account.
        account: Account,
    },
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn or_none<T: ToString>(value: Option<&T>) -> String {
            value.map_or_else(|| "无".to_owned(), ToString::to_string)
        }
        match self {
            Self::Name { from, to } => write!(f, "姓名 {from} → {to}"),
            Self::Roles { from, to } => write!(f, "角色 {from} → {to}"),
            Self::Team { from, to } => write!(f, "组 {} → {to}", or_none(from.as_ref())),
            Self::EnteredOn { from, to } => write!(f, "入职 {} → {to}", or_none(from.as_ref())),
            Self::Account { title, account } => write!(f, "{title} 无 → {}", account.user_id),
        }
    }
}

/// A member about whom the list says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The row's line.
    pub line: usize,
    /// Who.
    pub person: PersonId,
    /// The name so far.
    pub name: String,
    /// What, at least one.
    pub differences: Vec<Difference>,
}

/// Why a row cannot be taken. Any one of them keeps the whole list out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row's line.
    pub line: usize,
    /// The column's title as the file has it; `None` when it is about the row as a whole.
    pub column: Option<String>,
    /// Why, and what to do; in Chinese.
    pub reason: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.column {
            Some(column) => write!(f, "第 {} 行「{column}」：{}", self.line, self.reason),
            None => write!(f, "第 {} 行：{}", self.line, self.reason),
        }
    }
}

/// Something that whoever imports should know, and that keeps nothing out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The row's line.
    pub line: usize,
    /// What; in Chinese.
    pub text: String,
}

/// What a list would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// New members, in the file's order.
    pub add: Vec<Addition>,
    /// Members who would change, in the file's order.
    pub change: Vec<Change>,
    /// How many members stay as they are.
    pub unchanged: usize,
    /// Why nothing can be imported, by line.
    pub problems: Vec<Problem>,
    /// What else to know, by line.
    pub notes: Vec<Note>,
    /// Titles of columns that are not known; nothing is taken from them.
    pub ignored: Vec<String>,
    /// 组 that would be new, as they come.
    pub new_teams: Vec<String>,
}

impl Plan {
    /// Whether it may be carried out: no row of it is a problem.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }

    /// How many people would be written.
    pub fn writes(&self) -> usize {
        self.add.len() + self.change.len()
    }

    fn problem(&mut self, line: usize, column: Option<&str>, reason: impl Into<String>) {
        self.problems.push(Problem { line, column: column.map(str::to_owned), reason: reason.into() });
    }
}

/// What the rows of a file would change. The title row is the first one that has a 姓名 among the first ten that are
/// not blank; what stands above it is a heading. Blank rows, and examples (`例：张三`), are passed over.
pub fn plan(rows: &[Row], people: &[Known], teams: &[&str], terms: &Terms<'_>) -> Plan {
    let mut plan = Plan::default();
    if let Some((columns, rows)) = columns::find(rows, terms, &mut plan) {
        let entries = cells::read(&columns, rows, terms, &mut plan);
        resolve::resolve(&columns, entries, people, terms, &mut plan);
        plan.new_teams = new_teams(&plan, teams);
    }
    plan.problems.sort_by_key(|problem| problem.line);
    plan.notes.sort_by_key(|note| note.line);
    plan
}

fn new_teams(plan: &Plan, teams: &[&str]) -> Vec<String> {
    let of_change = |change: &Change| {
        change.differences.iter().find_map(|difference| match difference {
            Difference::Team { to, .. } => Some((change.line, to.clone())),
            _ => None,
        })
    };
    let added = plan.add.iter().filter_map(|addition| Some((addition.line, addition.team.clone()?)));
    let mut named: Vec<(usize, String)> = added.chain(plan.change.iter().filter_map(of_change)).collect();
    named.sort();
    let mut new = Vec::new();
    for (_, team) in named {
        if !teams.contains(&team.as_str()) && !new.contains(&team) {
            new.push(team);
        }
    }
    new
}
