//! Ballot papers one by one: who holds each, and what it is worth.

use std::collections::BTreeMap;

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

/// Equal papers: those with the same preferences, withdrawn options left out.
pub(super) struct Paper {
    /// The options that stand, best first.
    pub(super) ranking: Vec<OptionIndex>,
    pub(super) number: u64,
    /// How many parts have the value: each paper, or all of them as one parcel.
    parts: u64,
    pub(super) value: u128,
    pub(super) holder: Holder,
    /// The stage at which the holder received it.
    pub(super) received: usize,
}

impl Paper {
    /// What all are worth.
    pub(super) fn votes(&self) -> Option<u128> {
        self.value.checked_mul(u128::from(self.parts))
    }
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
        let mut numbers = BTreeMap::<Vec<OptionIndex>, u64>::new();
        for (marks, tally) in case.profile.iter() {
            let Marks::Ranking(ranking) = marks else { continue };
            let ranking = ranking.options().filter(|o| among.binary_search(o).is_ok()).collect();
            let number = numbers.entry(ranking).or_insert(0);
            // Invariant: parts of a profile sum to at most its checked total.
            *number = number.saturating_add(votes(by, tally));
        }
        numbers.retain(|ranking, number| *number > 0 && !ranking.is_empty());
        let papers = numbers.into_iter().map(|(ranking, number)| Paper {
            ranking,
            number,
            parts: number,
            value: one,
            holder: Holder::Box,
            received: 0,
        });
        Self { papers: papers.collect() }
    }

    /// Takes equal papers as one parcel, worth what they are worth together.
    pub(super) fn in_parcels(mut self) -> Option<Self> {
        for paper in &mut self.papers {
            paper.value = paper.votes()?;
            paper.parts = 1;
        }
        Some(self)
    }

    /// How many there are.
    pub(super) fn number(&self) -> Option<u64> {
        self.papers.iter().try_fold(0_u64, |sum, paper| sum.checked_add(paper.number))
    }

    /// Moves papers, each to the first option in its order that receives papers, at a new value.
    /// Nobody receives again who once did not, so those that a paper has passed already need not
    /// be remembered.
    pub(super) fn move_on(
        &mut self,
        wanted: impl Fn(&Paper) -> bool,
        (options, stage): (usize, usize),
        receives: impl Fn(OptionIndex) -> bool,
        value: impl Fn(u128) -> Option<u128>,
    ) -> Option<Moved> {
        let mut moved = Moved { to: vec![(0, 0); options], nowhere: (0, 0) };
        for paper in self.papers.iter_mut().filter(|paper| wanted(paper)) {
            paper.value = value(paper.value)?;
            paper.received = stage;
            let next = paper.ranking.iter().copied().find(|&o| receives(o));
            paper.holder = next.map_or(Holder::Nobody, Holder::Option);
            let sum = next.and_then(|o| moved.to.get_mut(o.index())).unwrap_or(&mut moved.nowhere);
            sum.0 = sum.0.checked_add(paper.number)?;
            sum.1 = sum.1.checked_add(paper.votes()?)?;
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

    /// Counts the papers that went nowhere for so many votes.
    pub(super) fn set_nowhere(&mut self, votes: u128) {
        self.nowhere.1 = votes;
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
