//! `POST /api/v1/statements`: the one way into a log.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use election::state::Refusal;
use election::statement::peek;
use election::{Kind, Pool};

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem, ProblemType};
use crate::http::respond::json_with;
use crate::http::schema;
use crate::service::{Freshness, Recorded, SubmitError};

/// Why a request did not lead to a receipt.
#[derive(Debug, thiserror::Error)]
pub enum StatementsError {
    /// Not said to be JSON, or coded.
    #[error("the body has to be application/json without any content coding")]
    MediaType,
    /// A body over the limit, or one that broke off.
    #[error(transparent)]
    Body(#[from] BytesRejection),
    /// A statement that was not recorded.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

impl StatementsError {
    fn problem<P: Pool>(&self) -> Problem {
        match self {
            StatementsError::MediaType => {
                Problem::new(problem::UNSUPPORTED_MEDIA_TYPE).detail(self).pool(P::ID)
            }
            StatementsError::Body(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(problem::TOO_LARGE).pool(P::ID)
            }
            StatementsError::Body(error) => {
                Problem::new(problem::BAD_ENVELOPE).detail(error).pool(P::ID)
            }
            StatementsError::Submit(error) => Problem::of_submit(error, P::ID),
        }
    }
}

/// The problems that a posted statement may meet, those of the rules included.
fn problems() -> Vec<&'static ProblemType> {
    const BEFORE: &[&ProblemType] = &[
        problem::UNSUPPORTED_MEDIA_TYPE,
        problem::TOO_LARGE,
        problem::BAD_ENVELOPE,
        problem::BAD_STATEMENT,
        problem::OTHER_POOL,
        problem::MADE_BY_THE_LOG,
        problem::OTHER_GENESIS,
        problem::LEAF_TOO_LONG,
        problem::NOT_COUNTABLE,
        problem::CERTIFICATE_DIFFERS,
        problem::AUDIT_FAILED,
        problem::BUSY,
        problem::UNAVAILABLE,
    ];
    let refusals = Refusal::SLUGS.iter().filter_map(|slug| ProblemType::of_slug(slug));
    BEFORE.iter().copied().chain(refusals).collect()
}

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::post(
        "/api/v1/statements",
        "submit",
        "Record a signed statement; answered once it is durable and in a published checkpoint.",
    )
    .body(JSON, schema::ENVELOPE)
    .reply(201, "Recorded.", JSON, schema::RECEIPT)
    .reply(200, "Recorded before: the receipt it was given then.", JSON, schema::RECEIPT)
    .problems(&problems())
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match submit(&context, &headers, body).await {
        Ok(recorded) => answer::<P>(&context, &recorded),
        Err(error) => {
            let problem = error.problem::<P>();
            context.app.metrics().refused(P::ID, problem.kind().slug);
            problem.into_response()
        }
    }
}

async fn submit<P: Pool>(
    context: &PoolContext<P>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Recorded, StatementsError> {
    if !is_json(headers) {
        return Err(StatementsError::MediaType);
    }
    Ok(context.service.submit(&body?).await?)
}

fn answer<P: Pool>(context: &PoolContext<P>, recorded: &Recorded) -> Response {
    let status = match recorded.freshness {
        Freshness::New => StatusCode::CREATED,
        Freshness::Repeated => StatusCode::OK,
    };
    if recorded.freshness == Freshness::New {
        context.app.metrics().admitted(P::ID, kind::<P>(recorded));
    }
    let location = format!("/{}/api/v1/receipts/by-id/{}", P::SLUG, recorded.id);
    let mut response = match json_with(status, &recorded.receipt) {
        Ok(response) => response,
        Err(problem) => return problem.into_response(),
    };
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// The kind's name, for the metrics.
fn kind<P: Pool>(recorded: &Recorded) -> &'static str {
    let kind = peek(&recorded.receipt.leaf.statement).ok();
    kind.and_then(|(_, slug)| Kind::of_slug::<P>(slug)).map_or("unknown", Kind::slug::<P>)
}

/// RFC 9110 §8.3: the type before any parameters; and no coding.
fn is_json(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let media = text(header::CONTENT_TYPE).and_then(|value| value.split(';').next());
    let plain = text(header::CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
    plain && media.is_some_and(|media| media.trim().eq_ignore_ascii_case(JSON))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_the_rules_is_documented() {
        let listed = problems();
        for slug in Refusal::SLUGS {
            assert!(listed.iter().any(|kind| kind.slug == *slug), "{slug}");
        }
    }

    #[test]
    fn json_is_told_by_its_media_type() {
        let headers = |pairs: &[(header::HeaderName, &'static str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
                .collect()
        };
        assert!(is_json(&headers(&[(header::CONTENT_TYPE, "application/json")])));
        assert!(is_json(&headers(&[(header::CONTENT_TYPE, "Application/JSON; charset=utf-8")])));
        assert!(!is_json(&headers(&[])));
        assert!(!is_json(&headers(&[(header::CONTENT_TYPE, "text/plain")])));
        assert!(!is_json(&headers(&[
            (header::CONTENT_TYPE, "application/json"),
            (header::CONTENT_ENCODING, "gzip"),
        ])));
    }
}
