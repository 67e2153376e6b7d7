//! Pictures and files beside words, on every stage: drawn and uploaded through each platform's own calls, checked byte for
//! byte by its fake.

use bot::{Attachment, Bot, Command, Place, Reach, Reply, Run, Said, Who, purpose};
use deskmate::clock::Clock;
use deskmate::stages;
use domain::Calendar;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use story::{House, Outcome, parse, play};
use tempfile::TempDir;

const PLATFORMS: [&str; 5] = ["console", "wecom", "wecom-stream", "dingtalk", "dingtalk-stream"];

fn drawing(name: &str, spec: &str) -> Attachment {
    Attachment::Drawing { name: name.to_owned(), spec: spec.to_owned() }
}

fn sheet(len: usize) -> Attachment {
    Attachment::File { name: "排班.xlsx".to_owned(), bytes: (0..=250_u8).cycle().take(len).collect() }
}

fn command(name: &'static str, run: Run) -> Command {
    Command {
        name,
        aliases: &[],
        summary: "",
        usage: "",
        details: "",
        examples: &[],
        rules: &[],
        who: Who::Anyone,
        place: Place::Anywhere,
        reach: Reach::Shared,
        template: None,
        run,
        undo: &[],
    }
}

fn bot() -> Arc<Bot> {
    let commands = vec![
        command("画", Run::Open(|_, _| Ok(Reply::text("本月第一：张三").with(drawing("本月排行", "\"a\""))))),
        command(
            "画不出",
            Run::Open(|_, _| Ok(Reply::text("只有字").with(drawing("坏图", "\"undrawable\"")))),
        ),
        command("表", Run::Open(|_, _| Ok(Reply::text("本月排班在后面").with(sheet(1_300_000))))),
        command(
            "贴出",
            Run::Open(|ctx, key| {
                let said = Said::text(format!("贴出 {key}")).with(drawing("贴图", "\"b\""));
                let posted = ctx.desk.post(purpose::RANKING, key, &said)?;
                Ok(Reply::text(format!("贴了{posted}个群")))
            }),
        ),
        command("字", Run::Open(|_, _| Ok(Reply::text("后面的话")))),
    ];
    Arc::new(Bot::new(commands, Vec::new(), Vec::new(), Calendar::default()).expect("a bot"))
}

static DRAWN: AtomicUsize = AtomicUsize::new(0);

fn draw(spec: &str) -> Option<Vec<u8>> {
    DRAWN.fetch_add(1, Ordering::Relaxed);
    (spec != "\"undrawable\"").then(|| [&b"\x89PNG\r\n\x1a\n"[..], spec.as_bytes()].concat())
}

async fn on(platform: &str, text: &str) -> Vec<Value> {
    let story = parse("t.story", text).unwrap_or_else(|bad| panic!("{bad}"));
    let folder = TempDir::new().expect("a folder");
    let mut house = House::at(bot(), format!("sqlite:{}", folder.path().join("s.db").display()));
    house.draw = Some(draw);
    let mut stage = stages::of(platform, &story, Clock::still(0)).await.expect("a stage");
    let mut lines = Vec::new();
    let outcome = play(&story, &house, &mut *stage, &mut |line| lines.push(line.clone())).await;
    match outcome {
        Ok(Outcome::Passed { .. }) => lines,
        Ok(Outcome::Failed(failure)) => panic!("{platform}: {failure}"),
        Err(error) => panic!("{platform}: {error}"),
    }
}

#[tokio::test]
async fn words_come_first_and_what_stands_beside_them_behind() {
    const STORY: &str = "时间 2026-03-02 09:00
群 咨询群 排行
成员 张三 咨询员 一组
张三: 画
期望: 本月第一：张三\\n[图片 本月排行]
事实 {\"kind\":\"delivery.sent\"}
张三(私聊): 画
期望 张三(私聊): 本月第一：张三\\n[图片 本月排行]
重发
期望 张三(私聊): 本月第一：张三
不应: 本月第一：张三\\n[图片 本月排行]\\n[图片 本月排行]
张三(私聊): 表
期望 张三(私聊): 本月排班在后面\\n[文件 排班.xlsx]
张三: 画不出
期望: 只有字
不应: 坏图
事实 {\"kind\":\"delivery.left_out\"}
时间 +2分钟
张三(私聊): 贴出 一
期望 咨询群: 贴出 一\\n[图片 贴图]
张三(私聊): 贴出 一
不应: [图片 贴图]
";
    for platform in PLATFORMS {
        on(platform, STORY).await;
    }
}

#[tokio::test]
async fn a_broken_network_loses_neither_and_doubles_neither() {
    const STORY: &str = "时间 2026-03-02 09:00
群 咨询群 排行
成员 张三 咨询员 一组
张三: 字
断网
张三: 画
不应: 本月第一
张三: 字
时间 +2分钟
不应: 本月第一
重启
恢复
时间 +5分钟
期望: 本月第一：张三\\n[图片 本月排行]
期望: 后面的话
不应: [图片 本月排行]\\n[图片 本月排行]
时间 +1小时
不应: 本月排行
";
    for platform in PLATFORMS {
        let lines = on(platform, STORY).await;
        let said: Vec<&str> = lines
            .iter()
            .filter(|line| line.get("to").is_some())
            .filter_map(|line| line["text"].as_str())
            .collect();
        let shown = said.iter().filter(|text| text.contains("[图片 本月排行]")).count();
        assert_eq!(shown, 1, "{platform}: {said:?}");
    }
}
