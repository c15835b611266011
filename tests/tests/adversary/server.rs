//! The dishonest server that changes what stands in the log, or does not show it. It holds the log's
//! key and signs a fresh checkpoint over whatever it shows.

use crypto::sign::SigningKey;
use election::audit::report::CheckId::{A03, A06, A07, A08, A10, A12, A13, A14, A15};
use election::audit::report::Verdict;
use election::pool::{Business, Technical};
use election::record::{Record, RecordLeaf};
use election::statement::{Body, Kind, Opened, PrincipalEntry};
use election::testing::{
    TestLog, TestPool, TestRng, TestVoter, anchor, copy_of, millis, motion, small_foundation,
};
use tabulation::Selection;

use crate::court::*;

/// The honest record, which every test of this file changes in one thing.
#[test]
fn the_untouched_records_are_verified() {
    let (business, technical) = small_foundation(VOTERS);
    assert_eq!(accused(&business), []);
    assert_eq!(accused(&technical), []);
    let kept = [business.checkpoint_at(0), business.checkpoint_at(17)];
    assert_eq!(accused_since(&business, &kept), []);
    let both = election::audit::audit_both(
        &business.record(),
        &technical.record(),
        &anchor(&business, &technical),
        &election::audit::Options::default(),
    );
    assert_eq!(both.verdict, Verdict::Verified);
}

// ---- Editing ------------------------------------------------------------------------------------

#[test]
fn an_edited_ballot_has_no_signature() {
    let mut log = business();
    let place = nth(&log, Kind::Ballot, 2);
    let Body::Ballot(mut ballot) = body_at(&log, place) else { panic!("a ballot") };
    ballot.selections.insert(election::testing::name("motion"), Selection::NO);
    let payload = Body::Ballot(ballot).encode().expect("encodable");
    log.leaves[place].statement = with_content(&log.leaves[place].statement, payload);
    let accusations = accused(&log);
    assert!(accusations.contains(&(A07, Some(place))), "{accusations:?}");
    // Another id is another box, which is why nobody gets as far as counting it.
    assert_eq!(accusations[0], (A06, Some(nth(&log, Kind::Closed, 0))));
}

#[test]
fn a_ballot_that_the_server_signs_itself_is_not_its_voters() {
    let mut log = business();
    let place = nth(&log, Kind::Ballot, 2);
    let body = body_at(&log, place);
    log.leaves[place].statement = TestLog::signed(&body, &[&log.log_key]);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A06, Some(place)), (A10, Some(place))]);
    assert!(first_words(&log).contains("wrong-key"));
}

#[test]
fn a_second_signature_on_a_ballot_is_one_too_many() {
    let mut log = business();
    let place = nth(&log, Kind::Ballot, 2);
    let key = copy_of(&log.log_key);
    log.leaves[place].statement.sign(&key).expect("one more");
    assert_eq!(accused(&log)[..2], [(A06, Some(place)), (A10, Some(place))]);
}

#[test]
fn a_space_in_a_leaf_is_no_leaf() {
    let log = business();
    let mut leaves = shown(&log);
    let place = nth(&log, Kind::Ballot, 2);
    let RecordLeaf::Shown(bytes) = &mut leaves[place] else { panic!("shown") };
    bytes.insert(1, b' ');
    let report = audit(&log, &log.record_of(leaves), &[]);
    assert_eq!(accusations(&report)[0], (A03, Some(place)));
}

#[test]
fn an_enrolment_under_another_key_is_not_the_one_the_invited_person_signed() {
    let mut log = business();
    let place = nth(&log, Kind::Enrolment, 1);
    let Body::Enrolment(mut enrolment) = body_at(&log, place) else { panic!("one") };
    let thief = SigningKey::generate(&mut TestRng::new("the server's own"));
    enrolment.key = thief.public();
    let honest = &log.leaves[place].statement;
    let invited = enrolment.invitation;
    let signature = *honest.signature_of(invited).expect("the invitation's");
    let mut forged = TestLog::signed(&Body::Enrolment(enrolment), &[&thief]);
    forged.attach(invited, signature).expect("another key");
    log.leaves[place].statement = forged;
    assert!(accused(&log).contains(&(A07, Some(place))));
}

// ---- Time ---------------------------------------------------------------------------------------

#[test]
fn a_backdated_leaf_is_named() {
    let mut log = business();
    let place = nth(&log, Kind::Ballot, 3);
    log.leaves[place].at = millis(log.leaves[place - 1].at.get() - 1);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A03, Some(place)), (A06, Some(place))]);
    assert!(first_words(&log).starts_with("A03"));
}

