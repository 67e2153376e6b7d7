//! 模板: a block to copy, fill in and send back.

use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::Roles;
use domain::rights::Own;

pub(crate) const COMMAND: Command = Command {
    name: "模板",
    aliases: &["模版", "template"],
    summary: "拿一份可填的模板",
    usage: "模板 命令",
    details: "长按复制，填好发回。可以少填几行、换顺序。",
    examples: &["模板 日报"],
    rules: &[],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, _own: &Own, text: &str) -> Result<Reply, Stop> {
    let roles: Roles = ctx.me()?.roles;
    let word = args::Words::new(text).next_word().unwrap_or_default().to_owned();
    let bot = ctx.desk.bot;
    let offered: Vec<&str> = bot
        .commands()
        .iter()
        .filter(|command| command.template.is_some())
        .map(|command| command.name)
        .collect();
    if word.is_empty() {
        return Err(Stop::bad(format!(
            "要哪个命令的模板？有：{}\n例：模板 {}",
            offered.join("、"),
            offered[0]
        )));
    }
    let template = bot.command(&word).and_then(|command| command.template);
    match template {
        Some(template) => {
            let today = ctx.desk.today();
            let book = ctx.desk.book()?;
            Ok(Reply::text(template(roles, &book, today)))
        }
        None => Err(Stop::not_found(format!(
            "「{}」没有模板。有模板的：{}",
            if bot.command(&word).is_some() { args::quote(&word) } else { ctx.incoming.quote(&word) },
            offered.join("、")
        ))),
    }
}
