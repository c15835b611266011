//! The stages: first preferences, surpluses and exclusions, each with its table of transfers.

use super::super::papers::Bundle;
use super::{ONE, Run, Status, figure, words};
use crate::option::OptionIndex;
use crate::transcript::{Exhausted, PassedOver, Stage, StageAction, Transfer};

/// Where the papers of one stage went.
#[derive(Default)]
struct Moved {
    /// Papers and votes per option.
    to: Vec<(u64, u128)>,
    /// Papers and votes that went nowhere.
    nowhere: (u64, u128),
    rounding_loss: u128,
}

impl Run<'_, '_, '_> {
    /// Rule 46: papers go to their first preferences, one vote each.
    pub(super) fn first_stage(&mut self) {
        let mut moved = self.distribute(vec![self.papers.bundle(ONE)], |value| value);
        // A paper without a preference for anybody who stands is not valid, and is no vote.
        moved.nowhere = (0, 0);
        self.push_stage(StageAction::FirstPreferences {}, "rule 46", moved);
    }

    /// Rules 49 and 50: every paper goes on at surplus × value ÷ total, decimals ignored.
    pub(super) fn transfer_surplus(&mut self, from: OptionIndex) {
        let Some(candidate) = self.candidates.get_mut(from.index()) else { return };
        let total = candidate.votes;
        let surplus = total.saturating_sub(self.quota);
        let bundles = std::mem::take(&mut candidate.bundles);
        candidate.votes = self.quota.min(total);
        candidate.status = Status::Elected { settled: true };
        // Invariant: a surplus below 2^70 times a value of at most 10^5 stays below 2^87; the
        // total is not zero, for it exceeds the quota.
        let mut moved = self.distribute(bundles, |value| surplus * value / total.max(1));
        let passed_on: u128 = moved.to.iter().map(|&(_, votes)| votes).sum();
        moved.rounding_loss = surplus.saturating_sub(passed_on).saturating_sub(moved.nowhere.1);
        let action = StageAction::Surplus { from, surplus: figure(surplus), total: figure(total) };
        self.push_stage(action, "rules 49 and 50", moved);
    }

    /// Rules 51 and 52: every paper goes on at the value it came with.
    pub(super) fn exclude(&mut self, option: OptionIndex) {
        let moved = self.remove(option);
        self.push_stage(StageAction::Exclusion { option }, "rules 51 and 52", moved);
    }

    /// An exclusion that the affiliation cap asks for.
    pub(super) fn exclude_doomed(&mut self, passed: PassedOver) {
        let moved = self.remove(passed.option);
        let action = StageAction::CapExclusion {
            option: passed.option,
            affiliation: passed.affiliation.clone(),
        };
        self.passed_over.push(passed);
        self.push_stage(action, "affiliation cap", moved);
    }

    fn remove(&mut self, option: OptionIndex) -> Moved {
        let Some(candidate) = self.candidates.get_mut(option.index()) else {
            return Moved::default();
        };
        candidate.status = Status::Excluded;
        candidate.votes = 0;
        let bundles = std::mem::take(&mut candidate.bundles);
        self.distribute(bundles, |value| value)
    }

    /// Moves papers to their next continuing preferences at a new value each.
    fn distribute(&mut self, bundles: Vec<Bundle>, value: impl Fn(u128) -> u128) -> Moved {
        let mut moved = Moved { to: vec![(0, 0); self.candidates.len()], ..Moved::default() };
        let status: Vec<Status> = self.candidates.iter().map(|c| c.status).collect();
        let continues =
            |o: OptionIndex| status.get(o.index()).is_some_and(|&s| s == Status::Continuing);
        for mut bundle in bundles {
            bundle.value = value(bundle.value);
            self.papers.transfer(&bundle, &continues, &mut |next, part| {
                let sum = next.and_then(|o| moved.to.get_mut(o.index()));
                // Invariant: papers and votes are parts of the profile's checked total.
                let sum = sum.unwrap_or(&mut moved.nowhere);
                sum.0 += part.count;
                sum.1 += part.votes();
                if let Some(to) = next.and_then(|o| self.candidates.get_mut(o.index())) {
                    to.votes += part.votes();
                    to.bundles.push(part);
                }
            });
        }
        moved
    }

    fn push_stage(&mut self, action: StageAction, clause: &str, moved: Moved) {
        self.non_transferable += moved.nowhere.1;
        self.rounding_loss += moved.rounding_loss;
        let totals: Vec<u128> = self.candidates.iter().map(|c| c.votes).collect();
        let transfers: Vec<Transfer> = OptionIndex::all(moved.to.len())
            .zip(&moved.to)
            .filter(|(_, (papers, _))| *papers > 0)
            .map(|(to, &(papers, votes))| Transfer { to, papers, votes: figure(votes) })
            .collect();
        let mut stage = Stage {
            number: self.stage_number() + 1,
            action,
            clause: clause.to_owned(),
            transfers,
            non_transferable: Exhausted { papers: moved.nowhere.0, votes: figure(moved.nowhere.1) },
            rounding_loss: figure(moved.rounding_loss),
            totals: totals.iter().map(|&votes| figure(votes)).collect(),
            total_non_transferable: figure(self.non_transferable),
            total_rounding_loss: figure(self.rounding_loss),
            quota: None,
            keep_values: Vec::new(),
            elected: Vec::new(),
            sentence: String::new(),
        };
        stage.sentence = words::stage(self, &stage);
        self.history.push(totals);
        self.stages.push(stage);
    }
}
