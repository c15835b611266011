//! How somebody becomes a maintainer, what an electorate of maintainers is, and what is refused on
//! the way.

use super::*;
use crate::certificate::Certificate;
use crate::manifest::Contest;
use crate::module::Right;
use crate::rights::Rights;
use crate::standing::{FoundingStanding, Grant, GrantedBy, Standing};
use crate::statement::{Effect, Genesis, StatementError};
use crate::testing::{admission, pass};

fn effect<P: TestPool>(log: &TestLog<P>, certificate: StatementId) -> Effect<P> {
    let certified = |election: &ElectionState<P>| {
        election.step(Phase::Certified).is_some_and(|step| step.id == certificate)
    };
    let mut elections = log.state.elections();
    let (manifest, election) = elections.find(|(_, e)| certified(e)).expect("certified");
    let grants = match election.execution() {
        Execution::Due { grants } => grants.clone(),
        Execution::Nothing {} | Execution::Done { .. } => Vec::new(),
    };
    Effect { origin: log.origin.clone(), manifest: *manifest, certificate, grants }
}

/// A log on which everybody admitted contributor 2 to the compiler, not executed yet.
fn admitted() -> (TestLog<Technical>, StatementId) {
    let mut log = three();
    let certificate = pass(&mut log, vec![admission("compiler", 2)], 3);
    (log, certificate)
}

fn standing(log: &TestLog<Technical>, module: &str, number: usize) -> Option<Standing> {
    let held = log.state.standing(&name(module), &Technical::principal_id(number));
    held.map(|held| held.standing)
}

#[test]
fn a_passed_admission_makes_a_maintainer_once_by_its_certificate() {
    let (mut log, certificate) = admitted();
    assert_eq!(standing(&log, "compiler", 2), None, "deciding is not executing");
    let wanted = effect(&log, certificate);
    log.execute();
    let person = Technical::principal_id(2);
    let held = log.state.standing(&name("compiler"), &person).expect("a standing");
    assert_eq!(held.standing, Standing::Maintainer);
    assert_eq!(held.granted_by, GrantedBy::Certificate { statement: certificate });
    assert_eq!(held.since.0 + 1, log.state.size().0);
    let election = log.state.election(&wanted.manifest).expect("known");
    assert!(matches!(election.execution(), Execution::Done { .. }));
    assert!(!log.state.is_due(log.now), "nothing is left to do");
}

#[test]
fn an_effect_is_due_until_it_is_done_whatever_comes_between() {
    let (mut log, certificate) = admitted();
    log.enter(9);
    let snapshot = serde_json::to_vec(&log.state).expect("encodes");
    log.state = serde_json::from_slice(&snapshot).expect("decodes");
    assert!(log.state.is_due(log.now));
    let due = log.state.due(log.now).expect("encodes");
    let [due] = due.as_slice() else { panic!("one step") };
    assert_eq!(due.body, Body::Effect(effect(&log, certificate)));
}

#[test]
fn a_failed_motion_has_no_effect() {
    let mut log = three::<Technical>();
    let election = log.open_election(vec![admission("compiler", 2)]);
    log.close(election);
    let certificate = log.certify_alone(election);
    assert!(!log.state.is_due(log.now));
    let (body, log_key) = (Body::Effect(effect(&log, certificate)), copy_of(&log.log_key));
    refused(&mut log, body, &[&log_key], "nothing-decided");
}

