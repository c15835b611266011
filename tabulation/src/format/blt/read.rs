//! Reading BLT.

use std::collections::{BTreeMap, BTreeSet};

use super::{BltBallot, BltFile, MAX_BALLOT_LINES, MAX_BYTES};
use crate::format::text::{self, Encoding, TextError};
use crate::option::{MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex};
use crate::profile::MAX_TOTAL;
use crate::rules::MAX_SEATS;

/// Why a BLT file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BltError {
    /// The file is too large.
    #[error("the file has {bytes} bytes, but at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file is not text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file ends too early.
    #[error("the file ends before {expected}")]
    EndsBefore {
        /// What should have followed.
        expected: &'static str,
    },
    /// Something that is not the number expected.
    #[error("line {line}: {found:?} is not {expected}")]
    NotANumber {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A number of candidates or seats out of bounds.
    #[error("line {line}: {found} {what}, but there must be 1 to {limit}")]
    OutOfBounds {
        /// The line.
        line: usize,
        /// Candidates or seats.
        what: &'static str,
        /// The number.
        found: u64,
        /// The largest allowed.
        limit: u64,
    },
    /// A ballot counted more often than can be summed exactly.
    #[error("line {line}: a ballot cannot stand for {found} ballots (1 to {MAX_TOTAL})")]
    BallotCount {
        /// The line.
        line: usize,
        /// The number.
        found: String,
    },
    /// A preference for nobody in the file.
    #[error("line {line}: there is no candidate {found:?}")]
    UnknownCandidate {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A candidate ranked twice on one ballot.
    #[error("line {line}: candidate {candidate} is ranked more than once")]
    Repeated {
        /// The line.
        line: usize,
        /// The candidate, counted from one.
        candidate: usize,
    },
    /// A ballot with more ranks than there are candidates.
    #[error("line {line}: a ballot with more ranks than there are candidates")]
    TooManyRanks {
        /// The line.
        line: usize,
    },
    /// Too many ballot lines.
    #[error("line {line}: more than {MAX_BALLOT_LINES} ballot lines")]
    TooManyBallots {
        /// The line.
        line: usize,
    },
    /// A directive in brackets that is not known or not well formed.
    #[error("line {line}: {found:?} is not a directive this reader knows")]
    Directive {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A quoted name that does not end.
    #[error("line {line}: the name is not closed by a quote")]
    OpenQuote {
        /// The line.
        line: usize,
    },
    /// Too few names.
    #[error("{found} names for {candidates} candidates")]
    MissingNames {
        /// Names in the file.
        found: usize,
        /// Candidates announced.
        candidates: usize,
    },
    /// Text after the title.
    #[error("line {line}: something follows the title")]
    AfterTitle {
        /// The line.
        line: usize,
    },
    /// An empty or over-long name.
    #[error("line {line}: a name must have 1 to {MAX_NAME_BYTES} bytes")]
    Name {
        /// The line.
        line: usize,
    },
}

/// Reads a BLT file.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding) -> Result<BltFile, BltError> {
    if bytes.len() > MAX_BYTES {
        return Err(BltError::TooLarge { bytes: bytes.len() });
    }
    let text = text::decode(bytes, encoding)?;
    Reader::new(&text).file()
}

struct Reader<'t> {
    lines: std::iter::Enumerate<std::str::Lines<'t>>,
    /// What is left of the current line, without its comment.
    rest: &'t str,
    line: usize,
    candidates: usize,
    nicknames: BTreeMap<&'t str, OptionIndex>,
    withdrawn: BTreeSet<OptionIndex>,
    tie_order: Vec<OptionIndex>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            lines: text.lines().enumerate(),
            rest: "",
            line: 0,
            candidates: 0,
            nicknames: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
            tie_order: Vec::new(),
        }
    }

    fn file(mut self) -> Result<BltFile, BltError> {
        self.candidates = self.bounded("candidates", MAX_OPTIONS)?;
        let seats = self.bounded("seats", usize::from(MAX_SEATS))?;
        let ballots = self.ballots()?;
        let (names, title) = self.names()?;
        Ok(BltFile {
            // Invariant: `bounded` let at most MAX_SEATS through.
            seats: u16::try_from(seats).unwrap_or(MAX_SEATS),
            names,
            withdrawn: self.withdrawn,
            tie_order: self.tie_order,
            title,
            ballots,
        })
    }

    /// The next word outside comments; brackets are words of their own.
    fn word(&mut self) -> Option<&'t str> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(bracket) = self.rest.get(..1).filter(|first| matches!(*first, "[" | "]")) {
                self.rest = self.rest.get(1..).unwrap_or("");
                return Some(bracket);
            }
            if !self.rest.is_empty() {
                let end = self
                    .rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '[' | ']'))
                    .unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(word);
            }
            let (index, line) = self.lines.next()?;
            self.line = index + 1;
            self.rest = line.split('#').next().unwrap_or("");
        }
    }

    fn required(&mut self, expected: &'static str) -> Result<&'t str, BltError> {
        self.word().ok_or(BltError::EndsBefore { expected })
    }

    fn bounded(&mut self, what: &'static str, limit: usize) -> Result<usize, BltError> {
        let word = self.required(what)?;
        let found = number(word).ok_or_else(|| BltError::NotANumber {
            line: self.line,
            found: word.to_owned(),
            expected: "a number of candidates or seats",
        })?;
        match usize::try_from(found) {
            Ok(n) if (1..=limit).contains(&n) => Ok(n),
            Ok(_) | Err(_) => {
                let limit = limit as u64;
                Err(BltError::OutOfBounds { line: self.line, what, found, limit })
            }
        }
    }

    fn ballots(&mut self) -> Result<Vec<BltBallot>, BltError> {
        let mut ballots = Vec::new();
        loop {
            let word = self.required("the line with a single 0 that ends the ballots")?;
            if word == "[" {
                self.directive()?;
            } else if let Some(candidate) = word.strip_prefix('-') {
                let withdrawn = self.candidate(candidate)?;
                self.withdrawn.insert(withdrawn);
            } else {
                match number(word) {
                    Some(0) => return Ok(ballots),
                    Some(count) if count <= MAX_TOTAL => {
                        if ballots.len() == MAX_BALLOT_LINES {
                            return Err(BltError::TooManyBallots { line: self.line });
                        }
                        ballots.push(BltBallot { count, ranks: self.ranks()? });
                    }
                    Some(_) | None => {
                        let found = word.to_owned();
                        return Err(BltError::BallotCount { line: self.line, found });
                    }
                }
            }
        }
    }

    fn ranks(&mut self) -> Result<Vec<Vec<OptionIndex>>, BltError> {
        let mut ranks: Vec<Vec<OptionIndex>> = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            let word = self.required("the 0 that ends a ballot")?;
            let word = word.strip_suffix(',').unwrap_or(word);
            if word == "0" {
                return Ok(ranks);
            }
            if ranks.len() == self.candidates {
                return Err(BltError::TooManyRanks { line: self.line });
            }
            if word == "-" {
                ranks.push(Vec::new());
                continue;
            }
            let mut rank = Vec::new();
            for part in word.split('=') {
                let option = self.candidate(part)?;
                if !seen.insert(option) {
                    let candidate = option.index() + 1;
                    return Err(BltError::Repeated { line: self.line, candidate });
                }
                rank.push(option);
            }
            rank.sort_unstable();
            ranks.push(rank);
        }
    }

    /// A candidate by number, counted from one, or by nickname.
    fn candidate(&self, word: &str) -> Result<OptionIndex, BltError> {
        let by_number = number(word)
            .and_then(|n| n.checked_sub(1))
            .and_then(|n| u16::try_from(n).ok())
            .map(OptionIndex::new)
            .filter(|o| o.index() < self.candidates);
        by_number
            .or_else(|| self.nicknames.get(word).copied())
            .ok_or_else(|| BltError::UnknownCandidate { line: self.line, found: word.to_owned() })
    }

    /// `[nick a b c]`, `[withdrawn b]` or `[tie b c a]`.
    fn directive(&mut self) -> Result<(), BltError> {
        let line = self.line;
        let kind = self.required("the end of a directive")?;
        let mut words = Vec::new();
        loop {
            match self.required("the ] that ends a directive")? {
                "]" => break,
                word if words.len() < self.candidates => words.push(word),
                word => return Err(BltError::Directive { line, found: word.to_owned() }),
            }
        }
        match kind {
            "nick" if words.len() == self.candidates => {
                self.nicknames = words.into_iter().zip(OptionIndex::all(self.candidates)).collect();
            }
            "withdrawn" => {
                for word in words {
                    let option = self.candidate(word)?;
                    self.withdrawn.insert(option);
                }
            }
            "tie" => {
                self.tie_order =
                    words.into_iter().map(|w| self.candidate(w)).collect::<Result<_, _>>()?;
            }
            other => return Err(BltError::Directive { line, found: other.to_owned() }),
        }
        Ok(())
    }

    /// The names, one per candidate, and the title.
    fn names(&mut self) -> Result<(Vec<String>, String), BltError> {
        let mut names = Vec::new();
        let mut title = None;
        let current = std::iter::once((self.line.saturating_sub(1), self.rest));
        let rest: Vec<_> = current.chain(self.lines.by_ref()).collect();
        for (index, text) in rest {
            let line = index + 1;
            for name in names_in(text, line)? {
                if names.len() < self.candidates {
                    if name.trim().is_empty() || name.len() > MAX_NAME_BYTES {
                        return Err(BltError::Name { line });
                    }
                    names.push(name);
                } else if title.is_none() {
                    title = Some(name);
                } else {
                    return Err(BltError::AfterTitle { line });
                }
            }
        }
        if names.len() < self.candidates {
            let candidates = self.candidates;
            return Err(BltError::MissingNames { found: names.len(), candidates });
        }
        Ok((names, title.unwrap_or_default()))
    }
}

