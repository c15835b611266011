//! For everybody who trusts nobody.

mod audit;
mod ballots;
mod check;
mod convert;
mod count;
mod export;
mod mirror;
mod recount;
mod rights;
mod source;
mod words;

use anyhow::Result;
use clap::Subcommand;

use super::{Context, Done};

/// What an auditor can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Copies a pool's log as a folder of tiles, verifying every hash; run again to go on.
    Mirror(mirror::Args),
    /// Recomputes every claim of a record, with nothing trusted but foundation.json.
    Audit(audit::Args),
    /// Counts one election again from its ballots and compares with the certificate.
    Recount(recount::Args),
    /// Lists who may do what in which module, each right traced to what granted it.
    Rights(rights::Args),
    /// Writes an election's counted ballots as BLT, CSV or cast vote records.
    Export(export::Args),
    /// Counts any ballot file by any method, without a server.
    Count(Box<count::Args>),
    /// Checks a transcript step by step against its ballot file, without counting again.
    Check(check::Args),
    /// Converts a ballot file from one format to another, or says what the other cannot express.
    Convert(convert::Args),
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Done> {
    match command {
        Command::Mirror(args) => mirror::run(args, context),
        Command::Audit(args) => audit::run(args, context),
        Command::Recount(args) => recount::run(args, context),
        Command::Rights(args) => rights::run(args, context),
        Command::Export(args) => export::run(args, context),
        Command::Count(args) => count::run(args),
        Command::Check(args) => check::run(args),
        Command::Convert(args) => convert::run(args),
    }
}
