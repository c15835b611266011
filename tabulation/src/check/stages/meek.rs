//! Meek's method: Algorithm 123 in fixed decimals, as docs/counting.md states it.
//!
//! A stage follows from the keep values of the stage before and from the exclusion between them:
//! keep values are brought to the quota again and again until somebody is elected or the surplus
//! is small or grows no smaller. The check takes these steps one by one from the keep values that
//! the record gives for the stage before, and must arrive at those it gives for this one.

use crate::option::OptionIndex;
use crate::rules::{Kept, LowestRule, MeekCourse, MeekRules};
use crate::transcript::{Exhausted, Figure, Outcome, Stage, StageAction};

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
        let withdrawn = |o| case.contest.options().is_withdrawn(o);
        let keep = OptionIndex::all(board.totals.len())
            .map(|o| if withdrawn(o) { 0 } else { one })
            .collect();
        let (surplus, nowhere) = (0, 0);
        let still = None;
        let replay = Replay {
            recorded,
            rules,
            board,
            papers,
            one,
            all,
            seats,
            keep,
            quota,
            surplus,
            still,
            nowhere,
        };
        replay.follow(ties)
    })
}

/// Who is elected, who is tied for that, and whether the surplus is small.
type Reached = (Vec<OptionIndex>, Option<Vec<OptionIndex>>, bool);

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
    /// In New Zealand's course: the surplus of the stage before, if that elected nobody and nobody
    /// was excluded since.
    still: Option<i128>,
    /// What was exhausted at the stage before.
    nowhere: i128,
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
            let (elected, open, small) = match self.rules.course {
                MeekCourse::Reference => self.settle(ties)?,
                MeekCourse::NewZealand => self.step(ties)?,
            };
            let time = match self.rules.course {
                MeekCourse::Reference => elected.is_empty(),
                // Clause 13 is no part of the first step.
                MeekCourse::NewZealand => {
                    !self.board.history.is_empty() && (small || self.is_certain())
                }
            };
            let stage = self.stage(action, elected)?;
            if let Some(tied) = open {
                self.recorded.check_stage(&stage)?;
                let open = self.board.open();
                break Outcome::Unresolved { winners: self.board.winners, tied, open };
            }
            let over = self.board.vacancies() == 0
                || self.board.continuing().len() <= self.board.vacancies();
            if over || !time {
                last = Some(stage);
                action = StageAction::Redistribution {};
                continue;
            }
            self.recorded.check_stage(&stage)?;
            self.still = None;
            action = match self.lowest(ties)? {
                Ok(action) => action,
                Err(tied) => {
                    let open = self.board.open();
                    break Outcome::Unresolved { winners: self.board.winners, tied, open };
                }
            };
            self.exclude(&action);
        };
        self.recorded.check_end(self.board.history.len())?;
        Ok(Filled { outcome, passed_over: self.board.passed_over })
    }

    fn fits<T>(&self, number: Option<T>) -> Result<T, CheckError> {
        self.recorded.place.key("stages").index(self.board.history.len()).fits(number)
    }

    /// The votes that the keep values leave to everybody: each option keeps its share of what
    /// comes to it, products rounded as the rules say.
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
                let whole = left.checked_mul(keep)?;
                let kept = match self.rules.kept {
                    Kept::Cut => whole.checked_div(self.one)?,
                    Kept::RoundedUp | Kept::AllRoundedUp => whole.div_ceil(self.one),
                };
                let total = totals.get_mut(option.index())?;
                *total = total.checked_add(kept.checked_mul(u128::from(paper.number))?)?;
                let rest = left.checked_mul(self.one.checked_sub(keep)?)?;
                left = match self.rules.kept {
                    Kept::Cut => rest.checked_div(self.one)?,
                    Kept::RoundedUp => left.checked_sub(kept)?,
                    Kept::AllRoundedUp => rest.div_ceil(self.one),
                };
            }
        }
        Some(totals)
    }

    /// What the papers are worth more than the votes; less than nothing where rounding up made votes.
    fn exhausted(&self) -> Option<i128> {
        let votes = i128::try_from(self.in_play()?).ok()?;
        i128::try_from(self.all).ok()?.checked_sub(votes)
    }

    fn in_play(&self) -> Option<u128> {
        self.board.totals.iter().try_fold(0_u128, |sum, &total| sum.checked_add(total))
    }

    /// From the keep values of the stage before to those of this one. Who is elected by it; those
    /// tied at the quota, if the rules leave open who of them the cap lets in; and whether the
    /// surplus is small.
    fn settle(&mut self, ties: &mut Ties<'_>) -> Result<Reached, CheckError> {
        let mut before = i128::MAX;
        for _ in 0..MAX_STEPS {
            let (elected, open) = self.distribute(ties)?;
            let small = self.rules.is_small(self.surplus) || self.surplus >= before;
            if !elected.is_empty() || open.is_some() || small {
                return Ok((elected, open, small));
            }
            before = self.surplus;
            self.update()?;
        }
        self.fits(None)
    }

    /// One step of New Zealand's course.
    fn step(&mut self, ties: &mut Ties<'_>) -> Result<Reached, CheckError> {
        if !self.board.history.is_empty() {
            self.update()?;
        }
        let before = self.still.take();
        let (elected, open) = self.distribute(ties)?;
        let mut small = self.rules.is_small(self.surplus);
        if elected.is_empty() {
            small |= before.is_some_and(|before| self.surplus >= before);
            self.still = Some(self.surplus);
        }
        Ok((elected, open, small))
    }

    /// The votes by the keep values, the quota that follows, and who has it.
    fn distribute(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<(Vec<OptionIndex>, Option<Vec<OptionIndex>>), CheckError> {
        self.share_out()?;
        let in_play = self.in_play();
        self.quota = self.fits(in_play)? / (self.seats + 1) + 1;
        let reached = self.elect(ties)?;
        let surplus = self.surplus_now();
        self.surplus = self.fits(surplus)?;
        Ok(reached)
    }

    fn update(&mut self) -> Result<(), CheckError> {
        let keep = self.next_keep();
        self.keep = self.fits(keep)?;
        Ok(())
    }

    /// Whether the lowest, with all the surplus, has fewer votes than any other who may go.
    fn is_certain(&self) -> bool {
        let among = self.excludable();
        let surplus = u128::try_from(self.surplus).unwrap_or(0);
        let lowest = among.iter().copied().min_by_key(|&o| self.board.total(o));
        lowest.is_some_and(|lowest| {
            let most = self.board.total(lowest).saturating_add(surplus);
            among.iter().all(|&o| o == lowest || most < self.board.total(o))
        })
    }

    /// Whom the cap dooms, or else all who are not needed to fill the seats.
    fn excludable(&self) -> Vec<OptionIndex> {
        match self.board.all_doomed().as_slice() {
            [] => self.board.not_guarded(),
            doomed @ [_, ..] => doomed.iter().map(|p| p.option).collect(),
        }
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
        for group in self.board.at_quota(self.quota) {
            let (seated, open) = self.board.seat_equals(group, ties)?;
            elected.extend(seated);
            if open.is_some() {
                return Ok((elected, open));
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

    /// Whom to exclude: the lowest of those who may be, with the rule's measure of lowest.
    fn lowest(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<Result<StageAction, Vec<OptionIndex>>, CheckError> {
        let board = &self.board;
        let doomed = board.all_doomed();
        let mut among = self.excludable();
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

    fn exclude(&mut self, action: &StageAction) {
        for option in excluded(action) {
            self.board.set(option, Status::Out);
            if let Some(keep) = self.keep.get_mut(option.index()) {
                *keep = 0;
            }
        }
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
        self.exclude(&action);
        self.share_out()?;
        let stage = self.stage(action, Vec::new())?;
        self.recorded.check_stage(&stage)
    }

    fn stage(
        &mut self,
        action: StageAction,
        elected: Vec<OptionIndex>,
    ) -> Result<Stage, CheckError> {
        let exhausted = self.exhausted();
        let exhausted = self.fits(exhausted)?;
        let newly = exhausted.checked_sub(self.nowhere);
        let newly = self.fits(newly)?;
        self.nowhere = exhausted;
        let decimals = self.rules.decimals;
        let board = &mut self.board;
        let stage = Stage {
            number: board.next_number(),
            action,
            clause: match self.rules.course {
                MeekCourse::Reference => "Algorithm 123",
                MeekCourse::NewZealand => "Schedule 1A",
            }
            .to_owned(),
            transfers: Vec::new(),
            non_transferable: Exhausted { papers: 0, votes: Figure::scaled(newly, decimals) },
            rounding_loss: board.figure(0),
            totals: board.figures(&board.totals),
            total_non_transferable: Figure::scaled(exhausted, decimals),
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
