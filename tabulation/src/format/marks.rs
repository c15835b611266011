//! What paper-like ballots with overvotes, skipped and repeated ranks mean: a step of its own
//! before any count, by rules that are named, with every rewrite counted. The rules and their
//! names are RCTab's (`overvoteRule`, `maxSkippedRanksAllowed`, `exhaustOnDuplicateCandidate`).

use crate::option::OptionIndex;
use crate::profile::{Profile, ProfileBuilder, ProfileError, RankedBallots, Tally};
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
    /// Ballots with a mark of which the file says that nobody has decided yet what it means.
    pub undecided: u64,
}

impl MarkRules {
    /// The ranking that a ballot's marks mean.
    #[must_use]
    pub fn ranking(self, ranks: &[Mark]) -> Selection {
        let (kept, _) = self.read(ranks);
        Selection::strict(kept.into_iter().flatten())
    }

    /// All ballots as a profile of weight one each, and how many were rewritten.
    ///
    /// # Errors
    /// When there are too many ballots to sum exactly.
    pub fn profile(self, ballots: &[MarkedBallot]) -> Result<(Profile, Rewrites), ProfileError> {
        let mut profile = ProfileBuilder::new();
        let mut rewrites = Rewrites::default();
        for ballot in ballots {
            self.read_into(&ballot.ranks, ballot.count, &mut profile, &mut rewrites)?;
        }
        Ok((profile.build(), rewrites))
    }

    /// Tells what the marks of `count` equal ballots mean, mark by mark; what is passed over is
    /// told as a skipped rank.
    ///
    /// # Errors
    /// What `ballots` refuses.
    pub fn read_into(
        self,
        ranks: &[Mark],
        count: u64,
        ballots: &mut impl RankedBallots,
        rewrites: &mut Rewrites,
    ) -> Result<(), ProfileError> {
        let (kept, met) = self.read(ranks);
        for rank in kept {
            match rank {
                Some(option) => ballots.next_rank(option),
                None => ballots.skipped_rank(),
            }
        }
        let add = |sum: u64, flag: bool| sum.saturating_add(if flag { count } else { 0 });
        rewrites.overvoted = add(rewrites.overvoted, met.overvoted);
        rewrites.skipped = add(rewrites.skipped, met.skipped);
        rewrites.repeated = add(rewrites.repeated, met.repeated);
        ballots.end(Tally::ballots(count))
    }

    /// What each rank up to the end of the ballot holds, and what was met on the way.
    fn read(self, ranks: &[Mark]) -> (Vec<Option<OptionIndex>>, Met) {
        let mut kept: Vec<Option<OptionIndex>> = Vec::with_capacity(ranks.len());
        let mut met = Met::default();
        let mut gap = 0_u16;
        for mark in ranks {
            match mark {
                Mark::Skipped => {
                    gap = gap.saturating_add(1);
                    if matches!(self.skipped, SkippedRanks::AtMost(most) if gap > most) {
                        break;
                    }
                    kept.push(None);
                    continue;
                }
                Mark::Overvote => {
                    met.overvoted = true;
                    if self.overvotes == OvervoteRule::ExhaustImmediately {
                        break;
                    }
                    kept.push(None);
                }
                Mark::One(option) if kept.contains(&Some(*option)) => {
                    met.repeated = true;
                    if self.duplicates == Duplicates::Exhaust {
                        break;
                    }
                    kept.push(None);
                }
                Mark::One(option) => {
                    met.skipped |= gap > 0;
                    kept.push(Some(*option));
                }
            }
            gap = 0;
        }
        (kept, met)
    }
}

/// What was met on one ballot.
#[derive(Default)]
struct Met {
    overvoted: bool,
    skipped: bool,
    repeated: bool,
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
        assert_eq!(rewrites, Rewrites { overvoted: 2, skipped: 3, repeated: 2, undecided: 0 });
    }
}
