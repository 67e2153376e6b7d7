//! 排行: the board of a period, as it is now or, once it was settled, as it was settled. What is posted by the
//! clock is the same board.

pub(crate) mod objecting;
pub(crate) mod reading;

use crate::board::reading::{Wanted, page, read};
use bot::board::{self, Asked, Frame};
use bot::{Command, Ctx, Place, Reach, Reply, Run, Stop, Who};
use domain::calendar::day_name;
use domain::ranking::{Board, Entry, Order, Shown};
use domain::rights::Own;
use domain::settings::catalogue::ranking::SHOWN;
use domain::{Period, Span};
use store::{BoardState, PostedBoard};

pub(crate) const COMMAND: Command = Command {
    name: "排行",
    aliases: &["排行榜", "排名", "ranking"],
    summary: "看排行",
    usage: "排行 [今日|昨日|本周|上周|本月|上月] [预约|到诊|转化] [班均] [本组] [第2页]",
    details: "不写就是今日、全部门。日榜和月榜先比到诊，再比预约、转化率；周榜先比转化率，再比到诊；完全相同就并列。\
              转化率 = 到诊 ÷ 有效对话（没写有效就用对话）。班均按实际上班数比，请假的扣掉；新人试接期间不排名。\
              ↑↓ 是和前一期比的名次。定版以后看到的是定版的数。",
    examples: &["排行", "排行 本周", "排行 上月 预约 本组", "排行 本月 班均"],
    rules: &["R-210", "R-215", "R-230"],
    who: Who::Members,
    place: Place::Anywhere,
    reach: Reach::Own,
    template: None,
    run: Run::Own(run),
    undo: &[],
};

fn run(ctx: &mut Ctx<'_, '_>, own: &Own, text: &str) -> Result<Reply, Stop> {
    let wanted = read(ctx, text, COMMAND.usage)?;
    let Wanted { period, word, span, order, by_shift, own_team, page: number, .. } = wanted;
    let team = ctx.me()?.team;
    if own_team && team.is_none() {
        return Err(Stop::wrong_state("你还没有分组，看全部请发「排行」。"));
    }
    let asked = Asked { period, span, order, by_shift, team: team.filter(|_| own_team) };
    let kept = ctx.desk.tx.posted_board(period, span)?;
    let (board, notes) = shown(ctx, &asked, kept.as_ref())?;
    if board.is_empty() {
        return Ok(Reply::text(format!("{}：没有人排班，也没有日报。", title(period, span))));
    }
    let today = ctx.desk.today();
    let most = usize::try_from(ctx.desk.book()?.whole(&SHOWN, today)).unwrap_or(usize::MAX);
    let skip = page(number, most);
    if skip > 0 && skip >= board.lines.len() {
        return Err(Stop::not_found(format!("只有{}人，没有第{number}页。", board.lines.len())));
    }
    let shown = Shown { skip, most, own: Some(own.person()) };
    let (mut lines, left) = board::lines(&ctx.directory, &board, shown);
    if left > 0 {
        let next = again(word, order, by_shift, own_team);
        lines.push(format!("另有{left}人，发「{next} 第{}页」看", number + 1));
    }
    lines.extend(board::legend(period, &board).map(str::to_owned));
    lines.extend(notes);
    let measured = if by_shift { "，班均" } else { "" };
    let name = title(period, span);
    let stamp = kept.as_ref().and_then(|kept| match kept.state {
        BoardState::Open => Some(("公示中", false)),
        BoardState::Settled => Some(("定版", true)),
        BoardState::Provisional => None,
    });
    let frame = Frame { title: &name, stamp, note: "看依据发「为什么」", own: Some(own.person()) };
    let picture = board::drawing(&ctx.directory, &board, &frame);
    Ok(Reply::text(format!("{name}（按{}{measured}）\n{}", board.order.told(), lines.join("\n")))
        .with(picture))
}

/// What asks for the same board again.
fn again(word: &str, order: Option<Order>, by_shift: bool, own_team: bool) -> String {
    let order = order.map(|order| match order {
        Order::Arrivals => "到诊",
        Order::Appointments => "预约",
        Order::Rate | Order::BookingRate => "转化",
    });
    let rest = [order, by_shift.then_some("班均"), own_team.then_some("本组")];
    let words: Vec<&str> = ["排行", word].into_iter().chain(rest.into_iter().flatten()).collect();
    words.join(" ")
}

/// The board that is asked for, and how it stands: live, or made from what was settled.
fn shown(
    ctx: &mut Ctx<'_, '_>,
    asked: &Asked,
    kept: Option<&PostedBoard>,
) -> Result<(Board, Vec<String>), Stop> {
    let mut notes = Vec::new();
    let settled = kept.filter(|kept| kept.state == BoardState::Settled);
    let board = match settled {
        None => board::compose(&mut ctx.desk, asked)?,
        Some(kept) => {
            let book = ctx.desk.book()?;
            let order = asked.order.unwrap_or(Order::of(asked.period)).set(&book, asked.span.to);
            if order == kept.board.order && !asked.by_shift && asked.team.is_none() {
                kept.board.clone()
            } else {
                let wanted = |entry: &Entry| asked.team.is_none_or(|team| entry.team == Some(team));
                let entries = kept.board.all().map(|line| line.entry).filter(wanted).collect();
                Board::compose(entries, Vec::new(), order, asked.by_shift)
            }
        }
    };
    if let Some(kept) = kept {
        notes.extend(board::standing(&mut ctx.desk, kept)?);
    }
    if let Some(kept) = settled {
        let live = board::compose(&mut ctx.desk, &Asked::posted(asked.period, asked.span))?;
        if !live.is_same(&kept.board) {
            let changed = board::differences(&ctx.directory, &live, &kept.board);
            notes.push(format!("定版以后又有变动（没有计入）：{}", changed.join("；")));
        }
    }
    Ok((board, notes))
}

fn title(period: Period, span: Span) -> String {
    match period {
        Period::Day => format!("{} 排行", day_name(span.from)),
        Period::Week | Period::Month => {
            format!("{}至{} 排行", span.from.format("%m-%d"), span.to.format("%m-%d"))
        }
    }
}
