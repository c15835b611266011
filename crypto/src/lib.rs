//! The byte formats of Bicameral: keys and signed envelopes, canonical JSON, the Merkle log and
//! its checkpoints, invitations, key files.
//!
//! Everything here is a published format or a thin, stated restriction of one, so that a record
//! can be read, checked and mirrored by programs we did not write. What a statement *means* is no
//! matter of this crate: it knows no voters, pools or elections.
//!
//! **Invariant: no I/O, no clock, no global randomness.** Whoever needs randomness takes an rng
//! as an argument; nothing here has an opinion about time.
//!
//! **Invariant: one value, one spelling.** Each decoder refuses what its encoder would not have
//! written, so bytes can be hashed, signed, logged and compared without normalising them.
//!
//! **Invariant: every parser has a limit**, a named constant beside it, and is total: any input
//! gives a value or a named refusal, never a panic.
//!
//! **Invariant: a type that can be held has been checked.** A [`PublicKey`] is of prime order, a
//! [`KdfParams`] is neither weak nor absurd, an [`Envelope`] has its signatures in order. What a
//! constructor can't know, a `verify` says: nothing is trusted for being well-formed.
//!
//! **Invariant: secrets are moved, not copied.** [`SigningKey`] and [`InvitationCode`] have no
//! `Clone`, do not appear in `Debug`, and are wiped when dropped.
//!
//! # Modules in reading order
//!
//! | module | specification | conformance |
//! | --- | --- | --- |
//! | [`hash`] | SHA-256, FIPS 180-4 | full |
//! | [`encoding`] | RFC 4648: base16 (lowercase), base64, base64url | canonical forms only |
//! | [`canonical`] | RFC 8785 (JCS) | restricted: safe integers, ASCII keys, no null; bounded depth |
//! | [`sign`] | Ed25519, RFC 8032 | stricter: prime-order keys, `verify_strict`, no batches |
//! | [`envelope`] | DSSE v1.0.0 | restricted: canonical JSON, `keyid` required, one order of signatures |
//! | [`merkle`] | RFC 6962 §2.1; verification by RFC 9162 §2.1.3.2 and §2.1.4.2 | full |
//! | [`note`] | C2SP signed-note v1.0.0 | full for Ed25519; other signatures are kept and ignored |
//! | [`checkpoint`] | C2SP tlog-checkpoint v1.0.0 | no extension lines; the key is named after the origin |
//! | [`tile`] | C2SP tlog-tiles v0.1.0 | full |
//! | [`proof`] | C2SP tlog-proof | full |
//! | [`invitation`] | HKDF-SHA256, RFC 5869; Crockford's base32 | format of our own |
//! | [`keystore`] | Argon2id, RFC 9106; XChaCha20-Poly1305 | format of our own |
//!
//! The files in `crypto/vectors/` fix all of it for other implementations. They come from the
//! specifications or from `vectors/generate.py`, which shares no code with this crate; the tests
//! here read them, and so should those of anybody who writes the formats anew.

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
