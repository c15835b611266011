//! The tree against the well-known eight leaves, and proofs against everything that isn't one.

use proptest::prelude::*;

use super::*;
use crate::testing::{array, bytes, list, number, text, vectors};

const VECTORS: &str = include_str!("../../vectors/merkle.json");

fn leaves(count: u64) -> impl Iterator<Item = Hash> {
    (0..count).map(|n| leaf_hash(&n.to_be_bytes()))
}

fn known_tree() -> Tree {
    list(&vectors(VECTORS)["leaves"]).iter().map(|leaf| leaf_hash(&bytes(leaf))).collect()
}

fn hashes(value: &serde_json::Value) -> Vec<Hash> {
    list(value).iter().map(|hash| Hash::from_bytes(array(hash))).collect()
}

#[test]
fn the_well_known_tree_has_its_roots() {
    let vector = vectors(VECTORS);
    assert_eq!(empty_root().to_string(), text(&vector["empty_root"]));
    assert_eq!(Tree::new().root(), empty_root());
    assert_eq!(Frontier::new().root(), empty_root());
    let tree = known_tree();
    let mut frontier = Frontier::new();
    assert_eq!(tree.root_at(TreeSize::EMPTY), Ok(empty_root()));
    for (index, root) in (0..).zip(hashes(&vector["roots"])) {
        let leaf = tree.leaf(LeafIndex(index)).unwrap();
        assert_eq!(leaf, hashes(&vector["leaf_hashes"])[index as usize]);
        assert_eq!(frontier.push(leaf), LeafIndex(index));
        assert_eq!(frontier.root(), root);
        assert_eq!(tree.root_at(TreeSize(index + 1)), Ok(root));
    }
    assert_eq!(tree.root(), frontier.root());
    assert_eq!(tree.size(), frontier.size());
}

#[test]
fn the_well_known_tree_has_its_inclusion_proofs() {
    let tree = known_tree();
    for vector in list(&vectors(VECTORS)["inclusion"]) {
        let (index, size) =
            (LeafIndex(number(&vector["index"])), TreeSize(number(&vector["size"])));
        let proof = tree.inclusion(index, size).unwrap();
        assert_eq!(proof.path(), hashes(&vector["path"]), "{vector}");
        let leaf = tree.leaf(index).unwrap();
        proof.verify(&leaf, index, size, &tree.root_at(size).unwrap()).unwrap();
    }
}

#[test]
fn the_well_known_tree_has_its_consistency_proofs() {
    let tree = known_tree();
    for vector in list(&vectors(VECTORS)["consistency"]) {
        let (from, to) = (TreeSize(number(&vector["from"])), TreeSize(number(&vector["to"])));
        let proof = tree.consistency(from, to).unwrap();
        assert_eq!(proof.path(), hashes(&vector["path"]), "{vector}");
        proof.verify(from, &tree.root_at(from).unwrap(), to, &tree.root_at(to).unwrap()).unwrap();
    }
}

#[test]
fn every_proof_of_every_small_tree_holds_at_its_place_only() {
    let tree: Tree = leaves(33).collect();
    for size in (1..=33).map(TreeSize) {
        let root = tree.root_at(size).unwrap();
        for index in (0..size.0).map(LeafIndex) {
            let proof = tree.inclusion(index, size).unwrap();
            let leaf = tree.leaf(index).unwrap();
            assert_eq!(proof.verify(&leaf, index, size, &root), Ok(()));
            for other in (0..size.0).map(LeafIndex).filter(|other| *other != index) {
                assert!(proof.verify(&leaf, other, size, &root).is_err());
            }
        }
        for from in (0..=size.0).map(TreeSize) {
            let proof = tree.consistency(from, size).unwrap();
            let old = tree.root_at(from).unwrap();
            assert_eq!(proof.verify(from, &old, size, &root), Ok(()));
            for other in (1..=size.0).map(TreeSize).filter(|other| *other != from) {
                assert!(proof.verify(other, &old, size, &root).is_err());
            }
        }
    }
}

