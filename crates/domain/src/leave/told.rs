//! What the group reads of a leave: who and when, never which kind or why.

use super::duty::Piece;
use super::route::Flag;
use crate::calendar::{Calendar, day_name};

/// `张三`, `张三（13:00至15:30）`, `张三（至03-14 周六）`: on one day's post, hours where it is not the whole shift.
pub fn group_line(name: &str, pieces: &[Piece], calendar: &Calendar) -> String {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return name.to_owned() };
    if first.date != last.date {
        return format!("{name}（{}至{}）", day_name(first.date), day_name(last.date));
    }
    if first.halves() == Some(2) {
        return name.to_owned();
    }
    format!("{name}（{}至{}）", calendar.clock(first.from), calendar.clock(first.to))
}

/// What of a leave's flags the group may see: those that would tell the kind are left out.
pub fn group_flags(codes: &[String]) -> Vec<&'static str> {
    [Flag::ShortNotice, Flag::OverCap, Flag::SubstituteMissing]
        .into_iter()
        .filter(|flag| codes.iter().any(|code| code == flag.code()))
        .map(Flag::word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_reads_no_kind() {
        let codes: Vec<String> =
            ["late_notice", "certificate_due", "over_cap"].iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(group_flags(&codes), ["超过每月天数"]);
    }
}
