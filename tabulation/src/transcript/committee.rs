//! The records of committees from approvals.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::option::OptionIndex;

/// Phragmén's sequential rule, seat by seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhragmenRecord {
    /// One round for each seat filled by somebody with voters.
    pub rounds: Vec<LoadRound>,
    /// How many options nobody approves of, in words.
    pub sentence: String,
}

/// One seat of Phragmén's sequential rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadRound {
    /// Who is elected.
    pub option: OptionIndex,
    /// The load that each of its voters then bears.
    pub load: Figure,
    /// The load that each remaining option would put on its voters, in ballot order; options
    /// without voters are absent. Nothing is listed in contests too large to read.
    pub candidates: Vec<CandidateLoad>,
    /// The round in words.
    pub sentence: String,
}

/// The load that an option would put on each of its voters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateLoad {
    /// The option.
    pub option: OptionIndex,
    /// The load.
    pub load: Figure,
}

/// Thiele's rule: seat by seat, or the best of all committees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProportionalRecord {
    /// One round for each seat of a sequential search.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub rounds: Vec<GainRound>,
    /// What the committee is worth; in an optimal search, what the best are.
    pub worth: Figure,
    /// How many committees an optimal search compared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub committees: Option<u64>,
    /// The committees of the highest worth that it found; at most 100 are listed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub best: Vec<Vec<OptionIndex>>,
    /// The result in words.
    pub sentence: String,
}

/// One seat of a sequential search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GainRound {
    /// Who is elected.
    pub option: OptionIndex,
    /// How much worth that adds.
    pub gain: Figure,
    /// How much each remaining option would add, in ballot order. Nothing is listed in contests
    /// too large to read.
    pub candidates: Vec<CandidateGain>,
    /// The round in words.
    pub sentence: String,
}

/// How much worth an option would add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateGain {
    /// The option.
    pub option: OptionIndex,
    /// The gain.
    pub gain: Figure,
}
