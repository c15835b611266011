//! Every refusal, reached by changing one thing of a statement that would be admitted.

mod standings;

use super::*;
use crate::manifest::{Disclosure, EarlyClose, Electorate, Manifest, Secrecy};
use crate::principal::{Affiliation, CorporateMember, Mandate, WeightStep};
use crate::statement::{
    Cancel, CloseCause, Closed, Entry, OfficersChange, Opened, PrincipalEntry, Reason, Rekey,
    Suspension,
};
use crate::testing::{self, TestLog, TestPool, copy_of, millis, name};
use crate::{Business, Technical};
use crypto::SigningKey;
use tabulation::{OptionIndex, Selection};

/// A log with three voters.
fn three<P: TestPool>() -> TestLog<P> {
    let mut log = TestLog::found("vote.example.org");
    for number in 0..3 {
        log.enrol(number);
    }
    log
}

/// An open motion on that log.
fn open_motion<P: TestPool>() -> (TestLog<P>, StatementId) {
    let mut log = three();
    let election = log.open_election(vec![testing::motion()]);
    (log, election)
}

/// A motion in which everybody voted yes, closed.
fn closed_motion<P: TestPool>() -> (TestLog<P>, StatementId) {
    let (mut log, election) = open_motion();
    for voter in 0..3 {
        log.vote(election, voter, &[("motion", Selection::YES)]);
    }
    log.close(election);
    (log, election)
}

/// Tries a statement, requires this refusal, and requires that nothing changed.
#[track_caller]
fn refused<P: TestPool>(log: &mut TestLog<P>, body: Body<P>, keys: &[&SigningKey], slug: &str) {
    let before = log.state.clone();
    match log.attempt(&body, keys) {
        Ok(applied) => panic!("admitted as {applied:?}, but should be refused as {slug}"),
        Err(refusal) => assert_eq!(refusal.slug(), slug, "{refusal}"),
    }
    assert_eq!(log.state, before, "a refused statement changed the state");
}

fn officers<P: TestPool>(log: &TestLog<P>) -> [SigningKey; 3] {
    log.officer_seeds().try_into().expect("three officers")
}

fn stranger() -> SigningKey {
    SigningKey::from_seed(&[77; 32])
}

fn entry<P: TestPool>(log: &TestLog<P>, number: usize) -> Body<P> {
    let origin = log.origin.clone();
    Body::Principal(PrincipalEntry { origin, principal: P::principal(number) })
}

#[test]
fn every_refusal_has_a_test_that_reaches_it() {
    let tests = [include_str!("tests.rs"), include_str!("tests/standings.rs")].concat();
    // Only values of ours that no decoder lets in could fail to encode.
    let unreachable = ["not-encodable"];
    for slug in Refusal::SLUGS {
        let reached = tests.contains(&format!("\"{slug}\")"));
        assert_ne!(reached, unreachable.contains(slug), "{slug}");
    }
}

#[test]
fn one_statement_enters_a_log_once() {
    let (mut log, election) = open_motion::<Technical>();
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[0].key);
    log.append(&ballot, &[&key]);
    refused(&mut log, ballot, &[&key], "already-logged");
}

#[test]
fn time_never_runs_backwards() {
    let mut log = three::<Technical>();
    let (body, [officer, ..]) = (entry(&log, 9), officers(&log));
    log.now = millis(testing::BEGINNING);
    refused(&mut log, body, &[&officer], "time-went-back");
}

#[test]
fn a_statement_for_another_log_of_the_same_pool_is_refused() {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let origin = Origin::of_host("other.example.org").expect("a host");
    let entry = PrincipalEntry { origin, principal: Technical::principal(9) };
    refused(&mut log, Body::Principal(entry), &[&officer], "other-log");
}

