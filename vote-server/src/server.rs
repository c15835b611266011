//! A whole server in this process: for `serve`, the demo, tests and load programs alike.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use election::anchor::Anchor;
use election::{Business, Technical};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::guard::Guard;
use crate::http::{App, AppError, listen, router};
use crate::keys::{KeyError, LogKeys};
use crate::service::{PoolService, ServiceError};
use crate::storage::{Store, StoreError};
use crate::telemetry::Metrics;

/// How often clients that the rate limit has not seen for a while are forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// Why a server does not start, or did not stop as it should.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A database without a foundation.
    #[error("the database serves no foundation yet: run `vote-server init` (or `restore`) first")]
    NotFounded,
    /// A log key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A pool.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The parts of the HTTP server.
    #[error(transparent)]
    App(#[from] AppError),
    /// An address that cannot be listened on.
    #[error(
        "cannot listen on {address}: {source}. Is another server running? Choose another with --http-listen."
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The task that answers requests ended in a panic.
    #[error("the HTTP server ended before its time")]
    Ended,
}

/// A server at work. Dropping it leaves it at work until the runtime ends; see
/// [`RunningServer::shutdown`].
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    app: App,
    store: Store,
    stop: oneshot::Sender<()>,
    http: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
}

/// Starts a server. The configuration has to hold the log keys' passphrase.
pub async fn start(config: &Config, clock: Arc<dyn Clock>) -> Result<RunningServer, ServerError> {
    let store = Store::open(&config.database().url()).await?;
    store.check_schema().await?;
    let anchor = store.anchor().await?.ok_or(ServerError::NotFounded)?;
    // Opening a key takes a tenth of a second of work and memory.
    let (for_keys, for_anchor) = (config.clone(), anchor.clone());
    let keys = tokio::task::spawn_blocking(move || LogKeys::open(&for_keys, &for_anchor))
        .await
        .map_err(|_| ServerError::Ended)??;
    assemble(config, store, anchor, keys, clock).await
}

/// Puts a server together from a store and opened keys.
pub(crate) async fn assemble(
    config: &Config,
    store: Store,
    anchor: Anchor,
    keys: LogKeys,
    clock: Arc<dyn Clock>,
) -> Result<RunningServer, ServerError> {
    let business =
        PoolService::<Business>::start(store.clone(), clock.clone(), keys.business).await?;
    let technical = PoolService::<Technical>::start(store.clone(), clock, keys.technical).await?;
    let metrics =
        Metrics::new(business.counters().batch.clone(), technical.counters().batch.clone());
    let app = App::new(anchor, business, technical, metrics.clone())?;
    serve(config, store, app, Guard::new(config, metrics)).await
}

async fn serve(
    config: &Config,
    store: Store,
    app: App,
    guard: Guard,
) -> Result<RunningServer, ServerError> {
    let address = config.listen;
    let failed = |source| ServerError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let until = async move {
        // A dropped sender is no request to stop: the server then runs as long as its runtime.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let router = router(app.clone(), guard.clone());
    let grace = config.shutdown_grace.duration();
    let http = tokio::spawn(listen::serve(listener, router, until, grace));
    let housekeeping = tokio::spawn(async move {
        loop {
            tokio::time::sleep(HOUSEKEEPING).await;
            guard.forget_idle_clients();
        }
    });
    Ok(RunningServer { address, app, store, stop, http, housekeeping })
}

impl RunningServer {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// The base of its URLs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
    /// Its parts, for programs that run in the same process.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Stops: takes no new requests, finishes those under way, then the queues, keeps snapshots, and
    /// closes the database.
    pub async fn shutdown(self) -> Result<(), ServerError> {
        // The receiver is gone only if the task has ended, which the join below tells.
        let _ = self.stop.send(());
        let served = self.http.await;
        self.housekeeping.abort();
        let business = self.app.business().shutdown().await;
        let technical = self.app.technical().shutdown().await;
        self.store.close().await;
        business?;
        technical?;
        served.map_err(|_| ServerError::Ended)
    }
}
