//! A self-built app's API (developer.work.weixin.qq.com path 91039, 90236, 96255): tokens that end, messages to people and what
//! the contacts call them.

use super::cards::{bounded, button_card};
use super::{FakeWecom, Outcome, Place, Shown, State, Way, media};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const TOKEN_MS: i64 = 7_200_000;
/// A card's code is good so long.
const CODE_MS: i64 = 72 * 60 * 60 * 1_000;

#[derive(Default)]
pub(super) struct AppState {
    /// CorpID, secret and AgentId.
    app: Option<(String, String, i64)>,
    visible: HashSet<String>,
    /// What the contacts call people.
    names: HashMap<String, String>,
    token: Option<(String, i64)>,
    granted: usize,
    cards: Vec<AppCard>,
}

/// A card that an app has sent.
struct AppCard {
    user: String,
    task_id: String,
    until: i64,
    /// How it was decided, once it shows that.
    settled: Option<String>,
}

impl FakeWecom {
    /// A self-built app, which these people can see.
    pub fn add_app(&self, corp_id: &str, secret: &str, agent_id: i64, visible: &[&str]) {
        let mut state = self.lock();
        state.app.app = Some((corp_id.to_owned(), secret.to_owned(), agent_id));
        state.app.visible = visible.iter().map(|user| (*user).to_owned()).collect();
    }

    /// What the contacts call somebody.
    pub fn name(&self, user: &str, name: &str) {
        self.lock().app.names.insert(user.to_owned(), name.to_owned());
    }

    /// How often a token was given out.
    pub fn tokens_granted(&self) -> usize {
        self.lock().app.granted
    }

    /// What the cards show that an app has sent, in order: how each was decided, or `None` while it still asks.
    pub fn app_cards(&self) -> Vec<Option<String>> {
        self.lock().app.cards.iter().map(|card| card.settled.clone()).collect()
    }

    /// The newest card's task id.
    pub fn last_app_task(&self) -> Option<String> {
        self.lock().app.cards.last().map(|card| card.task_id.clone())
    }

    /// The token that was given out is worth nothing any more.
    pub fn forget_token(&self) {
        self.lock().app.token = None;
    }
}

