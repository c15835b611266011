//! `officer promise` and `officer reveal`: secrets for drawing lots, where several officers take part.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use election::key::Capacity;
use election::lots;
use election::state::Phase;
use election::{PoolId, StatementId};
use serde_json::json;
use uuid::Uuid;

use crate::chance;
use crate::cmd::done::value;
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};
use crate::files::{self, Private};

/// Options of `officer promise`.
#[derive(ClapArgs, Debug)]
pub struct PromiseArgs {
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// The nonce of the election to come, which the drafting officer chooses.
    #[arg(long)]
    nonce: Uuid,
    /// The promise file to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Options of `officer reveal`.
#[derive(ClapArgs, Debug)]
pub struct RevealArgs {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// The secret's file to make.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn promise(args: &PromiseArgs, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => {
        let key = context.key::<P>(&args.key, Capacity::Officer)?.key;
        let promise = lots::secret(&key, args.nonce).commitment();
        files::write_new(&args.out, &serde_json::to_vec_pretty(&promise)?, Private::Public)?;
        let words = format!(
            "{} is your promise for the election with the nonce {}. The drafting officer adds it with --promise.",
            args.out.display(), args.nonce
        );
        Ok(Done::ok(words, json!({ "file": args.out, "promise": value(&promise) })))
    })
}

pub(super) fn reveal(args: &RevealArgs, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => reveal_in::<P>(args, context))
}

fn reveal_in<P: Side>(args: &RevealArgs, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let manifest = client.manifest(args.election)?.manifest;
    let phase = client.election(args.election)?.phase;
    // Whoever knows all secrets before the close could choose a last ballot by what it draws.
    if !matches!(phase, Phase::Closed | Phase::Certified) {
        bail!("the election is {phase}; a secret for lots is revealed after the close only");
    }
    if chance::now() < manifest.window.closes_at
        && manifest.window.early_close == election::manifest::EarlyClose::Never
    {
        bail!(
            "the server says the election is closed, but its window lasts until {}; nothing is revealed",
            manifest.window.closes_at
        );
    }
    let key = context.key::<P>(&args.key, Capacity::Officer)?.key;
    let secret = lots::secret(&key, manifest.nonce);
    if !manifest.lots.contains(&secret.commitment()) {
        bail!("the election has no promise of your key {}", secret.officer);
    }
    files::write_new(&args.out, &serde_json::to_vec_pretty(&secret)?, Private::Public)?;
    let words = format!(
        "{} is your secret. The certifying officer adds it with `officer certify … --reveal`.",
        args.out.display()
    );
    Ok(Done::ok(words, json!({ "file": args.out, "officer": secret.officer })))
}
