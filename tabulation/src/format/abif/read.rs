//! Reading ABIF.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use super::{CHOOSE, CHOOSE_MANY, MAX_BALLOT_LINES, MAX_TOKEN_BYTES, RATED, is_token};
use crate::format::Encoding;
use crate::format::ballots::{AnyBallots, BallotFile, Ballots, FileOption, is_plain, is_title};
use crate::format::lines::{LineError, Lines};
use crate::option::{MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_TOTAL, ProfileError, RankedBallots as _, Tally};
use crate::rules::MAX_SEATS;
use crate::selection::Selection;

/// Why an ABIF file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AbifError {
    /// A line that cannot be read.
    #[error(transparent)]
    Line(#[from] LineError),
    /// A line that is neither comment, metadata, candidate nor ballots.
    #[error("line {line}: neither a comment, {{metadata}}, =candidate:[Name] nor `count: ballot`")]
    Unknown {
        /// The line.
        line: usize,
    },
    /// A line of metadata that is not one pair.
    #[error("line {line}: metadata must be one pair in braces, such as {{\"title\": \"Board\"}}")]
    Metadata {
        /// The line.
        line: usize,
    },
    /// A value that is out of bounds.
    #[error("line {line}: not a usable value for {key}")]
    Value {
        /// The line.
        line: usize,
        /// The key.
        key: &'static str,
    },
    /// A count that is not a number.
    #[error("line {line}: a line of ballots must start with a count from 1 to {MAX_TOTAL}")]
    Count {
        /// The line.
        line: usize,
    },
    /// Something that is no token or no name.
    #[error(
        "line {line}: {found:?} is neither a token of at most {MAX_TOKEN_BYTES} letters, digits and _ nor a [name] of at most {MAX_NAME_BYTES} bytes"
    )]
    Candidate {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A candidate declared twice, or after it was on a ballot.
    #[error(
        "line {line}: {token} is declared before or used above; declare every candidate once, first"
    )]
    Declared {
        /// The line.
        line: usize,
        /// The token.
        token: String,
    },
    /// Too many candidates.
    #[error("line {line}: more than {MAX_OPTIONS} candidates")]
    TooManyCandidates {
        /// The line.
        line: usize,
    },
    /// A candidate that stands on a ballot twice.
    #[error("line {line}: {token} stands on a ballot twice")]
    Repeated {
        /// The line.
        line: usize,
        /// The candidate.
        token: String,
    },
    /// A score that is no whole number.
    #[error("line {line}: the score {found:?} is not a whole number from 0 to 65535")]
    Score {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// Scores for some and not for others, or ranks that contradict them.
    #[error(
        "line {line}: scores must stand with every candidate or none, and say what the ranks say"
    )]
    Mixed {
        /// The line.
        line: usize,
    },
    /// Ranks or scores in a file of marks.
    #[error("line {line}: ballots of type {} have marks without `>` and scores", CHOOSE_MANY)]
    NotMarks {
        /// The line.
        line: usize,
    },
    /// Too many ballot lines.
    #[error("line {line}: more than {MAX_BALLOT_LINES} lines of ballots")]
    TooManyBallots {
        /// The line.
        line: usize,
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

/// Reads an ABIF file line by line.
///
/// # Errors
/// The first fault, with its line.
pub fn read(reader: impl BufRead, encoding: Encoding) -> Result<BallotFile, AbifError> {
    let mut lines = Lines::new(reader, encoding);
    let mut state = Reader::default();
    while let Some((line, text)) = lines.next()? {
        state.line(line, text.trim())?;
    }
    state.finish()
}

/// What joins a candidate to the one before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    First,
    Next,
    Same,
    Comma,
}

struct Mark {
    join: Join,
    option: OptionIndex,
    score: Option<u16>,
}

#[derive(Default)]
struct Reader {
    title: String,
    seats: Option<u16>,
    choose: bool,
    options: Vec<FileOption>,
    tokens: BTreeMap<String, OptionIndex>,
    ballots: Ballots,
    entries: usize,
    /// Blank ballots before the first that says what form this file has.
    blank: u64,
    scored: Option<bool>,
    marks: Vec<Mark>,
}

impl Reader {
    fn line(&mut self, line: usize, text: &str) -> Result<(), AbifError> {
        let Some(first) = text.chars().next() else { return Ok(()) };
        match first {
            '#' => Ok(()),
            '{' => self.metadata(line, text),
            '=' => self.declaration(line, text.strip_prefix('=').unwrap_or(text)),
            '0'..='9' => self.entry(line, text),
            _ if text.contains(':') => self.declaration(line, text),
            _ => Err(AbifError::Unknown { line }),
        }
    }

