//! `officer example`

use anyhow::Result;
use clap::Args as ClapArgs;
use election::PoolId;
use serde_json::json;

use crate::cmd::Done;
use crate::input::election_file::{self, ExampleKind};

/// Options of `officer example`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The kind of contest.
    #[arg(long)]
    kind: ExampleKind,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let text = election_file::example(args.pool, args.kind);
    Ok(Done::ok(text.clone(), json!({ "pool": args.pool, "toml": text })))
}
