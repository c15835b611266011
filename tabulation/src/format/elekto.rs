//! The ballots that Elekto and CIVS publish: a header of candidates, then one line per ballot with
//! a rank or `No opinion` per candidate.
//!
//! A rank equal to the number of candidates is a rank like any other. `No opinion` is none at
//! all: not last, but not compared; whether a count treats it so is the rules' business.

use std::io::{BufRead, Write};

use super::Kind;
use super::ballots::{BallotFile, WriteError, Writer, is_plain};
use super::csv::{cells, quoted};
use super::lines::{LineError, Lines};
use super::text::Encoding;
use crate::option::{ContestOptions, MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileError, RankedBallots, Tally};
use crate::selection::Selection;

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
    /// A line that cannot be read.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The file has no header.
    #[error("the file is empty: its first line must name the candidates")]
    NoHeader,
    /// Too many candidates.
    #[error("{found} candidates, but at most {MAX_OPTIONS} are read")]
    TooManyCandidates {
        /// How many.
        found: usize,
    },
    /// A name that is empty, over-long or has control characters.
    #[error("column {column} of the header must have 1 to {MAX_NAME_BYTES} bytes of plain text")]
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
    /// A ballot that whoever takes the ballots refuses.
    #[error("line {line}: {source}")]
    Profile {
        /// The line.
        line: usize,
        /// Why.
        source: ProfileError,
    },
}

/// Reads such a file as it stands.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding) -> Result<ElektoFile, ElektoError> {
    let mut kept = Kept::default();
    let names = read_into(bytes, encoding, &mut kept)?;
    Ok(ElektoFile { names, ballots: kept.ballots })
}

/// Reads such a file line by line and gives the candidates in the order of the header.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read_into(
    reader: impl BufRead,
    encoding: Encoding,
    ballots: &mut impl RankedBallots,
) -> Result<Vec<String>, ElektoError> {
    let mut lines = Lines::new(reader, encoding);
    let names = loop {
        let (line, text) = lines.next()?.ok_or(ElektoError::NoHeader)?;
        if !text.trim().is_empty() {
            break names(cells(text).ok_or(ElektoError::OpenQuote { line })?)?;
        }
    };
    let mut ranks = Vec::new();
    let mut number = 0;
    while let Some((line, text)) = lines.next()? {
        if text.trim().is_empty() {
            continue;
        }
        if number == MAX_BALLOTS {
            return Err(ElektoError::TooManyBallots { line });
        }
        number += 1;
        read_ranks(text, line, names.len(), &mut ranks)?;
        let mut before = None;
        for &(rank, option) in &ranks {
            match before == Some(rank) {
                true => ballots.same_rank(option),
                false => ballots.next_rank(option),
            }
            before = Some(rank);
        }
        ballots.end(Tally::ONE).map_err(|source| ElektoError::Profile { line, source })?;
    }
    Ok(names)
}

/// Keeps ballots as selections.
#[derive(Default)]
struct Kept {
    ballots: Vec<Selection>,
    open: Vec<Vec<OptionIndex>>,
}

impl RankedBallots for Kept {
    fn next_rank(&mut self, option: OptionIndex) {
        self.open.push(vec![option]);
    }

    fn same_rank(&mut self, option: OptionIndex) {
        if let Some(rank) = self.open.last_mut() {
            rank.push(option);
        }
    }

    fn skipped_rank(&mut self) {}

    fn end(&mut self, _: Tally) -> Result<(), ProfileError> {
        self.ballots.push(Selection::ranking(std::mem::take(&mut self.open)));
        Ok(())
    }
}

fn names(names: Vec<String>) -> Result<Vec<String>, ElektoError> {
    if names.len() > MAX_OPTIONS {
        return Err(ElektoError::TooManyCandidates { found: names.len() });
    }
    for (index, name) in names.iter().enumerate() {
        if !is_plain(name) {
            return Err(ElektoError::Name { column: index + 1 });
        }
        if names.iter().take(index).any(|other| other == name) {
            return Err(ElektoError::DuplicateName { name: name.clone() });
        }
    }
    Ok(names)
}

/// The options with their ranks, best first.
fn read_ranks(
    text: &str,
    line: usize,
    candidates: usize,
    ranks: &mut Vec<(usize, OptionIndex)>,
) -> Result<(), ElektoError> {
    let cells = cells(text).ok_or(ElektoError::OpenQuote { line })?;
    if cells.len() != candidates {
        return Err(ElektoError::Cells { line, found: cells.len(), candidates });
    }
    ranks.clear();
    for ((column, cell), option) in (1..).zip(&cells).zip(OptionIndex::all(candidates)) {
        if cell.eq_ignore_ascii_case(NO_OPINION) {
            continue;
        }
        let digits = !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit());
        match cell.parse::<usize>() {
            Ok(rank) if digits && (1..=candidates).contains(&rank) => ranks.push((rank, option)),
            Ok(_) | Err(_) => {
                let found = cell.clone();
                return Err(ElektoError::Rank { line, column, found, candidates });
            }
        }
    }
    ranks.sort_unstable();
    Ok(())
}

/// Writes rankings, one line a ballot. Who is not ranked is `No opinion`; skipped ranks are closed
/// up, since the numbers of this format are an order and nothing more.
pub(super) fn write(file: &BallotFile, out: &mut impl Write) -> Result<(), WriteError> {
    let writer = Writer::by_name(Kind::ElektoCsv, file)?;
    writer.at_most(MAX_BALLOTS)?;
    let header: Vec<_> = file.options.iter().map(|option| quoted(&option.name)).collect();
    writeln!(out, "{}", header.join(","))?;
    let mut cells = Vec::new();
    for entry in writer.rankings() {
        let (ranks, heads) = entry?;
        cells.clear();
        cells.resize(file.options.len(), NO_OPINION.to_owned());
        let mut number = 0;
        for rank in ranks.iter().filter(|rank| rank.clone().next().is_some()) {
            number += 1;
            for option in rank {
                if let Some(cell) = cells.get_mut(option.index()) {
                    *cell = number.to_string();
                }
            }
        }
        let line = cells.join(",");
        for _ in 0..heads {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
