//! 本群用途: registers this group and says what the bot posts in it.

use bot::desk::purpose;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Undo, Who, args};
use domain::Role;
use domain::rights::{Administer, Undoing};
use serde_json::Value;
use store::{Event, NewChat};

pub(crate) const COMMAND: Command = Command {
    name: "本群用途",
    aliases: &["群用途", "登记本群"],
    summary: "登记本群，定我在这里发什么",
    usage: "本群用途 [排行] [提醒] [请假] | 本群用途 无",
    details: "不带内容就看现在的用途。登记之后，成员在本群 @我 才能用命令。",
    examples: &["本群用途 排行 提醒", "本群用途"],
    rules: &["R-230"],
    who: Who::Roles(&[Role::Admin]),
    place: Place::Group,
    reach: Reach::Shared,
    template: None,
    run: Run::Administer(run),
    undo: &[Undo { kind: "chat.registered", run: undo }],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Administer, text: &str) -> Result<Reply, Stop> {
    let incoming = ctx.incoming;
    let chat = &incoming.chat;
    let known = ctx.directory.chat(incoming.platform, &incoming.bot, &chat.id);
    let before: Option<Vec<String>> = known.map(|chat| chat.purposes.clone());
    let mut words = args::Words::new(text);
    if words.is_empty() {
        return Ok(Reply::text(match &before {
            Some(purposes) => format!("本群用途：{}（群编号 {}）", shown(purposes), chat.id),
            None => format!("本群还没有登记（群编号 {}）。\n登记请发，例：本群用途 排行 提醒", chat.id),
        }));
    }
    let mut purposes: Vec<String> = Vec::new();
    while let Some(word) = words.next_word() {
        match purpose::ALL.into_iter().find(|known| *known == word) {
            Some(purpose) if !purposes.iter().any(|known| known == purpose) => {
                purposes.push(purpose.to_owned())
            }
            Some(_) => {}
            None if matches!(word, "无" | "没有" | "清空") => purposes.clear(),
            None => {
                return Err(Stop::bad(format!(
                    "没有用途「{}」。可选：{}\n例：本群用途 排行 提醒",
                    args::quote(word),
                    purpose::ALL.join("、")
                )));
            }
        }
    }
    let new = NewChat {
        platform: incoming.platform,
        bot: &incoming.bot,
        chat_ref: &chat.id,
        title: chat.title.as_deref(),
        purposes: &purposes,
    };
    ctx.desk.tx.set_chat(by, &new, ctx.desk.now)?;
    Ok(Reply::text(format!("已登记，本群用途：{}（群编号 {}）", shown(&purposes), chat.id)))
}

fn undo(ctx: &mut Ctx<'_, '_>, by: &Undoing, event: &Event) -> Result<String, Stop> {
    let text = |field: &str| event.body.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (platform, bot, chat_ref) = (text("platform"), text("bot"), text("chat_ref"));
    let list = |field: &str| -> Option<Vec<String>> {
        let words = event.body.get(field)?.as_array()?;
        Some(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    let known = ctx.directory.chat(&platform, &bot, &chat_ref).map(|chat| chat.purposes.clone());
    if known != list("purposes") {
        return Err(Stop::wrong_state("这个群的用途后来又改过，不能撤销，请直接重新登记。"));
    }
    match list("before") {
        Some(purposes) => {
            let before = NewChat {
                platform: &platform,
                bot: &bot,
                chat_ref: &chat_ref,
                title: None,
                purposes: &purposes,
            };
            ctx.desk.tx.set_chat(&by.administer(), &before, ctx.desk.now)?;
            Ok(format!("本群用途恢复为{}", shown(&purposes)))
        }
        None => {
            ctx.desk.tx.drop_chat(&by.administer(), &platform, &bot, &chat_ref, ctx.desk.now)?;
            Ok("本群的登记".to_owned())
        }
    }
}

fn shown(purposes: &[String]) -> String {
    if purposes.is_empty() { "只回答，不主动发".to_owned() } else { purposes.join("、") }
}
