//! What stands in a message about somebody who came: the labels of an appointment, and 到诊时间, 初复诊 and 消费 besides.

use crate::appointment::reading::Form;
use bot::args::{self, Lean};
use bot::{Incoming, Stop};
use chrono::NaiveDate;
use domain::EpochMs;
use domain::calendar::Calendar;
use domain::matching::{BadArrivalTime, VisitKind, may_have_come, read_spend};
use domain::patient::Typed;
use domain::registration::Channel;
use domain::settings::Book;

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Came {
    /// Of the patient.
    pub(super) typed: Typed,
    /// The day, where one was written.
    pub(super) day: Option<NaiveDate>,
    /// The time of day, minutes after midnight.
    pub(super) minute: Option<u32>,
    /// Over what the patient came to us.
    pub(super) channel: Option<Channel>,
    /// 初复诊.
    pub(super) kind: Option<VisitKind>,
    /// 消费, fen.
    pub(super) spend_fen: Option<i64>,
    /// 专家.
    pub(super) expert: Option<String>,
    /// 聊天记录.
    pub(super) log: Option<String>,
    /// Sentences on what was written and could not be taken.
    pub(super) notes: Vec<String>,
}

/// When somebody came; the day of the booking is none of it.
const CAME: [&str; 5] = ["到诊时间", "到诊日期", "来院时间", "到院时间", "挂号时间"];
/// Of the booking; an arrival does not need it.
const BOOKED: [&str; 7] =
    ["预约到诊时间", "预约到诊日期", "预约日期", "预约时间", "约定时间", "约好时间", "约定"];
const KINDS: [&str; 4] = ["初复诊", "初/复诊", "就诊类型", "诊别"];
const SPENT: [&str; 3] = ["消费金额", "消费", "金额"];
/// Where the chat begins, in which anything may stand.
const LOGS: [&str; 4] = ["聊天记录", "聊天内容", "对话记录", "聊天截图"];

impl Came {
    /// Reads everything of a message.
    pub(super) fn read(incoming: &Incoming, text: &str, today: NaiveDate) -> Result<Came, Stop> {
        let mut came = Came::default();
        let chat = LOGS.iter().filter_map(|word| text.find(word)).min().unwrap_or(text.len());
        let (head, chat) = text.split_at(chat);
        let mut head = head.to_owned();
        while let Some((left, value)) = cut(&head, &BOOKED) {
            let (_, _, rest) =
                if value.starts_with('\n') { (None, None, value) } else { moment(value, today)? };
            head = format!("{left}\n{rest}");
        }
        if let Some((left, value)) = cut(&head, &CAME) {
            // A copied template leaves the label behind without a value.
            let blank = value.lines().next().unwrap_or_default().trim_matches(args::is_separator).is_empty();
            let (day, minute, rest) = if blank { (None, None, value) } else { moment(value, today)? };
            if !blank && rest == value {
                return Err(Stop::bad("到诊时间没看懂，写成「10:30」或「3月5日 10:30」再发。没有登记。"));
            }
            (came.day, came.minute) = (day, minute);
            head = format!("{left}\n{rest}");
        }
        if let Some((left, value)) = cut(&head, &KINDS) {
            let (word, rest) = word(value);
            came.kind = VisitKind::read(word);
            if came.kind.is_none() && !word.is_empty() {
                came.notes.push("初复诊没认出，写初诊或复诊，按没写处理".to_owned());
            }
            head = format!("{left}\n{rest}");
        }
        if let Some((left, value)) = cut(&head, &SPENT) {
            let (word, rest) = word(value);
            came.spend_fen = read_spend(word);
            if came.spend_fen.is_none() && !word.is_empty() {
                came.notes.push("消费没认出，例：消费 300，按没写处理".to_owned());
            }
            let rest = rest.trim_start_matches(' ');
            head = format!("{left}\n{}", rest.strip_prefix('元').unwrap_or(rest));
        }
        let head = came.take_plain(&head);
        let form = Form::read(incoming, &format!("{head}{chat}"), today)?;
        if let Some(visit) = form.visit {
            came.day = came.day.or(Some(visit.date));
            came.minute = came.minute.or(visit.minute);
        }
        came.notes.extend(form.notes);
        Ok(Came { typed: form.typed, channel: form.channel, expert: form.expert, log: form.log, ..came })
    }

