//! Weighted inclusive Gregory, and the Minneapolis Code of Ordinances, chapter 167: the readings are
//! those of docs/counting.md.

use crate::option::OptionIndex;
use crate::rules::{Elects, InclusiveQuota, LookBack, MinneapolisRules, TransferCut, WigmRules};
use crate::transcript::{Stage, StageAction};

use super::super::outcome::Filled;
use super::super::ties::{Favour, Ties};
use super::super::{Case, CheckError};
use super::books::{Books, exclusion, held_by, in_box};
use super::papers::Papers;
use super::{Board, Recorded, Status};

/// 167.20: four decimal places.
const MINNEAPOLIS_DECIMALS: u8 = 4;

/// Which of the two rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Wigm(Elects),
    Minneapolis,
}

/// Checks a count by weighted inclusive Gregory.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &WigmRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let one = 10_u128.saturating_pow(u32::from(rules.decimals));
        let papers = Papers::of(case, rules.by, one);
        let valid = recorded.place.fits(papers.number())?;
        let papers = match rules.transfer {
            TransferCut::PerPaper => papers,
            TransferCut::PerParcel => recorded.place.fits(papers.in_parcels())?,
        };
        let quota = quota(valid, rules.quota, case.contest.rules().seats, one);
        let quota = recorded.place.fits(quota)?;
        let board = Board::new(case, rules.decimals, rules.look_back, limit);
        let books = Books::new(recorded, board, papers);
        let rule = Rule::Wigm(rules.elects);
        Replay { books, rule, one, quota, transferred: Vec::new() }.follow(&recorded, ties)
    })
}

/// Checks a count by the Minneapolis ordinance.
pub(in crate::check) fn check_minneapolis(
    case: &Case<'_>,
    rules: &MinneapolisRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    super::check(case, ties, |recorded, limit, ties| {
        let one = 10_u128.saturating_pow(u32::from(MINNEAPOLIS_DECIMALS));
        let papers = Papers::of(case, rules.by, one);
        let valid = recorded.place.fits(papers.number())?;
        // 167.20, threshold.
        let quota = quota(valid, InclusiveQuota::DroopWhole, case.contest.rules().seats, one);
        let quota = recorded.place.fits(quota)?;
        // 167.70(1)(d) and (e): every tie is decided by lot.
        let board = Board::new(case, MINNEAPOLIS_DECIMALS, LookBack::Never, limit);
        let books = Books::new(recorded, board, papers);
        let rule = Rule::Minneapolis;
        Replay { books, rule, one, quota, transferred: Vec::new() }.follow(&recorded, ties)
    })
}

fn quota(valid: u64, quota: InclusiveQuota, seats: u16, one: u128) -> Option<u128> {
    let (valid, seats) = (u128::from(valid), u128::from(seats));
    let votes = valid.checked_mul(one)?;
    match quota {
        InclusiveQuota::DroopWhole => (valid / (seats + 1) + 1).checked_mul(one),
        InclusiveQuota::DroopExact => (votes / (seats + 1)).checked_add(1),
        InclusiveQuota::Hare => votes.checked_div(seats),
    }
}

/// What the end of a stage asks for.
enum Next {
    End,
    Open(Vec<OptionIndex>),
    Surplus(OptionIndex),
    Exclude(Vec<OptionIndex>, StageAction, &'static str),
}

struct Replay<'a> {
    books: Books<'a>,
    rule: Rule,
    one: u128,
    quota: u128,
    /// Those elected whose surplus went on already.
    transferred: Vec<OptionIndex>,
}

