//! `GET /api/v1/principals`: who the pool's principals are, with mandates and who may vote for them.

use axum::extract::State;
use axum::response::Response;
use election::Pool;
use serde_json::json;

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::Problem;
use crate::http::respond::json;
use crate::http::schema::Schema;

const SCHEMA: Schema = Schema {
    name: "Principals",
    json: || {
        json!({"type": "array", "items": {
            "type": "object",
            "description": "A member or contributor: `principal` is the statement's content, `since` its leaf index, `speakers` the persons invited or enrolled.",
            "required": ["principal", "since", "suspended", "speakers"],
            "properties": {
                "principal": {"type": "object"},
                "since": {"type": "integer"},
                "suspended": {"type": "boolean"},
                "mandate": {"type": "object"},
                "speakers": {"type": "object"}
            }
        }})
    },
};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/principals", "principals", "All principals of the pool.")
        .reply(200, "In the order of their ids.", JSON, SCHEMA)
        .handled_by(handle)
}

async fn handle<P: Pool>(State(context): State<PoolContext<P>>) -> Result<Response, Problem> {
    let principals: Vec<_> = context.service.view(|state| state.principals().cloned().collect());
    json(&principals)
}
