//! The record as a tree of tiles (C2SP tlog-tiles), served or mirrored.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use crypto::Hash;
use crypto::merkle::TreeSize;
use crypto::tile::{self, TILE_WIDTH, TileError, TilePath};

use super::file::{MAX_RECORD_LEAVES, unverified_head};
use super::{AnyRecord, Parts, RecordLeaf};
use crate::ids::NameError;
use crate::leaf::Leaf;
use crate::pool::{Business, Pool, Technical};
use crate::statement::{Body, Statement};

/// Where the newest checkpoint is.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// Where an artifact is.
pub fn artifact_path(name: &Hash) -> String {
    format!("artifact/{name}")
}

/// What a source has under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// These bytes.
    Found(Vec<u8>),
    /// Nothing.
    Missing,
    /// Something that it does not show yet: a bundle with ballots of an open election.
    Withheld,
}

/// A tree of tiles: a folder, a server.
pub trait TileSource {
    /// Why it could not be asked.
    type Error: Error;
    /// What it has under a path relative to its root, such as `tile/entries/000.p/5`.
    fn fetch(&mut self, path: &str) -> Result<Fetched, Self::Error>;
}

/// Why tiles do not make a record.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError<E: Error> {
    /// The source could not be asked.
    #[error("{path}: {source}")]
    Source {
        /// For what.
        path: String,
        /// Why.
        source: E,
    },
    /// Something that every log has is not there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// The checkpoint is no checkpoint.
    #[error("`{CHECKPOINT_PATH}` is not a checkpoint")]
    Checkpoint,
    /// More leaves than a record may have.
    #[error("the log has {0} leaves; this program reads at most {MAX_RECORD_LEAVES}")]
    TooMany(TreeSize),
    /// A tile that is none.
    #[error("{path}: {source}")]
    Tile {
        /// Which.
        path: String,
        /// What is wrong.
        source: TileError,
    },
    /// An origin that names no pool's log.
    #[error(transparent)]
    Origin(#[from] NameError),
}

/// Reads a whole log from its tiles, as far as its newest checkpoint reaches, with the artifacts
/// that its certificates name.
pub fn assemble<S: TileSource>(source: &mut S) -> Result<AnyRecord, AssembleError<S::Error>> {
    let mut tiles = Tiles { source };
    let note = tiles.need(CHECKPOINT_PATH)?;
    let note = String::from_utf8(note).map_err(|_| AssembleError::Checkpoint)?;
    let head = unverified_head(&note).ok_or(AssembleError::Checkpoint)?;
    if head.size().0 > MAX_RECORD_LEAVES {
        return Err(AssembleError::TooMany(head.size()));
    }
    let mut leaves = Vec::new();
    for index in 0..head.size().0.div_ceil(u64::from(TILE_WIDTH)) {
        leaves.extend(tiles.bundle(index, head.size())?);
    }
    let mut artifacts = BTreeMap::new();
    for name in named_artifacts(&leaves) {
        // A missing one is for the audit to report, not a reason to give up here.
        if let Fetched::Found(content) = tiles.fetch(&artifact_path(&name))? {
            artifacts.insert(name, content);
        }
    }
    Ok(Parts { leaves, artifacts, checkpoint: note }.of(head.origin())?)
}

struct Tiles<'a, S: TileSource> {
    source: &'a mut S,
}

impl<S: TileSource> Tiles<'_, S> {
    fn fetch(&mut self, path: &str) -> Result<Fetched, AssembleError<S::Error>> {
        let fetched = self.source.fetch(path);
        fetched.map_err(|source| AssembleError::Source { path: path.to_owned(), source })
    }

    fn need(&mut self, path: &str) -> Result<Vec<u8>, AssembleError<S::Error>> {
        match self.fetch(path)? {
            Fetched::Found(bytes) => Ok(bytes),
            Fetched::Missing | Fetched::Withheld => Err(AssembleError::Missing(path.to_owned())),
        }
    }

    /// The leaves of one bundle; of a withheld one, the hashes that the tile of level 0 has.
    fn bundle(
        &mut self,
        index: u64,
        size: TreeSize,
    ) -> Result<Vec<RecordLeaf>, AssembleError<S::Error>> {
        let width = size.0.saturating_sub(index * u64::from(TILE_WIDTH)).min(TILE_WIDTH.into());
        // Invariant: at most 256.
        let width = u16::try_from(width).unwrap_or(TILE_WIDTH);
        let read = |bytes: &[u8], width| {
            tile::decode_entries(bytes, width)
                .map(|entries| entries.into_iter().map(|e| RecordLeaf::Shown(e.to_vec())).collect())
        };
        if let Some(leaves) = self.tile(|width| TilePath::entries(index, width), width, read)? {
            return Ok(leaves);
        }
        let read = |bytes: &[u8], width| {
            tile::decode_hashes(bytes, width)
                .map(|hashes| hashes.into_iter().map(RecordLeaf::Withheld).collect())
        };
        let hashes = self.tile(|width| TilePath::hashes(0, index, width), width, read)?;
        hashes.ok_or_else(|| AssembleError::Missing(format!("tile/0/… {index}")))
    }

    /// A tile of this width; where only the full one is left (C2SP tlog-tiles, "Partial Tiles":
    /// partial ones may be deleted), the first part of that. `None` if it is withheld.
    fn tile(
        &mut self,
        path: impl Fn(u16) -> Result<TilePath, TileError>,
        width: u16,
        read: impl Fn(&[u8], u16) -> Result<Vec<RecordLeaf>, TileError>,
    ) -> Result<Option<Vec<RecordLeaf>>, AssembleError<S::Error>> {
        let wrong = |path: &str, source| AssembleError::Tile { path: path.to_owned(), source };
        let mut missing = String::new();
        for width_there in [width, TILE_WIDTH] {
            let name = path(width_there).map_err(|source| wrong("tile", source))?.to_string();
            match self.fetch(&name)? {
                Fetched::Found(bytes) => {
                    let mut leaves = read(&bytes, width_there).map_err(|s| wrong(&name, s))?;
                    leaves.truncate(usize::from(width));
                    return Ok(Some(leaves));
                }
                Fetched::Withheld => return Ok(None),
                Fetched::Missing if missing.is_empty() => missing = name,
                Fetched::Missing => {}
            }
        }
        Err(AssembleError::Missing(missing))
    }
}

/// The artifacts that the certificates among the leaves name.
fn named_artifacts(leaves: &[RecordLeaf]) -> BTreeSet<Hash> {
    let mut named = BTreeSet::new();
    for leaf in leaves {
        let RecordLeaf::Shown(bytes) = leaf else { continue };
        // Decoding every ballot for its kind would cost as much as auditing it.
        let marker = b".certificate+json";
        if !bytes.windows(marker.len()).any(|window| window == marker) {
            continue;
        }
        if let Ok(leaf) = Leaf::decode(bytes) {
            name_transcripts::<Business>(&leaf, &mut named);
            name_transcripts::<Technical>(&leaf, &mut named);
        }
    }
    named
}

fn name_transcripts<P: Pool>(leaf: &Leaf, named: &mut BTreeSet<Hash>) {
    if let Ok(Body::Certificate(certificate)) =
        Statement::<P>::decode(&leaf.statement).map(Statement::into_body)
    {
        named.extend(certificate.results.iter().map(|result| result.transcript));
    }
}
