//! Which setting, rule or theme somebody means by the words that he typed. Nothing here is lenient where something
//! would be changed by it: that is for whoever asks.

use super::{Setting, catalogue};
use crate::rules::{self, Rule, Theme};

/// What a word names.
#[derive(Clone, Debug)]
pub enum Named {
    /// This one.
    One(&'static Setting),
    /// More than one, in catalogue order.
    Several(Vec<&'static Setting>),
    /// None.
    Nothing,
}

/// Fewest Latin letters of a key that are searched for.
const LEAST_LATIN: usize = 3;
/// Fewest Chinese characters of a name that may have others between them.
const LEAST_SCATTERED: usize = 3;

/// The setting with exactly this key, in either letter case, or this name.
pub fn exact(word: &str) -> Option<&'static Setting> {
    catalogue::all().find(|setting| setting.name == word || setting.key.eq_ignore_ascii_case(word))
}

/// The setting with whose key or name a word begins, the longest, and what is glued to it (`迟交次数上限4`).
pub fn glued(word: &str) -> Option<(&'static Setting, &str)> {
    let opens = |name: &str| {
        let head = word.get(..name.len())?;
        head.eq_ignore_ascii_case(name).then(|| &word[name.len()..])
    };
    let found = catalogue::all().filter_map(|setting| {
        let key = opens(setting.key).map(|rest| (setting.key.len(), setting, rest));
        key.or_else(|| opens(setting.name).map(|rest| (setting.name.len(), setting, rest)))
    });
    found.max_by_key(|(length, ..)| *length).map(|(_, setting, rest)| (setting, rest))
}

/// What a word names: exactly; else as a part of the name or key; else with its characters in the name's order
/// (`迟交上限` for `迟交次数上限`). The first of these that finds anything counts.
pub fn named(word: &str) -> Named {
    if let Some(setting) = exact(word) {
        return Named::One(setting);
    }
    let parts = containing(&[word]);
    let found = if parts.is_empty() && word.chars().count() >= LEAST_SCATTERED && !word.is_ascii() {
        catalogue::all().filter(|setting| in_order(word, setting.name)).collect()
    } else {
        parts
    };
    match found.as_slice() {
        [] => Named::Nothing,
        [one] => Named::One(one),
        _ => Named::Several(found),
    }
}

/// The settings whose names share most pairs of neighbouring characters with a word, at least half of the word's, the
/// likeliest first.
pub fn similar(word: &str, most: usize) -> Vec<&'static Setting> {
    let pairs = |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let wanted = pairs(word);
    let shared = |setting: &Setting| {
        let has = pairs(setting.name);
        wanted.iter().filter(|pair| has.contains(pair)).count()
    };
    let mut found: Vec<(usize, &'static Setting)> = catalogue::all()
        .map(|setting| (shared(setting), setting))
        .filter(|(shared, _)| *shared > 0 && shared * 2 >= wanted.len())
        .collect();
    found.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    found.into_iter().take(most).map(|(_, setting)| setting).collect()
}

/// The settings whose name or key contains each of these words.
pub fn containing(words: &[&str]) -> Vec<&'static Setting> {
    let in_key = |setting: &Setting, word: &str| {
        word.len() >= LEAST_LATIN && word.is_ascii() && setting.key.contains(&word.to_ascii_lowercase())
    };
    let fits = |setting: &Setting| {
        words.iter().all(|word| !word.is_empty() && (setting.name.contains(word) || in_key(setting, word)))
    };
    catalogue::all().filter(|setting| !words.is_empty() && fits(setting)).collect()
}

/// The rules whose text contains each of these words.
pub fn rules_containing(words: &[&str]) -> Vec<&'static Rule> {
    let fits = |rule: &Rule| words.iter().all(|word| !word.is_empty() && rule.text.contains(word));
    rules::all().filter(|rule| !words.is_empty() && fits(rule)).collect()
}

/// The number of a rule as people write it: `R-094`, `r94`, `94号`, `第94条`, `94`.
pub fn rule_number(word: &str) -> Option<u32> {
    let rest = word.strip_prefix(['R', 'r', '第']).unwrap_or(word);
    let rest = rest.strip_prefix(['-', '－']).unwrap_or(rest);
    let digits = rest.strip_suffix(['号', '条']).unwrap_or(rest);
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// The rule of a number.
pub fn rule(number: u32) -> Option<&'static Rule> {
    rules::find(&format!("R-{number:03}"))
}

/// The theme of a word: its name, one of the parts of its name (`日报` of `日报与时限`), or, of at least two
/// characters, a part of one theme's name only.
pub fn theme(word: &str) -> Option<&'static Theme> {
    let whole =
        |theme: &&Theme| theme.name == word || theme.name.split(['与', '、']).any(|part| part == word);
    rules::THEMES.iter().find(whole).or_else(|| {
        let mut found = rules::THEMES.iter().filter(|theme| theme.name.contains(word));
        let first = found.next().filter(|_| word.chars().count() >= 2)?;
        found.next().is_none().then_some(first)
    })
}

