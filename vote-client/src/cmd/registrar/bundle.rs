//! `registrar sign` and `registrar submit`: files of statements that need several signatures.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use election::key::{Capacity, OfficerKey};
use election::statement::Statement;
use serde_json::json;

use crate::booth::{StdTerminal, Terminal as _};
use crate::cmd::deliver::{Bundle, Delivery, cosign_all, deliver};
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};

/// Options of `registrar sign`.
#[derive(ClapArgs, Debug)]
pub struct SignArgs {
    /// The file of statements; your signatures are added to it.
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    /// Signs without asking.
    #[arg(long)]
    yes: bool,
}

/// Options of `registrar submit`.
#[derive(ClapArgs, Debug)]
pub struct SubmitArgs {
    /// The file of statements with enough signatures.
    file: PathBuf,
}

pub(super) fn sign(args: &SignArgs, context: &Context) -> Result<Done> {
    let bundle = Bundle::read(&args.file)?;
    in_pool!(bundle.pool, P => sign_in::<P>(args, bundle, context))
}

fn sign_in<P: Side>(args: &SignArgs, bundle: Bundle, context: &Context) -> Result<Done> {
    let mut terminal = StdTerminal;
    for envelope in &bundle.statements {
        let statement = Statement::<P>::decode(envelope)?;
        if !args.yes {
            // A decoded payload is canonical JSON, so it is text without anything hidden.
            let payload = String::from_utf8_lossy(envelope.payload()).into_owned();
            terminal.say(&format!("{}: {payload}", statement.kind()))?;
        }
    }
    if !args.yes {
        let answer = terminal.ask("These you sign. Type `sign` to go on: ")?;
        if answer.is_none_or(|answer| answer.trim() != "sign") {
            anyhow::bail!("nothing was signed (give --yes to go on without being asked)");
        }
    }
    let key = OfficerKey::<P>::new(context.key::<P>(&args.key, Capacity::Officer)?.key);
    let count = bundle.statements.len();
    Bundle::new::<P>(cosign_all(bundle.statements, &key)?).replace(&args.file)?;
    let words = format!(
        "{count} statement(s) in {} have your signature. Next: `registrar submit`.",
        args.file.display()
    );
    Ok(Done::ok(words, json!({ "file": args.file, "statements": count })))
}

pub(super) fn submit(args: &SubmitArgs, context: &Context) -> Result<Done> {
    let bundle = Bundle::read(&args.file)?;
    in_pool!(bundle.pool, P => {
        let client = context.client::<P>()?;
        let (words, json) = deliver(bundle.statements, &Delivery::Post(&client))?;
        Ok(Done::ok(words, json))
    })
}
