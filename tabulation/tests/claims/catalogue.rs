//! Rules of motions that foundations really have, with the numbers at which they turn.
//!
//! Each test names the kind of body whose published rule it follows; the governance documents are
//! listed in the project's notes on foundations. What cannot be said in one motion (two chambers,
//! notice periods, sponsors) is no matter of counting.

use std::num::NonZeroU32;

use tabulation::MotionResult::{Failed, NoDecision, Passed, Reopen};
use tabulation::{
    Abstention, AffiliationCap, Basis, Bound, Contest, ContestOptions, ContestRules, CountError,
    Electorate, LotSource, Method, MotionResult, MotionRules, Outcome, ProfileBuilder, Quorum,
    QuorumBase, QuorumFailure, Ratio, Selection, Share, ShareOf, Tally, Threshold, ThresholdShare,
    TieRule, Transcript, count,
};

const HEADS: Basis = Basis::Heads;

pub(crate) fn share(bound: Bound, numerator: u32, denominator: u32) -> Share {
    Share { bound, ratio: Ratio::new(numerator, denominator).unwrap() }
}

pub(crate) fn at_least(numerator: u32, denominator: u32, of: ShareOf) -> Threshold {
    let share = share(Bound::AtLeast, numerator, denominator);
    Threshold::Share(ThresholdShare { by: HEADS, share, of })
}

pub(crate) fn more_than(numerator: u32, denominator: u32, of: ShareOf) -> Threshold {
    let share = share(Bound::MoreThan, numerator, denominator);
    Threshold::Share(ThresholdShare { by: HEADS, share, of })
}

fn seats(number: u32) -> ShareOf {
    ShareOf::Seats(NonZeroU32::new(number).unwrap())
}

fn of_seats(number: u32) -> QuorumBase {
    QuorumBase::Seats(NonZeroU32::new(number).unwrap())
}

pub(crate) fn minimum(number: u64) -> Threshold {
    Threshold::MinimumYes { by: HEADS, number }
}

pub(crate) fn objections(number: u64) -> Threshold {
    Threshold::MaximumNo { by: HEADS, number }
}

pub(crate) fn rules(quorums: Vec<Quorum>, thresholds: Vec<Threshold>) -> MotionRules {
    MotionRules {
        quorums,
        thresholds,
        abstention: Abstention::QuorumOnly,
        quorum_failure: QuorumFailure::NoDecision,
    }
}

pub(crate) fn contest(motion: &MotionRules, ties: TieRule) -> Contest {
    let rules = ContestRules {
        method: Method::Motion(motion.clone()),
        seats: 0,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties,
    };
    Contest::new(rules, ContestOptions::default()).unwrap()
}

pub(crate) fn ballots((yes, no, abstain): (u64, u64, u64)) -> tabulation::Profile {
    let mut profile = ProfileBuilder::new();
    for (selection, number) in
        [(Selection::YES, yes), (Selection::NO, no), (Selection::ABSTAIN, abstain)]
    {
        profile.add_many(&selection, Tally::ballots(number)).unwrap();
    }
    profile.build()
}

pub(crate) fn voters(number: u64) -> Electorate {
    Electorate::of(Tally::ballots(number))
}

pub(crate) fn vote(
    rules: &MotionRules,
    electorate: Electorate,
    votes: (u64, u64, u64),
) -> Transcript {
    let contest = contest(rules, TieRule::Refuse {});
    count(&contest, &ballots(votes), &electorate, LotSource::None).unwrap()
}

pub(crate) fn result_of(transcript: &Transcript) -> MotionResult {
    match transcript.outcome {
        Outcome::Motion { result } => result,
        Outcome::Elected { .. } | Outcome::Unresolved { .. } => panic!("not a motion"),
    }
}

/// The result for a number of electors and votes in favour, against, abstaining.
fn result(rules: &MotionRules, entitled: u64, votes: (u64, u64, u64)) -> MotionResult {
    result_of(&vote(rules, voters(entitled), votes))
}

