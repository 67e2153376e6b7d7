//! The console page in a real browser, over the WebDriver protocol: no library of ours stands between the test and
//! what a person would do. Each test is given the address of a fresh sample department (`deskmate try`), as
//! `http://127.0.0.1:PORT`.
//!
//! Needs chromedriver and Chromium (`$CHROMEDRIVER`, else `/usr/bin/chromedriver`). Without it a test says so loudly
//! and counts as passed, unless `DESKMATE_REQUIRE_BROWSER=1`.
#![allow(clippy::print_stderr, reason = "a skipped test must be seen")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Longest wait for a state of the page.
const PATIENCE: Duration = Duration::from_secs(20);

/// A key as WebDriver writes it.
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const SHIFT: &str = "\u{e008}";
const TAB: &str = "\u{e004}";
const UP: &str = "\u{e013}";
const DOWN: &str = "\u{e015}";

/// A browser with one page. Ends with it, also when the test fails.
pub(crate) struct Browser {
    driver: Child,
    address: String,
    session: String,
    client: reqwest::Client,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // chromedriver takes its Chromium along only when it is asked to.
        if let Ok(mut stream) = TcpStream::connect(&self.address) {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
            let host = &self.address;
            let _ = write!(
                stream,
                "DELETE /session/{} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
                self.session
            );
            let _ = stream.read(&mut [0; 512]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts a browser; `None` when there is none on this machine and none is required.
    pub(crate) async fn start() -> Option<Self> {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "/usr/bin/chromedriver".to_owned());
        if !Path::new(&program).exists() {
            let required = std::env::var("DESKMATE_REQUIRE_BROWSER").is_ok_and(|value| value == "1");
            assert!(!required, "DESKMATE_REQUIRE_BROWSER=1, but there is no {program}");
            eprintln!(
                "\n!!! NOT TESTED: no {program}. The console page was not opened (apt install chromium-driver).\n"
            );
            return None;
        }
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts");
        let output = BufReader::new(driver.stdout.take().expect("piped"));
        let port = tokio::task::spawn_blocking(move || {
            output.lines().map_while(Result::ok).find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse::<u16>().ok()
            })
        });
        let port = port.await.expect("no panic").expect("chromedriver names its port");
        let profile = tempfile::tempdir().expect("a directory for the profile");
        let client = platform::http_client::client(Duration::from_secs(60), true).expect("a client");
        let mut browser = Self {
            driver,
            address: format!("127.0.0.1:{port}"),
            session: String::new(),
            client,
            _profile: profile,
        };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            "--lang=zh-CN",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
        arguments.push(format!("--user-data-dir={}", browser._profile.path().display()));
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let body = json!({ "capabilities": { "alwaysMatch": wanted } });
        let made = browser.call("POST", "session", Some(body)).await;
        browser.session = made["sessionId"].as_str().expect("a session").to_owned();
        Some(browser)
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        match self.try_call(method, path, body).await {
            Ok(value) => value,
            Err(error) => panic!("{method} {path}: {error}"),
        }
    }

    async fn try_call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = format!("http://{}/{path}", self.address);
        let method = method.parse().expect("a method");
        let mut request = self.client.request(method, url);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(|error| error.to_string())?;
        let good = response.status().is_success();
        let mut answer: Value = response.json().await.map_err(|error| error.to_string())?;
        if good { Ok(answer["value"].take()) } else { Err(answer["value"]["message"].to_string()) }
    }

    async fn here(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        self.call(method, &format!("session/{}/{path}", self.session), body).await
    }

    async fn devtools(&self, command: &str, params: Value) {
        let body = json!({ "cmd": command, "params": params });
        self.here("POST", "goog/cdp/execute", Some(body)).await;
    }

    /// Opens the console page and waits until it shows the department.
    pub(crate) async fn open(&self, base: &str) {
        self.here("POST", "url", Some(json!({ "url": format!("{base}/console") }))).await;
        self.wait_until("document.body.dataset.ready === 'yes'").await;
    }

    /// Sets the size of what the page sees; also below what a window of the browser can be.
    pub(crate) async fn size(&self, width: u32, height: u32) {
        let params =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        self.devtools("Emulation.setDeviceMetricsOverride", params).await;
    }

    /// Light or dark, as the person's system would say.
    pub(crate) async fn dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": value }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let body = json!({ "script": format!("return ({expression});"), "args": [] });
        self.here("POST", "execute/sync", Some(body)).await
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn wait_until(&self, condition: &str) {
        let began = Instant::now();
        while self.value(&format!("!!({condition})")).await != json!(true) {
            if began.elapsed() > PATIENCE {
                let text = self.value("document.body ? document.body.innerText : ''").await;
                panic!(
                    "not within {PATIENCE:?}: {condition}\nthe page says:\n{}",
                    text.as_str().unwrap_or("")
                );
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// The element of a CSS selector.
    pub(crate) async fn find(&self, css: &str) -> String {
        let body = json!({ "using": "css selector", "value": css });
        let found = self.here("POST", "element", Some(body)).await;
        let id = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        id.unwrap_or_else(|| panic!("{css} is no element")).to_owned()
    }

    /// Clicks where a person would; fails when something lies above it.
    pub(crate) async fn click(&self, css: &str) {
        let element = self.find(css).await;
        self.here("POST", &format!("element/{element}/click"), Some(json!({}))).await;
    }

    /// Clicks the nth (from 0) element of a selector.
    pub(crate) async fn click_nth(&self, css: &str, n: usize) {
        self.mark(&format!("[...document.querySelectorAll({})][{n}]", json!(css))).await;
        self.click("[data-test-target]").await;
    }

    /// Clicks the entry of a list on the left that bears a name.
    pub(crate) async fn click_named(&self, list: &str, name: &str) {
        let (list, name) = (json!(format!("{list} button")), json!(name));
        let has = format!("(button) => (button.querySelector('.name') ?? button).textContent === {name}");
        self.mark(&format!("[...document.querySelectorAll({list})].find({has})")).await;
        self.click("[data-test-target]").await;
    }

    /// Lists are painted anew when something is said, so an element is looked up and marked in one go.
    async fn mark(&self, expression: &str) {
        self.wait_until(&format!(
            "(() => {{ document.querySelector('[data-test-target]')?.removeAttribute('data-test-target'); \
             const found = {expression}; found?.setAttribute('data-test-target', ''); return found; }})()"
        ))
        .await;
    }

    /// Types into the element of a selector.
    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        self.here("POST", &format!("element/{element}/value"), Some(json!({ "text": text }))).await;
    }

    /// Types wherever the focus is; the only hand of the keyboard path.
    pub(crate) async fn keys(&self, text: &str) {
        let mut actions = Vec::new();
        for key in text.chars() {
            let key = key.to_string();
            // A modifier stays down until it comes again.
            if key == SHIFT {
                let down =
                    actions.iter().filter(|action: &&Value| action["value"] == *SHIFT).count() % 2 == 0;
                actions.push(json!({ "type": if down { "keyDown" } else { "keyUp" }, "value": key }));
                continue;
            }
            actions.push(json!({ "type": "keyDown", "value": key }));
            actions.push(json!({ "type": "keyUp", "value": key }));
        }
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.here("POST", "actions", Some(body)).await;
    }

    /// Writes what the page looks like to a PNG file.
    pub(crate) async fn screenshot(&self, path: &Path) {
        let picture = self.here("GET", "screenshot", None).await;
        std::fs::write(path, from_base64(picture.as_str().expect("base64"))).expect("a file is written");
    }

    /// What the browser complained about since it was last asked.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let logged = self.here("POST", "se/log", Some(json!({ "type": "browser" }))).await;
        let rows = logged.as_array().cloned().unwrap_or_default();
        let bad = |row: &Value| row["level"] == "SEVERE" || row["level"] == "WARNING";
        rows.iter().filter(|row| bad(row)).map(|row| row["message"].to_string()).collect()
    }

    async fn no_complaints(&self) {
        assert_eq!(self.complaints().await, Vec::<String>::new(), "the browser complained");
    }

    /// The label of somebody who has the role.
    async fn somebody(&self, role: &str) -> String {
        let find = format!(
            "fetch('/console/api/state').then((answer) => answer.json()).then((state) => \
             state.members.find((member) => member.roles.includes({})).label)",
            json!(role)
        );
        let label = self.value(&find).await;
        label.as_str().unwrap_or_else(|| panic!("nobody is {role}")).to_owned()
    }

    /// How many words of a kind (`own`, `bot`) stand in the open room: the sample has said some before.
    async fn said(&self, kind: &str) -> i64 {
        self.wait_until("document.querySelectorAll('#log .msg').length > 0").await;
        let count = self.value(&format!("document.querySelectorAll('#log .msg.{kind}').length")).await;
        count.as_i64().unwrap()
    }

    /// Waits until so many words of the bot stand in the open room.
    async fn wait_for_answers(&self, count: i64) {
        self.wait_until(&format!("document.querySelectorAll('#log .msg.bot').length === {count}")).await;
    }

    /// Waits until the newest word of the bot in the open room contains the text.
    async fn answered(&self, text: &str) {
        self.wait_until(&format!(
            "[...document.querySelectorAll('#log .msg.bot .bubble')].at(-1)?.textContent.includes({})",
            json!(text)
        ))
        .await;
    }
}

