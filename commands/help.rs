//! 帮助: what *you* may use here, asked of the same check that would refuse you.

use crate::shared;
use bot::command::Circumstances;
use bot::{ChatKind, Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::rights::Standing;

pub(crate) const COMMAND: Command = Command {
    name: "帮助",
    aliases: &["help", "菜单", "命令", "?", "？", "怎么用"],
    summary: "看你能用的命令",
    usage: "帮助 [命令]",
    details: "只列你在这里能用的命令。带上命令名，看写法、例子和依据的制度条款。",
    examples: &["帮助", "帮助 日报"],
    rules: &[],
    who: Who::Anyone,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Open(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, text: &str) -> Result<Reply, Stop> {
    let chat = &ctx.incoming.chat;
    let registered = chat.kind == ChatKind::Private
        || ctx.directory.chat(ctx.incoming.platform, &ctx.incoming.bot, &chat.id).is_some();
    let person = ctx.person.and_then(|id| ctx.directory.person(id));
    let here = Circumstances { standing: ctx.standing.as_ref(), chat: chat.kind, registered };
    let word = args::Words::new(text).next_word().unwrap_or_default().to_owned();
    if word.is_empty() {
        let usable: Vec<&Command> =
            ctx.desk.bot.commands().iter().filter(|command| command.permits(&here).is_ok()).collect();
        let first = usable.first().map_or(COMMAND.name, |command| command.name);
        let lines: Vec<String> =
            usable.iter().map(|command| format!("{}：{}", command.name, command.summary)).collect();
        let who = person.map_or_else(String::new, |person| {
            format!(
                "{}（{} · {}），",
                person.name,
                shared::team_of(&ctx.directory, person),
                ctx.standing.as_ref().map_or(person.roles, Standing::roles)
            )
        });
        return Ok(Reply::text(format!(
            "{who}你在这里能用：\n{}\n看写法和例子，例：帮助 {first}",
            lines.join("\n")
        )));
    }
    let Some(command) = ctx.desk.bot.command(&word) else {
        let near = ctx.desk.bot.nearest(&word, |command| command.permits(&here).is_ok());
        // Nearly a command, so no name.
        let (quoted, hint) = if near.is_empty() {
            (ctx.incoming.quote(&word), String::new())
        } else {
            (args::quote(&word), format!("是不是：{}？", near.join("、")))
        };
        return Err(Stop::not_found(format!("没有命令「{quoted}」。{hint}\n发「帮助」看全部。")));
    };
    Ok(Reply::text(page(command, command.permits(&here).err().map(|refusal| refusal.said.text))))
}

fn page(command: &Command, refusal: Option<String>) -> String {
    let mut lines =
        vec![format!("{}：{}", command.name, command.summary), format!("写法：{}", command.usage)];
    if !command.aliases.is_empty() {
        lines.push(format!("也可写：{}", command.aliases.join("、")));
    }
    lines.push(command.details.to_owned());
    lines.push("例：".to_owned());
    lines.extend(command.examples.iter().map(|example| format!("· {example}")));
    if !command.rules.is_empty() {
        lines.push(format!("依据：{}", command.rules.join("、")));
    }
    // The first sentence says why; what to type instead stands in the refusal itself.
    if let Some(refusal) = refusal.as_deref().and_then(|text| text.split(['。', '\n']).next()) {
        lines.push(format!("你现在用不了：{refusal}。"));
    }
    lines.join("\n")
}
