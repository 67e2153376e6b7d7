//! Where the key ring stands: a file that nobody but its owner may read, made on the first run, or the environment.
//! Nothing here ever shows a key.

use crate::config::BadConfig;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use store::{BadKeys, KEY_BYTES, KeyId, KeyRing};

/// The configuration item that all complaints name.
const ITEM: &str = "keys";

/// The key ring with its place.
#[derive(Clone, Debug)]
pub struct Keys {
    ring: KeyRing,
    place: Place,
    /// The file is not there yet.
    new: bool,
}

/// Where a ring stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
}

impl Keys {
    /// Reads the ring of a file. When there is no file, the ring has one random key and is not written yet: see
    /// [`Keys::keep`].
    ///
    /// # Errors
    /// When others may read the file, or it cannot be read.
    pub fn of_file(path: &Path) -> Result<Self, BadConfig> {
        let place = Place::File(path.to_owned());
        match read_file(path) {
            Ok(Some(ring)) => Ok(Self { ring, place, new: false }),
            Ok(None) => Ok(Self { ring: KeyRing::with_one(random_key()), place, new: true }),
            Err(why) => Err(bad(why)),
        }
    }

    /// Reads the ring of an environment variable: keys as in the file, separated by line ends, commas or semicolons.
    ///
    /// # Errors
    /// When the variable is not set or no ring.
    pub fn of_env(name: &str) -> Result<Self, BadConfig> {
        let text = std::env::var(name).map_err(|_| {
            bad(format!(
                "环境变量 {name} 没有设置；内容是「1 密钥」，密钥为 64 位十六进制，可用 openssl rand -hex 32 生成"
            ))
        })?;
        let ring = KeyRing::parse(&text.replace([',', ';'], "\n"))
            .map_err(|why| bad(format!("环境变量 {name} 里的密钥读不懂：{}", told(why))))?;
        Ok(Self { ring, place: Place::Env(name.to_owned()), new: false })
    }

    /// Where the ring stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The ring, unless it would have to be made first.
    pub fn existing(&self) -> Option<KeyRing> {
        (!self.new).then(|| self.ring.clone())
    }

    /// Writes a new ring's file, so that the key is kept before anything is written with it. When another process was
    /// quicker, its ring is taken. Answers the ring, and whether the file was made here.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(self) -> Result<(KeyRing, bool), BadConfig> {
        let Place::File(path) = &self.place else { return Ok((self.ring, false)) };
        let (mut ring, mut made) = (self.ring, false);
        if self.new {
            made = write_new(path, &ring).map_err(|e| bad(cannot_write(path, &e)))?;
            if !made {
                ring = read_file(path)
                    .map_err(bad)?
                    .ok_or_else(|| bad(format!("密钥文件 {} 刚才还在，现在没有了", path.display())))?;
            }
        }
        let path = path.clone();
        // Another process may add a key while this one runs.
        Ok((ring.read_again_by(move || read_file(&path).ok().flatten()), made))
    }

    /// Adds a random key to the file, which writes from then on.
    ///
    /// # Errors
    /// When the ring does not stand in a file, all numbers are used up, or it cannot be written.
    pub fn add_key(self) -> Result<Self, BadConfig> {
        let Place::File(path) = &self.place else {
            return Err(bad("密钥不在文件里，请自己在环境变量里加一把".to_owned()));
        };
        let ring = self.ring.and_new(random_key()).map_err(|why| bad(told(why)))?;
        let written = write_draft(path, &ring)
            .and_then(|draft| {
                std::fs::rename(&draft, path).inspect_err(|_| drop(std::fs::remove_file(&draft)))
            })
            .and_then(|()| sync_folder(path));
        written.map_err(|e| bad(cannot_write(path, &e)))?;
        Ok(Self { ring, ..self })
    }

    /// The number of the key that writes.
    pub fn newest(&self) -> KeyId {
        self.ring.newest()
    }
}

fn bad(why: String) -> BadConfig {
    BadConfig::Value(ITEM.to_owned(), why)
}

fn cannot_write(path: &Path, error: &std::io::Error) -> String {
    format!("写不了密钥文件 {}：{}", path.display(), error.kind())
}

fn told(why: BadKeys) -> String {
    match why {
        BadKeys::Line(line) => format!("第 {line} 行应为「编号 密钥」，编号 1 到 255，密钥为 64 位十六进制"),
        BadKeys::Twice(id) => format!("编号 {id} 出现两次"),
        BadKeys::Empty => "里面没有密钥".to_owned(),
        BadKeys::Full => "编号已用完".to_owned(),
    }
}

/// A key that nobody can guess.
fn random_key() -> [u8; KEY_BYTES] {
    rand::random()
}

