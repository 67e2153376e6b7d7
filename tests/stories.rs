//! Every story in `tests/stories` holds on every platform, and on the console on both engines: what the platforms differ in
//! does not touch the store.

use deskmate::stages::{self, Place};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use story::{Outcome, Story};
use testkit::engines::{self, Database};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Stories that one test plays at once.
const AT_ONCE: usize = 4;
/// After so long a story counts as hanging. Those that cross months take minutes on PostgreSQL with a slow disk.
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::test(flavor = "multi_thread")]
async fn on_the_console_and_sqlite() {
    all("console", Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_wecom_and_sqlite() {
    all("wecom", Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_wecoms_long_connection_and_sqlite() {
    all("wecom-stream", Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_dingtalk_and_sqlite() {
    all("dingtalk", Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_dingtalk_over_stream_and_sqlite() {
    all("dingtalk-stream", Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_console_and_postgres() {
    all("console", Engine::Postgres).await;
}

#[test]
fn every_story_says_at_its_top_in_chinese_what_it_shows() {
    for (name, text) in files() {
        let first = text.lines().next().unwrap_or_default();
        let chinese = first.chars().filter(|c| ('\u{4E00}'..='\u{9FFF}').contains(c)).count();
        assert!(first.starts_with("# ") && chinese > 4, "{name} begins with: {first}");
        let stem = name.trim_end_matches(".story");
        assert!(
            stem.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{name} is not kebab-case"
        );
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// Plays all stories, and fails with every difference.
async fn all(platform: &'static str, engine: Engine) {
    // Says loudly that there is no PostgreSQL, or fails when there must be one.
    if engine == Engine::Postgres && engines::postgres().await.is_none() {
        return;
    }
    let stories: Vec<Story> = files()
        .into_iter()
        .map(|(name, text)| story::parse(&name, &text).unwrap_or_else(|bad| panic!("{bad}")))
        .collect();
    assert!(!stories.is_empty());
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut playing = JoinSet::new();
    // A task each: a stage blocks its thread while its fake goes down, and must not block the other stories' wakers.
    for story in stories {
        let places = Arc::clone(&places);
        playing.spawn(async move {
            let _place = places.acquire_owned().await;
            match tokio::time::timeout(PATIENCE, one(&story, platform, engine)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(format!("{} does not come to an end", story.name)),
            }
        });
    }
    let mut wrong = Vec::new();
    while let Some(outcome) = playing.join_next().await {
        wrong.extend(outcome.expect("a story does not panic").err());
    }
    assert!(wrong.is_empty(), "{platform}:\n{}", wrong.join("\n"));
}

async fn one(story: &Story, platform: &str, engine: Engine) -> Result<(), String> {
    let database = match engine {
        Engine::Sqlite => Database::sqlite(),
        Engine::Postgres => Database::postgres().await.ok_or("PostgreSQL is gone")?,
    };
    let place = Place { platform, store: database.address(), durable: false };
    match stages::play(story, &place, &mut |_| {}).await {
        Ok(Outcome::Passed { checks: 0, .. }) => Err(format!("{} expects nothing", story.name)),
        Ok(Outcome::Passed { .. }) => Ok(()),
        Ok(Outcome::Failed(failure)) => Err(failure.to_string()),
        Err(error) => Err(format!("{}: {error:#}", story.name)),
    }
}

/// Name and text of each, in the order of their names.
fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut files: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "story"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text file"))
        })
        .collect();
    files.sort();
    files
}