impl State {
    /// A call of the app's API; `None` when it is none.
    pub(super) fn app_call(
        &mut self,
        method: &Method,
        path: &str,
        query: &str,
        body: &[u8],
    ) -> Option<Outcome> {
        let parameter = |name: &str| {
            let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            let value = value.map(|value| percent_encoding::percent_decode_str(value).decode_utf8_lossy());
            value.unwrap_or_default().into_owned()
        };
        match (method, path) {
            (&Method::GET, "/cgi-bin/gettoken") => {
                let Some((corp_id, secret, _)) = &self.app.app else { return Some(Outcome::Errcode(40013)) };
                if *corp_id != parameter("corpid") {
                    return Some(Outcome::Errcode(40013));
                }
                if *secret != parameter("corpsecret") {
                    return Some(Outcome::Errcode(40001));
                }
                self.app.granted += 1;
                // Characters that must be encoded in an address.
                let token = format!("tok+{}/=", self.app.granted);
                self.app.token = Some((token.clone(), self.now + TOKEN_MS));
                let answer =
                    json!({ "errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200 });
                Some(Outcome::Json(answer))
            }
            (&Method::GET, "/cgi-bin/user/get") => match self.token_code(&parameter("access_token")) {
                0 => Some(self.member(parameter("userid"))),
                code => Some(Outcome::Errcode(code)),
            },
            (&Method::POST, "/cgi-bin/media/upload") => match self.token_code(&parameter("access_token")) {
                0 => Some(self.upload("app", &parameter("type"), body)),
                code => Some(Outcome::Errcode(code)),
            },
            (&Method::POST, "/cgi-bin/message/update_template_card") => {
                match self.token_code(&parameter("access_token")) {
                    0 => {}
                    code => return Some(Outcome::Errcode(code)),
                }
                match self.app_update(body) {
                    Ok(code) => Some(Outcome::Errcode(code)),
                    Err(mistake) => {
                        self.mistakes.push(format!("{method} {path}: {mistake}"));
                        Some(Outcome::Http(404))
                    }
                }
            }
            (&Method::POST, "/cgi-bin/message/send") => {
                match self.token_code(&parameter("access_token")) {
                    0 => {}
                    code => return Some(Outcome::Errcode(code)),
                }
                match self.app_message(body) {
                    Ok(Ok(None)) => Some(Outcome::Errcode(0)),
                    Ok(Ok(Some(code))) => Some(Outcome::Json(
                        json!({ "errcode": 0, "errmsg": "ok", "msgid": "m", "response_code": code }),
                    )),
                    Ok(Err(code)) => Some(Outcome::Errcode(code)),
                    Err(mistake) => {
                        self.mistakes.push(format!("{method} {path}: {mistake}"));
                        Some(Outcome::Http(404))
                    }
                }
            }
            _ => None,
        }
    }

    /// Somebody in the contacts (path 96255): of those whom the app can see.
    fn member(&self, user: String) -> Outcome {
        match self.app.names.get(&user) {
            None => Outcome::Errcode(60111),
            Some(_) if !self.app.visible.contains(&user) => Outcome::Errcode(60011),
            Some(name) => Outcome::Json(json!({
                "errcode": 0, "errmsg": "ok", "userid": user, "name": name, "department": [1], "main_department": 1
            })),
        }
    }

    /// What a token is answered with.
    fn token_code(&self, token: &str) -> i64 {
        match &self.app.token {
            Some((known, until)) if known == token && self.now < *until => 0,
            Some((known, _)) if known == token => 42001,
            Some(_) | None => 40014,
        }
    }

    fn app_message(&mut self, body: &[u8]) -> Result<Result<Option<String>, i64>, String> {
        let message: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
        if message["agentid"].as_i64() != self.app.app.as_ref().map(|(_, _, agent)| *agent) {
            return Err(format!("no such agentid: {}", message["agentid"]));
        }
        let user = message["touser"].as_str().ok_or("no touser")?.to_owned();
        if !self.app.visible.contains(&user) {
            return Ok(Err(81013));
        }
        let (mut shown, mut buttons, mut code) = (None, Vec::new(), None);
        let text = match message["msgtype"].as_str() {
            Some(kind @ ("image" | "file")) => {
                let id = media::id(&message[kind])?;
                let Some(bytes) = self.media.find("app", kind, &id, self.now) else { return Ok(Err(40007)) };
                shown = Some(bytes);
                String::new()
            }
            Some("text") => bounded(&message["text"]["content"], 2_048)?,
            Some("template_card") => {
                let (text, shown, task_id) = button_card(&message["template_card"])?;
                buttons = shown;
                let card = AppCard { user: user.clone(), task_id, until: self.now + CODE_MS, settled: None };
                self.app.cards.push(card);
                code = Some(format!("code{}", self.app.cards.len()));
                text
            }
            kind => return Err(format!("unknown msgtype {kind:?}")),
        };
        self.shown.push(Shown {
            place: Place::Person(user),
            text,
            mentioned: Vec::new(),
            way: Way::App,
            buttons,
            media: shown,
        });
        Ok(Ok(code))
    }

    /// A card's change: by a code that is good once and for 72 hours.
    fn app_update(&mut self, body: &[u8]) -> Result<i64, String> {
        let asked: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
        if asked["agentid"].as_i64() != self.app.app.as_ref().map(|(_, _, agent)| *agent) {
            return Err(format!("no such agentid: {}", asked["agentid"]));
        }
        let number = asked["response_code"].as_str().and_then(|code| code.strip_prefix("code")?.parse().ok());
        let now = self.now;
        let card = number.and_then(|number: usize| self.app.cards.get_mut(number.checked_sub(1)?));
        let Some(card) = card.filter(|card| card.settled.is_none() && now < card.until) else {
            return Ok(40058);
        };
        let shown = &asked["template_card"];
        if asked["userids"] != json!([card.user]) || shown["task_id"] != card.task_id.as_str() {
            return Err(format!("not this card's change: {asked}"));
        }
        if shown["card_type"] != "text_notice" || shown["card_action"]["type"] != 1 {
            return Err(format!("a text_notice with an action: {shown}"));
        }
        card.settled = Some(shown["sub_title_text"].as_str().unwrap_or_default().to_owned());
        Ok(0)
    }
}
