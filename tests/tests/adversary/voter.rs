//! The dishonest voter, with keys of their own and a real server to try them on.

use bicameral_tests::site::Backend;
use bicameral_tests::world::{Hall, Served, World};
use crypto::canonical;
use crypto::encoding::base64url;
use crypto::envelope::Envelope;
use crypto::invitation::InvitationCode;
use crypto::sign::SigningKey;
use election::ballot::Ballot;
use election::pool::{Business, Technical};
use election::statement::{Body, Invitation, Kind, Statement, StatementId, payload_type};
use election::testing::{TestLog, TestPool, TestRng, TestVoter, copy_of, millis, motion};

use crate::court::{NO, YES, with_content};
use crate::wire::{must_be_unharmed, post};

/// Three voters in each pool and an open election on a motion in each.
fn world() -> (World, StatementId, StatementId) {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..3);
    world.technical.enrol(0..3);
    let business = world.business.act(|log| log.open_election(vec![motion()]));
    let technical = world.technical.act(|log| log.open_election(vec![motion()]));
    (world, business, technical)
}

fn signed<P: TestPool>(log: &TestLog<P>, voter: usize, ballot: &Ballot<P>) -> Envelope {
    TestLog::signed(&Body::Ballot(ballot.clone()), &[&log.voters[voter].key])
}

fn bytes(envelope: &Envelope) -> Vec<u8> {
    envelope.encode().expect("encodable")
}

/// Tells the model what the server has admitted meanwhile, at the time it did so.
fn adopt<P: Served>(hall: &mut Hall<P>, envelope: &Envelope) {
    hall.act(|log| {
        log.now = millis(log.now.get() - 1);
        log.submit(envelope.clone()).expect("the model admits what the server did");
        if let Ok(statement) = Statement::<P>::decode(envelope)
            && let (id, Body::Ballot(ballot)) = (statement.id(), statement.body())
        {
            log.ballots.insert(id, ballot.clone());
        }
    });
}

/// Posts two things at the same time.
fn race(url: &str, one: (&str, &[u8]), two: (&str, &[u8])) -> [(u16, String); 2] {
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        let [one, two] = [one, two].map(|(pool, body)| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                post(url, pool, body)
            })
        });
        [one.join().expect("answered"), two.join().expect("answered")]
    })
}

#[test]
fn of_two_ballots_sent_at_once_exactly_one_stands() {
    let (mut world, election, _) = world();
    for round in 0..12 {
        let voter = round % 3;
        let log = &mut world.business.log;
        let rivals = [YES, NO].map(|answer| {
            let ballot = log.ballot(election, voter, &answer);
            signed(log, voter, &ballot)
        });
        let posted = rivals.each_ref().map(bytes);
        let answers = race(&world.url(), ("business", &posted[0]), ("business", &posted[1]));
        let won = answers.iter().position(|(status, _)| *status == 201).expect("one wins");
        assert_eq!(answers[1 - won], (409, "stale-ballot".to_owned()), "round {round}");
        adopt(&mut world.business, &rivals[won]);
    }
    must_be_unharmed(&mut world);
}

#[test]
fn one_ballot_sent_many_times_at_once_is_recorded_once() {
    let (mut world, election, _) = world();
    let ballot = world.business.log.ballot(election, 0, &YES);
    let envelope = signed(&world.business.log, 0, &ballot);
    let (url, body) = (world.url(), bytes(&envelope));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let senders: Vec<_> =
            (0..8).map(|_| scope.spawn(|| post(&url, "business", &body).0)).collect();
        senders.into_iter().map(|sender| sender.join().expect("answered")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?}");
    adopt(&mut world.business, &envelope);
    must_be_unharmed(&mut world);
}

#[test]
fn an_older_ballot_sent_again_gets_its_receipt_and_changes_nothing() {
    let (mut world, election, _) = world();
    let first = world.business.vote(election, 0, &NO);
    world.business.vote(election, 0, &YES);
    let body = bytes(&first.leaf.statement);
    assert_eq!(post(&world.url(), "business", &body).0, 200);
    let standing = world.business.election(election).counted().count();
    assert_eq!(standing, 1);
    must_be_unharmed(&mut world);
}

