//! What stands in a message about a patient: the house form, labels in any order, and what is plain without a label.

use bot::args::{self, Fields, Kind, Label, Lean};
use bot::{Incoming, Stop};
use chrono::NaiveDate;
use domain::patient::{Age, Item, Name, Patient, Phone, Sex, Typed, readings};
use domain::registration::{Channel, Visit, house_form};

use super::plain::{self, Plain};

/// What was written.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Of the patient.
    pub(crate) typed: Typed,
    /// When he is expected.
    pub(crate) visit: Option<Visit>,
    /// Over what it was booked.
    pub(crate) channel: Option<Channel>,
    /// 专家.
    pub(crate) expert: Option<String>,
    /// 约定: when it was agreed, minutes after midnight.
    pub(crate) agreed: Option<u32>,
    /// 备注 and 未约原因; of a contact only.
    pub(crate) remark: Option<String>,
    /// Whether 未约原因 was among them.
    pub(crate) reason: bool,
    /// 聊天记录.
    pub(crate) log: Option<String>,
    /// What was taken for something without a label, for the answer.
    pub(crate) notes: Vec<String>,
    /// The place stood without a label.
    pub(super) plain_region: bool,
}

const LABELS: [Label; 14] = [
    Label { key: "姓名", names: &["姓名", "患者姓名", "患者", "名字"], kind: Kind::Word },
    Label { key: "性别", names: &["性别"], kind: Kind::Word },
    Label { key: "年龄", names: &["年龄"], kind: Kind::Word },
    Label {
        key: "电话",
        names: &["电话", "手机", "手机号", "电话号码", "联系电话", "座机"],
        kind: Kind::Text,
    },
    Label { key: "QQ", names: &["QQ", "QQ号"], kind: Kind::Word },
    Label { key: "微信", names: &["微信", "微信号"], kind: Kind::Word },
    Label { key: "联系方式", names: &["联系方式"], kind: Kind::Text },
    Label { key: "地域", names: &["地域", "区域", "地址", "地区"], kind: Kind::Text },
    Label { key: "病种", names: &["病种"], kind: Kind::Text },
    Label { key: "主诉", names: &["主诉", "病情主诉", "病情", "症状"], kind: Kind::Text },
    Label {
        key: "到诊日期",
        names: &["到诊日期", "预约到诊时间", "到诊时间", "预约到诊日期", "预约日期", "预约时间", "来院时间"],
        kind: Kind::Text,
    },
    Label { key: "专家", names: &["专家", "预约专家", "医生"], kind: Kind::Word },
    Label { key: "约定", names: &["约定", "约定时间", "约好时间"], kind: Kind::Word },
    Label { key: "标注", names: &["标注", "聊天标注"], kind: Kind::Word },
];

/// What a contact has besides.
const REMARKS: [Label; 2] = [
    Label { key: "备注", names: &["备注", "客户备注"], kind: Kind::Text },
    Label { key: "原因", names: &["原因", "未约原因", "没约原因"], kind: Kind::Text },
];
/// Words before 聊天记录 that say that there is none.
const WITHOUT: [&str; 4] = ["没有", "无", "没", "缺"];

/// Words for a part of the day without a time of day.
const PARTS: [&str; 5] = ["上午", "下午", "晚上", "早上", "中午"];
/// Said in the place of a name that was not left.
const ANONYMOUS: [&str; 3] = ["匿名", "未留姓名", "没留姓名"];
const LOGS: [&str; 4] = ["聊天记录", "聊天内容", "对话记录", "聊天截图"];
const CHANNELS: [&str; 2] = ["预约渠道", "渠道"];

impl Form {
    /// Reads everything of a message about an appointment.
    pub(crate) fn read(incoming: &Incoming, text: &str, today: NaiveDate) -> Result<Form, Stop> {
        Self::read_with(incoming, text, today, &LABELS)
    }

    /// Reads everything of a message about a contact, which may have a remark.
    pub(crate) fn read_contact(incoming: &Incoming, text: &str, today: NaiveDate) -> Result<Form, Stop> {
        Self::read_with(incoming, text, today, &[&LABELS[..], &REMARKS].concat())
    }

