//! Programs that nobody here wrote, reading what our server publishes: Go's `x/mod/sumdb`, the
//! `tlog-tiles` command of `tlog-scales`, and `securesystemslib`'s DSSE. `tests/run` installs them
//! and says in the environment where they are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bicameral_tests::site::Backend;
use bicameral_tests::world::World;
use crypto::encoding::hex;
use crypto::proof::TlogProof;
use crypto::tile::TILE_WIDTH;
use election::testing::motion;
use tabulation::Selection;

/// Voters enough for two full tiles and a partial one: each takes an invitation, an enrolment, a
/// principal and a ballot.
const VOTERS: usize = 140;
/// Who votes before the older checkpoint is taken.
const EARLY: usize = 60;

/// What `tests/run` puts into the environment.
fn told(variable: &str) -> OsString {
    std::env::var_os(variable).unwrap_or_else(|| {
        panic!("{variable} is not set: run these tests through tests/run, which installs foreign readers")
    })
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("interop")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} does not run: {error}"))
}

/// A technical log with several hundred entries; its mirror; and an older checkpoint of it.
struct Published {
    world: World,
    mirror: tempfile::TempDir,
    size: u64,
    older: PathBuf,
    older_size: u64,
}

fn published() -> Published {
    let mut world = World::found(Backend::Sqlite);
    let hall = &mut world.technical;
    hall.enrol(0..VOTERS);
    let election = hall.act(|log| log.open_election(vec![motion()]));
    let mirror = tempfile::tempdir().expect("a folder");
    let older = mirror.path().join("older");
    let mut older_size = 0;
    for voter in 0..VOTERS {
        if voter == EARLY {
            let (note, checkpoint) = hall.client.log().checkpoint().expect("a checkpoint");
            std::fs::write(&older, note).expect("written");
            older_size = checkpoint.size().0;
        }
        hall.vote(election, voter, &[("motion", Selection::YES)]);
    }
    // Entries are withheld until the close.
    hall.act(|log| log.close(election));
    hall.act(|log| log.certify(election));
    let size = hall.mirror(mirror.path()).0;
    let width = u64::from(TILE_WIDTH);
    assert!(size > 2 * width && !size.is_multiple_of(width), "full and partial tiles: {size}");
    assert!(!older_size.is_multiple_of(width));
    Published { world, mirror, size, older, older_size }
}

/// Go's readers as Debian packages them: no module proxy, a build cache of our own.
fn go_verify(folder: &Path, vkey: &str, older: &Path) -> Output {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    std::fs::create_dir_all(&cache).expect("a folder");
    let mut command = Command::new(told("BICAMERAL_GO"));
    command.arg("run").arg(here().join("go/main.go")).arg(folder).arg(vkey).arg(older);
    command.env("GO111MODULE", "off").env("GOPATH", "/usr/share/gocode").env("GOFLAGS", "");
    run(command.env("GOCACHE", cache).current_dir("/"))
}

#[test]
fn go_sumdb_verifies_the_checkpoint_every_entry_and_consistency_of_our_log() {
    let published = published();
    let vkey = published.world.anchor().technical.log_key.to_string();
    let folder = published.mirror.path();
    let output = go_verify(folder, &vkey, &published.older);
    assert!(output.status.success(), "{}", words(&output));
    let said = words(&output);
    assert!(said.contains(&format!("consistent with size {}\n", published.older_size)), "{said}");
    let origin = &published.world.technical.log.origin;
    assert!(said.contains(&format!("{origin}: {} entries", published.size)), "{said}");

    // The foreign program can fail: one byte of one entry, then another log's key.
    let bundle = folder.join("tile/entries/001");
    let mut bytes = std::fs::read(&bundle).expect("a full bundle");
    bytes[100] ^= 1;
    std::fs::write(&bundle, &bytes).expect("written");
    let output = go_verify(folder, &vkey, &published.older);
    assert!(!output.status.success(), "a changed entry was read as ours");
    bytes[100] ^= 1;
    std::fs::write(&bundle, &bytes).expect("written");
    let other = published.world.anchor().business.log_key.to_string();
    assert!(!go_verify(folder, &other, &published.older).status.success());
}

#[test]
fn tlog_scales_makes_the_proof_of_our_receipt_byte_for_byte_from_the_served_tiles() {
    let mut published = published();
    let log = format!("{}/technical/log", published.world.url());
    let gen_proof = |index: u64| {
        let mut command = Command::new(told("BICAMERAL_TLOG_TILES"));
        command.args(["gen-proof", &log, &index.to_string()]);
        let output = run(&mut command);
        assert!(output.status.success(), "{}", words(&output));
        String::from_utf8(output.stdout).expect("text")
    };
    // The last statement's receipt, as it was given, is over the newest checkpoint.
    let newest = published
        .world
        .technical
        .receipts
        .values()
        .max_by_key(|receipt| TlogProof::decode(&receipt.proof).expect("a proof").index());
    let newest = newest.expect("a receipt").clone();
    assert_eq!(gen_proof(published.size - 1), newest.proof);

    // So is a ballot's, the moment it is given: with an election whose ballots are not withheld.
    let hall = &mut published.world.technical;
    let election = hall.act(|log| {
        let mut manifest = log.manifest(vec![motion()]);
        manifest.disclosure = election::manifest::Disclosure::Live;
        let election = log.seal_manifest(&manifest);
        log.open(election);
        election
    });
    for voter in [3, 77] {
        let receipt = hall.vote(election, voter, &[("motion", Selection::NO)]);
        let index = TlogProof::decode(&receipt.proof).expect("a proof").index();
        assert_eq!(gen_proof(index.0), receipt.proof, "leaf {index}");
    }
}

#[test]
fn securesystemslib_verifies_our_envelopes() {
    let published = published();
    let (hall, folder) = (&published.world.technical, published.mirror.path());
    let election = hall.client.elections().expect("elections")[0].id;
    let verify = |name: &str, envelope: &[u8], keys: &[String]| {
        let file = folder.join(name);
        std::fs::write(&file, envelope).expect("written");
        let mut command = Command::new(told("BICAMERAL_PYTHON"));
        run(command.arg(here().join("python/verify_dsse.py")).arg(file).args(keys))
    };
    let key = |key: &crypto::sign::SigningKey| hex::encode(key.public().as_bytes());

    let manifest = hall.client.manifest(election).expect("a manifest").envelope;
    let officers: Vec<_> = hall.log.officers.iter().take(2).map(key).collect();
    let bytes = manifest.encode().expect("encodable");
    let output = verify("manifest.json", &bytes, &officers);
    assert!(output.status.success(), "{}", words(&output));
    assert!(words(&output).contains("technical.manifest+json: 2 signatures verified"));

    let (_, certificate) = hall.client.certificate(election).expect("a certificate");
    let signers = [officers.clone(), vec![key(&hall.log.log_key)]].concat();
    let output = verify("certificate.json", &certificate.encode().expect("encodable"), &signers);
    assert!(output.status.success(), "{}", words(&output));

    // It can fail: a key that did not sign, and a payload that was not signed.
    let stranger = key(&hall.log.voters[0].key);
    assert!(!verify("manifest.json", &bytes, &[stranger]).status.success());
    let text = String::from_utf8(bytes).expect("JSON");
    let other = text.replacen("\"payload\":\"ey", "\"payload\":\"eZ", 1);
    assert_ne!(other, text, "the payload is base64 of a JSON object");
    assert!(!verify("changed.json", other.as_bytes(), &officers).status.success());
}
