//! The schema's history, embedded. Numbered, never edited; both databases have the same numbers.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};

use super::{Store, StoreError};

/// One step of the schema, for both databases.
#[derive(Clone, Copy, Debug)]
pub struct MigrationText {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: &'static str,
    /// Its text for SQLite.
    pub sqlite: &'static str,
    /// Its text for PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        /// All steps, in order.
        pub const MIGRATIONS: &[MigrationText] = &[$(MigrationText {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../../migrations/postgres/", $name, ".sql")),
        }),*];
    };
}

migrations! {
    1 "0001_log",
    2 "0002_projections",
    3 "0003_append_only",
}

fn migrator(text_of: impl Fn(&MigrationText) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|migration| {
        Migration::new(
            migration.version,
            migration.name.into(),
            MigrationType::Simple,
            text_of(migration).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

impl Store {
    /// Brings the schema up to date. Refuses a schema that is newer than this program.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.refuse_newer().await?;
        let done = match self {
            Store::Sqlite(sqlite) => migrator(|text| text.sqlite).run(&sqlite.write).await,
            Store::Postgres(pool) => migrator(|text| text.postgres).run(pool).await,
        };
        done.map_err(|error| {
            if let MigrateError::VersionMismatch(version) = error {
                return StoreError::AlteredMigration(version);
            }
            StoreError::Migrate(error)
        })
    }

    /// Refuses a database whose schema is older or newer than this program's.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        let found = self.refuse_newer().await?;
        let needed = newest();
        if found < needed { Err(StoreError::OlderSchema { found, needed }) } else { Ok(()) }
    }

    async fn refuse_newer(&self) -> Result<i64, StoreError> {
        let table = Migrator::DEFAULT.table_name;
        let applied = match self {
            Store::Sqlite(sqlite) => {
                let mut db = sqlite.write.acquire().await?;
                db.ensure_migrations_table(&table).await.map_err(StoreError::Migrate)?;
                db.list_applied_migrations(&table).await.map_err(StoreError::Migrate)?
            }
            Store::Postgres(pool) => {
                let mut db = pool.acquire().await?;
                db.ensure_migrations_table(&table).await.map_err(StoreError::Migrate)?;
                db.list_applied_migrations(&table).await.map_err(StoreError::Migrate)?
            }
        };
        let found = applied.iter().map(|migration| migration.version).max().unwrap_or_default();
        let known = newest();
        if found > known { Err(StoreError::NewerSchema { found, known }) } else { Ok(found) }
    }
}
