//! Thiele's rule: each seat to whoever adds most worth, or the worth of every committee.

use num_bigint::BigUint;

use crate::option::OptionIndex;
use crate::rules::{CommitteeSearch, ProportionalApprovalRules};
use crate::transcript::{CandidateGain, CountRecord, GainRound, ProportionalRecord};

use super::approvals::{Ballot, Fraction, LARGEST_LISTED, ballots, by_state};
use super::outcome::{self, Filled};
use super::place::{Claim, Place, records};
use super::seats::Seats;
use super::ties::{Favour, Ties};
use super::{Case, CheckError, wrong_kind};

records! {
    ProportionalRecord { rounds, worth, committees, best } but { sentence }
    GainRound { option, gain, candidates } but { sentence }
    CandidateGain { option, gain } but {}
}

/// The most committees of the highest worth that are listed.
const MOST_LISTED: usize = 100;

/// Checks a count by Thiele's rule.
pub(super) fn check(
    case: &Case<'_>,
    rules: &ProportionalApprovalRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let ballots = ballots(case, rules.by);
    outcome::check_twice(case, ties, |count, place, limit, ties| {
        let CountRecord::ProportionalApproval(record) = count else {
            return Err(wrong_kind(place, count, "proportional-approval"));
        };
        let seats = Seats::new(case, limit);
        match rules.search {
            CommitteeSearch::Sequential => one_by_one(case, rules, record, place, seats, ties),
            CommitteeSearch::Optimal => optimal(case, &ballots, record, place, seats, ties),
        }
    })
}

fn one_by_one(
    case: &Case<'_>,
    rules: &ProportionalApprovalRules,
    record: &ProportionalRecord,
    place: &Place<'_>,
    mut seats: Seats<'_>,
    ties: &mut Ties<'_>,
) -> Result<Filled, CheckError> {
    let size = case.contest.options().len();
    let mut ballots = ballots(case, rules.by);
    let mut left = case.contest.options().standing();
    let mut worth = Fraction::zero();
    let mut rounds: Vec<GainRound> = Vec::new();
    let mut tied = None;
    while seats.open() > 0 {
        seats.pass_full(&mut left);
        // A ballot's state is how many of its own are elected.
        let states = by_state(&ballots, size, rounds.len() + 1);
        let gain = |option: OptionIndex| {
            let voters = states.get(option.index()).into_iter().flatten();
            let shares = (1_u64..).zip(voters).filter(|(_, votes)| **votes > 0);
            shares.fold(Fraction::zero(), |sum, (nth, votes)| {
                sum.plus(&Fraction::new(BigUint::from(*votes), BigUint::from(nth)))
            })
        };
        let gains: Vec<(OptionIndex, Fraction)> = left.iter().map(|&o| (o, gain(o))).collect();
        let Some(most) = gains.iter().map(|(_, gain)| gain).max() else { break };
        let equal = gains.iter().filter(|(_, gain)| gain == most).map(|(option, _)| *option);
        let option = match seats.one_of(equal.collect(), ties)? {
            Ok(option) => option,
            Err(open) => {
                tied = Some(open);
                break;
            }
        };
        worth = worth.plus(most);
        let listed = if size > LARGEST_LISTED { &[] } else { gains.as_slice() };
        let listed =
            listed.iter().map(|(o, gain)| CandidateGain { option: *o, gain: gain.figure() });
        rounds.push(GainRound {
            option,
            gain: most.figure(),
            candidates: listed.collect(),
            sentence: String::new(),
        });
        for ballot in ballots.iter_mut().filter(|ballot| ballot.approved.contains(&option)) {
            ballot.state += 1;
        }
        left.retain(|&o| o != option);
    }
    let (worth, best, sentence) = (worth.figure(), Vec::new(), String::new());
    let follows = ProportionalRecord { rounds, worth, committees: None, best, sentence };
    record.compare(&follows, place)?;
    Ok(seats.close(tied))
}

