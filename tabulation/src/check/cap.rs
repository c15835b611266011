//! The affiliation cap: who has no room left, and who is needed to fill all seats.

use std::collections::BTreeMap;

use crate::cap::MAX_MULTI_AFFILIATED;
use crate::option::{AffiliationId, ContestOptions, OptionIndex};
use crate::transcript::PassedOver;

/// Seats held per affiliation, people who stay in office included.
#[derive(Clone)]
pub(super) struct Room<'a> {
    options: &'a ContestOptions,
    limit: u16,
    held: BTreeMap<&'a AffiliationId, u16>,
}

impl<'a> Room<'a> {
    pub(super) fn new(options: &'a ContestOptions, limit: u16) -> Self {
        let held = options.sitting().iter().map(|(affiliation, &seats)| (affiliation, seats));
        Self { options, limit, held: held.collect() }
    }

    fn holds(&self, affiliation: &AffiliationId) -> u16 {
        self.held.get(affiliation).copied().unwrap_or(0)
    }

    /// The first affiliation of an option that has no seat left.
    fn full(&self, option: OptionIndex) -> Option<&'a AffiliationId> {
        self.options.affiliations(option).iter().find(|a| self.holds(a) >= self.limit)
    }

    pub(super) fn seat(&mut self, option: OptionIndex) {
        for affiliation in self.options.affiliations(option) {
            let held = self.held.entry(affiliation).or_insert(0);
            *held = held.saturating_add(1);
        }
    }

    /// Whether all of a group can be seated one after the other.
    pub(super) fn takes_all(&self, group: &[OptionIndex]) -> bool {
        let mut room = self.clone();
        group.iter().all(|&option| {
            let fits = room.full(option).is_none();
            room.seat(option);
            fits
        })
    }

    /// Whether all of a group can be seated, and the others can still fill the vacancies left.
    pub(super) fn fills_with(
        &self,
        group: &[OptionIndex],
        continuing: &[OptionIndex],
        vacancies: usize,
    ) -> bool {
        let mut room = self.clone();
        group.iter().for_each(|&option| room.seat(option));
        let others: Vec<_> = continuing.iter().copied().filter(|o| !group.contains(o)).collect();
        self.takes_all(group) && group.len() + room.most(&others) >= vacancies
    }

    /// Why an option cannot be seated: an affiliation of it is full.
    pub(super) fn passed(&self, option: OptionIndex) -> Option<PassedOver> {
        Some(self.kept_out(option, self.full(option)?))
    }

    fn kept_out(&self, option: OptionIndex, affiliation: &AffiliationId) -> PassedOver {
        PassedOver {
            option,
            affiliation: affiliation.clone(),
            holds: self.holds(affiliation),
            sentence: String::new(),
        }
    }

    /// How many of some options can be seated together at most, by trying: whoever has several
    /// affiliations is seated or not; whoever has one or none takes what room is left.
    pub(super) fn most(&self, candidates: &[OptionIndex]) -> usize {
        let (several, others): (Vec<_>, Vec<_>) =
            candidates.iter().partition(|&&o| self.options.affiliations(o).len() > 1);
        let several = several.get(..several.len().min(MAX_MULTI_AFFILIATED)).unwrap_or(&[]);
        self.most_with(several, &others)
    }

    fn most_with(&self, several: &[OptionIndex], others: &[OptionIndex]) -> usize {
        let Some((&first, rest)) = several.split_first() else {
            let mut room = self.clone();
            return others
                .iter()
                .filter(|&&option| {
                    let fits = room.full(option).is_none();
                    if fits {
                        room.seat(option);
                    }
                    fits
                })
                .count();
        };
        let without = self.most_with(rest, others);
        if self.full(first).is_some() {
            return without;
        }
        let mut room = self.clone();
        room.seat(first);
        without.max(1 + room.most_with(rest, others))
    }

    /// Why a continuing option can no longer have a seat, if so: an affiliation is full, or with
    /// it the others cannot fill the vacancies. The latter takes several affiliations: who has one
    /// can change places with another of it.
    pub(super) fn doomed(
        &self,
        option: OptionIndex,
        continuing: &[OptionIndex],
        vacancies: usize,
    ) -> Option<PassedOver> {
        if let Some(passed) = self.passed(option) {
            return Some(passed);
        }
        let [first, _, ..] = self.options.affiliations(option) else { return None };
        let mut room = self.clone();
        room.seat(option);
        let fillable = 1 + room.most(&without(continuing, option));
        (fillable < vacancies).then(|| self.kept_out(option, first))
    }

    /// Whether the vacancies can only be filled with this option. Nobody is needed while more fit
    /// than there are vacancies, which the caller need not ask for each.
    pub(super) fn guarded(&self, continuing: &[OptionIndex], vacancies: usize) -> Vec<OptionIndex> {
        if self.most(continuing) > vacancies {
            return Vec::new();
        }
        let needed = |o: &OptionIndex| self.most(&without(continuing, *o)) < vacancies;
        continuing.iter().copied().filter(needed).collect()
    }
}

fn without(options: &[OptionIndex], out: OptionIndex) -> Vec<OptionIndex> {
    options.iter().copied().filter(|&o| o != out).collect()
}
