//! `GET /api/v1/elections/{id}`: one election in short.

use axum::extract::State;
use axum::response::Response;
use election::manifest::Window;
use election::state::{ElectionState, Phase};
use election::text::Line;
use election::{Pool, StatementId};
use serde::Serialize;
use serde_json::json;

use super::EXAMPLE_ID;
use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema::{self, Schema};
use crate::http::segment::Segment;

/// An election in short. What was cast is left out while the manifest embargoes it.
#[derive(Serialize)]
pub(super) struct Summary {
    id: StatementId,
    title: Line,
    phase: Phase,
    window: Window,
    heads: u64,
    weight: u64,
    #[serde(flatten)]
    cast: Option<Cast>,
}

#[derive(Serialize)]
struct Cast {
    cast_heads: u64,
    cast_weight: u64,
    admitted: u64,
}

impl Summary {
    pub(super) fn of<P: Pool>(id: StatementId, election: &ElectionState<P>) -> Self {
        let manifest = election.manifest();
        let cast = (!election.embargoed()).then(|| Cast {
            cast_heads: election.cast_heads(),
            cast_weight: election.cast_weight(),
            admitted: election.admitted(),
        });
        Summary {
            id,
            title: manifest.title.clone(),
            phase: election.phase(),
            window: manifest.window,
            heads: manifest.roll.heads,
            weight: manifest.roll.weight,
            cast,
        }
    }
}

pub(super) const SCHEMA: Schema = Schema {
    name: "Election",
    json: || {
        json!({
            "type": "object",
            "description": "What was cast (cast_heads, cast_weight, admitted) is left out while the manifest embargoes it.",
            "required": ["id", "title", "phase", "window", "heads", "weight"],
            "properties": {
                "id": schema::hash(),
                "title": {"type": "string"},
                "phase": {"type": "string", "enum": ["sealed", "open", "closed", "certified", "cancelled"]},
                "window": {"type": "object", "properties": {
                    "opens_at": schema::instant(), "closes_at": schema::instant()
                }},
                "heads": schema::count(),
                "weight": schema::count(),
                "cast_heads": schema::count(),
                "cast_weight": schema::count(),
                "admitted": schema::count()
            }
        })
    },
};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/elections/{id}", "election", "One election: phase, window, turnout.")
        .part("id", "The manifest's statement id.", EXAMPLE_ID)
        .reply(200, "The election.", JSON, SCHEMA)
        .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND])
        .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    let summary = context.service.view(|state| state.election(&id).map(|e| Summary::of(id, e)));
    let unknown =
        || Problem::new(problem::NOT_FOUND).detail("there is no such election").pool(P::ID);
    json(&summary.ok_or_else(unknown)?)
}
