//! The record of a count by one sum per option.

use serde::{Deserialize, Serialize};

use crate::option::OptionIndex;
use crate::profile::Tally;

/// One sum per option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TallyRecord {
    /// The sums in ballot order; withdrawn options are absent.
    pub totals: Vec<OptionTotal>,
    /// The result in words.
    pub sentence: String,
}

/// What one option received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionTotal {
    /// The option.
    pub option: OptionIndex,
    /// Ballots that mark it, and their weight.
    pub votes: Tally,
    /// The sum that counts under the rules.
    pub counted: u64,
}
