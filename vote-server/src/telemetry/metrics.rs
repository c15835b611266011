//! Counters and histograms, served as OpenMetrics text.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use election::PoolId;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfPool {
    pool: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfKind {
    pool: &'static str,
    kind: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfProblem {
    pool: &'static str,
    problem: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfRequest {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// Every metric of the server. Cheap to clone: all clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    admitted: Family<OfKind, Counter>,
    refused: Family<OfProblem, Counter>,
    batch_size: Histograms<OfPool>,
    commit_seconds: Histograms<OfPool>,
    log_size: Family<OfPool, Gauge<u64, AtomicU64>>,
    queue_depth: Family<OfPool, Gauge>,
    requests: Family<OfRequest, Counter>,
    request_seconds: Histograms<OfRoute>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// 0.1 ms to about 26 s.
fn seconds() -> Histogram {
    Histogram::new(exponential_buckets(0.0001, 4.0, 10))
}

/// 1 to 1024 statements.
fn sizes() -> Histogram {
    Histogram::new(exponential_buckets(1.0, 2.0, 11))
}

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// Metrics that have counted nothing yet.
    pub fn new() -> Self {
        let mut inner = Inner {
            registry: Registry::with_prefix("bicameral"),
            admitted: Family::default(),
            refused: Family::default(),
            batch_size: Family::new_with_constructor(sizes),
            commit_seconds: Family::new_with_constructor(seconds),
            log_size: Family::default(),
            queue_depth: Family::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
        };
        let r = &mut inner.registry;
        r.register("statements_admitted", "Statements appended to the log", inner.admitted.clone());
        r.register("statements_refused", "Statements refused", inner.refused.clone());
        r.register("batch_statements", "Statements in one commit", inner.batch_size.clone());
        r.register("commit_seconds", "Duration of one commit", inner.commit_seconds.clone());
        r.register("log_leaves", "Leaves of the log", inner.log_size.clone());
        r.register("queue_statements", "Statements waiting", inner.queue_depth.clone());
        r.register("http_requests", "Requests by route and status", inner.requests.clone());
        r.register("http_request_seconds", "Request duration", inner.request_seconds.clone());
        Metrics(Arc::new(inner))
    }

    /// The metrics of one pool.
    pub fn pool(&self, pool: PoolId) -> PoolMetrics {
        let label = OfPool { pool: pool.slug() };
        PoolMetrics {
            batch_size: self.0.batch_size.get_or_create_owned(&label),
            commit_seconds: self.0.commit_seconds.get_or_create_owned(&label),
            log_size: self.0.log_size.get_or_create_owned(&label),
            queue_depth: self.0.queue_depth.get_or_create_owned(&label),
            pool,
            all: self.clone(),
        }
    }

    /// Counts an answered request. The route is its template: a path would hold trackers.
    pub fn request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let label = OfRoute { route: route.clone() };
        self.0.request_seconds.get_or_create(&label).observe(took.as_secs_f64());
        self.0.requests.get_or_create(&OfRequest { method, route, status }).inc();
    }

    /// All metrics as OpenMetrics text.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut out = String::new();
        text::encode(&mut out, &self.0.registry)?;
        Ok(out)
    }
}

/// The metrics of one pool.
#[derive(Clone, Debug)]
pub struct PoolMetrics {
    pool: PoolId,
    all: Metrics,
    batch_size: Histogram,
    commit_seconds: Histogram,
    log_size: Gauge<u64, AtomicU64>,
    queue_depth: Gauge,
}

impl PoolMetrics {
    /// A statement stands in the log. `kind` is the kind's name.
    pub fn admitted(&self, kind: &'static str) {
        self.all.0.admitted.get_or_create(&OfKind { pool: self.pool.slug(), kind }).inc();
    }
    /// A statement was refused. `problem` is the problem's slug.
    pub fn refused(&self, problem: &'static str) {
        self.all.0.refused.get_or_create(&OfProblem { pool: self.pool.slug(), problem }).inc();
    }
    /// A batch was committed, after which the log has `log_size` leaves.
    pub fn committed(&self, statements: usize, took: Duration, log_size: u64) {
        let statements = u32::try_from(statements).unwrap_or(u32::MAX);
        self.batch_size.observe(f64::from(statements));
        self.commit_seconds.observe(took.as_secs_f64());
        self.log_size.set(log_size);
    }
    /// The log has this many leaves, as found at start.
    pub fn log_size(&self, leaves: u64) {
        self.log_size.set(leaves);
    }
    /// A statement waits for its commit.
    pub fn enqueued(&self) {
        self.queue_depth.inc();
    }
    /// One no longer does.
    pub fn dequeued(&self) {
        self.queue_depth.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_counted_per_pool() {
        let metrics = Metrics::new();
        let technical = metrics.pool(PoolId::Technical);
        technical.enqueued();
        technical.admitted("ballot");
        technical.admitted("ballot");
        technical.committed(2, Duration::from_millis(3), 7);
        metrics.pool(PoolId::Business).refused("stale-ballot");
        metrics.request("GET", "/{pool}", 200, Duration::from_millis(1));
        let text = metrics.encode().expect("encodes");
        for line in [
            "bicameral_statements_admitted_total{pool=\"technical\",kind=\"ballot\"} 2",
            "bicameral_statements_refused_total{pool=\"business\",problem=\"stale-ballot\"} 1",
            "bicameral_batch_statements_sum{pool=\"technical\"} 2.0",
            "bicameral_commit_seconds_count{pool=\"technical\"} 1",
            "bicameral_log_leaves{pool=\"technical\"} 7",
            "bicameral_queue_statements{pool=\"technical\"} 1",
            "bicameral_http_requests_total{method=\"GET\",route=\"/{pool}\",status=\"200\"} 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
    }
}
