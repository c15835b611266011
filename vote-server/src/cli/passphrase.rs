//! Passphrases: from where the configuration says, or from a terminal, and never from the command
//! line.

use std::io::IsTerminal as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use zeroize::Zeroizing;

use crate::config::Config;

/// Shortest passphrase for a new key, in characters.
const MIN_NEW_CHARS: usize = 12;
/// Longest passphrase file in bytes.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// A configuration that holds the passphrase of the log keys, whatever it came from.
pub(super) fn complete(mut config: Config) -> anyhow::Result<Config> {
    if let Some(given) = given(&config)? {
        config.set_passphrase(given);
        return Ok(config);
    }
    let typed = ask("Passphrase of the log keys: ").context(
        "the log keys need their passphrase: set BICAMERAL_KEYS_PASSPHRASE, name a file with \
         --keys-passphrase-file, or start the server at a terminal",
    )?;
    config.set_passphrase(typed);
    Ok(config)
}

/// A passphrase for new log keys: as configured, or typed twice.
pub(super) fn fresh(config: &Config) -> anyhow::Result<Zeroizing<String>> {
    let passphrase = match given(config)? {
        Some(given) => given,
        None => {
            let typed = ask("New passphrase for the two log keys: ").context(
                "new log keys need a passphrase: set BICAMERAL_KEYS_PASSPHRASE, name a file with \
                 --keys-passphrase-file, or run this at a terminal",
            )?;
            if *ask("The same again: ")? != *typed {
                bail!("the two passphrases differ; nothing was written. Run the command again.");
            }
            typed
        }
    };
    if passphrase.chars().count() < MIN_NEW_CHARS {
        bail!(
            "the passphrase has fewer than {MIN_NEW_CHARS} characters; nothing was written. \
             Several random words are easy to type and hard to guess."
        );
    }
    Ok(passphrase)
}

/// What the configuration gives: itself, or the file that it names.
fn given(config: &Config) -> anyhow::Result<Option<Zeroizing<String>>> {
    if let Some(passphrase) = config.passphrase.reveal() {
        return Ok(Some(Zeroizing::new(passphrase.to_owned())));
    }
    config.passphrase_file.path().map(from_file).transpose()
}

/// The first line of a file.
pub(super) fn from_file(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let name = path.display();
    let length = std::fs::metadata(path)
        .with_context(|| format!("cannot read the passphrase file {name}"))?
        .len();
    if length > MAX_FILE_BYTES {
        bail!(
            "the passphrase file {name} has more than {MAX_FILE_BYTES} bytes: is it the right file?"
        );
    }
    let text = Zeroizing::new(
        std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the passphrase file {name}"))?,
    );
    match text.lines().next().filter(|line| !line.is_empty()) {
        Some(line) => Ok(Zeroizing::new(line.to_owned())),
        None => bail!("the first line of the passphrase file {name} is empty"),
    }
}

/// Asks at the terminal, without showing what is typed.
pub(super) fn ask(prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a passphrase");
    }
    let typed = rpassword::prompt_password(prompt).context("cannot read from the terminal")?;
    Ok(Zeroizing::new(typed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Settings, Source};

    fn config(key: &str, value: &str) -> Config {
        let settings = Settings::new().set(key, value, Source::Program).expect("known");
        settings.finish().expect("good")
    }

    #[test]
    fn the_first_line_of_a_mounted_secret_is_the_passphrase() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "correct horse battery\nnot this\n").expect("written");
        let config = config("keys.passphrase_file", &file.path().display().to_string());
        let complete = complete(config).expect("complete");
        assert_eq!(complete.passphrase.reveal(), Some("correct horse battery"));
    }

    #[test]
    fn a_short_passphrase_for_new_keys_is_refused() {
        assert!(fresh(&config("keys.passphrase", "short")).is_err());
        assert!(fresh(&config("keys.passphrase", "long enough for keys")).is_ok());
    }

    #[test]
    fn an_empty_or_missing_passphrase_file_is_an_error_that_names_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        for path in [file.path(), Path::new("/nonexistent/pass")] {
            let error = format!("{:#}", from_file(path).expect_err("refused"));
            assert!(error.contains(&path.display().to_string()), "{error}");
        }
    }
}
