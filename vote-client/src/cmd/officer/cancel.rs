//! `officer cancel`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use election::key::{Capacity, OfficerKey};
use election::statement::{Body, Cancel};
use election::{PoolId, StatementId};

use crate::cmd::deliver::{Delivery, deliver, sign_all};
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};

/// Options of `officer cancel`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// Writes the signed statement to a file for other officers' signatures instead of sending it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => cancel::<P>(args, context))
}

fn cancel<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let sealed = client.manifest(args.election)?;
    let key = OfficerKey::<P>::new(context.key::<P>(&args.key, Capacity::Officer)?.key);
    let origin = client.anchor().origin.clone();
    let body = Body::Cancel(Cancel { origin, manifest: sealed.id });
    let delivery = match &args.out {
        Some(path) => Delivery::File(path.clone()),
        None => Delivery::Post(&client),
    };
    let (words, json) = deliver(sign_all(&[body], &key)?, &delivery)?;
    Ok(Done::ok(format!("Cancelling {}: {words}", sealed.manifest.title), json))
}
