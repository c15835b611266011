//! Invitation codes: 128 secret bits that a person can type, and the key they stand for.
//!
//! The registrar logs the *public* key derived from a code and sends the code to the person. To
//! enrol, the person derives the secret key from the code and signs with it. The code itself never
//! reaches the log.
//!
//! Text form: 30 characters of Crockford's base32 in six groups of five, such as
//! `00000-…-2JK9A`. The first 26 hold the code, big-endian, behind two zero bits; the last four
//! are its checksum, the first twenty bits of
//! `SHA-256("bicameral invitation checksum v1\n" || code)`: one mistyped code in a million passes,
//! and even that one opens nothing.
//!
//! Derivation: `seed = HKDF-SHA256(ikm = code, salt = none, info, 32)` (RFC 5869), where `info` is
//! the label `bicameral/v1/invitation`, the origin and the subject, each behind its length in
//! bytes as a big-endian 64-bit number. The seed is an Ed25519 seed.

use std::fmt;
use std::str::FromStr;

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use thiserror::Error;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use crate::hash::Hash;
use crate::sign::SigningKey;

/// The longest text that is looked at: a code with generous separators.
pub const MAX_CODE_TEXT_BYTES: usize = 64;

const CODE_CHARACTERS: usize = 26;
const CHECK_CHARACTERS: usize = 4;
const GROUP: usize = 5;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK_LABEL: &[u8] = b"bicameral invitation checksum v1\n";
const DERIVE_LABEL: &[u8] = b"bicameral/v1/invitation";

/// Why a text is not an invitation code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvitationError {
    /// A character that no code has.
    #[error("{0:?} does not occur in invitation codes")]
    Character(char),
    /// More or fewer than 30 characters, separators aside.
    #[error("invitation codes have 30 characters, this has {0}")]
    Length(usize),
    /// Longer than [`MAX_CODE_TEXT_BYTES`].
    #[error("text of {0} bytes is longer than {MAX_CODE_TEXT_BYTES}")]
    TooLong(usize),
    /// A first character above 7: more than 128 bits.
    #[error("invitation code is out of range")]
    Range,
    /// The checksum doesn't fit: most likely a typing mistake.
    #[error("invitation code has a wrong checksum: please compare it character by character")]
    Checksum,
}

/// A secret code. It is shown only on purpose, through [`fmt::Display`], and wiped when dropped.
#[derive(ZeroizeOnDrop)]
pub struct InvitationCode([u8; InvitationCode::LENGTH]);

impl InvitationCode {
    /// Bytes in a code.
    pub const LENGTH: usize = 16;

    /// A fresh code from the caller's randomness.
    pub fn generate(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        let mut code = Self([0; Self::LENGTH]);
        rng.fill_bytes(&mut code.0);
        code
    }

    /// Takes the bytes of a code.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes of the code.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The key this code stands for in one log (`origin`) and for one purpose (`subject`: whoever
    /// is invited, for whom). The same code for anything else gives an unrelated key.
    pub fn derive(&self, origin: &str, subject: &str) -> SigningKey {
        let mut info = Vec::new();
        for part in [DERIVE_LABEL, origin.as_bytes(), subject.as_bytes()] {
            info.extend_from_slice(&(part.len() as u64).to_be_bytes());
            info.extend_from_slice(part);
        }
        let mut seed = Zeroizing::new([0; SigningKey::SEED_LENGTH]);
        #[expect(clippy::expect_used, reason = "HKDF-SHA256 yields up to 8,160 bytes")]
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(&info, seed.as_mut_slice())
            .expect("32 bytes are within HKDF's limit");
        SigningKey::from_seed(&seed)
    }

    /// The first twenty bits of the check hash.
    fn checksum(&self) -> u32 {
        let [a, b, c, d, ..] = *Hash::of_parts(&[CHECK_LABEL, &self.0]).as_bytes();
        u32::from_be_bytes([a, b, c, d]) >> 12
    }
}

impl PartialEq for InvitationCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for InvitationCode {}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(secret)")
    }
}

impl fmt::Display for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;

        let value = u128::from_be_bytes(self.0);
        let code = (0..CODE_CHARACTERS).rev().map(|place| value >> (5 * place));
        let checksum = self.checksum();
        let check = (0..CHECK_CHARACTERS).rev().map(|place| u128::from(checksum >> (5 * place)));
        for (place, quintet) in code.chain(check).enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_char('-')?;
            }
            f.write_char(character(quintet))?;
        }
        Ok(())
    }
}

impl FromStr for InvitationCode {
    type Err = InvitationError;

    /// Forgives case, dashes and spaces, and reads `O` as `0`, `I` and `L` as `1`, as Crockford
    /// proposes. Nothing else is forgiven.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > MAX_CODE_TEXT_BYTES {
            return Err(InvitationError::TooLong(text.len()));
        }
        let mut quintets = Zeroizing::new([0_u8; CODE_CHARACTERS + CHECK_CHARACTERS]);
        let mut count = 0;
        for character in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let quintet = quintet(character)?;
            if let Some(place) = quintets.get_mut(count) {
                *place = quintet;
            }
            count += 1;
        }
        if count != quintets.len() {
            return Err(InvitationError::Length(count));
        }
        let (code, check) = quintets.split_at(CODE_CHARACTERS);
        if code.first().is_some_and(|first| *first > 7) {
            return Err(InvitationError::Range);
        }
        let mut value =
            code.iter().fold(0_u128, |value, quintet| value << 5 | u128::from(*quintet));
        let code = Self(value.to_be_bytes());
        value.zeroize();
        let said = check.iter().fold(0_u32, |value, quintet| value << 5 | u32::from(*quintet));
        if code.checksum() == said { Ok(code) } else { Err(InvitationError::Checksum) }
    }
}

#[expect(clippy::indexing_slicing, reason = "five bits are below thirty-two")]
fn character(quintet: u128) -> char {
    char::from(ALPHABET[(quintet & 31) as usize])
}

fn quintet(character: char) -> Result<u8, InvitationError> {
    let plain = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    // Invariant: the alphabet has 32 characters, so the position fits a byte.
    ALPHABET
        .iter()
        .position(|letter| char::from(*letter) == plain)
        .and_then(|place| u8::try_from(place).ok())
        .ok_or(InvitationError::Character(character))
}

#[cfg(test)]
mod tests;
