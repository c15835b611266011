//! Placeholder crate documentation.

pub mod canonical;
pub mod encoding;
pub mod envelope;
pub mod hash;
pub mod merkle;
pub mod sign;
pub mod tile;

pub use envelope::{Envelope, EnvelopeSignature};
pub use hash::Hash;
pub use merkle::{ConsistencyProof, Frontier, InclusionProof, LeafIndex, Tree, TreeSize};
pub use sign::{KeyId, PublicKey, Signature, SigningKey};
pub use tile::TilePath;
