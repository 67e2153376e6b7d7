//! 确认制度: a member acknowledges a version of the rules. Nobody does so for another.

use crate::shared;
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::rights::Record;

pub(crate) const COMMAND: Command = Command {
    name: "确认制度",
    aliases: &["签收制度", "确认规则"],
    summary: "确认看过制度",
    usage: "确认制度 [版本]",
    details: "不写版本就是最新一版。每人自己确认，会记下确认的是哪一版。",
    examples: &["确认制度"],
    rules: &["R-280"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Record(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Record, text: &str) -> Result<Reply, Stop> {
    let newest = ctx.desk.directory()?.rules_version();
    let mut words = args::Words::new(text);
    let no = match words.next_word() {
        None => newest,
        Some(word) => {
            let label = shared::label(word, 'V').filter(|(_, rest)| rest.is_empty()).map(|(no, _)| no);
            label.or_else(|| word.parse().ok()).filter(|_| words.is_empty()).ok_or_else(|| {
                Stop::bad(format!(
                    "没看懂「{}」。每人只确认自己的，例：确认制度 V{newest}",
                    ctx.incoming.quote(text)
                ))
            })?
        }
    };
    let version = ctx.desk.tx.rule_version(no)?;
    if no != 1 && version.is_none() {
        return Err(Stop::not_found(format!(
            "没有 V{no}，或者已经撤销。最新一版是 V{newest}，请发：确认制度"
        )));
    }
    let since =
        version.map_or_else(|| "默认制度".to_owned(), |version| format!("自 {}", version.effective_from));
    if !ctx.desk.tx.acknowledge_rules(by, no, ctx.desk.now)? {
        return Ok(Reply::text(format!("V{no} 你已经确认过了，不用再发。")));
    }
    let later = if no < newest {
        format!("\n还有更新的 V{newest}，请发：确认制度")
    } else {
        String::new()
    };
    Ok(Reply::text(format!("已确认制度 V{no}（{since}）。{later}")))
}