/// The bytes behind the standard alphabet; whatever else stands in the text is left out.
fn from_base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.bytes().filter_map(value).collect();
    digits
        .chunks(4)
        .flat_map(|four| {
            let bits = (0..4).fold(0u32, |bits, at| bits << 6 | u32::from(*four.get(at).unwrap_or(&0)));
            let bytes = bits.to_be_bytes();
            bytes[1..four.len().max(1)].to_vec()
        })
        .collect()
}

/// 张三 types his daily report in the group and reads the answer below it.
pub(crate) async fn a_report_is_typed_and_answered(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.open(base).await;
    page.click_named("#cast", "张三").await;
    page.type_into("#words", "日报 对话 50 预约 8 到诊 3").await;
    page.click("#send").await;
    page.wait_until("[...document.querySelectorAll('#log .msg.own .bubble')].at(-1)?.textContent.includes('日报 对话 50')")
        .await;
    page.answered("日报已收到").await;
    assert_eq!(page.value("document.querySelector('#words').value").await, json!(""));
    page.wait_until("document.querySelectorAll('#posts li').length > 0").await;
    page.no_complaints().await;
}

/// A newcomer asks to join; the lead sees a dot, changes over, presses 同意, and the newcomer is a member.
pub(crate) async fn the_lead_presses_a_button(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.open(base).await;
    let lead = page.somebody("组长").await;
    page.type_into("#newcomer-name", "小林").await;
    page.click("#newcomer button").await;
    page.wait_until("document.querySelector('#room-sub').textContent.includes('小林')").await;
    page.type_into("#words", "我是 小林 一组").await;
    page.click("#send").await;
    page.answered("J1").await;

    let dot = format!(
        "[...document.querySelectorAll('#cast button')].find((button) => \
         button.querySelector('.name').textContent === {}).querySelector('.badge')",
        json!(lead)
    );
    page.wait_until(&dot).await;
    page.click_named("#cast", &lead).await;
    page.answered("小林").await;

    // Where a platform has no buttons, the typed twin stands in the text.
    page.click("input[value=wecom]").await;
    page.answered("同意 J1").await;
    assert_eq!(page.value("document.querySelectorAll('#log .buttons').length").await, json!(0));
    page.click("input[value=console]").await;
    page.wait_until("document.querySelector('#log .buttons button')").await;
    page.click_named("#log .buttons", "同意").await;
    page.wait_until("document.querySelector('#log .msg.own')?.textContent.includes('同意')").await;
    page.wait_until(
        "[...document.querySelectorAll('#cast button')].some((button) => \
         button.textContent.includes('小林') && button.textContent.includes('咨询员'))",
    )
    .await;
    page.no_complaints().await;
}