#[test]
fn nine_core_maintainers_with_one_recused_decide_by_a_majority_of_eight() {
    // A core team removes a module maintainer: those with a conflict of interest do not count.
    let majority = rules(vec![], vec![more_than(1, 2, ShareOf::Unrecused)]);
    let eight = voters(9).recusing(Tally::ONE);
    assert_eq!(result_of(&vote(&majority, eight, (4, 3, 1))), Failed);
    assert_eq!(result_of(&vote(&majority, eight, (5, 3, 0))), Passed);
}

#[test]
fn three_quarters_of_nine_are_seven_and_without_the_subject_six() {
    // A lead is removed by 75 % of the core team; whether the lead is in the base is a choice.
    let with = rules(vec![], vec![at_least(3, 4, ShareOf::Entitled)]);
    assert_eq!(result(&with, 9, (6, 0, 0)), Failed);
    assert_eq!(result(&with, 9, (7, 0, 0)), Passed);
    let without = rules(vec![], vec![at_least(3, 4, ShareOf::Unrecused)]);
    let others = voters(9).recusing(Tally::ONE);
    assert_eq!(result_of(&vote(&without, others, (6, 2, 0))), Passed);
    assert_eq!(result_of(&vote(&without, others, (5, 0, 0))), Failed);
}

#[test]
fn a_maintainer_is_admitted_by_three_net_votes_and_no_objection() {
    let lead = Threshold::MinimumLead { by: HEADS, number: 3 };
    let admission = rules(vec![], vec![lead.clone(), objections(0)]);
    assert_eq!(result(&admission, 5, (3, 0, 0)), Passed);
    assert_eq!(result(&admission, 5, (4, 1, 0)), Failed);
    assert_eq!(result(&admission, 5, (2, 0, 1)), Failed);
    // The lead alone is met by four against one.
    assert_eq!(result(&rules(vec![], vec![lead.clone()]), 5, (4, 1, 0)), Passed);
    assert_eq!(result(&rules(vec![], vec![lead]), 5, (3, 1, 0)), Failed);
}

#[test]
fn a_directed_fund_votes_at_a_meeting_or_by_mail() {
    // Quorum half of the representatives; a majority of those present at a meeting, of all
    // representatives without one; amendments need two thirds of the entire board.
    let half =
        Quorum::Present { by: HEADS, share: share(Bound::AtLeast, 1, 2), of: QuorumBase::Entitled };
    let meeting = rules(vec![half], vec![more_than(1, 2, ShareOf::Present)]);
    let at = |present: u64| voters(12).attended_by(Tally::ballots(present));
    assert_eq!(result_of(&vote(&meeting, at(6), (4, 2, 0))), Passed);
    assert_eq!(result_of(&vote(&meeting, at(6), (3, 3, 0))), Failed);
    assert_eq!(result_of(&vote(&meeting, at(6), (3, 1, 2))), Failed);
    assert_eq!(result_of(&vote(&meeting, at(5), (5, 0, 0))), NoDecision);
    // Somebody present who does not vote is present all the same.
    assert_eq!(result_of(&vote(&meeting, at(6), (4, 0, 0))), Passed);
    let by_mail = rules(vec![], vec![more_than(1, 2, ShareOf::Entitled)]);
    assert_eq!(result(&by_mail, 12, (6, 0, 0)), Failed);
    assert_eq!(result(&by_mail, 12, (7, 0, 0)), Passed);
    let amendment = rules(vec![], vec![at_least(2, 3, ShareOf::Entitled)]);
    assert_eq!(result(&amendment, 12, (7, 0, 0)), Failed);
    assert_eq!(result(&amendment, 12, (8, 4, 0)), Passed);
}

#[test]
fn sixty_percent_of_twelve_is_a_quorum_of_eight_and_seventy_percent_nine() {
    let quorum = Quorum::Share { by: HEADS, share: share(Bound::AtLeast, 3, 5) };
    let amendment = rules(vec![quorum], vec![at_least(7, 10, ShareOf::Entitled)]);
    assert_eq!(result(&amendment, 12, (7, 0, 0)), NoDecision);
    assert_eq!(result(&amendment, 12, (8, 0, 0)), Failed);
    assert_eq!(result(&amendment, 12, (9, 0, 0)), Passed);
}