/// The theme that a rule belongs to.
pub fn theme_of(id: &str) -> Option<&'static Theme> {
    rules::THEMES.iter().find(|theme| theme.rules.iter().any(|rule| rule.id == id))
}

/// The key that somebody may have meant with one that is not there: at most a sixth of it differs, in one place.
pub fn nearest_key(key: &str) -> Option<&'static str> {
    let same = |known: &str| {
        let ahead = known.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
        let behind = known.bytes().rev().zip(key.bytes().rev()).take_while(|(a, b)| a == b).count();
        (ahead + behind).min(known.len()).min(key.len())
    };
    let best =
        catalogue::all().map(|setting| (same(setting.key), setting.key)).max_by_key(|(same, _)| *same)?;
    let longer = best.1.len().max(key.len());
    (best.0 + longer.div_ceil(6) >= longer).then_some(best.1)
}

fn in_order(word: &str, name: &str) -> bool {
    let mut letters = name.chars();
    word.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(named: Named) -> Vec<&'static str> {
        match named {
            Named::One(setting) => vec![setting.key],
            Named::Several(settings) => {
                assert!(settings.len() > 1);
                vec!["several"]
            }
            Named::Nothing => Vec::new(),
        }
    }

    #[test]
    fn settings_are_found_as_people_call_them() {
        let cases = [
            ("report.late_limit", &["report.late_limit"][..]),
            ("Report.Late_Limit", &["report.late_limit"]),
            ("迟交次数上限", &["report.late_limit"]),
            ("迟交次数", &["report.late_limit"]),
            ("迟交上限", &["report.late_limit"]),
            ("late_limit", &["report.late_limit"]),
            ("日报", &["several"]),
            ("report.", &["several"]),
            ("天气预报", &[]),
            ("re", &[]),
            ("", &[]),
        ];
        for (word, expected) in cases {
            assert_eq!(shown(named(word)), expected, "{word}");
        }
    }

    #[test]
    fn every_setting_is_found_by_its_key_and_by_its_name() {
        for setting in catalogue::all() {
            for word in [setting.key, setting.name] {
                assert_eq!(exact(word).map(|found| found.key), Some(setting.key), "{word}");
                let text = format!("{word}=4");
                assert_eq!(glued(&text).map(|(found, rest)| (found.key, rest)), Some((setting.key, "=4")));
            }
        }
        assert!(glued("4迟交次数上限").is_none());
    }

    #[test]
    fn rules_are_found_by_their_number() {
        let cases = [
            ("R-094", Some(94)),
            ("r94", Some(94)),
            ("R094", Some(94)),
            ("94号", Some(94)),
            ("第94条", Some(94)),
            ("94", Some(94)),
            ("R-", None),
            ("94天", None),
            ("99999", None),
            ("", None),
            ("第", None),
        ];
        for (word, expected) in cases {
            assert_eq!(rule_number(word), expected, "{word}");
        }
        assert_eq!(rule(94).map(|rule| rule.id), Some("R-094"));
        assert!(rule(0).is_none() && rule(472).is_none());
    }

    #[test]
    fn themes_are_found_by_a_part_of_their_name() {
        let cases = [
            ("日报与时限", Some("日报与时限")),
            ("日报", Some("日报与时限")),
            ("主管", Some("组长、主管、主任职责")),
            ("第三方", Some("第三方网站")),
            ("职责", None),
            ("分", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(theme(word).map(|theme| theme.name), expected, "{word}");
        }
        assert_eq!(theme_of("R-001").map(|theme| theme.name), Some("日报与时限"));
    }

    #[test]
    fn words_are_searched_together() {
        assert!(containing(&["日报", "提醒"]).len() >= 3);
        assert!(containing(&["日报", "天气"]).is_empty() && containing(&[]).is_empty());
        assert!(containing(&[""]).is_empty() && rules_containing(&[""]).is_empty());
        assert!(rules_containing(&["日报"]).len() > 1);
    }

    #[test]
    fn a_name_that_is_not_quite_right_is_told() {
        let first = |word: &str| similar(word, 3).first().map(|setting| setting.name);
        let cases = [
            ("每日排行时刻", Some("日排行时刻")),
            ("迟交的次数", Some("迟交次数上限")),
            ("天气预报", None),
            ("", None),
        ];
        for (word, expected) in cases {
            assert_eq!(first(word), expected, "{word}");
        }
        assert!(similar("日报提醒时刻", 3).len() <= 3);
    }

    #[test]
    fn a_misspelt_key_is_told() {
        let cases = [
            ("report.late_limits", Some("report.late_limit")),
            ("report.lat_limit", Some("report.late_limit")),
            ("weather.today", None),
            ("", None),
        ];
        for (key, expected) in cases {
            assert_eq!(nearest_key(key), expected, "{key}");
        }
    }
}
