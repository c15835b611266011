//! Ed25519 (RFC 8032), with the strictest reading of what a valid key and signature is.
//!
//! RFC 8032 leaves room for implementations that disagree about borderline signatures, which
//! would let two honest auditors read one record differently. The room is closed twice:
//!
//! * a [`PublicKey`] is a canonical encoding of a point of the prime-order subgroup, and not the
//!   identity: no small-order key under which anything verifies, no torsion component;
//! * a [`Signature`] is accepted by `verify_strict` alone, one at a time. Batch verification is
//!   never used to accept or refuse, because batch and single verification can disagree.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_dalek::{Signer as _, VerifyingKey};
use rand_core::CryptoRng;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::encoding::{self, EncodingError, base64url};
use crate::hash::Hash;

/// Why bytes or text are not a public key we accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PublicKeyError {
    /// The text is not base64url of 32 bytes.
    #[error("public key text: {0}")]
    Encoding(#[from] EncodingError),
    /// The bytes name no point of the curve.
    #[error("public key is not a point of the curve")]
    NotAPoint,
    /// The bytes spell a point in a second way (RFC 8032 §5.1.3 allows one).
    #[error("public key is not the canonical encoding of its point")]
    NotCanonical,
    /// The point has small order: signatures under it prove nothing.
    #[error("public key is weak: a point of small order")]
    Weak,
    /// The point has a torsion component, on which verifiers may disagree.
    #[error("public key is outside the prime-order subgroup")]
    Torsion,
}

/// A signature that does not belong to the message and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("signature does not verify under key {key}")]
pub struct BadSignature {
    /// The key under which it was checked.
    pub key: KeyId,
}

/// A secret key. It cannot be cloned or printed, and is wiped from memory when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Bytes in a seed.
    pub const SEED_LENGTH: usize = 32;

    /// A fresh key from the caller's randomness.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut seed = Zeroizing::new([0; Self::SEED_LENGTH]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::from_seed(&seed)
    }

    /// The key of a seed (RFC 8032 §5.1.5 calls it the private key).
    pub fn from_seed(seed: &[u8; Self::SEED_LENGTH]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The seed, for sealing into a key file.
    pub fn seed(&self) -> Zeroizing<[u8; Self::SEED_LENGTH]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        // A clamped scalar times the base point is canonical and in the prime-order subgroup.
        PublicKey(self.0.verifying_key())
    }

    /// Signs `message` (RFC 8032 §5.1.6: deterministic, no randomness needed).
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey(secret of {})", self.public().id())
    }
}

/// A public key that passed every check of this module; 43 base64url characters in text.
///
/// Reading one costs a scalar multiplication (about 50 µs): keys are read from enrolments, and
/// kept; ballots only name them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Bytes in a public key.
    pub const LENGTH: usize = 32;

    /// Accepts the 32 bytes of a key.
    ///
    /// # Errors
    /// Refuses bytes that are no point, a second spelling of a point, or a point that is not of
    /// prime order.
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Result<Self, PublicKeyError> {
        // RFC 8032 §5.1.3: decoding.
        let point = CompressedEdwardsY(*bytes).decompress().ok_or(PublicKeyError::NotAPoint)?;
        // RFC 8032 §5.1.2: the one encoding. dalek decompresses y ≥ p (ZIP 215); we don't.
        if point.compress().as_bytes() != bytes {
            return Err(PublicKeyError::NotCanonical);
        }
        if point.is_small_order() {
            return Err(PublicKeyError::Weak);
        }
        if !point.is_torsion_free() {
            return Err(PublicKeyError::Torsion);
        }
        Ok(Self(VerifyingKey::from(point)))
    }

    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        self.0.as_bytes()
    }

    /// The name of the key.
    pub fn id(&self) -> KeyId {
        KeyId(Hash::of(self.as_bytes()))
    }

    /// Checks a signature strictly: canonical `S`, canonical `R` not of small order, and the
    /// equation without cofactor (RFC 8032 §5.1.7 and the reasons in the module's documentation).
    ///
    /// # Errors
    /// [`BadSignature`], and nothing about why: there is one way to be right.
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0.verify_strict(message, &signature).map_err(|_| BadSignature { key: self.id() })
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&base64url::encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_bytes(&base64url::decode_array(text)?)
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64url::serialize(self.as_bytes(), serializer)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        encoding::text::deserialize(deserializer, "an Ed25519 public key in base64url")
    }
}

/// The name of a key: the SHA-256 of its 32 bytes, in lowercase hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(Hash);

impl KeyId {
    /// Takes a hash that names a key.
    pub const fn from_hash(hash: Hash) -> Self {
        Self(hash)
    }

    /// The name as a hash.
    pub const fn as_hash(&self) -> &Hash {
        &self.0
    }

    /// The name as bytes.
    pub const fn as_bytes(&self) -> &[u8; Hash::LENGTH] {
        self.0.as_bytes()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// An Ed25519 signature as bytes, not yet checked against anything.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature([u8; Signature::LENGTH]);

impl Signature {
    /// Bytes in a signature.
    pub const LENGTH: usize = 64;

    /// Takes the 64 bytes of a signature; [`PublicKey::verify`] judges them.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = EncodingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        base64url::decode_array(text).map(Self)
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        base64url::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        encoding::text::deserialize(deserializer, "an Ed25519 signature in base64url")
    }
}

#[cfg(test)]
mod tests;
