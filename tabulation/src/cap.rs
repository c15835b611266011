//! Affiliation caps: how many seats are left for each group, and whether all seats can be filled.

use std::collections::BTreeMap;

use crate::option::{AffiliationId, ContestOptions, OptionIndex};

/// The most options with several affiliations for which a cap can be tested exactly: every subset
/// of them is tried.
pub const MAX_MULTI_AFFILIATED: usize = 10;

/// Seats left per affiliation. Affiliations not in the map have the whole cap left.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    limit: u16,
    taken: BTreeMap<AffiliationId, u16>,
}

impl Room {
    /// The room that people who stay in office leave.
    pub(crate) fn new(options: &ContestOptions, limit: u16) -> Self {
        Self { limit, taken: options.sitting().clone() }
    }

    /// Seats that an affiliation has left.
    pub(crate) fn left(&self, affiliation: &AffiliationId) -> u16 {
        self.limit.saturating_sub(self.taken.get(affiliation).copied().unwrap_or(0))
    }

    /// The first affiliation of an option that is full, if any.
    pub(crate) fn full_affiliation<'a>(
        &self,
        option: OptionIndex,
        options: &'a ContestOptions,
    ) -> Option<&'a AffiliationId> {
        options.affiliations(option).iter().find(|a| self.left(a) == 0)
    }

    /// How many seats an affiliation holds so far.
    pub(crate) fn taken(&self, affiliation: &AffiliationId) -> u16 {
        self.taken.get(affiliation).copied().unwrap_or(0)
    }

    /// The cap in seats.
    pub(crate) fn limit(&self) -> u16 {
        self.limit
    }

    /// Gives an option a seat.
    pub(crate) fn seat(&mut self, option: OptionIndex, options: &ContestOptions) {
        for affiliation in options.affiliations(option) {
            let taken = self.taken.entry(affiliation.clone()).or_insert(0);
            *taken = taken.saturating_add(1);
        }
    }

    /// The largest number of `candidates` that can be seated together.
    ///
    /// Options with one affiliation or none fill what room there is, whoever they are; only those
    /// with several need a search, over every subset of them.
    pub(crate) fn most_that_fit(
        &self,
        candidates: &[OptionIndex],
        options: &ContestOptions,
    ) -> usize {
        let several: Vec<OptionIndex> =
            candidates.iter().copied().filter(|&o| options.affiliations(o).len() > 1).collect();
        let mut groups: BTreeMap<&AffiliationId, usize> = BTreeMap::new();
        let mut free = 0;
        for &option in candidates {
            match options.affiliations(option) {
                [] => free += 1,
                [only] => *groups.entry(only).or_insert(0) += 1,
                [_, _, ..] => {}
            }
        }
        let mut best = 0;
        for subset in 0..(1_u32 << several.len().min(MAX_MULTI_AFFILIATED)) {
            let mut room = self.clone();
            let mut seated = 0;
            let mut fits = true;
            for (bit, &option) in several.iter().enumerate().take(MAX_MULTI_AFFILIATED) {
                if subset >> bit & 1 == 1 {
                    fits &= room.full_affiliation(option, options).is_none();
                    room.seat(option, options);
                    seated += 1;
                }
            }
            if fits {
                let single: usize =
                    groups.iter().map(|(a, &n)| n.min(usize::from(room.left(a)))).sum();
                best = best.max(free + seated + single);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::ContestOption;

    fn options(affiliations: &[&[&str]]) -> ContestOptions {
        ContestOptions::new(
            affiliations
                .iter()
                .enumerate()
                .map(|(i, groups)| {
                    groups
                        .iter()
                        .fold(ContestOption::new(i.to_string(), format!("n{i}")), |o, g| {
                            o.affiliated(AffiliationId::new(*g).unwrap())
                        })
                })
                .collect(),
        )
        .unwrap()
    }

    #[test]
    fn people_with_two_employers_take_room_from_both() {
        let o = options(&[&["a", "b"], &["a"], &["b"], &[]]);
        let standing = o.standing();
        assert_eq!(Room::new(&o, 1).most_that_fit(&standing, &o), 3);
        assert_eq!(Room::new(&o, 2).most_that_fit(&standing, &o), 4);
    }

    #[test]
    fn sitting_members_take_room() {
        let sitting = [(AffiliationId::new("a").unwrap(), 1)].into();
        let o = options(&[&["a"], &["b"]]).with_sitting(sitting);
        assert_eq!(Room::new(&o, 1).most_that_fit(&o.standing(), &o), 1);
    }
}
