//! Whoever wants rights in a module without a vote: with the log's key, with officers, or by way of
//! the business pool.

use bicameral_tests::site::Backend;
use bicameral_tests::world::World;
use crypto::envelope::Envelope;
use election::audit::report::CheckId::{A05, A06, A15};
use election::pool::{Business, Technical};
use election::standing::{Grant, GrantedBy, Standing};
use election::statement::{Body, Effect, Kind, StatementError, StatementId, payload_type};
use election::testing::{TestLog, TestPool as _, admission, copy_of, motion, name, pass};
use election::{Pool as _, Statement};

use crate::court::*;
use crate::wire::must_be_unharmed;

/// A log on which contributor 2 was admitted to the compiler, and the certificate; not executed yet.
fn admitted() -> (TestLog<Technical>, StatementId) {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    let certificate = pass(&mut log, vec![admission("compiler", 2)], VOTERS);
    (log, certificate)
}

/// The effect that is due.
fn due(log: &TestLog<Technical>) -> Effect<Technical> {
    let due = log.state.due(log.now).expect("encodable").remove(0);
    let Body::Effect(effect) = due.body else { panic!("a {} is due", due.body.kind()) };
    effect
}

/// The server logs an effect with its own key, and is accused.
fn logged(log: &mut TestLog<Technical>, effect: Effect<Technical>, slug: &str) -> String {
    let (place, log_key) = (log.leaves.len(), copy_of(&log.log_key));
    log.force(&Body::Effect(effect), &[&log_key]);
    assert_eq!(accused(log), [(A06, Some(place)), (A15, Some(place))]);
    let words = first_words(log);
    assert!(words.contains(slug), "{words}");
    words
}

#[test]
fn the_honest_effect_is_verified() {
    let (mut log, _) = admitted();
    log.execute();
    assert_eq!(accused(&log), []);
}

#[test]
fn an_effect_of_a_certificate_that_does_not_exist_is_named() {
    let (mut log, _) = admitted();
    let mut effect = due(&log);
    effect.certificate = StatementId::from(crypto::Hash::of(b"no certificate"));
    let words = logged(&mut log, effect, "unknown-certificate");
    assert!(words.contains(&crypto::Hash::of(b"no certificate").to_string()), "{words}");
}

#[test]
fn a_certificate_executed_twice_is_named() {
    let (mut log, _) = admitted();
    let effect = due(&log);
    log.execute();
    // The very same statement stands in the log already; another about the same certificate differs.
    let place = log.leaves.len();
    let log_key = copy_of(&log.log_key);
    log.force(&Body::Effect(effect.clone()), &[&log_key]);
    assert!(first_words(&log).contains("already-logged"));
    log.leaves.truncate(place);
    let more = Grant { module: name("core"), person: Technical::principal_id(2) };
    logged(&mut log, Effect { grants: vec![more], ..effect }, "already-executed");
}

#[test]
fn an_effect_that_officers_sign_instead_of_the_log_is_named() {
    let (mut log, _) = admitted();
    let (place, officers) = (log.leaves.len(), log.officer_seeds());
    let body = Body::Effect(due(&log));
    log.force(&body, &[&officers[0], &officers[1]]);
    assert_eq!(accused(&log), [(A06, Some(place)), (A15, Some(place))]);
    assert!(first_words(&log).contains("signature-missing"));
}

