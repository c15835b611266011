//! For voters.

mod elections;
mod enrol;
mod show;
mod verify;
mod verify_receipt;
mod vote;

use anyhow::Result;
use clap::Subcommand;

use super::{Context, Done};

/// What a voter can do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Takes part with an invitation code: makes your key and enters it into the log.
    Enrol(enrol::Args),
    /// Lists the elections of a pool.
    Elections(elections::Args),
    /// Shows one election whole: questions, options, rules, window, roll.
    Show(show::Args),
    /// Fills in, signs and casts a ballot; casting again replaces it.
    Vote(vote::Args),
    /// Checks a receipt file against foundation.json, offline.
    VerifyReceipt(verify_receipt::Args),
    /// Looks a tracker up on the server and checks the proof.
    Verify(verify::Args),
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Done> {
    match command {
        Command::Enrol(args) => enrol::run(args, context),
        Command::Elections(args) => elections::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Vote(args) => vote::run(args, context),
        Command::VerifyReceipt(args) => verify_receipt::run(args, context),
        Command::Verify(args) => verify::run(args, context),
    }
}