#[test]
fn a_log_has_one_genesis_and_starts_with_it() {
    let mut log = three::<Technical>();
    let (mut genesis, keys) = (log.genesis(), officers(&log));
    genesis.name = testing::line("Another Foundation");
    refused(&mut log, Body::Genesis(genesis), &keys.each_ref(), "genesis-out-of-place");
    let mut empty = three::<Technical>();
    empty.state = PoolState::new(empty.origin.clone());
    let body = entry(&empty, 9);
    refused(&mut empty, body, &[&keys[0]], "genesis-out-of-place");
}

#[test]
fn officers_who_could_never_act_are_refused() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let (origin, genesis) = (log.origin.clone(), log.genesis());
    let change = |edit: &dyn Fn(&mut OfficersChange<Technical>)| {
        let (officers, quorums) = (genesis.officers.clone(), genesis.quorums);
        let mut change = OfficersChange { origin: origin.clone(), officers, quorums };
        edit(&mut change);
        Body::Officers(change)
    };
    type Edit = &'static dyn Fn(&mut OfficersChange<Technical>);
    let edits: [Edit; 6] = [
        &|change| change.officers.clear(),
        &|change| change.officers[1].key = change.officers[0].key,
        &|change| change.officers[1].handle = change.officers[0].handle.clone(),
        &|change| change.officers[0].roles.clear(),
        &|change| change.quorums.manifest = 4,
        &|change| change.quorums.roll = 0,
    ];
    for edit in edits {
        refused(&mut log, change(edit), &keys.each_ref(), "unworkable-officers");
    }
}

#[test]
fn no_pool_has_what_belongs_to_the_other() {
    fn founding<P: TestPool>(edit: impl Fn(&mut crate::statement::Genesis<P>)) {
        let mut log = TestLog::<P>::found("vote.example.org");
        log.state = PoolState::new(log.origin.clone());
        let mut genesis = log.genesis();
        edit(&mut genesis);
        let keys = officers(&log);
        refused(&mut log, Body::Genesis(genesis), &keys.each_ref(), "not-of-this-pool");
    }
    founding::<Technical>(|genesis| genesis.classes = vec![name("premier")]);
}

#[test]
fn a_signature_over_other_bytes_is_refused() {
    let (mut log, election) = open_motion::<Technical>();
    let mut ballot = log.ballot(election, 0, &[("motion", Selection::YES)]);
    let key = copy_of(&log.voters[0].key);
    let signed = TestLog::signed(&Body::Ballot(ballot.clone()), &[&key]);
    ballot.selections.insert(name("motion"), Selection::NO);
    let mut forged = TestLog::<Technical>::signed(&Body::Ballot(ballot), &[]);
    let signature = signed.signatures()[0];
    forged.attach(signature.keyid(), *signature.sig()).expect("one signature");
    let refusal = log.submit(forged).expect_err("the selections were changed");
    assert_eq!(refusal.slug(), "bad-signature");
    assert_eq!(refusal, Refusal::BadSignature { key: key.public().id() });
}

#[test]
fn an_enrolment_without_the_invitation_key_is_refused() {
    let mut log = three::<Technical>();
    let (enrolment, invitation, key) = invited(&mut log, 9);
    refused(&mut log, enrolment.clone(), &[&key], "signature-missing");
    refused(&mut log, enrolment, &[&invitation], "signature-missing");
}

/// A new person, invited but not enrolled: the enrolment, the invitation's key and the new key.
fn invited<P: TestPool>(log: &mut TestLog<P>, number: usize) -> (Body<P>, SigningKey, SigningKey) {
    let mut later = TestLog::<P>::found("vote.example.org");
    later.state = log.state.clone();
    later.now = log.now;
    later.rng = testing::TestRng::new("another voter");
    later.enrol(number);
    let voter = later.voters.remove(0);
    log.enter(number);
    let [officer, ..] = officers(log);
    log.append(&Body::Invitation(log.invitation_of(&voter)), &[&officer]);
    (Body::Enrolment(log.enrolment_of(&voter)), voter.invitation, voter.key)
}

