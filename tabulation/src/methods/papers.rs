//! Ballot papers: rankings flattened and grouped, each group at its place and value.

use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{Basis, Contest};

/// Equal papers: the preferences after the holder, their common value and how many they are.
///
/// What a paper is worth depends only on who held it before, so equal papers stay equal and
/// counting them as one is exact.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    /// The next preference to look at, a place in [`Papers::preferences`].
    next: usize,
    /// One past its last preference.
    end: usize,
    /// How many papers.
    pub(super) count: u64,
    /// What each is worth, scaled as the rule scales votes.
    pub(super) value: u128,
}

impl Bundle {
    /// What all papers of the bundle are worth.
    // Invariant: 2^53 papers of at most 10^9 each stay below 2^84.
    pub(super) fn votes(&self) -> u128 {
        u128::from(self.count) * self.value
    }
}

/// All preferences of all ballots, one ranking after the other.
#[derive(Debug)]
pub(super) struct Papers {
    preferences: Vec<OptionIndex>,
}

impl Papers {
    /// Lays out a profile: the papers, and a bundle worth `one` each for each distinct ranking that
    /// has a preference. Withdrawn options are passed over.
    pub(super) fn of(
        contest: &Contest,
        profile: &Profile,
        by: Basis,
        one: u128,
    ) -> (Self, Vec<Bundle>) {
        let mut preferences = Vec::new();
        let mut bundles = Vec::with_capacity(profile.distinct());
        for (ranking, tally) in profile.rankings() {
            let next = preferences.len();
            preferences.extend(ranking.options().filter(|&o| !contest.options().is_withdrawn(o)));
            let (end, count) = (preferences.len(), by.of(tally));
            if end > next && count > 0 {
                bundles.push(Bundle { next, end, count, value: one });
            }
        }
        (Self { preferences }, bundles)
    }

    /// The preferences of a bundle that was not moved yet.
    pub(super) fn preferences(&self, bundle: &Bundle) -> &[OptionIndex] {
        self.preferences.get(bundle.next..bundle.end).unwrap_or(&[])
    }

    /// Moves a bundle to its next preference that satisfies `continuing`; nothing is left of it
    /// if there is none.
    pub(super) fn advance(
        &self,
        bundle: &mut Bundle,
        continuing: impl Fn(OptionIndex) -> bool,
    ) -> Option<OptionIndex> {
        let rest = self.preferences.get(bundle.next..bundle.end).unwrap_or(&[]);
        let skipped = rest.iter().position(|&o| continuing(o));
        bundle.next = skipped.map_or(bundle.end, |n| bundle.next + n + 1);
        skipped.and_then(|n| rest.get(n)).copied()
    }
}
