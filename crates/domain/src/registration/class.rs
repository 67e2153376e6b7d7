//! 完整程度: the class of a registered appointment, and as what it counts at an instant.

use crate::EpochMs;

/// How complete an appointment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// 完整预约: name, age, phone, complaint, region and visit time.
    Full,
    /// 条件预约 A: all but the phone.
    ConditionalA,
    /// 条件预约 B: no full name, but any contact and all the rest.
    ConditionalB,
    /// 待完善: less than that, yet neither invalid; counts as conditional.
    Incomplete,
    /// 无效预约: name and contact both missing, or the complaint, or the visit time.
    Invalid,
}

impl Class {
    /// All classes, the most complete first.
    pub const ALL: [Class; 5] =
        [Class::Full, Class::ConditionalA, Class::ConditionalB, Class::Incomplete, Class::Invalid];

    /// The word in rows and events.
    pub fn code(self) -> &'static str {
        match self {
            Class::Full => "full",
            Class::ConditionalA => "conditional_a",
            Class::ConditionalB => "conditional_b",
            Class::Incomplete => "incomplete",
            Class::Invalid => "invalid",
        }
    }

    /// The class of a word of rows and events, exact.
    pub fn of_code(code: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }

    /// The Chinese word for people.
    pub fn word(self) -> &'static str {
        match self {
            Class::Full => "完整",
            Class::ConditionalA => "条件（缺电话）",
            Class::ConditionalB => "条件（缺姓名）",
            Class::Incomplete => "待完善",
            Class::Invalid => "无效",
        }
    }

    /// The rank in arbitration: full 2, conditional and incomplete 1, invalid 0; more wins.
    pub fn rank(self) -> u8 {
        match self {
            Class::Full => 2,
            Class::ConditionalA | Class::ConditionalB | Class::Incomplete => 1,
            Class::Invalid => 0,
        }
    }
}

/// A point in the department's history: the time, and the event's row number for what happened within one
/// millisecond. The clock of a story stands still, so the time alone does not say what came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment {
    /// When.
    pub at: EpochMs,
    /// Which row of the event table; larger is later.
    pub seq: i64,
}

/// From which moment on an appointment has been of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassVersion {
    /// Its registration, or the completion or correction that changed it.
    pub from: Moment,
    /// The class by the rules of that day (CV-8).
    pub class: Class,
}

/// The class as it stood at a moment, that moment's own change included; `None` before the registration. In whatever
/// order the versions come. An appointment that is completed after the rival has registered stays for arbitration
/// what it was.
pub fn class_at(versions: &[ClassVersion], moment: Moment) -> Option<Class> {
    let known = versions.iter().filter(|version| version.from <= moment);
    known.max_by_key(|version| version.from).map(|version| version.class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn version(at: EpochMs, seq: i64, class: Class) -> ClassVersion {
        ClassVersion { from: Moment { at, seq }, class }
    }

    #[test]
    fn classes_come_back_from_their_words() {
        for class in Class::ALL {
            assert_eq!(Class::of_code(class.code()), Some(class));
        }
        assert_eq!(Class::ALL.map(Class::rank), [2, 1, 1, 1, 0]);
    }

    #[test]
    fn the_class_is_frozen_when_the_rival_registers_w_04_r_085() {
        let completed = [version(1_000, 1, Class::ConditionalA), version(3_000, 3, Class::Full)];
        let cases = [
            (Moment { at: 999, seq: 9 }, None),
            (Moment { at: 1_000, seq: 1 }, Some(Class::ConditionalA)),
            (Moment { at: 2_000, seq: 2 }, Some(Class::ConditionalA)),
            // The same second, before and after the completion.
            (Moment { at: 3_000, seq: 2 }, Some(Class::ConditionalA)),
            (Moment { at: 3_000, seq: 4 }, Some(Class::Full)),
        ];
        for (moment, expected) in cases {
            assert_eq!(class_at(&completed, moment), expected, "{moment:?}");
        }
    }

    proptest! {
        #[test]
        fn what_comes_later_changes_nothing(times in prop::collection::vec((0i64..20, 0usize..5), 1..8), at in 0i64..20) {
            let versions: Vec<ClassVersion> = (0..).zip(&times)
                .map(|(seq, (at, class))| version(*at, seq, Class::ALL[*class]))
                .collect();
            let moment = Moment { at, seq: i64::MAX };
            let known: Vec<ClassVersion> =
                versions.iter().filter(|version| version.from.at <= at).copied().collect();
            prop_assert_eq!(class_at(&versions, moment), class_at(&known, moment));
            let mut turned = versions.clone();
            turned.reverse();
            prop_assert_eq!(class_at(&turned, moment), class_at(&versions, moment));
        }
    }
}