    /// True when nothing of an arrival was written.
    pub(super) fn is_empty(&self) -> bool {
        self.typed == Typed::default()
            && self.day.is_none()
            && self.minute.is_none()
            && self.channel.is_none()
            && self.kind.is_none()
            && self.spend_fen.is_none()
            && self.expert.is_none()
            && self.log.is_none()
    }

    /// Takes the words that are plain without a label: 复诊, and a time of day.
    fn take_plain(&mut self, head: &str) -> String {
        let mut left = String::with_capacity(head.len());
        for (at, word) in words(head) {
            let clock = args::parse_time(word).filter(|(time, used)| *used == word.len() && *time < 1_440);
            match (VisitKind::read(word).filter(|_| word.contains('诊')), clock) {
                (Some(kind), _) if self.kind.is_none() => self.kind = Some(kind),
                (None, Some((time, _))) if self.minute.is_none() && word.contains([':', '点', '时']) => {
                    self.minute = Some(u32::from(time));
                }
                _ => left.push_str(word),
            }
            // What separates it from the next word stays as it is.
            let after = at + word.len();
            let gap = head[after..].find(|c| !args::is_separator(c)).unwrap_or(head.len() - after);
            left.push_str(&head[after..after + gap]);
        }
        left
    }

    /// When the patient came: the time that was written, on today if no day was, or `otherwise`.
    ///
    /// # Errors
    /// When it lies ahead, or too far back.
    pub(super) fn at(
        &self,
        otherwise: EpochMs,
        now: EpochMs,
        calendar: &Calendar,
        book: &Book,
    ) -> Result<EpochMs, Stop> {
        let known = (calendar.date(otherwise), calendar.minute_of_day(otherwise));
        if self.day.is_none_or(|day| day == known.0) && self.minute.is_none_or(|minute| minute == known.1) {
            return Ok(otherwise);
        }
        let day = self.day.unwrap_or(known.0);
        let Some(minute) = self.minute else {
            return Err(Stop::bad("哪一天到的写了，几点到的没写，例：到诊时间 昨天 15:30。没有登记。"));
        };
        let at = calendar.at(day, minute);
        match may_have_come(at, now, calendar, book) {
            Ok(()) => Ok(at),
            Err(BadArrivalTime::Future) => {
                Err(Stop::bad(format!("到诊时间 {} 还没到，人来了再登记。没有登记。", calendar.short(at))))
            }
            Err(BadArrivalTime::TooOld(0)) => {
                Err(Stop::bad("只能登记当天的到诊，没有登记。补登请找主管放宽设置。"))
            }
            Err(BadArrivalTime::TooOld(days)) => Err(Stop::bad(format!(
                "到诊最多补登{days}天以前的，没有登记。要补登请找主管放宽「补登到诊天数」。"
            ))),
        }
    }
}

/// The words of a text with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let begin = at + text[at..].find(|c| !args::is_separator(c))?;
        let end = text[begin..].find(args::is_separator).map_or(text.len(), |len| begin + len);
        at = end;
        Some((begin, &text[begin..end]))
    })
}

/// Cuts at the first of the labels that stands as one, after a separator or before a sign: what is before it, and what
/// follows it and its sign.
fn cut<'t>(text: &'t str, labels: &[&str]) -> Option<(&'t str, &'t str)> {
    let signs = [':', '：', '=', '＝'];
    let stands = |(at, label): &(usize, &str)| {
        let after = &text[at + label.len()..];
        let begins = text[..*at].chars().next_back().is_none_or(args::is_separator);
        let ends =
            after.is_empty() || after.starts_with(|c: char| args::is_separator(c) || c.is_ascii_digit());
        begins && (ends || after.trim_start().starts_with(signs))
    };
    let found = labels.iter().flat_map(|label| text.match_indices(label)).filter(stands);
    // Of two at one place the longer one.
    let (at, label) = found.min_by_key(|(at, label)| (*at, usize::MAX - label.len()))?;
    let value = text[at + label.len()..].trim_start_matches([' ', '\u{3000}', '\t']);
    Some((
        &text[..at],
        value.strip_prefix(signs).unwrap_or(value).trim_start_matches([' ', '\u{3000}', '\t']),
    ))
}

