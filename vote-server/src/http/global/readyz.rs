//! `GET /readyz`: both pools admit statements and the database answers. A load balancer that sees
//! anything else sends clients elsewhere.

use axum::extract::State;
use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, TEXT};
use crate::http::problem::{self, Problem};
use crate::http::respond::{Freshness, content};
use crate::http::schema;

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/readyz", "readyz", "Whether both pools admit statements.")
        .reply(200, "They do, and the database answers.", TEXT, schema::TEXT)
        .problems(&[problem::NOT_READY])
        .handled_by(handle)
}

async fn handle(State(app): State<App>) -> Result<Response, Problem> {
    match app.unready().await {
        None => Ok(content(TEXT, Freshness::Now, "ready\n")),
        Some(reason) => Err(Problem::new(problem::NOT_READY).detail(reason).retry_after(1)),
    }
}
