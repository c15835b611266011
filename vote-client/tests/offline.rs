//! The binary on files alone: exit codes, JSON, key files, the audit of records good and bad.

#![expect(clippy::expect_used, reason = "a test that cannot set its stage fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use election::record::{Record, RecordLeaf};
use election::rights::Rights;
use election::standing::{GrantedBy, Standing};
use election::testing::{admission, anchor, motion, name, pass, small_foundation};
use election::{Business, StatementId, Technical};
use serde_json::Value;
use tabulation::Selection;

struct Place {
    dir: tempfile::TempDir,
    election: StatementId,
}

impl Place {
    /// A folder as the demo leaves it: the anchor and both records, with one certified motion more.
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("temp dir");
        let (mut business, technical) = small_foundation(3);
        let election = business.open_election(vec![motion()]);
        for voter in 0..3 {
            business.vote(election, voter, &[("motion", Selection::YES)]);
        }
        business.close(election);
        business.certify(election);
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(dir.path().join(name), bytes).expect("written");
        };
        let anchor = anchor(&business, &technical);
        write("foundation.json", anchor.to_json().expect("encodes").as_bytes());
        write("business.record", &business.record().to_file().expect("encodes"));
        write("technical.record", &technical.record().to_file().expect("encodes"));
        write("tampered.record", &tampered(&business.record()).to_file().expect("encodes"));
        write("passphrase", b"correct horse battery\n");
        write("other", b"another good passphrase\n");
        Place { dir, election }
    }
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_vote-client"))
            .args(args)
            .env_clear()
            .env("BICAMERAL_HOME", self.path("home"))
            .env("BICAMERAL_TEST_CHEAP_KDF", "1")
            .env("BICAMERAL_PASSPHRASE_FILE", self.path("passphrase"))
            .current_dir(self.dir.path())
            .output()
            .expect("runs")
    }
    /// Exit code and JSON object.
    fn json(&self, args: &[&str]) -> (i32, Value) {
        let output = self.run(&[args, &["--json"]].concat());
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let json = serde_json::from_str(&text)
            .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().expect("a code"), json)
    }
}

/// The record with two leaves in the other order.
fn tampered(record: &Record<Business>) -> Record<Business> {
    let mut leaves: Vec<RecordLeaf> = record.leaves().to_vec();
    let last = leaves.len() - 1;
    leaves.swap(last - 3, last - 2);
    let (artifacts, checkpoint) = (record.artifacts().clone(), record.checkpoint().to_owned());
    Record::new(record.origin().clone(), leaves, artifacts, checkpoint)
}

fn exists(path: &Path) -> bool {
    path.metadata().is_ok()
}

#[test]
fn a_good_record_is_verified_with_exit_code_0() {
    let place = Place::new();
    let (code, json) =
        place.json(&["auditor", "audit", "business.record", "--foundation", "foundation.json"]);
    assert_eq!(code, 0, "{json}");
    assert_eq!((&json["verdict"], &json["exit"]), (&"verified".into(), &0.into()));
}

#[test]
fn a_folder_is_audited_with_the_separation_of_both_pools() {
    let place = Place::new();
    let (code, json) = place.json(&["auditor", "audit", ".", "--foundation", "foundation.json"]);
    assert_eq!(code, 0, "{json}");
    assert!(json["joint"].as_array().is_some_and(|joint| !joint.is_empty()), "{json}");
}

#[test]
fn a_tampered_record_is_refuted_with_exit_code_1() {
    let place = Place::new();
    let (code, json) =
        place.json(&["auditor", "audit", "tampered.record", "--foundation", "foundation.json"]);
    assert_eq!(code, 1, "{json}");
    assert_eq!(json["verdict"], "refuted");
}

