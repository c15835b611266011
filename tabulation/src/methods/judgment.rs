//! Majority judgment.
//!
//! M. Balinski and R. Laraki, "A theory of measuring, electing, and ranking", PNAS 104 (2007),
//! and "Election by majority judgment: experimental evidence" (2007): options are ranked by their
//! majority values, the sequences of medians met when one median grade is taken away at a time.

use std::cmp::Ordering;

use super::points::rank;
use super::{Counted, seats};
use crate::count::CountError;
use crate::english::{list, plural};
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::{Marks, Profile};
use crate::rules::{Contest, MajorityJudgmentRules, Ungraded};
use crate::ties::TieBreaker;
use crate::transcript::{CountRecord, JudgmentRecord, MedianComparison, OptionGrades};

/// Ranks by majority values; the highest fill the seats.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &MajorityJudgmentRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let grades = grades(contest, profile, rules)?;
    let graded: Vec<(OptionIndex, MajorityValue)> =
        grades.iter().map(|g| (g.option, MajorityValue::of(&g.grades))).collect();
    let value = |option: OptionIndex| graded.iter().find(|(o, _)| *o == option).map(|(_, v)| v);
    let ranking = rank(graded.iter().map(|(o, v)| (*o, v)).collect(), |a, b| a.compare(b).ordering);
    let mut comparisons = Vec::new();
    for pair in ranking.windows(2) {
        let [Some(&above), Some(&below)] = [pair.first(), pair.last()].map(|g| g?.first()) else {
            continue;
        };
        let (Some(a), Some(b)) = (value(above), value(below)) else { continue };
        let steps = a.compare(b).steps;
        if steps > 0 {
            let sentence = comparison_sentence(options, above, below, a.compare(b));
            comparisons.push(MedianComparison { above, below, steps, sentence });
        }
    }
    let filled = seats::fill(contest, &ranking, ties)?;
    let sentence = medians_sentence(options, &ranking, &grades);
    Ok(Counted {
        record: CountRecord::MajorityJudgment(JudgmentRecord {
            options: grades,
            comparisons,
            sentence,
        }),
        ranking,
        cap: filled.cap,
        outcome: filled.outcome,
        sentence: filled.sentence,
    })
}

fn grades(
    contest: &Contest,
    profile: &Profile,
    rules: &MajorityJudgmentRules,
) -> Result<Vec<OptionGrades>, CountError> {
    let size = usize::from(rules.highest) + 1;
    let mut grades = vec![vec![0_u64; size]; contest.options().len()];
    for (marks, tally) in profile.iter() {
        // Invariant: ballots of another form were refused before counting.
        let Marks::Scores(scores) = marks else { continue };
        for (option, grade) in scores.iter() {
            let of_option = grades.get_mut(option.index());
            if let Some(votes) = of_option.and_then(|g| g.get_mut(usize::from(grade))) {
                // Invariant: a sum of votes never exceeds the total, which was checked.
                *votes += rules.by.of(tally);
            }
        }
    }
    let all = rules.by.of(profile.total());
    let standing = contest.options().standing().into_iter();
    standing
        .map(|option| {
            let mut grades = grades.get(option.index()).cloned().unwrap_or_default();
            if rules.unscored == Ungraded::Lowest
                && let Some(left_out) = all.checked_sub(grades.iter().sum())
                && let Some(lowest) = grades.first_mut()
            {
                *lowest += left_out;
            }
            let median = MajorityValue::of(&grades).median();
            Ok(OptionGrades { option, grades, median })
        })
        .collect()
}

/// A stretch of a majority value: two grades in turn, `first` first, `length` grades in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    first: u16,
    second: u16,
    length: u64,
}

/// The medians met when one median grade is taken away at a time.
///
/// Taking away the lower middle of the sorted grades g₁ ≤ … ≤ gₙ gives, for odd n, first the
/// middle one, and from then on in turn the next lower and the next higher one. So blocks of equal
/// grades meet in stretches, and there are at most twice as many stretches as grades of the scale,
/// however many votes there are.
#[derive(Debug)]
struct MajorityValue(Vec<Stretch>);

/// How two majority values compare, and how many equal medians were met before they differed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Compared {
    ordering: Ordering,
    steps: u64,
}

impl MajorityValue {
    fn of(grades: &[u64]) -> Self {
        let number: u64 = grades.iter().sum();
        let half = number / 2;
        let numbered = (0_u16..).zip(grades.iter().copied());
        let mut stretches = Vec::new();
        let mut below = take(numbered.clone(), half);
        if number % 2 == 1
            && let Some((middle, _)) = take(numbered.clone(), half + 1).last().copied()
        {
            stretches.push(Stretch { first: middle, second: middle, length: 1 });
        }
        let mut above = take(numbered.collect::<Vec<_>>().into_iter().rev(), half);
        // The grades nearest to the middle were taken last.
        while let (Some((low, lows)), Some((high, highs))) = (below.pop(), above.pop()) {
            let pairs = lows.min(highs);
            stretches.push(Stretch { first: low, second: high, length: 2 * pairs });
            if lows > pairs {
                below.push((low, lows - pairs));
            }
            if highs > pairs {
                above.push((high, highs - pairs));
            }
        }
        Self(stretches)
    }

