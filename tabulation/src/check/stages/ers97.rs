//! The rules of the Electoral Reform Society of 1997, section 5, as docs/counting.md reads them.

use std::cmp::Reverse;

use crate::option::OptionIndex;
use crate::rules::{Ers97Rules, LookBack};
use crate::transcript::{Stage, StageAction};

use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::books::{Books, exclusion, held_by, in_box};
use super::papers::{Holder, Paper, Papers};
use super::{Board, Status};

/// 5.1.6, 5.3.7: two decimal places.
const ONE: u128 = 100;
const DECIMALS: u8 = 2;

/// Checks a count by the rules of 1997.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &Ers97Rules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let papers = Papers::of(case, rules.by, ONE);
        let valid = papers.number().and_then(|valid| u128::from(valid).checked_mul(ONE));
        let valid = recorded.place.fits(valid)?;
        let seats = u128::from(case.contest.rules().seats);
        // 5.1.6: rounded up.
        let quota = valid.div_ceil(seats + 1);
        recorded.check_head(DECIMALS, quota)?;
        let board = Board::new(case, DECIMALS, LookBack::Forwards, limit);
        let books = Books::new(recorded, board, papers);
        let transferred = Vec::new();
        Replay { books, valid, seats, quota, required: quota, transferred, leaving: None }
            .follow(ties)
    })
}

/// What the end of a stage asks for.
enum Next {
    End,
    Open(Vec<OptionIndex>),
    Surplus(OptionIndex),
    /// The first or a later batch of an exclusion.
    Batch(Leaving),
}

/// Options being excluded.
#[derive(Clone)]
struct Leaving {
    out: Vec<OptionIndex>,
    action: StageAction,
    clause: &'static str,
}

struct Replay<'a> {
    books: Books<'a>,
    /// The total valid vote.
    valid: u128,
    seats: u128,
    quota: u128,
    /// The vote required for election (5.6.1).
    required: u128,
    transferred: Vec<OptionIndex>,
    leaving: Option<Leaving>,
}

