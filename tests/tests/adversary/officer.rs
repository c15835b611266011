//! The dishonest officer, alone or with others, and with the server's help where that is needed to
//! get the statement into the log at all.

use crypto::sign::SigningKey;
use election::audit::report::CheckId::{A06, A07, A09, A10, A12, A13};
use election::manifest::Manifest;
use election::pool::{Business, Pool, Technical};
use election::principal::{Mandate, WeightSchedule};
use election::roll::{Roll, RollEntry, VotingPower};
use election::statement::{
    Body, Cancel, Effect, Entry, Kind, Opened, PrincipalEntry, Reason, Rekey, StatementId,
    Suspension,
};
use election::tally::Artifact;
use election::testing::{TestLog, TestPool, TestRng, copy_of, motion, name, ranking, schulze, stv};
use tabulation::{MotionResult, OptionIndex, Outcome};

use crate::court::*;

// ---- Rules and times ----------------------------------------------------------------------------

#[test]
fn a_manifest_edited_after_the_sealing_is_another_election_that_nobody_opened() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let place = nth(&log, Kind::Manifest, 0);
    let Body::Manifest(mut manifest) = body_at(&log, place) else { panic!("one") };
    manifest.window.closes_at = manifest.window.closes_at.plus(1);
    let payload = Body::Manifest(manifest).encode().expect("encodable");
    log.leaves[place].statement = with_content(&log.leaves[place].statement, payload);
    let (opened, ballot) = (nth(&log, Kind::Opened, 0), nth(&log, Kind::Ballot, 0));
    let accusations = accused(&log);
    assert_eq!(accusations, [(A06, Some(opened)), (A07, Some(place)), (A10, Some(ballot))]);
    assert!(first_words(&log).contains("unknown-election"));
}

#[test]
fn a_manifest_with_other_rules_signed_anew_takes_none_of_the_ballots_with_it() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let honest = log.manifest(vec![schulze(&["ann", "bob", "cas"], 1)]);
    let election = log.seal_manifest(&honest);
    log.open(election);
    for voter in 0..VOTERS {
        log.vote(election, voter, &[("steering", ranking(&[1, 0]))]);
    }
    // The same election with two seats, in the first one's place in the log.
    let mut altered = honest.clone();
    altered.contests[0].rules.seats = 2;
    let place = nth(&log, Kind::Manifest, 0);
    log.leaves[place].statement = sealed(&log, &altered);
    let (opened, ballot) = (nth(&log, Kind::Opened, 0), nth(&log, Kind::Ballot, 0));
    assert_eq!(accused(&log), [(A06, Some(opened)), (A10, Some(ballot))]);
}

#[test]
fn a_second_manifest_with_other_rules_is_a_second_election_and_certifies_nothing() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let election = log.open_election(vec![schulze(&["ann", "bob", "cas"], 1)]);
    for voter in 0..VOTERS {
        log.vote(election, voter, &[("steering", ranking(&[1, 0]))]);
    }
    let second = log.seal(vec![schulze(&["ann", "bob", "cas"], 2)]);
    log.close(election);
    let mut certificate = log.count(election).certificate;
    certificate.manifest = second;
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("wrong-phase"));
}

#[test]
fn an_officer_opens_nothing() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    log.enrol(0);
    let manifest = log.seal(vec![motion()]);
    let opened = Body::Opened(Opened { origin: log.origin.clone(), manifest });
    let opens_at = log.state.election(&manifest).expect("known").manifest().window.opens_at;
    for (now, slug) in [(log.now, "outside-window"), (opens_at, "signature-missing")] {
        log.now = now;
        let officers = log.officer_seeds();
        let place = log.leaves.len();
        log.force(&opened, &[&officers[0], &officers[1]]);
        assert_eq!(accused(&log), [(A06, Some(place))]);
        assert!(first_words(&log).contains(slug), "{}", first_words(&log));
        log.leaves.pop();
    }
}

#[test]
fn an_election_that_is_open_cannot_be_cancelled() {
    let (mut log, election) = open_motion::<Business>();
    let officers = log.officer_seeds();
    let cancel = Body::Cancel(Cancel { origin: log.origin.clone(), manifest: election });
    let place = log.leaves.len();
    log.force(&cancel, &[&officers[0], &officers[1]]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("wrong-phase"));
}

#[test]
fn one_officer_alone_seals_nothing() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    log.enrol(0);
    let manifest = Body::Manifest(log.manifest(vec![motion()]));
    let officer = copy_of(&log.officers[0]);
    let place = log.leaves.len();
    log.force(&manifest, &[&officer]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("too-few-officers"));
}

// ---- The roll -----------------------------------------------------------------------------------

#[test]
fn a_roll_sealed_with_another_weight_is_not_the_logs() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let mut manifest = log.manifest(vec![motion()]);
    let entries = entries_of(&log, &manifest);
    let favoured = |(n, mut entry): (usize, RollEntry<Business>)| {
        if n == 2 {
            entry.weight = VotingPower::new(u64::from(entry.weight.get()) + 1).expect("a power");
        }
        entry
    };
    seal_roll(&mut manifest, entries.into_iter().enumerate().map(favoured));
    assert_roll_refuted(&mut log, manifest);
}

