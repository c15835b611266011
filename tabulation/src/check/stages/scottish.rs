//! The Scottish rules: SSI 2011/399, Schedule 1, rules 46 to 53.

use crate::option::OptionIndex;
use crate::rules::ScottishRules;
use crate::transcript::{PassedOver, Stage, StageAction};

use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::Board;
use super::books::{Books, held_by, in_box};
use super::papers::Papers;

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
        let books = Books::new(recorded, board, papers);
        Replay { books, quota, pending: Vec::new() }.follow(ties)
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
    books: Books<'a>,
    quota: u128,
    /// Elected with a surplus that was not transferred yet.
    pending: Vec<OptionIndex>,
}

impl Replay<'_> {
    fn follow(mut self, ties: &mut Ties<'_>) -> Result<Filled, CheckError> {
        // Rule 46.
        let moved = self.books.move_to_continuing(in_box, Some)?;
        let mut stage = self.books.stage(StageAction::FirstPreferences {}, "rule 46", &moved, 0)?;
        loop {
            let (elected, open) = self.elect(ties)?;
            stage.elected = elected;
            self.books.recorded.check_stage(&stage)?;
            if open.is_some() {
                return self.books.close(open);
            }
            stage = match self.next(ties)? {
                Next::Surplus(from) => self.surplus(from)?,
                Next::Exclude(option) => {
                    let action = StageAction::Exclusion { option };
                    self.exclude(option, action, "rules 51 and 52")?
                }
                Next::ExcludeDoomed(passed) => {
                    let (option, action) = self.books.pass_over(passed);
                    self.exclude(option, action, "affiliation cap")?
                }
                Next::End => return self.books.close(None),
                Next::Open(tied) => return self.books.close(Some(tied)),
            };
        }
    }

    /// Rules 49 and 50: each paper goes on at surplus × value ÷ total, decimals ignored.
    fn surplus(&mut self, from: OptionIndex) -> Result<Stage, CheckError> {
        self.pending.retain(|&o| o != from);
        let total = self.books.board.total(from);
        let surplus = total.saturating_sub(self.quota);
        let moved = self.books.move_to_continuing(held_by(&[from]), |value| {
            surplus.checked_mul(value)?.checked_div(total)
        })?;
        self.books.set_total(from, self.quota);
        let lost = self.books.rounded_away(surplus, &moved)?;
        let figure = |value| self.books.board.figure(value);
        let action = StageAction::Surplus { from, surplus: figure(surplus), total: figure(total) };
        self.books.stage(action, "rules 49 and 50", &moved, lost)
    }

    /// Rules 51 and 52: each paper goes on at the value it came with.
    fn exclude(
        &mut self,
        option: OptionIndex,
        action: StageAction,
        clause: &str,
    ) -> Result<Stage, CheckError> {
        self.books.clear(&[option]);
        let moved = self.books.move_to_continuing(held_by(&[option]), Some)?;
        self.books.stage(action, clause, &moved, 0)
    }

    /// Who must be elected by a stage: rule 48(1), whoever has the quota; rule 53(1), the rest if
    /// they are as many as the seats left.
    /// A tie that is left open comes back beside.
    fn elect(
        &mut self,
        ties: &mut Ties<'_>,
    ) -> Result<(Vec<OptionIndex>, Option<Vec<OptionIndex>>), CheckError> {
        let board = &mut self.books.board;
        let (mut elected, mut open) = (Vec::new(), None);
        for group in board.at_quota(self.quota) {
            let (seated, tied) = board.seat_equals(group, ties)?;
            elected.extend(seated);
            open = tied;
            if open.is_some() {
                break;
            }
        }
        if open.is_none() {
            elected.extend(board.seat_rest());
        }
        self.pending.extend(elected.iter().filter(|&&o| board.total(o) > self.quota));
        Ok((elected, open))
    }

    fn next(&self, ties: &mut Ties<'_>) -> Result<Next, CheckError> {
        let board = &self.books.board;
        if board.vacancies() == 0 || board.continuing().is_empty() {
            return Ok(Next::End);
        }
        // I. D. Hill, Voting Matters 9: whoever can have no seat is excluded at once.
        if let Some(doomed) = board.next_doomed(ties)? {
            return Ok(doomed.map_or_else(Next::Open, Next::ExcludeDoomed));
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
