//! Who is asked to rule on whose an arrival is.

use super::{NOON, day, read, write};
use crate::engines::Database;
use crate::people;
use domain::calendar::DAY;
use domain::rights::Administer;
use domain::{PersonId, Role};
use std::collections::BTreeSet;
use store::NewActing;

pub(super) async fn the_lowest_who_is_no_party_rules(database: Database) {
    let store = database.open(NOON).await;
    let [first, second, director, admin, deputy] = write(&store, |tx| {
        let first = people::add(tx, "周主管", &[Role::Supervisor], None, &[], NOON)?;
        let both = [Role::Supervisor, Role::Consultant];
        let second = people::add(tx, "郑主管", &both, None, &[], NOON)?;
        let director = people::add(tx, "吴主任", &[Role::Director], None, &[], NOON)?;
        let admin = people::add(tx, "管理员", &[Role::Admin], None, &[], NOON)?;
        let deputy = people::add(tx, "张三", &[Role::Consultant], None, &[], NOON)?;
        let (from, to) = (day("03-03"), day("03-03"));
        let acting = NewActing { person: deputy, role: Role::Supervisor, team: None, from, to };
        tx.set_acting(&Administer::by_operator(), &acting, NOON)?;
        Ok([first, second, director, admin, deputy])
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    let asked = |parties: &[PersonId], days: i64| {
        let parties: BTreeSet<PersonId> = parties.iter().copied().collect();
        let now = NOON + days * DAY;
        directory.judges(&parties, now, day(if days == 0 { "03-02" } else { "03-03" }))
    };
    assert_eq!(asked(&[], 0), [first, second]);
    assert_eq!(asked(&[second, deputy], 0), [first]);
    assert_eq!(asked(&[], 1), [first, second, deputy], "who stands in for a supervisor rules");
    assert_eq!(asked(&[first, second], 1), [deputy]);
    assert_eq!(asked(&[first, second], 0), [director]);
    assert_eq!(asked(&[first, second, director], 0), [admin]);
    assert_eq!(asked(&[first, second, director, admin], 0), Vec::<PersonId>::new());
}
