//! Phragmén's sequential rule: each seat to whoever leaves its voters with the smallest load.

use num_bigint::BigUint;

use crate::option::OptionIndex;
use crate::rules::SequentialPhragmenRules;
use crate::transcript::{CandidateLoad, CountRecord, LoadRound, PhragmenRecord};

use super::approvals::{Fraction, LARGEST_LISTED, ballots, by_state};
use super::outcome::{self, Filled};
use super::place::{Claim, Place, records};
use super::seats::Seats;
use super::ties::Ties;
use super::{Case, CheckError, wrong_kind};

records! {
    PhragmenRecord { rounds } but { sentence }
    LoadRound { option, load, candidates } but { sentence }
    CandidateLoad { option, load } but {}
}

/// Checks a count by Phragmén's rule.
pub(super) fn check(
    case: &Case<'_>,
    rules: &SequentialPhragmenRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    outcome::check_twice(case, ties, |count, place, limit, ties| {
        let CountRecord::Phragmen(record) = count else {
            return Err(wrong_kind(place, count, "phragmen"));
        };
        follow(case, rules, record, place, Seats::new(case, limit), ties)
    })
}

fn follow(
    case: &Case<'_>,
    rules: &SequentialPhragmenRules,
    record: &PhragmenRecord,
    place: &Place<'_>,
    mut seats: Seats<'_>,
    ties: &mut Ties<'_>,
) -> Result<Filled, CheckError> {
    let size = case.contest.options().len();
    let mut ballots = ballots(case, rules.by);
    let support = by_state(&ballots, size, 1);
    let support = |o: OptionIndex| -> u64 { support.get(o.index()).map_or(0, |s| s.iter().sum()) };
    let mut left = case.contest.options().standing();
    // What a ballot bears: nothing at first, then the load of some round.
    let mut loads = vec![Fraction::zero()];
    let mut rounds: Vec<LoadRound> = Vec::new();
    let mut tied = None;
    while seats.open() > 0 {
        seats.pass_full(&mut left);
        let states = by_state(&ballots, size, loads.len());
        let load = |option: OptionIndex| {
            // (1 + Σ votes × load) ÷ Σ votes, over the voters of an option.
            let one = Fraction::new(BigUint::from(1_u8), BigUint::from(1_u8));
            let borne = states.get(option.index()).into_iter().flatten().zip(&loads);
            let borne = borne.filter(|(votes, _)| **votes > 0);
            borne
                .fold(one, |sum, (votes, load)| sum.plus(&load.times(*votes)))
                .over(support(option))
        };
        let backed = left.iter().filter(|&&o| support(o) > 0);
        let bids: Vec<(OptionIndex, Fraction)> = backed.map(|&o| (o, load(o))).collect();
        let Some(smallest) = bids.iter().map(|(_, load)| load).min() else { break };
        let equal = bids.iter().filter(|(_, load)| load == smallest).map(|(option, _)| *option);
        let option = match seats.one_of(equal.collect(), ties)? {
            Ok(option) => option,
            Err(open) => {
                tied = Some(open);
                break;
            }
        };
        let listed = if size > LARGEST_LISTED { &[] } else { bids.as_slice() };
        let listed =
            listed.iter().map(|(o, load)| CandidateLoad { option: *o, load: load.figure() });
        rounds.push(LoadRound {
            option,
            load: smallest.figure(),
            candidates: listed.collect(),
            sentence: String::new(),
        });
        let state = loads.len();
        loads.push(smallest.clone());
        for ballot in ballots.iter_mut().filter(|ballot| ballot.approved.contains(&option)) {
            ballot.state = state;
        }
        left.retain(|&o| o != option);
    }
    if tied.is_none() {
        // Only options without voters are left, if a seat is.
        tied = seats.group(&left, ties)?;
    }
    record.compare(&PhragmenRecord { rounds, sentence: String::new() }, place)?;
    Ok(seats.close(tied))
}
