//! The commands, grouped by role: one file each.
//!
//! A command gives a [`Done`]: words for people, JSON for programs, and an exit code. Only [`run`]
//! prints it.

mod context;
mod deliver;
mod done;
mod source;

pub mod auditor;
pub mod key;
pub mod officer;
pub mod registrar;
pub mod voter;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use context::{Context, Global, KeyArgs, Side};
pub use done::{Done, Exit, Refuted};

/// Runs a block for the pool that a value names.
macro_rules! in_pool {
    ($pool:expr, $P:ident => $body:expr) => {
        match $pool {
            election::PoolId::Business => {
                type $P = election::Business;
                $body
            }
            election::PoolId::Technical => {
                type $P = election::Technical;
                $body
            }
        }
    };
}
pub(crate) use in_pool;

const AFTER_HELP: &str = "\
Exit codes:
  0  done; what was to be verified is verified
  1  refuted: something that was to be verified is false
  2  could not do or could not check it: bad usage, missing files, no answer, a refusal

Files of this user: $BICAMERAL_HOME, else $XDG_DATA_HOME/bicameral, else ~/.local/share/bicameral
(foundation.json, keys/, receipts/). Passphrases are asked for, or read from --passphrase-file or the
file that BICAMERAL_PASSPHRASE_FILE names; never from the command line.";

/// Votes of a foundation: enrol, vote, keep rolls, run elections, audit.
#[derive(Parser, Debug)]
#[command(name = "vote-client", version, after_help = AFTER_HELP, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand, Debug)]
enum Role {
    /// Key files: make, show, change the passphrase.
    #[command(subcommand)]
    Key(key::Command),
    /// For voters: enrol, look at elections, vote, verify.
    #[command(subcommand)]
    Voter(voter::Command),
    /// For registrars: rolls, invitations, mandates, suspensions.
    #[command(subcommand)]
    Registrar(registrar::Command),
    /// For officers: draft, check, sign, publish and certify elections.
    #[command(subcommand)]
    Officer(officer::Command),
    /// For everybody who trusts nobody: mirror, audit, recount, export.
    #[command(subcommand)]
    Auditor(auditor::Command),
}

/// Runs the command line and prints what came of it.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; everything else is bad usage, which clap exits with 2.
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let json = cli.global.json;
    let context = Context::new(cli.global);
    let done = match cli.role {
        Role::Key(command) => key::run(&command, &context),
        Role::Voter(command) => voter::run(&command, &context),
        Role::Registrar(command) => registrar::run(&command, &context),
        Role::Officer(command) => officer::run(&command, &context),
        Role::Auditor(command) => auditor::run(&command, &context),
    };
    print(done.unwrap_or_else(|error| Done::failed(&error)), json)
}

/// The program's one way to standard output.
fn print(done: Done, json: bool) -> ExitCode {
    let printed = if json {
        writeln!(std::io::stdout().lock(), "{}", done.json())
    } else if done.exit() == Exit::Ok || done.is_report() {
        writeln!(std::io::stdout().lock(), "{}", done.human().trim_end())
    } else {
        writeln!(std::io::stderr().lock(), "{}", done.human().trim_end())
    };
    match printed {
        // A reader that closed the pipe has what it wanted.
        Ok(()) => ExitCode::from(done.exit().code()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::from(done.exit().code())
        }
        Err(_) => ExitCode::from(Exit::Unchecked.code()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_flag_takes_a_passphrase_or_a_code_itself() {
        fn walk(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let secret = id.contains("passphrase") || id.contains("code");
                assert!(!secret || id.ends_with("file") || id.ends_with("codes"), "{id}");
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }
}
