//! The committee of the highest worth by Thiele's rule, found by comparing all committees.

use num_bigint::BigUint;

use super::approvals::Approvals;
use super::proportional::Shares;
use super::seats::Walk;
use crate::cap::Room;
use crate::count::CountError;
use crate::english::plural;
use crate::option::{AffiliationId, ContestOptions, OptionIndex};
use crate::rules::Contest;
use crate::ties::{Favour, Tie, TieBreaker};
use crate::transcript::{CountRecord, ProportionalRecord};

/// The most committees of the highest worth that are listed.
const MAX_LISTED: usize = 100;

/// Compares all committees that the cap allows. Of several of the highest worth the one is taken
/// that holds the most favoured of the options in which they differ; of those, the one that holds
/// the next most favoured; and so on.
pub(super) fn run(
    contest: &Contest,
    approvals: Approvals,
    shares: &Shares,
    walk: &mut Walk<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError> {
    let options = contest.options();
    let mut search = Search {
        approvals,
        shares,
        standing: options.standing(),
        seats: walk.open(),
        votes: vec![0; walk.open() + 1],
        caps: Caps::of(options, walk.room()),
        chosen: Vec::new(),
    };
    let mut best = Best::new(options.len());
    search.descend(0, &mut |committee, worth| best.meet(committee, worth));
    let record = best.record(shares);
    let record = CountRecord::ProportionalApproval(record);
    let (certain, disputed) = best.agreement();
    if disputed.is_empty() {
        certain.into_iter().for_each(|option| walk.seat(option));
        return Ok((record, None));
    }
    let tie = Tie {
        stage: 0,
        tied: disputed.clone(),
        question: format!("a place in one of {} committees of equal worth", best.number),
        looked_at: Vec::new(),
        favour: Favour::Most,
    };
    let Some(order) = ties.settle(tie)? else {
        certain.into_iter().for_each(|option| walk.seat(option));
        return Ok((record, Some(disputed)));
    };
    let mut favoured: Option<(Vec<usize>, Vec<OptionIndex>)> = None;
    search.descend(0, &mut |committee, worth| {
        if Some(worth) == best.worth.as_ref() {
            let places: Vec<usize> = (0..)
                .zip(&order)
                .filter(|(_, o)| committee.contains(o))
                .map(|(place, _)| place)
                .collect();
            if favoured.as_ref().is_none_or(|(first, _)| places < *first) {
                favoured = Some((places, committee.to_vec()));
            }
        }
    });
    favoured.into_iter().flat_map(|(_, committee)| committee).for_each(|o| walk.seat(o));
    Ok((record, None))
}

/// A walk through all committees, in ballot order.
struct Search<'a> {
    approvals: Approvals,
    shares: &'a Shares,
    standing: Vec<OptionIndex>,
    seats: usize,
    /// The votes that approve of so many of those chosen; those that approve of none are not kept.
    votes: Vec<u64>,
    caps: Caps,
    chosen: Vec<OptionIndex>,
}

impl Search<'_> {
    /// Completes what is chosen in every way, by options from a place on.
    fn descend(&mut self, from: usize, found: &mut dyn FnMut(&[OptionIndex], &BigUint)) {
        let missing = self.seats.saturating_sub(self.chosen.len());
        if missing == 0 {
            found(&self.chosen, &self.worth());
            return;
        }
        for place in from..(self.standing.len() + 1).saturating_sub(missing) {
            let Some(&option) = self.standing.get(place) else { break };
            if self.caps.admits(option) {
                self.choose(option);
                self.descend(place + 1, found);
                self.put_back(option);
            }
        }
    }

    fn worth(&self) -> BigUint {
        let votes = self.votes.iter().enumerate().filter(|&(_, &votes)| votes > 0);
        votes.filter_map(|(elected, &votes)| Some(self.shares.sum(elected)? * votes)).sum()
    }

    fn choose(&mut self, option: OptionIndex) {
        for (elected, votes) in self.approvals.voters(option) {
            self.votes
                .get_mut(elected)
                .filter(|_| elected > 0)
                .into_iter()
                .for_each(|v| *v -= votes);
            self.votes.get_mut(elected + 1).into_iter().for_each(|v| *v += votes);
        }
        self.approvals.shift(option, 1);
        self.caps.take(option);
        self.chosen.push(option);
    }

    fn put_back(&mut self, option: OptionIndex) {
        self.chosen.pop();
        self.caps.give_back(option);
        self.approvals.shift(option, -1);
        for (elected, votes) in self.approvals.voters(option) {
            self.votes.get_mut(elected + 1).into_iter().for_each(|v| *v -= votes);
            self.votes
                .get_mut(elected)
                .filter(|_| elected > 0)
                .into_iter()
                .for_each(|v| *v += votes);
        }
    }
}

