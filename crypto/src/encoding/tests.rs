//! One text for some bytes, and no other.

use ::proptest::prelude::*;

use super::*;

#[test]
fn rfc_4648_vectors_hold() {
    // RFC 4648 §10.
    for (bytes, padded, plain, digits) in [
        ("", "", "", ""),
        ("f", "Zg==", "Zg", "66"),
        ("fo", "Zm8=", "Zm8", "666f"),
        ("foo", "Zm9v", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "Zm9vYg", "666f6f62"),
        ("fooba", "Zm9vYmE=", "Zm9vYmE", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"),
    ] {
        let bytes = bytes.as_bytes();
        assert_eq!(base64::encode(bytes), padded);
        assert_eq!(base64::decode(padded).unwrap(), bytes);
        assert_eq!(base64url::encode(bytes), plain);
        assert_eq!(base64url::decode(plain).unwrap(), bytes);
        assert_eq!(hex::encode(bytes), digits);
        assert_eq!(hex::decode(digits).unwrap(), bytes);
    }
}

#[test]
fn respelt_base64_is_refused() {
    for text in ["Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v\n", " Zm9v", "Zm-_", "=", "Zg==Zg=="] {
        assert!(base64::decode(text).is_err(), "{text:?}");
    }
    for text in ["Zg==", "Zm8=", "Zh", "Zm9", "Zm9v\n", "Zm+/", "Z", "="] {
        assert!(base64url::decode(text).is_err(), "{text:?}");
    }
    assert_eq!(
        base64::decode("Z!=="),
        Err(EncodingError::Character { at: 1, alphabet: "padded base64" })
    );
}

#[test]
fn respelt_hexadecimal_is_refused() {
    assert_eq!(
        hex::decode("6F"),
        Err(EncodingError::Character { at: 1, alphabet: "lowercase hexadecimal" })
    );
    for text in ["6", "6g", "0x66", " 66", "é6"] {
        assert!(hex::decode(text).is_err(), "{text:?}");
    }
}

#[test]
fn arrays_have_their_length() {
    assert_eq!(hex::decode_array("0102"), Ok([1, 2]));
    assert_eq!(
        hex::decode_array::<3>("0102"),
        Err(EncodingError::Length { expected: 3, found: 2 })
    );
    assert_eq!(base64::decode_array("AQI="), Ok([1, 2]));
    assert_eq!(
        base64url::decode_array::<1>("AQI"),
        Err(EncodingError::Length { expected: 1, found: 2 })
    );
}

#[test]
fn the_serde_helpers_fit_vectors_and_arrays() {
    #[derive(Debug, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    struct Fields {
        #[serde(with = "hex")]
        a: [u8; 2],
        #[serde(with = "base64")]
        b: Vec<u8>,
        #[serde(with = "base64url")]
        c: [u8; 1],
    }
    let fields = Fields { a: [1, 2], b: vec![255], c: [255] };
    let json = r#"{"a":"0102","b":"/w==","c":"_w"}"#;
    assert_eq!(serde_json::to_string(&fields).unwrap(), json);
    assert_eq!(serde_json::from_str::<Fields>(json).unwrap(), fields);
    assert!(serde_json::from_str::<Fields>(r#"{"a":"01","b":"","c":"_w"}"#).is_err());
    assert!(serde_json::from_str::<Fields>(r#"{"a":"0102","b":7,"c":"_w"}"#).is_err());
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(bytes: Vec<u8>) {
        prop_assert_eq!(hex::decode(&hex::encode(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(base64::decode(&base64::encode(&bytes)), Ok(bytes.clone()));
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn whatever_decodes_is_what_encoding_writes(text in "[0-9a-fA-Z_/+=-]{0,12}") {
        if let Ok(bytes) = hex::decode(&text) {
            prop_assert_eq!(hex::encode(&bytes), text.clone());
        }
        if let Ok(bytes) = base64::decode(&text) {
            prop_assert_eq!(base64::encode(&bytes), text.clone());
        }
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes), text);
        }
    }
}
