//! `serve`: both pools, until somebody asks it to stop.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::{passphrase, say};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::server;

/// Runs the command.
pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    // Before anything is said: a signal that comes early has to be heard too.
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let config = passphrase::complete(config)?;
    let running = server::start(&config, Arc::new(SystemClock)).await?;
    let url = running.url();
    say(&format!(
        "Serving {name}\n\
         \u{20} business pool   {url}/business\n\
         \u{20} technical pool  {url}/technical\n\
         \u{20} API             {url}/openapi.json\n\
         \u{20} operators       {url}/healthz  {url}/readyz  {url}/metrics\n\
         Stop with SIGTERM or Ctrl-C; requests under way are finished first.",
        name = running.app().anchor().name,
    ));
    tracing::info!(address = %running.address(), "listening");
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        _ = interrupt.recv() => tracing::info!("SIGINT: stopping"),
    }
    running.shutdown().await?;
    tracing::info!("stopped; everything that was receipted is in the database");
    Ok(ExitCode::SUCCESS)
}
