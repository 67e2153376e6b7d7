//! 结果 and what a task was opened for.

/// 回访结果: a follow-up is done only with one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 已到: the patient has come.
    Arrived,
    /// 改约: another day was agreed.
    Rebooked,
    /// 考虑: the patient thinks it over.
    Considering,
    /// 未联系上: nobody was reached.
    Unreached,
    /// 在路上: on the way, not to be tracked today.
    OnTheWay,
    /// 取消: the patient does not come any more.
    Cancelled,
    /// 无效: a wrong number, no patient.
    Invalid,
    /// 已联系: spoken with, and nothing follows; only of a patient who has been here.
    Contacted,
}

impl Outcome {
    /// All, in the order in which they are offered.
    pub const ALL: [Outcome; 8] = [
        Outcome::Arrived,
        Outcome::Rebooked,
        Outcome::Considering,
        Outcome::Unreached,
        Outcome::OnTheWay,
        Outcome::Cancelled,
        Outcome::Invalid,
        Outcome::Contacted,
    ];

    /// The Chinese word, as typed, shown, stored, and in events.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Arrived => "已到",
            Outcome::Rebooked => "改约",
            Outcome::Considering => "考虑",
            Outcome::Unreached => "未联系上",
            Outcome::OnTheWay => "在路上",
            Outcome::Cancelled => "取消",
            Outcome::Invalid => "无效",
            Outcome::Contacted => "已联系",
        }
    }

    /// The outcome of a word, exact.
    pub fn of_word(word: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// Whether a reason must be given.
    pub fn needs_reason(self) -> bool {
        !matches!(self, Outcome::Arrived | Outcome::OnTheWay | Outcome::Contacted)
    }

    /// Whether the patient was spoken with: only that is a new consultation.
    pub fn is_reached(self) -> bool {
        !matches!(self, Outcome::Unreached | Outcome::Invalid)
    }

    /// Whether it ends the appointment: only the owner and those who lead him may say so.
    pub fn ends_it(self) -> bool {
        matches!(self, Outcome::Arrived | Outcome::Cancelled | Outcome::Invalid)
    }
}

/// What a task was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Expected, but did not come.
    NoShow,
    /// Was not reached.
    Unreached,
    /// Thinks it over.
    Considering,
    /// Talked with us and gave a reason not to book.
    ReasonGiven,
    /// Taken over after the protection had ended.
    Claimed,
    /// Planned for a third-party order.
    ThirdParty,
    /// Half a year after the visit.
    HalfYear,
    /// Before a holiday.
    Holiday,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 8] = [
        Cause::NoShow,
        Cause::Unreached,
        Cause::Considering,
        Cause::ReasonGiven,
        Cause::Claimed,
        Cause::ThirdParty,
        Cause::HalfYear,
        Cause::Holiday,
    ];

    /// The code in events and rows.
    pub fn code(self) -> &'static str {
        match self {
            Cause::NoShow => "no_show",
            Cause::Unreached => "unreached",
            Cause::Considering => "considering",
            Cause::ReasonGiven => "reason_given",
            Cause::Claimed => "claimed",
            Cause::ThirdParty => "third_party",
            Cause::HalfYear => "half_year",
            Cause::Holiday => "holiday",
        }
    }

    /// What people read.
    pub fn word(self) -> &'static str {
        match self {
            Cause::NoShow => "约了没到",
            Cause::Unreached => "没联系上",
            Cause::Considering => "在考虑",
            Cause::ReasonGiven => "咨询未约",
            Cause::Claimed => "领取",
            Cause::ThirdParty => "三方计划",
            Cause::HalfYear => "半年回访",
            Cause::Holiday => "节前问候",
        }
    }

    /// The cause of a code.
    pub fn of_code(code: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.code() == code)
    }

    /// Whether the patient has been here: then it is about him, not about an appointment.
    pub fn is_afterwards(self) -> bool {
        matches!(self, Cause::HalfYear | Cause::Holiday)
    }

    /// The rule that it stands on.
    pub fn rule(self) -> crate::RuleId {
        match self {
            Cause::NoShow => "R-105",
            Cause::Unreached => "R-109",
            Cause::Considering => "R-110",
            Cause::ReasonGiven => "R-033",
            Cause::Claimed => "R-094",
            Cause::ThirdParty => "R-120",
            Cause::HalfYear | Cause::Holiday => "R-118",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_codes_come_back() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_word(outcome.word()), Some(outcome));
        }
        for cause in Cause::ALL {
            assert_eq!(Cause::of_code(cause.code()), Some(cause));
            assert!(crate::rules::find(cause.rule()).is_some(), "{cause:?}");
        }
        let with_reason: Vec<&str> =
            Outcome::ALL.into_iter().filter(|outcome| outcome.needs_reason()).map(Outcome::word).collect();
        assert_eq!(with_reason, ["改约", "考虑", "未联系上", "取消", "无效"]);
        let words = |of: fn(Outcome) -> bool| -> Vec<&str> {
            Outcome::ALL.into_iter().filter(|outcome| of(*outcome)).map(Outcome::word).collect()
        };
        // who was not spoken with was not consulted again.
        assert_eq!(words(|outcome| !outcome.is_reached()), ["未联系上", "无效"]);
        assert_eq!(words(Outcome::ends_it), ["已到", "取消", "无效"]);
        let afterwards: Vec<&str> =
            Cause::ALL.into_iter().filter(|cause| cause.is_afterwards()).map(Cause::word).collect();
        assert_eq!(afterwards, ["半年回访", "节前问候"]);
    }
}
