//! Lots that nobody can steer: officers commit to secrets in the manifest and reveal them in the
//! certificate; the seed also takes in the box, which no officer knows beforehand.

use crypto::Hash;
use crypto::sign::{KeyId, SigningKey};
use serde::{Deserialize, Serialize};
use tabulation::LotSeed;
use uuid::Uuid;

use crate::bytes::Bytes;
use crate::manifest::LotCommitment;
use crate::statement::StatementId;

const SECRET_LABEL: &str = "bicameral.v1 lot secret";
const SEED_LABEL: &[u8] = b"bicameral.v1 lots\n";

/// An officer's secret, made public.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotReveal {
    /// Whose.
    pub officer: KeyId,
    /// The secret itself.
    pub secret: Bytes<32>,
}

/// Why revealed secrets give no seed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LotError {
    /// Another number of reveals than promises, or another order.
    #[error("officer {0} promised a secret for the lots and has not revealed it")]
    Missing(KeyId),
    /// A secret nobody promised.
    #[error("a lot secret was revealed for {0}, who promised none")]
    Unpromised(KeyId),
    /// A secret that does not hash to its promise.
    #[error("the lot secret revealed by officer {0} is not the one promised in the manifest")]
    Mismatch(KeyId),
}

/// The secret an officer uses for the election with this nonce. Derived from the officer's own key
/// (Ed25519 signatures are deterministic, RFC 8032 §5.1.6), so that it cannot be mislaid and costs
/// the officer no second safe place.
pub fn secret(key: &SigningKey, nonce: Uuid) -> LotReveal {
    let signature = key.sign(format!("{SECRET_LABEL}\n{nonce}\n").as_bytes());
    let secret = Bytes(*Hash::of(signature.as_bytes()).as_bytes());
    LotReveal { officer: key.public().id(), secret }
}

impl LotReveal {
    /// The promise that goes into the manifest.
    pub fn commitment(&self) -> LotCommitment {
        LotCommitment { officer: self.officer, commitment: Hash::of(&self.secret.0) }
    }
}

/// The seed for all lots of an election: SHA-256 over a label, the manifest's id, the box root and
/// the secrets in the manifest's order. `None` where nobody promised any.
pub fn seed(
    manifest: StatementId,
    box_root: &Hash,
    promised: &[LotCommitment],
    revealed: &[LotReveal],
) -> Result<Option<LotSeed>, LotError> {
    if let Some(extra) = revealed.get(promised.len()) {
        return Err(LotError::Unpromised(extra.officer));
    }
    let mut bytes = SEED_LABEL.to_vec();
    bytes.extend_from_slice(manifest.hash().as_bytes());
    bytes.extend_from_slice(box_root.as_bytes());
    for (index, promise) in promised.iter().enumerate() {
        let reveal = revealed.get(index).ok_or(LotError::Missing(promise.officer))?;
        if reveal.commitment() != *promise {
            return Err(LotError::Mismatch(promise.officer));
        }
        bytes.extend_from_slice(&reveal.secret.0);
    }
    Ok((!promised.is_empty()).then(|| LotSeed::new(*Hash::of(&bytes).as_bytes())))
}