#[test]
fn a_ballot_taken_after_the_windows_end_is_named_even_where_the_closing_came_late() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let late = log.ballot(election, 0, &NO);
    log.now = log.state.election(&election).expect("known").manifest().window.closes_at;
    let key = copy_of(&log.voters[0].key);
    let place = log.leaves.len();
    log.force(&Body::Ballot(late), &[&key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A10, Some(place))]);
    assert!(first_words(&log).contains("outside-window"));
}

#[test]
fn an_opening_before_its_time_is_named() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    log.enrol(0);
    let manifest = log.seal(vec![motion()]);
    let log_key = copy_of(&log.log_key);
    let opened = Body::Opened(Opened { origin: log.origin.clone(), manifest });
    let place = log.leaves.len();
    log.force(&opened, &[&log_key]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("outside-window"));
}

#[test]
fn a_closing_before_its_time_is_named() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let closes_at = log.state.election(&election).expect("known").manifest().window.closes_at;
    let due = log.state.due(closes_at).expect("encodable").remove(0).body;
    let log_key = copy_of(&log.log_key);
    let place = log.leaves.len();
    log.force(&due, &[&log_key]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("early-close"));
}

#[test]
fn an_old_ballot_held_back_cannot_be_slipped_in_after_a_newer_one() {
    let (mut log, election) = open_motion::<Business>();
    let held_back = log.ballot(election, 0, &NO);
    log.vote(election, 0, &YES);
    let key = copy_of(&log.voters[0].key);
    let place = log.leaves.len();
    log.force(&Body::Ballot(held_back), &[&key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A10, Some(place))]);
    assert!(first_words(&log).contains("stale-ballot"));
}

// ---- Results ------------------------------------------------------------------------------------

#[test]
fn a_tally_altered_by_one_is_not_what_the_officers_signed() {
    let mut log = business();
    let place = nth(&log, Kind::Certificate, 0);
    let Body::Certificate(mut certificate) = body_at(&log, place) else { panic!("one") };
    certificate.weight += 1;
    let payload = Body::Certificate(certificate).encode().expect("encodable");
    log.leaves[place].statement = with_content(&log.leaves[place].statement, payload);
    // The effect then names a certificate that nobody signed.
    let effect = nth(&log, Kind::Effect, 0);
    let expected = [(A06, Some(place)), (A13, Some(place)), (A15, Some(effect))];
    assert_eq!(accused(&log), expected);
    assert!(first_words(&log).contains("certificate-mismatch"));
}

#[test]
fn a_transcript_altered_by_one_is_not_the_one_that_was_certified() {
    for which in 0..2 {
        let mut log = business();
        let content = log.artifacts.values_mut().nth(which).expect("two contests");
        let digit = content.iter().rposition(u8::is_ascii_digit).expect("a number");
        content[digit] = if content[digit] == b'9' { b'8' } else { content[digit] + 1 };
        assert_eq!(accused(&log), [(A12, Some(nth(&log, Kind::Certificate, 0)))]);
    }
}

#[test]
fn the_transcript_of_another_contest_under_a_contests_name_is_caught() {
    let mut log = business();
    let [one, two]: [Vec<u8>; 2] =
        log.artifacts.values().cloned().collect::<Vec<_>>().try_into().expect("two");
    let names: Vec<_> = log.artifacts.keys().copied().collect();
    log.artifacts = [(names[0], two), (names[1], one)].into();
    assert_eq!(accused(&log), [(A12, Some(nth(&log, Kind::Certificate, 0)))]);
}

