//! `registrar import`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use election::{Business, PoolId, Technical};
use serde_json::{Value, json};

use super::{InPool, Signing, sign_and_deliver};
use crate::api::PoolClient;
use crate::chance;
use crate::cmd::{Context, Done, Side};
use crate::files;
use crate::input::members::Change;
use crate::input::table::MAX_TABLE_BYTES;
use crate::input::{contributors, instant, members};

/// Options of `registrar import`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The CSV file. Members: id,name,class,weight[,weight_from][,delegate][,alternates].
    /// Contributors: handle,name[,affiliations].
    file: PathBuf,
    #[command(flatten)]
    pool: InPool,
    /// Shows what would change and signs nothing.
    #[arg(long)]
    dry_run: bool,
    /// Since when new affiliations hold; by default now.
    #[arg(long, value_name = "INSTANT")]
    affiliated_from: Option<String>,
    #[command(flatten)]
    signing: Signing,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let text = files::read_text(&args.file, MAX_TABLE_BYTES)?;
    let named = || args.file.display().to_string();
    match args.pool.pool {
        PoolId::Business => {
            let client = context.client::<Business>()?;
            let classes = client.pool()?.classes;
            let on_record = client.principals()?;
            let origin = &client.anchor().origin;
            let plan = members::plan(&text, origin, &classes, &on_record).with_context(named)?;
            carry_out(args, context, &client, plan)
        }
        PoolId::Technical => {
            let client = context.client::<Technical>()?;
            let on_record = super::contributors(&client, context)?;
            let from = match &args.affiliated_from {
                Some(text) => instant::parse(text)?,
                None => chance::now(),
            };
            let origin = &client.anchor().origin;
            let plan = contributors::plan(&text, origin, from, &on_record).with_context(named)?;
            carry_out(args, context, &client, plan)
        }
    }
}

fn carry_out<P: Side>(
    args: &Args,
    context: &Context,
    client: &PoolClient<P>,
    plan: Vec<Change<P>>,
) -> Result<Done> {
    let mut words = String::new();
    for change in &plan {
        words.push_str(&format!("line {}: {}\n", change.line, change.what));
    }
    let changes: Vec<Value> =
        plan.iter().map(|change| json!({ "line": change.line, "what": change.what })).collect();
    if plan.is_empty() {
        return Ok(Done::ok("The log says all of this already.", json!({ "changes": changes })));
    }
    if args.dry_run {
        words.push_str(&format!("{} statement(s) would be signed; nothing was.", plan.len()));
        return Ok(Done::ok(words, json!({ "changes": changes, "dry_run": true })));
    }
    let bodies: Vec<_> = plan.into_iter().map(|change| change.body).collect();
    let (delivered, delivery) = sign_and_deliver(&bodies, &args.signing, client, context)?;
    words.push_str(&delivered);
    Ok(Done::ok(words, json!({ "changes": changes, "delivery": delivery })))
}
