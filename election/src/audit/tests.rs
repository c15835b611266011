//! Each check refuted at least once, by a record with one thing wrong with it. A dishonest server
//! holds the log's key and signs whatever it likes, so every record here has a valid checkpoint
//! unless its test is about that.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crypto::envelope::Envelope;
use crypto::sign::SigningKey;
use tabulation::{MotionResult, Outcome, Selection};

use super::report::{CheckId, Finding, Report, Verdict};
use super::*;
use crate::leaf::Leaf;
use crate::manifest::Electorate;
use crate::question::TechnicalQuestion;
use crate::record::RecordLeaf;
use crate::statement::{Kind, PrincipalEntry, StatementId};
use crate::testing::{
    TestLog, TestPool, TestRng, admission, anchor, copy_of, line, millis, motion, name, pass,
    plurality, ranking, schulze, small_foundation,
};

const VOTERS: usize = 5;

fn audit<P: TestPool>(log: &TestLog<P>, record: &Record<P>) -> Report {
    audit_since(log, record, Vec::new())
}

fn audit_since<P: TestPool>(log: &TestLog<P>, record: &Record<P>, since: Vec<String>) -> Report {
    let anchor = log.anchor();
    let options = Options { since, ..Options::default() };
    audit_pool(record, Trusted::new(log.foundation, &anchor), &options)
}

/// The checks that refute a record.
fn refuting(report: &Report) -> Vec<CheckId> {
    let refuted = |check: &&Check| matches!(check.verdict, Verdict::Refuted { .. });
    report.checks.iter().filter(refuted).map(|check| check.id).collect()
}

/// What a check found wrong.
fn finding(report: &Report, id: CheckId) -> Finding {
    match &report.check(id).expect("the check ran").verdict {
        Verdict::Refuted { finding } => finding.clone(),
        other @ (Verdict::Verified | Verdict::Incomplete { .. }) => panic!("{id} says {other:?}"),
    }
}

fn shown<P: TestPool>(log: &TestLog<P>) -> Vec<RecordLeaf> {
    log.leaf_bytes().into_iter().map(RecordLeaf::Shown).collect()
}

/// The place of the first statement of a kind.
fn first<P: TestPool>(log: &TestLog<P>, kind: Kind) -> usize {
    let is =
        |leaf: &Leaf| leaf.statement.payload_type().contains(&format!(".{}+", kind.slug::<P>()));
    log.leaves.iter().position(is).expect("there is one")
}

fn business() -> TestLog<Business> {
    small_foundation(VOTERS).0
}

/// A business log with one open election on a motion and some voters.
fn open_business() -> (TestLog<Business>, StatementId) {
    let mut log = TestLog::<Business>::found("vote.example.org");
    for number in 0..VOTERS {
        log.enrol(number);
    }
    let election = log.open_election(vec![motion()]);
    (log, election)
}

