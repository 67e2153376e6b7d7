//! 怎样预约的字眼: whether somebody asked how to book, in an excerpt of a chat.

use crate::patient::plain;

/// What people say when they ask how to book. Short on purpose: a person sees the excerpt too.
const ASKED: [&str; 17] = [
    "预约",
    "挂号",
    "怎么约",
    "怎样约",
    "如何约",
    "约个时间",
    "约时间",
    "约一下",
    "约个号",
    "预定",
    "预订",
    "怎么看医生",
    "订个号",
    "拿号",
    "取号",
    "约医生",
    "约专家",
];

/// Whether the excerpt holds words about how to book.
pub fn asks_to_book(excerpt: &str) -> bool {
    let excerpt = plain(excerpt);
    ASKED.iter().any(|words| excerpt.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_about_booking_are_heard_w_18_r_091() {
        let cases = [
            ("怎么预约", true),
            ("患者：请问 怎么 约？", true),
            ("明天能挂 号吗", true),
            ("你好", false),
            ("牙疼怎么办，多少钱", false),
            ("", false),
        ];
        for (excerpt, expected) in cases {
            assert_eq!(asks_to_book(excerpt), expected, "{excerpt}");
        }
    }
}
