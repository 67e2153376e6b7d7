//! Backup, restore and verification, as somebody at a terminal does them.

use crate::program::{Home, NOWHERE, Reporter, check_the_books, hire, now, seed};
use futures_util::future::join_all;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{Event, Fact, KEY_BYTES, KeyRing, Lane, Options, Pagination, Store};
use testkit::engines::{Database, until};

const ALL: Pagination = Pagination { after: 0, limit: 100_000 };

/// Every row of every table, as SQL would write it.
async fn dump(database: &Database) -> Vec<String> {
    let sql =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut all = Vec::new();
    for table in database.column(sql).await {
        let columns = database
            .column(&format!(
                "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ') FROM pragma_table_info('{table}')"
            ))
            .await;
        let rows = database.column(&format!("SELECT {} FROM \"{table}\" ORDER BY 1", columns[0])).await;
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}

/// What a restored file holds: its events, and how many rows its reports are.
async fn look(path: &Path) -> (Vec<Event>, store::Verification) {
    let (store, lacking) = Store::look_at(path, KeyRing::known()).await.expect("it is sound");
    assert!(lacking.is_empty());
    let events = store.read(|tx| tx.events(ALL)).await.expect("readable");
    let found = store.verify(None, |_| ()).await.expect("readable");
    store.close().await;
    (events, found)
}

fn text(path: &Path) -> String {
    path.to_str().expect("a name").to_owned()
}

fn exit(home: &Home, args: &[&str], expected: i32) -> String {
    let (code, said) = home.run(args);
    assert_eq!(code, Some(expected), "{args:?}\n{said}");
    said
}

/// A stopped program's database with some sealed events.
async fn furnished() -> (Database, Home) {
    let database = Database::sqlite();
    let home = Home::new(database.address(), NOWHERE, &[]);
    let store = database.open(now()).await;
    for number in 0..40 {
        let unit = store.write(Lane::of(&["test"]), move |tx| {
            tx.record(now(), Fact::new("test", None).with("number", number));
            Ok::<_, store::Error>(())
        });
        unit.await.expect("written");
    }
    store.seal(now()).await.expect("sealed");
    store.close().await;
    (database, home)
}

/// The program goes on while it is copied; what is restored is one moment of it, and a stopped program has all sealed.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_the_running_program_is_one_moment_of_it() {
    let database = Database::sqlite();
    let (office, reporters) = hire(&database, 4, seed()).await;
    let home = Home::new(database.address(), NOWHERE, &[]);
    let program = home.start().await;
    let (first, second) = (text(&home.path("first")), text(&home.path("second")));
    let restored = home.path("restored.db");
    let to = format!("sqlite:{}", restored.display());
    let working = async {
        let hook = program.hook.clone();
        join_all(reporters.into_iter().map(|reporter| reporter.work(vec![hook.clone()]))).await
    };
    let copying = async {
        until("messages are answered", async || (office.answered.load(Ordering::Acquire) > 40).then_some(()))
            .await;
        let before = office.answered.load(Ordering::Acquire);
        let home = Arc::new(&home);
        let said = tokio::task::block_in_place(|| exit(&home, &["backup", &first], 0));
        assert!(said.contains("没有发现改动") && said.contains("密钥"), "{said}");
        let running = database.address().to_owned();
        let said =
            tokio::task::block_in_place(|| exit(&home, &["restore", &first, "--to", &running, "--force"], 1));
        assert!(said.contains("正在使用"), "{said}");
        until("and go on to be", async || {
            (office.answered.load(Ordering::Acquire) > before + 40).then_some(())
        })
        .await;
        office.enough.store(true, Ordering::Release);
    };
    let (reporters, ()): (Vec<Reporter>, ()) = tokio::join!(working, copying);
    program.stop().await;

    // The first copy: everything up to one event, and of its state neither more nor less.
    exit(&home, &["restore", &first, "--to", &to], 0);
    let (events, found) = look(&restored).await;
    assert_eq!(found.findings, []);
    let store = database.open(now()).await;
    let all = store.read(|tx| tx.events(ALL)).await.expect("readable");
    store.close().await;
    assert!(events.len() > 40 && events.len() < all.len(), "{} of {}", events.len(), all.len());
    assert_eq!(events, all[..events.len()]);

    // The second, of the stopped program: all of it, and all is sealed.
    let said = exit(&home, &["verify"], 0);
    assert!(!said.contains("没有封存"), "{said}");
    exit(&home, &["backup", &second], 0);
    let before = dump(&database).await;
    database
        .meddle(
            "DELETE FROM outbox; DELETE FROM report; DELETE FROM seal; DELETE FROM undone; DELETE FROM event",
        )
        .await;
    assert_ne!(dump(&database).await, before);
    exit(&home, &["restore", &second, "--to", database.address()], 2);
    let said = exit(&home, &["restore", &second, "--to", database.address(), "--force"], 0);
    assert!(said.contains("-before-restore"), "{said}");
    assert_eq!(dump(&database).await, before);
    check_the_books(&database, &reporters).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_private_and_replaces_nothing_unasked() {
    let (database, home) = furnished().await;
    let file = home.path("copy");
    exit(&home, &["backup", &text(&file)], 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
    let whole = std::fs::read(&file).expect("readable");
    exit(&home, &["backup", &text(&file)], 2);
    assert_eq!(std::fs::read(&file).expect("readable"), whole);
    exit(&home, &["backup", &text(&file), "--force"], 0);
    let own = database.address().strip_prefix("sqlite:").expect("a file").to_owned();
    exit(&home, &["backup", &own, "--force"], 2);
    let names = |folder: &Path| {
        let entries = std::fs::read_dir(folder).expect("listed");
        entries
            .map(|entry| entry.expect("one").file_name().into_string().expect("a name"))
            .collect::<Vec<_>>()
    };
    let drafts = names(file.parent().expect("a folder"));
    assert!(!drafts.iter().any(|name| name.contains(".part")), "{drafts:?}");
    // It stands beside a log of another database, which SQLite would play into it.
    let target = home.path("other.db");
    std::fs::write(home.path("other.db-wal"), "left behind").expect("written");
    let to = format!("sqlite:{}", target.display());
    exit(&home, &["restore", &text(&file), "--to", &to], 2);
    exit(&home, &["restore", &text(&file), "--to", &to, "--force"], 0);
    assert!(!home.path("other.db-wal").exists());
    assert_eq!(look(&target).await.0.len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_with_a_flipped_bit_is_refused() {
    let (_database, home) = furnished().await;
    let file = home.path("copy");
    exit(&home, &["backup", &text(&file)], 0);
    let whole = std::fs::read(&file).expect("readable");
    let target = home.path("restored.db");
    let to = format!("sqlite:{}", target.display());
    let name = text(&file);
    let restore = ["restore", name.as_str(), "--to", &to];
    let end = whole.len();
    // The header, a page in the middle, the last page, the words, the hash, the line end.
    for place in [0, 40, end / 2, end - 200, end - 80, end - 30, end - 1] {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        std::fs::write(&file, &flipped).expect("written");
        let said = exit(&home, &restore, 1);
        assert!(!target.exists(), "{place}: {said}");
    }
    for cut in [0, 10, end / 2, end - 1] {
        std::fs::write(&file, &whole[..cut]).expect("written");
        exit(&home, &restore, 1);
        assert!(!target.exists(), "{cut}");
    }
    std::fs::write(&file, &whole).expect("written");
    exit(&home, &restore, 0);
    assert!(target.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_other_keys_or_with_tampered_events_is_refused() {
    let (database, home) = furnished().await;
    let file = text(&home.path("copy"));
    exit(&home, &["backup", &file], 0);
    let to = format!("sqlite:{}", home.path("restored.db").display());
    std::fs::write(home.path("keys"), &*KeyRing::with_one([9; KEY_BYTES]).to_text()).expect("written");
    let said = exit(&home, &["restore", &file, "--to", &to], 1);
    assert!(said.contains("1 号密钥") && !home.path("restored.db").exists(), "{said}");
    std::fs::remove_file(home.path("keys")).expect("removed");
    exit(&home, &["restore", &file, "--to", &to], 1);
    assert!(!home.path("keys").exists(), "no new key is made for what was written with another");

    let (_, home) = (home, Home::new(database.address(), NOWHERE, &[]));
    database.meddle("UPDATE event SET at = at + 1 WHERE seq = 7").await;
    let tampered = text(&home.path("tampered"));
    let said = exit(&home, &["backup", &tampered], 1);
    assert!(said.contains("事件 7 被改过"), "{said}");
    let to = format!("sqlite:{}", home.path("restored.db").display());
    let said = exit(&home, &["restore", &tampered, "--to", &to], 1);
    assert!(said.contains("事件 7 被改过") && !home.path("restored.db").exists(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_tells_what_was_done_behind_its_back() {
    let (database, home) = furnished().await;
    let said = exit(&home, &["verify"], 0);
    let words = said.split_once("--head ").expect("it tells the head").1;
    let head: String = words.chars().take_while(|c| !c.is_whitespace()).collect();
    exit(&home, &["verify", "--head", &head], 0);
    exit(&home, &["verify", "--head", "1:0000000000000000"], 1);
    exit(&home, &["verify", "--head", "9:0000000000000000"], 1);
    exit(&home, &["verify", "--head", "nonsense"], 2);
    exit(&home, &["verify", "--unknown"], 2);
    let cases = [
        ("UPDATE event SET body = '{}' WHERE seq = 3", "事件 3 被改过"),
        ("DELETE FROM event WHERE seq = 5", "事件 5 被删掉了"),
        ("INSERT INTO event (seq, at, kind, body) VALUES (0, 0, 'x', '{}')", "事件 0 是后来加进去的"),
        (
            "UPDATE event SET seq = -8 WHERE seq = 8; UPDATE event SET seq = 8 WHERE seq = 9; \
          UPDATE event SET seq = 9 WHERE seq = -8",
            "事件被调换",
        ),
        ("UPDATE seal SET at = 0", "封条本身被改过"),
    ];
    let mut expected = Vec::new();
    for (sql, words) in cases {
        database.meddle(sql).await;
        expected.push(words);
        let said = exit(&home, &["verify"], 1);
        if words.contains("封条") {
            expected = vec![words];
        }
        for words in &expected {
            assert!(said.contains(words), "{sql}: {words}\n{said}");
        }
    }
    database.meddle("DELETE FROM seal").await;
    let said = exit(&home, &["verify", "--head", &head], 1);
    assert!(said.contains("不在数据库里"), "{said}");
}

/// Not by its own hand, but it says whose.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_backup_is_the_business_of_its_own_tools() {
    let home = Home::new("postgres://example.invalid/deskmate", NOWHERE, &[]);
    let said = exit(&home, &["backup", "nowhere"], 2);
    assert!(said.contains("pg_dump") && said.contains("pg_restore"), "{said}");
}

/// Nobody needs the program to look into a copy that it has not opened yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_opened_as_any_store() {
    let (_database, home) = furnished().await;
    let file = home.path("copy");
    exit(&home, &["backup", &text(&file)], 0);
    let address = format!("sqlite:{}", file.display());
    let store = Store::open(&address, Options::at(now(), KeyRing::known())).await.expect("SQLite reads it");
    assert_eq!(store.read(|tx| tx.last_event()).await.expect("readable"), 40);
    store.close().await;
}
