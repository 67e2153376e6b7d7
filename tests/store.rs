//! Both engines keep the contract of the store, case by case.

use testkit::contract;
use testkit::engines::{Database, postgres};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    contract::run(4, async || Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_contract() {
    if postgres().await.is_none() {
        return;
    }
    // Each handle may open ten connections, a case usually has two, and a server takes a hundred.
    contract::run(3, async || Database::postgres().await.expect("it was reached")).await;
}