/// All committees that the cap allows, compared; of several of the highest worth the one is taken
/// that holds the most favoured of the options in which they differ, and so on.
fn optimal(
    case: &Case<'_>,
    ballots: &[Ballot],
    record: &ProportionalRecord,
    place: &Place<'_>,
    mut seats: Seats<'_>,
    ties: &mut Ties<'_>,
) -> Result<Filled, CheckError> {
    let standing = case.contest.options().standing();
    let mut compared = 0_u64;
    let mut best: Option<Fraction> = None;
    let mut committees: Vec<Vec<OptionIndex>> = Vec::new();
    choose(&standing, seats.open(), &mut Vec::new(), &mut |committee| {
        if seats.room.as_ref().is_some_and(|room| !room.takes_all(committee)) {
            return;
        }
        compared = compared.saturating_add(1);
        let worth = worth(ballots, committee);
        if best.as_ref().is_none_or(|best| *best < worth) {
            committees.clear();
            best = Some(worth);
        } else if best.as_ref() != Some(&worth) {
            return;
        }
        committees.push(committee.to_vec());
    });
    let follows = ProportionalRecord {
        rounds: Vec::new(),
        worth: best.unwrap_or_else(Fraction::zero).figure(),
        committees: Some(compared),
        best: committees.iter().take(MOST_LISTED).cloned().collect(),
        sentence: String::new(),
    };
    record.compare(&follows, place)?;
    let in_some = |o: &OptionIndex| committees.iter().any(|committee| committee.contains(o));
    let in_all = |o: &OptionIndex| committees.iter().all(|committee| committee.contains(o));
    let (certain, disputed): (Vec<OptionIndex>, Vec<OptionIndex>) =
        standing.into_iter().filter(in_some).partition(in_all);
    if disputed.is_empty() {
        certain.into_iter().for_each(|option| seats.seat(option));
        return Ok(seats.close(None));
    }
    let question = format!("a place in one of {} committees of equal worth", committees.len());
    let order = ties.settle(0, &question, Vec::new(), disputed.clone(), Favour::Most)?;
    let Some(order) = order else {
        certain.into_iter().for_each(|option| seats.seat(option));
        return Ok(seats.close(Some(disputed)));
    };
    for favoured in order {
        if committees.iter().any(|committee| committee.contains(&favoured)) {
            committees.retain(|committee| committee.contains(&favoured));
        }
    }
    committees.into_iter().take(1).flatten().for_each(|option| seats.seat(option));
    Ok(seats.close(None))
}

/// Every choice of so many options, in lexicographic order.
fn choose(
    options: &[OptionIndex],
    seats: usize,
    chosen: &mut Vec<OptionIndex>,
    found: &mut impl FnMut(&[OptionIndex]),
) {
    if seats == 0 {
        return found(chosen);
    }
    let mut rest = options;
    while rest.len() >= seats
        && let Some((&first, others)) = rest.split_first()
    {
        chosen.push(first);
        choose(others, seats - 1, chosen, found);
        chosen.pop();
        rest = others;
    }
}

/// Votes × (1 + 1/2 + … + 1/k) for each ballot that approves of k members.
fn worth(ballots: &[Ballot], committee: &[OptionIndex]) -> Fraction {
    // Votes that get an n-th member, for n from one up.
    let mut nth = vec![0_u64; committee.len()];
    for ballot in ballots {
        let approved = |o: &&OptionIndex| ballot.approved.binary_search(o).is_ok();
        let members = committee.iter().filter(approved).count();
        for votes in nth.iter_mut().take(members) {
            // Invariant: parts of a profile sum to at most its checked total.
            *votes = votes.saturating_add(ballot.votes);
        }
    }
    (1_u64..).zip(nth).fold(Fraction::zero(), |sum, (n, votes)| {
        sum.plus(&Fraction::new(BigUint::from(votes), BigUint::from(n)))
    })
}