/// The best committees met so far.
struct Best {
    worth: Option<BigUint>,
    compared: u64,
    number: u64,
    listed: Vec<Vec<OptionIndex>>,
    /// How many of the best hold each option.
    held: Vec<u64>,
}

impl Best {
    fn new(options: usize) -> Self {
        let (listed, held) = (Vec::new(), vec![0; options]);
        Self { worth: None, compared: 0, number: 0, listed, held }
    }

    fn meet(&mut self, committee: &[OptionIndex], worth: &BigUint) {
        self.compared += 1;
        if self.worth.as_ref().is_some_and(|best| best > worth) {
            return;
        }
        if self.worth.as_ref() != Some(worth) {
            self.worth = Some(worth.clone());
            self.number = 0;
            self.listed.clear();
            self.held.fill(0);
        }
        self.number += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(committee.to_vec());
        }
        for option in committee {
            self.held.get_mut(option.index()).into_iter().for_each(|held| *held += 1);
        }
    }

    /// Who is in all of the best committees, and who in some of them only.
    fn agreement(&self) -> (Vec<OptionIndex>, Vec<OptionIndex>) {
        let held = OptionIndex::all(self.held.len()).zip(&self.held).filter(|&(_, &n)| n > 0);
        let (all, some): (Vec<_>, Vec<_>) = held.partition(|&(_, &n)| n == self.number);
        let options = |held: Vec<(OptionIndex, &u64)>| held.into_iter().map(|(o, _)| o).collect();
        (options(all), options(some))
    }

    fn record(&self, shares: &Shares) -> ProportionalRecord {
        let worth = shares.figure(self.worth.as_ref().unwrap_or(&BigUint::ZERO));
        let sentence = format!(
            "{} compared; {} of the highest worth, {worth}.",
            plural(self.compared, "committee was", "committees were"),
            plural(self.number, "is", "are"),
        );
        let (rounds, committees) = (Vec::new(), Some(self.compared));
        ProportionalRecord { rounds, worth, committees, best: self.listed.clone(), sentence }
    }
}

/// Seats that affiliations have left, by number, since a search takes and gives back often.
struct Caps {
    affiliations: Vec<Vec<usize>>,
    left: Vec<u16>,
}

impl Caps {
    fn of(options: &ContestOptions, room: Option<&Room>) -> Self {
        let Some(room) = room else {
            return Self { affiliations: vec![Vec::new(); options.len()], left: Vec::new() };
        };
        let mut names: Vec<&AffiliationId> =
            options.iter().flat_map(|(_, option)| &option.affiliations).collect();
        names.sort();
        names.dedup();
        let numbers = |option: OptionIndex| {
            let own = options.affiliations(option).iter();
            own.filter_map(|a| names.binary_search(&a).ok()).collect()
        };
        Self {
            affiliations: OptionIndex::all(options.len()).map(numbers).collect(),
            left: names.iter().map(|affiliation| room.left(affiliation)).collect(),
        }
    }

    fn of_option(&self, option: OptionIndex) -> &[usize] {
        self.affiliations.get(option.index()).map_or(&[], Vec::as_slice)
    }

    fn admits(&self, option: OptionIndex) -> bool {
        self.of_option(option).iter().all(|&a| self.left.get(a).is_some_and(|&left| left > 0))
    }

    fn take(&mut self, option: OptionIndex) {
        for &affiliation in self.affiliations.get(option.index()).into_iter().flatten() {
            self.left.get_mut(affiliation).into_iter().for_each(|left| *left -= 1);
        }
    }

    fn give_back(&mut self, option: OptionIndex) {
        for &affiliation in self.affiliations.get(option.index()).into_iter().flatten() {
            self.left.get_mut(affiliation).into_iter().for_each(|left| *left += 1);
        }
    }
}