#[test]
fn what_cannot_be_checked_has_exit_code_2() {
    let place = Place::new();
    for args in [
        &["auditor", "audit", "nothing.record", "--foundation", "foundation.json"][..],
        &["auditor", "audit", "business.record", "--foundation", "nothing.json"],
        &["auditor", "audit", "passphrase", "--foundation", "foundation.json"],
        &["voter", "elections", "--pool", "business", "--foundation", "foundation.json"],
    ] {
        let (code, json) = place.json(args);
        assert_eq!(code, 2, "{args:?}: {json}");
        assert!(json["error"].is_string(), "{args:?}: {json}");
    }
    assert_eq!(place.run(&["auditor", "nonsense"]).status.code(), Some(2));
}

#[test]
fn an_audit_writes_its_report_and_overwrites_nothing() {
    let place = Place::new();
    let args = [
        "auditor",
        "audit",
        "business.record",
        "--foundation",
        "foundation.json",
        "--html",
        "report.html",
    ];
    assert_eq!(place.run(&args).status.code(), Some(0));
    assert!(exists(&place.path("report.html")));
    assert_eq!(place.run(&args).status.code(), Some(2));
}

#[test]
fn a_recount_compares_with_the_certificate() {
    let place = Place::new();
    let id = place.election.to_string();
    let args = [
        "auditor",
        "recount",
        &id,
        "--pool",
        "business",
        "--record",
        "business.record",
        "--foundation",
        "foundation.json",
    ];
    let (code, json) = place.json(&args);
    assert_eq!(code, 0, "{json}");
    assert!(json["verdict"].as_str().is_some_and(|v| v.starts_with("VERIFIED")), "{json}");
}

#[test]
fn exported_cast_vote_records_have_the_hash_that_is_certified() {
    let place = Place::new();
    let id = place.election.to_string();
    let common =
        ["--pool", "business", "--record", "business.record", "--foundation", "foundation.json"];
    let export =
        [&["auditor", "export", &id, "--format", "cvr", "--out", "cvr.json"][..], &common].concat();
    assert_eq!(place.json(&export).0, 0);
    let cvrs = std::fs::read(place.path("cvr.json")).expect("written");
    let (_, recount) = place.json(&[&["auditor", "recount", &id][..], &common].concat());
    let certified = &recount["certificate"]["results"][0]["cvrs"];
    assert_eq!(*certified, Value::from(crypto::Hash::of(&cvrs).to_string()));
}

#[test]
fn a_key_file_is_made_shown_and_gets_another_passphrase() {
    let place = Place::new();
    let new = [
        "key",
        "new",
        "--capacity",
        "officer",
        "--pool",
        "technical",
        "--holder",
        "id:ann",
        "--out",
        "key.json",
        "--foundation",
        "foundation.json",
    ];
    let (code, made) = place.json(&new);
    assert_eq!(code, 0, "{made}");
    assert_eq!(place.json(&new).0, 2, "a key file is not overwritten");
    let (_, shown) = place.json(&["key", "show", "key.json"]);
    assert_eq!(shown["key_id"], made["key_id"]);
    assert_eq!(shown["capacity"], "officer");
    let change = ["key", "change-passphrase", "key.json", "--new-passphrase-file", "other"];
    assert_eq!(place.json(&change).0, 0);
    assert_eq!(place.json(&change).0, 2, "the old passphrase no longer opens it");
    let again = [&change[..], &["--passphrase-file", "other"]].concat();
    assert_eq!(place.json(&again).0, 0);
}

#[test]
fn an_officer_key_of_one_pool_signs_nothing_of_the_other() {
    let place = Place::new();
    let new = [
        "key",
        "new",
        "--capacity",
        "officer",
        "--pool",
        "technical",
        "--holder",
        "id:ann",
        "--out",
        "key.json",
        "--foundation",
        "foundation.json",
    ];
    assert_eq!(place.json(&new).0, 0);
    let (_, example) =
        place.json(&["officer", "example", "--kind", "motion", "--pool", "business"]);
    let toml = example["toml"].as_str().expect("text");
    std::fs::write(place.path("election.toml"), toml).expect("written");
    let cancel = [
        "officer",
        "promise",
        "--pool",
        "business",
        "--key",
        "key.json",
        "--nonce",
        "00000000-0000-4000-8000-000000000000",
        "--out",
        "promise.json",
        "--foundation",
        "foundation.json",
    ];
    let (code, json) = place.json(&cancel);
    assert_eq!(code, 2);
    let error = json["error"].as_str().expect("words");
    assert!(error.contains("and the officer key of") && error.contains("/technical"), "{error}");
    assert!(!exists(&place.path("promise.json")));
}

