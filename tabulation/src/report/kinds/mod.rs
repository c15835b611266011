//! One file a kind of count: how it is described, and which of its figures are votes.
//!
//! A new kind is one file here that implements [`Kind`], and one line in [`kind`].

mod committee;
mod condorcet;
mod judgment;
mod motion;
mod pairwise;
mod points;
mod schulze;
mod stages;
mod tally;

use super::View;
use super::model::Block;
use crate::option::OptionIndex;
use crate::transcript::{CountRecord, Figure};

/// What a record of a count can say of itself.
pub(super) trait Kind {
    /// The count in blocks.
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>>;

    /// The votes of each option, as election results are exchanged; nothing for a motion.
    fn votes<'a>(&'a self, view: &View<'a>) -> Vec<Votes<'a>>;
}

/// One figure for each option.
pub(super) struct Votes<'a> {
    /// What it is; nothing for the total that a reader expects.
    pub(super) what: Option<String>,
    pub(super) of: Box<dyn Fn(OptionIndex) -> Option<Figure> + 'a>,
}

/// The kind of a record.
pub(super) fn kind(record: &CountRecord) -> &dyn Kind {
    match record {
        CountRecord::Motion(record) => record,
        CountRecord::Tally(record) => record,
        CountRecord::Points(record) => record,
        CountRecord::Star(record) => record,
        CountRecord::MajorityJudgment(record) => record,
        CountRecord::Phragmen(record) => record,
        CountRecord::ProportionalApproval(record) => record,
        CountRecord::Schulze(record) => record,
        CountRecord::Copeland(record) => record,
        CountRecord::Minimax(record) => record,
        CountRecord::RankedPairs(record) => record,
        CountRecord::CondorcetIrv(record) => record,
        CountRecord::Stages(record) => record,
    }
}
