//! Meek's method: Algorithm 123 in fixed decimals, as docs/counting.md states it.
//!
//! A stage follows from the keep values of the stage before and from the exclusion between them:
//! keep values are brought to the quota again and again until somebody is elected or the surplus
//! is small or grows no smaller. The check takes these steps one by one from the keep values that
//! the record gives for the stage before, and must arrive at those it gives for this one.

use crate::option::OptionIndex;
use crate::rules::{LowestRule, MeekRules};
use crate::transcript::{Exhausted, Outcome, Stage, StageAction};

use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::instant_runoff::excluded;
use super::papers::Papers;
use super::{Board, Recorded, Status};

/// The most steps between two stages: a count that takes more has failed.
const MAX_STEPS: u32 = 100_000;

/// Checks a count by Meek's method.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &MeekRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let board = Board::new(case, rules.decimals, rules.look_back, limit);
        let papers = Papers::of(case, rules.by, 1);
        let one = 10_u128.saturating_pow(u32::from(rules.decimals));
        let all = papers.number().and_then(|valid| u128::from(valid).checked_mul(one));
        let all = recorded.place.fits(all)?;
        let seats = u128::from(case.contest.rules().seats);
        let quota = all / (seats + 1) + 1;
        recorded.check_head(rules.decimals, quota)?;
        let keep = vec![one; board.totals.len()];
        let (surplus, nowhere) = (0, 0);
        Replay { recorded, rules, board, papers, one, all, seats, keep, quota, surplus, nowhere }
            .follow(ties)
    })
}

struct Replay<'a> {
    recorded: Recorded<'a>,
    rules: &'a MeekRules,
    board: Board<'a>,
    papers: Papers,
    one: u128,
    all: u128,
    seats: u128,
    keep: Vec<u128>,
    quota: u128,
    surplus: i128,
    /// What was exhausted at the stage before.
    nowhere: u128,
}

