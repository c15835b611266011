//! How many durable ballots a second a whole server admits over HTTP, with the load generator on the
//! same machine.
//!
//!     cargo bench -p bicameral-tests --bench load                  # SQLite
//!     cargo bench -p bicameral-tests --bench load -- postgres      # a private PostgreSQL
//!     cargo bench -p bicameral-tests --bench load -- sqlite 2000 20 128
//!
//! The last three numbers are voters, ballots of each, and connections. Every ballot is signed
//! beforehand, replaces the voter's one before it, and counts when its receipt has come back: in the
//! log, durable, under a signed checkpoint. The generator is a process of its own, so that the CPU
//! time of this one is the server's.

#![expect(clippy::disallowed_methods, reason = "a load program measures time")]

mod generator;
mod prepare;

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bicameral_tests::postgres;
use election::Technical;
use vote_server::clock::SetClock;
use vote_server::service::PoolService;

/// What is run.
struct Plan {
    backend: String,
    voters: usize,
    rounds: usize,
    connections: usize,
}

impl Plan {
    fn from_arguments() -> Self {
        let mut words: Vec<String> =
            std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
        words.resize(4, String::new());
        let number = |word: &str, default| word.parse().unwrap_or(default);
        let backend = if words[0].is_empty() { "sqlite".to_owned() } else { words[0].clone() };
        Plan {
            backend,
            voters: number(&words[1], 2000),
            rounds: number(&words[2], 20),
            connections: number(&words[3], 128),
        }
    }
}

fn main() {
    if let Ok(address) = std::env::var("BICAMERAL_LOAD_ADDRESS") {
        let requests =
            PathBuf::from(std::env::var_os("BICAMERAL_LOAD_REQUESTS").expect("a folder"));
        return generator::run(&address, &requests);
    }
    let plan = Plan::from_arguments();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure(&plan));
}

/// CPU time of this process, all threads.
fn cpu() -> Duration {
    // Fields 14 and 15 of /proc/self/stat, in clock ticks; Linux has had 100 a second since 2.4.
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    let ticks: u64 = [11, 12].map(|i: usize| fields[i].parse::<u64>().expect("ticks")).iter().sum();
    Duration::from_millis(ticks * 10)
}

async fn measure(plan: &Plan) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut prepared = prepare::Prepared::new();
    let clock = SetClock::new(prepared.technical.now);
    let database = (plan.backend == "postgres").then(|| postgres::shared().database());
    let server = prepared.serve(folder.path(), database, clock.clone()).await;
    let technical = server.app().technical().clone();
    let address = server.address().to_string();
    println!("{}: enrolling {} voters", plan.backend, plan.voters);
    prepared.enrol(&technical, plan.voters, &clock).await;
    println!("signing {} ballots", plan.voters * plan.rounds);
    prepared.sign(folder.path(), plan, &address);

    let before = (cpu(), technical.head().size().0, counters(&technical));
    let started = Instant::now();
    let status = tokio::task::spawn_blocking({
        let folder = folder.path().to_owned();
        move || {
            Command::new(std::env::current_exe().expect("this program"))
                .env("BICAMERAL_LOAD_ADDRESS", address)
                .env("BICAMERAL_LOAD_REQUESTS", folder)
                .status()
                .expect("the generator runs")
        }
    })
    .await
    .expect("the generator was waited for");
    assert!(status.success(), "the generator failed");
    let wall = started.elapsed();
    let after = (cpu(), technical.head().size().0, counters(&technical));
    report(plan, wall, before, after);
    server.shutdown().await.expect("stops");
}

#[derive(Clone, Copy)]
struct Counted {
    batches: u64,
    write: u64,
    verify: u64,
}

fn counters(service: &PoolService<Technical>) -> Counted {
    let counters = service.counters();
    Counted {
        batches: counters.batches.load(Ordering::Relaxed),
        write: counters.write_micros.load(Ordering::Relaxed),
        verify: counters.verify_micros.load(Ordering::Relaxed),
    }
}

fn report(
    plan: &Plan,
    wall: Duration,
    before: (Duration, u64, Counted),
    after: (Duration, u64, Counted),
) {
    let ballots = after.1 - before.1;
    assert_eq!(ballots, (plan.voters * plan.rounds) as u64, "every ballot is in the log");
    let cpu = (after.0 - before.0).as_secs_f64();
    let verify = (after.2.verify - before.2.verify) as f64 / 1e6;
    let write = (after.2.write - before.2.write) as f64 / 1e6;
    let batches = after.2.batches - before.2.batches;
    println!("{ballots} ballots in {:.2} s, durable, with receipts", wall.as_secs_f64());
    println!("  {:.0} ballots a second", ballots as f64 / wall.as_secs_f64());
    println!("  {:.1} µs of server CPU a ballot", cpu * 1e6 / ballots as f64);
    println!("  {:.0} % of the server's CPU in signature checks", 100.0 * verify / cpu);
    println!("  {batches} commits, {:.1} ballots each", ballots as f64 / batches as f64);
    println!(
        "  {:.0} % of the time a commit was being written",
        100.0 * write / wall.as_secs_f64()
    );
}
