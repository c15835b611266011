//! The dishonest server that writes another history: drops, reorders, replays, forks. It holds the
//! log's key and signs a fresh checkpoint over whatever it shows.

use crypto::checkpoint::Checkpoint;
use crypto::merkle::{Frontier, TreeSize};
use crypto::sign::SigningKey;
use election::audit::report::CheckId::{A01, A02, A03, A04, A05, A06, A10, A11, A13};
use election::leaf::Leaf;
use election::pool::Business;
use election::record::{Record, RecordLeaf};
use election::statement::{Body, Kind, payload_type};
use election::testing::{TestLog, TestPool, TestRng, millis, motion, small_foundation};

use crate::court::*;

// ---- Dropping -----------------------------------------------------------------------------------

#[test]
fn a_dropped_ballot_is_missed_by_the_box_that_was_closed() {
    let mut log = business();
    log.leaves.remove(nth(&log, Kind::Ballot, 2));
    let (closed, certificate) = (nth(&log, Kind::Closed, 0), nth(&log, Kind::Certificate, 0));
    assert_eq!(accused(&log), [(A06, Some(closed)), (A11, Some(closed)), (A13, Some(certificate))]);
    assert!(first_words(&log).contains("box-mismatch"));
}

#[test]
fn a_dropped_replaced_ballot_is_missed_by_the_ballot_that_replaced_it() {
    let mut log = business();
    // The first voter's first ballot: it counts for nothing, and still it cannot go.
    log.leaves.remove(nth(&log, Kind::Ballot, 1));
    let replacing = nth(&log, Kind::Ballot, 5);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A06, Some(replacing)), (A10, Some(replacing))]);
    assert!(first_words(&log).contains("stale-ballot"));
}

#[test]
fn a_ballot_dropped_and_closed_over_is_missed_by_the_officers_certificate() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    log.close(election);
    log.certify(election);
    let certificate = log.leaves[nth(&log, Kind::Certificate, 0)].clone();
    // The server closes anew without one ballot, with its own key. The officers' it does not have.
    log.leaves.truncate(nth(&log, Kind::Ballot, VOTERS - 1));
    replay(&mut log);
    log.close(election);
    let place = log.leaves.len();
    log.leaves.push(certificate);
    assert_eq!(accused(&log), [(A06, Some(place)), (A13, Some(place))]);
    assert!(first_words(&log).contains("certificate-mismatch"));
}

/// What no record can show by itself: server, officers and all agree and write another history.
/// Whoever kept a checkpoint, and every receipt holds one, still has the proof.
#[test]
fn a_history_rewritten_with_the_officers_help_fails_before_anybody_who_kept_a_checkpoint() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let kept = log.checkpoint_at(log.leaves.len());
    log.leaves.truncate(log.leaves.len() - 1);
    replay(&mut log);
    log.close(election);
    log.certify(election);
    assert_eq!(accused(&log), [], "the rewritten history is consistent in itself");
    assert_eq!(accused_since(&log, &[kept]), [(A04, None)]);
}

#[test]
fn a_log_cut_short_fails_before_anybody_who_saw_it_longer() {
    let mut log = business();
    let kept = log.checkpoint_at(log.leaves.len());
    log.leaves.pop();
    assert_eq!(accused_since(&log, &[kept]), [(A04, None)]);
}

#[test]
fn a_head_over_more_leaves_than_are_shown_is_no_head_of_them() {
    let log = business();
    let mut leaves = shown(&log);
    let checkpoint = log.checkpoint_over(&leaves);
    leaves.pop();
    let record = Record::new(log.origin.clone(), leaves, log.artifacts.clone(), checkpoint);
    assert_eq!(accusations(&audit(&log, &record, &[])), [(A02, None), (A03, None)]);
}

#[test]
fn a_head_signed_by_another_key_is_none() {
    let log = business();
    let leaves = shown(&log);
    let root = leaves.iter().map(RecordLeaf::hash).collect::<Frontier>().root();
    let thief = SigningKey::generate(&mut TestRng::new("thief"));
    let head = Checkpoint::new(log.origin.as_str(), TreeSize(leaves.len() as u64), root);
    let checkpoint = head.expect("a head").sign(&thief);
    let record = Record::new(log.origin.clone(), leaves, log.artifacts.clone(), checkpoint);
    assert_eq!(accusations(&audit(&log, &record, &[])), [(A02, None)]);
}

// ---- Reordering, replaying ----------------------------------------------------------------------

#[test]
fn ballots_in_another_order_have_another_root_than_the_one_kept() {
    let mut log = business();
    let kept = log.checkpoint_at(log.leaves.len());
    let first = nth(&log, Kind::Ballot, 2);
    swap_statements(&mut log, first, first + 1);
    assert_eq!(accused(&log), [], "whose ballot came first changes nothing that is decided");
    assert_eq!(accused_since(&log, &[kept]), [(A04, None)]);
}

#[test]
fn leaves_reordered_with_their_times_show_time_running_backwards() {
    let mut log = business();
    let first = nth(&log, Kind::Ballot, 2);
    log.leaves.swap(first, first + 1);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A03, Some(first + 1)), (A06, Some(first + 1))]);
    assert!(first_words(&log).starts_with("A03"));
}

