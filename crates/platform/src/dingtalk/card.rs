//! Interactive cards (互动卡片): two real buttons that turn into the decision. DingTalk docs: interactive cards, create and
//! deliver, callback.
//!
//! A card needs a template in the organisation's own developer console; the official approval template (审批模板) is what is
//! filled in here. Its buttons are fixed, `agree` and `reject`, so only a message that asks for just that becomes one.
//! Whoever taps is named by DingTalk (`userId`); what stands in `params` anybody might have made up, and is not looked at.

use super::openapi::OpenApi;
use super::verdict::Verdict;
use bot::message::{Button, Said};
use bot::outside::{Amend, Destination};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::time::Instant;

/// The longest value of a card's variable, bytes.
const VALUE: usize = 1_024;
/// The longest title, characters.
const TITLE: usize = 60;

/// What is decided on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// 同意.
    Agree,
    /// 拒绝.
    Reject,
}

impl Decision {
    /// The template's word: an action's id, and the variable `status` afterwards.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Reject => "reject",
        }
    }

    /// The decision of a template's word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Agree, Self::Reject].into_iter().find(|decision| decision.word() == word)
    }

    fn of_label(label: &str) -> Option<Self> {
        let begins = |heads: &[&str]| heads.iter().any(|head| label.starts_with(head));
        if begins(&["同意", "通过", "批准"]) {
            Some(Self::Agree)
        } else if begins(&["拒绝", "驳回", "不同意"]) {
            Some(Self::Reject)
        } else {
            None
        }
    }

    /// The typed twin of a decision in a message that a card was made of.
    pub fn command(self, said: &Said) -> Option<&str> {
        let found = said.buttons.iter().find(|button| Self::of_label(&button.label) == Some(self));
        found.map(|button| button.command.as_str())
    }
}

/// Whether a message asks for just one of the two decisions about one thing, and fits a card.
pub(super) fn fits(said: &Said) -> bool {
    let decisions: Vec<Option<Decision>> =
        said.buttons.iter().map(|button: &Button| Decision::of_label(&button.label)).collect();
    matches!(
        decisions.as_slice(),
        [Some(Decision::Agree), Some(Decision::Reject)] | [Some(Decision::Reject), Some(Decision::Agree)]
    ) && said.subjects().len() == 1
        && said.typed().len() <= VALUE
}

/// What a card is made as.
pub(super) struct Form<'a> {
    pub(super) template: &'a str,
    /// How we name it (outTrackId).
    pub(super) track: &'a str,
    /// Under which key its callback address is registered; without one the Stream connection hears the taps.
    pub(super) route: Option<String>,
}

/// Delivers a message as a card. A card that is there already was delivered by an earlier try.
pub(super) async fn deliver(
    api: &OpenApi,
    bot: &str,
    form: Form<'_>,
    to: &Destination,
    said: &Said,
    give_up_at: Instant,
) -> Verdict {
    let words = said.typed();
    let title: String = said.text.lines().next().unwrap_or_default().chars().take(TITLE).collect();
    let mut body = json!({
        "cardTemplateId": form.template,
        "outTrackId": form.track,
        "callbackType": "STREAM",
        "userIdType": 1,
        "cardData": { "cardParamMap": {
            "title": title,
            "type": "审批",
            "reason": words,
            "status": "",
            "lastMessage": title,
        } },
    });
    if let Some(route) = form.route {
        body["callbackType"] = "HTTP".into();
        body["callbackRouteKey"] = route.into();
    }
    let notice = json!({ "supportForward": false, "lastMessageI18n": { "ZH_CN": title } });
    let code = api.robot_code(bot);
    match to {
        Destination::Group(group) => {
            body["openSpaceId"] = Value::from(format!("dtv1.card//IM_GROUP.{group}"));
            body["imGroupOpenSpaceModel"] = notice;
            body["imGroupOpenDeliverModel"] = json!({ "robotCode": code });
        }
        Destination::Person(person) => {
            body["openSpaceId"] = Value::from(format!("dtv1.card//IM_ROBOT.{person}"));
            body["imRobotOpenSpaceModel"] = notice;
            body["imRobotOpenDeliverModel"] = json!({ "robotCode": code, "spaceType": "IM_ROBOT" });
        }
    }
    let path = "/v1.0/card/instances/createAndDeliver";
    let answer = match api.call(bot, Method::POST, path, &body, give_up_at).await {
        Ok(answer) => answer,
        Err(Verdict::Never(why)) if why.contains("cardAlreadyExist") => return Verdict::Taken,
        Err(verdict) => return verdict,
    };
    // All may be well but for the delivery itself.
    let delivered = answer["result"]["deliverResults"].as_array();
    let delivered =
        delivered.is_some_and(|all| !all.is_empty() && all.iter().all(|one| one["success"] == true));
    if answer["success"] == true && delivered {
        Verdict::Taken
    } else {
        Verdict::Never("互动卡片没有送达：请核对卡片模板，确认机器人在这个群里".into())
    }
}

