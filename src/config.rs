//! The configuration: one TOML file, read and checked at the start. Secrets never stand in it; it names the environment
//! variable or the file in which they are.

mod dingtalk;

pub use dingtalk::{
    Dingtalk, DingtalkCardCallback, DingtalkLinks, DingtalkMode, DingtalkQuota, DingtalkWebhook,
};

use crate::http::address::Network;
use crate::http::server::Bounds;
use crate::keyring::Keys;
use domain::Calendar;
use secrecy::SecretString;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Everything that `serve` needs to know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the program listens.
    #[serde(default)]
    pub server: Server,
    /// How much is taken from whom.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// Where it remembers.
    #[serde(default)]
    pub store: StoreConfig,
    /// What it encrypts with.
    #[serde(default)]
    pub keys: KeysConfig,
    /// The department.
    #[serde(default)]
    pub department: Department,
    /// WeCom bots.
    #[serde(default)]
    pub wecom: Vec<Wecom>,
    /// DingTalk robots.
    #[serde(default)]
    pub dingtalk: Vec<Dingtalk>,
    /// DingTalk's monthly allowance.
    #[serde(default)]
    pub dingtalk_quota: DingtalkQuota,
}

/// Where the program listens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// Whether the local web page is served.
    pub console: bool,
    /// Whether the page may be served on an address that others reach; it has no login.
    pub console_for_others: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed; this machine unless set.
    pub trusted_proxies: Vec<Network>,
    /// Who gets `/metrics`; this machine unless set.
    pub metrics_for: Vec<Network>,
    /// Connections at the same time.
    pub connections: usize,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            console: false,
            console_for_others: false,
            trusted_proxies: Network::this_machine(),
            metrics_for: Network::this_machine(),
            connections: Bounds::default().connections,
        }
    }
}

/// How much is taken from whom; each from 1 to [`LimitsConfig::MOST`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Messages of one sender at once.
    pub sender_burst: u32,
    /// Messages of one sender a minute in the long run.
    pub sender_per_minute: u32,
    /// Messages an hour of one sender who is no member.
    pub stranger_per_hour: u32,
    /// Requests of one address that cannot be verified, at once.
    pub address_burst: u32,
    /// The same a minute in the long run.
    pub address_per_minute: u32,
}

impl LimitsConfig {
    /// So much is as good as no limit.
    pub const MOST: u32 = 1_000_000;

    fn items(&self) -> [(&'static str, u32); 5] {
        [
            ("limits.sender_burst", self.sender_burst),
            ("limits.sender_per_minute", self.sender_per_minute),
            ("limits.stranger_per_hour", self.stranger_per_hour),
            ("limits.address_burst", self.address_burst),
            ("limits.address_per_minute", self.address_per_minute),
        ]
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            sender_burst: 30,
            sender_per_minute: 60,
            stranger_per_hour: 10,
            address_burst: 60,
            address_per_minute: 60,
        }
    }
}

/// Where the program remembers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// `sqlite:PATH` or `postgres://…` without a password.
    pub url: Option<String>,
    /// Where the whole address stands when it has a password.
    pub url_from: Option<SecretRef>,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { url: Some("sqlite:data/deskmate.db".to_owned()), url_from: None }
    }
}

/// Where the keys stand with which patients' data are encrypted and events sealed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// A file that nobody else may read; made on the first run.
    pub file: PathBuf,
    /// An environment variable instead.
    pub from: Option<SecretRef>,
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self { file: PathBuf::from("data/keys"), from: None }
    }
}

/// The department.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Department {
    /// IANA zone.
    pub zone: String,
}

impl Default for Department {
    fn default() -> Self {
        Self { zone: "Asia/Shanghai".to_owned() }
    }
}

/// Which of WeCom's two kinds of callbacks a bot gets.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum WecomKind {
    /// 智能机器人, URL mode (JSON).
    Aibot,
    /// 自建应用 (XML).
    App,
}

