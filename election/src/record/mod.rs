//! The record of a pool: everything that is published, and all that an auditor needs.
//!
//! A record comes as one file ([`RecordReader`]) or as a tree of tiles, mirrored or served
//! ([`assemble`]). Both become the same [`Record`], so that nothing after it knows the difference.
//! Reading a record judges nothing but its outer form: whatever is wrong *inside* it is for the
//! audit to name, with the check that catches it.
//!
//! **Invariant:** no I/O here. Lines and tiles come in as bytes and go out as bytes.

mod file;
mod tiles;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crypto::Hash;
use crypto::merkle::TreeSize;

pub(crate) use file::unverified_head;
pub use file::{
    FORMAT, Fault, MAX_ARTIFACT_LINE_BYTES, MAX_ARTIFACTS, MAX_RECORD_LEAVES, RecordError,
    RecordReader, RecordWriter, parse,
};
pub use tiles::{AssembleError, CHECKPOINT_PATH, Fetched, TileSource, artifact_path, assemble};

use crate::ids::Origin;
use crate::leaf;
use crate::pool::{Business, Pool, PoolId, Technical};

/// One leaf of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordLeaf {
    /// The leaf's bytes, as the tree hashes them. Not known to be a leaf yet.
    Shown(Vec<u8>),
    /// The hash of a ballot that is withheld while its election is open.
    Withheld(Hash),
}

impl RecordLeaf {
    /// The RFC 9162 §2.1.1 hash of the leaf.
    pub fn hash(&self) -> Hash {
        match self {
            RecordLeaf::Shown(bytes) => leaf::hash(bytes),
            RecordLeaf::Withheld(hash) => *hash,
        }
    }
}

/// What a pool has published: leaves, artifacts and the checkpoint over the leaves. Nothing in it is
/// verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record<P: Pool> {
    origin: Origin<P>,
    leaves: Vec<RecordLeaf>,
    artifacts: BTreeMap<Hash, Vec<u8>>,
    checkpoint: String,
}

impl<P: Pool> Record<P> {
    /// Puts a record together.
    pub fn new(
        origin: Origin<P>,
        leaves: Vec<RecordLeaf>,
        artifacts: BTreeMap<Hash, Vec<u8>>,
        checkpoint: String,
    ) -> Self {
        Record { origin, leaves, artifacts, checkpoint }
    }
    /// The log it claims to be of.
    pub fn origin(&self) -> &Origin<P> {
        &self.origin
    }
    /// The leaves, in order.
    pub fn leaves(&self) -> &[RecordLeaf] {
        &self.leaves
    }
    /// How many leaves there are.
    pub fn size(&self) -> TreeSize {
        TreeSize(self.leaves.len() as u64)
    }
    /// What is published under each name. That the name is the content's SHA-256 is not checked yet.
    pub fn artifacts(&self) -> &BTreeMap<Hash, Vec<u8>> {
        &self.artifacts
    }
    /// The signed note over the leaves.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }
    /// The record as one file.
    pub fn to_file(&self) -> Result<Vec<u8>, RecordError> {
        let mut writer = RecordWriter::start(&self.origin, self.size())?;
        let mut file = writer.take();
        for leaf in &self.leaves {
            match leaf {
                RecordLeaf::Shown(bytes) => writer.leaf(bytes),
                RecordLeaf::Withheld(hash) => writer.withheld(hash),
            }
            file.append(&mut writer.take());
        }
        for (name, content) in &self.artifacts {
            writer.artifact(name, content);
            file.append(&mut writer.take());
        }
        writer.checkpoint(&self.checkpoint)?;
        file.append(&mut writer.take());
        Ok(file)
    }
}

/// A record whose pool was read from its origin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnyRecord {
    /// Of corporate members.
    Business(Record<Business>),
    /// Of contributors.
    Technical(Record<Technical>),
}

impl AnyRecord {
    /// Which pool's it is.
    pub fn pool(&self) -> PoolId {
        match self {
            AnyRecord::Business(_) => PoolId::Business,
            AnyRecord::Technical(_) => PoolId::Technical,
        }
    }
    /// How many leaves there are.
    pub fn size(&self) -> TreeSize {
        match self {
            AnyRecord::Business(record) => record.size(),
            AnyRecord::Technical(record) => record.size(),
        }
    }
    /// The log it claims to be of.
    pub fn origin(&self) -> &str {
        match self {
            AnyRecord::Business(record) => record.origin().as_str(),
            AnyRecord::Technical(record) => record.origin().as_str(),
        }
    }
    /// The signed note over the leaves.
    pub fn checkpoint(&self) -> &str {
        match self {
            AnyRecord::Business(record) => record.checkpoint(),
            AnyRecord::Technical(record) => record.checkpoint(),
        }
    }
    /// The record as one file.
    pub fn to_file(&self) -> Result<Vec<u8>, RecordError> {
        match self {
            AnyRecord::Business(record) => record.to_file(),
            AnyRecord::Technical(record) => record.to_file(),
        }
    }
}

/// A record's parts before its pool is known.
struct Parts {
    leaves: Vec<RecordLeaf>,
    artifacts: BTreeMap<Hash, Vec<u8>>,
    checkpoint: String,
}

impl Parts {
    /// Chooses the pool by the last part of an origin.
    fn of(self, origin: &str) -> Result<AnyRecord, crate::ids::NameError> {
        let technical = origin.rsplit_once('/').is_some_and(|(_, pool)| pool == Technical::SLUG);
        Ok(if technical {
            AnyRecord::Technical(self.typed(origin.parse()?))
        } else {
            AnyRecord::Business(self.typed(origin.parse()?))
        })
    }
    fn typed<P: Pool>(self, origin: Origin<P>) -> Record<P> {
        Record::new(origin, self.leaves, self.artifacts, self.checkpoint)
    }
}
