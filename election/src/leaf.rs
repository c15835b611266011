//! What a log's leaf holds: a signed statement, and when the server says it was logged.

use crypto::canonical::{self, CanonicalError};
use crypto::envelope::Envelope;
use crypto::{Hash, merkle};
use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// Longest leaf in bytes: C2SP tlog-tiles prefixes an entry with a 16-bit length.
pub const MAX_LEAF_BYTES: usize = 65_535;

/// The content of a leaf.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// When the server sequenced it: its own assertion, never before the leaf in front of it.
    pub at: Millis,
    /// What was signed.
    pub statement: Envelope,
}

/// Why bytes are no leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Over [`MAX_LEAF_BYTES`].
    #[error("a leaf has at most {MAX_LEAF_BYTES} bytes, not {0}")]
    TooLong(usize),
    /// Not canonical, or not a leaf.
    #[error("not a leaf: {0}")]
    Canonical(#[from] CanonicalError),
}

impl Leaf {
    /// The canonical bytes that the tree hashes.
    pub fn encode(&self) -> Result<Vec<u8>, LeafError> {
        let bytes = canonical::encode(self)?;
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong(bytes.len()));
        }
        Ok(bytes)
    }
    /// Reads canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong(bytes.len()));
        }
        Ok(canonical::decode(bytes)?)
    }
}

/// The RFC 9162 §2.1.1 hash of a leaf's bytes.
pub fn hash(bytes: &[u8]) -> Hash {
    merkle::leaf_hash(bytes)
}
