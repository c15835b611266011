//! What belongs to no pool.

pub mod foundation;
pub mod healthz;
pub mod metrics;
pub mod openapi;
pub mod problem_type;
pub mod readyz;

use super::App;
use super::endpoint::Endpoint;

/// All of it.
pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        foundation::endpoint(),
        openapi::endpoint(),
        problem_type::endpoint(),
        healthz::endpoint(),
        readyz::endpoint(),
        metrics::endpoint(),
    ]
}
