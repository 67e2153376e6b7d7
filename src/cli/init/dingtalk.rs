//! `init dingtalk`: asks for Client ID and Client Secret, tries them, and writes the configuration and a file with the secret.
//! Nothing is written before everything is known to work.

use super::super::{ConfigArgs, say};
use super::wecom::{append, ask, keep_secret, quoted};
use platform::dingtalk::stream::{API_BASE, StreamConfig, Timing, try_out};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// 这个机器人在配置里的名字
    #[arg(long, default_value = "main")]
    name: String,
    /// 钉钉接口的地址（经代理时）
    #[arg(long, default_value = API_BASE)]
    api_base: String,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = &args.config.config;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if args.name.is_empty() || args.name.len() > 64 || !args.name.chars().all(plain) {
        anyhow::bail!("--name 只能用字母、数字、- 和 _，最多 64 个");
    }
    if path.exists() && args.config.load()?.config.dingtalk.iter().any(|robot| robot.name == args.name) {
        anyhow::bail!(
            "{} 里已经有名为 {} 的钉钉机器人：换一个名字（--name），或先删掉那一段",
            path.display(),
            args.name
        );
    }
    let secret_file = format!("dingtalk-{}.secret", args.name);
    let secret_path = path.parent().unwrap_or(Path::new("")).join(&secret_file);
    if secret_path.exists() {
        anyhow::bail!("{} 已经存在：确认不用了就删掉它，再来一次", secret_path.display());
    }
    say(
        "钉钉开发者后台 → 应用开发 → 钉钉应用 → 创建应用 → 添加应用能力「机器人」，消息接收模式选 Stream，然后发布版本。\n\
         「凭证与基础信息」里有 Client ID 和 Client Secret。",
    );
    let client_id = ask("Client ID（原 AppKey）：", false)?;
    let secret = SecretString::from(ask("Client Secret（输入时不显示）：", true)?);
    for (what, value) in [("Client ID", client_id.as_str()), ("Client Secret", secret.expose_secret())] {
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            anyhow::bail!("{what} 不能为空，也不能有空格或中文，请重新复制");
        }
    }
    say("正在试连……");
    let config = StreamConfig {
        client_id: client_id.clone(),
        client_secret: secret.clone(),
        api_base: args.api_base.clone(),
        timing: Timing::default(),
    };
    if let Err(why) = try_out(&config, true).await {
        say(&format!("没有连上，什么都没有写：{why}。"));
        return Ok(ExitCode::FAILURE);
    }
    keep_secret(&secret_path, &secret)?;
    let written = append(path, &section(args, &client_id, &secret_file));
    if written.is_err() {
        // A secret that nothing names would stand in the way of the next try.
        let _ = std::fs::remove_file(&secret_path);
    }
    written?;
    say(&format!(
        "连上了。配置写在 {}，Client Secret 单独放在 {}（只有本用户能读）。",
        path.display(),
        secret_path.display()
    ));
    say(&format!(
        "下一步：在「权限管理」申请 qyapi_robot_sendmsg，运行 deskmate serve --config {}，再把机器人加进内部群，在群里 @ 它一次。",
        path.display()
    ));
    say("以后不放心，就运行 deskmate doctor dingtalk。细节见 docs/dingtalk.md。");
    Ok(ExitCode::SUCCESS)
}

fn section(args: &Args, client_id: &str, secret_file: &str) -> String {
    let mut section = format!(
        "\n[[dingtalk]]\nname = {}\nmode = \"stream\"\nclient_id = {}\napp_secret = {{ file = {} }}\n",
        quoted(&args.name),
        quoted(client_id),
        quoted(secret_file)
    );
    if args.api_base != API_BASE {
        section.push_str(&format!("api_base = {}\n", quoted(&args.api_base)));
    }
    section
}
