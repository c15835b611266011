//! Every refusal that a client can meet, met.
//!
//! One foundation serves all cases of a pool: a refused statement changes nothing, which the last
//! test of each checks by comparing checkpoints.

use crypto::envelope::Envelope;
use crypto::{Hash, SigningKey};
use election::ids::Origin;
use election::manifest::{Electorate, Manifest, Secrecy};
use election::principal::{Affiliation, CorporateMember, Mandate, RelatedGroup};
use election::question::TechnicalQuestion;
use election::state::Refusal;
use election::statement::{
    Body, Cancel, CloseCause, Closed, Effect, Enrolment, Entry, Invitation, OfficersChange, Opened,
    PrincipalEntry, Reason, Suspension,
};
use election::testing::{TestLog, TestPool, copy_of, line, millis, motion, name, schulze};
use election::{Business, StatementId, Technical};
use tabulation::Selection;

use super::harness::{Harness, config};
use crate::http::problem::ProblemType;

/// What no client can meet over HTTP, and why.
const UNREACHABLE: &[(&str, &str)] = &[
    ("already-logged", "a repetition gets its first receipt"),
    ("time-went-back", "the sequencer never stamps a leaf before the last one"),
    ("not-of-this-pool", "only a genesis can, and the trust anchor names another"),
    ("outside-window", "the sequencer opens and closes what is due before it admits"),
    ("early-close", "the log alone closes"),
    ("box-mismatch", "the log alone closes"),
    ("certificate-mismatch", "the server's own count differs before the rules are asked"),
    ("founding-standing", "only a genesis can, and the trust anchor names another"),
    ("unknown-certificate", "the log alone executes"),
    ("nothing-decided", "the log alone executes"),
    ("already-executed", "the log alone executes"),
    ("effect-mismatch", "the log alone executes"),
    ("bad-lots", "an election with false secrets cannot be counted, which comes first"),
    ("not-encodable", "no decoder lets such a value in"),
];