#[test]
fn a_roll_sealed_without_somebody_is_not_the_logs() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let mut manifest = log.manifest(vec![motion()]);
    let entries = entries_of(&log, &manifest);
    seal_roll(&mut manifest, entries.into_iter().skip(1));
    assert_roll_refuted(&mut log, manifest);
}

#[test]
fn a_weight_changed_after_the_freeze_does_not_count_in_the_certificate() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let mut member = Business::principal(1);
    member.weights = WeightSchedule::constant(VotingPower::new(9).expect("a power"));
    let registrar = copy_of(&log.officers[0]);
    let entry = PrincipalEntry { origin: log.origin.clone(), principal: member };
    log.append(&Body::Principal(entry), &[&registrar]);
    log.close(election);
    let mut certificate = log.count(election).certificate;
    // The member had 2.
    certificate.weight += 7;
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("weight of the votes cast"), "{}", first_words(&log));
}

#[test]
fn a_voter_suspended_mid_election_still_votes_and_a_count_without_them_is_refuted() {
    let (mut log, election) = open_motion::<Business>();
    let officers = log.officer_seeds();
    let suspension = Suspension {
        origin: log.origin.clone(),
        principal: Business::principal_id(2),
        reason: Reason::Standing,
    };
    log.append(&Body::Suspension(suspension), &[&officers[0], &officers[1]]);
    all_vote(&mut log, election);
    log.close(election);
    let honest = log.count(election).certificate;
    assert_eq!(honest.heads, VOTERS as u64);
    let mut without = honest.clone();
    without.heads -= 1;
    let place = certified(&mut log, without);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    log.leaves.pop();
    let place = certified(&mut log, honest);
    let (origin, log_key) = (log.origin.clone(), copy_of(&log.log_key));
    let certificate = election::statement::id_of(&log.leaves[place].statement);
    let effect = Effect { origin, manifest: election, certificate, grants: Vec::new() };
    log.force(&Body::Effect(effect), &[&log_key]);
    assert_eq!(accused(&log), []);
}

#[test]
fn a_delegate_replaced_mid_election_keeps_the_vote_and_the_new_one_has_none() {
    let (mut log, election) = open_motion::<Business>();
    let registrar = copy_of(&log.officers[0]);
    let mandate = Mandate {
        member: Business::principal_id(1),
        delegate: name("id:someone-new"),
        alternates: Vec::new(),
    };
    let fact = Entry { origin: log.origin.clone(), fact: mandate };
    log.append(&Body::Mandate(fact), &[&registrar]);
    let newcomer = {
        let mut voter = election::testing::TestVoter::<Business> {
            principal: Business::principal_id(1),
            person: name("id:someone-new"),
            invitation: SigningKey::generate(&mut TestRng::new("invitation")),
            key: SigningKey::generate(&mut TestRng::new("key")),
        };
        log.append(&Body::Invitation(log.invitation_of(&voter)), &[&registrar]);
        log.append(&Body::Enrolment(log.enrolment_of(&voter)), &[&voter.invitation, &voter.key]);
        std::mem::swap(&mut voter, &mut log.voters[0]);
        0
    };
    let ballot = log.ballot(election, newcomer, &NO);
    let key = copy_of(&log.voters[newcomer].key);
    let place = log.leaves.len();
    log.force(&Body::Ballot(ballot), &[&key]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A10, Some(place))]);
    assert!(first_words(&log).contains("not-a-speaker"), "{}", first_words(&log));
    log.leaves.pop();
    log.vote(election, 1, &YES);
    assert_eq!(accused(&log), []);
}

#[test]
fn one_officer_alone_takes_over_nobodys_vote() {
    let (mut log, _) = open_motion::<Business>();
    let invitation = SigningKey::generate(&mut TestRng::new("the officer's own"));
    let rekey = Rekey {
        origin: log.origin.clone(),
        ends: log.voters[0].key.public().id(),
        invitation: invitation.public(),
        reason: Reason::LostKey,
    };
    let officer = copy_of(&log.officers[0]);
    let place = log.leaves.len();
    log.force(&Body::Rekey(rekey), &[&officer]);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("too-few-officers"));
}

// ---- The result ---------------------------------------------------------------------------------

#[test]
fn another_outcome_that_officers_and_server_agree_on_is_refuted_by_the_recount_alone() {
    let (mut log, election) = open_motion::<Technical>();
    all_vote(&mut log, election);
    log.close(election);
    let mut certificate = log.count(election).certificate;
    certificate.results[0].outcome = Outcome::Motion { result: MotionResult::Failed };
    certificate.results[0].decisions.clear();
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A12, Some(place))]);
    assert!(first_words(&log).contains("passed") && first_words(&log).contains("failed"));
}

