//! `GET /log/artifact/{sha256}`: what is too large for a leaf, named by its hash.

use axum::extract::State;
use axum::response::Response;
use crypto::Hash;
use election::Pool;

use super::EXAMPLE_ID;
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::{Freshness, content};
use crate::http::schema;
use crate::http::segment::Segment;

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/log/artifact/{sha256}", "artifact", "A count transcript, by its hash.")
        .part("sha256", "The content's SHA-256, in hexadecimal.", EXAMPLE_ID)
        .reply(200, "Canonical JSON.", JSON, schema::OBJECT)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(sha256): Segment<Hash>,
) -> Result<Response, Problem> {
    let artifact = context.service.artifact(&sha256).await;
    let artifact = artifact.map_err(|error| Problem::of_read(&error, P::ID))?;
    Ok(content(JSON, Freshness::Forever, artifact.content))
}
