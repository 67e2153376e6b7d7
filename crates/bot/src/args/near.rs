//! Did you mean …?

use std::cmp::Reverse;

/// Longer words are not compared letter by letter: no command is that long.
const LONGEST: usize = 16;

/// The up to `n` candidates that somebody may have meant with `word`, the likeliest first; none for nonsense.
///
/// A candidate is near when one of the two begins with or contains the other, or when a third of the letters at
/// most are wrong, missing or exchanged (one of a two-character word). ASCII letter case does not count. Equal
/// candidates are given once, equally near ones in the order given.
pub fn nearest(word: &str, candidates: impl Iterator<Item = &'static str>, n: usize) -> Vec<&'static str> {
    let word = word.trim().to_ascii_lowercase();
    let mut found: Vec<(Distance, &'static str)> = Vec::new();
    for candidate in candidates {
        if let Some(distance) = distance(&word, &candidate.to_ascii_lowercase())
            && !found.iter().any(|(_, seen)| *seen == candidate)
        {
            found.push((distance, candidate));
        }
    }
    found.sort_by_key(|(distance, _)| *distance);
    found.into_iter().take(n).map(|(_, candidate)| candidate).collect()
}

/// Whether `word` is a misspelt `name`: not the same, and by no more letters than chance would allow.
pub(super) fn misspelt(word: &str, name: &str) -> Option<usize> {
    let (word_letters, name_letters) = (count(word), count(name));
    let longer = word_letters.max(name_letters);
    let bearable = (longer / 3).max(1);
    if !(2..=LONGEST).contains(&longer) || word_letters.abs_diff(name_letters) > bearable {
        return None;
    }
    // Optimal string alignment counts two exchanged neighbours as one error, like Damerau and Levenshtein.
    let wrong = strsim::osa_distance(word, name);
    (1..=bearable).contains(&wrong).then_some(wrong)
}

/// In the order of likelihood; inside a tier the smaller value is nearer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    Same,
    /// One begins with the other; the more letters they share, the nearer.
    Opening(Reverse<usize>),
    Misspelt(usize),
    Inside(Reverse<usize>),
}

fn distance(word: &str, candidate: &str) -> Option<Distance> {
    if word == candidate {
        return (!word.is_empty()).then_some(Distance::Same);
    }
    let (shorter, longer) = if word.len() < candidate.len() { (word, candidate) } else { (candidate, word) };
    let shared = count(shorter);
    // A Chinese character is a word; a Latin letter is in half of all words.
    let (opening, inside) =
        if shorter.is_ascii() { (2, 3) } else { (1, if shorter == word { 1 } else { 2 }) };
    if shared >= opening && longer.starts_with(shorter) {
        return Some(Distance::Opening(Reverse(shared)));
    }
    if let Some(wrong) = misspelt(word, candidate) {
        return Some(Distance::Misspelt(wrong));
    }
    (shared >= inside && longer.contains(shorter)).then_some(Distance::Inside(Reverse(shared)))
}

fn count(word: &str) -> usize {
    word.chars().take(LONGEST + 1).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        const COMMANDS: &[&str] = &[
            "日报",
            "谁没交",
            "汇总",
            "预约",
            "改约",
            "取消预约",
            "查",
            "查重",
            "到诊",
            "请假",
            "销假",
            "排行",
            "help",
        ];
        for (word, near) in [
            ("日抱", &["日报"][..]),
            ("报日", &["日报"]),
            ("日报对话50", &["日报"]),
            ("排行榜", &["排行"]),
            ("取消", &["取消预约"]),
            ("我要请假", &["请假"]),
            ("查重吗", &["查重", "查"]),
            ("谁没较", &["谁没交"]),
            ("预月", &["预约"]),
            ("预约", &["预约", "改约"]),
            ("HELP", &["help"]),
            ("hlep", &["help"]),
            ("天气", &[]),
            ("p", &[]),
            ("", &[]),
            ("今天天气不错啊", &[]),
        ] {
            assert_eq!(nearest(word, COMMANDS.iter().copied(), 2), near, "{word}");
        }
        assert!(nearest(&"日".repeat(100_000), COMMANDS.iter().copied(), 2).is_empty());
        assert_eq!(nearest("日抱", ["日报", "日报"].into_iter(), 2), ["日报"]);
        assert!(nearest("日抱", ["日报"].into_iter(), 0).is_empty());
    }
}
