//! The ballots that Elekto and CIVS publish: a header of candidates, then one line per ballot with
//! a rank or `No opinion` per candidate.
//!
//! A rank equal to the number of candidates is a rank like any other. `No opinion` is none at
//! all: not last, but not compared; whether a count treats it so is the rules' business.

use std::collections::BTreeMap;

use super::csv::cells;
use super::text::{self, Encoding, TextError};
use crate::option::{ContestOptions, MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileError};
use crate::selection::Selection;

/// The largest file read.
pub const MAX_BYTES: usize = 64 << 20;
/// The most ballots read.
pub const MAX_BALLOTS: usize = 1_000_000;
/// What a voter without an opinion leaves.
pub const NO_OPINION: &str = "No opinion";

/// What such a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElektoFile {
    /// The candidates in the order of the header.
    pub names: Vec<String>,
    /// One ranking per line. A ballot without any opinion is blank, and counts in the turnout.
    pub ballots: Vec<Selection>,
}

impl ElektoFile {
    /// The candidates as a contest's options.
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

/// Why such a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElektoError {
    /// The file is too large.
    #[error("the file has {bytes} bytes, but at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file is not text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file has no header.
    #[error("the file is empty: its first line must name the candidates")]
    NoHeader,
    /// Too many candidates.
    #[error("{found} candidates, but at most {MAX_OPTIONS} are read")]
    TooManyCandidates {
        /// How many.
        found: usize,
    },
    /// A name that is empty or over-long.
    #[error("column {column} of the header must have 1 to {MAX_NAME_BYTES} bytes")]
    Name {
        /// The column, counted from one.
        column: usize,
    },
    /// Two columns with the same name.
    #[error("two columns of the header are called {name:?}")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A line with more or fewer cells than candidates.
    #[error("line {line}: {found} cells for {candidates} candidates")]
    Cells {
        /// The line.
        line: usize,
        /// Cells in it.
        found: usize,
        /// Candidates.
        candidates: usize,
    },
    /// A cell that is neither a rank nor `No opinion`.
    #[error(
        "line {line}, column {column}: {found:?} is neither a rank from 1 to {candidates} nor \"No opinion\""
    )]
    Rank {
        /// The line.
        line: usize,
        /// The column, counted from one.
        column: usize,
        /// What stands there.
        found: String,
        /// Candidates.
        candidates: usize,
    },
    /// A quoted cell that does not end.
    #[error("line {line}: a quoted cell is not closed")]
    OpenQuote {
        /// The line.
        line: usize,
    },
    /// Too many ballots.
    #[error("line {line}: more than {MAX_BALLOTS} ballots")]
    TooManyBallots {
        /// The line.
        line: usize,
    },
}

/// Reads such a file.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding) -> Result<ElektoFile, ElektoError> {
    if bytes.len() > MAX_BYTES {
        return Err(ElektoError::TooLarge { bytes: bytes.len() });
    }
    let text = text::decode(bytes, encoding)?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (index, header) = lines.next().ok_or(ElektoError::NoHeader)?;
    let names = names(cells(header).ok_or(ElektoError::OpenQuote { line: index + 1 })?)?;
    let mut ballots = Vec::new();
    for (index, line) in lines {
        if ballots.len() == MAX_BALLOTS {
            return Err(ElektoError::TooManyBallots { line: index + 1 });
        }
        ballots.push(ballot(line, index + 1, names.len())?);
    }
    Ok(ElektoFile { names, ballots })
}

fn names(names: Vec<String>) -> Result<Vec<String>, ElektoError> {
    if names.len() > MAX_OPTIONS {
        return Err(ElektoError::TooManyCandidates { found: names.len() });
    }
    for (index, name) in names.iter().enumerate() {
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(ElektoError::Name { column: index + 1 });
        }
        if names.iter().take(index).any(|other| other == name) {
            return Err(ElektoError::DuplicateName { name: name.clone() });
        }
    }
    Ok(names)
}

fn ballot(text: &str, line: usize, candidates: usize) -> Result<Selection, ElektoError> {
    let cells = cells(text).ok_or(ElektoError::OpenQuote { line })?;
    if cells.len() != candidates {
        return Err(ElektoError::Cells { line, found: cells.len(), candidates });
    }
    let mut ranks: BTreeMap<usize, Vec<OptionIndex>> = BTreeMap::new();
    for ((column, cell), option) in (1..).zip(&cells).zip(OptionIndex::all(candidates)) {
        if cell.eq_ignore_ascii_case(NO_OPINION) {
            continue;
        }
        let digits = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        match cell.parse::<usize>() {
            Ok(rank) if digits && (1..=candidates).contains(&rank) => {
                ranks.entry(rank).or_default().push(option);
            }
            Ok(_) | Err(_) => {
                let found = cell.clone();
                return Err(ElektoError::Rank { line, column, found, candidates });
            }
        }
    }
    Ok(Selection::ranking(ranks.into_values()))
}

#[cfg(test)]
mod tests;
