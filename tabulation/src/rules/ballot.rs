//! What the rules ask of a voter.

use serde::{Deserialize, Serialize};

/// Whether options may share a rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EqualRanks {
    /// A rank may hold several options.
    Allowed,
    /// A rank holds one option.
    Refused,
}

/// How many options one ballot may mark or rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum MarkLimit {
    /// All of them.
    Any {},
    /// So many.
    AtMost {
        /// The limit.
        options: u16,
    },
}

impl MarkLimit {
    /// The limit in a contest with `options` options.
    #[must_use]
    pub fn limit(self, options: usize) -> usize {
        match self {
            Self::Any {} => options,
            Self::AtMost { options: limit } => usize::from(limit).min(options),
        }
    }
}

/// The form of ballot that a method needs: what pages and terminals show to a voter.
///
/// There are many methods but few forms; whoever draws a ballot matches on this, not on the
/// method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BallotForm {
    /// Yes, no or abstain.
    Motion,
    /// Mark some options.
    Choose {
        /// How many.
        at_most: MarkLimit,
    },
    /// Put some options in order.
    Rank {
        /// Whether a rank may hold several.
        equal_ranks: EqualRanks,
        /// How many.
        at_most: MarkLimit,
    },
    /// Give some options a score from zero up.
    Score {
        /// The highest score.
        highest: u16,
    },
    /// Distribute some votes among the options.
    Distribute {
        /// How many.
        votes: u16,
    },
}

impl BallotForm {
    /// What a ballot of this form is, for messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Motion => "a yes/no/abstain vote",
            Self::Choose { .. } => "a choice of options",
            Self::Rank { .. } => "a ranking",
            Self::Score { .. } => "a sheet of scores",
            Self::Distribute { .. } => "votes given to options",
        }
    }
}
