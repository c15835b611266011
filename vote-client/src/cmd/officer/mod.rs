//! For officers.

mod cancel;
mod certify;
mod check;
mod draft;
mod example;
mod lots;
mod publish;
mod sign;
mod window;

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use crypto::envelope::{Envelope, MAX_ENVELOPE_BYTES};
use election::manifest::Manifest;
use election::pool::Pool;
use election::statement::{self, Body, Statement};
use election::{PoolId, StatementId};

use super::{Context, Done};
use crate::booth::{StdTerminal, Terminal as _};
use crate::files;

/// What an officer can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Prints a commented election file to start from.
    Example(example::Args),
    /// Makes a manifest from an election file, with the roll frozen now, signed by you.
    Draft(draft::Args),
    /// Says a manifest in plain English and checks all that can be checked.
    Check(check::Args),
    /// Adds your signature to a manifest.
    Sign(sign::Args),
    /// Seals a manifest into the log.
    Publish(publish::Args),
    /// Says when the election opens; with --wait, waits until the log has opened it.
    Open(window::Args),
    /// Says when the election closes; with --wait, waits until the log has closed it.
    Close(window::Args),
    /// Recounts a closed election from the record and signs the certificate.
    Certify(certify::Args),
    /// Ends an election before it opens.
    Cancel(cancel::Args),
    /// Promises a secret for lots, for another officer's draft.
    Promise(lots::PromiseArgs),
    /// Reveals your promised secret for lots, after the close, for another officer's certificate.
    Reveal(lots::RevealArgs),
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Done> {
    match command {
        Command::Example(args) => example::run(args),
        Command::Draft(args) => draft::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Sign(args) => sign::run(args, context),
        Command::Publish(args) => publish::run(args, context),
        Command::Open(args) => window::run(args, context, window::Step::Open),
        Command::Close(args) => window::run(args, context, window::Step::Close),
        Command::Certify(args) => certify::run(args, context),
        Command::Cancel(args) => cancel::run(args, context),
        Command::Promise(args) => lots::promise(args, context),
        Command::Reveal(args) => lots::reveal(args, context),
    }
}

/// An envelope file with the pool that it is for.
fn read_envelope(path: &Path) -> Result<(PoolId, Envelope)> {
    let bytes = files::read(path, MAX_ENVELOPE_BYTES)?;
    let envelope =
        Envelope::decode(&bytes).with_context(|| format!("{} is no envelope", path.display()))?;
    let (pool, _) = statement::peek(&envelope)?;
    Ok((pool, envelope))
}

/// The manifest in an envelope, validated.
fn manifest<P: Pool>(envelope: &Envelope) -> Result<(StatementId, Manifest<P>)> {
    let statement = Statement::<P>::decode(envelope)?;
    let Body::Manifest(manifest) = statement.body() else {
        bail!("the file holds a {}, not a manifest", statement.kind());
    };
    manifest.validate()?;
    Ok((statement.id(), manifest.clone()))
}

/// Asks for a word before something is signed.
fn confirm(word: &str, what: &str, agreed: bool) -> Result<()> {
    if agreed {
        return Ok(());
    }
    let answer = StdTerminal.ask(&format!("{what} Type `{word}` to go on: "))?;
    if answer.is_some_and(|answer| answer.trim() == word) {
        return Ok(());
    }
    bail!("nothing was signed (give --yes to go on without being asked)")
}
