//! Meek's method, with the choices in which its rule texts differ.

use serde::{Deserialize, Serialize};

use super::stages::ranked;
use super::{LookBack, MAX_DECIMALS, MethodRules, are_filled, request};
use crate::option::ContestOptions;
use crate::rules::{BallotForm, Basis, MarkLimit, RulesError};

/// Single transferable vote by Meek's method in fixed decimals: B. L. Meek, I. D. Hill,
/// B. A. Wichmann and D. R. Woodall, Algorithm 123, Computer Journal 30(3), 1987.
///
/// docs/counting.md says which choices are the reference rule of the Proportional Representation
/// Foundation ("PRF"), which the Local Electoral Regulations 2001 of New Zealand, Schedule 1A, and
/// which give the digits of the programs that count in fixed decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeekRules {
    /// What a vote counts as.
    pub by: Basis,
    /// How many options one ballot may rank.
    pub at_most: MarkLimit,
    /// How many decimals every figure has.
    pub decimals: u8,
    /// How the share of a paper that an option keeps is rounded.
    pub kept: Kept,
    /// What one step of the count is.
    pub course: MeekCourse,
    /// The surplus that is small enough: ten to minus this.
    pub omega_decimals: u8,
    /// Whether a surplus of exactly that is small enough.
    pub omega_bound: OmegaBound,
    /// Who counts as tied for exclusion.
    pub lowest: LowestRule,
    /// How earlier stages break a tie for exclusion.
    pub look_back: LookBack,
}

/// How the share of a paper that an option keeps is rounded, and what goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kept {
    /// The share kept and the share passed on are both cut. What that loses counts as exhausted.
    Cut,
    /// The share kept is rounded up, and the rest of the paper goes on (PRF B.2.a).
    RoundedUp,
    /// The share kept and the share passed on are both rounded up (Schedule 1A clause 10): a paper
    /// can come to count a little more than one vote.
    AllRoundedUp,
}

/// What one step of the count is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeekCourse {
    /// Surpluses are redistributed until somebody is elected or they are small (PRF B.2 and B.3).
    Reference,
    /// Every iteration is a step that may elect and exclude, and whoever cannot catch up is
    /// excluded before the surpluses are small (Schedule 1A clauses 5 to 18).
    NewZealand,
}

/// Whether a surplus of exactly the limit is small enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OmegaBound {
    /// It is.
    AtMost,
    /// It is not (PRF B.2.e, Schedule 1A clause 13).
    LessThan,
}

/// Who counts as tied for exclusion while surpluses are not fully redistributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LowestRule {
    /// Everybody whom the remaining surplus could put last (PRF B.3).
    WithinSurplus,
    /// Only those with exactly the fewest votes (Schedule 1A clause 19).
    Exactly,
}

impl MeekRules {
    /// Whether so small a surplus need not be redistributed. It counts units of the last decimal.
    pub(crate) fn is_small(&self, surplus: i128) -> bool {
        // Invariant: `check` holds the limit to at most the decimals, and those to nine.
        let digits = self.decimals.saturating_sub(self.omega_decimals);
        let omega = 10_i128.saturating_pow(u32::from(digits));
        match self.omega_bound {
            OmegaBound::AtMost => surplus <= omega,
            OmegaBound::LessThan => surplus < omega,
        }
    }
}

impl MethodRules for MeekRules {
    fn ballot_form(&self) -> BallotForm {
        ranked(self.at_most)
    }

    fn sentence(&self, seats: &str) -> String {
        let rounding = match self.kept {
            Kept::Cut => "",
            Kept::RoundedUp => ", rounded up",
            Kept::AllRoundedUp => ", rounded up as is the rest",
        };
        let bound = match self.omega_bound {
            OmegaBound::AtMost => "at most",
            OmegaBound::LessThan => "less than",
        };
        let early = match self.course {
            MeekCourse::Reference => "",
            MeekCourse::NewZealand => ", or as soon as the surpluses cannot save it",
        };
        let tied = match self.lowest {
            LowestRule::WithinSurplus => {
                " (whoever the remaining surplus could put last counts as tied)"
            }
            LowestRule::Exactly => "",
        };
        format!(
            "{}, best first, one per rank. {} by single transferable vote by Meek's \
             method with {} decimals: whoever reaches the quota is elected and keeps only \
             the share of each ballot that is needed{rounding}, the rest goes on; once the \
             surpluses left sum to {bound} 0.{:0>width$}, the lowest is excluded{early}{tied}; \
             ties are broken by {}. {}",
            request("Rank", self.at_most),
            are_filled(seats),
            self.decimals,
            1,
            self.look_back.words(),
            self.by.sentence(),
            width = usize::from(self.omega_decimals)
        )
    }

    fn check(&self, _seats: u16, _options: &ContestOptions) -> Result<(), RulesError> {
        let (decimals, omega) = (self.decimals, self.omega_decimals);
        if !(3..=MAX_DECIMALS).contains(&decimals) || !(1..=decimals).contains(&omega) {
            return Err(RulesError::Decimals { decimals, omega });
        }
        Ok(())
    }
}
