//! The demo's own HTTP client: what a voter, an officer or an auditor far away would send.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use crypto::envelope::Envelope;
use election::Pool;
use election::anchor::PoolAnchor;
use election::receipt::Receipt;
use election::record::{Fetched, TileSource};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Requests under way at a time.
const CONCURRENCY: usize = 64;
/// Largest answer read: the record of a demonstration is far below it.
const MAX_ANSWER_BYTES: usize = 1 << 30;

/// A client of one running server.
#[derive(Clone, Debug)]
pub(super) struct Client {
    base: String,
    http: Hyper<HttpConnector, Full<Bytes>>,
}

/// A refusal as a client sees it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// HTTP status.
    pub status: u16,
    /// The problem type's slug.
    pub slug: String,
    /// What happened.
    pub detail: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.slug, self.detail)
    }
}

/// What became of a statement.
#[derive(Debug)]
pub(super) enum Posted {
    /// It is recorded.
    Recorded(Box<Receipt>),
    /// It was refused.
    Refused(Refused),
}

impl Client {
    /// A client of the server at `base`, such as `http://127.0.0.1:8080`.
    pub(super) fn new(base: String) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = Hyper::builder(TokioExecutor::new()).build(connector);
        Client { base, http }
    }

    /// The server's address.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    async fn send(&self, method: Method, path: &str, body: Vec<u8>) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))?;
        let response =
            self.http.request(request).await.with_context(|| format!("asking {path}"))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("reading {path}: {error}"))?.to_bytes();
        Ok(Answer { status, body })
    }

    /// Gets something that has to be there.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Bytes> {
        let answer = self.send(Method::GET, path, Vec::new()).await?;
        anyhow::ensure!(answer.status == StatusCode::OK, "{path}: {}", answer.refused());
        Ok(answer.body)
    }

    /// Gets JSON that has to be there.
    pub(super) async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let body = self.get(path).await?;
        serde_json::from_slice(&body).with_context(|| format!("{path} is not JSON"))
    }

    /// Posts an envelope to a pool, whichever pool it was made for.
    pub(super) async fn post(&self, pool: &str, envelope: &Envelope) -> anyhow::Result<Posted> {
        let path = format!("/{pool}/api/v1/statements");
        let answer = self.send(Method::POST, &path, envelope.encode()?).await?;
        match answer.status {
            StatusCode::OK | StatusCode::CREATED => {
                let receipt = serde_json::from_slice(&answer.body).context("not a receipt")?;
                Ok(Posted::Recorded(Box::new(receipt)))
            }
            _ => Ok(Posted::Refused(answer.refused())),
        }
    }

    /// Posts a statement that has to be taken, and checks its receipt against the trust anchor.
    pub(super) async fn record<P: Pool>(
        &self,
        anchor: &PoolAnchor<P>,
        envelope: &Envelope,
    ) -> anyhow::Result<Receipt> {
        match self.post(P::SLUG, envelope).await? {
            Posted::Recorded(receipt) => {
                let recorded = receipt.verify(anchor).context("the receipt does not verify")?;
                anyhow::ensure!(
                    recorded.id() == election::statement::id_of(envelope),
                    "the receipt is for another statement"
                );
                Ok(*receipt)
            }
            Posted::Refused(refused) => anyhow::bail!("the {} pool refused: {refused}", P::SLUG),
        }
    }

    /// Posts many statements of one pool at the same time, and checks every receipt.
    pub(super) async fn record_all<P: Pool>(
        &self,
        anchor: &PoolAnchor<P>,
        envelopes: Vec<Envelope>,
        done: &(impl Fn(usize) + Sync),
    ) -> anyhow::Result<()> {
        let work = Arc::new((envelopes, AtomicUsize::new(0)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..CONCURRENCY {
            let (client, work, anchor) = (self.clone(), work.clone(), anchor.clone());
            tasks.spawn(async move {
                let mut taken = 0;
                loop {
                    let next = work.1.fetch_add(1, Ordering::Relaxed);
                    let Some(envelope) = work.0.get(next) else { break };
                    client.record(&anchor, envelope).await?;
                    taken += 1;
                }
                anyhow::Ok(taken)
            });
        }
        let mut recorded = 0;
        while let Some(finished) = tasks.join_next().await {
            recorded += finished??;
            done(recorded);
        }
        anyhow::ensure!(recorded == work.0.len(), "{recorded} of {} recorded", work.0.len());
        Ok(())
    }

    /// Posts a statement that must not be taken, and says with what it was refused.
    pub(super) async fn must_refuse(
        &self,
        pool: &str,
        envelope: &Envelope,
    ) -> anyhow::Result<Refused> {
        match self.post(pool, envelope).await? {
            Posted::Refused(refused) => Ok(refused),
            Posted::Recorded(_) => anyhow::bail!("the {pool} pool took what it must refuse"),
        }
    }

    /// A pool's log, file by file, for an auditor's mirror.
    pub(super) fn log(&self, pool: &'static str) -> RemoteLog {
        RemoteLog { client: self.clone(), pool, fetched: 0 }
    }
}

struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl Answer {
    fn refused(&self) -> Refused {
        let problem: Value = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        let text =
            |field: &str| problem.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let slug = text("type");
        let slug = slug.rsplit('/').next().unwrap_or_default().to_owned();
        Refused { status: self.status.as_u16(), slug, detail: text("detail") }
    }
}

/// A log over HTTP. Its methods block: an auditor runs on a thread of its own.
#[derive(Debug)]
pub(super) struct RemoteLog {
    client: Client,
    pool: &'static str,
    fetched: usize,
}

impl RemoteLog {
    /// How many files were fetched.
    pub(super) fn fetched(&self) -> usize {
        self.fetched
    }
}

/// Why a file of a log could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// No answer.
    #[error("{0}")]
    Transport(String),
    /// An answer that means neither yes nor no.
    #[error("the server answered {0}")]
    Status(Refused),
}

impl TileSource for RemoteLog {
    type Error = FetchError;

    fn fetch(&mut self, path: &str) -> Result<Fetched, FetchError> {
        let path = format!("/{}/log/{path}", self.pool);
        let asked = self.client.send(Method::GET, &path, Vec::new());
        let answer = tokio::runtime::Handle::current().block_on(asked);
        let answer = answer.map_err(|error| FetchError::Transport(format!("{error:#}")))?;
        self.fetched += 1;
        match answer.status {
            StatusCode::OK => Ok(Fetched::Found(answer.body.to_vec())),
            StatusCode::NOT_FOUND => Ok(Fetched::Missing),
            StatusCode::FORBIDDEN if answer.refused().slug == "embargoed" => Ok(Fetched::Withheld),
            _ => Err(FetchError::Status(answer.refused())),
        }
    }
}
