//! A profile against the plainest one there is: a map from selections to tallies.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tabulation::{MAX_OPTIONS, ProfileBuilder, Selection, Tally};

use crate::common::index;

/// Rankings of few and of many options, short and longer than any sort key, with shared ranks.
fn ranking() -> impl Strategy<Value = Selection> {
    let few = Just((0..6_usize).collect::<Vec<_>>()).prop_shuffle();
    let many = Just((0..MAX_OPTIONS).step_by(9).collect::<Vec<_>>()).prop_shuffle();
    let order = prop_oneof![few, many];
    (order, 0..120_usize, any::<bool>(), proptest::collection::vec(any::<bool>(), 120)).prop_map(
        |(order, keep, strict, shares)| {
            let mut groups: Vec<Vec<_>> = Vec::new();
            for (&option, &shares) in order.iter().take(keep).zip(&shares) {
                match groups.last_mut() {
                    Some(group) if shares && !strict => group.push(index(option)),
                    Some(_) | None => groups.push(vec![index(option)]),
                }
            }
            Selection::ranking(groups)
        },
    )
}

fn scores() -> impl Strategy<Value = Selection> {
    proptest::collection::btree_map(0..MAX_OPTIONS, any::<u16>(), 0..6)
        .prop_map(|sheet| Selection::scores(sheet.into_iter().map(|(o, s)| (index(o), s))))
}

fn chosen() -> impl Strategy<Value = Selection> {
    proptest::collection::btree_set(0..MAX_OPTIONS, 0..30)
        .prop_map(|set| Selection::chosen(set.into_iter().map(index)))
}

fn tallies() -> impl Strategy<Value = Vec<Tally>> {
    let ones = proptest::collection::vec(Just(Tally::ONE), 60);
    let any = (0..4_u64, 0..9_u64).prop_map(|(heads, weight)| Tally { heads, weight });
    prop_oneof![ones, proptest::collection::vec(any, 60)]
}

fn check(ballots: &[Selection], tallies: &[Tally]) {
    let mut builder = ProfileBuilder::new();
    let mut map: BTreeMap<&Selection, Tally> = BTreeMap::new();
    for (selection, &tally) in ballots.iter().zip(tallies.iter().cycle()) {
        builder.add_many(selection, tally).unwrap();
        if tally.heads > 0 {
            let sum = map.entry(selection).or_default();
            *sum = sum.plus(tally).unwrap();
        }
    }
    let profile = builder.build();
    let found: Vec<_> = profile.iter().map(|(marks, t)| (marks.to_selection(), t)).collect();
    let wanted: Vec<_> = map.into_iter().map(|(selection, t)| (selection.clone(), t)).collect();
    assert_eq!(found, wanted);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_profile_groups_and_orders_as_a_map_of_selections_does(
        rankings in proptest::collection::vec(ranking(), 0..60),
        scores in proptest::collection::vec(scores(), 0..60),
        chosen in proptest::collection::vec(chosen(), 0..60),
        tallies in tallies(),
    ) {
        // Every ballot twice, so that there is something to group.
        for ballots in [rankings, scores, chosen] {
            check(&[ballots.clone(), ballots].concat(), &tallies);
        }
    }
}
