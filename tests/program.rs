//! The real program in a process of its own, people who file reports with it, and the check of its books afterwards.

use domain::calendar::HOUR;
use domain::rights::{Administer, Over};
use domain::shift::Shift;
use domain::{Calendar, EpochMs, PersonId, Role};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;
use store::{Arrival, Error, InboxKey, KeyRing, Lane, NewChat, Pagination, Store, Tx};
use tempfile::TempDir;
use testkit::engines::{Database, until};
use testkit::fake::wecom::{Answer, Callback, Caller, FakeWecom};
use testkit::people;

pub(crate) const BOT: &str = "main";
/// A port of this machine on which nobody listens: what a program sends there goes nowhere.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";
pub(crate) const TOKEN: &str = "tok_Crash2026";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// Longest wait for the program to listen.
const START: Duration = Duration::from_secs(30);

/// The machine's time: the program runs on it.
pub(crate) fn now() -> EpochMs {
    deskmate::clock::Clock::machine().now()
}

/// A seed for this run: `DESKMATE_SEED`, or another one each time.
#[expect(clippy::print_stdout, reason = "a failing test shows it")]
pub(crate) fn seed() -> u64 {
    let seed = std::env::var("DESKMATE_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(rand::random);
    println!("DESKMATE_SEED={seed}");
    seed
}

/// Configuration and secrets of a program, in a folder.
pub(crate) struct Home {
    folder: TempDir,
    log_level: &'static str,
}

impl Home {
    /// With one AI bot that nobody can flood. Everything that it would send goes to `api_base`; each of the groups has its webhook.
    pub(crate) fn new(store: &str, api_base: &str, webhooks: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("store", store);
        write("token", TOKEN);
        write("aes", AES_KEY);
        write("keys", &KeyRing::known().to_text());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let only_me = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(folder.path().join("keys"), only_me).expect("set");
        }
        let mut config = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nconsole = false\n\n[limits]\nsender_burst = 1000000\n\n[store]\nurl_from = {{ file = \"store\" }}\n\n\
             [keys]\nfile = \"keys\"\n\n[[wecom]]\nname = \"{BOT}\"\ntoken = {{ file = \"token\" }}\nencoding_aes_key = {{ file = \"aes\" }}\n\
             api_base = \"{api_base}\"\n"
        );
        for (number, (chat, key)) in webhooks.iter().enumerate() {
            write(&format!("key{number}"), key);
            config +=
                &format!("\n[[wecom.webhooks]]\nchat = \"{chat}\"\nkey = {{ file = \"key{number}\" }}\n");
        }
        write("config.toml", &config);
        Self { folder, log_level: "info" }
    }

    /// With programs that log all that they can.
    pub(crate) fn talkative(self) -> Self {
        Self { log_level: "debug", ..self }
    }

    /// What its programs have logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A file of this home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs another subcommand on the same configuration; answers its exit code and everything that it said.
    pub(crate) fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .args(args)
            .arg("--config")
            .arg(self.path("config.toml"))
            .stdin(Stdio::null())
            .output()
            .expect("the program starts");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).expect("words"))
    }

    /// A program that nobody waits for.
    fn spawn(&self) -> Child {
        let log =
            File::options().create(true).append(true).open(self.folder.path().join("log")).expect("a log");
        Command::new(env!("CARGO_BIN_EXE_deskmate"))
            .args(["serve", "--config"])
            .arg(self.path("config.toml"))
            .env("DESKMATE_LOG", self.log_level)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program starts")
    }

    /// A program that listens.
    pub(crate) async fn start(&self) -> Program {
        let mut child = self.spawn();
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (told, address) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // Read to the end, so that the program never waits for us.
                if let Some(Ok(address)) = line.split("http://").nth(1).map(str::parse::<SocketAddr>) {
                    let _ = told.send(address);
                }
            }
        });
        let address =
            tokio::task::spawn_blocking(move || address.recv_timeout(START)).await.expect("no panic");
        let mut program = Program { child, hook: String::new() };
        match address {
            Ok(address) => program.hook = format!("http://{address}/hooks/wecom/{BOT}"),
            Err(_) => {
                panic!("the program does not listen:\n{}", self.log());
            }
        }
        program
    }

    /// A program that is killed before it gets anywhere.
    pub(crate) async fn start_and_kill(&self, after: Duration) {
        let mut child = self.spawn();
        tokio::time::sleep(after).await;
        child.kill().expect("killed");
        child.wait().expect("gone");
    }
}

/// A running program; killed when dropped.
pub(crate) struct Program {
    child: Child,
    /// Where WeCom calls.
    pub(crate) hook: String,
}

