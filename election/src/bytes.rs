//! Fixed-length binary inside signed payloads: base64url without padding.

use crypto::encoding::base64url;
use serde::{Deserialize, Serialize};

/// `N` bytes, written as base64url.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes<const N: usize>(pub [u8; N]);

impl<const N: usize> TryFrom<String> for Bytes<N> {
    type Error = crypto::encoding::EncodingError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        base64url::decode_array(&text).map(Bytes)
    }
}
impl<const N: usize> From<Bytes<N>> for String {
    fn from(bytes: Bytes<N>) -> String {
        base64url::encode(&bytes.0)
    }
}
