//! `GET /api/v1/elections/{id}/roll`: who was entitled, frozen.

use axum::extract::State;
use axum::response::Response;
use election::{Pool, StatementId};
use serde_json::{Value, json};

use super::EXAMPLE_ID;
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema::{self, Schema};
use crate::http::segment::Segment;

pub(super) fn entries() -> Value {
    schema::array(schema::object([
        ("principal", json!({"type": "string"})),
        ("weight", json!({"type": "integer", "minimum": 1})),
        ("speakers", schema::array(json!({"type": "string"}))),
    ]))
}

const SCHEMA: Schema = Schema { name: "Roll", json: entries };

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get(
        "/api/v1/elections/{id}/roll",
        "roll",
        "An election's frozen roll: the manifest seals the Merkle root over its entries.",
    )
    .part("id", "The manifest's statement id.", EXAMPLE_ID)
    .reply(200, "The entries, in the order of the root.", JSON, SCHEMA)
    .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    let roll = context.service.view(|state| state.election(&id).map(|e| e.roll().clone()));
    let unknown =
        || Problem::new(problem::NOT_FOUND).detail("there is no such election").pool(P::ID);
    json(&roll.ok_or_else(unknown)?)
}
