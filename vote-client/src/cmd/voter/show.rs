//! `voter show`

use anyhow::Result;
use clap::Args as ClapArgs;
use election::{PoolId, StatementId};
use serde_json::json;

use crate::cmd::done::value;
use crate::cmd::{Context, Done, Side, in_pool};
use crate::show;

/// Options of `voter show`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => show_one::<P>(args, context))
}

fn show_one<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let sealed = client.manifest(args.election)?;
    let summary = client.election(args.election)?;
    let mut words = show::manifest(sealed.id, &sealed.manifest);
    words.push_str(&format!("\nIt is {}. {}.\n", summary.phase, summary.turnout()));
    Ok(Done::ok(
        words,
        json!({
            "id": sealed.id, "phase": summary.phase, "cast_heads": summary.cast_heads,
            "cast_weight": summary.cast_weight, "manifest": value(&sealed.manifest),
        }),
    ))
}