/// Everything without a mouse: focus is seen, Enter sends, Shift+Enter does not, Escape closes what was opened.
pub(crate) async fn the_keyboard_is_enough(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1000, 800).await;
    page.open(base).await;
    // The page begins in the composer.
    page.wait_until("document.activeElement.id === 'words'").await;
    let own = page.said("own").await;
    page.keys("帮助").await;
    page.keys(&format!("{SHIFT}{ENTER}{SHIFT}")).await;
    page.wait_until("document.querySelector('#words').value === '帮助\\n'").await;
    assert_eq!(page.said("own").await, own);
    page.keys(ENTER).await;
    page.answered("日报").await;
    page.keys(UP).await;
    page.wait_until("document.querySelector('#words').value.startsWith('帮助')").await;

    // From the top of the page: first the way past the lists, then the lists themselves.
    page.value("(document.activeElement.blur(), document.querySelector('.skip').focus())").await;
    page.keys(TAB).await;
    page.wait_until("document.activeElement.closest('#rooms')").await;
    let ring = "getComputedStyle(document.activeElement).outlineStyle === 'solid'";
    assert_eq!(page.value(ring).await, json!(true), "the focus is seen");
    page.keys(DOWN).await;
    page.keys(ENTER).await;
    page.wait_until("document.querySelector('#room-title').textContent.startsWith('私聊')").await;
    page.wait_until("document.activeElement.id === 'words'").await;
    page.keys(&format!("我的{ENTER}")).await;
    page.answered("· 咨询员").await;

    // The clock's drawer opens, takes the focus, and gives it back.
    page.value("document.querySelector('#bar-clock').focus()").await;
    page.keys(ENTER).await;
    page.wait_until("document.activeElement.id === 'tools'").await;
    page.keys(ESCAPE).await;
    page.wait_until("document.activeElement.id === 'bar-clock' && !document.body.dataset.drawer").await;
    page.no_complaints().await;
}

