//! `voter verify-receipt`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use election::receipt::Receipt;
use election::statement::{self, Body, Statement};
use serde_json::json;

use crate::cmd::done::value;
use crate::cmd::{Context, Done, Refuted, Side, in_pool};
use crate::files;

/// Options of `voter verify-receipt`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The receipt file.
    file: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let receipt = files::read_receipt(&args.file)?;
    let (pool, _) = statement::peek(&receipt.leaf.statement)
        .context("the receipt holds no statement of this system")?;
    in_pool!(pool, P => verify::<P>(&receipt, context))
}

fn verify<P: Side>(receipt: &Receipt, context: &Context) -> Result<Done> {
    let anchor = context.pool_anchor::<P>()?;
    let statement = receipt.verify(&anchor).map_err(|e| Refuted(e.to_string()))?;
    let (words, json) = describe(receipt, &statement);
    Ok(Done::ok(format!("The receipt is good for {}.\n{words}", anchor.origin), json))
}

/// What a checked receipt proves, for `verify` as well.
pub(super) fn describe<P: Side>(
    receipt: &Receipt,
    statement: &Statement<P>,
) -> (String, serde_json::Value) {
    let mut words = format!(
        "Tracker    {}\nStatement  {}\nKind       {}\nLogged     {}\n",
        receipt.tracker,
        statement.id(),
        statement.kind(),
        receipt.leaf.at
    );
    let mut json = json!({
        "pool": P::SLUG, "tracker": receipt.tracker, "statement": statement.id(),
        "kind": statement.kind().to_string(), "at": receipt.leaf.at, "verified": true,
    });
    if let Body::Ballot(ballot) = statement.body() {
        words.push_str(&format!(
            "Election   {}\nVoter      {} for {}\nSigned by  {}\n",
            ballot.manifest,
            ballot.person,
            ballot.principal,
            statement
                .signatures()
                .iter()
                .map(|s| s.keyid().to_string())
                .collect::<Vec<_>>()
                .join(", ")
        ));
        for (contest, selection) in &ballot.selections {
            words.push_str(&format!("  {contest}: {}\n", value(selection)));
        }
        if let Some(members) = json.as_object_mut() {
            members.insert("ballot".to_owned(), value(ballot));
        }
    }
    words.push_str("It proves that this is recorded. Whether it counts, the audit shows.");
    (words, json)
}
