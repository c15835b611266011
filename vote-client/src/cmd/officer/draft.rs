//! `officer draft`

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args as ClapArgs;
use election::PoolId;
use election::key::{Capacity, OfficerKey};
use election::lots;
use election::manifest::LotCommitment;
use election::statement::{Body, Draft};
use serde_json::json;
use uuid::Uuid;

use crate::cmd::context::beside;
use crate::cmd::{Context, Done, KeyArgs, Side, in_pool};
use crate::files::{self, Private};
use crate::input::election_file::{ElectionFile, MAX_ELECTION_FILE_BYTES};
use crate::{chance, show};

/// Longest file with a promise or a secret for lots.
pub(super) const MAX_LOT_FILE_BYTES: usize = 4096;

/// Options of `officer draft`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The election file; `officer example` prints one.
    file: PathBuf,
    /// The pool.
    #[arg(long)]
    pool: PoolId,
    #[command(flatten)]
    key: KeyArgs,
    /// The manifest file to make; by default beside the election file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Other officers' promises for lots, made by `officer promise` with the same nonce.
    #[arg(long, value_name = "FILE", requires = "nonce")]
    promise: Vec<PathBuf>,
    /// The election's nonce, where promises were made for it; by default a fresh one.
    #[arg(long)]
    nonce: Option<Uuid>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => draft::<P>(args, context))
}

fn draft<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let text = files::read_text(&args.file, MAX_ELECTION_FILE_BYTES)?;
    let file = ElectionFile::<P>::parse(&text).with_context(|| args.file.display().to_string())?;
    let path = beside(&args.file, args.out.as_ref(), "manifest.json");
    if path.exists() {
        bail!(
            "{} exists already; choose another name with --out, nothing is overwritten",
            path.display()
        );
    }
    let opens_at = file.window().opens_at;
    if opens_at <= chance::now() {
        bail!("the election opens at {opens_at}, which is past; change `opens` in the file");
    }
    let client = context.client::<P>()?;
    let pool = client.pool()?;
    let key = OfficerKey::<P>::new(context.key::<P>(&args.key, Capacity::Officer)?.key);
    let own = key.public();
    if !pool.officers.iter().any(|officer| officer.key == own) {
        bail!("the key {} is not one of an officer of the {} pool", own.id(), P::ID);
    }
    let nonce = args.nonce.unwrap_or_else(|| chance::uuid(&mut chance::rng()));
    let lots = if file.may_draw_lots() { promises(args, &key, nonce)? } else { Vec::new() };
    let frozen = client.electorate(file.electorate(), opens_at)?;
    let manifest = file.manifest(client.anchor().origin.clone(), nonce, frozen.seal, lots)?;
    let draft = Draft::<P>::new(&Body::Manifest(manifest.clone()))?.sign(&key)?;
    let id = draft.id();
    files::write_new(&path, &draft.envelope().encode()?, Private::Public)?;
    let needed = pool.quorums.manifest;
    let words = format!(
        "{}\n{} is signed by you; {needed} officer(s) must sign.\nNext: the others read it with `officer check {1}` and sign it with `officer sign {1}`; then `officer publish {1}`. If the roll changes before that, draft again.",
        show::manifest(id, &manifest),
        path.display()
    );
    Ok(Done::ok(
        words,
        json!({
            "manifest": id, "file": path, "signatures": 1, "needed": needed,
            "heads": manifest.roll.heads, "weight": manifest.roll.weight, "nonce": nonce,
        }),
    ))
}

/// The drafting officer's promise, and those of others.
fn promises<P: Side>(args: &Args, key: &OfficerKey<P>, nonce: Uuid) -> Result<Vec<LotCommitment>> {
    let mut promises = vec![lots::secret(key.raw(), nonce).commitment()];
    for path in &args.promise {
        let bytes = files::read(path, MAX_LOT_FILE_BYTES)?;
        let promise = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is no promise of `officer promise`", path.display()))?;
        promises.push(promise);
    }
    Ok(promises)
}
