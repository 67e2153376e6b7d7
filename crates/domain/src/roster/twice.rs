//! A list that was carried out says nothing new the second time.

use super::cases::terms;
use super::{Account, Difference, Known, Plan, Row, plan};
use crate::person::Roles;
use proptest::prelude::*;

const TITLE: [&str; 7] = ["姓名", "角色", "组", "入职", "甲账号", "乙账号", "离职"];

/// Carries a plan out, as whoever imports does.
fn carry_out(plan: &Plan, people: &mut Vec<Known>) {
    for it in &plan.add {
        let id = 1 + people.iter().map(|person| person.id).max().unwrap_or(0);
        people.push(Known {
            id,
            name: it.name.clone(),
            roles: it.roles,
            team: it.team.clone(),
            entered_on: it.entered_on,
            left: false,
            accounts: it.accounts.clone(),
        });
    }
    for it in &plan.change {
        let person = people.iter_mut().find(|person| person.id == it.person).expect("somebody who is there");
        for difference in it.differences.clone() {
            match difference {
                Difference::Name { to, .. } => person.name = to,
                Difference::Roles { to, .. } => person.roles = to,
                Difference::Team { to, .. } => person.team = Some(to),
                Difference::EnteredOn { to, .. } => person.entered_on = Some(to),
                Difference::Account { account, .. } => person.accounts.push(account),
            }
        }
    }
}

fn cell(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(choices).prop_map(str::to_owned)
}

/// Few different values, so that rows meet each other and the department.
fn row() -> impl Strategy<Value = Vec<String>> {
    let accounts = &["", "", "a", "b", "c", "d", "e", "f"];
    (
        cell(&["张三", "李四", "张伟", "王芳", "周七", "吴八", "郑 九"]),
        cell(&["", "咨询员", "组长、咨询员", "管理员 主管"]),
        cell(&["", "一组", "三组"]),
        cell(&["", "2026-03-01", "2026/3/1"]),
        cell(accounts),
        cell(accounts),
        cell(&["", "", "", "", "2026-01-01", "2027-01-01"]),
    )
        .prop_map(|(name, roles, team, entered, work, ding, left)| {
            vec![name, roles, team, entered, work, ding, left]
        })
}

fn people() -> impl Strategy<Value = Vec<Known>> {
    let names = cell(&["张三", "李四", "张伟", "王芳", "赵六"]);
    let person = (names, cell(&["", "a", "b", "c"]), cell(&["", "d", "e"]), prop::bool::weighted(0.2));
    prop::collection::vec(person, 0..6).prop_map(|people| {
        let mut used: Vec<Account> = Vec::new();
        let mut known = Vec::new();
        for (id, (name, work, ding, left)) in (1..).zip(people) {
            let wanted = [("work", work), ("ding", ding)].into_iter().filter(|(_, id)| !id.is_empty());
            let mut accounts: Vec<Account> = wanted
                .map(|(platform, user_id)| Account { platform: platform.to_owned(), user_id })
                .collect();
            accounts.retain(|account| !used.contains(account));
            used.extend(accounts.iter().cloned());
            let roles = Roles::parse("咨询员").expect("roles");
            known.push(Known { id, name, roles, team: None, entered_on: None, left, accounts });
        }
        known
    })
}

fn list(cells: Vec<Vec<String>>) -> Vec<Row> {
    let title = TITLE.iter().map(|title| (*title).to_owned()).collect();
    let cells = std::iter::once(title).chain(cells);
    cells.zip(1..).map(|(cells, line)| Row { line, cells }).collect()
}

proptest! {
    // Half of the lists have a problem, and say nothing here.
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn the_second_time_everything_is_unchanged(
        cells in prop::collection::vec(row(), 0..5),
        before in people(),
        allow_admins in any::<bool>(),
    ) {
        let terms = super::Terms { allow_admins, ..terms() };
        let (rows, mut people) = (list(cells), before.clone());
        let first = plan(&rows, &people, &[], &terms);
        prop_assume!(first.is_clean());
        carry_out(&first, &mut people);
        let second = plan(&rows, &people, &[], &terms);
        prop_assert!(second.is_clean(), "{:?}", second.problems);
        prop_assert_eq!(second.writes(), 0, "{:?}", &second);
        prop_assert_eq!(second.unchanged, first.writes() + first.unchanged);
        prop_assert_eq!(&second.notes, &first.notes);
        // What only administrators may give, a list gives nobody, and nobody has two of what is one person's.
        let admins = |people: &[Known]| people.iter().filter(|p| p.roles.has(crate::Role::Admin)).count();
        prop_assert!(allow_admins || admins(&people) == admins(&before));
        let mut accounts: Vec<&Account> = people.iter().flat_map(|person| &person.accounts).collect();
        let count = accounts.len();
        accounts.sort();
        accounts.dedup();
        prop_assert_eq!(accounts.len(), count);
    }

    #[test]
    fn no_cell_is_too_odd(cells in prop::collection::vec(prop::collection::vec(any::<String>(), 0..8), 0..4)) {
        let rows = list(cells);
        let plan = plan(&rows, &[], &[], &terms());
        // Every row that has something in a known column is accounted for.
        let filled = |row: &&Row| row.cells.iter().any(|cell| !super::cells::clean(cell).is_empty());
        let told = plan.add.len() + plan.notes.len()
            + std::collections::BTreeSet::from_iter(plan.problems.iter().map(|problem| problem.line)).len();
        prop_assert!(told <= rows.iter().skip(1).filter(filled).count());
        for problem in &plan.problems {
            prop_assert!(problem.line > 1 && problem.line <= rows.len());
        }
    }
}
