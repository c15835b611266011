//! Majority judgment: grades, and the middle one counts.

use serde::{Deserialize, Serialize};

use super::{MethodRules, check_scale};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, RulesError};

/// M. Balinski and R. Laraki's majority judgment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MajorityJudgmentRules {
    /// What a vote counts as.
    pub by: Basis,
    /// The highest grade; the lowest is zero.
    pub highest: u16,
    /// What an option gets from a ballot that does not grade it.
    pub unscored: Ungraded,
}

/// What an option gets from a ballot that does not grade it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ungraded {
    /// The lowest grade, zero.
    Lowest,
    /// No grade.
    NotCounted,
}

impl MethodRules for MajorityJudgmentRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Score { highest: self.highest }
    }

    fn sentence(&self, seats: &str) -> String {
        let left_out = match self.unscored {
            Ungraded::Lowest => "gets grade 0",
            Ungraded::NotCounted => "gets no grade from you",
        };
        format!(
            "Grade the options from 0 (worst) to {} (best); an option you leave out {left_out}. \
             Majority judgment: the options with the highest median grade fill {seats}; of an \
             even number of grades the lower middle one counts; where medians are equal, one \
             median grade of each is taken away at a time until they differ. {}",
            self.highest,
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        check_scale(self.highest)
    }
}
