//! What can go wrong at the service, sorted by whose fault it is.

use crypto::Hash;
use crypto::canonical::CanonicalError;
use crypto::checkpoint::CheckpointError;
use crypto::envelope::EnvelopeError;
use crypto::merkle::{MerkleError, TreeSize};
use crypto::proof::TlogProofError;
use election::leaf::LeafError;
use election::pool::PoolId;
use election::state::Refusal;
use election::statement::{Kind, StatementError, StatementId};
use election::tally::TallyError;

use crate::storage::StoreError;

/// Why a statement was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    /// Not an envelope.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Not a statement of this pool.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A kind that only the log's own key signs.
    #[error("a {0} is made by the log itself and by nobody else")]
    MadeByTheLog(Kind),
    /// A genesis that the trust anchor does not name.
    #[error("this is not the genesis that the foundation's trust anchor names")]
    OtherGenesis,
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too long for a leaf.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// A certificate that is not what the ballots give.
    #[error("the certificate's {field} is not what the server's own count gives")]
    CertificateDiffers {
        /// Which part.
        field: &'static str,
    },
    /// An election that cannot be counted.
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// The audit of the election found a fault: nothing is certified.
    #[error("the audit before publication failed: {0}")]
    Audit(String),
    /// The queue is full.
    #[error("the {0} pool's queue is full; try again")]
    Busy(PoolId),
    /// The pool takes nothing now: it shuts down, or could not write and is recovering. Whether the
    /// statement was recorded is told by sending it again.
    #[error("the {0} pool takes no statements at the moment; try again")]
    Unavailable(PoolId),
    /// Something of ours.
    #[error(transparent)]
    Internal(#[from] ServiceError),
}

impl SubmitError {
    /// The stable name of the problem.
    pub fn slug(&self) -> &'static str {
        match self {
            SubmitError::Envelope(_) => "bad-envelope",
            SubmitError::Statement(StatementError::OtherPool { .. }) => "other-pool",
            SubmitError::Statement(_) => "bad-statement",
            SubmitError::MadeByTheLog(_) => "made-by-the-log",
            SubmitError::OtherGenesis => "other-genesis",
            SubmitError::Refused(refusal) => refusal.slug(),
            SubmitError::Leaf(_) => "leaf-too-long",
            SubmitError::CertificateDiffers { .. } => "certificate-differs",
            SubmitError::Tally(_) => "not-countable",
            SubmitError::Audit(_) => "audit-failed",
            SubmitError::Busy(_) => "busy",
            SubmitError::Unavailable(_) => "unavailable",
            SubmitError::Internal(_) => "internal",
        }
    }
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing of that name.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Ballots of an election that is still open.
    #[error("ballots of election {election} are not shown before it closes")]
    Embargoed {
        /// Which election.
        election: StatementId,
    },
    /// An election that cannot be counted (yet).
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// Something of ours.
    #[error(transparent)]
    Internal(#[from] ServiceError),
}

impl ReadError {
    /// The stable name of the problem.
    pub fn slug(&self) -> &'static str {
        match self {
            ReadError::NotFound(_) => "not-found",
            ReadError::Embargoed { .. } => "embargoed",
            ReadError::Tally(_) => "not-countable",
            ReadError::Internal(_) => "internal",
        }
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        ReadError::Internal(error.into())
    }
}
impl From<StoreError> for SubmitError {
    fn from(error: StoreError) -> Self {
        SubmitError::Internal(error.into())
    }
}

/// A fault of this server or of its store: never the client's.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database serves no foundation.
    #[error("the database serves no foundation: run `vote-server init`")]
    NotFounded,
    /// The trust anchor given is not the one in the database.
    #[error("the database serves another foundation than the one given")]
    OtherFoundation,
    /// The key given is not the log's.
    #[error("the key given is not the {0} pool's log key")]
    OtherLogKey(PoolId),
    /// The stored leaves do not add up to the stored head.
    #[error(
        "the {pool} log is damaged: its {leaves} leaves have the root {found}, but the checkpoint of \
         size {size} says {expected}. Restore a backup; do not serve this log"
    )]
    RootMismatch {
        /// Whose log.
        pool: PoolId,
        /// How many leaves there are.
        leaves: TreeSize,
        /// What they hash to.
        found: Hash,
        /// What the checkpoint covers.
        size: TreeSize,
        /// What it says.
        expected: Hash,
    },
    /// A stored leaf that does not fit its place.
    #[error("the {pool} log is damaged at leaf {index}: {what}")]
    DamagedLeaf {
        /// Whose log.
        pool: PoolId,
        /// Where.
        index: u64,
        /// How.
        what: String,
    },
    /// A state kept that is not one of this log.
    #[error("the {pool} snapshot of size {size} is no state of this log: {what}")]
    BadSnapshot {
        /// Whose.
        pool: PoolId,
        /// At what size.
        size: TreeSize,
        /// Why.
        what: String,
    },
    /// A checkpoint that does not open or cannot be signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A proof that cannot be made.
    #[error(transparent)]
    Merkle(#[from] MerkleError),
    /// A receipt that cannot be put together.
    #[error(transparent)]
    Proof(#[from] TlogProofError),
    /// Something of ours that has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Something of ours that has no JSON form.
    #[error("encoding: {0}")]
    Json(#[from] serde_json::Error),
    /// A statement of the log's own that the rules refuse.
    #[error("the log's own {kind} was refused: {refusal}")]
    OwnStatement {
        /// What.
        kind: Kind,
        /// Why.
        refusal: Refusal,
    },
    /// An envelope of our own making.
    #[error("the log's own statement: {0}")]
    Envelope(#[from] EnvelopeError),
    /// A statement of our own making.
    #[error("the log's own statement: {0}")]
    Statement(#[from] StatementError),
    /// A leaf of our own making.
    #[error("the log's own statement: {0}")]
    Leaf(#[from] LeafError),
    /// A task that ended before its work was done.
    #[error("a background task ended before its time")]
    TaskEnded,
    /// A backup file that cannot be written or read.
    #[error("the backup: {0}")]
    Backup(#[from] super::backup::BackupError),
}
