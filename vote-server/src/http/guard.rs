//! What stands in front of every endpoint, in one layer: rate and concurrency limits, the time
//! limit, security headers, metrics and the trace of the request.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use crypto::envelope::MAX_ENVELOPE_BYTES;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::sync::Semaphore;

use super::client::{Client, Peer, Proxies};
use super::problem::{self, Problem};
use crate::config::Config;
use crate::telemetry::Metrics;

/// The route's name where no route matched.
const UNMATCHED: &str = "(none)";

/// Pages have no script, no foreign content, and cannot be framed.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "interest-cohort=()"),
];

/// The limits of the server.
#[derive(Clone)]
pub struct Guard(Arc<Inner>);

struct Inner {
    rate: Option<DefaultKeyedRateLimiter<Client>>,
    clock: DefaultClock,
    proxies: Proxies,
    places: Semaphore,
    timeout: Duration,
    metrics: Metrics,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Guard")
    }
}

impl Guard {
    /// The limits as configured.
    pub fn new(config: &Config, metrics: Metrics) -> Self {
        let quota = NonZeroU32::new(config.requests_per_second)
            .map(|rate| Quota::per_second(rate).allow_burst(config.burst));
        Guard(Arc::new(Inner {
            rate: quota.map(RateLimiter::keyed),
            clock: DefaultClock::default(),
            proxies: Proxies::new(config),
            places: Semaphore::new(config.concurrency.get().min(Semaphore::MAX_PERMITS)),
            timeout: config.request_timeout.duration(),
            metrics,
        }))
    }

    /// Forgets clients that have not been seen for a while. Called now and then.
    pub fn forget_idle_clients(&self) {
        if let Some(rate) = &self.0.rate {
            rate.retain_recent();
            rate.shrink_to_fit();
        }
    }

    fn check_rate(&self, peer: Option<Peer>, headers: &HeaderMap) -> Result<(), Problem> {
        let (Some(rate), Some(peer)) = (&self.0.rate, peer) else { return Ok(()) };
        let client = self.0.proxies.client(peer, headers);
        rate.check_key(&client).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.0.clock.now());
            Problem::new(problem::TOO_MANY_REQUESTS).retry_after(wait.as_secs() + 1)
        })
    }

    async fn answer(&self, request: Request, next: Next) -> Result<Response, Problem> {
        let peer = request.extensions().get::<Peer>().copied();
        self.check_rate(peer, request.headers())?;
        check_announced(request.headers())?;
        let overloaded = |_| Problem::new(problem::OVERLOADED).retry_after(1);
        let _place = self.0.places.try_acquire().map_err(overloaded)?;
        let timeout = |_| Problem::new(problem::TIMEOUT).retry_after(1);
        tokio::time::timeout(self.0.timeout, next.run(request)).await.map_err(timeout)
    }
}

/// A body that is announced as too large is refused before any of it is waited for: else its sender
/// holds a place for as long as the time limit allows, for nothing. No path takes a larger one.
fn check_announced(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    match length.and_then(|length| length.parse::<u64>().ok()) {
        Some(length) if length > MAX_ENVELOPE_BYTES as u64 => Err(Problem::new(problem::TOO_LARGE)),
        Some(_) | None => Ok(()),
    }
}

/// The layer.
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    #[expect(clippy::disallowed_methods, reason = "a duration is measured and shown")]
    let start = Instant::now();
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response =
        guard.answer(request, next).await.unwrap_or_else(|problem| problem.into_response());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let took = start.elapsed();
    let route = matched.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let status = response.status().as_u16();
    guard.0.metrics.request(method, route, status, took);
    // No path, no query, no address, no body: see the invariant of `telemetry`.
    tracing::debug!(method, route, status, micros = took.as_micros() as u64, "answered");
    response
}

/// A method's name, of those that exist: a client cannot make up labels for the metrics.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        _ => "(other)",
    }
}

/// A panic of a handler, answered like any other failure of the server.
pub fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message");
    Problem::internal(&text).into_response()
}
