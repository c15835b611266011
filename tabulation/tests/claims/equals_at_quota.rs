//! Equals that reach the quota together, where the affiliation cap lets not all of them in.

use tabulation::{
    AffiliationCap, AffiliationId, Contest, ContestOption, ContestOptions, ContestRules,
    Electorate, Method, OptionIndex, Outcome, Profile, ProfileBuilder, Selection, TieRule,
    Transcript, check, count,
};

use crate::common::{SEED, index, meek, meek_nz, meek_prf, scottish};

fn options(affiliations: &[&str]) -> ContestOptions {
    let option = |(place, groups): (usize, &&str)| {
        groups.chars().fold(ContestOption::new(place.to_string(), format!("n{place}")), |o, g| {
            o.affiliated(AffiliationId::new(g.to_string()).unwrap())
        })
    };
    ContestOptions::new(affiliations.iter().enumerate().map(option).collect()).unwrap()
}

/// So many ballots for each option alone.
fn alone(votes: &[u64]) -> Profile {
    let mut builder = ProfileBuilder::new();
    for (option, &votes) in votes.iter().enumerate() {
        builder.add(&Selection::strict([index(option)]), votes).unwrap();
    }
    builder.build()
}

/// At most one seat for each affiliation.
fn capped(
    method: Method,
    seats: u16,
    ties: TieRule,
    affiliations: &[&str],
    votes: &[u64],
) -> Transcript {
    let affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    let rules = ContestRules { method, seats, affiliation_cap, ties };
    let contest = Contest::new(rules, options(affiliations)).unwrap();
    let profile = alone(votes);
    let electorate = Electorate::of_those_who_voted(&profile);
    let transcript = count(&contest, &profile, &electorate, SEED).unwrap();
    assert!(check(&transcript, &profile).is_ok());
    transcript
}

fn order(order: &[usize]) -> TieRule {
    TieRule::PublishedOrder { order: order.iter().map(|&o| index(o)).collect() }
}

#[test]
fn one_affiliation_of_two_equals_is_a_tie_for_its_seat() {
    let (affiliations, votes) = (["x", "x", ""], [4, 4, 1]);
    for method in [scottish(), meek(), meek_prf(), meek_nz()] {
        let count = |ties| capped(method.clone(), 2, ties, &affiliations, &votes);
        let published = count(order(&[1, 0, 2]));
        assert_eq!(published.outcome.winners(), [index(1), index(2)]);
        assert_eq!(published.ties[0].question, "the order of election");
        let refused = count(TieRule::Refuse {});
        let tied: Vec<OptionIndex> = vec![index(0), index(1)];
        assert_eq!(refused.outcome, Outcome::Unresolved { winners: vec![], tied, open: 2 });
    }
}

#[test]
fn equals_of_whom_the_second_would_leave_a_seat_empty_are_tied() {
    // Once option 0 has a seat, only 1, 4 and 5 have room, and with 1 neither 4 nor 5 has; so with
    // both 0 and 1 elected the third seat would stay empty.
    let (affiliations, votes) = (["xy", "zw", "x", "y", "z", "w"], [5, 5, 1, 1, 1, 1]);
    for method in [scottish(), meek(), meek_prf(), meek_nz()] {
        let count = |ties| capped(method.clone(), 3, ties, &affiliations, &votes);
        let published = count(order(&[1, 0, 2, 3, 4, 5]));
        assert_eq!(published.outcome.winners()[0], index(1));
        assert!(!published.outcome.winners().contains(&index(0)));
        let refused = count(TieRule::Refuse {});
        assert!(matches!(refused.outcome, Outcome::Unresolved { .. }));
    }
}

#[test]
fn equals_who_can_have_no_seat_are_no_tie_for_one() {
    // Option 0 takes the seat of x; 1 and 2 are equal at the quota and doomed; 3 is elected.
    let (affiliations, votes) = (["x", "x", "x", "", "", "", ""], [7, 6, 6, 5, 0, 0, 0]);
    for method in [scottish(), meek(), meek_prf(), meek_nz()] {
        let refused = capped(method, 4, TieRule::Refuse {}, &affiliations, &votes);
        assert_eq!(refused.outcome.winners(), [index(0), index(3)]);
        assert!(refused.ties.iter().all(|tie| tie.question != "the order of election"));
    }
}
