//! `GET /openapi.json`: every path, from the same list as the router.

use axum::extract::State;
use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::respond::{Freshness, content};
use crate::http::schema;

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/openapi.json", "openapi", "This document.")
        .reply(200, "An OpenAPI 3.1 document.", JSON, schema::OBJECT)
        .handled_by(handle)
}

async fn handle(State(app): State<App>) -> Response {
    content(JSON, Freshness::Now, app.openapi())
}
