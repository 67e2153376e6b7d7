//! Copies of a SQLite database while it is in use, and what is needed to put one back.
//!
//! A copy is taken on one snapshot: a read transaction of a connection of its own stands open all the while, so the copy
//! is one moment of the store, the writer is not kept waiting, and nothing that it does makes the copy begin again.
//! Meanwhile the log cannot be cut, so it grows by what is written during the copy.
//!
//! The copy is a whole SQLite database in one file, followed by one line with the SHA-256 of everything before it: neither
//! `integrity_check` nor the seals notice a flipped bit in a name or a figure. SQLite passes over what stands behind the
//! last page, so the file can be looked into with its own tools as well.

use crate::error::{Error, Result as Stored};
use crate::sql::sqlite_error;
use crate::{KeyRing, Migration, Options, Store, sqlite};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages of one step; with 4,096 bytes a page 1 MB.
const STEP: i32 = 256;
/// Rest after each step: the disk belongs to the writer as well.
const REST: Duration = Duration::from_millis(2);
/// How long a busy database is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// The last line's words before the hash.
const SEAL_WORDS: &str = "\ndeskmate backup 1 sha256 ";
/// Bytes of the last line: words, hexadecimal hash, line end.
const LAST_LINE: u64 = 26 + 64 + 1;
/// Bytes that are read at a time.
const CHUNK: usize = 1 << 16;

/// Why a copy cannot be made, or not be put back.
#[derive(Debug, thiserror::Error)]
pub enum BadCopy {
    /// A file cannot be read or written.
    #[error("{0}")]
    File(std::io::Error),
    /// The file was not made by a backup, or is not whole.
    #[error("not a backup, or cut off")]
    NotOne,
    /// The content is not what was written.
    #[error("the content does not fit its checksum")]
    Damaged,
    /// Somebody has the database open.
    #[error("the database is in use")]
    InUse,
    /// The database itself is not sound, is of a newer program, or was written with other keys.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<std::io::Error> for BadCopy {
    fn from(error: std::io::Error) -> Self {
        Self::File(error)
    }
}

fn refused(sql: &'static str) -> impl Fn(rusqlite::Error) -> BadCopy {
    move |error| BadCopy::Store(sqlite_error(sql, &error).0)
}

/// The database file of a store's address; `None` when it is not SQLite.
pub fn file_of(address: &str) -> Option<PathBuf> {
    sqlite::path_of(address)
}

/// Copies the database of `from` as it is at this moment into the existing, empty file `to`, as one file without a log.
/// `tell` hears how many of how many pages are done.
///
/// # Errors
/// When either cannot be read or written; what was written to `to` is then of no use.
pub fn copy(from: &Path, to: &Path, mut tell: impl FnMut(u64, u64)) -> Result<(), BadCopy> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(refused("open"))?;
    source.busy_timeout(PATIENCE).map_err(refused("busy_timeout"))?;
    source.pragma_update(None, "query_only", true).map_err(refused("PRAGMA query_only"))?;
    // The first look takes the snapshot, and the backup stays on it.
    source
        .execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_schema")
        .map_err(refused("BEGIN; SELECT FROM sqlite_schema"))?;
    let mut target = Connection::open_with_flags(to, flags).map_err(refused("open"))?;
    // The file counts only when all of it is on the disk; see `finish`.
    target.pragma_update(None, "synchronous", "OFF").map_err(refused("PRAGMA synchronous"))?;
    {
        let backup = Backup::new(&source, &mut target).map_err(refused("backup"))?;
        loop {
            let step = backup.step(STEP).map_err(refused("backup"))?;
            let progress = backup.progress();
            let all = u64::try_from(progress.pagecount).unwrap_or(0);
            tell(all.saturating_sub(u64::try_from(progress.remaining).unwrap_or(0)), all);
            match step {
                StepResult::Done => break,
                // Busy or locked cannot be: the source is only read, and nobody knows the target.
                _ => std::thread::sleep(REST),
            }
        }
    }
    target.pragma_update(None, "journal_mode", "DELETE").map_err(refused("PRAGMA journal_mode"))?;
    target.close().map_err(|(_, error)| refused("close")(error))
}

/// Adds the last line to a copy and has all of it written to the disk; answers its size in bytes.
///
/// # Errors
/// When it cannot be read or written.
pub fn finish(path: &Path) -> Result<u64, BadCopy> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let size = file.metadata()?.len();
    let hash = hash_of(&mut file, size, |_| Ok(()))?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(last_line(&hash).as_bytes())?;
    file.sync_all()?;
    Ok(size + LAST_LINE)
}

