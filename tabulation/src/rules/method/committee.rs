//! Committees from approvals, in proportion to those who approve.

use serde::{Deserialize, Serialize};

use super::{MethodRules, are_filled};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, MarkLimit, RulesError};

/// The most committees that an optimal search compares.
pub const MAX_COMMITTEES: u64 = 200_000;

/// L. E. Phragmén's sequential rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequentialPhragmenRules {
    /// What a vote counts as.
    pub by: Basis,
}

/// T. N. Thiele's rule, proportional approval voting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProportionalApprovalRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How the committee is found.
    pub search: CommitteeSearch,
}

/// How a committee of high worth is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommitteeSearch {
    /// Seat by seat, each to the option that adds most.
    Sequential,
    /// All committees are compared; at most [`MAX_COMMITTEES`].
    Optimal,
}

impl MethodRules for SequentialPhragmenRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Choose { at_most: MarkLimit::Any {} }
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "Mark every option you approve of. Phragmén's sequential rule: every seat is a load of \
             one that the voters of whoever gets it share; {} one after the other, each by the \
             option that leaves its voters with the smallest load. {}",
            are_filled(seats),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for ProportionalApprovalRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Choose { at_most: MarkLimit::Any {} }
    }

    fn sentence(&self, seats: &str) -> String {
        let search = match self.search {
            CommitteeSearch::Sequential => {
                "one after the other, each by the option that adds most worth"
            }
            CommitteeSearch::Optimal => "together, by the committee of the highest worth",
        };
        format!(
            "Mark every option you approve of. Proportional approval voting (Thiele's rule): a \
             committee is worth 1 to a voter for the first option it holds that the voter \
             approves of, 1/2 more for the second, 1/3 more for the third, and so on; {} {search}. \
             {}",
            are_filled(seats),
            self.by.sentence()
        )
    }

    fn check(&self, seats: u16, options: &ContestOptions) -> Result<(), RulesError> {
        let standing = options.standing().len();
        match self.search {
            CommitteeSearch::Sequential => Ok(()),
            CommitteeSearch::Optimal if few_committees(standing, usize::from(seats)) => Ok(()),
            CommitteeSearch::Optimal => Err(RulesError::TooManyCommittees { seats, standing }),
        }
    }
}

/// Whether so many options have at most [`MAX_COMMITTEES`] committees of so many seats.
fn few_committees(options: usize, seats: usize) -> bool {
    let chosen = seats.min(options.saturating_sub(seats)) as u64;
    let options = options as u64;
    let mut committees = 1_u64;
    for step in 0..chosen {
        // Every intermediate value is a binomial coefficient, and they grow with each step; the
        // product stays below 200,000 × 1,000.
        committees = committees * (options - step) / (step + 1);
        if committees > MAX_COMMITTEES {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::few_committees;

    #[test]
    fn two_hundred_thousand_committees_are_the_limit() {
        // 20 over 10 is 184,756; 21 over 10 is 352,716; 632 over 2 is 199,396; 633 over 2 200,028.
        assert!(few_committees(20, 10));
        assert!(!few_committees(21, 10));
        assert!(few_committees(632, 2) && few_committees(632, 630));
        assert!(!few_committees(634, 2) && !few_committees(1000, 500));
        assert!(few_committees(1000, 1000) && few_committees(1, 1));
    }
}
