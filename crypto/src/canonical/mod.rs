//! Canonical JSON: RFC 8785 (JCS), restricted until one value has one spelling everywhere.
//!
//! What is signed, hashed or logged is JSON, so that any tool can read a record; and it is
//! canonical, so that reading and writing it again gives the same bytes in every language.
//! The restrictions remove what languages disagree about:
//!
//! | JSON | here |
//! | --- | --- |
//! | numbers | integers with |n| ≤ 2^53 − 1 (the safe integers of RFC 8785 §3.2.2.3's doubles) |
//! | floats, exponents, `-0` | refused |
//! | `null` | refused: what is absent is left out |
//! | strings | as RFC 8785 §3.2.2.2: valid UTF-8, the shortest escapes, nothing else escaped |
//! | keys | printable ASCII without `"` and `\`, hence never escaped, ordered by byte (for ASCII that is the UTF-16 order of RFC 8785 §3.2.3), each once |
//! | white space | none (RFC 8785 §3.2.1) |
//! | nesting | at most [`MAX_DEPTH`] |
//!
//! [`decode`] refuses every document that [`encode`] would not have written, in two steps: a
//! scanner that judges the bytes alone ([`check`]), and a comparison with the re-encoded value,
//! which catches what only the type knows (unknown, defaulted or respelt fields).

mod check;
mod encode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The largest integer, and minus the smallest: 2^53 − 1, exact in every language's numbers.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 32;

/// The longest document accepted: artifacts are large, statements have tighter limits of their own.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;

/// Why something has no canonical form, or isn't in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CanonicalError {
    /// The bytes break a rule; this is the first place.
    #[error("not canonical JSON at byte {at}: {fault}")]
    Malformed {
        /// Byte offset of the first fault.
        at: usize,
        /// The rule it breaks.
        fault: Fault,
    },
    /// The document exceeds [`MAX_DOCUMENT_BYTES`].
    #[error("document of {length} bytes is longer than {MAX_DOCUMENT_BYTES}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Canonical JSON, but of some other shape than the type that was asked for.
    #[error("not the expected document: {0}")]
    Shape(String),
    /// The type reads the document but writes a different one: a field it ignored or filled in.
    #[error("document does not survive re-encoding: first difference at byte {at}")]
    NotFaithful {
        /// Byte offset of the first difference.
        at: usize,
    },
    /// The value has no canonical form.
    #[error("value has no canonical form: {0}")]
    Unencodable(Unencodable),
}

/// The rule that a document breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// The document stops in the middle of a value.
    #[error("unexpected end")]
    UnexpectedEnd,
    /// A byte that can't stand here.
    #[error("unexpected byte {0:#04x}")]
    UnexpectedByte(u8),
    /// White space outside a string.
    #[error("white space")]
    WhiteSpace,
    /// Something follows the document.
    #[error("trailing bytes")]
    TrailingBytes,
    /// `null`.
    #[error("null")]
    Null,
    /// A fraction or an exponent.
    #[error("a number that is not a plain integer")]
    NotAnInteger,
    /// `-0`.
    #[error("negative zero")]
    NegativeZero,
    /// `01`.
    #[error("leading zero")]
    LeadingZero,
    /// Beyond ±[`MAX_INTEGER`].
    #[error("integer beyond 2^53 − 1")]
    IntegerRange,
    /// A control character that isn't escaped.
    #[error("unescaped control character")]
    ControlCharacter,
    /// An escape where RFC 8785 §3.2.2.2 writes the character itself or a shorter escape.
    #[error("escape that is not the shortest form")]
    Escape,
    /// Not UTF-8.
    #[error("invalid UTF-8")]
    Utf8,
    /// A key with anything but printable ASCII, or with `"` or `\`.
    #[error("key with a character other than plain printable ASCII")]
    Key,
    /// A key that sorts before the one preceding it.
    #[error("key out of order")]
    KeyOrder,
    /// A key that was there before.
    #[error("duplicate key")]
    DuplicateKey,
    /// Nested beyond [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
}

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unencodable {
    /// A float.
    #[error("floating-point number")]
    Float,
    /// An integer beyond ±[`MAX_INTEGER`].
    #[error("integer beyond 2^53 − 1")]
    IntegerRange,
    /// `None`, `()` or a unit struct: leave the field out instead.
    #[error("null")]
    Null,
    /// Raw bytes: choose a text form from [`crate::encoding`].
    #[error("raw bytes")]
    Bytes,
    /// A map key that is neither a string nor an integer.
    #[error("map key that is not a string")]
    KeyType,
    /// A key with anything but plain printable ASCII.
    #[error("key {0:?} has a character other than plain printable ASCII")]
    Key(String),
    /// The same key twice in one object.
    #[error("key {0:?} occurs twice")]
    DuplicateKey(String),
    /// Nested beyond [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// Longer than [`MAX_DOCUMENT_BYTES`].
    #[error("document longer than {MAX_DOCUMENT_BYTES} bytes")]
    TooLong,
    /// The value's own serializer refused.
    #[error("{0}")]
    Custom(String),
}

/// The canonical form of a value.
///
/// # Errors
/// [`CanonicalError::Unencodable`] for values outside the profile.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CanonicalError> {
    encode::to_bytes(value, 256)
}

/// Judges bytes in one pass and without allocating: are they canonical JSON of this profile?
///
/// # Errors
/// The byte offset and rule of the first fault.
pub fn check(bytes: &[u8]) -> Result<(), CanonicalError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(CanonicalError::TooLong { length: bytes.len() });
    }
    check::document(bytes)
}

/// Reads a value from exactly the bytes that [`encode`] gives for it.
///
/// # Errors
/// Whatever [`check`] finds; a document of another shape; a document that the type would write
/// differently.
pub fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, CanonicalError> {
    check(bytes)?;
    let value =
        serde_json::from_slice(bytes).map_err(|error| CanonicalError::Shape(error.to_string()))?;
    let written = encode::to_bytes(&value, bytes.len())?;
    if written == bytes {
        return Ok(value);
    }
    let common = written.iter().zip(bytes).take_while(|(ours, theirs)| ours == theirs).count();
    Err(CanonicalError::NotFaithful { at: common })
}

#[cfg(test)]
mod tests;