#[test]
fn an_altered_grant_is_named_with_what_was_decided() {
    let (mut log, certificate) = admitted();
    let mut effect = due(&log);
    effect.grants[0].person = name("github:mallory");
    let words = logged(&mut log, effect, "effect-mismatch");
    for part in ["github:mallory", "contributor-000002", &certificate.to_string()] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn a_grant_altered_under_the_logs_honest_signature_is_named_as_well() {
    let (mut log, _) = admitted();
    log.execute();
    let place = log.leaves.len() - 1;
    let Body::Effect(mut effect) = body_at(&log, place) else { panic!("an effect") };
    effect.grants[0].module = name("core");
    let payload = Body::Effect(effect).encode().expect("encodable");
    log.leaves[place].statement = with_content(&log.leaves[place].statement, payload);
    assert_eq!(accused(&log), [(A06, Some(place)), (A15, Some(place))]);
}

#[test]
fn a_server_that_keeps_an_effect_back_is_named_once_the_log_goes_on() {
    let (mut log, _) = admitted();
    let certificate = log.leaves.len() - 1;
    enrol(&mut log, VOTERS..VOTERS + 1);
    assert_eq!(accused(&log), [(A15, Some(certificate))]);
}

/// An effect of the business pool that names a module, signed by its log: no type can hold it, so it
/// is written by hand.
fn bought(log: &TestLog<Business>, honest: &Effect<Business>) -> Envelope {
    let mut effect = serde_json::to_value(honest).expect("JSON");
    effect["grants"] = serde_json::json!([{ "module": "compiler", "person": "github:mallory" }]);
    let payload = crypto::canonical::encode(&effect).expect("canonical");
    let kind = payload_type::<Business>(Kind::Effect);
    let mut envelope = Envelope::new(kind, payload).expect("within the limits");
    envelope.sign(&log.log_key).expect("once");
    envelope
}

#[test]
fn the_business_pool_buys_no_module() {
    let mut log = business();
    let place = nth(&log, Kind::Effect, 0);
    let Body::Effect(honest) = body_at(&log, place) else { panic!("an effect") };
    let bought = bought(&log, &honest);
    let error = Statement::<Business>::decode(&bought).expect_err("no business effect");
    assert!(matches!(error, StatementError::Payload { kind: Kind::Effect, .. }), "{error}");
    log.leaves[place].statement = bought;
    assert!(accused(&log).contains(&(A05, Some(place))));
    assert!(first_words(&log).contains("this pool has no such thing"));
}

#[test]
fn the_server_executes_each_certificate_once_and_takes_no_effect_from_outside() {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..3);
    world.technical.enrol(0..3);
    let election = world.technical.act(|log| log.open_election(vec![admission("compiler", 2)]));
    for voter in 0..3 {
        world.technical.vote(election, voter, &YES);
    }
    world.technical.act(|log| log.close(election));
    // The model executes it too, and the server has to agree to the byte.
    let certificate = world.technical.act(|log| log.certify(election));
    let place = nth(&world.technical.log, Kind::Effect, 0);
    let body = body_at(&world.technical.log, place);
    let Body::Effect(effect) = body.clone() else { panic!("an effect") };
    let (log_key, officers) =
        (copy_of(&world.technical.log.log_key), world.technical.log.officer_seeds());
    let mut more = effect;
    more.grants[0].module = name("core");
    for signers in [vec![&log_key], vec![&officers[0], &officers[1]]] {
        let slug = world.technical.refusal(&Body::Effect(more.clone()), &signers);
        assert_eq!(slug, "made-by-the-log");
    }
    world.restart();
    world.technical.tick();
    world.technical.must_equal_the_model();
    let state = world.technical.state();
    let person = Technical::principal_id(2);
    let held = state.standing(&name("compiler"), &person).expect("a standing");
    assert_eq!(held.standing, Standing::Maintainer);
    assert_eq!(held.granted_by, GrantedBy::Certificate { statement: certificate });
    assert!(!state.is_due(world.technical.log.now), "nothing is left to do");
    must_be_unharmed(&mut world);
}

#[test]
fn a_business_decision_takes_effect_and_touches_no_module() {
    let mut log = TestLog::<Business>::found("vote.example.org");
    enrol(&mut log, 0..VOTERS);
    pass(&mut log, vec![motion()], VOTERS);
    log.execute();
    let Body::Effect(effect) = body_at(&log, log.leaves.len() - 1) else { panic!("an effect") };
    assert!(effect.grants.is_empty());
    assert_eq!(log.state.standings().count(), 0, "{} has no modules", Business::SLUG);
    assert_eq!(accused(&log), []);
}
