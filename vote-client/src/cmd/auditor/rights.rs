//! `auditor rights`

use std::num::NonZeroUsize;

use anyhow::Result;
use clap::Args as ClapArgs;
use election::Technical;
use election::audit::report::Verdict;
use election::audit::{Options, Trusted, audit_pool};
use election::rights::Rights;
use serde_json::json;

use crate::cmd::done::value;
use crate::cmd::source;
use crate::cmd::{Context, Done, Exit, Refuted, Side};
use crate::{progress, replay, show};

/// Options of `auditor rights`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A server's address, the technical pool's record file or mirrored folder, or a folder with
    /// both records.
    record: String,
}

/// Audits first: rights that a recount refutes are nobody's.
pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let anchor = source::anchor(&args.record, context)?;
    let record = source::load_pool::<Technical>(&args.record, context)?;
    let bar = progress::bar(record.size().0, "auditing");
    let show_progress = |done, _| bar.set_position(done);
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = Options { threads, progress: &show_progress, ..Options::default() };
    let report = audit_pool(&record, Trusted::technical(&anchor), &options);
    bar.finish_and_clear();
    if let Some((check, finding)) = report.first_failure() {
        return Err(Refuted(format!("{check}: {finding}")).into());
    }
    let replayed = replay::replay(&record, Technical::anchor(&anchor), |_| ())?;
    let rights = Rights::of(&replayed.state);
    let (exit, note) = match &report.verdict {
        Verdict::Verified => (Exit::Ok, "# Verified: every claim of the record holds.".to_owned()),
        // A refuted record does not come this far.
        Verdict::Refuted { .. } => (Exit::Refuted, "# Refuted.".to_owned()),
        Verdict::Incomplete { why } => {
            (Exit::Unchecked, format!("# The audit is not complete: {}", show::printable(why)))
        }
    };
    let json = json!({ "rights": value(&rights), "audit": value(&report.verdict) });
    Ok(Done::report(format!("{rights}\n{note}"), json, exit))
}
