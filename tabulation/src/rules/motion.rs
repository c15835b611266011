//! The rules of a motion: quorums, thresholds and abstentions.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Basis;
use crate::ratio::Ratio;

/// Whether meeting a share exactly is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Exactly the share is enough.
    AtLeast,
    /// Exactly the share is not enough.
    MoreThan,
}

impl Bound {
    /// Whether a comparison of the number reached with the number needed meets this bound.
    #[must_use]
    pub fn is_met(self, comparison: Ordering) -> bool {
        match self {
            Self::AtLeast => comparison.is_ge(),
            Self::MoreThan => comparison.is_gt(),
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::MoreThan => "more than",
        }
    }
}

/// A share with its bound, such as "more than 1/2".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Whether exactly the share is enough.
    pub bound: Bound,
    /// The share.
    pub ratio: Ratio,
}

impl Share {
    /// Whether `part` is this share of `whole`. Of nothing, no share is reached: a vote in which
    /// nobody counts decides nothing in favour.
    #[must_use]
    pub fn is_met(self, part: u64, whole: u64) -> bool {
        whole > 0 && self.bound.is_met(self.ratio.compare(part, whole))
    }
}

/// Who must take part for a vote to be valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Quorum {
    /// A share of those entitled to vote: of their number, or of their weight.
    Share {
        /// Of heads or of weight.
        by: Basis,
        /// The share.
        share: Share,
    },
    /// A fixed number.
    AtLeast {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
}

/// What must be reached for a motion to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Threshold {
    /// Votes in favour as a share of something.
    Share(ThresholdShare),
    /// A fixed number in favour.
    MinimumYes {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
    /// At most so many against; zero lets a single objection stop the motion.
    MaximumNo {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
}

/// Votes in favour as a share of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdShare {
    /// Heads or weight.
    pub by: Basis,
    /// The share.
    pub share: Share,
    /// What it is a share of.
    pub of: ShareOf,
}

/// What a threshold is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOf {
    /// Votes in favour and against; abstentions join those against if the rule says so.
    YesAndNo,
    /// Every vote cast, abstentions included.
    Cast,
    /// Everybody entitled, whether they voted or not.
    Entitled,
}

/// What an abstention does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Abstention {
    /// Nothing: it counts neither as presence nor as a vote in favour or against.
    Neutral,
    /// It counts as presence for the quorum, and not as a vote in favour or against.
    QuorumOnly,
    /// It counts as presence, and as a vote against.
    CountsAsNo,
}

/// What a missed quorum means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuorumFailure {
    /// Nothing was decided; the motion may be put again.
    NoDecision,
    /// The motion failed.
    Fails,
}
