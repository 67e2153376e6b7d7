//! Reads the flat XML of a self-built app (developer.work.weixin.qq.com path 90238, 90240).
//!
//! Only what WeCom sends is XML here: one `<xml>` element whose children hold text or CDATA. A
//! document type, a processing instruction or an entity other than the five predefined ones is
//! refused; nothing in this protocol uses them, and everything that is dangerous about XML does.

use super::rejected::{Reason, Rejected};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use std::borrow::Cow;

const MAX_DEPTH: usize = 16;

/// The text of the wanted children of the root, in the order of `names`; `None` where one is absent.
/// Children nested deeper are passed over. A wanted child that comes twice is refused.
pub(super) fn fields<'a, const N: usize>(
    document: &'a str,
    names: &[&str; N],
) -> Result<[Option<Cow<'a, str>>; N], Rejected> {
    let mut values: [Option<Cow<'a, str>>; N] = [const { None }; N];
    read(document, names, &mut values).ok_or(Reason::BadMessage)?;
    Ok(values)
}

fn read<'a>(document: &'a str, names: &[&str], values: &mut [Option<Cow<'a, str>>]) -> Option<()> {
    let mut reader = Reader::from_str(document);
    let mut depth = 0_usize;
    let mut root_seen = false;
    let mut current = None;
    loop {
        let event = reader.read_event().ok()?;
        match event {
            Event::Start(tag) | Event::Empty(tag) if depth == 0 && (root_seen || tag.name().0 != "xml") => {
                return None;
            }
            Event::Start(tag) => {
                depth += 1;
                root_seen = true;
                if depth > MAX_DEPTH {
                    return None;
                }
                if depth == 2 {
                    current = open(names, values, tag.name().0)?;
                }
            }
            Event::Empty(tag) => {
                root_seen = true;
                if depth == 1 {
                    open(names, values, tag.name().0)?;
                }
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                if depth == 1 {
                    current = None;
                }
            }
            Event::Text(text) => {
                let text = text.xml10_content();
                if depth == 0 && !text.trim().is_empty() {
                    return None;
                }
                append(values, current.filter(|_| depth == 2), text);
            }
            Event::CData(text) => {
                if depth == 0 {
                    return None;
                }
                append(values, current.filter(|_| depth == 2), text.xml10_content());
            }
            Event::GeneralRef(reference) => {
                let character = resolve(&reference)?;
                append(values, current.filter(|_| depth == 2), Cow::Owned(character.to_string()));
            }
            Event::Decl(_) | Event::Comment(_) => {}
            Event::PI(_) | Event::DocType(_) => return None,
            Event::Eof => return (root_seen && depth == 0).then_some(()),
        }
    }
}

/// The slot of a wanted child, now present; `None` inside for one that nobody asked for.
fn open(names: &[&str], values: &mut [Option<Cow<'_, str>>], name: &str) -> Option<Option<usize>> {
    let Some(index) = names.iter().position(|wanted| *wanted == name) else {
        return Some(None);
    };
    let slot = &mut values[index];
    if slot.is_some() {
        return None;
    }
    *slot = Some(Cow::Borrowed(""));
    Some(Some(index))
}

fn append<'a>(values: &mut [Option<Cow<'a, str>>], slot: Option<usize>, text: Cow<'a, str>) {
    if let Some(value) = slot.and_then(|index| values[index].as_mut()) {
        // `Cow`'s own addition keeps a value that comes in one piece borrowed.
        *value += text;
    }
}

fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

/// `text` as one CDATA section, or several where it contains the end mark itself.
pub(super) fn push_cdata(out: &mut String, text: &str) {
    out.push_str("<![CDATA[");
    for (index, part) in text.split("]]>").enumerate() {
        if index > 0 {
            out.push_str("]]]]><![CDATA[>");
        }
        out.push_str(part);
    }
    out.push_str("]]>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(document: &str) -> Option<String> {
        let [content] = fields(document, &["Content"]).ok()?;
        content.map(Cow::into_owned)
    }

    #[test]
    fn text_cdata_and_predefined_entities_are_read() {
        for (document, content) in [
            ("<xml><Content>你好</Content></xml>", "你好"),
            ("<xml><Content><![CDATA[a<b> & \"c\"]]></Content></xml>", "a<b> & \"c\""),
            ("<xml><Content>&lt;&amp;&gt;&quot;&apos;&#33;&#x4f60;</Content></xml>", "<&>\"'!你"),
            ("<xml><Content>a<![CDATA[]]]]><![CDATA[>]]>b</Content></xml>", "a]]>b"),
            ("<?xml version=\"1.0\"?>\n<xml>\n<Content> x </Content>\n</xml>\n", " x "),
            ("<xml><Other><Content>deep</Content></Other><Content>flat</Content></xml>", "flat"),
            ("<xml><Content>a<b>no</b>c</Content></xml>", "ac"),
            ("<xml><Content/></xml>", ""),
            ("<xml><!-- c --><Content a=\"1\">x</Content></xml>", "x"),
        ] {
            assert_eq!(one(document).as_deref(), Some(content), "{document}");
        }
        assert_eq!(fields("<xml/>", &["Content"]).expect("empty is well-formed"), [None]);
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let deep = ["<xml>", &"<a>".repeat(100), &"</a>".repeat(100), "</xml>"].concat();
        for document in [
            "",
            "你好",
            "<xml>",
            "<xml><Content>x</xml>",
            "<xml><Content>x</Content></xml><xml/>",
            "<xml/>tail",
            "<html><Content>x</Content></html>",
            "<xml><Content>1</Content><Content>2</Content></xml>",
            "<xml><Content>&nbsp;</Content></xml>",
            "<xml><Other>&evil;</Other></xml>",
            "<xml><Content>&#0;</Content></xml>",
            "<!DOCTYPE xml [<!ENTITY a \"aaaa\">]><xml><Content>&a;</Content></xml>",
            "<!DOCTYPE xml SYSTEM \"http://127.0.0.1/x\"><xml><Content>x</Content></xml>",
            "<?php x ?><xml><Content>x</Content></xml>",
            "<xml><Content><![CDATA[x</Content></xml>",
            &deep,
        ] {
            assert_eq!(
                fields(document, &["Content"]).map_err(Rejected::reason),
                Err(Reason::BadMessage),
                "{document}"
            );
        }
    }

    #[test]
    fn cdata_carries_its_own_end_mark() {
        for text in ["a", "a]]>b", "]]>", "]]]]>>", "", "<&>"] {
            let mut document = "<xml><Content>".to_owned();
            push_cdata(&mut document, text);
            document.push_str("</Content></xml>");
            assert_eq!(one(&document).as_deref(), Some(text));
        }
    }
}
