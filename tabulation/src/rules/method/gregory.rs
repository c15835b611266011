//! Single transferable vote with papers that keep a value, in the forms besides the Scottish one.

use serde::{Deserialize, Serialize};

use super::stages::{LookBack, MAX_DECIMALS, ranked};
use super::{MethodRules, are_filled, request};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, MarkLimit, RulesError};

/// Single transferable vote by weighted inclusive Gregory, with every choice that rules of this
/// kind make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WigmRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// How many decimals every figure has.
    pub decimals: u8,
    /// The quota.
    pub quota: InclusiveQuota,
    /// Who is elected: whoever has the quota, or only who has more.
    pub elects: Elects,
    /// What is cut after the decimals.
    pub transfer: TransferCut,
    /// How earlier stages break a tie.
    pub look_back: LookBack,
}

/// Single transferable vote by the rules of the Electoral Reform Society of 1997, section 5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ers97Rules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
}

/// Single transferable vote by the Minneapolis Code of Ordinances, chapter 167.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinneapolisRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
}

/// How many votes a seat takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InclusiveQuota {
    /// Votes divided by one more than the seats, without decimals, plus one.
    DroopWhole,
    /// Votes divided by one more than the seats, cut, plus one unit of the last decimal.
    DroopExact,
    /// Votes divided by the seats, cut.
    Hare,
}

/// Who is elected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Elects {
    /// Whoever has the quota or more.
    AtLeast,
    /// Whoever has more than the quota.
    MoreThan,
}

/// What is cut after the decimals when a surplus goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransferCut {
    /// The value of each paper.
    PerPaper,
    /// The sum of equal papers: papers with the same preferences.
    PerParcel,
}

impl MethodRules for WigmRules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        let quota = match self.quota {
            InclusiveQuota::DroopWhole => {
                "the votes divided by one more than the seats, without decimals, plus one"
            }
            InclusiveQuota::DroopExact => {
                "the votes divided by one more than the seats, cut, plus one unit of the last \
                 decimal"
            }
            InclusiveQuota::Hare => "the votes divided by the seats, cut",
        };
        format!(
            "{}, best first, one per rank. {} by single transferable vote, weighted inclusive \
             Gregory, with {} decimals: the quota is {quota}; whoever has {} is elected; all papers \
             go on at their value times surplus divided by total, cut for {}; the lowest is \
             excluded one at a time; ties are broken by {}. {}",
            request("Rank", self.at_most),
            are_filled(seats),
            self.decimals,
            match self.elects {
                Elects::AtLeast => "the quota",
                Elects::MoreThan => "more than the quota",
            },
            match self.transfer {
                TransferCut::PerPaper => "each paper",
                TransferCut::PerParcel => "equal papers together",
            },
            self.look_back.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        let decimals = self.decimals;
        if decimals > MAX_DECIMALS {
            return Err(RulesError::TooManyDecimals { decimals });
        }
        Ok(())
    }
}

impl MethodRules for Ers97Rules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{}, best first, one per rank. {} by single transferable vote by the rules of the \
             Electoral Reform Society of 1997 (section 5) with two decimals: whoever has the vote \
             required is elected; of an elected candidate's papers those received last go on; a \
             surplus that could save nobody waits; the lowest are excluded together where that \
             changes nothing; ties are broken by {}. {}",
            request("Rank", self.at_most),
            are_filled(seats),
            LookBack::Forwards.words(),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}

impl MethodRules for MinneapolisRules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        format!(
            "{}, best first, one per rank. {} by single transferable vote as in the Minneapolis \
             Code of Ordinances, chapter 167: whoever reaches the threshold is elected, a surplus \
             goes on at a reduced value of four decimals; all for whom it is mathematically \
             impossible to be elected are excluded together, else the lowest. {}",
            request("Rank", self.at_most),
            are_filled(seats),
            self.by.sentence()
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        Ok(())
    }
}
