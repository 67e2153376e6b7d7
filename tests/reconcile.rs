//! `reconcile` through the real program: the hospital's list against the arrivals of last month, shown first and then
//! taken over.

use crate::program::{Home, NOWHERE, now};
use domain::attribution::Base;
use domain::calendar::{HOUR, MINUTE, shift_days};
use domain::patient::Typed;
use domain::reconciliation::{Fit, Month, Reopening};
use domain::registration::{Channel, Entry, Source, Visit, classify};
use domain::rights::{Administer, Record};
use domain::settings::Book;
use domain::{Calendar, Role};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use store::{Error, Judge, Lane, NewArrival, NewEntry, Terms, Tx};
use testkit::engines::Database;
use testkit::people;

/// 王小明 came on the 5th of last month, 李小红 on the 6th; both were booked. 周大海 never came here.
async fn furnish(database: &Database) -> Month {
    let (now, calendar, book) = (now(), Calendar::default(), Book::default());
    let month = Month::before(calendar.date(now));
    let first = month.span().from;
    let store = database.open(calendar.midnight(first)).await;
    let furnished: Result<(), Error> = store
        .write(Lane::of(&["test"]), move |tx| {
            let born = calendar.midnight(first);
            let zhang = people::add(tx, "张三", &[Role::Consultant], Some("一组"), &[], born)?;
            let guide = people::add(tx, "小林", &[Role::Guide], None, &[], born)?;
            for (days, name, phone) in [(4, "王小明", "13800138000"), (5, "李小红", "13900139000")] {
                let day = shift_days(first, days);
                let at = calendar.midnight(day);
                let (name, phone) = (Some(name.to_owned()), Some(phone.to_owned()));
                let typed = Typed { name, phone, age: Some("35".to_owned()), ..Typed::default() };
                let patient = typed.read().0;
                let visit = Some(Visit { date: day, minute: None });
                let entry =
                    Entry { patient: patient.clone(), visit, channel: Channel::Phone, chat_log: false };
                let classified = classify(&entry, &book, day);
                let base = Base::entered(day, Some(day));
                let terms = Terms {
                    channel: Channel::Phone,
                    source: Source::of(None, Channel::Phone),
                    class: classified.class,
                    missing: classified.missing,
                    visit,
                    log: false,
                    late_minutes: None,
                    base,
                    protection: base.protection(&book),
                };
                let fields = patient.fields();
                let entry = NewEntry { terms: &terms, patient: &fields, rule: "R-028", now: at + HOUR };
                tx.register_appointment(&Record::by_program(zhang), &entry)?;
                let arrival = NewArrival {
                    arrived_at: at + 2 * HOUR,
                    patient: &fields,
                    kind: None,
                    channel: None,
                    missing: &[],
                    spend_fen: None,
                    now: at + 2 * HOUR + MINUTE,
                };
                let judge = Judge { book: &book, calendar: &calendar, now: arrival.now };
                tx.record_arrival(&Record::by_program(guide), &arrival, judge)?;
            }
            Ok(())
        })
        .await;
    furnished.expect("furnished");
    store.close().await;
    month
}

/// Last month may be closed on the day of this run.
fn opened(tx: &mut Tx<'_>, month: Month) -> Result<(), Error> {
    let (now, calendar, book) = (now(), Calendar::default(), Book::default());
    let opening = Reopening { team: None, until: shift_days(calendar.date(now), 1) };
    let judge = Judge { book: &book, calendar: &calendar, now };
    tx.reopen_month(&Administer::by_operator(), month, opening, &[], "医院名单晚到", judge)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_and_then_taken_over() {
    let database = Database::sqlite();
    let month = furnish(&database).await;
    let first = month.span().from;
    let store = database.open(now()).await;
    store.write(Lane::of(&["test"]), move |tx| opened(tx, month)).await.expect("opened");
    let home = Home::new(database.address(), NOWHERE, &[]);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (column, title) in (0u16..).zip(["就诊日期", "患者姓名", "联系电话", "科室"]) {
        sheet.write_string(0, column, title).expect("written");
    }
    let rows = [(4, "王小明", 13_800_138_000.0), (8, "周大海", 13_600_136_000.0)];
    for (row, (days, name, phone)) in (1u32..).zip(rows) {
        let day = ExcelDateTime::parse_from_str(&shift_days(first, days).to_string()).expect("a date");
        sheet.write_datetime_with_format(row, 0, &day, &date).expect("written");
        sheet.write_string(row, 1, name).expect("written");
        sheet.write_number(row, 2, phone).expect("written");
        sheet.write_string(row, 3, "口腔").expect("written");
    }
    let file = home.path("list.xlsx");
    workbook.save(&file).expect("saved");
    let file = file.to_string_lossy().into_owned();

    let (code, said) = home.run(&["reconcile", &file]);
    assert_eq!(code, Some(0), "{said}");
    let unknown = format!("我们没有：第 3 行 周* 136****6000 {}，没有登记", shift_days(first, 8));
    for expected in [
        "2 行：对上 1、拿不准 0、我们没有 1；名单里没有 1",
        &unknown,
        "名单里没有：D2",
        "没用到的列：科室",
        "这是预览，名单还没有生效",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!said.contains("13600136000") && !said.contains("周大海"), "{said}");
    let live = store.read(move |tx| tx.live_lists(month)).await.expect("read");
    assert_eq!(live, []);

    let (code, said) = home.run(&["reconcile", &file, "--month", &month.code(), "--apply"]);
    assert_eq!((code, said.contains("已导入")), (Some(0), true), "{said}");
    let live = store.read(move |tx| tx.live_lists(month)).await.expect("read");
    assert_eq!(live.len(), 1);
    assert_eq!([1, 2].map(|arrival| live[0].fit(arrival)), [Fit::Listed, Fit::NotListed]);
    assert_eq!((live[0].by, database.holding("周大海").await), (None, vec![]));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_over_is_told() {
    let database = Database::sqlite();
    database.open(now()).await.close().await;
    let home = Home::new(database.address(), NOWHERE, &[]);
    let file = home.path("list.csv");
    std::fs::write(&file, "姓名,电话,日期\n王小明,13800138000,2020-03-05\n先生,,2020-03-06\n")
        .expect("written");
    let file = file.to_string_lossy().into_owned();
    let long_ago = Month::of_code("2020-03").expect("a month");
    let coming = Month::of(Calendar::default().date(now())).code();
    let cases: [(&[&str], &str); 4] = [
        (&["--month", "三月"], "「三月」不是月份，例：2026-03"),
        (&["--month", &coming], "还没过完"),
        (&["--month", "2020-02"], "没有2020年2月能用的行"),
        (&["--month", &long_ago.code()], "对账已截止，不能再补报（R-379）"),
    ];
    for (more, expected) in cases {
        let (code, said) = home.run(&[&["reconcile", &file][..], more].concat());
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}
