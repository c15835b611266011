//! `voter elections`

use anyhow::Result;
use clap::Args as ClapArgs;
use election::PoolId;
use election::state::Phase;
use serde_json::json;

use crate::cmd::{Context, Done, Side, in_pool};

/// Options of `voter elections`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    /// Those only that take ballots now.
    #[arg(long)]
    open: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => list::<P>(args, context))
}

fn list<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let mut elections = client.elections()?;
    elections.retain(|election| !args.open || election.phase == Phase::Open);
    elections.sort_by_key(|election| (election.window.opens_at, election.id));
    let mut words = String::new();
    for election in &elections {
        words.push_str(&format!(
            "{}\n  {}  {}\n  from {} until {}; {}\n",
            election.title,
            election.id,
            election.phase,
            election.window.opens_at,
            election.window.closes_at,
            election.turnout()
        ));
    }
    if elections.is_empty() {
        words = format!("The {} pool has no such elections.", P::ID);
    }
    let list: Vec<_> = elections
        .iter()
        .map(|election| {
            json!({
                "id": election.id, "title": election.title, "phase": election.phase,
                "window": election.window, "heads": election.heads, "weight": election.weight,
                "cast_heads": election.cast_heads, "cast_weight": election.cast_weight,
            })
        })
        .collect();
    Ok(Done::ok(words, json!({ "pool": P::SLUG, "elections": list })))
}
