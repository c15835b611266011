//! The affiliation cap inside the count: who can no longer have a seat, and who must have one.

use crate::cap::Room;
use crate::option::{ContestOptions, OptionIndex};
use crate::transcript::PassedOver;

use super::seats;

/// The cap and the seats taken so far.
///
/// **Invariant:** the continuing candidates can always fill the vacancies: it holds at the start,
/// since other contests are refused, and neither electing a candidate who is not doomed nor
/// excluding one who is not guarded ends it.
pub(crate) struct Constraint<'a> {
    options: &'a ContestOptions,
    room: Room,
}

impl<'a> Constraint<'a> {
    pub(crate) fn new(options: &'a ContestOptions, limit: u16) -> Self {
        Self { options, room: Room::new(options, limit) }
    }

    pub(crate) fn seat(&mut self, option: OptionIndex) {
        self.room.seat(option, self.options);
    }

    /// Whether all of a group can have seats, and the others can still fill the rest.
    pub(crate) fn fit_together(
        &self,
        group: &[OptionIndex],
        continuing: &[OptionIndex],
        vacancies: usize,
    ) -> bool {
        let mut room = self.room.clone();
        for &option in group {
            if room.full_affiliation(option, self.options).is_some() {
                return false;
            }
            room.seat(option, self.options);
        }
        let mut others = continuing.to_vec();
        others.retain(|o| !group.contains(o));
        group.len() + room.most_that_fit(&others, self.options) >= vacancies
    }

    /// Whether so many seats could be filled from these candidates.
    pub(crate) fn can_fill(&self, candidates: &[OptionIndex], seats: usize) -> bool {
        self.room.most_that_fit(candidates, self.options) >= seats
    }

    /// Why a continuing candidate cannot have a seat, if so: an affiliation is full, or with this
    /// candidate the others could not fill the remaining seats.
    pub(crate) fn doomed(
        &self,
        option: OptionIndex,
        continuing: &[OptionIndex],
        vacancies: usize,
    ) -> Option<PassedOver> {
        if let Some(passed) = seats::passed(&self.room, option, self.options) {
            return Some(passed);
        }
        // With one affiliation each, whoever fits never takes more than one seat of the rest.
        let [affiliation, _, ..] = self.options.affiliations(option) else { return None };
        let mut room = self.room.clone();
        room.seat(option, self.options);
        let others = without(continuing, option);
        if room.most_that_fit(&others, self.options) + 1 >= vacancies {
            return None;
        }
        let name = self.options.name(option);
        Some(PassedOver {
            option,
            affiliation: affiliation.clone(),
            holds: self.room.taken(affiliation),
            sentence: format!(
                "{name} cannot be seated: with {name} the cap would leave seats that nobody else \
                 could fill."
            ),
        })
    }

    /// All continuing candidates who cannot have a seat.
    pub(crate) fn all_doomed(
        &self,
        continuing: &[OptionIndex],
        vacancies: usize,
    ) -> Vec<PassedOver> {
        continuing.iter().filter_map(|&o| self.doomed(o, continuing, vacancies)).collect()
    }

    /// All continuing candidates without whom the vacancies could not be filled.
    pub(crate) fn guarded(&self, continuing: &[OptionIndex], vacancies: usize) -> Vec<OptionIndex> {
        // One candidate less lowers the most that fit by one at most.
        if self.room.most_that_fit(continuing, self.options) > vacancies {
            return Vec::new();
        }
        let needed = |&o: &OptionIndex| {
            self.room.most_that_fit(&without(continuing, o), self.options) < vacancies
        };
        continuing.iter().copied().filter(needed).collect()
    }
}

fn without(options: &[OptionIndex], out: OptionIndex) -> Vec<OptionIndex> {
    options.iter().copied().filter(|&o| o != out).collect()
}
