//! `GET /api/v1/elections`: all elections of the pool.

use axum::extract::State;
use axum::response::Response;
use election::Pool;
use serde_json::json;

use super::election::{SCHEMA as ELECTION, Summary};
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::Problem;
use crate::http::respond::json;
use crate::http::schema::Schema;

const SCHEMA: Schema =
    Schema { name: "Elections", json: || json!({"type": "array", "items": (ELECTION.json)()}) };

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/elections", "elections", "All elections of the pool.")
        .reply(200, "In the order in which they were sealed.", JSON, SCHEMA)
        .handled_by(handle)
}

async fn handle<P: Pool>(State(context): State<PoolContext<P>>) -> Result<Response, Problem> {
    let summaries = context.service.view(|state| {
        let mut elections: Vec<_> = state.elections().collect();
        elections.sort_by_key(|(_, election)| election.sealed_at());
        elections.into_iter().map(|(id, election)| Summary::of(*id, election)).collect::<Vec<_>>()
    });
    json(&summaries)
}
