//! This user's folder.
//!
//! ```text
//! $BICAMERAL_HOME, else $XDG_DATA_HOME/bicameral, else ~/.local/share/bicameral
//!   foundation.json                          the trust anchor, if none is named
//!   keys/<pool>-<capacity>-<holder>.json     key files, mode 0600
//!   receipts/<pool>/enrolments/<tracker>.json
//!   receipts/<pool>/<election id>/<tracker>.json   one receipt per ballot cast
//!   receipts/<pool>/<election id>/standing   the statement id of the ballot cast last
//!   pending/<pool>/<election id>.json        a signed ballot whose receipt has not come yet
//! ```

use std::path::{Path, PathBuf};

use crypto::envelope::{Envelope, MAX_ENVELOPE_BYTES};
use crypto::keystore::KeyFile;
use election::ids::Handle;
use election::key::Capacity;
use election::pool::Pool;
use election::receipt::Receipt;
use election::{PoolId, StatementId};

use super::store::{self, FileError, Private};

/// Longest receipt file in bytes: a leaf, a proof and their JSON.
pub const MAX_RECEIPT_BYTES: usize = 512 * 1024;
/// Most key files looked through when none is named.
const MAX_KEY_FILES: usize = 1_000;

/// Why the folder does not help.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// No folder known.
    #[error("there is no home folder; set BICAMERAL_HOME or give --home DIR")]
    NoFolder,
    /// A file in it.
    #[error(transparent)]
    File(#[from] FileError),
    /// A receipt that is none.
    #[error("{path} is not a receipt: {source}")]
    Receipt {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A stored ballot that is none.
    #[error("{0} is damaged; look at it and move it away")]
    Damaged(PathBuf),
    /// No key file found.
    #[error("no {capacity} key for the {pool} pool in {folder}; make one or give --key FILE")]
    NoKey {
        /// What is needed.
        capacity: &'static str,
        /// For which pool.
        pool: PoolId,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// Several key files found.
    #[error("several {capacity} keys for the {pool} pool in {folder}; choose one with --key FILE")]
    SeveralKeys {
        /// What is needed.
        capacity: &'static str,
        /// For which pool.
        pool: PoolId,
        /// Where it was looked for.
        folder: PathBuf,
    },
}

/// The folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// This folder, or the one that the environment gives.
    pub fn find(given: Option<PathBuf>) -> Result<Self, HomeError> {
        let var =
            |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        given
            .or_else(|| var("BICAMERAL_HOME"))
            .or_else(|| var("XDG_DATA_HOME").map(|folder| folder.join("bicameral")))
            .or_else(|| var("HOME").map(|folder| folder.join(".local/share/bicameral")))
            .map(Home)
            .ok_or(HomeError::NoFolder)
    }
    /// Where the trust anchor is looked for if none is named.
    pub fn foundation(&self) -> PathBuf {
        self.0.join("foundation.json")
    }
    /// Where a new key file goes.
    pub fn key_path<P: Pool>(&self, capacity: Capacity, holder: &Handle) -> PathBuf {
        let holder = holder.as_str().replace(':', "_");
        self.keys().join(format!("{}-{}-{holder}.json", P::SLUG, capacity.slug()))
    }
    fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
    fn receipts<P: Pool>(&self, folder: &str) -> PathBuf {
        self.0.join("receipts").join(P::SLUG).join(folder)
    }

    /// The one key file for a capacity in a log.
    pub fn find_key<P: Pool>(
        &self,
        capacity: Capacity,
        origin: &str,
    ) -> Result<PathBuf, HomeError> {
        let folder = self.keys();
        let listed = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut fitting = listed.take(MAX_KEY_FILES).map(|entry| entry.path()).filter(|path| {
            let bytes = store::read(path, crypto::keystore::MAX_KEY_FILE_BYTES);
            let file = bytes.ok().and_then(|bytes| KeyFile::decode(&bytes).ok());
            file.is_some_and(|file| {
                file.label().capacity == capacity.slug() && file.label().origin == origin
            })
        });
        let (capacity, pool) = (capacity.slug(), P::ID);
        match (fitting.next(), fitting.next()) {
            (Some(path), None) => Ok(path),
            (Some(_), Some(_)) => Err(HomeError::SeveralKeys { capacity, pool, folder }),
            (None, _) => Err(HomeError::NoKey { capacity, pool, folder }),
        }
    }

    /// Keeps an enrolment's receipt.
    pub fn keep_enrolment<P: Pool>(&self, receipt: &Receipt) -> Result<PathBuf, HomeError> {
        self.keep(self.receipts::<P>("enrolments"), receipt)
    }

    /// Keeps a ballot's receipt and notes it as the standing one.
    pub fn keep_ballot<P: Pool>(
        &self,
        election: StatementId,
        ballot: StatementId,
        receipt: &Receipt,
    ) -> Result<PathBuf, HomeError> {
        let folder = self.receipts::<P>(&election.to_string());
        let path = self.keep(folder.clone(), receipt)?;
        store::replace(&folder.join("standing"), format!("{ballot}\n").as_bytes(), Private::Owner)?;
        Ok(path)
    }

    fn keep(&self, folder: PathBuf, receipt: &Receipt) -> Result<PathBuf, HomeError> {
        let path = folder.join(format!("{}.json", receipt.tracker));
        let bytes = receipt_json(receipt)
            .map_err(|source| HomeError::Receipt { path: path.clone(), source })?;
        match store::write_new(&path, &bytes, Private::Owner) {
            // The same ballot again, with a later checkpoint perhaps.
            Err(FileError::Exists(_)) => store::replace(&path, &bytes, Private::Owner)?,
            other => other?,
        }
        Ok(path)
    }

    /// The ballot that this machine cast last in an election.
    pub fn standing<P: Pool>(
        &self,
        election: StatementId,
    ) -> Result<Option<StatementId>, HomeError> {
        let path = self.receipts::<P>(&election.to_string()).join("standing");
        if !path.exists() {
            return Ok(None);
        }
        let text = store::read_text(&path, 100)?;
        text.trim().parse().map(Some).map_err(|_| HomeError::Damaged(path))
    }

    fn pending_path<P: Pool>(&self, election: StatementId) -> PathBuf {
        self.0.join("pending").join(P::SLUG).join(format!("{election}.json"))
    }

    /// Keeps a signed ballot until its receipt is here, so that it can be sent again unchanged.
    pub fn keep_pending<P: Pool>(
        &self,
        election: StatementId,
        envelope: &Envelope,
    ) -> Result<(), HomeError> {
        let path = self.pending_path::<P>(election);
        let bytes = envelope.encode().map_err(|_| HomeError::Damaged(path.clone()))?;
        if path.exists() {
            store::replace(&path, &bytes, Private::Owner)?;
        } else {
            store::write_new(&path, &bytes, Private::Owner)?;
        }
        Ok(())
    }

    /// A signed ballot whose receipt never came.
    pub fn pending<P: Pool>(&self, election: StatementId) -> Result<Option<Envelope>, HomeError> {
        let path = self.pending_path::<P>(election);
        if !path.exists() {
            return Ok(None);
        }
        let bytes = store::read(&path, MAX_ENVELOPE_BYTES)?;
        Envelope::decode(&bytes).map(Some).map_err(|_| HomeError::Damaged(path))
    }

    /// Forgets a ballot that has its receipt, or that the log refused.
    pub fn drop_pending<P: Pool>(&self, election: StatementId) -> Result<(), HomeError> {
        let path = self.pending_path::<P>(election);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(FileError::Io { path, source }.into())
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// A receipt as it is kept: indented for readers.
pub fn receipt_json(receipt: &Receipt) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(receipt)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a receipt file.
pub fn read_receipt(path: &Path) -> Result<Receipt, HomeError> {
    let bytes = store::read(path, MAX_RECEIPT_BYTES)?;
    serde_json::from_slice(&bytes)
        .map_err(|source| HomeError::Receipt { path: path.to_owned(), source })
}