#[test]
fn nobody_signs_what_is_not_theirs_to_sign() {
    let mut log = three::<Technical>();
    let (body, [officer, ..]) = (entry(&log, 9), officers(&log));
    refused(&mut log, body.clone(), &[&stranger()], "not-a-signer");
    refused(&mut log, body, &[&officer, &stranger()], "not-a-signer");
    let (mut log, election) = open_motion::<Technical>();
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[0].key);
    let other = copy_of(&log.voters[1].key);
    let mut both = [&key, &other];
    both.sort_by_key(|key| key.public().id());
    if both[0].public() == key.public() {
        refused(&mut log, ballot, &both, "not-a-signer");
    } else {
        refused(&mut log, ballot, &both, "not-the-holder");
    }
}

#[test]
fn one_officer_alone_seals_no_election() {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let manifest = log.manifest(vec![testing::motion()]);
    refused(&mut log, Body::Manifest(manifest), &[&officer], "too-few-officers");
}

#[test]
fn a_key_serves_once_in_one_capacity() {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let (enrolment, invitation, _) = invited(&mut log, 9);
    let Body::Enrolment(mut enrolment) = enrolment else { panic!("an enrolment") };
    // The officer's key as a voter's key, another voter's key, and the invitation's own.
    for taken in [&officer, &copy_of(&log.voters[0].key), &invitation] {
        enrolment.key = taken.public();
        let signers: &[&SigningKey] =
            if taken.public() == invitation.public() { &[taken] } else { &[&invitation, taken] };
        refused(&mut log, Body::Enrolment(enrolment.clone()), signers, "key-in-use");
    }
}

#[test]
fn an_invitation_is_used_once() {
    let mut log = three::<Technical>();
    let voter = &log.voters[0];
    let mut again = log.enrolment_of(voter);
    let invitation = copy_of(&voter.invitation);
    again.key = stranger().public();
    refused(&mut log, Body::Enrolment(again), &[&invitation, &stranger()], "wrong-key");
}

#[test]
fn an_officers_key_casts_no_ballot() {
    let (mut log, election) = open_motion::<Technical>();
    let ballot = log.ballot(election, 0, &[("motion", Selection::YES)]);
    let [officer, ..] = officers(&log);
    refused(&mut log, Body::Ballot(ballot), &[&officer], "wrong-key");
}

#[test]
fn a_mandate_names_nobody_twice() {
    let mut log = three::<Business>();
    let [officer, ..] = officers(&log);
    let (member, delegate) = (Business::principal_id(0), name("id:ann"));
    let fact = Mandate { member, delegate, alternates: vec![name("id:ann")] };
    let entry = Entry { origin: log.origin.clone(), fact };
    refused(&mut log, Body::Mandate(entry), &[&officer], "bad-principal");
}

#[test]
fn nothing_is_said_of_an_unknown_principal() {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let (person, from) = (name("github:nobody"), millis(0));
    let fact = Affiliation { person, groups: vec![name("acme")], from };
    let entry = Entry { origin: log.origin.clone(), fact };
    refused(&mut log, Body::Affiliation(entry), &[&officer], "unknown-principal");
}

#[test]
fn a_class_body_or_module_that_the_genesis_does_not_name_is_refused() {
    let mut log = three::<Business>();
    let keys = officers(&log);
    let mut member: CorporateMember = Business::principal(9);
    member.class = name("platinum");
    let entry = PrincipalEntry { origin: log.origin.clone(), principal: member };
    refused(&mut log, Body::Principal(entry), &[&keys[0]], "unknown-name");
    let mut manifest = log.manifest(vec![testing::plurality(&["a", "b"])]);
    manifest.contests[0].question =
        crate::question::BusinessQuestion::BusinessSeats { body: name("senate") };
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "unknown-name");
}

#[test]
fn a_member_is_in_one_related_group() {
    let mut log = three::<Business>();
    let [officer, ..] = officers(&log);
    let origin = log.origin.clone();
    let group = |group: &str, members: [usize; 2]| {
        let members = members.map(Business::principal_id).to_vec();
        let voice = members[0].clone();
        let fact = RelatedGroup { group: name(group), members, voice };
        Body::Related(Entry { origin: origin.clone(), fact })
    };
    log.append(&group("one", [0, 1]), &[&officer]);
    let heads = log.state.freeze_roll(&Electorate::Everyone {}, log.now).expect("a roll").heads();
    assert_eq!(heads, 2, "related organisations have one voice");
    refused(&mut log, group("two", [1, 2]), &[&officer], "in-another-group");
}

