//! RFC 9457 problems: the one form in which the server says no.
//!
//! Every problem has a type from one registry, with a stable slug, a status and an explanation that
//! `GET /problems/{slug}` serves. What went wrong inside the server is told to the operator's trace
//! and not to the client, who gets a bare 500 with the trace's id.

mod registry;

pub use registry::*;

use std::fmt::Display;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use election::PoolId;
use election::state::Refusal;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::service::{ReadError, SubmitError};

/// The media type of a problem (RFC 9457 §3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub struct ProblemType {
    /// The stable name: the last segment of the type's URI.
    pub slug: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened, the same for every occurrence (RFC 9457 §3.1.3).
    pub title: &'static str,
    /// What it means and what to do about it.
    pub meaning: &'static str,
}

impl ProblemType {
    /// The type's URI reference.
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }
    /// The type of that slug.
    pub fn of_slug(slug: &str) -> Option<&'static ProblemType> {
        ALL.iter().copied().find(|known| known.slug == slug)
    }
}

/// A problem as it is sent.
#[derive(Debug, Clone)]
pub struct Problem(Box<Content>);

#[derive(Debug, Clone)]
struct Content {
    kind: &'static ProblemType,
    detail: Option<String>,
    pool: Option<PoolId>,
    instance: Option<String>,
    retry_after: Option<u64>,
    extensions: Map<String, Value>,
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<PoolId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(flatten)]
    extensions: &'a Map<String, Value>,
}

impl Problem {
    /// A problem of a type, without particulars.
    pub fn new(kind: &'static ProblemType) -> Self {
        Problem(Box::new(Content {
            kind,
            detail: None,
            pool: None,
            instance: None,
            retry_after: None,
            extensions: Map::new(),
        }))
    }

    /// A failure of the server itself. The cause goes to the trace, under an id that the client gets
    /// too, and nowhere else.
    pub fn internal(cause: &dyn Display) -> Self {
        let trace = format!("{:016x}", RandomState::new().build_hasher().finish());
        tracing::error!(trace, %cause, "internal error");
        let mut problem = Problem::new(INTERNAL);
        problem.0.instance = Some(format!("urn:bicameral:trace:{trace}"));
        problem.with("trace", trace)
    }