fn yes() -> [(&'static str, Selection); 1] {
    [("motion", Selection::YES)]
}

fn no() -> [(&'static str, Selection); 1] {
    [("motion", Selection::NO)]
}

#[test]
fn an_honest_foundation_is_verified_on_one_thread_and_on_several() {
    let (business, technical) = small_foundation(VOTERS);
    let anchor = anchor(&business, &technical);
    for threads in 1..4 {
        let threads = NonZeroUsize::new(threads).expect("positive");
        let since = vec![business.checkpoint_at(7), technical.checkpoint_at(0)];
        let options = Options { threads, since, ..Options::default() };
        let report = audit_both(&business.record(), &technical.record(), &anchor, &options);
        for check in report.checks() {
            assert_eq!(check.verdict, Verdict::Verified, "{}", check.id);
        }
        assert_eq!(report.verdict, Verdict::Verified);
        let ids: Vec<_> =
            report.technical.checks.iter().chain(&report.joint).map(|c| c.id).collect();
        assert_eq!(ids, CheckId::ALL);
        let items = |id| report.business.check(id).expect("ran").items;
        assert_eq!(items(CheckId::A03), business.leaves.len() as u64);
        assert_eq!(items(CheckId::A10), VOTERS as u64 + 2);
        assert_eq!(items(CheckId::A11), VOTERS as u64);
        assert_eq!(items(CheckId::A12), 2 * VOTERS as u64);
        assert_eq!(items(CheckId::A13), 1);
        let counted = report.technical.elections.iter().flat_map(|e| &e.contests);
        assert_eq!(counted.filter(|contest| contest.transcript.is_some()).count(), 2);
    }
}

#[test]
fn a_record_survives_its_file_and_audits_the_same() {
    let log = business();
    let file = log.record().to_file().expect("writable");
    let read = crate::record::parse(&file).expect("readable");
    let AnyRecord::Business(read) = read else { panic!("of the other pool") };
    assert_eq!(audit(&log, &read), audit(&log, &log.record()));
}

#[test]
fn the_log_of_another_foundation_is_not_the_anchors() {
    let log = business();
    let other = TestLog::<Business>::found("elsewhere.example.org");
    assert_eq!(refuting(&audit(&log, &other.record())), [CheckId::A01, CheckId::A02]);
}

#[test]
fn a_second_genesis_under_the_same_origin_is_caught_by_the_anchor() {
    let log = business();
    let mut fork = TestLog::<Business>::found("vote.example.org");
    fork.leaves.clear();
    fork.state = crate::state::PoolState::new(fork.origin.clone());
    let mut genesis = fork.genesis();
    genesis.name = line("Example Foundation, but ours");
    let officers = fork.officer_seeds();
    fork.append(&Body::Genesis(genesis), &officers.iter().collect::<Vec<_>>());
    let report = audit(&log, &fork.record());
    assert_eq!(refuting(&report), [CheckId::A01]);
    assert_eq!(
        finding(&report, CheckId::A01).expected,
        format!("the genesis {}", log.anchor().genesis)
    );
}

#[test]
fn a_checkpoint_of_another_key_is_refused() {
    let log = business();
    let mut thief = business();
    thief.log_key = SigningKey::generate(&mut TestRng::new("thief"));
    let record = thief.record();
    assert_eq!(refuting(&audit(&log, &record)), [CheckId::A02]);
}

#[test]
fn a_dropped_leaf_does_not_fit_the_checkpoint() {
    let log = business();
    let honest = log.record();
    let mut leaves = shown(&log);
    leaves.pop();
    let checkpoint = honest.checkpoint().to_owned();
    let record = Record::new(log.origin.clone(), leaves, log.artifacts.clone(), checkpoint);
    assert_eq!(refuting(&audit(&log, &record)), [CheckId::A02, CheckId::A03]);
}

#[test]
fn two_leaves_in_another_order_have_another_root() {
    let log = business();
    let mut leaves = shown(&log);
    let ballot = first(&log, Kind::Ballot);
    // Both carry the same time, so that only the root can tell.
    let (mut a, mut b) = (log.leaves[ballot].clone(), log.leaves[ballot + 1].clone());
    (a.at, b.at) = (b.at, b.at);
    leaves[ballot] = RecordLeaf::Shown(b.encode().expect("fits"));
    leaves[ballot + 1] = RecordLeaf::Shown(a.encode().expect("fits"));
    let checkpoint = log.record().checkpoint().to_owned();
    let record = Record::new(log.origin.clone(), leaves, log.artifacts.clone(), checkpoint);
    let report = audit(&log, &record);
    assert_eq!(refuting(&report), [CheckId::A03]);
    assert!(finding(&report, CheckId::A03).expected.contains("root"));
}

#[test]
fn a_backdated_leaf_is_named() {
    let mut log = business();
    let ballot = first(&log, Kind::Ballot) + 1;
    log.leaves[ballot].at = millis(log.leaves[ballot - 1].at.get() - 1);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report).first(), Some(&CheckId::A03));
    assert_eq!(finding(&report, CheckId::A03).leaf.map(|leaf| leaf.0), Some(ballot as u64));
}

