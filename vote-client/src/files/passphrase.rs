//! Passphrases: from a prompt or a file, never from the command line.

use std::path::PathBuf;

use crypto::keystore::MAX_PASSPHRASE_BYTES;
use zeroize::Zeroizing;

use super::store::{self, FileError};

/// Fewest characters of a new passphrase.
pub(super) const MIN_PASSPHRASE_CHARS: usize = 8;
/// Longest passphrase file: a passphrase and its line end.
const MAX_PASSPHRASE_FILE_BYTES: usize = MAX_PASSPHRASE_BYTES + 2;

/// Where a passphrase comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PassphraseSource {
    /// A person at the terminal, unseen.
    Prompt,
    /// The first line of a file.
    File(PathBuf),
}

/// A passphrase. Wiped when dropped, never shown.
pub struct Passphrase(Zeroizing<String>);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(secret)")
    }
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// No terminal to ask at.
    #[error("the passphrase could not be asked for ({0}); give --passphrase-file FILE instead")]
    Prompt(std::io::Error),
    /// Too short for a new key.
    #[error("a new passphrase has at least {MIN_PASSPHRASE_CHARS} characters, this one has {0}")]
    TooShort(usize),
    /// Two different answers.
    #[error("the two passphrases differ; nothing was written, please try again")]
    Mismatch,
}

impl Passphrase {
    /// The bytes that go into Argon2.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// An existing key's passphrase.
    pub fn read(source: &PassphraseSource, prompt: &str) -> Result<Self, PassphraseError> {
        match source {
            PassphraseSource::Prompt => ask(prompt).map(Passphrase),
            PassphraseSource::File(path) => {
                let text = Zeroizing::new(store::read_text(path, MAX_PASSPHRASE_FILE_BYTES)?);
                let line = text.lines().next().unwrap_or_default();
                Ok(Passphrase(Zeroizing::new(line.to_owned())))
            }
        }
    }

    /// A new key's passphrase: long enough, and asked for twice.
    pub fn choose(source: &PassphraseSource, prompt: &str) -> Result<Self, PassphraseError> {
        let chosen = Self::read(source, prompt)?;
        let chars = chosen.0.chars().count();
        if chars < MIN_PASSPHRASE_CHARS {
            return Err(PassphraseError::TooShort(chars));
        }
        if *source == PassphraseSource::Prompt && ask("The same again: ")? != chosen.0 {
            return Err(PassphraseError::Mismatch);
        }
        Ok(chosen)
    }
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, PassphraseError> {
    rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(PassphraseError::Prompt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_file_gives_its_first_line_and_short_ones_make_no_key() {
        let dir = tempfile::tempdir().expect("temp dir");
        let path = dir.path().join("pass");
        let source = PassphraseSource::File(path.clone());
        std::fs::write(&path, "correct horse\r\nmore\n").expect("written");
        let read = Passphrase::choose(&source, "").expect("long enough");
        assert_eq!(read.as_bytes(), b"correct horse");
        std::fs::write(&path, "short\n").expect("written");
        assert!(matches!(Passphrase::choose(&source, ""), Err(PassphraseError::TooShort(5))));
    }
}