/// A WeCom bot: over the long connection with `bot_id` and `secret`, or over callbacks with `token` and
/// `encoding_aes_key`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wecom {
    /// Part of its callback address: /hooks/wecom/NAME.
    pub name: String,
    /// Which kind of callbacks.
    #[serde(default = "aibot")]
    pub kind: WecomKind,
    /// BotID of the long connection's settings.
    pub bot_id: Option<String>,
    /// Secret of the long connection's settings; for an app, the app's own.
    pub secret: Option<SecretRef>,
    /// Another address for the long connection than the real one, for a proxy.
    pub stream_url: Option<String>,
    /// Token of the callback settings.
    pub token: Option<SecretRef>,
    /// EncodingAESKey of the callback settings.
    pub encoding_aes_key: Option<SecretRef>,
    /// AgentId of an app; with its `secret` it may speak first.
    pub agent_id: Option<i64>,
    /// CorpID for an app; empty for an AI bot.
    #[serde(default)]
    pub receive_id: String,
    /// The bot's names in groups, to take the mention off.
    #[serde(default)]
    pub bot_names: Vec<String>,
    /// Another base than the real one, for a proxy.
    pub api_base: Option<String>,
    /// Group webhooks for posts.
    #[serde(default)]
    pub webhooks: Vec<WecomWebhook>,
}

fn aibot() -> WecomKind {
    WecomKind::Aibot
}

/// A group's webhook (消息推送).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WecomWebhook {
    /// The group's id, as 本群用途 tells it.
    pub chat: String,
    /// The webhook's key.
    pub key: SecretRef,
}

/// Where a secret stands: `{ env = "NAME" }` or `{ file = "path" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ env = \"变量名\" } 或 { file = \"文件\" }")]
pub struct SecretRef {
    /// An environment variable.
    pub env: Option<String>,
    /// A file; blanks and line ends around its content are taken off.
    pub file: Option<PathBuf>,
}

/// Why a configuration cannot be used. Says where and what to do, in Chinese: the reader is the department's admin.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("读不到配置文件 {0}：{1}")]
    File(PathBuf, std::io::ErrorKind),
    /// The file is not TOML of the expected form.
    #[error("配置文件 {0} 写得不对：\n{1}")]
    Form(PathBuf, String),
    /// A value cannot be used.
    #[error("配置项 {0}：{1}")]
    Value(String, String),
}

impl SecretRef {
    /// Reads the secret.
    ///
    /// # Errors
    /// When it is not there, or both or none of the two places are named.
    pub fn read(&self, item: &str, base: &Path) -> Result<SecretString, BadConfig> {
        let bad = |why: String| BadConfig::Value(item.to_owned(), why);
        let text = match (&self.env, &self.file) {
            (Some(name), None) => {
                std::env::var(name).map_err(|_| bad(format!("环境变量 {name} 没有设置")))?
            }
            (None, Some(path)) => {
                let path = base.join(path);
                std::fs::read_to_string(&path)
                    .map_err(|e| bad(format!("读不到文件 {}：{}", path.display(), e.kind())))?
            }
            _ => return Err(bad("写 { env = \"变量名\" } 或 { file = \"文件\" }，二选一".to_owned())),
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(bad("内容是空的".to_owned()));
        }
        Ok(SecretString::from(text.to_owned()))
    }
}

/// Whether a database's address has a password in it: before the host, or as a parameter.
fn holds_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let before_host = rest.split_once('@').is_some_and(|(user, _)| user.contains(':'));
    before_host || rest.contains("password=")
}

/// A configuration with the folder that its relative paths start from.
#[derive(Debug)]
pub struct Loaded {
    /// What was read.
    pub config: Config,
    /// The configuration file's folder.
    pub base: PathBuf,
}

