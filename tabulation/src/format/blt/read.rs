//! Reading BLT.

use std::collections::{BTreeMap, BTreeSet};

use super::{BltError, BltHeader, Letters, MAX_BALLOT_LINES, MAX_BYTES, PlainLine, names};
use crate::format::text::{self, Encoding};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_TOTAL, RankedBallots, Tally};
use crate::rules::MAX_SEATS;

/// Reads a BLT file, handing over its ballots one by one.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read_into(
    bytes: &[u8],
    encoding: Encoding,
    ballots: &mut impl RankedBallots,
) -> Result<BltHeader, BltError> {
    if bytes.len() > MAX_BYTES {
        return Err(BltError::TooLarge { bytes: bytes.len() });
    }
    let text = text::decode(bytes, encoding)?;
    Reader::new(&text).file(ballots)
}

struct Reader<'t> {
    text: &'t str,
    /// The next byte to look at.
    at: usize,
    /// The line it is on.
    line: usize,
    candidates: usize,
    nicknames: BTreeMap<&'t str, OptionIndex>,
    letters: Letters,
    withdrawn: BTreeSet<OptionIndex>,
    tie_order: Vec<OptionIndex>,
    /// The ballot that each candidate was last ranked on.
    ranked_on: Vec<u32>,
    /// How many ballots were begun.
    ballot: u32,
    /// The ranks of a plain ballot.
    ranks: Vec<OptionIndex>,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            candidates: 0,
            nicknames: BTreeMap::new(),
            letters: Letters::of([]),
            withdrawn: BTreeSet::new(),
            tie_order: Vec::new(),
            ranked_on: Vec::new(),
            ballot: 0,
            ranks: Vec::new(),
        }
    }

    fn file(mut self, ballots: &mut impl RankedBallots) -> Result<BltHeader, BltError> {
        self.candidates = self.bounded("candidates", MAX_OPTIONS)?;
        self.ranked_on = vec![0; self.candidates];
        let seats = self.bounded("seats", usize::from(MAX_SEATS))?;
        self.ballots(ballots)?;
        let rest = self.text.get(self.at..).unwrap_or("");
        let (names, title) = names::names(rest, self.line, self.candidates)?;
        Ok(BltHeader {
            // Invariant: `bounded` let at most MAX_SEATS through.
            seats: u16::try_from(seats).unwrap_or(MAX_SEATS),
            names,
            withdrawn: self.withdrawn,
            tie_order: self.tie_order,
            title,
        })
    }

    /// Passes over white space and comments; what follows is never empty.
    fn rest(&mut self) -> Option<&'t str> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            match rest.chars().next()? {
                '\n' => {
                    self.line += 1;
                    self.at += 1;
                }
                '#' => self.at += rest.find('\n').unwrap_or(rest.len()),
                space if space.is_whitespace() => self.at += space.len_utf8(),
                _ => return Some(rest),
            }
        }
    }

    /// The next word outside comments; brackets are words of their own.
    fn word(&mut self) -> Option<&'t str> {
        let rest = self.rest()?;
        let ends = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '#');
        let length = match rest.find(ends) {
            Some(0) => 1,
            Some(length) => length,
            None => rest.len(),
        };
        self.at += length;
        rest.get(..length)
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

    fn ballots(&mut self, ballots: &mut impl RankedBallots) -> Result<(), BltError> {
        let mut lines = 0;
        loop {
            if lines > MAX_BALLOT_LINES {
                return Err(BltError::TooManyBallots { line: self.line });
            }
            if self.plain_ballot(ballots)? {
                lines += 1;
                continue;
            }
            // A plain ballot stands at the start of a line.
            let before = self.at;
            if self.rest().is_some() && self.at > before {
                continue;
            }
            let word = self.required("the line with a single 0 that ends the ballots")?;
            if word == "[" {
                self.directive()?;
            } else if let Some(candidate) = word.strip_prefix('-') {
                let withdrawn = self.candidate(candidate)?;
                self.withdrawn.insert(withdrawn);
            } else {
                match number(word) {
                    Some(0) => return Ok(()),
                    Some(count) if count <= MAX_TOTAL => {
                        self.other_ranks(ballots)?;
                        self.end(ballots, count)?;
                        lines += 1;
                    }
                    Some(_) | None => {
                        let found = word.to_owned();
                        return Err(BltError::BallotCount { line: self.line, found });
                    }
                }
            }
        }
    }

    fn end(&self, ballots: &mut impl RankedBallots, count: u64) -> Result<(), BltError> {
        let line = self.line;
        ballots.end(Tally::ballots(count)).map_err(|source| BltError::Ballot { line, source })
    }

    /// Reads one ballot of the plainest kind. Of anything else nothing is read, and
    /// [`Self::other_ranks`] sees to it, or to what is wrong with it.
    fn plain_ballot(&mut self, ballots: &mut impl RankedBallots) -> Result<bool, BltError> {
        let Some(line) =
            PlainLine::read(self.text.as_bytes(), self.at, &self.letters, &mut self.ranks)
        else {
            return Ok(false);
        };
        self.ballot = self.ballot.wrapping_add(1);
        for option in &self.ranks {
            match self.ranked_on.get_mut(option.index()) {
                Some(on) if *on != self.ballot => *on = self.ballot,
                Some(_) | None => return Ok(false),
            }
        }
        ballots.strict_ranks(&self.ranks);
        self.end(ballots, line.count)?;
        self.at = line.end;
        self.line += 1;
        Ok(true)
    }

    fn other_ranks(&mut self, ballots: &mut impl RankedBallots) -> Result<(), BltError> {
        self.ballot = self.ballot.wrapping_add(1);
        let mut ranks = 0;
        loop {
            let word = self.required("the 0 that ends a ballot")?;
            let word = word.strip_suffix(',').unwrap_or(word);
            if word == "0" {
                return Ok(());
            }
            if ranks == self.candidates {
                return Err(BltError::TooManyRanks { line: self.line });
            }
            ranks += 1;
            if word == "-" {
                ballots.skipped_rank();
                continue;
            }
            for (place, part) in word.split('=').enumerate() {
                let option = self.candidate(part)?;
                self.rank_once(option)?;
                match place {
                    0 => ballots.next_rank(option),
                    _ => ballots.same_rank(option),
                }
            }
        }
    }

    fn rank_once(&mut self, option: OptionIndex) -> Result<(), BltError> {
        match self.ranked_on.get_mut(option.index()) {
            Some(on) if *on == self.ballot => {
                Err(BltError::Repeated { line: self.line, candidate: option.index() + 1 })
            }
            Some(on) => {
                *on = self.ballot;
                Ok(())
            }
            // Invariant: `candidate` gives no option beyond the candidates.
            None => Ok(()),
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
                self.letters = Letters::of(self.nicknames.iter().map(|(&name, &o)| (name, o)));
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
}

/// A number written in digits alone.
fn number(word: &str) -> Option<u64> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    word.parse().ok()
}
