//! `GET /api/v1/elections/{id}/certificate-draft`: what the server counts in a closed box. Officers
//! recompute it from the record before they sign.

use axum::extract::State;
use axum::response::Response;
use crypto::Hash;
use election::certificate::Certificate;
use election::{Pool, StatementId};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

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
struct Draft<P: Pool> {
    certificate: Certificate<P>,
    artifacts: Vec<Content>,
}

#[derive(Serialize)]
struct Content {
    sha256: Hash,
    content: Box<RawValue>,
}

const SCHEMA: Schema = Schema {
    name: "CertificateDraft",
    json: || {
        schema::object([
            (
                "certificate",
                json!({"type": "object", "description": "A certificate statement's payload."}),
            ),
            (
                "artifacts",
                schema::array(schema::object([
                    ("sha256", schema::hash()),
                    ("content", json!({"type": "object", "description": "A count transcript."})),
                ])),
            ),
        ])
    },
};

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get(
        "/api/v1/elections/{id}/certificate-draft",
        "certificate-draft",
        "The server's own count of a closed election. Where lots were promised, officers count from the record with their secrets.",
    )
    .part("id", "The manifest's statement id.", EXAMPLE_ID)
    .reply(200, "What officers are asked to sign, and the transcripts it names.", JSON, SCHEMA)
    .problems(&[problem::BAD_PARAMETER, problem::NOT_FOUND, problem::NOT_COUNTABLE])
    .handled_by(handle)
}

async fn handle<P: Pool>(
    State(context): State<PoolContext<P>>,
    Segment(id): Segment<StatementId>,
) -> Result<Response, Problem> {
    let read = |error| Problem::of_read(&error, P::ID);
    let count = context.service.count(&id, Vec::new()).await.map_err(read)?;
    let mut artifacts = Vec::with_capacity(count.contests.len());
    for contest in count.contests {
        let text = String::from_utf8(contest.artifact.content);
        let text = text.map_err(|error| Problem::internal(&error))?;
        let content = RawValue::from_string(text).map_err(|error| Problem::internal(&error))?;
        artifacts.push(Content { sha256: contest.artifact.sha256, content });
    }
    json(&Draft { certificate: count.certificate, artifacts })
}
