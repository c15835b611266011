//! `GET /log/tile/…`: tiles of hashes (C2SP tlog-tiles). They never change: what a partial tile holds
//! at its width, it holds for ever.

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
    Description::get("/log/tile/{*path}", "tile", "A tile of hashes: level, index, partial width.")
        .part("path", "As C2SP tlog-tiles writes it, slashes included.", "0/000.p/1")
        .reply(200, "Up to 256 hashes.", BYTES, schema::BYTES)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(path): Segment<String>,
) -> Result<Response, Problem> {
    let tile: TilePath = parse("path", &format!("tile/{path}"))?;
    let bytes = context.service.tile(&tile).await.map_err(|e| Problem::of_read(&e, P::ID))?;
    Ok(content(BYTES, Freshness::Forever, bytes))
}
