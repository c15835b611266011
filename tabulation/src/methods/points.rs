//! Methods that add up points: cumulative voting, score voting, Borda's count.

use std::cmp::Ordering;

use super::{Counted, seats};
use crate::count::CountError;
use crate::english::list;
use crate::option::OptionIndex;
use crate::profile::{Marks, Profile};
use crate::rules::{
    Basis, BordaRules, Contest, CumulativeRules, ScoreRules, UnrankedPoints, Unscored,
};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, Figure, OptionPoints, PointsRecord};

/// What one option received: ballots that name it and its points.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) ballots: u64,
    pub(super) points: u128,
}

impl Sum {
    fn add(&mut self, ballots: u64, points: u128) -> Result<(), CountError> {
        let overflow = CountError::Overflow { what: "a sum of points" };
        let votes = u128::from(ballots).checked_mul(points);
        let sum = votes.and_then(|votes| self.points.checked_add(votes));
        self.points = sum.ok_or_else(|| overflow.clone())?;
        self.ballots = self.ballots.checked_add(ballots).ok_or(overflow)?;
        Ok(())
    }

    /// Compares the means of those who scored an option. The mean of nobody is zero.
    // Invariant: points stay below 2^63 and ballots below 2^53.
    fn compare_means(&self, other: &Self) -> Ordering {
        let (a, b) = (u128::from(self.ballots.max(1)), u128::from(other.ballots.max(1)));
        (self.points * b).cmp(&(other.points * a))
    }
}

/// Counts votes distributed; the options with most fill the seats.
pub(crate) fn cumulative(
    contest: &Contest,
    profile: &Profile,
    rules: &CumulativeRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let sums = of_scores(contest, profile, rules.by)?;
    let whole = |sum: &Sum| Figure::from(sum.points);
    finish(contest, &sums, Sums { noun: "Votes", sum: &whole, value: &whole, by_sum: true }, ties)
}

/// Counts scores; the highest sums or means fill the seats.
pub(crate) fn score(
    contest: &Contest,
    profile: &Profile,
    rules: &ScoreRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let sums = of_scores(contest, profile, rules.by)?;
    let whole = |sum: &Sum| Figure::from(sum.points);
    let mean =
        |sum: &Sum| Figure::fraction(&sum.points.into(), &u128::from(sum.ballots.max(1)).into());
    let how = match rules.unscored {
        Unscored::Zero => Sums { noun: "Sums of scores", sum: &whole, value: &whole, by_sum: true },
        Unscored::NotCounted => {
            Sums { noun: "Mean scores", sum: &whole, value: &mean, by_sum: false }
        }
    };
    finish(contest, &sums, how, ties)
}

/// Counts points for places; the most points fill the seats.
pub(crate) fn borda(
    contest: &Contest,
    profile: &Profile,
    rules: &BordaRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let sums = of_places(contest, profile, rules)?;
    // Sums are of half points. Invariant: they stay below 2^65.
    let halves = |sum: &Sum| Figure::scaled(i128::try_from(sum.points * 5).unwrap_or(i128::MAX), 1);
    let how = Sums { noun: "Points", sum: &halves, value: &halves, by_sum: true };
    finish(contest, &sums, how, ties)
}

/// The sums of all scores, option by option.
pub(super) fn of_scores(
    contest: &Contest,
    profile: &Profile,
    by: Basis,
) -> Result<Vec<Sum>, CountError> {
    let mut sums = vec![Sum::default(); contest.options().len()];
    for (marks, tally) in profile.iter() {
        // Invariant: ballots of another form were refused before counting.
        let Marks::Scores(scores) = marks else { continue };
        for (option, score) in scores.iter() {
            if let Some(sum) = sums.get_mut(option.index()) {
                sum.add(by.of(tally), u128::from(score))?;
            }
        }
    }
    Ok(sums)
}

/// The sums of half points for places. Withdrawn options are passed over, so places close up.
fn of_places(
    contest: &Contest,
    profile: &Profile,
    rules: &BordaRules,
) -> Result<Vec<Sum>, CountError> {
    let options = contest.options();
    let standing = options.standing();
    let places = standing.len() as u128;
    let mut sums = vec![Sum::default(); options.len()];
    let mut ranked = vec![false; options.len()];
    for (ranking, tally) in profile.rankings() {
        let count = rules.by.of(tally);
        let mut above = 0_u128;
        ranked.fill(false);
        for group in ranking.groups() {
            let group: Vec<OptionIndex> = group.filter(|&o| !options.is_withdrawn(o)).collect();
            let size = group.len() as u128;
            // The mean of places above + 1 to above + size, in half points.
            let points = (2 * places).saturating_sub(2 * above + size + 1);
            for option in group {
                if let (Some(sum), Some(flag)) =
                    (sums.get_mut(option.index()), ranked.get_mut(option.index()))
                {
                    sum.add(count, points)?;
                    *flag = true;
                }
            }
            above += size;
        }
        if rules.unranked == UnrankedPoints::Average {
            let points = places.saturating_sub(above + 1);
            for option in &standing {
                if ranked.get(option.index()) == Some(&false)
                    && let Some(sum) = sums.get_mut(option.index())
                {
                    let ballots = sum.ballots;
                    sum.add(count, points)?;
                    sum.ballots = ballots;
                }
            }
        }
    }
    Ok(sums)
}

/// How sums are printed and compared.
struct Sums<'a> {
    noun: &'static str,
    sum: &'a dyn Fn(&Sum) -> Figure,
    value: &'a dyn Fn(&Sum) -> Figure,
    /// By the sum, or else by the mean.
    by_sum: bool,
}

fn finish(
    contest: &Contest,
    sums: &[Sum],
    how: Sums<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let standing = options.standing();
    let of = |option: &OptionIndex| sums.get(option.index()).copied().unwrap_or_default();
    let totals: Vec<OptionPoints> = standing
        .iter()
        .map(|option| {
            let sum = of(option);
            let (value, points) = ((how.value)(&sum), (how.sum)(&sum));
            OptionPoints { option: *option, ballots: sum.ballots, sum: points, value }
        })
        .collect();
    let ranking = rank(standing.iter().map(|o| (*o, of(o))).collect(), |a, b| {
        if how.by_sum { a.points.cmp(&b.points) } else { a.compare_means(b) }
    });
    let filled = seats::fill(contest, &ranking, ties)?;
    let told = ranking.iter().flatten();
    let told = told.map(|o| format!("{} {}", options.name(*o), (how.value)(&of(o))));
    let sentence = format!("{}: {}.", how.noun, list(told));
    Ok(Counted {
        record: CountRecord::Points(PointsRecord { totals, sentence }),
        ranking,
        cap: filled.cap,
        outcome: filled.outcome,
        sentence: filled.sentence,
    })
}

/// Groups of options that compare as equal, the greatest first.
pub(super) fn rank<T>(
    mut items: Vec<(OptionIndex, T)>,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<Vec<OptionIndex>> {
    items.sort_by(|(a, left), (b, right)| compare(right, left).then(a.cmp(b)));
    items
        .chunk_by(|(_, a), (_, b)| compare(a, b) == Ordering::Equal)
        .map(|group| group.iter().map(|(option, _)| *option).collect())
        .collect()
}