#[test]
fn a_tally_altered_by_one_in_a_transcript_that_all_sign_is_refuted_by_the_recount_alone() {
    let (mut log, election) = open_motion::<Technical>();
    all_vote(&mut log, election);
    log.close(election);
    let mut count = log.count(election);
    let text = String::from_utf8(count.contests[0].artifact.content.clone()).expect("JSON");
    let altered = text.replacen("\"heads\":5", "\"heads\":4", 1);
    assert_ne!(text, altered);
    let artifact = Artifact::new(altered.into_bytes());
    count.certificate.results[0].transcript = artifact.sha256;
    log.artifacts.insert(artifact.sha256, artifact.content);
    let place = certified(&mut log, count.certificate);
    assert_eq!(accused(&log), [(A12, Some(place))]);
    assert!(first_words(&log).contains("transcript"));
}

#[test]
fn another_winner_than_the_count_gives_is_refuted_by_the_recount_alone() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let election = log.open_election(vec![stv(&["ann", "bob", "cas"], 1)]);
    for voter in 0..VOTERS {
        log.vote(election, voter, &[("council", ranking(&[1, 0]))]);
    }
    log.close(election);
    let mut certificate = log.count(election).certificate;
    let winners = vec![OptionIndex::new(0)];
    let result = &mut certificate.results[0];
    result.outcome = Outcome::Elected { winners, unfilled: 0 };
    let manifest = log.state.election(&election).expect("known").manifest();
    let contest = &manifest.contests[0];
    result.decisions =
        election::pool::Question::decide(&contest.question, &result.outcome, &contest.options);
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A12, Some(place))]);
}

#[test]
fn a_decision_that_does_not_follow_from_the_outcome_is_refused() {
    let (mut log, election) = open_motion::<Technical>();
    all_vote(&mut log, election);
    log.close(election);
    let mut certificate = log.count(election).certificate;
    certificate.results[0].decisions.clear();
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("decision"));
}

#[test]
fn lots_are_drawn_with_the_secrets_that_were_promised() {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..2);
    let election = log.open_election(vec![schulze(&["ann", "bob"], 1)]);
    log.vote(election, 0, &[("steering", ranking(&[0, 1]))]);
    log.vote(election, 1, &[("steering", ranking(&[1, 0]))]);
    log.close(election);
    let mut certificate = log.count(election).certificate;
    certificate.lots[0].secret.0[0] ^= 1;
    let place = certified(&mut log, certificate);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("bad-lots"));
}

#[test]
fn an_election_is_certified_once() {
    let (mut log, election) = open_motion::<Technical>();
    all_vote(&mut log, election);
    log.close(election);
    log.certify(election);
    let mut again = log.count(election).certificate;
    again.results[0].outcome = Outcome::Motion { result: MotionResult::Failed };
    again.results[0].decisions.clear();
    let place = certified(&mut log, again);
    assert_eq!(accused(&log), [(A06, Some(place))]);
    assert!(first_words(&log).contains("wrong-phase"));
}

// ---- How it is done -----------------------------------------------------------------------------

/// A certificate that two officers and the log sign, and its place.
fn certified<P: TestPool>(
    log: &mut TestLog<P>,
    certificate: election::certificate::Certificate<P>,
) -> usize {
    let known: Vec<StatementId> = log.state.elections().map(|(id, _)| *id).collect();
    for id in known {
        let closed = log
            .state
            .election(&id)
            .is_some_and(|election| election.step(election::state::Phase::Closed).is_some());
        if closed {
            for contest in log.count(id).contests {
                log.artifacts.insert(contest.artifact.sha256, contest.artifact.content);
            }
        }
    }
    let (officers, log_key) = (log.officer_seeds(), copy_of(&log.log_key));
    log.force(&Body::Certificate(certificate), &[&officers[0], &officers[1], &log_key]);
    log.leaves.len() - 1
}

fn sealed<P: TestPool>(log: &TestLog<P>, manifest: &Manifest<P>) -> crypto::envelope::Envelope {
    let officers = log.officer_seeds();
    TestLog::signed(&Body::Manifest(manifest.clone()), &[&officers[0], &officers[1]])
}

fn entries_of<P: TestPool>(log: &TestLog<P>, manifest: &Manifest<P>) -> Vec<RollEntry<P>> {
    let roll = log.state.freeze_roll(&manifest.electorate, manifest.window.opens_at);
    roll.expect("somebody is entitled").entries().cloned().collect()
}

fn seal_roll<P: Pool>(manifest: &mut Manifest<P>, entries: impl Iterator<Item = RollEntry<P>>) {
    let roll = Roll::new(entries).expect("a roll");
    manifest.roll.root = roll.root().expect("encodable");
    manifest.roll.heads = roll.heads();
    manifest.roll.weight = roll.weight();
}

fn assert_roll_refuted<P: TestPool>(log: &mut TestLog<P>, manifest: Manifest<P>) {
    let officers = log.officer_seeds();
    let place = log.leaves.len();
    log.force(&Body::Manifest(manifest), &[&officers[0], &officers[1]]);
    assert_eq!(accused(log), [(A06, Some(place)), (A09, Some(place))]);
    assert!(first_words(log).contains("roll-mismatch"));
}
