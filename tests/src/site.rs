//! A foundation on disk: a directory with the log keys and `foundation.json`, and a database whose
//! logs hold their genesis and nothing else.

use std::path::Path;
use std::sync::Arc;

use crypto::keystore::KdfParams;
use crypto::sign::SigningKey;
use election::anchor::Anchor;
use election::key::LogKey;
use election::pool::{Business, Technical};
use election::testing::{self, TestLog, TestPool, TestRng, copy_of};
use vote_server::clock::Clock;
use vote_server::config::{Config, Settings, Source};
use vote_server::keys;
use vote_server::service::{AnchorOf, PoolService};
use vote_server::storage::Store;

use crate::postgres;

/// The passphrase of every test's log keys.
pub const PASSPHRASE: &str = "no secret at all";

/// The kinds of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// A file in the foundation's directory.
    Sqlite,
    /// A new database of this process's own PostgreSQL.
    Postgres,
}

impl Backend {
    /// Both.
    pub const ALL: [Backend; 2] = [Backend::Sqlite, Backend::Postgres];
}

/// A founded foundation. Its directory goes with it.
#[derive(Debug)]
pub struct Site {
    folder: tempfile::TempDir,
    database: String,
    anchor: Anchor,
}

impl Site {
    /// Founds a foundation with the keys of two models, which hold their genesis already.
    pub async fn found(
        backend: Backend,
        business: &TestLog<Business>,
        technical: &TestLog<Technical>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let site = Site::empty(backend, testing::anchor(business, technical));
        site.write_key(&business.log_key, business);
        site.write_key(&technical.log_key, technical);
        let file = site.folder.path().join("foundation.json");
        std::fs::write(file, site.anchor.to_json().expect("JSON")).expect("the anchor is written");
        let store = site.migrated().await;
        store.found(&site.anchor).await.expect("the database takes the anchor");
        begin(&store, clock.clone(), business).await;
        begin(&store, clock, technical).await;
        store.close().await;
        site
    }

    /// A directory and a database with nothing in them.
    fn empty(backend: Backend, anchor: Anchor) -> Self {
        let folder = tempfile::Builder::new().prefix("bicameral").tempdir().expect("a folder");
        let database = match backend {
            Backend::Sqlite => {
                format!("sqlite:{}", folder.path().join("bicameral.sqlite").display())
            }
            Backend::Postgres => postgres::shared().database(),
        };
        Site { folder, database, anchor }
    }

    /// The same foundation's directory and keys with a new and empty database, such as a backup is
    /// restored into.
    pub async fn with_empty_database(&self, backend: Backend) -> Self {
        let site = Site::empty(backend, self.anchor.clone());
        std::fs::create_dir_all(site.dir().join("keys")).expect("a folder");
        for file in ["foundation.json", "keys/business-log.key", "keys/technical-log.key"] {
            std::fs::copy(self.dir().join(file), site.dir().join(file)).expect("a copy");
        }
        site.migrated().await.close().await;
        site
    }

    fn write_key<P: TestPool>(&self, key: &SigningKey, log: &TestLog<P>) {
        let folder = self.folder.path().join("keys");
        std::fs::create_dir_all(&folder).expect("a folder");
        let (key, mut rng) = (LogKey::<P>::new(copy_of(key)), TestRng::new("key files"));
        let sealed = keys::seal(&key, &log.origin, PASSPHRASE, KdfParams::minimum(), &mut rng);
        let file = folder.join(format!("{}-log.key", P::SLUG));
        std::fs::write(file, sealed.expect("a sealed key")).expect("the key is written");
    }

    async fn migrated(&self) -> Store {
        let store = self.store().await;
        store.migrate().await.expect("the schema is made");
        store
    }

    /// The database as the server opens it.
    pub async fn store(&self) -> Store {
        Store::open(&self.database).await.expect("the database opens")
    }
    /// The directory that `--dir` names.
    pub fn dir(&self) -> &Path {
        self.folder.path()
    }
    /// The database's URL.
    pub fn database(&self) -> &str {
        &self.database
    }
    /// What its auditors trust.
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The configuration of a server in this process: any free port, no rate limit.
    pub fn config(&self) -> Config {
        let settings = [
            ("dir", self.dir().to_str().expect("UTF-8")),
            ("database.url", &self.database),
            ("keys.passphrase", PASSPHRASE),
            ("http.listen", "127.0.0.1:0"),
            ("limits.requests_per_second", "0"),
        ];
        let set = |all: Settings, (key, value): &(&str, &str)| {
            all.set(key, value, Source::Program).expect("a setting that exists")
        };
        settings.iter().fold(Settings::new(), set).finish().expect("a good configuration")
    }
}

/// Logs a model's genesis as the first statement.
async fn begin<P: TestPool + AnchorOf>(store: &Store, clock: Arc<dyn Clock>, log: &TestLog<P>) {
    let key = LogKey::new(copy_of(&log.log_key));
    let service = PoolService::<P>::start(store.clone(), clock, key).await.expect("an empty log");
    let genesis = log.leaves.first().expect("the genesis").statement.clone();
    service.submit_envelope(genesis).await.expect("the genesis is recorded");
    service.shutdown().await.expect("an orderly end");
}
