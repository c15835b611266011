//! Ballot files that auditors bring: what says how they are read.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context as _, Error, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use tabulation::format::ballots::{self, BallotFile, ReadError, ReadOptions};
use tabulation::format::marks::{Duplicates, MarkRules, OvervoteRule, Rewrites, SkippedRanks};
use tabulation::format::nist::{NistError, NistFault};
use tabulation::format::rctab::RctabError;
use tabulation::format::{DETECT_BYTES, Encoding, Kind, blt, elekto};

use super::words;
use crate::progress;

/// How a ballot file is read.
#[derive(Args, Clone, Debug)]
pub(super) struct Source {
    /// What the file is, if its name and content do not say: blt, abif, soc, soi, toc, toi, cat,
    /// elekto-csv, rctab-csv, nist-cvr-json, nist-cvr-xml, debian or json.
    #[arg(long, value_name = "KIND")]
    from: Option<Kind>,
    /// The contest to take, where cast vote records have several.
    #[arg(long, value_name = "ID")]
    contest: Option<String>,
    /// How the bytes of a text are characters; UTF-8 if it is not given.
    #[arg(long, value_enum)]
    encoding: Option<Bytes>,
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

impl Source {
    /// How bytes are characters.
    pub(super) fn encoding(&self) -> Encoding {
        match self.encoding {
            None | Some(Bytes::Utf8) => Encoding::Utf8,
            Some(Bytes::Latin1) => Encoding::Latin1,
            Some(Bytes::Either) => Encoding::Utf8OrLatin1,
        }
    }

    /// What a file is, as far as it was said or its name says it.
    pub(super) fn kind_named(&self, path: &Path) -> Option<Kind> {
        self.from.or_else(|| Kind::of_name(path))
    }

    /// Refuses what a file of this kind has no place for, so that nobody believes to have said
    /// something.
    pub(super) fn check(&self, kind: Kind, skipped_ranks: Option<u16>) -> Result<()> {
        const PAPER: &[Kind] = &[Kind::RctabCsv];
        const RECORDS: &[Kind] = &[Kind::NistJson, Kind::NistXml];
        for (flag, given, kinds) in [
            ("contest", self.contest.is_some(), RECORDS),
            ("overvotes", self.overvotes.is_some(), PAPER),
            ("repeats", self.repeats.is_some(), PAPER),
            ("skipped-ranks", skipped_ranks.is_some(), PAPER),
        ] {
            if given && !kinds.contains(&kind) {
                let known: Vec<_> = kinds.iter().map(|kind| kind.name()).collect();
                let known = known.join(" and ");
                bail!("--{flag} says nothing to a {kind} file, only to {known}; leave it out");
            }
        }
        // JSON and XML say themselves how their bytes are characters.
        if self.encoding.is_some() && (RECORDS.contains(&kind) || kind == Kind::Json) {
            bail!("--encoding says nothing to a {kind} file; leave it out");
        }
        Ok(())
    }

    /// Reads a file, whatever it is. More than so many skipped ranks running end a paper ballot.
    pub(super) fn read(
        &self,
        path: &Path,
        skipped_ranks: Option<u16>,
    ) -> Result<(BallotFile, Kind)> {
        let place = || path.display().to_string();
        let file = File::open(path).with_context(place)?;
        let size = file.metadata().with_context(place)?.len();
        let bar = progress::bar(size, "reading ballots");
        let mut reader = BufReader::with_capacity(DETECT_BYTES, bar.wrap_read(file));
        let kind = match self.from {
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
        self.check(kind, skipped_ranks)?;
        let skipped = skipped_ranks.map_or(SkippedRanks::Unlimited, SkippedRanks::AtMost);
        let options = ReadOptions {
            encoding: self.encoding(),
            contest: self.contest.as_deref(),
            marks: self.overvotes.zip(self.repeats).map(|both| rules(both, skipped)),
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
}

fn rules((overvotes, repeats): (Rule, Rule), skipped: SkippedRanks) -> MarkRules {
    MarkRules {
        overvotes: match overvotes {
            Rule::Exhaust => OvervoteRule::ExhaustImmediately,
            Rule::Skip => OvervoteRule::AlwaysSkipToNextRank,
        },
        skipped,
        duplicates: match repeats {
            Rule::Exhaust => Duplicates::Exhaust,
            Rule::Skip => Duplicates::PassOver,
        },
    }
}

/// How ballots were read otherwise than they stand in the file.
pub(super) fn rewritten(rewrites: &Rewrites) -> Vec<String> {
    let Rewrites { overvoted, repeated, undecided, skipped: _ } = *rewrites;
    let lines = [
        (overvoted, "an overvote read as the rules say"),
        (repeated, "a repeated option read as the rules say"),
        (undecided, "a mark that nobody has decided on, left out"),
    ];
    let met = lines.into_iter().filter(|&(ballots, _)| ballots > 0);
    met.map(|(ballots, what)| {
        format!("rewritten: {} with {what}", words::number(ballots, "ballot"))
    })
    .collect()
}

/// An error with what to do next, where that is known.
pub(super) fn with_next(
    error: impl std::error::Error + Send + Sync + 'static,
    next: Option<&str>,
) -> Error {
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
