//! The counting methods, one module each, and what they share.

mod approvals;
mod capped;
mod condorcet;
pub(crate) mod condorcet_irv;
mod constraint;
pub(crate) mod copeland;
pub(crate) mod debian;
mod defeats;
mod equals;
pub(crate) mod gregory;
pub(crate) mod irv;
pub(crate) mod judgment;
mod matrix;
pub(crate) mod meek;
pub(crate) mod minimax;
pub(crate) mod motion;
mod optimal;
pub(crate) mod pairwise;
mod papers;
pub(crate) mod phragmen;
pub(crate) mod points;
pub(crate) mod proportional;
pub(crate) mod ranked_pairs;
mod reach;
pub(crate) mod schulze;
pub(crate) mod scottish;
pub(crate) mod seats;
mod square;
pub(crate) mod star;
pub(crate) mod tally;

use crate::option::OptionIndex;
use crate::transcript::{CapRecord, CountRecord, Outcome};

/// What a method hands back; ties and lots are gathered by the [`crate::ties::TieBreaker`].
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) record: CountRecord,
    pub(crate) ranking: Vec<Vec<OptionIndex>>,
    pub(crate) cap: Option<CapRecord>,
    pub(crate) outcome: Outcome,
    pub(crate) sentence: String,
}
