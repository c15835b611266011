//! `foundation.json`: all an auditor has to trust. Everything else is in the logs.

use std::marker::PhantomData;

use crypto::note::VerifierKey;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::Origin;
use crate::pool::{Business, Pool, Technical};
use crate::statement::StatementId;
use crate::text::Line;

/// The format's name, first in the file.
pub const FORMAT: &str = "bicameral-foundation/v1";
/// Longest trust anchor file in bytes.
pub const MAX_ANCHOR_BYTES: usize = 64 * 1024;

/// The trust anchor of a foundation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Always [`FORMAT`].
    pub format: String,
    /// The foundation's id.
    pub foundation: Uuid,
    /// Its name.
    pub name: Line,
    /// The business pool's log.
    pub business: PoolAnchor<Business>,
    /// The technical pool's log.
    pub technical: PoolAnchor<Technical>,
}

/// The trust anchor of one pool's log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PoolAnchor<P: Pool> {
    /// The log's name.
    pub origin: Origin<P>,
    /// The key that signs its checkpoints, as a C2SP verifier key.
    pub log_key: VerifierKey,
    /// The id of its first statement.
    pub genesis: StatementId,
    #[serde(skip)]
    pub(crate) pool: PhantomData<P>,
}

impl<P: Pool> PoolAnchor<P> {
    /// Names a log, its key and its first statement.
    pub fn new(origin: Origin<P>, log_key: VerifierKey, genesis: StatementId) -> Self {
        PoolAnchor { origin, log_key, genesis, pool: PhantomData }
    }
}

/// Why a file is no trust anchor.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// Over [`MAX_ANCHOR_BYTES`].
    #[error("a foundation file has at most {MAX_ANCHOR_BYTES} bytes, not {0}")]
    TooLong(usize),
    /// Not the JSON it should be.
    #[error("not a foundation file: {0}")]
    Json(#[from] serde_json::Error),
    /// Another format or version.
    #[error("this foundation file says `{0}`; this program reads `{FORMAT}`")]
    Format(String),
    /// A verifier key that names another log.
    #[error("the log key of `{origin}` is named `{key}`")]
    KeyName {
        /// The log.
        origin: String,
        /// The key's name.
        key: String,
    },
    /// One key for both logs.
    #[error("both logs have the same key; C2SP tlog-policy forbids it, and so do we")]
    SameKey,
}

impl Anchor {
    /// Reads and checks a foundation file.
    pub fn parse(bytes: &[u8]) -> Result<Self, AnchorError> {
        if bytes.len() > MAX_ANCHOR_BYTES {
            return Err(AnchorError::TooLong(bytes.len()));
        }
        let anchor: Anchor = serde_json::from_slice(bytes)?;
        if anchor.format != FORMAT {
            return Err(AnchorError::Format(anchor.format));
        }
        anchor.business.check_name()?;
        anchor.technical.check_name()?;
        if anchor.business.log_key.key() == anchor.technical.log_key.key() {
            return Err(AnchorError::SameKey);
        }
        Ok(anchor)
    }
    /// The file's content, indented for readers.
    pub fn to_json(&self) -> Result<String, AnchorError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl<P: Pool> PoolAnchor<P> {
    fn check_name(&self) -> Result<(), AnchorError> {
        if self.log_key.name() == self.origin.as_str() {
            return Ok(());
        }
        Err(AnchorError::KeyName {
            origin: self.origin.to_string(),
            key: self.log_key.name().to_owned(),
        })
    }
}
