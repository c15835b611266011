//! Key files: a secret key under a passphrase.
//!
//! A file is canonical JSON with two members. `header` is readable by anybody: what the key is
//! for, its public half, and how the passphrase becomes a key. `ciphertext` is the seed under
//! XChaCha20-Poly1305, with **the whole header's canonical bytes as associated data**: a changed
//! label, key or parameter makes the file unreadable instead of misleading.
//!
//! The passphrase goes through Argon2id (RFC 9106, version 0x13). Its parameters stand in the
//! file, and are refused before any work is done if they are too weak to protect anything or too
//! large to be meant seriously. Passphrases are bytes here; whoever reads them from a person
//! normalises them (Unicode NFC) first.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::canonical::{self, CanonicalError};
use crate::encoding::base64url;
use crate::sign::{KeyId, PublicKey, SigningKey};

/// The longest key file.
pub const MAX_KEY_FILE_BYTES: usize = 4096;

/// The longest text in a label.
pub const MAX_LABEL_BYTES: usize = 255;

/// The longest passphrase.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// The least memory: 19 MiB, the smallest that the OWASP Password Storage Cheat Sheet names for
/// two passes.
pub const MIN_MEMORY_KIB: u32 = 19 * 1024;

/// The most memory: 1 GiB.
pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;

/// With at least this much memory (46 MiB), one pass is enough by the same source.
pub const SINGLE_PASS_MEMORY_KIB: u32 = 46 * 1024;

/// The most passes.
pub const MAX_PASSES: u32 = 16;

/// The most lanes.
pub const MAX_LANES: u32 = 16;

const FORMAT: &str = "bicameral-key";
const VERSION: u32 = 1;
const SALT_LENGTH: usize = 16;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
const CIPHERTEXT_LENGTH: usize = SigningKey::SEED_LENGTH + TAG_LENGTH;

/// Why a key can't be sealed, or a file not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyFileError {
    /// Longer than [`MAX_KEY_FILE_BYTES`].
    #[error("key file of {0} bytes is longer than {MAX_KEY_FILE_BYTES}")]
    TooLong(usize),
    /// Not canonical JSON, or not of a key file's shape.
    #[error("key file: {0}")]
    Canonical(#[from] CanonicalError),
    /// Not a key file of ours.
    #[error("not a key file: format is {0:?}")]
    Format(String),
    /// A version this program doesn't know.
    #[error("key file has version {0}, this program knows version {VERSION}")]
    Version(u32),
    /// A text of the label is empty, beyond [`MAX_LABEL_BYTES`], or has control characters.
    #[error("{field} in the key's label is not 1 to {MAX_LABEL_BYTES} bytes of plain text")]
    Label {
        /// Which text.
        field: &'static str,
    },
    /// Parameters outside the limits.
    #[error("key file: {0}")]
    Parameters(#[from] KdfError),
    /// A passphrase that is empty or beyond [`MAX_PASSPHRASE_BYTES`].
    #[error("passphrase is empty or longer than {MAX_PASSPHRASE_BYTES} bytes")]
    Passphrase,
    /// Argon2 could not get its memory.
    #[error("deriving the key from the passphrase failed: {0}")]
    Derivation(String),
    /// Wrong passphrase or changed file; the two can't be told apart.
    #[error("wrong passphrase, or the key file was changed")]
    Locked,
    /// The file opens, but holds another key than it says.
    #[error("key file says it holds key {said}, but holds {held}")]
    OtherKey {
        /// The key in the header.
        said: KeyId,
        /// The key inside.
        held: KeyId,
    },
}

/// Parameters that are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KdfError {
    /// Memory out of range.
    #[error("Argon2 memory of {0} KiB is not between {MIN_MEMORY_KIB} and {MAX_MEMORY_KIB}")]
    Memory(u32),
    /// Passes out of range.
    #[error("{0} Argon2 passes are not between 1 and {MAX_PASSES}")]
    Passes(u32),
    /// One pass with little memory.
    #[error("one Argon2 pass needs at least {SINGLE_PASS_MEMORY_KIB} KiB of memory, not {0}")]
    SinglePass(u32),
    /// Lanes out of range.
    #[error("{0} Argon2 lanes are not between 1 and {MAX_LANES}")]
    Lanes(u32),
}

