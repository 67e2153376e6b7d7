//! Words without a label: 李小红 女 34 佛山 牙痛. What a word can only be is taken; what is left over is taken where only one
//! thing is missing, and that is told; what could be two things is asked back.

use super::reading::Form;
use bot::args::{self, Lean};
use bot::{Incoming, Stop};
use chrono::NaiveDate;
use domain::patient::{Item, Name, is_called, place_in, readings};
use std::collections::BTreeSet;

/// A word that is neither a number, a date nor anything else that tells itself.
pub(super) struct Plain {
    pub(super) text: String,
    /// Whether it is the first without a label: where people write the name.
    pub(super) first: bool,
}

impl Plain {
    /// What it can only be, or be of several.
    fn readings(&self) -> BTreeSet<Item> {
        let mut readings = readings(&self.text);
        if readings.is_empty() && is_called(&self.text) {
            readings.insert(Item::Name);
        }
        readings
    }

    /// What it may be where nothing is known of it.
    fn guesses(&self, form: &Form) -> Vec<Item> {
        let letters = self.text.chars().count();
        let named = self.first && lacks(form, Item::Name) && is_name(&self.text);
        // At the place of the name three letters are one, rare as its surname may be; two may be a place (顺德).
        if named && letters == 3 {
            return vec![Item::Name];
        }
        let worded = letters > 1 && is_han(&self.text);
        let mut guesses = Vec::new();
        guesses.extend(named.then_some(Item::Name));
        guesses.extend((worded && lacks(form, Item::Region)).then_some(Item::Region));
        let ails = form.typed.disease.is_some() || !lacks(form, Item::Complaint);
        guesses.extend((worded && !ails).then_some(Item::Complaint));
        guesses
    }
}

/// Takes the words into what the form lacks.
///
/// # Errors
/// When a word could be two things, or nothing.
pub(super) fn take(form: &mut Form, words: Vec<Plain>, incoming: &Incoming) -> Result<(), Stop> {
    let mut left = words;
    // What one word is may say what another is: 吴忠 is the name where 佛山 is the place.
    loop {
        let before = left.len();
        left.retain(|word| !take_sure(form, word));
        if left.len() == before {
            break;
        }
    }
    for word in &left {
        let free: Vec<Item> = word.readings().into_iter().filter(|item| lacks(form, *item)).collect();
        if free.len() > 1 {
            return Err(asked(incoming, &word.text, &free));
        }
    }
    let [word] = left.as_slice() else {
        return left.first().map_or(Ok(()), |word| Err(not_understood(incoming, &word.text)));
    };
    if !word.readings().is_empty() {
        return Err(not_understood(incoming, &word.text));
    }
    match word.guesses(form).as_slice() {
        [] => Err(not_understood(incoming, &word.text)),
        [item] => {
            put(form, *item, &word.text);
            form.notes.push(format!("「{}」没写是什么，按{}记", incoming.quote(&word.text), item.label()));
            Ok(())
        }
        several => Err(asked(incoming, &word.text, several)),
    }
}

/// Takes a word that can only be one thing; a second complaint, and a second place behind the first, is added to it.
fn take_sure(form: &mut Form, word: &Plain) -> bool {
    let readings = word.readings();
    let free: Vec<Item> = readings.iter().copied().filter(|item| lacks(form, *item)).collect();
    match (free.as_slice(), readings.iter().next()) {
        ([item], _) => put(form, *item, &word.text),
        ([], Some(Item::Complaint)) if readings.len() == 1 => {
            add(&mut form.typed.complaint, "、", &word.text)
        }
        ([], Some(Item::Region)) if readings.len() == 1 && form.plain_region => {
            add(&mut form.typed.region, " ", &word.text);
        }
        _ => return false,
    }
    true
}

fn lacks(form: &Form, item: Item) -> bool {
    let typed = &form.typed;
    match item {
        Item::Name => typed.name.is_none(),
        Item::Region => typed.region.is_none(),
        _ => typed.complaint.is_none(),
    }
}

fn put(form: &mut Form, item: Item, word: &str) {
    let typed = &mut form.typed;
    match item {
        Item::Name => typed.name = Some(word.to_owned()),
        Item::Region => {
            typed.region = Some(place_in(word).to_owned());
            form.plain_region = true;
        }
        _ => typed.complaint = Some(word.to_owned()),
    }
}

fn add(value: &mut Option<String>, between: &str, word: &str) {
    let known = value.take().unwrap_or_default();
    *value = Some(format!("{known}{between}{word}"));
}

