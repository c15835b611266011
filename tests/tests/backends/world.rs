//! A database of either kind, and a small foundation served from it.

use std::sync::Arc;

use bicameral_tests::postgres;
use election::anchor::Anchor;
use election::key::LogKey;
use election::leaf::Leaf;
use election::pool::{Business, Technical};
use election::statement::Statement;
use election::testing::{self, TestLog, TestPool, copy_of};
use election::{Kind, StatementId};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use vote_server::clock::SetClock;
use vote_server::service::{AnchorOf, PoolService, Recorded, SubmitError};
use vote_server::storage::Store;

/// An empty database, and a way past the server's own code into it.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) folder: tempfile::TempDir,
}

/// Hand-made SQL.
pub(crate) enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("bicameral.sqlite").display());
        Database { url, folder }
    }
    pub(crate) fn postgres() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Database { url: postgres::shared().database(), folder }
    }
    /// A database of the other kind.
    pub(crate) fn other_kind(&self) -> Self {
        if self.url.starts_with("sqlite") { Database::postgres() } else { Database::sqlite() }
    }
    /// The store over it, with the schema.
    pub(crate) async fn store(&self) -> Store {
        let store = Store::open(&self.url).await.expect("the database opens");
        store.migrate().await.expect("the schema is made");
        store
    }
    pub(crate) async fn raw(&self) -> Raw {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Raw::Sqlite(SqlitePool::connect_with(options).await.expect("opens"))
            }
            None => Raw::Postgres(PgPool::connect(&self.url).await.expect("opens")),
        }
    }
}

impl Raw {
    /// Runs some SQL; the error is the database's own words.
    pub(crate) async fn execute(&self, sql: &str) -> Result<u64, String> {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Raw::Sqlite(db) => sqlx::query(text).execute(db).await.map(|done| done.rows_affected()),
            Raw::Postgres(db) => {
                sqlx::query(text).execute(db).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|error| error.to_string())
    }
    pub(crate) async fn must(&self, sql: &str) {
        self.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    /// Lets a table change that never does.
    pub(crate) async fn disarm(&self, table: &str) {
        match self {
            Raw::Sqlite(_) => {
                self.must(&format!("DROP TRIGGER {table}_refuse_update")).await;
                self.must(&format!("DROP TRIGGER {table}_refuse_delete")).await;
            }
            Raw::Postgres(_) => {
                self.must(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await;
            }
        }
    }
    /// A blob literal.
    pub(crate) fn blob(&self, byte: u8) -> String {
        let hex = format!("{byte:02x}").repeat(32);
        match self {
            Raw::Sqlite(_) => format!("X'{hex}'"),
            Raw::Postgres(_) => format!("'\\x{hex}'::bytea"),
        }
    }
}

/// Each pool's present. The logs in memory do not share theirs either.
#[derive(Clone)]
pub(crate) struct Clocks {
    pub(crate) business: SetClock,
    pub(crate) technical: SetClock,
}

/// A foundation's two services over one database, and the logs in memory that say what they hold.
pub(crate) struct World {
    pub(crate) anchor: Anchor,
    pub(crate) store: Store,
    pub(crate) clocks: Clocks,
    pub(crate) business: PoolService<Business>,
    pub(crate) technical: PoolService<Technical>,
    pub(crate) business_log: TestLog<Business>,
    pub(crate) technical_log: TestLog<Technical>,
}

impl World {
    /// A foundation with a certified election in each pool, admitted statement by statement.
    pub(crate) async fn small(database: &Database, voters: usize) -> World {
        let (business_log, technical_log) = testing::small_foundation(voters);
        World::of(database, business_log, technical_log).await
    }

    /// The logs given, admitted statement by statement.
    pub(crate) async fn of(
        database: &Database,
        business_log: TestLog<Business>,
        technical_log: TestLog<Technical>,
    ) -> World {
        let store = database.store().await;
        let anchor = testing::anchor(&business_log, &technical_log);
        store.found(&anchor).await.expect("an empty database");
        let clocks = Clocks {
            business: SetClock::new(business_log.leaves[0].at),
            technical: SetClock::new(technical_log.leaves[0].at),
        };
        let (business, technical) = start(&store, &clocks, &business_log, &technical_log).await;
        feed(&business, &clocks.business, &business_log.leaves).await;
        feed(&technical, &clocks.technical, &technical_log.leaves).await;
        World { anchor, store, clocks, business, technical, business_log, technical_log }
    }

    /// Shuts everything down and takes it up again.
    pub(crate) async fn restart(self, database: &Database) -> World {
        self.business.shutdown().await.expect("a snapshot is kept");
        self.technical.shutdown().await.expect("a snapshot is kept");
        self.store.close().await;
        self.take_up(database).await
    }

    /// Takes up what is durable, without having shut anything down.
    pub(crate) async fn take_up(self, database: &Database) -> World {
        let store = database.store().await;
        let World { anchor, clocks, business_log, technical_log, .. } = self;
        let (business, technical) = start(&store, &clocks, &business_log, &technical_log).await;
        World { anchor, store, clocks, business, technical, business_log, technical_log }
    }
}

async fn start(
    store: &Store,
    clocks: &Clocks,
    business: &TestLog<Business>,
    technical: &TestLog<Technical>,
) -> (PoolService<Business>, PoolService<Technical>) {
    (
        start_pool(store, &clocks.business, business).await.expect("the business pool starts"),
        start_pool(store, &clocks.technical, technical).await.expect("the technical pool starts"),
    )
}

pub(crate) async fn start_pool<P: TestPool + AnchorOf>(
    store: &Store,
    clock: &SetClock,
    log: &TestLog<P>,
) -> Result<PoolService<P>, vote_server::service::ServiceError> {
    let key = LogKey::new(copy_of(&log.log_key));
    PoolService::start(store.clone(), Arc::new(clock.clone()), key).await
}

/// Submits what a log in memory holds, at the times it holds it; what the log's own key signs comes
/// from the service's windows.
pub(crate) async fn feed<P: TestPool>(service: &PoolService<P>, clock: &SetClock, leaves: &[Leaf]) {
    for leaf in leaves {
        clock.advance_to(leaf.at);
        let statement = Statement::<P>::decode(&leaf.statement).expect("a statement");
        if matches!(statement.kind(), Kind::Opened | Kind::Closed | Kind::Effect) {
            service.tick().await.expect("the windows are looked at");
        } else {
            submit(service, leaf).await.unwrap_or_else(|e| panic!("{}: {e}", statement.kind()));
        }
    }
}

pub(crate) async fn submit<P: TestPool>(
    service: &PoolService<P>,
    leaf: &Leaf,
) -> Result<Recorded, SubmitError> {
    service.submit_envelope(leaf.statement.clone()).await
}

/// The id of a leaf's statement.
pub(crate) fn id_of(leaf: &Leaf) -> StatementId {
    election::statement::id_of(&leaf.statement)
}
