//! The Merkle tree of RFC 6962 §2.1 (the same tree as RFC 9162 §2.1), with SHA-256.
//!
//! [`Tree`] keeps every node and makes proofs; [`Frontier`] keeps a logarithm of them and knows
//! only the root; [`InclusionProof`] and [`ConsistencyProof`] are checked without any tree.

mod frontier;
mod proof;
mod tree;

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use frontier::Frontier;
pub use proof::{ConsistencyProof, InclusionProof, MAX_PATH_HASHES, ProofError};
pub use tree::Tree;

use crate::hash::Hash;

/// The largest tree: sizes stay exact in JSON, in `i64` and in every foreign implementation.
pub const MAX_TREE_SIZE: TreeSize = TreeSize((1 << 53) - 1);

/// The position of a leaf, counted from zero.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct LeafIndex(pub u64);

/// A number of leaves; names a state of an append-only log.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TreeSize(pub u64);

impl LeafIndex {
    /// The smallest tree that holds this leaf.
    pub const fn size_after(self) -> TreeSize {
        TreeSize(self.0.saturating_add(1))
    }
}

impl TreeSize {
    /// The tree without leaves.
    pub const EMPTY: Self = Self(0);

    /// Where the next leaf will stand.
    pub const fn next_leaf(self) -> LeafIndex {
        LeafIndex(self.0)
    }

    /// Whether a tree of this size has that leaf.
    pub const fn contains(self, leaf: LeafIndex) -> bool {
        leaf.0 < self.0
    }
}

impl fmt::Display for LeafIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TreeSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A question about a part of the tree that doesn't exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MerkleError {
    /// A leaf beyond the size.
    #[error("leaf {index} does not exist at size {size}")]
    NoSuchLeaf {
        /// The leaf asked for.
        index: LeafIndex,
        /// The size at which it was asked for.
        size: TreeSize,
    },
    /// A size the tree has not reached.
    #[error("size {asked} is beyond the tree's {size}")]
    NoSuchSize {
        /// The size asked for.
        asked: TreeSize,
        /// The tree's size.
        size: TreeSize,
    },
    /// A consistency proof from a larger to a smaller tree.
    #[error("size {from} is larger than {to}")]
    SizesReversed {
        /// The size that should be the smaller.
        from: TreeSize,
        /// The size that should be the larger.
        to: TreeSize,
    },
    /// A tile that the tree doesn't fill that far.
    #[error("tile {index} of level {level} has no {width} hashes at size {size}")]
    NoSuchTile {
        /// The tile's level.
        level: u8,
        /// The tile's index.
        index: u64,
        /// The hashes asked for.
        width: u16,
        /// The tree's size.
        size: TreeSize,
    },
}

/// The hash of a leaf's data (RFC 6962 §2.1: `SHA-256(0x00 || d)`).
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash::of_parts(&[&[0x00], data])
}

/// The hash of an inner node (RFC 6962 §2.1: `SHA-256(0x01 || left || right)`).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash::of_parts(&[&[0x01], left.as_bytes(), right.as_bytes()])
}

/// The root of the tree without leaves (RFC 6962 §2.1: the hash of the empty string).
pub fn empty_root() -> Hash {
    Hash::of(b"")
}

/// Joins the roots of neighbouring complete subtrees, given from the rightmost (smallest) to the
/// leftmost (largest), as RFC 6962 §2.1 splits a tree: at the largest power of two below its size.
fn join(roots_from_the_right: impl IntoIterator<Item = Hash>) -> Option<Hash> {
    roots_from_the_right.into_iter().reduce(|right, left| node_hash(&left, &right))
}

#[cfg(test)]
mod tests;
