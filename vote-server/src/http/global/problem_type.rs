//! `GET /problems/{slug}`: what a problem type means (RFC 9457 §4 asks for such a document).

use askama::Template as _;
use axum::extract::State;
use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, HTML};
use crate::http::problem::{self, Problem, ProblemType};
use crate::http::respond::{Freshness, content};
use crate::http::schema;
use crate::http::segment::Segment;
use crate::web::problem::ProblemPage;

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/problems/{slug}", "problem-type", "What a problem type means.")
        .part("slug", "The last segment of the type.", "stale-ballot")
        .reply(200, "The explanation.", HTML, schema::TEXT)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle(
    State(app): State<App>,
    Segment(slug): Segment<String>,
) -> Result<Response, Problem> {
    let kind = ProblemType::of_slug(&slug).ok_or_else(|| Problem::new(problem::NOT_FOUND))?;
    let page = ProblemPage::new(app.anchor().name.as_str(), kind);
    let html = page.render().map_err(|error| Problem::internal(&error))?;
    Ok(content(HTML, Freshness::Now, html))
}
