//! The commands.
//!
//! Standard output carries what a command was asked for, standard error everything else. Exit codes:
//! 0 done, 1 not done (the message says what to do next), 2 a command line that makes no sense.
//! `rebuild-projections --check` exits with 1 if projections and log disagree.

mod ask;
mod files;
mod init;
mod maintain;
mod passphrase;
mod serve;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{Config, Exposure, Settings};
use crate::demo;

/// Bicameral vote server: the ballot box of a foundation with two pools.
#[derive(Debug, Parser)]
#[command(name = "vote-server", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
First time here?
  vote-server demo                      runs real elections from nothing and keeps serving
  vote-server init --dir DIR            founds a foundation in DIR
  vote-server serve --dir DIR           serves it
  vote-server config --show             every setting, its value and where that came from

Settings come from --config FILE (TOML), over that from the environment (BICAMERAL_…), over that
from flags. Passphrases and database passwords are never taken from the command line.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve both pools until SIGTERM or SIGINT; requests under way are finished first
    #[command(after_help = "\
Needs a founded DIR (vote-server init) and the passphrase of the log keys: from
BICAMERAL_KEYS_PASSPHRASE, from --keys-passphrase-file FILE, or asked for at the terminal.
GET /healthz says whether the process lives, GET /readyz whether it admits statements.
To stop it, send SIGTERM: it answers what it has accepted, writes a snapshot and exits with 0.
Killing it loses nothing that was receipted; the next start replays what the snapshot lacks.")]
    Serve(Common),
    /// Found a foundation: two log keys, two genesis statements, foundation.json
    #[command(after_help = "\