#[test]
fn inclusion_proofs_fail_for_named_reasons() {
    let tree: Tree = leaves(7).collect();
    let (index, size, root) = (LeafIndex(5), TreeSize(7), tree.root());
    let leaf = tree.leaf(index).unwrap();
    let proof = tree.inclusion(index, size).unwrap();
    assert_eq!(
        proof.verify(&leaf, LeafIndex(7), size, &root),
        Err(ProofError::NoSuchLeaf { index: LeafIndex(7), size })
    );
    assert_eq!(
        proof.verify(&leaf, LeafIndex(0), TreeSize::EMPTY, &root),
        Err(ProofError::NoSuchLeaf { index: LeafIndex(0), size: TreeSize::EMPTY })
    );
    assert_eq!(proof.verify(&root, index, size, &root), Err(ProofError::RootMismatch));
    assert_eq!(proof.verify(&leaf, index, size, &leaf), Err(ProofError::RootMismatch));
    let mut path = proof.path().to_vec();
    path.push(root);
    let longer = InclusionProof::new(path.clone()).unwrap();
    assert_eq!(longer.verify(&leaf, index, size, &root), Err(ProofError::WrongLength));
    path.truncate(2);
    let shorter = InclusionProof::new(path).unwrap();
    assert_eq!(shorter.verify(&leaf, index, size, &root), Err(ProofError::WrongLength));
    assert_eq!(InclusionProof::new(vec![root; 65]), Err(ProofError::TooLong(65)));
}

#[test]
fn consistency_proofs_fail_for_named_reasons() {
    let tree: Tree = leaves(7).collect();
    let (from, to, new) = (TreeSize(3), TreeSize(7), tree.root());
    let old = tree.root_at(from).unwrap();
    let proof = tree.consistency(from, to).unwrap();
    let empty = ConsistencyProof::default();
    assert_eq!(
        proof.verify(to, &new, from, &old),
        Err(ProofError::SizesReversed { from: to, to: from })
    );
    assert_eq!(proof.verify(from, &new, to, &new), Err(ProofError::OldRootMismatch));
    assert_eq!(proof.verify(from, &old, to, &old), Err(ProofError::RootMismatch));
    assert_eq!(empty.verify(from, &old, to, &new), Err(ProofError::WrongLength));
    // Also from a power of two, whose root the verifier knows.
    assert_eq!(empty.verify(TreeSize(4), &old, to, &new), Err(ProofError::WrongLength));
    assert_eq!(proof.verify(to, &new, to, &new), Err(ProofError::WrongLength));
    assert_eq!(empty.verify(to, &old, to, &new), Err(ProofError::RootMismatch));
    assert_eq!(empty.verify(TreeSize::EMPTY, &old, to, &new), Err(ProofError::OldRootMismatch));
    assert_eq!(
        proof.verify(TreeSize::EMPTY, &empty_root(), to, &new),
        Err(ProofError::WrongLength)
    );
    assert_eq!(empty.verify(TreeSize::EMPTY, &empty_root(), to, &new), Ok(()));
    let mut path = proof.path().to_vec();
    path.push(new);
    let longer = ConsistencyProof::new(path).unwrap();
    assert_eq!(longer.verify(from, &old, to, &new), Err(ProofError::WrongLength));
    assert_eq!(ConsistencyProof::new(vec![new; 65]), Err(ProofError::TooLong(65)));
}

#[test]
fn questions_beyond_the_tree_are_refused() {
    let mut tree: Tree = leaves(5).collect();
    let size = tree.size();
    let beyond = MerkleError::NoSuchSize { asked: TreeSize(6), size };
    assert_eq!(tree.root_at(TreeSize(6)), Err(beyond));
    assert_eq!(tree.inclusion(LeafIndex(0), TreeSize(6)), Err(beyond));
    assert_eq!(tree.consistency(TreeSize(1), TreeSize(6)), Err(beyond));
    assert_eq!(tree.truncate(TreeSize(6)), Err(beyond));
    assert_eq!(
        tree.inclusion(LeafIndex(3), TreeSize(3)),
        Err(MerkleError::NoSuchLeaf { index: LeafIndex(3), size: TreeSize(3) })
    );
    assert_eq!(
        tree.consistency(TreeSize(4), TreeSize(3)),
        Err(MerkleError::SizesReversed { from: TreeSize(4), to: TreeSize(3) })
    );
    assert_eq!(tree.leaf(LeafIndex(5)), None);
}