    fn read_with(incoming: &Incoming, text: &str, today: NaiveDate, labels: &[Label]) -> Result<Form, Stop> {
        let (head, log) = match begin_of_log(text) {
            Some((at, len)) => (&text[..at], Some(&text[at + len..])),
            None => (text, None),
        };
        let log = log.map(after_sign).map(str::trim).filter(|log| !matches!(*log, "" | "无" | "没有"));
        let (channel, head) = take_channel(head)?;
        let labelled = house_form(&head);
        let (house, head) = match labelled {
            Some(labelled) => (labelled.typed, labelled.rest),
            None => (Typed::default(), head),
        };
        // A number alone, in whatever groups.
        if Phone::read(head.trim()).is_ok() {
            let typed = Typed { phone: Some(head.trim().to_owned()), ..house };
            return Ok(Form { typed, channel, log: log.map(str::to_owned), ..Form::default() });
        }
        let fields = Fields::read(&head, labels);
        if !fields.problems.is_empty() {
            return Err(Stop::bad(format!("{}\n没有登记，改好再发。", incoming.told(&fields.problems))));
        }
        let said = |key: &str| fields.text(key).map(str::to_owned);
        let mut form = Form {
            typed: Typed {
                name: said("姓名").or(house.name),
                sex: said("性别").or(house.sex),
                age: said("年龄").or(house.age),
                phone: said("电话"),
                qq: said("QQ"),
                wechat: said("微信"),
                contact: said("联系方式"),
                region: said("地域").or(house.region),
                complaint: said("主诉"),
                disease: said("病种").or(house.disease),
            },
            visit: None,
            channel,
            expert: said("专家"),
            agreed: None,
            remark: joined(said("原因"), said("备注")),
            reason: said("原因").is_some(),
            log: log.map(str::to_owned),
            ..Form::default()
        };
        let (mut date, mut minute) = (None, None);
        if let Some(text) = fields.text("到诊日期") {
            let unread = || Stop::bad("到诊日期没看懂，写成「3月5日」或「3月5日 15:00」再发。没有登记。");
            let (day, clock) = read_visit(text, today)?.ok_or_else(unread)?;
            (date, minute) = (Some(day), clock);
        }
        if let Some(text) = fields.text("约定") {
            let time = args::parse_time(text).filter(|(time, used)| *used == text.len() && *time < 1_440);
            let (time, _) = time.ok_or_else(|| Stop::bad("约定的时刻没看懂，例：约定 10:05。没有登记。"))?;
            form.agreed = Some(u32::from(time));
        }
        let mut words: Vec<String> = fields.rest.clone();
        for (value, is_more) in [
            // 电话 13800138000 佛山: only the first word is the number.
            (&mut form.typed.phone, is_no_phone as fn(&str, &str) -> bool),
            // 地域 佛山 牙痛: what ails him is no place.
            (&mut form.typed.region, is_no_place),
        ] {
            words.extend(split_off(value, is_more));
        }
        match fields.bare_numbers.as_slice() {
            [] => {}
            [age] if form.typed.age.is_none() => form.typed.age = Some(age.to_string()),
            _ => return Err(Stop::bad("有的数字前面没写是什么，例：年龄 35 电话 13800138000。没有登记。")),
        }
        let mut unlabelled = Vec::new();
        for (index, word) in words.into_iter().enumerate() {
            if form.take(&word) {
                continue;
            }
            let clock = args::parse_time(&word).filter(|(time, used)| *used == word.len() && *time < 1_440);
            match (read_visit(&word, today)?, clock) {
                (Some((day, clock)), _) if date.is_none() => {
                    date = Some(day);
                    minute = clock.or(minute);
                }
                (None, Some((time, _))) if minute.is_none() => minute = Some(u32::from(time)),
                _ if PARTS.contains(&word.as_str()) => {}
                _ => unlabelled.push(Plain { first: index == 0, text: word }),
            }
        }
        plain::take(&mut form, unlabelled, incoming)?;
        if form.channel.is_none() && form.typed.phone.is_some() {
            form.channel = channel_last(&head);
        }
        form.visit = date.map(|date| Visit { date, minute });
        Ok(form)
    }

    /// True when nothing was written.
    pub(crate) fn is_empty(&self) -> bool {
        self.typed == Typed::default()
            && self.visit.is_none()
            && self.channel.is_none()
            && self.expert.is_none()
            && self.agreed.is_none()
            && self.remark.is_none()
            && self.log.is_none()
    }

    /// Takes a word that tells itself; false when it does not.
    fn take(&mut self, word: &str) -> bool {
        let typed = &mut self.typed;
        if let Some(channel) = Channel::of_word(word).filter(|_| self.channel.is_none()) {
            self.channel = Some(channel);
        } else if typed.sex.is_none() && Sex::read(word).is_some() {
            typed.sex = Some(word.to_owned());
        } else if typed.age.is_none() && word.contains('岁') && Age::read(word).is_ok() {
            typed.age = Some(word.to_owned());
        } else if typed.phone.is_none() && Phone::read(word).is_ok_and(|phone| phone.key().len() >= 10) {
            typed.phone = Some(word.to_owned());
        } else if typed.name.is_none() && ANONYMOUS.contains(&word) {
            typed.name = Some(word.to_owned());
        } else {
            return false;
        }
        true
    }
}

