//! Candidates of a count in stages who reach the quota with equal votes, and who of them is seated.

use super::constraint::Constraint;
use crate::count::CountError;
use crate::option::OptionIndex;
use crate::rules::LookBack;

/// What a tie for a seat is about, as its record says it.
pub(super) const ORDER_OF_ELECTION: &str = "the order of election";

/// What becomes of equals: who is seated, in order, and who is tied for the next seat, where the
/// rules leave that open.
pub(super) struct Seated {
    pub(super) elected: Vec<OptionIndex>,
    pub(super) tied: Option<Vec<OptionIndex>>,
}

/// A count in stages that seats candidates, under a cap or none.
pub(super) trait Seating {
    fn continuing(&self) -> Vec<OptionIndex>;
    fn vacancies(&self) -> usize;
    fn constraint(&self) -> Option<&Constraint<'_>>;
    fn seat(&mut self, option: OptionIndex);
    /// Who of those tied for the next seat has it; nobody where the rules leave the tie open.
    fn first_seated(
        &mut self,
        tied: Vec<OptionIndex>,
        look_back: LookBack,
    ) -> Result<Option<OptionIndex>, CountError>;

    /// Whether a continuing candidate can have a seat: one is left, and the cap allows it.
    fn may_be_seated(&self, option: OptionIndex) -> bool {
        let (continuing, vacancies) = (self.continuing(), self.vacancies());
        let may = |c: &Constraint<'_>| c.doomed(option, &continuing, vacancies).is_none();
        vacancies > 0 && self.constraint().is_none_or(may)
    }

    /// Whether all of a group can have seats, and the others can still fill the rest.
    fn fit(&self, group: &[OptionIndex]) -> bool {
        let (continuing, vacancies) = (self.continuing(), self.vacancies());
        let together = |c: &Constraint<'_>| c.fit_together(group, &continuing, vacancies);
        group.len() <= vacancies && self.constraint().is_none_or(together)
    }

    /// Seats equals in the order given if all of them can have seats. Otherwise one of them is
    /// chosen as ties are, and then the same is asked of the others: who can have no seat any more
    /// takes no part in a tie for one.
    fn seat_equals(
        &mut self,
        mut group: Vec<OptionIndex>,
        look_back: LookBack,
    ) -> Result<Seated, CountError> {
        let mut elected = Vec::new();
        loop {
            group.retain(|&o| self.may_be_seated(o));
            if group.len() < 2 || self.fit(&group) {
                group.iter().for_each(|&o| self.seat(o));
                elected.append(&mut group);
                return Ok(Seated { elected, tied: None });
            }
            let mut tied = group.clone();
            tied.sort_unstable();
            let Some(first) = self.first_seated(tied, look_back)? else {
                return Ok(Seated { elected, tied: Some(group) });
            };
            self.seat(first);
            elected.push(first);
            group.retain(|&o| o != first);
        }
    }
}