#[test]
fn tiles_hold_the_nodes_of_their_level() {
    let tree: Tree = leaves(600).collect();
    let all: Vec<Hash> = leaves(600).collect();
    assert_eq!(tree.tile_hashes(0, 0, 256).unwrap(), all[..256]);
    assert_eq!(tree.tile_hashes(0, 2, 88).unwrap(), all[512..]);
    // C2SP tlog-tiles: each hash of level 1 is the tree hash of a full tile of level 0.
    let above: Vec<Hash> = all[..512]
        .chunks(256)
        .map(|tile| tile.iter().copied().collect::<Frontier>().root())
        .collect();
    assert_eq!(tree.tile_hashes(1, 0, 2).unwrap(), above);
    for (level, index, width) in
        [(0, 2, 89), (0, 3, 1), (1, 0, 3), (2, 0, 1), (0, 0, 0), (0, 0, 257), (0, u64::MAX, 1)]
    {
        let size = tree.size();
        assert_eq!(
            tree.tile_hashes(level, index, width),
            Err(MerkleError::NoSuchTile { level, index, width, size })
        );
    }
}

proptest! {
    #[test]
    fn rolling_back_gives_the_tree_that_never_grew(before in 0_u64..300, grown in 0_u64..300) {
        let mut tree: Tree = leaves(before + grown).collect();
        tree.truncate(TreeSize(before)).unwrap();
        prop_assert_eq!(&tree, &leaves(before).collect::<Tree>());
        tree.extend(leaves(before + grown).skip(before as usize));
        prop_assert_eq!(tree, leaves(before + grown).collect::<Tree>());
    }

    #[test]
    fn tree_and_frontier_agree(size in 0_u64..1000) {
        let tree: Tree = leaves(1000).collect();
        let frontier: Frontier = leaves(size).collect();
        prop_assert_eq!(tree.root_at(TreeSize(size)).unwrap(), frontier.root());
    }

    #[test]
    fn proofs_of_larger_trees_hold_and_mutated_ones_fail(
        size in 2_u64..2000, index: prop::sample::Index, from: prop::sample::Index,
        place: prop::sample::Index, bit in 0_u8..8,
    ) {
        let tree: Tree = leaves(size).collect();
        let (to, root) = (TreeSize(size), tree.root());
        let index = LeafIndex(index.index(size as usize) as u64);
        let from = TreeSize(from.index(size as usize) as u64);
        let (leaf, old) = (tree.leaf(index).unwrap(), tree.root_at(from).unwrap());
        let mutate = |path: &[Hash]| {
            let mut path = path.to_vec();
            let hash = place.index(path.len());
            let mut bytes = *path[hash].as_bytes();
            bytes[place.index(32)] ^= 1 << bit;
            path[hash] = Hash::from_bytes(bytes);
            path
        };

        let proof = tree.inclusion(index, to).unwrap();
        prop_assert_eq!(proof.verify(&leaf, index, to, &root), Ok(()));
        let mutated = InclusionProof::new(mutate(proof.path())).unwrap();
        prop_assert_eq!(mutated.verify(&leaf, index, to, &root), Err(ProofError::RootMismatch));

        let proof = tree.consistency(from, to).unwrap();
        prop_assert_eq!(proof.verify(from, &old, to, &root), Ok(()));
        if !proof.path().is_empty() {
            let mutated = ConsistencyProof::new(mutate(proof.path())).unwrap();
            prop_assert!(mutated.verify(from, &old, to, &root).is_err());
        }

        let json = serde_json::to_string(&proof).unwrap();
        prop_assert_eq!(serde_json::from_str::<ConsistencyProof>(&json).unwrap(), proof);
    }
}
