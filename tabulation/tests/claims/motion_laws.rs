//! Laws of motions, for any rules and any votes.

use std::num::NonZeroU32;

use proptest::prelude::*;
use tabulation::transcript::{CountRecord, MotionRecord};
use tabulation::{
    Abstention, Basis, Bound, ContestRules, Electorate, LotSource, MotionResult, MotionRules,
    ProfileBuilder, Quorum, QuorumBase, QuorumFailure, Ratio, Selection, Share, ShareOf, Tally,
    Threshold, ThresholdShare, TieRule, Transcript, count,
};

use crate::catalogue::{contest, result_of, vote, voters};
use crate::common::assert_canonical;

const MOST: u64 = 12;

fn any_share() -> impl Strategy<Value = Share> {
    (any::<bool>(), 0_u32..6, 1_u32..6).prop_map(|(at_least, numerator, denominator)| Share {
        bound: if at_least { Bound::AtLeast } else { Bound::MoreThan },
        ratio: Ratio::new(numerator.min(denominator), denominator).unwrap(),
    })
}

fn any_by() -> impl Strategy<Value = Basis> {
    prop_oneof![Just(Basis::Heads), Just(Basis::Weight)]
}

fn any_base() -> impl Strategy<Value = QuorumBase> {
    prop_oneof![
        Just(QuorumBase::Entitled),
        Just(QuorumBase::Unrecused),
        (1_u32..40).prop_map(|n| QuorumBase::Seats(NonZeroU32::new(n).unwrap())),
    ]
}

fn any_quorum() -> impl Strategy<Value = Quorum> {
    prop_oneof![
        (any_by(), any_share()).prop_map(|(by, share)| Quorum::Share { by, share }),
        (any_by(), 0..MOST).prop_map(|(by, number)| Quorum::AtLeast { by, number }),
        (any_by(), any_share(), any_base()).prop_map(|(by, share, of)| Quorum::ShareOf {
            by,
            share,
            of
        }),
        (any_by(), any_share(), any_base()).prop_map(|(by, share, of)| Quorum::Present {
            by,
            share,
            of
        }),
        (any_by(), 0..MOST).prop_map(|(by, number)| Quorum::PresentAtLeast { by, number }),
    ]
}

fn any_of() -> impl Strategy<Value = ShareOf> {
    prop_oneof![
        Just(ShareOf::YesAndNo),
        Just(ShareOf::Cast),
        Just(ShareOf::Entitled),
        Just(ShareOf::Present),
        Just(ShareOf::Unrecused),
        (1_u32..40).prop_map(|n| ShareOf::Seats(NonZeroU32::new(n).unwrap())),
    ]
}

fn any_threshold() -> impl Strategy<Value = Threshold> {
    prop_oneof![
        (any_by(), any_share(), any_of())
            .prop_map(|(by, share, of)| Threshold::Share(ThresholdShare { by, share, of })),
        (any_by(), 0..MOST).prop_map(|(by, number)| Threshold::MinimumYes { by, number }),
        (any_by(), 0..MOST).prop_map(|(by, number)| Threshold::MaximumNo { by, number }),
        (any_by(), 0..MOST).prop_map(|(by, number)| Threshold::MinimumLead { by, number }),
        (any_by(), 0..MOST).prop_map(|(by, number)| Threshold::AllBut { by, number }),
    ]
}

prop_compose! {
    fn any_rules()(
        quorums in prop::collection::vec(any_quorum(), 0..3),
        thresholds in prop::collection::vec(any_threshold(), 1..4),
        abstention in prop_oneof![
            Just(Abstention::Neutral), Just(Abstention::QuorumOnly), Just(Abstention::CountsAsNo)
        ],
        quorum_failure in prop_oneof![
            Just(QuorumFailure::NoDecision), Just(QuorumFailure::Fails), Just(QuorumFailure::Reopen)
        ],
    ) -> MotionRules {
        MotionRules { quorums, thresholds, abstention, quorum_failure }
    }
}

fn any_votes() -> impl Strategy<Value = (u64, u64, u64)> {
    (0..MOST, 0..MOST, 0..MOST)
}

/// Room for every vote and one more, all of it present.
fn electorate(recused: u64) -> Electorate {
    let all = Tally::ballots(3 * MOST + 1);
    voters(3 * MOST + 1 + recused).recusing(Tally::ballots(recused)).attended_by(all)
}

fn record(transcript: &Transcript) -> &MotionRecord {
    let CountRecord::Motion(record) = &transcript.count else { panic!("not a motion") };
    record
}

