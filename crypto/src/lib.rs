//! Placeholder crate documentation.

pub mod canonical;
pub mod checkpoint;
pub mod encoding;
pub mod envelope;
pub mod hash;
pub mod invitation;
pub mod keystore;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod sign;
pub mod tile;

#[cfg(test)]
mod testing;

pub use checkpoint::Checkpoint;
pub use envelope::{Envelope, EnvelopeSignature};
pub use hash::Hash;
pub use invitation::InvitationCode;
pub use keystore::{KdfParams, KeyFile, KeyLabel};
pub use merkle::{
    ConsistencyProof, Frontier, InclusionProof, LeafIndex, Tree, TreeSize, leaf_hash, node_hash,
};
pub use note::{NoteSigner, SignedNote, VerifierKey};
pub use proof::TlogProof;
pub use sign::{BadSignature, KeyId, PublicKey, Signature, SigningKey};
pub use tile::TilePath;
