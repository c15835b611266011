//! Points added up: cumulative voting, scores, Borda's count.

use std::cmp::Ordering;

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::{Basis, BordaRules, CumulativeRules, ScoreRules, UnrankedPoints, Unscored};
use crate::transcript::{CountRecord, Figure, OptionPoints, PointsRecord};

use super::place::{Claim, records};
use super::tally::by_value;
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, votes, wrong_kind};

records! {
    PointsRecord { totals } but { sentence }
    OptionPoints { option, ballots, sum, value } but {}
}

/// What one option received: points, and the ballots that name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Received {
    pub(super) points: u128,
    pub(super) ballots: u64,
}

/// Checks cumulative voting.
pub(super) fn check_cumulative(
    case: &Case<'_>,
    rules: &CumulativeRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let sums = scores(case, rules.by)?;
    finish(case, &sums, Figure::from, Value::Sum, ties)
}

/// Checks score voting.
pub(super) fn check_score(
    case: &Case<'_>,
    rules: &ScoreRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let sums = scores(case, rules.by)?;
    let value = match rules.unscored {
        Unscored::Zero => Value::Sum,
        Unscored::NotCounted => Value::Mean,
    };
    finish(case, &sums, Figure::from, value, ties)
}

/// Checks Borda's count, in half points: whoever stands below gives two, whoever is equal one.
pub(super) fn check_borda(
    case: &Case<'_>,
    rules: &BordaRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let standing = case.contest.options().standing();
    let mut sums = Vec::new();
    for &option in &standing {
        let mut received = Received { points: 0, ballots: 0 };
        for (marks, tally) in case.profile.iter() {
            let Marks::Ranking(ranking) = marks else { continue };
            let stand = |o: &OptionIndex| standing.binary_search(o).is_ok();
            let number = votes(rules.by, tally);
            let groups = ranking.groups().map(|group| group.filter(stand).collect::<Vec<_>>());
            let groups: Vec<Vec<OptionIndex>> = groups.collect();
            let ranked: usize = groups.iter().map(Vec::len).sum();
            let place = groups.iter().position(|group| group.contains(&option));
            let (below, equal) = match place {
                Some(place) => {
                    let above: usize = groups.iter().take(place).map(Vec::len).sum();
                    let equal = groups.get(place).map_or(0, Vec::len).saturating_sub(1);
                    (standing.len().saturating_sub(above + equal + 1), equal)
                }
                None => match rules.unranked {
                    UnrankedPoints::Zero => (0, 0),
                    UnrankedPoints::Average => (0, standing.len().saturating_sub(ranked + 1)),
                },
            };
            let halves = u128::try_from(2 * below + equal).ok();
            let points = halves.and_then(|halves| halves.checked_mul(u128::from(number)));
            let sum = points.and_then(|points| received.points.checked_add(points));
            received.points = COUNT.fits(sum)?;
            if place.is_some() {
                received.ballots = COUNT.fits(received.ballots.checked_add(number))?;
            }
        }
        sums.push((option, received));
    }
    let halves = |points: u128| {
        Figure::scaled(i128::try_from(points.saturating_mul(5)).unwrap_or(i128::MAX), 1)
    };
    finish(case, &sums, halves, Value::Sum, ties)
}

/// The sums of all scores, option by option in ballot order.
pub(super) fn scores(
    case: &Case<'_>,
    by: Basis,
) -> Result<Vec<(OptionIndex, Received)>, CheckError> {
    let mut sums = vec![Received { points: 0, ballots: 0 }; case.contest.options().len()];
    for (marks, tally) in case.profile.iter() {
        let Marks::Scores(scores) = marks else { continue };
        let number = votes(by, tally);
        for (option, score) in scores.iter() {
            let Some(sum) = sums.get_mut(option.index()) else { continue };
            let points = u128::from(number).checked_mul(u128::from(score));
            sum.points = COUNT.fits(points.and_then(|points| sum.points.checked_add(points)))?;
            sum.ballots = COUNT.fits(sum.ballots.checked_add(number))?;
        }
    }
    let standing = case.contest.options().standing().into_iter();
    Ok(standing.filter_map(|o| Some((o, *sums.get(o.index())?))).collect())
}

/// What is compared.
#[derive(Clone, Copy)]
enum Value {
    Sum,
    Mean,
}

/// A mean, compared by cross-multiplication; that of nobody is zero.
struct Mean {
    points: u128,
    ballots: u128,
}

impl Ord for Mean {
    // Invariant: points stay below 2^64, ballots below 2^53.
    fn cmp(&self, other: &Self) -> Ordering {
        let left = self.points.saturating_mul(other.ballots);
        left.cmp(&other.points.saturating_mul(self.ballots))
    }
}

impl PartialOrd for Mean {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Mean {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Mean {}

fn finish(
    case: &Case<'_>,
    sums: &[(OptionIndex, Received)],
    figure: impl Fn(u128) -> Figure,
    value: Value,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::Points(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "points"));
    };
    let mean = |received: &Received| Mean {
        points: received.points,
        ballots: match value {
            Value::Sum => 1,
            Value::Mean => u128::from(received.ballots.max(1)),
        },
    };
    let totals = sums.iter().map(|(option, received)| OptionPoints {
        option: *option,
        ballots: received.ballots,
        sum: figure(received.points),
        value: match value {
            Value::Sum => figure(received.points),
            Value::Mean => {
                let mean = mean(received);
                Figure::fraction(&mean.points.into(), &mean.ballots.into())
            }
        },
    });
    let follows = PointsRecord { totals: totals.collect(), sentence: String::new() };
    record.compare(&follows, COUNT)?;
    let ranking = by_value(sums.iter().map(|(option, received)| (*option, mean(received))));
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}
