//! Reconciliation: what was confirmed, held and forfeited, months that are opened again, and the hospital's lists.

use super::desk::{Desk, at, over, undoing, who};
use super::{NOON, day, person, read, write};
use crate::engines::Database;
use crate::people;
use domain::reconciliation::{
    Claim, ClaimState, Fit, ListRow, Month, Reopening, closing, of_text, read as read_list,
};
use domain::rights::{Administer, Decide, Standing};
use domain::shift::Shift;
use domain::{PersonId, Role, Roles};
use store::{Error, Forfeit, HospitalList, Pagination, RowFit, Store, Tx};

/// 张三 has D1 and D3, 李四 has D2; all in March.
struct House {
    store: Store,
    zhang: PersonId,
    li: PersonId,
    lead: PersonId,
}

async fn house(database: &Database) -> House {
    let store = database.open(NOON).await;
    let add = async |name: &'static str, role: Role| {
        write(&store, move |tx| people::add(tx, name, &[role], Some("一组"), &[], NOON)).await
    };
    let (zhang, lead) = (add("张三", Role::Consultant).await, add("王组长", Role::Lead).await);
    let (li, guide) = (person(&store, "李四").await, person(&store, "小林").await);
    write(&store, move |tx| {
        let desk = Desk::new();
        // Boards are of those who had a shift.
        for who in [zhang, li] {
            let (start, end) = (at("03-05 08:00"), at("03-05 16:00"));
            let shift = Shift { date: day("03-05"), name: "早班".to_owned(), start, end };
            tx.set_rota(&super::over(who), day("03-05"), Some(&shift), NOON)?;
        }
        let patients = [
            (zhang, who("王小明", "35", "13800138000", "佛山", "牙痛"), "03-05"),
            (li, who("李小红", "41", "13900139000", "广州", "洗牙"), "03-05"),
            (zhang, who("陈大山", "60", "13700137000", "深圳", "镶牙"), "03-31"),
        ];
        for (owner, patient, on) in patients {
            desk.register(tx, owner, &patient, Some(day(on)), at("03-01 09:00"))?;
            let came = at(&format!("{on} 10:00"));
            desk.arrive(tx, guide, &patient, came, came)?;
        }
        Ok(())
    })
    .await;
    House { store, zhang, li, lead }
}

fn march() -> Month {
    Month::of(day("03-01"))
}

fn decides(person: PersonId, role: Role) -> Decide {
    Standing::new(person, Roles::of(&[role]), Some(1), []).decide().expect("he leads")
}

fn states(tx: &mut Tx<'_>) -> Result<Vec<(i64, PersonId, ClaimState)>, Error> {
    Ok(tx.claims_in(march())?.iter().map(|claim| (claim.arrival, claim.person, claim.state)).collect())
}

fn of(claims: &[Claim], person: PersonId) -> Vec<Claim> {
    claims.iter().filter(|claim| claim.person == person).copied().collect()
}

fn arrivals(tx: &mut Tx<'_>, person: PersonId) -> Result<u32, Error> {
    let tallies = tx.tallies(march().span())?;
    Ok(tallies.iter().find(|tally| tally.person == person).map_or(0, |tally| tally.arrivals))
}

pub(super) async fn what_is_confirmed_is_taken_back_once(database: Database) {
    let House { store, zhang, li, lead } = house(&database).await;
    write(&store, move |tx| {
        let claims = tx.claims_in(march())?;
        let all: Vec<_> =
            claims.iter().map(|claim| (claim.arrival, claim.person, claim.day, claim.waits)).collect();
        let expected =
            [(1, zhang, day("03-05"), false), (2, li, day("03-05"), false), (3, zhang, day("03-31"), false)];
        assert_eq!(all, expected);
        assert_eq!(tx.claims_in(march().previous())?, []);
        let by = decides(lead, Role::Lead);
        let (team, now) = (tx.directory()?.person(zhang).and_then(|person| person.team), at("04-02 09:00"));
        assert_eq!(team, Some(1));
        assert_eq!(tx.confirm_claims(&by, march(), Some(2), &claims, now)?, None, "not his group");
        assert_eq!(tx.confirm_claims(&by, march(), None, &claims, now)?, None);
        assert_eq!(tx.confirmed_teams(march())?, []);
        let confirmed = tx.confirm_claims(&by, march(), team, &of(&claims, zhang), now)?.expect("his group");
        assert_eq!(confirmed.count, 2);
        let open = ClaimState::Open;
        let done = ClaimState::Confirmed;
        assert_eq!(states(tx)?, [(1, zhang, done), (2, li, open), (3, zhang, done)]);
        assert_eq!(tx.confirmed_teams(march())?, [team]);
        assert_eq!(tx.open_months(day("01-01"), day("04-01"))?, [march()], "李四's");
        assert!(tx.undo_confirmation(&undoing(lead), confirmed.no, now)?);
        assert!(!tx.undo_confirmation(&undoing(lead), confirmed.no, now)?);
        assert_eq!(states(tx)?, [(1, zhang, open), (2, li, open), (3, zhang, open)]);
        assert_eq!(tx.confirmed_teams(march())?, []);
        assert_eq!(tx.open_months(day("01-01"), day("03-01"))?, []);
        Ok(())
    })
    .await;
    let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 100 })).await;
    let event = events.iter().find(|event| event.kind == "reconciliation.confirmed").expect("recorded");
    assert_eq!(
        (event.actor, &event.body["month"], &event.body["team"]),
        (Some(lead), &"2026-03".into(), &"一组".into())
    );
    assert_eq!(
        (&event.body["count"], &event.body["arrivals"]),
        (&2.into(), &serde_json::json!(["D1", "D3"]))
    );
}

