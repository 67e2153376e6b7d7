//! The page of `deskmate try` in a real browser: each test on a sample department of its own.

use crate::browser;
use deskmate::Parts;
use deskmate::cli::try_out::Trial;
use deskmate::clock::Clock;
use domain::Calendar;
use std::sync::Arc;

/// Runs a test of the page on a fresh sample, Monday 2026-03-02 10:00.
async fn on_a_fresh_sample<F, Fut>(test: F)
where
    F: FnOnce(String) -> Fut,
    Fut: Future<Output = ()>,
{
    let folder = tempfile::tempdir().unwrap();
    let now = Calendar::default().at("2026-03-02".parse().unwrap(), 10 * 60);
    let trial = Trial::open(folder.path(), 0, Clock::still(now)).await.unwrap();
    let running = deskmate::start(Parts {
        doors: Arc::clone(&trial.doors),
        engine: trial.engine(),
        listen: ([127, 0, 0, 1], 0).into(),
        page: Some(trial.page()),
        metrics: None,
        loops: true,
    })
    .await
    .unwrap();
    test(format!("http://{}", running.address)).await;
    trial.hub.close();
    running.stop().await;
}

macro_rules! in_the_browser {
    ($($name:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            on_a_fresh_sample(|base| async move { browser::$name(&base).await }).await;
        }
    )*};
}

in_the_browser! {
    a_report_is_typed_and_answered,
    the_lead_presses_a_button,
    the_keyboard_is_enough,
    the_next_morning_brings_the_ranking,
    a_phone_is_wide_enough,
    strange_words_do_no_harm,
    faults_are_shown_and_survived,
    a_picture_is_shown,
    pictures_are_taken,
}
