//! Minimax: the worst that each option suffers.

use std::cmp::Reverse;

use crate::rules::{MinimaxRules, MinimaxStrength, Strength};
use crate::transcript::{CountRecord, MinimaxRecord, WorstDefeat};

use super::condorcet::Pairs;
use super::pairwise::{Key, cell, defeat};
use super::place::{Claim, records};
use super::tally::by_value;
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, wrong_kind};

records! {
    WorstDefeat { option, against, strength, opposing } but { sentence }
}

/// Checks a count by minimax.
pub(super) fn check(
    case: &Case<'_>,
    rules: &MinimaxRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::Minimax(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "minimax"));
    };
    let MinimaxRecord { head, worst } = record;
    let options = case.contest.options().standing();
    let pairs = Pairs::check(case, head, options, rules.by, rules.unranked, COUNT)?;
    let mut follows = Vec::new();
    let mut keys = Vec::new();
    for (row, &option) in pairs.options.iter().enumerate() {
        let suffers = |other: usize| {
            let (there, back) = (cell(&pairs.votes, other, row), cell(&pairs.votes, row, other));
            how_bad(there, back, rules.strength)
        };
        let rows = (0..pairs.options.len()).filter(|&other| other != row);
        let key = rows.clone().map(suffers).max().unwrap_or_default();
        let by = rows.into_iter().find(|&other| key != (0, 0) && suffers(other) == key);
        let opposing = match rules.strength {
            MinimaxStrength::WinningVotesFewerOpposing => by.map(|by| cell(&pairs.votes, row, by)),
            MinimaxStrength::WinningVotes
            | MinimaxStrength::Margins
            | MinimaxStrength::Opposition => None,
        };
        keys.push((option, Reverse(key)));
        follows.push(WorstDefeat {
            option,
            against: by.and_then(|by| pairs.options.get(by)).copied(),
            strength: key.0,
            opposing,
            sentence: String::new(),
        });
    }
    worst.compare(&follows, &COUNT.key("worst"))?;
    let ranking = by_value(keys.into_iter());
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}

/// How bad it is to have so many votes against and for one; zero if it is not bad at all.
fn how_bad(there: u64, back: u64, strength: MinimaxStrength) -> Key {
    match strength {
        MinimaxStrength::WinningVotes => defeat(there, back, Strength::WinningVotes),
        MinimaxStrength::WinningVotesFewerOpposing => {
            defeat(there, back, Strength::WinningVotesFewerOpposing)
        }
        MinimaxStrength::Margins => defeat(there, back, Strength::Margins),
        MinimaxStrength::Opposition => (there, 0),
    }
}