    /// What happened this time.
    pub fn detail(mut self, detail: impl Display) -> Self {
        self.0.detail = Some(detail.to_string());
        self
    }
    /// In which pool.
    pub fn pool(mut self, pool: PoolId) -> Self {
        self.0.pool = Some(pool);
        self
    }
    /// When to come back, in seconds (RFC 9110 §10.2.3).
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }
    /// A further member for programs (RFC 9457 §3.2).
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extensions.insert(name.to_owned(), value.into());
        self
    }
    /// Its type.
    pub fn kind(&self) -> &'static ProblemType {
        self.0.kind
    }

    /// Why a statement was not recorded.
    pub fn of_submit(error: &SubmitError, pool: PoolId) -> Self {
        match error {
            SubmitError::Refused(refusal) => Problem::of_refusal(refusal, pool),
            SubmitError::Internal(cause) => Problem::internal(cause).pool(pool),
            SubmitError::Busy(_) | SubmitError::Unavailable(_) => {
                Problem::of_slug(error.slug(), error).pool(pool).retry_after(1)
            }
            SubmitError::Envelope(_)
            | SubmitError::Statement(_)
            | SubmitError::MadeByTheLog(_)
            | SubmitError::OtherGenesis
            | SubmitError::Leaf(_)
            | SubmitError::CertificateDiffers { .. }
            | SubmitError::Tally(_)
            | SubmitError::Audit(_) => Problem::of_slug(error.slug(), error).pool(pool),
        }
    }

    /// Why something cannot be read.
    pub fn of_read(error: &ReadError, pool: PoolId) -> Self {
        match error {
            ReadError::Internal(cause) => Problem::internal(cause).pool(pool),
            ReadError::Embargoed { election } => Problem::of_slug(error.slug(), error)
                .pool(pool)
                .with("election", election.to_string()),
            ReadError::NotFound(_) | ReadError::Tally(_) => {
                Problem::of_slug(error.slug(), error).pool(pool)
            }
        }
    }

    /// A problem of the type that another module names.
    fn of_slug(slug: &str, detail: &dyn Display) -> Self {
        match ProblemType::of_slug(slug) {
            Some(kind) => Problem::new(kind).detail(detail),
            None => Problem::internal(&format_args!("the problem `{slug}` has no type: {detail}")),
        }
    }

    /// What the rules say against a statement.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the detail says all that the other refusals have to say"
    )]
    pub fn of_refusal(refusal: &Refusal, pool: PoolId) -> Self {
        let problem = Problem::of_slug(refusal.slug(), refusal).pool(pool);
        match refusal {
            // The voter's client can sign again, naming this ballot.
            Refusal::StaleBallot { standing: Some(standing) } => {
                problem.with("standing", standing.to_string())
            }
            Refusal::AlreadyLogged { id } => problem.with("statement", id.to_string()),
            _ => problem,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let content = &*self.0;
        let wire = Wire {
            r#type: content.kind.uri(),
            title: content.kind.title,
            status: content.kind.status,
            detail: content.detail.as_deref(),
            pool: content.pool,
            instance: content.instance.as_deref(),
            extensions: &content.extensions,
        };
        // A map of strings and integers always encodes; if not, the status still tells.
        let body = serde_json::to_vec(&wire).unwrap_or_default();
        let status =
            StatusCode::from_u16(content.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = content.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use http_body_util::BodyExt as _;

    use super::*;

    async fn sent(problem: Problem) -> (Response<()>, Value) {
        let (parts, body) = problem.into_response().into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let json = serde_json::from_slice(&bytes).expect("JSON");
        (Response::from_parts(parts, ()), json)
    }

    #[test]
    fn every_refusal_of_the_rules_has_a_problem_type() {
        for slug in Refusal::SLUGS {
            assert!(ProblemType::of_slug(slug).is_some(), "no problem type `{slug}`");
        }
    }

    #[test]
    fn problem_types_are_distinct_and_explained() {
        let slugs: BTreeSet<_> = ALL.iter().map(|kind| kind.slug).collect();
        assert_eq!(slugs.len(), ALL.len());
        for kind in ALL {
            assert!((400..600).contains(&kind.status), "{}", kind.slug);
            assert!(
                kind.slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{}",
                kind.slug
            );
            assert!(kind.meaning.ends_with('.') && kind.meaning.len() > 30, "{}", kind.slug);
            assert!(!kind.title.is_empty() && !kind.title.ends_with('.'), "{}", kind.slug);
        }
    }

    #[tokio::test]
    async fn a_problem_is_sent_as_rfc_9457_says() {
        let standing = election::StatementId::from(crypto::Hash::of(b"ballot"));
        let refusal = Refusal::StaleBallot { standing: Some(standing) };
        let (response, json) = sent(Problem::of_refusal(&refusal, PoolId::Technical)).await;
        assert_eq!(response.status(), StatusCode::CONFLICT);
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(json["type"], "/problems/stale-ballot");
        assert_eq!(json["status"], 409);
        assert_eq!(json["pool"], "technical");
        assert_eq!(json["standing"], standing.to_string());
        assert!(json["detail"].as_str().expect("a detail").contains("standing ballot"));
    }

    #[tokio::test]
    async fn a_failure_inside_tells_the_client_nothing_but_a_trace() {
        let (response, json) = sent(Problem::internal(&"disk on fire at /var/lib")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!json.to_string().contains("disk"), "{json}");
        let trace = json["trace"].as_str().expect("a trace");
        assert_eq!(json["instance"], format!("urn:bicameral:trace:{trace}"));
    }
}
