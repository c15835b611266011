//! What counts by pairwise comparison share.

use super::pairwise::Pairwise;
use super::{Counted, seats};
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::Contest;
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, PairwiseHead};

/// The pairs, the Condorcet winner and the Smith set: the head of a record.
pub(super) fn head(options: &ContestOptions, pairwise: &Pairwise) -> PairwiseHead {
    let smith = pairwise.smith_sets().into_iter().next().unwrap_or_default();
    let condorcet_winner = pairwise.condorcet_winner();
    let smith = pairwise.named(&smith);
    let smith_sentence = match condorcet_winner {
        Some(winner) => {
            format!("{} beats every other option pair by pair.", options.name(winner))
        }
        None => format!(
            "Nobody beats every other option pair by pair; the smallest group of which every \
             member beats everybody outside is {}.",
            options.names(&smith)
        ),
    };
    PairwiseHead {
        options: pairwise.options.clone(),
        pairwise: pairwise.votes.to_rows(|votes| votes),
        condorcet_winner,
        smith,
        smith_sentence,
    }
}

/// Fills the seats from a ranking of rows, ties as groups.
pub(super) fn ranked(
    contest: &Contest,
    pairwise: &Pairwise,
    groups: &[Vec<usize>],
    record: CountRecord,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let ranking: Vec<Vec<OptionIndex>> = groups.iter().map(|group| pairwise.named(group)).collect();
    let filled = seats::fill(contest, &ranking, ties)?;
    Ok(Counted {
        record,
        ranking,
        cap: filled.cap,
        outcome: filled.outcome,
        sentence: filled.sentence,
    })
}

/// Groups rows by a number each, the smallest first; a group is in ballot order.
pub(super) fn grouped<K: Ord>(keys: impl IntoIterator<Item = K>) -> Vec<Vec<usize>> {
    let mut groups = std::collections::BTreeMap::<K, Vec<usize>>::new();
    for (row, key) in keys.into_iter().enumerate() {
        groups.entry(key).or_default().push(row);
    }
    groups.into_values().collect()
}
