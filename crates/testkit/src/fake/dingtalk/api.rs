//! DingTalk's OpenAPI as a robot uses it: token, messages to groups and people, interactive cards. Written from the
//! protocol's description, without a line of `platform::dingtalk::openapi`.

use super::{Door, FakeDingtalk, Place, Shared, World, lock, media, sign};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

const TOKEN_MS: i64 = 7_200_000;
const PARAM_LIMIT: usize = 15_000;
const VALUE_LIMIT: usize = 1_024;
const LINK: &str = "dtmd://dingtalkclient/sendMessage?content=";

#[derive(Default)]
pub(super) struct Api {
    tokens: HashMap<String, i64>,
    fetched: u64,
    refusals: VecDeque<(u16, &'static str)>,
    unknown_people: HashSet<String>,
    slowed_people: HashSet<String>,
    templates: HashSet<String>,
    refuses_cards: bool,
    cards: BTreeMap<String, Card>,
    /// Registered callback addresses of cards and their secrets, by key.
    routes: HashMap<String, (String, String)>,
    registrations: u64,
    sent: u64,
    pub(super) media: media::Media,
}

/// An interactive card that was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Where it is shown.
    pub place: Place,
    /// Its variables.
    pub params: BTreeMap<String, String>,
    /// The key of its callback address; `None` when its taps go over the Stream connection.
    pub route: Option<String>,
}

/// A tap as DingTalk posts it to a callback address.
#[derive(Clone, Debug)]
pub struct TapCall {
    /// The registered address.
    pub url: String,
    /// All headers of the request.
    pub headers: [(&'static str, String); 3],
    /// The body.
    pub body: String,
}

impl FakeDingtalk {
    /// The next call of the OpenAPI (but not for a token) is refused with this status and code.
    pub fn refuse_call(&self, status: u16, code: &'static str) {
        lock(&self.world).api.refusals.push_back((status, code));
    }

    /// Makes all tokens worthless.
    pub fn forget_tokens(&self) {
        lock(&self.world).api.tokens.clear();
    }

    /// How often a token was fetched.
    pub fn tokens_fetched(&self) -> u64 {
        lock(&self.world).api.fetched
    }

    /// Somebody whom the robot cannot write to: a 200 says so.
    pub fn not_a_member(&self, staff_id: &str) {
        lock(&self.world).api.unknown_people.insert(staff_id.into());
    }

    /// Somebody who gets no more for now: a 200 says so. False ends it.
    pub fn slow_down(&self, staff_id: &str, slowed: bool) {
        let people = &mut lock(&self.world).api.slowed_people;
        if slowed {
            people.insert(staff_id.into())
        } else {
            people.remove(staff_id)
        };
    }

    /// A template that cards may be made of.
    pub fn add_template(&self, template: &str) {
        lock(&self.world).api.templates.insert(template.into());
    }

    /// From now on says of each card that all went well, but for its delivery.
    pub fn refuse_cards(&self) {
        lock(&self.world).api.refuses_cards = true;
    }

    /// All cards by their outTrackId.
    pub fn cards(&self) -> BTreeMap<String, Card> {
        lock(&self.world).api.cards.clone()
    }

    /// A tap on a card whose taps go to an address, signed at the present time.
    ///
    /// # Panics
    /// When there is no such card.
    pub fn tap_call(&self, out_track_id: &str, staff_id: &str, action: &str, params: &Value) -> TapCall {
        let body = self.tap(out_track_id, staff_id, action, params).to_string();
        let world = lock(&self.world);
        let card = world.api.cards.get(out_track_id).expect("a card");
        let route = card.route.as_ref().expect("a card whose taps go to an address");
        let (url, secret) = world.api.routes[route].clone();
        let timestamp = world.now().to_string();
        let sign = sign::card_style(&secret, &timestamp);
        let headers = [
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("x-ddpaas-signature-timestamp", timestamp),
            ("x-ddpaas-signature", sign),
        ];
        TapCall { url, headers, body }
    }

    /// How often a callback address was registered.
    pub fn registrations(&self) -> u64 {
        lock(&self.world).api.registrations
    }

    /// Applies the response to a tap that went to an address.
    ///
    /// # Panics
    /// When it has no form that DingTalk understands.
    pub fn apply_response(&self, out_track_id: &str, body: &str) {
        let response: Value = serde_json::from_str(body).expect("JSON");
        self.update(out_track_id, &response);
    }

    /// Applies what the acknowledgement of a tap says to the card, as DingTalk does.
    ///
    /// # Panics
    /// When it has no form that DingTalk understands.
    pub fn apply(&self, out_track_id: &str, ack: &Value) {
        let data: Value = serde_json::from_str(ack["data"].as_str().expect("data as text")).expect("JSON");
        self.update(out_track_id, &data["response"]);
    }

    fn update(&self, out_track_id: &str, response: &Value) {
        let mut world = lock(&self.world);
        let fields = response.as_object().expect("a response");
        world.only(fields.keys(), &["cardUpdateOptions", "cardData", "userPrivateData"], "card answer.");
        let params = params(&response["cardData"]["cardParamMap"]);
        let by_key = response["cardUpdateOptions"]["updateCardDataByKey"] == true;
        assert!(by_key || params.is_empty(), "without it the whole card would be replaced");
        if let Some(card) = world.api.cards.get_mut(out_track_id) {
            card.params.extend(params);
        }
    }
}

pub(super) fn routes(router: Router<Shared>) -> Router<Shared> {
    router
        .route("/v1.0/oauth2/accessToken", post(token))
        .route("/media/upload", post(media::upload))
        .route("/v1.0/robot/messageFiles/download", post(call))
        .route("/files/{code}", get(media::download))
        .route("/v1.0/robot/groupMessages/send", post(call))
        .route("/v1.0/robot/oToMessages/batchSend", post(call))
        .route("/v1.0/card/instances/createAndDeliver", post(call))
        .route("/v1.0/card/callbacks/register", post(call))
        .route("/v1.0/card/instances", put(call))
}

type Refusal = (u16, &'static str);

async fn token(State(world): State<Shared>, body: Bytes) -> Response {
    let mut world = lock(&world);
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let secret = asked["appKey"].as_str().and_then(|key| world.stream.secret(key));
    if secret.is_none() || secret != asked["appSecret"].as_str() {
        return refused((400, "invalidClientIdOrSecret"));
    }
    world.api.fetched += 1;
    let token = format!("token{:028}", world.api.fetched);
    let until = world.now() + TOKEN_MS;
    world.api.tokens.insert(token.clone(), until);
    fine(&json!({ "accessToken": token, "expireIn": TOKEN_MS / 1_000 }))
}

async fn call(
    State(world): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut world = lock(&world);
    world.requests += 1;
    match world.call(&method, uri.path(), &headers, &body) {
        Ok(answer) => fine(&answer),
        Err(refusal) => refused(refusal),
    }
}

pub(super) fn fine(answer: &Value) -> Response {
    // Without it an old connection would outlive `down`.
    ([(header::CONNECTION, "close")], axum::Json(answer)).into_response()
}

fn refused((status, code): Refusal) -> Response {
    let body = json!({ "code": code, "message": "refused", "requestid": "R1" });
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONNECTION, "close")], axum::Json(body)).into_response()
}

