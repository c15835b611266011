//! `auditor export`

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args as ClapArgs, ValueEnum};
use election::ids::ContestId;
use election::manifest::Contest;
use election::pool::{Pool, PrincipalId, Weight as _};
use election::{PoolId, StatementId};
use serde::Serialize;
use serde_json::json;
use tabulation::Selection;
use tabulation::format::blt::{self, BltBallot, BltFile, BltHeader};

use super::recount::replayed;
use crate::cmd::done::value;
use crate::cmd::{Context, Done, Side, in_pool};
use crate::files::{self, Private};
use crate::show;

/// What to write.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// Rankings and marks for other counting programs, each ballot as often as its weight.
    Blt,
    /// One line per principal, in words.
    Csv,
    /// The cast vote records exactly as the certificate hashes them.
    Cvr,
}

/// Options of `auditor export`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    /// The contest; may be left out if there is only one.
    #[arg(long)]
    contest: Option<ContestId>,
    /// The form.
    #[arg(long)]
    format: Format,
    /// A server's address, a record file, a mirrored folder or a folder with records.
    #[arg(long, value_name = "TARGET")]
    record: String,
    /// The file to make; by default standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// One counted ballot. As canonical JSON, the array of these is what a certificate's `cvrs` hashes.
#[derive(Serialize)]
#[serde(bound = "")]
struct Counted<P: Pool> {
    principal: PrincipalId<P>,
    weight: P::Weight,
    selection: Selection,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => export::<P>(args, context))
}

fn export<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let replayed = replayed::<P>(&args.record, context)?;
    let election = replayed
        .state
        .election(&args.election)
        .with_context(|| format!("the {} pool has no election {}", P::ID, args.election))?;
    let contests = &election.manifest().contests;
    let contest = match (&args.contest, contests.as_slice()) {
        (Some(id), _) => {
            election.manifest().contest(id).with_context(|| format!("no contest `{id}`"))?
        }
        (None, [only]) => only,
        (None, _) => bail!("the election has several contests; choose one with --contest"),
    };
    let mut ballots: Vec<Counted<P>> = Vec::new();
    for (entry, standing) in election.counted() {
        let ballot = replayed.ballots.get(&standing.id);
        let ballot = ballot
            .with_context(|| format!("the ballot {} is withheld until the close", standing.id))?;
        let selection =
            ballot.selections.get(&contest.id).cloned().context("an incomplete ballot")?;
        let (principal, weight) = (entry.principal.clone(), entry.weight);
        ballots.push(Counted { principal, weight, selection });
    }
    let text = match args.format {
        Format::Blt => to_blt(contest, election.manifest().title.as_str(), &ballots)?,
        Format::Csv => to_csv(contest, &ballots)?,
        Format::Cvr => String::from_utf8(crypto::canonical::encode(&ballots)?)?,
    };
    let count = ballots.len();
    match &args.out {
        Some(path) => {
            files::write_new(path, text.as_bytes(), Private::Public)?;
            let words =
                format!("{count} counted ballot(s) of {} are in {}.", contest.id, path.display());
            Ok(Done::ok(words, json!({ "file": path, "ballots": count })))
        }
        None => Ok(Done::ok(
            text.clone(),
            json!({ "ballots": count, "content": text, "format": value(format!("{:?}", args.format).to_lowercase()) }),
        )),
    }
}

fn to_blt<P: Pool>(contest: &Contest<P>, title: &str, ballots: &[Counted<P>]) -> Result<String> {
    let rows = ballots.iter().map(|ballot| {
        let ranks = match &ballot.selection {
            Selection::Ranking(groups) => groups.clone(),
            // Marks have no order among them: one rank that they share.
            Selection::Chosen(chosen) if chosen.is_empty() => Vec::new(),
            Selection::Chosen(chosen) => vec![chosen.clone()],
            Selection::Choice(_) | Selection::Scores(_) => {
                bail!("the BLT form has no place for motions and scores; export csv or cvr")
            }
        };
        Ok(BltBallot { count: ballot.weight.units(), ranks })
    });
    let header = BltHeader {
        seats: contest.rules.seats,
        names: contest.options.iter().map(|option| option.name.to_string()).collect(),
        withdrawn: BTreeSet::new(),
        tie_order: Vec::new(),
        title: format!("{title}: {}", contest.title),
    };
    let file = BltFile { header, ballots: rows.collect::<Result<_>>()? };
    Ok(blt::write(&file)?)
}

fn to_csv<P: Pool>(contest: &Contest<P>, ballots: &[Counted<P>]) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["principal", "weight", "contest", "selection"])?;
    for ballot in ballots {
        writer.write_record([
            ballot.principal.to_string(),
            ballot.weight.units().to_string(),
            contest.id.to_string(),
            show::selection(contest, &ballot.selection).join("; "),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
