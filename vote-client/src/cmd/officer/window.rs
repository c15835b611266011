//! `officer open` and `officer close`: what the window does, and waiting for it. Nobody opens or
//! closes a box by hand: the log's key does, by the window that officers sealed.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args as ClapArgs;
use election::state::Phase;
use election::{PoolId, StatementId};
use serde_json::json;

use crate::api::ElectionSummary;
use crate::chance;
use crate::cmd::{Context, Done, Side, in_pool};

/// Shortest and longest pause between two looks.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];
/// How long after its time a step is waited for.
const GRACE_MILLIS: u64 = 120_000;

/// What to wait for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// The opening.
    Open,
    /// The close.
    Close,
}

/// Options of `officer open` and `officer close`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    /// Waits until it has happened.
    #[arg(long)]
    wait: bool,
}

pub(super) fn run(args: &Args, context: &Context, step: Step) -> Result<Done> {
    in_pool!(args.pool, P => look::<P>(args, context, step))
}

fn look<P: Side>(args: &Args, context: &Context, step: Step) -> Result<Done> {
    let client = context.client::<P>()?;
    // The window is the signed one, not what a summary says.
    let window = client.manifest(args.election)?.manifest.window;
    let due = match step {
        Step::Open => window.opens_at,
        Step::Close => window.closes_at,
    };
    loop {
        let summary = client.election(args.election)?;
        let happened = match step {
            Step::Open => !matches!(summary.phase, Phase::Sealed | Phase::Cancelled),
            Step::Close => matches!(summary.phase, Phase::Closed | Phase::Certified),
        };
        if happened || !args.wait {
            return Ok(say(&summary, step, due, happened));
        }
        if summary.phase == Phase::Cancelled {
            bail!("the election was cancelled");
        }
        let now = chance::now();
        if now > due.plus(GRACE_MILLIS) {
            bail!("the {step:?} was due at {due} and has not happened; is the server well?");
        }
        let left = Duration::from_millis(due.get().saturating_sub(now.get()));
        let [shortest, longest] = PAUSES;
        std::thread::sleep(left.clamp(shortest, longest));
    }
}

fn say(summary: &ElectionSummary, step: Step, due: election::time::Millis, happened: bool) -> Done {
    let verb = match step {
        Step::Open => "opens",
        Step::Close => "closes",
    };
    let what = if happened { "It has happened." } else { "The log's key does it by itself then." };
    let words = format!(
        "{} is {}. By its window it {verb} at {due}. {what} {}.",
        summary.title,
        summary.phase,
        summary.turnout()
    );
    Done::ok(
        words,
        json!({
            "election": summary.id, "phase": summary.phase, "window": summary.window,
            "happened": happened, "cast_heads": summary.cast_heads, "heads": summary.heads,
        }),
    )
}
