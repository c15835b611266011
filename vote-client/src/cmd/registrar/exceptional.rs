//! `registrar suspend` and `registrar reinstate`

use anyhow::{Result, anyhow};
use clap::Args as ClapArgs;
use election::statement::{Body, Reason, Suspension};
use serde_json::json;

use super::{InPool, Signing, sign_and_deliver};
use crate::cmd::{Context, Done, Side, in_pool};

/// Options of both commands.
#[derive(ClapArgs, Debug)]
pub struct Args {
    #[command(flatten)]
    pool: InPool,
    /// Whom.
    #[arg(long)]
    principal: String,
    /// Why: lost_key, compromised_key, request, standing, resolved.
    #[arg(long, value_parser = reason)]
    reason: Reason,
    #[command(flatten)]
    signing: Signing,
}

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// Off future rolls.
    Suspend,
    /// Back on them.
    Reinstate,
}

/// Reads a reason by its name in the log.
pub(super) fn reason(text: &str) -> Result<Reason, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        format!("`{text}` is none of lost_key, compromised_key, request, standing, resolved")
    })
}

pub(super) fn run(args: &Args, context: &Context, what: What) -> Result<Done> {
    in_pool!(args.pool.pool, P => change::<P>(args, context, what))
}

fn change<P: Side>(args: &Args, context: &Context, what: What) -> Result<Done> {
    let client = context.client::<P>()?;
    let origin = client.anchor().origin.clone();
    let principal = args.principal.parse().map_err(|e| anyhow!("--principal: {e}"))?;
    let suspension = Suspension::<P> { origin, principal, reason: args.reason };
    let (body, word) = match what {
        What::Suspend => (Body::Suspension(suspension), "Suspending"),
        What::Reinstate => (Body::Reinstatement(suspension), "Reinstating"),
    };
    let (words, delivery) = sign_and_deliver(&[body], &args.signing, &client, context)?;
    let json = json!({ "principal": args.principal, "delivery": delivery });
    Ok(Done::ok(format!("{word} {}: {words}", args.principal), json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_of_the_list_and_never_free_text() {
        assert_eq!(reason("lost_key"), Ok(Reason::LostKey));
        assert!(reason("he was rude").expect_err("refused").contains("compromised_key"));
    }
}
