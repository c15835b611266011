//! `GET /api/v1/pool`: the pool at a glance.

use axum::extract::State;
use axum::response::Response;
use crypto::merkle::TreeSize;
use election::ids::{BodyId, ClassId, Origin};
use election::module::{Modules, Right};
use election::statement::{Officer, Quorums};
use election::text::Line;
use election::{Pool, PoolId};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::http::PoolContext;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::problem::{self, Problem};
use crate::http::respond::json;
use crate::http::schema::{self, Schema};

/// The answer.
#[derive(Serialize)]
#[serde(bound = "")]
struct Info<P: Pool> {
    pool: PoolId,
    origin: Origin<P>,
    foundation: Uuid,
    name: Line,
    log_size: TreeSize,
    officers: Vec<Officer>,
    quorums: Quorums,
    classes: Vec<ClassId>,
    modules: Modules<P>,
    bodies: Vec<BodyId<P>>,
}

const SCHEMA: Schema = Schema {
    name: "Pool",
    json: || {
        let text = || json!({"type": "string"});
        let officer = schema::object([
            ("handle", text()),
            ("name", text()),
            ("key", text()),
            ("roles", schema::array(json!({"type": "string", "enum": ["officer", "registrar"]}))),
        ]);
        let quorums = schema::object([
            ("manifest", schema::count()),
            ("certificate", schema::count()),
            ("roll", schema::count()),
            ("exceptional", schema::count()),
            ("officers", schema::count()),
        ]);
        schema::object([
            ("pool", schema::pool()),
            ("origin", text()),
            ("foundation", json!({"type": "string", "format": "uuid"})),
            ("name", text()),
            ("log_size", schema::count()),
            ("officers", schema::array(officer)),
            ("quorums", quorums),
            ("classes", schema::array(text())),
            ("modules", schema::array(module())),
            ("bodies", schema::array(text())),
        ])
    },
};

/// A module. Only a root has no parent.
fn module() -> serde_json::Value {
    let id = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["id", "process"],
        "additionalProperties": false,
        "properties": {
            "id": id,
            "parent": id,
            "process": schema::object([
                ("rights", schema::array(json!({"enum": Right::ALL.map(Right::slug)}))),
                ("version", json!({"type": "integer", "minimum": 1})),
            ]),
        },
    })
}

/// The endpoint.
pub fn endpoint<P: Pool>() -> Endpoint<PoolContext<P>> {
    Description::get("/api/v1/pool", "pool", "The pool at a glance: its log, officers and names.")
        .reply(200, "The pool.", JSON, SCHEMA)
        .problems(&[problem::NOT_READY])
        .handled_by(handle)
}

async fn handle<P: Pool>(State(context): State<PoolContext<P>>) -> Result<Response, Problem> {
    let log_size = context.service.head().size();
    let info = context.service.view(|state| {
        let (founded, quorums) = (state.founded()?, state.quorums()?);
        Some(Info {
            pool: P::ID,
            origin: state.origin().clone(),
            foundation: founded.foundation,
            name: founded.name.clone(),
            log_size,
            officers: state.officers().to_vec(),
            quorums: *quorums,
            classes: founded.classes.clone(),
            modules: founded.modules.clone(),
            bodies: founded.bodies.clone(),
        })
    });
    match info {
        Some(info) => json(&info),
        None => {
            Err(Problem::new(problem::NOT_READY).detail("the log has no genesis yet").pool(P::ID))
        }
    }
}
