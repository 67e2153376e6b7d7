//! 规则设置: every number of the department's regulations that a department may set otherwise, in one typed catalogue.
//!
//! A [`Setting`] says what it is, in which unit, between which bounds, which rules it belongs to, and what it means in
//! Chinese. Values are versioned: a [`Book`] knows from which day on which value holds, and a rule asks it for the
//! value **on the day of the event** that is judged (R-470, CV-8). A value once in force is never changed for days
//! that have passed; what was decided keeps what it was decided by.
//!
//! To add one: a `pub const` in the theme's file under `catalogue/`, and its name in that file's `ALL`. The tests
//! below find a key that stands twice, a default out of its own bounds, and a rule that does not exist.

mod book;
pub mod catalogue;
pub mod change;
pub mod lookup;
mod profile;
mod value;

pub use book::{Book, Version};
pub use profile::{Preset, Profile};
pub use value::{BadValue, Choice, Kind, Unit, Value};

use crate::RuleId;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether the program itself acts by a setting already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The program acts by it.
    Live,
    /// It stands in the department's rules, and people act by it; no function of the program asks for it yet.
    Recorded,
}

/// A setting, whole.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Stable name, lower case with one dot: `leave.away_cap_days`. Stands in events and exports.
    pub key: &'static str,
    /// What people call it, in Chinese, at most some 16 characters.
    pub name: &'static str,
    /// Type, unit and bounds.
    pub kind: Kind,
    /// The value of the default composition; within the bounds of `kind`.
    pub default: Value,
    /// The profile whose rule it is.
    pub profile: Profile,
    /// The rules that ask for it.
    pub rules: &'static [RuleId],
    /// One or two Chinese sentences: what happens by it, and at which side of the boundary.
    pub explains: &'static str,
    /// Whether the program acts by it.
    pub effect: Effect,
}

impl Setting {
    /// Reads a value as people type it, with or without its unit, and checks the bounds.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(&self, text: &str) -> Result<Value, BadValue> {
        self.kind.read(text)
    }

    /// A value as people read it; what this shows, [`Setting::read`] reads.
    pub fn show(&self, value: Value) -> String {
        self.kind.show(value)
    }
}

static BY_KEY: LazyLock<HashMap<&'static str, &'static Setting>> =
    LazyLock::new(|| catalogue::all().map(|setting| (setting.key, setting)).collect());

/// The setting of a key, exact.
pub fn find(key: &str) -> Option<&'static Setting> {
    BY_KEY.get(key).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_catalogue_is_sound() {
        let mut keys = HashSet::new();
        for setting in catalogue::all() {
            let key = setting.key;
            assert!(keys.insert(key), "{key} stands twice");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
            assert!(key.chars().all(plain) && key.matches('.').count() == 1, "{key}");
            assert!(!setting.name.is_empty() && setting.name.chars().count() <= 16, "{key}: name");
            assert!(setting.explains.ends_with('。'), "{key}: a sentence ends with 。");
            assert!(!setting.rules.is_empty(), "{key}: rules");
            for rule in setting.rules {
                assert!(crate::rules::find(rule).is_some(), "{key}: there is no rule {rule}");
            }
            let shown = setting.show(setting.default);
            assert_eq!(setting.read(&shown), Ok(setting.default), "{key}: {shown}");
        }
    }

    #[test]
    fn presets_name_what_is_there() {
        for profile in Profile::ALL {
            for Preset { key, value } in profile.preset() {
                let setting = find(key).unwrap_or_else(|| panic!("{profile:?}: there is no setting {key}"));
                let shown = setting.show(*value);
                assert_eq!(setting.read(&shown), Ok(*value), "{profile:?}: {key} {shown}");
            }
        }
    }
}