impl Program {
    /// SIGKILL: no last words, no chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// SIGTERM; it must end by itself and without complaint.
    pub(crate) async fn stop(mut self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("sh").args(["-c", "kill -TERM \"$0\"", &pid]).status().expect("a shell");
        assert!(asked.success());
        let ended = until("the program ends", async || self.child.try_wait().expect("a child")).await;
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of one call.
enum Call {
    Answered(Answer),
    /// 503: not stored, to be sent again.
    Later,
    /// No answer: nobody knows whether it was stored.
    Gone,
}

struct Message {
    callback: Callback,
    dialogues: u32,
    answer: Option<Answer>,
}

/// What all reporters share.
pub(crate) struct Office {
    caller: Caller,
    dialogues: AtomicU32,
    /// Calls answered so far.
    pub(crate) answered: AtomicUsize,
    /// Set when everybody shall stop after the message in hand.
    pub(crate) enough: AtomicBool,
}

/// A consultant who reports again and again, every time with figures that nobody else has, and who does as WeCom does:
/// what was not answered is sent once more, with the same message id.
pub(crate) struct Reporter {
    office: Arc<Office>,
    person: PersonId,
    user: String,
    chat: String,
    http: reqwest::Client,
    rng: StdRng,
    sent: Vec<Message>,
}

/// Furnishes a store with `count` consultants on duty, two to a group, and hires them.
pub(crate) async fn hire(database: &Database, count: usize, seed: u64) -> (Arc<Office>, Vec<Reporter>) {
    let (born, calendar) = (now(), Calendar::default());
    let store = database.open(born).await;
    let office = Arc::new(Office {
        caller: FakeWecom::caller(TOKEN, AES_KEY, ""),
        dialogues: AtomicU32::new(10_000),
        answered: AtomicUsize::new(0),
        enough: AtomicBool::new(false),
    });
    let mut reporters = Vec::new();
    for number in 0..count {
        let (user, chat) = (format!("user{number}"), format!("chat{}", number / 2));
        let person = {
            let (user, chat) = (user.clone(), chat.clone());
            write(&store, move |tx| {
                let reached = [("wecom", &*user, BOT)];
                let person = people::add(tx, &user, &[Role::Consultant], None, &reached, born)?;
                let (platform, bot, title) = ("wecom", BOT, None);
                let chat = NewChat { platform, bot, chat_ref: &chat, title, purposes: &[] };
                tx.set_chat(&Administer::by_operator(), &chat, born)?;
                // On duty all through the test, and off long after it: nothing else happens meanwhile.
                let date = calendar.date(born);
                let shift =
                    Shift { date, name: "早班".to_owned(), start: born - HOUR, end: born + 10 * HOUR };
                tx.set_rota(&Over::by_program(Some(person)), date, Some(&shift), born)?;
                Ok(person)
            })
            .await
        };
        let http = platform::http_client::client(Duration::from_secs(10), true).expect("a client");
        let rng = StdRng::seed_from_u64(seed.wrapping_add(u64::try_from(number).expect("small")));
        reporters.push(Reporter {
            office: Arc::clone(&office),
            person,
            user,
            chat,
            http,
            rng,
            sent: Vec::new(),
        });
    }
    store.close().await;
    (office, reporters)
}

async fn write<T, F>(store: &Store, work: F) -> T
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    store.write(Lane::of(&["test"]), work).await.expect("written")
}

impl Reporter {
    /// Reports until told that it is enough, or until none of the programs answers any more. What a former program left
    /// unanswered comes first.
    pub(crate) async fn work(mut self, hooks: Vec<String>) -> Self {
        if let Some(last) = self.sent.len().checked_sub(1)
            && !self.say(last, &hooks).await
        {
            return self;
        }
        for _ in 0..5_000 {
            if self.office.enough.load(Ordering::Acquire) {
                break;
            }
            let next = self.sent.len();
            let message = self.compose();
            self.sent.push(message);
            if !self.say(next, &hooks).await {
                break;
            }
            // WeCom repeats an answered message, too, when the answer was late or lost.
            let before = self.rng.random_range(0..=next);
            if self.rng.random_bool(0.1) && !self.say(before, &hooks).await {
                break;
            }
        }
        self
    }

    fn compose(&self) -> Message {
        let dialogues = self.office.dialogues.fetch_add(1, Ordering::Relaxed);
        let text = format!("日报 对话 {dialogues} 预约 8 到诊 3");
        let callback = self.office.caller.in_group(&self.chat, &self.user).text(&text, now());
        Message { callback, dialogues, answer: None }
    }

    /// Sends a message until it is answered; false when nobody is there any more. Every answer must be the right one,
    /// and the same as before.
    async fn say(&mut self, index: usize, hooks: &[String]) -> bool {
        let first = self.rng.random_range(0..hooks.len());
        let mut gone = 0;
        for attempt in 0..200 {
            let callback = self.office.caller.again(&self.sent[index].callback, now());
            let answer = match self.call(&hooks[(first + attempt) % hooks.len()], &callback).await {
                Call::Answered(answer) => answer,
                Call::Later => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    continue;
                }
                Call::Gone => {
                    gone += 1;
                    if gone == hooks.len() {
                        return false;
                    }
                    continue;
                }
            };
            self.office.answered.fetch_add(1, Ordering::Relaxed);
            let message = &mut self.sent[index];
            let figures = format!("对话 {} ", message.dialogues);
            assert!(answer.text.contains(&figures), "{figures}: {}", answer.text);
            // Everything before was stored once, so this has the number that follows.
            let revision = format!("第{}版", index + 1);
            assert_eq!(answer.text.contains(&revision), index > 0, "{revision}: {}", answer.text);
            let first_answer = message.answer.get_or_insert_with(|| answer.clone());
            assert_eq!(*first_answer, answer, "the same answer to the same message");
            return true;
        }
        panic!("200 times told to come later");
    }