#[test]
fn only_a_suspended_principal_is_reinstated() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let (origin, principal) = (log.origin.clone(), Technical::principal_id(0));
    let fact = Suspension { origin, principal, reason: Reason::Request };
    let both = [&keys[0], &keys[1]];
    refused(&mut log, Body::Reinstatement(fact.clone()), &both, "no-change");
    log.append(&Body::Suspension(fact), &both);
    let heads = log.state.freeze_roll(&Electorate::Everyone {}, log.now).expect("a roll").heads();
    assert_eq!(heads, 2, "a suspended principal is on no roll");
}

#[test]
fn nobody_speaks_without_a_mandate() {
    let (mut log, election) = open_motion::<Business>();
    let [officer, ..] = officers(&log);
    let mut invitation = log.invitation_of(&log.voters[0]);
    invitation.person = name("id:passer-by");
    invitation.key = stranger().public();
    refused(&mut log, Body::Invitation(invitation), &[&officer], "not-a-speaker");
    let mut ballot = log.ballot(election, 0, &[("motion", Selection::YES)]);
    ballot.person = name("id:passer-by");
    let key = copy_of(&log.voters[0].key);
    refused(&mut log, Body::Ballot(ballot), &[&key], "not-a-speaker");
}

#[test]
fn a_person_is_invited_once() {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let mut invitation = log.invitation_of(&log.voters[0]);
    invitation.key = stranger().public();
    refused(&mut log, Body::Invitation(invitation), &[&officer], "already-invited");
}

#[test]
fn a_secret_election_is_refused_and_never_downgraded() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.secrecy = Secrecy::Secret;
    let refusal = log.attempt(&Body::Manifest(manifest.clone()), &[&keys[0], &keys[1]]);
    assert!(refusal.expect_err("secret").to_string().contains("not supported yet"));
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "bad-manifest");
}

#[test]
fn an_election_is_sealed_before_it_opens() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let manifest = log.manifest(vec![testing::motion()]);
    log.now = manifest.window.opens_at;
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "sealed-too-late");
}

#[test]
fn a_roll_that_moved_since_it_was_read_is_refused() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let manifest = log.manifest(vec![testing::motion()]);
    log.enter(9);
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "roll-moved");
}

#[test]
fn a_roll_other_than_the_electorate_is_refused() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.roll.root = Hash::of(b"another roll");
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "roll-mismatch");
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.roll.weight += 1;
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "roll-mismatch");
}

#[test]
fn an_election_without_voters_or_with_an_unsettled_weight_is_refused() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.electorate = Electorate::Class { class: name("premier") };
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "bad-roll");

    let mut log = three::<Business>();
    let manifest = log.manifest(vec![testing::motion()]);
    let mut member: CorporateMember = Business::principal(0);
    let weight = member.weights.steps()[0].weight;
    let step = WeightStep { from: millis(0), until: Some(millis(1)), weight };
    member.weights = vec![step].try_into().expect("a schedule");
    let entry = PrincipalEntry { origin: log.origin.clone(), principal: member };
    log.append(&Body::Principal(entry), &[&keys_of(&log)[0]]);
    let mut manifest = Manifest { roll: manifest.roll.clone(), ..manifest };
    manifest.roll.log_size = log.state.size();
    let keys = keys_of(&log);
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "bad-roll");
}

fn keys_of<P: TestPool>(log: &TestLog<P>) -> [SigningKey; 3] {
    officers(log)
}

