//! Signed statements on their way: to the server, or into a file for the next signature.
//!
//! A bundle is JSON: `{"format":"bicameral-statements/v1","pool":"…","statements":[envelope, …]}`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use crypto::envelope::Envelope;
use election::PoolId;
use election::key::{KeyOf, OfficerKey};
use election::pool::Pool;
use election::statement::{Body, Draft, Statement};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::PoolClient;
use crate::files::{self, Private};
use crate::progress;

const FORMAT: &str = "bicameral-statements/v1";
/// Longest bundle in bytes.
pub(super) const MAX_BUNDLE_BYTES: usize = 1024 * 1024 * 1024;
/// Most statements of one bundle.
pub(super) const MAX_BUNDLE_STATEMENTS: usize = 1_000_000;

/// Statements that travel between officers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bundle {
    format: String,
    pub(super) pool: PoolId,
    pub(super) statements: Vec<Envelope>,
}

impl Bundle {
    /// These statements of a pool.
    pub(super) fn new<P: Pool>(statements: Vec<Envelope>) -> Self {
        Bundle { format: FORMAT.to_owned(), pool: P::ID, statements }
    }
    /// Reads a bundle file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let bytes = files::read(path, MAX_BUNDLE_BYTES)?;
        let bundle: Bundle = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is not a bundle of statements", path.display()))?;
        if bundle.format != FORMAT {
            bail!(
                "{} has the format `{}`; this program reads `{FORMAT}`",
                path.display(),
                bundle.format
            );
        }
        if bundle.statements.len() > MAX_BUNDLE_STATEMENTS {
            bail!("{} has more than {MAX_BUNDLE_STATEMENTS} statements", path.display());
        }
        Ok(bundle)
    }
    fn bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }
    /// Writes a new bundle file.
    pub(super) fn write_new(&self, path: &Path) -> Result<()> {
        Ok(files::write_new(path, &self.bytes()?, Private::Public)?)
    }
    /// Replaces a bundle file by itself with more signatures.
    pub(super) fn replace(&self, path: &Path) -> Result<()> {
        Ok(files::replace(path, &self.bytes()?, Private::Public)?)
    }
}

/// Signs statements with one key.
pub(super) fn sign_all<P: Pool>(bodies: &[Body<P>], key: &impl KeyOf<P>) -> Result<Vec<Envelope>> {
    let sign = |body| Ok(Draft::<P>::new(body)?.sign(key)?.envelope());
    bodies.iter().map(sign).collect()
}

/// Adds a signature to each envelope of this pool.
pub(super) fn cosign_all<P: Pool>(
    envelopes: Vec<Envelope>,
    key: &OfficerKey<P>,
) -> Result<Vec<Envelope>> {
    let sign = |envelope| Ok(Draft::<P>::resume(envelope)?.sign(key)?.envelope());
    envelopes.into_iter().map(sign).collect()
}

/// Where signed statements go.
pub(super) enum Delivery<'a, P: Pool> {
    /// To the server now.
    Post(&'a PoolClient<P>),
    /// Into a file, for other signatures or for later.
    File(PathBuf),
}

/// Delivers statements in order. Posting stops at the first refusal; since the log takes a statement
/// once, the same can be sent again after the cause is gone.
pub(super) fn deliver<P: Pool>(
    envelopes: Vec<Envelope>,
    delivery: &Delivery<'_, P>,
) -> Result<(String, Value)> {
    match delivery {
        Delivery::File(path) => {
            let count = envelopes.len();
            Bundle::new::<P>(envelopes).write_new(path)?;
            let words = format!(
                "{count} signed statement(s) are in {0}. Next: another registrar signs them with `registrar sign {0}`, or send them with `registrar submit {0}`.",
                path.display()
            );
            Ok((words, json!({ "file": path, "statements": count })))
        }
        Delivery::Post(client) => {
            let bar = progress::bar(envelopes.len() as u64, "sending statements");
            let mut ids = Vec::with_capacity(envelopes.len());
            for (number, envelope) in envelopes.iter().enumerate() {
                let posted = client.submit(envelope).with_context(|| {
                    let what = describe::<P>(envelope);
                    format!("statement {} of {} ({what}); those before it are in the log, send the rest again once the cause is gone", number + 1, envelopes.len())
                })?;
                ids.push(posted.statement.id().to_string());
                bar.inc(1);
            }
            bar.finish_and_clear();
            let words = format!("{} statement(s) are in the log.", ids.len());
            Ok((words, json!({ "logged": ids })))
        }
    }
}

fn describe<P: Pool>(envelope: &Envelope) -> String {
    match Statement::<P>::decode(envelope) {
        Ok(statement) => statement.kind().to_string(),
        Err(error) => error.to_string(),
    }
}
