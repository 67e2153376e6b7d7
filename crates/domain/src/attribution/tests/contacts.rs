//! Steps 5 to 7 and 11: contacts that stand before appointments, and the source.

use super::samples::{A, B, C, arrives, reg};
use super::{check, check_asking, judge};
use crate::attribution::Facts;
use crate::registration::{Channel, Class, Source};

const NET: Channel = Channel::Shangwutong;
const TEL: Channel = Channel::Phone;

/// B books on 1 March at 11:00 and the patient comes on the 5th.
fn b_books(channel: Channel) -> Facts {
    arrives("2025-03-05 10:00").with(reg(2, B, "2025-03-01 11:00").by(channel))
}

#[test]
fn step_5_a_jump_from_window_to_window() {
    let jump = |what| b_books(NET).jumped(A, B, "2025-03-01 10:50", what);
    let a = |when| reg(1, A, when);
    check(vec![
        ("W-17 nothing was said with the first", jump(""), Some(B), "5", "R-090"),
        ("W-18 asked how to book, both online", jump("booking online"), Some(A), "5", "R-091"),
        ("W-19 the first had gone", jump("booking"), Some(B), "5", "R-091"),
        ("asked and told, both online", jump("touched booking online"), Some(A), "5", "R-091"),
        ("asked and told, the first had gone", jump("touched booking"), Some(B), "5", "R-091"),
        ("both online says nothing by itself", jump("online"), Some(B), "5", "R-090"),
        (
            "claimed after the booking, on its day",
            b_books(NET).jumped(A, B, "2025-03-01 17:00", "booking online"),
            Some(A),
            "5",
            "R-091",
        ),
        (
            "claimed on a day after the booking",
            b_books(NET).jumped(A, B, "2025-03-02 09:00", "booking online"),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "claimed after the arrival",
            b_books(NET).jumped(A, B, "2025-03-05 11:00", "booking online"),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "to somebody who did not book",
            b_books(NET).jumped(A, C, "2025-03-01 10:50", "booking online"),
            Some(B),
            "0a",
            "R-079",
        ),
        ("the first had booked before", jump("").with(a("2025-02-28 09:00")), Some(A), "10", "R-084"),
        (
            "the first had booked less completely, and takes it",
            jump("booking online").with(a("2025-02-28 09:00").class_is(Class::ConditionalA)),
            Some(A),
            "5",
            "R-091",
        ),
        (
            "what the colleague booked on a day before stays his",
            jump("booking online").with(reg(3, B, "2025-02-20 09:00")),
            Some(B),
            "10",
            "R-084",
        ),
        ("the first booked after the jump", jump("").with(a("2025-03-01 10:55")), Some(B), "5", "R-090"),
        (
            "the first takes it and has booked too",
            jump("booking online").with(a("2025-03-01 12:00")),
            Some(A),
            "5",
            "R-091",
        ),
        (
            "a third has booked before them",
            jump("booking online").with(reg(3, C, "2025-02-20 09:00")),
            Some(C),
            "10",
            "R-084",
        ),
        (
            "only the first claim of two people counts",
            jump("booking online").jumped(B, A, "2025-03-01 10:55", ""),
            Some(A),
            "5",
            "R-091",
        ),
    ]);
    check_asking(vec![
        ("told, not asked how to book", jump("touched online"), Some(A), "5", "R-091"),
        ("told, not asked, gone", jump("touched"), Some(A), "5", "R-091"),
        (
            "booked only the next day",
            arrives("2025-03-05 10:00").with(reg(2, B, "2025-03-02 09:00")).jumped(
                A,
                B,
                "2025-03-01 10:50",
                "booking online",
            ),
            Some(A),
            "5",
            "R-091",
        ),
    ]);
    let decision = judge(&jump("booking online"));
    assert_eq!(decision.appointment, Some(2), "the credit is counted on what was booked");
    assert_eq!(judge(&jump("booking online").with(a("2025-03-01 12:00"))).appointment, Some(1));
}