#[test]
fn a_manifest_cannot_give_a_candidate_another_employer() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let (person, from) = (Technical::principal_id(0), millis(0));
    let fact = Affiliation { person: person.clone(), groups: vec![name("acme")], from };
    let origin = log.origin.clone();
    log.append(&Body::Affiliation(Entry { origin, fact }), &[&keys[0]]);
    let mut manifest = log.manifest(vec![testing::schulze(&["ann", "ben"], 1)]);
    manifest.contests[0].options[0].person = Some(person);
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "affiliation-mismatch");
}

#[test]
fn a_ballot_for_an_election_of_nowhere_is_refused() {
    let (mut log, election) = open_motion::<Technical>();
    let mut ballot = log.ballot(election, 0, &[("motion", Selection::YES)]);
    ballot.manifest = StatementId::from(Hash::of(b"the other pool's election"));
    let key = copy_of(&log.voters[0].key);
    refused(&mut log, Body::Ballot(ballot), &[&key], "unknown-election");
}

#[test]
fn no_ballot_before_the_opening_and_none_after_the_close() {
    let mut log = three::<Technical>();
    let election = log.seal(vec![testing::motion()]);
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[0].key);
    refused(&mut log, ballot.clone(), &[&key], "wrong-phase");
    log.open(election);
    log.close(election);
    refused(&mut log, ballot, &[&key], "wrong-phase");
}

#[test]
fn an_open_election_cannot_be_cancelled() {
    let (mut log, manifest) = open_motion::<Technical>();
    let keys = officers(&log);
    let cancel = Cancel { origin: log.origin.clone(), manifest };
    refused(&mut log, Body::Cancel(cancel), &[&keys[0], &keys[1]], "wrong-phase");
}