impl Replay<'_> {
    fn follow(mut self, ties: &mut Ties<'_>) -> Result<Filled, CheckError> {
        let moved = self.books.move_to_continuing(in_box, Some)?;
        let mut stage = self.books.stage(StageAction::FirstPreferences {}, "5.1", &moved, 0)?;
        loop {
            self.lower_quota();
            if let Some(tied) = self.elect(&mut stage, ties)? {
                stage.quota = Some(self.books.board.figure(self.required));
                self.books.recorded.check_stage(&stage)?;
                return self.books.close(Some(tied));
            }
            // 4.3: as many left as places.
            stage.elected.extend(self.books.board.seat_rest());
            stage.quota = Some(self.books.board.figure(self.required));
            let next = self.next(ties)?;
            if let Next::Batch(leaving) = &next {
                leaving.out.iter().for_each(|&o| self.books.board.set(o, Status::Out));
                // 5.5.1: the exclusion would leave as many as there are places.
                let rest = self.books.board.seat_rest();
                if !rest.is_empty() {
                    stage.elected.extend(rest);
                    self.books.recorded.check_stage(&stage)?;
                    return self.books.close(None);
                }
            }
            self.books.recorded.check_stage(&stage)?;
            stage = match next {
                Next::End => return self.books.close(None),
                Next::Open(tied) => return self.books.close(Some(tied)),
                Next::Surplus(from) => self.surplus(from)?,
                Next::Batch(leaving) => self.batch(leaving)?,
            };
        }
    }

    /// 5.4.8: while nobody is elected the quota leaves out what is non-transferable.
    fn lower_quota(&mut self) {
        if self.books.board.winners.is_empty() {
            let active = self.valid.saturating_sub(self.books.nowhere);
            self.quota = self.quota.min(active.div_ceil(self.seats + 1));
        }
    }

    /// 5.1.7, 5.3.13, 5.4.9: whoever has the vote required, until nobody has.
    fn elect(
        &mut self,
        stage: &mut Stage,
        ties: &mut Ties<'_>,
    ) -> Result<Option<Vec<OptionIndex>>, CheckError> {
        while self.books.board.vacancies() > 0 {
            self.required = self.books.fits(self.required_now())?;
            let before = stage.elected.len();
            let board = &mut self.books.board;
            for mut group in board.at_quota(self.required) {
                group.retain(|&o| board.vacancies() > 0 && board.doomed(o).is_none());
                if group.len() > board.vacancies() {
                    group = ahead(board, &group);
                }
                let (seated, open) = board.seat_equals(group, ties)?;
                stage.elected.extend(seated);
                if open.is_some() {
                    return Ok(open);
                }
            }
            if stage.elected.len() == before {
                break;
            }
        }
        Ok(None)
    }

    /// 5.3.13(b), 6.20: all votes credited, less what the elected keep, divided by one more than
    /// the places left, rounded up.
    fn required_now(&self) -> Option<u128> {
        let board = &self.books.board;
        let mut active = board.totals.iter().try_fold(0_u128, |sum, &t| sum.checked_add(t))?;
        for option in board.with_status(Status::Elected) {
            active = active.checked_sub(board.total(option).min(self.quota))?;
        }
        let places = u128::try_from(board.vacancies()).ok()?;
        Some(active.div_ceil(places + 1))
    }

    fn next(&mut self, ties: &mut Ties<'_>) -> Result<Next, CheckError> {
        // 5.5.2: no further transfers are made.
        if self.books.board.vacancies() == 0 || self.books.board.continuing().is_empty() {
            return Ok(Next::End);
        }
        if let Some(leaving) = self.leaving.take() {
            return Ok(Next::Batch(leaving));
        }
        match self.books.board.next_doomed(ties)? {
            Some(Ok(passed)) => {
                let (option, action) = self.books.pass_over(passed);
                let clause = "affiliation cap";
                return Ok(Next::Batch(Leaving { out: vec![option], action, clause }));
            }
            Some(Err(tied)) => return Ok(Next::Open(tied)),
            None => {}
        }
        let board = &self.books.board;
        let mut with_surplus = board.with_status(Status::Elected);
        with_surplus.retain(|o| !self.transferred.contains(o) && board.total(*o) > self.quota);
        let surplus = with_surplus
            .iter()
            .try_fold(0_u128, |sum, &o| sum.checked_add(board.total(o).checked_sub(self.quota)?));
        let surplus = self.books.fits(surplus)?;
        let out = self.books.fits(excludable(board, surplus))?;
        // 5.2.2: a surplus waits while it could save nobody.
        if surplus > 0 && out.is_empty() {
            let question = "the transfer of the surplus";
            let chosen = board.extreme(with_surplus, question, Favour::Most, ties)?;
            return Ok(chosen.map_or_else(Next::Open, Next::Surplus));
        }
        Ok(match among_equals(board, out, ties)? {
            Ok(out) => {
                let action = exclusion(out.clone());
                Next::Batch(Leaving { out, action, clause: "5.4" })
            }
            Err(tied) => Next::Open(tied),
        })
    }

    /// 5.3: of the batch received last, the papers that can go on share the surplus.
    fn surplus(&mut self, from: OptionIndex) -> Result<Stage, CheckError> {
        self.transferred.push(from);
        let board = &self.books.board;
        let total = board.total(from);
        let surplus = total.saturating_sub(self.quota);
        let held = |paper: &&Paper| paper.holder == Holder::Option(from);
        let papers = &self.books.papers.papers;
        let last = papers.iter().filter(held).map(|paper| paper.received).max().unwrap_or(0);
        let goes_on = |paper: &&Paper| {
            paper.received == last && paper.ranking.iter().any(|&o| board.continues(o))
        };
        let (mut number, mut value) = (Some(0_u64), Some(0_u128));
        for paper in papers.iter().filter(held).filter(goes_on) {
            number = number.and_then(|n| n.checked_add(paper.number));
            value = value.and_then(|v| v.checked_add(paper.votes()?));
        }
        let (number, value) = (self.books.fits(number)?, self.books.fits(value)?);
        // 5.3.7: reduced only if worth more than the surplus.
        let reduced = (value > surplus).then(|| surplus / u128::from(number.max(1)));
        let batch = |paper: &Paper| held(&paper) && paper.received == last;
        let mut moved =
            self.books.move_to_continuing(batch, |value| Some(reduced.unwrap_or(value)))?;
        self.books.set_total(from, self.quota);
        let credited = self.books.fits(moved.passed_on())?;
        let left = surplus.saturating_sub(credited);
        // 5.3.9, 5.3.10, 6.11.
        let (nowhere, lost) = if reduced.is_some() { (0, left) } else { (left, 0) };
        moved.set_nowhere(nowhere);
        let figure = |value| self.books.board.figure(value);
        let action = StageAction::Surplus { from, surplus: figure(surplus), total: figure(total) };
        self.books.stage(action, "5.3", &moved, lost)
    }

    /// 5.4.1, 5.4.2, 5.4.11: the papers of the highest value, of all who are excluded, go on at it.
    fn batch(&mut self, leaving: Leaving) -> Result<Stage, CheckError> {
        let held = held_by(&leaving.out);
        let highest = |papers: &Papers| {
            papers.papers.iter().filter(|paper| held(paper)).map(|paper| paper.value).max()
        };
        let value = highest(&self.books.papers);
        let batch = |paper: &Paper| held(paper) && Some(paper.value) == value;
        for &option in &leaving.out {
            let its = |paper: &&Paper| batch(paper) && paper.holder == Holder::Option(option);
            let votes = self.books.papers.papers.iter().filter(its).map(Paper::votes);
            let taken = votes.sum::<Option<u128>>();
            let total = self.books.board.total(option).checked_sub(self.books.fits(taken)?);
            self.books.set_total(option, self.books.fits(total)?);
        }
        let moved = self.books.move_to_continuing(batch, Some)?;
        let stage = self.books.stage(leaving.action.clone(), leaving.clause, &moved, 0)?;
        if highest(&self.books.papers).is_some() {
            self.leaving = Some(leaving.clone());
        }
        Ok(stage)
    }
}

