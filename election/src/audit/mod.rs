//! The audit: every claim of a record recomputed from the record alone.
//!
//! Nothing is trusted but the [`crate::anchor`]. One pass (`pipeline`) hashes, decodes and replays the
//! leaves and verifies every signature the rules ask for; then each check, one module each, works
//! out its claim again from the decoded statements, by other code than the state machine's, so that
//! a fault which server and replay have in common is still found.
//!
//! A check ends in one of three ways: verified, refuted with a [`report::Finding`], or incomplete
//! with the reason. An audit that could not look is never mistaken for one that found nothing.
//!
//! **Invariant:** no I/O and no clock. Durations come from a [`Stopwatch`] that the caller brings.

mod journal;
mod pipeline;
pub mod report;
mod standings;

mod a01_anchor;
mod a02_checkpoint;
mod a03_leaves;
mod a04_append_only;
mod a06_replay;
mod a08_keys;
mod a09_rolls;
mod a10_ballots;
mod a11_boxes;
mod a12_recount;
mod a13_certificates;
mod a14_withheld;
mod a15_effects;
mod a20_foundation;
mod a21_shared_keys;
mod a22_separation;
mod a23_dual_roles;

#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;
use std::time::Duration;

use uuid::Uuid;

use self::journal::Journal;
use self::pipeline::Reading;
use self::report::{
    Check, CheckId, ContestReport, ElectionReport, Finding, FoundationName, JointReport, Report,
    Verdict, verdict_of,
};
use crate::anchor::{Anchor, PoolAnchor};
use crate::pool::{Business, Pool, Question, Technical};
use crate::record::{AnyRecord, Record};
use crate::statement::{Body, Genesis};

/// Time since some instant of the caller's choice, never running backwards.
pub trait Stopwatch: Sync {
    /// How much has passed.
    fn elapsed(&self) -> Duration;
}

impl<F: Fn() -> Duration + Sync> Stopwatch for F {
    fn elapsed(&self) -> Duration {
        self()
    }
}

/// For callers that do not show durations.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStopwatch;

impl Stopwatch for NoStopwatch {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// How to audit.
pub struct Options<'a> {
    /// On how many threads.
    pub threads: NonZeroUsize,
    /// What durations are taken with.
    pub stopwatch: &'a dyn Stopwatch,
    /// Told how many leaves are done, and of how many, now and then.
    pub progress: &'a dyn Fn(u64, u64),
    /// Checkpoints seen earlier, which the record has to continue.
    pub since: Vec<String>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        let threads = NonZeroUsize::MIN;
        Options { threads, stopwatch: &NoStopwatch, progress: &|_, _| {}, since: Vec::new() }
    }
}

/// What an auditor of one pool trusts: the foundation's id and the pool's log.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'a, P: Pool> {
    foundation: Uuid,
    log: &'a PoolAnchor<P>,
}

impl<'a, P: Pool> Trusted<'a, P> {
    /// A log of a foundation.
    pub fn new(foundation: Uuid, log: &'a PoolAnchor<P>) -> Self {
        Trusted { foundation, log }
    }
}

impl<'a> Trusted<'a, Business> {
    /// The business log of a foundation.
    pub fn business(anchor: &'a Anchor) -> Self {
        Trusted::new(anchor.foundation, &anchor.business)
    }
}

impl<'a> Trusted<'a, Technical> {
    /// The technical log of a foundation.
    pub fn technical(anchor: &'a Anchor) -> Self {
        Trusted::new(anchor.foundation, &anchor.technical)
    }
}

/// Audits the record of one pool.
pub fn audit_pool<P: Pool>(
    record: &Record<P>,
    trusted: Trusted<'_, P>,
    options: &Options<'_>,
) -> Report {
    examine(record, trusted, options).report
}

/// Audits a record whose pool is read from its origin.
pub fn audit_record(record: &AnyRecord, anchor: &Anchor, options: &Options<'_>) -> Report {
    match record {
        AnyRecord::Business(record) => audit_pool(record, Trusted::business(anchor), options),
        AnyRecord::Technical(record) => audit_pool(record, Trusted::technical(anchor), options),
    }
}

