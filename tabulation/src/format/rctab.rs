//! Cast vote records as the Ranked Choice Voting Tabulator reads them from CSV: a header, then one
//! line per ballot with an option's name, a label or nothing per rank.

mod write;

use std::collections::BTreeMap;
use std::io::BufRead;

pub(super) use self::write::write;
use super::ballots::{BallotFile, Ballots, FileOption, breaks};
use super::csv::cells;
use super::lines::{LineError, Lines};
use super::marks::{
    Duplicates, Mark, MarkRules, MarkedBallot, OvervoteRule, Rewrites, SkippedRanks,
};
use super::text::Encoding;
use crate::option::{ContestOptions, MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex, OptionsError};
use crate::profile::ProfileError;

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
    /// A line that cannot be read.
    #[error(transparent)]
    Line(#[from] LineError),
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
    /// A name that is over-long or has control characters.
    #[error("line {line}: a name has control characters or more than {MAX_NAME_BYTES} bytes")]
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
    /// A rank with more than one mark, and no rule what that means.
    #[error("line {line}: rank {rank} is overvoted; say what that means, or the file is not read")]
    Overvoted {
        /// The line.
        line: usize,
        /// The rank, from one.
        rank: usize,
    },
    /// An option that is ranked twice, and no rule what that means.
    #[error(
        "line {line}: rank {rank} repeats an option; say what that means, or the file is not read"
    )]
    Repeated {
        /// The line.
        line: usize,
        /// The rank, from one.
        rank: usize,
    },
    /// A ballot that does not fit with those before.
    #[error("line {line}: {source}")]
    Profile {
        /// The line.
        line: usize,
        /// Why.
        source: ProfileError,
    },
}

/// Reads such a file, equal ballots together.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding, labels: Labels<'_>) -> Result<RctabFile, RctabError> {
    let mut ballots: BTreeMap<Vec<Cell>, u64> = BTreeMap::new();
    let names = scan(bytes, encoding, labels, |_, marks| {
        match ballots.get_mut(marks) {
            Some(count) => *count += 1,
            None => {
                ballots.insert(marks.to_vec(), 1);
            }
        }
        Ok(())
    })?;
    Ok(RctabFile { ballots: number_options(ballots, &names), names: names.into_keys().collect() })
}

/// Reads such a file line by line into the common model: the options are the names in order of
/// code points.
///
/// # Errors
/// As [`read`]; and without rules, the first overvote and the first repetition.
pub fn read_file(
    reader: impl BufRead,
    encoding: Encoding,
    labels: Labels<'_>,
    rules: Option<MarkRules>,
) -> Result<BallotFile, RctabError> {
    let mut ballots = Ballots::new();
    let mut rewrites = Rewrites::default();
    let mut marks = Vec::new();
    let names = scan(reader, encoding, labels, |line, cells| {
        marks.clear();
        marks.extend(cells.iter().map(|cell| match cell {
            Cell::Skipped => Mark::Skipped,
            Cell::Overvote => Mark::Overvote,
            // Invariant: at most MAX_OPTIONS names are met.
            Cell::Met(met) => Mark::One(OptionIndex::new(u16::try_from(*met).unwrap_or(u16::MAX))),
        }));
        let rules = match rules {
            Some(rules) => rules,
            None => plain(&marks, line)?,
        };
        let added = rules.read_into(&marks, 1, &mut ballots, &mut rewrites);
        added.map_err(|source| RctabError::Profile { line, source })
    })?;
    if rules.is_none() {
        rewrites = Rewrites::default();
    }
    let mut new = vec![OptionIndex::new(0); names.len()];
    for (&met, option) in names.values().zip(OptionIndex::all(names.len())) {
        if let Some(place) = new.get_mut(met) {
            *place = option;
        }
    }
    ballots.renumber(&new);
    let options = names.into_keys().map(FileOption::named).collect();
    Ok(BallotFile { options, ballots, rewrites, ..BallotFile::default() })
}

/// The one reading of marks that need no rule; skipped ranks stay skipped.
fn plain(marks: &[Mark], line: usize) -> Result<MarkRules, RctabError> {
    for ((rank, mark), place) in (1..).zip(marks).zip(0_usize..) {
        match mark {
            Mark::Skipped => {}
            Mark::Overvote => return Err(RctabError::Overvoted { line, rank }),
            Mark::One(_) => {
                if marks.iter().take(place).any(|before| before == mark) {
                    return Err(RctabError::Repeated { line, rank });
                }
            }
        }
    }
    Ok(MarkRules {
        overvotes: OvervoteRule::ExhaustImmediately,
        skipped: SkippedRanks::Unlimited,
        duplicates: Duplicates::Exhaust,
    })
}

/// Tells the marks of every ballot, and gives the names with the order in which they were met.
fn scan(
    reader: impl BufRead,
    encoding: Encoding,
    labels: Labels<'_>,
    mut each: impl FnMut(usize, &[Cell]) -> Result<(), RctabError>,
) -> Result<BTreeMap<String, usize>, RctabError> {
    let mut lines = Lines::new(reader, encoding);
    let (line, header) = lines.next()?.ok_or(RctabError::NoHeader)?;
    let ranks = cells(header).ok_or(RctabError::OpenQuote { line })?.len();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut marks = Vec::new();
    let mut number = 0;
    while let Some((line, text)) = lines.next()? {
        if text.trim().is_empty() {
            continue;
        }
        number += 1;
        if number > MAX_BALLOTS {
            return Err(RctabError::TooManyBallots { line });
        }
        let cells = cells(text).ok_or(RctabError::OpenQuote { line })?;
        if cells.len() > ranks.min(MAX_RANKS) {
            return Err(RctabError::Ranks { line, found: cells.len(), ranks });
        }
        marks.clear();
        for cell in cells {
            marks.push(mark(cell, line, labels, &mut names)?);
        }
        each(line, &marks)?;
    }
    Ok(names)
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
    if cell.len() > MAX_NAME_BYTES || cell.chars().any(breaks) {
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
    use crate::format::TextError;

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
        assert_eq!(bad, Err(RctabError::Line(TextError { line: 2 }.into())));
    }
}
