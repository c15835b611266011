//! `voter verify`

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use election::receipt::Tracker;
use election::statement::Body;
use election::{PoolId, StatementId};

use super::verify_receipt::describe;
use crate::api::{ApiError, Posted};
use crate::cmd::{Context, Done, Refuted, Side, in_pool};

/// Options of `voter verify`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A tracker, or a ballot's statement id: while ballots are embargoed, only the id finds one.
    #[arg(value_name = "TRACKER")]
    what: String,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => verify::<P>(args, context))
}

fn verify<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let client = context.client::<P>()?;
    let found = match args.what.parse::<StatementId>() {
        Ok(id) => client.receipt_by_id(id),
        Err(_) => {
            let tracker: Tracker = args.what.parse().context("that is no tracker")?;
            client.receipt(tracker)
        }
    };
    let Posted { receipt, statement } = found.map_err(judge)?;
    // The proof shows that the statement is recorded; the signature, that its key made it.
    if let Body::Ballot(ballot) = statement.body() {
        let keyid = statement.signatures().first().map(|s| s.keyid());
        let keyid = keyid.ok_or_else(|| Refuted("the ballot is signed by nobody".to_owned()))?;
        let holder = client.voter(keyid).context("the ballot's key is unknown to the server")?;
        if holder.principal != ballot.principal || holder.person != ballot.person {
            let what = format!(
                "the ballot is {}'s for {}, but its key belongs to {} for {}",
                ballot.person, ballot.principal, holder.person, holder.principal
            );
            return Err(Refuted(what).into());
        }
    }
    let (words, json) = describe(&receipt, &statement);
    Ok(Done::ok(
        format!("Found in {}, and the proof is good.\n{words}", client.anchor().origin),
        json,
    ))
}

/// A false answer refutes; no answer, or none to be had, leaves it unchecked.
fn judge(error: ApiError) -> anyhow::Error {
    if matches!(error, ApiError::Receipt(_) | ApiError::False { .. } | ApiError::Statement(_)) {
        return Refuted(error.to_string()).into();
    }
    if error.problem().is_some_and(|problem| problem.slug() == "embargoed") {
        return anyhow::anyhow!(
            "ballots of this election are withheld until the close; before that, use the ballot's statement id, which `voter vote` printed and your receipt holds"
        );
    }
    error.into()
}
