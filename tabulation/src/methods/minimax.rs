//! Minimax: P. B. Simpson 1969 and G. H. Kramer 1977. Whose worst defeat is smallest stands first.

use super::Counted;
use super::condorcet::{grouped, head, ranked};
use super::defeats::{Key, key};
use super::pairwise::Pairwise;
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Profile;
use crate::rules::{Contest, MinimaxRules, MinimaxStrength, Strength};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, MinimaxRecord, WorstDefeat};

/// The worst that a row suffers.
#[derive(Debug, Clone, Copy, Default)]
struct Worst {
    key: Key,
    /// By whom, with the votes for and against: the first in ballot order.
    against: Option<(usize, u64, u64)>,
}

/// Ranks by the worst defeat; the highest ranked fill the seats.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &MinimaxRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let pairwise = Pairwise::of(contest, profile, rules.by, rules.unranked);
    let mut worst = vec![Worst::default(); pairwise.options.len()];
    pairwise.votes.each_with_mirror(|winner, loser, votes, opposing| {
        let key = match rules.strength.of_defeats() {
            Some(strength) => key(votes, opposing, strength),
            None => (votes, 0),
        };
        // For each loser, winners come in ballot order.
        if let Some(worst) = worst.get_mut(loser)
            && winner != loser
            && key > worst.key
        {
            *worst = Worst { key, against: Some((winner, votes, opposing)) };
        }
    });
    let groups = grouped(worst.iter().map(|worst| worst.key));
    let options = contest.options();
    let rows = pairwise.options.iter().zip(&worst);
    let worst = rows.map(|(&option, w)| record(options, &pairwise, rules.strength, option, w));
    let record = CountRecord::Minimax(MinimaxRecord {
        head: head(options, &pairwise),
        worst: worst.collect(),
    });
    ranked(contest, &pairwise, &groups, record, ties)
}

fn record(
    options: &ContestOptions,
    pairwise: &Pairwise,
    strength: MinimaxStrength,
    option: OptionIndex,
    worst: &Worst,
) -> WorstDefeat {
    let name = options.name(option);
    let found = worst.against.and_then(|(row, v, o)| Some((*pairwise.options.get(row)?, v, o)));
    let Some((against, votes, opposing)) = found else {
        let sentence = match strength.of_defeats() {
            Some(_) => format!("{name} loses no pair."),
            None => format!("No vote prefers another option to {name}."),
        };
        return WorstDefeat { option, against: None, strength: 0, opposing: None, sentence };
    };
    let by = format!("{} with {votes} to {opposing}", options.name(against));
    let sentence = match strength {
        MinimaxStrength::Margins => {
            format!("{name} loses worst to {by}: a difference of {}.", worst.key.0)
        }
        MinimaxStrength::WinningVotes | MinimaxStrength::WinningVotesFewerOpposing => {
            format!("{name} loses worst to {by}.")
        }
        MinimaxStrength::Opposition => format!("{name} has the most votes against it from {by}."),
    };
    let opposing =
        (strength.of_defeats() == Some(Strength::WinningVotesFewerOpposing)).then_some(opposing);
    WorstDefeat { option, against: Some(against), strength: worst.key.0, opposing, sentence }
}