/// The clock goes to the next morning, and the ranking stands in the group.
pub(crate) async fn the_next_morning_brings_the_ranking(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.open(base).await;
    page.click_named("#cast", "张三").await;
    page.type_into("#words", &format!("日报 对话 50 预约 8 到诊 3{ENTER}")).await;
    page.answered("日报已收到").await;
    let before = page.value("document.querySelector('#clock-day').textContent").await;
    page.click("#steps .strong").await;
    page.wait_until(&format!(
        "document.querySelector('#clock-time').textContent === '09:00' \
         && document.querySelector('#clock-day').textContent !== {before}"
    ))
    .await;
    page.wait_until(
        "[...document.querySelectorAll('#log .msg.bot .bubble')].some((bubble) => \
         bubble.textContent.includes('排行') && bubble.textContent.includes('张三'))",
    )
    .await;
    page.no_complaints().await;
}

/// A phone: nothing is wider than the screen, in no state of the page.
pub(crate) async fn a_phone_is_wide_enough(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(390, 844).await;
    page.open(base).await;
    let narrow = async |when: &str| {
        // A phone that finds something wider zooms out: then its inner width is more than 390.
        let width = page
            .value("Math.max(innerWidth, document.documentElement.scrollWidth, document.body.scrollWidth)")
            .await;
        assert!(width.as_i64().is_some_and(|width| width <= 390), "{when}: {width}");
        let inside = "(() => { const log = document.querySelector('#log'); return log.scrollWidth <= log.clientWidth; })()";
        assert_eq!(page.value(inside).await, json!(true), "{when}: the conversation scrolls sideways");
    };
    narrow("empty").await;
    page.type_into("#words", &format!("帮助{ENTER}")).await;
    page.answered("日报").await;
    page.type_into("#words", &format!("日报 {}{ENTER}", "1234567890".repeat(30))).await;
    page.wait_until("document.querySelectorAll('#log .msg.bot').length >= 2").await;
    narrow("with a long word").await;
    for drawer in ["people", "tools"] {
        page.click(&format!("main [data-drawer={drawer}]:not(.tools)")).await;
        page.wait_until(&format!("document.activeElement.id === '{drawer}'")).await;
        narrow(drawer).await;
        page.keys(ESCAPE).await;
        page.wait_until("!document.body.dataset.drawer").await;
    }
    page.no_complaints().await;
}