#[test]
fn step_6_word_left_on_the_chat_then_a_call() {
    let left = |known| b_books(TEL).consulted(A, "2025-03-01 10:50", NET, known);
    check(vec![
        ("W-21 no remark", left("name phone"), Some(B), "6", "R-093"),
        ("remarked before the call", left("name phone remark"), Some(A), "6", "R-093"),
        (
            "remarked later, before the call",
            left("name phone").consulted(A, "2025-03-01 10:59", NET, "remark"),
            Some(A),
            "6",
            "R-093",
        ),
        (
            "remarked after the call",
            left("name phone").consulted(A, "2025-03-01 11:01", NET, "name phone remark"),
            Some(B),
            "6",
            "R-093",
        ),
        (
            "the call came before the booking",
            left("name phone").consulted(A, "2025-03-01 10:58", NET, "remark").consulted(
                B,
                "2025-03-01 10:55",
                TEL,
                "name",
            ),
            Some(B),
            "6",
            "R-093",
        ),
        (
            "word left, then a dialogue, then the call",
            left("name phone").consulted(A, "2025-03-01 10:55", NET, "record"),
            Some(A),
            "7",
            "R-092",
        ),
        ("only a name left", left("name complaint"), Some(A), "7", "R-092"),
        ("a dialogue was formed", left("name phone record"), Some(A), "7", "R-092"),
        ("days later", left("name phone").with(reg(3, B, "2025-03-04 11:00").by(TEL)), Some(B), "6", "R-093"),
        (
            "a remark claims no longer than an appointment",
            arrives("2025-06-20 10:00").with(reg(2, B, "2025-05-31 11:00").by(TEL)).consulted(
                A,
                "2025-03-01 10:50",
                NET,
                "name phone remark",
            ),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "on its last day it does",
            arrives("2025-06-20 10:00").with(reg(2, B, "2025-05-30 11:00").by(TEL)).consulted(
                A,
                "2025-03-01 10:50",
                NET,
                "name phone remark",
            ),
            Some(A),
            "6",
            "R-093",
        ),
        (
            "the chat books afterwards",
            left("name phone").with(reg(1, A, "2025-03-01 12:00").recorded()),
            Some(B),
            "6",
            "R-093",
        ),
        (
            "the chat had booked before",
            left("name phone").with(reg(1, A, "2025-03-01 10:40")),
            Some(A),
            "7",
            "R-092",
        ),
        (
            "remarked and booked before: that does not make it worse",
            left("name phone remark").with(reg(1, A, "2025-03-01 10:55").class_is(Class::ConditionalA)),
            Some(A),
            "6",
            "R-093",
        ),
        (
            "the words told later first",
            left("name phone remark").consulted(A, "2025-03-01 10:45", NET, "name phone").consulted(
                B,
                "2025-03-01 10:48",
                TEL,
                "name",
            ),
            Some(B),
            "6",
            "R-093",
        ),
        (
            "the phone side had booked before the word",
            left("name phone remark").with(reg(3, B, "2025-02-20 09:00").by(Channel::Desk)),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "without a remark and long ago it is no claim that could be lost",
            arrives("2025-06-05 10:00").with(reg(2, B, "2025-05-31 11:00").by(TEL)).consulted(
                A,
                "2025-03-01 10:50",
                NET,
                "name phone",
            ),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "the chat had booked on a day before the call",
            left("name phone").with(reg(1, A, "2025-02-28 10:40").class_is(Class::ConditionalA)),
            Some(A),
            "7",
            "R-092",
        ),
        (
            "the chat had booked between the word and the call",
            arrives("2025-03-09 10:00")
                .consulted(A, "2025-03-01 10:50", NET, "name phone")
                .with(reg(1, A, "2025-03-02 10:40").class_is(Class::ConditionalA))
                .with(reg(2, B, "2025-03-03 11:00").by(TEL)),
            Some(B),
            "9",
            "R-085",
        ),
        (
            "booked by chat, not by phone",
            arrives("2025-03-05 10:00").with(reg(2, B, "2025-03-02 11:00").by(NET)).consulted(
                A,
                "2025-03-01 10:50",
                NET,
                "name phone remark",
            ),
            Some(B),
            "0a",
            "R-079",
        ),
    ]);
}

