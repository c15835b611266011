//! `auditor convert`

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use indicatif::ProgressBar;
use serde_json::json;
use tabulation::format::Kind;
use tabulation::format::ballots::{self, BallotFile, LeftOut, WriteError, WriteOptions, Written};
use tabulation::format::marks::Rewrites;

use super::source::{Source, rewritten, with_next};
use super::words;
use crate::cmd::Done;
use crate::{chance, progress};

/// Options of `auditor convert`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The ballot file to read.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The ballot file to make; it must not exist.
    #[arg(value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    source: Source,
    /// What OUT is to be, if its name does not say: one of the same but debian.
    #[arg(long, value_name = "KIND")]
    to: Option<Kind>,
    /// Seats to fill, where the file does not say.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    seats: Option<u16>,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    // What skipped ranks mean is for the count to say; here they stay skipped.
    let (file, from) = args.source.read(&args.input, None)?;
    let file = BallotFile { seats: args.seats.or(file.seats), ..file };
    let to = target(args)?;
    let written = write(&file, to, &args.output)?;
    let (options, ballots) = (file.options.len(), written.ballots);
    let mut words = format!(
        "{} on {}, converted from {from} to {to}: {}",
        words::number(ballots, "ballot"),
        words::length(options, "option"),
        args.output.display()
    );
    for line in changes(&file.rewrites, &written) {
        words.push_str(&format!("\n  {line}"));
    }
    let left_out: Vec<_> = written.left_out.iter().map(|part| part.words()).collect();
    let Rewrites { overvoted, repeated, undecided, skipped: _ } = file.rewrites;
    Ok(Done::ok(
        words,
        json!({
            "file": args.output, "from": from.name(), "to": to.name(), "ballots": ballots,
            "options": options, "left_out": left_out,
            "rewrites": { "overvoted": overvoted, "repeated": repeated, "undecided": undecided },
        }),
    ))
}

fn target(args: &Args) -> Result<Kind> {
    let named = args.to.or_else(|| Kind::of_name(&args.output));
    named.with_context(|| {
        let (path, names) = (args.output.display(), Kind::names());
        format!("{path}: the name does not say what it is to be; name one of {names} with --to")
    })
}

/// Writes a new file; what is not written to its end is removed again.
fn write(file: &BallotFile, to: Kind, path: &Path) -> Result<Written> {
    let place = || path.display().to_string();
    let bar = progress::spinner("writing ballots");
    let new = File::create_new(path).with_context(place)?;
    let written = write_to(file, to, &bar, new);
    bar.finish_and_clear();
    written.map_err(|error| match std::fs::remove_file(path) {
        Ok(()) => error.context(format!("{} was not made", place())),
        Err(left) => error.context(format!("{} is incomplete and still there: {left}", place())),
    })
}

fn write_to(file: &BallotFile, to: Kind, bar: &ProgressBar, new: File) -> Result<Written> {
    let mut out = BufWriter::new(bar.wrap_write(new));
    let generated = chance::now().to_string().replacen(' ', "T", 1).replace(" UTC", "Z");
    let options = WriteOptions { kind: to, generated: &generated };
    let written = ballots::write(file, &options, &mut out).map_err(|error| {
        let next = next_after_writing(&error);
        with_next(error, next)
    })?;
    out.flush()?;
    Ok(written)
}

/// What to do about a file that cannot be written.
fn next_after_writing(error: &WriteError) -> Option<&'static str> {
    match error {
        WriteError::Seats { .. } => Some("with --seats N"),
        WriteError::ReadOnly { .. } => Some("with --to KIND"),
        WriteError::Form { .. }
        | WriteError::Ties { .. }
        | WriteError::Incomplete { .. }
        | WriteError::Blank { .. }
        | WriteError::Weight { .. }
        | WriteError::Withdrawn { .. }
        | WriteError::NoOptions { .. }
        | WriteError::Name { .. }
        | WriteError::Unnamed { .. }
        | WriteError::Score { .. }
        | WriteError::Ranks { .. }
        | WriteError::TooManyBallots { .. }
        | WriteError::Profile(_)
        | WriteError::UnknownOption { .. }
        | WriteError::Io { .. } => None,
    }
}

/// What is not as it stood in the file.
fn changes(rewrites: &Rewrites, written: &Written) -> Vec<String> {
    let mut lines = rewritten(rewrites);
    let words: Vec<_> = written.left_out.iter().map(|&part| LeftOut::words(part)).collect();
    if !words.is_empty() {
        lines.push(format!("left out, since the format has no place: {}", words.join(", ")));
    }
    lines
}
