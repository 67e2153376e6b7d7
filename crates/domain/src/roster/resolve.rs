//! Who is meant by each row, and what it says otherwise.

use super::cells::{self, Entry, Left};
use super::columns::{Column, Kind};
use super::{Account, Addition, Change, Difference, Known, Note, Plan, Terms};
use crate::person::{PersonId, Role, Roles};
use std::collections::HashMap;

/// How many namesakes are listed.
const LISTED: usize = 5;

struct Department<'a> {
    by_account: HashMap<(&'a str, &'a str), &'a Known>,
    /// Without leavers: nobody means them by their name.
    by_name: HashMap<&'a str, Vec<&'a Known>>,
}

impl<'a> Department<'a> {
    fn of(people: &'a [Known]) -> Self {
        let mut department = Self { by_account: HashMap::new(), by_name: HashMap::new() };
        for person in people {
            for account in &person.accounts {
                department.by_account.insert((&account.platform, &account.user_id), person);
            }
            if !person.left {
                department.by_name.entry(&person.name).or_default().push(person);
            }
        }
        department
    }

    fn named(&self, name: &str) -> &[&'a Known] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

struct Resolver<'a, 'p> {
    columns: &'a [Column],
    terms: &'a Terms<'a>,
    department: Department<'a>,
    plan: &'p mut Plan,
    /// Which line speaks of whom.
    lines: HashMap<PersonId, usize>,
    /// The lines of those who were recognised by their account.
    by_account: HashMap<PersonId, usize>,
}

/// Who a row is about; `Err` when that is a problem, which has been noted.
type Who<'a> = Result<Option<&'a Known>, ()>;

pub(super) fn resolve(
    columns: &[Column],
    entries: Vec<Entry>,
    people: &[Known],
    terms: &Terms<'_>,
    plan: &mut Plan,
) {
    let department = Department::of(people);
    let (lines, by_account) = (HashMap::new(), HashMap::new());
    let mut resolver = Resolver { columns, terms, department, plan, lines, by_account };
    let entries = resolver.without_repetitions(entries);
    // All accounts first: who was recognised by one is not meant by a name alone.
    let owners: Vec<Who<'_>> = entries.iter().map(|entry| resolver.owner(entry)).collect();
    let (gone, here): (Vec<_>, Vec<_>) =
        entries.into_iter().zip(owners).partition(|(entry, _)| entry.left == Some(Left::Already));
    for (entry, owner) in here {
        let Ok(owner) = owner else { continue };
        let who = match owner {
            Some(person) => Ok(Some(person)),
            None => resolver.by_name(&entry),
        };
        match who {
            Err(()) => {}
            Ok(Some(person)) => resolver.change(&entry, person),
            Ok(None) => resolver.add(entry),
        }
    }
    // Last: whom a row without an account means depends on who is in the list otherwise.
    for (entry, owner) in gone {
        if let Ok(owner) = owner {
            resolver.leave_out(&entry, owner);
        }
    }
}

impl<'a> Resolver<'a, '_> {
    fn account_title(&self, index: usize) -> &'a str {
        let column = self.columns.iter().find(|column| column.kind == Kind::Account(index));
        column.map_or(self.terms.accounts[index].title, |column| &column.title)
    }

