//! What is durable: the two logs, and their projections, on SQLite or PostgreSQL.
//!
//! One SQL text serves both databases (`$N` is understood by both); what differs is stamped by
//! macros in this module. `queries` holds the constants, `table` and `rows` the tables,
//! `insert` the one place where SQL is put together, because the number of rows varies.
//!
//! **Invariant:** a batch becomes durable as a whole, with the checkpoint that covers it, or not
//! at all ([`Tx::commit`]); and nothing is ever changed or removed in a log.

mod insert;
mod migrations;
mod queries;
mod rows;
mod table;
mod tx;

use std::path::{Path, PathBuf};
use std::time::Duration;

use election::pool::PoolId;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

pub use migrations::{MIGRATIONS, MigrationText};
pub use rows::*;
pub(crate) use table::Existing;
pub use tx::{Append, Certified, Projection, Tx};

/// How long a writer waits for another process that holds the SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections that read; one more writes.
const READ_CONNECTIONS: u32 = 4;
/// Connections to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 8;
/// How long to wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no, or is not there.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("migrating the database: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database was migrated by a newer version of this program.
    #[error(
        "the database has schema {found}, which is newer than this program knows ({known}): use the \
         newer program, or restore a backup"
    )]
    NewerSchema {
        /// The version found.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// A migration of ours was applied with another content.
    #[error("migration {0} of the database is not the one this program has")]
    AlteredMigration(i64),
    /// The database lacks migrations.
    #[error(
        "the database has schema {found}, this program needs {needed}: run `vote-server migrate`"
    )]
    OlderSchema {
        /// The version found; 0 is an empty database.
        found: i64,
        /// The newest known here.
        needed: i64,
    },
    /// A row that is no value of the domain.
    #[error("table {table}, row {key}: bad {what}")]
    BadRow {
        /// The table.
        table: &'static str,
        /// The row's key.
        key: String,
        /// The column.
        what: &'static str,
    },
    /// A database URL that names neither database.
    #[error("`{0}` names no database: use `sqlite:PATH` or `postgres://…`")]
    Url(String),
    /// The foundation's row does not hold a trust anchor.
    #[error("the stored foundation file: {0}")]
    Anchor(#[from] election::anchor::AnchorError),
    /// A database that serves a foundation already.
    #[error("the database serves a foundation already")]
    AlreadyFounded,
}

/// Where everything durable stands.
#[derive(Clone, Debug)]
pub enum Store {
    /// One file, embedded.
    Sqlite(SqliteStore),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// A SQLite file: many readers and one writer. The writer's queue is fair, which SQLite's own
/// busy handler, with its sleeps, is not.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    write: SqlitePool,
    read: SqlitePool,
}

/// Runs one expression against whichever database it is, reading.
macro_rules! read {
    ($store:expr, $db:ident => $body:expr) => {
        match $store {
            $crate::storage::Store::Sqlite(sqlite) => {
                let $db = &sqlite.read;
                $body
            }
            $crate::storage::Store::Postgres($db) => $body,
        }
    };
}
pub(crate) use read;

impl Store {
    /// Opens the database that a URL names: `sqlite:PATH` or `postgres://…`. It has to be
    /// [migrated](Store::migrate) before use.
    pub async fn open(url: &str) -> Result<Store, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Store::open_sqlite(&PathBuf::from(path)).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url.parse()?;
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
                .await?;
            return Ok(Store::Postgres(pool));
        }
        // Whatever it is, it may hold a password.
        let scheme = url.split(':').next().unwrap_or_default();
        Err(StoreError::Url(scheme.to_owned()))
    }

    /// Opens or creates a SQLite file.
    pub async fn open_sqlite(path: &Path) -> Result<Store, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // Without it, a REPLACE would remove rows past the append-only triggers.
            .pragma("recursive_triggers", "ON")
            .busy_timeout(BUSY_TIMEOUT);
        let pool = |most, options| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
        };
        let write = pool(1, options.clone()).await?;
        let read = pool(READ_CONNECTIONS, options.pragma("query_only", "ON")).await?;
        Ok(Store::Sqlite(SqliteStore { write, read }))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        read!(self, db => sqlx::query(queries::PING).execute(db).await?.rows_affected());
        Ok(())
    }

    /// Which database it is.
    pub fn backend(&self) -> &'static str {
        match self {
            Store::Sqlite(_) => "sqlite",
            Store::Postgres(_) => "postgres",
        }
    }

    /// Closes all connections; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match self {
            Store::Sqlite(sqlite) => {
                sqlite.read.close().await;
                sqlite.write.close().await;
            }
            Store::Postgres(pool) => pool.close().await,
        }
    }
}

/// The database's name of a pool.
pub(crate) fn slug(pool: PoolId) -> String {
    pool.slug().to_owned()
}