/// What it costs to turn a passphrase into a key: Argon2id's parameters, within our limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "KdfNumbers", into = "KdfNumbers")]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KdfParams {
    /// Parameters of the caller's choice.
    ///
    /// # Errors
    /// Refuses what is too weak or beyond reason.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfError> {
        if memory_kib < MIN_MEMORY_KIB || memory_kib > MAX_MEMORY_KIB {
            return Err(KdfError::Memory(memory_kib));
        }
        if passes < 1 || passes > MAX_PASSES {
            return Err(KdfError::Passes(passes));
        }
        if passes == 1 && memory_kib < SINGLE_PASS_MEMORY_KIB {
            return Err(KdfError::SinglePass(memory_kib));
        }
        if lanes < 1 || lanes > MAX_LANES {
            return Err(KdfError::Lanes(lanes));
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// RFC 9106 §4, second recommended option: 64 MiB, three passes, four lanes.
    pub const fn recommended() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }

    /// The weakest parameters accepted: 19 MiB, two passes, one lane. For tests, which open many
    /// files, and for small machines.
    pub const fn minimum() -> Self {
        Self { memory_kib: MIN_MEMORY_KIB, passes: 2, lanes: 1 }
    }

    /// Memory in KiB.
    pub const fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Passes over that memory.
    pub const fn passes(&self) -> u32 {
        self.passes
    }

    /// Lanes.
    pub const fn lanes(&self) -> u32 {
        self.lanes
    }
}

/// What a key is for, in words that programs compare and people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyLabel {
    /// The one capacity of the key, such as `voter` or `officer`.
    pub capacity: String,
    /// Who holds it: a handle.
    pub holder: String,
    /// The log in which the key acts.
    pub origin: String,
}

impl KeyLabel {
    fn check(&self) -> Result<(), KeyFileError> {
        let fields =
            [("capacity", &self.capacity), ("holder", &self.holder), ("origin", &self.origin)];
        let unfit = |text: &str| {
            text.is_empty() || text.len() > MAX_LABEL_BYTES || text.contains(char::is_control)
        };
        match fields.iter().find(|(_, text)| unfit(text)) {
            Some((field, _)) => Err(KeyFileError::Label { field }),
            None => Ok(()),
        }
    }
}

/// A sealed key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    file: File,
}