#[test]
fn a_two_thirds_budget_depends_on_what_it_is_two_thirds_of() {
    let six = Quorum::AtLeast { by: HEADS, number: 6 };
    let of = |threshold| result(&rules(vec![six.clone()], vec![threshold]), 9, (4, 1, 1));
    assert_eq!(of(at_least(2, 3, ShareOf::YesAndNo)), Passed);
    assert_eq!(of(at_least(2, 3, ShareOf::Cast)), Passed);
    assert_eq!(of(more_than(2, 3, ShareOf::Cast)), Failed);
    assert_eq!(of(at_least(2, 3, ShareOf::Entitled)), Failed);
}

#[test]
fn an_oversight_committee_of_eleven_meets_with_eight_and_removes_by_two_thirds_of_the_others() {
    let quorum =
        Quorum::Present { by: HEADS, share: share(Bound::AtLeast, 2, 3), of: of_seats(11) };
    let meeting = rules(vec![quorum], vec![more_than(1, 2, ShareOf::Present)]);
    let at = |present: u64| voters(11).attended_by(Tally::ballots(present));
    assert_eq!(result_of(&vote(&meeting, at(8), (5, 3, 0))), Passed);
    assert_eq!(result_of(&vote(&meeting, at(8), (4, 3, 1))), Failed);
    assert_eq!(result_of(&vote(&meeting, at(7), (7, 0, 0))), NoDecision);
    let removal = rules(vec![], vec![at_least(2, 3, ShareOf::Unrecused)]);
    let others = voters(11).recusing(Tally::ONE);
    assert_eq!(result_of(&vote(&removal, others, (6, 0, 0))), Failed);
    assert_eq!(result_of(&vote(&removal, others, (7, 3, 0))), Passed);
}

#[test]
fn a_steering_committee_counts_its_seven_seats_though_two_are_vacant() {
    // Routine matters need a majority of the fixed seven, no confidence three quarters of them.
    let five_in_the_room = Quorum::PresentAtLeast { by: HEADS, number: 5 };
    let routine = rules(vec![five_in_the_room], vec![more_than(1, 2, seats(7))]);
    let at = |present: u64| voters(5).attended_by(Tally::ballots(present));
    assert_eq!(result_of(&vote(&routine, at(5), (3, 0, 2))), Failed);
    assert_eq!(result_of(&vote(&routine, at(5), (4, 0, 1))), Passed);
    assert_eq!(result_of(&vote(&routine, at(4), (4, 0, 0))), NoDecision);
    let no_confidence = rules(vec![], vec![at_least(3, 4, seats(7))]);
    assert_eq!(result(&no_confidence, 7, (5, 0, 0)), Failed);
    assert_eq!(result(&no_confidence, 7, (6, 1, 0)), Passed);
}

#[test]
fn a_technical_committee_needs_more_yes_than_no_and_a_third_of_its_seats() {
    // yes > no, and yes at least a third of the committee rounded up; a tie rejects.
    let motion = rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo), at_least(1, 3, seats(13))]);
    assert_eq!(result(&motion, 13, (4, 0, 0)), Failed);
    assert_eq!(result(&motion, 13, (5, 4, 4)), Passed);
    assert_eq!(result(&motion, 13, (5, 5, 3)), Failed);
    let charter = rules(vec![], vec![at_least(2, 3, seats(13))]);
    assert_eq!(result(&charter, 13, (8, 0, 0)), Failed);
    assert_eq!(result(&charter, 13, (9, 4, 0)), Passed);
}

