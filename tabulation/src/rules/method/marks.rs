//! Methods that count marks.

use serde::{Deserialize, Serialize};

use super::{MethodRules, request};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, MarkLimit, RulesError};

/// Most marks win. With `at_most` one this is plurality, with as many as seats bloc voting, with
/// fewer the limited vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PluralityRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may mark.
    pub at_most: MarkLimit,
}

/// Most approvals win; a ballot may approve of any number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRules {
    /// What a vote counts as.
    pub by: Basis,
}

impl MethodRules for PluralityRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Choose { at_most: self.at_most }
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{}; the options with the most votes fill {seats}. {}",
            request("Mark", self.at_most),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for ApprovalRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Choose { at_most: MarkLimit::Any {} }
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "Mark every option you approve of; those with the most approvals fill {seats}. {}",
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}
