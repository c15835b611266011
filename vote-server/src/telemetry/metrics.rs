//! Counters and histograms, served as OpenMetrics text.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use election::PoolId;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
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

/// Durable commits of one pool: the sequencer's own, made before there are metrics to be part of.
#[derive(Clone, Debug)]
pub struct BatchMetrics {
    statements: Histogram,
    seconds: Histogram,
}

impl Default for BatchMetrics {
    fn default() -> Self {
        BatchMetrics { statements: sizes(), seconds: seconds() }
    }
}

impl BatchMetrics {
    /// A batch was made durable.
    pub fn committed(&self, statements: u64, took: Duration) {
        let statements = u32::try_from(statements).unwrap_or(u32::MAX);
        self.statements.observe(f64::from(statements));
        self.seconds.observe(took.as_secs_f64());
    }
}

/// Every metric of the server. Cheap to clone: all clones count together.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    admitted: Family<OfKind, Counter>,
    refused: Family<OfProblem, Counter>,
    log_size: Family<OfPool, Gauge<u64, AtomicU64>>,
    queued: Family<OfPool, Gauge<u64, AtomicU64>>,
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

/// The pools' batches as two histograms with a label.
#[derive(Debug)]
struct Batches([(PoolId, BatchMetrics); 2]);

impl Collector for Batches {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        type Part = fn(&BatchMetrics) -> &Histogram;
        let parts: [(&str, &str, Part); 2] = [
            ("batch_statements", "Statements in one durable commit", |batch| &batch.statements),
            ("commit_seconds", "Duration of one durable commit", |batch| &batch.seconds),
        ];
        for (name, help, part) in parts {
            let kind = MetricType::Histogram;
            let mut metric = encoder.encode_descriptor(name, help, None, kind)?;
            for (pool, batch) in &self.0 {
                let label = OfPool { pool: pool.slug() };
                part(batch).encode(metric.encode_family(&label)?)?;
            }
        }
        Ok(())
    }
}

impl Metrics {
    /// Metrics that have counted nothing yet, besides the batches of both pools.
    pub fn new(business: BatchMetrics, technical: BatchMetrics) -> Self {
        let mut inner = Inner {
            registry: Registry::with_prefix("bicameral"),
            admitted: Family::default(),
            refused: Family::default(),
            log_size: Family::default(),
            queued: Family::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(seconds),
        };
        let batches = [(PoolId::Business, business), (PoolId::Technical, technical)];
        let r = &mut inner.registry;
        r.register("statements_admitted", "Statements recorded", inner.admitted.clone());
        r.register("statements_refused", "Statements refused", inner.refused.clone());
        r.register_collector(Box::new(Batches(batches)));
        r.register("log_leaves", "Leaves of the published log", inner.log_size.clone());
        r.register("queue_statements", "Statements waiting", inner.queued.clone());
        r.register("http_requests", "Requests by route and status", inner.requests.clone());
        r.register("http_request_seconds", "Request duration", inner.request_seconds.clone());
        Metrics(Arc::new(inner))
    }

    /// A statement that a client sent was recorded. `kind` is the kind's name.
    pub fn admitted(&self, pool: PoolId, kind: &'static str) {
        self.0.admitted.get_or_create(&OfKind { pool: pool.slug(), kind }).inc();
    }
    /// A statement that a client sent was refused. `problem` is the problem's slug.
    pub fn refused(&self, pool: PoolId, problem: &'static str) {
        self.0.refused.get_or_create(&OfProblem { pool: pool.slug(), problem }).inc();
    }
    /// How long a pool's published log and queue are now.
    pub fn measured(&self, pool: PoolId, log_size: u64, queued: u64) {
        let label = OfPool { pool: pool.slug() };
        self.0.log_size.get_or_create(&label).set(log_size);
        self.0.queued.get_or_create(&label).set(queued);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_counted_per_pool() {
        let technical = BatchMetrics::default();
        let metrics = Metrics::new(BatchMetrics::default(), technical.clone());
        technical.committed(2, Duration::from_millis(3));
        metrics.admitted(PoolId::Technical, "ballot");
        metrics.admitted(PoolId::Technical, "ballot");
        metrics.refused(PoolId::Business, "stale-ballot");
        metrics.measured(PoolId::Technical, 7, 1);
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
