//! Methods that add up points: votes to distribute, scores, places of a ranking.

use serde::{Deserialize, Serialize};

use super::{MethodRules, check_scale, request};
use crate::english::plural;
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, EqualRanks, MarkLimit, RulesError};

/// Cumulative voting: every ballot distributes some votes, several to one option if it likes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CumulativeRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many votes one ballot may distribute.
    pub votes: u16,
}

/// Score voting, also called range voting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRules {
    /// What a vote counts as.
    pub by: Basis,
    /// The highest score; the lowest is zero.
    pub highest: u16,
    /// What an option gets from a ballot that does not score it.
    pub unscored: Unscored,
}

/// What an option gets from a ballot that does not score it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unscored {
    /// Zero: the highest sum wins.
    Zero,
    /// Nothing, not even a zero: the highest mean of those who scored the option wins.
    NotCounted,
}

/// J.-C. de Borda's count: points for places. Offered since some bylaws ask for it, and stated as
/// not recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BordaRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// Whether options may share a rank.
    pub equal_ranks: EqualRanks,
    /// What an option gets from a ballot that does not rank it.
    pub unranked: UnrankedPoints,
}

/// What an option gets from a ballot that does not rank it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnrankedPoints {
    /// No points.
    Zero,
    /// The mean of the places that the ballot leaves.
    Average,
}

impl MethodRules for CumulativeRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Distribute { votes: self.votes }
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "Distribute at most {} among the options, several to one option if you like; the \
             options with the most votes fill {seats}. {}",
            plural(u64::from(self.votes), "vote", "votes"),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        if self.votes == 0 { Err(RulesError::NoMarks) } else { Ok(()) }
    }
}

impl MethodRules for ScoreRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Score { highest: self.highest }
    }

    fn sentence(&self, seats: &str) -> String {
        let (left_out, winners) = match self.unscored {
            Unscored::Zero => ("gets zero", "the options with the highest sums of scores"),
            Unscored::NotCounted => (
                "is not counted as scored by you",
                "the options with the highest mean score, each among those who scored it,",
            ),
        };
        format!(
            "Give the options scores from 0 to {}; an option you leave out {left_out}; {winners} \
             fill {seats}. {}",
            self.highest,
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        check_scale(self.highest)
    }
}

impl MethodRules for BordaRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Rank { equal_ranks: self.equal_ranks, at_most: self.at_most }
    }

    fn sentence(&self, seats: &str) -> String {
        let unranked = match self.unranked {
            UnrankedPoints::Zero => "options you leave out get no points",
            UnrankedPoints::Average => "options you leave out share the mean of the places left",
        };
        format!(
            "{}, best first; {}. Borda's count gives an option one point for every place below \
             its own, the last place none; options of one rank get the mean of their places; \
             {unranked}; the most points fill {seats}. Borda's count is not recommended: a group \
             gains by putting up several similar options (clones), and a voter gains by burying a \
             strong rival at the bottom against his own opinion. {}",
            request("Rank", self.at_most),
            self.equal_ranks.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}
