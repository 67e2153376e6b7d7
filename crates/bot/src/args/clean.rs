//! The text before it is read: one width, no invisible characters, no courtesy at the end.

/// Characters of foreign text that an answer shows at most.
const QUOTED: usize = 20;

/// The text in the form that all readers expect.
///
/// Full-width ASCII becomes half-width, but for the signs of a Chinese sentence; every space and control character but `\n` a plain space; zero-width
/// and direction characters vanish, since an invisible one in the middle of a word is never meant. It is not
/// NFKC: names keep their characters. Courtesy at the very end (`谢谢`, `辛苦了`, `哈`, `~`, 🙏) is dropped as long as
/// something else remains.
pub fn normalise(raw: &str) -> String {
    let mut text: String = raw.trim_start().chars().filter(|c| !is_invisible(*c)).map(plain).collect();
    text.truncate(without_courtesy(&text).len());
    text.trim_start().to_owned()
}

/// The text without what may stand before a command: blanks, `/`, `#`, and one mention (`@助手 日报`).
///
/// A mention is only taken off when white space and something else follow it, so `@张三` alone stays.
pub fn strip_lead(text: &str) -> &str {
    let text = text.trim_start_matches(is_lead);
    let Some(mention) = text.strip_prefix(['@', '＠']) else { return text };
    match mention.split_once(char::is_whitespace) {
        Some((who, rest)) if !who.is_empty() && !rest.trim_start_matches(is_lead).is_empty() => {
            rest.trim_start_matches(is_lead)
        }
        _ => text,
    }
}

/// Somebody's own words, safe to put into an answer: one line, no control or invisible characters, at most 20
/// characters, the last of them `…` when something was cut off.
pub fn quote(text: &str) -> String {
    let mut chars = text.trim().chars().filter(|c| !is_invisible(*c)).map(|c| match plain(c) {
        '\n' => ' ',
        c => c,
    });
    let mut quoted: String = chars.by_ref().take(QUOTED).collect();
    if chars.next().is_some() {
        quoted.pop();
        quoted.push('…');
    }
    quoted
}

fn is_lead(c: char) -> bool {
    c.is_whitespace() || matches!(c, '/' | '／' | '#' | '＃')
}

/// Zero-width, soft hyphen, and the characters that turn the writing direction and could disguise an answer.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn plain(c: char) -> char {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        // The readers know them, and a remark keeps its own punctuation.
        '，' | '：' | '；' | '！' | '？' | '（' | '）' => c,
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    }
}

/// Never the end of a name or of a remark, so they may follow anything. Longer ones stand before their endings.
const THANKS: &[&str] =
    &["谢谢你", "谢谢您", "谢谢啦", "谢谢了", "多谢了", "谢谢", "谢啦", "谢了", "多谢", "感谢"];

/// Could end a name (努尔哈) or a remark (嫌麻烦了): only after a blank, a sign, a figure, or a word of day and count.
const PARTICLES: &[&str] =
    &["麻烦你了", "麻烦您了", "麻烦啦", "麻烦了", "辛苦啦", "辛苦了", "拜托了", "哈", "啦"];

/// The stickers of WeCom and DingTalk arrive as words.
const STICKERS: &[&str] = &[
    "[抱拳]", "[玫瑰]", "[微笑]", "[合十]", "[强]", "[OK]", "[呲牙]", "[愉快]", "[握手]", "[鲜花]", "[比心]",
    "[爱心]",
];

fn without_courtesy(text: &str) -> &str {
    let mut kept = text.trim_end();
    while let Some(shorter) = one_courtesy_less(kept).map(str::trim_end)
        && !shorter.trim_start().is_empty()
    {
        kept = shorter;
    }
    kept
}

fn one_courtesy_less(text: &str) -> Option<&str> {
    let sign = |c: char| {
        matches!(c, '~' | '!' | '！' | '.' | '…' | '。' | ',' | '，' | '、' | ';' | '；') || is_emoji(c)
    };
    text.strip_suffix(sign)
        .or_else(|| THANKS.iter().chain(STICKERS).find_map(|phrase| text.strip_suffix(phrase)))
        .or_else(|| {
            PARTICLES.iter().find_map(|word| text.strip_suffix(word).filter(|rest| is_complete(rest)))
        })
}

fn is_complete(text: &str) -> bool {
    text.chars().next_back().is_none_or(|c| {
        !c.is_alphabetic()
            || c.is_ascii()
            || "个位人次条例通单名份天日号点半分一二三四五六七八九十".contains(c)
    })
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}' | '\u{2B55}' | '\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_width_and_nothing_invisible() {
        for (raw, text) in [
            ("日报　对话：５０，预约＝８", "日报 对话：50，预约=8"),
            ("／日报", "/日报"),
            ("\u{feff}日\u{200b}报\u{a0}50\t8\r\n3", "日报 50 8 \n3"),
            ("@助手\u{2005}日报", "@助手 日报"),
            ("  12-01～12-03 ", "12-01~12-03"),
            ("ＱＱ　１２３", "QQ 123"),
            // What NFKC would change stays: ligatures, circled figures and compatibility ideographs are names.
            ("加人 ﬁ①神", "加人 ﬁ①神"),
            ("", ""),
            (" \u{200b}\n ", ""),
        ] {
            assert_eq!(normalise(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn courtesy_goes_and_names_stay() {
        for (raw, text) in [
            ("日报 对话50 谢谢", "日报 对话50"),
            ("日报 对话50谢谢啦！！", "日报 对话50"),
            ("同意 L12，辛苦了～", "同意 L12"),
            ("请假 明天哈", "请假 明天"),
            ("请假 下周一 麻烦你了 🙏🙏", "请假 下周一"),
            ("排行 ❤️ 谢谢[玫瑰]", "排行"),
            ("排行。", "排行"),
            ("谢谢", "谢谢"),
            ("谢谢谢谢！", "谢谢"),
            ("！！", "！"),
            ("我是 努尔哈", "我是 努尔哈"),
            ("备注 客户嫌麻烦了", "备注 客户嫌麻烦了"),
            ("哈哈", "哈哈"),
            ("谢谢 日报", "谢谢 日报"),
        ] {
            assert_eq!(normalise(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn the_lead_goes() {
        for (text, rest) in [
            ("/日报", "日报"),
            (" / 日报 50", "日报 50"),
            ("／日报", "日报"),
            ("#日报", "日报"),
            ("@助手 日报", "日报"),
            ("@助手 / 日报", "日报"),
            ("/@助手 日报", "日报"),
            ("@张三", "@张三"),
            ("@助手 ", "@助手 "),
            ("@ 日报", "@ 日报"),
            ("日报 @张三", "日报 @张三"),
            ("@甲 @乙 日报", "@乙 日报"),
            ("", ""),
        ] {
            assert_eq!(strip_lead(text), rest, "{text:?}");
        }
    }

    #[test]
    fn a_quotation_is_short_and_clean() {
        assert_eq!(quote(" 对活\n50\u{7}\u{202e}！"), "对活 50 ！");
        assert_eq!(quote(&"长".repeat(20)), "长".repeat(20));
        assert_eq!(quote(&"长".repeat(21)), format!("{}…", "长".repeat(19)));
    }
}