    async fn call(&self, hook: &str, callback: &Callback) -> Call {
        let address = format!("{hook}?{}", callback.query);
        let Ok(response) = self.http.post(address).body(callback.body.clone()).send().await else {
            return Call::Gone;
        };
        let status = response.status().as_u16();
        let Ok(body) = response.bytes().await else { return Call::Gone };
        match status {
            200 => Call::Answered(
                self.office.caller.read(callback, &body).expect("a message is answered in words"),
            ),
            503 => Call::Later,
            other => panic!("status {other}"),
        }
    }

    /// True when the last message was sent and never answered.
    pub(crate) fn is_in_flight(&self) -> bool {
        self.sent.last().is_some_and(|message| message.answer.is_none())
    }
}

/// What the store must hold after all that was said: each message once, with its one effect, and nothing else.
pub(crate) async fn check_the_books(database: &Database, reporters: &[Reporter]) {
    let store = database.open(now()).await;
    let said: Vec<&Message> = reporters.iter().flat_map(|reporter| &reporter.sent).collect();
    assert!(said.iter().all(|message| message.answer.is_some()), "everything was answered in the end");
    let ids: HashSet<String> = said.iter().map(|message| message.callback.msg_id.clone()).collect();
    assert_eq!(ids.len(), said.len(), "ids are the test's own");

    // Every message is in the inbox, and nothing else is.
    assert_eq!(database.rows_of("inbox").await, said.len());
    let known = ids.clone();
    let missing = write(&store, move |tx| {
        tx.abandon();
        let mut missing = Vec::new();
        for msg_id in &known {
            if let Arrival::New(_) = tx.accept(InboxKey { platform: "wecom", bot: BOT, msg_id }, 0)? {
                missing.push(msg_id.clone());
            }
        }
        Ok(missing)
    })
    .await;
    assert_eq!(missing, [""; 0]);

    // One event of its arrival and one of its effect each, and one answer.
    let (mut received, mut filed) = (HashSet::new(), BTreeMap::<PersonId, Vec<(u64, u64)>>::new());
    let mut after = 0;
    for _ in 0..1_000 {
        let page = Pagination { after, limit: 1_000 };
        let events = store.read(move |tx| tx.events(page)).await.expect("readable");
        let Some(last) = events.last() else { break };
        after = last.seq;
        for event in &events {
            let number = |name: &str| event.body[name].as_u64().expect("a number");
            match &*event.kind {
                "message.received" => {
                    let id = event.body["msg_id"].as_str().expect("an id").to_owned();
                    assert!(ids.contains(&id), "{id} was never sent");
                    assert!(received.insert(id), "received twice: {event:?}");
                }
                kind @ ("report.filed" | "report.corrected") => {
                    let revision = number("revision");
                    assert_eq!(kind == "report.filed", revision == 1, "{event:?}");
                    let dialogues = event.body["figures"]["对话"].as_u64().expect("a figure");
                    filed.entry(event.actor.expect("somebody")).or_default().push((revision, dialogues));
                }
                "message.duplicate" => {}
                "member.added" | "chat.registered" => assert_eq!(event.actor, None, "only the set-up"),
                other => panic!("nobody asked for {other}"),
            }
        }
    }
    assert_eq!(received.len(), said.len());
    assert_eq!(database.rows_of("report").await, said.len());
    assert_eq!(database.rows_of("outbox").await, said.len());
    for reporter in reporters {
        let expected: Vec<(u64, u64)> =
            (1..).zip(reporter.sent.iter().map(|message| u64::from(message.dialogues))).collect();
        assert_eq!(filed.remove(&reporter.person).unwrap_or_default(), expected, "of {}", reporter.user);
        if let Some(last) = reporter.sent.last() {
            let (person, date) = (reporter.person, database.column("SELECT DISTINCT date FROM report").await);
            let date = date[0].parse().expect("a date");
            let live =
                store.read(move |tx| tx.live_report(person, date)).await.expect("readable").expect("filed");
            assert_eq!(live.figures["对话"], last.dialogues);
        }
    }
    assert!(filed.is_empty(), "nobody else reports");
    if !database.is_postgres() {
        assert_eq!(database.column("PRAGMA integrity_check").await, ["ok"]);
        assert_eq!(database.column("SELECT \"table\" FROM pragma_foreign_key_check").await, [""; 0]);
    }
    store.close().await;
}
