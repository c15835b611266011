//! `officer sign`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use crypto::envelope::Envelope;
use election::key::{Capacity, OfficerKey};
use election::statement::Draft;
use serde_json::json;

use super::{confirm, manifest, read_envelope};
use crate::booth::{StdTerminal, Terminal as _};
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};
use crate::files::{self, Private};
use crate::show;

/// Options of `officer sign`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The manifest file; your signature is added to it.
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    /// Signs without asking.
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let (pool, envelope) = read_envelope(&args.file)?;
    in_pool!(pool, P => sign::<P>(args, envelope, context))
}

fn sign<P: Side>(args: &Args, envelope: Envelope, context: &Context) -> Result<Done> {
    let (id, manifest) = manifest::<P>(&envelope)?;
    if !args.yes {
        StdTerminal.say(&show::manifest(id, &manifest))?;
    }
    confirm("sign", "This is what you sign.", args.yes)?;
    let key = OfficerKey::<P>::new(context.key::<P>(&args.key, Capacity::Officer)?.key);
    let signed = Draft::<P>::resume(envelope)?.sign(&key)?.envelope();
    files::replace(&args.file, &signed.encode()?, Private::Public)?;
    let count = signed.signatures().len();
    let words = format!(
        "{} has {count} signature(s) now. Next: `officer publish {0}` when enough officers have signed.",
        args.file.display()
    );
    Ok(Done::ok(words, json!({ "manifest": id, "file": args.file, "signatures": count })))
}
