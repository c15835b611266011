//! The record of a vote on a motion.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::profile::Tally;
use crate::selection::Choice;

/// How a motion was voted on and whether each condition was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MotionRecord {
    /// Votes in favour.
    pub yes: Tally,
    /// Votes against.
    pub no: Tally,
    /// Abstentions.
    pub abstain: Tally,
    /// Each quorum of the rules, in their order.
    pub quorums: Vec<ConditionRecord>,
    /// Each threshold of the rules, in their order.
    pub thresholds: Vec<ConditionRecord>,
    /// The casting vote, where one decided a tie.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub casting: Option<Choice>,
}

/// One condition with its arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionRecord {
    /// The number reached: votes in favour, or against for a limit of those, or the lead.
    pub reached: u64,
    /// What it is compared with: the whole of a share, or the number itself.
    pub against: u64,
    /// The left side of the comparison: `reached × denominator` for a share; otherwise the number
    /// reached, for a lead the votes in favour, for all but some the votes in favour and those.
    pub left: Figure,
    /// The right side: `numerator × against` for a share; otherwise the number itself, for a lead
    /// that and the votes against, for all but some everybody entitled and not recused.
    pub right: Figure,
    /// Whether the condition is met.
    pub met: bool,
    /// The condition and its arithmetic in words.
    pub sentence: String,
}