    /// `json_line`: `{"key": value}`, where the key may stand without quotes.
    fn metadata(&mut self, line: usize, text: &str) -> Result<(), AbifError> {
        let bad = || AbifError::Metadata { line };
        let end = text.rfind('}').ok_or_else(bad)?;
        let (inside, after) = text.split_at(end);
        let after = after.trim_start_matches('}').trim();
        if !after.is_empty() && !after.starts_with('#') {
            return Err(bad());
        }
        let inside = inside.strip_prefix('{').unwrap_or(inside).trim();
        if inside.is_empty() {
            return Ok(());
        }
        let (key, value) = inside.split_once(':').ok_or_else(bad)?;
        let key = key.trim();
        let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key);
        if !is_token(key) {
            return Err(bad());
        }
        let value = value.trim();
        match key {
            "title" => {
                let title: String = serde_json::from_str(value).map_err(|_| bad())?;
                let title = title.trim();
                if !is_title(title) {
                    return Err(AbifError::Value { line, key: "title" });
                }
                self.title = title.to_owned();
            }
            "seats" => {
                let seats = serde_json::from_str(value).ok();
                let seats = seats.filter(|seats| (1..=MAX_SEATS).contains(seats));
                self.seats = Some(seats.ok_or(AbifError::Value { line, key: "seats" })?);
            }
            "ballot_type" => {
                let kind: Option<String> = serde_json::from_str(value).map_err(|_| bad())?;
                let choose = kind.as_deref().is_some_and(|kind| CHOOSE.contains(&kind));
                let rated = kind.as_deref() == Some(RATED);
                if self.entries > 0 && (choose != self.choose || rated) {
                    return Err(AbifError::Value { line, key: "ballot_type" });
                }
                self.choose = choose;
                self.scored = rated.then_some(true);
            }
            _ => {
                serde_json::from_str::<serde::de::IgnoredAny>(value).map_err(|_| bad())?;
            }
        }
        Ok(())
    }

    /// `cand_line`: `=token:[Name]`, the sign and the brackets being optional.
    fn declaration(&mut self, line: usize, text: &str) -> Result<(), AbifError> {
        let (token, rest) = candidate(line, text)?;
        let rest = rest.trim_start().strip_prefix(':').ok_or(AbifError::Unknown { line })?;
        let (name, rest) = candidate(line, rest.trim_start())?;
        check_end(line, rest)?;
        if self.tokens.contains_key(token) {
            return Err(AbifError::Declared { line, token: token.to_owned() });
        }
        self.add(line, token, name)?;
        Ok(())
    }

    fn add(&mut self, line: usize, token: &str, name: &str) -> Result<OptionIndex, AbifError> {
        if self.options.len() == MAX_OPTIONS {
            return Err(AbifError::TooManyCandidates { line });
        }
        let option = u16::try_from(self.options.len()).map(OptionIndex::new);
        let option = option.map_err(|_| AbifError::TooManyCandidates { line })?;
        let id = is_token(token).then(|| token.to_owned());
        self.options.push(FileOption { id, name: name.to_owned() });
        self.tokens.insert(token.to_owned(), option);
        Ok(option)
    }

    /// `voteline`: a count, then candidates.
    fn entry(&mut self, line: usize, text: &str) -> Result<(), AbifError> {
        if self.entries == MAX_BALLOT_LINES {
            return Err(AbifError::TooManyBallots { line });
        }
        self.entries += 1;
        let bad = || AbifError::Count { line };
        let (count, rest) = text.split_once([':', '*']).ok_or_else(bad)?;
        let count = count.trim();
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        let count = count.parse().ok().filter(|n| digits && (1..=MAX_TOTAL).contains(n));
        let count = count.ok_or_else(bad)?;
        self.read_marks(line, rest.trim())?;
        self.close(line, count).map_err(|fault| match fault {
            Ok(error) => error,
            Err(source) => AbifError::Profile { line, source },
        })
    }

    fn read_marks(&mut self, line: usize, text: &str) -> Result<(), AbifError> {
        self.marks.clear();
        let mut seen = BTreeSet::new();
        let mut join = Join::First;
        let mut rest = text;
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(());
        }
        loop {
            let (token, after) = candidate(line, rest)?;
            let option = match self.tokens.get(token) {
                Some(&option) => option,
                None => self.add(line, token, token)?,
            };
            if !seen.insert(option) {
                return Err(AbifError::Repeated { line, token: token.to_owned() });
            }
            rest = after.trim_start();
            let mut score = None;
            if let Some(after) = rest.strip_prefix('/') {
                let after = after.trim_start();
                let ends = |c: char| matches!(c, '>' | '=' | ',' | '#') || c.is_whitespace();
                let (word, after) = after.split_at(after.find(ends).unwrap_or(after.len()));
                let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
                let number = word.parse().ok().filter(|_| digits);
                let found = || AbifError::Score { line, found: word.to_owned() };
                score = Some(number.ok_or_else(found)?);
                rest = after.trim_start();
            }
            self.marks.push(Mark { join, option, score });
            let mut chars = rest.chars();
            join = match chars.next() {
                None | Some('#') => return Ok(()),
                Some('>') => Join::Next,
                Some('=') => Join::Same,
                Some(',') => Join::Comma,
                Some(_) => return Err(AbifError::Unknown { line }),
            };
            rest = chars.as_str().trim_start();
        }
    }

    /// Tells the ballot under way.
    fn close(&mut self, line: usize, count: u64) -> Result<(), Result<AbifError, ProfileError>> {
        let tally = Tally::ballots(count);
        let marks = std::mem::take(&mut self.marks);
        let Some(first) = marks.first() else {
            let blank = self.blank.checked_add(count).filter(|&sum| sum <= MAX_TOTAL);
            if self.scored.is_none() && !self.choose {
                self.blank = blank.ok_or(Err(ProfileError::TooLarge))?;
                return Ok(());
            }
            return self.blank_entry(tally).map_err(Err);
        };
        let scored = first.score.is_some();
        if marks.iter().any(|mark| mark.score.is_some() != scored) {
            return Err(Ok(AbifError::Mixed { line }));
        }
        if self.choose {
            if scored || marks.iter().any(|mark| mark.join == Join::Next) {
                return Err(Ok(AbifError::NotMarks { line }));
            }
            let chosen = Selection::chosen(marks.iter().map(|mark| mark.option));
            return self.ballots.selection(&chosen, tally).map_err(Err);
        }
        if *self.scored.get_or_insert(scored) != scored {
            return Err(Ok(AbifError::Mixed { line }));
        }
        if self.blank > 0 {
            let blank = Tally::ballots(std::mem::take(&mut self.blank));
            self.blank_entry(blank).map_err(Err)?;
        }
        if scored {
            return self.scores(line, &marks, tally);
        }
        for mark in &marks {
            match mark.join {
                Join::First | Join::Next => self.ballots.next_rank(mark.option),
                Join::Same | Join::Comma => self.ballots.same_rank(mark.option),
            }
        }
        self.ballots.end(tally).map_err(Err)
    }

    fn scores(
        &mut self,
        line: usize,
        marks: &[Mark],
        tally: Tally,
    ) -> Result<(), Result<AbifError, ProfileError>> {
        for (before, mark) in marks.iter().zip(marks.iter().skip(1)) {
            let agrees = match mark.join {
                Join::First | Join::Comma => true,
                Join::Next => before.score > mark.score,
                Join::Same => before.score == mark.score,
            };
            if !agrees {
                return Err(Ok(AbifError::Mixed { line }));
            }
        }
        let scores = marks.iter().filter_map(|mark| Some((mark.option, mark.score?)));
        self.ballots.selection(&Selection::scores(scores), tally).map_err(Err)
    }

    fn blank_entry(&mut self, tally: Tally) -> Result<(), ProfileError> {
        if self.choose {
            return self.ballots.selection(&Selection::Chosen(Vec::new()), tally);
        }
        if self.scored == Some(true) {
            return self.ballots.selection(&Selection::Scores(Vec::new()), tally);
        }
        self.ballots.end(tally)
    }

    fn finish(mut self) -> Result<BallotFile, AbifError> {
        if self.blank > 0 {
            let blank = Tally::ballots(self.blank);
            let added = self.blank_entry(blank);
            added.map_err(|source| AbifError::Profile { line: 0, source })?;
        }
        Ok(BallotFile {
            title: self.title,
            seats: self.seats,
            options: self.options,
            ballots: self.ballots,
            ..BallotFile::default()
        })
    }
}

/// A candidate at the start of a text, and what follows: a token, a `[name]` or a `"name"`.
fn candidate(line: usize, text: &str) -> Result<(&str, &str), AbifError> {
    let bad = || AbifError::Candidate { line, found: text.chars().take(40).collect() };
    let quoted = match text.chars().next() {
        Some('[') => text.get(1..).and_then(|inside| inside.split_once(']')),
        Some('"') => text.get(1..).and_then(|inside| inside.split_once('"')),
        Some(_) | None => {
            let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            let (token, rest) = text.split_at(text.find(ends).unwrap_or(text.len()));
            return if is_token(token) { Ok((token, rest)) } else { Err(bad()) };
        }
    };
    let (name, rest) = quoted.ok_or_else(bad)?;
    let name = name.trim();
    if is_plain(name) && !name.contains('[') { Ok((name, rest)) } else { Err(bad()) }
}

/// Nothing may follow but a comment.
fn check_end(line: usize, rest: &str) -> Result<(), AbifError> {
    let rest = rest.trim();
    if rest.is_empty() || rest.starts_with('#') { Ok(()) } else { Err(AbifError::Unknown { line }) }
}
