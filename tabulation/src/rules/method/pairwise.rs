//! Methods that compare every pair of options.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{MethodRules, check_single_seat, request};
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{BallotForm, Basis, EqualRanks, MarkLimit, RulesError};

/// Schulze's method: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
/// Condorcet-consistent single-winner election method", 2011.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchulzeRules {
    /// What a vote counts as.
    pub by: Basis,
    /// What it means not to rank an option.
    pub unranked: Unranked,
    /// How strong a pairwise defeat is.
    pub strength: Strength,
    /// What becomes of options between which the method decides nothing.
    pub incomparable: Incomparable,
    /// Whether options may share a rank.
    pub equal_ranks: EqualRanks,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
}

/// The Debian constitution's standard resolution procedure, A.5 of version 1.9: options that do
/// not defeat the default option are dropped, Schwartz sequential dropping chooses one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DebianRules {
    /// What a vote counts as.
    pub by: Basis,
    /// The default option, such as "none of the above".
    pub default_option: OptionIndex,
    /// So many votes must prefer an option to the default option; zero asks for none.
    pub quorum: u64,
    /// Options that need more than a simple majority against the default option.
    pub majorities: Vec<Majority>,
}

/// The majority that one option needs against the default option, such as 3:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Majority {
    /// The option.
    pub option: OptionIndex,
    /// So many votes for it ...
    pub votes_for: u32,
    /// ... for every so many against it.
    pub votes_against: u32,
}

/// What it means not to rank an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unranked {
    /// No opinion: pairs with an unranked option are not counted at all.
    NotCompared,
    /// Below every ranked option, and equal to the other unranked ones.
    Last,
}

/// How strong a pairwise defeat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// By the votes for the winner alone: defeats with as many are equally strong.
    WinningVotes,
    /// By the votes for the winner; between equal ones the fewer votes against, the stronger
    /// (Schulze 2011, §2.1; Debian constitution A.5.7).
    WinningVotesFewerOpposing,
    /// By the difference between the votes for and against.
    Margins,
}

/// What becomes of options between which a method decides nothing: it gives a partial order, and
/// seats need more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Incomparable {
    /// Options that nothing beats come first, tied; then those that only they beat; and so on.
    Tied,
    /// The more other options one is ranked above, the higher it stands, as Elekto publishes it.
    /// Whatever the method decides stays decided; what it leaves open may be decided by this.
    ByWins,
}

impl MethodRules for SchulzeRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Rank { equal_ranks: self.equal_ranks, at_most: self.at_most }
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{}, best first; {}; {}. Schulze's method compares every pair of options and ranks \
             them by their strongest chains of pairwise wins, where a win is {}; {}; the highest \
             ranked fill {seats}. {}",
            request("Rank", self.at_most),
            self.equal_ranks.words(),
            self.unranked.words(),
            self.strength.words(),
            self.incomparable.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for DebianRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Rank { equal_ranks: EqualRanks::Allowed, at_most: MarkLimit::Any {} }
    }

    fn sentence(&self, seats: &str) -> String {
        let special = match self.majorities.len() {
            0 => "",
            _ => ", or by the larger majority fixed for it",
        };
        format!(
            "Rank as many options as you like, best first; options may share a rank; the options \
             you leave out count as equal last. An option that is not preferred to the default \
             option by at least {} voters and by more than are against it{special}, is dropped; \
             Schwartz sequential dropping (Debian constitution 1.9, A.5) chooses among the rest \
             and fills {seats}. {}",
            self.quorum,
            self.by.sentence()
        )
    }

    fn check(&self, seats: u16, options: &ContestOptions) -> Result<(), RulesError> {
        check_single_seat(seats)?;
        let default = self.default_option;
        let stands = options.option(default).is_some() && !options.is_withdrawn(default);
        let named: BTreeSet<_> = self.majorities.iter().map(|m| m.option).collect();
        let good = self.majorities.iter().all(|m| {
            m.option != default
                && options.option(m.option).is_some()
                && m.votes_against > 0
                && m.votes_for >= m.votes_against
        });
        if !stands || !good || named.len() != self.majorities.len() {
            return Err(RulesError::BadDefaultOption);
        }
        Ok(())
    }
}

impl Unranked {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NotCompared => "an option you leave out means no opinion about it",
            Self::Last => "the options you leave out count as equal last",
        }
    }
}

impl Strength {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::WinningVotes => "as strong as the votes for the winner of the pair",
            Self::WinningVotesFewerOpposing => {
                "as strong as the votes for the winner of the pair, and among equals stronger \
                 with fewer votes against"
            }
            Self::Margins => "as strong as the difference between the votes for and against",
        }
    }
}

impl Incomparable {
    fn words(self) -> &'static str {
        match self {
            Self::Tied => "options that it does not decide between are tied",
            Self::ByWins => {
                "options that it does not decide between stand in order of how many others they \
                 are ranked above"
            }
        }
    }
}
