//! Tally sheets of the Debian project: `Option 1---->: Name` lines, then one `V: 21-3 …` line per
//! ballot with a rank from 1 to 9, or `-` for an option left out, in the order of the options.

use std::collections::BTreeMap;

use super::text::{self, Encoding, TextError};
use crate::option::{ContestOptions, MAX_NAME_BYTES, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileError};
use crate::selection::Selection;

/// The largest file read.
pub const MAX_BYTES: usize = 16 << 20;
/// The most options read: ranks are single digits.
pub const MAX_SHEET_OPTIONS: usize = 9;

/// What a tally sheet says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebianSheet {
    /// The options in order; the last is the default option by custom.
    pub names: Vec<String>,
    /// One ranking per line.
    pub ballots: Vec<Selection>,
}

impl DebianSheet {
    /// The options as a contest's options.
    ///
    /// # Errors
    /// When a name is not usable.
    pub fn options(&self) -> Result<ContestOptions, OptionsError> {
        ContestOptions::from_names(self.names.iter().map(String::as_str))
    }

    /// The ballots as a profile, each of weight one.
    ///
    /// # Errors
    /// When there are more marks than a profile holds.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        Profile::of(self.ballots.iter().cloned())
    }
}

/// Why a tally sheet cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DebianError {
    /// The file is too large.
    #[error("the file has {bytes} bytes, but at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file is not text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// An option out of turn, too many, or without a usable name.
    #[error("line {line}: not the next of at most {MAX_SHEET_OPTIONS} options with its name")]
    Option {
        /// The line.
        line: usize,
    },
    /// A ballot with another number of ranks than options, or with something that is no rank.
    #[error(
        "line {line}: {found:?} is not one rank from 1 to 9 or - for each of {options} options"
    )]
    Ballot {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
        /// How many options there are.
        options: usize,
    },
    /// No options at all.
    #[error("the file names no options")]
    NoOptions,
}

/// Reads a tally sheet.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding) -> Result<DebianSheet, DebianError> {
    if bytes.len() > MAX_BYTES {
        return Err(DebianError::TooLarge { bytes: bytes.len() });
    }
    let text = text::decode(bytes, encoding)?;
    let mut names: Vec<String> = Vec::new();
    let mut ballots = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(ranks) = line.trim_start().strip_prefix("V: ") {
            let word = ranks.split_whitespace().next().unwrap_or("");
            ballots.push(ballot(word, names.len(), number)?);
        } else if let Some((_, option)) = line.split_once("Option ")
            && let Some((place, name)) = option.split_once(">:")
        {
            let name = name.trim();
            let expected = (names.len() + 1).to_string();
            let good = !name.is_empty() && name.len() <= MAX_NAME_BYTES;
            if place.trim_end_matches('-') != expected || names.len() == MAX_SHEET_OPTIONS || !good
            {
                return Err(DebianError::Option { line: number });
            }
            names.push(name.to_owned());
        }
    }
    if names.is_empty() {
        return Err(DebianError::NoOptions);
    }
    Ok(DebianSheet { names, ballots })
}

fn ballot(word: &str, options: usize, line: usize) -> Result<Selection, DebianError> {
    let bad = || DebianError::Ballot { line, found: word.to_owned(), options };
    if word.len() != options {
        return Err(bad());
    }
    let mut ranks: BTreeMap<u8, Vec<OptionIndex>> = BTreeMap::new();
    for (option, mark) in OptionIndex::all(options).zip(word.bytes()) {
        match mark {
            b'-' => {}
            b'1'..=b'9' => ranks.entry(mark).or_default().push(option),
            _ => return Err(bad()),
        }
    }
    Ok(Selection::ranking(ranks.into_values()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str =
        "x\n  Option 1----->: Ann\n /  Option 2---->: None\n |/\nV: 2- \tabc\nV: 11\n";

    #[test]
    fn options_and_ranks_are_read() {
        let sheet = read(SHEET.as_bytes(), Encoding::Utf8).unwrap();
        assert_eq!(sheet.names, ["Ann", "None"]);
        let (a, b) = (OptionIndex::new(0), OptionIndex::new(1));
        let ballots = [Selection::Ranking(vec![vec![a]]), Selection::Ranking(vec![vec![a, b]])];
        assert_eq!(sheet.ballots, ballots);
    }

    #[test]
    fn every_refusal_names_its_line() {
        let parse = |text: &str| read(text.as_bytes(), Encoding::Utf8);
        assert_eq!(parse("V: \n"), Err(DebianError::NoOptions));
        assert_eq!(parse("Option 2->: Ann\n"), Err(DebianError::Option { line: 1 }));
        assert_eq!(parse("Option 1->: \n"), Err(DebianError::Option { line: 1 }));
        for word in ["1", "123", "0-", "x1"] {
            let error = DebianError::Ballot { line: 7, found: word.to_owned(), options: 2 };
            assert_eq!(parse(&format!("{SHEET}V: {word}\n")), Err(error));
        }
        assert!(matches!(read(b"\xff", Encoding::Utf8), Err(DebianError::Text(_))));
    }
}
