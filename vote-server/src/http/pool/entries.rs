//! `GET /log/tile/entries/…`: bundles of leaves (C2SP tlog-tiles).

use axum::extract::State;
use axum::response::Response;
use crypto::tile::TilePath;
use election::Pool;

use crate::http::PoolContext;
use crate::http::endpoint::{BYTES, Description, Endpoint};
use crate::http::problem::{self, Problem};
use crate::http::respond::{Freshness, content};
use crate::http::schema;
use crate::http::segment::{Segment, parse};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get(
        "/log/tile/entries/{*path}",
        "entries",
        "A bundle of leaves. Refused while it holds ballots of an election that is embargoed.",
    )
    .part("path", "As C2SP tlog-tiles writes it, slashes included.", "000.p/1")
    .reply(200, "Up to 256 leaves, each after its length in two bytes.", BYTES, schema::BYTES)
    .problems(&[problem::BAD_PARAMETER, problem::EMBARGOED, problem::NOT_FOUND])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(path): Segment<String>,
) -> Result<Response, Problem> {
    let tile: TilePath = parse("path", &format!("tile/entries/{path}"))?;
    let bytes = context.service.tile(&tile).await.map_err(|e| Problem::of_read(&e, P::ID))?;
    Ok(content(BYTES, Freshness::Forever, bytes))
}
