//! Casting votes: a tie waits for one, and is decided by it and by nothing else.

use tabulation::transcript::{CountRecord, TieResolution};
use tabulation::{
    CastingVote, Choice, CountError, Electorate, LotSeed, LotSource, MotionResult, OptionIndex,
    Outcome, Profile, Selection, ShareOf, TieRule, Transcript, count,
};

use crate::catalogue::{at_least, ballots, contest, minimum, more_than, result_of, rules, voters};
use crate::common::{index, options, plurality};

const CASTING: TieRule = TieRule::CastingVote {};

fn elect(source: LotSource<'_>) -> Result<Transcript, CountError> {
    let rules = crate::common::rules(plurality(), 1, CASTING);
    let contest = tabulation::Contest::new(rules, options(3)).unwrap();
    let one = |option| Selection::chosen([index(option)]);
    let profile = Profile::of([one(0), one(2), one(0), one(2), one(1)]).unwrap();
    count(&contest, &profile, &Electorate::of_those_who_voted(&profile), source)
}

fn motion(votes: (u64, u64, u64), source: LotSource<'_>) -> Transcript {
    let rules = rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo)]);
    count(&contest(&rules, CASTING), &ballots(votes), &voters(9), source).unwrap()
}

#[test]
fn without_the_casting_vote_a_tie_stays_open_and_is_no_error() {
    for source in [LotSource::None, LotSource::Seed(LotSeed::new([7; 32]))] {
        let transcript = elect(source).unwrap();
        let tied = vec![index(0), index(2)];
        assert_eq!(transcript.outcome, Outcome::Unresolved { winners: vec![], tied, open: 1 });
        assert_eq!(transcript.ties[0].resolution, TieResolution::Unresolved);
        assert!(transcript.ties[0].sentence.contains("the casting vote has not been given"));
        assert_eq!(transcript.lots, None);
    }
}

#[test]
fn the_casting_vote_decides_and_is_recorded_as_what_it_is() {
    let order: Vec<OptionIndex> = [2, 1, 0].map(index).to_vec();
    let transcript = elect(LotSource::Casting(CastingVote::Order(&order))).unwrap();
    assert_eq!(transcript.outcome.winners(), [index(2)]);
    assert_eq!(transcript.ties[0].resolution, TieResolution::CastingVote);
    assert_eq!(transcript.ties[0].decided, [index(2), index(0)]);
    let lots = transcript.lots.unwrap();
    assert_eq!((lots.seed, &lots.order, lots.draws.len()), (None, &order, 0));
    assert!(lots.sentence.starts_with("The casting vote gave this order"));
}

#[test]
fn a_casting_vote_that_is_none_is_refused() {
    for order in [&[0, 1][..], &[0, 1, 1], &[0, 1, 2, 3], &[]] {
        let order: Vec<OptionIndex> = order.iter().map(|&o| index(o)).collect();
        let refused = elect(LotSource::Casting(CastingVote::Order(&order)));
        assert_eq!(refused, Err(CountError::BadCastingVote));
    }
    let yes = LotSource::Casting(CastingVote::Motion(Choice::Yes));
    assert_eq!(elect(yes), Err(CountError::BadCastingVote));
    let motion = contest(&rules(vec![], vec![minimum(1)]), CASTING);
    for vote in [CastingVote::Motion(Choice::Abstain), CastingVote::Order(&[])] {
        let refused = count(&motion, &ballots((1, 1, 0)), &voters(2), LotSource::Casting(vote));
        assert_eq!(refused, Err(CountError::BadCastingVote));
    }
}

#[test]
fn a_casting_vote_that_the_rules_do_not_ask_for_changes_nothing() {
    let yes = LotSource::Casting(CastingVote::Motion(Choice::Yes));
    let rules = rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo)]);
    let refusing = contest(&rules, TieRule::Refuse {});
    let with = count(&refusing, &ballots((3, 3, 0)), &voters(9), yes).unwrap();
    let without = count(&refusing, &ballots((3, 3, 0)), &voters(9), LotSource::None).unwrap();
    assert_eq!(with, without);
    assert_eq!(result_of(&with), MotionResult::Failed);
    assert!(with.ties.is_empty());
}

#[test]
fn a_tied_motion_waits_for_the_casting_vote_and_follows_it() {
    let waiting = motion((3, 3, 2), LotSource::None);
    assert_eq!(result_of(&waiting), MotionResult::Tied);
    assert_eq!(waiting.ties[0].resolution, TieResolution::Unresolved);
    for (vote, expected) in
        [(Choice::Yes, MotionResult::Passed), (Choice::No, MotionResult::Failed)]
    {
        let decided = motion((3, 3, 2), LotSource::Casting(CastingVote::Motion(vote)));
        assert_eq!(result_of(&decided), expected);
        assert_eq!(decided.ties[0].resolution, TieResolution::CastingVote);
        let CountRecord::Motion(record) = &decided.count else { panic!("not a motion") };
        assert_eq!(record.casting, Some(vote));
        assert!(!record.thresholds[0].met);
        assert!(decided.sentence.ends_with("by the casting vote."), "{}", decided.sentence);
    }
}

#[test]
fn a_motion_that_is_not_tied_has_no_use_for_a_casting_vote() {
    let yes = LotSource::Casting(CastingVote::Motion(Choice::Yes));
    for votes in [(2, 3, 0), (3, 2, 0), (0, 0, 4)] {
        let with = motion(votes, yes);
        assert_eq!(result_of(&with), result_of(&motion(votes, LotSource::None)));
        assert!(with.ties.is_empty());
        let CountRecord::Motion(record) = &with.count else { panic!("not a motion") };
        assert_eq!(record.casting, None);
    }
}

#[test]
fn half_is_a_tie_only_where_more_than_half_is_all_that_is_missing() {
    let yes = LotSource::Casting(CastingVote::Motion(Choice::Yes));
    let half = || more_than(1, 2, ShareOf::YesAndNo);
    let result = |thresholds| {
        let contest = contest(&rules(vec![], thresholds), CASTING);
        result_of(&count(&contest, &ballots((4, 4, 0)), &voters(9), yes).unwrap())
    };
    assert_eq!(result(vec![half()]), MotionResult::Passed);
    assert_eq!(result(vec![more_than(2, 4, ShareOf::YesAndNo), minimum(4)]), MotionResult::Passed);
    assert_eq!(result(vec![half(), minimum(5)]), MotionResult::Failed);
    assert_eq!(result(vec![at_least(2, 3, ShareOf::YesAndNo)]), MotionResult::Failed);
    assert_eq!(result(vec![more_than(1, 2, ShareOf::Entitled)]), MotionResult::Failed);
}

#[test]
fn voters_read_that_a_casting_vote_decides() {
    let contest = contest(&rules(vec![], vec![more_than(1, 2, ShareOf::YesAndNo)]), CASTING);
    assert!(contest.rules().sentence().contains("the casting vote of the person named"));
    let rules = crate::common::rules(plurality(), 1, CASTING);
    assert!(rules.sentence().contains("casting vote"));
    assert!(!rules.may_draw_lots());
    let written = serde_json::to_value(&rules).unwrap();
    assert_eq!(written["ties"], serde_json::json!({"kind": "casting-vote"}));
}
