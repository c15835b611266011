use crypto::keystore::{KeyFile, KeyLabel};
use election::testing::TestRng;

use super::super::maintain;
use super::*;
use crate::config::{Settings, Source};

const PASSPHRASE: &str = "correct horse battery staple";

fn config(dir: &Path) -> Config {
    Settings::new()
        .set("dir", &dir.display().to_string(), Source::Program)
        .and_then(|settings| settings.set("keys.passphrase", PASSPHRASE, Source::Program))
        .and_then(|settings| settings.set("http.listen", "127.0.0.1:0", Source::Program))
        .and_then(|settings| settings.finish())
        .expect("good settings")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A plan with one officer per pool, whose key file lies beside it.
fn prepare(dir: &Path) -> Args {
    let mut plan = "name = \"Example Foundation\"\nhost = \"vote.example.org\"\n".to_owned();
    let mut rng = TestRng::new("init");
    for (seed, pool) in [(1, "business"), (2, "technical")] {
        let public = key(seed).public();
        plan += &format!(
            "[{pool}]\nquorums = {{ manifest = 1, certificate = 1, roll = 1, exceptional = 1, \
             officers = 1 }}\n[[{pool}.officers]]\nhandle = \"id:officer-{seed}\"\nname = \"O\"\n\
             key = \"{public}\"\nroles = [\"officer\", \"registrar\"]\n"
        );
        let label = KeyLabel {
            capacity: "officer".to_owned(),
            holder: format!("id:officer-{seed}"),
            origin: format!("vote.example.org/{pool}"),
        };
        let params = KdfParams::minimum();
        let file = KeyFile::seal(&key(seed), PASSPHRASE.as_bytes(), label, params, &mut rng);
        let bytes = file.and_then(|file| file.encode()).expect("sealed");
        std::fs::write(dir.join(format!("officer-{seed}.key")), bytes).expect("written");
    }
    std::fs::write(dir.join("plan.toml"), plan).expect("written");
    std::fs::write(dir.join("pass"), PASSPHRASE).expect("written");
    Args {
        common: super::super::Common { config: None },
        plan: Some(dir.join("plan.toml")),
        example_plan: false,
        officer_keys: None,
        officer_passphrase_file: None,
        finish: false,
        weak_sealing: true,
    }
}

async fn serves(config: &Config) {
    let running = crate::server::start(config, Arc::new(SystemClock)).await.expect("starts");
    assert_eq!(running.app().business().head().size().0, 1);
    assert_eq!(running.app().technical().head().size().0, 1);
    running.shutdown().await.expect("stops");
}

#[tokio::test]
async fn with_the_officers_keys_at_hand_one_step_founds_a_foundation_that_serves() {
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("foundation");
    let mut args = prepare(root.path());
    args.officer_keys = Some(root.path().to_owned());
    args.officer_passphrase_file = Some(root.path().join("pass"));
    let config = config(&dir);
    run(&args, config.clone()).await.expect("founds");
    serves(&config).await;
    let again = format!("{:#}", run(&args, config.clone()).await.expect_err("founded already"));
    assert!(again.contains("is founded"), "{again}");

    // The same foundation in another place, from a backup.
    let file = root.path().join("backup");
    maintain::backup(&config, &file).await.expect("backs up");
    let moved = self::config(&root.path().join("moved"));
    maintain::restore(&moved, &file).await.expect("restores");
    std::fs::create_dir_all(moved.keys_dir()).expect("made");
    for name in ["business-log.key", "technical-log.key"] {
        std::fs::copy(config.keys_dir().join(name), moved.keys_dir().join(name)).expect("copied");
    }
    let (here, there) = (config.anchor_file(), moved.anchor_file());
    assert_eq!(std::fs::read(here).expect("there"), std::fs::read(there).expect("there"));
    maintain::rebuild(&moved, true).await.expect("compares");
    serves(&moved).await;
}

#[tokio::test]
async fn officers_sign_elsewhere_and_only_with_all_of_them_the_logs_start() {
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("foundation");
    let args = prepare(root.path());
    let config = config(&dir);
    run(&args, config.clone()).await.expect("drafts");
    let finish = Args { plan: None, finish: true, ..prepare(root.path()) };
    let early = format!("{:#}", run(&finish, config.clone()).await.expect_err("not signed"));
    assert!(early.contains("not complete"), "{early}");
    assert!(!config.anchor_file().exists());
    for (seed, pool) in [(1, "business"), (2, "technical")] {
        let path = dir.join("genesis").join(format!("{pool}.json"));
        let bytes = std::fs::read(&path).expect("there");
        let mut envelope = unsigned::decode(&bytes).expect("an envelope");
        envelope.sign(&key(seed)).expect("signed");
        let copy = dir.join("genesis").join(format!("{pool}-signed.json"));
        std::fs::write(copy, envelope.encode().expect("encodes")).expect("written");
    }
    run(&finish, config.clone()).await.expect("founds");
    serves(&config).await;
}

#[tokio::test]
async fn an_officers_key_of_the_other_pool_signs_no_genesis() {
    let root = tempfile::tempdir().expect("a directory");
    let mut args = prepare(root.path());
    let text = std::fs::read_to_string(root.path().join("plan.toml")).expect("there");
    let swapped = text
        .replace(&key(1).public().to_string(), "(1)")
        .replace(&key(2).public().to_string(), &key(1).public().to_string())
        .replace("(1)", &key(2).public().to_string());
    std::fs::write(root.path().join("plan.toml"), swapped).expect("written");
    args.officer_keys = Some(root.path().to_owned());
    args.officer_passphrase_file = Some(root.path().join("pass"));
    let config = config(&root.path().join("foundation"));
    let error = format!("{:#}", run(&args, config.clone()).await.expect_err("refused"));
    assert!(error.contains("vote.example.org/technical"), "{error}");
    assert!(!config.anchor_file().exists());
}

#[tokio::test]
async fn a_wrong_passphrase_starts_no_server_and_says_which_file() {
    let root = tempfile::tempdir().expect("a directory");
    let mut args = prepare(root.path());
    args.officer_keys = Some(root.path().to_owned());
    args.officer_passphrase_file = Some(root.path().join("pass"));
    let mut config = config(&root.path().join("foundation"));
    run(&args, config.clone()).await.expect("founds");
    config.set_passphrase("something else".to_owned().into());
    let error = crate::server::start(&config, Arc::new(SystemClock)).await.expect_err("refused");
    assert!(error.to_string().contains("business-log.key"), "{error}");
}
