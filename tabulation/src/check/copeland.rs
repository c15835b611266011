//! Copeland's method: pairs won, lost and tied.

use crate::rules::{CopelandRules, TiedPair};
use crate::transcript::{CopelandRecord, CopelandScore, CountRecord, Figure};

use super::condorcet::Pairs;
use super::place::{Claim, records};
use super::tally::by_value;
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, wrong_kind};

records! {
    CopelandScore { option, wins, losses, ties, points } but { sentence }
}

/// Checks a count by Copeland's method.
pub(super) fn check(
    case: &Case<'_>,
    rules: &CopelandRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::Copeland(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "copeland"));
    };
    let CopelandRecord { head, scores } = record;
    let options = case.contest.options().standing();
    let pairs = Pairs::check(case, head, options, rules.by, rules.unranked, COUNT)?;
    let rows = 0..pairs.options.len();
    let mut follows = Vec::new();
    let mut tenths = Vec::new();
    for (row, &option) in pairs.options.iter().enumerate() {
        let others = || rows.clone().filter(|&other| other != row);
        let wins = others().filter(|&other| pairs.beats(row, other)).count();
        let losses = others().filter(|&other| pairs.beats(other, row)).count();
        let [wins, losses, all] = [wins, losses, others().count()].map(|n| u64::try_from(n).ok());
        let [wins, losses, all] = [COUNT.fits(wins)?, COUNT.fits(losses)?, COUNT.fits(all)?];
        let tied = all - wins - losses;
        let points = wins * 10
            + match rules.tied_pair {
                TiedPair::Nothing => 0,
                TiedPair::Half => tied * 5,
            };
        tenths.push((option, points));
        follows.push(CopelandScore {
            option,
            wins,
            losses,
            ties: tied,
            points: Figure::scaled(i128::from(points), 1),
            sentence: String::new(),
        });
    }
    scores.compare(&follows, &COUNT.key("scores"))?;
    let ranking = by_value(tenths.into_iter());
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}