    /// The first median; nothing without grades.
    fn median(&self) -> Option<u16> {
        self.0.first().map(|stretch| stretch.first)
    }

    /// Compares median by median. Whoever runs out of grades first stands lower.
    fn compare(&self, other: &Self) -> Compared {
        let mut steps = 0;
        let (mut left, mut right) = (self.0.iter().copied(), other.0.iter().copied());
        let (mut a, mut b) = (left.next(), right.next());
        loop {
            let (Some(x), Some(y)) = (a, b) else {
                return Compared { ordering: a.is_some().cmp(&b.is_some()), steps };
            };
            if x.first != y.first {
                return Compared { ordering: x.first.cmp(&y.first), steps };
            }
            let length = x.length.min(y.length);
            if length > 1 && x.second != y.second {
                return Compared { ordering: x.second.cmp(&y.second), steps: steps + 1 };
            }
            steps += length;
            a = x.after(length).or_else(|| left.next());
            b = y.after(length).or_else(|| right.next());
        }
    }
}

impl Stretch {
    /// What is left after so many grades.
    fn after(self, passed: u64) -> Option<Self> {
        let Self { first, second, length } = self;
        let length = length.checked_sub(passed).filter(|&n| n > 0)?;
        let turned = passed % 2 == 1;
        let (first, second) = if turned { (second, first) } else { (first, second) };
        Some(Self { first, second, length })
    }
}

/// The first `number` grades of some blocks, as blocks.
fn take(blocks: impl Iterator<Item = (u16, u64)>, number: u64) -> Vec<(u16, u64)> {
    let mut left = number;
    let mut taken = Vec::new();
    for (grade, votes) in blocks {
        let votes = votes.min(left);
        if votes > 0 {
            taken.push((grade, votes));
            left -= votes;
        }
    }
    taken
}

fn comparison_sentence(
    options: &ContestOptions,
    above: OptionIndex,
    below: OptionIndex,
    compared: Compared,
) -> String {
    format!(
        "{} stands above {}: they differ after {} {} taken from each.",
        options.name(above),
        options.name(below),
        plural(compared.steps, "equal median grade", "equal median grades"),
        if compared.steps == 1 { "was" } else { "were" },
    )
}

fn medians_sentence(
    options: &ContestOptions,
    ranking: &[Vec<OptionIndex>],
    grades: &[OptionGrades],
) -> String {
    let median = |option: &OptionIndex| grades.iter().find(|g| g.option == *option)?.median;
    let told = ranking.iter().flatten().map(|option| match median(option) {
        Some(grade) => format!("{} {grade}", options.name(*option)),
        None => format!("{} without grades", options.name(*option)),
    });
    format!("Median grades, the best first: {}.", list(told))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, one grade at a time.
    fn naive(grades: &[u64]) -> Vec<u16> {
        let mut sorted: Vec<u16> =
            (0_u16..).zip(grades).flat_map(|(g, &n)| vec![g; n as usize]).collect();
        let mut value = Vec::new();
        while !sorted.is_empty() {
            value.push(sorted.remove((sorted.len() - 1) / 2));
        }
        value
    }

    fn written_out(value: &MajorityValue) -> Vec<u16> {
        let both = |s: &Stretch| {
            let (a, b) = (s.first, s.second);
            (0..s.length).map(move |i| if i % 2 == 0 { a } else { b }).collect::<Vec<_>>()
        };
        value.0.iter().flat_map(both).collect()
    }

    proptest! {
        #[test]
        fn stretches_are_the_medians_taken_away_one_by_one(
            a in proptest::collection::vec(0..6_u64, 5),
            b in proptest::collection::vec(0..6_u64, 5),
        ) {
            let (x, y) = (MajorityValue::of(&a), MajorityValue::of(&b));
            let (slow_x, slow_y) = (naive(&a), naive(&b));
            prop_assert_eq!(&written_out(&x), &slow_x);
            let equal = slow_x.iter().zip(&slow_y).take_while(|(a, b)| a == b).count() as u64;
            let compared = Compared { ordering: slow_x.cmp(&slow_y), steps: equal };
            prop_assert_eq!(x.compare(&y), compared);
        }
    }

    #[test]
    fn a_quadrillion_votes_take_a_few_stretches() {
        let huge = 1_000_000_000_000_000;
        let (x, y) = (
            MajorityValue::of(&[huge, huge, huge]),
            MajorityValue::of(&[huge + 1, huge, huge - 1]),
        );
        assert!(x.0.len() <= 6);
        let compared = x.compare(&y);
        assert_eq!(compared.ordering, Ordering::Greater);
        assert!(compared.steps > 900_000_000_000_000);
    }
}