impl KeyFile {
    /// Seals a key under a passphrase, with fresh salt and nonce from `rng`.
    ///
    /// # Errors
    /// Refuses a label or passphrase that is empty or too long.
    pub fn seal(
        key: &SigningKey,
        passphrase: &[u8],
        label: KeyLabel,
        params: KdfParams,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Self, KeyFileError> {
        label.check()?;
        let mut salt = [0; SALT_LENGTH];
        rng.fill_bytes(&mut salt);
        let mut nonce = [0; NONCE_LENGTH];
        rng.fill_bytes(&mut nonce);
        let header = Header {
            aead: AeadHeader { algorithm: AeadAlgorithm::XChaCha20Poly1305, nonce },
            format: FORMAT.to_owned(),
            kdf: KdfHeader { algorithm: KdfAlgorithm::Argon2id, params, salt },
            label,
            public_key: key.public(),
            version: VERSION,
        };
        let cipher = header.cipher(passphrase)?;
        let associated = canonical::encode(&header)?;
        let seed = key.seed();
        let message = Payload { msg: seed.as_slice(), aad: &associated };
        let sealed =
            cipher.encrypt(&XNonce::from(nonce), message).map_err(|_| KeyFileError::Locked)?;
        let ciphertext = sealed.try_into().map_err(|_| KeyFileError::Locked)?;
        Ok(Self { file: File { ciphertext, header } })
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`KeyFileError::Locked`] if passphrase and file don't fit together.
    pub fn open(&self, passphrase: &[u8]) -> Result<SigningKey, KeyFileError> {
        let File { ciphertext, header } = &self.file;
        let cipher = header.cipher(passphrase)?;
        let associated = canonical::encode(header)?;
        let nonce = XNonce::from(header.aead.nonce);
        let message = Payload { msg: ciphertext.as_slice(), aad: &associated };
        let seed =
            Zeroizing::new(cipher.decrypt(&nonce, message).map_err(|_| KeyFileError::Locked)?);
        let seed = seed.first_chunk().ok_or(KeyFileError::Locked)?;
        let key = SigningKey::from_seed(seed);
        if key.public() != header.public_key {
            let (said, held) = (header.public_key.id(), key.public().id());
            return Err(KeyFileError::OtherKey { said, held });
        }
        Ok(key)
    }

    /// What the key is for. Authenticated by [`KeyFile::open`], not before.
    pub const fn label(&self) -> &KeyLabel {
        &self.file.header.label
    }

    /// The key's public half. Authenticated by [`KeyFile::open`], not before.
    pub const fn public_key(&self) -> &PublicKey {
        &self.file.header.public_key
    }

    /// What opening costs.
    pub const fn params(&self) -> KdfParams {
        self.file.header.kdf.params
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None that a sealed key can cause.
    pub fn encode(&self) -> Result<Vec<u8>, KeyFileError> {
        Ok(canonical::encode(&self.file)?)
    }

    /// Reads a file, without opening it. Format, version, label and parameters are judged here:
    /// nothing that fails ever reaches Argon2.
    ///
    /// # Errors
    /// Names what is wrong with the file.
    pub fn decode(bytes: &[u8]) -> Result<Self, KeyFileError> {
        if bytes.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyFileError::TooLong(bytes.len()));
        }
        let file: File = canonical::decode(bytes)?;
        if file.header.format != FORMAT {
            return Err(KeyFileError::Format(file.header.format));
        }
        if file.header.version != VERSION {
            return Err(KeyFileError::Version(file.header.version));
        }
        file.header.label.check()?;
        Ok(Self { file })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(with = "base64url")]
    ciphertext: [u8; CIPHERTEXT_LENGTH],
    header: Header,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    aead: AeadHeader,
    format: String,
    kdf: KdfHeader,
    label: KeyLabel,
    public_key: PublicKey,
    version: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AeadHeader {
    algorithm: AeadAlgorithm,
    #[serde(with = "base64url")]
    nonce: [u8; NONCE_LENGTH],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum AeadAlgorithm {
    #[serde(rename = "xchacha20poly1305")]
    XChaCha20Poly1305,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfHeader {
    algorithm: KdfAlgorithm,
    params: KdfParams,
    #[serde(with = "base64url")]
    salt: [u8; SALT_LENGTH],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum KdfAlgorithm {
    #[serde(rename = "argon2id")]
    Argon2id,
}

/// The parameters as they stand in a file, not judged yet.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfNumbers {
    lanes: u32,
    memory_kib: u32,
    passes: u32,
}

impl Header {
    /// The cipher under the key that the passphrase gives.
    fn cipher(&self, passphrase: &[u8]) -> Result<XChaCha20Poly1305, KeyFileError> {
        if passphrase.is_empty() || passphrase.len() > MAX_PASSPHRASE_BYTES {
            return Err(KeyFileError::Passphrase);
        }
        let KdfParams { memory_kib, passes, lanes } = self.kdf.params;
        let failed = |error: argon2::Error| KeyFileError::Derivation(error.to_string());
        let mut key = Zeroizing::new([0; 32]);
        let params = Params::new(memory_kib, passes, lanes, Some(key.len())).map_err(failed)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, &self.kdf.salt, key.as_mut_slice())
            .map_err(failed)?;
        Ok(XChaCha20Poly1305::new((&*key).into()))
    }
}

impl TryFrom<KdfNumbers> for KdfParams {
    type Error = KdfError;

    fn try_from(numbers: KdfNumbers) -> Result<Self, Self::Error> {
        Self::new(numbers.memory_kib, numbers.passes, numbers.lanes)
    }
}

impl From<KdfParams> for KdfNumbers {
    fn from(params: KdfParams) -> Self {
        Self { lanes: params.lanes, memory_kib: params.memory_kib, passes: params.passes }
    }
}

#[cfg(test)]
mod tests;
