//! The directory: kept in memory, and never a moment behind.

use super::{NOON, day, own_lane, panic_quietly, person, read, write, write_at_once};
use crate::engines::Database;
use domain::shift::Hours;
use domain::{Role, Roles};
use std::sync::Arc;
use store::{Error, Lane, Store, Tx};

const CONSULTANT: &[Role] = &[Role::Consultant];

fn names(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    Ok(tx.directory()?.people().map(|person| person.name.clone()).collect())
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
        let id = tx.add_person("张三", Roles::of(CONSULTANT), None, None, NOON)?;
        assert_eq!(names(tx)?, ["张三"]);
        assert!(tx.directory()?.who("wecom", "zhang").is_none());
        tx.link_identity("wecom", "zhang", "main", id)?;
        assert_eq!(tx.directory()?.who("wecom", "zhang").map(|person| person.id), Some(id));
        Ok(())
    })
    .await;
}

pub(super) async fn a_change_that_was_rolled_back_is_never_seen(database: Database) {
    let (one, two) = (database.open(NOON).await, database.open(NOON).await);
    person(&one, "张三").await;
    let ghost = |tx: &mut Tx<'_>| {
        tx.add_person("鬼", Roles::of(CONSULTANT), None, None, NOON)?;
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

pub(super) async fn people_are_found_as_they_stand(database: Database) {
    let store = database.open(NOON).await;
    let (first, second) = (person(&store, "王丽").await, person(&store, "王丽").await);
    let other = person(&store, "张三").await;
    write(&store, move |tx| {
        tx.link_identity("wecom", "wang", "main", first)?;
        tx.link_identity("dingtalk", "wang", "robot", second)?;
        tx.set_roles(second, Roles::of(&[Role::Lead, Role::Admin]))
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert_eq!(directory.who("wecom", "wang").map(|person| person.id), Some(first));
    assert_eq!(directory.who("dingtalk", "wang").map(|person| person.id), Some(second));
    assert!(directory.who("console", "wang").is_none() && directory.who("wecom", "Wang").is_none());
    assert_eq!([first, second, other].map(|id| directory.label(id)), ["王丽#1", "王丽#2", "张三"]);
    assert_eq!(directory.named("王丽").len(), 2);
    assert_eq!(directory.named("王丽#2")[0].id, second);
    assert!(
        directory.person(second).is_some_and(|person| person.roles == Roles::of(&[Role::Lead, Role::Admin]))
    );

    write(&store, move |tx| tx.set_left(first, Some(day("03-31")))).await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert!(directory.who("wecom", "wang").is_none(), "a leaver is nobody");
    assert!(directory.named("王丽").iter().all(|person| person.id == second));
    assert_eq!(directory.person(first).and_then(|person| person.left_on), Some(day("03-31")));
    assert_eq!(directory.everybody().count(), directory.people().count() + 1);

    write(&store, move |tx| {
        tx.set_left(first, None)?;
        // The platform's user is somebody else now.
        tx.link_identity("wecom", "wang", "second", other)
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert_eq!(directory.who("wecom", "wang").map(|person| person.id), Some(other));
    assert!(directory.person(first).is_some_and(|person| person.identities.is_empty()));
    assert_eq!(directory.person(other).map(|person| &*person.identities[0].bot), Some("second"));
}

pub(super) async fn chats_teams_and_templates(database: Database) {
    let store = database.open(NOON).await;
    let purposes = ["排行".to_owned(), "提醒".to_owned()];
    let team = write(&store, move |tx| {
        let team = tx.team("一组")?;
        assert_eq!(tx.team("一组")?, team, "made once");
        assert_ne!(tx.team("二组")?, team);
        tx.set_chat("wecom", "main", "g1", Some("咨询部群"), &purposes, NOON)?;
        tx.set_chat("wecom", "main", "g2", None, &purposes[..1], NOON)?;
        tx.set_template("早班", &Hours::parse("08:00-16:00").expect("hours"))?;
        tx.set_template("晚班", &Hours::parse("16:00-23:30").expect("hours"))?;
        Ok(team)
    })
    .await;
    let member = person(&store, "张三").await;
    write(&store, move |tx| {
        tx.set_team(member, Some(team))?;
        // Set anew: the title that was known stays, the purposes are the new ones.
        tx.set_chat("wecom", "main", "g1", None, &["请假".to_owned()], NOON)?;
        tx.set_template("早班", &Hours::parse("09:00-17:00").expect("hours"))
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert_eq!(directory.person(member).and_then(|person| person.team), Some(team));
    assert_eq!(directory.teams().map(|(_, name)| name).collect::<Vec<_>>(), ["一组", "二组"]);
    let chat = directory.chat("wecom", "main", "g1").expect("registered");
    assert_eq!((chat.title.as_deref(), &chat.purposes[..]), (Some("咨询部群"), &["请假".to_owned()][..]));
    assert!(
        directory.chat("wecom", "second", "g1").is_none() && directory.chat("wecom", "main", "G1").is_none()
    );
    assert_eq!(directory.chats_for("排行").map(|chat| &*chat.chat_ref).collect::<Vec<_>>(), ["g2"]);
    let templates: Vec<_> =
        directory.templates().iter().map(|template| (&*template.name, template.hours.to_string())).collect();
    assert_eq!(templates, [("早班", "09:00-17:00".to_owned()), ("晚班", "16:00-23:30".to_owned())]);

    write(&store, |tx| {
        tx.drop_chat("wecom", "main", "g1")?;
        tx.drop_template("晚班")
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert!(directory.chat("wecom", "main", "g1").is_none() && directory.template("晚班").is_none());
}

pub(super) async fn joining(database: Database) {
    let store = database.open(NOON).await;
    let lead = person(&store, "王五").await;
    let (first, second) = write(&store, |tx| {
        let first = tx.ask_to_join("wecom", "main", "new", "小新", Some("一组"), NOON)?;
        Ok((first, tx.ask_to_join("dingtalk", "robot", "new", "阿新", None, NOON + 1)?))
    })
    .await;
    assert_eq!((first, second), (1, 2));
    let open = read(&store, |tx| tx.open_joins(10)).await;
    assert_eq!(open.iter().map(|join| join.no).collect::<Vec<_>>(), [first, second]);
    assert_eq!(read(&store, |tx| tx.open_joins(1)).await.len(), 1);
    let own = read(&store, |tx| tx.open_join_of("wecom", "new")).await.expect("open");
    assert_eq!((own.no, &*own.name, own.team.as_deref(), &*own.state), (first, "小新", Some("一组"), "open"));

    // Two leads decide at once: one decision stands.
    let decisions = write_at_once(&[&store], 8, own_lane, move |tx, number| {
        let state = if number % 2 == 0 { "approved" } else { "refused" };
        Ok(tx.close_join(first, state, Some(lead), NOON)?.then_some(state))
    })
    .await;
    let won: Vec<_> = decisions.into_iter().filter_map(Result::ok).flatten().collect();
    assert_eq!(won.len(), 1, "{won:?}");
    let decided = read(&store, move |tx| tx.join_request(first)).await.expect("kept");
    assert_eq!(decided.state, won[0]);
    assert_eq!(read(&store, |tx| tx.open_join_of("wecom", "new")).await, None);

    write(&store, move |tx| tx.reopen_join(first)).await;
    let again = read(&store, |tx| Ok((tx.open_join_of("wecom", "new")?, tx.join_asked_at(1)?))).await;
    assert_eq!((again.0.map(|join| join.no), again.1), (Some(first), Some(NOON)));
    assert_eq!(read(&store, |tx| Ok((tx.join_request(99)?, tx.join_asked_at(99)?))).await, (None, None));
}