#[test]
fn an_effect_follows_from_a_certificate_and_from_nothing_else() {
    let (mut log, certificate) = admitted();
    let log_key = copy_of(&log.log_key);
    let right = effect(&log, certificate);
    let mut wrong = right.clone();
    wrong.certificate = right.manifest;
    refused(&mut log, Body::Effect(wrong), &[&log_key], "unknown-certificate");
    let mut wrong = right.clone();
    wrong.manifest = certificate;
    refused(&mut log, Body::Effect(wrong), &[&log_key], "unknown-election");
    let stranger = Grant { module: name("compiler"), person: Technical::principal_id(0) };
    for grants in [vec![], vec![stranger.clone()], vec![right.grants[0].clone(), stranger]] {
        let wrong = Effect { grants, ..right.clone() };
        refused(&mut log, Body::Effect(wrong), &[&log_key], "effect-mismatch");
    }
    let core = Grant { module: name("core"), ..right.grants[0].clone() };
    let wrong = Effect { grants: vec![core], ..right };
    refused(&mut log, Body::Effect(wrong), &[&log_key], "effect-mismatch");
}

#[test]
fn an_effect_before_its_certificate_is_refused() {
    let (mut log, manifest) = closed_motion::<Technical>();
    let (origin, certificate, log_key) =
        (log.origin.clone(), StatementId::from(Hash::of(b"to come")), copy_of(&log.log_key));
    let early = Effect { origin, manifest, certificate, grants: Vec::new() };
    refused(&mut log, Body::Effect(early), &[&log_key], "unknown-certificate");
}

#[test]
fn a_certificate_is_executed_once() {
    let (mut log, certificate) = admitted();
    let log_key = copy_of(&log.log_key);
    let again = effect(&log, certificate);
    log.execute();
    refused(&mut log, Body::Effect(again.clone()), &[&log_key], "already-logged");
    let again = Effect { grants: Vec::new(), ..again };
    refused(&mut log, Body::Effect(again), &[&log_key], "already-executed");
}

#[test]
fn officers_execute_nothing() {
    let (mut log, certificate) = admitted();
    let (body, keys) = (Body::Effect(effect(&log, certificate)), officers(&log));
    refused(&mut log, body.clone(), &[&keys[0]], "signature-missing");
    let log_key = copy_of(&log.log_key);
    refused(&mut log, body, &[&keys[0], &log_key], "not-a-signer");
}

#[test]
fn elected_maintainers_are_the_persons_whom_the_options_name() {
    let mut log = three::<Technical>();
    log.enrol(3);
    let mut contest = maintainers(&["ann", "bob"], &[Some(3), Some(0)]);
    contest.rules.seats = 2;
    let election = log.open_election(vec![contest]);
    log.vote(election, 0, &[("steering", testing::ranking(&[0, 1]))]);
    log.close(election);
    let certificate = log.certify(election);
    assert_eq!(standing(&log, "core", 3), Some(Standing::Maintainer));
    let (core, lead) = (name("core"), Technical::principal_id(0));
    let lead = log.state.standing(&core, &lead).expect("founded");
    assert_eq!(lead.standing, Standing::Lead, "an election demotes no lead");
    assert_ne!(*lead.granted_by.statement(), certificate);
}

/// An election of maintainers of `core`.
fn maintainers(options: &[&str], persons: &[Option<usize>]) -> Contest<Technical> {
    let mut contest = testing::schulze::<Technical>(options, 1);
    contest.question =
        crate::question::TechnicalQuestion::ModuleMaintainers { module: name("core") };
    for (option, person) in contest.options.iter_mut().zip(persons) {
        option.person = person.map(Technical::principal_id);
    }
    contest
}

#[test]
fn maintainers_are_elected_among_contributors() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let both = [&keys[0], &keys[1]];
    for (persons, slug) in
        [([Some(0), None], "nameless-option"), ([Some(0), Some(77)], "unknown-name")]
    {
        let manifest = log.manifest(vec![maintainers(&["ann", "bob"], &persons)]);
        match slug {
            "nameless-option" => {
                refused(&mut log, Body::Manifest(manifest), &both, "nameless-option");
            }
            _ => refused(&mut log, Body::Manifest(manifest), &both, "unknown-name"),
        }
    }
}

