//! STAR voting: score, then automatic runoff.

use serde::{Deserialize, Serialize};

use super::{MethodRules, are_filled, check_scale};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, RulesError};

/// STAR voting; Bloc STAR for more than one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StarRules {
    /// What a vote counts as.
    pub by: Basis,
    /// The highest score; the lowest is zero, which is also what an option left out gets.
    pub highest: u16,
    /// What is asked before the rule for ties of the contest.
    pub ties: StarTies,
}

/// How STAR voting breaks its own ties, before the rule for ties of the contest is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StarTies {
    /// Nothing is asked before.
    Lots,
    /// The "Official Tiebreaker Protocol" of starvoting.org: ties for the final by defeats head to
    /// head among the tied, then by top scores; ties in the final by totals, then by top scores.
    Official,
}

impl MethodRules for StarRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Score { highest: self.highest }
    }

    fn sentence(&self, seats: &str) -> String {
        let ties = match self.ties {
            StarTies::Lots => "",
            StarTies::Official => {
                " A tie for the final goes against those who lose most often head to head against \
                 the others tied, then to those with more top scores; a tie in the final goes to \
                 the higher total, then to more top scores."
            }
        };
        format!(
            "Give the options scores from 0 to {}; an option you leave out gets zero. STAR voting: \
             the two options with the highest totals are finalists, and the finalist whom more \
             votes score higher is elected; {}, one after the other, each among those not yet \
             elected.{ties} {}",
            self.highest,
            are_filled(seats),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        check_scale(self.highest)
    }
}
