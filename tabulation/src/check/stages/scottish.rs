//! The Scottish rules: SSI 2011/399, Schedule 1, rules 46 to 53.

use crate::option::OptionIndex;
use crate::rules::ScottishRules;
use crate::transcript::{Outcome, PassedOver, Stage, StageAction};

use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::papers::{Holder, Moved, Papers};
use super::{Board, Recorded, Status};

/// One vote: figures have five decimals (rule 49(3)).
const ONE: u128 = 100_000;
const DECIMALS: u8 = 5;

/// Checks a count by the Scottish rules.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &ScottishRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let papers = Papers::of(case, rules.by, ONE);
        let valid = recorded.place.fits(papers.number())?;
        // Rule 47: valid papers divided by one more than the seats, decimals ignored, plus one.
        let quota = (valid / (u64::from(case.contest.rules().seats) + 1)).saturating_add(1);
        let quota = u128::from(quota) * ONE;
        recorded.check_head(DECIMALS, quota)?;
        let board = Board::new(case, DECIMALS, rules.look_back, limit);
        let pending = Vec::new();
        Replay { recorded, papers, quota, board, pending, nowhere: 0, lost: 0 }.follow(ties)
    })
}

/// What the end of a stage asks for.
enum Next {
    End,
    Open(Vec<OptionIndex>),
    Surplus(OptionIndex),
    Exclude(OptionIndex),
    ExcludeDoomed(PassedOver),
}

struct Replay<'a> {
    recorded: Recorded<'a>,
    papers: Papers,
    quota: u128,
    board: Board<'a>,
    /// Elected with a surplus that was not transferred yet.
    pending: Vec<OptionIndex>,
    nowhere: u128,
    lost: u128,
}