#[test]
fn a_ballot_that_does_not_replace_the_standing_one_is_told_which_does_stand() {
    let (mut world, election, _) = world();
    let rival = world.business.log.ballot(election, 0, &NO);
    let standing = world.business.vote(election, 0, &YES);
    let key = copy_of(&world.business.log.voters[0].key);
    let refused = world.business.attempt(&Body::Ballot(rival.clone()), &[&key]);
    let refused = refused.expect_err("refused");
    let problem = refused.problem().expect("a problem document");
    assert_eq!(problem.slug(), "stale-ballot");
    let id = election::statement::id_of(&standing.leaf.statement);
    assert_eq!(problem.standing(), Some(id));
    // Nobody without the voter's key is told.
    let stranger = copy_of(&world.business.log.voters[1].key);
    let refused = world.business.attempt(&Body::Ballot(rival), &[&stranger]);
    let refused = refused.expect_err("refused");
    let problem = refused.problem().expect("a problem document");
    assert_eq!((problem.slug(), problem.standing()), ("not-the-holder", None));
    must_be_unharmed(&mut world);
}

#[test]
fn only_the_voters_own_key_signs_the_voters_ballot() {
    let (mut world, election, other_election) = world();
    let ballot = Body::Ballot(world.business.log.ballot(election, 0, &YES));
    let log = &world.business.log;
    let (voter, other) = (copy_of(&log.voters[0].key), copy_of(&log.voters[1].key));
    let (officer, log_key) = (copy_of(&log.officers[0]), copy_of(&log.log_key));
    let invitation = copy_of(&log.voters[0].invitation);
    let technical = copy_of(&world.technical.log.voters[0].key);
    let stranger = SigningKey::generate(&mut TestRng::new("stranger"));
    let hall = &world.business;
    assert_eq!(hall.refusal(&ballot, &[&other]), "not-the-holder");
    for key in [&officer, &log_key, &invitation, &technical, &stranger] {
        assert_eq!(hall.refusal(&ballot, &[key]), "wrong-key");
    }
    assert_eq!(hall.refusal(&ballot, &[&voter, &officer]), "not-a-signer");
    let forged = TestLog::signed(&ballot, &[&other]);
    let mut stolen = Envelope::new(forged.payload_type(), forged.payload()).expect("fits");
    stolen.attach(voter.public().id(), *forged.signatures()[0].sig()).expect("one");
    assert_eq!(post(&world.url(), "business", &bytes(&stolen)), (403, "bad-signature".into()));
    // The same person's ballot of the other pool, as it is and relabelled.
    let ballot = world.technical.log.ballot(other_election, 0, &YES);
    let envelope = signed(&world.technical.log, 0, &ballot);
    assert_eq!(post(&world.url(), "business", &bytes(&envelope)), (400, "other-pool".into()));
    let kind = payload_type::<Business>(Kind::Ballot);
    let mut relabelled = Envelope::new(kind, envelope.payload()).expect("fits");
    let signature = &envelope.signatures()[0];
    relabelled.attach(signature.keyid(), *signature.sig()).expect("one");
    assert_eq!(post(&world.url(), "business", &bytes(&relabelled)), (400, "bad-statement".into()));
    must_be_unharmed(&mut world);
}

#[test]
fn a_ballot_comes_neither_before_the_opening_nor_after_the_close() {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..1);
    let election = world.business.act(|log| log.seal(vec![motion()]));
    let key = copy_of(&world.business.log.voters[0].key);
    let ballot = Body::Ballot(world.business.log.ballot(election, 0, &YES));
    assert_eq!(world.business.refusal(&ballot, &[&key]), "wrong-phase");
    world.business.act(|log| log.open(election));
    world.business.act(|log| log.close(election));
    assert_eq!(world.business.refusal(&ballot, &[&key]), "wrong-phase");
    world.business.act(|log| log.certify(election));
    assert_eq!(world.business.refusal(&ballot, &[&key]), "wrong-phase");
    must_be_unharmed(&mut world);
}

