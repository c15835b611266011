//! Proofs about trees, checked with nothing but the proof and the roots.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{LeafIndex, TreeSize, empty_root, node_hash};
use crate::hash::Hash;

/// The longest path: a tree of 2^63 leaves is 63 levels high, a consistency proof is one longer.
pub const MAX_PATH_HASHES: usize = 64;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// More than [`MAX_PATH_HASHES`] hashes.
    #[error("proof of {0} hashes is longer than {MAX_PATH_HASHES}")]
    TooLong(usize),
    /// The leaf is beyond the tree.
    #[error("leaf {index} is not below size {size}")]
    NoSuchLeaf {
        /// The leaf.
        index: LeafIndex,
        /// The size.
        size: TreeSize,
    },
    /// The old tree is larger than the new one.
    #[error("size {from} is larger than {to}")]
    SizesReversed {
        /// The size that should be the smaller.
        from: TreeSize,
        /// The size that should be the larger.
        to: TreeSize,
    },
    /// A path of another length than sizes and index require.
    #[error("proof has the wrong number of hashes for these sizes")]
    WrongLength,
    /// The path leads to another old root.
    #[error("proof does not lead to the old root")]
    OldRootMismatch,
    /// The path leads to another root.
    #[error("proof does not lead to the root")]
    RootMismatch,
}

/// Shows that a leaf is in a tree: the siblings on the way from the leaf to the root.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Hash>", into = "Vec<Hash>")]
pub struct InclusionProof {
    path: Vec<Hash>,
}

impl InclusionProof {
    /// Takes a path from elsewhere.
    ///
    /// # Errors
    /// Refuses more than [`MAX_PATH_HASHES`].
    pub fn new(path: Vec<Hash>) -> Result<Self, ProofError> {
        if path.len() > MAX_PATH_HASHES {
            return Err(ProofError::TooLong(path.len()));
        }
        Ok(Self { path })
    }

    pub(super) fn from_path(path: Vec<Hash>) -> Self {
        Self { path }
    }

    /// The hashes, from the leaf's sibling up.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// Checks that the leaf of this hash stands at `index` in the tree of that size and root.
    /// RFC 9162 §2.1.3.2; the numbers are its steps.
    ///
    /// # Errors
    /// Says in what way the proof fails.
    pub fn verify(
        &self,
        leaf_hash: &Hash,
        index: LeafIndex,
        size: TreeSize,
        root: &Hash,
    ) -> Result<(), ProofError> {
        // 1.
        if !size.contains(index) {
            return Err(ProofError::NoSuchLeaf { index, size });
        }
        // 2. and 3.
        let mut edge = Edge { node: index.0, last: size.0 - 1 };
        let mut hash = *leaf_hash;
        // 4.
        for sibling in &self.path {
            match edge.step()? {
                Side::Left => hash = node_hash(sibling, &hash),
                Side::Right => hash = node_hash(&hash, sibling),
            }
        }
        // 5.
        if edge.last != 0 {
            return Err(ProofError::WrongLength);
        }
        if hash == *root { Ok(()) } else { Err(ProofError::RootMismatch) }
    }
}

/// Shows that a tree continues an older one: nothing that was in it moved, changed or vanished.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Hash>", into = "Vec<Hash>")]
pub struct ConsistencyProof {
    path: Vec<Hash>,
}

impl ConsistencyProof {
    /// Takes a path from elsewhere.
    ///
    /// # Errors
    /// Refuses more than [`MAX_PATH_HASHES`].
    pub fn new(path: Vec<Hash>) -> Result<Self, ProofError> {
        if path.len() > MAX_PATH_HASHES {
            return Err(ProofError::TooLong(path.len()));
        }
        Ok(Self { path })
    }

    pub(super) fn from_path(path: Vec<Hash>) -> Self {
        Self { path }
    }

    /// The hashes, in the order of RFC 6962 §2.1.2.
    pub fn path(&self) -> &[Hash] {
        &self.path
    }

