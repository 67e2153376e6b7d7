//! What can only be seen in the whole file: who is meant by a name.

use crate::outcome::BadStory;
use crate::story::{Statement, Story, Target, What};
use crate::words::namesake;
use std::collections::{HashMap, HashSet};

/// The members of one plain name.
#[derive(Default)]
struct Bearers {
    unnumbered: bool,
    numbered: u32,
}

/// Checks that namesakes are numbered as the directory will number them, so that a name in the story, in an event and
/// in an answer is the same person; and that a name which must be numbered is.
pub(crate) fn names(story: &Story) -> Result<(), BadStory> {
    let mut bearers: HashMap<&str, Bearers> = HashMap::new();
    let mut chats: HashSet<&str> = HashSet::new();
    for statement in &story.statements {
        match &statement.what {
            What::Member(member) => {
                let name = member.plain_name();
                let known = bearers.entry(name).or_default();
                let number = member.name.split_once('#').and_then(|(_, number)| namesake(number));
                let fits = match number {
                    None => !known.unnumbered && known.numbered == 0,
                    Some(number) => !known.unnumbered && number == known.numbered + 1,
                };
                if !fits {
                    let hint = format!("同名的人按次序写成 {name}#1、{name}#2,同一个人只写一次");
                    return Err(story.bad(statement, hint));
                }
                known.unnumbered |= number.is_none();
                known.numbered = number.unwrap_or(known.numbered);
            }
            What::Chat(chat) => {
                chats.insert(&chat.name);
            }
            _ => {}
        }
    }
    for statement in &story.statements {
        if let Some(name) = person_of(statement) {
            let (plain, number) =
                name.split_once('#').map_or((name, None), |(name, number)| (name, Some(number)));
            match (bearers.get(plain), number) {
                (Some(known), None) if known.numbered > 0 => {
                    let hint = format!("有{}位{plain},请写明是哪一位,例:{plain}#1", known.numbered);
                    return Err(story.bad(statement, hint));
                }
                (Some(Bearers { numbered: 1, .. }), Some(_)) => {
                    return Err(story.bad(statement, format!("只有一位{plain},不用写编号")));
                }
                _ => {}
            }
        }
        if let What::Expect(Target::Group(name), _) | What::ExpectNot(Target::Group(name), _) =
            &statement.what
            && bearers.contains_key(name.as_str())
            && !chats.contains(name.as_str())
        {
            return Err(story.bad(statement, format!("「{name}」是成员,不是群;私聊写成 {name}(私聊)")));
        }
    }
    Ok(())
}

fn person_of(statement: &Statement) -> Option<&str> {
    match &statement.what {
        What::Said { by, .. } | What::Press { by, .. } => Some(&by.name),
        What::Member(member) => (member.name != member.plain_name()).then_some(&member.name),
        What::Rota(rota) => Some(&rota.person),
        What::Expect(Target::Private(name), _) | What::ExpectNot(Target::Private(name), _) => Some(name),
        _ => None,
    }
}
