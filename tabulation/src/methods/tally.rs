//! Plurality and approval: one sum per option.

use super::{Counted, seats};
use crate::count::CountError;
use crate::english::list;
use crate::option::OptionIndex;
use crate::profile::{Marks, Profile, Tally};
use crate::rules::{Basis, Contest};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, OptionTotal, TallyRecord};

/// Counts marks; the most marked fill the seats.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    by: Basis,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let totals = totals(contest, profile, by)?;
    let ranking = rank(&totals);
    let filled = seats::fill(contest, &ranking, ties)?;
    let options = contest.options();
    let sums = ranking
        .iter()
        .flatten()
        .filter_map(|o| totals.iter().find(|t| t.option == *o))
        .map(|t| format!("{} {}", options.name(t.option), t.counted));
    let sentence = format!("Votes: {}.", list(sums));
    Ok(Counted {
        record: CountRecord::Tally(TallyRecord { totals, sentence }),
        ranking,
        cap: filled.cap,
        outcome: filled.outcome,
        sentence: filled.sentence,
    })
}

fn totals(contest: &Contest, profile: &Profile, by: Basis) -> Result<Vec<OptionTotal>, CountError> {
    let mut sums = vec![Tally::default(); contest.options().len()];
    for (marks, tally) in profile.iter() {
        // Invariant: ballots of another form were refused before counting.
        let Marks::Chosen(chosen) = marks else { continue };
        for option in chosen.options() {
            if let Some(sum) = sums.get_mut(option.index()) {
                *sum = sum.plus(tally).ok_or(CountError::Overflow { what: "a total" })?;
            }
        }
    }
    Ok(OptionIndex::all(sums.len())
        .zip(sums)
        .filter(|&(option, _)| !contest.options().is_withdrawn(option))
        .map(|(option, votes)| OptionTotal { option, votes, counted: by.of(votes) })
        .collect())
}

/// Groups of options with equal sums, the highest first.
fn rank(totals: &[OptionTotal]) -> Vec<Vec<OptionIndex>> {
    let mut sorted: Vec<&OptionTotal> = totals.iter().collect();
    sorted.sort_by_key(|t| (std::cmp::Reverse(t.counted), t.option));
    sorted
        .chunk_by(|a, b| a.counted == b.counted)
        .map(|group| group.iter().map(|t| t.option).collect())
        .collect()
}
