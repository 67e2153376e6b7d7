//! A self-built app's API (developer.work.weixin.qq.com path 91039, 90236): tokens that end, and messages to people.

use super::cards::{bounded, button_card};
use super::{FakeWecom, Outcome, Place, Shown, State, Way};
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::HashSet;

const TOKEN_MS: i64 = 7_200_000;

#[derive(Default)]
pub(super) struct AppState {
    /// CorpID, secret and AgentId.
    app: Option<(String, String, i64)>,
    visible: HashSet<String>,
    token: Option<(String, i64)>,
    granted: usize,
}

impl FakeWecom {
    /// A self-built app, which these people can see.
    pub fn add_app(&self, corp_id: &str, secret: &str, agent_id: i64, visible: &[&str]) {
        let mut state = self.lock();
        state.app.app = Some((corp_id.to_owned(), secret.to_owned(), agent_id));
        state.app.visible = visible.iter().map(|user| (*user).to_owned()).collect();
    }

    /// How often a token was given out.
    pub fn tokens_granted(&self) -> usize {
        self.lock().app.granted
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
            (&Method::POST, "/cgi-bin/message/send") => {
                let token = parameter("access_token");
                match &self.app.token {
                    Some((known, _)) if *known != token => return Some(Outcome::Errcode(40014)),
                    None => return Some(Outcome::Errcode(40014)),
                    Some((_, until)) if self.now >= *until => return Some(Outcome::Errcode(42001)),
                    Some(_) => {}
                }
                match self.app_message(body) {
                    Ok(Ok(())) => Some(Outcome::Errcode(0)),
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

    fn app_message(&mut self, body: &[u8]) -> Result<Result<(), i64>, String> {
        let message: Value = serde_json::from_slice(body).map_err(|error| format!("no JSON: {error}"))?;
        if message["agentid"].as_i64() != self.app.app.as_ref().map(|(_, _, agent)| *agent) {
            return Err(format!("no such agentid: {}", message["agentid"]));
        }
        let user = message["touser"].as_str().ok_or("no touser")?.to_owned();
        if !self.app.visible.contains(&user) {
            return Ok(Err(81013));
        }
        let text = match message["msgtype"].as_str() {
            Some("text") => bounded(&message["text"]["content"], 2_048)?,
            Some("template_card") => button_card(&message["template_card"])?.0,
            kind => return Err(format!("unknown msgtype {kind:?}")),
        };
        self.shown.push(Shown { place: Place::Person(user), text, mentioned: Vec::new(), way: Way::App });
        Ok(Ok(()))
    }
}
