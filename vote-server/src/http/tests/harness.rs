//! A server whose clock the test sets, and a plain HTTP client.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use crypto::envelope::Envelope;
use election::anchor::Anchor;
use election::key::LogKey;
use election::leaf::Leaf;
use election::pool::Pool;
use election::testing::{self, TestLog, TestPool, copy_of};
use election::{Business, Kind, Technical};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::clock::SetClock;
use crate::config::{Config, Settings, Source};
use crate::keys::LogKeys;
use crate::server::{RunningServer, assemble};
use crate::service::{AnchorOf, PoolService};
use crate::storage::Store;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
    pub(super) fn media(&self) -> &str {
        self.headers["content-type"].to_str().expect("text")
    }
    /// Asserts that it is a problem of a type, as RFC 9457 has it.
    pub(super) fn is_problem(&self, status: u16, slug: &str) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{text}");
        assert_eq!(self.media(), "application/problem+json", "{text}");
        let json = self.json();
        assert_eq!(json["type"], format!("/problems/{slug}"), "{text}");
        assert_eq!(json["status"], status, "{text}");
        json
    }
}

/// A server and what its logs should be.
pub(super) struct Harness {
    pub(super) server: RunningServer,
    pub(super) clock: SetClock,
    pub(super) client: Http,
    _dir: tempfile::TempDir,
}

/// An HTTP client without any knowledge of ours.
#[derive(Clone)]
pub(super) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
}

impl Http {
    pub(super) fn new(base: String) -> Self {
        Http { client: Client::builder(TokioExecutor::new()).build_http(), base }
    }
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let (parts, body) = self.client.request(request).await.expect("an answer").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }
    pub(super) async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.send(Method::POST, path, &[("content-type", "application/json")], body).await
    }
    /// Posts an envelope to a pool.
    pub(super) async fn submit<P: Pool>(&self, envelope: &Envelope) -> Answer {
        let body = envelope.encode().expect("encodable");
        self.post(&format!("/{}/api/v1/statements", P::SLUG), body).await
    }
}

/// Settings of a test server: those of a local one, and one more.
pub(super) fn config(key: &str, value: &str) -> Config {
    let settings = Settings::new()
        .set("http.listen", "127.0.0.1:0", Source::Program)
        .and_then(|settings| settings.set("limits.requests_per_second", "0", Source::Program))
        .and_then(|settings| settings.set(key, value, Source::Program));
    settings.and_then(|settings| settings.finish()).expect("good settings")
}

impl Harness {
    /// A server of the foundation of these two logs, whose own logs are empty yet.
    pub(super) async fn empty(
        config: &Config,
        business: &TestLog<Business>,
        technical: &TestLog<Technical>,
    ) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open_sqlite(&dir.path().join("test.sqlite")).await.expect("a store");
        store.migrate().await.expect("migrates");
        let anchor: Anchor = testing::anchor(business, technical);
        store.found(&anchor).await.expect("founds");
        let keys = LogKeys {
            business: LogKey::new(copy_of(&business.log_key)),
            technical: LogKey::new(copy_of(&technical.log_key)),
        };
        let clock = SetClock::new(testing::millis(testing::BEGINNING));
        let server = assemble(config, store, anchor, keys, Arc::new(clock.clone()));
        let server = server.await.expect("starts");
        let client = Http::new(server.url());
        Harness { server, clock, client, _dir: dir }
    }

    /// A server with everything that these logs hold, sent to it over HTTP. What the log keys sign
    /// is made by the server, at the same times.
    pub(super) async fn with(business: &TestLog<Business>, technical: &TestLog<Technical>) -> Self {
        let harness = Harness::empty(&config("dir", "."), business, technical).await;
        let (mut b, mut t) =
            (business.leaves.iter().peekable(), technical.leaves.iter().peekable());
        // One clock serves both pools: leaves in the order of their times.
        while b.peek().is_some() || t.peek().is_some() {
            let business_first = match (b.peek(), t.peek()) {
                (Some(b), Some(t)) => b.at <= t.at,
                (b, _) => b.is_some(),
            };
            if let Some(leaf) = if business_first { b.next() } else { None } {
                harness.replay_leaf::<Business>(leaf).await;
            } else if let Some(leaf) = t.next() {
                harness.replay_leaf::<Technical>(leaf).await;
            }
        }
        harness
    }

    async fn replay_leaf<P: TestPool + Served>(&self, leaf: &Leaf) {
        self.clock.advance_to(leaf.at);
        let (_, kind) = election::statement::peek(&leaf.statement).expect("ours");
        if [Kind::Opened, Kind::Closed, Kind::Effect].map(Kind::slug::<P>).contains(&kind) {
            P::service(&self.server).tick().await.expect("ticks");
            return;
        }
        let answer = self.client.submit::<P>(&leaf.statement).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{kind}: {answer:?}");
    }
}

/// Which service serves a pool.
pub(super) trait Served: AnchorOf {
    fn service(server: &RunningServer) -> &PoolService<Self>;
}
impl Served for Business {
    fn service(server: &RunningServer) -> &PoolService<Self> {
        server.app().business()
    }
}
impl Served for Technical {
    fn service(server: &RunningServer) -> &PoolService<Self> {
        server.app().technical()
    }
}