impl World {
    fn call(
        &mut self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Value, Refusal> {
        let token = headers.get("x-acs-dingtalk-access-token").and_then(|value| value.to_str().ok());
        if !self.knows_token(token.unwrap_or_default()) {
            return Err((401, "InvalidAuthentication"));
        }
        if let Some(refusal) = self.api.refusals.pop_front() {
            return Err(refusal);
        }
        let asked: Value = serde_json::from_slice(body).map_err(|_| (400, "invalidParameter"))?;
        match path {
            "/v1.0/robot/groupMessages/send" => self.send_to_group(&asked),
            "/v1.0/robot/oToMessages/batchSend" => self.send_to_people(&asked),
            "/v1.0/card/instances/createAndDeliver" => self.create_card(&asked),
            "/v1.0/card/callbacks/register" => self.register_route(&asked),
            "/v1.0/robot/messageFiles/download" => self.find_file(&asked),
            _ if method == Method::PUT => self.update_card(&asked),
            _ => Err((404, "unknown")),
        }
    }

    /// Whether a token is worth something.
    pub(super) fn knows_token(&self, token: &str) -> bool {
        self.api.tokens.get(token).is_some_and(|until| self.now() < *until)
    }

    pub(super) fn robot(&self, asked: &Value) -> Result<(), Refusal> {
        let robot = asked["robotCode"].as_str().unwrap_or_default();
        self.stream.secret(robot).map(|_| ()).ok_or((400, "invalidParameter.robotCode.notExisted"))
    }

    fn send_to_group(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let known = ["robotCode", "openConversationId", "msgKey", "msgParam"];
        self.only(asked.as_object().into_iter().flat_map(Map::keys), &known, "groupMessages/send.");
        self.robot(asked)?;
        let group = asked["openConversationId"].as_str().filter(|id| !id.is_empty());
        let group = group.ok_or((400, "invalid.openConversationId"))?.to_owned();
        self.keyed(asked, vec![Place::Group(group)])
    }

    fn send_to_people(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let known = ["robotCode", "userIds", "msgKey", "msgParam"];
        self.only(asked.as_object().into_iter().flat_map(Map::keys), &known, "batchSend.");
        self.robot(asked)?;
        let ids: Vec<String> = asked["userIds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|id| id.as_str().map(Into::into))
            .collect();
        if ids.is_empty() || ids.len() > 20 {
            return Err((400, "invalidParameter.userIds"));
        }
        let (unknown, rest): (Vec<String>, Vec<String>) =
            ids.into_iter().partition(|id| self.api.unknown_people.contains(id));
        let (slowed, reached): (Vec<String>, Vec<String>) =
            rest.into_iter().partition(|id| self.api.slowed_people.contains(id));
        let mut answer = self.keyed(asked, reached.into_iter().map(Place::Person).collect())?;
        answer["invalidStaffIdList"] = json!(unknown);
        answer["flowControlledStaffIdList"] = json!(slowed);
        Ok(answer)
    }

    fn keyed(&mut self, asked: &Value, places: Vec<Place>) -> Result<Value, Refusal> {
        let param = asked["msgParam"].as_str().ok_or((400, "invalidParameter.msgParam"))?;
        if param.len() > PARAM_LIMIT {
            return Err((400, "invalidParameter.msgParam.tooLong"));
        }
        let param: Map<String, Value> =
            serde_json::from_str(param).map_err(|_| (400, "invalidParameter.msgParam.invalid"))?;
        if param.values().any(|value| !value.is_string()) {
            self.mistakes.push(format!("msgParam holds more than texts: {param:?}"));
        }
        let text = |name: &str| param.get(name).and_then(Value::as_str).unwrap_or_default();
        let key = asked["msgKey"].as_str().unwrap_or_default();
        if let Some(media) = self.api.media.shown(key, &param)? {
            for place in places {
                self.show_media(place, Arc::clone(&media));
            }
            self.api.sent += 1;
            return Ok(json!({ "processQueryKey": format!("pqk{}", self.api.sent) }));
        }
        let (words, buttons) = match key {
            "sampleText" => {
                self.only(param.keys(), &["content"], "sampleText.");
                (text("content").to_owned(), Vec::new())
            }
            "sampleActionCard" => {
                self.only(param.keys(), &["title", "text", "singleTitle", "singleURL"], "sampleActionCard.");
                (
                    self.shown(text("text")),
                    vec![(text("singleTitle").to_owned(), text("singleURL").to_owned())],
                )
            }
            "sampleActionCard2" | "sampleActionCard3" | "sampleActionCard4" | "sampleActionCard5" => {
                let count = usize::from(key.as_bytes()[key.len() - 1] - b'0');
                let numbered =
                    |name: &str| (1..=count).map(|number| format!("{name}{number}")).collect::<Vec<_>>();
                let (titles, urls) = (numbered("actionTitle"), numbered("actionURL"));
                let known: Vec<&str> = ["title", "text"]
                    .into_iter()
                    .chain(titles.iter().chain(&urls).map(String::as_str))
                    .collect();
                self.only(param.keys(), &known, &format!("{key}."));
                let buttons =
                    titles.iter().zip(&urls).map(|(title, url)| (text(title).into(), text(url).into()));
                (self.shown(text("text")), buttons.collect())
            }
            _ => {
                self.mistakes.push(format!("msgKey {key}: unknown, or the fake has not learnt it"));
                return Err((400, "invalidParameter.msgKey"));
            }
        };
        if words.trim().is_empty() || buttons.iter().any(|(title, url)| title.is_empty() || url.is_empty()) {
            return Err((400, "invalidParameter.msgParam.empty"));
        }
        let buttons: Vec<(String, String)> =
            buttons.into_iter().map(|(title, url)| (title, self.says(&url))).collect();
        for place in places {
            self.show(place, words.clone(), Vec::new(), buttons.clone(), Door::Api);
        }
        self.api.sent += 1;
        Ok(json!({ "processQueryKey": format!("pqk{}", self.api.sent) }))
    }

    fn register_route(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let known = ["callbackRouteKey", "callbackUrl", "apiSecret", "forceUpdate"];
        self.only(asked.as_object().into_iter().flat_map(Map::keys), &known, "callbacks/register.");
        let text = |name: &str| asked[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let route = text("callbackRouteKey").zip(text("callbackUrl")).zip(text("apiSecret"));
        let ((key, url), secret) = route.ok_or((400, "param.empty"))?;
        if self.api.routes.contains_key(&key) && asked["forceUpdate"] != true {
            return Err((400, "param.callbackRouteKeyExist"));
        }
        self.api.registrations += 1;
        self.api.routes.insert(key, (url.clone(), secret.clone()));
        Ok(json!({ "success": true, "result": { "callbackUrl": url, "apiSecret": secret } }))
    }

    fn create_card(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let known = [
            "cardTemplateId",
            "outTrackId",
            "callbackType",
            "callbackRouteKey",
            "userIdType",
            "cardData",
            "openSpaceId",
            "imGroupOpenSpaceModel",
            "imGroupOpenDeliverModel",
            "imRobotOpenSpaceModel",
            "imRobotOpenDeliverModel",
        ];
        self.only(asked.as_object().into_iter().flat_map(Map::keys), &known, "createAndDeliver.");
        let template = asked["cardTemplateId"].as_str().unwrap_or_default();
        if !self.api.templates.contains(template) {
            return Err((400, "param.templateNotExist"));
        }
        let track = asked["outTrackId"].as_str().filter(|id| !id.is_empty()).ok_or((400, "param.empty"))?;
        if self.api.cards.contains_key(track) {
            return Err((400, "param.cardAlreadyExist"));
        }
        let route = asked["callbackRouteKey"].as_str().map(str::to_owned);
        let heard = match (asked["callbackType"].as_str(), &route) {
            (Some("STREAM"), None) => true,
            (Some("HTTP"), Some(route)) => self.api.routes.contains_key(route),
            _ => false,
        };
        if !heard || asked["userIdType"] != 1 {
            self.mistakes.push("a card whose taps nobody hears, or whose tapper nobody knows".into());
        }
        let space = asked["openSpaceId"].as_str().unwrap_or_default();
        let (place, model) = if let Some(group) = space.strip_prefix("dtv1.card//IM_GROUP.") {
            (Place::Group(group.into()), &asked["imGroupOpenDeliverModel"])
        } else if let Some(person) = space.strip_prefix("dtv1.card//IM_ROBOT.") {
            if asked["imRobotOpenDeliverModel"]["spaceType"] != "IM_ROBOT" {
                return Err((400, "param.empty"));
            }
            (Place::Person(person.into()), &asked["imRobotOpenDeliverModel"])
        } else {
            return Err((400, "param.openSpaceIdInvalid"));
        };
        self.robot(model)?;
        let params = params(&asked["cardData"]["cardParamMap"]);
        if params.values().any(|value| value.len() > VALUE_LIMIT) {
            return Err((400, "param.contentTooLong"));
        }
        let refuses = self.api.refuses_cards;
        if !refuses {
            self.api.cards.insert(track.into(), Card { place: place.clone(), params, route });
        }
        Ok(json!({ "success": true, "result": { "outTrackId": track, "deliverResults": [
            { "success": !refuses, "carrierId": "c1", "errorMsg": if refuses { "robot not in group" } else { "" } }
        ] } }))
    }

    fn update_card(&mut self, asked: &Value) -> Result<Value, Refusal> {
        let track = asked["outTrackId"].as_str().unwrap_or_default();
        if asked["cardUpdateOptions"]["updateCardDataByKey"] != true {
            self.mistakes.push("a card's update that replaces all of it".into());
        }
        let card = self.api.cards.get_mut(track).ok_or((400, "param.cardNotExist"))?;
        card.params.extend(params(&asked["cardData"]["cardParamMap"]));
        Ok(json!({ "success": true, "result": true }))
    }

    /// Markdown as a client shows it: a line end without its blanks may be joined, so it is a mistake.
    pub(super) fn shown(&mut self, markdown: &str) -> String {
        let shown = markdown.replace("  \n  ", "\u{0}");
        if shown.contains('\n') || shown.contains("**") {
            self.mistakes.push(format!("markdown that would not be shown as it is: {markdown}"));
        }
        shown.replace('\u{0}', "\n")
    }

    /// What a link says for whoever taps on it.
    pub(super) fn says(&mut self, url: &str) -> String {
        match url.strip_prefix(LINK) {
            Some(words) if !words.contains('+') => {
                percent_encoding::percent_decode_str(words).decode_utf8_lossy().into_owned()
            }
            _ => {
                self.mistakes.push(format!("a button leads nowhere: {url}"));
                String::new()
            }
        }
    }
}

fn params(map: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned).expect("a card's values are texts");
    map.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect()
}
