//! `vote-server demo`: a whole foundation from nothing, with real elections over real HTTP, audited,
//! attacked, and served.
//!
//! Read in this order: `scenario` (what is voted on, by whom: plain data), `play` (the story from
//! founding to audit), `attacks` (what a cheat tries), `ballots` and `replay` (a file of real ballots
//! instead of invented ones).
//!
//! What is not real: the people and companies, and the server's clock, which the demo sets so that
//! days of voting pass in seconds. It says so itself. Everything else is what `serve` does.

mod attacks;
mod auditing;
mod ballots;
mod chamber;
mod client;
mod day;
mod filed;
mod foundation;
mod officers;
mod people;
mod play;
mod preference;
mod scenario;
mod seeded;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;

use story::{Story, Voice};

/// What `demo` takes.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
The rules file for --ballots is a small TOML file:
  title = \"Technical Oversight Committee 2021\"
  method = \"schulze\"            # or \"scottish-stv\"
  seats = 5
  unranked = \"not-compared\"     # schulze: the default; or \"last\"
  cap = 2                       # most seats of one affiliation; left out: no cap
  [affiliations]                # by candidate's name, or by column counted from 1
  \"Eric Malm\" = \"vmware\"
  3 = [\"vmware\"]

Exit code 0 only if every vote was recorded, every result certified and every audit verified.")]
pub struct DemoArgs {
    /// Keep everything in this folder, which must be empty: foundation.json, bicameral.sqlite, business.record, technical.record
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Stop after the audits and attacks instead of serving on
    #[arg(long)]
    pub exit: bool,
    /// Run a file of real ballots (BLT, or the Kubernetes table of ranks) instead of the invented elections
    #[arg(long, value_name = "FILE", requires = "rules")]
    pub ballots: Option<PathBuf>,
    /// The rules for --ballots (TOML)
    #[arg(long, value_name = "FILE", requires = "ballots")]
    pub rules: Option<PathBuf>,
    /// Listen on this port of 127.0.0.1 [default: 8080 if it is free, else any]
    #[arg(long)]
    pub port: Option<u16>,
    /// Print one JSON object at the end instead of the story
    #[arg(long)]
    pub json: bool,
}

/// Runs the demo.
pub async fn run(args: DemoArgs) -> anyhow::Result<ExitCode> {
    let mut story = Story::new(if args.json { Voice::Json } else { Voice::Text });
    let folder = foundation::Folder::new(args.dir.as_deref())?;
    let (foundation, verified) = match (&args.ballots, &args.rules) {
        (Some(ballots), Some(rules)) => {
            let file = ballots::read(ballots, rules)?;
            filed::play(&mut story, &folder, args.port, file).await?
        }
        _ => play::play(&mut story, &folder, args.port).await?,
    };
    story.figure("verified", verified);
    story.figure("url", foundation.client.base());
    story.end()?;
    if !args.exit {
        play::serving(&story, &foundation, &folder);
        tokio::signal::ctrl_c().await?;
    }
    foundation.server.shutdown().await?;
    Ok(if verified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
