//! Ties and affiliation caps.

use serde::{Deserialize, Serialize};

use super::{CountRecord, Figure};
use crate::option::{AffiliationId, OptionIndex};

/// One tie and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieRecord {
    /// The stage it arose at, counted from one; zero for a tie in a final order.
    pub stage: u32,
    /// Who was tied, in ballot order.
    pub tied: Vec<OptionIndex>,
    /// What the tie was about.
    pub question: String,
    /// Earlier stages at which the tied differed, in the order they were looked at.
    pub looked_at: Vec<TieStep>,
    /// What broke it.
    pub resolution: TieResolution,
    /// The tied options in the order decided, the one asked for first; as far as decided.
    pub decided: Vec<OptionIndex>,
    /// The tie in words.
    pub sentence: String,
}

/// An earlier stage that was looked at to break a tie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TieStep {
    /// The stage, counted from one.
    pub stage: u32,
    /// Who was still tied when it was looked at.
    pub among: Vec<OptionIndex>,
    /// Their totals at that stage, in the same order.
    pub totals: Vec<Figure>,
}

/// What broke a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TieResolution {
    /// The totals of an earlier stage.
    EarlierStage,
    /// Figures that the method itself asks in a tie: STAR voting's defeats, totals and top scores.
    Method,
    /// The order of lots drawn from the seed.
    Lot,
    /// The order published before opening.
    PublishedOrder,
    /// The casting vote.
    CastingVote,
    /// Nothing: the rules leave it open.
    Unresolved,
}

/// What an affiliation cap changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapRecord {
    /// The cap in seats, people who stay in office included.
    pub limit: u16,
    /// Who would have been elected without the cap, in order.
    pub before: Vec<OptionIndex>,
    /// Who is elected with it, in order.
    pub after: Vec<OptionIndex>,
    /// Who was passed over or excluded because of it, in order.
    pub passed_over: Vec<PassedOver>,
    /// The whole count without the cap, where the cap acts inside the count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uncapped: Option<Box<CountRecord>>,
    /// Ties met in counting without the cap.
    pub uncapped_ties: Vec<TieRecord>,
    /// The change in words.
    pub sentence: String,
}

/// One option that the cap kept out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PassedOver {
    /// The option.
    pub option: OptionIndex,
    /// The affiliation that was full.
    pub affiliation: AffiliationId,
    /// How many seats it then held.
    pub holds: u16,
    /// In words.
    pub sentence: String,
}
