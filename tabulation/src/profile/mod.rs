//! The profile: the multiset of cast vote records that a count starts from.
//!
//! A profile of a million ballots is read, grouped and counted in a fraction of a second, so its
//! ballots are not lists of lists but flat marks, two bytes each, sorted and grouped once.

mod builder;
mod marks;
mod word;

use serde::{Deserialize, Serialize};

pub use self::builder::{ProfileBuilder, RankedBallots};
pub use self::marks::{Chosen, Marks, Ranking, Scores};
pub(crate) use self::word::Word;
use crate::option::OptionIndex;
use crate::selection::{Selection, SelectionError};

/// The largest total weight and the largest number of ballots a count accepts: 2^53 − 1, the
/// largest integer that every JSON reader keeps exact.
pub const MAX_TOTAL: u64 = (1 << 53) - 1;
/// The most marks on all ballots of a profile together, before equal ballots are grouped.
pub const MAX_MARKS: usize = 1 << 31;

/// How many voters chose something, and their weight together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Ballots.
    pub heads: u64,
    /// The sum of their weights.
    pub weight: u64,
}

impl Tally {
    /// One ballot of weight one.
    pub const ONE: Self = Self { heads: 1, weight: 1 };

    /// So many ballots of weight one each.
    #[must_use]
    pub fn ballots(number: u64) -> Self {
        Self { heads: number, weight: number }
    }

    /// Both sums, or nothing when one would exceed [`MAX_TOTAL`].
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let heads = self.heads.checked_add(other.heads).filter(|&n| n <= MAX_TOTAL)?;
        let weight = self.weight.checked_add(other.weight).filter(|&n| n <= MAX_TOTAL)?;
        Some(Self { heads, weight })
    }
}

/// Why a ballot cannot be added to a profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The sum would no longer be exact everywhere.
    #[error("the ballots or their weights sum to more than {MAX_TOTAL}")]
    TooLarge,
    /// More marks than a profile holds.
    #[error("the ballots have more than {MAX_MARKS} marks together")]
    TooManyMarks,
    /// Ballots of two forms in one profile.
    #[error("a ballot is {found}, but the ballots before it are each {expected}")]
    MixedForms {
        /// The form of those before.
        expected: &'static str,
        /// The form of this one.
        found: &'static str,
    },
    /// A ballot that is legal under no rules at all.
    #[error(transparent)]
    Selection(#[from] SelectionError),
}

/// What kind of ballots a profile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Choice,
    Chosen,
    Ranking,
    Scores,
}

impl Form {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Choice => "a yes/no/abstain vote",
            Self::Chosen => "a choice of options",
            Self::Ranking => "a ranking",
            Self::Scores => "a sheet of scores",
        }
    }
}

/// Distinct ballots with how often each was cast, in canonical order.
///
/// Two profiles of the same ballots are equal whatever order the ballots came in. A
/// [`ProfileBuilder`] makes one; all its ballots are of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    form: Form,
    words: Vec<Word>,
    /// Where each distinct ballot ends in `words`.
    ends: Vec<u32>,
    tallies: Vec<Tally>,
    total: Tally,
}

impl Profile {
    /// Ballots of weight one each.
    ///
    /// # Errors
    /// When a selection is not canonical, or is of another form than the first.
    pub fn of(ballots: impl IntoIterator<Item = Selection>) -> Result<Self, ProfileError> {
        let mut builder = ProfileBuilder::new();
        for selection in ballots {
            builder.add(&selection, 1)?;
        }
        Ok(builder.build())
    }

    /// Distinct ballots with their tallies, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (Marks<'_>, Tally)> {
        self.flat().map(|(words, tally)| (Marks::new(self.form, words), tally))
    }

    /// Distinct rankings with their tallies; none if the profile is of another form.
    pub(crate) fn rankings(&self) -> impl Iterator<Item = (Ranking<'_>, Tally)> {
        let flat = (self.form == Form::Ranking).then(|| self.flat());
        flat.into_iter().flatten().map(|(words, tally)| (Ranking::new(words), tally))
    }

    /// The rankings in canonical order; none if the profile is of another form.
    pub(crate) fn sorted_rankings(&self) -> SortedRankings<'_> {
        if self.form == Form::Ranking {
            SortedRankings { words: &self.words, ends: &self.ends, tallies: &self.tallies }
        } else {
            SortedRankings { words: &[], ends: &[], tallies: &[] }
        }
    }

    fn flat(&self) -> impl Iterator<Item = (&[Word], Tally)> {
        let mut start = 0;
        self.ends.iter().zip(&self.tallies).map(move |(&end, &tally)| {
            let words = self.words.get(start..end as usize).unwrap_or(&[]);
            start = end as usize;
            (words, tally)
        })
    }

    /// How many distinct ballots there are.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.ends.len()
    }

    /// All ballots together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.total
    }
}

/// The distinct rankings of a profile, in canonical order: first by first preference, then by
/// second, and whoever stops earlier first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SortedRankings<'a> {
    words: &'a [Word],
    ends: &'a [u32],
    tallies: &'a [Tally],
}

impl<'a> SortedRankings<'a> {
    pub(crate) fn len(self) -> usize {
        self.ends.len()
    }

    pub(crate) fn tallies(self) -> &'a [Tally] {
        self.tallies
    }

    /// The preference at a place of one ranking, if it has so many.
    pub(crate) fn preference(self, ranking: u32, place: u32) -> Option<OptionIndex> {
        let start = match ranking.checked_sub(1) {
            Some(before) => *self.ends.get(before as usize)?,
            None => 0,
        };
        let at = start + place;
        let end = *self.ends.get(ranking as usize)?;
        self.words.get(at as usize).filter(|_| at < end).map(|word| word.option())
    }
}
