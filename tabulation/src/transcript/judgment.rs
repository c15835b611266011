//! The record of majority judgment.

use serde::{Deserialize, Serialize};

use crate::option::OptionIndex;

/// The grades of every option, and how equal medians were told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgmentRecord {
    /// The grades in ballot order; withdrawn options are absent.
    pub options: Vec<OptionGrades>,
    /// Neighbouring groups of the ranking whose medians are equal, from the top down.
    pub comparisons: Vec<MedianComparison>,
    /// The medians in words.
    pub sentence: String,
}

/// The grades of one option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionGrades {
    /// The option.
    pub option: OptionIndex,
    /// Votes that give each grade, from zero up.
    pub grades: Vec<u64>,
    /// The median grade, the lower middle one of an even number; absent without grades.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub median: Option<u16>,
}

/// How two options with equal medians were told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedianComparison {
    /// The first option of the higher group.
    pub above: OptionIndex,
    /// The first option of the group below it.
    pub below: OptionIndex,
    /// How many equal medians were taken from each before they differed.
    pub steps: u64,
    /// In words.
    pub sentence: String,
}
