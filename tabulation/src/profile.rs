//! The profile: the multiset of cast vote records that a count starts from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::selection::Selection;

/// The largest total weight and the largest number of ballots a count accepts: 2^53 − 1, the
/// largest integer that every JSON reader keeps exact.
pub const MAX_TOTAL: u64 = (1 << 53) - 1;

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
}

/// Distinct selections with how often each was cast, in canonical order.
///
/// Two profiles of the same ballots are equal whatever order the ballots came in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Profile {
    groups: BTreeMap<Selection, Tally>,
    total: Tally,
}

impl Profile {
    /// A profile without ballots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one ballot of the given weight.
    ///
    /// # Errors
    /// When a total would exceed [`MAX_TOTAL`]; the profile is then unchanged.
    pub fn add(&mut self, selection: Selection, weight: u64) -> Result<(), ProfileError> {
        self.add_many(selection, Tally { heads: 1, weight })
    }

    /// Adds `tally.heads` equal ballots with `tally.weight` together. Nothing is added for zero
    /// ballots.
    ///
    /// # Errors
    /// As [`Profile::add`].
    pub fn add_many(&mut self, selection: Selection, tally: Tally) -> Result<(), ProfileError> {
        if tally.heads == 0 {
            return Ok(());
        }
        self.total = self.total.plus(tally).ok_or(ProfileError::TooLarge)?;
        let entry = self.groups.entry(selection).or_default();
        // Invariant: a part never exceeds the total, which was checked above.
        entry.heads = entry.heads.saturating_add(tally.heads);
        entry.weight = entry.weight.saturating_add(tally.weight);
        Ok(())
    }

    /// Distinct selections with their tallies, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&Selection, Tally)> {
        self.groups.iter().map(|(selection, &tally)| (selection, tally))
    }

    /// How many distinct selections there are.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.groups.len()
    }

    /// All ballots together.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.total
    }
}

impl FromIterator<Selection> for Profile {
    /// Ballots of weight one each.
    fn from_iter<I: IntoIterator<Item = Selection>>(ballots: I) -> Self {
        let mut profile = Self::new();
        for selection in ballots {
            // Invariant: memory cannot hold 2^53 ballots, so a sum of ones never overflows.
            let added = profile.add(selection, 1);
            debug_assert!(added.is_ok());
        }
        profile
    }
}