/// The ring of a file; `None` when there is no file.
fn read_file(path: &Path) -> Result<Option<KeyRing>, String> {
    let shown = path.display();
    let about = match std::fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("读不到密钥文件 {shown}：{}", error.kind())),
    };
    if is_open_to_others(&about) {
        return Err(format!(
            "密钥文件 {shown} 别的用户也能读。请运行 chmod 600 {shown}；如果可能已被人看过，再运行 deskmate rotate-keys 换新密钥"
        ));
    }
    let text = std::fs::read_to_string(path)
        .map(secrecy::zeroize::Zeroizing::new)
        .map_err(|error| format!("读不到密钥文件 {shown}：{}", error.kind()))?;
    KeyRing::parse(&text).map(Some).map_err(|why| format!("密钥文件 {shown} 读不懂：{}", told(why)))
}

#[cfg(unix)]
fn is_open_to_others(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_about: &std::fs::Metadata) -> bool {
    false
}

/// Writes the file unless it is there; false when it is. Whoever finds it finds it whole.
fn write_new(path: &Path, ring: &KeyRing) -> std::io::Result<bool> {
    if let Some(folder) = folder_of(path) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let draft = write_draft(path, ring)?;
    let linked = std::fs::hard_link(&draft, path);
    let removed = std::fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        other => other?,
    }
    removed?;
    sync_folder(path)?;
    Ok(true)
}

fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// The ring in a file of its own beside the real one, on the disk.
fn write_draft(path: &Path, ring: &KeyRing) -> std::io::Result<PathBuf> {
    let draft = path.with_extension(format!("{}.new", hex::encode(rand::random::<[u8; 8]>())));
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    let text = ring.to_text();
    let written = file
        .write_all("# deskmate 密钥：请与数据库分开备份。丢了它，加密的内容再也读不出来；给了别人，等于把内容给了别人。\n".as_bytes())
        .and_then(|()| file.write_all(text.as_bytes()))
        .and_then(|()| file.sync_all());
    if let Err(error) = written {
        let _ = std::fs::remove_file(&draft);
        return Err(error);
    }
    Ok(draft)
}

/// Without this a power failure may take the new name away again.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder_of(path).unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn the_first_run_makes_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made").join("keys");
        let keys = Keys::of_file(&path).expect("no file is no mistake");
        assert!(!path.exists(), "looking writes nothing");
        let (ring, made) = keys.keep().expect("written");
        assert!(made);
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
        let (again, made) = Keys::of_file(&path).expect("read").keep().expect("kept");
        assert!(!made);
        assert_eq!(*again.to_text(), *ring.to_text());
        let names: Vec<_> = path
            .parent()
            .expect("a folder")
            .read_dir()
            .expect("listed")
            .map(|entry| entry.expect("one").file_name())
            .collect();
        assert_eq!(names, ["keys"], "no draft stays");
    }

    #[test]
    fn a_new_key_is_added_to_the_file_and_found_by_whoever_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let (old, _) = Keys::of_file(&path).expect("a ring").keep().expect("written");
        let added = Keys::of_file(&path).expect("read").add_key().expect("added");
        assert_eq!((added.newest(), mode(&path)), (2, 0o600));
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(text.contains(old.to_text().trim()), "the old one stays");
        assert_eq!(Keys::of_file(&path).expect("read").newest(), 2);
        assert_eq!(folder.path().read_dir().expect("listed").count(), 1, "no draft stays");
    }

    #[test]
    fn of_two_first_runs_one_key_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let (one, other) = (Keys::of_file(&path).expect("one"), Keys::of_file(&path).expect("the other"));
        let (one, made) = one.keep().expect("written");
        let (other, made_too) = other.keep().expect("taken over");
        assert!(made && !made_too);
        assert_eq!(*one.to_text(), *other.to_text());
    }

    #[test]
    fn a_file_that_others_read_or_that_is_no_ring_is_refused_without_its_content() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys");
        let secret = "64".repeat(KEY_BYTES);
        let cases = [
            (format!("1 {secret}"), 0o640, "chmod 600"),
            (format!("1 {secret}"), 0o604, "chmod 600"),
            (format!("x {secret}"), 0o600, "第 1 行"),
            (String::new(), 0o600, "里面没有密钥"),
            (format!("1 {secret}\n1 {secret}"), 0o600, "编号 1 出现两次"),
        ];
        for (text, mode, expected) in cases {
            std::fs::write(&path, &text).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
            let refused = Keys::of_file(&path).expect_err(expected).to_string();
            assert!(refused.contains(expected) && !refused.contains(&secret), "{refused}");
        }
    }
}
