//! Keys and signatures against RFC 8032, and against what must be refused.

use proptest::prelude::*;

use super::*;
use crate::testing::{array, bytes, key, list, rng, text, vectors};

const VECTORS: &str = include_str!("../../vectors/ed25519.json");

#[test]
fn rfc_8032_vectors_sign_and_verify() {
    for vector in list(&vectors(VECTORS)["signatures"]) {
        let key = SigningKey::from_seed(&array(&vector["seed"]));
        let message = bytes(&vector["message"]);
        let signature = Signature::from_bytes(array(&vector["signature"]));
        assert_eq!(key.public().as_bytes(), &array(&vector["public"]), "{vector}");
        assert_eq!(key.sign(&message), signature, "{vector}");
        assert_eq!(key.public().id().to_string(), text(&vector["keyid"]));
        let public = PublicKey::from_bytes(&array(&vector["public"])).unwrap();
        public.verify(&message, &signature).unwrap();
    }
}

#[test]
fn public_keys_that_prove_nothing_are_refused() {
    for vector in list(&vectors(VECTORS)["refused_public_keys"]) {
        let expected = match text(&vector["error"]) {
            "weak" => PublicKeyError::Weak,
            "torsion" => PublicKeyError::Torsion,
            "not canonical" => PublicKeyError::NotCanonical,
            "not a point" => PublicKeyError::NotAPoint,
            other => panic!("unknown error {other}"),
        };
        let bytes = array(&vector["public"]);
        assert_eq!(PublicKey::from_bytes(&bytes), Err(expected), "{vector}");
        let json = format!("\"{}\"", base64url::encode(&bytes));
        assert!(serde_json::from_str::<PublicKey>(&json).is_err(), "{vector}");
    }
}

#[test]
fn signatures_that_lax_verifiers_accept_are_refused() {
    for vector in list(&vectors(VECTORS)["refused_signatures"]) {
        let public = PublicKey::from_bytes(&array(&vector["public"])).unwrap();
        let signature = Signature::from_bytes(array(&vector["signature"]));
        let verdict = public.verify(&bytes(&vector["message"]), &signature);
        assert_eq!(verdict, Err(BadSignature { key: public.id() }), "{vector}");
    }
}

#[test]
fn the_equation_alone_would_accept_an_identity_r() {
    // Shows that the vector above is refused by strictness, not because it is malformed.
    use ed25519_dalek::Verifier as _;
    let vectors = vectors(VECTORS);
    let vector = &list(&vectors["refused_signatures"])[1];
    let public = VerifyingKey::from_bytes(&array(&vector["public"])).unwrap();
    let signature = ed25519_dalek::Signature::from_bytes(&array(&vector["signature"]));
    public.verify(&bytes(&vector["message"]), &signature).unwrap();
}

#[test]
fn a_secret_key_is_never_printed() {
    let key = key(3);
    let shown = format!("{key:?}");
    assert!(!shown.contains(&encoding::hex::encode(key.seed().as_slice())));
    assert!(shown.contains(&key.public().id().to_string()));
}

#[test]
fn generated_keys_follow_the_callers_randomness() {
    let first = SigningKey::generate(&mut rng(1));
    assert_eq!(first.seed(), SigningKey::generate(&mut rng(1)).seed());
    assert_ne!(first.seed(), SigningKey::generate(&mut rng(2)).seed());
}

#[test]
fn texts_of_other_lengths_are_refused() {
    let public = key(1).public().to_string();
    assert!(matches!(
        base64url::encode(&[1; 31]).parse::<PublicKey>(),
        Err(PublicKeyError::Encoding(EncodingError::Length { expected: 32, found: 31 }))
    ));
    assert!(format!("{public}=").parse::<PublicKey>().is_err());
    assert!(base64url::encode(&[1; 65]).parse::<Signature>().is_err());
    assert!("00".parse::<KeyId>().is_err());
}

proptest! {
    #[test]
    fn keys_and_signatures_survive_their_text(seed: [u8; 32], message: Vec<u8>) {
        let key = SigningKey::from_seed(&seed);
        let signature = key.sign(&message);
        prop_assert_eq!(key.public().to_string().parse(), Ok(key.public()));
        prop_assert_eq!(signature.to_string().parse(), Ok(signature));
        let json = serde_json::to_string(&(key.public(), key.public().id(), signature)).unwrap();
        let back: (PublicKey, KeyId, Signature) = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, (key.public(), key.public().id(), signature));
    }

    #[test]
    fn any_change_of_message_key_or_signature_is_noticed(
        seed: [u8; 32], message: Vec<u8>, place in 0_usize..64, bit in 0_u8..8,
    ) {
        let key = SigningKey::from_seed(&seed);
        let signature = key.sign(&message);
        prop_assert!(key.public().verify(&message, &signature).is_ok());
        let mut changed = *signature.as_bytes();
        changed[place] ^= 1 << bit;
        prop_assert!(key.public().verify(&message, &Signature::from_bytes(changed)).is_err());
        let longer = [message.as_slice(), &[bit]].concat();
        prop_assert!(key.public().verify(&longer, &signature).is_err());
        prop_assert!(crate::testing::key(9).public().verify(&message, &signature).is_err());
    }
}
