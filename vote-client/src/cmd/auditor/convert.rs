//! `auditor convert`

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Error, Result, anyhow};
use clap::{Args as ClapArgs, ValueEnum};
use indicatif::ProgressBar;
use serde_json::json;
use tabulation::format::ballots::{
    self, BallotFile, LeftOut, ReadError, ReadOptions, WriteError, WriteOptions, Written,
};
use tabulation::format::marks::{Duplicates, MarkRules, OvervoteRule, Rewrites, SkippedRanks};
use tabulation::format::nist::{NistError, NistFault};
use tabulation::format::rctab::RctabError;
use tabulation::format::{DETECT_BYTES, Encoding, Kind, blt, elekto};

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
    /// What IN is, if its name and content do not say: blt, abif, soc, soi, toc, toi, cat,
    /// elekto-csv, rctab-csv, nist-cvr-json, nist-cvr-xml, debian or json.
    #[arg(long, value_name = "KIND")]
    from: Option<Kind>,
    /// What OUT is to be, if its name does not say: one of the same but debian.
    #[arg(long, value_name = "KIND")]
    to: Option<Kind>,
    /// The contest to take, where cast vote records have several.
    #[arg(long, value_name = "ID")]
    contest: Option<String>,
    /// Seats to fill, where the file does not say.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    seats: Option<u16>,
    /// How the bytes of a text are characters.
    #[arg(long, value_enum, default_value_t = Bytes::Utf8)]
    encoding: Bytes,
    /// What a rank with several marks means on a paper ballot; without this it is refused.
    #[arg(long, value_name = "RULE", requires = "repeats")]
    overvotes: Option<Rule>,
    /// What an option means that was ranked before on the same ballot; without this it is refused.
    #[arg(long, value_name = "RULE", requires = "overvotes")]
    repeats: Option<Rule>,
}

/// How bytes are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Bytes {
    /// UTF-8, and an error where it is not.
    Utf8,
    /// ISO 8859-1, as old files are.
    Latin1,
    /// The one if the file is so throughout, else the other.
    Either,
}

/// What a mark means that means nothing certain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Rule {
    /// The ballot ends there.
    Exhaust,
    /// The rank counts as skipped.
    Skip,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let (file, from) = read(args)?;
    let file = BallotFile { seats: args.seats.or(file.seats), ..file };
    let to = target(args)?;
    let written = write(&file, to, &args.output)?;
    let (options, ballots) = (file.options.len(), written.ballots);
    let mut words = format!(
        "{ballots} ballot(s) on {options} option(s), converted from {from} to {to}: {}",
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

fn read(args: &Args) -> Result<(BallotFile, Kind)> {
    let path = &args.input;
    let place = || path.display().to_string();
    let file = File::open(path).with_context(place)?;
    let size = file.metadata().with_context(place)?.len();
    let bar = progress::bar(size, "reading ballots");
    let mut reader = BufReader::with_capacity(DETECT_BYTES, bar.wrap_read(file));
    let kind = match args.from {
        Some(kind) => kind,
        None => {
            let head = reader.fill_buf().with_context(place)?;
            Kind::detect(path, head).with_context(|| {
                format!(
                    "{}: neither name nor content says what it is; name one of {} with --from",
                    place(),
                    Kind::names()
                )
            })?
        }
    };
    let options = ReadOptions {
        encoding: match args.encoding {
            Bytes::Utf8 => Encoding::Utf8,
            Bytes::Latin1 => Encoding::Latin1,
            Bytes::Either => Encoding::Utf8OrLatin1,
        },
        contest: args.contest.as_deref(),
        marks: args.overvotes.zip(args.repeats).map(rules),
        ..ReadOptions::of(kind)
    };
    let file = ballots::read(reader, &options);
    bar.finish_and_clear();
    let file = file.map_err(|error| {
        let next = next_after_reading(&error);
        with_next(error, next).context(format!("{} cannot be read as {kind}", place()))
    })?;
    Ok((file, kind))
}

fn rules((overvotes, repeats): (Rule, Rule)) -> MarkRules {
    MarkRules {
        overvotes: match overvotes {
            Rule::Exhaust => OvervoteRule::ExhaustImmediately,
            Rule::Skip => OvervoteRule::AlwaysSkipToNextRank,
        },
        // What skipped ranks mean is for the count to say; here they stay skipped.
        skipped: SkippedRanks::Unlimited,
        duplicates: match repeats {
            Rule::Exhaust => Duplicates::Exhaust,
            Rule::Skip => Duplicates::PassOver,
        },
    }
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

fn with_next(error: impl std::error::Error + Send + Sync + 'static, next: Option<&str>) -> Error {
    match next {
        Some(next) => anyhow!("{error}; {next}"),
        None => Error::new(error),
    }
}

/// What to do about a file that cannot be read.
fn next_after_reading(error: &ReadError) -> Option<&'static str> {
    const ENCODING: &str = "if it is an old one, try --encoding latin1";
    match error {
        ReadError::Rctab(RctabError::Overvoted { .. } | RctabError::Repeated { .. }) => Some(
            "give --overvotes exhaust|skip and --repeats exhaust|skip as the rules of the election have it",
        ),
        ReadError::Nist(NistError::Content {
            fault: NistFault::SeveralContests { .. }, ..
        }) => Some("choose it with --contest ID"),
        ReadError::Blt(blt::BltError::Text(_))
        | ReadError::Elekto(elekto::ElektoError::Line(_))
        | ReadError::Rctab(RctabError::Line(_)) => Some(ENCODING),
        ReadError::Blt(_)
        | ReadError::Abif(_)
        | ReadError::PrefLib(_)
        | ReadError::Elekto(_)
        | ReadError::Rctab(_)
        | ReadError::Nist(_)
        | ReadError::Debian(_)
        | ReadError::Json(_)
        | ReadError::Profile { .. }
        | ReadError::Io { .. } => None,
    }
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
    let mut lines = Vec::new();
    for (ballots, what) in [
        (rewrites.overvoted, "an overvote read as the rules say"),
        (rewrites.repeated, "a repeated option read as the rules say"),
        (rewrites.undecided, "a mark that nobody has decided on, left out"),
    ] {
        if ballots > 0 {
            lines.push(format!("rewritten: {ballots} ballot(s) with {what}"));
        }
    }
    let words: Vec<_> = written.left_out.iter().map(|&part| LeftOut::words(part)).collect();
    if !words.is_empty() {
        lines.push(format!("left out, since the format has no place: {}", words.join(", ")));
    }
    lines
}