/// Audits both pools' records and their separation.
pub fn audit_both(
    business: &Record<Business>,
    technical: &Record<Technical>,
    anchor: &Anchor,
    options: &Options<'_>,
) -> JointReport {
    // An older checkpoint says itself whose it is; one of neither log is left to both to report.
    let of_log = |note: &str, origin: &str| note.split_once('\n').is_some_and(|(o, _)| o == origin);
    let (b, t) = (anchor.business.origin.as_str(), anchor.technical.origin.as_str());
    let since = |other: &str| {
        options.since.iter().filter(|note| !of_log(note, other)).cloned().collect::<Vec<_>>()
    };
    let own = |since| Options { since, ..*options };
    let business = examine(business, Trusted::business(anchor), &own(since(t)));
    let technical = examine(technical, Trusted::technical(anchor), &own(since(b)));
    let both = Both { business: &business.journal, technical: &technical.journal, anchor };
    let run = |id, check: &dyn Fn() -> Checked| timed(id, options.stopwatch, check);
    let dual_roles = a23_dual_roles::register(&both);
    let joint = vec![
        run(CheckId::A20, &|| a20_foundation::check(&both)),
        run(CheckId::A21, &|| a21_shared_keys::check(&both)),
        run(CheckId::A22, &|| a22_separation::check(&both)),
        run(CheckId::A23, &|| a23_dual_roles::check(&dual_roles)),
    ];
    let (business, technical) = (business.report, technical.report);
    let verdict = verdict_of(business.checks.iter().chain(&technical.checks).chain(&joint));
    JointReport { business, technical, joint, dual_roles, verdict }
}

/// A pool's report, and what the checks across both pools still need.
struct Examined<P: Pool> {
    report: Report,
    journal: Journal<P>,
}

/// Both journals, for the checks across them.
struct Both<'a> {
    business: &'a Journal<Business>,
    technical: &'a Journal<Technical>,
    anchor: &'a Anchor,
}

/// What a check showed.
struct Proved {
    items: u64,
    words: String,
}

impl Proved {
    fn of(items: impl TryInto<u64>, words: impl Into<String>) -> Checked {
        Ok(Proved { items: items.try_into().unwrap_or(u64::MAX), words: words.into() })
    }
}

/// Why a check did not show it.
#[derive(Debug)]
enum Failed {
    Refuted(Box<Finding>),
    Incomplete(String),
}

impl From<Finding> for Failed {
    fn from(finding: Finding) -> Self {
        Failed::Refuted(Box::new(finding))
    }
}

type Checked = Result<Proved, Failed>;

fn timed(id: CheckId, stopwatch: &dyn Stopwatch, check: &dyn Fn() -> Checked) -> Check {
    let before = stopwatch.elapsed();
    let checked = check();
    conclude(id, checked, stopwatch.elapsed().saturating_sub(before))
}

fn conclude(id: CheckId, checked: Checked, took: Duration) -> Check {
    let (items, proved, verdict) = match checked {
        Ok(Proved { items, words }) => (items, words, Verdict::Verified),
        Err(Failed::Refuted(finding)) => {
            (0, "It does not hold.".to_owned(), Verdict::Refuted { finding: *finding })
        }
        Err(Failed::Incomplete(why)) => {
            (0, "It could not be found out.".to_owned(), Verdict::Incomplete { why })
        }
    };
    Check { id, title: id.title(), proved, items, took, verdict }
}

