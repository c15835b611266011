//! What records of pairwise comparison begin with: the pairs, who beats all, the Smith set.

use std::collections::BTreeMap;

use crate::option::OptionIndex;
use crate::rules::{Basis, Unranked};
use crate::transcript::PairwiseHead;

use super::pairwise::{Table, cell, condorcet_winner, matrix};
use super::place::{Claim, Place, records};
use super::{Case, CheckError};

records! {
    PairwiseHead { options, pairwise, condorcet_winner, smith } but { smith_sentence }
}

/// Pairs that were checked.
pub(super) struct Pairs {
    pub(super) options: Vec<OptionIndex>,
    pub(super) votes: Table<u64>,
    /// Who beats all others.
    pub(super) winner: Option<OptionIndex>,
    /// The Smith set, the Smith set of the others, and so on.
    pub(super) smith_sets: Vec<Vec<OptionIndex>>,
}

impl Pairs {
    /// Checks the head of a record; its fields stand among those of the record.
    pub(super) fn check(
        case: &Case<'_>,
        head: &PairwiseHead,
        options: Vec<OptionIndex>,
        by: Basis,
        unranked: Unranked,
        place: &Place<'_>,
    ) -> Result<Self, CheckError> {
        let votes = matrix(case, &options, by, unranked, &place.key("pairwise"))?;
        let winner = condorcet_winner(&options, &votes);
        let mut pairs = Self { options, votes, winner, smith_sets: Vec::new() };
        pairs.smith_sets = pairs.dominating();
        let follows = PairwiseHead {
            options: pairs.options.clone(),
            pairwise: pairs.votes.clone(),
            condorcet_winner: winner,
            smith: pairs.smith(),
            smith_sentence: String::new(),
        };
        head.compare(&follows, place)?;
        Ok(pairs)
    }

    pub(super) fn beats(&self, above: usize, below: usize) -> bool {
        cell(&self.votes, above, below) > cell(&self.votes, below, above)
    }

    /// The smallest group of which every member beats everybody outside.
    pub(super) fn smith(&self) -> Vec<OptionIndex> {
        self.smith_sets.first().cloned().unwrap_or_default()
    }

    /// Groups whose members beat all outside contain each other, so the smallest with some option
    /// are as many as there are layers, and an option's layer is known by the size of its own.
    fn dominating(&self) -> Vec<Vec<OptionIndex>> {
        let mut layers = BTreeMap::<usize, Vec<OptionIndex>>::new();
        for (row, &option) in self.options.iter().enumerate() {
            layers.entry(self.smallest_with(row)).or_default().push(option);
        }
        layers.into_values().collect()
    }

    /// How large the smallest group with this row is of which every member beats all outside:
    /// whoever is not beaten by a member is a member.
    fn smallest_with(&self, row: usize) -> usize {
        let mut outside: Vec<usize> = (0..self.options.len()).filter(|&r| r != row).collect();
        let mut members = vec![row];
        let mut next = 0;
        while let Some(&member) = members.get(next) {
            let beaten = |&other: &usize| self.beats(member, other);
            let (still, joining): (Vec<usize>, Vec<usize>) =
                outside.iter().partition(|r| beaten(r));
            members.extend(joining);
            outside = still;
            next += 1;
        }
        members.len()
    }
}

/// The row of an option; one outside the table for others.
pub(super) fn row_of(options: &[OptionIndex], option: OptionIndex) -> usize {
    options.binary_search(&option).unwrap_or(usize::MAX)
}
