//! Approval ballots for committees, with a state per ballot that changes as seats are filled.

use std::collections::BTreeMap;

use crate::option::OptionIndex;
use crate::profile::{Marks, Profile};
use crate::rules::{Basis, Contest};

/// Distinct ballots that approve of somebody and count something.
#[derive(Debug, Clone)]
pub(super) struct Approvals {
    ballots: Vec<Ballot>,
    /// The ballots that approve of each option.
    voters: Vec<Vec<usize>>,
    /// For each option, the votes of its voters by their state.
    states: Vec<BTreeMap<usize, u64>>,
    support: Vec<u64>,
}

#[derive(Debug, Clone)]
struct Ballot {
    approved: Vec<OptionIndex>,
    votes: u64,
    state: usize,
}

impl Approvals {
    /// All ballots in state zero. Withdrawn options are passed over.
    pub(super) fn of(contest: &Contest, profile: &Profile, by: Basis) -> Self {
        let options = contest.options();
        let mut approvals = Self {
            ballots: Vec::with_capacity(profile.distinct()),
            voters: vec![Vec::new(); options.len()],
            states: vec![BTreeMap::new(); options.len()],
            support: vec![0; options.len()],
        };
        for (marks, tally) in profile.iter() {
            // Invariant: ballots of another form were refused before counting.
            let Marks::Chosen(chosen) = marks else { continue };
            let votes = by.of(tally);
            let approved: Vec<OptionIndex> =
                chosen.options().filter(|&o| !options.is_withdrawn(o)).collect();
            if votes > 0 && !approved.is_empty() {
                approvals.push(Ballot { approved, votes, state: 0 });
            }
        }
        approvals
    }

    fn push(&mut self, ballot: Ballot) {
        for option in &ballot.approved {
            let place = option.index();
            if let (Some(voters), Some(states), Some(support)) = (
                self.voters.get_mut(place),
                self.states.get_mut(place),
                self.support.get_mut(place),
            ) {
                voters.push(self.ballots.len());
                // Invariant: a sum of votes never exceeds the total, which was checked.
                *states.entry(0).or_insert(0) += ballot.votes;
                *support += ballot.votes;
            }
        }
        self.ballots.push(ballot);
    }

    /// The votes of all voters of an option.
    pub(super) fn support(&self, option: OptionIndex) -> u64 {
        self.support.get(option.index()).copied().unwrap_or(0)
    }

    /// The votes of an option's voters by their state.
    pub(super) fn by_state(&self, option: OptionIndex) -> impl Iterator<Item = (usize, u64)> {
        self.states.get(option.index()).into_iter().flatten().map(|(&state, &votes)| (state, votes))
    }

    /// Every distinct ballot: whom it approves of, ascending, and its votes.
    pub(super) fn ballots(&self) -> impl Iterator<Item = (&[OptionIndex], u64)> {
        self.ballots.iter().map(|ballot| (ballot.approved.as_slice(), ballot.votes))
    }

    /// Gives every voter of an option a new state, and keeps the sums by state. `moved` hears of
    /// each option that such a voter approves of, the voter's state before, and its votes.
    pub(super) fn move_voters(
        &mut self,
        option: OptionIndex,
        to: impl Fn(usize) -> usize,
        mut moved: impl FnMut(OptionIndex, usize, u64),
    ) {
        for &place in self.voters.get(option.index()).into_iter().flatten() {
            let Some(ballot) = self.ballots.get_mut(place) else { continue };
            let (from, to) = (ballot.state, to(ballot.state));
            ballot.state = to;
            for approved in &ballot.approved {
                moved(*approved, from, ballot.votes);
                let Some(states) = self.states.get_mut(approved.index()) else { continue };
                *states.entry(to).or_insert(0) += ballot.votes;
                if let Some(votes) = states.get_mut(&from) {
                    *votes -= ballot.votes;
                    if *votes == 0 {
                        states.remove(&from);
                    }
                }
            }
        }
    }
}
