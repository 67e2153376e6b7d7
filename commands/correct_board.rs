//! 更正排行: a settled board is never changed; a supervisor issues it anew as another version, with what is otherwise said
//! in the group.

use crate::board::reading::{span_of, take_period};
use bot::board::{self, correct};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who, args};
use domain::Role;
use domain::rights::Decide;
use store::BoardState;

pub(crate) const COMMAND: Command = Command {
    name: "更正排行",
    aliases: &["排行更正"],
    summary: "定版的排行有错，发更正版",
    usage: "更正排行 昨日|上周|上月 理由",
    details: "先把错的到诊、预约、日报更正好，再发更正版；群里写明和上一版差在哪里。理由只留在审计里，不发到群里。",
    examples: &["更正排行 上周 到诊补登"],
    rules: &["R-230", "R-382"],
    who: Who::Roles(&[Role::Supervisor, Role::Director]),
    place: Place::Anywhere,
    reach: Reach::Shared,
    template: None,
    run: Run::Decide(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, by: &Decide, text: &str) -> Result<Reply, Stop> {
    let mut words = args::Words::new(text);
    let Some(named) = take_period(&mut words).filter(|(_, before)| *before) else {
        return Err(Stop::bad(format!("请写哪一期，例：{}", COMMAND.examples[0])));
    };
    let reason = words.rest();
    if reason.is_empty() {
        return Err(Stop::bad(format!("请写上理由，例：{}", COMMAND.examples[0])));
    }
    let (span, word) = span_of(ctx, named);
    let name = board::named(named.0, span, ctx.desk.today());
    let Some(kept) = ctx.desk.tx.posted_board(named.0, span)? else {
        return Err(Stop::not_found(format!("{name}的排行没有发过。看现在的数发「排行 {word}」。")));
    };
    match kept.state {
        BoardState::Settled => {}
        BoardState::Open => {
            return Err(Stop::wrong_state(format!(
                "{name}的排行还在公示，更正了的数定版时会计入，不用另发。"
            )));
        }
        BoardState::Provisional => {
            return Err(Stop::wrong_state(format!("{name}的排行没有定版，发「排行 {word}」就是最新的数。")));
        }
    }
    match correct(&mut ctx.desk, &by.for_all(), &kept, reason)? {
        None => Err(Stop::wrong_state(format!("{name}的数和定版的一样，没有要更正的。"))),
        Some((version, changed)) => {
            Ok(Reply::text(format!("已发{name}排行的第{version}版：{}", changed.join("；"))))
        }
    }
}
