//! A pool's log as static files: checkpoint, tiles, artifacts, and the record in one piece.

use std::io::Write;

use crypto::Hash;
use crypto::checkpoint::Checkpoint;
use crypto::tile::TilePath;
use election::anchor::PoolAnchor;
use election::leaf::MAX_LEAF_BYTES;
use election::pool::Pool;

use super::error::ApiError;
use super::transport::Transport;

/// Longest checkpoint in bytes.
pub const MAX_CHECKPOINT_BYTES: u64 = crypto::note::MAX_NOTE_BYTES as u64;
/// Longest tile in bytes: 256 entries with their length prefixes.
pub const MAX_TILE_BYTES: u64 = 256 * (MAX_LEAF_BYTES as u64 + 2);
/// Longest artifact in bytes.
pub const MAX_ARTIFACT_BYTES: u64 = 256 * 1024 * 1024;
/// Longest record file in bytes.
pub const MAX_RECORD_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// The log of one pool of one server.
#[derive(Clone, Copy, Debug)]
pub struct LogClient<'a, P: Pool> {
    transport: &'a Transport,
    anchor: &'a PoolAnchor<P>,
}

impl<'a, P: Pool> LogClient<'a, P> {
    pub(super) fn new(transport: &'a Transport, anchor: &'a PoolAnchor<P>) -> Self {
        LogClient { transport, anchor }
    }
    fn path(&self, rest: &str) -> String {
        format!("/{}/log/{rest}", P::SLUG)
    }
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.transport.base())
    }

    /// The latest checkpoint: the note as signed, and what it says.
    pub fn checkpoint(&self) -> Result<(String, Checkpoint), ApiError> {
        let path = self.path("checkpoint");
        let bytes = self.transport.get(&path, MAX_CHECKPOINT_BYTES)?;
        let url = self.url(&path);
        let note = String::from_utf8(bytes)
            .map_err(|_| ApiError::False { url: url.clone(), what: "it is not text".into() })?;
        let checkpoint = Checkpoint::open(&note, &self.anchor.log_key)
            .map_err(|source| ApiError::Checkpoint { url, source })?;
        Ok((note, checkpoint))
    }

    /// A tile's bytes, unchecked: whoever assembles the tree checks them.
    pub fn tile(&self, tile: &TilePath) -> Result<Vec<u8>, ApiError> {
        self.transport.get(&self.path(&tile.to_string()), MAX_TILE_BYTES)
    }

    /// An artifact, checked against its hash.
    pub fn artifact(&self, sha256: &Hash) -> Result<Vec<u8>, ApiError> {
        let path = self.path(&format!("artifact/{sha256}"));
        let bytes = self.transport.get(&path, MAX_ARTIFACT_BYTES)?;
        if Hash::of(&bytes) != *sha256 {
            let what = "the artifact does not have the hash it was asked for by".to_owned();
            return Err(ApiError::False { url: self.url(&path), what });
        }
        Ok(bytes)
    }

    /// Copies the record file. Gives its length.
    pub fn record(
        &self,
        into: &mut impl Write,
        progress: impl FnMut(u64),
    ) -> Result<u64, ApiError> {
        self.transport.download(&format!("/{}/record", P::SLUG), MAX_RECORD_BYTES, into, progress)
    }
}
