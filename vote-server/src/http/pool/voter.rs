//! `GET /api/v1/voters/{keyid}`: whose key it is.

use axum::extract::State;
use axum::response::Response;
use crypto::sign::KeyId;
use election::Pool;
use election::ids::Handle;
use election::key::Capacity;
use election::pool::PrincipalId;
use election::state::KeyHolder;
use serde::Serialize;
use serde_json::json;

use super::EXAMPLE_ID;
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema::{self, Schema};
use crate::http::segment::Segment;

/// The answer.
#[derive(Serialize)]
#[serde(bound = "")]
struct Voter<P: Pool> {
    principal: PrincipalId<P>,
    person: Handle,
    capacity: Capacity,
    key: KeyId,
    ended: bool,
}

const SCHEMA: Schema = Schema {
    name: "Voter",
    json: || {
        schema::object([
            ("principal", json!({"type": "string"})),
            ("person", json!({"type": "string"})),
            ("capacity", json!({"type": "string", "enum": ["invitation", "voter"]})),
            ("key", schema::hash()),
            ("ended", json!({"type": "boolean"})),
        ])
    },
};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/voters/{keyid}", "voter", "For whom a key votes, or is invited to.")
        .part("keyid", "SHA-256 of the public key, in hexadecimal.", EXAMPLE_ID)
        .reply(200, "Principal, person and capacity.", JSON, SCHEMA)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(key): Segment<KeyId>,
) -> Result<Response, Problem> {
    let voter = context.service.view(|state| {
        let record = state.key(&key)?;
        match &record.holder {
            KeyHolder::Voter { principal, person } => Some(Voter::<P> {
                principal: principal.clone(),
                person: person.clone(),
                capacity: record.capacity,
                key,
                ended: record.ended,
            }),
            KeyHolder::Log {} | KeyHolder::Officer { .. } => None,
        }
    });
    let unknown = || Problem::new(problem::NOT_FOUND).detail("no voter has that key").pool(P::ID);
    json(&voter.ok_or_else(unknown)?)
}
