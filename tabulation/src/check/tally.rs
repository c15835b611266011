//! One sum per option.

use std::cmp::Reverse;

use crate::option::OptionIndex;
use crate::profile::{Marks, Tally};
use crate::rules::Basis;
use crate::transcript::{CountRecord, OptionTotal, TallyRecord};

use super::place::{Claim, records};
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, votes, wrong_kind};

records! {
    TallyRecord { totals } but { sentence }
    OptionTotal { option, votes, counted } but {}
}

/// Checks a count of marks, option by option.
pub(super) fn check(case: &Case<'_>, by: Basis, ties: &mut Ties<'_>) -> Result<(), CheckError> {
    let CountRecord::Tally(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "tally"));
    };
    let mut totals = Vec::new();
    for option in case.contest.options().standing() {
        let those = case.profile.iter().filter(|(marks, _)| match marks {
            Marks::Chosen(chosen) => chosen.options().any(|o| o == option),
            Marks::Choice(_) | Marks::Ranking(_) | Marks::Scores(_) => false,
        });
        let sum = those.map(|(_, tally)| tally).try_fold(Tally::default(), Tally::plus);
        let sum = COUNT.fits(sum)?;
        totals.push(OptionTotal { option, votes: sum, counted: votes(by, sum) });
    }
    record.compare(&TallyRecord { totals, sentence: String::new() }, COUNT)?;
    let ranking = by_value(record.totals.iter().map(|t| (t.option, t.counted)));
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}

/// Groups of options with equal values, the highest first; within a group in ballot order.
pub(super) fn by_value<V: Ord>(
    values: impl Iterator<Item = (OptionIndex, V)>,
) -> Vec<Vec<OptionIndex>> {
    let mut groups = std::collections::BTreeMap::<Reverse<V>, Vec<OptionIndex>>::new();
    for (option, value) in values {
        groups.entry(Reverse(value)).or_default().push(option);
    }
    groups.into_values().collect()
}
