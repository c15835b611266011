//! The key files of the two logs: made by `init`, opened by `serve`.

use std::path::{Path, PathBuf};

use crypto::keystore::{KdfParams, KeyFile, KeyFileError, KeyLabel, MAX_KEY_FILE_BYTES};
use crypto::sign::SigningKey;
use election::anchor::{Anchor, PoolAnchor};
use election::ids::Origin;
use election::key::{Capacity, LogKey};
use election::pool::PoolId;
use election::{Business, Pool, Technical};
use rand_core::CryptoRng;

use crate::config::Config;

/// Who holds a log key: a service, and no person.
const HOLDER: &str = "service:vote-server";

/// Why a log key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No such file, or not readable.
    #[error(
        "cannot read the {pool} pool's log key {path}: {source}. Name it with --keys-{pool}, or check --dir."
    )]
    Read {
        /// Which pool.
        pool: PoolId,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not a key file, or another passphrase.
    #[error("the {pool} pool's log key {path}: {source}")]
    File {
        /// Which pool.
        pool: PoolId,
        /// The file.
        path: PathBuf,
        /// Why.
        source: KeyFileError,
    },
    /// A key for something else.
    #[error(
        "{path} holds a {capacity} key of {origin}; the {pool} pool needs a log key of {wanted}"
    )]
    Purpose {
        /// Which pool.
        pool: PoolId,
        /// The file.
        path: PathBuf,
        /// What the file says it is.
        capacity: String,
        /// For which log.
        origin: String,
        /// The log wanted.
        wanted: String,
    },
    /// Another key than the trust anchor's.
    #[error(
        "{path} is not the key that foundation.json names for the {pool} pool: restore the right key file"
    )]
    OtherKey {
        /// Which pool.
        pool: PoolId,
        /// The file.
        path: PathBuf,
    },
    /// The configuration holds no passphrase.
    #[error(
        "no passphrase for the log keys: set keys.passphrase_file or BICAMERAL_KEYS_PASSPHRASE"
    )]
    NoPassphrase,
}

/// Both log keys, opened.
#[derive(Debug)]
pub struct LogKeys {
    /// The business log's.
    pub business: LogKey<Business>,
    /// The technical log's.
    pub technical: LogKey<Technical>,
}

impl LogKeys {
    /// Opens both files. The passphrase has to stand in the configuration.
    pub fn open(config: &Config, anchor: &Anchor) -> Result<Self, KeyError> {
        let passphrase = config.passphrase.reveal().ok_or(KeyError::NoPassphrase)?.as_bytes();
        Ok(LogKeys {
            business: open(&config.business_key_file(), passphrase, &anchor.business)?,
            technical: open(&config.technical_key_file(), passphrase, &anchor.technical)?,
        })
    }
}

/// Seals a log's key.
pub fn seal<P: Pool>(
    key: &LogKey<P>,
    origin: &Origin<P>,
    passphrase: &str,
    params: KdfParams,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, KeyFileError> {
    let label = KeyLabel {
        capacity: Capacity::Log.slug().to_owned(),
        holder: HOLDER.to_owned(),
        origin: origin.to_string(),
    };
    KeyFile::seal(key.raw(), passphrase.as_bytes(), label, params, rng)?.encode()
}

/// Reads a key file without opening it.
pub fn read(pool: PoolId, path: &Path) -> Result<KeyFile, KeyError> {
    let read = |source| KeyError::Read { pool, path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(read)?.len();
    let file = |source| KeyError::File { pool, path: path.to_owned(), source };
    if length > MAX_KEY_FILE_BYTES as u64 {
        return Err(file(KeyFileError::TooLong(usize::try_from(length).unwrap_or(usize::MAX))));
    }
    KeyFile::decode(&std::fs::read(path).map_err(read)?).map_err(file)
}

/// Opens a key file that has to be for one capacity in one log.
pub fn open_for(
    pool: PoolId,
    path: &Path,
    passphrase: &[u8],
    capacity: Capacity,
    origin: &str,
) -> Result<SigningKey, KeyError> {
    let file = read(pool, path)?;
    let label = file.label();
    if label.capacity != capacity.slug() || label.origin != origin {
        return Err(KeyError::Purpose {
            pool,
            path: path.to_owned(),
            capacity: label.capacity.clone(),
            origin: label.origin.clone(),
            wanted: origin.to_owned(),
        });
    }
    file.open(passphrase).map_err(|source| KeyError::File { pool, path: path.to_owned(), source })
}

fn open<P: Pool>(
    path: &Path,
    passphrase: &[u8],
    anchor: &PoolAnchor<P>,
) -> Result<LogKey<P>, KeyError> {
    let key = open_for(P::ID, path, passphrase, Capacity::Log, anchor.origin.as_str())?;
    if key.public() == *anchor.log_key.key() {
        Ok(LogKey::new(key))
    } else {
        Err(KeyError::OtherKey { pool: P::ID, path: path.to_owned() })
    }
}