/// Splits off the words behind the first of a value that are none of it.
fn split_off(value: &mut Option<String>, is_more: fn(&str, &str) -> bool) -> Vec<String> {
    let Some((first, others)) = value.as_deref().and_then(|typed| typed.split_once(char::is_whitespace))
    else {
        return Vec::new();
    };
    let (more, own): (Vec<&str>, Vec<&str>) =
        others.split_whitespace().partition(|word| is_more(first, word));
    let more: Vec<String> = more.into_iter().map(str::to_owned).collect();
    if !more.is_empty() {
        *value = Some([&[first], own.as_slice()].concat().join(" "));
    }
    more
}

/// Behind a number that is whole nothing belongs to it but its extension.
fn is_no_phone(number: &str, word: &str) -> bool {
    Phone::read(number).is_ok() && Phone::read(&format!("{number} {word}")).is_err()
}

/// What can only be what ails somebody, his sex, his number or a day.
fn is_no_place(_place: &str, word: &str) -> bool {
    let ails = readings(word).into_iter().eq([Item::Complaint]);
    let day = args::parse_date(word, NaiveDate::default(), Lean::Future);
    let dated = day.is_ok_and(|(_, used)| used == word.len());
    ails || dated || Sex::read(word).is_some() || Phone::read(word).is_ok() || word.ends_with('岁')
}

/// What a chat says of the visitor by labels with their sign (姓名：张三), as far as it can be read. Of a name only one
/// in full: whoever reads 姓名：先生 has heard none.
pub(crate) fn labelled_in(chat: &str) -> Patient {
    const NAMES: [&str; 3] = ["姓名", "名字", "全名"];
    const AGES: [&str; 1] = ["年龄"];
    const PHONES: [&str; 4] = ["电话", "手机", "手机号", "电话号码"];
    const REGIONS: [&str; 4] = ["地域", "地区", "区域", "地址"];
    const COMPLAINTS: [&str; 3] = ["主诉", "症状", "病情"];
    let value = |labels: &[&str]| -> Option<String> {
        let signs = [':', '：', '=', '＝'];
        let found = labels.iter().flat_map(|label| chat.match_indices(label));
        found.into_iter().find_map(|(at, label)| {
            let after = chat[at + label.len()..].trim_start_matches([' ', '\u{3000}']).strip_prefix(signs)?;
            let value = after.trim_start_matches([' ', '\u{3000}']);
            let value = &value[..value.find(args::is_separator).unwrap_or(value.len())];
            (!value.is_empty()).then(|| value.to_owned())
        })
    };
    let typed = Typed {
        name: value(&NAMES).filter(|name| Name::read(name).is_some_and(|name| name.is_full())),
        age: value(&AGES),
        phone: value(&PHONES),
        region: value(&REGIONS),
        complaint: value(&COMPLAINTS),
        disease: value(&["病种"]),
        ..Typed::default()
    };
    typed.read().0
}

/// Where 聊天记录 stands as a label.
fn begin_of_log(text: &str) -> Option<(usize, usize)> {
    let there = |(at, _): &(usize, &str)| !WITHOUT.iter().any(|no| text[..*at].ends_with(no));
    let found = LOGS.iter().flat_map(|word| text.match_indices(word)).filter(there);
    found.map(|(at, word)| (at, word.len())).min()
}

/// Why nothing was booked, and what else was remarked.
fn joined(reason: Option<String>, remark: Option<String>) -> Option<String> {
    match (reason, remark) {
        (Some(reason), Some(remark)) => Some(format!("未约原因：{reason}；{remark}")),
        (Some(reason), None) => Some(format!("未约原因：{reason}")),
        (None, remark) => remark,
    }
}

/// A channel at the very end: 电话 behind a message that has the number already asks for none.
fn channel_last(text: &str) -> Option<Channel> {
    let last = text.rsplit(args::is_separator).find(|word| !word.is_empty())?;
    Channel::of_word(last).filter(|_| !text.trim_end().ends_with([':', '：', '=', '＝']))
}

/// What follows a label's sign.
fn after_sign(text: &str) -> &str {
    text.trim_start_matches([' ', '\u{3000}', '\t', ':', '：', '=', '＝'])
}

