//! Reads: one moment, and no trace.

use super::{NOON, read, write};
use crate::engines::Database;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Error, Fact, Lane};

pub(super) async fn a_read_cannot_write(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| tx.set_meta("key", "before")).await;
    let written: Result<(), Error> = store.read(|tx| tx.set_meta("key", "after")).await;
    assert!(written.is_err(), "{written:?}");
    let recorded: Result<(), Error> = store
        .read(|tx| {
            tx.record(NOON, Fact::new("read", None));
            Ok(())
        })
        .await;
    assert!(recorded.is_err(), "{recorded:?}");
    let numbered = store.read(|tx| tx.next_number("J")).await;
    assert!(numbered.is_err(), "{numbered:?}");
    let kept = read(&store, |tx| Ok((tx.meta("key")?, tx.last_event()?))).await;
    assert_eq!(kept, (Some("before".to_owned()), 0));
}

/// Between two looks of one read a change is committed; the read sees the same twice, the next read sees the change.
pub(super) async fn a_read_sees_one_moment(database: Database) {
    let store = database.open(NOON).await;
    write(&store, |tx| tx.set_meta("key", "before")).await;
    let (looked, go_on) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let reading = {
        let (looked, go_on) = (Arc::clone(&looked), Arc::clone(&go_on));
        let store = store.clone();
        tokio::spawn(async move {
            read(&store, move |tx| {
                let first = tx.meta("key")?;
                looked.store(true, Ordering::Release);
                for _ in 0..3_000 {
                    if go_on.load(Ordering::Acquire) {
                        return Ok((first, tx.meta("key")?));
                    }
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                panic!("nobody wrote meanwhile: a read must not keep writers out")
            })
            .await
        })
    };
    crate::engines::until("the first look", async || looked.load(Ordering::Acquire).then_some(())).await;
    write(&store, |tx| tx.set_meta("key", "after")).await;
    go_on.store(true, Ordering::Release);
    let before = Some("before".to_owned());
    assert_eq!(reading.await.expect("the read ends"), (before.clone(), before));
    assert_eq!(read(&store, |tx| tx.meta("key")).await.as_deref(), Some("after"));
}

pub(super) async fn a_failing_read_leaves_the_reader_usable(database: Database) {
    let store = database.open(NOON).await;
    for _ in 0..8 {
        let failed: Result<(), Error> = store.read(|_| Err(Error::Corrupt("on purpose".to_owned()))).await;
        assert!(matches!(failed, Err(Error::Corrupt(_))), "{failed:?}");
        let wrote: Result<(), Error> = store.read(|tx| tx.set_meta("key", "value")).await;
        assert!(wrote.is_err(), "{wrote:?}");
        assert_eq!(read(&store, |tx| tx.meta("key")).await, None);
    }
    let lane = Lane::of(&["contract"]);
    assert!(store.write(lane, |tx| tx.set_meta("key", "value")).await.is_ok());
}
