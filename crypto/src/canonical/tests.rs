//! Canonical JSON: the vectors, every fault, and agreement between scanner and encoder.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::testing::{bytes, list, number, text, vectors};

const VECTORS: &str = include_str!("../../vectors/canonical.json");

#[test]
fn canonical_documents_pass_and_reencode_to_themselves() {
    for vector in list(&vectors(VECTORS)["accepted"]) {
        let document = text(&vector["text"]).as_bytes();
        check(document).unwrap_or_else(|error| panic!("{vector}: {error}"));
        let value: Value = decode(document).unwrap_or_else(|error| panic!("{vector}: {error}"));
        assert_eq!(encode(&value).unwrap(), document, "{vector}");
    }
}

#[test]
fn every_fault_is_found_at_its_place() {
    for vector in list(&vectors(VECTORS)["refused"]) {
        let document = bytes(&vector["hex"]);
        let Err(CanonicalError::Malformed { at, fault }) = check(&document) else {
            panic!("{vector} gives {:?}", check(&document));
        };
        assert_eq!((at as u64, name(fault)), (number(&vector["at"]), text(&vector["fault"])));
        assert!(decode::<Value>(&document).is_err());
    }
}

fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::UnexpectedEnd => "unexpected end",
        Fault::UnexpectedByte(_) => "unexpected byte",
        Fault::WhiteSpace => "white space",
        Fault::TrailingBytes => "trailing bytes",
        Fault::Null => "null",
        Fault::NotAnInteger => "not an integer",
        Fault::NegativeZero => "negative zero",
        Fault::LeadingZero => "leading zero",
        Fault::IntegerRange => "integer range",
        Fault::ControlCharacter => "control character",
        Fault::Escape => "escape",
        Fault::Utf8 => "utf8",
        Fault::Key => "key",
        Fault::KeyOrder => "key order",
        Fault::DuplicateKey => "duplicate key",
        Fault::TooDeep => "too deep",
    }
}

#[test]
fn overlong_documents_are_refused_unread() {
    let document = vec![b' '; MAX_DOCUMENT_BYTES + 1];
    assert_eq!(check(&document), Err(CanonicalError::TooLong { length: document.len() }));
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Sample {
    zulu: Choice,
    alpha: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    mike: Option<i64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Plain,
    Wrapped(u8),
    Pair(u8, String),
    Fields { b: bool, a: bool },
}

#[test]
fn structs_and_enums_come_out_sorted() {
    let sample = Sample {
        zulu: Choice::Fields { b: true, a: false },
        alpha: vec![Choice::Plain, Choice::Wrapped(7), Choice::Pair(1, "é\n".to_owned())],
        mike: Some(-3),
    };
    let document = "{\"alpha\":[\"plain\",{\"wrapped\":7},{\"pair\":[1,\"é\\n\"]}],\
                    \"mike\":-3,\"zulu\":{\"fields\":{\"a\":false,\"b\":true}}}";
    assert_eq!(encode(&sample).unwrap(), document.as_bytes());
    assert_eq!(decode::<Sample>(document.as_bytes()).unwrap(), sample);
}

#[test]
fn fields_that_the_type_would_not_write_are_refused() {
    let unknown = br#"{"alpha":[],"extra":1,"zulu":"plain"}"#;
    assert_eq!(decode::<Sample>(unknown), Err(CanonicalError::NotFaithful { at: 13 }));
    let missing = br#"{"alpha":[]}"#;
    assert!(matches!(decode::<Sample>(missing), Err(CanonicalError::Shape(_))));
    let mistyped = br#"{"alpha":[],"zulu":3}"#;
    assert!(matches!(decode::<Sample>(mistyped), Err(CanonicalError::Shape(_))));
    let defaulted = br#"{"alpha":[],"zulu":"plain"}"#;
    assert_eq!(decode::<Sample>(defaulted).unwrap().mike, None);
}

#[test]
fn values_outside_the_profile_have_no_encoding() {
    let refusal = |result: Result<Vec<u8>, CanonicalError>| match result {
        Err(CanonicalError::Unencodable(why)) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(refusal(encode(&1.0)), Unencodable::Float);
    assert_eq!(refusal(encode(&1.0_f32)), Unencodable::Float);
    assert_eq!(refusal(encode(&(1_u64 << 53))), Unencodable::IntegerRange);
    assert_eq!(refusal(encode(&(-(1_i64 << 53)))), Unencodable::IntegerRange);
    assert_eq!(refusal(encode(&u128::MAX)), Unencodable::IntegerRange);
    assert_eq!(refusal(encode(&i128::MIN)), Unencodable::IntegerRange);
    assert_eq!(refusal(encode(&None::<u8>)), Unencodable::Null);
    assert_eq!(refusal(encode(&())), Unencodable::Null);
    assert_eq!(refusal(encode(&BTreeMap::from([(true, 1)]))), Unencodable::KeyType);
    assert_eq!(refusal(encode(&BTreeMap::from([([1], 1)]))), Unencodable::KeyType);
    let key = BTreeMap::from([("é", 1)]);
    assert_eq!(refusal(encode(&key)), Unencodable::Key("é".to_owned()));
    let key = BTreeMap::from([("a\n", 1)]);
    assert!(matches!(refusal(encode(&key)), Unencodable::Key(_)));
    let mut deep = json!(1);
    for _ in 0..=MAX_DEPTH {
        deep = json!([deep]);
    }
    assert_eq!(refusal(encode(&deep)), Unencodable::TooDeep);
}

#[test]
fn the_same_key_twice_has_no_encoding() {
    struct Twice(&'static [&'static str]);
    impl Serialize for Twice {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|key| (key, 1)))
        }
    }
    let twice =
        |key: &str| Err(CanonicalError::Unencodable(Unencodable::DuplicateKey(key.to_owned())));
    assert_eq!(encode(&Twice(&["a", "a"])), twice("a"));
    assert_eq!(encode(&Twice(&["a", "b", "a"])), twice("a"));
    assert_eq!(encode(&Twice(&["b", "a"])).unwrap(), br#"{"a":1,"b":1}"#);
}

