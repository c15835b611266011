//! The record of a vote on a motion.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::profile::Tally;

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
}

/// One condition with its arithmetic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionRecord {
    /// The number reached.
    pub reached: u64,
    /// What it is compared with: the whole of a share, or the number itself.
    pub against: u64,
    /// The left product of the cross-multiplication, `reached × denominator`.
    pub left: Figure,
    /// The right product, `numerator × against`.
    pub right: Figure,
    /// Whether the condition is met.
    pub met: bool,
    /// The condition and its arithmetic in words.
    pub sentence: String,
}