impl Replay<'_> {
    fn follow(
        mut self,
        recorded: &Recorded<'_>,
        ties: &mut Ties<'_>,
    ) -> Result<Filled, CheckError> {
        recorded.check_head(self.books.board.decimals, self.quota)?;
        let moved = self.books.move_to_continuing(in_box, Some)?;
        let clause = self.clause("WIGM A.4 and A.5", "167.70(1)(a)");
        let mut stage = self.books.stage(StageAction::FirstPreferences {}, clause, &moved, 0)?;
        loop {
            let tied = self.elect(&mut stage, ties)?;
            self.books.recorded.check_stage(&stage)?;
            let next = match tied {
                Some(tied) => Next::Open(tied),
                None => self.next(ties)?,
            };
            stage = match next {
                Next::End => return self.books.close(None),
                Next::Open(tied) => return self.books.close(Some(tied)),
                Next::Surplus(from) => self.surplus(from)?,
                Next::Exclude(out, action, clause) => self.exclude(&out, action, clause)?,
            };
        }
    }

    fn clause(&self, wigm: &'static str, minneapolis: &'static str) -> &'static str {
        match self.rule {
            Rule::Wigm(_) => wigm,
            Rule::Minneapolis => minneapolis,
        }
    }

    /// WIGM B.1; 167.70(1)(a). Who is elected joins the stage; a tie that is left open comes back.
    fn elect(
        &mut self,
        stage: &mut Stage,
        ties: &mut Ties<'_>,
    ) -> Result<Option<Vec<OptionIndex>>, CheckError> {
        let board = &mut self.books.board;
        let least = match self.rule {
            Rule::Wigm(Elects::MoreThan) => self.quota.saturating_add(1),
            Rule::Wigm(Elects::AtLeast) | Rule::Minneapolis => self.quota,
        };
        for group in board.at_quota(least) {
            let (seated, open) = board.seat_equals(group, ties)?;
            stage.elected.extend(seated);
            if open.is_some() {
                return Ok(open);
            }
        }
        // WIGM D.3; 167.70(1)(f).
        stage.elected.extend(board.seat_rest());
        Ok(None)
    }

    /// Those elected whose surplus has not gone on.
    fn with_surplus(&self) -> Vec<OptionIndex> {
        let board = &self.books.board;
        let mut elected = board.with_status(Status::Elected);
        elected.retain(|o| !self.transferred.contains(o) && board.total(*o) > self.quota);
        elected
    }

    fn next(&self, ties: &mut Ties<'_>) -> Result<Next, CheckError> {
        let board = &self.books.board;
        if board.vacancies() == 0 || board.continuing().is_empty() {
            return Ok(Next::End);
        }
        match board.next_doomed(ties)? {
            Some(Ok(passed)) => {
                let (option, affiliation) = (passed.option, passed.affiliation);
                let action = StageAction::CapExclusion { option, affiliation };
                return Ok(Next::Exclude(vec![option], action, "affiliation cap"));
            }
            Some(Err(tied)) => return Ok(Next::Open(tied)),
            None => {}
        }
        if self.rule == Rule::Minneapolis {
            let losers = self.books.fits(self.sure_losers())?;
            if !losers.is_empty() {
                return Ok(Next::Exclude(losers.clone(), exclusion(losers), "167.70(1)(c)"));
            }
        }
        // WIGM B.3; 167.70(1)(d): the largest surplus first.
        let pending = self.with_surplus();
        if !pending.is_empty() {
            let question = "the transfer of the surplus";
            let chosen = board.extreme(pending, question, Favour::Most, ties)?;
            return Ok(chosen.map_or_else(Next::Open, Next::Surplus));
        }
        // WIGM B.4; 167.70(1)(e): the lowest, unless needed to fill the seats.
        let clause = self.clause("WIGM B.4", "167.70(1)(e)");
        Ok(match board.extreme(board.not_guarded(), "exclusion", Favour::Least, ties)? {
            Ok(option) => Next::Exclude(vec![option], StageAction::Exclusion { option }, clause),
            Err(tied) => Next::Open(tied),
        })
    }

    /// 167.20: the longest run of groups of equals from the lowest, never the highest, who with all
    /// surpluses together would not reach the next group, as far as enough remain.
    fn sure_losers(&self) -> Option<Vec<OptionIndex>> {
        let board = &self.books.board;
        let mut surplus = 0_u128;
        for option in self.with_surplus() {
            surplus = surplus.checked_add(board.total(option).checked_sub(self.quota)?)?;
        }
        let totals = board.not_guarded().into_iter().map(|o| (o, board.total(o)));
        let mut groups = super::super::tally::by_value(totals);
        groups.reverse();
        let (mut run, mut losers) = (Vec::new(), Vec::new());
        for (group, above) in groups.iter().zip(groups.iter().skip(1)) {
            run.extend_from_slice(group);
            if !board.can_spare(&run) {
                break;
            }
            let next = above.first().map_or(0, |&o| board.total(o));
            if board.sum(&run)?.checked_add(surplus)? < next {
                losers.clone_from(&run);
            }
        }
        losers.sort_unstable();
        Some(losers)
    }

    /// WIGM B.3 and D.4: value × surplus ÷ total, cut; 167.20 cuts surplus ÷ total before.
    fn surplus(&mut self, from: OptionIndex) -> Result<Stage, CheckError> {
        self.transferred.push(from);
        let (rule, one) = (self.rule, self.one);
        let total = self.books.board.total(from);
        let surplus = total.saturating_sub(self.quota);
        let value = |value: u128| match rule {
            Rule::Wigm(_) => share(value, surplus, total),
            Rule::Minneapolis => share(value, share(surplus, one, total)?, one),
        };
        let transferred = &self.transferred;
        let moved = self.books.move_on(
            held_by(&[from]),
            |board, o| receives(rule, board, transferred, o),
            value,
        )?;
        self.books.set_total(from, self.quota);
        let lost = self.books.rounded_away(surplus, &moved)?;
        let figure = |value| self.books.board.figure(value);
        let action = StageAction::Surplus { from, surplus: figure(surplus), total: figure(total) };
        let clause = self.clause("WIGM B.3", "167.70(1)(d)");
        self.books.stage(action, clause, &moved, lost)
    }

    /// Papers go on at the value they came with.
    fn exclude(
        &mut self,
        out: &[OptionIndex],
        action: StageAction,
        clause: &str,
    ) -> Result<Stage, CheckError> {
        if let StageAction::CapExclusion { option, .. } = action {
            let passed = self.books.board.doomed(option);
            self.books.board.passed_over.extend(passed);
        }
        self.books.clear(out);
        let (rule, transferred) = (self.rule, &self.transferred);
        let receives = |board: &Board<'_>, o| receives(rule, board, transferred, o);
        let moved = self.books.move_on(held_by(out), receives, Some)?;
        self.books.stage(action, clause, &moved, 0)
    }
}

