//! Methods that count in stages: surpluses and exclusions.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{MethodRules, are_filled, check_single_seat, request};
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{BallotForm, Basis, EqualRanks, MarkLimit, RulesError};

/// The most decimals of a fixed-point rule: a total of 2^53 votes then stays below 2^83.
pub const MAX_DECIMALS: u8 = 9;

/// Single transferable vote as in the Scottish Local Government Elections Order 2011
/// (SSI 2011/399), Schedule 1. Equal ranks have no place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScottishRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// How earlier stages break a tie between three or more, which the Order leaves open.
    pub look_back: LookBack,
}

/// Instant runoff for one seat, with the choices that RCTab names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstantRunoffRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// When it ends.
    pub end: RunoffEnd,
    /// How many are excluded at once.
    pub exclusion: RunoffExclusion,
    /// Options excluded together before any other, such as undeclared write-ins.
    pub exclude_first: Vec<OptionIndex>,
    /// How earlier rounds break a tie for exclusion.
    pub look_back: LookBack,
}

/// When an instant runoff ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunoffEnd {
    /// When somebody has more than half of the votes still in play.
    Majority,
    /// When two are left, whatever the leader had before.
    TwoLeft,
}

/// How many an instant runoff excludes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunoffExclusion {
    /// The lowest one.
    OneByOne,
    /// The largest group of the lowest whose votes together are fewer than those of the next.
    /// The winner is the same, there are fewer rounds; so ties cannot look back at rounds.
    Batch,
}

/// How earlier stages break a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookBack {
    /// Not at all.
    Never,
    /// From the latest stage back; whoever is not extreme at a stage leaves the tie, the others
    /// go on to the stage before.
    Narrowing,
    /// From the latest stage back to the first one at which all tied differ from each other.
    AllDifferent,
    /// From the first stage on; whoever is not extreme at a stage leaves the tie, the others go
    /// on to the stage after.
    Forwards,
}

/// Ranked one by one: no rule text of a count in stages has a place for equal ranks.
pub(super) fn ranked(at_most: MarkLimit) -> BallotForm {
    BallotForm::Rank { equal_ranks: EqualRanks::Refused, at_most }
}

impl MethodRules for ScottishRules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{}, best first, one per rank. {} by single transferable vote as in the \
             Scottish Local Government Elections Order 2011 (SSI 2011/399, Schedule 1): \
             whoever reaches the quota is elected, a surplus goes on at a reduced value of five \
             decimals, the lowest is excluded one at a time; ties are broken by {}. {}",
            request("Rank", self.at_most),
            are_filled(seats),
            self.look_back.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        // SSI 2011/399 Sch. 1 rules 50(2) and 52(2): the most recent stage at which they differed.
        match self.look_back {
            LookBack::Never | LookBack::Forwards => Err(RulesError::MustLookBack),
            LookBack::Narrowing | LookBack::AllDifferent => Ok(()),
        }
    }
}

impl MethodRules for InstantRunoffRules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, _seats: &str) -> String {
        let first = match self.exclude_first.len() {
            0 => "",
            _ => " The options named for it are excluded before any other.",
        };
        let out = match self.exclusion {
            RunoffExclusion::OneByOne => "the lowest option is excluded",
            RunoffExclusion::Batch => {
                "the lowest option, or all of the lowest that together have fewer votes than the \
                 next, are excluded"
            }
        };
        let end = match self.end {
            RunoffEnd::Majority => "one has more than half of the votes still in play",
            RunoffEnd::TwoLeft => "two are left, of whom the one with more votes is elected",
        };
        format!(
            "{}, best first, one per rank. Round by round {out} and its ballots go to their next \
             choice, until {end}.{first} Ties are broken by {}. {}",
            request("Rank", self.at_most),
            self.look_back.words(),
            self.by.sentence()
        )
    }

    fn check(&self, seats: u16, options: &ContestOptions) -> Result<(), RulesError> {
        check_single_seat(seats)?;
        // Only then is the winner the same as one by one.
        if self.exclusion == RunoffExclusion::Batch && self.look_back != LookBack::Never {
            return Err(RulesError::BatchLooksBack);
        }
        let distinct: BTreeSet<_> = self.exclude_first.iter().collect();
        let known = self.exclude_first.iter().all(|o| options.option(*o).is_some());
        if !known || distinct.len() != self.exclude_first.len() {
            return Err(RulesError::BadExcludeFirst);
        }
        Ok(())
    }
}

impl LookBack {
    /// What breaks a tie before the contest's tie rule.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Never => "no earlier stage",
            Self::Narrowing => "earlier stages, the latest first, each stage narrowing the tie",
            Self::AllDifferent => "earlier stages, the latest first, if all tied differed there",
            Self::Forwards => "earlier stages, the first one first, each stage narrowing the tie",
        }
    }
}