#[test]
fn a_genesis_gives_only_standings_that_can_begin() {
    type Edit = fn(&mut Vec<FoundingStanding<Technical>>);
    let edits: [Edit; 3] = [
        |standings| standings[0].standing = Standing::Suspended,
        |standings| standings[0].module = name("gpu"),
        |standings| standings[0].person = standings[1].person.clone(),
    ];
    for edit in edits {
        let mut log = TestLog::<Technical>::found("vote.example.org");
        log.state = PoolState::new(log.origin.clone());
        let mut genesis = log.genesis();
        edit(&mut genesis.standings);
        let keys = officers(&log);
        refused(&mut log, Body::Genesis(genesis), &keys.each_ref(), "founding-standing");
    }
}

/// The roll that the maintainers of a module make, by number.
fn roll(log: &TestLog<Technical>, module: &str) -> Result<Vec<String>, FreezeError> {
    let electorate = Electorate::Maintainers { module: name(module) };
    let roll = log.state.freeze_roll(&electorate, log.now)?;
    Ok(roll.entries().map(|entry| entry.principal.to_string()).collect())
}

fn handles(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|number| Technical::principal_id(*number).to_string()).collect()
}

#[test]
fn maintainers_vote_and_where_there_are_none_those_of_the_module_above() {
    let (mut log, _) = admitted();
    assert_eq!(roll(&log, "core"), Ok(handles(&[0, 1])), "leads and maintainers, nobody emeritus");
    assert_eq!(roll(&log, "jit"), Ok(handles(&[0, 1])), "two modules up");
    log.execute();
    assert_eq!(roll(&log, "compiler"), Ok(handles(&[2])));
    assert_eq!(roll(&log, "jit"), Ok(handles(&[2])), "one module up");
    let keys = officers(&log);
    let (origin, principal) = (log.origin.clone(), Technical::principal_id(2));
    let fact = Suspension { origin, principal, reason: Reason::Request };
    log.append(&Body::Suspension(fact), &[&keys[0], &keys[1]]);
    assert_eq!(roll(&log, "jit"), Ok(handles(&[0, 1])), "who may not vote decides nothing");
}

#[test]
fn a_module_without_anybody_up_to_the_root_has_no_electorate() {
    let mut log = three::<Technical>();
    let keys = officers(&log);
    let nobody = FreezeError::NoMaintainers { module: "island".to_owned() };
    assert_eq!(roll(&log, "island"), Err(nobody));
    let mut manifest = log.manifest(vec![testing::motion()]);
    manifest.electorate = Electorate::Maintainers { module: name("island") };
    refused(&mut log, Body::Manifest(manifest.clone()), &[&keys[0], &keys[1]], "bad-roll");
    manifest.electorate = Electorate::Maintainers { module: name("gpu") };
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "unknown-name");
}

#[test]
fn an_election_among_maintainers_is_held_on_their_roll() {
    let mut log = three::<Technical>();
    let mut manifest = log.manifest(vec![admission("jit", 2)]);
    log.freeze(&mut manifest, Electorate::Maintainers { module: name("compiler") });
    let election = log.seal_manifest(&manifest);
    log.open(election);
    let outsider = Body::Ballot(log.ballot(election, 2, &[("motion", Selection::YES)]));
    let key = copy_of(&log.voters[2].key);
    refused(&mut log, outsider, &[&key], "not-on-roll");
    for voter in 0..2 {
        log.vote(election, voter, &[("motion", Selection::YES)]);
    }
    log.close(election);
    log.certify(election);
    assert_eq!(standing(&log, "jit", 2), Some(Standing::Maintainer));
}

#[test]
fn a_roll_read_before_an_admission_took_effect_is_refused() {
    let (mut log, _) = admitted();
    let keys = officers(&log);
    let mut manifest = log.manifest(vec![testing::motion()]);
    log.freeze(&mut manifest, Electorate::Maintainers { module: name("compiler") });
    log.execute();
    refused(&mut log, Body::Manifest(manifest), &[&keys[0], &keys[1]], "roll-moved");
}