#[test]
fn a_leaf_that_is_not_canonical_is_named_and_nothing_after_it_counts_as_replayed() {
    let log = business();
    let mut leaves = shown(&log);
    let RecordLeaf::Shown(bytes) = &mut leaves[9] else { panic!("shown") };
    bytes.push(b' ');
    let report = audit(&log, &log.record_of(leaves));
    assert_eq!(refuting(&report).first(), Some(&CheckId::A03));
    assert_eq!(finding(&report, CheckId::A03).leaf.map(|leaf| leaf.0), Some(9));
    let replay = report.check(CheckId::A06).expect("ran");
    assert!(matches!(replay.verdict, Verdict::Incomplete { .. }));
}

#[test]
fn a_fork_does_not_continue_an_older_checkpoint() {
    let mut log = business();
    let seen = log.checkpoint_at(12);
    assert_eq!(audit_since(&log, &log.record(), vec![seen.clone()]).verdict, Verdict::Verified);
    log.leaves.truncate(11);
    log.enter(77);
    log.enter(78);
    let report = audit_since(&log, &log.record_of(shown(&log)), vec![seen.clone()]);
    assert_eq!(refuting(&report).first(), Some(&CheckId::A04));
    assert!(finding(&report, CheckId::A04).expected.contains("size 12"));
    log.leaves.truncate(10);
    let report = audit_since(&log, &log.record_of(shown(&log)), vec![seen]);
    assert_eq!(refuting(&report).first(), Some(&CheckId::A04));
}

#[test]
fn an_older_checkpoint_that_the_log_never_signed_proves_nothing() {
    let log = business();
    let mut thief = business();
    thief.log_key = SigningKey::generate(&mut TestRng::new("thief"));
    let report = audit_since(&log, &log.record(), vec![thief.checkpoint_at(3)]);
    let check = report.check(CheckId::A04).expect("ran");
    assert!(matches!(check.verdict, Verdict::Incomplete { .. }));
    assert!(matches!(report.verdict, Verdict::Incomplete { .. }));
}

#[test]
fn a_ballot_of_the_other_pool_is_no_statement_of_this_one() {
    let (mut log, technical) = small_foundation(VOTERS);
    let mut leaf = technical.leaves[first(&technical, Kind::Ballot)].clone();
    leaf.at = log.now.plus(1);
    log.leaves.push(leaf);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A05]);
    let found = finding(&report, CheckId::A05);
    assert_eq!(found.leaf.map(|leaf| leaf.0), Some(log.leaves.len() as u64 - 1));
    assert!(found.found.contains("technical pool"));
}

#[test]
fn a_statement_for_another_foundations_log_is_named() {
    let mut log = business();
    let other = TestLog::<Business>::found("elsewhere.example.org");
    let entry = PrincipalEntry { origin: other.origin.clone(), principal: Business::principal(99) };
    let registrar = copy_of(&log.officers[0]);
    log.force(&Body::Principal(entry), &[&registrar]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A05, CheckId::A06]);
}

#[test]
fn a_dropped_enrolment_shows_at_the_ballot_that_needed_it() {
    let mut log = business();
    let enrolment = first(&log, Kind::Enrolment);
    log.leaves.remove(enrolment);
    let report = audit(&log, &log.record_of(shown(&log)));
    // The replay stops at the first statement that cannot stand; the rest is worked out beside it.
    assert_eq!(refuting(&report).first(), Some(&CheckId::A06));
    assert!(refuting(&report).contains(&CheckId::A10));
}

#[test]
fn a_replayed_ballot_is_refused() {
    let mut log = business();
    let ballot = first(&log, Kind::Ballot);
    let mut again = log.leaves[ballot].clone();
    again.at = log.leaves[ballot].at;
    log.leaves.insert(ballot + 1, again);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report).first(), Some(&CheckId::A06));
    let found = finding(&report, CheckId::A06);
    assert_eq!(found.leaf.map(|leaf| leaf.0), Some(ballot as u64 + 1));
    assert!(found.found.starts_with("already-logged"));
}

