//! Instant runoff.

use crate::option::OptionIndex;
use crate::rules::{InstantRunoffRules, RunoffEnd, RunoffExclusion};
use crate::transcript::{Figure, Outcome, PassedOver, Stage, StageAction};

use super::super::cap::Room;
use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::books::exclusion;
use super::papers::{Holder, Paper, Papers};
use super::{Board, Recorded, Status};

/// Checks an instant runoff. A cap bars those whose affiliation is full from the beginning.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &InstantRunoffRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let among = case.contest.options().standing();
        let setting = Setting { rules, among, barred: barred(case, limit), beats: None };
        follow(case, recorded, setting, ties)
    })
}

/// Those whose affiliation is full already.
pub(super) fn barred(case: &Case<'_>, limit: Option<u16>) -> Vec<PassedOver> {
    let options = case.contest.options();
    limit.map_or_else(Vec::new, |limit| {
        let room = Room::new(options, limit);
        options.standing().iter().filter_map(|&o| room.passed(o)).collect()
    })
}

/// What an instant runoff is held with.
pub(super) struct Setting<'a> {
    pub(super) rules: &'a InstantRunoffRules,
    /// Who takes part.
    pub(super) among: Vec<OptionIndex>,
    /// Who of them is excluded before any other.
    pub(super) barred: Vec<PassedOver>,
    /// Where beating everybody left ends it, and no majority does: who beats whom.
    pub(super) beats: Option<&'a dyn Fn(OptionIndex, OptionIndex) -> bool>,
}

/// Follows an instant runoff to its end.
pub(super) fn follow(
    case: &Case<'_>,
    recorded: Recorded<'_>,
    setting: Setting<'_>,
    ties: &mut Ties<'_>,
) -> Result<Filled, CheckError> {
    let papers = Papers::among(case, setting.rules.by, 1, &setting.among);
    let mut board = Board::new(case, 0, setting.rules.look_back, None);
    for option in board.continuing() {
        if !setting.among.contains(&option) {
            board.set(option, Status::Out);
        }
    }
    Replay { recorded, setting, papers, board, nowhere: 0 }.follow(ties)
}

enum Next {
    Elect(OptionIndex),
    Exclude(StageAction),
    Open(Vec<OptionIndex>),
}

struct Replay<'a> {
    recorded: Recorded<'a>,
    setting: Setting<'a>,
    papers: Papers,
    board: Board<'a>,
    nowhere: u128,
}