impl Loaded {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`BadConfig`] says what to change.
    pub fn from_file(path: &Path) -> Result<Self, BadConfig> {
        let text = std::fs::read_to_string(path).map_err(|e| BadConfig::File(path.to_owned(), e.kind()))?;
        let config: Config =
            toml::from_str(&text).map_err(|e| BadConfig::Form(path.to_owned(), told(&text, e)))?;
        let base = path.parent().filter(|base| !base.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let loaded = Self { config, base: base.to_owned() };
        loaded.check()?;
        Ok(loaded)
    }

    /// The store's address.
    ///
    /// # Errors
    /// When none or two are given, or the secret cannot be read.
    pub fn store_url(&self) -> Result<SecretString, BadConfig> {
        match (&self.config.store.url, &self.config.store.url_from) {
            (_, Some(place)) => place.read("store.url_from", &self.base),
            (Some(url), None) => Ok(SecretString::from(url.clone())),
            (None, None) => Err(BadConfig::Value("store.url".to_owned(), "没有写".to_owned())),
        }
    }

    /// The key ring; see [`Keys::keep`] for the first run.
    ///
    /// # Errors
    /// When it cannot be read, or others may read it.
    pub fn keys(&self) -> Result<Keys, BadConfig> {
        match &self.config.keys.from {
            None => Keys::of_file(&self.base.join(&self.config.keys.file)),
            Some(SecretRef { env: Some(name), file: None }) => Keys::of_env(name),
            Some(_) => Err(BadConfig::Value(
                "keys.from".to_owned(),
                "写 from = { env = \"变量名\" }；放在文件里请写 file = \"文件\"".to_owned(),
            )),
        }
    }

    /// The department's calendar.
    ///
    /// # Errors
    /// When the zone is not known.
    pub fn calendar(&self) -> Result<Calendar, BadConfig> {
        let zone = &self.config.department.zone;
        Calendar::named(zone).ok_or_else(|| {
            BadConfig::Value("department.zone".to_owned(), format!("没有时区 {zone}，例：Asia/Shanghai"))
        })
    }

    fn check(&self) -> Result<(), BadConfig> {
        self.calendar()?;
        let server = &self.config.server;
        if server.console && !server.listen.ip().is_loopback() && !server.console_for_others {
            return Err(BadConfig::Value(
                "server.console".to_owned(),
                "网页没有登录，只能在本机地址上打开；确实要对外，请写 console_for_others = true".to_owned(),
            ));
        }
        if !(1..=65_536).contains(&server.connections) {
            return Err(BadConfig::Value(
                "server.connections".to_owned(),
                "写 1 到 65536 之间的数".to_owned(),
            ));
        }
        let most = LimitsConfig::MOST;
        if let Some((item, _)) =
            self.config.limits.items().into_iter().find(|(_, value)| !(1..=most).contains(value))
        {
            return Err(BadConfig::Value(item.to_owned(), format!("写 1 到 {most} 之间的数")));
        }
        if let Some(url) = &self.config.store.url
            && holds_password(url)
        {
            return Err(BadConfig::Value(
                "store.url".to_owned(),
                "地址里有密码：请把整个地址放进环境变量或文件，改用 url_from = { env = \"…\" }".to_owned(),
            ));
        }
        for (index, bot) in self.config.wecom.iter().enumerate() {
            let long = (bot.bot_id.is_some(), bot.secret.is_some());
            let callbacks = (bot.token.is_some(), bot.encoding_aes_key.is_some());
            let fits = match bot.kind {
                WecomKind::Aibot if bot.agent_id.is_none() => (long, callbacks),
                // Hears by callbacks; its secret lets it speak first.
                WecomKind::App if bot.agent_id.is_some() == bot.secret.is_some() && bot.bot_id.is_none() => {
                    ((false, false), callbacks)
                }
                WecomKind::Aibot | WecomKind::App => ((true, false), callbacks),
            };
            if !matches!(fits, ((true, true), (false, false)) | ((false, false), (true, true))) {
                return Err(BadConfig::Value(
                    format!("wecom[{index}]"),
                    "长连接写 bot_id 和 secret，URL 回调写 token 和 encoding_aes_key，二选一；自建应用写 token 和 encoding_aes_key，要主动发私聊再加 agent_id 和 secret".to_owned(),
                ));
            }
        }
        let names = self.config.wecom.iter().map(|bot| ("wecom", &bot.name));
        let names = names.chain(self.config.dingtalk.iter().map(|bot| ("dingtalk", &bot.name)));
        let mut seen = Vec::new();
        for (platform, name) in names {
            let item = format!("{platform}.name");
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
                return Err(BadConfig::Value(item, "只能用字母、数字、- 和 _，最多 64 个".to_owned()));
            }
            if seen.contains(&(platform, name)) {
                return Err(BadConfig::Value(item, format!("{name} 写了两次")));
            }
            seen.push((platform, name));
        }
        self.check_dingtalk()
    }
}