/// 167.70(1)(d): who is elected is a continuing candidate until the surplus has gone on.
fn receives(
    rule: Rule,
    board: &Board<'_>,
    transferred: &[OptionIndex],
    option: OptionIndex,
) -> bool {
    let elected = board.status.get(option.index()) == Some(&Status::Elected);
    let waits = elected && !transferred.contains(&option);
    board.continues(option) || rule == Rule::Minneapolis && waits
}

/// `a × b ÷ c`, cut, however large the product is: long division in digits of 32 bits.
fn share(a: u128, b: u128, c: u128) -> Option<u128> {
    let (mut quotient, mut rest) = (0_u128, 0_u128);
    for digit in [96, 64, 32, 0].map(|shift| (b >> shift) & 0xffff_ffff) {
        let dividend = rest.checked_mul(1 << 32)?.checked_add(a.checked_mul(digit)?)?;
        quotient = quotient.checked_mul(1 << 32)?.checked_add(dividend.checked_div(c)?)?;
        rest = dividend.checked_rem(c)?;
    }
    Some(quotient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_largest_sums_is_exact() {
        let large = (1_u128 << 83) + 12_345;
        assert_eq!(share(large, large, large), Some(large));
        // (c − 1)² ÷ c = c − 2, remainder 1.
        assert_eq!(share(large - 1, large - 1, large), Some(large - 2));
        assert_eq!(share(7, 3, 10), Some(2));
        assert_eq!(share(7, 3, 0), None);
    }
}
