//! What an audit costs beside what it cannot do without: one `verify_strict` per signature.
//!
//! Makes a record in memory (by default of 100,000 ballots; `BICAMERAL_BENCH_BALLOTS` says otherwise)
//! and prints, from one run: the bare loop over as many signatures as the record has, the audit on
//! one thread and on all, and their ratio. Then the same under criterion.

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use criterion::{Criterion, SamplingMode, Throughput};
use crypto::sign::{PublicKey, Signature};
use election::Technical;
use election::audit::report::Verdict;
use election::audit::{Options, Trusted, audit_pool};
use election::record::Record;
use election::testing::{TestLog, chosen, copy_of, motion, plurality};
use tabulation::Selection;

/// How many elections the ballots are of.
const ELECTIONS: usize = 25;

struct Bench {
    log: TestLog<Technical>,
    record: Record<Technical>,
    signatures: Vec<(PublicKey, Vec<u8>, Signature)>,
}

fn main() {
    let ballots = std::env::var("BICAMERAL_BENCH_BALLOTS").ok().and_then(|n| n.parse().ok());
    let ballots: usize = ballots.unwrap_or(100_000);
    let bench = prepare(ballots / ELECTIONS);
    let all = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    summary(&bench, ballots, all);

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("audit");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Elements(bench.signatures.len() as u64));
    group.bench_function("bare verify_strict", |b| b.iter(|| bare(&bench)));
    for threads in [NonZeroUsize::MIN, all] {
        group.bench_function(format!("audit on {threads}"), |b| b.iter(|| audit(&bench, threads)));
    }
    group.finish();
    criterion.final_summary();
}

/// A pool of `voters` that votes in [`ELECTIONS`] elections, one after the other.
fn prepare(voters: usize) -> Bench {
    let mut log = TestLog::<Technical>::found("vote.example.org");
    log.checks_signatures = false;
    for number in 0..voters {
        log.enrol(number);
    }
    for _ in 0..ELECTIONS {
        let election = log.open_election(vec![motion(), plurality(&["ann", "bob", "cas"])]);
        for voter in 0..voters {
            let option = u16::try_from(voter % 3).unwrap_or(0);
            let choice = if voter % 5 == 0 { Selection::NO } else { Selection::YES };
            log.vote(election, voter, &[("motion", choice), ("seat", chosen(&[option]))]);
        }
        log.close(election);
        log.certify(election);
    }
    let signatures = signatures(&log);
    Bench { record: log.record(), log, signatures }
}

/// Every signature of the log, with what it takes to verify it and nothing else.
fn signatures(log: &TestLog<Technical>) -> Vec<(PublicKey, Vec<u8>, Signature)> {
    let voters = log.voters.iter().flat_map(|voter| [&voter.key, &voter.invitation]);
    let keys = log.officers.iter().chain([&log.log_key]).chain(voters);
    let keys: std::collections::HashMap<_, _> =
        keys.map(|key| (copy_of(key).public().id(), key.public())).collect();
    let mut signatures = Vec::new();
    for leaf in &log.leaves {
        for signature in leaf.statement.signatures() {
            if let Some(key) = keys.get(&signature.keyid()) {
                signatures.push((*key, leaf.statement.pae(), *signature.sig()));
            }
        }
    }
    signatures
}

fn bare(bench: &Bench) {
    for (key, message, signature) in &bench.signatures {
        assert!(key.verify(message, signature).is_ok(), "an honest signature");
    }
}

fn audit(bench: &Bench, threads: NonZeroUsize) -> election::audit::report::Report {
    let anchor = bench.log.anchor();
    let clock = started();
    let stopwatch = move || clock.elapsed();
    let options = Options { threads, stopwatch: &stopwatch, ..Options::default() };
    let trusted = Trusted::new(bench.log.foundation, &anchor);
    let report = audit_pool(&bench.record, trusted, &options);
    assert_eq!(report.verdict, Verdict::Verified, "an honest record");
    report
}

#[expect(clippy::disallowed_methods, reason = "a benchmark shows durations")]
fn started() -> Instant {
    Instant::now()
}

/// The best of three, which other work on the machine disturbs least.
fn best(mut run: impl FnMut()) -> Duration {
    let one = |run: &mut dyn FnMut()| {
        let clock = started();
        run();
        clock.elapsed()
    };
    (0..3).map(|_| one(&mut run)).min().unwrap_or_default()
}

#[expect(clippy::print_stdout, clippy::float_arithmetic, reason = "a benchmark shows figures")]
fn summary(bench: &Bench, ballots: usize, all: NonZeroUsize) {
    let count = bench.signatures.len();
    let bare_took = best(|| bare(bench));
    let micros = |took: Duration| took.as_secs_f64() * 1e6 / count as f64;
    println!("{ballots} ballots, {} leaves, {count} signatures", bench.record.size());
    println!("bare verify_strict: {bare_took:.2?}, {:.2} µs a signature", micros(bare_took));
    for threads in [NonZeroUsize::MIN, all] {
        let took = best(|| drop(audit(bench, threads)));
        let ratio = took.as_secs_f64() / bare_took.as_secs_f64();
        let rate = ballots as f64 / took.as_secs_f64();
        println!(
            "audit on {threads}: {took:.2?}, {:.2} µs a signature, {ratio:.2} × bare, {rate:.0} ballots/s",
            micros(took)
        );
    }
    for check in audit(bench, NonZeroUsize::MIN).checks {
        println!("  {} {:>10.2?} {:>8} items  {}", check.id, check.took, check.items, check.title);
    }
}
