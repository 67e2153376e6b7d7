//! Profiles (方案): the regulations are those of different houses. A department runs the default composition, to which
//! it may add a profile, or take the values of one; one event is never charged under two (CV-7).

use super::{Value, catalogue};

/// Whose regulations a rule or a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// 网络咨询部: the main one.
    N,
    /// 培训学校.
    T,
    /// 客服部.
    C,
    /// 医美中心.
    A,
    /// 信息部.
    I,
    /// 电话网络咨询.
    P,
    /// 医务人员.
    M,
    /// 行政办公室.
    X,
}

/// A value that a profile sets otherwise than the default composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The setting.
    pub key: &'static str,
    /// Its value in that house.
    pub value: Value,
}

impl Profile {
    /// All profiles, in the order in which they are listed.
    pub const ALL: [Profile; 8] =
        [Profile::N, Profile::T, Profile::C, Profile::A, Profile::I, Profile::P, Profile::M, Profile::X];

    /// The letter, as typed and shown.
    pub fn letter(self) -> &'static str {
        match self {
            Profile::N => "N",
            Profile::T => "T",
            Profile::C => "C",
            Profile::A => "A",
            Profile::I => "I",
            Profile::P => "P",
            Profile::M => "M",
            Profile::X => "X",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Profile::N => "网络咨询部",
            Profile::T => "培训学校",
            Profile::C => "客服部",
            Profile::A => "医美中心",
            Profile::I => "信息部",
            Profile::P => "电话网络咨询",
            Profile::M => "医务人员",
            Profile::X => "行政办公室",
        }
    }

    /// The profile of a letter, either case.
    pub fn from_letter(letter: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|profile| profile.letter().eq_ignore_ascii_case(letter))
    }

    /// The values that the house sets otherwise than the default composition. Taking a profile over means one new
    /// version of the rules with these.
    pub fn preset(self) -> impl Iterator<Item = &'static Preset> {
        catalogue::presets().filter(move |(profile, _)| *profile == self).map(|(_, preset)| preset)
    }
}
