//! What the server says about itself: tracing for people and collectors, metrics for dashboards.
//!
//! **Invariant:** neither ever carries a ballot, a credential, a tracker or a client's address. A
//! request is named by its route's template, never by its path, because paths hold trackers.

mod metrics;

pub use metrics::{BatchMetrics, Metrics};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{FilterText, LogFormat};

/// Why tracing could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// A filter that its parser refuses.
    #[error("the setting `trace.filter` does not parse: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Another subscriber is in place.
    #[error("tracing is set up already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Starts writing diagnostics to standard error, once per process. Standard output stays free for
/// what a command was asked for.
pub fn start(format: LogFormat, filter: &FilterText) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(filter.as_str())?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Human => builder.with_target(false).finish().try_init()?,
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}