/// forfeited arrivals count for nobody until their month is opened again.
pub(super) async fn what_is_forfeited_counts_for_nobody(database: Database) {
    let House { store, zhang, li, lead } = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let (now, judge) = (at("04-05 00:00"), desk.judge(at("04-05 00:00")));
        let claims = tx.claims_in(march())?;
        tx.confirm_claims(&decides(lead, Role::Lead), march(), Some(1), &claims[..1], at("04-04 23:59"))?;
        let (forfeited, held) = closing(&tx.claims_in(march())?);
        assert_eq!((forfeited.len(), held.len()), (2, 0));
        assert_eq!((arrivals(tx, zhang)?, arrivals(tx, li)?), (2, 1));
        for whose in [zhang, li] {
            tx.forfeit_claims(&over(), march(), &of(&forfeited, whose), judge)?;
        }
        assert_eq!((arrivals(tx, zhang)?, arrivals(tx, li)?), (1, 0));
        let lost = ClaimState::Forfeited;
        assert_eq!(states(tx)?, [(1, zhang, ClaimState::Confirmed), (2, li, lost), (3, zhang, lost)]);
        assert_eq!(tx.open_months(day("01-01"), day("05-01"))?, []);
        let told = |person, arrivals| Forfeit { month: march(), person, arrivals };
        assert_eq!(tx.take_untold_forfeits(&over())?, [told(zhang, vec![3]), told(li, vec![2])]);
        assert_eq!(tx.take_untold_forfeits(&over())?, []);
        // What was forfeited is not confirmed behind its back.
        tx.confirm_claims(&decides(lead, Role::Lead), march(), Some(1), &claims, now)?;
        assert_eq!(states(tx)?[2], (3, zhang, lost));
        let opening = Reopening { team: Some(1), until: day("04-08") };
        tx.reopen_month(&Administer::by_operator(), march(), opening, &[3], "医院给王小明补了名单", judge)?;
        assert_eq!(tx.reopenings(march())?, [opening]);
        assert_eq!(
            (tx.reopened_until(day("04-08"))?, tx.reopened_until(day("04-07"))?),
            (vec![march()], vec![])
        );
        assert_eq!(
            states(tx)?,
            [(1, zhang, ClaimState::Confirmed), (2, li, lost), (3, zhang, ClaimState::Open)]
        );
        assert_eq!((arrivals(tx, zhang)?, arrivals(tx, li)?), (2, 0));
        let open = of(&tx.claims_in(march())?, zhang);
        tx.hold_claims(&over(), march(), &open[1..], now)?;
        assert_eq!(states(tx)?[2], (3, zhang, ClaimState::Held));
        assert_eq!(tx.open_months(day("01-01"), day("05-01"))?, []);
        Ok(())
    })
    .await;
    assert_eq!(database.holding("王小明").await, [""; 0], "the reason is sealed");
    let events = read(&store, |tx| tx.events(Pagination { after: 0, limit: 100 })).await;
    let told: Vec<_> = events
        .iter()
        .filter(|event| event.kind == "reconciliation.forfeited")
        .map(|event| {
            (event.body["person"]["$p"].as_i64(), event.body["count"].clone(), event.body["rule"].clone())
        })
        .collect();
    assert_eq!(told, [(Some(zhang), 1.into(), "R-378".into()), (Some(li), 1.into(), "R-378".into())]);
}