impl Replay<'_> {
    fn follow(mut self, ties: &mut Ties<'_>) -> Result<Filled, CheckError> {
        let mut action = StageAction::FirstPreferences {};
        // The stage before, which may yet be seen to elect the rest.
        let mut last: Option<Stage> = None;
        let outcome = loop {
            let continuing = self.board.continuing();
            if self.board.vacancies() == 0 || continuing.len() <= self.board.vacancies() {
                self.end(action, last.take(), continuing)?;
                let unfilled = self.board.open();
                break Outcome::Elected { winners: self.board.winners, unfilled };
            }
            if let Some(stage) = last.take() {
                self.recorded.check_stage(&stage)?;
            }
            let (elected, open) = self.settle(ties)?;
            let nobody = elected.is_empty();
            let stage = self.stage(action, elected)?;
            if let Some(tied) = open {
                self.recorded.check_stage(&stage)?;
                let open = self.board.open();
                break Outcome::Unresolved { winners: self.board.winners, tied, open };
            }
            if !nobody {
                last = Some(stage);
                action = StageAction::Redistribution {};
                continue;
            }
            self.recorded.check_stage(&stage)?;
            action = match self.lowest(ties)? {
                Ok(action) => action,
                Err(tied) => {
                    let open = self.board.open();
                    break Outcome::Unresolved { winners: self.board.winners, tied, open };
                }
            };
            self.exclude(&action)?;
        };
        self.recorded.check_end(self.board.history.len())?;
        Ok(Filled { outcome, passed_over: self.board.passed_over })
    }

    fn fits<T>(&self, number: Option<T>) -> Result<T, CheckError> {
        self.recorded.place.key("stages").index(self.board.history.len()).fits(number)
    }

    /// The votes that the keep values leave to everybody: each option keeps its share of what
    /// comes to it, products cut to the decimals.
    fn share_out(&mut self) -> Result<(), CheckError> {
        let totals = self.shares();
        self.board.totals = self.fits(totals)?;
        Ok(())
    }

    fn shares(&self) -> Option<Vec<u128>> {
        let mut totals = vec![0_u128; self.keep.len()];
        for paper in &self.papers.papers {
            let mut left = self.one;
            for option in &paper.ranking {
                let keep = *self.keep.get(option.index())?;
                let kept = left.checked_mul(keep)?.checked_div(self.one)?;
                let total = totals.get_mut(option.index())?;
                *total = total.checked_add(kept.checked_mul(u128::from(paper.number))?)?;
                let rest = self.one.checked_sub(keep)?;
                left = left.checked_mul(rest)?.checked_div(self.one)?;
            }
        }
        Some(totals)
    }

    fn in_play(&self) -> Option<u128> {
        self.board.totals.iter().try_fold(0_u128, |sum, &total| sum.checked_add(total))
    }

    /// From the keep values of the stage before to those of this one. Who is elected by it; and
    /// those tied at the quota, if the rules leave open who of them the cap lets in.
    fn settle(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<(Vec<OptionIndex>, Option<Vec<OptionIndex>>), CheckError> {
        let decimals = self.rules.decimals.saturating_sub(self.rules.omega_decimals);
        let omega = 10_i128.saturating_pow(u32::from(decimals));
        let mut before = i128::MAX;
        for _ in 0..MAX_STEPS {
            self.share_out()?;
            let in_play = self.in_play();
            self.quota = self.fits(in_play)? / (self.seats + 1) + 1;
            let (elected, open) = self.elect(ties)?;
            let surplus = self.surplus_now();
            self.surplus = self.fits(surplus)?;
            let done = self.surplus <= omega || self.surplus >= before;
            if !elected.is_empty() || open.is_some() || done {
                return Ok((elected, open));
            }
            before = self.surplus;
            let keep = self.next_keep();
            self.keep = self.fits(keep)?;
        }
        self.fits(None)
    }

    fn surplus_now(&self) -> Option<i128> {
        let quota = i128::try_from(self.quota).ok()?;
        self.board.with_status(Status::Elected).iter().try_fold(0_i128, |sum, &option| {
            let total = i128::try_from(self.board.total(option)).ok()?;
            sum.checked_add(total.checked_sub(quota)?)
        })
    }

    /// Whoever has the quota is elected, the highest first; equals in ballot order.
    fn elect(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<(Vec<OptionIndex>, Option<Vec<OptionIndex>>), CheckError> {
        let mut elected = Vec::new();
        for mut group in self.board.at_quota(self.quota) {
            group.retain(|&o| self.board.doomed(o).is_none());
            let Some(order) = self.board.order_at_quota(group.clone(), ties)? else {
                return Ok((elected, Some(group)));
            };
            for option in order {
                if self.board.vacancies() > 0 && self.board.doomed(option).is_none() {
                    self.board.seat(option);
                    elected.push(option);
                }
            }
        }
        Ok((elected, None))
    }

    /// An elected option keeps keep × quota ÷ votes, both steps rounded up, and at most all.
    fn next_keep(&self) -> Option<Vec<u128>> {
        let mut keep = self.keep.clone();
        for option in self.board.with_status(Status::Elected) {
            let slot = keep.get_mut(option.index())?;
            let product = slot.checked_mul(self.quota)?.div_ceil(self.one);
            let votes = self.board.total(option).max(1);
            *slot = product.checked_mul(self.one)?.div_ceil(votes).min(self.one);
        }
        Some(keep)
    }

    /// Whom to exclude: whom the cap dooms, or else the lowest who are not needed to fill the
    /// seats; with the rule's measure of lowest.
    fn lowest(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<Result<StageAction, Vec<OptionIndex>>, CheckError> {
        let board = &self.board;
        let doomed = board.all_doomed();
        let mut among = match doomed.as_slice() {
            [] => board.not_guarded(),
            [_, ..] => doomed.iter().map(|p| p.option).collect(),
        };
        let fewest = among.iter().map(|&o| board.total(o)).min().unwrap_or(0);
        let within = match self.rules.lowest {
            LowestRule::WithinSurplus => u128::try_from(self.surplus).unwrap_or(0),
            LowestRule::Exactly => 0,
        };
        among.retain(|&o| board.total(o) - fewest <= within);
        Ok(match board.one_of(among, "exclusion", Favour::Least, ties)? {
            Err(tied) => Err(tied),
            Ok(option) => Ok(match doomed.into_iter().find(|p| p.option == option) {
                None => StageAction::Exclusion { option },
                Some(passed) => {
                    let affiliation = passed.affiliation.clone();
                    self.board.passed_over.push(passed);
                    StageAction::CapExclusion { option, affiliation }
                }
            }),
        })
    }

    fn exclude(&mut self, action: &StageAction) -> Result<(), CheckError> {
        for option in excluded(action) {
            self.board.set(option, Status::Out);
            if let Some(keep) = self.keep.get_mut(option.index()) {
                *keep = 0;
            }
        }
        self.share_out()
    }

    /// As many continue as seats are left: they are elected, by the stage before if nobody was
    /// excluded since. Or no seat is left: whoever continues is excluded, which shows what
    /// everybody keeps in the end.
    fn end(
        &mut self,
        action: StageAction,
        last: Option<Stage>,
        rest: Vec<OptionIndex>,
    ) -> Result<(), CheckError> {
        if self.board.vacancies() > 0 {
            for &option in &rest {
                self.board.seat(option);
            }
            if let Some(mut stage) = last {
                stage.elected.extend(rest);
                return self.recorded.check_stage(&stage);
            }
            self.share_out()?;
            let stage = self.stage(action, rest)?;
            return self.recorded.check_stage(&stage);
        }
        if let Some(stage) = last {
            self.recorded.check_stage(&stage)?;
        }
        if rest.is_empty() {
            return Ok(());
        }
        let action = StageAction::JointExclusion { options: rest };
        self.exclude(&action)?;
        let stage = self.stage(action, Vec::new())?;
        self.recorded.check_stage(&stage)
    }

    fn stage(
        &mut self,
        action: StageAction,
        elected: Vec<OptionIndex>,
    ) -> Result<Stage, CheckError> {
        let in_play = self.in_play();
        let exhausted = self.all.saturating_sub(self.fits(in_play)?);
        let board = &mut self.board;
        let newly = exhausted.saturating_sub(self.nowhere);
        self.nowhere = exhausted;
        let stage = Stage {
            number: board.next_number(),
            action,
            clause: "Algorithm 123".to_owned(),
            transfers: Vec::new(),
            non_transferable: Exhausted { papers: 0, votes: board.figure(newly) },
            rounding_loss: board.figure(0),
            totals: board.figures(&board.totals),
            total_non_transferable: board.figure(exhausted),
            total_rounding_loss: board.figure(0),
            quota: Some(board.figure(self.quota)),
            keep_values: board.figures(&self.keep),
            elected,
            sentence: String::new(),
        };
        board.history.push(board.totals.clone());
        Ok(stage)
    }
}
