//! Hostile input: no panic, no overflow, a clear answer.

use tabulation::{
    MAX_OPTIONS, MAX_TOTAL, OptionIndex, Outcome, Profile, ProfileBuilder, ProfileError, Selection,
    Strength, Tally, TieRule, Unranked,
};

use crate::common::{
    index, meek, meek_nz, meek_prf, options, plurality, rules, schulze, scottish, tabulate,
};

#[test]
fn the_largest_weights_count_exactly() {
    let heavy = MAX_TOTAL / 2;
    let mut profile = ProfileBuilder::new();
    profile.add(&Selection::strict([0, 1, 2].map(index)), heavy).unwrap();
    profile.add(&Selection::strict([1, 2, 0].map(index)), heavy - 1).unwrap();
    profile.add(&Selection::strict([2].map(index)), 2).unwrap();
    let more = profile.add(&Selection::strict([]), 1);
    assert_eq!(more, Err(ProfileError::TooLarge));
    let profile = profile.build();
    for method in [
        meek(),
        meek_prf(),
        meek_nz(),
        scottish(),
        schulze(Unranked::Last, Strength::WinningVotesFewerOpposing),
        schulze(Unranked::NotCompared, Strength::Margins),
    ] {
        let transcript = tabulate(rules(method, 2, TieRule::Lots {}), options(3), &profile);
        assert_eq!(transcript.outcome.winners().len(), 2);
    }
    assert_eq!(profile.total().weight, MAX_TOTAL);
}

#[test]
fn a_weight_near_two_to_the_64_is_refused_and_not_wrapped() {
    let mut profile = ProfileBuilder::new();
    profile.add(&Selection::YES, 5).unwrap();
    let before = profile.clone().build();
    for tally in [
        Tally { heads: 1, weight: u64::MAX },
        Tally { heads: u64::MAX, weight: 1 },
        Tally { heads: 1, weight: MAX_TOTAL },
    ] {
        assert_eq!(profile.add_many(&Selection::YES, tally), Err(ProfileError::TooLarge));
        assert_eq!(profile.clone().build(), before);
    }
}

#[test]
fn an_empty_box_ties_everybody() {
    let profile = ProfileBuilder::new().build();
    for method in [meek(), scottish(), plurality(), schulze(Unranked::Last, Strength::WinningVotes)]
    {
        let refused = tabulate(rules(method.clone(), 2, TieRule::Refuse {}), options(4), &profile);
        assert!(matches!(refused.outcome, Outcome::Unresolved { .. }));
        let drawn = tabulate(rules(method, 2, TieRule::Lots {}), options(4), &profile);
        assert_eq!(drawn.outcome.winners().len(), 2);
        assert!(!drawn.ties.is_empty());
    }
}

#[test]
fn a_thousand_options_and_two_hundred_seats_are_counted() {
    let mut profile = ProfileBuilder::new();
    for start in 0..40_usize {
        let order = (0..MAX_OPTIONS).map(|i| index((start * 7 + i * 13) % MAX_OPTIONS));
        profile.add(&Selection::strict(order), 1 + start as u64).unwrap();
    }
    let profile = profile.build();
    for method in [scottish(), schulze(Unranked::Last, Strength::WinningVotes)] {
        let transcript =
            tabulate(rules(method, 200, TieRule::Lots {}), options(MAX_OPTIONS), &profile);
        assert_eq!(transcript.outcome.winners().len(), 200);
    }
}

#[test]
fn ballots_that_the_rules_do_not_allow_are_refused_and_not_counted() {
    let contest = tabulation::Contest::new(rules(scottish(), 1, TieRule::Refuse {}), options(3));
    let contest = contest.unwrap();
    let bad = [
        Selection::YES,
        Selection::Ranking(vec![vec![index(3)]]),
        Selection::Ranking(vec![vec![index(0), index(1)]]),
        Selection::Scores(vec![(index(0), 1)]),
    ];
    for not_canonical in [
        Selection::Ranking(vec![vec![index(0)], vec![index(0)]]),
        Selection::Ranking(vec![vec![]]),
        Selection::Chosen(vec![index(1), index(0)]),
        Selection::Chosen(vec![index(MAX_OPTIONS)]),
    ] {
        let refused = Profile::of([Selection::strict([]), not_canonical]);
        assert!(matches!(refused, Err(ProfileError::Selection(_))), "{refused:?}");
    }
    let mixed = Profile::of([Selection::YES, Selection::strict([])]);
    assert!(matches!(mixed, Err(ProfileError::MixedForms { .. })));
    for selection in bad {
        let profile = Profile::of([selection]).unwrap();
        let electorate = tabulation::Electorate::of_those_who_voted(&profile);
        let refused =
            tabulation::count(&contest, &profile, &electorate, tabulation::LotSource::None);
        assert!(matches!(refused, Err(tabulation::CountError::IllegalSelection { .. })));
    }
}

#[test]
fn names_may_be_any_unicode_on_one_line() {
    for name in ["Ünïcødé", "名前", "O'Brien \"Bob\"", "🗳", "\u{202e}abc"] {
        assert!(tabulation::ContestOptions::from_names([name]).is_ok(), "{name:?}");
    }
    for name in ["", "   ", "a\nb", "\u{1b}[31mred", "a\0b"] {
        assert!(tabulation::ContestOptions::from_names([name]).is_err(), "{name:?}");
    }
    let long = "x".repeat(301);
    assert!(tabulation::ContestOptions::from_names([long]).is_err());
    let many = vec![String::from("x"); MAX_OPTIONS + 1];
    assert!(tabulation::ContestOptions::from_names(many).is_err());
}

#[test]
fn everybody_on_one_rank_and_withdrawn_options_are_no_trouble() {
    let mut profile = ProfileBuilder::new();
    let all: Vec<OptionIndex> = OptionIndex::all(4).collect();
    profile.add(&Selection::ranking([all]), 3).unwrap();
    let profile = profile.build();
    let withdrawn = [index(1)].into();
    let options = options(4).with_withdrawn(withdrawn).unwrap();
    let method = schulze(Unranked::Last, Strength::WinningVotes);
    let transcript = tabulate(rules(method, 1, TieRule::Lots {}), options, &profile);
    assert_eq!(transcript.ranking, [vec![index(0), index(2), index(3)]]);
    assert_ne!(transcript.outcome.winners(), [index(1)]);
}