#[test]
fn a_signature_that_does_not_verify_is_named() {
    let mut log = business();
    let ballot = first(&log, Kind::Ballot);
    let honest = log.leaves[ballot].statement.clone();
    let mut forged = Envelope::new(honest.payload_type(), honest.payload()).expect("within limits");
    let signer = honest.signatures()[0].keyid();
    let other = log.leaves[ballot + 1].statement.signatures()[0].sig();
    forged.attach(signer, *other).expect("the first");
    log.leaves[ballot].statement = forged;
    for threads in [1, 3] {
        let anchor = log.anchor();
        let threads = NonZeroUsize::new(threads).expect("positive");
        let options = Options { threads, ..Options::default() };
        let record = log.record_of(shown(&log));
        let report = audit_pool(&record, Trusted::new(log.foundation, &anchor), &options);
        assert_eq!(refuting(&report), [CheckId::A07]);
        let found = finding(&report, CheckId::A07);
        assert_eq!(found.leaf.map(|leaf| leaf.0), Some(ballot as u64));
        assert_eq!(found.expected, format!("a valid signature by key {signer}"));
    }
}

#[test]
fn an_officers_key_is_not_enrolled_as_a_voters() {
    let (mut log, _) = open_business();
    log.enter(50);
    let registrar = copy_of(&log.officers[0]);
    let mut rng = TestRng::new("invitation");
    let voter = crate::testing::TestVoter::<Business> {
        principal: Business::principal_id(50),
        person: Business::speakers(50)[0].clone(),
        invitation: SigningKey::generate(&mut rng),
        key: copy_of(&registrar),
    };
    log.append(&Body::Invitation(log.invitation_of(&voter)), &[&registrar]);
    let enrolment = Body::Enrolment(log.enrolment_of(&voter));
    log.force(&enrolment, &[&voter.invitation, &voter.key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A08]);
    assert!(finding(&report, CheckId::A08).found.contains("officer key"));
}

#[test]
fn a_roll_that_leaves_somebody_out_is_caught() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    for number in 0..VOTERS {
        log.enrol(number);
    }
    let mut manifest = log.manifest(vec![motion()]);
    let roll =
        log.state.freeze_roll(&manifest.electorate, manifest.window.opens_at).expect("a roll");
    let short = crate::roll::Roll::new(roll.entries().skip(1).cloned()).expect("a roll");
    manifest.roll.root = short.root().expect("encodable");
    manifest.roll.heads = short.heads();
    manifest.roll.weight = short.weight();
    let officers = log.officer_seeds();
    log.force(&Body::Manifest(manifest), &[&officers[0], &officers[1]]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A09]);
    assert!(finding(&report, CheckId::A09).expected.contains("5 entitled"));
}

#[test]
fn a_roll_read_before_a_late_member_is_caught() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    for number in 0..VOTERS {
        log.enrol(number);
    }
    let manifest = log.manifest(vec![motion()]);
    log.enter(60);
    let officers = log.officer_seeds();
    log.force(&Body::Manifest(manifest), &[&officers[0], &officers[1]]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A09]);
    assert!(finding(&report, CheckId::A09).expected.starts_with("no change of the roll"));
}

#[test]
fn an_old_ballot_that_was_held_back_cannot_be_slipped_in_later() {
    let (mut log, election) = open_business();
    let held_back = log.ballot(election, 0, &no());
    log.vote(election, 0, &yes());
    let key = copy_of(&log.voters[0].key);
    log.force(&Body::Ballot(held_back), &[&key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A10]);
    assert!(finding(&report, CheckId::A06).found.starts_with("stale-ballot"));
    assert!(finding(&report, CheckId::A10).found.contains("no ballot before"));
}