#[test]
fn integer_keys_sort_as_text() {
    let map = BTreeMap::from([(2, "b"), (10, "a")]);
    let document = br#"{"10":"a","2":"b"}"#;
    assert_eq!(encode(&map).unwrap(), document);
    assert_eq!(decode::<BTreeMap<u16, String>>(document).unwrap().len(), 2);
}

/// Any value of the profile.
fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<bool>().prop_map(Value::from),
        (-(MAX_INTEGER as i64)..=MAX_INTEGER as i64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        proptest::collection::vec(any::<char>(), 0..8)
            .prop_map(|characters| Value::from(characters.into_iter().collect::<String>())),
    ];
    scalar.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[ !#-\\[\\]-~]{0,6}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(value in value()) {
        let document = encode(&value).unwrap();
        prop_assert_eq!(check(&document), Ok(()));
        prop_assert_eq!(decode::<Value>(&document).unwrap(), value);
    }

    #[test]
    fn a_mutated_document_is_refused_or_is_canonical_itself(
        value in value(), place: prop::sample::Index, byte: u8,
    ) {
        let mut document = encode(&value).unwrap();
        let place = place.index(document.len());
        document[place] = byte;
        // Whatever the scanner lets pass must be what the encoder writes: the two agree.
        if check(&document).is_ok() {
            let value: Value = serde_json::from_slice(&document).unwrap();
            prop_assert_eq!(encode(&value).unwrap(), document);
        }
    }

    #[test]
    fn truncated_and_extended_documents_are_refused(value in value(), cut: prop::sample::Index) {
        let document = encode(&value).unwrap();
        let mut longer = document.clone();
        longer.push(b' ');
        prop_assert!(check(&longer).is_err());
        let shorter = &document[..cut.index(document.len())];
        // A truncated number is a number.
        prop_assert!(check(shorter).is_err() || shorter.iter().all(|b| b"-0123456789".contains(b)));
    }

    #[test]
    fn the_scanner_never_passes_what_a_json_parser_refuses(document: Vec<u8>) {
        if check(&document).is_ok() {
            prop_assert!(serde_json::from_slice::<Value>(&document).is_ok());
        }
    }
}
