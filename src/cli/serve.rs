//! `serve`: the program as a department runs it.

use super::{say, say_error};
use crate::clock::Clock;
use crate::config::Loaded;
use crate::http::console::{Console, House, Input, Settings};
use crate::{Parts, instance_name, wire};
use anyhow::Context;
use bot::Engine;
use domain::{EpochMs, Role};
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::PrometheusBuilder;
use platform::console::{self, Hub};
use secrecy::ExposeSecret;
use std::process::ExitCode;
use std::sync::Arc;
use store::{AdminToken, Error, Lane, Store};

pub(super) async fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let clock = Clock::machine();
    let metrics = PrometheusBuilder::new().install_recorder().context("metrics")?;
    let (doors, mut outsides) = wire::platforms(loaded, &clock)?;
    let doors = Arc::new(doors);
    let bot = wire::bot(loaded.calendar()?)?;
    let store = crate::open(loaded.store_url()?.expose_secret(), &clock, loaded.keys()?).await?;
    if let Some(token) = first_token(&store, clock.now()).await? {
        // Once, and to the terminal only: the log may be kept, or sent somewhere.
        say_error(&format!(
            "第一次启动。请管理员私聊机器人发送：\n\n    认领管理员 {token}\n\n口令只显示这一次，用过就作废。"
        ));
    }
    let hub = loaded.config.server.console.then(|| Arc::new(Hub::new("console", clock.for_platforms())));
    if let Some(hub) = &hub {
        // Somebody must be there to speak first: 认领管理员, 我是, 本群用途.
        hub.add_stranger("访客");
        hub.add_group("console", "网页群");
        outsides.insert(console::PLATFORM.to_owned(), Arc::clone(hub) as _);
    }
    let engine = Arc::new(Engine::new(store, bot, outsides, instance_name()).drawing(wire::draw));
    let page = hub.clone().map(|hub| {
        let house = Arc::new(Serving { engine: Arc::clone(&engine), clock: clock.clone() });
        crate::http::console::router(Arc::new(Console::new(house, hub, Settings::default())))
    });
    let running = crate::start(Parts {
        doors: Arc::clone(&doors),
        engine,
        listen: loaded.config.server.listen,
        page,
        metrics: Some(metrics),
        loops: true,
    })
    .await?;
    tracing::info!(address = %running.address, "listening");
    say(&format!("正在监听 http://{}", running.address));
    for path in doors.paths() {
        say(&format!("回调地址：https://你的域名{path}"));
    }
    for bot in loaded.config.wecom.iter().filter(|bot| bot.bot_id.is_some()) {
        say(&format!("企业微信长连接：{}", bot.name));
    }
    if loaded.config.server.console {
        say(&format!("本地网页：http://{}/console", running.address));
    }
    stopped().await;
    tracing::info!("stopping");
    if let Some(hub) = hub {
        hub.close();
    }
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Waits for Ctrl-C or the service manager.
pub(super) async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// A token for the first admin, when there is neither an admin nor an open token.
pub(super) async fn first_token(store: &Store, now: EpochMs) -> Result<Option<String>, Error> {
    let token = hex::encode(rand::random::<[u8; 16]>());
    store
        .write(Lane::of(&["admin"]), move |tx| {
            let directory = tx.directory()?;
            let admin = directory.people(now).any(|person| person.roles.has(Role::Admin));
            if admin || tx.admin_token("")? != AdminToken::None {
                return Ok(None);
            }
            tx.set_admin_token(Some(&token))?;
            Ok(Some(token.clone()))
        })
        .await
}

/// The page beside a real program: it looks and speaks, but neither moves the clock nor breaks anything.
struct Serving {
    engine: Arc<Engine>,
    clock: Clock,
}

impl House for Serving {
    fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine)
    }

    fn now(&self) -> EpochMs {
        self.clock.now()
    }

    fn movable(&self) -> bool {
        false
    }

    fn advance<'a>(&'a self, _to: EpochMs) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Err("正式运行时不能改时间".to_owned()) })
    }

    fn restart<'a>(&'a self) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async { Err("正式运行时不能从网页重启".to_owned()) })
    }

    fn record(&self, _input: Input) {}

    fn story(&self) -> String {
        String::new()
    }
}
