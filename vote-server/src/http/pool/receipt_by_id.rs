//! `GET /api/v1/receipts/by-id/{id}`: the receipt of a statement, for whoever knows its id. Of an
//! embargoed ballot nobody but its voter does.

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
    Description::get(
        "/api/v1/receipts/by-id/{id}",
        "receipt-by-id",
        "The receipt of a statement, for whoever knows its full id.",
    )
    .part("id", "The statement id.", EXAMPLE_ID)
    .reply(200, "The receipt.", JSON, schema::RECEIPT)
    .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    let read = |error| Problem::of_read(&error, P::ID);
    let recorded = context.service.receipt_of(&id).await.map_err(read)?;
    json(&recorded.receipt)
}
