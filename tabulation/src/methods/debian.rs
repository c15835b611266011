//! The Debian constitution's standard resolution procedure (version 1.9, A.5): options must beat
//! the default option by enough votes and by their majority, and Schwartz sequential dropping
//! chooses among the rest. That choice is the one of Schulze's method with winning votes, equal
//! ones ordered by fewer votes against (A.5.7).

use super::pairwise::Pairwise;
use super::{Counted, schulze};
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{Contest, DebianRules, Incomparable, Strength};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, DefaultOptionRecord, Figure};

/// Counts by the standard resolution procedure.
pub(crate) fn count(
    contest: &Contest,
    pairwise: &Pairwise,
    rules: &DebianRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let against_default = against_default(contest.options(), pairwise, rules);
    let dropped: Vec<OptionIndex> =
        against_default.iter().filter(|r| !r.kept).map(|r| r.option).collect();
    let kept = pairwise.without(&dropped);
    let strength = Strength::WinningVotesFewerOpposing;
    let mut counted = schulze::count(contest, &kept, strength, Incomparable::Tied, ties)?;
    if let CountRecord::Schulze(record) = &mut counted.record {
        record.against_default = against_default;
    }
    Ok(counted)
}

/// A.5.2 and A.5.3, for each option but the default one.
fn against_default(
    options: &ContestOptions,
    pairwise: &Pairwise,
    rules: &DebianRules,
) -> Vec<DefaultOptionRecord> {
    let Some(default) = pairwise.options.iter().position(|&o| o == rules.default_option) else {
        return Vec::new();
    };
    let default_name = options.name(rules.default_option);
    let rows = pairwise.options.iter().enumerate().filter(|&(row, _)| row != default);
    rows.map(|(row, &option)| {
        let (votes, against) = (pairwise.votes.at(row, default), pairwise.votes.at(default, row));
        let majority = rules.majorities.iter().find(|m| m.option == option);
        let (p, q) = majority.map_or((1, 1), |m| (m.votes_for, m.votes_against));
        // V(A,D) ≥ N × V(D,A) with N = p/q, and V(A,D) > V(D,A).
        let (left, right) =
            (u128::from(votes) * u128::from(q), u128::from(p) * u128::from(against));
        let quorum_met = votes >= rules.quorum;
        let majority_met = left >= right && votes > against;
        let kept = quorum_met && majority_met;
        let fate = match (quorum_met, majority_met) {
            (true, true) => "stays".to_owned(),
            (false, _) => format!("is dropped: {} votes are needed (A.5.2)", rules.quorum),
            (true, false) => "is dropped: it does not defeat the default option by its majority \
                              (A.5.3)"
                .to_owned(),
        };
        DefaultOptionRecord {
            option,
            votes,
            against,
            left: Figure::from(left),
            right: Figure::from(right),
            kept,
            sentence: format!(
                "{} {fate}; against {default_name} it has {votes} to {against} (majority {p}:{q}, \
                 {votes} × {q} = {left}, {p} × {against} = {right}).",
                options.name(option)
            ),
        }
    })
    .collect()
}