#[test]
fn the_servers_signature_does_not_stand_for_an_officers() {
    let mut log = business();
    let place = nth(&log, Kind::Certificate, 0);
    let body = body_at(&log, place);
    let (officer, log_key) = (copy_of(&log.officers[0]), copy_of(&log.log_key));
    log.leaves[place].statement = TestLog::signed(&body, &[&officer, &log_key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(
        first_words(&log).contains("too-few-officers")
            || first_words(&log).contains("not-a-signer")
    );
}

#[test]
fn an_officer_of_the_other_pool_signs_for_nobody_here() {
    let (mut log, technical) = small_foundation(VOTERS);
    let place = nth(&log, Kind::Certificate, 0);
    let body = body_at(&log, place);
    let (own, other) = (copy_of(&log.officers[0]), copy_of(&technical.officers[1]));
    let log_key = copy_of(&log.log_key);
    log.leaves[place].statement = TestLog::signed(&body, &[&own, &other, &log_key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("not-a-signer"));
}

// ---- The roll -----------------------------------------------------------------------------------

#[test]
fn a_stranger_seated_after_the_freeze_votes_for_nobody() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let stranger = log.enrol(60);
    let ballot = log.ballot(election, stranger, &NO);
    let key = copy_of(&log.voters[stranger].key);
    let place = log.leaves.len();
    log.force(&Body::Ballot(ballot), &[&key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A10, Some(place))]);
    assert!(first_words(&log).contains("not-on-roll"));
}

#[test]
fn a_stranger_seated_by_the_servers_own_key_is_nobody() {
    let (mut log, _) = open_motion::<Business>();
    let entry = PrincipalEntry { origin: log.origin.clone(), principal: Business::principal(60) };
    let log_key = copy_of(&log.log_key);
    let place = log.leaves.len();
    log.force(&Body::Principal(entry), &[&log_key]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("not-a-signer"));
}

#[test]
fn the_servers_own_key_is_no_voters() {
    let mut log = business();
    log.enter(60);
    let registrar = copy_of(&log.officers[0]);
    let voter = TestVoter::<Business> {
        principal: Business::principal_id(60),
        person: Business::speakers(60)[0].clone(),
        invitation: SigningKey::generate(&mut TestRng::new("invitation")),
        key: copy_of(&log.log_key),
    };
    log.append(&Body::Invitation(log.invitation_of(&voter)), &[&registrar]);
    let place = log.leaves.len();
    log.force(&Body::Enrolment(log.enrolment_of(&voter)), &[&voter.invitation, &voter.key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A08, Some(place))]);
    assert!(first_words(&log).contains("key-in-use"));
}

// ---- Withholding --------------------------------------------------------------------------------

#[test]
fn a_ballot_of_a_closed_election_may_not_be_withheld() {
    let log = business();
    for place in [nth(&log, Kind::Ballot, 0), nth(&log, Kind::Ballot, 6)] {
        let report = audit(&log, &withholding(&log, &[place]), &[]);
        assert!(accusations(&report).contains(&(A14, Some(place))));
        let leaves = report.check(A03).map(|check| &check.verdict);
        assert_eq!(leaves, Some(&Verdict::Verified), "its hash is in its place all the same");
    }
}

#[test]
fn nothing_may_be_withheld_before_any_election_is_open() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    log.enrol(0);
    let place = nth(&log, Kind::Principal, 0);
    let report = audit(&log, &withholding(&log, &[place]), &[]);
    assert!(accusations(&report).contains(&(A14, Some(place))));
}

#[test]
fn what_is_withheld_while_an_election_is_open_is_never_called_verified() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    log.enter(60);
    // One ballot as it should be, and one statement that is no ballot: nobody can tell yet.
    let places = [nth(&log, Kind::Ballot, 0), nth(&log, Kind::Principal, VOTERS)];
    let report = audit(&log, &withholding(&log, &places), &[]);
    assert!(matches!(&report.verdict, Verdict::Incomplete { why } if why.starts_with("2 leaves")));
}

/// Tiles withhold whole bundles, so that an honest server with two elections at once hides ballots
/// of the closed one too while the other is open. That is no lie, and must not be called one.
#[test]
fn an_honest_server_that_withholds_whole_bundles_is_accused_of_nothing() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let first = log.open_election(vec![motion()]);
    log.vote(first, 0, &NO);
    let mut second = log.manifest(vec![motion()]);
    second.window.closes_at = second.window.closes_at.plus(86_400_000);
    let second = log.seal_manifest(&second);
    log.open(second);
    log.vote(second, 0, &NO);
    all_vote(&mut log, first);
    log.close(first);
    log.certify(first);
    let report = audit(&log, &withholding(&log, &(0..log.leaves.len()).collect::<Vec<_>>()), &[]);
    assert_eq!(refuting(&report), []);
    // The first bundle, founding and both elections; then a second one that is shown.
    for number in VOTERS..90 {
        log.enrol(number);
    }
    let bundle: Vec<_> = (0..256).collect();
    assert!(log.leaves.len() > 256);
    let report = audit(&log, &withholding(&log, &bundle), &[]);
    assert_eq!(refuting(&report), []);
    assert!(matches!(report.verdict, Verdict::Incomplete { .. }));
}

// ---- How it is done -----------------------------------------------------------------------------

/// The record with some leaves reduced to their hashes.
fn withholding<P: TestPool>(log: &TestLog<P>, places: &[usize]) -> Record<P> {
    let mut leaves = shown(log);
    for place in places {
        leaves[*place] = RecordLeaf::Withheld(leaves[*place].hash());
    }
    log.record_of(leaves)
}
