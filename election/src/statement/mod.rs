//! Statements: the signed facts that a pool's log is made of.
//!
//! A statement is a DSSE envelope over canonical JSON. Its payload type names pool and kind, and is
//! signed with the payload, so a signature made for one pool or kind verifies for no other.

mod body;

use std::fmt;
use std::str::FromStr;

use crypto::Hash;
use crypto::canonical::{self, CanonicalError};
use crypto::envelope::{Envelope, EnvelopeError, EnvelopeSignature};
use serde::{Deserialize, Serialize};

pub use body::*;

use crate::key::KeyOf;
use crate::pool::{Pool, PoolId};

const TYPE_PREFIX: &str = "application/vnd.bicameral.v1.";
const TYPE_SUFFIX: &str = "+json";

/// The SHA-256 of a statement's PAE (DSSE v1 §"Pre-Authentication Encoding"): what was signed, pool
/// and kind included, whoever signed it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatementId(Hash);

impl StatementId {
    /// The hash.
    pub fn hash(&self) -> &Hash {
        &self.0
    }
}
impl From<Hash> for StatementId {
    fn from(hash: Hash) -> Self {
        StatementId(hash)
    }
}
impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for StatementId {
    type Err = <Hash as FromStr>::Err;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(StatementId)
    }
}

/// Why an envelope is no statement of this pool.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A payload type that is not ours.
    #[error("`{0}` is not a payload type of this system")]
    PayloadType(String),
    /// A statement of the other pool.
    #[error("this is a statement of the {found} pool; the {wanted} pool does not take it")]
    OtherPool {
        /// The pool it was signed for.
        found: PoolId,
        /// The pool it was given to.
        wanted: PoolId,
    },
    /// A kind that this pool does not have.
    #[error("the {pool} pool has no statements of kind `{kind}`")]
    Kind {
        /// The pool.
        pool: PoolId,
        /// The kind.
        kind: String,
    },
    /// A payload that is not canonical or not of its kind.
    #[error("the payload is not a canonical `{kind}`: {source}")]
    Payload {
        /// The kind.
        kind: Kind,
        /// What is wrong.
        source: CanonicalError,
    },
    /// The envelope itself.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// A decoded statement. Its content is known to be canonical; its signatures are not checked yet:
/// who has to sign is a question for the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement<P: Pool> {
    id: StatementId,
    body: Body<P>,
    pae: Vec<u8>,
    signatures: Vec<EnvelopeSignature>,
}

impl<P: Pool> Statement<P> {
    /// Decodes an envelope as a statement of this pool.
    pub fn decode(envelope: &Envelope) -> Result<Self, StatementError> {
        let kind = kind_of::<P>(envelope.payload_type())?;
        let body = Body::decode(kind, envelope.payload())
            .map_err(|source| StatementError::Payload { kind, source })?;
        let pae = envelope.pae();
        let id = StatementId(Hash::of(&pae));
        Ok(Statement { id, body, pae, signatures: envelope.signatures().to_vec() })
    }
    /// What names it.
    pub fn id(&self) -> StatementId {
        self.id
    }
    /// What it says.
    pub fn body(&self) -> &Body<P> {
        &self.body
    }
    /// What it says, without the rest.
    pub fn into_body(self) -> Body<P> {
        self.body
    }
    /// What it says and the bytes that were signed, without a copy of either.
    pub fn into_parts(self) -> (Body<P>, Vec<u8>) {
        (self.body, self.pae)
    }
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.body.kind()
    }
    /// The bytes that were signed.
    pub fn pae(&self) -> &[u8] {
        &self.pae
    }
    /// By whom, they say.
    pub fn signatures(&self) -> &[EnvelopeSignature] {
        &self.signatures
    }
}

/// The kind that a payload type names, if it is one of this pool.
fn kind_of<P: Pool>(payload_type: &str) -> Result<Kind, StatementError> {
    let (pool, kind) = split(payload_type)?;
    if pool != P::ID {
        return Err(StatementError::OtherPool { found: pool, wanted: P::ID });
    }
    Kind::of_slug::<P>(kind)
        .ok_or_else(|| StatementError::Kind { pool, kind: kind.chars().take(40).collect() })
}

/// Pool and kind of a payload type, before anything is known about either.
fn split(payload_type: &str) -> Result<(PoolId, &str), StatementError> {
    let bad = || StatementError::PayloadType(payload_type.chars().take(120).collect());
    let inner = payload_type.strip_prefix(TYPE_PREFIX).ok_or_else(bad)?;
    let inner = inner.strip_suffix(TYPE_SUFFIX).ok_or_else(bad)?;
    let (pool, kind) = inner.split_once('.').ok_or_else(bad)?;
    Ok((pool.parse().map_err(|_| bad())?, kind))
}

/// The payload type of a kind in a pool.
pub fn payload_type<P: Pool>(kind: Kind) -> String {
    format!("{TYPE_PREFIX}{}.{}{TYPE_SUFFIX}", P::SLUG, kind.slug::<P>())
}

/// A statement being signed. The keys' type names the pool, so that a key of the other one does not
/// fit here.
#[derive(Debug)]
pub struct Draft<P: Pool> {
    envelope: Envelope,
    pool: std::marker::PhantomData<P>,
}

impl<P: Pool> Draft<P> {
    /// Encodes what is to be signed.
    pub fn new(body: &Body<P>) -> Result<Self, EnvelopeError> {
        let payload = body.encode().map_err(EnvelopeError::Canonical)?;
        let envelope = Envelope::new(payload_type::<P>(body.kind()), payload)?;
        Ok(Draft { envelope, pool: std::marker::PhantomData })
    }
    /// Takes up an envelope that others have signed before, if it is a statement of this pool.
    pub fn resume(envelope: Envelope) -> Result<Self, StatementError> {
        Statement::<P>::decode(&envelope)?;
        Ok(Draft { envelope, pool: std::marker::PhantomData })
    }
    /// Adds a signature.
    pub fn sign(mut self, key: &impl KeyOf<P>) -> Result<Self, EnvelopeError> {
        self.envelope.sign(key.signing_key())?;
        Ok(self)
    }
    /// The id, which signatures do not change.
    pub fn id(&self) -> StatementId {
        StatementId(self.envelope.id())
    }
    /// The envelope as it goes to the server or to the next officer.
    pub fn envelope(self) -> Envelope {
        self.envelope
    }
}

/// Pool and kind of an envelope without decoding its payload: for routing and tracing.
pub fn peek(envelope: &Envelope) -> Result<(PoolId, &str), StatementError> {
    split(envelope.payload_type())
}

/// The id of an envelope's statement.
pub fn id_of(envelope: &Envelope) -> StatementId {
    StatementId(envelope.id())
}

/// Encodes a payload of a kind.
fn encode<T: Serialize>(payload: &T) -> Result<Vec<u8>, CanonicalError> {
    canonical::encode(payload)
}
