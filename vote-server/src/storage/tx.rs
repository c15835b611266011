//! Writing: one transaction for a batch of leaves, what they change, and the checkpoint over them.

use crypto::sign::KeyId;
use election::anchor::Anchor;
use election::pool::PoolId;
use sqlx::{Postgres, Sqlite, Transaction};

use super::queries::{
    FORGET_ALL_SNAPSHOTS, FORGET_SNAPSHOTS, FOUND, FOUND_POOL, KEY, LOCK_KEYS_POSTGRES,
};
use super::rows::*;
use super::table::Existing;
use super::{Store, StoreError, slug};

/// Runs one expression in whichever transaction it is.
macro_rules! on {
    ($tx:expr, $db:ident => $body:expr) => {
        match $tx {
            Tx::Sqlite($db) => $body,
            Tx::Postgres($db) => $body,
        }
    };
}
/// A transaction of the one writer.
#[derive(Debug)]
pub enum Tx {
    /// In the SQLite file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On the PostgreSQL server.
    Postgres(Transaction<'static, Postgres>),
}

/// What a batch adds to a log.
#[derive(Clone, Default, Debug)]
pub struct Append {
    /// Its leaves.
    pub leaves: Vec<LeafRow>,
    /// The signed head over them; a restored log brings all it ever had.
    pub checkpoints: Vec<CheckpointRow>,
    /// What they refer to.
    pub artifacts: Vec<ArtifactRow>,
    /// The state after them, when one is due.
    pub snapshot: Option<SnapshotRow>,
}

macro_rules! tables {
    (
        $(#[$set_doc:meta])* $set:ident { $($(#[$doc:meta])* $field:ident : $row:ty),* $(,)? }
        children first { $($child:ident),* $(,)? }
    ) => {
        $(#[$set_doc])*
        #[derive(Clone, Default, PartialEq, Eq, Debug)]
        pub struct $set { $($(#[$doc])* pub $field: Vec<$row>),* }

        impl $set {
            /// All rows of a pool as the store has them.
            pub(crate) async fn load(store: &Store, pool: PoolId) -> Result<Self, StoreError> {
                Ok($set { $($field: super::queries::all_rows!(store, $row, pool)),* })
            }
            /// What has to be written, and what has to go, to turn `found` into `self`, with a line for
            /// each difference.
            pub(crate) fn difference(&self, found: &Self, lines: &mut Vec<String>) -> (Self, Self) {
                let (mut write, mut remove) = ($set::default(), $set::default());
                $((write.$field, remove.$field) = differing(&self.$field, &found.$field, lines);)*
                (write, remove)
            }
            /// Writes all rows, parents before children.
            pub(crate) async fn write(&self, tx: &mut Tx, existing: Existing) -> Result<(), StoreError> {
                $(tx.insert(&self.$field, existing).await?;)*
                Ok(())
            }
            /// Removes all rows, children before parents.
            pub(crate) async fn remove(&self, tx: &mut Tx) -> Result<(), StoreError> {
                $(tx.delete(&self.$child).await?;)*
                Ok(())
            }
        }
    };
}

tables! {
    /// Rows that the logs add up to.
    Projection {
        /// Members or contributors.
        principals: PrincipalRow,
        /// Employers.
        affiliations: AffiliationRow,
        /// Organisations with one voice.
        related_groups: RelatedGroupRow,
        /// Keys.
        keys: KeyRow,
        /// Persons who vote.
        voters: VoterRow,
        /// Elections.
        elections: ElectionRow,
        /// Their contests.
        contests: ContestRow,
        /// Their rolls.
        roll_entries: RollEntryRow,
        /// Their ballots.
        ballots: BallotRow,
    }
    children first {
        ballots, roll_entries, contests, elections, voters, keys, related_groups, affiliations, principals,
    }
}

tables! {
    /// Rows that a certificate adds.
    Certified {
        /// Certificates.
        certificates: CertificateRow,
        /// Their results.
        results: ResultRow,
        /// What they decide.
        decisions: DecisionRow,
    }
    children first { decisions, results, certificates }
}

/// Compares two tables: rows to write, rows to remove.
fn differing<T: super::table::Table>(
    right: &[T],
    found: &[T],
    lines: &mut Vec<String>,
) -> (Vec<T>, Vec<T>) {
    use std::collections::BTreeSet;
    let right: BTreeSet<&T> = right.iter().collect();
    let found: BTreeSet<&T> = found.iter().collect();
    let keys = |rows: &BTreeSet<&T>| rows.iter().map(|row| row.key_text()).collect::<BTreeSet<_>>();
    let (right_keys, found_keys) = (keys(&right), keys(&found));
    let write: Vec<T> = right.difference(&found).map(|row| (*row).clone()).collect();
    for row in &write {
        let changed = found_keys.contains(&row.key_text());
        let how = if changed { "differs from" } else { "is missing, but stands in" };
        lines.push(format!("table {}, row {} {how} the log", T::NAME, row.key_text()));
    }
    let remove = found.difference(&right).filter(|row| !right_keys.contains(&row.key_text()));
    let remove: Vec<T> = remove.map(|row| (*row).clone()).collect();
    for row in &remove {
        lines.push(format!("table {}, row {} is nowhere in the log", T::NAME, row.key_text()));
    }
    (write, remove)
}

impl Store {
    /// Starts writing. Whoever else writes waits.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            // IMMEDIATE: take the write lock now, not in the middle, where SQLite could only fail.
            Store::Sqlite(sqlite) => Tx::Sqlite(sqlite.write.begin_with("BEGIN IMMEDIATE").await?),
            Store::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Makes the database that of a foundation.
    pub async fn found(&self, anchor: &Anchor) -> Result<(), StoreError> {
        if self.anchor().await?.is_some() {
            return Err(StoreError::AlreadyFounded);
        }
        let mut tx = self.begin().await?;
        tx.found(anchor).await?;
        tx.commit().await
    }
}

impl Tx {
    /// Makes the database that of a foundation; it must not be one already.
    pub(crate) async fn found(&mut self, anchor: &Anchor) -> Result<(), StoreError> {
        let id = anchor.foundation.to_string();
        let (name, text) = (anchor.name.to_string(), anchor.to_json()?);
        let (business, technical) = (&anchor.business, &anchor.technical);
        let pools = [
            (PoolId::Business, business.origin.to_string(), &business.log_key, business.genesis),
            (
                PoolId::Technical,
                technical.origin.to_string(),
                &technical.log_key,
                technical.genesis,
            ),
        ];
        on!(self, db => {
            sqlx::query(FOUND).bind(&id).bind(name).bind(text).execute(&mut **db).await?;
            for (pool, origin, key, genesis) in pools {
                sqlx::query(FOUND_POOL)
                    .bind(slug(pool)).bind(&id).bind(origin).bind(key.key().as_bytes().to_vec())
                    .bind(genesis.hash().as_bytes().to_vec()).execute(&mut **db).await?;
            }
        });
        Ok(())
    }

    /// Keeps all other writers off the key register, and tells what it knows of these keys: so that
    /// no race between the two pools' sequencers lets one key into both.
    pub async fn lock_keys(&mut self, keys: &[KeyId]) -> Result<Vec<KeyRow>, StoreError> {
        if let Tx::Postgres(tx) = self {
            sqlx::query(LOCK_KEYS_POSTGRES).execute(&mut **tx).await?;
        }
        let mut known = Vec::new();
        for key in keys {
            let fingerprint = key.as_hash().as_bytes().to_vec();
            let row: Option<KeyRow> = on!(self, db =>
                sqlx::query_as(KEY).bind(fingerprint).fetch_optional(&mut **db).await?);
            known.extend(row);
        }
        Ok(known)
    }

    /// Appends a batch to a log with all it changes.
    pub async fn append(
        &mut self,
        append: &Append,
        projection: &Projection,
        certified: &Certified,
    ) -> Result<(), StoreError> {
        self.insert(&append.leaves, Existing::Fails).await?;
        self.insert(&append.checkpoints, Existing::Fails).await?;
        self.insert(&append.artifacts, Existing::Fails).await?;
        projection.write(self, Existing::IsUpdated).await?;
        certified.write(self, Existing::Fails).await?;
        if let Some(snapshot) = &append.snapshot {
            self.insert(std::slice::from_ref(snapshot), Existing::IsUpdated).await?;
            on!(self, db => sqlx::query(FORGET_SNAPSHOTS)
                .bind(&snapshot.pool).bind(snapshot.size).execute(&mut **db).await?.rows_affected());
        }
        Ok(())
    }

    /// Forgets the states kept of a pool; the next start replays its log.
    pub(crate) async fn forget_snapshots(&mut self, pool: PoolId) -> Result<(), StoreError> {
        on!(self, db => sqlx::query(FORGET_ALL_SNAPSHOTS)
            .bind(slug(pool)).execute(&mut **db).await?.rows_affected());
        Ok(())
    }

    /// Makes everything durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(on!(self, db => db.commit().await)?)
    }
}
