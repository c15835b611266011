//! `GET /api/v1/elections/{id}/manifest`: the sealed election as its officers signed it.

use axum::extract::State;
use axum::response::Response;
use election::{Pool, StatementId};

use super::EXAMPLE_ID;
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema;
use crate::http::segment::Segment;

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/elections/{id}/manifest", "manifest", "A sealed election's manifest.")
        .part("id", "The manifest's statement id.", EXAMPLE_ID)
        .reply(200, "The signed envelope.", JSON, schema::ENVELOPE)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    if context.service.view(|state| state.election(&id).is_none()) {
        return Err(Problem::new(problem::NOT_FOUND)
            .detail("there is no such election")
            .pool(P::ID));
    }
    let read = |error| Problem::of_read(&error, P::ID);
    let (_, leaf) = context.service.leaf(&id).await.map_err(read)?;
    json(&leaf.statement)
}
