//! Phragmén's sequential rule.
//!
//! L. E. Phragmén, "Sur une méthode nouvelle pour réaliser, dans les élections, la représentation
//! proportionnelle des partis" (1894), as S. Janson describes it in "Phragmén's and Thiele's
//! election methods" (2016), §3.

use std::collections::BTreeMap;

use num_bigint::BigUint;
use num_integer::Integer;

use super::Counted;
use super::approvals::Approvals;
use super::seats::{self, LARGEST_CONTEST_LISTED, Step, Walk};
use crate::count::CountError;
use crate::english::plural;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{Contest, SequentialPhragmenRules};
use crate::ties::TieBreaker;
use crate::transcript::{CandidateLoad, CountRecord, Figure, LoadRound, PhragmenRecord};

/// Fills the seats one by one, each by the option that leaves its voters with the smallest load.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &SequentialPhragmenRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let approvals = Approvals::of(contest, profile, rules.by);
    seats::seat_by_seat(contest, ties, |walk, ties| run(contest, approvals.clone(), walk, ties))
}

fn run(
    contest: &Contest,
    approvals: Approvals,
    walk: &mut Walk<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError> {
    let options = contest.options();
    let mut left = options.standing();
    let sentence = match left.iter().filter(|&&o| approvals.support(o) == 0).count() {
        0 => "Every option has voters.".to_owned(),
        n => format!(
            "{} without voters, tied behind all others.",
            plural(n as u64, "option is", "options are")
        ),
    };
    let mut loads = Loads::new(approvals, options.len());
    let mut record = PhragmenRecord { rounds: Vec::new(), sentence };
    while walk.open() > 0 {
        walk.pass_over_full(&mut left);
        // Options without voters make no bid.
        let bids: Vec<Bid> = left.iter().filter_map(|&option| loads.bid(option)).collect();
        let Some(smallest) = bids.iter().min_by(|a, b| a.compare(b)) else { break };
        let tied = bids.iter().filter(|bid| bid.compare(smallest).is_eq()).map(|b| b.option);
        let seat = walk.next_seat();
        let option = match walk.choose(tied.collect(), ties)? {
            Step::Seated(option) => option,
            Step::Open(tied) => return Ok((CountRecord::Phragmen(record), Some(tied))),
        };
        let Some(bid) = bids.iter().find(|bid| bid.option == option) else { break };
        let load = loads.figure(bid);
        let sentence = format!(
            "Seat {seat}: {} leaves each of its voters with the load {load}, the smallest; they \
             have {} together.",
            options.name(option),
            plural(bid.support, "vote", "votes"),
        );
        let listed = if options.len() > LARGEST_CONTEST_LISTED { &[] } else { bids.as_slice() };
        let candidates = listed
            .iter()
            .map(|bid| CandidateLoad { option: bid.option, load: loads.figure(bid) })
            .collect();
        record.rounds.push(LoadRound { option, load, candidates, sentence });
        loads.elect(bid);
        left.retain(|&o| o != option);
    }
    let tied = walk.group(&left, ties)?;
    Ok((CountRecord::Phragmen(record), tied))
}

/// The loads that voters bear: whole multiples of one common fraction. They outgrow 128 bits
/// after a few seats, since every seat brings its own denominator.
struct Loads {
    approvals: Approvals,
    /// The denominator common to all loads.
    denominator: BigUint,
    /// The numerators of all loads so far; a ballot's state says which one it bears.
    numerators: Vec<BigUint>,
    /// For each option, the sum of votes × numerator over its voters.
    sums: Vec<BigUint>,
}

/// What a seat for an option would cost each of its voters:
/// `numerator ÷ (common denominator × support)`.
struct Bid {
    option: OptionIndex,
    numerator: BigUint,
    support: u64,
}

impl Bid {
    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        (&self.numerator * other.support).cmp(&(&other.numerator * self.support))
    }
}

impl Loads {
    fn new(approvals: Approvals, options: usize) -> Self {
        let (denominator, numerators) = (BigUint::from(1_u8), vec![BigUint::ZERO]);
        Self { approvals, denominator, numerators, sums: vec![BigUint::ZERO; options] }
    }

    /// (1 + Σ votes × load) ÷ Σ votes, over the voters of an option.
    fn bid(&self, option: OptionIndex) -> Option<Bid> {
        let (support, sum) = (self.approvals.support(option), self.sums.get(option.index())?);
        let numerator = &self.denominator + sum;
        (support > 0).then_some(Bid { option, numerator, support })
    }

    fn figure(&self, bid: &Bid) -> Figure {
        Figure::fraction(&bid.numerator, &(&self.denominator * bid.support))
    }

    /// The voters of the option all bear its load from now on.
    fn elect(&mut self, bid: &Bid) {
        let support = BigUint::from(bid.support);
        let common = bid.numerator.gcd(&support);
        let (load, scale) = (&bid.numerator / &common, support / common);
        self.denominator *= &scale;
        self.numerators.iter_mut().chain(&mut self.sums).for_each(|number| *number *= &scale);
        let state = self.numerators.len();
        let mut moved: BTreeMap<(OptionIndex, usize), u64> = BTreeMap::new();
        self.approvals.move_voters(
            bid.option,
            |_| state,
            |option, from, votes| *moved.entry((option, from)).or_insert(0) += votes,
        );
        for ((option, from), votes) in moved {
            let old = self.numerators.get(from);
            if let (Some(sum), Some(old)) = (self.sums.get_mut(option.index()), old) {
                *sum += &load * votes;
                *sum -= old * votes;
            }
        }
        self.numerators.push(load);
    }
}
