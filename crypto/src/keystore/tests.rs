//! Key files: opened by the right passphrase, and by nothing else.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{array, bytes, key, rng, text, vectors};

const VECTORS: &str = include_str!("../../vectors/keystore.json");

fn label() -> KeyLabel {
    KeyLabel {
        capacity: "voter".to_owned(),
        holder: "github:alice".to_owned(),
        origin: "vote.example.org/technical".to_owned(),
    }
}

fn sealed(passphrase: &[u8]) -> KeyFile {
    KeyFile::seal(&key(1), passphrase, label(), KdfParams::minimum(), &mut rng(1)).unwrap()
}

/// The frozen file, with one member changed.
fn edited(pointer: &str, value: Value) -> Result<KeyFile, KeyFileError> {
    let mut file: Value = serde_json::from_str(text(&vectors(VECTORS)["file"])).unwrap();
    *file.pointer_mut(pointer).expect("the member exists") = value;
    KeyFile::decode(&canonical::encode(&file).unwrap())
}

#[test]
fn a_file_made_with_other_libraries_opens() {
    let vector = vectors(VECTORS);
    let file = KeyFile::decode(text(&vector["file"]).as_bytes()).unwrap();
    assert_eq!(file.label(), &label());
    assert_eq!(file.params(), KdfParams::minimum());
    let key = file.open(text(&vector["passphrase"]).as_bytes()).unwrap();
    assert_eq!(*key.seed(), array(&vector["seed"]));
    assert_eq!(&key.public(), file.public_key());
    assert_eq!(file.encode().unwrap(), text(&vector["file"]).as_bytes());
}

#[test]
fn the_same_key_salt_and_nonce_give_the_frozen_file() {
    /// Hands out prepared bytes.
    struct Prepared(std::vec::IntoIter<u8>);
    impl rand_core::TryRng for Prepared {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            unreachable!("sealing asks for bytes")
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            unreachable!("sealing asks for bytes")
        }
        fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Self::Error> {
            target.fill_with(|| self.0.next().expect("enough bytes were prepared"));
            Ok(())
        }
    }
    impl rand_core::TryCryptoRng for Prepared {}

    let vector = vectors(VECTORS);
    let mut rng = Prepared([bytes(&vector["salt"]), bytes(&vector["nonce"])].concat().into_iter());
    let key = SigningKey::from_seed(&array(&vector["seed"]));
    let passphrase = text(&vector["passphrase"]).as_bytes();
    let file = KeyFile::seal(&key, passphrase, label(), KdfParams::minimum(), &mut rng).unwrap();
    assert_eq!(file.encode().unwrap(), text(&vector["file"]).as_bytes());
}

#[test]
fn a_wrong_passphrase_opens_nothing() {
    assert_eq!(sealed(b"right").open(b"wrong").unwrap_err(), KeyFileError::Locked);
}

#[test]
fn every_member_of_the_header_is_bound() {
    let passphrase = b"correct horse battery staple";
    let other_key = serde_json::to_value(key(9).public()).unwrap();
    for (pointer, value) in [
        ("/header/label/capacity", json!("officer")),
        ("/header/label/holder", json!("github:mallory")),
        ("/header/label/origin", json!("vote.example.org/business")),
        ("/header/public_key", other_key),
        ("/header/kdf/params/passes", json!(3)),
        ("/header/kdf/params/memory_kib", json!(19457)),
        ("/header/kdf/params/lanes", json!(2)),
        ("/header/kdf/salt", json!(base64url::encode(&[0; 16]))),
        ("/header/aead/nonce", json!(base64url::encode(&[0; 24]))),
        ("/ciphertext", json!(base64url::encode(&[0; 48]))),
    ] {
        let file = edited(pointer, value).unwrap();
        assert_eq!(file.open(passphrase).unwrap_err(), KeyFileError::Locked, "{pointer}");
    }
}

#[test]
fn a_file_that_holds_another_key_than_it_says_is_refused() {
    // Sealed with the right passphrase, so authentic, and still a lie.
    let honest = sealed(b"p");
    let mut header = honest.file.header.clone();
    header.public_key = key(2).public();
    let associated = canonical::encode(&header).unwrap();
    let seed = key(1).seed();
    let sealed = header
        .cipher(b"p")
        .unwrap()
        .encrypt(
            &XNonce::from(header.aead.nonce),
            Payload { msg: seed.as_slice(), aad: &associated },
        )
        .unwrap();
    let lie = KeyFile { file: File { ciphertext: sealed.try_into().unwrap(), header } };
    let (said, held) = (key(2).public().id(), key(1).public().id());
    assert_eq!(lie.open(b"p").unwrap_err(), KeyFileError::OtherKey { said, held });
}

