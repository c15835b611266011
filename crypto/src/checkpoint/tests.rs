//! Checkpoints: real ones of a public log, our own frozen one, and forgeries.

use proptest::prelude::*;

use super::*;
use crate::testing::{array, key, list, number, text, vectors};

const VECTORS: &str = include_str!("../../vectors/checkpoint.json");
const ORIGIN: &str = "vote.example.org/technical";

fn signed(body: &str) -> String {
    let key = key(1);
    SignedNote::sign(body, &NoteSigner::new(ORIGIN, &key).unwrap()).unwrap().to_string()
}

fn verifier() -> VerifierKey {
    VerifierKey::new(ORIGIN, key(1).public()).unwrap()
}

#[test]
fn checkpoints_of_a_public_log_open() {
    let vectors = vectors(VECTORS);
    for vector in list(&vectors["published"]).iter().chain([&vectors["own"]]) {
        let verifier: VerifierKey = text(&vector["vkey"]).parse().unwrap();
        let checkpoint = Checkpoint::open(text(&vector["note"]), &verifier).unwrap();
        assert_eq!(checkpoint.origin(), text(&vector["origin"]));
        assert_eq!(checkpoint.size(), TreeSize(number(&vector["size"])));
        assert_eq!(checkpoint.root(), &Hash::from_bytes(array(&vector["root"])));
        assert!(text(&vector["note"]).starts_with(&checkpoint.text()));
    }
}

#[test]
fn our_own_checkpoint_is_signed_byte_for_byte() {
    let vector = &vectors(VECTORS)["own"];
    let root = Hash::from_bytes(array(&vector["root"]));
    let checkpoint =
        Checkpoint::new(text(&vector["origin"]), TreeSize(number(&vector["size"])), root).unwrap();
    let key = SigningKey::from_seed(&array(&vector["seed"]));
    assert_eq!(checkpoint.sign(&key), text(&vector["note"]));
    // A witness's line, of an algorithm we don't know, changes nothing.
    let verifier: VerifierKey = text(&vector["vkey"]).parse().unwrap();
    assert_eq!(Checkpoint::open(text(&vector["witnessed"]), &verifier), Ok(checkpoint));
}

#[test]
fn a_checkpoint_of_another_origin_is_refused_though_the_key_is_right() {
    let body = format!("vote.example.org/business\n0\n{}\n", base64::encode(&[0; 32]));
    assert_eq!(
        Checkpoint::open(&signed(&body), &verifier()),
        Err(CheckpointError::Origin {
            expected: ORIGIN.to_owned(),
            found: "vote.example.org/business".to_owned()
        })
    );
}

#[test]
fn a_checkpoint_by_another_key_is_refused() {
    let checkpoint = Checkpoint::new(ORIGIN, TreeSize(1), Hash::of(b"")).unwrap();
    assert_eq!(
        Checkpoint::open(&checkpoint.sign(&key(2)), &verifier()),
        Err(CheckpointError::Note(NoteError::NotSignedBy(ORIGIN.to_owned())))
    );
}

#[test]
fn malformed_texts_are_refused_though_signed() {
    let root = base64::encode(&[0; 32]);
    for (body, expected) in [
        (format!("{ORIGIN}\n1\n"), CheckpointError::Lines(2)),
        (format!("{ORIGIN}\n1\n{root}\nextension\n"), CheckpointError::Lines(4)),
        (format!("{ORIGIN}\n1\n{root}\n\n"), CheckpointError::Lines(4)),
        (format!("{ORIGIN}\n01\n{root}\n"), CheckpointError::Size),
        (format!("{ORIGIN}\n+1\n{root}\n"), CheckpointError::Size),
        (format!("{ORIGIN}\n-1\n{root}\n"), CheckpointError::Size),
        (format!("{ORIGIN}\n\n{root}\n"), CheckpointError::Size),
        (format!("{ORIGIN}\n1 \n{root}\n"), CheckpointError::Size),
        (format!("{ORIGIN}\n18446744073709551616\n{root}\n"), CheckpointError::Size),
        (
            format!("{ORIGIN}\n9007199254740992\n{root}\n"),
            CheckpointError::SizeRange(TreeSize(1 << 53)),
        ),
        (format!("{ORIGIN}\n1\n{}\n", base64::encode(&[0; 31])), CheckpointError::Root),
        (format!("{ORIGIN}\n1\n{}\n", root.trim_end_matches('=')), CheckpointError::Root),
        (format!("a b\n1\n{root}\n"), CheckpointError::Note(NoteError::KeyName("a b".to_owned()))),
        (format!("\n1\n{root}\n"), CheckpointError::Note(NoteError::KeyName(String::new()))),
    ] {
        assert_eq!(Checkpoint::open(&signed(&body), &verifier()), Err(expected), "{body:?}");
    }
}

#[test]
fn unfit_origins_and_sizes_are_not_signed() {
    for origin in ["", "a b", "a+b", "a\nb", "a\u{2003}b"] {
        assert!(matches!(
            Checkpoint::new(origin, TreeSize(0), Hash::of(b"")),
            Err(CheckpointError::Note(NoteError::KeyName(_)))
        ));
    }
    let size = TreeSize(u64::MAX);
    assert_eq!(Checkpoint::new(ORIGIN, size, Hash::of(b"")), Err(CheckpointError::SizeRange(size)));
}

proptest! {
    #[test]
    fn opening_undoes_signing(size in 0..=MAX_TREE_SIZE.0, root: [u8; 32]) {
        let checkpoint = Checkpoint::new(ORIGIN, TreeSize(size), Hash::from_bytes(root)).unwrap();
        prop_assert_eq!(Checkpoint::open(&checkpoint.sign(&key(1)), &verifier()), Ok(checkpoint));
    }

    #[test]
    fn mutated_checkpoints_fail(place: prop::sample::Index, flip in 1_u8..128) {
        let checkpoint = Checkpoint::new(ORIGIN, TreeSize(77), Hash::of(b"")).unwrap();
        let mut bytes = checkpoint.sign(&key(1)).into_bytes();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(Checkpoint::open(&text, &verifier()).is_err());
        }
    }
}
