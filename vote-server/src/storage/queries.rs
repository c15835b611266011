//! Every fixed statement, one constant each, and the reads that use them.

use crypto::Hash;
use crypto::merkle::{LeafIndex, TreeSize};
use election::anchor::Anchor;
use election::pool::PoolId;
use election::statement::StatementId;
use election::tally::Artifact;

use super::rows::{int, *};
use super::table::Table;
use super::{Store, StoreError, read, slug};

/// Asks nothing.
pub(crate) const PING: &str = "SELECT 1";
/// The trust anchor.
const ANCHOR: &str = "SELECT anchor FROM foundation";
/// The foundation.
pub(crate) const FOUND: &str =
    "INSERT INTO foundation (singleton, id, name, anchor) VALUES (1, $1, $2, $3)";
/// A pool of it.
pub(crate) const FOUND_POOL: &str =
    "INSERT INTO pools (pool, foundation, origin, log_key, genesis) VALUES ($1, $2, $3, $4, $5)";
/// A leaf by what it states.
const LEAF_BY_ID: &str = "SELECT pool, idx, at, statement_id, kind, election, leaf_hash, body \
     FROM leaves WHERE pool = $1 AND statement_id = $2";
/// Leaves whose statement ids stand between two bounds, for looking up trackers.
const LEAVES_BY_ID_RANGE: &str = "SELECT pool, idx, at, statement_id, kind, election, leaf_hash, body \
     FROM leaves WHERE pool = $1 AND statement_id >= $2 AND statement_id <= $3 LIMIT 2";
/// Leaves from an index on, before another.
const LEAVES: &str = "SELECT pool, idx, at, statement_id, kind, election, leaf_hash, body \
     FROM leaves WHERE pool = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
/// Hashes of leaves from an index on, before another.
const LEAF_HASHES: &str =
    "SELECT leaf_hash FROM leaves WHERE pool = $1 AND idx >= $2 AND idx < $3 ORDER BY idx";
/// Leaves of an election's ballots after one, some at a time.
const BALLOT_LEAVES: &str = "SELECT l.pool, l.idx, l.at, l.statement_id, l.kind, l.election, l.leaf_hash, l.body \
     FROM ballots b JOIN leaves l ON l.pool = b.pool AND l.idx = b.leaf \
     WHERE b.pool = $1 AND b.election = $2 AND b.leaf >= $3 ORDER BY b.leaf LIMIT $4";
/// The log's latest head.
const LATEST_CHECKPOINT: &str = "SELECT pool, size, root, note, last_leaf FROM checkpoints \
     WHERE pool = $1 ORDER BY size DESC LIMIT 1";
/// The head that first covered a leaf.
const COVERING_CHECKPOINT: &str = "SELECT pool, size, root, note, last_leaf FROM checkpoints \
     WHERE pool = $1 AND size > $2 ORDER BY size LIMIT 1";
/// The heads a log had up to a size, after another.
const CHECKPOINTS: &str = "SELECT pool, size, root, note, last_leaf FROM checkpoints \
     WHERE pool = $1 AND size > $2 AND size <= $3 ORDER BY size LIMIT 2000";
/// The latest state kept.
const LATEST_SNAPSHOT: &str =
    "SELECT pool, size, sha256, body FROM snapshots WHERE pool = $1 ORDER BY size DESC LIMIT 1";
/// States before the latest: nothing needs them.
pub(crate) const FORGET_SNAPSHOTS: &str = "DELETE FROM snapshots WHERE pool = $1 AND size < $2";
/// All states of a pool.
pub(crate) const FORGET_ALL_SNAPSHOTS: &str = "DELETE FROM snapshots WHERE pool = $1";
/// One artifact.
const ARTIFACT: &str =
    "SELECT pool, sha256, content FROM artifacts WHERE pool = $1 AND sha256 = $2";
/// Names of the artifacts that certificates before a leaf index refer to.
const ARTIFACT_NAMES: &str = "SELECT DISTINCT r.transcript FROM results r \
     JOIN certificates c ON c.pool = r.pool AND c.election = r.election \
     WHERE r.pool = $1 AND c.leaf < $2 ORDER BY r.transcript";
/// The holder of a key, whichever pool it is of.
pub(crate) const KEY: &str = "SELECT fingerprint, pool, capacity, public_key, principal, person, ended \
     FROM keys WHERE fingerprint = $1";
/// PostgreSQL alone: keeps other writers off the key register until the end of the transaction.
/// SQLite has one writer at a time anyway.
pub(crate) const LOCK_KEYS_POSTGRES: &str = "LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE";

/// All fixed statements that both databases run, with how many values each takes.
const ALL: &[(&str, usize)] = &[
    (PING, 0),
    (ANCHOR, 0),
    (FOUND, 3),
    (FOUND_POOL, 5),
    (LEAF_BY_ID, 2),
    (LEAVES_BY_ID_RANGE, 3),
    (LEAVES, 3),
    (LEAF_HASHES, 3),
    (BALLOT_LEAVES, 4),
    (LATEST_CHECKPOINT, 1),
    (COVERING_CHECKPOINT, 2),
    (CHECKPOINTS, 3),
    (LATEST_SNAPSHOT, 1),
    (FORGET_SNAPSHOTS, 2),
    (FORGET_ALL_SNAPSHOTS, 1),
    (ARTIFACT, 2),
    (ARTIFACT_NAMES, 2),
    (KEY, 1),
];

