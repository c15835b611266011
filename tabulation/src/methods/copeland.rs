//! Copeland's method: A. H. Copeland, "A reasonable social welfare function", 1951. Most pairwise
//! wins.

use std::cmp::Reverse;

use super::Counted;
use super::condorcet::{grouped, head, ranked};
use super::pairwise::{Duels, Pairwise};
use crate::count::CountError;
use crate::english::plural;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Profile;
use crate::rules::{Contest, CopelandRules, TiedPair};
use crate::ties::TieBreaker;
use crate::transcript::{CopelandRecord, CopelandScore, CountRecord, Figure};

/// Ranks by points; the highest ranked fill the seats.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &CopelandRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let pairwise = Pairwise::of(contest, profile, rules.by, rules.unranked);
    let duels = pairwise.duels();
    let half = match rules.tied_pair {
        TiedPair::Nothing => 0,
        TiedPair::Half => 1,
    };
    let halves = |duels: &Duels| 2 * duels.wins + half * duels.ties;
    let groups = grouped(duels.iter().map(|duels| Reverse(halves(duels))));
    let options = contest.options();
    let scores = pairwise.options.iter().zip(&duels);
    let scores = scores.map(|(&option, duels)| score(options, option, duels, halves(duels)));
    let record = CountRecord::Copeland(CopelandRecord {
        head: head(options, &pairwise),
        scores: scores.collect(),
    });
    ranked(contest, &pairwise, &groups, record, ties)
}

fn score(
    options: &ContestOptions,
    option: OptionIndex,
    duels: &Duels,
    halves: usize,
) -> CopelandScore {
    // Invariant: fewer than 1,000 pairs have an option.
    let points = Figure::scaled(i128::try_from(halves * 5).unwrap_or(i128::MAX), 1);
    let [wins, losses, ties] = [duels.wins, duels.losses, duels.ties].map(|n| n as u64);
    let sentence = format!(
        "{} wins {}, loses {losses} and ties {ties}: {points} points.",
        options.name(option),
        plural(wins, "pair", "pairs"),
    );
    CopelandScore { option, wins, losses, ties, points, sentence }
}
