//! Reading PrefLib's files.

use std::collections::BTreeSet;
use std::io::BufRead;

use super::{MAX_CATEGORIES, MAX_ORDERS};
use crate::format::ballots::{
    AnyBallots as _, BallotFile, Ballots, FileOption, is_plain, is_title,
};
use crate::format::lines::{LineError, Lines};
use crate::format::{Encoding, Kind};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_TOTAL, ProfileError, RankedBallots as _, Tally};
use crate::selection::Selection;

/// Why a PrefLib file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrefLibError {
    /// A line that cannot be read.
    #[error(transparent)]
    Line(#[from] LineError),
    /// Metadata with a value out of bounds, out of turn or repeated.
    #[error("line {line}: not a usable value for {key}")]
    Metadata {
        /// The line.
        line: usize,
        /// The key.
        key: &'static str,
    },
    /// A file of another type than it was opened as.
    #[error("line {line}: the file says it is of type {found:?}, but it is read as {kind}")]
    OtherType {
        /// The line.
        line: usize,
        /// What it says.
        found: String,
        /// What was asked for.
        kind: Kind,
    },
    /// Preferences before the number and names of all alternatives.
    #[error("line {line}: {named} of {alternatives} alternatives are named before the preferences")]
    Unnamed {
        /// The line.
        line: usize,
        /// Names so far.
        named: usize,
        /// How many there must be.
        alternatives: usize,
    },
    /// Metadata after the first line of preferences.
    #[error("line {line}: metadata must stand before the preferences")]
    Late {
        /// The line.
        line: usize,
    },
    /// A line that does not start with a count.
    #[error(
        "line {line}: a line of preferences must be `count: order`, the count from 1 to {MAX_TOTAL}"
    )]
    Count {
        /// The line.
        line: usize,
    },
    /// Something that is no list of alternatives.
    #[error(
        "line {line}: {found:?} is not an alternative from 1 to {alternatives} or a {{list}} of them"
    )]
    Order {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
        /// How many alternatives there are.
        alternatives: usize,
    },
    /// An alternative twice on a line.
    #[error("line {line}: alternative {alternative} appears twice")]
    Repeated {
        /// The line.
        line: usize,
        /// The alternative.
        alternative: usize,
    },
    /// Ties where the type has none.
    #[error("line {line}: alternatives are tied, which {kind} does not allow")]
    Ties {
        /// The line.
        line: usize,
        /// The type.
        kind: Kind,
    },
    /// A missing alternative where the type wants all.
    #[error("line {line}: not all alternatives are ranked, as {kind} wants")]
    Incomplete {
        /// The line.
        line: usize,
        /// The type.
        kind: Kind,
    },
    /// Another number of categories than announced.
    #[error("line {line}: {found} categories, but the file announces {categories}")]
    Categories {
        /// The line.
        line: usize,
        /// Categories in it.
        found: usize,
        /// Categories announced.
        categories: usize,
    },
    /// Too many lines.
    #[error("line {line}: more than {MAX_ORDERS} lines of preferences")]
    TooManyOrders {
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
    /// Another number of voters than the lines sum to.
    #[error("line {line}: the file announces {announced} voters, but its lines sum to {found}")]
    Voters {
        /// The line that announces them.
        line: usize,
        /// Announced.
        announced: u64,
        /// Found.
        found: u64,
    },
}

/// Reads a file of one of the five types line by line.
///
/// # Errors
/// The first fault, with its line.
pub fn read(
    reader: impl BufRead,
    encoding: Encoding,
    kind: Kind,
) -> Result<BallotFile, PrefLibError> {
    let mut lines = Lines::new(reader, encoding);
    let mut state = Reader::new(kind);
    let mut last = 1;
    while let Some((line, text)) = lines.next()? {
        last = line;
        let text = text.trim();
        match text.strip_prefix('#') {
            Some(metadata) => state.metadata(line, metadata.trim())?,
            None if text.is_empty() => {}
            None => state.preferences(line, text)?,
        }
    }
    state.named(last)?;
    if let Some((line, announced)) = state.voters
        && announced != state.ballots.total().heads
    {
        let found = state.ballots.total().heads;
        return Err(PrefLibError::Voters { line, announced, found });
    }
    let options = state.names.into_iter().map(FileOption::named).collect();
    Ok(BallotFile { title: state.title, options, ballots: state.ballots, ..BallotFile::default() })
}

