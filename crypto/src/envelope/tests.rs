//! Envelopes: the specification's vector, and every way to be refused.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::encoding::base64;
use crate::testing::{array, key, list, text, vectors};

const VECTORS: &str = include_str!("../../vectors/dsse.json");
const TYPE: &str = "application/vnd.bicameral.v1.technical.ballot+json";

fn envelope(signers: &[u8]) -> Envelope {
    let mut envelope = Envelope::new(TYPE, *b"{}").unwrap();
    for signer in signers {
        envelope.sign(&key(*signer)).unwrap();
    }
    envelope
}

#[test]
fn the_specifications_vector_has_its_pae() {
    let vector = vectors(VECTORS);
    let mut envelope = Envelope::new(text(&vector["payload_type"]), text(&vector["payload"]))
        .expect("the vector is within the limits");
    assert_eq!(envelope.pae(), text(&vector["pae"]).as_bytes());
    assert_eq!(envelope.id().to_string(), text(&vector["id"]));
    // Signing in reverse order gives the same envelope.
    for seed in list(&vector["seeds"]).iter().rev() {
        envelope.sign(&SigningKey::from_seed(&array(seed))).unwrap();
    }
    assert_eq!(envelope.encode().unwrap(), text(&vector["envelope"]).as_bytes());
    let publics = list(&vector["publics"])
        .iter()
        .map(|public| PublicKey::from_bytes(&array(public)).expect("a public key"));
    let read = Envelope::decode(text(&vector["envelope"]).as_bytes()).unwrap();
    read.verify_each(&publics.collect::<Vec<_>>()).unwrap();
}

#[test]
fn signatures_of_another_payload_type_do_not_verify() {
    let signed = envelope(&[1]);
    let other = TYPE.replace("technical", "business");
    let mut moved = Envelope::new(other, signed.payload()).unwrap();
    let signature = *signed.signature_of(key(1).public().id()).unwrap();
    moved.attach(key(1).public().id(), signature).unwrap();
    assert!(matches!(moved.verify(&key(1).public()), Err(EnvelopeError::BadSignature(_))));
    assert_ne!(moved.id(), signed.id());
}

#[test]
fn a_key_signs_once() {
    let id = key(1).public().id();
    assert_eq!(envelope(&[1]).sign(&key(1)), Err(EnvelopeError::DuplicateSigner(id)));
}

#[test]
fn who_has_not_signed_is_named() {
    let missing = key(2).public();
    assert_eq!(envelope(&[1]).verify(&missing), Err(EnvelopeError::NotSignedBy(missing.id())));
}

#[test]
fn a_foreign_signature_under_a_keys_name_is_bad() {
    let mut envelope = envelope(&[]);
    let id = key(1).public().id();
    envelope.attach(id, key(2).sign(&envelope.pae())).unwrap();
    assert_eq!(
        envelope.verify(&key(1).public()),
        Err(EnvelopeError::BadSignature(BadSignature { key: id }))
    );
}

#[test]
fn the_id_ignores_who_signed() {
    assert_eq!(envelope(&[1]).id(), envelope(&[2, 3]).id());
    assert_eq!(envelope(&[1]).id(), Hash::of(&envelope(&[]).pae()));
}

#[test]
fn unsigned_envelopes_do_not_travel() {
    assert_eq!(envelope(&[]).encode(), Err(EnvelopeError::NoSignatures));
    let json = json!({ "payload": "", "payloadType": TYPE, "signatures": [] });
    let refusal = Envelope::decode(&canonical::encode(&json).unwrap());
    assert_eq!(refusal, Err(EnvelopeError::NoSignatures));
}

#[test]
fn limits_hold_when_building() {
    assert!(Envelope::new(TYPE, vec![0; MAX_PAYLOAD_BYTES]).is_ok());
    assert_eq!(
        Envelope::new(TYPE, vec![0; MAX_PAYLOAD_BYTES + 1]),
        Err(EnvelopeError::PayloadTooLong { length: MAX_PAYLOAD_BYTES + 1 })
    );
    for kind in [String::new(), "a".repeat(256), "é".to_owned(), "a\nb".to_owned()] {
        assert_eq!(Envelope::new(kind, *b""), Err(EnvelopeError::PayloadType));
    }
    let mut envelope = envelope(&(0..16).collect::<Vec<_>>());
    assert_eq!(envelope.sign(&key(16)), Err(EnvelopeError::TooManySignatures));
}

