//! Key files: sealed, labelled, opened only for what they are for.

use std::path::{Path, PathBuf};

use crypto::SigningKey;
use crypto::keystore::{KdfError, KdfParams, KeyFile, KeyFileError, KeyLabel, MAX_KEY_FILE_BYTES};
use election::ids::{Handle, Origin};
use election::key::Capacity;
use election::pool::Pool;

use super::passphrase::{Passphrase, PassphraseError, PassphraseSource};
use super::store::{self, FileError, Private};
use crate::chance;

/// Environment variable that, set to `1`, seals new keys with the least cost that key files allow.
/// For tests, which seal hundreds of keys; such a key resists guessing less. The cost stands in the
/// file and `key show` prints it.
pub const CHEAP_KDF_VARIABLE: &str = "BICAMERAL_TEST_CHEAP_KDF";

/// Why a key file is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// Its content.
    #[error("{path}: {source}")]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: KeyFileError,
    },
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] KeyFileError),
    /// A cost outside the limits, or below the recommended one.
    #[error(transparent)]
    Cost(#[from] KdfError),
    /// A weaker file than recommended.
    #[error(
        "the key derivation cost can only be raised: {memory_kib} KiB and {passes} passes are recommended"
    )]
    Weaker {
        /// Recommended memory.
        memory_kib: u32,
        /// Recommended passes.
        passes: u32,
    },
    /// A key for something else.
    #[error(
        "{path} is for another use: {found} key of {found_origin}, and the {wanted} key of {wanted_origin} is needed"
    )]
    OtherUse {
        /// Which file.
        path: PathBuf,
        /// Its capacity.
        found: String,
        /// Its log.
        found_origin: String,
        /// The capacity needed.
        wanted: &'static str,
        /// The log needed.
        wanted_origin: String,
    },
}

/// What a key file says it is for.
pub fn label<P: Pool>(capacity: Capacity, origin: &Origin<P>, holder: &Handle) -> KeyLabel {
    KeyLabel {
        capacity: capacity.slug().to_owned(),
        holder: holder.to_string(),
        origin: origin.to_string(),
    }
}

/// An opened key with whom it belongs to.
#[derive(Debug)]
pub struct StoredKey {
    /// The key.
    pub key: SigningKey,
    /// What the file says about it, authenticated by the opening.
    pub label: KeyLabel,
}

/// The cost of new key files: the recommended one, or more. Less only by [`CHEAP_KDF_VARIABLE`].
pub fn kdf_params(
    memory_mib: Option<u32>,
    passes: Option<u32>,
) -> Result<KdfParams, KeyStoreError> {
    if std::env::var_os(CHEAP_KDF_VARIABLE).is_some_and(|value| value == "1") {
        return Ok(KdfParams::minimum());
    }
    let base = KdfParams::recommended();
    let memory_kib = memory_mib.map_or(base.memory_kib(), |mib| mib.saturating_mul(1024));
    let passes = passes.unwrap_or(base.passes());
    if memory_kib < base.memory_kib() || passes < base.passes() {
        let (memory_kib, passes) = (base.memory_kib(), base.passes());
        return Err(KeyStoreError::Weaker { memory_kib, passes });
    }
    Ok(KdfParams::new(memory_kib, passes, base.lanes())?)
}

/// Seals a key into a new file.
pub fn seal_key(
    path: &Path,
    key: &SigningKey,
    label: KeyLabel,
    passphrase: &Passphrase,
    params: KdfParams,
) -> Result<(), KeyStoreError> {
    let file = KeyFile::seal(key, passphrase.as_bytes(), label, params, &mut chance::rng())?;
    store::write_new(path, &file.encode()?, Private::Owner)?;
    Ok(())
}

/// Reads a key file without opening it.
pub fn read_key(path: &Path) -> Result<KeyFile, KeyStoreError> {
    let bytes = store::read(path, MAX_KEY_FILE_BYTES)?;
    KeyFile::decode(&bytes).map_err(|source| KeyStoreError::Key { path: path.to_owned(), source })
}

/// Refuses a file whose label is for another capacity or log.
pub fn check_label<P: Pool>(
    path: &Path,
    file: &KeyFile,
    capacity: Capacity,
    origin: &Origin<P>,
) -> Result<(), KeyStoreError> {
    let label = file.label();
    if label.capacity == capacity.slug() && label.origin == origin.as_str() {
        return Ok(());
    }
    Err(KeyStoreError::OtherUse {
        path: path.to_owned(),
        found: label.capacity.clone(),
        found_origin: label.origin.clone(),
        wanted: capacity.slug(),
        wanted_origin: origin.to_string(),
    })
}

/// Opens a key file for a capacity in a log. A file for anything else is refused before the
/// passphrase is asked for.
pub fn open_key<P: Pool>(
    path: &Path,
    capacity: Capacity,
    origin: &Origin<P>,
    source: &PassphraseSource,
) -> Result<StoredKey, KeyStoreError> {
    let file = read_key(path)?;
    check_label(path, &file, capacity, origin)?;
    let prompt = format!("Passphrase of {} ({}): ", path.display(), file.label().holder);
    let passphrase = Passphrase::read(source, &prompt)?;
    let key = file
        .open(passphrase.as_bytes())
        .map_err(|source| KeyStoreError::Key { path: path.to_owned(), source })?;
    Ok(StoredKey { key, label: file.label().clone() })
}
