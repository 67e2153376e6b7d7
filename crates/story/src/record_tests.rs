use super::*;
use crate::parse::parse;
use crate::story::{Chat, Member, Rota, ShiftTemplate, Speaker, Target, What};
use crate::words::PRIVATE;
use domain::Span;
use proptest::prelude::*;

fn group(name: &str) -> Room {
    Room::Group(name.to_owned())
}

fn read(recorder: &Recorder) -> Vec<What> {
    let text = recorder.to_story();
    let story = parse("r.story", &text).unwrap_or_else(|bad| panic!("{bad}\n{text}"));
    story.statements.into_iter().map(|statement| statement.what).collect()
}

#[test]
fn everything_that_can_be_recorded_is_read_again() {
    let calendar = Calendar::default();
    let date: NaiveDate = "2026-03-02".parse().expect("a date");
    let hours = Hours::parse("08:00-16:00").expect("hours");
    let start = calendar.at(date, 510);
    let mut recorder = Recorder::new(calendar);
    recorder.time(start);
    recorder.time(start + 999);
    recorder.member("张伟#1", Roles::of(&[Role::Lead, Role::Admin]), Some("一组"), Some(date));
    recorder.member("张伟#2", Roles::NONE, None, None);
    recorder.chat("咨询 群", &["排行".to_owned(), "提醒".to_owned()]);
    recorder.shift("早班", &hours);
    recorder.rota("张伟#1", domain::Span::day(date), Some("早班"));
    recorder.rota("张伟#1", domain::Span::day(date), None);
    recorder.said("张伟#1", &group("咨询 群"), "日报\n对话: 50");
    recorder.said("张伟#2", &group("夜班群"), "你好");
    recorder.said("张伟#2", &Room::Private, "我的");
    recorder.time(start + 61_000);
    recorder.pressed("张伟#1", &Room::Private, "同意");
    recorder.resend();
    recorder.restart();
    recorder.down(Some(10 * MINUTE));
    recorder.down(None);
    recorder.up();
    recorder.heard(&Destination::Group("咨询 群".to_owned()), &Said::text("\n日报已收到:\n对话 50"));
    recorder.heard(&Destination::Person("张伟#2".to_owned()), &Said::text("待办 0 件"));
    recorder.heard(&Destination::Person("张伟#2".to_owned()), &Said::text("\n"));

    let name = |name: &str| name.to_owned();
    let by = |who: &str, room| Speaker { name: who.to_owned(), room };
    let rota = |shift| What::Rota(Rota { person: name("张伟#1"), days: Span::day(date), shift });
    let member = |who: &str, roles, team, entered_on| {
        What::Member(Member { name: who.to_owned(), roles, team, entered_on })
    };
    let expected = [
        What::Time(When::At(calendar.local(start))),
        member("张伟#1", Roles::of(&[Role::Lead, Role::Admin]), Some(name("一组")), Some(date)),
        member("张伟#2", Roles::NONE, None, None),
        What::Chat(Chat { name: name("咨询群"), purposes: vec![name("排行"), name("提醒")] }),
        What::Shift(ShiftTemplate { name: name("早班"), hours }),
        rota(Some(name("早班"))),
        rota(None),
        What::Said { by: by("张伟#1", None), text: name("日报\n对话: 50") },
        What::Said { by: by("张伟#2", Some(group("夜班群"))), text: name("你好") },
        What::Said { by: by("张伟#2", Some(Room::Private)), text: name("我的") },
        What::Time(When::At(calendar.local(start + 61_000))),
        What::Press { by: by("张伟#1", Some(Room::Private)), label: name("同意") },
        What::Resend,
        What::Restart,
        What::Down(Some(10 * MINUTE)),
        What::Down(None),
        What::Up,
        What::Expect(Target::Group(name("咨询群")), name("日报已收到:")),
        What::Expect(Target::Private(name("张伟#2")), name("待办 0 件")),
    ];
    assert_eq!(read(&recorder), expected);
}

proptest! {
    #[test]
    fn any_words_survive(
        who in "\\PC{0,8}",
        chat in "\\PC{0,8}",
        text in "[\\PC\\n\\r\\t\\\\:：\"'「」#n]{0,60}",
        private: bool,
    ) {
        let room = if private { Room::Private } else { Room::Group(chat.clone()) };
        let mut recorder = Recorder::new(Calendar::default());
        recorder.said(&who, &room, &text);
        recorder.heard(&Destination::Group(chat), &Said::text(text.as_str()));
        let story = read(&recorder);
        let What::Said { by, text: read } = &story[0] else { panic!("{story:?}") };
        prop_assert_eq!(read.as_str(), text.trim());
        prop_assert_eq!(by.room == Some(Room::Private), private);
        if let Some(What::Expect(_, line)) = story.get(1) {
            prop_assert!(text.contains(line.as_str()));
        } else {
            prop_assert!(text.trim().is_empty());
        }
    }

    #[test]
    fn any_names_make_a_story_that_can_be_read(
        name in "\\PC{0,8}", team in "\\PC{0,8}", purpose in "\\PC{0,8}", label in "\\PC{1,8}", at in 0i64..4_000_000_000_000,
    ) {
        let mut recorder = Recorder::new(Calendar::default());
        recorder.time(at);
        recorder.member(&as_name(&name), Roles::NONE, Some(&team), None);
        recorder.chat(&team, &[purpose]);
        recorder.pressed(&as_name(&name), &Room::Private, &label);
        let count = read(&recorder).len();
        prop_assert!(count == 4 || (count == 3 && label.trim().is_empty()));
    }

    #[test]
    fn the_private_chat_is_never_mistaken(who in "\\PC{0,8}") {
        let mut recorder = Recorder::new(Calendar::default());
        recorder.said(&format!("{who}({PRIVATE})"), &Room::Private, "你好");
        prop_assert_eq!(read(&recorder).len(), 1);
    }
}