#[test]
fn nobody_opens_early_and_nobody_votes_late() {
    let mut log = three::<Technical>();
    let manifest = log.seal(vec![testing::motion()]);
    let log_key = copy_of(&log.log_key);
    let opened = Body::Opened(Opened { origin: log.origin.clone(), manifest });
    refused(&mut log, opened, &[&log_key], "outside-window");
    log.open(manifest);
    let ballot = Body::Ballot(log.ballot(manifest, 0, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[0].key);
    log.now = log.now.plus(testing::WINDOW);
    refused(&mut log, ballot, &[&key], "outside-window");
}

#[test]
fn officers_have_no_way_to_open_an_election() {
    let mut log = three::<Technical>();
    let manifest = log.seal(vec![testing::motion()]);
    let keys = officers(&log);
    log.now = log.now.plus(60_000);
    let opened = Body::Opened(Opened { origin: log.origin.clone(), manifest });
    refused(&mut log, opened, &keys.each_ref(), "signature-missing");
}

fn closing<P: TestPool>(log: &TestLog<P>, manifest: StatementId, cause: CloseCause) -> Closed<P> {
    let election = log.state.election(&manifest).expect("known");
    let (box_root, heads) = (election.box_root().expect("encodes"), election.cast_heads());
    Closed { origin: log.origin.clone(), manifest, cause, box_root, heads }
}

#[test]
fn the_box_stays_open_until_the_window_ends() {
    let (mut log, election) = open_motion::<Technical>();
    let log_key = copy_of(&log.log_key);
    for cause in [CloseCause::Window, CloseCause::AllVoted] {
        let closed = closing(&log, election, cause);
        refused(&mut log, Body::Closed(closed), &[&log_key], "early-close");
    }
}

#[test]
fn a_box_closes_early_only_when_everybody_voted() {
    let mut log = three::<Technical>();
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.window.early_close = EarlyClose::WhenAllVoted;
    manifest.disclosure = Disclosure::Live;
    let election = log.seal_manifest(&manifest);
    log.open(election);
    let log_key = copy_of(&log.log_key);
    for voter in 0..3 {
        let closed = closing(&log, election, CloseCause::AllVoted);
        refused(&mut log, Body::Closed(closed), &[&log_key], "early-close");
        log.vote(election, voter, &[("motion", Selection::YES)]);
    }
    log.do_due();
    let phase = log.state.election(&election).expect("known").phase();
    assert_eq!(phase, Phase::Closed);
}

#[test]
fn a_box_is_closed_with_the_ballots_it_holds() {
    let (mut log, election) = open_motion::<Technical>();
    log.vote(election, 0, &[("motion", Selection::YES)]);
    log.now = log.now.plus(testing::WINDOW);
    let log_key = copy_of(&log.log_key);
    let mut closed = closing(&log, election, CloseCause::Window);
    closed.box_root = Hash::of(b"without that ballot");
    refused(&mut log, Body::Closed(closed), &[&log_key], "box-mismatch");
    let mut closed = closing(&log, election, CloseCause::Window);
    closed.heads = 0;
    refused(&mut log, Body::Closed(closed), &[&log_key], "box-mismatch");
}

#[test]
fn who_came_after_the_freeze_is_not_on_the_roll() {
    let (mut log, election) = open_motion::<Technical>();
    let late = log.enrol(9);
    let ballot = Body::Ballot(log.ballot(election, late, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[late].key);
    refused(&mut log, ballot, &[&key], "not-on-roll");
}

#[test]
fn a_voter_casts_nobody_elses_ballot() {
    let (mut log, election) = open_motion::<Technical>();
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    let other = copy_of(&log.voters[1].key);
    refused(&mut log, ballot, &[&other], "not-the-holder");
}

#[test]
fn who_was_invited_after_the_freeze_has_no_vote_in_it() {
    let mut log = three::<Business>();
    let election = log.open_election(vec![testing::motion()]);
    // The alternate stands on the frozen roll, but is invited only now.
    let late = log.enrol_speaker(0, 1);
    let ballot = Body::Ballot(log.ballot(election, late, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[late].key);
    refused(&mut log, ballot, &[&key], "invited-after-freeze");
}

#[test]
fn a_ballot_fits_its_election_or_is_refused() {
    let (mut log, election) = open_motion::<Technical>();
    let key = copy_of(&log.voters[0].key);
    let both = [("motion", Selection::YES), ("raise", Selection::YES)];
    let wrong: [&[(&str, Selection)]; 4] = [
        &[],
        &both,
        &[("motion", Selection::strict([OptionIndex::new(0)]))],
        &[("motion", Selection::chosen([OptionIndex::new(0)]))],
    ];
    for selections in wrong {
        let ballot = Body::Ballot(log.ballot(election, 0, selections));
        refused(&mut log, ballot, &[&key], "bad-ballot");
    }
}

#[test]
fn an_older_ballot_is_never_slipped_in_after_a_newer_one() {
    let (mut log, election) = open_motion::<Technical>();
    let key = copy_of(&log.voters[0].key);
    let withheld = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::NO)]));
    let standing = log.vote(election, 0, &[("motion", Selection::YES)]);
    let refusal = log.attempt(&withheld, &[&key]).expect_err("another ballot stands");
    assert_eq!(refusal, Refusal::StaleBallot { standing: Some(standing) });
    refused(&mut log, withheld, &[&key], "stale-ballot");
}

#[test]
fn where_a_voter_stands_is_told_to_that_voter_only() {
    let (mut log, election) = open_motion::<Technical>();
    log.vote(election, 0, &[("motion", Selection::YES)]);
    let mut ballot = log.ballot(election, 0, &[("motion", Selection::NO)]);
    ballot.supersedes = None;
    refused(&mut log, Body::Ballot(ballot), &[&stranger()], "wrong-key");
}

#[test]
fn the_delegates_ballot_counts_before_the_alternates() {
    let mut log = three::<Business>();
    let alternate = log.enrol_speaker(0, 1);
    let election = log.open_election(vec![testing::motion()]);
    let of_delegate = log.vote(election, 0, &[("motion", Selection::YES)]);
    log.vote(election, alternate, &[("motion", Selection::NO)]);
    let state = log.state.election(&election).expect("known");
    let counted: Vec<_> = state.counted().map(|(_, ballot)| ballot.id).collect();
    assert_eq!(counted, [of_delegate]);
    assert_eq!(state.admitted(), 2);
}

