//! The demo's people and companies. All invented.

use super::seeded::Seeded;

/// A corporate member: name, class, voting power.
pub(super) const MEMBERS: [(&str, Class, u64); 21] = [
    ("Vantorel", Class::Premier, 4),
    ("Quillmere", Class::Premier, 1),
    ("Tessalune", Class::Premier, 1),
    ("Corvane Labs", Class::Premier, 1),
    ("Ferrowick", Class::Premier, 1),
    ("Halcyra Systems", Class::Premier, 1),
    ("Ombrane", Class::Premier, 1),
    ("Pelagrid", Class::General, 1),
    ("Pelagrid Cloud", Class::General, 1),
    ("Sorrelbyte", Class::General, 1),
    ("Dunmarrow", Class::General, 1),
    ("Ixterra", Class::General, 1),
    ("Wexhollow", Class::General, 1),
    ("Grantwyn", Class::General, 1),
    ("Mirelle Networks", Class::General, 1),
    ("Yarrowgate", Class::General, 1),
    ("Umberfield", Class::General, 1),
    ("Novastrand", Class::General, 1),
    ("Karsten Vole", Class::General, 1),
    ("Lumivar", Class::Associate, 1),
    ("Castellan University", Class::Associate, 1),
];

/// The two members under common control, and the one that speaks for both.
pub(super) const RELATED: (&str, [&str; 2], &str) =
    ("pelagrid-group", ["pelagrid", "pelagrid-cloud"], "pelagrid");

/// A class of membership.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Appoints a member of the board each.
    Premier,
    /// Elects members of the board together.
    General,
    /// Universities and non-profits.
    Associate,
}

impl Class {
    /// Its id.
    pub(super) fn id(self) -> &'static str {
        match self {
            Class::Premier => "premier",
            Class::General => "general",
            Class::Associate => "associate",
        }
    }
}

/// How many contributors work for whom: few large employers, many small ones, and one contributor in
/// six for nobody, as the published contributor statistics of large projects have it.
pub(super) const EMPLOYERS: [(&str, usize); 22] = [
    ("vantorel", 52),
    ("quillmere", 37),
    ("tessalune", 28),
    ("pelagrid-group", 22),
    ("corvane-labs", 18),
    ("ferrowick", 15),
    ("halcyra-systems", 12),
    ("brackenfold", 10),
    ("sorrelbyte", 9),
    ("ombrane", 8),
    ("ixterra", 7),
    ("wexhollow", 6),
    ("dunmarrow", 5),
    ("saltmarch", 4),
    ("mirelle-networks", 4),
    ("castellan-university", 4),
    ("novastrand", 3),
    ("grantwyn", 2),
    ("umberfield", 2),
    ("thornlea", 1),
    ("ostrava-research-guild", 1),
    ("lumivar", 1),
];

/// How many contributors there are.
pub(super) const CONTRIBUTORS: usize = 300;

const FIRST: [&str; 26] = [
    "Amara", "Bela", "Chidi", "Dagny", "Emre", "Farah", "Goran", "Hana", "Ilse", "Jun", "Kavya",
    "Leif", "Mira", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sanna", "Tomas", "Uma", "Viktor",
    "Wanja", "Xenia", "Yusuf", "Zofia",
];
const LAST: [&str; 23] = [
    "Abara",
    "Bergrund",
    "Castellino",
    "Dvorin",
    "Eskildt",
    "Falkenrod",
    "Gundersby",
    "Hollowell",
    "Iwanaga",
    "Jarrowick",
    "Kestrelle",
    "Lindqvern",
    "Marchbank",
    "Nakadai",
    "Okonjo",
    "Pellingrad",
    "Quarles",
    "Rasmund",
    "Sorokov",
    "Tavernel",
    "Underhay",
    "Varnholt",
    "Wexley",
];

/// An identifier made from a name: `Corvane Labs` becomes `corvane-labs`.
pub(super) fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// A name that no other number has, for numbers below 598.
pub(super) fn person(number: usize) -> String {
    // 26 and 23 share no factor, so that the pairs repeat only after 26 × 23 numbers.
    let first = FIRST.get(number % FIRST.len()).copied().unwrap_or("Somebody");
    let last = LAST.get((number * 5 + number / 26) % LAST.len()).copied().unwrap_or("Else");
    format!("{first} {last}")
}

/// The employer of each contributor, independent ones as `None`, in an order that does not sort
/// people by employer.
pub(super) fn employers(seed: u64) -> Vec<Option<&'static str>> {
    let mut of: Vec<Option<&'static str>> = EMPLOYERS
        .iter()
        .flat_map(|&(employer, staff)| std::iter::repeat_n(Some(employer), staff))
        .collect();
    of.resize(CONTRIBUTORS, None);
    let mut rng = Seeded::new(seed, "employers");
    for last in (1..of.len()).rev() {
        let bound = u32::try_from(last + 1).unwrap_or(1);
        of.swap(last, usize::try_from(rng.below(bound)).unwrap_or(0));
    }
    of
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_people_and_no_two_companies_share_a_name() {
        let people: BTreeSet<_> = (0..400).map(person).collect();
        assert_eq!(people.len(), 400);
        let members: BTreeSet<_> = MEMBERS.iter().map(|(name, _, _)| slug(name)).collect();
        assert_eq!(members.len(), MEMBERS.len());
    }

    #[test]
    fn the_board_has_a_weight_of_four_and_two_related_members() {
        assert_eq!(MEMBERS.iter().filter(|(_, _, weight)| *weight == 4).count(), 1);
        let slugs: Vec<_> = MEMBERS.iter().map(|(name, _, _)| slug(name)).collect();
        assert!(RELATED.1.iter().all(|member| slugs.iter().any(|slug| slug == member)));
    }

    #[test]
    fn affiliations_add_up_and_leave_independents() {
        let of = employers(2026);
        assert_eq!(of.len(), CONTRIBUTORS);
        assert_eq!(of.iter().filter(|e| **e == Some("vantorel")).count(), 52);
        assert_eq!(of.iter().filter(|e| e.is_none()).count(), 49);
    }
}
