//! Stages other than the direct one.

use crate::small::{house, run_on};
use bot::outside::Outside;
use bot::{Engine, Said};
use domain::EpochMs;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use story::{Direct, Heard, Outcome, Stage, Utterance};
use tempfile::TempDir;

/// A platform that shows no buttons and takes no message with `坏`.
#[derive(Default)]
struct Typed(Direct);

fn typed(said: Said) -> Said {
    Said::text(said.typed())
}

impl Stage for Typed {
    fn platform(&self) -> &'static str {
        self.0.platform()
    }
    fn bot_name(&self) -> &str {
        self.0.bot_name()
    }
    fn outsides(&self) -> HashMap<String, Arc<dyn Outside>> {
        self.0.outsides()
    }
    fn start(&mut self, engine: Arc<Engine>) {
        self.0.start(engine);
    }
    fn say(&mut self, utterance: Utterance) -> BoxFuture<'_, Result<Vec<Said>, String>> {
        Box::pin(async move {
            assert!(!utterance.pressed, "there is nothing to press");
            if utterance.text.contains('坏') {
                return Err("HTTP 500".to_owned());
            }
            Ok(self.0.say(utterance).await?.into_iter().map(typed).collect())
        })
    }
    fn heard(&mut self) -> Vec<Heard> {
        self.0.heard().into_iter().map(|Heard { to, said }| Heard { to, said: typed(said) }).collect()
    }
    fn set_now(&mut self, now: EpochMs) {
        self.0.set_now(now);
    }
    fn set_down(&mut self, down: bool) -> BoxFuture<'_, ()> {
        self.0.set_down(down)
    }
    fn shows_buttons(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn where_no_buttons_are_shown_people_type_what_they_are_told() {
    let folder = TempDir::new().expect("a folder");
    let text = "成员 张三 咨询员\n成员 李四 组长\n张三: 请示 甲\n期望: 发「同意 甲」\n按 李四: 同意\n期望: 已同意 甲";
    let played = run_on(&house(&folder, "0 9 * * *"), &mut Typed::default(), text).await;
    assert_eq!(played.outcome.expect("played"), Outcome::Passed { inputs: 2, checks: 2 });
    let pressed = played.lines.iter().find(|line| line["from"] == "李四").expect("the typed twin");
    assert_eq!((&pressed["text"], &pressed["chat"]), (&Value::from("同意 甲"), &Value::from("私聊")));
}

#[tokio::test]
async fn a_message_that_the_platform_does_not_take_names_its_line() {
    let folder = TempDir::new().expect("a folder");
    let played = run_on(&house(&folder, "0 9 * * *"), &mut Typed::default(), "张三: 好\n张三: 坏").await;
    let error = played.outcome.expect_err("not taken").to_string();
    assert_eq!(error, "t.story 第 2 行:「张三: 坏」没有送到机器人:HTTP 500");
}
