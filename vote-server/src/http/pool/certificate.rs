//! `GET /api/v1/elections/{id}/certificate`: the signed result.

use axum::extract::State;
use axum::response::Response;
use election::state::Phase;
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
    Description::get("/api/v1/elections/{id}/certificate", "certificate", "A certified result.")
        .part("id", "The manifest's statement id.", EXAMPLE_ID)
        .reply(200, "The envelope, signed by officers and log.", JSON, schema::ENVELOPE)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    let certificate = context.service.view(|state| {
        state.election(&id).and_then(|e| e.step(Phase::Certified)).map(|step| step.id)
    });
    let none = || {
        Problem::new(problem::NOT_FOUND)
            .detail("there is no certificate of that election")
            .pool(P::ID)
    };
    let read = |error| Problem::of_read(&error, P::ID);
    let (_, leaf) = context.service.leaf(&certificate.ok_or_else(none)?).await.map_err(read)?;
    json(&leaf.statement)
}