struct Reader {
    kind: Kind,
    title: String,
    alternatives: Option<usize>,
    categories: Option<usize>,
    names: Vec<String>,
    distinct: BTreeSet<String>,
    voters: Option<(usize, u64)>,
    entries: usize,
    ballots: Ballots,
    /// The ranks or categories of the line under way, flat, and where each ends.
    marks: Vec<OptionIndex>,
    ends: Vec<usize>,
    seen: Vec<usize>,
}

impl Reader {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            title: String::new(),
            alternatives: None,
            categories: None,
            names: Vec::new(),
            distinct: BTreeSet::new(),
            voters: None,
            entries: 0,
            ballots: Ballots::new(),
            marks: Vec::new(),
            ends: Vec::new(),
            seen: Vec::new(),
        }
    }

    fn metadata(&mut self, line: usize, text: &str) -> Result<(), PrefLibError> {
        let Some((key, value)) = text.split_once(':') else { return Ok(()) };
        let (key, value) = (key.trim(), value.trim());
        let bad = |key: &'static str| PrefLibError::Metadata { line, key };
        if self.entries > 0 {
            return Err(PrefLibError::Late { line });
        }
        match key {
            "TITLE" => {
                if !is_title(value) {
                    return Err(bad("TITLE"));
                }
                self.title = value.to_owned();
            }
            "DATA TYPE" if !value.is_empty() && value != self.kind.name() => {
                let found = value.chars().take(20).collect();
                return Err(PrefLibError::OtherType { line, found, kind: self.kind });
            }
            "NUMBER ALTERNATIVES" => {
                let number = number(value).and_then(|n| usize::try_from(n).ok());
                let number = number.filter(|n| (1..=MAX_OPTIONS).contains(n));
                if self.alternatives.is_some() || number.is_none() {
                    return Err(bad("NUMBER ALTERNATIVES"));
                }
                self.alternatives = number;
                self.seen = vec![0; number.unwrap_or(0)];
            }
            "NUMBER VOTERS" => {
                let voters = number(value).ok_or_else(|| bad("NUMBER VOTERS"))?;
                self.voters = Some((line, voters));
            }
            "NUMBER CATEGORIES" => {
                let number = number(value).and_then(|n| usize::try_from(n).ok());
                let number = number.filter(|n| (1..=MAX_CATEGORIES).contains(n));
                self.categories = Some(number.ok_or_else(|| bad("NUMBER CATEGORIES"))?);
            }
            _ => {
                if let Some(place) = key.strip_prefix("ALTERNATIVE NAME ") {
                    return self.name(line, place.trim(), value);
                }
            }
        }
        Ok(())
    }

    /// Alternatives come in order from 1, and no two have the same name.
    fn name(&mut self, line: usize, place: &str, name: &str) -> Result<(), PrefLibError> {
        let next =
            number(place).and_then(|n| usize::try_from(n).ok()) == Some(self.names.len() + 1);
        let room = self.names.len() < self.alternatives.unwrap_or(MAX_OPTIONS);
        if !next || !room || !is_plain(name) || !self.distinct.insert(name.to_owned()) {
            return Err(PrefLibError::Metadata { line, key: "ALTERNATIVE NAME" });
        }
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Whether everything that must stand before the preferences does.
    fn named(&self, line: usize) -> Result<usize, PrefLibError> {
        let named = self.names.len();
        match self.alternatives {
            Some(alternatives) if alternatives == named => {}
            other => {
                let alternatives = other.unwrap_or(named.max(1));
                return Err(PrefLibError::Unnamed { line, named, alternatives });
            }
        }
        if self.kind == Kind::Cat && self.categories.is_none() {
            return Err(PrefLibError::Metadata { line, key: "NUMBER CATEGORIES" });
        }
        Ok(named)
    }

    fn preferences(&mut self, line: usize, text: &str) -> Result<(), PrefLibError> {
        let alternatives = self.named(line)?;
        if self.entries == MAX_ORDERS {
            return Err(PrefLibError::TooManyOrders { line });
        }
        self.entries += 1;
        let bad = || PrefLibError::Count { line };
        let (count, order) = text.split_once(':').ok_or_else(bad)?;
        let count = number(count.trim()).filter(|n| (1..=MAX_TOTAL).contains(n));
        let tally = Tally::ballots(count.ok_or_else(bad)?);
        self.groups(line, order.trim(), alternatives)?;
        let added = match self.kind == Kind::Cat {
            true => self.categories(line, tally)?,
            false => self.order(line, alternatives, tally)?,
        };
        added.map_err(|source| PrefLibError::Profile { line, source })
    }

    /// Splits `1,{2,3},{}` into groups.
    fn groups(&mut self, line: usize, text: &str, alternatives: usize) -> Result<(), PrefLibError> {
        let bad = |found: &str| {
            let found = found.chars().take(40).collect();
            PrefLibError::Order { line, found, alternatives }
        };
        self.marks.clear();
        self.ends.clear();
        let mut rest = text;
        loop {
            let (group, after) = match rest.strip_prefix('{') {
                Some(inside) => inside.split_once('}').ok_or_else(|| bad(rest))?,
                None => rest.split_at(rest.find(',').unwrap_or(rest.len())),
            };
            let empty = group.trim().is_empty();
            if empty && !rest.starts_with('{') {
                return Err(bad(rest));
            }
            for word in group.split(',').filter(|_| !empty) {
                let option = number(word.trim()).and_then(|n| usize::try_from(n).ok());
                let place = option.and_then(|n| n.checked_sub(1)).ok_or_else(|| bad(word))?;
                match self.seen.get_mut(place) {
                    Some(seen) if *seen != self.entries => *seen = self.entries,
                    Some(_) => {
                        return Err(PrefLibError::Repeated { line, alternative: place + 1 });
                    }
                    None => return Err(bad(word)),
                }
                let option = u16::try_from(place).map_err(|_| bad(word))?;
                self.marks.push(OptionIndex::new(option));
            }
            self.ends.push(self.marks.len());
            let after = after.trim_start();
            match after.strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None if after.is_empty() => return Ok(()),
                None => return Err(bad(after)),
            }
        }
    }

    fn each_group(&self) -> impl Iterator<Item = &[OptionIndex]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let group = self.marks.get(start..end).unwrap_or(&[]);
            start = end;
            group
        })
    }

    fn order(
        &mut self,
        line: usize,
        alternatives: usize,
        tally: Tally,
    ) -> Result<Result<(), ProfileError>, PrefLibError> {
        let kind = self.kind;
        if self.each_group().any(<[OptionIndex]>::is_empty) {
            return Err(PrefLibError::Order { line, found: "{}".to_owned(), alternatives });
        }
        if matches!(kind, Kind::Soc | Kind::Soi) && self.each_group().any(|group| group.len() > 1) {
            return Err(PrefLibError::Ties { line, kind });
        }
        if matches!(kind, Kind::Soc | Kind::Toc) && self.marks.len() < alternatives {
            return Err(PrefLibError::Incomplete { line, kind });
        }
        let mut start = 0;
        for &end in &self.ends {
            for (place, &option) in self.marks.get(start..end).unwrap_or(&[]).iter().enumerate() {
                match place {
                    0 => self.ballots.next_rank(option),
                    _ => self.ballots.same_rank(option),
                }
            }
            start = end;
        }
        Ok(self.ballots.end(tally))
    }

    fn categories(
        &mut self,
        line: usize,
        tally: Tally,
    ) -> Result<Result<(), ProfileError>, PrefLibError> {
        let (found, categories) = (self.ends.len(), self.categories.unwrap_or(0));
        if found != categories {
            return Err(PrefLibError::Categories { line, found, categories });
        }
        let selection = if categories <= 2 {
            Selection::chosen(self.each_group().take(1).flatten().copied())
        } else {
            let worth = (0..categories).rev().map(|worth| u16::try_from(worth).unwrap_or(u16::MAX));
            let scores = self
                .each_group()
                .zip(worth)
                .flat_map(|(group, worth)| group.iter().map(move |&option| (option, worth)));
            Selection::scores(scores)
        };
        Ok(self.ballots.selection(&selection, tally))
    }
}

/// A number written in digits alone.
fn number(word: &str) -> Option<u64> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| digits)
}
