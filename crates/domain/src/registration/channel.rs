//! 渠道与来源: over what an appointment was made, and where the patient came from. They are two things: a patient who
//! chats first and books by phone has the channel 电话 and the source 网络.

/// 渠道: over what an appointment or a contact was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// 网络, not said closer.
    Network,
    /// 商务通: chat on the hospital's web site.
    Shangwutong,
    /// 商桥: another such chat.
    Shangqiao,
    /// QQ, also 企业QQ.
    Qq,
    /// 微信, also 企业微信.
    Wechat,
    /// 三方网: third-party sites.
    ThirdParty,
    /// 电话.
    Phone,
    /// 前台: booked at the desk.
    Desk,
}

/// What a channel is typed as; the first word of each is the one that is stored, shown and written into events.
const WORDS: [(Channel, &[&str]); 8] = [
    (Channel::Network, &["网络", "线上", "在线", "网上", "网咨", "网站", "官网", "network", "web"]),
    (Channel::Shangwutong, &["商务通"]),
    (Channel::Shangqiao, &["商桥", "百度商桥"]),
    (Channel::Qq, &["QQ", "企业QQ", "扣扣"]),
    (Channel::Wechat, &["微信", "企业微信", "企微", "公众号", "wechat", "vx", "wx"]),
    (Channel::ThirdParty, &["三方网", "三方", "第三方", "第三方网站"]),
    (Channel::Phone, &["电话", "来电", "电咨", "热线", "手机", "phone", "tel"]),
    (Channel::Desk, &["前台", "现场", "直访", "导医台"]),
];

impl Channel {
    /// The channel of a word as people type it; capitals, full-width letters and blanks do not matter.
    pub fn of_word(typed: &str) -> Option<Channel> {
        let typed = crate::patient::plain(typed);
        let is = |word: &&str| word.to_lowercase() == typed;
        WORDS.into_iter().find(|(_, words)| words.iter().any(is)).map(|(channel, _)| channel)
    }

    /// The word that is stored, shown and written into events.
    pub fn word(self) -> &'static str {
        WORDS.into_iter().find(|(channel, _)| *channel == self).map_or("", |(_, words)| words[0])
    }

    /// Whether another channel in its place corrects a wrong entry. 网络 that is said closer was not wrong.
    pub fn is_corrected_by(self, other: Channel) -> bool {
        self != other && !(self == Channel::Network && other.is_network())
    }

    /// True for what happens online; only there a chat record is required.
    pub fn is_network(self) -> bool {
        !matches!(self, Channel::Phone | Channel::Desk)
    }
}

/// 来源: where a patient came from, for the statistics of channels. It never says who has the credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// 网络: the first contact was online.
    Network,
    /// 电话, and everything else that was not online.
    Phone,
}

impl Source {
    /// The word in events.
    pub fn code(self) -> &'static str {
        match self {
            Source::Network => "network",
            Source::Phone => "phone",
        }
    }

    /// The Chinese word for people.
    pub fn word(self) -> &'static str {
        match self {
            Source::Network => "网络",
            Source::Phone => "电话",
        }
    }

    /// The source of an appointment booked over `booked`, when the patient's first contact before it, by anybody, was
    /// over `first`; `None` when there was none.
    pub fn of(first: Option<Channel>, booked: Channel) -> Source {
        if first.unwrap_or(booked).is_network() { Source::Network } else { Source::Phone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_and_come_back_from_their_word() {
        let cases = [
            ("商务通", Some(Channel::Shangwutong)),
            ("企业ＱＱ", Some(Channel::Qq)),
            (" qq ", Some(Channel::Qq)),
            ("网络", Some(Channel::Network)),
            ("来电", Some(Channel::Phone)),
            ("飞鸽", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(Channel::of_word(typed), expected, "{typed}");
        }
        for (channel, _) in WORDS {
            assert_eq!(Channel::of_word(channel.word()), Some(channel));
        }
    }

    #[test]
    fn a_wrong_channel_is_corrected_and_a_vague_one_said_closer_r_038() {
        use Channel::{Network, Phone, Qq, Shangwutong};
        let cases = [
            (Phone, Shangwutong, true),
            (Shangwutong, Phone, true),
            (Shangwutong, Qq, true),
            (Shangwutong, Network, true),
            (Network, Phone, true),
            (Network, Qq, false),
            (Phone, Phone, false),
        ];
        for (before, after, expected) in cases {
            assert_eq!(before.is_corrected_by(after), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn the_source_is_where_it_began_r_088() {
        use Channel::{Desk, Phone, Qq, Shangwutong};
        let cases = [
            (None, Phone, Source::Phone),
            (None, Qq, Source::Network),
            (None, Desk, Source::Phone),
            // W-13: chat first, booked by phone.
            (Some(Shangwutong), Phone, Source::Network),
            (Some(Phone), Shangwutong, Source::Phone),
        ];
        for (first, booked, expected) in cases {
            assert_eq!(Source::of(first, booked), expected, "{first:?} {booked:?}");
        }
    }
}
