//! Keep values, the votes they leave to everybody, quota and surplus: the fixed-point part.
//!
//! Every figure is an integer scaled by ten to the rule's decimals. Invariant: at most 2^53 votes
//! of at most nine decimals stay below 2^83, and a product with a keep value below 2^113.

use super::tree::Tree;
use crate::option::OptionIndex;
use crate::rules::{Kept, MeekRules};
use crate::transcript::Figure;

pub(super) struct Shares {
    one: u64,
    decimals: u8,
    kept: Kept,
    /// All votes, scaled.
    all: u128,
    /// One more than the seats.
    divisor: u128,
    keep: Vec<u64>,
    votes: Vec<u128>,
    pub(super) quota: u128,
    pub(super) surplus: i128,
    /// What was exhausted at the stage before.
    pub(super) exhausted_before: i128,
}

impl Shares {
    pub(super) fn new(options: usize, valid: u64, seats: u16, rules: &MeekRules) -> Self {
        let one = 10_u64.pow(u32::from(rules.decimals));
        let mut shares = Self {
            one,
            decimals: rules.decimals,
            kept: rules.kept,
            all: u128::from(valid) * u128::from(one),
            divisor: u128::from(seats) + 1,
            keep: vec![one; options],
            votes: vec![0; options],
            quota: 0,
            surplus: 0,
            exhausted_before: 0,
        };
        shares.quota = shares.all / shares.divisor + 1;
        shares
    }

    pub(super) fn votes(&self, option: OptionIndex) -> u128 {
        self.votes.get(option.index()).copied().unwrap_or(0)
    }

    pub(super) fn all_votes(&self) -> &[u128] {
        &self.votes
    }

    /// What nobody keeps: exhausted, or lost to truncation. Below zero where rounding up made more
    /// votes than there are papers.
    pub(super) fn exhausted(&self) -> i128 {
        signed(self.all).saturating_sub(signed(self.votes.iter().sum()))
    }

    /// Counts every ballot by the keep values: each option keeps its share of what comes to it.
    pub(super) fn count(&mut self, tree: &mut Tree<'_>) {
        let (kept, one, keep) = (self.kept, self.one, &self.keep);
        match (kept, self.decimals) {
            // One division by a number known beforehand is worth ten by another.
            (Kept::Cut, 9) => tree.count(one, keep, &mut self.votes, |rest, keep| {
                split(Kept::Cut, 1_000_000_000, rest, keep)
            }),
            _ => tree.count(one, keep, &mut self.votes, |rest, keep| split(kept, one, rest, keep)),
        }
    }

    pub(super) fn set_quota(&mut self) {
        let in_play: u128 = self.votes.iter().sum();
        self.quota = in_play / self.divisor + 1;
    }

    /// The surplus of all elected together. Somebody may have fallen below the quota by a few
    /// units of the last decimal; that counts against it.
    pub(super) fn set_surplus(&mut self, elected: &[OptionIndex]) {
        let quota = signed(self.quota);
        self.surplus = elected.iter().map(|&o| signed(self.votes(o)).saturating_sub(quota)).sum();
    }

    /// A keep value becomes `keep × quota ÷ votes`, both steps rounded up, and never more than one.
    pub(super) fn update_keep_values(&mut self, elected: &[OptionIndex]) {
        let one = u128::from(self.one);
        for option in elected {
            let votes = self.votes(*option).max(1);
            if let Some(keep) = self.keep.get_mut(option.index()) {
                let product = (u128::from(*keep) * self.quota).div_ceil(one);
                *keep = u64::try_from((product * one).div_ceil(votes).min(one)).unwrap_or(self.one);
            }
        }
    }

    pub(super) fn drop_out(&mut self, option: OptionIndex) {
        if let Some(keep) = self.keep.get_mut(option.index()) {
            *keep = 0;
        }
    }

    pub(super) fn keep_values(&self) -> Vec<Figure> {
        self.keep.iter().map(|&keep| self.figure(u128::from(keep))).collect()
    }

    pub(super) fn figure(&self, value: u128) -> Figure {
        self.signed_figure(signed(value))
    }

    pub(super) fn signed_figure(&self, value: i128) -> Figure {
        Figure::scaled(value, self.decimals)
    }
}

fn signed(votes: u128) -> i128 {
    i128::try_from(votes).unwrap_or(i128::MAX)
}

/// What an option with this keep value is credited with of the rest of a ballot, and what goes on.
#[inline]
fn split(kept: Kept, one: u64, rest: u64, keep: u64) -> (u64, u64) {
    match kept {
        Kept::Cut => (rest * keep / one, rest * (one - keep) / one),
        Kept::RoundedUp => {
            let credited = (rest * keep).div_ceil(one);
            (credited, rest - credited)
        }
        Kept::AllRoundedUp => ((rest * keep).div_ceil(one), (rest * (one - keep)).div_ceil(one)),
    }
}
