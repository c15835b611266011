//! The books of a count by papers: who holds which, and what went nowhere.

use crate::option::OptionIndex;
use crate::transcript::{Outcome, PassedOver, Stage, StageAction};

use super::super::CheckError;
use super::super::outcome::Filled;
use super::papers::{Holder, Moved, Paper, Papers};
use super::{Board, Recorded, Status};

/// Everything that stages of papers change.
pub(super) struct Books<'a> {
    pub(super) recorded: Recorded<'a>,
    pub(super) board: Board<'a>,
    pub(super) papers: Papers,
    /// Votes that are non-transferable so far.
    pub(super) nowhere: u128,
    lost: u128,
}

impl<'a> Books<'a> {
    pub(super) fn new(recorded: Recorded<'a>, board: Board<'a>, papers: Papers) -> Self {
        Self { recorded, board, papers, nowhere: 0, lost: 0 }
    }

    /// A number that fits, or the error at the stage under way.
    pub(super) fn fits<T>(&self, number: Option<T>) -> Result<T, CheckError> {
        self.recorded.place.key("stages").index(self.board.history.len()).fits(number)
    }

    /// Moves papers to options that receive.
    pub(super) fn move_on(
        &mut self,
        wanted: impl Fn(&Paper) -> bool,
        receives: impl Fn(&Board<'_>, OptionIndex) -> bool,
        value: impl Fn(u128) -> Option<u128>,
    ) -> Result<Moved, CheckError> {
        let board = &self.board;
        let place = (board.totals.len(), board.history.len());
        let moved = self.papers.move_on(wanted, place, |o| receives(board, o), value);
        self.fits(moved)
    }

    /// Moves papers to options that continue.
    pub(super) fn move_to_continuing(
        &mut self,
        wanted: impl Fn(&Paper) -> bool,
        value: impl Fn(u128) -> Option<u128>,
    ) -> Result<Moved, CheckError> {
        self.move_on(wanted, |board, o| board.continues(o), value)
    }

    /// Whom papers leave is out of the count, or settled at a total.
    pub(super) fn set_total(&mut self, option: OptionIndex, total: u128) {
        if let Some(slot) = self.board.totals.get_mut(option.index()) {
            *slot = total;
        }
    }

    /// Takes options out of the count, with no votes left.
    pub(super) fn clear(&mut self, out: &[OptionIndex]) {
        for &option in out {
            self.board.set(option, Status::Out);
            self.set_total(option, 0);
        }
    }

    /// What was surplus and did not go on to anybody, nor nowhere.
    pub(super) fn rounded_away(&self, surplus: u128, moved: &Moved) -> Result<u128, CheckError> {
        let gone = moved.passed_on().and_then(|sum| sum.checked_add(moved.votes_nowhere()));
        Ok(surplus.saturating_sub(self.fits(gone)?))
    }

    /// The stage that follows, but for who is elected by it.
    pub(super) fn stage(
        &mut self,
        action: StageAction,
        clause: &str,
        moved: &Moved,
        lost: u128,
    ) -> Result<Stage, CheckError> {
        let added = moved.add_to(&mut self.board.totals);
        self.fits(added)?;
        self.nowhere = self.fits(self.nowhere.checked_add(moved.votes_nowhere()))?;
        self.lost = self.fits(self.lost.checked_add(lost))?;
        let board = &mut self.board;
        let stage = Stage {
            number: board.next_number(),
            action,
            clause: clause.to_owned(),
            transfers: moved.transfers(board.decimals),
            non_transferable: moved.non_transferable(board.decimals),
            rounding_loss: board.figure(lost),
            totals: board.figures(&board.totals),
            total_non_transferable: board.figure(self.nowhere),
            total_rounding_loss: board.figure(self.lost),
            quota: None,
            keep_values: Vec::new(),
            elected: Vec::new(),
            sentence: String::new(),
        };
        board.history.push(board.totals.clone());
        Ok(stage)
    }

    /// An option excluded since the cap keeps it out.
    pub(super) fn pass_over(&mut self, passed: PassedOver) -> (OptionIndex, StageAction) {
        let (option, affiliation) = (passed.option, passed.affiliation.clone());
        self.board.passed_over.push(passed);
        (option, StageAction::CapExclusion { option, affiliation })
    }

    /// The end of the count: all seats decided, or some tied.
    pub(super) fn close(self, tied: Option<Vec<OptionIndex>>) -> Result<Filled, CheckError> {
        self.recorded.check_end(self.board.history.len())?;
        let open = self.board.open();
        let winners = self.board.winners;
        let outcome = match tied {
            None => Outcome::Elected { winners, unfilled: open },
            Some(tied) => Outcome::Unresolved { winners, tied, open },
        };
        Ok(Filled { outcome, passed_over: self.board.passed_over })
    }
}

/// Papers that one of some options holds.
pub(super) fn held_by(out: &[OptionIndex]) -> impl Fn(&Paper) -> bool + '_ {
    |paper| out.iter().any(|&o| paper.holder == Holder::Option(o))
}

/// Papers not sorted yet.
pub(super) fn in_box(paper: &Paper) -> bool {
    paper.holder == Holder::Box
}

/// An exclusion of one or of several.
pub(super) fn exclusion(mut options: Vec<OptionIndex>) -> StageAction {
    options.sort_unstable();
    match *options.as_slice() {
        [option] => StageAction::Exclusion { option },
        _ => StageAction::JointExclusion { options },
    }
}