/// Takes the channel out: its value may be the label of another field (渠道 电话).
fn take_channel(text: &str) -> Result<(Option<Channel>, String), Stop> {
    // 从别的渠道来 is no label.
    let label = |(at, word): &(usize, &str)| {
        text[..*at].chars().next_back().is_none_or(args::is_separator)
            || text[at + word.len()..].trim_start().starts_with([':', '：', '=', '＝'])
    };
    let found = CHANNELS.iter().flat_map(|word| text.match_indices(word)).filter(label);
    let found = found.map(|(at, word)| (at, word.len())).min();
    let Some((at, len)) = found else { return Ok((None, text.to_owned())) };
    let value = after_sign(&text[at + len..]);
    let (word, rest) = value.split_at(value.find(args::is_separator).unwrap_or(value.len()));
    let channel = Channel::of_word(word);
    if channel.is_none() && !word.is_empty() {
        return Err(Stop::bad(
            "渠道没看懂，可写：网络、商务通、商桥、QQ、微信、三方网、电话、前台。没有登记。",
        ));
    }
    Ok((channel, format!("{} {rest}", &text[..at])))
}

/// Reads a day with or without a time of day; `None` when it does not begin with a day or goes on after it.
fn read_visit(text: &str, today: NaiveDate) -> Result<Option<(NaiveDate, Option<u32>)>, Stop> {
    let (date, used) = match args::parse_date(text, today, Lean::Future) {
        Ok(read) => read,
        Err(error @ args::DateError::NoSuchDay) => return Err(Stop::bad(error.told())),
        Err(_) => return Ok(None),
    };
    let clock: String = text[used..].chars().filter(|c| !args::is_separator(*c)).collect();
    if clock.is_empty() || PARTS.contains(&clock.as_str()) {
        return Ok(Some((date, None)));
    }
    let time = args::parse_time(&clock).filter(|(time, used)| *used == clock.len() && *time < 1_440);
    Ok(time.map(|(time, _)| (date, Some(u32::from(time)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_may_be_called_like_another_field() {
        let cases = [
            ("姓名 张三 渠道 电话 主诉 牙痛", Some(Channel::Phone), "姓名 张三   主诉 牙痛"),
            ("渠道：QQ\n姓名：张三", Some(Channel::Qq), " \n姓名：张三"),
            ("渠道：\n姓名：张三", None, " \n姓名：张三"),
            ("姓名 张三", None, "姓名 张三"),
        ];
        for (text, channel, rest) in cases {
            let (found, left) = take_channel(text).expect("read");
            assert_eq!((found, left.as_str()), (channel, rest), "{text}");
        }
        assert!(take_channel("渠道 飞鸽").is_err());
        let remark = "姓名 张三 备注 从别的渠道来的";
        assert_eq!(take_channel(remark).expect("read"), (None, remark.to_owned()));
    }

    #[test]
    fn a_chat_says_by_labels_what_was_told_r_090() {
        let cases = [
            ("访客：你好\n客服：您好，请问怎么称呼", false),
            ("客服：请留下姓名：\n访客：不留", false),
            ("访客：姓名 电话都要吗", false),
            ("访客：姓名：王小明", true),
            ("访客：年龄：35，牙疼", true),
            ("年龄：不说", false),
            ("症状 ：牙痛", true),
            ("手机号：13800138000", true),
        ];
        for (chat, told) in cases {
            assert_eq!(labelled_in(chat).is_described(), told, "{chat}");
        }
    }

    #[test]
    fn a_record_begins_where_one_is_said_to_be() {
        let cases = [
            ("姓名 张三 聊天记录 您好", Some("姓名 张三 ")),
            ("备注 没有聊天记录 渠道 电话", None),
            ("备注 没有聊天记录 聊天内容：您好", Some("备注 没有聊天记录 ")),
            ("姓名 张三", None),
        ];
        for (text, head) in cases {
            assert_eq!(begin_of_log(text).map(|(at, _)| &text[..at]), head, "{text}");
        }
    }

    #[test]
    fn a_visit_has_a_day_and_maybe_a_time() {
        let today: NaiveDate = "2026-03-02".parse().expect("a date");
        let cases = [
            ("明天", Some(("2026-03-03", None))),
            ("明天下午3点", Some(("2026-03-03", Some(900)))),
            ("3月5日 15:00", Some(("2026-03-05", Some(900)))),
            ("2026-03-05 上午", Some(("2026-03-05", None))),
            ("3月5日 张三", None),
            ("张三", None),
        ];
        for (text, expected) in cases {
            let found = read_visit(text, today).expect("a day of the calendar");
            let expected = expected.map(|(day, minute)| (day.parse().expect("a date"), minute));
            assert_eq!(found, expected, "{text}");
        }
    }
}
