//! The directory: kept in memory, and never a moment behind.

use super::{NOON, over, own_lane, panic_quietly, person, read, write, write_at_once};
use crate::engines::Database;
use crate::people;
use domain::Role;
use domain::rights::Administer;
use domain::shift::Hours;
use std::sync::Arc;
use store::{Error, Lane, MemberChange, NewChat, Store, Tx};

fn names(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    Ok(tx.directory()?.people(NOON).map(|person| person.name.clone()).collect())
}

/// As a unit and as a read of this handle see it.
async fn seen(store: &Store) -> Vec<String> {
    let written = write(store, names).await;
    assert_eq!(written, read(store, names).await, "units and reads see the same");
    written
}

pub(super) async fn changes_are_seen_by_the_next_unit_anywhere(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    let mut expected: Vec<String> = Vec::new();
    for (turn, name) in ["张三", "李四", "王五", "赵六", "钱七", "孙八"].into_iter().enumerate() {
        // Each has its memory warm before the other changes something.
        assert_eq!((seen(&one).await, seen(&two).await), (expected.clone(), expected.clone()));
        let (changer, other) = if turn % 2 == 0 { (&one, &two) } else { (&two, &one) };
        person(changer, name).await;
        expected.push(name.to_owned());
        assert_eq!(seen(other).await, expected, "on the other instance");
        assert_eq!(seen(changer).await, expected, "on the same instance");
    }
}

pub(super) async fn a_unit_sees_its_own_changes(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| {
        assert_eq!(names(tx)?, [""; 0]);
        let id = people::add(tx, "张三", &[Role::Consultant], None, &[], NOON)?;
        assert_eq!(names(tx)?, ["张三"]);
        assert!(tx.directory()?.who("wecom", "zhang", NOON).is_none());
        let identity = people::identity(("wecom", "zhang", "main"));
        tx.link_member(&Administer::by_operator(), id, &identity, NOON)?;
        assert_eq!(tx.directory()?.who("wecom", "zhang", NOON).map(|person| person.id), Some(id));
        Ok(())
    })
    .await;
}

pub(super) async fn a_change_that_was_rolled_back_is_never_seen(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    person(&one, "张三").await;
    let ghost = |tx: &mut Tx<'_>| {
        people::add(tx, "鬼", &[Role::Consultant], None, &[], NOON)?;
        // Read, so that it could get into the memory.
        assert!(names(tx)?.contains(&"鬼".to_owned()));
        Ok::<_, Error>(())
    };
    let lane = Lane::of(&["contract"]);
    let failed: Result<(), Error> = one
        .write(lane, move |tx| {
            ghost(tx)?;
            Err(Error::Corrupt("on purpose".to_owned()))
        })
        .await;
    assert!(failed.is_err());
    let panicked: Result<(), Error> = one
        .write(lane, move |tx| {
            ghost(tx)?;
            panic_quietly()
        })
        .await;
    assert!(matches!(panicked, Err(Error::Panicked)), "{panicked:?}");
    write(&one, move |tx| {
        ghost(tx)?;
        tx.abandon();
        Ok(())
    })
    .await;
    write(&one, move |tx| {
        ghost(tx)?;
        tx.restart()?;
        assert_eq!(names(tx)?, ["张三"]);
        Ok(())
    })
    .await;
    assert_eq!((seen(&one).await, seen(&two).await), (vec!["张三".to_owned()], vec!["张三".to_owned()]));
    // The version of the change that was rolled back is given again, to another change.
    person(&two, "李四").await;
    let both = vec!["张三".to_owned(), "李四".to_owned()];
    assert_eq!((seen(&one).await, seen(&two).await), (both.clone(), both));

    // Failures between others that are carried out in the same commit.
    let units = write_at_once(&[&one], 40, own_lane, move |tx, number| match number % 2 {
        0 => names(tx),
        _ => ghost(tx).and(Err(Error::Corrupt("on purpose".to_owned()))),
    })
    .await;
    for names in units.into_iter().flatten() {
        assert_eq!(names, ["张三", "李四"]);
    }
}

pub(super) async fn an_unchanged_directory_is_read_once(database: Database) {
    let store = database.open(NOON).await;
    person(&store, "张三").await;
    let first = write(&store, |tx| tx.directory()).await;
    for _ in 0..5 {
        assert!(Arc::ptr_eq(&first, &write(&store, |tx| tx.directory()).await));
        assert!(Arc::ptr_eq(&first, &read(&store, |tx| tx.directory()).await));
    }
}

fn chat<'a>(chat_ref: &'a str, title: Option<&'a str>, purposes: &'a [String]) -> NewChat<'a> {
    NewChat { platform: "wecom", bot: "main", chat_ref, title, purposes }
}

pub(super) async fn chats_teams_and_templates(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let (ranking, leave) = (["排行".to_owned(), "提醒".to_owned()], ["请假".to_owned()]);
    let lead = person(&store, "王五").await;
    write(&store, move |tx| {
        people::add(tx, "张三", &[Role::Consultant], Some("一组"), &[], NOON)?;
        people::add(tx, "李四", &[Role::Consultant], Some("二组"), &[], NOON)?;
        people::add(tx, "赵六", &[Role::Consultant], Some("一组"), &[], NOON)?;
        tx.set_chat(&admin, &chat("g1", Some("咨询部群"), &ranking), NOON)?;
        tx.set_chat(&admin, &chat("g2", None, &ranking[..1]), NOON)?;
        tx.set_template(&over(lead), "早班", &Hours::parse("08:00-16:00").expect("hours"), NOON)?;
        tx.set_template(&over(lead), "晚班", &Hours::parse("16:00-23:30").expect("hours"), NOON)
    })
    .await;
    write(&store, move |tx| {
        let change = MemberChange { team: Some(Some("二组")), ..MemberChange::default() };
        tx.change_member(&admin, lead, &change, NOON)?;
        // Set anew: the title that was known stays, the purposes are the new ones.
        tx.set_chat(&admin, &chat("g1", None, &leave), NOON)?;
        tx.set_template(&over(lead), "早班", &Hours::parse("09:00-17:00").expect("hours"), NOON)
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    let teams: Vec<_> = directory.teams().collect();
    assert_eq!(teams.iter().map(|(_, name)| *name).collect::<Vec<_>>(), ["一组", "二组"], "each made once");
    assert_eq!(directory.person(lead).and_then(|person| person.team), Some(teams[1].0));
    let known = directory.chat("wecom", "main", "g1").expect("registered");
    assert_eq!((known.title.as_deref(), &known.purposes[..]), (Some("咨询部群"), &["请假".to_owned()][..]));
    assert!(
        directory.chat("wecom", "second", "g1").is_none() && directory.chat("wecom", "main", "G1").is_none()
    );
    assert_eq!(directory.chats_for("排行").map(|chat| &*chat.chat_ref).collect::<Vec<_>>(), ["g2"]);
    let templates: Vec<_> =
        directory.templates().iter().map(|template| (&*template.name, template.hours.to_string())).collect();
    assert_eq!(templates, [("早班", "09:00-17:00".to_owned()), ("晚班", "16:00-23:30".to_owned())]);

    let first = teams[0].0;
    write(&store, move |tx| {
        tx.drop_chat(&admin, "wecom", "main", "g1", NOON)?;
        tx.rename_team(&admin, first, "三组", NOON)?;
        tx.drop_template(&over(lead), "晚班", NOON)
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert!(directory.chat("wecom", "main", "g1").is_none() && directory.template("晚班").is_none());
    assert_eq!(directory.team_name(first), Some("三组"));
}
