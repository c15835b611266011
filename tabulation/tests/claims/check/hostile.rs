//! Transcripts made to harm whoever checks them: refused, and never a panic.

use proptest::prelude::*;
use serde_json::{Value, json};
use tabulation::transcript::CountRecord;
use tabulation::{
    MAX_TOTAL, Profile, ProfileBuilder, Selection, Strength, TieRule, Transcript, Unranked, check,
};

use super::checked;
use super::elections::{Dice, Election, KINDS};
use crate::common::{index, meek, options, rules, runoff, schulze, scottish, tabulate};

/// What every leaf and list is replaced by.
fn absurd() -> Vec<Value> {
    let digits = "9".repeat(60);
    vec![
        json!(0),
        json!(u64::MAX),
        json!(u64::from(u32::MAX)),
        json!(u16::MAX),
        json!(u8::MAX),
        json!(digits),
        json!(format!("-{digits}.{digits}")),
        json!("0"),
        json!("f".repeat(64)),
        json!([]),
        json!([[]]),
        json!([u16::MAX]),
        json!([[u16::MAX, 0], [1]]),
        json!({}),
        json!(true),
    ]
}

fn places(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(key, field)| self::places(field, &format!("{place}/{key}"), places)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| self::places(item, &format!("{place}/{index}"), places)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whatever comes of it, it is an answer.
fn answer(value: Value, profile: &Profile) {
    if let Ok(transcript) = serde_json::from_value::<Transcript>(value) {
        let _ = check(&transcript, profile);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn absurd_values_anywhere_never_panic(seed in any::<u64>()) {
        for kind in 0..KINDS {
            let Some(election) = Election::random(seed, kind) else { continue };
            let value = serde_json::to_value(&election.transcript).unwrap();
            let mut all = Vec::new();
            places(&value, "", &mut all);
            for place in &all {
                for new in absurd() {
                    let mut copy = value.clone();
                    *copy.pointer_mut(place).unwrap() = new;
                    answer(copy, &election.profile);
                }
            }
        }
    }

    #[test]
    fn many_absurd_values_at_once_never_panic(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        for kind in 0..KINDS {
            let Some(election) = Election::random(seed, kind) else { continue };
            let value = serde_json::to_value(&election.transcript).unwrap();
            let mut all = Vec::new();
            places(&value, "", &mut all);
            for _ in 0..200 {
                let mut copy = value.clone();
                for _ in 0..1 + dice.below(6) {
                    let place = &all[dice.below(all.len() as u64) as usize];
                    let new = absurd()[dice.below(15) as usize].clone();
                    if let Some(slot) = copy.pointer_mut(place) {
                        *slot = new;
                    }
                }
                answer(copy, &election.profile);
            }
        }
    }

    #[test]
    fn ballots_of_another_form_are_refused(seed in any::<u64>()) {
        let elections: Vec<Election> =
            (0..KINDS).filter_map(|kind| Election::random(seed, kind)).collect();
        for (one, other) in elections.iter().zip(elections.iter().skip(1)) {
            // Other ballots that the rules allow may have the same sums: then both are explained.
            let (asked, options) = (one.contest.rules(), one.contest.options().len());
            let mut given = other.profile.iter().map(|(marks, _)| marks.to_selection());
            if given.any(|selection| selection.validate(asked, options).is_err()) {
                prop_assert!(checked(&one.transcript, &other.profile).is_err());
            }
        }
    }
}

#[test]
fn the_largest_weights_are_checked_exactly() {
    let heavy = MAX_TOTAL / 2;
    let mut builder = ProfileBuilder::new();
    builder.add(&Selection::strict([0, 1, 2].map(index)), heavy).unwrap();
    builder.add(&Selection::strict([1, 2, 0].map(index)), heavy - 1).unwrap();
    builder.add(&Selection::strict([2].map(index)), 2).unwrap();
    let profile = builder.build();
    for method in [
        meek(),
        scottish(),
        schulze(Unranked::Last, Strength::WinningVotesFewerOpposing),
        schulze(Unranked::NotCompared, Strength::Margins),
    ] {
        let transcript = tabulate(rules(method, 2, TieRule::Lots {}), options(3), &profile);
        let checked = check(&transcript, &profile);
        assert!(checked.is_ok(), "{checked:?}");
    }
}

#[test]
fn a_hundred_options_are_checked() {
    let mut builder = ProfileBuilder::new();
    for start in 0..40_usize {
        let order = (0..100).map(|i| index((start * 7 + i * 13) % 100));
        builder.add(&Selection::strict(order), 1 + start as u64).unwrap();
    }
    let profile = builder.build();
    for method in [scottish(), meek(), schulze(Unranked::Last, Strength::WinningVotes)] {
        let transcript = tabulate(rules(method, 20, TieRule::Lots {}), options(100), &profile);
        let checked = check(&transcript, &profile);
        assert!(checked.is_ok(), "{checked:?}");
    }
}

#[test]
fn a_hundred_thousand_stages_are_refused_after_the_last_real_one() {
    let profile = Profile::of([Selection::strict([index(0)])]).unwrap();
    let method = runoff(tabulation::RunoffExclusion::OneByOne);
    let mut transcript = tabulate(rules(method, 1, TieRule::Refuse {}), options(3), &profile);
    let CountRecord::Stages(record) = &mut transcript.count else { panic!() };
    let stages = record.stages.len();
    let last = record.stages[stages - 1].clone();
    record.stages.resize(100_000, last);
    let error = check(&transcript, &profile).unwrap_err();
    assert_eq!(error.place(), format!("/count/stages/{stages}"));
}
