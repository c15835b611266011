//! `GET /metrics`: OpenMetrics text for Prometheus.

use axum::extract::State;
use axum::response::Response;
use election::Pool;

use crate::http::App;
use crate::http::endpoint::{Description, Endpoint};
use crate::http::problem::Problem;
use crate::http::respond::{Freshness, content};
use crate::http::schema;
use crate::service::PoolService;

/// OpenMetrics 1.0.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The endpoint.
pub fn endpoint() -> Endpoint<App> {
    Description::get("/metrics", "metrics", "Counters for operators; nothing of any voter.")
        .reply(200, "OpenMetrics text.", OPEN_METRICS, schema::TEXT)
        .handled_by(handle)
}

async fn handle(State(app): State<App>) -> Result<Response, Problem> {
    measure(&app, app.business());
    measure(&app, app.technical());
    let text = app.metrics().encode().map_err(|error| Problem::internal(&error))?;
    Ok(content(OPEN_METRICS, Freshness::Now, text))
}

/// Takes over what a pool counts itself.
fn measure<P: Pool>(app: &App, service: &PoolService<P>) {
    let queued = service.counters().queued.load(std::sync::atomic::Ordering::Relaxed);
    app.metrics().measured(P::ID, service.head().size().0, queued);
}