/// The day and the time of day at the beginning, and what follows.
fn moment(text: &str, today: NaiveDate) -> Result<(Option<NaiveDate>, Option<u32>, &str), Stop> {
    let mut words = args::Words::new(text);
    let day = words.take_date(today, Lean::Past).map_err(|bad| Stop::bad(bad.told()))?;
    let minute = words.take_time().filter(|minute| *minute < 1_440).map(u32::from);
    let rest = if day.is_none() && minute.is_none() { text } else { words.rest() };
    Ok((day, minute, rest))
}

/// The word at the beginning, up to a blank, a new line or a sign of a sentence, and what follows.
fn word(text: &str) -> (&str, &str) {
    let end = text.char_indices().find(|(at, c)| {
        let number_goes_on = *c == ',' && text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
        args::is_separator(*c) && !number_goes_on
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::{Body, ChatKind, ChatRef, Sender};

    fn today() -> NaiveDate {
        "2026-03-05".parse().expect("a date")
    }

    fn read(text: &str) -> Result<Came, Stop> {
        let incoming = Incoming {
            platform: "console",
            bot: "main".to_owned(),
            msg_id: "1".to_owned(),
            chat: ChatRef { kind: ChatKind::Private, id: "1".to_owned(), title: None },
            sender: Sender { user_id: "1".to_owned(), name: None },
            body: Body::Text(text.to_owned()),
            answer_now: true,
            late_reply: None,
        };
        Came::read(&incoming, text, today())
    }

    #[test]
    fn labels_of_an_arrival_are_read_beside_those_of_an_appointment() {
        let full = [
            "姓名 张三 性别 男 年龄 35 电话 13800138000 地域 佛山 渠道 电话 初复诊 初诊 消费 300元 到诊时间 10:30",
            "初复诊：初诊，消费：300，到诊时间：10:30，姓名：张三，性别：男，年龄：35，电话：13800138000，地域：佛山，渠道：电话",
            "姓名：张三\n性别：男\n年龄：35\n电话：13800138000\n地域：佛山\n渠道：电话\n初复诊：初诊\n到诊时间：10:30\n消费：300",
            "张三 男 35岁 13800138000 地域 佛山 渠道 电话 初诊 10:30 消费 300 元",
        ];
        for text in full {
            let came = read(text).unwrap_or_else(|stop| panic!("{text}: {stop:?}"));
            assert_eq!(came.typed.name.as_deref(), Some("张三"), "{text}");
            assert_eq!(came.typed.phone.as_deref(), Some("13800138000"), "{text}");
            assert_eq!(came.typed.region.as_deref(), Some("佛山"), "{text}");
            assert_eq!((came.day, came.minute), (None, Some(630)), "{text}");
            assert_eq!(came.channel, Some(Channel::Phone), "{text}");
            assert_eq!(came.kind, Some(VisitKind::First), "{text}");
            assert_eq!(came.spend_fen, Some(30_000), "{text}");
            assert_eq!(came.notes, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_time_of_an_arrival_is_not_that_of_the_booking() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let cases = [
            ("姓名 张三 到诊时间 昨天 15:30", day("2026-03-04"), Some(930)),
            ("姓名 张三 到诊日期 3月4日 下午3点半", day("2026-03-04"), Some(930)),
            ("姓名 张三 预约时间 3月9日 15:00 到诊时间 9:00", None, Some(540)),
            ("姓名 张三 预约到诊时间 3月9日", None, None),
            ("姓名 张三 约定 10:00", None, None),
            ("姓名 张三 昨天", day("2026-03-04"), None),
            ("姓名：张三\n到诊时间：\n消费：", None, None),
        ];
        for (text, day, minute) in cases {
            let came = read(text).unwrap_or_else(|stop| panic!("{text}: {stop:?}"));
            assert_eq!((came.day, came.minute), (day, minute), "{text}");
            assert_eq!(came.typed.name.as_deref(), Some("张三"), "{text}");
        }
        assert!(read("姓名 张三 到诊时间 刚才").is_err());
        assert!(read("姓名 张三 到诊时间 2月30日").is_err());
    }

    #[test]
    fn what_is_not_an_amount_is_told_and_left_out() {
        let came = read("姓名 张三 消费 很多 初复诊 来过").expect("read");
        assert_eq!((came.spend_fen, came.kind, came.notes.len()), (None, None, 2));
        assert_eq!(read("姓名 张三 消费 1,200").expect("read").spend_fen, Some(120_000));
        assert!(read("").expect("read").is_empty());
        assert!(!read("消费 0").expect("read").is_empty());
    }
}
