//! What paper-like ballots with overvotes, skipped and repeated ranks mean: a step of its own
//! before any count, by rules that are named, with every rewrite counted. The rules and their
//! names are RCTab's (`overvoteRule`, `maxSkippedRanksAllowed`, `exhaustOnDuplicateCandidate`).

use crate::option::OptionIndex;
use crate::profile::{Profile, ProfileBuilder, ProfileError, Tally};
use crate::selection::Selection;

/// What stands at one rank of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Nothing.
    Skipped,
    /// One option.
    One(OptionIndex),
    /// More than one, known or not.
    Overvote,
}

/// Ballots as marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedBallot {
    /// How many look like this.
    pub count: u64,
    /// The ranks, best first.
    pub ranks: Vec<Mark>,
}

/// What an overvoted rank means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OvervoteRule {
    /// The ballot ends there.
    ExhaustImmediately,
    /// The rank is passed over.
    AlwaysSkipToNextRank,
}

/// What skipped ranks mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkippedRanks {
    /// They are passed over, however many.
    Unlimited,
    /// More than so many in a row end the ballot.
    AtMost(u16),
}

/// What an option means that was ranked before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// The later rank is passed over.
    PassOver,
    /// The ballot ends there.
    Exhaust,
}

/// The rules by which marks become rankings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarkRules {
    /// Overvoted ranks.
    pub overvotes: OvervoteRule,
    /// Skipped ranks.
    pub skipped: SkippedRanks,
    /// Repeated options.
    pub duplicates: Duplicates,
}

/// How many ballots were read otherwise than as a plain ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rewrites {
    /// Ballots with an overvoted rank that was met.
    pub overvoted: u64,
    /// Ballots with a skipped rank before a mark that was met.
    pub skipped: u64,
    /// Ballots with a repeated option that was met.
    pub repeated: u64,
}

impl MarkRules {
    /// The ranking that a ballot's marks mean.
    #[must_use]
    pub fn ranking(self, ranks: &[Mark]) -> Selection {
        self.read(ranks, &mut Rewrites::default(), 0)
    }

    /// All ballots as a profile of weight one each, and how many were rewritten.
    ///
    /// # Errors
    /// When there are too many ballots to sum exactly.
    pub fn profile(self, ballots: &[MarkedBallot]) -> Result<(Profile, Rewrites), ProfileError> {
        let mut profile = ProfileBuilder::new();
        let mut rewrites = Rewrites::default();
        for ballot in ballots {
            let selection = self.read(&ballot.ranks, &mut rewrites, ballot.count);
            profile.add_many(&selection, Tally::ballots(ballot.count))?;
        }
        Ok((profile.build(), rewrites))
    }

    fn read(self, ranks: &[Mark], rewrites: &mut Rewrites, count: u64) -> Selection {
        let mut options: Vec<OptionIndex> = Vec::new();
        let (mut gap, mut skipped, mut overvoted, mut repeated) = (0_u16, false, false, false);
        for mark in ranks {
            match mark {
                Mark::Skipped => {
                    gap = gap.saturating_add(1);
                    if matches!(self.skipped, SkippedRanks::AtMost(most) if gap > most) {
                        break;
                    }
                    continue;
                }
                Mark::Overvote => {
                    overvoted = true;
                    if self.overvotes == OvervoteRule::ExhaustImmediately {
                        break;
                    }
                }
                Mark::One(option) if options.contains(option) => {
                    repeated = true;
                    if self.duplicates == Duplicates::Exhaust {
                        break;
                    }
                }
                Mark::One(option) => {
                    skipped |= gap > 0;
                    options.push(*option);
                }
            }
            gap = 0;
        }
        for (flag, sum) in [
            (overvoted, &mut rewrites.overvoted),
            (skipped, &mut rewrites.skipped),
            (repeated, &mut rewrites.repeated),
        ] {
            *sum = sum.saturating_add(if flag { count } else { 0 });
        }
        Selection::strict(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Mark = Mark::One(OptionIndex::new(0));
    const B: Mark = Mark::One(OptionIndex::new(1));
    const NO: Mark = Mark::Skipped;
    const OVER: Mark = Mark::Overvote;

    const RULES: MarkRules = MarkRules {
        overvotes: OvervoteRule::ExhaustImmediately,
        skipped: SkippedRanks::AtMost(1),
        duplicates: Duplicates::PassOver,
    };

    fn length(rules: MarkRules, ranks: &[Mark]) -> usize {
        let Selection::Ranking(groups) = rules.ranking(ranks) else { panic!() };
        groups.len()
    }

    #[test]
    fn an_overvote_ends_the_ballot_or_is_passed_over_as_the_rule_says() {
        assert_eq!(length(RULES, &[A, OVER, B]), 1);
        let skip = MarkRules { overvotes: OvervoteRule::AlwaysSkipToNextRank, ..RULES };
        assert_eq!(length(skip, &[A, OVER, B]), 2);
    }

    #[test]
    fn one_skipped_rank_too_many_ends_the_ballot() {
        assert_eq!(length(RULES, &[A, NO, B]), 2);
        assert_eq!(length(RULES, &[A, NO, NO, B]), 1);
        assert_eq!(length(RULES, &[NO, NO, B]), 0);
        let any = MarkRules { skipped: SkippedRanks::Unlimited, ..RULES };
        assert_eq!(length(any, &[NO, NO, NO, B]), 1);
    }

    #[test]
    fn a_repeated_option_is_passed_over_or_ends_the_ballot_as_the_rule_says() {
        assert_eq!(length(RULES, &[A, A, B]), 2);
        let exhaust = MarkRules { duplicates: Duplicates::Exhaust, ..RULES };
        assert_eq!(length(exhaust, &[A, A, B]), 1);
    }

    #[test]
    fn rewrites_are_counted_by_ballots() {
        let ballots = [
            MarkedBallot { count: 3, ranks: vec![A, NO, B] },
            MarkedBallot { count: 2, ranks: vec![A, A, OVER] },
        ];
        let (profile, rewrites) = RULES.profile(&ballots).unwrap();
        assert_eq!(profile.total().heads, 5);
        assert_eq!(rewrites, Rewrites { overvoted: 2, skipped: 3, repeated: 2 });
    }
}
