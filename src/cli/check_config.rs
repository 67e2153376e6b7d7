//! `check-config`: reads the configuration and every secret that it names, and connects to nothing.

use super::say;
use crate::clock::Clock;
use crate::config::Loaded;
use crate::wire;
use secrecy::ExposeSecret;
use std::process::ExitCode;

pub(super) fn run(loaded: &Loaded) -> anyhow::Result<ExitCode> {
    let (doors, _) = wire::platforms(loaded, &Clock::machine())?;
    let store = loaded.store_url()?;
    loaded.keys()?;
    say("配置可以用。");
    say(&format!("监听：{}", loaded.config.server.listen));
    say(&format!("数据库：{}", super::shown_address(store.expose_secret())));
    say(&format!("时区：{}", loaded.config.department.zone));
    let paths = doors.paths();
    if paths.is_empty() {
        say("还没有接企业微信或钉钉：在配置里加 [[wecom]] 或 [[dingtalk]]。");
    }
    for path in paths {
        say(&format!("回调地址：https://你的域名{path}"));
    }
    Ok(ExitCode::SUCCESS)
}