type Cases = Vec<(&'static str, Envelope)>;

fn stranger() -> SigningKey {
    SigningKey::from_seed(&[77; 32])
}

fn three<P: TestPool>() -> TestLog<P> {
    let mut log = TestLog::found("vote.example.org");
    for number in 0..3 {
        log.enrol(number);
    }
    log
}

/// A technical log with an election in every phase that a statement can be wrong about.
struct Stage {
    log: TestLog<Technical>,
    closed: StatementId,
    open: StatementId,
    sealed: StatementId,
    late: usize,
}

fn technical() -> Stage {
    let mut log = three::<Technical>();
    let [officer, ..] = officers(&log);
    let fact = Affiliation {
        person: Technical::principal_id(0),
        groups: vec![name("acme")],
        from: millis(0),
    };
    log.append(&Body::Affiliation(Entry { origin: log.origin.clone(), fact }), &[&officer]);
    log.enter(12);
    let invitation = Body::Invitation(unused(&log));
    log.append(&invitation, &[&officer]);
    let closed = log.open_election(vec![motion()]);
    for voter in 0..3 {
        log.vote(closed, voter, &[("motion", Selection::YES)]);
    }
    log.close(closed);
    let open = log.open_election(vec![motion()]);
    log.vote(open, 0, &[("motion", Selection::YES)]);
    let late = log.enrol(9);
    let sealed = log.seal(vec![motion()]);
    Stage { log, closed, open, sealed, late }
}

/// The key of an invitation that nobody has used.
fn unused_key() -> SigningKey {
    SigningKey::from_seed(&[78; 32])
}

fn unused(log: &TestLog<Technical>) -> Invitation<Technical> {
    Invitation {
        origin: log.origin.clone(),
        principal: Technical::principal_id(12),
        person: Technical::speakers(12)[0].clone(),
        key: unused_key().public(),
    }
}

fn officers<P: TestPool>(log: &TestLog<P>) -> [SigningKey; 3] {
    log.officer_seeds().try_into().expect("three officers")
}

fn signed<P: TestPool>(body: &Body<P>, keys: &[&SigningKey]) -> Envelope {
    TestLog::signed(body, keys)
}

/// A ballot of the open election, changed and signed.
fn ballot(
    stage: &mut Stage,
    voter: usize,
    edit: impl Fn(&mut election::ballot::Ballot<Technical>),
    key: &SigningKey,
) -> Envelope {
    let mut ballot = stage.log.ballot(stage.open, voter, &[("motion", Selection::NO)]);
    edit(&mut ballot);
    signed(&Body::Ballot(ballot), &[key])
}

fn about_ballots(stage: &mut Stage) -> Cases {
    let key = copy_of(&stage.log.voters[0].key);
    let other = copy_of(&stage.log.voters[1].key);
    let late = copy_of(&stage.log.voters[stage.late].key);
    let (sealed, place) = (stage.sealed, stage.late);
    let honest = ballot(stage, 0, |_| (), &key);
    let mut forged = Envelope::new(honest.payload_type(), {
        let other = ballot(stage, 0, |ballot| ballot.nonce = election::bytes::Bytes([7; 16]), &key);
        other.payload().to_vec()
    })
    .expect("an envelope");
    let signature = honest.signatures()[0];
    forged.attach(signature.keyid(), *signature.sig()).expect("one signature");
    let nowhere = StatementId::from(Hash::of(b"nowhere"));
    vec![
        ("bad-signature", forged),
        ("stale-ballot", ballot(stage, 0, |ballot| ballot.supersedes = None, &key)),
        ("unknown-election", ballot(stage, 0, |ballot| ballot.manifest = nowhere, &key)),
        ("wrong-phase", ballot(stage, 0, |ballot| ballot.manifest = sealed, &key)),
        ("bad-ballot", ballot(stage, 0, |ballot| ballot.selections.clear(), &key)),
        ("not-the-holder", ballot(stage, 0, |_| (), &other)),
        ("not-on-roll", ballot(stage, place, |_| (), &late)),
        ("wrong-key", ballot(stage, 0, |_| (), &stranger())),
    ]
}

fn about_people(stage: &mut Stage) -> Cases {
    let log = &mut stage.log;
    let keys = officers(log);
    let origin = log.origin.clone();
    let entry = |origin: &Origin<Technical>| {
        let origin = origin.clone();
        Body::Principal(PrincipalEntry { origin, principal: Technical::principal(20) })
    };
    let elsewhere = Origin::of_host("other.example.org").expect("a host");
    let Invitation { origin: log_origin, principal, person, key } = unused(log);
    let (invitation, key) = (key.id(), stranger().public());
    let enrolment = Enrolment { origin: log_origin, invitation, principal, person, key };
    let fact =
        Affiliation { person: name("github:nobody"), groups: vec![name("acme")], from: millis(0) };
    let affiliation = Body::Affiliation(Entry { origin: origin.clone(), fact });
    let principal = Technical::principal_id(0);
    let suspension = Suspension { origin: origin.clone(), principal, reason: Reason::Request };
    let mut invited = log.invitation_of(&log.voters[0]);
    invited.key = stranger().public();
    let mut taken = enrolment.clone();
    taken.key = keys[1].public();
    let genesis = log.genesis();
    let (mut other, quorums) = (genesis.clone(), genesis.quorums);
    other.name = line("Another Foundation");
    let nobody = OfficersChange { origin: origin.clone(), officers: Vec::new(), quorums };
    vec![
        ("other-log", signed(&entry(&elsewhere), &[&keys[0]])),
        ("not-a-signer", signed(&entry(&origin), &[&stranger()])),
        ("signature-missing", signed(&Body::Enrolment(enrolment), &[&stranger()])),
        ("unknown-principal", signed(&affiliation, &[&keys[0]])),
        ("no-change", signed(&Body::Reinstatement(suspension), &[&keys[0], &keys[1]])),
        ("already-invited", signed(&Body::Invitation(invited), &[&keys[0]])),
        ("key-in-use", signed(&Body::Enrolment(taken), &[&unused_key(), &keys[1]])),
        ("unworkable-officers", signed(&Body::Officers(nobody), &keys.each_ref())),
        ("other-genesis", signed(&Body::Genesis(other), &keys.each_ref())),
    ]
}

fn about_elections(stage: &mut Stage) -> Cases {
    let log = &mut stage.log;
    let keys = officers(log);
    let both = [&keys[0], &keys[1]];
    let honest = log.manifest(vec![motion()]);
    let edited = |edit: &dyn Fn(&mut Manifest<Technical>)| {
        let mut manifest = honest.clone();
        edit(&mut manifest);
        signed(&Body::Manifest(manifest), &both)
    };
    let nobody = Electorate::Class { class: name("premier") };
    let mut cases = vec![
        ("too-few-officers", signed(&Body::Manifest(honest.clone()), &[&keys[0]])),
        ("bad-manifest", edited(&|manifest| manifest.secrecy = Secrecy::Secret)),
        (
            "sealed-too-late",
            edited(&|manifest| manifest.window.opens_at = millis(election::testing::BEGINNING)),
        ),
        ("roll-moved", edited(&|manifest| manifest.roll.log_size = crypto::merkle::TreeSize(3))),
        ("roll-mismatch", edited(&|manifest| manifest.roll.root = Hash::of(b"another"))),
        ("bad-roll", edited(&|manifest| manifest.electorate = nobody.clone())),
    ];
    let mut manifest = log.manifest(vec![schulze(&["ann", "ben"], 1)]);
    manifest.contests[0].options[0].person = Some(Technical::principal_id(0));
    cases.push(("affiliation-mismatch", signed(&Body::Manifest(manifest), &both)));
    let mut manifest = log.manifest(vec![schulze(&["ann", "ben"], 1)]);
    manifest.contests[0].question =
        TechnicalQuestion::ModuleMaintainers { module: name("compiler") };
    cases.push(("nameless-option", signed(&Body::Manifest(manifest), &both)));
    let cancel = Cancel { origin: log.origin.clone(), manifest: stage.open };
    cases.push(("wrong-phase", signed(&Body::Cancel(cancel), &both)));
    cases.extend(about_certificates(stage));
    cases
}

fn about_certificates(stage: &Stage) -> Cases {
    let log = &stage.log;
    let keys = officers(log);
    let both = [&keys[0], &keys[1]];
    let origin = log.origin.clone();
    let right = log.count(stage.closed).certificate;
    let mut wrong = right.clone();
    wrong.heads += 1;
    let mut lots = right;
    lots.lots[0].secret = election::bytes::Bytes([1; 32]);
    let opened = Body::Opened(Opened { origin: origin.clone(), manifest: stage.sealed });
    let closed = Body::Closed(Closed {
        origin,
        manifest: stage.open,
        cause: CloseCause::Window,
        box_root: Hash::of(b"a box"),
        heads: 1,
    });
    let effect = Body::Effect(Effect {
        origin: stage.log.origin.clone(),
        manifest: stage.closed,
        certificate: stage.closed,
        grants: Vec::new(),
    });
    vec![
        ("made-by-the-log", signed(&effect, &[&log.log_key])),
        ("certificate-differs", signed(&Body::Certificate(wrong), &both)),
        ("not-countable", signed(&Body::Certificate(lots), &both)),
        ("made-by-the-log", signed(&opened, &both)),
        ("made-by-the-log", signed(&closed, &[&log.log_key])),
    ]
}

/// A business log with what only organisations have, and its cases.
fn business() -> (TestLog<Business>, Cases) {
    let mut log = three::<Business>();
    let keys = officers(&log);
    let origin = log.origin.clone();
    let group = |group: &str, members: [usize; 2]| {
        let members = members.map(Business::principal_id).to_vec();
        let voice = members[0].clone();
        let fact = RelatedGroup { group: name(group), members, voice };
        Body::Related(Entry { origin: origin.clone(), fact })
    };
    log.append(&group("one", [1, 2]), &[&keys[0]]);
    let election = log.open_election(vec![motion()]);
    let late = log.enrol_speaker(0, 1);

    let delegate = name("id:ann");
    let fact =
        Mandate { member: Business::principal_id(0), delegate, alternates: vec![name("id:ann")] };
    let mandate = Body::Mandate(Entry { origin: origin.clone(), fact });
    let mut member: CorporateMember = Business::principal(9);
    member.class = name("platinum");
    let entry = Body::Principal(PrincipalEntry { origin: origin.clone(), principal: member });
    let mut invitation = log.invitation_of(&log.voters[0]);
    invitation.person = name("id:passer-by");
    invitation.key = stranger().public();
    let ballot = log.ballot(election, late, &[("motion", Selection::YES)]);
    let cases = vec![
        ("bad-principal", signed(&mandate, &[&keys[0]])),
        ("unknown-name", signed(&entry, &[&keys[0]])),
        ("in-another-group", signed(&group("two", [0, 1]), &[&keys[0]])),
        ("not-a-speaker", signed(&Body::Invitation(invitation), &[&keys[0]])),
        ("invited-after-freeze", signed(&Body::Ballot(ballot), &[&log.voters[late].key])),
    ];
    (log, cases)
}

async fn are_refused<P: TestPool>(harness: &Harness, cases: &Cases) {
    let checkpoint = format!("/{}/log/checkpoint", P::SLUG);
    let before = harness.client.get(&checkpoint).await.body;
    let mut others = Vec::new();
    for (slug, envelope) in cases {
        let kind = ProblemType::of_slug(slug).expect("a problem type");
        let answer = harness.client.submit::<P>(envelope).await;
        let json = answer.json();
        if json["type"] != kind.uri() {
            others.push(format!("{slug}: {json}"));
            continue;
        }
        answer.is_problem(kind.status, slug);
        assert_eq!(json["pool"], P::SLUG, "{slug}");
        assert!(json["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{slug}");
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    let after = harness.client.get(&checkpoint).await.body;
    assert_eq!(before, after, "a refused statement changed the log");
}

#[tokio::test]
async fn what_the_rules_refuse_is_refused_over_http_with_its_own_problem_type() {
    let mut stage = technical();
    let (business, business_cases) = business();
    let mut cases = about_ballots(&mut stage);
    cases.extend(about_people(&mut stage));
    cases.extend(about_elections(&mut stage));
    // A server each: one clock serves both pools, and would end the other's windows.
    let harness = Harness::with(&TestLog::found("vote.example.org"), &stage.log).await;
    are_refused::<Technical>(&harness, &cases).await;
    let harness = Harness::with(&business, &TestLog::found("vote.example.org")).await;
    are_refused::<Business>(&harness, &business_cases).await;

    let mut met: Vec<&str> = cases.iter().chain(&business_cases).map(|(slug, _)| *slug).collect();
    met.push("genesis-out-of-place");
    for slug in Refusal::SLUGS {
        let unreachable = UNREACHABLE.iter().any(|(known, _)| known == slug);
        assert_ne!(met.contains(slug), unreachable, "{slug}");
    }
}

#[tokio::test]
async fn a_log_takes_nothing_before_its_genesis() {
    let (business, mut technical) = (TestLog::found("vote.example.org"), three::<Technical>());
    let harness = Harness::empty(&config("dir", "."), &business, &technical).await;
    let [officer, ..] = officers(&technical);
    let origin = technical.origin.clone();
    let entry = PrincipalEntry { origin, principal: Technical::principal(20) };
    let envelope = signed(&Body::Principal(entry), &[&officer]);
    let answer = harness.client.submit::<Technical>(&envelope).await;
    answer.is_problem(409, "genesis-out-of-place");
    let genesis = technical.leaves.remove(0);
    assert_eq!(harness.client.submit::<Technical>(&genesis.statement).await.status, 201);
}

#[tokio::test]
async fn a_stale_ballot_is_told_which_ballot_stands() {
    let mut log = three::<Technical>();
    let election = log.open_election(vec![motion()]);
    let key = copy_of(&log.voters[0].key);
    let stale = log.ballot(election, 0, &[("motion", Selection::NO)]);
    let standing = log.vote(election, 0, &[("motion", Selection::YES)]);
    let business = TestLog::<Business>::found("vote.example.org");
    let harness = Harness::with(&business, &log).await;
    let envelope = signed(&Body::Ballot(stale.clone()), &[&key]);
    let answer = harness.client.submit::<Technical>(&envelope).await;
    let json = answer.is_problem(409, "stale-ballot");
    assert_eq!(json["standing"], standing.to_string());
    let mut again = stale;
    again.supersedes = Some(standing);
    let answer = harness.client.submit::<Technical>(&signed(&Body::Ballot(again), &[&key])).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}
