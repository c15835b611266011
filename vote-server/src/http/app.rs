//! What handlers have at hand.

use std::sync::Arc;

use axum::body::Bytes;
use election::anchor::Anchor;
use election::{Business, Pool, Technical};

use super::{mounted, openapi};
use crate::service::{PoolService, Status};
use crate::telemetry::Metrics;

/// The whole foundation at work. Clones share it.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    anchor: Anchor,
    anchor_json: Bytes,
    openapi: Bytes,
    business: PoolService<Business>,
    technical: PoolService<Technical>,
    metrics: Metrics,
}

/// Why the parts do not make a server.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The trust anchor.
    #[error(transparent)]
    Anchor(#[from] election::anchor::AnchorError),
    /// The OpenAPI document.
    #[error("the OpenAPI document: {0}")]
    OpenApi(#[from] serde_json::Error),
}

impl App {
    /// Puts the parts together.
    pub fn new(
        anchor: Anchor,
        business: PoolService<Business>,
        technical: PoolService<Technical>,
        metrics: Metrics,
    ) -> Result<Self, AppError> {
        let anchor_json = anchor.to_json()?.into();
        let document = openapi::document(env!("CARGO_PKG_VERSION"), &mounted());
        let openapi = serde_json::to_vec_pretty(&document)?.into();
        Ok(App(Arc::new(Inner { anchor, anchor_json, openapi, business, technical, metrics })))
    }

    /// The trust anchor.
    pub fn anchor(&self) -> &Anchor {
        &self.0.anchor
    }
    /// The trust anchor's file.
    pub fn anchor_json(&self) -> Bytes {
        self.0.anchor_json.clone()
    }
    /// The OpenAPI document.
    pub fn openapi(&self) -> Bytes {
        self.0.openapi.clone()
    }
    /// The business pool at work.
    pub fn business(&self) -> &PoolService<Business> {
        &self.0.business
    }
    /// The technical pool at work.
    pub fn technical(&self) -> &PoolService<Technical> {
        &self.0.technical
    }
    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
    /// Why the server is not ready to admit statements; nothing if it is.
    pub async fn unready(&self) -> Option<&'static str> {
        if self.0.business.status() != Status::Serving {
            return Some("the business pool takes no statements");
        }
        if self.0.technical.status() != Status::Serving {
            return Some("the technical pool takes no statements");
        }
        match self.0.business.store().ping().await {
            Ok(()) => None,
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                Some("the database does not answer")
            }
        }
    }
}

/// What the handlers of one pool have at hand.
#[derive(Clone, Debug)]
pub struct PoolContext<P: Pool> {
    /// The pool at work.
    pub service: PoolService<P>,
    /// The foundation around it.
    pub app: App,
}