#[test]
fn weak_and_absurd_parameters_are_refused_before_any_work() {
    for (memory, passes, lanes, expected) in [
        (MIN_MEMORY_KIB - 1, 2, 1, KdfError::Memory(MIN_MEMORY_KIB - 1)),
        (MAX_MEMORY_KIB + 1, 2, 1, KdfError::Memory(MAX_MEMORY_KIB + 1)),
        (u32::MAX, 2, 1, KdfError::Memory(u32::MAX)),
        (MIN_MEMORY_KIB, 0, 1, KdfError::Passes(0)),
        (MIN_MEMORY_KIB, 17, 1, KdfError::Passes(17)),
        (MIN_MEMORY_KIB, 1, 1, KdfError::SinglePass(MIN_MEMORY_KIB)),
        (MIN_MEMORY_KIB, 2, 0, KdfError::Lanes(0)),
        (MIN_MEMORY_KIB, 2, 17, KdfError::Lanes(17)),
    ] {
        assert_eq!(KdfParams::new(memory, passes, lanes), Err(expected));
        let params = json!({ "lanes": lanes, "memory_kib": memory, "passes": passes });
        // Decoding fails: there is no file on which `open` could be called.
        let refusal = edited("/header/kdf/params", params).unwrap_err();
        assert!(refusal.to_string().contains(&expected.to_string()), "{refusal}");
    }
    assert!(KdfParams::new(SINGLE_PASS_MEMORY_KIB, 1, 1).is_ok());
    for params in [KdfParams::recommended(), KdfParams::minimum()] {
        let KdfParams { memory_kib, passes, lanes } = params;
        assert_eq!(KdfParams::new(memory_kib, passes, lanes), Ok(params));
    }
}

#[test]
fn malformed_files_are_refused() {
    let refusal = |pointer, value| edited(pointer, value).unwrap_err();
    assert_eq!(refusal("/header/format", json!("other")), KeyFileError::Format("other".to_owned()));
    assert_eq!(refusal("/header/version", json!(2)), KeyFileError::Version(2));
    for (pointer, value) in [
        ("/header/aead/algorithm", json!("aes256gcm")),
        ("/header/kdf/algorithm", json!("argon2i")),
        ("/header/kdf/salt", json!("AAAA")),
        ("/header/aead/nonce", json!("AAAA")),
        ("/header/public_key", json!(base64url::encode(&[0; 32]))),
        ("/ciphertext", json!("AAAA")),
        ("/header/label", json!({ "capacity": "voter", "holder": "a", "origin": "b", "x": 1 })),
    ] {
        assert!(matches!(refusal(pointer, value), KeyFileError::Canonical(_)), "{pointer}");
    }
    for (field, pointer) in [
        ("capacity", "/header/label/capacity"),
        ("holder", "/header/label/holder"),
        ("origin", "/header/label/origin"),
    ] {
        assert_eq!(refusal(pointer, json!("")), KeyFileError::Label { field });
        assert_eq!(refusal(pointer, json!("a".repeat(256))), KeyFileError::Label { field });
    }
    let long = vec![b' '; MAX_KEY_FILE_BYTES + 1];
    assert_eq!(KeyFile::decode(&long), Err(KeyFileError::TooLong(long.len())));
}

#[test]
fn passphrases_have_their_limits() {
    let seal = |passphrase: &[u8], label| {
        KeyFile::seal(&key(1), passphrase, label, KdfParams::minimum(), &mut rng(1))
    };
    assert_eq!(seal(b"", label()), Err(KeyFileError::Passphrase));
    let long = vec![0; MAX_PASSPHRASE_BYTES + 1];
    assert_eq!(seal(&long, label()), Err(KeyFileError::Passphrase));
    assert_eq!(sealed(b"p").open(b"").unwrap_err(), KeyFileError::Passphrase);
    let unnamed = KeyLabel { holder: String::new(), ..label() };
    assert_eq!(seal(b"p", unnamed), Err(KeyFileError::Label { field: "holder" }));
}

#[test]
fn the_largest_label_fits_the_file() {
    let text = "\"".repeat(MAX_LABEL_BYTES);
    let label = KeyLabel { capacity: text.clone(), holder: text.clone(), origin: text };
    let file = KeyFile::seal(&key(1), b"p", label, KdfParams::minimum(), &mut rng(1)).unwrap();
    assert_eq!(KeyFile::decode(&file.encode().unwrap()), Ok(file));
}

#[test]
fn control_characters_are_no_label() {
    let label = KeyLabel { capacity: "a\nb".to_owned(), ..label() };
    assert_eq!(
        KeyFile::seal(&key(1), b"p", label, KdfParams::minimum(), &mut rng(1)),
        Err(KeyFileError::Label { field: "capacity" })
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn opening_undoes_sealing(seed: [u8; 32], passphrase in "\\PC{1,40}", random: u64) {
        let key = SigningKey::from_seed(&seed);
        let passphrase = passphrase.as_bytes();
        let file = KeyFile::seal(&key, passphrase, label(), KdfParams::minimum(), &mut rng(random)).unwrap();
        let read = KeyFile::decode(&file.encode().unwrap()).unwrap();
        prop_assert_eq!(&read, &file);
        prop_assert_eq!(read.open(passphrase).unwrap().seed(), key.seed());
    }

    #[test]
    fn mutated_files_fail(place: prop::sample::Index, flip in 1_u8..) {
        let vector = vectors(VECTORS);
        let mut bytes = text(&vector["file"]).as_bytes().to_vec();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let opened = KeyFile::decode(&bytes)
            .and_then(|file| file.open(text(&vector["passphrase"]).as_bytes()).map(|_| ()));
        prop_assert!(opened.is_err(), "byte {} changed unnoticed", place);
    }
}