#[test]
fn a_council_of_nine_needs_seven_recorded_consents_and_no_objection() {
    // All members but two consent, nobody objects; more than a third recused is no quorum.
    let all_but_two = Threshold::AllBut { by: HEADS, number: 2 };
    let at_most_a_third_recused =
        Quorum::ShareOf { by: HEADS, share: share(Bound::AtLeast, 2, 3), of: of_seats(9) };
    let consent = rules(vec![at_most_a_third_recused], vec![all_but_two, objections(0)]);
    assert_eq!(result(&consent, 9, (7, 0, 0)), Passed);
    assert_eq!(result(&consent, 9, (6, 0, 3)), Failed);
    assert_eq!(result(&consent, 9, (8, 1, 0)), Failed);
    let recused = |number: u64| voters(9).recusing(Tally::ballots(number));
    assert_eq!(result_of(&vote(&consent, recused(3), (4, 0, 2))), Passed);
    assert_eq!(result_of(&vote(&consent, recused(4), (5, 0, 0))), NoDecision);
}

#[test]
fn a_release_needs_three_approvals_and_more_than_objections_and_cannot_be_vetoed() {
    let release = rules(vec![], vec![minimum(3), more_than(1, 2, ShareOf::YesAndNo)]);
    assert_eq!(result(&release, 20, (3, 1, 0)), Passed);
    assert_eq!(result(&release, 20, (2, 0, 6)), Failed);
    assert_eq!(result(&release, 20, (3, 3, 0)), Failed);
}

#[test]
fn a_code_change_needs_three_approvals_and_one_veto_blocks_it() {
    // +1, 0 and -1 are yes, abstain and no.
    let code = rules(vec![], vec![minimum(3), objections(0)]);
    assert_eq!(result(&code, 20, (5, 1, 0)), Failed);
    assert_eq!(result(&code, 20, (5, 0, 2)), Passed);
    assert_eq!(result(&code, 20, (2, 0, 0)), Failed);
}

#[test]
fn lazy_consensus_takes_silence_for_consent() {
    // Nobody need say yes; whoever is silent stands in nobody's way.
    let lazy = rules(vec![], vec![objections(0)]);
    assert_eq!(result(&lazy, 20, (0, 0, 0)), Passed);
    assert_eq!(result(&lazy, 20, (9, 1, 0)), Failed);
    // Objections are overruled by two thirds of all who are entitled: silence then helps nobody.
    let overruled = rules(vec![], vec![at_least(2, 3, ShareOf::Entitled)]);
    assert_eq!(result(&overruled, 18, (11, 1, 0)), Failed);
    assert_eq!(result(&overruled, 18, (12, 1, 0)), Passed);
}

#[test]
fn a_members_meeting_needs_a_third_of_the_members_and_is_void_or_held_again_without() {
    let third = Quorum::Share { by: HEADS, share: share(Bound::AtLeast, 1, 3) };
    let mut meeting = rules(vec![third], vec![more_than(1, 2, ShareOf::YesAndNo)]);
    assert_eq!(result(&meeting, 300, (90, 9, 0)), NoDecision);
    assert_eq!(result(&meeting, 300, (60, 30, 10)), Passed);
    meeting.quorum_failure = QuorumFailure::Reopen;
    assert_eq!(result(&meeting, 300, (90, 9, 0)), Reopen);
    meeting.quorum_failure = QuorumFailure::Fails;
    assert_eq!(result(&meeting, 300, (90, 9, 0)), Failed);
}

#[test]
fn four_to_one_ejects_where_two_thirds_of_those_who_decide_are_needed() {
    // A council of five; who has a conflict must abstain, and is neutral.
    let mut ejection = rules(vec![], vec![at_least(2, 3, ShareOf::YesAndNo)]);
    ejection.abstention = Abstention::Neutral;
    assert_eq!(result(&ejection, 5, (4, 1, 0)), Passed);
    assert_eq!(result(&ejection, 5, (3, 2, 0)), Failed);
    assert_eq!(result(&ejection, 5, (2, 1, 2)), Passed);
}

#[test]
fn a_specification_needs_two_thirds_of_those_eligible_so_silence_counts_as_no() {
    let specification = rules(vec![], vec![at_least(2, 3, ShareOf::Entitled)]);
    assert_eq!(result(&specification, 30, (19, 0, 0)), Failed);
    assert_eq!(result(&specification, 30, (20, 10, 0)), Passed);
}

