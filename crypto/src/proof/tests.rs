//! Receipts that stand alone, and those that must not.

use proptest::prelude::*;

use super::*;
use crate::merkle::{Tree, TreeSize, leaf_hash};
use crate::testing::{bytes, key, number, text, vectors};

const VECTORS: &str = include_str!("../../vectors/tlog-proof.json");
const ORIGIN: &str = "vote.example.org/technical";

fn tree(size: u64) -> Tree {
    (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

fn proof(tree: &Tree, index: u64) -> TlogProof {
    let (index, size) = (LeafIndex(index), tree.size());
    let note = Checkpoint::new(ORIGIN, size, tree.root()).unwrap().sign(&key(1));
    let inclusion = tree.inclusion(index, size).unwrap();
    TlogProof::new(index, inclusion, SignedNote::parse(&note).unwrap()).unwrap()
}

fn verifier() -> VerifierKey {
    VerifierKey::new(ORIGIN, key(1).public()).unwrap()
}

#[test]
fn the_frozen_proof_is_read_written_and_true() {
    let vector = vectors(VECTORS);
    let verifier = text(&vector["vkey"]).parse().unwrap();
    let leaf = leaf_hash(&bytes(&vector["leaf"]));
    for (name, extra) in [("proof", Vec::new()), ("proof_with_extra", bytes(&vector["extra"]))] {
        let proof = TlogProof::decode(text(&vector[name])).unwrap();
        assert_eq!(proof.index(), LeafIndex(number(&vector["index"])));
        assert_eq!(proof.extra(), extra);
        assert_eq!(proof.encode(), text(&vector[name]));
        assert_eq!(proof.verify(&leaf, &verifier).unwrap().size(), TreeSize(8));
    }
}

#[test]
fn a_proof_is_of_one_leaf_and_one_log() {
    let tree = tree(11);
    let proof = proof(&tree, 4);
    let leaf = tree.leaf(LeafIndex(4)).unwrap();
    assert_eq!(proof.verify(&leaf, &verifier()).unwrap().root(), &tree.root());
    let other = tree.leaf(LeafIndex(5)).unwrap();
    assert_eq!(
        proof.verify(&other, &verifier()),
        Err(TlogProofError::Inclusion(ProofError::RootMismatch))
    );
    let stranger = VerifierKey::new(ORIGIN, key(2).public()).unwrap();
    assert!(matches!(proof.verify(&leaf, &stranger), Err(TlogProofError::Checkpoint(_))));
}

#[test]
fn the_only_leaf_has_an_empty_path() {
    let tree = tree(1);
    let text = proof(&tree, 0).encode();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nvote.example.org/technical\n1\n"));
    let proof = TlogProof::decode(&text).unwrap();
    proof.verify(&tree.leaf(LeafIndex(0)).unwrap(), &verifier()).unwrap();
}

#[test]
fn malformed_proofs_are_refused() {
    let good = proof(&tree(3), 1).encode();
    let refusal = |text: &str| TlogProof::decode(text).unwrap_err();
    let replaced = |from: &str, to: &str| refusal(&good.replacen(from, to, 1));
    assert_eq!(replaced("@v1", "@v2"), TlogProofError::Version);
    assert_eq!(replaced("c2sp", "\nc2sp"), TlogProofError::Version);
    for index in ["index 01", "index +1", "index", "index ", "index -1", "index  1", "Index 1"] {
        assert_eq!(replaced("index 1", index), TlogProofError::Index, "{index:?}");
    }
    assert_eq!(replaced("index 1", "index 9007199254740991"), TlogProofError::Index);
    assert_eq!(replaced("index", "extra \nindex"), TlogProofError::Extra);
    assert_eq!(replaced("index", "extra AA\nindex"), TlogProofError::Extra);
    assert_eq!(replaced("index", "extra AA==\nextra AA==\nindex"), TlogProofError::Index);
    let long = base64::encode(&[0; MAX_EXTRA_BYTES + 1]);
    assert_eq!(replaced("index", &format!("extra {long}\nindex")), TlogProofError::Extra);
    assert_eq!(replaced("index 1", "index 1\nAA=="), TlogProofError::PathLine(1));
    let hash = base64::encode(&[0; 32]);
    let many = format!("index 1{}", format!("\n{hash}").repeat(63));
    assert_eq!(replaced("index 1", &many), TlogProofError::Inclusion(ProofError::TooLong(65)));
    assert_eq!(replaced("\n\n", "\n"), TlogProofError::PathLine(3));
    assert_eq!(refusal("c2sp.org/tlog-proof@v1\nindex 1\n"), TlogProofError::NoCheckpoint);
    assert!(matches!(replaced("— ", "- "), TlogProofError::Note(_)));
    let long = "a".repeat(MAX_TLOG_PROOF_BYTES + 1);
    assert_eq!(refusal(&long), TlogProofError::TooLong(long.len()));
}

#[test]
fn extra_data_has_its_limits() {
    let proof = proof(&tree(3), 1);
    assert_eq!(proof.clone().with_extra(Vec::new()), Err(TlogProofError::Extra));
    assert_eq!(proof.clone().with_extra(vec![0; MAX_EXTRA_BYTES + 1]), Err(TlogProofError::Extra));
    let full = proof.with_extra(vec![0; MAX_EXTRA_BYTES]).unwrap();
    assert_eq!(TlogProof::decode(&full.encode()).unwrap(), full);
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(size in 1_u64..200, index: prop::sample::Index, extra: Vec<u8>) {
        let tree = tree(size);
        let index = index.index(size as usize) as u64;
        let mut proof = proof(&tree, index);
        if !extra.is_empty() {
            proof = proof.with_extra(extra).unwrap();
        }
        let read = TlogProof::decode(&proof.encode()).unwrap();
        prop_assert!(read.verify(&tree.leaf(LeafIndex(index)).unwrap(), &verifier()).is_ok());
        prop_assert_eq!(read, proof);
    }

    #[test]
    fn mutated_proofs_fail(place: prop::sample::Index, flip in 1_u8..128) {
        let tree = tree(13);
        let mut bytes = proof(&tree, 6).encode().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(text) = String::from_utf8(bytes) {
            let leaf = tree.leaf(LeafIndex(6)).unwrap();
            let verdict = TlogProof::decode(&text).and_then(|proof| proof.verify(&leaf, &verifier()));
            prop_assert!(verdict.is_err());
        }
    }
}