#[test]
fn every_command_explains_itself() {
    let place = Place::new();
    for role in ["key", "voter", "registrar", "officer", "auditor"] {
        assert_eq!(place.run(&[role, "--help"]).status.code(), Some(0), "{role}");
    }
    let help = String::from_utf8(place.run(&["--help"]).stdout).expect("UTF-8");
    assert!(help.contains("Exit codes:") && help.contains("1  refuted"), "{help}");
}

/// A folder whose technical record admits contributor 2 to the compiler, and one that says it was
/// somebody else.
fn admitted() -> (Place, StatementId) {
    let place = Place::new();
    let (business, mut technical) = small_foundation(3);
    let certificate = pass(&mut technical, vec![admission("compiler", 2)], 3);
    let mut forged = technical.state.due(technical.now).expect("encodes").remove(0).body;
    technical.execute();
    let write = |name: &str, record: &Record<Technical>| {
        let file = record.to_file().expect("encodes");
        std::fs::write(place.path(name), file).expect("written");
    };
    let anchor = anchor(&business, &technical).to_json().expect("encodes");
    std::fs::write(place.path("foundation.json"), anchor).expect("written");
    write("technical.record", &technical.record());
    if let election::Body::Effect(effect) = &mut forged {
        effect.grants.iter_mut().for_each(|grant| grant.person = name("github:mallory"));
    }
    technical.leaves.pop();
    let log_key = election::testing::copy_of(&technical.log_key);
    technical.force(&forged, &[&log_key]);
    write("forged.record", &technical.record());
    (place, certificate)
}

#[test]
fn rights_are_exported_as_text_and_json_each_traced_to_what_granted_it() {
    let (place, certificate) = admitted();
    let args = ["auditor", "rights", "technical.record", "--foundation", "foundation.json"];
    let (code, json) = place.json(&args);
    assert_eq!(code, 0, "{json}");
    assert_eq!(json["audit"]["verdict"], "verified");
    let rights: Rights = serde_json::from_value(json["rights"].clone()).expect("rights");
    let compiler = rights.modules.iter().find(|m| m.module.as_str() == "compiler").expect("one");
    let [person] = compiler.people.as_slice() else { panic!("one person: {json}") };
    assert_eq!(person.person.as_str(), "github:contributor-000002");
    assert_eq!(person.standing, Standing::Maintainer);
    assert_eq!(person.granted_by, GrantedBy::Certificate { statement: certificate });

    let output = place.run(&args);
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let told: Vec<_> = lines.iter().map(|words| (words[0], words[1], words[2])).collect();
    let all = "review,merge,release,admit,speak";
    assert_eq!(
        told,
        [
            ("core", "github:contributor-000000", all),
            ("core", "github:contributor-000001", all),
            ("compiler", "github:contributor-000002", "review,merge"),
        ]
    );
    let traced = format!("# maintainer by certificate {}", person.tracker);
    assert!(text.contains(&traced), "{text}");
}

#[test]
fn rights_that_a_record_does_not_bear_out_are_refuted() {
    let (place, _) = admitted();
    let args = ["auditor", "rights", "forged.record", "--foundation", "foundation.json"];
    let (code, json) = place.json(&args);
    assert_eq!(code, 1, "{json}");
    let error = json["error"].as_str().expect("an error");
    assert!(error.contains("effect-mismatch") && error.contains("github:mallory"), "{error}");
    let other = ["auditor", "rights", "business.record", "--foundation", "foundation.json"];
    assert_eq!(place.json(&other).0, 2, "the business pool has no modules");
}