fn examine<P: Pool>(
    record: &Record<P>,
    trusted: Trusted<'_, P>,
    options: &Options<'_>,
) -> Examined<P> {
    let watch = options.stopwatch;
    let started = watch.elapsed();
    let older = a04_append_only::open(&options.since, trusted.log);
    let sizes: Vec<_> = older.iter().flatten().map(|checkpoint| checkpoint.size()).collect();
    let reading = pipeline::read(record, &sizes, options.threads, watch, options.progress);
    let journal = &reading.journal;
    let run = |id, check: &dyn Fn() -> Checked| timed(id, watch, check);

    let mut checks = vec![
        run(CheckId::A01, &|| a01_anchor::check(record, journal, trusted)),
        run(CheckId::A02, &|| a02_checkpoint::check(record, trusted.log)),
        conclude(CheckId::A03, a03_leaves::check(record, &reading), reading.times.leaves),
    ];
    if !options.since.is_empty() {
        checks.push(run(CheckId::A04, &|| a04_append_only::check(&older, &reading, record.size())));
    }
    checks.push(conclude(
        CheckId::A05,
        a03_leaves::check_statements(record, &reading),
        reading.times.statements,
    ));
    checks.push(conclude(CheckId::A06, a06_replay::check(&reading), reading.times.rules));
    let signatures = a06_replay::check_signatures(&reading);
    checks.push(conclude(CheckId::A07, signatures, reading.times.signatures));
    checks.push(run(CheckId::A08, &|| a08_keys::check(journal)));

    // What the later checks need of the earlier ones is handed on, not looked up in the state.
    let before = watch.elapsed();
    let (rolls, rolls_checked) = a09_rolls::derive(journal);
    let after_rolls = watch.elapsed();
    let (boxes, ballots_checked) = a10_ballots::collect(journal, &rolls);
    let after_ballots = watch.elapsed();
    checks.push(conclude(CheckId::A09, rolls_checked, after_rolls.saturating_sub(before)));
    checks.push(conclude(CheckId::A10, ballots_checked, after_ballots.saturating_sub(after_rolls)));
    let before = watch.elapsed();
    let boxes = a11_boxes::derive(boxes, &rolls);
    let closed = a11_boxes::check(journal, &boxes);
    checks.push(conclude(CheckId::A11, closed, watch.elapsed().saturating_sub(before)));
    let before = watch.elapsed();
    let (counts, recounted) = a12_recount::check(record, &reading, &boxes, options.threads);
    checks.push(conclude(CheckId::A12, recounted, watch.elapsed().saturating_sub(before)));
    checks.push(run(CheckId::A13, &|| a13_certificates::check(journal, &boxes)));
    checks.push(run(CheckId::A14, &|| a14_withheld::check(journal)));
    checks.push(run(CheckId::A15, &|| a15_effects::check(&reading)));

    let report = Report {
        pool: P::ID,
        origin: record.origin().to_string(),
        foundation: genesis_of(journal).map(|genesis| FoundationName {
            id: genesis.foundation,
            name: genesis.name.to_string(),
        }),
        size: record.size(),
        root: reading.root,
        last_at: reading.state.last_at(),
        verdict: verdict_of(&checks),
        checks,
        elections: elections(&reading, counts),
        threads: options.threads.get(),
        signatures: reading.signatures,
        took: watch.elapsed().saturating_sub(started),
    };
    drop(boxes);
    drop(rolls);
    Examined { report, journal: reading.journal }
}

/// The genesis, if the first leaf is one.
fn genesis_of<P: Pool>(journal: &Journal<P>) -> Option<&Genesis<P>> {
    match &journal.entries.first()?.body {
        Body::Genesis(genesis) => Some(genesis),
        Body::Officers(_) | Body::Principal(_) | Body::Mandate(_) | Body::Related(_) => None,
        Body::Affiliation(_) | Body::Invitation(_) | Body::Enrolment(_) | Body::Rekey(_) => None,
        Body::Suspension(_) | Body::Reinstatement(_) | Body::Manifest(_) | Body::Cancel(_) => None,
        Body::Opened(_) | Body::Closed(_) | Body::Ballot(_) | Body::Certificate(_) => None,
        Body::Effect(_) => None,
    }
}

fn elections<P: Pool>(
    reading: &Reading<P>,
    mut counts: a12_recount::Counts<P>,
) -> Vec<ElectionReport> {
    let mut elections: Vec<_> = reading.state.elections().collect();
    elections.sort_by_key(|(_, election)| election.sealed_at());
    let reports = elections.into_iter().map(|(id, election)| {
        let manifest = election.manifest();
        let mut counted =
            counts.remove(id).map(|count| count.contests).unwrap_or_default().into_iter();
        let contests = manifest.contests.iter().map(|contest| ContestReport {
            id: contest.id.clone(),
            title: contest.title.to_string(),
            question: contest.question.label(),
            transcript: counted.next().map(|count| count.transcript),
        });
        ElectionReport {
            id: *id,
            title: manifest.title.to_string(),
            phase: election.phase(),
            opens_at: manifest.window.opens_at,
            closes_at: manifest.window.closes_at,
            entitled_heads: election.roll().heads(),
            entitled_weight: election.roll().weight(),
            cast_heads: election.cast_heads(),
            cast_weight: election.cast_weight(),
            ballots: election.admitted(),
            contests: contests.collect(),
        }
    });
    reports.collect()
}
