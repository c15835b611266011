//! The audits: over HTTP from a mirror, and offline from two files.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context as _;
use election::anchor::Anchor;
use election::audit::report::{Check, JointReport, Verdict};
use election::audit::{Options, audit_both};
use election::record::{AnyRecord, Record, assemble, parse};
use election::{Business, Technical};

use super::chamber::DemoPool;
use super::client::Client;
use super::story::Watch;

/// Both records.
#[derive(Debug)]
pub(super) struct Records {
    /// The business pool's.
    pub business: Record<Business>,
    /// The technical pool's.
    pub technical: Record<Technical>,
}

impl Records {
    fn new(business: AnyRecord, technical: AnyRecord) -> anyhow::Result<Self> {
        Ok(Records {
            business: Business::record(business).context("not the business pool's record")?,
            technical: Technical::record(technical).context("not the technical pool's record")?,
        })
    }

    /// Audits both and their separation, on all cores.
    pub(super) fn audit(&self, anchor: &Anchor) -> JointReport {
        let watch = Watch::start();
        let stopwatch = move || watch.elapsed();
        let options = Options { threads: threads(), stopwatch: &stopwatch, ..Options::default() };
        audit_both(&self.business, &self.technical, anchor, &options)
    }
}

/// As many as there are cores.
pub(super) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Mirrors both logs tile by tile over HTTP, as an auditor far away does.
pub(super) async fn mirrored(client: &Client) -> anyhow::Result<(Records, usize)> {
    let client = client.clone();
    let work = move || {
        let (mut b, mut t) = (client.log("business"), client.log("technical"));
        let records = Records::new(assemble(&mut b)?, assemble(&mut t)?)?;
        Ok((records, b.fetched() + t.fetched()))
    };
    tokio::task::spawn_blocking(work).await?
}

/// Downloads both records as single files.
pub(super) async fn save(client: &Client, dir: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for pool in ["business", "technical"] {
        let file = client.get(&format!("/{pool}/record")).await?;
        bytes += file.len() as u64;
        let path = dir.join(format!("{pool}.record"));
        std::fs::write(&path, file).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(bytes)
}

/// Reads both files and the trust anchor from disk, and nothing else.
pub(super) fn from_disk(dir: &Path) -> anyhow::Result<(Records, Anchor)> {
    let read = |name: &str| {
        let path = dir.join(name);
        std::fs::read(&path).with_context(|| format!("reading {}", path.display()))
    };
    let anchor = Anchor::parse(&read("foundation.json")?)?;
    let business = parse(&read("business.record")?)?;
    let technical = parse(&read("technical.record")?)?;
    Ok((Records::new(business, technical)?, anchor))
}

/// Whether everything was looked at and holds.
pub(super) fn verified(report: &JointReport) -> bool {
    report.verdict == Verdict::Verified
}

/// The numbers of the checks that refute, in order, each once.
pub(super) fn refuting<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Vec<String> {
    let mut refuting = Vec::new();
    for check in checks {
        if matches!(check.verdict, Verdict::Refuted { .. }) {
            refuting.push(check.id.to_string());
        }
    }
    refuting
}
