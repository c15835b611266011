//! Laws that a method does not have, each with an election that shows it.

use tabulation::{
    EqualRanks, MarkLimit, Method, MinimaxRules, MinimaxStrength, Profile, ProfileBuilder,
    RunoffExclusion, Selection, TieRule, Unranked,
};

use crate::common::{index, options, rules, runoff, scottish, tabulate};

type Ballots<'a> = &'a [(u64, &'a [usize])];

fn winners(method: &Method, seats: u16, options_: usize, ballots: Ballots<'_>) -> Vec<usize> {
    let rules = rules(method.clone(), seats, TieRule::Refuse {});
    let transcript = tabulate(rules, options(options_), &profile(ballots));
    let mut winners: Vec<usize> =
        transcript.outcome.winners().iter().map(|winner| winner.index()).collect();
    winners.sort_unstable();
    winners
}

fn profile(ballots: Ballots<'_>) -> Profile {
    let mut profile = ProfileBuilder::new();
    for &(voters, ranking) in ballots {
        profile.add(&Selection::strict(ranking.iter().map(|&o| index(o))), voters).unwrap();
    }
    profile.build()
}

/// Ten of the second group put the winner first, and it loses: it now meets another rival.
#[test]
fn an_instant_runoff_is_not_monotonic() {
    let method = runoff(RunoffExclusion::OneByOne);
    let before: Ballots<'_> = &[(39, &[0, 1, 2]), (35, &[1, 2, 0]), (26, &[2, 0, 1])];
    assert_eq!(winners(&method, 1, 3, before), [0]);
    let raised: Ballots<'_> = &[(49, &[0, 1, 2]), (25, &[1, 2, 0]), (26, &[2, 0, 1])];
    assert_eq!(winners(&method, 1, 3, raised), [2]);
}

/// One voter raises the second option from the second place to the first, and it loses its seat.
#[test]
fn a_single_transferable_vote_is_not_monotonic() {
    let others: [(u64, &[usize]); 5] = [
        (8, &[0, 3, 2, 1]),
        (4, &[1, 0, 2, 3]),
        (4, &[0, 1, 2, 3]),
        (4, &[2, 3, 0, 1]),
        (3, &[3, 0, 1, 2]),
    ];
    let with = |last: &'static [usize]| [others.as_slice(), &[(1, last)]].concat();
    assert_eq!(winners(&scottish(), 2, 4, &with(&[2, 1, 0, 3])), [0, 1]);
    assert_eq!(winners(&scottish(), 2, 4, &with(&[1, 2, 0, 3])), [0, 3]);
}

/// The same option wins when every ballot is turned upside down.
#[test]
fn minimax_has_no_reversal_symmetry() {
    let method = Method::Minimax(MinimaxRules {
        by: tabulation::Basis::Weight,
        unranked: Unranked::Last,
        strength: MinimaxStrength::WinningVotes,
        equal_ranks: EqualRanks::Refused,
        at_most: MarkLimit::Any {},
    });
    let ballots: Ballots<'_> =
        &[(1, &[0, 2, 1, 3]), (4, &[3, 2, 0, 1]), (1, &[2, 1, 3, 0]), (4, &[1, 0, 3, 2])];
    let reversed: Ballots<'_> =
        &[(1, &[3, 1, 2, 0]), (4, &[1, 0, 2, 3]), (1, &[0, 3, 1, 2]), (4, &[2, 3, 0, 1])];
    assert_eq!(winners(&method, 1, 4, ballots), [0]);
    assert_eq!(winners(&method, 1, 4, reversed), [0]);
}

/// Excluding in batches leaves out rounds at which ties would look back, and that can elect another
/// option; so the two together are refused.
#[test]
fn batches_and_looking_back_are_refused_together() {
    for (exclusion, allowed) in [(RunoffExclusion::Batch, false), (RunoffExclusion::OneByOne, true)]
    {
        let Method::InstantRunoff(mut runoff) = runoff(exclusion) else { panic!() };
        runoff.look_back = tabulation::LookBack::Narrowing;
        let rules = rules(Method::InstantRunoff(runoff), 1, TieRule::Refuse {});
        assert_eq!(tabulation::Contest::new(rules, options(4)).is_ok(), allowed);
    }
}
