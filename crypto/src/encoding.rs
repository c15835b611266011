//! Bytes as text: lowercase hexadecimal, base64 and base64url (RFC 4648), one form each.
//!
//! Every decoder here refuses whatever its encoder would not have written: other alphabets or
//! case, missing or superfluous padding, stray bits in the last character, white space. Bytes
//! therefore have exactly one text, and a text that was signed cannot be respelt.
//!
//! Each module fits `#[serde(with = "…")]` for fields of type `Vec<u8>` and `[u8; N]`.

use thiserror::Error;

/// Why a text is not the encoding of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// A character outside the alphabet, at this byte offset.
    #[error("character at offset {at} does not belong to {alphabet}")]
    Character {
        /// Byte offset of the character.
        at: usize,
        /// The alphabet that was expected.
        alphabet: &'static str,
    },
    /// The text is not one that the encoder would write: its length, padding or last bits.
    #[error("not the canonical form of {alphabet}: wrong length, padding or trailing bits")]
    NotCanonical {
        /// The alphabet that was expected.
        alphabet: &'static str,
    },
    /// The text decodes, but to a different number of bytes.
    #[error("decodes to {found} bytes instead of {expected}")]
    Length {
        /// How many bytes the value has.
        expected: usize,
        /// How many the text holds.
        found: usize,
    },
}

/// Lowercase hexadecimal (RFC 4648 §8, with lowercase digits): hashes and key ids.
pub mod hex {
    use serde::{Deserializer, Serializer};

    use super::{EncodingError, array, text};

    const ALPHABET: &str = "lowercase hexadecimal";
    const DIGITS: &[u8; 16] = b"0123456789abcdef";

    /// The text of `bytes`.
    pub fn encode(bytes: &[u8]) -> String {
        bytes.iter().flat_map(|byte| digits(*byte).map(char::from)).collect()
    }

    /// The bytes of `text`, if it is their one text.
    pub fn decode(text: &str) -> Result<Vec<u8>, EncodingError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(EncodingError::NotCanonical { alphabet: ALPHABET });
        }
        pairs.iter().enumerate().map(|(index, pair)| octet(*pair, index)).collect()
    }

    /// Like [`decode`], for a value of fixed length.
    pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], EncodingError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err(EncodingError::NotCanonical { alphabet: ALPHABET });
        }
        if pairs.len() != N {
            return Err(EncodingError::Length { expected: N, found: pairs.len() });
        }
        let mut bytes = [0; N];
        for (index, (byte, pair)) in bytes.iter_mut().zip(pairs).enumerate() {
            *byte = octet(*pair, index)?;
        }
        Ok(bytes)
    }

    /// For `#[serde(with)]`.
    pub fn serialize<S: Serializer>(
        bytes: &impl AsRef<[u8]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes.as_ref()))
    }

    /// For `#[serde(with)]`.
    pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<Vec<u8>>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        text::deserialize_with(deserializer, ALPHABET, |text| array(decode(text)?))
    }

    /// Shows a 32-byte value to `show` without touching the heap: hashes are printed a lot.
    pub(crate) fn with_array_text<R>(bytes: &[u8; 32], show: impl FnOnce(&str) -> R) -> R {
        let mut buffer = [0; 64];
        for (pair, byte) in buffer.as_chunks_mut::<2>().0.iter_mut().zip(bytes) {
            *pair = digits(*byte);
        }
        // Invariant: hexadecimal digits are ASCII, so the conversion never replaces anything.
        show(str::from_utf8(&buffer).unwrap_or_default())
    }

    #[expect(clippy::indexing_slicing, reason = "a nibble is below sixteen")]
    fn digits(byte: u8) -> [u8; 2] {
        [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
    }

    fn octet(pair: [u8; 2], index: usize) -> Result<u8, EncodingError> {
        let [high, low] = pair;
        Ok(nibble(high, 2 * index)? << 4 | nibble(low, 2 * index + 1)?)
    }

    fn nibble(digit: u8, at: usize) -> Result<u8, EncodingError> {
        match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(EncodingError::Character { at, alphabet: ALPHABET }),
        }
    }
}

