//! The records of counts that elect whoever beats all others pair by pair.

use serde::{Deserialize, Serialize};

use super::{Figure, StagesRecord};
use crate::option::OptionIndex;

/// What all these records begin with; its fields stand among those of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairwiseHead {
    /// The options that the rows and columns of the matrix stand for.
    pub options: Vec<OptionIndex>,
    /// `pairwise[i][j]`: votes that rank option `i` above option `j`.
    pub pairwise: Vec<Vec<u64>>,
    /// The option that beats every other one pair by pair, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub condorcet_winner: Option<OptionIndex>,
    /// The smallest group of which every member beats everybody outside, in ballot order.
    pub smith: Vec<OptionIndex>,
    /// The last two in words.
    pub smith_sentence: String,
}

/// Copeland's method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopelandRecord {
    /// The pairs.
    #[serde(flatten)]
    pub head: PairwiseHead,
    /// Each option's points, in ballot order.
    pub scores: Vec<CopelandScore>,
}

/// The points of one option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CopelandScore {
    /// The option.
    pub option: OptionIndex,
    /// Options it beats.
    pub wins: u64,
    /// Options that beat it.
    pub losses: u64,
    /// Options it is tied with.
    pub ties: u64,
    /// What these give, with one decimal.
    pub points: Figure,
    /// In words.
    pub sentence: String,
}

/// Minimax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinimaxRecord {
    /// The pairs.
    #[serde(flatten)]
    pub head: PairwiseHead,
    /// The worst that each option suffers, in ballot order.
    pub worst: Vec<WorstDefeat>,
}

/// The worst that one option suffers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorstDefeat {
    /// The option.
    pub option: OptionIndex,
    /// By whom; nobody if there is nothing to suffer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub against: Option<OptionIndex>,
    /// How strong it is; zero if there is none.
    pub strength: u64,
    /// Where the rule asks for it: the votes that were for the option in that defeat.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opposing: Option<u64>,
    /// In words.
    pub sentence: String,
}

/// Ranked pairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankedPairsRecord {
    /// The pairs.
    #[serde(flatten)]
    pub head: PairwiseHead,
    /// The defeats in the order considered.
    pub defeats: Vec<DefeatRecord>,
}

/// One pairwise defeat and whether it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefeatRecord {
    /// Who wins the pair.
    pub winner: OptionIndex,
    /// Who loses it.
    pub loser: OptionIndex,
    /// Votes for the winner.
    pub votes: u64,
    /// Votes for the loser.
    pub opposing: u64,
    /// Whether it is locked.
    pub locked: bool,
    /// What blocks it otherwise: a shortest path of locked defeats from the loser to the winner,
    /// of several the first in ballot order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub path: Vec<OptionIndex>,
    /// Why, in words.
    pub sentence: String,
}

/// Pairwise comparison, and an instant runoff where nobody beats all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CondorcetIrvRecord {
    /// The pairs.
    #[serde(flatten)]
    pub head: PairwiseHead,
    /// The runoff, if there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub runoff: Option<StagesRecord>,
}
