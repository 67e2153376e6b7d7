//! Typed words in the one form in which they are compared.

use crate::privacy::narrow;

/// The words without blanks, in narrow and small letters: how two ways to type one thing become one.
pub(crate) fn plain(typed: &str) -> String {
    typed.chars().map(narrow).filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// What people type where they know nothing: as good as nothing. Compared as [`plain`].
const NOTHING: &[&str] = &[
    "",
    "无",
    "没有",
    "没",
    "未知",
    "不知道",
    "不知",
    "不详",
    "不明",
    "未留",
    "没留",
    "没留下",
    "不留",
    "未填",
    "没填",
    "没说",
    "未说",
    "不说",
    "没问",
    "未问",
    "没问到",
    "未提供",
    "不提供",
    "不肯说",
    "不愿说",
    "不愿透露",
    "不方便",
    "不便透露",
    "保密",
    "待定",
    "待补",
    "空",
    "匿名",
    "无名",
    "无名氏",
    "none",
    "null",
    "n/a",
    "na",
    "?",
    "-",
    "--",
    "—",
    "——",
    "/",
    "...",
    "……",
    "…",
];

/// True when the words say that nothing is known: empty, 无, 未留, 匿名, a dash.
pub(crate) fn is_nothing(typed: &str) -> bool {
    let typed = plain(typed);
    NOTHING.contains(&typed.as_str())
}
