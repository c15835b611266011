//! Answers that are no problems.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::endpoint::JSON;
use super::problem::Problem;

/// How long an answer stays true.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Freshness {
    /// It may be another the next moment: ask again.
    Now,
    /// It can never change.
    Forever,
}

impl Freshness {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Freshness::Now => "no-cache",
            Freshness::Forever => "public, max-age=31536000, immutable",
        })
    }
}

/// A body with its media type.
pub fn content(media: &'static str, freshness: Freshness, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media)),
        (header::CACHE_CONTROL, freshness.header()),
    ];
    (headers, body.into()).into_response()
}

/// JSON of what may change.
pub fn json(value: &impl Serialize) -> Result<Response, Problem> {
    json_with(StatusCode::OK, value)
}

/// The same with another status.
pub fn json_with(status: StatusCode, value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    let mut response = content(JSON, Freshness::Now, body);
    *response.status_mut() = status;
    Ok(response)
}
