//! Key files.

mod change_passphrase;
mod new;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::{Context, Done};

/// What to do with a key file.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Makes a key and seals it under a passphrase.
    New(new::Args),
    /// Shows what a key file says of itself, without opening it.
    Show(show::Args),
    /// Seals the same key under another passphrase.
    ChangePassphrase(change_passphrase::Args),
}

pub(super) fn run(command: &Command, context: &Context) -> Result<Done> {
    match command {
        Command::New(args) => new::run(args, context),
        Command::Show(args) => show::run(args),
        Command::ChangePassphrase(args) => change_passphrase::run(args, context),
    }
}
