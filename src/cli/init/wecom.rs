//! `init wecom`: asks for BotID and Secret, tries them, and writes the configuration and a file with the secret. Nothing is
//! written before everything is known to work.

use super::super::{ConfigArgs, say};
use anyhow::Context;
use console::Term;
use platform::wecom::stream::{STREAM_URL, try_out};
use secrecy::{ExposeSecret, SecretString};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigArgs,
    /// 这个机器人在配置里的名字
    #[arg(long, default_value = "main")]
    name: String,
    /// 长连接地址（经代理时）
    #[arg(long, default_value = STREAM_URL)]
    stream_url: String,
}

pub(super) async fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let path = &args.config.config;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if args.name.is_empty() || args.name.len() > 64 || !args.name.chars().all(plain) {
        anyhow::bail!("--name 只能用字母、数字、- 和 _，最多 64 个");
    }
    if path.exists() {
        let loaded = args.config.load()?;
        if loaded.config.wecom.iter().any(|bot| bot.name == args.name) {
            anyhow::bail!(
                "{} 里已经有名为 {} 的企业微信机器人：换一个名字（--name），或先删掉那一段",
                path.display(),
                args.name
            );
        }
    }
    let secret_file = format!("wecom-{}.secret", args.name);
    let secret_path = path.parent().unwrap_or(Path::new("")).join(&secret_file);
    if secret_path.exists() {
        anyhow::bail!("{} 已经存在：确认不用了就删掉它，再来一次", secret_path.display());
    }
    say(
        "企业微信管理后台 → 安全与管理 → 管理工具 → 智能机器人 → 创建 → API 模式 → 长连接，会看到 BotID 和 Secret。",
    );
    let bot_id = ask("BotID：", false)?;
    let secret = SecretString::from(ask("Secret（输入时不显示）：", true)?);
    let name = ask("机器人在群里的名字（例：咨询部助手）：", false)?;
    let name = name.trim_start_matches(['@', '＠']);
    for (what, value) in [("BotID", bot_id.as_str()), ("Secret", secret.expose_secret())] {
        if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            anyhow::bail!("{what} 不能为空，也不能有空格或中文，请重新复制");
        }
    }
    if name.is_empty() || name.contains(char::is_control) {
        anyhow::bail!("机器人的名字不能为空：要和群里显示的一样，否则去不掉「@名字」");
    }
    say("正在试连……");
    if let Err(why) = try_out(&args.stream_url, &bot_id, &secret).await {
        say(&format!("没有连上，什么都没有写：{why}"));
        return Ok(ExitCode::FAILURE);
    }
    keep_secret(&secret_path, &secret)?;
    let written = append(path, &section(args, &bot_id, name, &secret_file));
    if written.is_err() {
        // A secret that nothing names would stand in the way of the next try.
        let _ = std::fs::remove_file(&secret_path);
    }
    written?;
    say(&format!(
        "连上了。配置写在 {}，Secret 单独放在 {}（只有本用户能读）。",
        path.display(),
        secret_path.display()
    ));
    say(&format!(
        "下一步：运行 deskmate serve --config {}，再把机器人拉进群，在群里 @ 它一次。",
        path.display()
    ));
    say("以后不放心，就运行 deskmate doctor wecom。");
    Ok(ExitCode::SUCCESS)
}

/// From the terminal; without one, a line of the input.
pub(super) fn ask(what: &str, hidden: bool) -> anyhow::Result<String> {
    let term = Term::stdout();
    if !term.is_term() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        return Ok(line.trim().to_owned());
    }
    term.write_str(what)?;
    let line = if hidden { term.read_secure_line() } else { term.read_line() };
    Ok(line.context("没有读到输入")?.trim().to_owned())
}

/// TOML strings are quoted as JSON ones are, where nothing is a control character.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn section(args: &Args, bot_id: &str, name: &str, secret_file: &str) -> String {
    let mut section = format!(
        "\n[[wecom]]\nname = {}\nkind = \"aibot\"\nbot_id = {}\nsecret = {{ file = {} }}\nbot_names = [{}]\n",
        quoted(&args.name),
        quoted(bot_id),
        quoted(secret_file),
        quoted(name)
    );
    if args.stream_url != STREAM_URL {
        section.push_str(&format!("stream_url = {}\n", quoted(&args.stream_url)));
    }
    section
}

pub(super) fn keep_secret(path: &Path, secret: &SecretString) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("写不了 {}", path.display()))?;
    writeln!(file, "{}", secret.expose_secret())?;
    Ok(file.sync_all()?)
}

pub(super) fn append(path: &Path, section: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("写不了 {}", path.display()))?;
    file.write_all(section.as_bytes())?;
    Ok(file.sync_all()?)
}