#[test]
fn two_ballots_of_one_voter_cannot_change_places() {
    let mut log = business();
    let (first, second) = (nth(&log, Kind::Ballot, 1), nth(&log, Kind::Ballot, 6));
    swap_statements(&mut log, first, second);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A06, Some(first)), (A10, Some(first))]);
    assert!(first_words(&log).contains("stale-ballot"));
}

#[test]
fn a_ballot_before_the_opening_is_named() {
    let mut log = business();
    let opened = nth(&log, Kind::Opened, 0);
    swap_statements(&mut log, opened, opened + 1);
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A06, Some(opened)), (A10, Some(opened))]);
    assert!(first_words(&log).contains("wrong-phase"));
}

#[test]
fn a_replayed_ballot_stands_in_the_log_already() {
    let mut log = business();
    let place = nth(&log, Kind::Ballot, 4);
    log.leaves.insert(place + 1, log.leaves[place].clone());
    let accusations = accused(&log);
    assert_eq!(accusations[..2], [(A06, Some(place + 1)), (A10, Some(place + 1))]);
    assert!(first_words(&log).contains("already-logged"));
}

#[test]
fn a_ballot_replayed_into_another_election_names_the_first() {
    let (mut log, election) = open_motion::<Business>();
    all_vote(&mut log, election);
    let old = log.leaves[nth(&log, Kind::Ballot, 0)].clone();
    log.close(election);
    log.open_election(vec![motion()]);
    let place = log.leaves.len();
    log.leaves.push(Leaf { at: log.now.plus(1), statement: old.statement });
    assert_eq!(accused(&log), [(A06, Some(place)), (A10, Some(place))]);
}

#[test]
fn a_ballot_of_the_other_pool_is_no_statement_of_this_one() {
    let (mut business, technical) = small_foundation(VOTERS);
    let mut ballot = technical.leaves[nth(&technical, Kind::Ballot, 0)].clone();
    ballot.at = business.now.plus(1);
    let place = business.leaves.len();
    business.leaves.push(ballot);
    assert_eq!(accused(&business), [(A05, Some(place))]);
}

#[test]
fn a_ballot_of_the_other_pool_relabelled_for_this_one_is_none_either() {
    let (mut business, technical) = small_foundation(VOTERS);
    let honest = &technical.leaves[nth(&technical, Kind::Ballot, 0)].statement;
    let kind = payload_type::<Business>(Kind::Ballot);
    let mut relabelled =
        crypto::envelope::Envelope::new(kind, honest.payload()).expect("within the limits");
    let signature = &honest.signatures()[0];
    relabelled.attach(signature.keyid(), *signature.sig()).expect("the only one");
    let place = business.leaves.len();
    business.leaves.push(Leaf { at: business.now.plus(1), statement: relabelled });
    assert_eq!(accused(&business), [(A05, Some(place))]);
}

// ---- Forks --------------------------------------------------------------------------------------

#[test]
fn two_heads_for_two_people_show_as_soon_as_they_compare() {
    let (mut one, election) = open_motion::<Business>();
    all_vote(&mut one, election);
    let (mut two, _) = open_motion::<Business>();
    for voter in 0..VOTERS {
        two.vote(election, voter, &if voter == 3 { NO } else { YES });
    }
    assert_eq!(one.leaves.len(), two.leaves.len());
    for log in [&mut one, &mut two] {
        log.close(election);
        log.certify(election);
        assert_eq!(accused(log), [], "each is shown a history without a fault");
    }
    let (seen_by_one, seen_by_two) = (one.checkpoint_at(27), two.checkpoint_at(27));
    assert_eq!(accused_since(&one, &[seen_by_two]), [(A04, None)]);
    assert_eq!(accused_since(&two, &[seen_by_one]), [(A04, None)]);
}

#[test]
fn a_second_log_under_the_same_name_and_key_has_another_genesis() {
    let log = business();
    let mut fork = TestLog::<Business>::found("vote.example.org");
    let mut genesis = fork.genesis();
    genesis.quorums.certificate = 1;
    let officers = fork.officer_seeds();
    let signed = TestLog::signed(&Body::Genesis(genesis), &officers.iter().collect::<Vec<_>>());
    fork.leaves[0].statement = signed;
    let report = audit(&log, &fork.record_of(shown(&fork)), &[]);
    assert_eq!(accusations(&report), [(A01, Some(0))]);
}

// ---- How it is done ------------------------------------------------------------------------------

/// Two statements change places, each under the other's time.
fn swap_statements<P: TestPool>(log: &mut TestLog<P>, one: usize, two: usize) {
    log.leaves.swap(one, two);
    let (at_one, at_two) = (log.leaves[one].at, log.leaves[two].at);
    log.leaves[one].at = at_two;
    log.leaves[two].at = at_one;
}

/// The state as the leaves that are left give it, for writing the history on from there.
fn replay<P: TestPool>(log: &mut TestLog<P>) {
    let leaves = std::mem::take(&mut log.leaves);
    log.state = election::state::PoolState::new(log.origin.clone());
    for Leaf { at, statement } in leaves {
        log.now = millis(at.get() - 1);
        log.submit(statement).expect("it was admitted before");
    }
}
