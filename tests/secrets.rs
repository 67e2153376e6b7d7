//! No secret in any log, metric, error or answer: the real program, with secrets of our own planted wherever it takes
//! one, at its most talkative, with callers and platforms that misbehave.

use domain::rights::Administer;
use domain::{EpochMs, Role};
use serde_json::json;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use store::{Error, Lane, NewChat};
use tempfile::TempDir;
use testkit::engines::{Database, until};
use testkit::fake::dingtalk::FakeDingtalk;
use testkit::fake::wecom::{Callback, Caller, FakeWecom, Fault, Place};
use testkit::people;

const TOKEN: &str = "plantedWecomToken";
const AES_KEY: &str = "plantedAesKeyPlantedAesKeyPlantedAesKeyPlan";
const APP_SECRET: &str = "planted-dingtalk-app-secret";
const ACCESS_TOKEN: &str = "plantedDingtalkAccessToken";
const SIGN_SECRET: &str = "SECplantedDingtalkSignSecret";
const PASSWORD: &str = "plantedDatabasePassword";
/// A key of the ring.
const RING_KEY: &str = "70a27ed570a27ed570a27ed570a27ed570a27ed570a27ed570a27ed570a27ed5";
/// What somebody writes into an address or a body by mistake.
const MISTAKE: &str = "plantedByMistake";
/// What somebody tells the bot: a patient's name stands for it all.
const WORDS: &str = "plantedPatient";
const ROBOT: &str = "dingplanted";
/// Longest wait for the program to listen.
const START: Duration = Duration::from_secs(30);

/// A program's folder, its secrets and everything that it ever said.
struct Home {
    folder: TempDir,
    secrets: Vec<String>,
    heard: Arc<Mutex<String>>,
}

/// A running program; killed when dropped.
struct Program {
    child: Child,
    address: SocketAddr,
    client: reqwest::Client,
    heard: Arc<Mutex<String>>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hear(heard: &Mutex<String>, text: &str) {
    let mut heard = heard.lock().unwrap();
    heard.push_str(text);
    heard.push('\n');
}

fn now() -> EpochMs {
    deskmate::clock::Clock::machine().now()
}

impl Home {
    /// With a bot of each platform, whose ways out lead to the fakes.
    fn new(store: &str, wecom: &FakeWecom, dingtalk: &FakeDingtalk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let webhook_key = wecom.add_webhook("group1");
        dingtalk.add_robot("group2", ACCESS_TOKEN, Some(SIGN_SECRET));
        for (name, text) in [
            ("store", store),
            ("token", TOKEN),
            ("aes", AES_KEY),
            ("webhook", &webhook_key),
            ("app", APP_SECRET),
            ("access", ACCESS_TOKEN),
            ("sign", SIGN_SECRET),
            ("keys", &format!("1 {RING_KEY}\n")),
        ] {
            write_secret(&folder.path().join(name), text);
        }
        let config = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n\n[store]\nurl_from = {{ file = \"store\" }}\n\n\
             [keys]\nfile = \"keys\"\n\n\
             [[wecom]]\nname = \"main\"\ntoken = {{ file = \"token\" }}\nencoding_aes_key = {{ file = \"aes\" }}\n\
             api_base = \"{}\"\n[[wecom.webhooks]]\nchat = \"group1\"\nkey = {{ file = \"webhook\" }}\n\n\
             [[dingtalk]]\nname = \"robot\"\napp_secret = {{ file = \"app\" }}\nrobot_code = \"{ROBOT}\"\n\
             api_base = \"{}\"\n[[dingtalk.webhooks]]\nchat = \"group2\"\n\
             access_token = {{ file = \"access\" }}\nsecret = {{ file = \"sign\" }}\n",
            wecom.api_base(),
            dingtalk.base(),
        );
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        let mut secrets: Vec<String> =
            [TOKEN, AES_KEY, APP_SECRET, ACCESS_TOKEN, SIGN_SECRET, PASSWORD, RING_KEY, MISTAKE, WORDS]
                .map(str::to_owned)
                .to_vec();
        secrets.push(webhook_key);
        Self { folder, secrets, heard: Arc::default() }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The program with all that it can say.
    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskmate"));
        command.args([subcommand, "--config"]).arg(self.config()).env("DESKMATE_LOG", "trace");
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    async fn serve(&self) -> Program {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        let mut child = self.command("serve").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (told, address) = mpsc::channel();
        let heard = Arc::clone(&self.heard);
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                hear(&heard, &line);
                if let Some(Ok(address)) = line.split("http://").nth(1).map(str::parse::<SocketAddr>) {
                    let _ = told.send(address);
                }
            }
        });
        let address = tokio::task::spawn_blocking(move || address.recv_timeout(START)).await.unwrap();
        let Ok(address) = address else { panic!("the program does not listen:\n{}", self.log()) };
        let client = platform::http_client::client(Duration::from_secs(10), true).unwrap();
        Program { child, address, client, heard: Arc::clone(&self.heard) }
    }

