//! Motions: every quorum, threshold and abstention rule at its edge.

use tabulation::transcript::{CountRecord, MotionRecord};
use tabulation::{
    Abstention, AffiliationCap, Basis, Bound, Contest, ContestOptions, ContestRules, CountError,
    Electorate, LotSource, Method, MotionResult, MotionRules, Outcome, Profile, ProfileBuilder,
    Quorum, QuorumFailure, Ratio, Selection, Share, ShareOf, Tally, Threshold, ThresholdShare,
    TieRule, Transcript, count,
};

fn share(bound: Bound, numerator: u32, denominator: u32) -> Share {
    Share { bound, ratio: Ratio::new(numerator, denominator).unwrap() }
}

fn threshold(bound: Bound, numerator: u32, denominator: u32, of: ShareOf) -> Threshold {
    let share = share(bound, numerator, denominator);
    Threshold::Share(ThresholdShare { by: Basis::Heads, share, of })
}

fn majority() -> Threshold {
    threshold(Bound::MoreThan, 1, 2, ShareOf::YesAndNo)
}

fn quorum(bound: Bound, numerator: u32, denominator: u32) -> Quorum {
    Quorum::Share { by: Basis::Heads, share: share(bound, numerator, denominator) }
}

/// Ballots of weight one, 20 entitled.
fn vote(
    quorums: Vec<Quorum>,
    thresholds: Vec<Threshold>,
    abstention: Abstention,
    (yes, no, abstain): (u64, u64, u64),
) -> Transcript {
    let mut profile = ProfileBuilder::new();
    for (selection, heads) in
        [(Selection::YES, yes), (Selection::NO, no), (Selection::ABSTAIN, abstain)]
    {
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    }
    let profile = profile.build();
    weighed(quorums, thresholds, abstention, &profile, 20)
}

fn weighed(
    quorums: Vec<Quorum>,
    thresholds: Vec<Threshold>,
    abstention: Abstention,
    profile: &Profile,
    entitled_weight: u64,
) -> Transcript {
    let method = Method::Motion(MotionRules {
        quorums,
        thresholds,
        abstention,
        quorum_failure: QuorumFailure::NoDecision,
    });
    let rules = ContestRules {
        method,
        seats: 0,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Refuse {},
    };
    let contest = Contest::new(rules, ContestOptions::default()).unwrap();
    let electorate = Electorate::of(Tally { heads: 20, weight: entitled_weight });
    count(&contest, profile, &electorate, LotSource::None).unwrap()
}

fn result(transcript: &Transcript) -> MotionResult {
    match transcript.outcome {
        Outcome::Motion { result } => result,
        Outcome::Elected { .. } | Outcome::Unresolved { .. } => panic!("not a motion"),
    }
}

fn record(transcript: &Transcript) -> &MotionRecord {
    let CountRecord::Motion(record) = &transcript.count else { panic!("not a motion") };
    record
}

#[test]
fn exactly_half_is_at_least_half_and_not_more_than_half() {
    let half = |bound| {
        let t = threshold(bound, 1, 2, ShareOf::YesAndNo);
        result(&vote(vec![], vec![t], Abstention::Neutral, (5, 5, 3)))
    };
    assert_eq!(half(Bound::AtLeast), MotionResult::Passed);
    assert_eq!(half(Bound::MoreThan), MotionResult::Failed);
}

#[test]
fn two_thirds_of_twelve_is_eight_and_the_transcript_shows_why() {
    let two_thirds = threshold(Bound::AtLeast, 2, 3, ShareOf::YesAndNo);
    let passed = vote(vec![], vec![two_thirds.clone()], Abstention::Neutral, (8, 4, 0));
    assert_eq!(result(&passed), MotionResult::Passed);
    let sentence = &record(&passed).thresholds[0].sentence;
    assert!(sentence.contains("8 of 12 is 66.6 % (8 × 3 = 24, 2 × 12 = 24)"), "{sentence}");
    let failed = vote(vec![], vec![two_thirds], Abstention::Neutral, (7, 4, 0));
    assert_eq!(result(&failed), MotionResult::Failed);
}

#[test]
fn abstentions_do_what_the_rule_says_and_nothing_else() {
    let vote = |abstention| {
        result(&vote(vec![quorum(Bound::AtLeast, 1, 2)], vec![majority()], abstention, (4, 3, 3)))
    };
    assert_eq!(vote(Abstention::Neutral), MotionResult::NoDecision);
    assert_eq!(vote(Abstention::QuorumOnly), MotionResult::Passed);
    assert_eq!(vote(Abstention::CountsAsNo), MotionResult::Failed);
}