fn met(transcript: &Transcript) -> Vec<bool> {
    let record = record(transcript);
    record.quorums.iter().chain(&record.thresholds).map(|c| c.met).collect()
}

fn weighed(rules: &MotionRules, votes: (u64, u64, u64), weight: u64) -> Transcript {
    let mut profile = ProfileBuilder::new();
    for (selection, heads) in
        [(Selection::YES, votes.0), (Selection::NO, votes.1), (Selection::ABSTAIN, votes.2)]
    {
        profile.add_many(&selection, Tally { heads, weight: heads * weight }).unwrap();
    }
    let all = 3 * MOST;
    let electorate = Electorate::of(Tally { heads: all, weight: all * weight })
        .attended_by(Tally { heads: all, weight: all * weight });
    count(&contest(rules, TieRule::Refuse {}), &profile.build(), &electorate, LotSource::None)
        .unwrap()
}

proptest! {
    #[test]
    fn one_more_yes_never_stops_a_motion(rules in any_rules(), votes in any_votes()) {
        let (yes, no, abstain) = votes;
        let before = vote(&rules, electorate(2), votes);
        let after = vote(&rules, electorate(2), (yes + 1, no, abstain));
        for (before, after) in met(&before).into_iter().zip(met(&after)) {
            prop_assert!(after || !before);
        }
        if result_of(&before) == MotionResult::Passed {
            prop_assert_eq!(result_of(&after), MotionResult::Passed);
        }
    }

    #[test]
    fn a_no_turned_into_a_yes_never_stops_a_motion(rules in any_rules(), votes in any_votes()) {
        let (yes, no, abstain) = votes;
        let before = vote(&rules, electorate(0), (yes, no + 1, abstain));
        if result_of(&before) == MotionResult::Passed {
            let after = vote(&rules, electorate(0), (yes + 1, no, abstain));
            prop_assert_eq!(result_of(&after), MotionResult::Passed);
        }
    }

    #[test]
    fn an_abstention_does_exactly_what_the_rules_declare(
        mut rules in any_rules(), votes in any_votes(),
    ) {
        let (yes, no, abstain) = votes;
        // A share of all votes cast has abstentions in its base whatever they count as.
        rules.thresholds.retain(|t| !matches!(t, Threshold::Share(s) if s.of == ShareOf::Cast));
        prop_assume!(!rules.thresholds.is_empty());
        let conditions = |abstention, votes| {
            let transcript = vote(&MotionRules { abstention, ..rules.clone() }, electorate(1), votes);
            let MotionRecord { quorums, thresholds, .. } = record(&transcript).clone();
            let plain = |records: Vec<tabulation::transcript::ConditionRecord>| -> Vec<_> {
                records.into_iter().map(|c| (c.left, c.right, c.met)).collect()
            };
            (plain(quorums), plain(thresholds))
        };
        // Neutral: as if nobody had abstained.
        let silent = conditions(Abstention::Neutral, (yes, no, 0));
        prop_assert_eq!(&conditions(Abstention::Neutral, votes), &silent);
        // As no: as if all had voted against.
        let against = conditions(Abstention::CountsAsNo, (yes, no + abstain, 0));
        prop_assert_eq!(&conditions(Abstention::CountsAsNo, votes), &against);
        // Quorum only: the quorums of the one, the thresholds of the other.
        let quorum_only = conditions(Abstention::QuorumOnly, votes);
        prop_assert_eq!(quorum_only, (against.0, silent.1));
    }

    #[test]
    fn a_weight_of_n_is_n_voters(
        rules in any_rules(), votes in any_votes(), weight in 1_u64..5,
    ) {
        // One voter of weight n and n voters differ in heads only, so count by weight alone.
        let mut rules = serde_json::to_value(&rules).unwrap();
        for list in ["quorums", "thresholds"] {
            for condition in rules[list].as_array_mut().unwrap() {
                condition["by"] = "weight".into();
            }
        }
        let rules: MotionRules = serde_json::from_value(rules).unwrap();
        let (yes, no, abstain) = votes;
        let heavy = weighed(&rules, votes, weight);
        let mut many = ProfileBuilder::new();
        for (selection, heads) in
            [(Selection::YES, yes), (Selection::NO, no), (Selection::ABSTAIN, abstain)]
        {
            many.add_many(&selection, Tally::ballots(heads * weight)).unwrap();
        }
        let all = Tally::ballots(3 * MOST * weight);
        let many = count(
            &contest(&rules, TieRule::Refuse {}),
            &many.build(),
            &Electorate::of(all).attended_by(all),
            LotSource::None,
        ).unwrap();
        prop_assert_eq!(&heavy.outcome, &many.outcome);
        prop_assert_eq!(&record(&heavy).quorums, &record(&many).quorums);
        prop_assert_eq!(&record(&heavy).thresholds, &record(&many).thresholds);
    }

    #[test]
    fn a_recusal_leaves_the_base_exactly_once(
        rules in any_rules(), votes in any_votes(), recused in 1_u64..5,
    ) {
        // Where no rule asks for all who are entitled, recusing somebody is the same as never
        // having been entitled; where one does, the recused are in the base and nowhere else.
        let gone = electorate(0);
        let (with, without) = (vote(&rules, electorate(recused), votes), vote(&rules, gone, votes));
        let pairs = |t: &Transcript| -> Vec<_> {
            record(t).quorums.iter().chain(&record(t).thresholds).cloned().collect()
        };
        let of_entitled = |rules: &MotionRules| -> Vec<bool> {
            let quorums = rules.quorums.iter().map(|q| matches!(
                q,
                Quorum::Share { .. }
                    | Quorum::ShareOf { of: QuorumBase::Entitled, .. }
                    | Quorum::Present { of: QuorumBase::Entitled, .. }
            ));
            let thresholds = rules.thresholds.iter().map(
                |t| matches!(t, Threshold::Share(s) if s.of == ShareOf::Entitled)
            );
            quorums.chain(thresholds).collect()
        };
        let all = pairs(&with).into_iter().zip(pairs(&without)).zip(of_entitled(&rules));
        for ((with, without), of_entitled) in all {
            if of_entitled {
                prop_assert_eq!(with.against, without.against + recused);
                prop_assert_eq!(with.reached, without.reached);
            } else {
                prop_assert_eq!(with, without);
            }
        }
    }

    #[test]
    fn rules_and_transcripts_of_motions_survive_being_written(
        rules in any_rules(), votes in any_votes(), recused in 0_u64..3,
    ) {
        let transcript = vote(&rules, electorate(recused), votes);
        let written = serde_json::to_value(&transcript).unwrap();
        assert_canonical(&written);
        prop_assert_eq!(written["electorate"].get("recused").is_some(), recused > 0);
        prop_assert_eq!(serde_json::from_value::<Transcript>(written).unwrap(), transcript.clone());
        let written = serde_json::to_value(&transcript.rules).unwrap();
        prop_assert_eq!(
            serde_json::from_value::<ContestRules>(written).unwrap(), transcript.rules
        );
    }
}

