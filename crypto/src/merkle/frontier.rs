//! The root of a stream of leaves, in logarithmic memory.

use super::{LeafIndex, TreeSize, empty_root, join, node_hash};
use crate::hash::Hash;

/// The right edge of a tree: enough to append leaves and know the root, not to prove anything.
/// What an auditor runs over a downloaded log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    /// Roots of complete subtrees, largest and leftmost first: one for each bit set in the size.
    subtrees: Vec<Hash>,
    size: TreeSize,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub const fn new() -> Self {
        Self { subtrees: Vec::new(), size: TreeSize::EMPTY }
    }

    /// Appends a leaf by its [`super::leaf_hash`], and tells where it stands.
    pub fn push(&mut self, leaf: Hash) -> LeafIndex {
        let index = self.size.next_leaf();
        let mut root = leaf;
        // Each trailing one bit of the index is a complete subtree of the same size, waiting.
        for _ in 0..index.0.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                root = node_hash(&left, &root);
            }
        }
        self.subtrees.push(root);
        self.size = index.size_after();
        index
    }

    /// How many leaves there were.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The root of the tree so far.
    pub fn root(&self) -> Hash {
        join(self.subtrees.iter().rev().copied()).unwrap_or_else(empty_root)
    }
}

impl Extend<Hash> for Frontier {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut frontier = Self::new();
        frontier.extend(leaves);
        frontier
    }
}