    /// What another subcommand says on a configuration.
    fn run(&self, subcommand: &str) -> String {
        let said = self.command(subcommand).output().unwrap();
        let text =
            [said.stdout, said.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        hear(&self.heard, &text);
        text
    }

    /// Every secret with the lines in which it was said, `once` being allowed once.
    fn leaks(&self, once: &str) -> String {
        let all = format!("{}\n{}", self.heard.lock().unwrap(), self.log());
        let mut leaks = String::new();
        for secret in &self.secrets {
            let lines: Vec<&str> = all.lines().filter(|line| line.contains(secret.as_str())).collect();
            if lines.len() > usize::from(secret == once) {
                let _ = writeln!(leaks, "{secret}:\n{}", lines.join("\n"));
            }
        }
        leaks
    }
}

fn write_secret(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

impl Program {
    async fn send(&self, request: reqwest::RequestBuilder) -> (u16, Vec<u8>) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let mut text = format!("{status} {:?}\n", response.headers());
        let body = response.bytes().await.unwrap().to_vec();
        text.push_str(&String::from_utf8_lossy(&body));
        hear(&self.heard, &text);
        (status, body)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> u16 {
        self.send(self.client.get(self.url(path))).await.0
    }

    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> u16 {
        self.send(self.client.post(self.url(path)).body(body)).await.0
    }

    async fn wecom(&self, caller: &Caller, callback: &Callback) -> String {
        let url = self.url(&format!("/hooks/wecom/main?{}", callback.query));
        let (status, body) = self.send(self.client.post(url).body(callback.body.clone())).await;
        assert_eq!(status, 200);
        caller.read(callback, &body).map(|answer| answer.text).unwrap_or_default()
    }

    async fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().unwrap().success());
        let ended = until("the program ends", async || self.child.try_wait().unwrap()).await;
        assert!(ended.success(), "{ended}");
    }
}

/// 组长 on both platforms, each with a group for reminders: whoever asks to join makes the program post there.
async fn furnish(home: &Home, database: &Database) {
    let keys = store::KeyRing::parse(&format!("1 {RING_KEY}")).unwrap();
    let opened = store::Store::open(database.address(), store::Options::at(now(), keys)).await.unwrap();
    let furnished: Result<(), Error> = opened
        .write(Lane::of(&["test"]), move |tx| {
            let purposes = ["提醒".to_owned()];
            for (platform, bot, chat, user) in
                [("wecom", "main", "group1", "lead1"), ("dingtalk", "robot", "group2", "lead2")]
            {
                people::add(tx, user, &[Role::Lead], Some(platform), &[(platform, user, bot)], now())?;
                let chat = NewChat { platform, bot, chat_ref: chat, title: None, purposes: &purposes };
                tx.set_chat(&Administer::by_operator(), &chat, now())?;
            }
            Ok(())
        })
        .await;
    furnished.unwrap();
    opened.close().await;
    assert!(home.config().exists());
}

/// Waits until so many deliveries have failed.
async fn failed(database: &Database, kind: &str, count: usize) {
    let query = format!("SELECT kind FROM event WHERE kind = '{kind}'");
    until("a delivery fails", async || {
        let found = database.column(&query).await.len();
        (found >= count).then_some(())
    })
    .await;
}

