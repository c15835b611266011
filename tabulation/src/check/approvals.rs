//! Committees from approvals: who approves of whom, and exact fractions.

use std::cmp::Ordering;

use num_bigint::BigUint;
use num_integer::Integer;

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::Basis;
use crate::transcript::Figure;

use super::{Case, votes};

/// The largest contest in which every candidate of a round is listed.
pub(super) const LARGEST_LISTED: usize = 40;

/// One distinct ballot.
pub(super) struct Ballot {
    /// Whom it approves of, of those who stand.
    pub(super) approved: Vec<OptionIndex>,
    pub(super) votes: u64,
    /// Which of the things that voters bear, or how many of their own are elected.
    pub(super) state: usize,
}

/// All ballots, in state zero.
pub(super) fn ballots(case: &Case<'_>, by: Basis) -> Vec<Ballot> {
    let options = case.contest.options();
    let ballot = |(marks, tally)| {
        let Marks::Chosen(chosen) = marks else { return None };
        let approved = chosen.options().filter(|&o| !options.is_withdrawn(o)).collect();
        Some(Ballot { approved, votes: votes(by, tally), state: 0 })
    };
    case.profile.iter().filter_map(ballot).collect()
}

/// For each option, the votes of those who approve of it, by their states.
pub(super) fn by_state(ballots: &[Ballot], options: usize, states: usize) -> Vec<Vec<u64>> {
    let mut table = vec![vec![0_u64; states]; options];
    for ballot in ballots {
        for option in &ballot.approved {
            let row = table.get_mut(option.index());
            if let Some(cell) = row.and_then(|row| row.get_mut(ballot.state)) {
                // Invariant: parts of a profile sum to at most its checked total.
                *cell = cell.saturating_add(ballot.votes);
            }
        }
    }
    table
}

/// An exact fraction in lowest terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fraction {
    above: BigUint,
    below: BigUint,
}

impl Fraction {
    /// A fraction; zero if nothing stands below.
    pub(super) fn new(above: BigUint, below: BigUint) -> Self {
        let common = above.gcd(&below);
        if common == BigUint::ZERO || below == BigUint::ZERO {
            return Self::zero();
        }
        Self { above: above / &common, below: below / common }
    }

    pub(super) fn zero() -> Self {
        Self { above: BigUint::ZERO, below: BigUint::from(1_u8) }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        let above = &self.above * &other.below + &other.above * &self.below;
        Self::new(above, &self.below * &other.below)
    }

    pub(super) fn times(&self, number: u64) -> Self {
        Self::new(&self.above * number, self.below.clone())
    }

    pub(super) fn over(&self, number: u64) -> Self {
        Self::new(self.above.clone(), &self.below * number)
    }

    pub(super) fn figure(&self) -> Figure {
        Figure::fraction(&self.above, &self.below)
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.above * &other.below).cmp(&(&other.above * &self.below))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