impl Replay<'_> {
    fn follow(mut self, ties: &mut Ties<'_>) -> Result<Filled, CheckError> {
        // Rule 46.
        let moved = self.distribute(Holder::Box, Some)?;
        let mut stage = self.stage(StageAction::FirstPreferences {}, "rule 46", &moved, 0)?;
        let outcome = loop {
            stage.elected = self.elect(ties)?;
            self.recorded.check_stage(&stage)?;
            stage = match self.next(ties)? {
                Next::Surplus(from) => self.surplus(from)?,
                Next::Exclude(option) => {
                    let action = StageAction::Exclusion { option };
                    self.exclude(option, action, "rules 51 and 52")?
                }
                Next::ExcludeDoomed(passed) => {
                    let (option, affiliation) = (passed.option, passed.affiliation.clone());
                    self.board.passed_over.push(passed);
                    let action = StageAction::CapExclusion { option, affiliation };
                    self.exclude(option, action, "affiliation cap")?
                }
                Next::End => {
                    let unfilled = self.board.open();
                    break Outcome::Elected { winners: self.board.winners, unfilled };
                }
                Next::Open(tied) => {
                    let open = self.board.open();
                    break Outcome::Unresolved { winners: self.board.winners, tied, open };
                }
            };
        };
        self.recorded.check_end(self.board.history.len())?;
        Ok(Filled { outcome, passed_over: self.board.passed_over })
    }

    fn fits<T>(&self, number: Option<T>) -> Result<T, CheckError> {
        self.recorded.place.key("stages").index(self.board.history.len()).fits(number)
    }

    fn distribute(
        &mut self,
        holder: Holder,
        value: impl Fn(u128) -> Option<u128>,
    ) -> Result<Moved, CheckError> {
        let board = &self.board;
        let continues = |o| board.continues(o);
        let moved = self.papers.move_from(&[holder], board.totals.len(), continues, value);
        self.fits(moved)
    }

    /// Rules 49 and 50: each paper goes on at surplus × value ÷ total, decimals ignored.
    fn surplus(&mut self, from: OptionIndex) -> Result<Stage, CheckError> {
        self.pending.retain(|&o| o != from);
        let total = self.board.total(from);
        let surplus = total.saturating_sub(self.quota);
        let moved = self.distribute(Holder::Option(from), |value| {
            surplus.checked_mul(value)?.checked_div(total)
        })?;
        if let Some(slot) = self.board.totals.get_mut(from.index()) {
            *slot = self.quota;
        }
        let gone = moved.passed_on().and_then(|sum| sum.checked_add(moved.votes_nowhere()));
        let lost = surplus.saturating_sub(self.fits(gone)?);
        let figure = |value| self.board.figure(value);
        let action = StageAction::Surplus { from, surplus: figure(surplus), total: figure(total) };
        self.stage(action, "rules 49 and 50", &moved, lost)
    }

    /// Rules 51 and 52: each paper goes on at the value it came with.
    fn exclude(
        &mut self,
        option: OptionIndex,
        action: StageAction,
        clause: &str,
    ) -> Result<Stage, CheckError> {
        self.board.set(option, Status::Out);
        if let Some(slot) = self.board.totals.get_mut(option.index()) {
            *slot = 0;
        }
        let moved = self.distribute(Holder::Option(option), Some)?;
        self.stage(action, clause, &moved, 0)
    }

    fn stage(
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
            transfers: moved.transfers(DECIMALS),
            non_transferable: moved.non_transferable(DECIMALS),
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

    /// Who must be elected by a stage: rule 48(1), whoever has the quota; rule 53(1), the rest if
    /// they are as many as the seats left.
    fn elect(&mut self, ties: &mut Ties<'_>) -> Result<Vec<OptionIndex>, CheckError> {
        let before = self.board.winners.len();
        for mut group in self.board.at_quota(self.quota) {
            group.retain(|&o| self.board.doomed(o).is_none());
            let Some(order) = self.board.order_at_quota(group, ties)? else {
                return Ok(self.elected_since(before));
            };
            for option in order {
                if self.board.vacancies() > 0 && self.board.doomed(option).is_none() {
                    self.seat(option);
                }
            }
        }
        let rest = self.board.continuing();
        if rest.len() <= self.board.vacancies() {
            let totals = rest.iter().map(|&o| (o, self.board.total(o)));
            for option in super::super::tally::by_value(totals).into_iter().flatten() {
                self.seat(option);
            }
        }
        Ok(self.elected_since(before))
    }

    fn elected_since(&self, before: usize) -> Vec<OptionIndex> {
        self.board.winners.iter().skip(before).copied().collect()
    }

    fn seat(&mut self, option: OptionIndex) {
        if self.board.total(option) > self.quota {
            self.pending.push(option);
        }
        self.board.seat(option);
    }

    fn next(&self, ties: &mut Ties<'_>) -> Result<Next, CheckError> {
        let board = &self.board;
        if board.vacancies() == 0 || board.continuing().is_empty() {
            return Ok(Next::End);
        }
        // Whoever has the quota and can have a seat has one by now, unless a tie is left open.
        let mut at_quota = board.continuing();
        at_quota.retain(|&o| board.total(o) >= self.quota && board.doomed(o).is_none());
        if !at_quota.is_empty() {
            return Ok(Next::Open(at_quota));
        }
        // I. D. Hill, Voting Matters 9: whoever can have no seat is excluded at once.
        let mut doomed = board.all_doomed();
        if !doomed.is_empty() {
            let among = doomed.iter().map(|p| p.option).collect();
            let question = "exclusion under the cap";
            return Ok(match board.extreme(among, question, Favour::Least, ties)? {
                Ok(option) => {
                    doomed.retain(|p| p.option == option);
                    doomed.pop().map_or(Next::End, Next::ExcludeDoomed)
                }
                Err(tied) => Next::Open(tied),
            });
        }
        // Rule 50(1): the highest surplus first.
        if !self.pending.is_empty() {
            let mut among = self.pending.clone();
            among.sort_unstable();
            let question = "the transfer of the surplus";
            let chosen = board.extreme(among, question, Favour::Most, ties)?;
            return Ok(chosen.map_or_else(Next::Open, Next::Surplus));
        }
        // Rule 51(1): the lowest, unless needed to fill the seats.
        let chosen = board.extreme(board.not_guarded(), "exclusion", Favour::Least, ties)?;
        Ok(chosen.map_or_else(Next::Open, Next::Exclude))
    }
}
