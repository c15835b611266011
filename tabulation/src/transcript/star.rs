//! The record of STAR voting.

use serde::{Deserialize, Serialize};

use super::{Figure, OptionPoints};
use crate::option::OptionIndex;

/// Totals, and a runoff for each seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StarRecord {
    /// The totals in ballot order; withdrawn options are absent.
    pub totals: Vec<OptionPoints>,
    /// One runoff for each seat, as far as the rules decide them.
    pub rounds: Vec<StarRound>,
    /// The totals in words.
    pub sentence: String,
}

/// The runoff for one seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StarRound {
    /// The seat, counted from one.
    pub seat: u16,
    /// The two with the highest totals, the higher first; one where only one is left.
    pub finalists: Vec<OptionIndex>,
    /// Their totals, in the same order.
    pub totals: Vec<Figure>,
    /// Votes that score the one above the other, in the same order; nothing for one finalist.
    pub preferring: Vec<u64>,
    /// Votes that score both the same, those that score neither included; zero for one finalist.
    pub no_preference: u64,
    /// Who is elected; absent where the rules leave a tie open.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elected: Option<OptionIndex>,
    /// The runoff in words.
    pub sentence: String,
}