#[test]
fn a_threshold_of_all_cast_or_all_entitled_counts_those_who_did_not_say_yes() {
    let of = |of| {
        let t = threshold(Bound::AtLeast, 1, 2, of);
        result(&vote(vec![], vec![t], Abstention::QuorumOnly, (6, 2, 5)))
    };
    assert_eq!(of(ShareOf::YesAndNo), MotionResult::Passed);
    assert_eq!(of(ShareOf::Cast), MotionResult::Failed);
    assert_eq!(of(ShareOf::Entitled), MotionResult::Failed);
}

#[test]
fn quorum_and_threshold_by_weight_may_differ_from_those_by_heads() {
    let mut profile = ProfileBuilder::new();
    profile.add(&Selection::YES, 4).unwrap();
    profile.add(&Selection::NO, 1).unwrap();
    profile.add(&Selection::NO, 1).unwrap();
    let profile = profile.build();
    let by = |basis| {
        let share = share(Bound::MoreThan, 1, 2);
        let t = Threshold::Share(ThresholdShare { by: basis, share, of: ShareOf::YesAndNo });
        result(&weighed(vec![], vec![t], Abstention::Neutral, &profile, 24))
    };
    assert_eq!(by(Basis::Heads), MotionResult::Failed);
    assert_eq!(by(Basis::Weight), MotionResult::Passed);
    let quorum = |basis| {
        let share = share(Bound::AtLeast, 1, 4);
        let q = Quorum::Share { by: basis, share };
        result(&weighed(
            vec![q],
            vec![Threshold::MinimumYes { by: basis, number: 1 }],
            Abstention::Neutral,
            &profile,
            24,
        ))
    };
    assert_eq!(quorum(Basis::Heads), MotionResult::NoDecision);
    assert_eq!(quorum(Basis::Weight), MotionResult::Passed);
}

#[test]
fn one_objection_stops_a_motion_that_allows_none() {
    let none = Threshold::MaximumNo { by: Basis::Heads, number: 0 };
    let objected = vote(vec![], vec![majority(), none.clone()], Abstention::Neutral, (9, 1, 0));
    assert_eq!(result(&objected), MotionResult::Failed);
    let agreed = vote(vec![], vec![majority(), none], Abstention::Neutral, (9, 0, 1));
    assert_eq!(result(&agreed), MotionResult::Passed);
}

#[test]
fn a_fixed_quorum_and_a_fixed_minimum_count_heads() {
    let five = Quorum::AtLeast { by: Basis::Heads, number: 5 };
    let three = Threshold::MinimumYes { by: Basis::Heads, number: 3 };
    let vote = |yes, no| {
        result(&vote(vec![five.clone()], vec![three.clone()], Abstention::Neutral, (yes, no, 0)))
    };
    assert_eq!(vote(3, 2), MotionResult::Passed);
    assert_eq!(vote(3, 1), MotionResult::NoDecision);
    assert_eq!(vote(2, 3), MotionResult::Failed);
}

#[test]
fn nobody_voting_passes_nothing() {
    for bound in [Bound::AtLeast, Bound::MoreThan] {
        let zero = threshold(bound, 0, 1, ShareOf::YesAndNo);
        let empty = vote(vec![], vec![zero], Abstention::Neutral, (0, 0, 0));
        assert_eq!(result(&empty), MotionResult::Failed);
    }
}

#[test]
fn more_votes_than_voters_are_refused() {
    let mut profile = ProfileBuilder::new();
    profile.add_many(&Selection::YES, Tally { heads: 21, weight: 21 }).unwrap();
    let profile = profile.build();
    let method = Method::Motion(MotionRules {
        quorums: vec![],
        thresholds: vec![majority()],
        abstention: Abstention::Neutral,
        quorum_failure: QuorumFailure::Fails,
    });
    let rules = ContestRules {
        method,
        seats: 0,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Refuse {},
    };
    let contest = Contest::new(rules, ContestOptions::default()).unwrap();
    let electorate = Electorate::of(Tally { heads: 20, weight: 21 });
    let refused = count(&contest, &profile, &electorate, LotSource::None);
    assert_eq!(
        refused,
        Err(CountError::MoreCastThanEntitled { what: "ballots", cast: 21, entitled: 20 })
    );
}
