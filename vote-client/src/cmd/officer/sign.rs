//! `officer sign`: manifests, genesis statements, changes of officers.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use crypto::encoding::base64;
use crypto::envelope::{Envelope, MAX_ENVELOPE_BYTES};
use election::key::{Capacity, OfficerKey};
use election::statement::{self, Body, Draft, Kind, Statement};
use serde::Deserialize;
use serde_json::json;

use super::confirm;
use crate::booth::{StdTerminal, Terminal as _};
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};
use crate::files::{self, Private};
use crate::show;

/// Options of `officer sign`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The file with a manifest, genesis or change of officers; your signature is added to it.
    file: PathBuf,
    #[command(flatten)]
    key: KeyArgs,
    /// Signs without asking.
    #[arg(long)]
    yes: bool,
}

/// DSSE JSON that nobody has signed yet: what `vote-server init` leaves for the first officer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsigned {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    #[serde(rename = "signatures")]
    _signatures: [(); 0],
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let envelope = read(&args.file)?;
    let (pool, _) = statement::peek(&envelope)?;
    in_pool!(pool, P => sign::<P>(args, envelope, context))
}

fn read(path: &Path) -> Result<Envelope> {
    let bytes = files::read(path, MAX_ENVELOPE_BYTES)?;
    match serde_json::from_slice::<Unsigned>(&bytes) {
        Ok(unsigned) => {
            Ok(Envelope::new(unsigned.payload_type, base64::decode(&unsigned.payload)?)?)
        }
        Err(_) => {
            Envelope::decode(&bytes).with_context(|| format!("{} is no envelope", path.display()))
        }
    }
}

fn sign<P: Side>(args: &Args, envelope: Envelope, context: &Context) -> Result<Done> {
    let statement = Statement::<P>::decode(&envelope)?;
    let (id, kind, origin) = (statement.id(), statement.kind(), statement.body().origin());
    let words = match statement.body() {
        Body::Manifest(manifest) => {
            manifest.validate()?;
            show::manifest(id, manifest)
        }
        Body::Genesis(_) | Body::Officers(_) | Body::Cancel(_) => {
            let content: serde_json::Value = serde_json::from_slice(envelope.payload())?;
            format!("A {kind} statement for {origin}, {id}:\n{content:#}")
        }
        Body::Certificate(_) => {
            bail!("sign a certificate with `officer certify`, which counts before it signs")
        }
        Body::Principal(_)
        | Body::Mandate(_)
        | Body::Related(_)
        | Body::Affiliation(_)
        | Body::Invitation(_)
        | Body::Enrolment(_)
        | Body::Rekey(_)
        | Body::Suspension(_)
        | Body::Reinstatement(_)
        | Body::Opened(_)
        | Body::Closed(_)
        | Body::Ballot(_)
        | Body::Effect(_) => {
            bail!("an officer does not sign a {kind} this way")
        }
    };
    // Before there is a foundation.json, the genesis itself says which log it founds.
    let path = match (&args.key.key, kind) {
        (Some(path), _) => path.clone(),
        (None, Kind::Genesis) => {
            context.home()?.find_key::<P>(Capacity::Officer, origin.as_str())?
        }
        (None, _) => context.key_path::<P>(&args.key, Capacity::Officer)?,
    };
    if !args.yes {
        StdTerminal.say(&words)?;
    }
    confirm("sign", "This is what you sign.", args.yes)?;
    let stored = files::open_key(&path, Capacity::Officer, origin, &context.passphrases())?;
    let key = OfficerKey::<P>::new(stored.key);
    let signed = Draft::<P>::resume(envelope)?.sign(&key)?.envelope();
    files::replace(&args.file, &signed.encode()?, Private::Public)?;
    let count = signed.signatures().len();
    let next = if kind == Kind::Manifest {
        "Next: `officer publish` when enough officers have signed."
    } else {
        "Next: the other officers, then back to whoever sent it."
    };
    let words = format!("{} has {count} signature(s) now. {next}", args.file.display());
    let json = json!({
        "statement": id, "kind": kind.to_string(), "file": args.file, "signatures": count,
    });
    Ok(Done::ok(words, json))
}
