//! Reading with limits, writing without accidents.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is there already.
    #[error("{0} exists already; move it away or choose another name, nothing is overwritten")]
    Exists(PathBuf),
    /// Beyond its limit.
    #[error("{path} is longer than {limit} bytes; is it the right file?")]
    TooLong {
        /// Which.
        path: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("{0} is not UTF-8 text")]
    NotText(PathBuf),
    /// Anything else.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Private {
    /// Its owner only: mode 0600.
    Owner,
    /// Whoever the umask lets.
    Public,
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> FileError {
    let path = path.to_owned();
    |source| FileError::Io { path, source }
}

/// A file's bytes, at most `limit` of them.
pub fn read(path: &Path, limit: usize) -> Result<Vec<u8>, FileError> {
    let file = File::open(path).map_err(io(path))?;
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(io(path))?;
    if bytes.len() > limit {
        return Err(FileError::TooLong { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// A file's text, at most `limit` bytes of it.
pub fn read_text(path: &Path, limit: usize) -> Result<String, FileError> {
    String::from_utf8(read(path, limit)?).map_err(|_| FileError::NotText(path.to_owned()))
}

fn options(private: Private) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(match private {
            Private::Owner => 0o600,
            Private::Public => 0o666,
        });
    }
    options
}

/// Writes a file that must not be there yet, down to the disk.
pub fn write_new(path: &Path, bytes: &[u8], private: Private) -> Result<(), FileError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(io(folder))?;
    }
    let mut file = options(private).create_new(true).open(path).map_err(|source| {
        if source.kind() == ErrorKind::AlreadyExists {
            FileError::Exists(path.to_owned())
        } else {
            FileError::Io { path: path.to_owned(), source }
        }
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io(path))
}

/// Replaces a file in one step: a reader sees the old bytes or the new ones. Only for files of this
/// program's own, and where the user asked for the replacement.
pub fn replace(path: &Path, bytes: &[u8], private: Private) -> Result<(), FileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    if let Err(source) = std::fs::remove_file(&beside)
        && source.kind() != ErrorKind::NotFound
    {
        return Err(FileError::Io { path: beside, source });
    }
    write_new(&beside, bytes, private)?;
    std::fs::rename(&beside, path).map_err(io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_silently() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("key.json");
        write_new(&path, b"one", Private::Owner).expect("new file");
        assert!(matches!(write_new(&path, b"two", Private::Owner), Err(FileError::Exists(_))));
        assert_eq!(read(&path, 3).expect("short file"), b"one");
        replace(&path, b"two", Private::Owner).expect("on request");
        assert_eq!(read(&path, 3).expect("short file"), b"two");
    }

    #[test]
    fn a_file_beyond_its_limit_is_not_read() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("long");
        write_new(&path, b"1234", Private::Public).expect("new file");
        assert!(matches!(read(&path, 3), Err(FileError::TooLong { limit: 3, .. })));
    }

    #[cfg(unix)]
    #[test]
    fn secrets_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("secret");
        write_new(&path, b"x", Private::Owner).expect("new file");
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        replace(&path, b"y", Private::Owner).expect("replaced");
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