#[test]
fn an_electorate_without_recusals_and_presence_is_written_as_ever() {
    let written = serde_json::to_value(voters(7)).unwrap();
    assert_eq!(written, serde_json::json!({"entitled_heads": 7, "entitled_weight": 7}));
    let full = voters(7).recusing(Tally::ONE).attended_by(Tally::ballots(4));
    assert_eq!(
        serde_json::to_value(full).unwrap(),
        serde_json::json!({
            "entitled_heads": 7, "entitled_weight": 7,
            "recused": {"heads": 1, "weight": 1}, "present": {"heads": 4, "weight": 4},
        })
    );
}

#[test]
fn the_new_conditions_are_signed_in_this_form() {
    let seats = NonZeroU32::new(7).unwrap();
    let share = Share { bound: Bound::MoreThan, ratio: Ratio::HALF };
    let by = Basis::Heads;
    assert_eq!(
        serde_json::to_value(Quorum::ShareOf { by, share, of: QuorumBase::Seats(seats) }).unwrap(),
        serde_json::json!({"kind": "share-of", "by": "heads", "of": {"seats": 7},
            "share": {"bound": "more-than", "ratio": {"numerator": 1, "denominator": 2}}})
    );
    assert_eq!(
        serde_json::to_value(Quorum::Present { by, share, of: QuorumBase::Unrecused }).unwrap()["of"],
        "unrecused"
    );
    assert_eq!(
        serde_json::to_value(Threshold::Share(ThresholdShare {
            by,
            share,
            of: ShareOf::Seats(seats)
        }))
        .unwrap()["of"],
        serde_json::json!({"seats": 7})
    );
    assert!(serde_json::from_str::<ShareOf>(r#"{"seats":0}"#).is_err());
    assert_eq!(
        serde_json::to_value(Threshold::AllBut { by, number: 2 }).unwrap(),
        serde_json::json!({"kind": "all-but", "by": "heads", "number": 2})
    );
}
