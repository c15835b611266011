//! Files that a command makes: never over an existing one, and for the owner's eyes alone where
//! they are secret.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Readers {
    /// Everybody whom the user's mask lets.
    Anybody,
    /// The owner.
    Owner,
}

/// Writes a new file down to the disk. An existing one is left alone.
pub(super) fn create(path: &Path, content: &[u8], readers: Readers) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(path).with_context(|| {
        format!("cannot create {} (existing files are never overwritten)", path.display())
    })?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Makes a directory and those above it, unless it is there.
pub(super) fn directory(path: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(path)
        .with_context(|| format!("cannot make the directory {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("x");
        create(&path, b"first", Readers::Anybody).expect("created");
        assert!(create(&path, b"second", Readers::Anybody).is_err());
        assert_eq!(std::fs::read(&path).expect("there"), b"first");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        create(&path, b"secret", Readers::Owner).expect("created");
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