/// Where and why a file is not of the form. Neither the line nor the value that was found is quoted: by mistake it may
/// be a secret. The keys are those of [`Config`], and of the reason only what was expected.
fn told(text: &str, mut error: toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    // Without the source it tells the keys instead.
    error.set_input(None);
    let whole = error.to_string();
    let keys = whole.strip_prefix(error.message()).and_then(|rest| rest.trim().strip_prefix("in "));
    let item = keys.map_or_else(String::new, |keys| format!("（{}）", keys.trim_matches('`')));
    format!("第 {line} 行第 {column} 列{item}：{}", reason(error.message()))
}

/// A reason without what was found.
fn reason(message: &str) -> String {
    let found = [
        ("unknown field", "没有这一项，可以写的是 "),
        ("unknown variant", "没有这种写法，可以写的是 "),
        ("invalid ", "写法不对，应为 "),
    ];
    match found.iter().find(|(kind, _)| message.starts_with(kind)) {
        Some((_, told)) => match message.rsplit_once(", expected ") {
            Some((_, expected)) => {
                let expected = expected.strip_prefix("one of ").unwrap_or(expected);
                format!("{told}{}", expected.replace("` or `", "`、`").replace("`, `", "`、`"))
            }
            None => told.split('，').next().unwrap_or_default().to_owned(),
        },
        None => match message.strip_prefix("missing field ") {
            Some(field) => format!("缺少 {field}"),
            // The parser's own words, which quote nothing.
            None => message.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Loaded, BadConfig> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).expect("written");
        Loaded::from_file(&path)
    }

    #[test]
    fn the_example_is_valid_and_nothing_is_needed() {
        assert!(load("").is_ok());
        let example = include_str!("../config.example.toml");
        load(example).expect("the example");
        // With every item taken out of its comment it is still of the right form.
        let is_key = |c: char| c.is_ascii_lowercase() || c == '_';
        let is_item = |line: &str| {
            let assigns = line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(is_key));
            assigns || (line.starts_with('[') && line.ends_with(']'))
        };
        let all: String = example
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| is_item(rest)).unwrap_or(line))
            .map(|line| format!("{line}\n"))
            .collect();
        let Config { store, keys, wecom, dingtalk, .. } = load(&all).expect("the whole example").config;
        assert!(store.url_from.is_some() && keys.from.is_some());
        assert!(wecom.len() == 2 && wecom[0].webhooks.len() == 1 && wecom[0].bot_id.is_some());
        assert!(dingtalk.len() == 1 && dingtalk[0].webhooks.len() == 1);
    }

    #[test]
    fn mistakes_are_told_without_secrets() {
        let cases = [
            ("[server]\nlisten = \"nowhere\"", "配置文件"),
            ("[server]\nlisten = \"0.0.0.0:1\"\nconsole = true", "console"),
            ("[server]\ntrusted_proxies = [\"hunter2\"]", "写一个地址或网段"),
            ("[server]\nconnections = 0", "server.connections"),
            ("[limits]\nsender_burst = 0", "limits.sender_burst"),
            ("[limits]\naddress_per_minute = 1000001", "limits.address_per_minute"),
            ("[department]\nzone = \"Mars\"", "时区"),
            ("[store]\nurl = \"postgres://me:hunter2@h/db\"", "密码"),
            ("[store]\nurl = \"postgres://h/db?password=hunter2\"", "密码"),
            (
                "[[wecom]]\nname = \"a b\"\ntoken = { env = \"A\" }\nencoding_aes_key = { env = \"B\" }",
                "wecom.name",
            ),
            ("[[wecom]]\nname = \"a\"\ntoken = \"hunter2\"\nencoding_aes_key = { env = \"B\" }", "配置文件"),
            ("unknown = 1", "配置文件"),
            // Cards whose taps nobody would hear, or at an address that is not ours.
            (
                "[[dingtalk]]\nname = \"a\"\nmode = \"http\"\nclient_id = \"d\"\napp_secret = { env = \"A\" }\n\
                 card_template = \"hunter2\"",
                "dingtalk[0].card_template",
            ),
            (
                "[[dingtalk]]\nname = \"a\"\nclient_id = \"d\"\napp_secret = { env = \"A\" }\ncard_template = \"t\"\n\
                 card_callback = { url = \"http://h/hunter2\", secret = { env = \"B\" } }",
                "https://你的域名/hooks/dingtalk/a/card",
            ),
            (
                "[[dingtalk]]\nname = \"a\"\nclient_id = \"d\"\napp_secret = { env = \"A\" }\n\
                 card_callback = { url = \"https://h/hooks/dingtalk/a/card\", secret = { env = \"B\" } }",
                "dingtalk[0].card_callback",
            ),
        ];
        for (text, expected) in cases {
            let error = load(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{text}: {error}");
        }
    }

    #[test]
    fn a_wrong_form_is_told_by_its_place_and_its_key() {
        let bot = "[[wecom]]\nname = \"a\"\nencoding_aes_key = { env = \"B\" }\n";
        let cases = [
            (
                "token = \"hunter2\"",
                "第 4 行第 9 列（wecom.token）：写法不对，应为 { env = \"变量名\" } 或 { file = \"文件\" }",
            ),
            (
                "token = \"hunter2, expected hunter2\"",
                "（wecom.token）：写法不对，应为 { env = \"变量名\" } 或 { file = \"文件\" }",
            ),
            ("token = { env = 5 }", "（wecom.token.env）：写法不对，应为 a string"),
            ("token = { hunter2 = 5 }", "没有这一项，可以写的是 `env`、`file`"),
            (
                "token = { env = \"A\" }\nkind = \"hunter2\"",
                "（wecom.kind）：没有这种写法，可以写的是 `aibot`",
            ),
            ("hunter2 = 1", "第 4 行第 1 列（"),
            ("", "长连接写 bot_id 和 secret"),
            ("token = { env = \"A\" }\nbot_id = \"hunter2\"", "二选一"),
            // What the parser itself refuses: the value may stand on any line.
            ("token = \"hunter2", "第 4 行第 "),
            ("token = hunter2", "第 4 行第 9 列："),
            ("token =\nhunter2", "第 5 行第 8 列："),
            ("hunter2", "第 4 行第 "),
            ("密钥 hunter2", "第 4 行第 "),
            ("token = \"\"\"\nhunter2=\n\\q", "第 6 行第 "),
        ];
        for (rest, expected) in cases {
            let error = load(&format!("{bot}{rest}")).expect_err(rest).to_string();
            assert!(error.contains(expected), "{rest}: {error}");
            assert!(!error.contains("hunter2"), "{rest}: {error}");
        }
    }

    #[test]
    fn a_secret_is_read_from_its_one_place() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("token"), " abc \n").expect("written");
        let secret = |env: Option<&str>, file: Option<&str>| {
            SecretRef { env: env.map(str::to_owned), file: file.map(PathBuf::from) }.read("x", folder.path())
        };
        use secrecy::ExposeSecret;
        assert_eq!(secret(None, Some("token")).expect("a secret").expose_secret(), "abc");
        assert!(secret(None, Some("none")).is_err());
        assert!(secret(Some("DESKMATE_SURELY_NOT_SET"), None).is_err());
        assert!(secret(None, None).is_err());
        assert!(secret(Some("A"), Some("token")).is_err());
    }
}
