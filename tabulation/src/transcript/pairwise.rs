//! The record of a count by pairwise comparison.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::option::OptionIndex;

/// Schulze's method: every pair, every strongest path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchulzeRecord {
    /// The options that the rows and columns of the matrices stand for.
    pub options: Vec<OptionIndex>,
    /// `pairwise[i][j]`: votes that rank option `i` above option `j`.
    pub pairwise: Vec<Vec<u64>>,
    /// `strongest[i][j]`: strength of the strongest path of defeats from `i` to `j`, zero if there
    /// is none: the votes for the winner of its weakest defeat, or that defeat's margin.
    pub strongest: Vec<Vec<u64>>,
    /// Where the rule asks for it: the votes against in that weakest defeat; empty otherwise.
    pub opposing: Vec<Vec<u64>>,
    /// `beats[i]`: the options that option `i` is ranked above, since its strongest path to them is
    /// stronger than any back. This is the whole result: a strict partial order.
    pub beats: Vec<Vec<OptionIndex>>,
    /// One witness for each strongest path; left out in contests too large to read.
    pub paths: Vec<PathRecord>,
    /// The option that beats every other one pair by pair, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub condorcet_winner: Option<OptionIndex>,
    /// How each option fared against the default option, where the rules have one; those it drops
    /// are not in the matrices.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub against_default: Vec<DefaultOptionRecord>,
    /// Why each group of the ranking stands above the next.
    pub sentences: Vec<PairSentence>,
}

/// One option against the default option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultOptionRecord {
    /// The option.
    pub option: OptionIndex,
    /// Votes that rank it above the default option.
    pub votes: u64,
    /// Votes that rank it below.
    pub against: u64,
    /// The left product of the majority test, `votes × q` of a majority of `p:q`.
    pub left: Figure,
    /// The right product, `p × against`.
    pub right: Figure,
    /// Whether it stays in the count.
    pub kept: bool,
    /// The test in words.
    pub sentence: String,
}

/// One strongest path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRecord {
    /// The options along it, both ends included.
    pub path: Vec<OptionIndex>,
    /// Its strength.
    pub strength: Figure,
}

/// Why one option is ranked above another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairSentence {
    /// The one.
    pub above: OptionIndex,
    /// The other.
    pub below: OptionIndex,
    /// In words.
    pub sentence: String,
}
