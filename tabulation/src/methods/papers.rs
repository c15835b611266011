//! Ballot papers: the sorted rankings of a profile, moved in runs.
//!
//! Rankings are sorted, so those that agree in their first preferences stand next to each other.
//! What a paper is worth depends only on who held it before, that is on its first preferences; so
//! a pile of papers is a few runs of equals, and moving it splits runs where the next preferences
//! differ. Counting a run as one is exact, and a pile of a hundred thousand papers moves in a
//! handful of steps.

use crate::option::OptionIndex;
use crate::profile::{Profile, SortedRankings};
use crate::rules::{Basis, Contest};

/// A run of papers that agree in the preferences looked at so far, and in what each is worth.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    run: Run,
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

/// Distinct rankings `first..past` of a profile, which agree in their first `depth` preferences.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    first: u32,
    past: u32,
    depth: u32,
}

/// All papers of a count.
#[derive(Debug)]
pub(super) struct Papers<'a> {
    rankings: SortedRankings<'a>,
    /// How many papers the rankings before each one stand for.
    before: Vec<u64>,
}

impl<'a> Papers<'a> {
    /// The papers of a profile of rankings without shared ranks.
    pub(super) fn of(profile: &'a Profile, by: Basis) -> Self {
        let rankings = profile.sorted_rankings();
        let mut before = Vec::with_capacity(profile.distinct() + 1);
        let mut sum = 0_u64;
        before.push(sum);
        for tally in rankings.tallies() {
            // Invariant: parts of a profile sum to at most its checked total.
            sum = sum.saturating_add(by.of(*tally));
            before.push(sum);
        }
        Self { rankings, before }
    }

    /// Every paper at its first preference.
    pub(super) fn all(&self) -> Run {
        // Invariant: a profile has fewer than 2^32 distinct rankings.
        let past = u32::try_from(self.rankings.len()).unwrap_or(u32::MAX);
        Run { first: 0, past, depth: 0 }
    }

    /// How many papers a run has.
    pub(super) fn count(&self, run: Run) -> u64 {
        let before = |ranking: u32| self.before.get(ranking as usize).copied().unwrap_or(0);
        before(run.past).saturating_sub(before(run.first))
    }

    /// Moves a run to the next preferences that satisfy `continuing`: `to` gets each part with
    /// where it goes, in canonical order; nowhere is `None`.
    pub(super) fn advance(
        &self,
        run: Run,
        continuing: &impl Fn(OptionIndex) -> bool,
        to: &mut impl FnMut(Option<OptionIndex>, Run),
    ) {
        let Run { mut first, past, depth } = run;
        while first < past {
            let Some(option) = self.rankings.preference(first, depth) else {
                // No two rankings are the same, so one of them at most ends here.
                to(None, Run { first, past: first + 1, depth });
                first += 1;
                continue;
            };
            let end = self.end_of_run(first, past, depth, option);
            let part = Run { first, past: end, depth: depth + 1 };
            if continuing(option) {
                to(Some(option), part);
            } else {
                self.advance(part, continuing, to);
            }
            first = end;
        }
    }

    /// Moves a bundle as [`Self::advance`] moves its run, without parts that stand for no paper.
    pub(super) fn transfer(
        &self,
        bundle: &Bundle,
        continuing: &impl Fn(OptionIndex) -> bool,
        to: &mut impl FnMut(Option<OptionIndex>, Bundle),
    ) {
        let value = bundle.value;
        self.advance(bundle.run, continuing, &mut |option, run| {
            let count = self.count(run);
            if count > 0 {
                to(option, Bundle { run, count, value });
            }
        });
    }

    /// All papers as one bundle, each worth `value`.
    pub(super) fn bundle(&self, value: u128) -> Bundle {
        let run = self.all();
        Bundle { run, count: self.count(run), value }
    }

    /// Where the run of rankings that have `option` as their next preference ends: the step is
    /// doubled until it is too long, and halved until it fits.
    fn end_of_run(&self, first: u32, past: u32, depth: u32, option: OptionIndex) -> u32 {
        let same = |at: u32| self.rankings.preference(at, depth) == Some(option);
        let mut inside = first;
        let mut step = 1;
        while step < past - inside && same(inside + step) {
            inside += step;
            step *= 2;
        }
        let mut outside = if step < past - inside { inside + step } else { past };
        while outside - inside > 1 {
            let middle = inside + (outside - inside) / 2;
            if same(middle) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        outside
    }
}

/// The papers that have a preference for an option that stands: those that are valid.
pub(super) fn valid_papers(contest: &Contest, papers: &Papers<'_>) -> u64 {
    let mut valid = 0;
    let stands = |option| !contest.options().is_withdrawn(option);
    papers.advance(papers.all(), &stands, &mut |option, run| {
        if option.is_some() {
            valid += papers.count(run);
        }
    });
    valid
}
