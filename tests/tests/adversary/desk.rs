//! The dishonest officer before an honest server: what never gets into the log at all.

use bicameral_tests::site::Backend;
use bicameral_tests::world::World;
use election::certificate::Certificate;
use election::pool::{Business, Technical};
use election::roll::{Roll, VotingPower};
use election::statement::{
    Body, Cancel, CloseCause, Closed, Opened, PrincipalEntry, Reason, Rekey, StatementId,
};
use election::testing::{TestPool as _, TestRng, copy_of, motion};
use tabulation::{MotionResult, Outcome};

use crate::court::{NO, YES};
use crate::wire::must_be_unharmed;

/// Three voters in each pool.
fn world() -> World {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..3);
    world.technical.enrol(0..3);
    world
}

/// A closed election of the business pool in which everybody voted.
fn closed(world: &mut World) -> StatementId {
    let election = world.business.act(|log| log.open_election(vec![motion()]));
    for voter in 0..3 {
        world.business.vote(election, voter, &if voter == 1 { NO } else { YES });
    }
    world.business.act(|log| log.close(election));
    election
}

#[test]
fn only_the_window_opens_and_closes_an_election() {
    let mut world = world();
    let election = world.business.act(|log| log.seal(vec![motion()]));
    let log = &world.business.log;
    let (officers, log_key) = (log.officer_seeds(), copy_of(&log.log_key));
    let origin = log.origin.clone();
    let opened = Body::Opened(Opened { origin: origin.clone(), manifest: election });
    let (cause, box_root) = (CloseCause::AllVoted, crypto::Hash::of(b""));
    let closed = Body::Closed(Closed { origin, manifest: election, cause, box_root, heads: 0 });
    for body in [opened, closed] {
        assert_eq!(world.business.refusal(&body, &[&officers[0], &officers[1]]), "made-by-the-log");
        // Not even the log's own key, from outside.
        assert_eq!(world.business.refusal(&body, &[&log_key]), "made-by-the-log");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn a_roll_is_sealed_as_the_log_has_it_now() {
    let mut world = world();
    let officers = world.business.log.officer_seeds();
    let signers = [&officers[0], &officers[1]];
    let honest = world.business.log.manifest(vec![motion()]);
    let roll = world.business.state().freeze_roll(&honest.electorate, honest.window.opens_at);
    let mut entries: Vec<_> = roll.expect("a roll").entries().cloned().collect();
    entries[0].weight = VotingPower::new(9).expect("a power");
    let favoured = Roll::new(entries).expect("a roll");
    let mut manifest = honest.clone();
    manifest.roll.root = favoured.root().expect("encodable");
    manifest.roll.weight = favoured.weight();
    assert_eq!(world.business.refusal(&Body::Manifest(manifest), &signers), "roll-mismatch");
    let one = Body::Manifest(honest.clone());
    assert_eq!(world.business.refusal(&one, &[&officers[0]]), "too-few-officers");
    let other = copy_of(&world.technical.log.officers[0]);
    assert_eq!(world.business.refusal(&one, &[&officers[0], &other]), "not-a-signer");
    world.business.act(|log| log.enter(60));
    assert_eq!(world.business.refusal(&Body::Manifest(honest), &signers), "roll-moved");
    must_be_unharmed(&mut world);
}

#[test]
fn an_open_election_is_neither_cancelled_nor_certified() {
    let mut world = world();
    let election = world.business.act(|log| log.open_election(vec![motion()]));
    let officers = world.business.log.officer_seeds();
    let signers = [&officers[0], &officers[1]];
    let origin = world.business.log.origin.clone();
    let cancel = Body::Cancel(Cancel { origin, manifest: election });
    assert_eq!(world.business.refusal(&cancel, &signers), "wrong-phase");
    must_be_unharmed(&mut world);
}

#[test]
fn the_server_recounts_before_it_signs_a_certificate() {
    let mut world = world();
    let election = closed(&mut world);
    let honest = world.business.log.count(election).certificate;
    let officers = world.business.log.officer_seeds();
    let signers = [&officers[0], &officers[1]];
    let altered = |change: &dyn Fn(&mut Certificate<Business>)| {
        let mut certificate = honest.clone();
        change(&mut certificate);
        world.business.refusal(&Body::Certificate(certificate), &signers)
    };
    assert_eq!(altered(&|c| c.weight += 1), "certificate-differs");
    assert_eq!(altered(&|c| c.heads -= 1), "certificate-differs");
    assert_eq!(altered(&|c| c.results[0].decisions.clear()), "certificate-differs");
    let failed = Outcome::Motion { result: MotionResult::Failed };
    assert_eq!(altered(&|c| c.results[0].outcome = failed.clone()), "certificate-differs");
    let other = crypto::Hash::of(b"another transcript");
    assert_eq!(altered(&|c| c.results[0].transcript = other), "certificate-differs");
    assert_eq!(altered(&|c| c.lots[0].secret.0[0] ^= 1), "not-countable");
    let body = Body::Certificate(honest.clone());
    assert_eq!(world.business.refusal(&body, &[&officers[0]]), "too-few-officers");
    let foreign = copy_of(&world.technical.log.officers[1]);
    assert_eq!(world.business.refusal(&body, &[&officers[0], &foreign]), "not-a-signer");
    world.business.act(|log| log.certify(election));
    must_be_unharmed(&mut world);
}

#[test]
fn the_roll_is_kept_by_the_pools_own_registrars() {
    let mut world = world();
    let entry = |number| PrincipalEntry {
        origin: world.technical.log.origin.clone(),
        principal: Technical::principal(number),
    };
    let body = Body::Principal(entry(70));
    let business = copy_of(&world.business.log.officers[0]);
    let voter = copy_of(&world.technical.log.voters[0].key);
    let log_key = copy_of(&world.technical.log.log_key);
    for stranger in [&business, &voter, &log_key] {
        assert_eq!(world.technical.refusal(&body, &[stranger]), "not-a-signer");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn one_officer_alone_takes_nobodys_key_away() {
    let mut world = world();
    let log = &world.business.log;
    let rekey = Rekey {
        origin: log.origin.clone(),
        ends: log.voters[0].key.public().id(),
        invitation: crypto::sign::SigningKey::generate(&mut TestRng::new("own")).public(),
        reason: Reason::LostKey,
    };
    let officer = copy_of(&log.officers[0]);
    assert_eq!(world.business.refusal(&Body::Rekey(rekey), &[&officer]), "too-few-officers");
    must_be_unharmed(&mut world);
}
