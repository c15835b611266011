//! `GET /api/v1/receipts/{tracker}`: proof that the ballot with this tracker is recorded.

use axum::extract::State;
use axum::response::Response;
use election::Pool;
use election::receipt::Tracker;

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema;
use crate::http::segment::Segment;

/// A tracker of the right form, for the document.
const EXAMPLE: &str = "0000-0000-0000-0000-0000-9JKK";

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get(
        "/api/v1/receipts/{tracker}",
        "receipt",
        "The receipt of a ballot, found by its tracker. Not while the election is embargoed.",
    )
    .part("tracker", "Six groups of four letters and digits.", EXAMPLE)
    .reply(200, "The receipt.", JSON, schema::RECEIPT)
    .problems(&[problem::BAD_PARAMETER, problem::EMBARGOED, problem::NOT_FOUND])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(tracker): Segment<Tracker>,
) -> Result<Response, Problem> {
    let read = |error| Problem::of_read(&error, P::ID);
    let recorded = context.service.receipt_by_tracker(&tracker).await.map_err(read)?;
    json(&recorded.receipt)
}
