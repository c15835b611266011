//! `key change-passphrase`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use crypto::KeyFile;
use serde_json::json;

use crate::chance;
use crate::cmd::{Context, Done};
use crate::files::{self, Passphrase, PassphraseSource, Private};

/// Options of `key change-passphrase`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The key file.
    file: PathBuf,
    /// Reads the new passphrase from a file's first line instead of asking.
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    /// More memory for the key derivation than recommended, in MiB.
    #[arg(long, value_name = "MIB")]
    memory: Option<u32>,
    /// More passes of the key derivation than recommended.
    #[arg(long)]
    passes: Option<u32>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let file = files::read_key(&args.file)?;
    let old = Passphrase::read(&context.passphrases(), "The passphrase as it is: ")?;
    let key = file.open(old.as_bytes()).with_context(|| args.file.display().to_string())?;
    let source = match &args.new_passphrase_file {
        Some(path) => PassphraseSource::File(path.clone()),
        None => PassphraseSource::Prompt,
    };
    let new = Passphrase::choose(&source, "The new passphrase: ")?;
    let params = files::kdf_params(args.memory, args.passes)?;
    let label = file.label().clone();
    let sealed = KeyFile::seal(&key, new.as_bytes(), label, params, &mut chance::rng())?;
    files::replace(&args.file, &sealed.encode()?, Private::Owner)?;
    let words = format!(
        "{} has the new passphrase. Copies of the old file still open with the old one.",
        args.file.display()
    );
    Ok(Done::ok(words, json!({ "file": args.file, "key_id": key.public().id() })))
}