#[test]
fn two_classes_are_two_motions_and_each_needs_a_yes() {
    // 2/3 of one class and a majority of the other, at least one yes in each; abstentions count
    // for the quorum only. Eleven to twenty with two abstentions is 35 %.
    let two_thirds = rules(vec![], vec![at_least(2, 3, ShareOf::YesAndNo), minimum(1)]);
    let majority = rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo), minimum(1)]);
    assert_eq!(result(&two_thirds, 40, (11, 20, 2)), Failed);
    assert_eq!(result(&two_thirds, 40, (18, 0, 0)), Passed);
    assert_eq!(result(&majority, 8, (6, 0, 0)), Passed);
    assert_eq!(result(&majority, 8, (0, 0, 5)), Failed);
}

#[test]
fn who_was_present_must_be_known_where_a_rule_asks_and_nowhere_else() {
    let present =
        contest(&rules(vec![], vec![more_than(1, 2, ShareOf::Present)]), TieRule::Refuse {});
    assert!(present.rules().asks_presence());
    let refused = count(&present, &ballots((3, 0, 0)), &voters(5), LotSource::None);
    assert_eq!(refused, Err(CountError::PresenceNeeded));
    let not_asked = rules(vec![], vec![more_than(1, 2, ShareOf::Cast)]);
    assert!(!contest(&not_asked, TieRule::Refuse {}).rules().asks_presence());
}

#[test]
fn an_electorate_that_contradicts_itself_is_refused() {
    let motion = contest(&rules(vec![], vec![minimum(1)]), TieRule::Refuse {});
    let refused = |electorate: Electorate, votes| {
        count(&motion, &ballots(votes), &electorate, LotSource::None).unwrap_err()
    };
    let recused = |number: u64| voters(5).recusing(Tally::ballots(number));
    let present = |number: u64| voters(5).attended_by(Tally::ballots(number));
    let bad = |state, part, whole| CountError::BadElectorate { what: "voters", state, part, whole };
    assert_eq!(refused(recused(6), (0, 0, 0)), bad("recused", 6, 5));
    assert_eq!(refused(present(6), (0, 0, 0)), bad("present", 6, 5));
    let both = recused(2).attended_by(Tally::ballots(4));
    assert_eq!(refused(both, (0, 0, 0)), bad("present", 4, 3));
    // A recused voter's ballot does not count, so there cannot be more than the others'.
    let cast = CountError::MoreCastThanEntitled { what: "ballots", cast: 4, entitled: 3 };
    assert_eq!(refused(recused(2), (4, 0, 0)), cast);
    assert_eq!(refused(present(3), (2, 2, 0)), cast);
}

#[test]
fn conditions_show_their_arithmetic_and_a_percentage_rounded_down() {
    let motion = rules(
        vec![Quorum::ShareOf {
            by: HEADS,
            share: share(Bound::MoreThan, 1, 2),
            of: QuorumBase::Unrecused,
        }],
        vec![
            at_least(2, 3, ShareOf::YesAndNo),
            Threshold::MinimumLead { by: HEADS, number: 3 },
            Threshold::AllBut { by: HEADS, number: 4 },
        ],
    );
    let transcript = vote(&motion, voters(16).recusing(Tally::ONE), (8, 4, 1));
    for part in [
        "The quorum of more than 1/2 of the voters entitled and not recused is met: 13 of 15 is \
         86.6 % (13 × 2 = 26, 1 × 15 = 15).",
        "8 of 12 is 66.6 % (8 × 3 = 24, 2 × 12 = 24).",
        "The threshold of at least 3 more voters in favour than against is met: 8 in favour, 4 \
         against and 3 are 7.",
        "The threshold of all but at most 4 of the voters entitled and not recused in favour is \
         not met: 8 of 15 are, and with 4 they are 12.",
    ] {
        assert!(transcript.sentence.contains(part), "{part:?} is not in {}", transcript.sentence);
    }
}
