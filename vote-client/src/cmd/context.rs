//! What all commands share: where the server is, what is trusted, which key to use.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use election::anchor::{Anchor, MAX_ANCHOR_BYTES, PoolAnchor};
use election::key::Capacity;
use election::pool::Pool;
use election::record::{AnyRecord, Record};
use election::{Business, Technical};

use crate::api::{BaseUrl, Deadlines, PoolClient, Transport};
use crate::files::{self, Home, PassphraseSource, StoredKey};

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// One JSON object on standard output instead of words.
    #[arg(long, global = true)]
    pub json: bool,
    /// The server's address, such as `https://vote.example.org`.
    #[arg(long, global = true, env = "BICAMERAL_SERVER", value_name = "URL")]
    pub server: Option<BaseUrl>,
    /// The trust anchor; by default foundation.json in this user's folder.
    #[arg(long, global = true, env = "BICAMERAL_FOUNDATION", value_name = "FILE")]
    pub foundation: Option<PathBuf>,
    /// This user's folder, instead of BICAMERAL_HOME or the system's.
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Reads the passphrase from a file's first line instead of asking.
    #[arg(long, global = true, env = "BICAMERAL_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// Which key file to use.
#[derive(Args, Clone, Debug)]
pub struct KeyArgs {
    /// The key file; by default the only fitting one in this user's folder.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// A pool with its part of the trust anchor and of records. Nothing here turns one pool's into the
/// other's.
pub trait Side: Pool {
    /// The pool's part of the anchor.
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self>;
    /// The record, if it is of this pool.
    fn record(record: AnyRecord) -> Option<Record<Self>>;
}

impl Side for Business {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.business
    }
    fn record(record: AnyRecord) -> Option<Record<Self>> {
        match record {
            AnyRecord::Business(record) => Some(record),
            AnyRecord::Technical(_) => None,
        }
    }
}

impl Side for Technical {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.technical
    }
    fn record(record: AnyRecord) -> Option<Record<Self>> {
        match record {
            AnyRecord::Technical(record) => Some(record),
            AnyRecord::Business(_) => None,
        }
    }
}

/// The options, resolved when a command needs them.
#[derive(Clone, Debug)]
pub struct Context {
    global: Global,
}

impl Context {
    /// Takes the options.
    pub fn new(global: Global) -> Self {
        Context { global }
    }
    /// This user's folder.
    pub fn home(&self) -> Result<Home> {
        Ok(Home::find(self.global.home.clone())?)
    }
    /// Where passphrases come from.
    pub fn passphrases(&self) -> PassphraseSource {
        match &self.global.passphrase_file {
            Some(path) => PassphraseSource::File(path.clone()),
            None => PassphraseSource::Prompt,
        }
    }
    /// The trust anchor.
    pub fn anchor(&self) -> Result<Anchor> {
        let path = match &self.global.foundation {
            Some(path) => path.clone(),
            None => self.home()?.foundation(),
        };
        let bytes = files::read(&path, MAX_ANCHOR_BYTES).with_context(|| {
            "the foundation.json is needed: get it from where the foundation publishes it, and give it with --foundation FILE"
        })?;
        Anchor::parse(&bytes).with_context(|| path.display().to_string())
    }
    /// The trust anchor of a pool.
    pub fn pool_anchor<P: Side>(&self) -> Result<PoolAnchor<P>> {
        Ok(P::anchor(&self.anchor()?).clone())
    }
    /// A client of a server at an address.
    pub fn client_at<P: Side>(&self, base: BaseUrl) -> Result<PoolClient<P>> {
        let transport = Transport::new(base, Deadlines::default());
        Ok(PoolClient::new(transport, self.pool_anchor::<P>()?))
    }
    /// The address of the server that the options name.
    pub fn server(&self) -> Result<BaseUrl> {
        let Some(base) = self.global.server.clone() else {
            bail!("which server? give --server URL or set BICAMERAL_SERVER");
        };
        Ok(base)
    }
    /// A client of the server that the options name.
    pub fn client<P: Side>(&self) -> Result<PoolClient<P>> {
        self.client_at(self.server()?)
    }
    /// Whether a server was named.
    pub fn has_server(&self) -> bool {
        self.global.server.is_some()
    }
    /// The path of the key file to use.
    pub fn key_path<P: Side>(&self, args: &KeyArgs, capacity: Capacity) -> Result<PathBuf> {
        match &args.key {
            Some(path) => Ok(path.clone()),
            None => {
                let anchor = self.pool_anchor::<P>()?;
                Ok(self.home()?.find_key::<P>(capacity, anchor.origin.as_str())?)
            }
        }
    }
    /// Opens the key to use. One of another capacity or pool is refused.
    pub fn key<P: Side>(&self, args: &KeyArgs, capacity: Capacity) -> Result<StoredKey> {
        let path = self.key_path::<P>(args, capacity)?;
        let anchor = self.pool_anchor::<P>()?;
        Ok(files::open_key(&path, capacity, &anchor.origin, &self.passphrases())?)
    }
}

/// The path that results from a given one, or one beside the input.
pub(super) fn beside(input: &Path, given: Option<&PathBuf>, extension: &str) -> PathBuf {
    given.cloned().unwrap_or_else(|| input.with_extension(extension))
}