/// Puts the outcome on a card that was decided elsewhere. DingTalk docs: update a card.
pub(super) async fn amend(api: &OpenApi, bot: &str, amend: &Amend, give_up_at: Instant) -> Verdict {
    let decision = amend.label.as_deref().and_then(Decision::of_label);
    let mut body = json!({ "outTrackId": amend.card, "userIdType": 1 });
    body["cardUpdateOptions"] = json!({ "updateCardDataByKey": true, "updatePrivateDataByKey": true });
    body["cardData"] = json!({ "cardParamMap": shown(decision, Some(&amend.outcome)) });
    match api.call(bot, Method::PUT, "/v1.0/card/instances", &body, give_up_at).await {
        Ok(_) => Verdict::Taken,
        Err(verdict) => verdict,
    }
}

/// A tap on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tap {
    /// The card, as we named it.
    pub track: String,
    /// Who tapped, by staff id; DingTalk vouches for it.
    pub user_id: String,
    /// The group in which the card is; `None` in private.
    pub group: Option<String>,
    /// What was tapped.
    pub decision: Decision,
}

impl Tap {
    /// Reads a callback; `None` when it is no tap on one of our buttons. `content` is JSON as a text, and one page of the
    /// documents calls it `value`.
    pub fn read(data: &str) -> Option<Self> {
        let data: Value = serde_json::from_str(data).ok()?;
        let id =
            |value: &Value| value.as_str().filter(|id| !id.is_empty() && id.len() <= 512).map(str::to_owned);
        // Of another kind, the id would not be the staff's.
        if !data["userIdType"].is_null() && data["userIdType"] != 1 {
            return None;
        }
        let content = ["content", "value"].iter().find_map(|name| data[*name].as_str())?;
        let content: Value = serde_json::from_str(content).ok()?;
        let actions = content["cardPrivateData"]["actionIds"].as_array()?;
        let decision = actions.iter().filter_map(Value::as_str).find_map(Decision::of_word)?;
        let group = (data["spaceType"] == "IM_GROUP").then(|| id(&data["spaceId"])).flatten();
        Some(Self { track: id(&data["outTrackId"])?, user_id: id(&data["userId"])?, group, decision })
    }
}

/// The variables that show a decision and its line.
fn shown(decision: Option<Decision>, line: Option<&str>) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(decision) = decision {
        shown.insert("status".into(), decision.word().into());
    }
    if let Some(line) = line.filter(|line| line.len() <= VALUE) {
        shown.insert("reason".into(), line.into());
        shown.insert("lastMessage".into(), line.into());
    }
    shown
}

/// What a tap is answered with: the card shows this decision and this line from now on, or stays as it is.
pub fn update(decision: Option<Decision>, line: Option<&str>) -> Value {
    let shown = shown(decision, line);
    if shown.is_empty() {
        return json!({ "response": {} });
    }
    json!({ "response": {
        "cardUpdateOptions": { "updateCardDataByKey": true, "updatePrivateDataByKey": true },
        "cardData": { "cardParamMap": shown },
        "userPrivateData": { "cardParamMap": {} },
    } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(labels: &[&str]) -> Said {
        labels
            .iter()
            .fold(Said::text("入组申请 T3"), |said, label| said.button(*label, format!("{label} T3")))
    }

    #[test]
    fn only_a_pair_of_decisions_becomes_a_card() {
        assert!(fits(&said(&["同意", "驳回"])) && fits(&said(&["拒绝", "同意"])));
        for labels in [&[][..], &["同意"], &["同意", "通过"], &["同意", "驳回", "下一页"], &["确定", "取消"]]
        {
            assert!(!fits(&said(labels)), "{labels:?}");
        }
        let two = Said::text("两件").button("同意", "同意 T3").button("驳回", "驳回 T4");
        assert!(!fits(&two), "a tap would end both");
        let long = Said { text: "长".repeat(400), ..said(&["同意", "驳回"]) };
        assert!(!fits(&long));
        let asked = said(&["拒绝", "同意"]);
        assert_eq!(Decision::Agree.command(&asked), Some("同意 T3"));
        assert_eq!(Decision::Reject.command(&asked), Some("拒绝 T3"));
    }

    #[test]
    fn the_published_tap() {
        let all: Value =
            serde_json::from_str(include_str!("../../tests/data/dingtalk_vectors.json")).expect("JSON");
        let frames = all["stream_frames"].as_array().expect("frames");
        let frame = frames.iter().find(|frame| frame["id"] == "frame-card-callback").expect("a tap");
        let data = frame["down"]["data"].as_str().expect("a text");
        let tap = Tap::read(data).expect("a tap");
        assert_eq!((tap.track.as_str(), tap.user_id.as_str()), ("poll-0001", "user001"));
        assert_eq!((tap.group.as_deref(), tap.decision), (Some("cidTESTgroup0001=="), Decision::Agree));
        let wanted: Value =
            serde_json::from_str(frame["ack"]["data"].as_str().expect("a text")).expect("JSON");
        assert_eq!(update(Some(Decision::Agree), None), wanted);
        let other = data.replace("\"content\"", "\"value\"");
        assert_eq!(Tap::read(&other), Some(tap), "the other spelling");
        for (from, to) in [
            ("\"userIdType\":1", "\"userIdType\":2"),
            ("\"outTrackId\":\"poll-0001\"", "\"outTrackId\":\"\""),
            ("\"userId\":\"user001\"", "\"userId\":null"),
            ("[\\\"agree\\\"]", "[\\\"other\\\"]"),
        ] {
            assert!(data.contains(from), "{from}");
            assert_eq!(Tap::read(&data.replace(from, to)), None, "{to}");
        }
        assert_eq!(Tap::read("x"), None);
    }
}