impl Replay<'_> {
    fn follow(mut self, ties: &mut Ties<'_>) -> Result<Filled, CheckError> {
        let valid = self.recorded.place.fits(self.papers.number())?;
        self.recorded.check_head(0, u128::from(valid / 2).saturating_add(1))?;
        let mut stage = self.stage(StageAction::FirstPreferences {}, &[Holder::Box])?;
        let outcome = loop {
            let next = self.next(ties)?;
            if let Next::Elect(winner) = next {
                stage.elected.push(winner);
            }
            self.recorded.check_stage(&stage)?;
            stage = match next {
                Next::Elect(winner) => {
                    break Outcome::Elected { winners: vec![winner], unfilled: 0 };
                }
                Next::Exclude(action) => self.exclude(action)?,
                Next::Open(tied) => {
                    break Outcome::Unresolved { winners: Vec::new(), tied, open: 1 };
                }
            };
        };
        self.recorded.check_end(self.board.history.len())?;
        Ok(Filled { outcome, passed_over: self.setting.barred })
    }

    fn exclude(&mut self, action: StageAction) -> Result<Stage, CheckError> {
        let out = excluded(&action);
        for &option in &out {
            self.board.set(option, Status::Out);
            if let Some(slot) = self.board.totals.get_mut(option.index()) {
                *slot = 0;
            }
        }
        let holders: Vec<Holder> = out.into_iter().map(Holder::Option).collect();
        self.stage(action, &holders)
    }

    fn stage(&mut self, action: StageAction, holders: &[Holder]) -> Result<Stage, CheckError> {
        let place = self.recorded.place.key("stages");
        let place = place.index(self.board.history.len());
        let board = &mut self.board;
        let status = board.status.clone();
        let continues = |o: OptionIndex| status.get(o.index()) == Some(&Status::Continuing);
        let wanted = |paper: &Paper| holders.contains(&paper.holder);
        let size = (status.len(), board.history.len());
        let moved = self.papers.move_on(wanted, size, continues, Some);
        let moved = place.fits(moved)?;
        place.fits(moved.add_to(&mut board.totals))?;
        self.nowhere = place.fits(self.nowhere.checked_add(moved.votes_nowhere()))?;
        let stage = Stage {
            number: board.next_number(),
            action,
            clause: "instant runoff".to_owned(),
            transfers: moved.transfers(0),
            non_transferable: moved.non_transferable(0),
            rounding_loss: Figure::from(0_u64),
            totals: board.figures(&board.totals),
            total_non_transferable: board.figure(self.nowhere),
            total_rounding_loss: Figure::from(0_u64),
            quota: None,
            keep_values: Vec::new(),
            elected: Vec::new(),
            sentence: String::new(),
        };
        board.history.push(board.totals.clone());
        Ok(stage)
    }

    fn next(&self, ties: &mut Ties<'_>) -> Result<Next, CheckError> {
        let board = &self.board;
        let mut order = board.continuing();
        order.sort_by_key(|&o| (board.total(o), o));
        if let [only] = *order.as_slice() {
            return Ok(Next::Elect(only));
        }
        if let Some(barred) = self.setting.barred.iter().find(|p| board.continues(p.option)) {
            let (option, affiliation) = (barred.option, barred.affiliation.clone());
            return Ok(Next::Exclude(StageAction::CapExclusion { option, affiliation }));
        }
        let mut first = self.setting.rules.exclude_first.clone();
        first.retain(|&o| board.continues(o));
        first.sort_unstable();
        // Somebody must be left.
        if !first.is_empty() && first.len() < order.len() {
            return Ok(Next::Exclude(exclusion(first)));
        }
        if let Some(winner) = self.winner(&order)? {
            return Ok(Next::Elect(winner));
        }
        if self.setting.rules.exclusion == RunoffExclusion::Batch {
            let batch = self.batch(&order);
            if batch.len() > 1 {
                return Ok(Next::Exclude(exclusion(batch)));
            }
        }
        order.sort_unstable();
        Ok(match board.extreme(order, "exclusion", Favour::Least, ties)? {
            Ok(option) => Next::Exclude(StageAction::Exclusion { option }),
            Err(tied) => Next::Open(tied),
        })
    }

    /// Who is elected though others are left, given in ascending order of votes.
    fn winner(&self, ascending: &[OptionIndex]) -> Result<Option<OptionIndex>, CheckError> {
        if let Some(beats) = self.setting.beats {
            let beats_all = |&&o: &&OptionIndex| ascending.iter().all(|&p| o == p || beats(o, p));
            return Ok(ascending.iter().find(beats_all).copied());
        }
        let mut totals = ascending.iter().map(|&o| self.board.total(o));
        let all = self.recorded.place.fits(totals.try_fold(0_u128, u128::checked_add))?;
        let may_end = match self.setting.rules.end {
            RunoffEnd::Majority => true,
            RunoffEnd::TwoLeft => ascending.len() == 2,
        };
        let leader = ascending.last().copied();
        Ok(leader.filter(|&leader| may_end && self.board.total(leader) > all / 2))
    }

    /// The largest group of the lowest whose votes together are fewer than those of the next.
    fn batch(&self, ascending: &[OptionIndex]) -> Vec<OptionIndex> {
        let together = |size: usize| -> u128 {
            // Invariant: parts of all votes, whose sum was checked.
            ascending.iter().take(size).map(|&o| self.board.total(o)).sum()
        };
        let fits = |&size: &usize| {
            ascending.get(size).is_some_and(|&next| together(size) < self.board.total(next))
        };
        let size = (1..ascending.len()).rev().find(fits).unwrap_or(0);
        let mut batch: Vec<_> = ascending.iter().take(size).copied().collect();
        batch.sort_unstable();
        batch
    }
}

/// Whom an action takes out.
pub(super) fn excluded(action: &StageAction) -> Vec<OptionIndex> {
    match action {
        StageAction::Exclusion { option } | StageAction::CapExclusion { option, .. } => {
            vec![*option]
        }
        StageAction::JointExclusion { options } => options.clone(),
        StageAction::FirstPreferences {}
        | StageAction::Surplus { .. }
        | StageAction::Redistribution {} => Vec::new(),
    }
}
