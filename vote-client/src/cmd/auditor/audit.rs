//! `auditor audit`

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::Args as ClapArgs;
use election::PoolId;
use election::audit::report::{Check, JointReport, Report, Verdict, html, html_both};
use election::audit::{Options, audit_both, audit_record};

use crate::api::MAX_CHECKPOINT_BYTES;
use crate::cmd::done::value;
use crate::cmd::source::{self, Records};
use crate::cmd::{Context, Done, Exit};
use crate::files::{self, Private};
use crate::{chance, progress, show};

/// Options of `auditor audit`.
#[derive(ClapArgs, Debug)]
pub struct Args {
    /// A server's address, a pool's (…/technical), a record file, a mirrored folder, or a folder with
    /// business.record and technical.record.
    target: String,
    /// One pool only, where the target has both.
    #[arg(long)]
    pool: Option<PoolId>,
    /// A checkpoint kept from earlier: the log must continue it. May be given several times.
    #[arg(long, value_name = "FILE")]
    since: Vec<PathBuf>,
    /// Writes the report as one HTML file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Threads to verify signatures on; by default all cores.
    #[arg(long)]
    threads: Option<NonZeroUsize>,
    /// Shows every count, step by step.
    #[arg(long)]
    rounds: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Done> {
    let anchor = source::anchor(&args.target, context)?;
    let limit = usize::try_from(MAX_CHECKPOINT_BYTES).unwrap_or(usize::MAX);
    let since = args.since.iter().map(|path| files::read_text(path, limit));
    let since = since.collect::<Result<Vec<_>, _>>()?;
    let records = source::load(&args.target, args.pool, context)?;
    let started = chance::stopwatch();
    let stopwatch = move || started.elapsed();
    let bar = progress::bar(0, "auditing");
    let show_progress = |done, of| {
        bar.set_length(of);
        bar.set_position(done);
    };
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let options = Options {
        threads: args.threads.unwrap_or(cores),
        stopwatch: &stopwatch,
        progress: &show_progress,
        since,
    };
    let (words, json, page, verdict) = match &records {
        Records::One(record) => {
            let report = audit_record(record, &anchor, &options);
            (one(&report, args.rounds), value(&report), html(&report), report.verdict)
        }
        Records::Both(business, technical) => {
            let report = audit_both(business, technical, &anchor, &options);
            (joint(&report, args.rounds), value(&report), html_both(&report), report.verdict)
        }
    };
    bar.finish_and_clear();
    if let Some(path) = &args.html {
        files::write_new(path, page.as_bytes(), Private::Public)?;
    }
    let (exit, last) = match &verdict {
        Verdict::Verified => (Exit::Ok, "VERIFIED: every claim of the record holds.".to_owned()),
        Verdict::Refuted { finding } => (Exit::Refuted, format!("REFUTED: {finding}")),
        Verdict::Incomplete { why } => (Exit::Unchecked, format!("NOT COMPLETE: {why}")),
    };
    Ok(Done::report(format!("{words}\n{last}"), json, exit))
}

fn one(report: &Report, rounds: bool) -> String {
    let mut words = format!(
        "{} ({} pool), {} leaves, root {}\n",
        report.origin, report.pool, report.size.0, report.root
    );
    report.checks.iter().for_each(|check| words.push_str(&line(check)));
    for election in &report.elections {
        words.push_str(&format!(
            "{}: {}, {} of {} voted ({} ballots)\n",
            election.title,
            election.phase,
            election.cast_heads,
            election.entitled_heads,
            election.ballots
        ));
        for contest in &election.contests {
            let Some(transcript) = &contest.transcript else { continue };
            words.push_str(&format!("  {}: {}\n", contest.title, transcript.sentence));
            if rounds {
                for step in show::transcript(transcript) {
                    words.push_str(&format!("    {step}\n"));
                }
            }
        }
    }
    words.push_str(&format!(
        "{} signatures verified on {} thread(s) in {}.\n",
        report.signatures,
        report.threads,
        seconds(report.took)
    ));
    words
}

fn joint(report: &JointReport, rounds: bool) -> String {
    let mut words =
        format!("{}\n{}\n", one(&report.business, rounds), one(&report.technical, rounds));
    words.push_str("Both pools\n");
    report.joint.iter().for_each(|check| words.push_str(&line(check)));
    for person in &report.dual_roles {
        words.push_str(&format!(
            "  {} acts in both pools: {}; {}\n",
            person.person,
            person.business.join(", "),
            person.technical.join(", ")
        ));
    }
    words
}

fn line(check: &Check) -> String {
    let (mark, detail) = match &check.verdict {
        Verdict::Verified => ("ok  ", check.proved.clone()),
        Verdict::Refuted { finding } => ("FAIL", finding.to_string()),
        Verdict::Incomplete { why } => ("??  ", why.clone()),
    };
    format!(
        "  {mark} {} {}: {} [{} in {}]\n",
        check.id,
        check.title,
        show::printable(&detail),
        check.items,
        seconds(check.took)
    )
}

/// A duration for people, without floating point.
fn seconds(took: Duration) -> String {
    format!("{}.{:03} s", took.as_secs(), took.subsec_millis())
}
