//! Proportional approval voting, seat by seat or by comparing all committees.
//!
//! T. N. Thiele, "Om Flerfoldsvalg" (1895), as S. Janson describes it in "Phragmén's and Thiele's
//! election methods" (2016), §4.

use num_bigint::BigUint;
use num_integer::Integer;

use super::approvals::Approvals;
use super::seats::{self, LARGEST_CONTEST_LISTED, Step, Walk};
use super::{Counted, optimal};
use crate::count::CountError;
use crate::option::OptionIndex;
use crate::profile::Profile;
use crate::rules::{CommitteeSearch, Contest, ProportionalApprovalRules};
use crate::ties::TieBreaker;
use crate::transcript::{CandidateGain, CountRecord, Figure, GainRound, ProportionalRecord};

/// Finds a committee of high worth.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &ProportionalApprovalRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let approvals = Approvals::of(contest, profile, rules.by);
    let shares = Shares::up_to(contest.rules().seats);
    seats::seat_by_seat(contest, ties, |walk, ties| match rules.search {
        CommitteeSearch::Sequential => sequential(contest, approvals.clone(), &shares, walk, ties),
        CommitteeSearch::Optimal => optimal::run(contest, &approvals, &shares, walk, ties),
    })
}

/// 1, 1/2, 1/3, … as whole multiples of one common fraction, and their sums. With 500 seats the
/// common denominator has more than 700 bits.
pub(super) struct Shares {
    denominator: BigUint,
    shares: Vec<BigUint>,
    sums: Vec<BigUint>,
}

impl Shares {
    fn up_to(seats: u16) -> Self {
        let one = BigUint::from(1_u8);
        let denominator = (1..=seats).fold(one, |lcm, n| lcm.lcm(&BigUint::from(n)));
        let shares: Vec<BigUint> = (1..=seats).map(|n| &denominator / n).collect();
        let mut sums = vec![BigUint::ZERO];
        let mut sum = BigUint::ZERO;
        for share in &shares {
            sum += share;
            sums.push(sum.clone());
        }
        Self { denominator, shares, sums }
    }

    /// What one more elected option is worth to a vote that has so many.
    fn next(&self, elected: usize) -> Option<&BigUint> {
        self.shares.get(elected)
    }

    /// What so many elected options are worth to a vote.
    pub(super) fn sum(&self, elected: usize) -> Option<&BigUint> {
        self.sums.get(elected)
    }

    pub(super) fn figure(&self, worth: &BigUint) -> Figure {
        Figure::fraction(worth, &self.denominator)
    }
}

fn sequential(
    contest: &Contest,
    mut approvals: Approvals,
    shares: &Shares,
    walk: &mut Walk<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(CountRecord, Option<Vec<OptionIndex>>), CountError> {
    let options = contest.options();
    let mut left = options.standing();
    let mut rounds = Vec::new();
    let mut worth = BigUint::ZERO;
    let mut open_tie = None;
    while walk.open() > 0 {
        walk.pass_over_full(&mut left);
        let gains: Vec<(OptionIndex, BigUint)> =
            left.iter().map(|&option| (option, gain(&approvals, shares, option))).collect();
        let Some(most) = gains.iter().map(|(_, gain)| gain).max() else { break };
        let tied = gains.iter().filter(|(_, gain)| gain == most).map(|(option, _)| *option);
        let seat = walk.next_seat();
        let option = match walk.choose(tied.collect(), ties)? {
            Step::Seated(option) => option,
            Step::Open(tied) => {
                open_tie = Some(tied);
                break;
            }
        };
        worth += most;
        let gain = shares.figure(most);
        let name = options.name(option);
        let sentence = format!("Seat {seat}: {name} adds {gain} to the worth, the most.");
        let listed = if options.len() > LARGEST_CONTEST_LISTED { &[] } else { gains.as_slice() };
        let candidates = listed
            .iter()
            .map(|(option, gain)| CandidateGain { option: *option, gain: shares.figure(gain) })
            .collect();
        rounds.push(GainRound { option, gain, candidates, sentence });
        approvals.move_voters(option, |elected| elected + 1, |_, _, _| ());
        left.retain(|&o| o != option);
    }
    let worth = shares.figure(&worth);
    let sentence = format!("The options elected are worth {worth} together.");
    let (committees, best) = (None, Vec::new());
    let record = ProportionalRecord { rounds, worth, committees, best, sentence };
    Ok((CountRecord::ProportionalApproval(record), open_tie))
}

fn gain(approvals: &Approvals, shares: &Shares, option: OptionIndex) -> BigUint {
    let voters = approvals.by_state(option);
    voters.filter_map(|(elected, votes)| Some(shares.next(elected)? * votes)).sum()
}