/// A number written in digits alone.
fn number(word: &str) -> Option<u64> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    word.parse().ok()
}

/// The names on one line: quoted ones, or the whole line as one.
fn names_in(text: &str, line: usize) -> Result<Vec<String>, BltError> {
    let mut names = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && !rest.starts_with('#') {
        let Some(quoted) = rest.strip_prefix('"') else {
            names.push(rest.split(" #").next().unwrap_or(rest).trim().to_owned());
            break;
        };
        let (name, after) = match quoted_name(quoted) {
            Some(found) => found,
            // A quote inside that nobody doubled: the name ends with the line's last quote.
            None => match quoted.rsplit_once('"') {
                Some((name, "")) => (name.to_owned(), ""),
                Some(_) | None => return Err(BltError::OpenQuote { line }),
            },
        };
        names.push(name);
        rest = after.trim_start();
    }
    Ok(names)
}

/// A name up to its closing quote, and what follows it. A closing quote stands before another
/// name, a comment or the end of the line; doubled quotes stand for one.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        if let Some(doubled) = after.strip_prefix('"') {
            name.push('"');
            rest = doubled;
            continue;
        }
        let next = after.trim_start();
        let apart = next.len() < after.len();
        if next.is_empty() || (apart && (next.starts_with('"') || next.starts_with('#'))) {
            return Some((name, after));
        }
        name.push('"');
        rest = after;
    }
}
