//! `officer check`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use crypto::envelope::Envelope;
use serde_json::json;

use super::{manifest, read_envelope};
use crate::cmd::done::value;
use crate::cmd::{Context, Done, Exit, Side, in_pool};
use crate::show;

/// Options of `officer check`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The manifest file.
    file: PathBuf,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let (pool, envelope) = read_envelope(&args.file)?;
    in_pool!(pool, P => check::<P>(&envelope, context))
}

fn check<P: Side>(envelope: &Envelope, context: &Context) -> Result<Done> {
    let (id, manifest) = manifest::<P>(envelope)?;
    let mut words = show::manifest(id, &manifest);
    let mut faults: Vec<String> = Vec::new();
    if let Ok(anchor) = context.pool_anchor::<P>()
        && anchor.origin != manifest.origin
    {
        faults.push(format!(
            "it is for {}, but foundation.json names {}",
            manifest.origin, anchor.origin
        ));
    }
    let mut signed: Vec<String> =
        envelope.signatures().iter().map(|s| s.keyid().to_string()).collect();
    let online = context.has_server();
    if online {
        let client = context.client::<P>()?;
        let pool = client.pool()?;
        let mut names = Vec::new();
        for signature in envelope.signatures() {
            match pool.officers.iter().find(|officer| officer.key.id() == signature.keyid()) {
                None => faults.push(format!("{} is no officer's key", signature.keyid())),
                Some(officer) => match envelope.verify(&officer.key) {
                    Ok(()) => names.push(format!("{} ({})", officer.name, officer.handle)),
                    Err(error) => {
                        faults.push(format!("the signature of {}: {error}", officer.name))
                    }
                },
            }
        }
        words.push_str(&format!(
            "\n{} of {} officers needed have signed.\n",
            names.len(),
            pool.quorums.manifest
        ));
        signed = names;
        let frozen = client.electorate(&manifest.electorate, manifest.window.opens_at)?;
        if frozen.seal.root == manifest.roll.root {
            words
                .push_str("The roll is still the one that the server gives for this electorate.\n");
        } else {
            faults.push(
                "the roll has changed since the draft, or never was this; draft again".into(),
            );
        }
    } else {
        words.push_str("\nSigners and roll are not compared: give --server for that.\n");
    }
    words.push_str(&format!("Signed by: {}\n", signed.join(", ")));
    let exit = if faults.is_empty() { Exit::Ok } else { Exit::Refuted };
    for fault in &faults {
        words.push_str(&format!("FAULT: {fault}\n"));
    }
    Ok(Done::report(
        words,
        json!({
            "manifest": id, "pool": P::SLUG, "content": value(&manifest), "signed_by": signed,
            "compared_with_server": online, "faults": faults,
            "sentences": manifest.contests.iter().map(|c| c.rules.sentence()).collect::<Vec<_>>(),
        }),
        exit,
    ))
}