/// Standard base64 with padding (RFC 4648 §4): DSSE envelopes and signed notes.
pub mod base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserializer, Serializer};

    use super::{EncodingError, array, fault, text};

    const ALPHABET: &str = "padded base64";

    /// The text of `bytes`.
    pub fn encode(bytes: &[u8]) -> String {
        STANDARD.encode(bytes)
    }

    /// The bytes of `text`, if it is their one text.
    pub fn decode(text: &str) -> Result<Vec<u8>, EncodingError> {
        STANDARD.decode(text).map_err(|error| fault(error, ALPHABET))
    }

    /// Like [`decode`], for a value of fixed length.
    pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], EncodingError> {
        super::fixed(decode(text)?)
    }

    /// For `#[serde(with)]`.
    pub fn serialize<S: Serializer>(
        bytes: &impl AsRef<[u8]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes.as_ref()))
    }

    /// For `#[serde(with)]`.
    pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<Vec<u8>>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        text::deserialize_with(deserializer, ALPHABET, |text| array(decode(text)?))
    }
}

/// base64url without padding (RFC 4648 §5): everything binary inside our own documents.
pub mod base64url {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde::{Deserializer, Serializer};

    use super::{EncodingError, array, fault, text};

    const ALPHABET: &str = "base64url without padding";

    /// The text of `bytes`.
    pub fn encode(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The bytes of `text`, if it is their one text.
    pub fn decode(text: &str) -> Result<Vec<u8>, EncodingError> {
        URL_SAFE_NO_PAD.decode(text).map_err(|error| fault(error, ALPHABET))
    }

    /// Like [`decode`], for a value of fixed length.
    pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], EncodingError> {
        super::fixed(decode(text)?)
    }

    /// For `#[serde(with)]`.
    pub fn serialize<S: Serializer>(
        bytes: &impl AsRef<[u8]>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes.as_ref()))
    }

    /// For `#[serde(with)]`.
    pub fn deserialize<'de, D: Deserializer<'de>, T: TryFrom<Vec<u8>>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        text::deserialize_with(deserializer, ALPHABET, |text| array(decode(text)?))
    }
}

/// Values whose JSON form is a string with a grammar of its own.
pub(crate) mod text {
    use std::fmt;
    use std::marker::PhantomData;
    use std::str::FromStr;

    use serde::Deserializer;
    use serde::de::{Error, Visitor};

    /// Reads a string through the value's own parser, borrowing it where the input allows.
    pub(crate) fn deserialize<'de, D, T>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        T: FromStr<Err: fmt::Display>,
    {
        deserialize_with(deserializer, expected, str::parse::<T>)
    }

    /// Reads a string through `parse`.
    pub(crate) fn deserialize_with<'de, D, T, E>(
        deserializer: D,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, D::Error>
    where
        D: Deserializer<'de>,
        E: fmt::Display,
    {
        deserializer.deserialize_str(TextVisitor { expected, parse, value: PhantomData })
    }

    struct TextVisitor<F, T, E> {
        expected: &'static str,
        parse: F,
        value: PhantomData<fn() -> Result<T, E>>,
    }

    impl<F, T, E> Visitor<'_> for TextVisitor<F, T, E>
    where
        F: FnOnce(&str) -> Result<T, E>,
        E: fmt::Display,
    {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.expected)
        }

        fn visit_str<Fault: Error>(self, text: &str) -> Result<T, Fault> {
            (self.parse)(text).map_err(Fault::custom)
        }
    }
}

fn fault(error: ::base64::DecodeError, alphabet: &'static str) -> EncodingError {
    match error {
        ::base64::DecodeError::InvalidByte(at, _) => EncodingError::Character { at, alphabet },
        ::base64::DecodeError::InvalidLength(_)
        | ::base64::DecodeError::InvalidLastSymbol { .. }
        | ::base64::DecodeError::InvalidPadding => EncodingError::NotCanonical { alphabet },
    }
}

fn fixed<const N: usize>(bytes: Vec<u8>) -> Result<[u8; N], EncodingError> {
    let found = bytes.len();
    bytes.try_into().map_err(|_| EncodingError::Length { expected: N, found })
}

fn array<T: TryFrom<Vec<u8>>>(bytes: Vec<u8>) -> Result<T, EncodingError> {
    let found = bytes.len();
    T::try_from(bytes).map_err(|_| EncodingError::Length { expected: size_of::<T>(), found })
}

#[cfg(test)]
mod tests;