#[test]
fn step_7_chat_and_phone_on_one_day() {
    let chat = |known| b_books(TEL).consulted(A, "2025-03-01 09:00", NET, known);
    let a = |when| reg(1, A, when).by(NET);
    check(vec![
        ("W-13 the chat told something and was first", chat("name complaint record"), Some(A), "7", "R-092"),
        ("W-14 only 你好", chat("record"), Some(B), "7", "R-092"),
        (
            "the phone was first",
            b_books(TEL).consulted(A, "2025-03-01 11:30", NET, "name record"),
            Some(B),
            "7",
            "R-092",
        ),
        ("another day", b_books(TEL).consulted(A, "2025-02-28 23:59", NET, "record"), Some(B), "0a", "R-079"),
        (
            "an early chat without information, a late one with",
            chat("record").consulted(A, "2025-03-01 11:30", NET, "name record"),
            Some(B),
            "7",
            "R-092",
        ),
        (
            "the chat booked too, afterwards",
            chat("name record").with(a("2025-03-01 12:00").class_is(Class::ConditionalA)),
            Some(A),
            "7",
            "R-092",
        ),
        (
            "the chat booked before: that does not make it worse",
            chat("name record").with(a("2025-03-01 09:10").class_is(Class::ConditionalA)),
            Some(A),
            "7",
            "R-092",
        ),
        (
            "two bookings without a logged chat",
            b_books(TEL).with(a("2025-03-01 09:10").class_is(Class::ConditionalA)),
            Some(B),
            "9",
            "R-085",
        ),
        (
            "the phone books after as many days as an appointment is protected",
            arrives("2025-06-05 10:00")
                .with(reg(2, B, "2025-05-31 11:00").by(TEL))
                .consulted(A, "2025-03-01 09:00", NET, "name record")
                .consulted(B, "2025-03-01 11:00", TEL, "name"),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "the call came to one who did not book",
            arrives("2025-03-05 10:00")
                .with(a("2025-03-01 11:00"))
                .consulted(A, "2025-03-01 10:30", NET, "name record")
                .consulted(B, "2025-03-01 09:00", TEL, "name"),
            Some(B),
            "7",
            "R-092",
        ),
        (
            "the phone had booked days before",
            b_books(TEL).with(reg(3, B, "2025-02-20 09:00").by(TEL)).consulted(
                A,
                "2025-03-01 09:00",
                NET,
                "name record",
            ),
            Some(B),
            "0a",
            "R-079",
        ),
        (
            "two chats, the first",
            chat("name record").consulted(C, "2025-03-01 08:00", NET, "name record"),
            Some(C),
            "7",
            "R-092",
        ),
    ]);
    let decision = judge(&chat("name complaint record"));
    assert_eq!((decision.appointment, decision.source), (Some(2), Some(Source::Network)), "W-13");
    let late = judge(&chat("name record").with(a("2025-03-01 12:00")));
    assert_eq!(late.appointment, Some(1), "his own booking, where he has one");
}

#[test]
fn step_11_what_started_online_stays_network() {
    let cases: Vec<(&str, Facts, Source)> = vec![
        ("by phone", b_books(TEL), Source::Phone),
        ("by chat", b_books(NET), Source::Network),
        (
            "W-13 chat first, booked by phone",
            b_books(TEL).consulted(A, "2025-03-01 09:00", NET, "name record"),
            Source::Network,
        ),
        ("the day before", b_books(TEL).consulted(A, "2025-02-01 09:00", NET, "record"), Source::Network),
        (
            "chat after the booking",
            b_books(TEL).consulted(A, "2025-03-02 09:00", NET, "record"),
            Source::Phone,
        ),
        (
            "phone first, booked by chat",
            b_books(NET).consulted(A, "2025-02-28 09:00", TEL, "name"),
            Source::Phone,
        ),
        ("a jump is online", b_books(TEL).jumped(A, C, "2025-02-28 09:00", ""), Source::Network),
        ("the desk is not online", b_books(Channel::Desk), Source::Phone),
    ];
    for (name, facts, source) in cases {
        assert_eq!(judge(&facts).source, Some(source), "{name}");
    }
}
