//! A pool's HTTP interface, typed: what whole-system tests and every command speak through.
//!
//! The server is an adversary here. Every answer has a size limit and a deadline, is decoded into a
//! type or refused, and is checked against what this side knows already: a statement against its id,
//! a receipt against the log key of `foundation.json`, an artifact against its hash, a roll against
//! the root that the manifest seals.

mod client;
mod error;
mod log;
mod transport;
mod types;

pub use client::{MAX_JSON_BYTES, MAX_LISTING_BYTES, PoolClient, Posted};
pub use error::{ApiError, Problem};
pub use log::{
    LogClient, MAX_ARTIFACT_BYTES, MAX_CHECKPOINT_BYTES, MAX_RECORD_BYTES, MAX_TILE_BYTES,
};
pub use transport::{BaseUrl, BaseUrlError, Deadlines, Transport};
pub use types::{
    CertificateDraft, DraftArtifact, ElectionSummary, Frozen, PoolInfo, PrincipalInfo,
    SealedManifest, VoterInfo,
};
