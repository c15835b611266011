//! Ballot papers in bundles of equal ones, each bundle at its place and worth.

use std::collections::BTreeMap;

use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{Basis, Contest};

/// What the papers of a bundle are worth, scaled as the rule scales votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    /// So much each.
    Each(u128),
    /// So much together, for rules that cut sums of equal papers and not papers.
    Together(u128),
}

/// Equal papers: papers with the same preferences, withdrawn options left out.
///
/// What a paper is worth depends only on who held it before, so equal papers stay equal and
/// counting them as one is exact.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    /// The next preference to look at, a place in [`Papers`].
    next: usize,
    /// One past its last preference.
    end: usize,
    /// How many papers.
    pub(super) count: u64,
    pub(super) worth: Worth,
    /// The stage at which the holder received it.
    pub(super) received: u32,
}

impl Bundle {
    /// What all papers of the bundle are worth.
    // Invariant: 2^53 papers of at most 10^9 each stay below 2^84.
    pub(super) fn votes(&self) -> u128 {
        match self.worth {
            Worth::Each(value) => u128::from(self.count) * value,
            Worth::Together(votes) => votes,
        }
    }

    /// What one paper is worth, where each has a value of its own.
    pub(super) fn value(&self) -> u128 {
        match self.worth {
            Worth::Each(value) => value,
            Worth::Together(votes) => votes / u128::from(self.count.max(1)),
        }
    }
}

/// All preferences of all ballots, one ranking after the other.
#[derive(Debug, Clone)]
pub(super) struct Papers {
    preferences: Vec<OptionIndex>,
}

impl Papers {
    /// Lays out a profile: a bundle of each distinct ranking that has a preference, one vote a
    /// paper. Withdrawn options are passed over.
    pub(super) fn of(
        contest: &Contest,
        profile: &Profile,
        by: Basis,
        worth: impl Fn(u64) -> Worth,
    ) -> (Self, Vec<Bundle>) {
        let options = contest.options();
        let mut papers = Self { preferences: Vec::new() };
        let mut bundles = Vec::with_capacity(profile.distinct());
        let mut add = |ranking: &mut dyn Iterator<Item = OptionIndex>, count: u64| {
            let next = papers.preferences.len();
            papers.preferences.extend(ranking);
            let end = papers.preferences.len();
            if end > next && count > 0 {
                bundles.push(Bundle { next, end, count, worth: worth(count), received: 0 });
            }
        };
        if options.standing().len() == options.len() {
            for (ranking, tally) in profile.rankings() {
                add(&mut ranking.options(), by.of(tally));
            }
        } else {
            // Rankings that differ in withdrawn options alone are equal papers.
            let mut merged: BTreeMap<Vec<OptionIndex>, u64> = BTreeMap::new();
            for (ranking, tally) in profile.rankings() {
                let standing = ranking.options().filter(|&o| !options.is_withdrawn(o)).collect();
                // Invariant: counts sum to at most the profile's checked total.
                *merged.entry(standing).or_insert(0) += by.of(tally);
            }
            for (ranking, count) in merged {
                add(&mut ranking.into_iter(), count);
            }
        }
        (papers, bundles)
    }

    /// The next preference of a bundle that satisfies `receives`, and the place after it.
    fn look(
        &self,
        bundle: &Bundle,
        receives: impl Fn(OptionIndex) -> bool,
    ) -> Option<(OptionIndex, usize)> {
        let rest = self.preferences.get(bundle.next..bundle.end).unwrap_or(&[]);
        let skipped = rest.iter().position(|&o| receives(o))?;
        Some((rest.get(skipped).copied()?, bundle.next + skipped + 1))
    }

    /// Whether a bundle has a next preference that satisfies `receives`.
    pub(super) fn transferable(
        &self,
        bundle: &Bundle,
        receives: impl Fn(OptionIndex) -> bool,
    ) -> bool {
        self.look(bundle, receives).is_some()
    }

    /// Moves a bundle to its next preference that satisfies `receives`; nothing is left of it if
    /// there is none.
    pub(super) fn advance(
        &self,
        bundle: &mut Bundle,
        receives: impl Fn(OptionIndex) -> bool,
    ) -> Option<OptionIndex> {
        let found = self.look(bundle, receives);
        bundle.next = found.map_or(bundle.end, |(_, next)| next);
        found.map(|(option, _)| option)
    }
}

/// `a × b ÷ c`, cut, for `a ≤ c` and `c` not zero: exact however large the product is.
// Invariant: factors are totals of votes, below 2^84; remainders stay below 2 × c.
pub(super) fn mul_div(a: u128, b: u128, c: u128) -> u128 {
    let c = c.max(1);
    if let Some(product) = a.checked_mul(b) {
        return product / c;
    }
    // Horner's rule over the bits of b, keeping the quotient and the remainder of the product.
    let (mut quotient, mut remainder) = (0_u128, 0_u128);
    for bit in (0..u128::BITS - b.leading_zeros()).rev() {
        let next = 2 * remainder + if b >> bit & 1 == 1 { a } else { 0 };
        quotient = 2 * quotient + next / c;
        remainder = next % c;
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_beyond_128_bits_is_divided_exactly() {
        let large = (1_u128 << 83) + 12_345;
        assert_eq!(mul_div(large, large, large), large);
        assert_eq!(mul_div(large - 1, large, large), large - 1);
        // (c − 1)² ÷ c = c − 2, remainder 1.
        assert_eq!(mul_div(large - 1, large - 1, large), large - 2);
        assert_eq!(mul_div(large / 2, large, large), large / 2);
    }

    #[test]
    fn a_small_product_is_divided_as_usual() {
        assert_eq!(mul_div(7, 3, 10), 2);
        assert_eq!(mul_div(0, 5, 0), 0);
    }
}