/// 5.6.2: of equals who find no place together, those ahead at the first stage where they differ;
/// nobody who never differed from one who finds none.
fn ahead(board: &Board<'_>, group: &[OptionIndex]) -> Vec<OptionIndex> {
    let past = |o: &OptionIndex| -> Vec<Option<u128>> {
        board.history.iter().map(|totals| totals.get(o.index()).copied()).collect()
    };
    let mut order = group.to_vec();
    order.sort_by_cached_key(|o| (Reverse(past(o)), *o));
    let first_out = order.get(board.vacancies()).map(past);
    order.truncate(board.vacancies());
    order.retain(|o| Some(past(o)) != first_out);
    order
}

/// 5.2.5: the largest number of the lowest whose votes with all surpluses do not exceed those of
/// the next above, as far as enough remain. Under a cap one at most.
fn excludable(board: &Board<'_>, surplus: u128) -> Option<Vec<OptionIndex>> {
    let mut lowest = board.not_guarded();
    lowest.sort_by_key(|&o| (board.total(o), o));
    let at_most = if board.room.is_some() { 1 } else { lowest.len() };
    let mut most = 0;
    for number in 1..=at_most.min(lowest.len()) {
        let out = lowest.get(..number)?;
        if !board.can_spare(out) {
            break;
        }
        let together = board.sum(out)?.checked_add(surplus)?;
        let fits = match lowest.get(number) {
            Some(&next) => together <= board.total(next),
            // All others are needed to fill the seats: nobody is next above.
            None => number == 1 && surplus == 0,
        };
        if fits {
            most = number;
        }
    }
    lowest.truncate(most);
    Some(lowest)
}

/// 5.2.5, last paragraph: of those equal to the highest excluded only some may go; who, is a tie
/// for each of them. In ballot order.
fn among_equals(
    board: &Board<'_>,
    mut out: Vec<OptionIndex>,
    ties: &mut Ties<'_>,
) -> Result<Result<Vec<OptionIndex>, Vec<OptionIndex>>, CheckError> {
    let Some(highest) = out.last().map(|&o| board.total(o)) else { return Ok(Err(out)) };
    let mut equal = board.not_guarded();
    equal.retain(|&o| board.total(o) == highest);
    let wanted = out.iter().filter(|&&o| board.total(o) == highest).count();
    if equal.len() > wanted {
        out.retain(|&o| board.total(o) < highest);
        for _ in 0..wanted {
            match board.one_of(equal.clone(), "exclusion", Favour::Least, ties)? {
                Ok(option) => {
                    equal.retain(|&o| o != option);
                    out.push(option);
                }
                Err(tied) => return Ok(Err(tied)),
            }
        }
    }
    out.sort_unstable();
    Ok(Ok(out))
}