#[test]
fn a_certificate_speaks_of_the_election_it_certifies() {
    let (mut log, election) = closed_motion::<Business>();
    let keys = officers(&log);
    let log_key = copy_of(&log.log_key);
    let signers = [&keys[0], &keys[1], &log_key];
    let right = log.count(election).certificate;
    type Edit = fn(&mut crate::certificate::Certificate<Business>);
    let edits: [Edit; 7] = [
        |certificate| certificate.closed = certificate.manifest,
        |certificate| certificate.roll = Hash::of(b"another roll"),
        |certificate| certificate.box_root = Hash::of(b"another box"),
        |certificate| certificate.heads += 1,
        |certificate| certificate.weight += 1,
        |certificate| certificate.results.clear(),
        |certificate| certificate.results[0].decisions.clear(),
    ];
    for edit in edits {
        let mut wrong = right.clone();
        edit(&mut wrong);
        refused(&mut log, Body::Certificate(wrong), &signers, "certificate-mismatch");
    }
    log.append(&Body::Certificate(right), &signers);
}

#[test]
fn a_certificate_needs_its_officers_and_the_log() {
    let (mut log, election) = closed_motion::<Technical>();
    let keys = officers(&log);
    let log_key = copy_of(&log.log_key);
    let certificate = Body::Certificate(log.count(election).certificate);
    refused(&mut log, certificate.clone(), &[&keys[0], &log_key], "too-few-officers");
    refused(&mut log, certificate, &[&keys[0], &keys[1]], "signature-missing");
}

#[test]
fn a_secret_for_the_lots_is_the_one_that_was_promised() {
    let (mut log, election) = closed_motion::<Technical>();
    let keys = officers(&log);
    let log_key = copy_of(&log.log_key);
    let mut certificate = log.count(election).certificate;
    certificate.lots[0].secret = crate::bytes::Bytes([1; 32]);
    let signers = [&keys[0], &keys[1], &log_key];
    refused(&mut log, Body::Certificate(certificate), &signers, "bad-lots");
}

#[test]
fn a_lost_key_is_replaced_without_losing_the_vote() {
    let (mut log, election) = open_motion::<Technical>();
    let keys = officers(&log);
    log.vote(election, 0, &[("motion", Selection::NO)]);
    let (lost, invitation, new) =
        (copy_of(&log.voters[0].key), stranger(), SigningKey::from_seed(&[78; 32]));
    let rekey = Rekey {
        origin: log.origin.clone(),
        ends: lost.public().id(),
        invitation: invitation.public(),
        reason: Reason::LostKey,
    };
    log.append(&Body::Rekey(rekey), &[&keys[0], &keys[1]]);
    let mut enrolment = log.enrolment_of(&log.voters[0]);
    (enrolment.invitation, enrolment.key) = (invitation.public().id(), new.public());
    log.append(&Body::Enrolment(enrolment), &[&invitation, &new]);
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    refused(&mut log, ballot.clone(), &[&lost], "wrong-key");
    log.append(&ballot, &[&new]);
    assert_eq!(log.state.election(&election).expect("known").cast_heads(), 1);
}

#[test]
fn a_snapshot_is_the_state() {
    let (log, _) = closed_motion::<Business>();
    let bytes = serde_json::to_vec(&log.state).expect("encodes");
    let back: PoolState<Business> = serde_json::from_slice(&bytes).expect("decodes");
    assert_eq!(back, log.state);
    assert_eq!(back.digest(), log.state.digest());
}

#[test]
fn a_statement_of_the_other_pool_does_not_even_decode() {
    let (log, election) = open_motion::<Business>();
    let mut log = log;
    let ballot = Body::Ballot(log.ballot(election, 0, &[("motion", Selection::YES)]));
    let envelope = TestLog::signed(&ballot, &[&copy_of(&log.voters[0].key)]);
    let refusal = Statement::<Technical>::decode(&envelope).expect_err("a business ballot");
    assert!(matches!(refusal, crate::statement::StatementError::OtherPool { .. }));
}
