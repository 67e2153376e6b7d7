//! What stands in a request for leave: kind, days, part of the day, and the rest is the reason.

use bot::args::{self, PersonToken};
use bot::{Incoming, Stop};
use chrono::NaiveDate;
use domain::leave::{Kind, Month};

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// 假别.
    pub(crate) kind: Option<Kind>,
    /// The days.
    pub(crate) days: Option<(NaiveDate, NaiveDate)>,
    /// What of the first day, and of the last.
    pub(crate) first: Option<Half>,
    /// What of the last day.
    pub(crate) last: Option<Half>,
    /// From and to by the clock, minutes after midnight.
    pub(crate) clock: Option<(u16, u16)>,
    /// 代班人.
    pub(crate) substitute: Option<PersonToken>,
    /// 用: the month whose day off is taken.
    pub(crate) uses: Option<Month>,
    /// Why.
    pub(crate) reason: Option<String>,
}

/// A half of a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    First,
    Second,
}

const HALVES: &[(&str, Half)] = &[
    ("上午", Half::First),
    ("前半天", Half::First),
    ("上半天", Half::First),
    ("下午", Half::Second),
    ("后半天", Half::Second),
    ("下半天", Half::Second),
];
const WHOLE: &[&str] = &["全天", "一天", "整天", "1天"];
const UNTIL: &[(&str, ())] = &[("至", ()), ("到", ()), ("-", ()), ("—", ()), ("~", ())];
const SUBSTITUTES: &[&str] = &["代班人", "代班", "顶班"];
const REASONS: &[&str] = &["理由", "原因", "因为", "事由"];

impl Asked {
    /// Reads everything of a message, in any order; what is nothing else begins the reason. `lean` says which way a day
    /// without a year is meant.
    pub(crate) fn read(
        incoming: &Incoming,
        text: &str,
        today: NaiveDate,
        lean: args::Lean,
    ) -> Result<Asked, Stop> {
        let mut asked = Asked::default();
        let text = unlabelled(text);
        let mut words = args::Words::new(&text);
        while !words.is_empty() && asked.take(&mut words, today, lean)? {}
        let mut rest = words.rest();
        for word in REASONS {
            rest = rest.strip_prefix(word).unwrap_or(rest);
        }
        let rest = rest.trim_start_matches([':', '：']).trim_start_matches(args::is_separator);
        asked.reason = (!rest.is_empty()).then(|| rest.to_owned());
        if asked.kind.is_none() {
            let word = incoming.quote(words.peek().unwrap_or_default());
            return Err(Stop::bad(if word.is_empty() {
                "请写上假别：事假、病假、临时、调休、婚假、丧假、产假。例：请假 事假 明天 家里有事".to_owned()
            } else {
                format!("没看懂「{word}」。假别写在前面，例：请假 事假 明天 家里有事")
            }));
        }
        Ok(asked)
    }

    /// Takes the next thing; false when what follows is the reason.
    fn take(
        &mut self,
        words: &mut args::Words<'_>,
        today: NaiveDate,
        lean: args::Lean,
    ) -> Result<bool, Stop> {
        if self.days.is_none() {
            let range = words.take_range(today, lean).map_err(|bad| Stop::bad(bad.told()))?;
            if let Some(range) = range {
                self.days = Some((range.first, range.last));
                self.take_until(words, today)?;
                return Ok(true);
            }
        }
        if self.clock.is_none()
            && self.first.is_none()
            && let Some(clock) = words.take_time_range()
        {
            self.clock = Some(clock);
            return Ok(true);
        }
        if self.first.is_none()
            && self.clock.is_none()
            && let Some(half) = words.take_start_in(HALVES)
        {
            self.first = Some(half);
            return Ok(true);
        }
        if let Some(word) = words.peek() {
            if self.days.is_some()
                && self.first.is_none()
                && self.clock.is_none()
                && matches!(word, "半天" | "半日")
            {
                return Err(Stop::bad("半天是上午还是下午？例：请假 事假 明天 上午"));
            }
            if WHOLE.contains(&word) {
                words.next_word();
                return Ok(true);
            }
            if SUBSTITUTES.contains(&word) || word.starts_with("代班@") || word.starts_with("代班人@") {
                let glued = SUBSTITUTES.iter().find_map(|start| word.strip_prefix(start)).unwrap_or_default();
                words.next_word();
                let named = if glued.is_empty() { words.take_person() } else { args::parse_person(glued) };
                let named = named.ok_or_else(|| Stop::bad("请写上谁代班，例：请假 事假 明天 代班 @李四"))?;
                self.substitute = Some(named);
                return Ok(true);
            }
            if matches!(word, "用" | "使用") {
                words.next_word();
                let month = words.next_word().and_then(month);
                let month = month.ok_or_else(|| Stop::bad("用哪个月的假？例：请假 调休 12-01 用 2026-12"))?;
                self.uses = Some(month);
                return Ok(true);
            }
        }
        if self.kind.is_none() {
            let kinds: Vec<(&str, Kind)> =
                KINDS.iter().filter_map(|word| Some((*word, Kind::of_word(word)?))).collect();
            if let Some(kind) = words.take_start_in(&kinds) {
                self.kind = Some(kind);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `12-01下午至12-03上午`: halves at both ends.
    fn take_until(&mut self, words: &mut args::Words<'_>, today: NaiveDate) -> Result<(), Stop> {
        let mut ahead = words.clone();
        let Some(half) = ahead.take_start_in(HALVES) else { return Ok(()) };
        if ahead.take_start_in(UNTIL).is_none() {
            return Ok(());
        }
        let last = ahead.take_date(today, args::Lean::Future).map_err(|bad| Stop::bad(bad.told()))?;
        let (Some(last), Some((first, _))) = (last, self.days) else { return Ok(()) };
        if last < first {
            return Err(Stop::bad("结束日期在开始日期之前，没有提交。"));
        }
        self.days = Some((first, last));
        self.first = Some(half);
        self.last = ahead.take_start_in(HALVES);
        *words = ahead;
        Ok(())
    }
}

/// The lines of the copied template without their labels; those that were left empty are dropped.
fn unlabelled(text: &str) -> String {
    const LABELS: [(&str, &str); 5] =
        [("假别", ""), ("日期", ""), ("时间", ""), ("代班", "代班 "), ("理由", "理由 ")];
    let line = |line: &str| {
        let labelled = LABELS.iter().find_map(|(label, instead)| {
            let value = line.trim().strip_prefix(label)?.strip_prefix([':', '：'])?.trim();
            Some(if value.is_empty() { String::new() } else { format!("{instead}{value}") })
        });
        labelled.unwrap_or_else(|| line.to_owned())
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Words by which a kind is said at the beginning of a word; short ones that begin other words are not among them.
const KINDS: &[&str] = &[
    "事假",
    "私事",
    "病假",
    "看病",
    "临时请假",
    "临时假",
    "临时",
    "外出",
    "调休",
    "轮休",
    "补休",
    "婚假",
    "丧假",
    "产假",
    "陪产假",
    "会议",
    "例会",
];

/// `2026-03`, `3月`: with a year only, because which month is meant decides about money.
fn month(word: &str) -> Option<Month> {
    let word = word.trim_end_matches('月').replace('年', "-");
    format!("{word}-01").parse().ok()
}
