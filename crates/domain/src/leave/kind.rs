//! 假别: the kinds of leave, by the words that people type.

/// A kind of leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 事假.
    Personal,
    /// 病假.
    Sick,
    /// 临时.
    Temporary,
    /// 调休: a day off of the month, taken on another day.
    DayOff,
    /// 婚假.
    Marriage,
    /// 丧假.
    Bereavement,
    /// 产假.
    Maternity,
    /// 会议: is no leave but the notice that somebody misses a meeting.
    Meeting,
}

impl Kind {
    /// All of them, in listing order.
    pub const ALL: [Kind; 8] = [
        Kind::Personal,
        Kind::Sick,
        Kind::Temporary,
        Kind::DayOff,
        Kind::Marriage,
        Kind::Bereavement,
        Kind::Maternity,
        Kind::Meeting,
    ];

    /// The word of commands, rows and events.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Personal => "事假",
            Kind::Sick => "病假",
            Kind::Temporary => "临时",
            Kind::DayOff => "调休",
            Kind::Marriage => "婚假",
            Kind::Bereavement => "丧假",
            Kind::Maternity => "产假",
            Kind::Meeting => "会议",
        }
    }

    /// The kind that a word means.
    pub fn of_word(word: &str) -> Option<Kind> {
        Some(match word {
            "事" | "事假" | "私事" => Kind::Personal,
            "病" | "病假" | "看病" => Kind::Sick,
            "临时" | "临时假" | "临时请假" | "外出" => Kind::Temporary,
            "调休" | "休" | "轮休" | "补休" => Kind::DayOff,
            "婚" | "婚假" | "结婚" => Kind::Marriage,
            "丧" | "丧假" => Kind::Bereavement,
            "产" | "产假" | "陪产" | "陪产假" => Kind::Maternity,
            "会议" | "例会" | "开会" => Kind::Meeting,
            _ => return None,
        })
    }

    /// What the law grants besides the department's own rules.
    pub fn is_statutory(self) -> bool {
        matches!(self, Kind::Marriage | Kind::Bereavement | Kind::Maternity)
    }

    /// A paper is handed in afterwards.
    pub fn needs_certificate(self) -> bool {
        self == Kind::Sick || self.is_statutory()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read_by_its_own_word() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_word(kind.word()), Some(kind));
        }
        assert_eq!(Kind::of_word("假"), None);
    }
}