    /// Checks that the tree of `to_size` and `to_root` continues the one of `from_size` and
    /// `from_root`. RFC 9162 §2.1.4.2; the numbers are its steps. Equal sizes have equal roots and
    /// an empty proof; every tree continues the empty one, also with an empty proof.
    ///
    /// # Errors
    /// Says in what way the proof fails.
    pub fn verify(
        &self,
        from_size: TreeSize,
        from_root: &Hash,
        to_size: TreeSize,
        to_root: &Hash,
    ) -> Result<(), ProofError> {
        if from_size > to_size {
            return Err(ProofError::SizesReversed { from: from_size, to: to_size });
        }
        if from_size == TreeSize::EMPTY || from_size == to_size {
            return self.verify_trivial(from_size, from_root, to_size, to_root);
        }
        // 2. An old tree that is one complete subtree is its own first hash.
        let (first, rest) = if from_size.0.is_power_of_two() {
            (*from_root, self.path.as_slice())
        } else {
            let (first, rest) = self.path.split_first().ok_or(ProofError::WrongLength)?;
            (*first, rest)
        };
        // 1. RFC 9162 §2.1.4.2: an empty path between different sizes fails.
        if self.path.is_empty() {
            return Err(ProofError::WrongLength);
        }
        // 3. and 4.
        let mut edge = Edge { node: from_size.0 - 1, last: to_size.0 - 1 };
        edge.rise(edge.node.trailing_ones());
        // 5.
        let (mut old, mut new) = (first, first);
        // 6.
        for sibling in rest {
            match edge.step()? {
                Side::Left => {
                    old = node_hash(sibling, &old);
                    new = node_hash(sibling, &new);
                }
                Side::Right => new = node_hash(&new, sibling),
            }
        }
        // 7.
        if edge.last != 0 {
            return Err(ProofError::WrongLength);
        }
        if old != *from_root {
            return Err(ProofError::OldRootMismatch);
        }
        if new == *to_root { Ok(()) } else { Err(ProofError::RootMismatch) }
    }

    /// From the empty tree, and between equal sizes.
    fn verify_trivial(
        &self,
        from_size: TreeSize,
        from_root: &Hash,
        to_size: TreeSize,
        to_root: &Hash,
    ) -> Result<(), ProofError> {
        if !self.path.is_empty() {
            return Err(ProofError::WrongLength);
        }
        if from_size == TreeSize::EMPTY && *from_root != empty_root() {
            return Err(ProofError::OldRootMismatch);
        }
        if from_size == to_size && from_root != to_root {
            return Err(ProofError::RootMismatch);
        }
        Ok(())
    }
}

/// The way up the tree: RFC 9162's `fn` and `sn`.
struct Edge {
    node: u64,
    last: u64,
}

/// On which side of the path the next sibling stands.
enum Side {
    Left,
    Right,
}

impl Edge {
    /// One round of step 4 of §2.1.3.2, which is step 6 of §2.1.4.2.
    fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::WrongLength);
        }
        if self.node & 1 == 0 && self.node != self.last {
            self.rise(1);
            return Ok(Side::Right);
        }
        // A left sibling. Where the path ran along the right edge, levels without a sibling are
        // skipped: up to the lowest bit set, or to the top.
        if self.node != 0 {
            self.rise(self.node.trailing_zeros());
        }
        self.rise(1);
        Ok(Side::Left)
    }

    fn rise(&mut self, levels: u32) {
        self.node = self.node.checked_shr(levels).unwrap_or(0);
        self.last = self.last.checked_shr(levels).unwrap_or(0);
    }
}

impl TryFrom<Vec<Hash>> for InclusionProof {
    type Error = ProofError;

    fn try_from(path: Vec<Hash>) -> Result<Self, Self::Error> {
        Self::new(path)
    }
}

impl From<InclusionProof> for Vec<Hash> {
    fn from(proof: InclusionProof) -> Self {
        proof.path
    }
}

impl TryFrom<Vec<Hash>> for ConsistencyProof {
    type Error = ProofError;

    fn try_from(path: Vec<Hash>) -> Result<Self, Self::Error> {
        Self::new(path)
    }
}

impl From<ConsistencyProof> for Vec<Hash> {
    fn from(proof: ConsistencyProof) -> Self {
        proof.path
    }
}
