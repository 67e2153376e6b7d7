//! `init`: leads from a platform's console to a configuration that works.

mod dingtalk;
mod wecom;

use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    platform: Platform,
}

#[derive(Debug, clap::Subcommand)]
enum Platform {
    /// 企业微信智能机器人（长连接）：填 BotID 和 Secret，当场试连，写好配置
    Wecom(wecom::Args),
    /// 钉钉企业机器人（Stream 模式）：填 Client ID 和 Client Secret，当场试连，写好配置
    Dingtalk(dingtalk::Args),
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.platform {
        Platform::Wecom(args) => wecom::run(args).await,
        Platform::Dingtalk(args) => dingtalk::run(args).await,
    }
}