With officers whose keys are elsewhere:
  1. vote-server init --dir DIR --plan plan.toml    (--example-plan prints a plan to start from)
     makes DIR/keys/*.key and DIR/genesis/{business,technical}.json
  2. every officer signs the envelope of the own pool:
     vote-client officer sign FILE --key officer.key
     and its signed copy is put back under DIR/genesis/, under any name that ends in .json
  3. vote-server init --dir DIR --finish
     checks the signatures, starts the logs and writes DIR/foundation.json
With all officers' key files at hand, in one step:
  vote-server init --dir DIR --plan plan.toml --officer-keys KEYS
Give foundation.json to voters and auditors by a way they trust: it is all they have to trust.")]
    Init(init::Args),
    /// Run real elections from nothing, audit them, show attacks failing, and keep serving
    Demo(demo::DemoArgs),
    /// Bring the database's tables up to this program's version
    #[command(after_help = "\
Safe to run again. Make a backup first (vote-server backup FILE): there is no way back to an older
program after a migration but a restored backup.")]
    Migrate(Common),
    /// Rebuild every table that follows from the logs, or compare it with them
    #[command(after_help = "\
Stop the server first. With --check nothing is written: exit code 0 means that every table is what
the logs say, 1 that one is not, and the message names it.")]
    RebuildProjections(RebuildArgs),
    /// Write everything the server needs, except keys and foundation.json, into one file
    #[command(after_help = "\
May run beside a serving server: the file is consistent as of one moment. It holds both logs with
their artifacts; it holds no secret. Back up DIR/keys and their passphrase apart from it.")]
    Backup(FileArgs),
    /// Start an empty database from a backup
    #[command(after_help = "\
The database must be empty. Every leaf is hashed and replayed and the backup's own checkpoints are
compared with the result before anything counts.
A log must never go back behind a receipt it gave: restore the NEWEST backup, and if statements were
receipted after it, found anew instead and say so publicly.")]
    Restore(FileArgs),
    /// Show the effective configuration
    Config(ConfigArgs),
}

/// What every command with a configuration takes, besides one flag per setting.
#[derive(Debug, clap::Args)]
struct Common {
    /// Configuration file (TOML); also BICAMERAL_CONFIG
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
struct RebuildArgs {
    #[command(flatten)]
    common: Common,
    /// Only compare, and say what differs
    #[arg(long)]
    check: bool,
}

#[derive(Debug, clap::Args)]
struct FileArgs {
    #[command(flatten)]
    common: Common,
    /// The backup's file
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
struct ConfigArgs {
    #[command(flatten)]
    common: Common,
    /// Print every setting with its meaning, its value (secrets hidden) and where that came from
    #[arg(long, required = true)]
    show: bool,
}

/// The command line, settings included.
fn command() -> clap::Command {
    const CONFIGURED: [&str; 7] =
        ["serve", "init", "migrate", "rebuild-projections", "backup", "restore", "config"];
    CONFIGURED.iter().fold(Cli::command(), |command, name| {
        command.mut_subcommand(name, |subcommand| subcommand.args(flags()))
    })
}

/// One flag per setting that may be given by a flag.
fn flags() -> impl Iterator<Item = Arg> {
    Config::KEYS.iter().filter(|key| key.exposure == Exposure::Anywhere).map(|key| {
        let help = format!("{} [default: {}]", key.doc, key.default);
        let help = help.replace(" [default: ]", "");
        Arg::new(key.name).long(key.flag()).value_name("VALUE").help(help).help_heading("Settings")
    })
}

/// Collects the settings of a command.
fn settings(common: &Common, matches: &ArgMatches) -> anyhow::Result<Settings> {
    let flags = Config::KEYS.iter().filter(|key| key.exposure == Exposure::Anywhere);
    let given = flags.filter_map(|key| {
        let value = matches.get_one::<String>(key.name)?;
        Some((key.name.to_owned(), value.clone()))
    });
    // A variable that is not Unicode can only be one of ours by mistake, and then it is unknown.
    let env = std::env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    });
    Ok(Settings::load(common.config.as_deref(), env, given)?)
}

/// Runs the program.
pub fn main() -> ExitCode {
    let matches = command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let inner = matches.subcommand().map(|(_, inner)| inner.clone()).unwrap_or_default();
    match run(cli.command, &inner) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("vote-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime does not start")?;
    match command {
        Command::Demo(args) => runtime.block_on(demo::run(args)),
        Command::Serve(common) => {
            let config = started(&settings(&common, matches)?)?;
            runtime.block_on(serve::run(config))
        }
        Command::Init(args) => {
            let config = settings(&args.common, matches)?.finish()?;
            runtime.block_on(init::run(&args, config))
        }
        Command::Migrate(common) => {
            let config = started(&settings(&common, matches)?)?;
            runtime.block_on(maintain::migrate(&config))
        }
        Command::RebuildProjections(args) => {
            let config = started(&settings(&args.common, matches)?)?;
            runtime.block_on(maintain::rebuild(&config, args.check))
        }
        Command::Backup(args) => {
            let config = started(&settings(&args.common, matches)?)?;
            runtime.block_on(maintain::backup(&config, &args.file))
        }
        Command::Restore(args) => {
            let config = started(&settings(&args.common, matches)?)?;
            runtime.block_on(maintain::restore(&config, &args.file))
        }
        Command::Config(args) => {
            say(&settings(&args.common, matches)?.show()?);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Checks the configuration and starts tracing as it says.
fn started(settings: &Settings) -> anyhow::Result<Config> {
    let config = settings.finish()?;
    crate::telemetry::start(config.trace_format, &config.trace_filter)?;
    Ok(config)
}

/// Writes a command's answer. Nobody reading it any more is no reason for a server to end.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<(Command, ArgMatches), clap::Error> {
        let matches = command().try_get_matches_from(line.split_whitespace())?;
        let inner = matches.subcommand().map(|(_, inner)| inner.clone()).unwrap_or_default();
        Ok((Cli::from_arg_matches(&matches)?.command, inner))
    }

    #[test]
    fn the_command_line_makes_sense_to_its_parser() {
        command().debug_assert();
    }

    #[test]
    fn settings_are_flags_of_the_commands_that_use_them() {
        let (_, matches) =
            parse("vote-server serve --http-listen 127.0.0.1:9 --dir /srv").expect("parses");
        let common = Common { config: None };
        let config = settings(&common, &matches).expect("collects").finish().expect("good");
        assert_eq!(config.listen.port(), 9);
        assert_eq!(config.dir, std::path::Path::new("/srv"));
    }

    #[test]
    fn no_passphrase_is_taken_from_the_command_line() {
        for flag in ["--keys-passphrase", "--database-url"] {
            assert!(parse(&format!("vote-server serve {flag} sesame")).is_err(), "{flag}");
        }
    }

    #[test]
    fn every_command_says_what_to_do() {
        for subcommand in command().get_subcommands() {
            assert!(subcommand.get_about().is_some(), "{}", subcommand.get_name());
        }
    }
}
