//! What clients see.
//!
//! Every route is an [`endpoint::Endpoint`]: the router and the OpenAPI document are made from the
//! same lists. One generic list makes the routes of both pools; no handler asks which pool it serves.
//!
//! **Invariant:** a handler extracts, calls one function of the service, and maps the result.

mod app;
mod body;
pub mod client;
pub mod endpoint;
pub mod global;
pub mod guard;
pub mod listen;
pub mod openapi;
pub mod pool;
pub mod problem;
pub mod respond;
pub mod schema;
pub mod segment;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use crypto::envelope::MAX_ENVELOPE_BYTES;
use election::{Business, Pool, Technical};
use tower_http::catch_panic::CatchPanicLayer;

pub use app::{App, AppError, PoolContext};
use endpoint::{Description, Endpoint};
use guard::Guard;
use openapi::Mounted;
use problem::Problem;

use crate::web;

/// The whole server.
pub fn router(app: App, guard: Guard) -> Router {
    let business = PoolContext::<Business> { service: app.business().clone(), app: app.clone() };
    let technical = PoolContext::<Technical> { service: app.technical().clone(), app: app.clone() };
    endpoint::router(global_endpoints())
        .with_state(app)
        .nest(&format!("/{}", Business::SLUG), pool_routes(business))
        .nest(&format!("/{}", Technical::SLUG), pool_routes(technical))
        .fallback(async || Problem::new(problem::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::new(problem::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(MAX_ENVELOPE_BYTES))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(guard, guard::guard))
}

/// The routes of one pool. Built once for each.
fn pool_routes<P: Pool>(context: PoolContext<P>) -> Router {
    endpoint::router(pool_endpoints::<P>())
        .method_not_allowed_fallback(async || Problem::new(problem::METHOD_NOT_ALLOWED))
        .with_state(context)
}

/// Everything under a pool's prefix.
pub fn pool_endpoints<P: Pool>() -> Vec<Endpoint<PoolContext<P>>> {
    let mut endpoints = pool::endpoints();
    endpoints.extend(web::pool_pages());
    endpoints
}

/// Everything else.
pub fn global_endpoints() -> Vec<Endpoint<App>> {
    let mut endpoints = global::endpoints();
    endpoints.extend(web::global_pages());
    endpoints
}

/// What is served where, for the OpenAPI document.
pub fn mounted() -> Vec<Mounted> {
    fn describe<S: Clone + Send + Sync + 'static>(list: Vec<Endpoint<S>>) -> Vec<Description> {
        list.iter().map(|endpoint| endpoint.description().clone()).collect()
    }
    vec![
        Mounted { prefix: "", tag: "foundation", descriptions: describe(global_endpoints()) },
        Mounted {
            prefix: "/business",
            tag: Business::SLUG,
            descriptions: describe(pool_endpoints::<Business>()),
        },
        Mounted {
            prefix: "/technical",
            tag: Technical::SLUG,
            descriptions: describe(pool_endpoints::<Technical>()),
        },
    ]
}
