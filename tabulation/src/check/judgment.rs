//! Majority judgment: the grades, and which median taken away is the first to differ.

use std::cmp::Ordering;

use crate::option::OptionIndex;
use crate::profile::Marks;
use crate::rules::{MajorityJudgmentRules, Ungraded};
use crate::transcript::{CountRecord, JudgmentRecord, MedianComparison, OptionGrades};

use super::place::{Claim, records};
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking, seats, votes, wrong_kind};

records! {
    JudgmentRecord { options, comparisons } but { sentence }
    OptionGrades { option, grades, median } but {}
    MedianComparison { above, below, steps } but { sentence }
}

/// Checks a count by majority judgment.
pub(super) fn check(
    case: &Case<'_>,
    rules: &MajorityJudgmentRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let CountRecord::MajorityJudgment(record) = &case.transcript.count else {
        return Err(wrong_kind(COUNT, &case.transcript.count, "majority-judgment"));
    };
    let mut values: Vec<(OptionIndex, Grades)> = Vec::new();
    for option in case.contest.options().standing() {
        values.push((option, grades_of(case, rules, option)?));
    }
    let options = values.iter().map(|(option, grades)| OptionGrades {
        option: *option,
        grades: grades.0.clone(),
        median: grades.taken_away(0),
    });
    let options: Vec<OptionGrades> = options.collect();
    values.sort_by(|(a, one), (b, other)| one.compare(other).0.reverse().then(a.cmp(b)));
    let groups = values.chunk_by(|(_, a), (_, b)| a.compare(b).0.is_eq());
    let groups: Vec<&[(OptionIndex, Grades)]> = groups.collect();
    let mut comparisons = Vec::new();
    for (upper, lower) in groups.iter().zip(groups.iter().skip(1)) {
        if let ([(above, one), ..], [(below, other), ..]) = (upper, lower)
            && let (_, steps @ 1..) = one.compare(other)
        {
            let (above, below, sentence) = (*above, *below, String::new());
            comparisons.push(MedianComparison { above, below, steps, sentence });
        }
    }
    record.compare(&JudgmentRecord { options, comparisons, sentence: String::new() }, COUNT)?;
    let ranking: Vec<Vec<OptionIndex>> =
        groups.iter().map(|group| group.iter().map(|(option, _)| *option).collect()).collect();
    check_ranking(case, &ranking)?;
    seats::check(case, &ranking, ties)
}

fn grades_of(
    case: &Case<'_>,
    rules: &MajorityJudgmentRules,
    option: OptionIndex,
) -> Result<Grades, CheckError> {
    let mut grades = vec![0_u64; usize::from(rules.highest) + 1];
    for (marks, tally) in case.profile.iter() {
        let Marks::Scores(scores) = marks else { continue };
        let grade = match (scores.iter().find(|&(o, _)| o == option), rules.unscored) {
            (Some((_, grade)), _) => grade,
            (None, Ungraded::Lowest) => 0,
            (None, Ungraded::NotCounted) => continue,
        };
        if let Some(sum) = grades.get_mut(usize::from(grade)) {
            *sum = COUNT.fits(sum.checked_add(votes(rules.by, tally)))?;
        }
    }
    Ok(Grades(grades))
}

/// Votes for each grade, from zero up.
struct Grades(Vec<u64>);

impl Grades {
    // Invariant: all votes together stay below 2^53.
    fn number(&self) -> u64 {
        self.0.iter().fold(0, |sum, &votes| sum.saturating_add(votes))
    }

    /// The grade taken away after so many others: of the sorted grades g₁ ≤ … ≤ gₙ first the lower
    /// middle one, then in turn the next on the one side and on the other. Of an odd number the
    /// lower side comes first, of an even number the upper.
    fn taken_away(&self, after: u64) -> Option<u16> {
        let number = self.number();
        if after >= number {
            return None;
        }
        let (middle, step) = (number.div_ceil(2), after.div_ceil(2));
        let lower_first = number % 2 == 1;
        let place = match (after % 2 == 1) == lower_first {
            true => middle.saturating_sub(step),
            false => middle.saturating_add(step),
        };
        self.at(place)
    }

    /// The grade at a place among all, counted from one.
    fn at(&self, place: u64) -> Option<u16> {
        let mut below = 0_u64;
        let grade = self.0.iter().position(|&votes| {
            below = below.saturating_add(votes);
            below >= place
        });
        grade.and_then(|grade| u16::try_from(grade).ok())
    }

    /// When grades are taken away from which a side may go on with another grade: those near the
    /// ends of each run of equal grades.
    fn turns(&self) -> Vec<u64> {
        let middle = self.number().div_ceil(2);
        let mut turns = vec![0, 1, 2, self.number()];
        let mut end = 0_u64;
        for &votes in &self.0 {
            end = end.saturating_add(votes);
            let distance = end.abs_diff(middle).saturating_mul(2);
            turns.extend((0..=5).map(|near| distance.saturating_add(3).saturating_sub(near)));
        }
        turns
    }

    /// How two compare by the first grades taken away that differ, and how many came before.
    /// Whoever runs out of grades first stands lower.
    fn compare(&self, other: &Self) -> (Ordering, u64) {
        let mut turns = self.turns();
        turns.extend(other.turns());
        turns.sort_unstable();
        let differs = |&after: &u64| self.taken_away(after) != other.taken_away(after);
        match turns.into_iter().find(differs) {
            Some(after) => (self.taken_away(after).cmp(&other.taken_away(after)), after),
            None => (Ordering::Equal, self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, one grade at a time.
    fn one_by_one(grades: &[u64]) -> Vec<u16> {
        let mut sorted: Vec<u16> =
            (0_u16..).zip(grades).flat_map(|(grade, &n)| (0..n).map(move |_| grade)).collect();
        let mut taken = Vec::new();
        while !sorted.is_empty() {
            taken.push(sorted.remove((sorted.len() - 1) / 2));
        }
        taken
    }

    proptest! {
        #[test]
        fn grades_are_taken_away_from_the_middle(
            a in proptest::collection::vec(0..9_u64, 4),
            b in proptest::collection::vec(0..9_u64, 4),
        ) {
            let (slow_a, slow_b) = (one_by_one(&a), one_by_one(&b));
            let (a, b) = (Grades(a), Grades(b));
            let taken: Vec<u16> = (0..a.number()).filter_map(|after| a.taken_away(after)).collect();
            prop_assert_eq!(&taken, &slow_a);
            let before = slow_a.iter().zip(&slow_b).take_while(|(a, b)| a == b).count() as u64;
            prop_assert_eq!(a.compare(&b), (slow_a.cmp(&slow_b), before));
        }
    }
}
