//! The record of a count in stages.

use serde::{Deserialize, Serialize};

use super::Figure;
use crate::option::{AffiliationId, OptionIndex};

/// A count in stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StagesRecord {
    /// How many decimals every figure has.
    pub decimals: u8,
    /// The quota of the first stage.
    pub quota: Figure,
    /// How the quota came about.
    pub quota_sentence: String,
    /// The stages.
    pub stages: Vec<Stage>,
}

/// One stage: what was done, and how everybody stood after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Its number, counted from one.
    pub number: u32,
    /// What was done.
    pub action: StageAction,
    /// The rule that asked for it.
    pub clause: String,
    /// Where votes went, in ballot order.
    pub transfers: Vec<Transfer>,
    /// What became non-transferable at this stage.
    pub non_transferable: Exhausted,
    /// What truncation lost at this stage.
    pub rounding_loss: Figure,
    /// Totals after the stage, one per option in ballot order.
    pub totals: Vec<Figure>,
    /// All that is non-transferable after the stage.
    pub total_non_transferable: Figure,
    /// All that truncation has lost after the stage.
    pub total_rounding_loss: Figure,
    /// The quota at this stage, where it changes in the course of the count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<Figure>,
    /// The share of each paper that each option keeps, in ballot order, where the method has it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub keep_values: Vec<Figure>,
    /// Who is elected by this stage, in order.
    pub elected: Vec<OptionIndex>,
    /// The stage in words.
    pub sentence: String,
}

/// What a stage did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum StageAction {
    /// First preferences were counted.
    FirstPreferences {},
    /// A surplus was transferred.
    Surplus {
        /// Whose.
        from: OptionIndex,
        /// How large it was.
        surplus: Figure,
        /// The total it was part of: a paper goes on at `surplus × its value ÷ total`.
        total: Figure,
    },
    /// All surpluses were redistributed at once, by keep values.
    Redistribution {},
    /// The lowest was excluded.
    Exclusion {
        /// Who.
        option: OptionIndex,
    },
    /// Several were excluded together.
    JointExclusion {
        /// Who.
        options: Vec<OptionIndex>,
    },
    /// An option whose affiliation was full, or which can no longer have a seat, was excluded.
    CapExclusion {
        /// Who.
        option: OptionIndex,
        /// The affiliation that was full.
        affiliation: AffiliationId,
    },
}

/// Papers and votes that went somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// To whom.
    pub to: OptionIndex,
    /// How many papers, by weight where the rules count weight.
    pub papers: u64,
    /// Their value together.
    pub votes: Figure,
}

/// Papers and votes that went nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exhausted {
    /// How many papers.
    pub papers: u64,
    /// Their value together.
    pub votes: Figure,
}
