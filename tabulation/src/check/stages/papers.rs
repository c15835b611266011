//! Ballot papers one by one: who holds each, and what it is worth.

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::Basis;
use crate::transcript::{Exhausted, Transfer};

use super::super::{Case, votes};
use super::figure;

/// Who holds a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The ballot box: it was not sorted yet.
    Box,
    /// An option.
    Option(OptionIndex),
    /// Nobody any more.
    Nobody,
}

/// Equal papers.
pub(super) struct Paper {
    /// The options that stand, best first.
    pub(super) ranking: Vec<OptionIndex>,
    pub(super) number: u64,
    pub(super) value: u128,
    pub(super) holder: Holder,
}

/// All papers with a preference.
pub(super) struct Papers {
    pub(super) papers: Vec<Paper>,
}

/// Papers and votes moved at one stage.
pub(super) struct Moved {
    to: Vec<(u64, u128)>,
    nowhere: (u64, u128),
}

impl Papers {
    /// The papers of a profile, in the box, each worth `one`. Withdrawn options are passed over.
    pub(super) fn of(case: &Case<'_>, by: Basis, one: u128) -> Self {
        Self::among(case, by, one, &case.contest.options().standing())
    }

    /// The papers with a preference among some options. All others are passed over.
    pub(super) fn among(case: &Case<'_>, by: Basis, one: u128, among: &[OptionIndex]) -> Self {
        let papers = case.profile.iter().filter_map(|(marks, tally)| {
            let Marks::Ranking(ranking) = marks else { return None };
            let ranking: Vec<_> =
                ranking.options().filter(|o| among.binary_search(o).is_ok()).collect();
            let number = votes(by, tally);
            let counts = number > 0 && !ranking.is_empty();
            counts.then_some(Paper { ranking, number, value: one, holder: Holder::Box })
        });
        Self { papers: papers.collect() }
    }

    /// How many there are.
    pub(super) fn number(&self) -> Option<u64> {
        self.papers.iter().try_fold(0_u64, |sum, paper| sum.checked_add(paper.number))
    }

    /// Moves all papers of some holders, each to the first option in its order that continues, at
    /// a new value. Nobody continues again who once did not, so those that a paper has passed
    /// already need not be remembered.
    pub(super) fn move_from(
        &mut self,
        holders: &[Holder],
        options: usize,
        continues: impl Fn(OptionIndex) -> bool,
        value: impl Fn(u128) -> Option<u128>,
    ) -> Option<Moved> {
        let mut moved = Moved { to: vec![(0, 0); options], nowhere: (0, 0) };
        for paper in self.papers.iter_mut().filter(|paper| holders.contains(&paper.holder)) {
            paper.value = value(paper.value)?;
            let next = paper.ranking.iter().copied().find(|&o| continues(o));
            paper.holder = next.map_or(Holder::Nobody, Holder::Option);
            let sum = next.and_then(|o| moved.to.get_mut(o.index())).unwrap_or(&mut moved.nowhere);
            sum.0 = sum.0.checked_add(paper.number)?;
            sum.1 = sum.1.checked_add(paper.value.checked_mul(u128::from(paper.number))?)?;
        }
        Some(moved)
    }
}

impl Moved {
    /// Adds what was moved to the totals.
    pub(super) fn add_to(&self, totals: &mut [u128]) -> Option<()> {
        for (total, (_, votes)) in totals.iter_mut().zip(&self.to) {
            *total = total.checked_add(*votes)?;
        }
        Some(())
    }

    /// All votes that went on to somebody.
    pub(super) fn passed_on(&self) -> Option<u128> {
        self.to.iter().try_fold(0_u128, |sum, (_, votes)| sum.checked_add(*votes))
    }

    pub(super) fn votes_nowhere(&self) -> u128 {
        self.nowhere.1
    }

    pub(super) fn transfers(&self, decimals: u8) -> Vec<Transfer> {
        let to =
            OptionIndex::all(self.to.len()).zip(&self.to).filter(|(_, (papers, _))| *papers > 0);
        to.map(|(to, &(papers, votes))| Transfer { to, papers, votes: figure(votes, decimals) })
            .collect()
    }

    pub(super) fn non_transferable(&self, decimals: u8) -> Exhausted {
        Exhausted { papers: self.nowhere.0, votes: figure(self.nowhere.1, decimals) }
    }
}
