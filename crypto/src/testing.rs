//! What the tests share: reading the vectors, and a source of randomness that repeats itself.

use serde_json::Value;

use crate::encoding::hex;
use crate::sign::SigningKey;

/// Randomness that is the same in every run.
pub(crate) fn rng(seed: u64) -> rand::rngs::StdRng {
    rand::SeedableRng::seed_from_u64(seed)
}

/// A key that is the same in every run.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// Reads a file of `crypto/vectors/`.
pub(crate) fn vectors(text: &str) -> Value {
    serde_json::from_str(text).expect("vectors are JSON")
}

/// The members of an array.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

/// A string.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// A number.
pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

/// Bytes in hexadecimal.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).expect("hexadecimal")
}

/// Bytes of a known number in hexadecimal.
pub(crate) fn array<const N: usize>(value: &Value) -> [u8; N] {
    hex::decode_array(text(value)).expect("hexadecimal of the right length")
}
