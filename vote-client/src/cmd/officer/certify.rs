//! `officer certify`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use crypto::envelope::Envelope;
use election::certificate::Certificate;
use election::key::{Capacity, OfficerKey};
use election::lots::{self, LotReveal};
use election::manifest::Manifest;
use election::pool::Pool;
use election::state::Phase;
use election::statement::{Body, Draft, Statement};
use election::tally::{self, Count};
use election::{PoolId, StatementId};
use serde_json::{Value, json};

use super::draft::MAX_LOT_FILE_BYTES;
use super::{confirm, read_envelope};
use crate::booth::{StdTerminal, Terminal as _};
use crate::cmd::done::value;
use crate::cmd::{Context, Done, KeyArgs, Refuted, Side, in_pool, source};
use crate::files::{self, Private};
use crate::replay;
use crate::{progress, show};

/// Options of `officer certify`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election's id.
    election: StatementId,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// The certificate file: made by the first officer, signed by the next ones.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Counts from this record (a file, mirror or server) instead of the server's.
    #[arg(long, value_name = "TARGET")]
    record: Option<String>,
    /// Other officers' secrets for lots, from `officer reveal`.
    #[arg(long, value_name = "FILE")]
    reveal: Vec<PathBuf>,
    /// Signs without asking.
    #[arg(long)]
    yes: bool,
    /// Sends the certificate once it has enough signatures.
    #[arg(long)]
    submit: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => certify::<P>(args, context))
}

fn certify<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let key = OfficerKey::<P>::new(context.key::<P>(&args.key, Capacity::Officer)?.key);
    let earlier = earlier::<P>(args)?;
    let (manifest, count) = recount::<P>(args, context, &key, earlier.as_ref().map(|(c, _)| c))?;
    let envelope = match earlier {
        Some((certificate, envelope)) => {
            if certificate != count.certificate {
                let what = format!(
                    "{} says something else than the count of the record; do not sign it",
                    args.file.display()
                );
                return Err(Refuted(what).into());
            }
            envelope
        }
        None => {
            let body = Body::Certificate(count.certificate.clone());
            Draft::<P>::new(&body)?.envelope()
        }
    };
    let words = outcome(&manifest, &count);
    if !args.yes {
        StdTerminal.say(&words)?;
    }
    confirm("sign", "You counted this yourself from the record.", args.yes)?;
    let signed = if envelope.signature_of(key.public().id()).is_some() {
        envelope
    } else {
        let fresh = envelope.signatures().is_empty();
        let signed = Draft::<P>::resume(envelope)?.sign(&key)?.envelope();
        let bytes = signed.encode()?;
        if fresh {
            files::write_new(&args.file, &bytes, Private::Public)?;
        } else {
            files::replace(&args.file, &bytes, Private::Public)?;
        }
        signed
    };
    finish::<P>(args, context, &manifest, &signed, words, &count)
}

/// The certificate that other officers have signed already.
fn earlier<P: Pool>(args: &Args) -> Result<Option<(Certificate<P>, Envelope)>> {
    if !args.file.exists() {
        return Ok(None);
    }
    let (_, envelope) = read_envelope(&args.file)?;
    let statement = Statement::<P>::decode(&envelope)?;
    let Body::Certificate(certificate) = statement.body() else {
        bail!("{} holds a {}", args.file.display(), statement.kind());
    };
    if certificate.manifest != args.election {
        bail!("{} is the certificate of {}", args.file.display(), certificate.manifest);
    }
    Ok(Some((certificate.clone(), envelope)))
}

/// Replays the whole record and counts: nothing of the server's own count is used.
fn recount<P: Side>(
    args: &Args,
    context: &Context,
    key: &OfficerKey<P>,
    earlier: Option<&Certificate<P>>,
) -> Result<(Manifest<P>, Count<P>)> {
    let anchor = context.pool_anchor::<P>()?;
    let record = match &args.record {
        Some(target) => source::load_pool::<P>(target, context)?,
        None => source::fetch::<P>(context.server()?, context)?,
    };
    let bar = progress::bar(record.size().0, "replaying");
    let replayed = replay::replay(&record, &anchor, |done| bar.set_position(done))
        .map_err(|e| Refuted(e.to_string()))?;
    bar.finish_and_clear();
    let election = replayed.state.election(&args.election);
    let election =
        election.with_context(|| format!("the record has no election {}", args.election))?;
    if election.phase() != Phase::Closed {
        bail!("the election is {}; a closed one can be certified", election.phase());
    }
    let manifest = election.manifest().clone();
    let reveals = reveals(args, &manifest, key, earlier)?;
    let count = tally::count(args.election, election, |id| replayed.ballots.get(id), reveals)?;
    Ok((manifest, count))
}

/// The secrets for lots in the manifest's order: the officer's own, those given, those in the file.
fn reveals<P: Pool>(
    args: &Args,
    manifest: &Manifest<P>,
    key: &OfficerKey<P>,
    earlier: Option<&Certificate<P>>,
) -> Result<Vec<LotReveal>> {
    let mut known: Vec<LotReveal> = vec![lots::secret(key.raw(), manifest.nonce)];
    for path in &args.reveal {
        let bytes = files::read(path, MAX_LOT_FILE_BYTES)?;
        let reveal = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is no secret of `officer reveal`", path.display()))?;
        known.push(reveal);
    }
    known.extend(earlier.map(|certificate| certificate.lots.clone()).unwrap_or_default());
    let of = |promise: &election::manifest::LotCommitment| {
        known.iter().find(|reveal| reveal.commitment() == *promise).cloned().with_context(|| {
            format!("officer {} promised a secret for the lots; get it with `officer reveal` and give it with --reveal", promise.officer)
        })
    };
    manifest.lots.iter().map(of).collect()
}

fn outcome<P: Pool>(manifest: &Manifest<P>, count: &Count<P>) -> String {
    let certificate = &count.certificate;
    let mut words = format!(
        "{}\n{} of {} entitled voted, with {} of {} votes.\n",
        manifest.title,
        certificate.heads,
        manifest.roll.heads,
        certificate.weight,
        manifest.roll.weight
    );
    for (contest, counted) in manifest.contests.iter().zip(&count.contests) {
        let outcome = show::outcome(contest, &counted.result.outcome);
        words.push_str(&format!("\n{}: {outcome}\n", contest.title));
        for line in show::transcript(&counted.transcript) {
            words.push_str(&format!("  {line}\n"));
        }
        for decision in &counted.result.decisions {
            words.push_str(&format!("  Decides: {}\n", value(decision)));
        }
    }
    words
}

fn finish<P: Side>(
    args: &Args,
    context: &Context,
    manifest: &Manifest<P>,
    signed: &Envelope,
    mut words: String,
    count: &Count<P>,
) -> Result<Done> {
    let (has, needs) = (signed.signatures().len(), usize::from(manifest.certifying_officers));
    let mut logged = Value::Null;
    if !args.submit {
        words.push_str(&format!("\n{} has {has} of {needs} signatures.", args.file.display()));
    } else if has < needs {
        words.push_str(&format!(
            "\n{} has {has} of {needs} signatures; it is sent when the others have signed.",
            args.file.display()
        ));
    } else {
        let posted = context.client::<P>()?.submit(signed)?;
        words.push_str(&format!("\nCertified: {} is in the log.", posted.statement.id()));
        logged = value(posted.statement.id());
    }
    Ok(Done::ok(
        words,
        json!({
            "election": args.election, "file": args.file, "signatures": has, "needed": needs,
            "certificate": value(&count.certificate), "logged": logged,
        }),
    ))
}
