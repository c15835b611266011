//! The counting methods, one module each, and what they share.

mod condorcet;
pub(crate) mod condorcet_irv;
mod constraint;
pub(crate) mod copeland;
pub(crate) mod debian;
mod defeats;
pub(crate) mod gregory;
pub(crate) mod irv;
mod matrix;
pub(crate) mod meek;
pub(crate) mod minimax;
pub(crate) mod motion;
pub(crate) mod pairwise;
mod papers;
pub(crate) mod ranked_pairs;
mod reach;
pub(crate) mod schulze;
pub(crate) mod scottish;
pub(crate) mod seats;
mod square;
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
