//! The rows as the tables hold them. What becomes a domain type does so through `TryFrom`, and a row
//! that does not is an error that names its table and key: never a default.

use crypto::Hash;
use crypto::merkle::{LeafIndex, TreeSize};
use election::pool::PoolId;
use election::statement::StatementId;
use election::time::Millis;

use super::StoreError;
use super::table::{Table, table};

table! {
    /// A leaf of a pool's log.
    LeafRow in leaves
    key { /// Whose log.
        pool: String, /// Place in the log.
        idx: i64 }
    data { /// When it was logged.
        at: i64, /// What names the statement.
        statement_id: Vec<u8>, /// Kind of statement.
        kind: String, /// Its election.
        election: Option<Vec<u8>>, /// RFC 9162 hash of the body.
        leaf_hash: Vec<u8>, /// The leaf's canonical bytes.
        body: Vec<u8> }
}
table! {
    /// A signed head of a pool's log.
    CheckpointRow in checkpoints
    key { /// Whose log.
        pool: String, /// How many leaves it covers.
        size: i64 }
    data { /// Root over them.
        root: Vec<u8>, /// The signed note.
        note: String, /// The last leaf it covers.
        last_leaf: i64 }
}
table! {
    /// A large object outside the log.
    ArtifactRow in artifacts
    key { /// Whose.
        pool: String, /// Its name: the hash of its content.
        sha256: Vec<u8> }
    data { /// Canonical JSON.
        content: Vec<u8> }
}
table! {
    /// A pool's state at some size of its log.
    SnapshotRow in snapshots
    key { /// Whose.
        pool: String, /// The size.
        size: i64 }
    data { /// Hash of the body.
        sha256: Vec<u8>, /// JSON of the state.
        body: Vec<u8> }
}
table! {
    /// A key of the foundation-wide register.
    KeyRow in keys
    key { /// SHA-256 of the public key.
        fingerprint: Vec<u8> }
    data { /// The one pool it serves.
        pool: String, /// The one thing it may sign.
        capacity: String, /// The key.
        public_key: Vec<u8>, /// For whom its holder votes.
        principal: Option<String>, /// Its holder.
        person: Option<String>, /// 1 once it counts no more.
        ended: i64 }
}
table! {
    /// A corporate member or a contributor.
    PrincipalRow in principals
    key { /// Whose.
        pool: String, /// Member id or handle.
        id: String }
    data { /// `member` or `contributor`.
        kind: String, /// Name as published.
        name: String, /// Class of membership.
        class: Option<String>, /// Where it first stood.
        since_leaf: i64, /// 1 while off future rolls.
        suspended: i64, /// Who speaks for it, JSON.
        mandate: Option<String>, /// Its particulars, JSON.
        body: String }
}
table! {
    /// Whom a contributor works for.
    AffiliationRow in affiliations
    key { /// The technical pool.
        pool: String, /// The person.
        person: String }
    data { /// Employers, JSON.
        groups: String, /// Since when.
        from_at: i64 }
}
table! {
    /// Organisations with one voice.
    RelatedGroupRow in related_groups
    key { /// The business pool.
        pool: String, /// The group.
        group_id: String }
    data { /// The member that votes.
        voice: String, /// Its members, JSON.
        members: String }
}
table! {
    /// A person who votes, or is invited to, for a principal.
    VoterRow in voters
    key { /// Whose.
        pool: String, /// For whom.
        principal: String, /// Who.
        person: String }
    data { /// The invitation's fingerprint.
        invitation: Vec<u8>, /// The voter key's.
        voter: Option<Vec<u8>>, /// Where the first invitation stands.
        invited_leaf: i64 }
}
table! {
    /// An election.
    ElectionRow in elections
    key { /// Whose.
        pool: String, /// Its manifest.
        id: Vec<u8> }
    data { /// Title as shown.
        title: String, /// Where it stands.
        phase: String, /// Start of the window.
        opens_at: i64, /// Its end.
        closes_at: i64, /// Log size at which the roll was frozen.
        roll_size: i64, /// Root over the roll.
        roll_root: Vec<u8>, /// How many are entitled.
        heads: i64, /// Their weight.
        weight: i64, /// Leaf of the manifest.
        sealed_leaf: i64, /// Leaf of the opening.
        opened_leaf: Option<i64>, /// Leaf of the closing.
        closed_leaf: Option<i64>, /// Leaf of the certificate.
        certified_leaf: Option<i64>, /// Leaf of the cancellation.
        cancelled_leaf: Option<i64> }
}
table! {
    /// A contest of an election.
    ContestRow in contests
    key { /// Whose.
        pool: String, /// Its election.
        election: Vec<u8>, /// Its id.
        contest: String }
    data { /// Place in the manifest.
        position: i64, /// Title as shown.
        title: String, /// Kind of question.
        question: String, /// The contest, JSON.
        body: String }
}
table! {
    /// A line of a frozen roll.
    RollEntryRow in roll_entries
    key { /// Whose.
        pool: String, /// Its election.
        election: Vec<u8>, /// Who is entitled.
        principal: String }
    data { /// With what weight.
        weight: i64, /// Who may cast the ballot, JSON.
        speakers: String }
}
table! {
    /// An admitted ballot: who, not what.
    BallotRow in ballots
    key { /// Whose.
        pool: String, /// Where it stands.
        leaf: i64 }
    data { /// Its election.
        election: Vec<u8>, /// Whose vote.
        principal: String, /// Who cast it.
        person: String }
}
table! {
    /// A certified election.
    CertificateRow in certificates
    key { /// Whose.
        pool: String, /// Its election.
        election: Vec<u8> }
    data { /// Where it stands.
        leaf: i64, /// How many ballots counted.
        heads: i64, /// Their weight.
        weight: i64 }
}
table! {
    /// A certified contest.
    ResultRow in results
    key { /// Whose.
        pool: String, /// Its election.
        election: Vec<u8>, /// Its contest.
        contest: String }
    data { /// Hash of the cast vote records.
        cvrs: Vec<u8>, /// Hash of the transcript.
        transcript: Vec<u8>, /// The outcome, JSON.
        outcome: String }
}
table! {
    /// What a certified contest decided.
    DecisionRow in decisions
    key { /// Whose.
        pool: String, /// Its election.
        election: Vec<u8>, /// Its contest.
        contest: String, /// Its place.
        position: i64 }
    data { /// Kind of effect.
        kind: String, /// The effect, JSON.
        body: String }
}

