//! Reading what board is asked for; 排行, 为什么 and 更正排行 take the same words.

use bot::{Ctx, Stop, args};
use domain::ranking::Order;
use domain::{Period, Span};

/// What was asked for.
pub(crate) struct Wanted {
    pub(crate) period: Period,
    /// The word that asks for it again.
    pub(crate) word: &'static str,
    pub(crate) span: Span,
    pub(crate) order: Option<Order>,
    pub(crate) by_shift: bool,
    pub(crate) own_team: bool,
    /// From 1.
    pub(crate) page: u32,
}

/// A period, and whether it is the one before the present.
type Named = (Period, bool);

const PERIODS: &[(&str, Named)] = &[
    ("今日", (Period::Day, false)),
    ("今天", (Period::Day, false)),
    ("日", (Period::Day, false)),
    ("昨日", (Period::Day, true)),
    ("昨天", (Period::Day, true)),
    ("本周", (Period::Week, false)),
    ("这周", (Period::Week, false)),
    ("周", (Period::Week, false)),
    ("上周", (Period::Week, true)),
    ("本月", (Period::Month, false)),
    ("这个月", (Period::Month, false)),
    ("月", (Period::Month, false)),
    ("上月", (Period::Month, true)),
    ("上个月", (Period::Month, true)),
];

const ORDERS: &[(&str, Order)] = &[
    ("到诊", Order::Arrivals),
    ("到院", Order::Arrivals),
    ("预约", Order::Appointments),
    ("转化", Order::Rate),
    ("转化率", Order::Rate),
];

/// Takes a period.
pub(crate) fn take_period(words: &mut args::Words<'_>) -> Option<Named> {
    words.take_word_in(PERIODS)
}

/// The days of a period, and the word that asks for it.
pub(crate) fn span_of(ctx: &Ctx<'_, '_>, (period, before): Named) -> (Span, &'static str) {
    let today = ctx.desk.today();
    let span = if before { period.before(today) } else { period.around(today) };
    let word = match (period, before) {
        (Period::Day, false) => "今日",
        (Period::Day, true) => "昨日",
        (Period::Week, false) => "本周",
        (Period::Week, true) => "上周",
        (Period::Month, false) => "本月",
        (Period::Month, true) => "上月",
    };
    (span, word)
}

/// Reads all of it; the words come in any order.
pub(crate) fn read(ctx: &Ctx<'_, '_>, text: &str, usage: &str) -> Result<Wanted, Stop> {
    let mut words = args::Words::new(text);
    let mut named = (Period::Day, false);
    let (mut order, mut by_shift, mut own_team, mut page) = (None, false, false, 1);
    while !words.is_empty() {
        if let Some(found) = take_period(&mut words) {
            named = found;
        } else if let Some(found) = words.take_word_in(ORDERS) {
            order = Some(found);
        } else if words.take_word_in(&[("本组", ()), ("我组", ()), ("我们组", ())]).is_some() {
            own_team = true;
        } else if words.take_word_in(&[("班均", ()), ("日均", ()), ("每班", ())]).is_some() {
            by_shift = true;
        } else if let Some(found) = words.peek().and_then(numbered) {
            page = found;
            words.next_word();
        } else {
            let word = ctx.incoming.quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(format!("没看懂「{word}」。写法：{usage}")));
        }
    }
    let (span, word) = span_of(ctx, named);
    Ok(Wanted { period: named.0, word, span, order, by_shift, own_team, page })
}

/// `第2页`, `2页`.
fn numbered(word: &str) -> Option<u32> {
    let number = word.strip_prefix('第').unwrap_or(word).strip_suffix('页')?;
    let (number, _) = args::parse_number(number).filter(|(_, used)| *used == number.len())?;
    (1..=1_000).contains(&number).then_some(number)
}

/// Lines that are passed over before a page of so many.
pub(crate) fn page(number: u32, most: usize) -> usize {
    usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX).saturating_mul(most)
}
