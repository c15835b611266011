//! The record of a count by points.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::option::OptionIndex;

/// Points added up per option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsRecord {
    /// The sums in ballot order; withdrawn options are absent.
    pub totals: Vec<OptionPoints>,
    /// The result in words.
    pub sentence: String,
}

/// What one option received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionPoints {
    /// The option.
    pub option: OptionIndex,
    /// Ballots that name it, by what a vote counts as.
    pub ballots: u64,
    /// The sum of its points.
    pub sum: Figure,
    /// What is compared: the sum, or the mean of those who scored it as an exact fraction.
    pub value: Figure,
}
