//! DSSE v1 envelopes: a payload, what kind of payload it is, and signatures over both.
//!
//! The signature covers the pre-authentication encoding `PAE(payloadType, payload)` of the DSSE
//! protocol, so that bytes signed as one kind of statement verify as no other kind. The payload
//! type is our domain separation; it names pool and kind.
//!
//! The JSON form is the one of the DSSE specification (keys `payload`, `payloadType`,
//! `signatures` with `keyid` and `sig`, in standard padded base64), which any DSSE library reads.
//! Ours is narrower: canonical JSON, at least one signature, signatures in ascending order of
//! key id, and no key twice. So an envelope has one spelling.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::canonical::{self, CanonicalError};
use crate::encoding::base64;
use crate::hash::Hash;
use crate::sign::{BadSignature, KeyId, PublicKey, Signature, SigningKey};

/// The longest JSON form. A log entry that holds an envelope stays under the 65,535 bytes of
/// C2SP tlog-tiles.
pub const MAX_ENVELOPE_BYTES: usize = 60_000;

/// The longest payload; with [`MAX_SIGNATURES`] it still fits [`MAX_ENVELOPE_BYTES`].
pub const MAX_PAYLOAD_BYTES: usize = 42_000;

/// The longest payload type.
pub const MAX_PAYLOAD_TYPE_BYTES: usize = 255;

/// How many keys may sign one envelope.
pub const MAX_SIGNATURES: usize = 16;

/// `{"keyid":"…64…","sig":"…88…"},`
const SIGNATURE_JSON_BYTES: usize = 11 + 64 + 9 + 88 + 3;

const _: () = assert!(
    MAX_PAYLOAD_BYTES.div_ceil(3) * 4
        + MAX_PAYLOAD_TYPE_BYTES
        + MAX_SIGNATURES * SIGNATURE_JSON_BYTES
        + 64
        <= MAX_ENVELOPE_BYTES,
    "every envelope that can be built must fit its own limit"
);

/// Why an envelope can't be built, read or trusted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// The JSON form exceeds [`MAX_ENVELOPE_BYTES`].
    #[error("envelope of {length} bytes is longer than {MAX_ENVELOPE_BYTES}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The payload exceeds [`MAX_PAYLOAD_BYTES`].
    #[error("payload of {length} bytes is longer than {MAX_PAYLOAD_BYTES}")]
    PayloadTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The payload type is empty, too long, or not printable ASCII.
    #[error("payload type is not 1 to {MAX_PAYLOAD_TYPE_BYTES} characters of printable ASCII")]
    PayloadType,
    /// An envelope that nobody signed.
    #[error("envelope has no signature")]
    NoSignatures,
    /// More than [`MAX_SIGNATURES`] signatures.
    #[error("envelope has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The key has signed already.
    #[error("key {0} signs the envelope twice")]
    DuplicateSigner(KeyId),
    /// Signatures that are not in ascending order of key id.
    #[error("signature of key {0} is out of order")]
    SignatureOrder(KeyId),
    /// The key whose signature is required has not signed.
    #[error("no signature by key {0}")]
    NotSignedBy(KeyId),
    /// A signature that doesn't verify.
    #[error(transparent)]
    BadSignature(#[from] BadSignature),
    /// Not canonical JSON, or not of an envelope's shape.
    #[error("envelope: {0}")]
    Canonical(#[from] CanonicalError),
}

/// A payload with the signatures made over it and its type.
///
/// Holding one means that its form is right; who signed is for [`Envelope::verify`] to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Envelope {
    payload_type: String,
    payload: Vec<u8>,
    signatures: Vec<EnvelopeSignature>,
}

/// One key's signature on an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnvelopeSignature {
    keyid: KeyId,
    sig: Signature,
}

impl EnvelopeSignature {
    /// The key that claims to have signed.
    pub const fn keyid(&self) -> KeyId {
        self.keyid
    }

    /// What it signed with, unchecked.
    pub const fn sig(&self) -> &Signature {
        &self.sig
    }
}

impl Envelope {
    /// An envelope that nobody has signed yet, and which therefore can't be encoded yet.
    ///
    /// # Errors
    /// Refuses a payload or payload type beyond the limits.
    pub fn new(
        payload_type: impl Into<String>,
        payload: impl Into<Vec<u8>>,
    ) -> Result<Self, EnvelopeError> {
        let (payload_type, payload) = (payload_type.into(), payload.into());
        check_payload(&payload_type, &payload)?;
        Ok(Self { payload_type, payload, signatures: Vec::new() })
    }

