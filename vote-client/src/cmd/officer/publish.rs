//! `officer publish`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use crypto::envelope::Envelope;
use serde_json::json;

use super::{manifest, read_envelope};
use crate::cmd::{Context, Done, Side, in_pool};

/// Options of `officer publish`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The manifest file with enough signatures.
    file: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let (pool, envelope) = read_envelope(&args.file)?;
    in_pool!(pool, P => publish::<P>(&envelope, context))
}

fn publish<P: Side>(envelope: &Envelope, context: &Context) -> Result<Done> {
    let (id, manifest) = manifest::<P>(envelope)?;
    let posted = context.client::<P>()?.submit(envelope)?;
    let words = format!(
        "Sealed in {} as {id}.\nIt opens at {} and closes at {}; the log does both by itself.\nTracker  {}",
        manifest.origin,
        manifest.window.opens_at,
        manifest.window.closes_at,
        posted.receipt.tracker
    );
    Ok(Done::ok(
        words,
        json!({ "election": id, "window": manifest.window, "tracker": posted.receipt.tracker }),
    ))
}
