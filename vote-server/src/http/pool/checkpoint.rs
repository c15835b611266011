//! `GET /log/checkpoint`: the log's signed head (C2SP tlog-checkpoint, at its place in tlog-tiles).

use axum::extract::State;
use axum::response::Response;
use election::Pool;

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, TEXT};
use crate::http::respond::{Freshness, content};
use crate::http::schema;

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/log/checkpoint", "checkpoint", "The log's latest published checkpoint.")
        .reply(200, "A C2SP signed note.", TEXT, schema::TEXT)
        .handled_by(handle)
}

async fn handle<P: Pool>(State(context): State<PoolContext<P>>) -> Response {
    let head = context.service.head();
    content(TEXT, Freshness::Now, head.note().to_string())
}
