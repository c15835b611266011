//! A tree with all its nodes in memory.

use super::{
    ConsistencyProof, InclusionProof, LeafIndex, MerkleError, TreeSize, empty_root, join, node_hash,
};
use crate::hash::Hash;
use crate::tile::{TILE_HEIGHT, TILE_WIDTH};

/// An append-only tree that answers for any of its past sizes. About 64 bytes a leaf.
///
/// Only hashes live here; the leaves' data is the caller's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// `levels[k][i]` is the root of the complete subtree over leaves `i·2^k .. (i+1)·2^k`.
    /// Incomplete subtrees are never stored, so nothing here ever changes.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// Appends a leaf by its [`super::leaf_hash`], and tells where it stands.
    pub fn push(&mut self, leaf: Hash) -> LeafIndex {
        let index = self.size().next_leaf();
        let mut node = leaf;
        for level in 0.. {
            let Some(nodes) = self.levels.get_mut(level) else {
                self.levels.push(vec![node]);
                break;
            };
            nodes.push(node);
            // An even number of nodes: the last two complete a subtree one level up.
            match nodes.as_slice() {
                [.., left, right] if nodes.len().is_multiple_of(2) => node = node_hash(left, right),
                _ => break,
            }
        }
        index
    }

    /// Forgets every leaf from `size` on: the way back when a batch could not be made durable.
    ///
    /// # Errors
    /// Refuses a size the tree has not reached.
    pub fn truncate(&mut self, size: TreeSize) -> Result<(), MerkleError> {
        let mut keep = self.count_at(size)?;
        for nodes in &mut self.levels {
            nodes.truncate(keep);
            keep /= 2;
        }
        self.levels.retain(|nodes| !nodes.is_empty());
        Ok(())
    }

    /// How many leaves there are.
    pub fn size(&self) -> TreeSize {
        TreeSize(self.levels.first().map_or(0, |leaves| leaves.len() as u64))
    }

    /// The root over all leaves (RFC 6962 §2.1).
    pub fn root(&self) -> Hash {
        self.range_root(0, self.size().0).unwrap_or_else(empty_root)
    }

    /// The root as it was at a past size.
    ///
    /// # Errors
    /// Refuses a size the tree has not reached.
    pub fn root_at(&self, size: TreeSize) -> Result<Hash, MerkleError> {
        self.count_at(size)?;
        Ok(self.range_root(0, size.0).unwrap_or_else(empty_root))
    }

    /// The hash of a leaf.
    pub fn leaf(&self, index: LeafIndex) -> Option<Hash> {
        self.node(0, index.0)
    }

    /// Proves that a leaf is in the tree of a size (RFC 6962 §2.1.1).
    ///
    /// # Errors
    /// Refuses a size the tree has not reached, and a leaf beyond the size.
    pub fn inclusion(
        &self,
        index: LeafIndex,
        size: TreeSize,
    ) -> Result<InclusionProof, MerkleError> {
        self.count_at(size)?;
        if !size.contains(index) {
            return Err(MerkleError::NoSuchLeaf { index, size });
        }
        let mut path = Vec::new();
        let (mut node, mut last) = (index.0, size.0 - 1);
        for level in 0.. {
            if last == 0 {
                break;
            }
            // A node without a sibling at the right edge is carried up as it is.
            let sibling = node ^ 1;
            if sibling <= last {
                path.extend(self.range_root(sibling << level, size.0.min((sibling + 1) << level)));
            }
            node >>= 1;
            last >>= 1;
        }
        Ok(InclusionProof::from_path(path))
    }

    /// Proves that the tree of `to` continues the tree of `from` (RFC 6962 §2.1.2). Between equal
    /// sizes, and from the empty tree, there is nothing to prove and the proof is empty.
    ///
    /// # Errors
    /// Refuses sizes the tree has not reached, and sizes in the wrong order.
    pub fn consistency(
        &self,
        from: TreeSize,
        to: TreeSize,
    ) -> Result<ConsistencyProof, MerkleError> {
        self.count_at(to)?;
        if from > to {
            return Err(MerkleError::SizesReversed { from, to });
        }
        let mut path = Vec::new();
        if from > TreeSize::EMPTY && from < to {
            self.subproof(from.0, 0, to.0, &mut path);
        }
        Ok(ConsistencyProof::from_path(path))
    }

    /// The hashes of a tile of C2SP tlog-tiles: `width` nodes of height 8·`level`, from
    /// 256·`index` on.
    ///
    /// # Errors
    /// Refuses a tile that the tree doesn't fill that far, and widths outside 1 to 256.
    pub fn tile_hashes(&self, level: u8, index: u64, width: u16) -> Result<Vec<Hash>, MerkleError> {
        let missing = MerkleError::NoSuchTile { level, index, width, size: self.size() };
        let height = usize::from(level) * usize::from(TILE_HEIGHT);
        let nodes = self.levels.get(height).ok_or(missing)?;
        let start = index
            .checked_mul(u64::from(TILE_WIDTH))
            .and_then(|start| usize::try_from(start).ok())
            .ok_or(missing)?;
        let end = start.checked_add(usize::from(width)).ok_or(missing)?;
        match nodes.get(start..end) {
            Some(hashes) if (1..=TILE_WIDTH).contains(&width) => Ok(hashes.to_vec()),
            _ => Err(missing),
        }
    }

    fn count_at(&self, size: TreeSize) -> Result<usize, MerkleError> {
        let missing = MerkleError::NoSuchSize { asked: size, size: self.size() };
        if size > self.size() {
            return Err(missing);
        }
        usize::try_from(size.0).map_err(|_| missing)
    }

    fn node(&self, level: u32, index: u64) -> Option<Hash> {
        let nodes = self.levels.get(usize::try_from(level).ok()?)?;
        nodes.get(usize::try_from(index).ok()?).copied()
    }

    /// The tree hash of leaves `start..end`, where `start` is a multiple of the largest power of
    /// two below their number, as it is in every subtree of RFC 6962.
    fn range_root(&self, start: u64, end: u64) -> Option<Hash> {
        let count = end.checked_sub(start)?;
        // One complete subtree for each bit of the count, the smallest at the right.
        let mut position = end;
        join((0..u64::BITS).filter(|bit| count >> bit & 1 == 1).filter_map(|bit| {
            position -= 1 << bit;
            self.node(bit, position >> bit)
        }))
    }

    /// `SUBPROOF(from, D[start:end], start == 0)` of RFC 6962 §2.1.2, with `from` counted from
    /// the beginning of the tree.
    fn subproof(&self, from: u64, start: u64, end: u64, path: &mut Vec<Hash>) {
        if from == end {
            // The verifier knows the root of the whole old tree already.
            if start != 0 {
                path.extend(self.range_root(start, end));
            }
            return;
        }
        let middle = start + (end - start).next_power_of_two() / 2;
        if from <= middle {
            self.subproof(from, start, middle, path);
            path.extend(self.range_root(middle, end));
        } else {
            self.subproof(from, middle, end, path);
            path.extend(self.range_root(start, middle));
        }
    }
}

impl Extend<Hash> for Tree {
    fn extend<I: IntoIterator<Item = Hash>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut tree = Self::new();
        tree.extend(leaves);
        tree
    }
}
