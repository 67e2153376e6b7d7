//! Stages for `play --platform`: the same story through a platform's real codec, the real HTTP door and a fake of the
//! platform's server, whose crypto was written a second time.

mod dingtalk;
mod dingtalk_stream;
mod wecom;
mod wecom_stream;

use crate::clock::Clock;
use crate::http;
use crate::http::hooks::Doors;
use crate::wire;
use anyhow::Context;
use bot::outside::{Delivery, Destination, Outside, Parcel, Toll};
use domain::{Calendar, EpochMs};
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Error, KeyRing, Options, Store, Tx};
use story::{House, Outcome, Sink, Stage, Story, What};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The bot's name on every stage.
const BOT: &str = "play";
/// The first-run token in stories.
const TOKEN: &str = "000000";

/// Where a story is played.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// `console`, `wecom`, `wecom-stream`, `dingtalk` or `dingtalk-stream`.
    pub platform: &'a str,
    /// The address of an empty store.
    pub store: &'a str,
    /// Whether the store must survive a power failure.
    pub durable: bool,
}

/// Plays a story with all commands and schedules.
///
/// # Errors
/// When the platform is not known, the file is wrong, or the store cannot be reached.
pub async fn play(story: &Story, place: &Place<'_>, sink: Sink<'_>) -> anyhow::Result<Outcome> {
    let (address, durable) = (place.store.to_owned(), place.durable);
    let mut house = House::new(wire::bot(Calendar::default())?, move |now| {
        let address = address.clone();
        async move { Store::open(&address, Options { now, durable, keys: KeyRing::known() }).await }
    });
    house.prepare = Some(prepare);
    house.draw = Some(sketch);
    let mut stage = of(place.platform, story, Clock::still(0)).await?;
    Ok(story::play(story, &house, &mut *stage, sink).await?)
}

/// What stands for a picture in a story, where people look at words: one of its own for every sheet.
fn sketch(spec: &str) -> Option<Vec<u8>> {
    Some([&b"\x89PNG\r\n\x1a\n"[..], &Sha256::digest(spec)].concat())
}

fn prepare(tx: &mut Tx<'_>, _now: EpochMs) -> Result<(), Error> {
    tx.set_admin_token(Some(TOKEN))
}

/// The stage of a platform for one story.
///
/// # Errors
/// When the platform is not known, or nothing can listen on this machine.
pub async fn of(platform: &str, story: &Story, clock: Clock) -> anyhow::Result<Box<dyn Stage>> {
    Ok(match platform {
        "console" => Box::<story::Direct>::default(),
        "wecom" => Box::new(wecom::WecomStage::start(story, clock).await?),
        "wecom-stream" => Box::new(wecom_stream::WecomStreamStage::start(story, clock).await?),
        "dingtalk" => Box::new(dingtalk::DingtalkStage::start(story, clock).await?),
        "dingtalk-stream" => Box::new(dingtalk_stream::DingtalkStreamStage::start(clock).await?),
        other => {
            anyhow::bail!("没有平台「{other}」,可选：console、wecom、wecom-stream、dingtalk、dingtalk-stream")
        }
    })
}

/// The groups that a story declares.
fn groups(story: &Story) -> Vec<String> {
    let mut groups: Vec<String> = story
        .statements
        .iter()
        .filter_map(|statement| match &statement.what {
            What::Chat(chat) => Some(chat.name.clone()),
            _ => None,
        })
        .collect();
    if groups.is_empty() {
        groups.push(story.default_chat().to_owned());
    }
    groups
}

/// Everybody who is named or speaks in a story.
fn people(story: &Story) -> Vec<String> {
    let mut people: Vec<String> = story
        .statements
        .iter()
        .filter_map(|statement| match &statement.what {
            What::Member(member) => Some(member.name.clone()),
            What::Said { by, .. } | What::Press { by, .. } => Some(by.name.clone()),
            _ => None,
        })
        .collect();
    people.sort();
    people.dedup();
    people
}

/// A way out that notes what the pictures and files are called that go by it: a platform shows them without their names.
struct Named {
    outside: Arc<dyn Outside>,
    names: Mutex<Vec<(Arc<[u8]>, String)>>,
}

impl Named {
    fn new(outside: impl Outside + 'static) -> Arc<Self> {
        Arc::new(Self { outside: Arc::new(outside), names: Mutex::default() })
    }

    /// What was shown, in words: of a picture or a file that arrived as it was sent its name.
    fn told(&self, media: Option<&Arc<[u8]>>, text: &str) -> String {
        let Some(media) = media else { return text.to_owned() };
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let name = names.iter().rev().find(|(bytes, _)| bytes == media);
        name.map_or_else(|| "[图片或文件已损坏]".to_owned(), |(_, name)| name.clone())
    }
}

impl Outside for Named {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> BoxFuture<'a, Delivery> {
        if let Some(media) = &parcel.media {
            let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
            names.push((Arc::clone(&media.bytes), media.told()));
        }
        self.outside.deliver(parcel)
    }

    fn per_minute(&self, to: &Destination) -> u32 {
        self.outside.per_minute(to)
    }

    fn tolls(&self, parcel: &Parcel) -> Vec<Toll> {
        self.outside.tolls(parcel)
    }

    fn elsewhere(&self) -> Vec<String> {
        self.outside.elsewhere()
    }

    fn joins(&self) -> usize {
        self.outside.joins()
    }
}

/// The callbacks' HTTP door on this machine.
struct Door {
    address: SocketAddr,
    doors: Arc<Doors>,
    client: reqwest::Client,
    server: JoinHandle<()>,
}

impl Door {
    async fn open(doors: Doors) -> anyhow::Result<Self> {
        let doors = Arc::new(doors);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no port on this machine")?;
        let address = listener.local_addr()?;
        let router = http::router(Arc::clone(&doors), None, None);
        let server = tokio::spawn(async move {
            // Ends with the stage.
            let _ = axum::serve(listener, router).await;
        });
        let client = platform::http_client::client(std::time::Duration::from_secs(10), true)?;
        Ok(Self { address, doors, client, server })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.server.abort();
    }
}
