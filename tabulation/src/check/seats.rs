//! Filling seats from an order of options or one by one, past whom the cap keeps out.

use crate::option::OptionIndex;
use crate::transcript::{Outcome, PassedOver};

use super::cap::Room;
use super::outcome::{self, Filled};
use super::place::Place;
use super::ties::{Favour, Ties};
use super::{Case, CheckError};

/// Checks who fills the seats, given the ranking.
pub(super) fn check(
    case: &Case<'_>,
    ranking: &[Vec<OptionIndex>],
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    let down = |limit: Option<u16>, ties: &mut Ties<'_>| {
        let mut seats = Seats::new(case, limit);
        for group in ranking {
            if let Some(tied) = seats.group(group, ties)? {
                return Ok(seats.close(Some(tied)));
            }
        }
        Ok(seats.close(None))
    };
    let filled = down(case.contest.rules().affiliation_cap.limit(), ties)?;
    outcome::check(case, &filled, ties, |cap, ties| {
        if cap.uncapped.is_some() {
            let place = Place::top("cap");
            return Err(place.key("uncapped").differs(&"a second count", &"nothing"));
        }
        down(None, ties)
    })
}

/// Seats as far as they are filled.
pub(super) struct Seats<'a> {
    seats: u16,
    pub(super) room: Option<Room<'a>>,
    winners: Vec<OptionIndex>,
    passed_over: Vec<PassedOver>,
}

impl<'a> Seats<'a> {
    pub(super) fn new(case: &Case<'a>, limit: Option<u16>) -> Self {
        let room = limit.map(|limit| Room::new(case.contest.options(), limit));
        let seats = case.contest.rules().seats;
        Self { seats, room, winners: Vec::new(), passed_over: Vec::new() }
    }

    /// Seats still open.
    pub(super) fn open(&self) -> usize {
        usize::from(self.seats).saturating_sub(self.winners.len())
    }

    /// The number of the next seat, counted from one.
    pub(super) fn next(&self) -> u16 {
        u16::try_from(self.winners.len()).unwrap_or(u16::MAX).saturating_add(1)
    }

    pub(super) fn seat(&mut self, option: OptionIndex) {
        if let Some(room) = &mut self.room {
            room.seat(option);
        }
        self.winners.push(option);
    }

    /// Takes those out whose affiliation is full.
    pub(super) fn pass_full(&mut self, options: &mut Vec<OptionIndex>) {
        let full = |option: &OptionIndex| self.room.as_ref()?.passed(*option);
        self.passed_over.extend(options.iter().filter_map(full));
        options.retain(|option| self.room.as_ref().is_none_or(|r| r.passed(*option).is_none()));
    }

    /// Gives the next seat to one of those who are equal for it, or gives them back where the
    /// rules leave that open.
    pub(super) fn one_of(
        &mut self,
        tied: Vec<OptionIndex>,
        ties: &mut Ties<'_>,
    ) -> Result<Result<OptionIndex, Vec<OptionIndex>>, CheckError> {
        let first = match *tied.as_slice() {
            [only] => Some(only),
            _ => {
                let (seat, favour) = (self.next(), Favour::Most);
                let question = format!("seat {seat}");
                let tied = tied.clone();
                let order = ties.settle(u32::from(seat), &question, Vec::new(), tied, favour)?;
                order.and_then(|order| order.first().copied())
            }
        };
        let Some(first) = first else { return Ok(Err(tied)) };
        self.seat(first);
        Ok(Ok(first))
    }

    /// A group of equals: one that fits is seated in ballot order; for one that does not there must
    /// be a tie. Gives those tied where the rules leave it open.
    pub(super) fn group(
        &mut self,
        group: &[OptionIndex],
        ties: &mut Ties<'_>,
    ) -> Result<Option<Vec<OptionIndex>>, CheckError> {
        let open = self.open();
        if open == 0 {
            return Ok(None);
        }
        let mut group = group.to_vec();
        self.pass_full(&mut group);
        if group.len() > open || self.room.as_ref().is_some_and(|r| !r.takes_all(&group)) {
            let question = match open {
                1 => "the last seat".to_owned(),
                _ => format!("the last {open} seats"),
            };
            let order = ties.settle(0, &question, Vec::new(), group.clone(), Favour::Most)?;
            let Some(order) = order else { return Ok(Some(group)) };
            group = order;
        }
        for option in group {
            if self.open() == 0 {
                break;
            }
            let mut one = vec![option];
            self.pass_full(&mut one);
            one.into_iter().for_each(|option| self.seat(option));
        }
        Ok(None)
    }

    /// The end: all seats decided, or some tied.
    pub(super) fn close(self, tied: Option<Vec<OptionIndex>>) -> Filled {
        let open = u16::try_from(self.open()).unwrap_or(u16::MAX);
        let winners = self.winners;
        let outcome = match tied {
            None => Outcome::Elected { winners, unfilled: open },
            Some(tied) => Outcome::Unresolved { winners, tied, open },
        };
        Filled { outcome, passed_over: self.passed_over }
    }
}
