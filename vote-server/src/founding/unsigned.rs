//! Envelopes on their way from officer to officer: DSSE JSON whose list of signatures may still be
//! empty. A log never takes one like that; [`Envelope::encode`] refuses it for a reason.

use crypto::encoding::EncodingError;
use crypto::envelope::{Envelope, EnvelopeError};
use serde::{Deserialize, Serialize};

/// Why a file is no envelope on its way.
#[derive(Debug, thiserror::Error)]
pub enum UnsignedError {
    /// Not JSON of an envelope's shape.
    #[error("not a DSSE envelope: {0}")]
    Json(#[from] serde_json::Error),
    /// A payload that is not base64.
    #[error("the payload: {0}")]
    Base64(#[from] EncodingError),
    /// An envelope that breaks a rule.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unsigned {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: [(); 0],
}

/// Writes an envelope, whether signed or not.
pub fn encode(envelope: &Envelope) -> Result<Vec<u8>, UnsignedError> {
    if !envelope.signatures().is_empty() {
        return Ok(envelope.encode()?);
    }
    Ok(serde_json::to_vec(&Unsigned {
        payload: crypto::encoding::base64::encode(envelope.payload()),
        payload_type: envelope.payload_type().to_owned(),
        signatures: [],
    })?)
}

/// Reads an envelope, whether signed or not.
pub fn decode(bytes: &[u8]) -> Result<Envelope, UnsignedError> {
    match serde_json::from_slice::<Unsigned>(bytes) {
        Ok(unsigned) => {
            let payload = crypto::encoding::base64::decode(&unsigned.payload)?;
            Ok(Envelope::new(unsigned.payload_type, payload)?)
        }
        Err(_) => Ok(Envelope::decode(bytes)?),
    }
}

#[cfg(test)]
mod tests {
    use crypto::sign::SigningKey;

    use super::*;

    #[test]
    fn an_envelope_travels_before_and_after_its_first_signature() {
        let mut envelope = Envelope::new("application/x", b"{}".to_vec()).expect("an envelope");
        let encoded = encode(&envelope).expect("encoded");
        assert_eq!(decode(&encoded).expect("decoded"), envelope);
        envelope.sign(&SigningKey::from_seed(&[1; 32])).expect("signed");
        let encoded = encode(&envelope).expect("encoded");
        assert_eq!(decode(&encoded).expect("decoded"), envelope);
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "{}", "[]", r#"{"payload":"!","payloadType":"x","signatures":[]}"#] {
            assert!(decode(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
