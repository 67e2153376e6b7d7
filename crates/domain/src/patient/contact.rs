//! 联系方式 other than a telephone: QQ and 微信.

use super::phone::Phone;
use super::text::plain;
use crate::privacy::is_mobile;

/// Where an account lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactKind {
    /// QQ.
    Qq,
    /// 微信.
    Wechat,
}

impl ContactKind {
    /// The word as stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            ContactKind::Qq => "QQ",
            ContactKind::Wechat => "微信",
        }
    }
}

/// An account of QQ or 微信.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Contact {
    kind: ContactKind,
    id: String,
}

/// Why an account could not be read. What cannot be read counts as missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadContact {
    /// Not five to eleven digits.
    Qq,
    /// Not a 微信号 (a letter, then five to nineteen letters, digits, `-`, `_`), nor a telephone or QQ number that may stand for it.
    Wechat,
    /// Digits that could be a landline or a QQ number.
    Which,
}

impl BadContact {
    /// The reason in Chinese, without full stop.
    pub fn reason(self) -> &'static str {
        match self {
            BadContact::Qq => "QQ号应为5到11位数字",
            BadContact::Wechat => "微信号应为字母开头的6到20位，或手机号、QQ号",
            BadContact::Which => "请写明是电话、QQ还是微信",
        }
    }
}

/// What people write before an account, longer ones before their beginnings.
const QQ_WORDS: [&str; 4] = ["qq号码", "qq号", "qq", "扣扣"];
const WECHAT_WORDS: [&str; 9] = ["微信号", "微信", "薇信", "威信", "wechat", "weixin", "v信", "vx", "wx"];

/// A telephone number or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// By telephone.
    Phone(Phone),
    /// By an account.
    Contact(Contact),
}

impl Contact {
    /// Reads an account of a known kind, with or without the word before it.
    ///
    /// # Errors
    /// [`BadContact`] says what is wrong.
    pub fn read(kind: ContactKind, typed: &str) -> Result<Contact, BadContact> {
        let text = plain(typed);
        let (words, bad): (&[&str], BadContact) = match kind {
            ContactKind::Qq => (&QQ_WORDS, BadContact::Qq),
            ContactKind::Wechat => (&WECHAT_WORDS, BadContact::Wechat),
        };
        // wx_abc123 is an account, wx:abc123 and 微信abc123 name one.
        let announced = words.iter().find_map(|word| text.strip_prefix(word)).map(after_colon);
        let sound = |id: &str| match kind {
            ContactKind::Qq => is_qq(id),
            ContactKind::Wechat => is_wechat(id) || is_qq(id) || is_mobile(id),
        };
        let whole = Some(text.as_str()).filter(|id| sound(id));
        let id = whole.or(announced.filter(|id| sound(id))).ok_or(bad)?;
        Ok(Contact { kind, id: id.to_owned() })
    }

    /// Where it lives.
    pub fn kind(&self) -> ContactKind {
        self.kind
    }

    /// The account in small letters.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The form for a blind index; another kind with the same account is another key.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.word().to_lowercase(), self.id)
    }

    /// The telephone number that this account is (微信 may be found by it).
    pub fn phone(&self) -> Option<Phone> {
        (self.kind == ContactKind::Wechat && is_mobile(&self.id))
            .then(|| Phone::read(&self.id).ok())
            .flatten()
    }
}

impl std::fmt::Display for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.id)
    }
}

impl Reached {
    /// Reads what stands behind 联系方式: a telephone number, QQ 12345, 微信 abc123, or an account by its form.
    ///
    /// # Errors
    /// [`BadContact::Which`] when it could be several things, else what is wrong with the account.
    pub fn read(typed: &str) -> Result<Reached, BadContact> {
        let text = plain(typed);
        if QQ_WORDS.iter().any(|word| text.starts_with(word)) {
            return Contact::read(ContactKind::Qq, typed).map(Reached::Contact);
        }
        if WECHAT_WORDS.iter().any(|word| text.starts_with(word)) {
            return Contact::read(ContactKind::Wechat, typed).map(Reached::Contact);
        }
        match Phone::read(typed) {
            Ok(phone) if !is_qq(&text) || is_mobile(phone.key()) => Ok(Reached::Phone(phone)),
            Ok(_) => Err(BadContact::Which),
            Err(_) if is_wechat(&text) => Contact::read(ContactKind::Wechat, typed).map(Reached::Contact),
            Err(_) => Err(BadContact::Which),
        }
    }
}

fn after_colon(text: &str) -> &str {
    text.trim_start_matches([':', '：', '='])
}

fn is_qq(id: &str) -> bool {
    (5..=11).contains(&id.len()) && !id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit())
}

fn is_wechat(id: &str) -> bool {
    let sound = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    (6..=20).contains(&id.len()) && id.starts_with(|c: char| c.is_ascii_alphabetic()) && id.bytes().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_with_and_without_their_word() {
        use ContactKind::{Qq, Wechat};
        let cases = [
            (Qq, "12345678", Ok("12345678")),
            (Qq, "QQ：１２３４５６７８", Ok("12345678")),
            (Qq, "qq号12345678", Ok("12345678")),
            (Qq, "1234", Err(BadContact::Qq)),
            (Qq, "abc123", Err(BadContact::Qq)),
            (Qq, "012345", Err(BadContact::Qq)),
            (Wechat, "WX_Li4", Ok("wx_li4")),
            (Wechat, "微信 zhang-san", Ok("zhang-san")),
            (Wechat, "vx: zhangsan01", Ok("zhangsan01")),
            (Wechat, "13800138000", Ok("13800138000")),
            (Wechat, "微信号12345678", Ok("12345678")),
            (Wechat, "张三", Err(BadContact::Wechat)),
            (Wechat, "", Err(BadContact::Wechat)),
        ];
        for (kind, typed, expected) in cases {
            let read = Contact::read(kind, typed);
            assert_eq!(read.as_ref().map(Contact::id).map_err(|bad| *bad), expected, "{typed}");
        }
    }

    #[test]
    fn what_is_meant_is_seen_from_its_form_or_asked() {
        let phone = |typed| Ok(Reached::Phone(Phone::read(typed).unwrap()));
        let contact = |kind, typed| Ok(Reached::Contact(Contact::read(kind, typed).unwrap()));
        let cases = [
            ("138 0013 8000", phone("13800138000")),
            ("0571-87654321", phone("0571-87654321")),
            ("QQ 87654321", contact(ContactKind::Qq, "87654321")),
            ("微信13800138000", contact(ContactKind::Wechat, "13800138000")),
            ("zhangsan01", contact(ContactKind::Wechat, "zhangsan01")),
            ("87654321", Err(BadContact::Which)),
            ("1234567890", Err(BadContact::Which)),
            ("李四", Err(BadContact::Which)),
        ];
        for (typed, expected) in cases {
            assert_eq!(Reached::read(typed), expected, "{typed}");
        }
    }

    #[test]
    fn a_number_may_be_the_account() {
        let read = |kind, typed| Contact::read(kind, typed).unwrap();
        let by_phone = read(ContactKind::Wechat, "13800138000");
        assert_eq!(by_phone.phone().as_ref().map(Phone::key), Some("13800138000"));
        assert_eq!(read(ContactKind::Wechat, "zhangsan01").phone(), None);
        assert_eq!(read(ContactKind::Qq, "13800138000").phone(), None);
        assert_ne!(read(ContactKind::Qq, "12345678").key(), read(ContactKind::Wechat, "12345678").key());
    }
}