#[test]
fn a_ballot_after_the_close_is_caught() {
    let (mut log, election) = open_business();
    let late = log.ballot(election, 0, &no());
    log.close(election);
    let key = copy_of(&log.voters[0].key);
    log.force(&Body::Ballot(late), &[&key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A10]);
}

#[test]
fn a_ballot_with_somebody_elses_key_is_caught() {
    let (mut log, election) = open_business();
    let ballot = log.ballot(election, 0, &no());
    let key = copy_of(&log.voters[1].key);
    log.force(&Body::Ballot(ballot), &[&key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A10]);
}

#[test]
fn a_box_closed_without_one_of_its_ballots_is_caught() {
    let (mut log, election) = open_business();
    log.vote(election, 0, &yes());
    let closes_at = log.state.election(&election).expect("known").manifest().window.closes_at;
    let due = log.state.due(closes_at).expect("encodable");
    let stale = due.into_iter().next().expect("the closing").body;
    log.vote(election, 1, &yes());
    log.now = closes_at;
    let key = copy_of(&log.log_key);
    log.force(&stale, &[&key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A11]);
    assert!(finding(&report, CheckId::A11).expected.contains("of 2 principals"));
}

#[test]
fn an_outcome_that_officers_and_log_agree_to_alter_is_caught_by_the_recount_alone() {
    let (mut log, election) = open_business();
    for voter in 0..VOTERS {
        log.vote(election, voter, &yes());
    }
    log.close(election);
    let count = log.count(election);
    for contest in &count.contests {
        log.artifacts.insert(contest.artifact.sha256, contest.artifact.content.clone());
    }
    let mut certificate = count.certificate;
    certificate.results[0].outcome = Outcome::Motion { result: MotionResult::Failed };
    certificate.results[0].decisions.clear();
    let (officers, log_key) = (log.officer_seeds(), copy_of(&log.log_key));
    log.append(&Body::Certificate(certificate), &[&officers[0], &officers[1], &log_key]);
    let report = audit(&log, &log.record());
    assert_eq!(refuting(&report), [CheckId::A12]);
    let found = finding(&report, CheckId::A12);
    assert!(found.expected.contains("passed") && found.found.contains("failed"), "{found}");
}

#[test]
fn an_altered_transcript_is_caught_and_a_missing_one_is_said_to_be_missing() {
    let mut log = business();
    let name = *log.artifacts.keys().next().expect("a transcript");
    let mut content = log.artifacts[&name].clone();
    let digit = content.iter().rposition(u8::is_ascii_digit).expect("a number");
    content[digit] = if content[digit] == b'7' { b'8' } else { b'7' };
    log.artifacts.insert(name, content);
    let report = audit(&log, &log.record());
    assert_eq!(refuting(&report), [CheckId::A12]);
    assert!(finding(&report, CheckId::A12).expected.contains(&name.to_string()));
    log.artifacts = BTreeMap::new();
    let report = audit(&log, &log.record());
    assert_eq!(refuting(&report), []);
    assert!(matches!(&report.verdict, Verdict::Incomplete { why } if why.contains("transcript")));
}

#[test]
fn an_officer_of_the_other_pool_certifies_nothing() {
    let (mut log, election) = open_business();
    log.vote(election, 0, &yes());
    log.close(election);
    let count = log.count(election);
    for contest in &count.contests {
        log.artifacts.insert(contest.artifact.sha256, contest.artifact.content.clone());
    }
    let technical = TestLog::<Technical>::found("vote.example.org");
    let (own, other) = (copy_of(&log.officers[0]), copy_of(&technical.officers[0]));
    let log_key = copy_of(&log.log_key);
    log.force(&Body::Certificate(count.certificate), &[&own, &other, &log_key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A13]);
    assert!(finding(&report, CheckId::A06).found.starts_with("not-a-signer"));
    assert!(finding(&report, CheckId::A13).found.contains(&other.public().id().to_string()));
}