const LIST: &str = "姓名,电话,年龄,日期\n王小明,13800138000,35,3月5日\n李小红,13900139000,41,3月8日\n周大海,13600136000,50,3月9日";

fn rows(text: &str) -> Vec<ListRow> {
    read_list(&of_text(text), march()).rows
}

fn fits(list: &HospitalList) -> Vec<(u32, RowFit, Vec<i64>)> {
    list.rows.iter().map(|row| (row.line, row.fit, row.arrivals.clone())).collect()
}

/// a list counts from when it is applied, for the groups that it is of, and is sealed.
pub(super) async fn a_list_counts_when_it_is_applied(database: Database) {
    let House { store, zhang, .. } = house(&database).await;
    write(&store, move |tx| {
        let desk = Desk::new();
        let (book, now) = (&desk.book, at("04-02 09:00"));
        let by = super::over(zhang);
        assert_eq!(tx.draft_of(None)?, None);
        let old = tx.draft_list(&over(), march(), None, &rows(LIST), book, now)?;
        let draft = tx.draft_list(&over(), march(), None, &rows(LIST), book, now)?;
        let expected =
            [(2, RowFit::Matched, vec![1]), (3, RowFit::Unsure, vec![2]), (4, RowFit::NotOurs, vec![])];
        assert_eq!(fits(&draft), expected);
        assert_eq!(tx.draft_of(None)?, Some(draft.clone()));
        assert_eq!(tx.live_lists(march())?, []);
        assert!(!tx.apply_list(&over(), old.no, book, now)?, "another draft took its place");
        assert!(
            tx.apply_list(&over(), draft.no, book, now)? && !tx.apply_list(&over(), draft.no, book, now)?
        );
        assert_eq!(tx.draft_of(None)?, None);
        let live = tx.live_lists(march())?;
        let fit = [1, 2, 3].map(|arrival| live[0].fit(arrival));
        assert_eq!(fit, [Fit::Listed, Fit::Unsure, Fit::NotListed]);
        let unknown = tx.unknown_visits(&live[0], 10)?;
        assert_eq!(unknown.len(), 1);
        assert_eq!((unknown[0].line, unknown[0].day), (4, Some(day("03-09"))));
        assert_eq!(unknown[0].masked, ["周*", "136****6000"]);
        // Of one group, and taken back again.
        let own = tx.draft_list(&by, march(), Some(&[1]), &rows(LIST)[..1], book, now)?;
        assert!(tx.apply_list(&by, own.no, book, now)?);
        let live = tx.live_lists(march())?;
        let covering = |team| live.iter().find(|list| list.covers(team)).map(|list| list.no);
        assert_eq!(
            (covering(Some(1)), covering(Some(2)), covering(None)),
            (Some(own.no), Some(draft.no), Some(draft.no))
        );
        // Another list of everybody takes the first one's place, and gives it back.
        let third = tx.draft_list(&over(), march(), None, &rows(LIST)[1..], book, now)?;
        assert!(tx.apply_list(&over(), third.no, book, now)?);
        let numbers = |tx: &mut Tx<'_>| -> Result<Vec<i64>, Error> {
            Ok(tx.live_lists(march())?.iter().map(|list| list.no).collect())
        };
        assert_eq!(numbers(tx)?, [third.no, own.no]);
        assert!(tx.undo_list(&undoing(zhang), third.no)? && !tx.undo_list(&undoing(zhang), third.no)?);
        assert_eq!(numbers(tx)?, [own.no, draft.no]);
        Ok(())
    })
    .await;
    for words in ["周大海", "13600136000"] {
        assert_eq!(database.holding(words).await, [""; 0], "{words}");
    }
    let tallies = read(&store, |tx| tx.tallies(march().span())).await;
    assert_eq!(tallies.iter().map(|tally| tally.arrivals).sum::<u32>(), 3, "a list changes no credit");
    // When the month is forgotten, its lists say nothing any more.
    assert!(write(&store, |tx| tx.forget_closed_before(day("04-02"), 10)).await > 0);
    write(&store, |tx| {
        let list = tx.live_lists(march())?.remove(0);
        assert_eq!(tx.unknown_visits(&list, 10)?, []);
        assert!(tx.compare_list(&over(), list.no, &Desk::new().book)?.matched.is_empty());
        Ok(())
    })
    .await;
}