    fn roles_title(&self) -> Option<&'a str> {
        self.columns.iter().find(|column| column.kind == Kind::Roles).map(|column| &*column.title)
    }

    fn problem(&mut self, line: usize, column: Option<&str>, reason: String) {
        self.plan.problem(line, column, reason);
    }

    fn known_by(&self, index: usize, user_id: &str) -> Option<&'a Known> {
        self.department.by_account.get(&(self.terms.accounts[index].platform, user_id)).copied()
    }

    /// Without rows whose account stands further up already, and rows of one name that no account tells apart.
    fn without_repetitions(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut used: HashMap<(usize, String), usize> = HashMap::new();
        let mut bearers: HashMap<String, Vec<usize>> = HashMap::new();
        for entry in entries.iter().filter(|entry| entry.left != Some(Left::Already)) {
            bearers.entry(entry.name.clone()).or_default().push(entry.line);
        }
        let mut kept = Vec::with_capacity(entries.len());
        'entries: for entry in entries {
            for account in &entry.accounts {
                if let Some(line) = used.get(account) {
                    let reason = format!("账号 {} 和第 {line} 行重复", cells::cut(&account.1));
                    self.problem(entry.line, Some(self.account_title(account.0)), reason);
                    continue 'entries;
                }
            }
            for account in &entry.accounts {
                used.insert(account.clone(), entry.line);
            }
            let others = bearers.get(&entry.name).into_iter().flatten().find(|line| **line != entry.line);
            if let Some(other) = others
                && entry.accounts.is_empty()
                && entry.left != Some(Left::Already)
            {
                let needed = self.needed_account();
                let reason = format!(
                    "第 {other} 行也叫{}：同一个人就删掉一行，同名的两个人就都写上{needed}",
                    entry.name
                );
                self.problem(entry.line, None, reason);
                continue;
            }
            kept.push(entry);
        }
        kept
    }

    /// What to write to tell two people apart.
    fn needed_account(&self) -> String {
        let titles: Vec<&str> = self.terms.accounts.iter().map(|column| column.title).collect();
        if titles.is_empty() { "账号".to_owned() } else { titles.join("或") }
    }

    /// Whose accounts a row names.
    fn owner(&mut self, entry: &Entry) -> Who<'a> {
        let mut found: Option<(&'a Known, usize, &str)> = None;
        for (index, user_id) in &entry.accounts {
            let Some(owner) = self.known_by(*index, user_id) else { continue };
            match found {
                Some((other, at, other_id)) if other.id != owner.id => {
                    let reason = format!(
                        "{} {} 是{}的，{} {} 是{}的，不是同一个人",
                        self.account_title(at),
                        cells::cut(other_id),
                        other.name,
                        self.account_title(*index),
                        cells::cut(user_id),
                        owner.name
                    );
                    self.problem(entry.line, Some(self.account_title(*index)), reason);
                    return Err(());
                }
                _ => found = Some((owner, *index, user_id)),
            }
        }
        let Some((person, index, user_id)) = found else { return Ok(None) };
        let title = self.account_title(index);
        if person.left {
            if entry.left == Some(Left::Already) {
                return Ok(Some(person));
            }
            let reason =
                format!("账号 {} 是已离职的{}的，请先办复职或换一个账号", cells::cut(user_id), person.name);
            self.problem(entry.line, Some(title), reason);
            return Err(());
        }
        // A name that nobody bears is a new name for the owner; somebody else's name is a mistake in one of the cells.
        let named = self.department.named(&entry.name);
        if person.name != entry.name && !named.is_empty() {
            let reason = format!("账号 {} 是{}的，不是{}的", cells::cut(user_id), person.name, entry.name);
            self.problem(entry.line, Some(title), reason);
            return Err(());
        }
        self.claim(entry, person)?;
        self.by_account.insert(person.id, entry.line);
        Ok(Some(person))
    }

    /// Who bears a row's name, when nobody has its accounts.
    fn by_name(&mut self, entry: &Entry) -> Who<'a> {
        let named = self.department.named(&entry.name).to_vec();
        if entry.accounts.is_empty() {
            return match named[..] {
                [] => Ok(None),
                [person] => self.claim(entry, person).map(|()| Some(person)),
                _ => {
                    let reason = format!(
                        "部门里有 {} 个{}，请写上是哪一位：{}",
                        named.len(),
                        entry.name,
                        self.list(&named)
                    );
                    self.problem(entry.line, None, reason);
                    Err(())
                }
            };
        }
        let free: Vec<&Known> =
            named.iter().copied().filter(|person| !self.by_account.contains_key(&person.id)).collect();
        let person = match free[..] {
            // Everybody of this name stands in another row: this is one more.
            [] => return Ok(None),
            [person] => person,
            _ => {
                let reason = format!(
                    "部门里有 {} 个{}，没有人用这个账号，不知道是哪一位：{}。是新来的，就把他们也写进文件",
                    free.len(),
                    entry.name,
                    self.list(&free)
                );
                self.problem(entry.line, None, reason);
                return Err(());
            }
        };
        for (index, user_id) in &entry.accounts {
            if let Some(other) = other_account(person, self.terms.accounts[*index].platform, user_id) {
                let reason = format!(
                    "部门里的{}用的是账号 {}，这里是 {}：另一个同名的人就把两位都写进文件，换了账号请找管理员",
                    entry.name,
                    cells::cut(other),
                    cells::cut(user_id)
                );
                self.problem(entry.line, Some(self.account_title(*index)), reason);
                return Err(());
            }
        }
        self.claim(entry, person).map(|()| Some(person))
    }

    /// Namesakes with what tells them apart.
    fn list(&self, people: &[&Known]) -> String {
        let title = |platform: &str| {
            let known = self.terms.accounts.iter().find(|column| column.platform == platform);
            known.map(|column| column.title)
        };
        let one = |person: &&Known| {
            let account = person.accounts.iter().find_map(|it| Some((title(&it.platform)?, &it.user_id)));
            let account = account.map_or_else(
                || "没有账号".to_owned(),
                |(title, user_id)| format!("{title} {}", cells::cut(user_id)),
            );
            format!("{account}（{}）", person.team.as_deref().unwrap_or("未分组"))
        };
        let mut list: Vec<String> = people.iter().take(LISTED).map(one).collect();
        if people.len() > LISTED {
            list.push("……".to_owned());
        }
        list.join("、")
    }

    fn claim(&mut self, entry: &Entry, person: &Known) -> Result<(), ()> {
        match self.lines.get(&person.id).copied() {
            Some(line) => {
                let reason = format!("和第 {line} 行是同一个人（{}）", person.name);
                self.problem(entry.line, None, reason);
                Err(())
            }
            None => {
                self.lines.insert(person.id, entry.line);
                Ok(())
            }
        }
    }

    /// A row of somebody who has left: who never was here or has gone is passed over, a list makes nobody leave.
    fn leave_out(&mut self, entry: &Entry, owner: Option<&'a Known>) {
        let here = match owner {
            Some(person) => (!person.left).then_some(person),
            None => {
                let platforms =
                    || entry.accounts.iter().map(|(index, _)| self.terms.accounts[*index].platform);
                let elsewhere =
                    |person: &Known| platforms().any(|it| other_account(person, it, "").is_some());
                let mut named = self.department.named(&entry.name).iter().copied();
                named.find(|person| !self.lines.contains_key(&person.id) && !elsewhere(person))
            }
        };
        if let Some(person) = here {
            let reason =
                format!("{}在这里还是在职；导入不办离职，请另外办，再从文件里删掉这一行", person.name);
            self.problem(entry.line, None, reason);
        } else {
            let text = format!("{}已离职，不导入", entry.name);
            self.plan.notes.push(Note { line: entry.line, text });
        }
    }

    fn add(&mut self, entry: Entry) {
        let roles = entry.roles.unwrap_or(Roles::of(&[Role::Consultant]));
        if !self.may_have(entry.line, &entry.name, Roles::NONE, roles) {
            return;
        }
        let account = |(index, user_id): (usize, String)| Account {
            platform: self.terms.accounts[index].platform.to_owned(),
            user_id,
        };
        self.plan.add.push(Addition {
            line: entry.line,
            name: entry.name,
            roles,
            team: entry.team,
            entered_on: entry.entered_on,
            accounts: entry.accounts.into_iter().map(account).collect(),
        });
    }

    /// Whether a list may give these roles; if not, that is noted.
    fn may_have(&mut self, line: usize, name: &str, before: Roles, roles: Roles) -> bool {
        if !roles.has(Role::Admin) || before.has(Role::Admin) || self.terms.allow_admins {
            return true;
        }
        let reason = format!("{name}会成为管理员；确实要这样，请加 --allow-admins");
        self.problem(line, self.roles_title(), reason);
        false
    }

    fn change(&mut self, entry: &Entry, person: &Known) {
        let mut differences = Vec::new();
        if entry.name != person.name {
            differences.push(Difference::Name { from: person.name.clone(), to: entry.name.clone() });
        }
        if let Some(mut to) = entry.roles {
            if !self.may_have(entry.line, &entry.name, person.roles, to) {
                return;
            }
            if person.roles.has(Role::Admin) {
                to = to.with(Role::Admin);
            }
            if to != person.roles {
                differences.push(Difference::Roles { from: person.roles, to });
            }
        }
        if let Some(to) = &entry.team
            && person.team.as_ref() != Some(to)
        {
            differences.push(Difference::Team { from: person.team.clone(), to: to.clone() });
        }
        if let Some(to) = entry.entered_on
            && person.entered_on != Some(to)
        {
            differences.push(Difference::EnteredOn { from: person.entered_on, to });
        }
        for (index, user_id) in &entry.accounts {
            let column = self.terms.accounts[*index];
            let account = Account { platform: column.platform.to_owned(), user_id: user_id.clone() };
            if person.accounts.contains(&account) {
                continue;
            }
            if let Some(other) = other_account(person, column.platform, user_id) {
                let reason = format!(
                    "{}用的是账号 {}，这里是 {}：导入不换账号，请找管理员",
                    person.name,
                    cells::cut(other),
                    cells::cut(user_id)
                );
                self.problem(entry.line, Some(self.account_title(*index)), reason);
                return;
            }
            differences.push(Difference::Account { title: column.title, account });
        }
        if differences.is_empty() {
            self.plan.unchanged += 1;
        } else {
            let (line, name) = (entry.line, person.name.clone());
            self.plan.change.push(Change { line, person: person.id, name, differences });
        }
    }
}

/// An account of the person on that platform, when this one is not among them.
fn other_account<'a>(person: &'a Known, platform: &str, user_id: &str) -> Option<&'a str> {
    let mut there = person.accounts.iter().filter(|account| account.platform == platform).peekable();
    let first = there.peek().map(|account| &*account.user_id);
    if there.any(|account| account.user_id == user_id) { None } else { first }
}
