//! `GET /foundation.json`: the trust anchor, for convenience. Who trusts this server alone has
//! verified nothing: the file should come by another way.

use axum::extract::State;
use axum::response::Response;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint, JSON};
use crate::http::respond::{Freshness, content};
use crate::http::schema::{self, Schema};

const ANCHOR: Schema = Schema {
    name: "Foundation",
    json: || {
        let pool = || {
            schema::object([
                ("origin", serde_json::json!({"type": "string"})),
                (
                    "log_key",
                    serde_json::json!({"type": "string", "description": "A C2SP verifier key."}),
                ),
                ("genesis", schema::hash()),
            ])
        };
        schema::object([
            ("format", serde_json::json!({"const": election::anchor::FORMAT})),
            ("foundation", serde_json::json!({"type": "string", "format": "uuid"})),
            ("name", serde_json::json!({"type": "string"})),
            ("business", pool()),
            ("technical", pool()),
        ])
    },
};

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get(
        "/foundation.json",
        "foundation",
        "The trust anchor: take it from elsewhere too.",
    )
    .reply(200, "The foundation file.", JSON, ANCHOR)
    .handled_by(handle)
}

async fn handle(State(app): State<App>) -> Response {
    content(JSON, Freshness::Now, app.anchor_json())
}
