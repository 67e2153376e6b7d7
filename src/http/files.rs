//! A file that somebody sent in private, read before its message is handled: what lies in it becomes the words that the command
//! takes. Nothing of it is kept but what the command keeps.

use crate::people_file;
use bot::{Body, ChatKind, Engine, Incoming, SentFile};
use domain::{EpochMs, Role};
use std::path::Path;
use std::time::Duration;

/// How long getting and reading a file may take.
const PATIENCE: Duration = Duration::from_millis(3_500);

/// Who may send the hospital's list.
const SENDERS: [Role; 4] = [Role::Lead, Role::Supervisor, Role::Director, Role::Admin];

/// The message with its file read: `对账 导入` and the list, or why it could not be.
pub(super) async fn read(engine: &Engine, incoming: &Incoming, file: &SentFile, now: EpochMs) -> Body {
    let unreadable = || Body::Unreadable("file".to_owned());
    if incoming.chat.kind != ChatKind::Private {
        return unreadable();
    }
    // Only what somebody may import is fetched.
    let directory = match engine.store().read(|tx| tx.directory()).await {
        Ok(directory) => directory,
        Err(_) => return unreadable(),
    };
    let today = engine.bot().calendar.date(now);
    let may = directory.who(incoming.platform, &incoming.sender.user_id, now).is_some_and(|person| {
        let roles = directory.standing(person, today).roles();
        SENDERS.into_iter().any(|role| roles.has(role))
    });
    if !may {
        return unreadable();
    }
    // The message is to be handled in time, too, or the platform would send it again and again.
    match tokio::time::timeout(PATIENCE, words(engine, incoming, file)).await {
        Ok(Ok(words)) => Body::Text(words),
        Ok(Err(why)) => Body::BadFile(why),
        Err(_) => Body::BadFile("文件没有取到，请再发一次。".to_owned()),
    }
}

async fn words(engine: &Engine, incoming: &Incoming, file: &SentFile) -> Result<String, String> {
    let fetched = engine.fetch(incoming.platform, &incoming.bot, file).await?;
    let name = file.name.clone().or(fetched.name).unwrap_or_default();
    let ending = Path::new(&name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !name.is_empty() && !["xlsx", "csv", "txt"].contains(&ending.to_ascii_lowercase().as_str()) {
        return Err("文件我只收医院到诊名单（.xlsx、.csv）。".to_owned());
    }
    let month = month_in(&name);
    let shown = if name.is_empty() { "这个文件".to_owned() } else { name };
    // On a thread of its own, where a file that is worse than its reader expects ends that thread only.
    let rows =
        tokio::task::spawn_blocking(move || people_file::read_bytes(&shown, fetched.bytes, None)).await;
    let rows = match rows {
        Ok(rows) => rows.map_err(|error| format!("{error:#}。"))?,
        Err(_) => return Err("文件读不懂，请在 Excel 里另存一次再发。".to_owned()),
    };
    let mut words = format!("对账 导入 {month}");
    for row in rows {
        words.push('\n');
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.replace(['\t', '\n', '\r'], " ")).collect();
        words.push_str(&cells.join("\t"));
    }
    Ok(words)
}

/// The month in a file's name, as the command takes it: `2026-03`, `3月`; empty where there is none.
fn month_in(name: &str) -> String {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let chars: Vec<(usize, char)> = name.char_indices().collect();
    for (at, _) in &chars {
        let rest = &name[*at..];
        if let (Some(year), Some("-"), Some(month)) = (rest.get(..4), rest.get(4..5), rest.get(5..7))
            && digits(year)
            && digits(month)
            && year.starts_with("20")
        {
            return format!("{year}-{month}");
        }
    }
    let Some((before, _)) = name.split_once('月') else { return String::new() };
    let month: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
    let month: String = month.chars().rev().collect();
    if (1..=2).contains(&month.len()) { format!("{month}月") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_may_name_its_month() {
        for (name, month) in [
            ("2026-03到诊名单.xlsx", "2026-03"),
            ("到诊名单2026-03.xlsx", "2026-03"),
            ("3月名单.csv", "3月"),
            ("2026年12月.xlsx", "12月"),
            ("名单.xlsx", ""),
            ("月.xlsx", ""),
            ("202603.xlsx", ""),
            ("", ""),
        ] {
            assert_eq!(month_in(name), month, "{name}");
        }
    }
}