#[test]
fn a_ballot_withheld_after_the_close_is_caught() {
    let log = business();
    let mut leaves = shown(&log);
    let ballot = first(&log, Kind::Ballot);
    leaves[ballot] = RecordLeaf::Withheld(leaves[ballot].hash());
    let report = audit(&log, &log.record_of(leaves));
    assert_eq!(finding(&report, CheckId::A14).leaf.map(|leaf| leaf.0), Some(ballot as u64));
    // The root still fits: withholding is not altering.
    assert_eq!(report.check(CheckId::A03).map(|check| &check.verdict), Some(&Verdict::Verified));
}

#[test]
fn an_open_election_withholds_its_ballots_and_the_audit_says_it_is_not_finished() {
    let (mut log, election) = open_business();
    log.vote(election, 0, &yes());
    log.vote(election, 1, &no());
    let record = log.record();
    let withheld = |leaf: &&RecordLeaf| matches!(leaf, RecordLeaf::Withheld(_));
    assert_eq!(record.leaves().iter().filter(withheld).count(), 2);
    let report = audit(&log, &record);
    assert_eq!(refuting(&report), []);
    assert!(matches!(&report.verdict, Verdict::Incomplete { why } if why.starts_with("2 leaves")));
}

/// A log on which contributor 2 was admitted to the compiler, not executed yet.
fn admitted() -> (TestLog<Technical>, StatementId) {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    for number in 0..3 {
        log.enrol(number);
    }
    let certificate = pass(&mut log, vec![admission("compiler", 2)], 3);
    (log, certificate)
}

#[test]
fn a_certificate_without_its_effect_is_pending_until_the_log_goes_on_without_it() {
    let (mut log, certificate) = admitted();
    let report = audit(&log, &log.record());
    assert_eq!(refuting(&report), []);
    assert!(matches!(&report.verdict, Verdict::Incomplete { why } if why.contains("pending")));
    log.enter(9);
    let report = audit(&log, &log.record());
    assert_eq!(refuting(&report), [CheckId::A15]);
    assert_eq!(finding(&report, CheckId::A15).statement, Some(certificate));
    log.execute();
    assert_eq!(audit(&log, &log.record()).verdict, Verdict::Verified);
}

#[test]
fn an_effect_that_says_more_than_its_certificate_is_caught_twice() {
    let (mut log, _) = admitted();
    let due = log.state.due(log.now).expect("encodes").remove(0);
    let Body::Effect(mut effect) = due.body else { panic!("an effect") };
    effect.grants[0].person = name("github:mallory");
    let log_key = copy_of(&log.log_key);
    log.force(&Body::Effect(effect), &[&log_key]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A15]);
    assert!(finding(&report, CheckId::A06).found.starts_with("effect-mismatch"));
    let found = finding(&report, CheckId::A15);
    assert!(found.found.contains("mallory") && found.expected.contains("contributor-000002"));
}

#[test]
fn an_effect_by_an_officer_is_caught_twice() {
    let (mut log, _) = admitted();
    let due = log.state.due(log.now).expect("encodes").remove(0);
    let officer = copy_of(&log.officers[0]);
    log.force(&due.body, &[&officer]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A15]);
}

#[test]
fn a_roll_of_maintainers_is_worked_out_from_the_certificates() {
    let (mut log, _) = admitted();
    log.execute();
    let mut manifest = log.manifest(vec![motion()]);
    log.freeze(&mut manifest, Electorate::Maintainers { module: name("jit") });
    log.seal_manifest(&manifest);
    assert_eq!(audit(&log, &log.record()).verdict, Verdict::Verified);
    let everybody = manifest.roll.clone();
    let mut second = log.manifest(vec![motion()]);
    assert_ne!(second.roll.root, everybody.root);
    second.electorate = manifest.electorate;
    let officers = log.officer_seeds();
    log.force(&Body::Manifest(second), &[&officers[0], &officers[1]]);
    let report = audit(&log, &log.record_of(shown(&log)));
    assert_eq!(refuting(&report), [CheckId::A06, CheckId::A09]);
}

