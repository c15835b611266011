//! Who has to have signed a statement, and how a signature gets checked.
//!
//! The rules say *which* keys must have signed; a [`SignatureCheck`] says *when* that is computed:
//! at once, already, later on other threads, or never again because the store is our own.

use std::collections::BTreeSet;

use crypto::sign::{BadSignature, KeyId, PublicKey, Signature};

use super::Refusal;
use crate::pool::Pool;
use crate::statement::{Officer, Role, Statement, StatementId};

/// Decides about one signature that the rules ask for.
pub trait SignatureCheck {
    /// `Err` if the signature is known to be bad.
    fn check(
        &mut self,
        key: &PublicKey,
        id: StatementId,
        pae: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature>;
}

/// Verifies at once (`verify_strict`).
#[derive(Debug, Default)]
pub struct CheckNow;

impl SignatureCheck for CheckNow {
    fn check(
        &mut self,
        key: &PublicKey,
        _: StatementId,
        pae: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        key.verify(pae, signature)
    }
}

/// For replaying what this server itself admitted and stored: every signature was checked when it
/// came in, and the stored tree head still fits the stored leaves. Auditors never use this.
#[derive(Debug, Default)]
pub struct TrustStore;

impl SignatureCheck for TrustStore {
    fn check(
        &mut self,
        _: &PublicKey,
        _: StatementId,
        _: &[u8],
        _: &Signature,
    ) -> Result<(), BadSignature> {
        Ok(())
    }
}

/// Signatures of one statement that were verified before the state was locked. The proof counts
/// only for the very keys that were used; a key that changed since makes the check fail.
#[derive(Debug)]
pub struct CheckedBefore {
    id: StatementId,
    keys: Vec<PublicKey>,
}

impl CheckedBefore {
    /// Verifies every signature of a statement with the keys that `key_of` knows. Signatures of
    /// unknown keys prove nothing and are left out: the rules will miss them.
    pub fn verify<P: Pool>(
        statement: &Statement<P>,
        key_of: impl Fn(&KeyId) -> Option<PublicKey>,
    ) -> Result<Self, Refusal> {
        let mut keys = Vec::with_capacity(statement.signatures().len());
        for signature in statement.signatures() {
            if let Some(key) = key_of(&signature.keyid()) {
                key.verify(statement.pae(), signature.sig())
                    .map_err(|bad| Refusal::BadSignature { key: bad.key })?;
                keys.push(key);
            }
        }
        Ok(CheckedBefore { id: statement.id(), keys })
    }
}

impl SignatureCheck for CheckedBefore {
    fn check(
        &mut self,
        key: &PublicKey,
        id: StatementId,
        _: &[u8],
        _: &Signature,
    ) -> Result<(), BadSignature> {
        if id == self.id && self.keys.contains(key) {
            Ok(())
        } else {
            Err(BadSignature { key: key.id() })
        }
    }
}

/// A statement under the eyes of the rules: who signed it, each allowed signer ticked off once.
pub(super) struct Signers<'a, P: Pool, C> {
    statement: &'a Statement<P>,
    check: &'a mut C,
    accepted: BTreeSet<KeyId>,
}

impl<'a, P: Pool, C: SignatureCheck> Signers<'a, P, C> {
    pub(super) fn new(statement: &'a Statement<P>, check: &'a mut C) -> Self {
        Signers { statement, check, accepted: BTreeSet::new() }
    }

    /// This key must have signed.
    pub(super) fn require(&mut self, key: &PublicKey) -> Result<(), Refusal> {
        let id = key.id();
        let signature = self
            .statement
            .signatures()
            .iter()
            .find(|signature| signature.keyid() == id)
            .ok_or(Refusal::SignatureMissing { key: id })?;
        self.check
            .check(key, self.statement.id(), self.statement.pae(), signature.sig())
            .map_err(|_| Refusal::BadSignature { key: id })?;
        self.accepted.insert(id);
        Ok(())
    }

    /// At least `needed` officers of this role must have signed.
    pub(super) fn require_officers(
        &mut self,
        officers: &[Officer],
        role: Role,
        needed: u8,
    ) -> Result<(), Refusal> {
        let mut found = 0;
        for officer in officers.iter().filter(|officer| officer.roles.contains(&role)) {
            let signed = |s: &crypto::envelope::EnvelopeSignature| s.keyid() == officer.key.id();
            if self.statement.signatures().iter().any(signed) {
                self.require(&officer.key)?;
                found += 1;
            }
        }
        if found < usize::from(needed) {
            // Naming a stranger is more help than counting who is missing.
            self.no_strangers()?;
            return Err(Refusal::TooFewOfficers { role, found, needed });
        }
        Ok(())
    }

    fn no_strangers(&self) -> Result<(), Refusal> {
        let stranger =
            |s: &&crypto::envelope::EnvelopeSignature| !self.accepted.contains(&s.keyid());
        match self.statement.signatures().iter().find(stranger) {
            Some(signature) => Err(Refusal::NotASigner {
                key: signature.keyid(),
                kind: self.statement.kind(),
                pool: P::ID,
            }),
            None => Ok(()),
        }
    }

    /// Nobody else may have signed: a signature that means nothing must not look as if it did.
    pub(super) fn and_nobody_else(self) -> Result<(), Refusal> {
        self.no_strangers()
    }
}