fn is_han(word: &str) -> bool {
    word.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

/// A full Chinese name, its surname a common one or not.
fn is_name(word: &str) -> bool {
    let short = (2..=4).contains(&word.chars().count());
    let dated = args::parse_date(word, NaiveDate::default(), Lean::Future).is_ok();
    is_han(word) && short && !dated && Name::read(word).is_some_and(|name| name.is_full())
}

// Texts.

fn asked(incoming: &Incoming, word: &str, items: &[Item]) -> Stop {
    let word = incoming.quote(word);
    let labels: Vec<&str> = items.iter().map(|item| item.label()).collect();
    let first = labels.first().copied().unwrap_or_default();
    Stop::bad(format!("「{word}」是{}？前面写上，例：{first} {word}。没有登记。", labels.join("还是")))
}

fn not_understood(incoming: &Incoming, word: &str) -> Stop {
    Stop::bad(format!(
        "没看懂「{}」，前面写上是什么，例：姓名 张三 地域 佛山 主诉 牙痛。没有登记。",
        incoming.quote(word)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bot::{Body, ChatKind, ChatRef, Refusal, Sender};
    use domain::registration::Channel;

    fn read(text: &str) -> Result<Form, Stop> {
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
        Form::read(&incoming, text, "2026-03-02".parse().expect("a date"))
    }

    /// Name, place and complaint.
    type Taken = [&'static str; 3];

    #[test]
    fn words_that_can_only_be_one_thing_need_no_label() {
        let cases: [(&str, Taken); 15] = [
            ("李小红 女 34 佛山 牙痛 明天", ["李小红", "佛山", "牙痛"]),
            ("李小红 女 34岁 佛山 牙痛 13800138000", ["李小红", "佛山", "牙痛"]),
            ("13800138000 佛山 牙痛 明天 李小红", ["李小红", "佛山", "牙痛"]),
            ("牙痛 佛山 李小红", ["李小红", "佛山", "牙痛"]),
            ("李小红，女，34，广东 佛山，牙痛 牙龈出血", ["李小红", "广东 佛山", "牙痛、牙龈出血"]),
            ("李小红 佛山人 牙痛", ["李小红", "佛山", "牙痛"]),
            ("李某某 佛山 牙痛", ["李某某", "佛山", "牙痛"]),
            ("王先生 佛山 牙痛", ["王先生", "佛山", "牙痛"]),
            ("吴忠 佛山 牙痛", ["吴忠", "佛山", "牙痛"]),
            ("李小红 吴忠 牙痛", ["李小红", "吴忠", "牙痛"]),
            ("李小红 佛山 关节炎", ["李小红", "佛山", "关节炎"]),
            ("姓名 李小红 佛山 牙痛", ["李小红", "佛山", "牙痛"]),
            ("李小红 地域 佛山 牙痛 明天", ["李小红", "佛山", "牙痛"]),
            ("李小红 地域 广东 佛山 主诉 牙痛", ["李小红", "广东 佛山", "牙痛"]),
            ("匿名 佛山 牙痛", ["匿名", "佛山", "牙痛"]),
        ];
        for (text, [name, region, complaint]) in cases {
            let form = read(text).unwrap_or_else(|stop| panic!("{text}: {stop:?}"));
            let typed = &form.typed;
            assert_eq!(typed.name.as_deref(), Some(name), "{text}");
            assert_eq!(typed.region.as_deref(), Some(region), "{text}");
            assert_eq!(typed.complaint.as_deref(), Some(complaint), "{text}");
            assert_eq!(form.notes, Vec::<String>::new(), "{text}");
        }
        let form = read("李小红 女 34 佛山 牙痛 明天 13800138000 微信").expect("read");
        assert_eq!((form.typed.sex.as_deref(), form.typed.age.as_deref()), (Some("女"), Some("34")));
        assert_eq!(form.visit.map(|visit| visit.date.to_string()).as_deref(), Some("2026-03-03"));
        assert_eq!(form.channel, Some(Channel::Wechat));
        assert_eq!(read("李小红 13800138000 微信：").expect("read").channel, None);
    }

    #[test]
    fn what_is_left_over_is_taken_where_only_one_thing_is_missing_and_told() {
        let cases: [(&str, Taken); 4] = [
            ("李小红 佛山 种睫毛", ["李小红", "佛山", "种睫毛"]),
            ("李小红 顺德 牙痛", ["李小红", "顺德", "牙痛"]),
            ("佘小红 佛山 牙痛", ["佘小红", "佛山", "牙痛"]),
            ("佘红 佛山 牙痛", ["佘红", "佛山", "牙痛"]),
        ];
        for (text, [name, region, complaint]) in cases {
            let form = read(text).unwrap_or_else(|stop| panic!("{text}: {stop:?}"));
            assert_eq!(form.typed.name.as_deref(), Some(name), "{text}");
            assert_eq!(form.typed.region.as_deref(), Some(region), "{text}");
            assert_eq!(form.typed.complaint.as_deref(), Some(complaint), "{text}");
            assert_eq!(form.notes.len(), 1, "{text}");
        }
    }

    #[test]
    fn what_could_be_two_things_is_asked_back() {
        let cases = [
            ("吴忠 牙痛", "「吴忠」是姓名还是地域"),
            ("关节炎 佛山", "「关节炎」是姓名还是主诉"),
            ("顺德 13800138000 明天", "「顺德」是姓名还是地域还是主诉"),
            ("李小红 种睫毛", "「种睫毛」是地域还是主诉"),
            ("李小红 顺德 种睫毛", "没看懂「顺德」"),
            ("李小红 王强 佛山 牙痛", "没看懂「王强」"),
            ("李小红 佛山 牙痛 abc", "没看懂「abc」"),
        ];
        for (text, told) in cases {
            let Err(Stop::Refused(Refusal { said, .. })) = read(text) else { panic!("{text}: taken") };
            assert!(said.text.contains(told), "{text}: {}", said.text);
        }
    }
}
