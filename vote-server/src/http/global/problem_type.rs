//! `GET /problems/{slug}`: what a problem type means (RFC 9457 §4 asks for such a document).

use axum::extract::Path;
use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, TEXT};
use crate::http::problem::{self, Problem, ProblemType};
use crate::http::respond::{Freshness, content};
use crate::http::schema;

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/problems/{slug}", "problem-type", "What a problem type means.")
        .part("slug", "The last segment of the type.", "stale-ballot")
        .reply(200, "The explanation.", TEXT, schema::TEXT)
        .problems(&[problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle(Path(slug): Path<String>) -> Result<Response, Problem> {
    let kind = ProblemType::of_slug(&slug).ok_or_else(|| Problem::new(problem::NOT_FOUND))?;
    let ProblemType { slug, status, title, meaning } = kind;
    Ok(content(TEXT, Freshness::Now, format!("{title} ({slug}, {status})\n\n{meaning}\n")))
}