async fn play(database: &Database, store: &str) {
    let (wecom, mut dingtalk) = (FakeWecom::start().await, FakeDingtalk::start().await);
    dingtalk.set_now(now());
    let mut home = Home::new(store, &wecom, &dingtalk);
    furnish(&home, database).await;
    let program = home.serve().await;
    let log = home.log();
    let admin = log.lines().find_map(|line| line.trim().strip_prefix("认领管理员 ")).expect("a token");
    home.secrets.push(admin.to_owned());

    // Good and bad callers.
    let caller = FakeWecom::caller(TOKEN, AES_KEY, "");
    let good = caller.in_private("lead1").text("帮助", now());
    assert!(program.wecom(&caller, &good).await.contains("帮助"));
    let robot = dingtalk.caller(APP_SECRET, ROBOT);
    let said = robot.group("group2", "lead2", "组长", "帮助");
    let session = said.body["sessionWebhook"].as_str().and_then(|url| url.rsplit('=').next());
    home.secrets.push(session.expect("a session").to_owned());
    for body in [said.bytes(), json!({ "robotCode": MISTAKE, "text": MISTAKE }).to_string().into_bytes()] {
        let mut request = program.client.post(program.url("/hooks/dingtalk/robot")).body(body);
        for (name, value) in said.headers() {
            request = request.header(name, value);
        }
        program.send(request).await;
    }
    for secret in [MISTAKE, TOKEN, AES_KEY, APP_SECRET, ACCESS_TOKEN] {
        let query = format!("access_token={secret}&msg_signature={secret}&timestamp={secret}&nonce={secret}");
        for path in
            ["/hooks/wecom/main", "/hooks/dingtalk/robot", "/healthz", "/metrics", "/readyz", "/nowhere"]
        {
            program.get(&format!("{path}?{query}")).await;
            program.post(&format!("{path}?{query}"), format!("{{\"encrypt\":\"{secret}\"}}")).await;
        }
        program.get(&format!("/hooks/wecom/{secret}")).await;
        let bearer = program.client.get(program.url("/healthz")).bearer_auth(secret).header("cookie", secret);
        program.send(bearer).await;
        program.post(&format!("/hooks/wecom/main?{}", good.query), secret).await;
        program.post("/hooks/dingtalk/robot", format!("not JSON: {secret}")).await;
    }
    program.post(&format!("/hooks/wecom/main?{MISTAKE}"), MISTAKE.repeat(80_000)).await;

    // People's words: understood, not understood, refused, and by a stranger.
    for text in [WORDS, &format!("日报 {WORDS}"), &format!("认领管理员 {WORDS}"), &format!("同意 J9 {WORDS}")]
    {
        program.wecom(&caller, &caller.in_private("lead1").text(text, now())).await;
        program.wecom(&caller, &caller.in_private(WORDS).text(text, now())).await;
    }

    // Platforms that are gone, that fail, and that refuse.
    wecom.go_down().await;
    dingtalk.down().await;
    let url = wecom.response_url(Place::Person("newcomer1".to_owned()));
    home.secrets.push(url.rsplit('=').next().unwrap_or(&url).to_owned());
    let joins = caller.in_private("newcomer1").with_response_url(url).text("我是 王五 wecom", now());
    program.wecom(&caller, &joins).await;
    let joins = caller.in_private("newcomer2").text("我是 赵六 dingtalk", now());
    program.wecom(&caller, &joins).await;
    failed(database, "delivery.failed", 2).await;
    wecom.come_up().await;
    dingtalk.up().await;
    wecom.fail_next([Fault::Http(500), Fault::Errcode(93000), Fault::Http(502)]);
    dingtalk.fail_next([testkit::fake::dingtalk::Fault::Http500]);
    until("the platforms are asked again", async || {
        (wecom.calls() >= 1 && dingtalk.requests() >= 1).then_some(())
    })
    .await;

    // The admin's token, used.
    let claims = caller.in_private("lead1").text(&format!("认领管理员 {admin}"), now());
    assert!(program.wecom(&caller, &claims).await.contains("口令已作废"));
    assert_eq!(program.get("/metrics").await, 200);
    program.stop().await;

    // A second life, and everything else that reads the secrets.
    let program = home.serve().await;
    assert!(program.wecom(&caller, &caller.in_private("lead1").text("帮助", now())).await.contains("帮助"));
    program.stop().await;
    for subcommand in ["check-config", "doctor", "migrate"] {
        home.run(subcommand);
    }
    // Secrets that cannot be used.
    for (file, broken) in [
        ("aes", format!("{AES_KEY}!")),
        ("keys", format!("x {RING_KEY}")),
        ("store", format!("postgres://me:{PASSWORD}@127.0.0.1:9/nothing?sslmode={MISTAKE}")),
        ("store", format!("postgres://me:{PASSWORD}@127.0.0.1:9/nothing")),
        ("store", format!("mysql://me:{PASSWORD}@127.0.0.1/x")),
        ("store", format!("{PASSWORD}:{PASSWORD}@")),
    ] {
        let path = home.folder.path().join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        write_secret(&path, &broken);
        for subcommand in ["check-config", "doctor", "serve"] {
            let said = home.run(subcommand);
            assert!(!said.is_empty(), "{subcommand} with {broken}");
        }
        write_secret(&path, &before);
    }
    let log = home.log();
    assert!(log.contains("TRACE") && log.contains("a callback was refused"), "it was not talkative");
    let leaks = home.leaks(admin);
    assert!(leaks.is_empty(), "{leaks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_said_on_sqlite() {
    let database = Database::sqlite();
    play(&database, database.address()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_said_on_postgresql() {
    let Some(database) = Database::postgres().await else { return };
    let (user, host) = database.address().split_once('@').unwrap();
    let address = format!("{user}:{PASSWORD}@{host}");
    play(&database, &address).await;
}