    /// Adds a key's signature.
    ///
    /// # Errors
    /// Refuses a second signature by the same key, and more than [`MAX_SIGNATURES`].
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), EnvelopeError> {
        let signature = key.sign(&self.pae());
        self.attach(key.public().id(), signature)
    }

    /// Adds a signature that was made elsewhere over [`Envelope::pae`], such as another
    /// officer's. It is not checked here.
    ///
    /// # Errors
    /// As [`Envelope::sign`].
    pub fn attach(&mut self, keyid: KeyId, sig: Signature) -> Result<(), EnvelopeError> {
        match self.signatures.binary_search_by_key(&keyid, EnvelopeSignature::keyid) {
            Ok(_) => Err(EnvelopeError::DuplicateSigner(keyid)),
            Err(_) if self.signatures.len() == MAX_SIGNATURES => {
                Err(EnvelopeError::TooManySignatures)
            }
            Err(place) => {
                self.signatures.insert(place, EnvelopeSignature { keyid, sig });
                Ok(())
            }
        }
    }

    /// What kind of payload it is: the domain of every signature on it.
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The signed bytes.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signatures, in ascending order of key id.
    pub fn signatures(&self) -> &[EnvelopeSignature] {
        &self.signatures
    }

    /// The bytes that are signed: `PAE` of the DSSE protocol.
    pub fn pae(&self) -> Vec<u8> {
        let mut bytes = pae_header(&self.payload_type, self.payload.len()).into_bytes();
        bytes.extend_from_slice(&self.payload);
        bytes
    }

    /// The id of what is said: the SHA-256 of [`Envelope::pae`], whoever signed it.
    pub fn id(&self) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(pae_header(&self.payload_type, self.payload.len()));
        hasher.update(&self.payload);
        Hash::from_bytes(hasher.finalize().into())
    }

    /// The signature claimed for a key, if there is one.
    pub fn signature_of(&self, keyid: KeyId) -> Option<&Signature> {
        let place = self.signatures.binary_search_by_key(&keyid, EnvelopeSignature::keyid).ok()?;
        self.signatures.get(place).map(EnvelopeSignature::sig)
    }

    /// Requires a valid signature by `key`; other signatures are not looked at.
    ///
    /// # Errors
    /// [`EnvelopeError::NotSignedBy`] or [`EnvelopeError::BadSignature`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), EnvelopeError> {
        self.verify_each(std::slice::from_ref(key))
    }

    /// Requires a valid signature by every one of `keys`.
    ///
    /// # Errors
    /// As [`Envelope::verify`], for the first key that fails.
    pub fn verify_each(&self, keys: &[PublicKey]) -> Result<(), EnvelopeError> {
        let message = self.pae();
        for key in keys {
            let id = key.id();
            let signature = self.signature_of(id).ok_or(EnvelopeError::NotSignedBy(id))?;
            key.verify(&message, signature)?;
        }
        Ok(())
    }

    /// The JSON form.
    ///
    /// # Errors
    /// Refuses an envelope without signatures.
    pub fn encode(&self) -> Result<Vec<u8>, EnvelopeError> {
        if self.signatures.is_empty() {
            return Err(EnvelopeError::NoSignatures);
        }
        Ok(canonical::encode(&WireRef::from(self))?)
    }

    /// Reads the JSON form, and nothing that [`Envelope::encode`] would not have written.
    ///
    /// # Errors
    /// Names the rule that is broken.
    pub fn decode(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLong { length: bytes.len() });
        }
        canonical::decode::<Wire>(bytes)?.try_into()
    }
}

/// DSSE protocol, "Signature Definition": `DSSEv1 SP LEN(type) SP type SP LEN(body) SP body`,
/// here without the body.
fn pae_header(payload_type: &str, payload_length: usize) -> String {
    format!("DSSEv1 {} {payload_type} {payload_length} ", payload_type.len())
}

fn check_payload(payload_type: &str, payload: &[u8]) -> Result<(), EnvelopeError> {
    let printable = payload_type.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if payload_type.is_empty() || payload_type.len() > MAX_PAYLOAD_TYPE_BYTES || !printable {
        return Err(EnvelopeError::PayloadType);
    }
    if payload.len() > MAX_PAYLOAD_BYTES {
        return Err(EnvelopeError::PayloadTooLong { length: payload.len() });
    }
    Ok(())
}

/// The JSON form as it is read.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(with = "base64")]
    payload: Vec<u8>,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<WireSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSignature {
    keyid: KeyId,
    #[serde(with = "base64")]
    sig: [u8; Signature::LENGTH],
}

/// The JSON form as it is written, without a copy of the payload.
#[derive(Serialize)]
struct WireRef<'a> {
    #[serde(with = "base64")]
    payload: &'a [u8],
    #[serde(rename = "payloadType")]
    payload_type: &'a str,
    signatures: Vec<WireSignature>,
}

impl From<&EnvelopeSignature> for WireSignature {
    fn from(signature: &EnvelopeSignature) -> Self {
        Self { keyid: signature.keyid, sig: *signature.sig.as_bytes() }
    }
}

impl<'a> From<&'a Envelope> for WireRef<'a> {
    fn from(envelope: &'a Envelope) -> Self {
        Self {
            payload: &envelope.payload,
            payload_type: &envelope.payload_type,
            signatures: envelope.signatures.iter().map(WireSignature::from).collect(),
        }
    }
}

impl From<Envelope> for Wire {
    fn from(envelope: Envelope) -> Self {
        Self {
            signatures: envelope.signatures.iter().map(WireSignature::from).collect(),
            payload: envelope.payload,
            payload_type: envelope.payload_type,
        }
    }
}

impl TryFrom<Wire> for Envelope {
    type Error = EnvelopeError;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        check_payload(&wire.payload_type, &wire.payload)?;
        if wire.signatures.is_empty() {
            return Err(EnvelopeError::NoSignatures);
        }
        if wire.signatures.len() > MAX_SIGNATURES {
            return Err(EnvelopeError::TooManySignatures);
        }
        let mut signatures: Vec<EnvelopeSignature> = Vec::with_capacity(wire.signatures.len());
        for WireSignature { keyid, sig } in wire.signatures {
            match signatures.last().map(|previous| previous.keyid.cmp(&keyid)) {
                None | Some(std::cmp::Ordering::Less) => {}
                Some(std::cmp::Ordering::Equal) => {
                    return Err(EnvelopeError::DuplicateSigner(keyid));
                }
                Some(std::cmp::Ordering::Greater) => {
                    return Err(EnvelopeError::SignatureOrder(keyid));
                }
            }
            signatures.push(EnvelopeSignature { keyid, sig: Signature::from_bytes(sig) });
        }
        Ok(Self { payload_type: wire.payload_type, payload: wire.payload, signatures })
    }
}

#[cfg(test)]
mod tests;
