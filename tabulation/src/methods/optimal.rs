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
    approvals: &Approvals,
    shares: &Shares,
    walk: &mut Walk<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError> {
    let options = contest.options();
    let mut sheets = Sheets::of(approvals, options, walk.open());
    let caps = Caps::of(options, walk.room());
    let mut best = Best::new(options.len());
    each_committee(&options.standing(), walk.open(), |committee| {
        if caps.admit(committee) {
            best.meet(committee, sheets.worth(committee, shares));
        }
    });
    let record = CountRecord::ProportionalApproval(best.record(shares));
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
    let mut favoured: Option<(Vec<bool>, Vec<OptionIndex>)> = None;
    each_committee(&options.standing(), walk.open(), |committee| {
        if caps.admit(committee) && Some(sheets.worth(committee, shares)) == best.worth {
            let mut member = vec![false; options.len()];
            mark(&mut member, committee);
            let held = order.iter().map(|o| member.get(o.index()) == Some(&true)).collect();
            // Whoever holds the first in which they differ is greater.
            if favoured.as_ref().is_none_or(|(first, _)| held > *first) {
                favoured = Some((held, committee.to_vec()));
            }
        }
    });
    favoured.into_iter().flat_map(|(_, committee)| committee).for_each(|o| walk.seat(o));
    Ok((record, None))
}

fn mark(member: &mut [bool], options: &[OptionIndex]) {
    for option in options {
        member.get_mut(option.index()).into_iter().for_each(|m| *m = true);
    }
}

/// Every choice of so many options, in lexicographic order.
fn each_committee(options: &[OptionIndex], seats: usize, mut found: impl FnMut(&[OptionIndex])) {
    let mut places: Vec<usize> = (0..seats).collect();
    let mut committee: Vec<OptionIndex> = Vec::with_capacity(seats);
    if seats > options.len() {
        return;
    }
    loop {
        committee.clear();
        committee.extend(places.iter().filter_map(|&place| options.get(place)));
        found(&committee);
        // The last place that can move on does, and those after it follow close behind.
        let last = places.iter().enumerate().rev();
        let movable = last.zip((0..options.len()).rev()).find(|((_, place), end)| *place < end);
        let Some(((turn, &place), _)) = movable else { return };
        places.iter_mut().skip(turn).zip(place + 1..).for_each(|(p, next)| *p = next);
    }
}

/// All ballots as bits, so that a committee is held against each of them at once.
struct Sheets {
    /// For each 64 options, the bits of every ballot.
    words: Vec<Vec<u64>>,
    /// How many standing options each ballot approves of.
    sizes: Vec<u16>,
    votes: Vec<u64>,
    /// Whether a committee leaves out fewer than it holds; then those left out are counted.
    by_left_out: bool,
    all: Vec<u64>,
    /// How many members each ballot approves of, and the votes for each such number.
    elected: Vec<u16>,
    sums: Vec<u64>,
}

impl Sheets {
    fn of(approvals: &Approvals, options: &ContestOptions, seats: usize) -> Self {
        let standing = options.standing();
        let ballots: Vec<(&[OptionIndex], u64)> = approvals.ballots().collect();
        let mut words = vec![vec![0_u64; ballots.len()]; options.len().div_ceil(64)];
        for (place, (approved, _)) in ballots.iter().enumerate() {
            for option in *approved {
                let word = words.get_mut(option.index() / 64).and_then(|w| w.get_mut(place));
                word.into_iter().for_each(|word| *word |= 1 << (option.index() % 64));
            }
        }
        let size = |(approved, _): &(&[OptionIndex], u64)| {
            // Invariant: a contest has at most 1,000 options.
            u16::try_from(approved.len()).unwrap_or(u16::MAX)
        };
        Self {
            words,
            sizes: ballots.iter().map(size).collect(),
            votes: ballots.iter().map(|&(_, votes)| votes).collect(),
            by_left_out: 2 * seats > standing.len(),
            all: bits(options.len(), &standing),
            elected: vec![0; ballots.len()],
            sums: vec![0; seats + 1],
        }
    }

    fn worth(&mut self, committee: &[OptionIndex], shares: &Shares) -> BigUint {
        let mut looked_for = bits(self.words.len() * 64, committee);
        if self.by_left_out {
            looked_for.iter_mut().zip(&self.all).for_each(|(word, all)| *word ^= all);
        }
        self.elected.fill(0);
        for (&wanted, words) in looked_for.iter().zip(&self.words).filter(|&(&w, _)| w != 0) {
            for (elected, word) in self.elected.iter_mut().zip(words) {
                // Invariant: a word has 64 bits.
                *elected += u16::try_from((word & wanted).count_ones()).unwrap_or(0);
            }
        }
        self.sums.fill(0);
        for ((&found, &size), votes) in self.elected.iter().zip(&self.sizes).zip(&self.votes) {
            let elected = if self.by_left_out { size.saturating_sub(found) } else { found };
            // Invariant: a sum of votes never exceeds the total, which was checked.
            self.sums.get_mut(usize::from(elected)).into_iter().for_each(|sum| *sum += votes);
        }
        let sums = self.sums.iter().enumerate().filter(|&(_, &votes)| votes > 0);
        sums.filter_map(|(elected, &votes)| Some(shares.sum(elected)? * votes)).sum()
    }
}

/// Options as bits.
fn bits(options: usize, set: &[OptionIndex]) -> Vec<u64> {
    let mut words = vec![0_u64; options.div_ceil(64)];
    for option in set {
        let word = words.get_mut(option.index() / 64);
        word.into_iter().for_each(|word| *word |= 1 << (option.index() % 64));
    }
    words
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

    fn meet(&mut self, committee: &[OptionIndex], worth: BigUint) {
        self.compared += 1;
        if self.worth.as_ref().is_some_and(|best| *best > worth) {
            return;
        }
        if self.worth.as_ref() != Some(&worth) {
            self.worth = Some(worth);
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

/// Seats that affiliations have left, by number, since many committees are held against them.
struct Caps {
    affiliations: Vec<Vec<usize>>,
    left: Vec<u16>,
}

impl Caps {
    fn of(options: &ContestOptions, room: Option<&Room>) -> Self {
        let Some(room) = room else {
            return Self { affiliations: Vec::new(), left: Vec::new() };
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

    fn admit(&self, committee: &[OptionIndex]) -> bool {
        if self.left.is_empty() {
            return true;
        }
        let mut left = self.left.clone();
        let affiliations = committee.iter().filter_map(|o| self.affiliations.get(o.index()));
        affiliations.flatten().all(|&affiliation| {
            let seat = left.get_mut(affiliation).filter(|left| **left > 0);
            seat.map(|left| *left -= 1).is_some()
        })
    }
}
