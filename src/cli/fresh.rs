//! A fresh store for one story, and its end.

use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A store's address, empty when made.
pub(super) struct Fresh {
    /// For [`store::Store::open`].
    pub(super) address: String,
    place: Place,
}

enum Place {
    /// Goes with its folder.
    Folder(#[expect(dead_code, reason = "held for its drop")] TempDir),
    /// Stays: somebody asked for the file.
    File,
    Postgres(store::Scratch),
}

impl Fresh {
    /// In a folder of its own, or as the address says: a new SQLite file, or a new database on a PostgreSQL server.
    pub(super) async fn make(address: Option<&str>) -> anyhow::Result<Self> {
        let Some(address) = address else {
            let folder = tempfile::tempdir().context("没有地方放临时文件")?;
            let address = format!("sqlite:{}", folder.path().join("story.db").display());
            return Ok(Self { address, place: Place::Folder(folder) });
        };
        if let Some(path) = address.strip_prefix("sqlite:") {
            let path = free_path(Path::new(path))?;
            return Ok(Self { address: format!("sqlite:{}", path.display()), place: Place::File });
        }
        let scratch = store::Scratch::make(address).await?;
        Ok(Self { address: scratch.address().to_owned(), place: Place::Postgres(scratch) })
    }

    /// Leaves nothing behind but what was asked for.
    pub(super) async fn remove(self) {
        if let Place::Postgres(scratch) = self.place {
            scratch.remove().await;
        }
    }
}

/// The path itself, or with a number when there are several stories; an existing file is never written over.
fn free_path(path: &Path) -> anyhow::Result<PathBuf> {
    for number in 0..10_000 {
        let candidate =
            if number == 0 { path.to_path_buf() } else { path.with_extension(format!("{number}.db")) };
        if !candidate.exists() {
            return Ok(candidate);
        }
    }
    bail!("{} 已经存在，请换一个文件名", path.display())
}