fn audit_joint(business: &TestLog<Business>, technical: &TestLog<Technical>) -> JointReport {
    let anchor = anchor(business, technical);
    audit_both(&business.record(), &technical.record(), &anchor, &Options::default())
}

fn joint_refutation(report: &JointReport) -> (CheckId, String) {
    let (id, finding) = super::report::first_failure(&report.joint).expect("refuted");
    (id, finding.found.clone())
}

#[test]
fn two_logs_of_two_foundations_do_not_make_one() {
    let (business, _) = small_foundation(VOTERS);
    let technical = TestLog::<Technical>::found("elsewhere.example.org");
    let (id, _) = joint_refutation(&audit_joint(&business, &technical));
    assert_eq!(id, CheckId::A20);
}

#[test]
fn one_officer_key_for_both_pools_is_caught() {
    let (business, mut technical) = small_foundation(VOTERS);
    let mut genesis = technical.genesis();
    genesis.officers[2].key = business.officers[2].public();
    technical.officers[2] = copy_of(&business.officers[2]);
    technical.leaves.clear();
    technical.state = crate::state::PoolState::new(technical.origin.clone());
    let officers = technical.officer_seeds();
    technical.append(&Body::Genesis(genesis), &officers.iter().collect::<Vec<_>>());
    let (id, found) = joint_refutation(&audit_joint(&business, &technical));
    assert_eq!(id, CheckId::A21);
    assert!(found.contains("officer key of leaf 0"));
}

#[test]
fn a_seat_that_no_business_body_has_is_not_filled_from_the_technical_pool() {
    for (body, allowed) in [("board", true), ("steering", false)] {
        let business = TestLog::<Business>::found("vote.example.org");
        let mut technical = TestLog::<Technical>::found("vote.example.org");
        technical.enrol(0);
        let mut contest = schulze::<Technical>(&["ann", "bob"], 1);
        contest.question = TechnicalQuestion::BusinessBoardSeats { body: name(body) };
        let election = technical.open_election(vec![contest]);
        technical.vote(election, 0, &[("steering", ranking(&[1, 0]))]);
        technical.close(election);
        technical.certify(election);
        let report = audit_joint(&business, &technical);
        if allowed {
            assert_eq!(report.verdict, Verdict::Verified);
        } else {
            let (id, found) = joint_refutation(&report);
            assert_eq!(id, CheckId::A22);
            assert!(found.contains("`steering`"));
        }
    }
}

#[test]
fn a_person_in_both_pools_is_listed_and_not_accused() {
    let mut business = TestLog::<Business>::found("vote.example.org");
    business.enrol(0);
    let mut technical = TestLog::<Technical>::found("vote.example.org");
    let delegate = Business::speakers(0)[0].clone();
    let both = crate::principal::Contributor { handle: delegate.clone(), name: line("Both") };
    let entry = PrincipalEntry { origin: technical.origin.clone(), principal: both };
    let registrar = copy_of(&technical.officers[0]);
    technical.append(&Body::Principal(entry), &[&registrar]);
    let report = audit_joint(&business, &technical);
    assert_eq!(report.verdict, Verdict::Verified);
    let [dual] = report.dual_roles.as_slice() else { panic!("one dual role") };
    assert_eq!(dual.person, delegate);
    assert_eq!(dual.business, ["delegate of member-000000"]);
    assert_eq!(dual.technical, ["contributor"]);
}

#[test]
fn the_printed_report_has_every_check_and_the_pairwise_matrix_and_runs_nothing() {
    let (mut business, technical) = small_foundation(VOTERS);
    let mut contest = plurality(&["ann"]);
    contest.title = line("<script>alert(1)</script>");
    business.seal(vec![contest]);
    let report = audit_joint(&business, &technical);
    let page = super::report::html_both(&report);
    for check in report.checks() {
        assert!(page.contains(check.title), "{}", check.id);
    }
    assert!(page.contains("How many votes rank the row above the column"));
    assert!(page.contains("Stage 1"));
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
}