/// Copies a backup into the existing, empty file `to`, without its last line, and has it written to the disk. `tell`
/// hears how many of how many bytes are done.
///
/// # Errors
/// When it is not one, or a byte of it is not what it was.
pub fn unpack(from: &Path, to: &Path, mut tell: impl FnMut(u64, u64)) -> Result<(), BadCopy> {
    let mut file = File::open(from)?;
    let size = file.metadata()?.len().checked_sub(LAST_LINE).ok_or(BadCopy::NotOne)?;
    let mut line = String::new();
    file.seek(SeekFrom::Start(size))?;
    file.read_to_string(&mut line).map_err(|_| BadCopy::NotOne)?;
    if !line.starts_with(SEAL_WORDS) {
        return Err(BadCopy::NotOne);
    }
    file.seek(SeekFrom::Start(0))?;
    let mut target = File::options().write(true).open(to)?;
    let mut done = 0;
    let hash = hash_of(&mut file, size, |chunk| {
        done += chunk.len() as u64;
        tell(done, size);
        target.write_all(chunk)
    })?;
    if last_line(&hash) != line {
        return Err(BadCopy::Damaged);
    }
    Ok(target.sync_all()?)
}

fn last_line(hash: &str) -> String {
    format!("{SEAL_WORDS}{hash}\n")
}

/// SHA-256 of the next `size` bytes, hexadecimal; each chunk is handed on.
fn hash_of(
    file: &mut File,
    size: u64,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> Result<String, BadCopy> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut left = file.take(size);
    loop {
        let read = left.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hash.update(&chunk[..read]);
        each(&chunk[..read])?;
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Makes sure that nobody has the database open, and brings what its log holds into its file, so that the file can be
/// moved. A database too damaged for that stays as it is.
///
/// # Errors
/// When it is in use.
pub fn release(path: &Path) -> Result<(), BadCopy> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(conn) = Connection::open_with_flags(path, flags) else { return Ok(()) };
    // Leaving WAL needs the file for itself, and waits for nobody.
    match conn.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0)) {
        Ok(mode) if mode == "wal" => Err(BadCopy::InUse),
        Ok(_) => Ok(()),
        Err(error) => match sqlite_error("PRAGMA journal_mode", &error).0 {
            Error::Contention => Err(BadCopy::InUse),
            _ => Ok(()),
        },
    }
}

/// How a copy looks from outside: nothing is migrated, nothing is written.
pub(crate) fn connect(path: &Path) -> Stored<Connection> {
    let failed = |error: rusqlite::Error| sqlite_error("open", &error).0;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(failed)?;
    conn.busy_timeout(PATIENCE).map_err(failed)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    conn.pragma_update(None, "query_only", true).map_err(failed)?;
    Ok(conn)
}

/// What SQLite says of the whole file: every page, every index, every reference.
pub(crate) fn check(conn: &Connection) -> Stored<()> {
    for sql in [
        "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 3",
        "SELECT 'a reference of ' || \"table\" FROM pragma_foreign_key_check LIMIT 3",
    ] {
        let complaints: Vec<String> = conn
            .prepare(sql)
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(|error| sqlite_error(sql, &error).0)?;
        if !complaints.is_empty() {
            return Err(Error::Corrupt(complaints.join("; ")));
        }
    }
    Ok(())
}

impl Store {
    /// Opens a copy only to look at it, after its integrity, its migrations and its keys were checked. Answers the
    /// migrations that it still lacks as well: the program applies them when it opens the copy in earnest.
    ///
    /// # Errors
    /// When one of the checks fails, or the file cannot be read.
    pub async fn look_at(path: &Path, keys: KeyRing) -> Stored<(Self, &'static [Migration])> {
        let path = path.to_owned();
        let look = move || {
            let shared = crate::Shared::new(&Options::at(0, keys.clone()));
            let (engine, lacking) = sqlite::Sqlite::open_to_read(&path, &keys, &shared)?;
            Ok((Self::of(crate::Engine::Sqlite(engine), shared, Vec::new()), lacking))
        };
        tokio::task::spawn_blocking(look).await.map_err(|_| Error::Panicked)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_has_its_length() {
        assert_eq!(last_line(&"0".repeat(64)).len() as u64, LAST_LINE);
    }
}
