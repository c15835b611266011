//! `key new`

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args as ClapArgs, ValueEnum};
use crypto::SigningKey;
use election::PoolId;
use election::ids::{Handle, Origin};
use election::key::Capacity;
use serde_json::json;

use crate::chance;
use crate::cmd::{Context, Done, Side, in_pool};
use crate::files::{self, Passphrase};

/// What a new key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum NewCapacity {
    /// Officers and registrars.
    Officer,
    /// Voters. `voter enrol` makes this key by itself.
    Voter,
}

/// Options of `key new`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// What the key is for. One key, one capacity, one pool.
    #[arg(long)]
    capacity: NewCapacity,
    /// The pool it acts in.
    #[arg(long)]
    pool: PoolId,
    /// Who holds it, such as github:octocat.
    #[arg(long)]
    holder: Handle,
    /// The log it is for, such as vote.example.org/business; by default as foundation.json says.
    #[arg(long)]
    origin: Option<String>,
    /// The key file to make.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// More memory for the key derivation than recommended, in MiB.
    #[arg(long, value_name = "MIB")]
    memory: Option<u32>,
    /// More passes of the key derivation than recommended.
    #[arg(long)]
    passes: Option<u32>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    in_pool!(args.pool, P => make::<P>(args, context))
}

fn make<P: Side>(args: &Args, context: &Context) -> Result<Done> {
    let capacity = match args.capacity {
        NewCapacity::Officer => Capacity::Officer,
        NewCapacity::Voter => Capacity::Voter,
    };
    let origin: Origin<P> = match &args.origin {
        Some(origin) => origin.parse()?,
        None => context.pool_anchor::<P>()?.origin,
    };
    let path = match &args.out {
        Some(path) => path.clone(),
        None => context.home()?.key_path::<P>(capacity, &args.holder),
    };
    if path.exists() {
        bail!(
            "{} exists already; choose another name with --out, nothing is overwritten",
            path.display()
        );
    }
    let params = files::kdf_params(args.memory, args.passes)?;
    let passphrase = Passphrase::choose(&context.passphrases(), "A passphrase for the new key: ")?;
    let key = SigningKey::generate(&mut chance::rng());
    let label = files::label(capacity, &origin, &args.holder);
    files::seal_key(&path, &key, label, &passphrase, params)?;
    let (public, id) = (key.public(), key.public().id());
    let words = format!(
        "{} key of {} for {origin}\nPublic key  {public}\nKey id      {id}\nFile        {}\nKeep file and passphrase apart, and a copy of both: nobody can restore them.",
        capacity.slug(),
        args.holder,
        path.display()
    );
    Ok(Done::ok(
        words,
        json!({
            "capacity": capacity.slug(), "pool": P::SLUG, "origin": origin.as_str(),
            "holder": args.holder, "public_key": public, "key_id": id, "file": path,
        }),
    ))
}
