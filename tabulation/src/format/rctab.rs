//! Cast vote records as the Ranked Choice Voting Tabulator reads them from CSV: a header, then one
//! line per ballot with an option's name, a label or nothing per rank.

use std::collections::BTreeMap;

use super::csv::cells;
use super::marks::{Mark, MarkedBallot};
use super::text::{self, Encoding, TextError};
use crate::option::{ContestOptions, MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex, OptionsError};

/// The largest file read.
pub const MAX_BYTES: usize = 256 << 20;
/// The most ballots read.
pub const MAX_BALLOTS: usize = 10_000_000;
/// The most ranks on a ballot.
pub const MAX_RANKS: usize = 1_000;

/// The words that stand for something else than an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels<'a> {
    /// A rank with more than one mark.
    pub overvote: &'a str,
    /// A rank without a mark, besides an empty cell.
    pub undervote: &'a str,
}

/// What such a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RctabFile {
    /// Every name that occurs, in order of code points: the file itself has no list.
    pub names: Vec<String>,
    /// Distinct ballots with how often each occurs.
    pub ballots: Vec<MarkedBallot>,
}

impl RctabFile {
    /// The names as a contest's options.
    ///
    /// # Errors
    /// When a name is not usable.
    pub fn options(&self) -> Result<ContestOptions, OptionsError> {
        ContestOptions::from_names(self.names.iter().map(String::as_str))
    }
}

/// Why such a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RctabError {
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
    #[error("the file is empty: its first line must name the ranks")]
    NoHeader,
    /// A ballot with too many ranks.
    #[error("line {line}: {found} ranks, but the header names {ranks} (at most {MAX_RANKS})")]
    Ranks {
        /// The line.
        line: usize,
        /// Ranks in it.
        found: usize,
        /// Ranks in the header.
        ranks: usize,
    },
    /// A quoted cell that does not end.
    #[error("line {line}: a quoted cell is not closed")]
    OpenQuote {
        /// The line.
        line: usize,
    },
    /// An over-long name.
    #[error("line {line}: a name has more than {MAX_NAME_BYTES} bytes")]
    Name {
        /// The line.
        line: usize,
    },
    /// Too many different names.
    #[error("line {line}: more than {MAX_OPTIONS} different names")]
    TooManyNames {
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
pub fn read(bytes: &[u8], encoding: Encoding, labels: Labels<'_>) -> Result<RctabFile, RctabError> {
    if bytes.len() > MAX_BYTES {
        return Err(RctabError::TooLarge { bytes: bytes.len() });
    }
    let text = text::decode(bytes, encoding)?;
    let mut lines = text.lines().enumerate();
    let (_, header) = lines.next().ok_or(RctabError::NoHeader)?;
    let ranks = cells(header).ok_or(RctabError::OpenQuote { line: 1 })?.len();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut ballots: BTreeMap<Vec<Cell>, u64> = BTreeMap::new();
    let mut number = 0;
    for (index, text) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let line = index + 1;
        number += 1;
        if number > MAX_BALLOTS {
            return Err(RctabError::TooManyBallots { line });
        }
        let cells = cells(text).ok_or(RctabError::OpenQuote { line })?;
        if cells.len() > ranks.min(MAX_RANKS) {
            return Err(RctabError::Ranks { line, found: cells.len(), ranks });
        }
        let marks = cells.into_iter().map(|cell| mark(cell, line, labels, &mut names));
        *ballots.entry(marks.collect::<Result<_, _>>()?).or_insert(0) += 1;
    }
    Ok(RctabFile { ballots: number_options(ballots, &names), names: names.into_keys().collect() })
}

/// A mark whose option still goes by the order in which names were met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Skipped,
    Overvote,
    Met(usize),
}

fn mark(
    cell: String,
    line: usize,
    labels: Labels<'_>,
    names: &mut BTreeMap<String, usize>,
) -> Result<Cell, RctabError> {
    if cell.is_empty() || cell == labels.undervote {
        return Ok(Cell::Skipped);
    }
    if cell == labels.overvote {
        return Ok(Cell::Overvote);
    }
    if cell.len() > MAX_NAME_BYTES {
        return Err(RctabError::Name { line });
    }
    let next = names.len();
    let met = *names.entry(cell).or_insert(next);
    if names.len() > MAX_OPTIONS {
        return Err(RctabError::TooManyNames { line });
    }
    Ok(Cell::Met(met))
}

fn number_options(
    ballots: BTreeMap<Vec<Cell>, u64>,
    names: &BTreeMap<String, usize>,
) -> Vec<MarkedBallot> {
    let mut by_meeting: Vec<(usize, OptionIndex)> =
        names.values().copied().zip(OptionIndex::all(names.len())).collect();
    by_meeting.sort_unstable();
    let option = |met: usize| by_meeting.get(met).map(|&(_, option)| option);
    let mark = |cell: Cell| match cell {
        Cell::Skipped => Mark::Skipped,
        Cell::Overvote => Mark::Overvote,
        // Invariant: every name met has a number.
        Cell::Met(met) => option(met).map_or(Mark::Skipped, Mark::One),
    };
    ballots
        .into_iter()
        .map(|(cells, count)| MarkedBallot { count, ranks: cells.into_iter().map(mark).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: Labels<'_> = Labels { overvote: "over", undervote: "none" };

    fn parse(text: &str) -> Result<RctabFile, RctabError> {
        read(text.as_bytes(), Encoding::Utf8, LABELS)
    }

    #[test]
    fn names_labels_and_empty_cells_become_marks() {
        let file = parse("r1,r2,r3\nZoe,over,\"Ann, A\"\nnone,,Zoe\nnone,,Zoe\n").unwrap();
        assert_eq!(file.names, ["Ann, A", "Zoe"]);
        let (ann, zoe) = (Mark::One(OptionIndex::new(0)), Mark::One(OptionIndex::new(1)));
        let first = MarkedBallot { count: 1, ranks: vec![zoe.clone(), Mark::Overvote, ann] };
        let second = MarkedBallot { count: 2, ranks: vec![Mark::Skipped, Mark::Skipped, zoe] };
        assert_eq!(file.ballots, [second, first]);
    }

    #[test]
    fn every_refusal_names_its_line() {
        assert_eq!(parse(""), Err(RctabError::NoHeader));
        assert_eq!(parse("a\nx,y\n"), Err(RctabError::Ranks { line: 2, found: 2, ranks: 1 }));
        assert_eq!(parse("a\n\"x\n"), Err(RctabError::OpenQuote { line: 2 }));
        let long = format!("a\n{}\n", "x".repeat(MAX_NAME_BYTES + 1));
        assert_eq!(parse(&long), Err(RctabError::Name { line: 2 }));
        let many: String = (0..=MAX_OPTIONS).map(|i| format!("{i}\n")).collect();
        let line = MAX_OPTIONS + 2;
        assert_eq!(parse(&format!("a\n{many}")), Err(RctabError::TooManyNames { line }));
        let bad = read(b"a\n\xff\n", Encoding::Utf8, LABELS);
        assert_eq!(bad, Err(RctabError::Text(TextError { line: 2 })));
    }
}