#[test]
fn the_largest_envelope_fits_its_limit() {
    let kind = "t".repeat(MAX_PAYLOAD_TYPE_BYTES);
    let mut envelope = Envelope::new(kind, vec![0; MAX_PAYLOAD_BYTES]).unwrap();
    for signer in 0..16 {
        envelope.sign(&key(signer)).unwrap();
    }
    let bytes = envelope.encode().unwrap();
    assert!(bytes.len() <= MAX_ENVELOPE_BYTES);
    assert_eq!(Envelope::decode(&bytes).unwrap(), envelope);
}

#[test]
fn limits_hold_when_reading() {
    let long = vec![b'x'; MAX_ENVELOPE_BYTES + 1];
    assert_eq!(Envelope::decode(&long), Err(EnvelopeError::TooLong { length: long.len() }));
    let read = |json: serde_json::Value| Envelope::decode(&canonical::encode(&json).unwrap());
    let signature =
        |n: u8| json!({ "keyid": Hash::from_bytes([n; 32]), "sig": base64::encode(&[0; 64]) });
    let of = |payload: &str, kind: &str, signatures: &[u8]| {
        let signatures = signatures.iter().map(|n| signature(*n)).collect::<Vec<_>>();
        json!({ "payload": payload, "payloadType": kind, "signatures": signatures })
    };
    assert!(read(of("", TYPE, &[1, 2])).is_ok());
    let id = |n| KeyId::from_hash(Hash::from_bytes([n; 32]));
    assert_eq!(read(of("", TYPE, &[2, 1])), Err(EnvelopeError::SignatureOrder(id(1))));
    assert_eq!(read(of("", TYPE, &[1, 1])), Err(EnvelopeError::DuplicateSigner(id(1))));
    let many = (0..17).collect::<Vec<_>>();
    assert_eq!(read(of("", TYPE, &many)), Err(EnvelopeError::TooManySignatures));
    assert_eq!(read(of("", "", &[1])), Err(EnvelopeError::PayloadType));
    let payload = base64::encode(&vec![0; MAX_PAYLOAD_BYTES + 1]);
    assert!(matches!(read(of(&payload, TYPE, &[1])), Err(EnvelopeError::PayloadTooLong { .. })));
    for payload in ["e30", "e31=", "e30=\n", "_w=="] {
        assert!(matches!(read(of(payload, TYPE, &[1])), Err(EnvelopeError::Canonical(_))));
    }
    let mut unknown = of("", TYPE, &[1]);
    unknown["extra"] = json!(1);
    assert!(matches!(read(unknown), Err(EnvelopeError::Canonical(CanonicalError::Shape(_)))));
}

#[test]
fn white_space_and_other_key_orders_are_refused() {
    let bytes = envelope(&[1]).encode().unwrap();
    let mut spaced = bytes.clone();
    spaced.push(b'\n');
    assert!(matches!(Envelope::decode(&spaced), Err(EnvelopeError::Canonical(_))));
}

#[test]
fn an_envelope_sits_inside_a_leaf() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Leaf {
        at: u64,
        statement: Envelope,
    }
    let leaf = Leaf { at: 7, statement: envelope(&[1, 2]) };
    let bytes = canonical::encode(&leaf).unwrap();
    assert_eq!(canonical::decode::<Leaf>(&bytes).unwrap(), leaf);
    let inner = String::from_utf8(leaf.statement.encode().unwrap()).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), format!("{{\"at\":7,\"statement\":{inner}}}"));
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(
        kind in "[ -~]{1,40}", payload: Vec<u8>, signers in proptest::collection::btree_set(0_u8..9, 1..4),
    ) {
        let mut envelope = Envelope::new(kind, payload).unwrap();
        for signer in &signers {
            envelope.sign(&key(*signer)).unwrap();
        }
        let read = Envelope::decode(&envelope.encode().unwrap()).unwrap();
        for signer in signers {
            prop_assert!(read.verify(&key(signer).public()).is_ok());
        }
        prop_assert_eq!(read, envelope);
    }

    #[test]
    fn mutated_bytes_fail(place: prop::sample::Index, flip in 1_u8..) {
        let envelope = envelope(&[1]);
        let mut bytes = envelope.encode().unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let accepted = Envelope::decode(&bytes).map(|read| read.verify(&key(1).public()));
        prop_assert!(!matches!(accepted, Ok(Ok(()))), "byte {} changed unnoticed", place);
    }
}
