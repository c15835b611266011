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

/// The tracker of [`super::EXAMPLE_ID`].
const EXAMPLE: &str = "D84Y-CSZK-QK4G-HCQV-2DKE-H5V9";

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_example_is_a_tracker() {
        let id = crate::http::pool::EXAMPLE_ID.parse().expect("a statement id");
        assert_eq!(EXAMPLE.parse(), Ok(Tracker::of(id)));
    }
}