#[test]
fn selections_that_the_rules_do_not_know_are_refused() {
    let (mut world, election, _) = world();
    let ballot = world.business.log.ballot(election, 0, &YES);
    let honest = signed(&world.business.log, 0, &ballot);
    let text = String::from_utf8(honest.payload().to_vec()).expect("JSON");
    let cases = [
        (
            "a score of 2^53",
            r#"{"choice":"yes"}"#,
            r#"{"scores":[[0,9007199254740992]]}"#,
            "bad-statement",
        ),
        ("a float", r#"{"choice":"yes"}"#, r#"{"chosen":[0.5]}"#, "bad-statement"),
        (
            "a duplicate key",
            r#"{"choice":"yes"}"#,
            r#"{"choice":"yes","choice":"no"}"#,
            "bad-statement",
        ),
        ("two answers", r#"{"choice":"yes"}"#, r#"{"choice":"yes","chosen":[0]}"#, "bad-statement"),
        ("another word", r#"{"choice":"yes"}"#, r#"{"choice":"YES"}"#, "bad-statement"),
        ("whitespace", r#"{"choice":"yes"}"#, r#"{"choice": "yes"}"#, "bad-statement"),
        ("an unknown field", r#""nonce":"#, r#""mood":"merry","nonce":"#, "bad-statement"),
        ("another ballot's form", r#"{"choice":"yes"}"#, r#"{"chosen":[0]}"#, "bad-ballot"),
        ("another contest", r#"{"motion":"#, r#"{"moti0n":"#, "bad-ballot"),
        ("no contest", r#"{"motion":{"choice":"yes"}}"#, "{}", "bad-ballot"),
    ];
    let key = copy_of(&world.business.log.voters[0].key);
    for (what, from, to, slug) in cases {
        let forged = text.replacen(from, to, 1);
        assert_ne!(forged, text, "{what}");
        let mut envelope = Envelope::new(honest.payload_type(), forged.as_bytes()).expect("fits");
        envelope.sign(&key).expect("signed");
        let (status, found) = post(&world.url(), "business", &bytes(&envelope));
        assert_eq!(found, slug, "{what}");
        assert_eq!(status, if slug == "bad-ballot" { 422 } else { 400 }, "{what}");
    }
    must_be_unharmed(&mut world);
}

// ---- Enrolment ----------------------------------------------------------------------------------

/// Enters a principal of a number, invites its speaker, and gives who is to enrol.
fn invited<P: Served>(hall: &mut Hall<P>, number: usize, key: SigningKey) -> TestVoter<P> {
    hall.act(|log| {
        log.enter(number);
        let (principal, person) = (P::principal_id(number), P::speakers(number)[0].clone());
        let subject = Invitation::<P>::subject(&principal, &person);
        let invitation =
            InvitationCode::generate(&mut log.rng).derive(log.origin.as_str(), &subject);
        let voter = TestVoter { principal, person, invitation, key };
        let registrar = copy_of(&log.officers[0]);
        log.append(&Body::Invitation(log.invitation_of(&voter)), &[&registrar]);
        voter
    })
}

fn enrolment<P: Served>(hall: &Hall<P>, voter: &TestVoter<P>) -> Envelope {
    let body = Body::Enrolment(hall.log.enrolment_of(voter));
    TestLog::signed(&body, &[&voter.invitation, &voter.key])
}

#[test]
fn one_key_enrolled_in_both_pools_at_once_serves_in_one() {
    let mut world = World::found(Backend::Sqlite);
    for round in 0..6 {
        let key = SigningKey::generate(&mut TestRng::new(&format!("both {round}")));
        let business = invited(&mut world.business, round, copy_of(&key));
        let technical = invited(&mut world.technical, round, key);
        let envelopes =
            [enrolment(&world.business, &business), enrolment(&world.technical, &technical)];
        let [one, two] = envelopes.each_ref().map(bytes);
        let answers = race(&world.url(), ("business", &one), ("technical", &two));
        let won = answers.iter().position(|(status, _)| *status == 201).expect("one wins");
        assert_eq!(answers[1 - won], (409, "key-in-use".to_owned()), "round {round}");
        if won == 0 {
            adopt(&mut world.business, &envelopes[0]);
        } else {
            adopt(&mut world.technical, &envelopes[1]);
        }
        // And later: still in the other pool.
        let (pool, body) = if won == 0 { ("technical", &two) } else { ("business", &one) };
        assert_eq!(post(&world.url(), pool, body), (409, "key-in-use".to_owned()));
    }
    must_be_unharmed(&mut world);
}

#[test]
fn an_enrolment_that_somebody_intercepts_takes_no_other_key() {
    let mut world = World::found(Backend::Sqlite);
    let key = SigningKey::generate(&mut TestRng::new("own"));
    let voter = invited(&mut world.business, 0, key);
    let honest = enrolment(&world.business, &voter);
    let thief = SigningKey::generate(&mut TestRng::new("thief"));
    let mut body = world.business.log.enrolment_of(&voter);
    body.key = thief.public();
    let body = Body::Enrolment(body);
    let invitation = voter.invitation.public().id();
    let signature = *honest.signature_of(invitation).expect("the invitation's");
    let mut forged = TestLog::signed(&body, &[&thief]);
    assert_eq!(post(&world.url(), "business", &bytes(&forged)), (403, "signature-missing".into()));
    forged.attach(invitation, signature).expect("another key");
    assert_eq!(post(&world.url(), "business", &bytes(&forged)), (403, "bad-signature".into()));
    let unsigned = with_content(&honest, body.encode().expect("encodable"));
    assert!(matches!(post(&world.url(), "business", &bytes(&unsigned)).0, 403));
    // The honest one goes through afterwards, once: an invitation makes one key.
    assert_eq!(post(&world.url(), "business", &bytes(&honest)).0, 201);
    adopt(&mut world.business, &honest);
    let second = TestLog::signed(&body, &[&voter.invitation, &thief]);
    assert_eq!(post(&world.url(), "business", &bytes(&second)), (403, "wrong-key".into()));
    must_be_unharmed(&mut world);
}

#[test]
fn a_weak_key_is_no_key() {
    let mut world = World::found(Backend::Sqlite);
    let voter = invited(&mut world.technical, 0, SigningKey::generate(&mut TestRng::new("own")));
    let honest = enrolment(&world.technical, &voter);
    let text = String::from_utf8(honest.payload().to_vec()).expect("JSON");
    let own = base64url::encode(voter.key.public().as_bytes());
    let mut order_eight = [0; 32];
    order_eight.copy_from_slice(
        &crypto::encoding::hex::decode(
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        )
        .expect("hex"),
    );
    let [mut identity, mut not_canonical] = [[0; 32], [0xff; 32]];
    identity[0] = 1;
    not_canonical[0] = 0xee;
    not_canonical[31] = 0x7f;
    for (what, weak) in [
        ("the identity", identity),
        ("order four", [0; 32]),
        ("order eight", order_eight),
        ("not canonical", not_canonical),
    ] {
        let forged = text.replace(&own, &base64url::encode(&weak));
        assert_ne!(forged, text);
        canonical::check(forged.as_bytes()).expect("canonical all the same");
        let mut envelope = Envelope::new(honest.payload_type(), forged.as_bytes()).expect("fits");
        envelope.sign(&voter.invitation).expect("signed");
        let answer = post(&world.url(), "technical", &bytes(&envelope));
        assert_eq!(answer, (400, "bad-statement".into()), "{what}");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn somebody_invited_after_the_freeze_or_not_on_the_roll_does_not_vote() {
    let (mut world, election, _) = world();
    let late = world.business.act(|log| log.enrol_speaker(0, 1));
    let stranger = world.business.act(|log| log.enrol(60));
    for (voter, slug) in [(late, "invited-after-freeze"), (stranger, "not-on-roll")] {
        let log = &mut world.business.log;
        let key = copy_of(&log.voters[voter].key);
        let ballot = Body::Ballot(log.ballot(election, voter, &YES));
        assert_eq!(world.business.refusal(&ballot, &[&key]), slug);
    }
    must_be_unharmed(&mut world);
}

#[test]
fn an_organisation_or_a_weight_does_not_enter_the_technical_pool() {
    let (mut world, ..) = world();
    let registrar = copy_of(&world.technical.log.officers[0]);
    let principal = Technical::principal(70);
    let entry = election::statement::PrincipalEntry {
        origin: world.technical.log.origin.clone(),
        principal,
    };
    let honest = TestLog::signed(&Body::Principal(entry), &[&registrar]);
    let text = String::from_utf8(honest.payload().to_vec()).expect("JSON");
    for (from, to) in [
        ("\"github:contributor-000070\"", "\"member-000070\""),
        ("\"principal\":{", "\"principal\":{\"class\":\"premier\","),
        ("\"name\":\"Contributor 70\"", "\"name\":\"Contributor 70\",\"weight\":4"),
    ] {
        let forged = text.replacen(from, to, 1);
        assert_ne!(forged, text);
        let mut envelope = Envelope::new(honest.payload_type(), forged.as_bytes()).expect("fits");
        envelope.sign(&registrar).expect("signed");
        let answer = post(&world.url(), "technical", &bytes(&envelope));
        assert_eq!(answer, (400, "bad-statement".into()), "{to}");
    }
    must_be_unharmed(&mut world);
}