#[test]
fn a_business_effect_touches_no_module() {
    let mut log = three::<Business>();
    let certificate = pass(&mut log, vec![testing::motion()], 3);
    let right = effect(&log, certificate);
    assert_eq!(right.grants, [], "there is no other list");
    let mut signed = serde_json::to_value(&right).expect("JSON");
    signed["grants"] = serde_json::json!([{ "module": "compiler", "person": "github:mallory" }]);
    let payload = crypto::canonical::encode(&signed).expect("canonical");
    let kind = crate::statement::payload_type::<Business>(Kind::Effect);
    let mut envelope = crypto::envelope::Envelope::new(kind, payload).expect("an envelope");
    envelope.sign(&log.log_key).expect("signs");
    let error = Statement::<Business>::decode(&envelope).expect_err("no module");
    assert!(matches!(error, StatementError::Payload { kind: Kind::Effect, .. }), "{error}");
    assert!(error.to_string().contains("this pool has no such thing"), "{error}");
    log.execute();
    assert_eq!(log.state.standings().count(), 0);
}

#[test]
fn a_genesis_of_the_business_pool_names_no_module() {
    let genesis = TestLog::<Business>::found("vote.example.org").genesis();
    let mut value = serde_json::to_value(&genesis).expect("JSON");
    let technical = TestLog::<Technical>::found("vote.example.org").genesis();
    for field in ["modules", "standings"] {
        let theirs = serde_json::to_value(&technical).expect("JSON")[field].clone();
        let own = std::mem::replace(&mut value[field], theirs);
        let error = serde_json::from_value::<Genesis<Business>>(value.clone()).expect_err(field);
        assert!(error.to_string().contains("this pool has no such thing"), "{error}");
        value[field] = own;
    }
}

#[test]
fn rights_follow_from_standings_and_name_what_granted_them() {
    let (mut log, certificate) = admitted();
    log.execute();
    let rights = Rights::of(&log.state);
    let people = |module: &str| {
        let module = rights.modules.iter().find(|m| m.module.as_str() == module);
        module.expect("known").people.clone()
    };
    let [new] = <[_; 1]>::try_from(people("compiler")).expect("one");
    assert_eq!(new.rights, [Right::Review, Right::Merge]);
    assert_eq!(new.granted_by, GrantedBy::Certificate { statement: certificate });
    let core = people("core");
    let counts: Vec<_> = core.iter().map(|person| person.rights.len()).collect();
    assert_eq!(counts, [5, 5, 0], "nobody emeritus has rights");
    let text = rights.to_string();
    let line = text.lines().find(|line| line.starts_with("compiler")).expect("a line");
    assert!(line.contains("github:contributor-000002"), "{line}");
    assert!(line.contains("review,merge") && line.contains(&new.tracker.to_string()), "{line}");
    assert!(text.contains("\n# core"), "who has no right stands there as a comment: {text}");
    let json = serde_json::to_string(&rights).expect("JSON");
    assert_eq!(serde_json::from_str::<Rights>(&json).expect("rights"), rights);
}

#[test]
fn a_certificate_grants_what_it_decides() {
    let (log, certificate) = admitted();
    let body = |leaf: &crate::leaf::Leaf| Statement::<Technical>::decode(&leaf.statement);
    let found = log.leaves.iter().filter_map(|leaf| body(leaf).ok());
    let found = found.into_iter().find(|statement| statement.id() == certificate);
    let Some(Body::Certificate(certificate)) = found.map(Statement::into_body) else {
        panic!("a certificate")
    };
    let manifest = log.state.election(&certificate.manifest).expect("known").manifest();
    let (module, person) = (name("compiler"), Technical::principal_id(2));
    assert_eq!(certificate.grants(manifest), [Grant { module, person }]);
    let nothing = Certificate { results: Vec::new(), ..certificate };
    assert!(nothing.grants(manifest).is_empty() && !nothing.decides());
}
