//! `auditor recount`

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use election::certificate::Certificate;
use election::pool::Pool;
use election::state::Phase;
use election::statement::{Body, Statement};
use election::tally::{self, Count};
use election::{PoolId, StatementId};
use serde_json::json;

use crate::cmd::done::value;
use crate::cmd::source;
use crate::cmd::{Context, Done, Exit, Side, in_pool};
use crate::replay::{self, Replayed};
use crate::{progress, show};

/// Options of `auditor recount`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    /// A server's address, a record file, a mirrored folder or a folder with records.
    #[arg(long, value_name = "TARGET")]
    record: String,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => recount::<P>(args, context))
}

fn recount<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let replayed = replayed::<P>(&args.record, context)?;
    let election = replayed
        .state
        .election(&args.election)
        .with_context(|| format!("the {} pool has no election {}", P::ID, args.election))?;
    let certificate = certificate(&replayed, args.election)?;
    let reveals = certificate.as_ref().map(|c| c.lots.clone()).unwrap_or_default();
    let count = tally::count(args.election, election, |id| replayed.ballots.get(id), reveals)
        .context("before it is certified, an election with lots cannot be counted: the officers' secrets come with the certificate")?;
    let mut words = show::manifest(args.election, election.manifest());
    for (contest, counted) in election.manifest().contests.iter().zip(&count.contests) {
        words.push_str(&format!("\n{}\n", contest.title));
        for line in show::transcript(&counted.transcript) {
            words.push_str(&format!("  {line}\n"));
        }
    }
    let (exit, verdict) = judge(election.phase(), certificate.as_ref(), &count);
    words.push_str(&format!("\n{verdict}"));
    let transcripts: Vec<_> = count.contests.iter().map(|c| value(&c.transcript)).collect();
    Ok(Done::report(
        words,
        json!({
            "election": args.election, "phase": election.phase(), "verdict": verdict,
            "certified": certificate.is_some(), "certificate": value(&count.certificate),
            "transcripts": transcripts,
        }),
        exit,
    ))
}

fn judge<P: Pool>(
    phase: Phase,
    certificate: Option<&Certificate<P>>,
    count: &Count<P>,
) -> (Exit, String) {
    match certificate {
        Some(certificate) if *certificate == count.certificate => {
            (Exit::Ok, "VERIFIED: the count gives exactly what is certified.".to_owned())
        }
        Some(_) => (
            Exit::Refuted,
            "REFUTED: the certificate says something else than the count.".to_owned(),
        ),
        None => (
            Exit::Ok,
            format!("The election is {phase}; there is no certificate to compare with yet."),
        ),
    }
}

/// Loads and replays a pool's record.
pub(super) fn replayed<P: Side>(target: &str, context: &Context) -> Result<Replayed<P>> {
    let anchor = source::anchor(target, context)?;
    let record = source::load_pool::<P>(target, context)?;
    let bar = progress::bar(record.size().0, "replaying");
    let replayed = replay::replay(&record, P::anchor(&anchor), |done| bar.set_position(done))?;
    bar.finish_and_clear();
    Ok(replayed)
}

fn certificate<P: Pool>(
    replayed: &Replayed<P>,
    election: StatementId,
) -> Result<Option<Certificate<P>>> {
    let Some(envelope) = replayed.certificates.get(&election) else { return Ok(None) };
    let statement = Statement::<P>::decode(envelope)?;
    if let Body::Certificate(certificate) = statement.body() {
        return Ok(Some(certificate.clone()));
    }
    anyhow::bail!("a {} stands where the certificate should", statement.kind())
}