/// A number as the databases keep it. Invariant: sizes, instants and weights stay below 2^53.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn bad(row: &impl Table, what: &'static str) -> StoreError {
    StoreError::BadRow { table: table_of(row), key: row.key_text(), what }
}

fn table_of<T: Table>(_: &T) -> &'static str {
    T::NAME
}

fn unsigned(row: &impl Table, number: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| bad(row, what))
}

fn hash(row: &impl Table, bytes: &[u8], what: &'static str) -> Result<Hash, StoreError> {
    bytes.try_into().map(Hash::from_bytes).map_err(|_| bad(row, what))
}

/// A leaf as the store has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredLeaf {
    /// Its place.
    pub index: LeafIndex,
    /// When it was logged.
    pub at: Millis,
    /// Its statement.
    pub id: StatementId,
    /// Kind of statement, as in its payload type.
    pub kind: String,
    /// Its election.
    pub election: Option<StatementId>,
    /// The hash in the tree.
    pub hash: Hash,
    /// The canonical bytes.
    pub body: Vec<u8>,
}

impl TryFrom<LeafRow> for StoredLeaf {
    type Error = StoreError;
    fn try_from(row: LeafRow) -> Result<Self, StoreError> {
        row.pool.parse::<PoolId>().map_err(|_| bad(&row, "pool"))?;
        let election = row.election.as_deref();
        let election = election.map(|bytes| hash(&row, bytes, "election")).transpose()?;
        Ok(StoredLeaf {
            index: LeafIndex(unsigned(&row, row.idx, "idx")?),
            at: Millis::new(unsigned(&row, row.at, "at")?).ok_or_else(|| bad(&row, "at"))?,
            id: StatementId::from(hash(&row, &row.statement_id, "statement_id")?),
            election: election.map(StatementId::from),
            hash: hash(&row, &row.leaf_hash, "leaf_hash")?,
            kind: row.kind,
            body: row.body,
        })
    }
}

/// A signed head as the store has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCheckpoint {
    /// How many leaves it covers.
    pub size: TreeSize,
    /// Root over them.
    pub root: Hash,
    /// The signed note.
    pub note: String,
}

impl TryFrom<CheckpointRow> for StoredCheckpoint {
    type Error = StoreError;
    fn try_from(row: CheckpointRow) -> Result<Self, StoreError> {
        Ok(StoredCheckpoint {
            size: TreeSize(unsigned(&row, row.size, "size")?),
            root: hash(&row, &row.root, "root")?,
            note: row.note,
        })
    }
}

/// A state as the store has it; its hash has been checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredSnapshot {
    /// Size of the log that it is the state of.
    pub size: TreeSize,
    /// JSON of the state.
    pub body: Vec<u8>,
}

impl TryFrom<SnapshotRow> for StoredSnapshot {
    type Error = StoreError;
    fn try_from(row: SnapshotRow) -> Result<Self, StoreError> {
        if Hash::of(&row.body) != hash(&row, &row.sha256, "sha256")? {
            return Err(bad(&row, "sha256: the body does not hash to it"));
        }
        Ok(StoredSnapshot { size: TreeSize(unsigned(&row, row.size, "size")?), body: row.body })
    }
}

/// An artifact as the store has it; its hash has been checked.
impl TryFrom<ArtifactRow> for election::tally::Artifact {
    type Error = StoreError;
    fn try_from(row: ArtifactRow) -> Result<Self, StoreError> {
        let sha256 = hash(&row, &row.sha256, "sha256")?;
        if Hash::of(&row.content) != sha256 {
            return Err(bad(&row, "sha256: the content does not hash to it"));
        }
        Ok(election::tally::Artifact { sha256, content: row.content })
    }
}
