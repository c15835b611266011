//! `GET /healthz`: the process lives. A supervisor that sees no answer restarts it.

use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, TEXT};
use crate::http::respond::{Freshness, content};
use crate::http::schema;

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/healthz", "healthz", "Whether the process lives.")
        .reply(200, "It does.", TEXT, schema::TEXT)
        .handled_by(handle)
}

async fn handle() -> Response {
    content(TEXT, Freshness::Now, "alive\n")
}
