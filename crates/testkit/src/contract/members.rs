//! Members: who is somebody at which instant, who stands in on which day, and what is recorded of every change.

use super::{NOON, day, over, own_lane, person, read, recorded, write, write_at_once};
use crate::engines::Database;
use crate::people::{add, identity};
use domain::calendar::{DAY, HOUR};
use domain::report::Figures;
use domain::rights::{Administer, Scope};
use domain::shift::Shift;
use domain::{Calendar, Role, Roles};
use serde_json::{Value, json};
use store::{Fact, MemberChange, NewActing, NewReport, Pagination, Store};

/// The bodies of all events of a kind, in order.
async fn told(store: &Store, kind: &'static str) -> Vec<Value> {
    let events = read(store, |tx| tx.events(Pagination { after: 0, limit: 1_000 })).await;
    let of_kind = events.into_iter().filter(|event| event.kind == kind);
    of_kind.map(|event| Value::Object(event.body)).collect()
}

pub(super) async fn people_are_found_as_they_stand(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let (first, second) = (person(&store, "王丽").await, person(&store, "王丽").await);
    let other = person(&store, "张三").await;
    write(&store, move |tx| {
        tx.link_member(&admin, first, &identity(("wecom", "wang", "main")), NOON)?;
        tx.link_member(&admin, second, &identity(("dingtalk", "wang", "robot")), NOON)?;
        let change =
            MemberChange { roles: Some(Roles::of(&[Role::Lead, Role::Admin])), ..MemberChange::default() };
        tx.change_member(&admin, second, &change, NOON)
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    let who = |platform, user| directory.who(platform, user, NOON).map(|person| person.id);
    assert_eq!((who("wecom", "wang"), who("dingtalk", "wang")), (Some(first), Some(second)));
    assert_eq!((who("console", "wang"), who("wecom", "Wang")), (None, None));
    assert_eq!([first, second, other].map(|id| directory.label(id)), ["王丽#1", "王丽#2", "张三"]);
    assert_eq!(directory.named("王丽", NOON).len(), 2);
    assert_eq!(directory.named("王丽#2", NOON)[0].id, second);
    assert!(
        directory.person(second).is_some_and(|person| person.roles == Roles::of(&[Role::Lead, Role::Admin]))
    );

    // The platform's user is somebody else now.
    write(&store, move |tx| tx.link_member(&admin, other, &identity(("wecom", "wang", "second")), NOON))
        .await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert_eq!(directory.who("wecom", "wang", NOON).map(|person| person.id), Some(other));
    assert!(directory.person(first).is_some_and(|person| person.identities.is_empty()));
    assert_eq!(directory.person(other).map(|person| &*person.identities[0].bot), Some("second"));

    let unlink = async |person| {
        let reached = ("wecom", "wang", "second");
        write(&store, move |tx| tx.unlink_member(&admin, person, &identity(reached), NOON)).await
    };
    let outcomes = (unlink(first).await, unlink(other).await, unlink(other).await);
    assert_eq!(outcomes, (false, true, false), "only his own, and once");
}

/// A leaver is somebody to the last instant before his rights end, and nobody from that one on.
pub(super) async fn rights_end_at_their_instant(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let end = NOON + 30 * DAY;
    let zhang = write(&store, |tx| {
        add(tx, "张三", &[Role::Admin], Some("一组"), &[("wecom", "zhang", "main")], NOON)
    })
    .await;
    write(&store, move |tx| tx.leave_member(&admin, zhang, day("03-31"), end, &Calendar::default(), NOON))
        .await;
    let directory = read(&store, |tx| tx.directory()).await;
    for (now, there) in [(NOON, true), (end - 1, true), (end, false), (end + 1, false), (i64::MAX, false)] {
        let found = directory.who("wecom", "zhang", now).is_some();
        let listed = directory.people(now).count() == 1;
        let named = !directory.named("张三", now).is_empty();
        let leads = directory.leads_of(None, now, day("03-02")) == [zhang];
        assert_eq!([found, listed, named, leads], [there; 4], "{now}");
    }
    let known = directory.person(zhang).expect("the history stays");
    assert_eq!((known.left_on, known.rights_end), (Some(day("03-31")), Some(end)));
    assert_eq!((directory.everybody().count(), &*directory.label(zhang)), (1, "张三"));
    assert_eq!(
        told(&store, "member.left").await,
        [
            json!({"person": {"$p": zhang}, "last_day": "2026-03-31", "rights_end": Calendar::default().exact(end), "rota_cleared": []})
        ]
    );

    write(&store, move |tx| tx.return_member(&admin, zhang, NOON)).await;
    let directory = read(&store, |tx| tx.directory()).await;
    assert!(directory.who("wecom", "zhang", i64::MAX).is_some(), "with the identities that he had");
    assert_eq!(told(&store, "member.returned").await, [json!({"person": {"$p": zhang}})]);
}

/// Both days belong to it; what is ended early is over at once.
pub(super) async fn acting_counts_on_its_days(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let (zhang, lead, team, supervising) = write(&store, move |tx| {
        let lead = add(tx, "王五", &[Role::Lead], Some("一组"), &[], NOON)?;
        let zhang = add(tx, "张三", &[Role::Consultant], Some("二组"), &[], NOON)?;
        let team = tx.directory()?.person(lead).and_then(|person| person.team).expect("a group");
        let acting = NewActing {
            person: zhang,
            role: Role::Lead,
            team: Some(team),
            from: day("03-04"),
            to: day("03-06"),
        };
        tx.set_acting(&admin, &acting, NOON)?;
        let acting = NewActing { role: Role::Supervisor, team: None, from: day("03-06"), ..acting };
        Ok((zhang, lead, team, tx.set_acting(&admin, &acting, NOON)?))
    })
    .await;
    let directory = read(&store, |tx| tx.directory()).await;
    let of = |date| directory.standing(directory.person(zhang).expect("known"), day(date));
    let consultant = Roles::of(&[Role::Consultant]);
    for (date, roles, scope) in [
        ("03-03", consultant, Scope::Own),
        ("03-04", consultant.with(Role::Lead), Scope::Teams(vec![team])),
        ("03-05", consultant.with(Role::Lead), Scope::Teams(vec![team])),
        ("03-06", consultant.with(Role::Lead).with(Role::Supervisor), Scope::Department),
        ("03-07", consultant, Scope::Own),
    ] {
        assert_eq!((of(date).roles(), of(date).scope()), (roles, scope), "{date}");
    }
    assert_eq!(directory.leads_of(Some(team), NOON, day("03-03")), [lead]);
    assert_eq!(directory.leads_of(Some(team), NOON, day("03-04")), [lead, zhang]);
    assert_eq!(directory.leads_of(Some(team), NOON, day("03-06")), [lead], "who leads all is asked last");

    let end = async || write(&store, move |tx| tx.end_acting(&admin, supervising, NOON)).await;
    assert_eq!((end().await, end().await), (true, false));
    let directory = read(&store, |tx| tx.directory()).await;
    let standing = directory.standing(directory.person(zhang).expect("known"), day("03-06"));
    assert_eq!(standing.scope(), Scope::Teams(vec![team]));
    assert_eq!(directory.acting().len(), 1);
    let set = told(&store, "acting.set").await;
    assert_eq!(
        set[0],
        json!({"acting": supervising - 1, "person": {"$p": zhang}, "role": "组长", "team": "一组",
            "from": "2026-03-04", "to": "2026-03-06"})
    );
    assert_eq!(told(&store, "acting.ended").await, [json!({"acting": supervising})]);
}

pub(super) async fn a_change_records_what_changed_and_nothing_else(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let zhang = write(&store, |tx| add(tx, "张三", &[Role::Consultant], Some("一组"), &[], NOON)).await;
    let change = async |change: MemberChange<'static>| {
        write(&store, move |tx| tx.change_member(&admin, zhang, &change, NOON)).await;
    };
    let nothing = MemberChange::default();
    change(nothing.clone()).await;
    change(MemberChange {
        name: Some("张三"),
        roles: Some(Roles::of(&[Role::Consultant])),
        team: Some(Some("一组")),
        entered_on: Some(None),
    })
    .await;
    assert_eq!(told(&store, "member.changed").await, [0; 0], "as it was");

    change(MemberChange { name: Some("张山"), team: Some(Some("一组")), ..nothing.clone() }).await;
    change(MemberChange { roles: Some(Roles::of(&[Role::Lead])), team: Some(None), ..nothing.clone() }).await;
    change(MemberChange { team: Some(Some("新组")), entered_on: Some(Some(day("03-02"))), ..nothing }).await;
    let person = json!({"$p": zhang});
    assert_eq!(
        told(&store, "member.changed").await,
        [
            json!({"person": person, "name": "张山", "before": {"name": "张三"}}),
            json!({"person": person, "roles": "组长", "team": null,
                "before": {"roles": "咨询员", "team": "一组"}}),
            json!({"person": person, "team": "新组", "entered_on": "2026-03-02",
                "before": {"team": null, "entered_on": null}}),
        ]
    );
    let directory = read(&store, |tx| tx.directory()).await;
    let known = directory.person(zhang).expect("known");
    assert_eq!((&*known.name, known.roles), ("张山", Roles::of(&[Role::Lead])));
    assert_eq!(known.team.and_then(|team| directory.team_name(team)), Some("新组"), "made with the change");
    assert_eq!(known.entered_on, Some(day("03-02")));
}

/// Whoever did something stays; who did nothing goes with all that hung on him.
pub(super) async fn one_who_acted_is_not_removed(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let (active, idle) = write(&store, move |tx| {
        let reached = [("wecom", "li", "main")];
        let idle = add(tx, "李四", &[Role::Consultant], None, &reached, NOON)?;
        let shift =
            Shift { date: day("03-02"), name: "早班".to_owned(), start: NOON, end: NOON + 8 * HOUR };
        tx.set_rota(&over(idle), day("03-02"), Some(&shift), NOON)?;
        let active = add(tx, "张三", &[Role::Consultant], None, &[], NOON)?;
        tx.record(NOON, Fact::new("noted", Some(active)));
        Ok((active, idle))
    })
    .await;
    let remove = async |person| write(&store, move |tx| tx.remove_member(&admin, person, NOON)).await;
    assert_eq!((remove(active).await, remove(idle).await), (false, true));
    let (acting_now, missed) = (person(&store, "王五").await, person(&store, "赵六").await);
    let removed = write(&store, move |tx| {
        tx.record(NOON, Fact::new("noted", Some(acting_now)));
        tx.note_overdue(&recorded(missed), day("03-01"), "missing", NOON)?;
        Ok((tx.remove_member(&admin, acting_now, NOON)?, tx.remove_member(&admin, missed, NOON)?))
    })
    .await;
    assert_eq!(removed, (false, false), "in the same unit, or owing a day that counts");
    let directory = read(&store, |tx| tx.directory()).await;
    let left: Vec<_> = directory.everybody().map(|person| person.id).collect();
    assert_eq!(left, [active, acting_now, missed]);
    for table in ["identity", "rota", "reminder"] {
        assert_eq!(database.rows_of(table).await, 0, "{table}");
    }
    assert_eq!(told(&store, "member.removed").await, [json!({"person": {"$p": idle}})]);
}

pub(super) async fn leaving_ends_what_was_to_come(database: Database) {
    let store = database.open(NOON).await;
    let admin = Administer::by_operator();
    let (zhang, li) = (person(&store, "张三").await, person(&store, "李四").await);
    let dates = ["03-02", "03-03", "03-04", "03-05"];
    write(&store, move |tx| {
        for (number, date) in (0_i64..).zip(dates) {
            let start = NOON + number * DAY;
            let shift = Shift { date: day(date), name: "早班".to_owned(), start, end: start + 8 * HOUR };
            tx.set_rota(&over(zhang), day(date), Some(&shift), NOON)?;
            tx.set_rota(&over(li), day(date), Some(&shift), NOON)?;
        }
        let figures = Figures::new();
        let (date, received_at) = (day("03-02"), NOON);
        let report = NewReport { date, revision: 1, received_at, late: false, figures: &figures, note: None };
        tx.file_report(&recorded(zhang), &report)?;
        for (from, to) in [("03-02", "03-03"), ("03-05", "03-09")] {
            for person in [zhang, li] {
                let (from, to) = (day(from), day(to));
                tx.set_acting(
                    &admin,
                    &NewActing { person, role: Role::Supervisor, team: None, from, to },
                    NOON,
                )?;
            }
        }
        Ok(())
    })
    .await;
    let cleared = write(&store, move |tx| {
        tx.leave_member(&admin, zhang, day("03-03"), NOON + 2 * DAY, &Calendar::default(), NOON)
    })
    .await;
    assert_eq!(cleared, 2, "the days behind the last one");
    let span = domain::Span { from: day("03-01"), to: day("03-31") };
    let (rota, due, acting, report) = read(&store, move |tx| {
        let acting: Vec<_> =
            tx.directory()?.acting().iter().map(|acting| (acting.person, acting.from)).collect();
        Ok((
            tx.rota_between(span)?,
            tx.due_reminders(i64::MAX, 100)?,
            acting,
            tx.live_report(zhang, day("03-02"))?,
        ))
    })
    .await;
    let days = |person| rota.iter().filter(|row| row.person == person).count();
    assert_eq!((days(zhang), days(li)), (2, 4));
    let reminders = |person| due.iter().filter(|reminder| reminder.person == person).count();
    assert_eq!((reminders(zhang), reminders(li)), (8, 16), "three of the report and one of absence a shift");
    assert_eq!(
        acting,
        [(zhang, day("03-02")), (li, day("03-02")), (li, day("03-05"))],
        "what ends with the last day goes on to it"
    );
    assert!(report.is_some(), "what was done stays");
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
        Ok(tx.decide_join(&over(lead), first, state, NOON)?.then_some(state))
    })
    .await;
    let won: Vec<_> = decisions.into_iter().filter_map(Result::ok).flatten().collect();
    assert_eq!(won.len(), 1, "{won:?}");
    let decided = read(&store, move |tx| tx.join_request(first)).await.expect("kept");
    assert_eq!(decided.state, won[0]);
    assert_eq!(read(&store, |tx| tx.open_join_of("wecom", "new")).await, None);

    write(&store, move |tx| tx.reopen_join(&over(lead), first)).await;
    let again = read(&store, |tx| tx.open_join_of("wecom", "new")).await;
    assert_eq!(again.map(|join| join.no), Some(first));
    assert_eq!(read(&store, |tx| tx.join_request(99)).await, None);

    // The newcomer takes his own request back; what a lead does about it afterwards comes too late.
    assert!(write(&store, move |tx| tx.withdraw_join(first, NOON)).await);
    assert!(!write(&store, move |tx| tx.decide_join(&over(lead), first, "approved", NOON)).await);
    let asked = told(&store, "member.requested").await;
    assert_eq!(asked[0], json!({"join": "J1", "person": "小新", "team": "一组"}));
    assert_eq!(asked[1], json!({"join": "J2", "person": "阿新", "team": null}));
}