fn bytes(hash: &Hash) -> Vec<u8> {
    hash.as_bytes().to_vec()
}

impl Store {
    /// The foundation that this database serves, if it was founded.
    pub async fn anchor(&self) -> Result<Option<Anchor>, StoreError> {
        let text: Option<String> =
            read!(self, db => sqlx::query_scalar(ANCHOR).fetch_optional(db).await?);
        Ok(text.map(|text| Anchor::parse(text.as_bytes())).transpose()?)
    }

    /// The leaf of a statement.
    pub async fn leaf_of(
        &self,
        pool: PoolId,
        id: &StatementId,
    ) -> Result<Option<StoredLeaf>, StoreError> {
        let row: Option<LeafRow> = read!(self, db => sqlx::query_as(LEAF_BY_ID)
            .bind(slug(pool)).bind(bytes(id.hash())).fetch_optional(db).await?);
        row.map(StoredLeaf::try_from).transpose()
    }

    /// The leaf whose statement id lies between two bounds; none if there are several.
    pub async fn leaf_between(
        &self,
        pool: PoolId,
        low: &StatementId,
        high: &StatementId,
    ) -> Result<Option<StoredLeaf>, StoreError> {
        let rows: Vec<LeafRow> = read!(self, db => sqlx::query_as(LEAVES_BY_ID_RANGE)
            .bind(slug(pool)).bind(bytes(low.hash())).bind(bytes(high.hash())).fetch_all(db).await?);
        match <[LeafRow; 1]>::try_from(rows) {
            Ok([row]) => StoredLeaf::try_from(row).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// The leaves of a range of indexes that are there.
    pub async fn leaves(
        &self,
        pool: PoolId,
        range: std::ops::Range<u64>,
    ) -> Result<Vec<StoredLeaf>, StoreError> {
        let rows: Vec<LeafRow> = read!(self, db => sqlx::query_as(LEAVES)
            .bind(slug(pool)).bind(int(range.start)).bind(int(range.end)).fetch_all(db).await?);
        rows.into_iter().map(StoredLeaf::try_from).collect()
    }

    /// The hashes of the leaves of a range of indexes.
    pub async fn leaf_hashes(
        &self,
        pool: PoolId,
        range: std::ops::Range<u64>,
    ) -> Result<Vec<Hash>, StoreError> {
        let rows: Vec<Vec<u8>> = read!(self, db => sqlx::query_scalar(LEAF_HASHES)
            .bind(slug(pool)).bind(int(range.start)).bind(int(range.end)).fetch_all(db).await?);
        let hashes = (range.start..).zip(rows).map(|(index, row)| {
            row.try_into().map(Hash::from_bytes).map_err(|_| StoreError::BadRow {
                table: LeafRow::NAME,
                key: format!("{pool}/{index}"),
                what: "leaf_hash",
            })
        });
        hashes.collect()
    }

    /// Up to `limit` leaves of an election's ballots, from a leaf index on.
    pub async fn ballots(
        &self,
        pool: PoolId,
        election: &StatementId,
        from: LeafIndex,
        limit: u32,
    ) -> Result<Vec<StoredLeaf>, StoreError> {
        let rows: Vec<LeafRow> = read!(self, db => sqlx::query_as(BALLOT_LEAVES)
            .bind(slug(pool)).bind(bytes(election.hash())).bind(int(from.0)).bind(i64::from(limit))
            .fetch_all(db).await?);
        rows.into_iter().map(StoredLeaf::try_from).collect()
    }

    /// The latest signed head of a log.
    pub async fn latest_checkpoint(
        &self,
        pool: PoolId,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let row: Option<CheckpointRow> = read!(self, db => sqlx::query_as(LATEST_CHECKPOINT)
            .bind(slug(pool)).fetch_optional(db).await?);
        row.map(StoredCheckpoint::try_from).transpose()
    }

    /// The signed head that first covered a leaf: the one its receipt was given with.
    pub async fn covering_checkpoint(
        &self,
        pool: PoolId,
        leaf: LeafIndex,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let row: Option<CheckpointRow> = read!(self, db => sqlx::query_as(COVERING_CHECKPOINT)
            .bind(slug(pool)).bind(int(leaf.0)).fetch_optional(db).await?);
        row.map(StoredCheckpoint::try_from).transpose()
    }

    /// Some of the heads a log had after a size, up to another, in order.
    pub async fn checkpoints(
        &self,
        pool: PoolId,
        after: TreeSize,
        up_to: TreeSize,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let rows: Vec<CheckpointRow> = read!(self, db => sqlx::query_as(CHECKPOINTS)
            .bind(slug(pool)).bind(int(after.0)).bind(int(up_to.0)).fetch_all(db).await?);
        rows.into_iter().map(StoredCheckpoint::try_from).collect()
    }

    /// The latest state kept.
    pub async fn latest_snapshot(
        &self,
        pool: PoolId,
    ) -> Result<Option<StoredSnapshot>, StoreError> {
        let row: Option<SnapshotRow> = read!(self, db => sqlx::query_as(LATEST_SNAPSHOT)
            .bind(slug(pool)).fetch_optional(db).await?);
        row.map(StoredSnapshot::try_from).transpose()
    }

    /// An artifact by its name.
    pub async fn artifact(
        &self,
        pool: PoolId,
        sha256: &Hash,
    ) -> Result<Option<Artifact>, StoreError> {
        let row: Option<ArtifactRow> = read!(self, db => sqlx::query_as(ARTIFACT)
            .bind(slug(pool)).bind(bytes(sha256)).fetch_optional(db).await?);
        row.map(Artifact::try_from).transpose()
    }

    /// Names of the artifacts that the certificates of a log of this size refer to.
    pub async fn artifact_names(
        &self,
        pool: PoolId,
        size: TreeSize,
    ) -> Result<Vec<Hash>, StoreError> {
        let rows: Vec<Vec<u8>> = read!(self, db => sqlx::query_scalar(ARTIFACT_NAMES)
            .bind(slug(pool)).bind(int(size.0)).fetch_all(db).await?);
        let names = rows.into_iter().map(|row| {
            row.try_into().map(Hash::from_bytes).map_err(|_| StoreError::BadRow {
                table: ResultRow::NAME,
                key: pool.to_string(),
                what: "transcript",
            })
        });
        names.collect()
    }

    /// What the register knows of a key, whichever pool it serves.
    pub async fn key(&self, id: &crypto::sign::KeyId) -> Result<Option<KeyRow>, StoreError> {
        Ok(read!(self, db => sqlx::query_as(KEY)
            .bind(id.as_hash().as_bytes().to_vec()).fetch_optional(db).await?))
    }
}

/// All rows of a pool in one table, in the order of their keys.
macro_rules! all_rows {
    ($store:expr, $row:ty, $pool:expr) => {{
        let pool = $crate::storage::slug($pool);
        let sql = <$row as $crate::storage::table::Table>::SELECT_ALL;
        let mut rows: Vec<$row> = $crate::storage::read!($store, db =>
            sqlx::query_as(sql).bind(pool).fetch_all(db).await?);
        rows.sort();
        rows
    }};
}
pub(crate) use all_rows;

/// What [`Store::statements`] asks of a table: one row inserted, updated, read and removed.
fn table_statements<T: Table>() -> [(String, usize); 4] {
    let values = |count: usize| {
        let places: Vec<_> = (1..=count).map(|n| format!("${n}")).collect();
        format!("({})", places.join(", "))
    };
    let insert = format!("{}VALUES {}", T::INSERT, values(T::COLUMNS));
    [
        (format!("{insert}{}", T::UPDATE), T::COLUMNS),
        (insert, T::COLUMNS),
        (T::SELECT_ALL.to_owned(), 1),
        (format!("{}{}{}", T::DELETE, T::KEY, values(T::KEY_COLUMNS)), T::KEY_COLUMNS),
    ]
}

impl Store {
    /// Every statement this program runs, fixed or put together, with how many values it takes.
    pub fn statements() -> Vec<(String, usize)> {
        let mut all: Vec<_> =
            ALL.iter().map(|(sql, values)| ((*sql).to_owned(), *values)).collect();
        macro_rules! tables {
            ($($row:ty),*) => { $(all.extend(table_statements::<$row>());)* };
        }
        tables!(
            LeafRow,
            CheckpointRow,
            ArtifactRow,
            SnapshotRow,
            KeyRow,
            PrincipalRow,
            AffiliationRow,
            RelatedGroupRow,
            VoterRow,
            ElectionRow,
            ContestRow,
            RollEntryRow,
            BallotRow,
            CertificateRow,
            ResultRow,
            DecisionRow
        );
        all
    }

    /// Lets the database parse a statement, and tells how many values it wants: an unknown column
    /// or table is an error here, before any data is at stake.
    pub async fn prepare(&self, sql: String) -> Result<usize, StoreError> {
        use sqlx::{AssertSqlSafe, Executor as _, SqlSafeStr as _, Statement as _};
        let values = read!(self, db => {
            let prepared = db.prepare(AssertSqlSafe(sql).into_sql_str()).await?;
            prepared.parameters().map_or(0, |parameters| parameters.either(<[_]>::len, |count| count))
        });
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_numbers_its_values_without_a_gap() {
        for (sql, values) in ALL {
            let numbered = (1..=9).filter(|n| sql.contains(&format!("${n}"))).count();
            assert_eq!(numbered, *values, "{sql}");
            assert!(!sql.contains(&format!("${}", values + 1)), "{sql}");
        }
    }
}