/// 100,000 characters are passed on, and the bot's answer is shown; words that look like HTML stay words.
pub(crate) async fn strange_words_do_no_harm(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.open(base).await;
    let before = page.said("bot").await;
    page.type_into("#words", &format!("<img src=x onerror=document.title='坏了'> & <b>粗</b>{ENTER}")).await;
    page.wait_until(
        "[...document.querySelectorAll('#log .msg.own .bubble')].at(-1)?.textContent.includes('<b>粗</b>')",
    )
    .await;
    page.wait_for_answers(before + 1).await;
    assert_eq!(
        page.value("document.querySelectorAll('#log .bubble img[src=x], #log .bubble b').length").await,
        json!(0)
    );
    page.value(
        "(() => { const box = document.querySelector('#words'); box.value = '日报 ' + '长'.repeat(100000); \
         document.querySelector('#composer').requestSubmit(); })()",
    )
    .await;
    page.wait_for_answers(before + 2).await;
    page.wait_until("document.querySelector('#log .more')?.textContent.includes('100003')").await;
    page.no_complaints().await;
}

/// What happens to the network and the program is seen: a message sent twice counts once, words wait and arrive.
pub(crate) async fn faults_are_shown_and_survived(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.open(base).await;
    page.click_named("#cast", "张三").await;
    page.type_into("#words", &format!("日报 对话 50 预约 8 到诊 3{ENTER}")).await;
    page.answered("日报已收到").await;
    page.click("#twice").await;
    page.wait_until("document.querySelector('#log .note')?.textContent.includes('没有再做一遍')").await;

    page.click("#down").await;
    page.wait_until("!document.querySelector('#offline').hidden").await;
    page.type_into("#words", &format!("我的{ENTER}")).await;
    page.wait_until("!document.querySelector('#waiting').hidden").await;
    let before = page.said("bot").await;
    page.click("#restart").await;
    page.wait_until("[...document.querySelectorAll('#log .note')].at(-1).textContent.includes('重启')").await;
    page.click("#down").await;
    page.wait_until("document.querySelector('#offline').hidden").await;
    page.click_nth("#steps button", 0).await;
    page.wait_for_answers(before + 1).await;
    page.wait_until("document.querySelector('#waiting').hidden").await;
    page.no_complaints().await;
}

/// A picture stands below the words that it belongs to, at the size in which it was drawn, and opens by itself.
pub(crate) async fn a_picture_is_shown(base: &str) {
    let Some(page) = Browser::start().await else { return };
    page.open(base).await;
    page.click_named("#cast", "张三").await;
    page.type_into("#words", &format!("走势{ENTER}")).await;
    let newest = "[...document.querySelectorAll('#log .msg.bot .bubble')].at(-1)?.querySelector('a[target=_blank] > img')";
    page.wait_until(&format!("{newest}?.complete && {newest}.naturalWidth === 750")).await;
    let shown = page.value(&format!("{newest}.alt + ' ' + ({newest}.width <= 375)")).await;
    assert_eq!(shown, "走势 true");
    page.no_complaints().await;
    if let Ok(directory) = std::env::var("DESKMATE_PICTURES") {
        page.size(1280, 800).await;
        page.screenshot(&Path::new(&directory).join("console-picture.png")).await;
    }
}

/// Writes what the page looks like, for the manual, when `DESKMATE_PICTURES` names a directory.
pub(crate) async fn pictures_are_taken(base: &str) {
    let Ok(directory) = std::env::var("DESKMATE_PICTURES") else { return };
    let Some(page) = Browser::start().await else { return };
    page.size(1280, 800).await;
    page.dark(false).await;
    page.open(base).await;
    page.click_named("#cast", "张三").await;
    page.type_into("#words", &format!("日报 对话 50 预约 8 到诊 3{ENTER}")).await;
    page.answered("日报已收到").await;
    for (name, width, height) in [("desktop", 1280, 800), ("phone", 390, 844)] {
        page.size(width, height).await;
        for (tone, dark) in [("light", false), ("dark", true)] {
            page.dark(dark).await;
            page.wait_until("document.getAnimations().length === 0").await;
            page.screenshot(&Path::new(&directory).join(format!("console-{name}-{tone}.png"))).await;
        }
    }
}

#[test]
fn base64_is_read() {
    for (text, bytes) in [
        ("", ""),
        ("Zg==", "f"),
        ("Zm8=", "fo"),
        ("Zm9v", "foo"),
        ("Zm9vYmE=", "fooba"),
        ("Zm9v\nYmFy", "foobar"),
    ] {
        assert_eq!(from_base64(text), bytes.as_bytes());
    }
}
