//! `key show`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::cmd::Done;
use crate::files;
use crate::show::printable;

/// Options of `key show`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// The key file.
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Done> {
    let file = files::read_key(&args.file)?;
    let (label, public, params) = (file.label(), file.public_key(), file.params());
    let words = format!(
        "{} key of {} for {}\nPublic key  {public}\nKey id      {}\nArgon2id    {} KiB, {} pass(es), {} lane(s)\nThe file is not opened, so none of this is authenticated yet.",
        printable(&label.capacity),
        printable(&label.holder),
        printable(&label.origin),
        public.id(),
        params.memory_kib(),
        params.passes(),
        params.lanes()
    );
    Ok(Done::ok(
        words,
        json!({
            "capacity": label.capacity, "holder": label.holder, "origin": label.origin,
            "public_key": public, "key_id": public.id(),
            "kdf": { "memory_kib": params.memory_kib(), "passes": params.passes(), "lanes": params.lanes() },
        }),
    ))
}
