//! The way of a statement up to the sequencer, and of its receipt back.

use std::sync::atomic::Ordering;

use crypto::envelope::Envelope;
use crypto::merkle::LeafIndex;
use crypto::proof::TlogProof;
use crypto::sign::{KeyId, PublicKey};
use election::leaf::Leaf;
use election::pool::Pool;
use election::receipt::{Receipt, Tracker};
use election::state::CheckedBefore;
use election::statement::{Body, Kind, Statement, StatementId};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;

use super::sequencer::{Answer, Candidate, Job, envelope_bytes, introduced, now};
use super::{Head, PoolService, ReadError, ServiceError, Status, SubmitError};
use crate::storage::StoredLeaf;

/// Whether a statement was new.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Freshness {
    /// It was appended just now.
    New,
    /// It stood in the log already; the receipt is the one it was given then.
    Repeated,
}

/// A recorded statement.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The proof: durable, and in a published checkpoint.
    pub receipt: Receipt,
    /// Where it stands.
    pub index: LeafIndex,
    /// Its name.
    pub id: StatementId,
    /// Whether it was new.
    pub freshness: Freshness,
}

impl<P: Pool> PoolService<P> {
    /// Takes the bytes of an envelope, and answers once they are durable and in a published
    /// checkpoint. The same statement again gets its first receipt again.
    pub async fn submit(&self, bytes: &[u8]) -> Result<Recorded, SubmitError> {
        let envelope = Envelope::decode(bytes)?;
        self.submit_decoded(envelope, bytes.to_vec()).await
    }

    /// The same for an envelope that was put together here.
    pub async fn submit_envelope(&self, envelope: Envelope) -> Result<Recorded, SubmitError> {
        let bytes = envelope_bytes(&envelope)?;
        self.submit_decoded(envelope, bytes).await
    }

    async fn submit_decoded(
        &self,
        envelope: Envelope,
        bytes: Vec<u8>,
    ) -> Result<Recorded, SubmitError> {
        if self.status() != Status::Serving {
            return Err(SubmitError::Unavailable(P::ID));
        }
        let statement = Statement::<P>::decode(&envelope)?;
        let id = statement.id();
        if self.inner.live().state.contains(&id)
            && let Some(recorded) = self.recorded(&id).await?
        {
            return Ok(recorded);
        }
        self.sign_for_nobody(&statement)?;
        let (mut envelope, mut bytes, mut statement) = (envelope, bytes, statement);
        let mut artifacts = Vec::new();
        if let Body::Certificate(certificate) = statement.body() {
            artifacts = self.recount(certificate).await?;
            envelope = self.countersign(envelope)?;
            bytes = envelope_bytes(&envelope)?;
            statement = Statement::decode(&envelope)?;
        }
        let mut check = self.verify(&statement)?;
        if statement.kind() == Kind::Certificate {
            check = self.rehearse(&statement, check)?;
            self.audit_before_publishing(&envelope, &artifacts).await?;
        }
        let candidate = Box::new(Candidate { statement, envelope: bytes, check, artifacts });
        match self.sequence(candidate).await? {
            Answer::Appended { index, at, head } => {
                let leaf = Leaf { at, statement: envelope };
                let receipt = self.receipt(id, index, leaf, &head)?;
                Ok(Recorded { receipt, index, id, freshness: Freshness::New })
            }
            Answer::Repeated => self.recorded(&id).await?.ok_or(SubmitError::Unavailable(P::ID)),
        }
    }

    /// Refuses what the log alone says, and a genesis that is not the one it was founded with.
    fn sign_for_nobody(&self, statement: &Statement<P>) -> Result<(), SubmitError> {
        match statement.kind() {
            kind @ (Kind::Opened | Kind::Closed | Kind::Effect) => {
                Err(SubmitError::MadeByTheLog(kind))
            }
            Kind::Genesis if statement.id() != self.inner.anchor.genesis => {
                Err(SubmitError::OtherGenesis)
            }
            Kind::Genesis
            | Kind::Officers
            | Kind::Principal
            | Kind::Mandate
            | Kind::Related
            | Kind::Affiliation
            | Kind::Invitation
            | Kind::Enrolment
            | Kind::Rekey
            | Kind::Suspension
            | Kind::Reinstatement
            | Kind::Manifest
            | Kind::Cancel
            | Kind::Ballot
            | Kind::Certificate => Ok(()),
        }
    }

    /// Verifies the signatures of keys that the state knows, or that the statement brings with it,
    /// each once, here and not under the lock.
    fn verify(&self, statement: &Statement<P>) -> Result<CheckedBefore, SubmitError> {
        let started = now();
        let key_of = |id: &KeyId| -> Option<PublicKey> {
            let known = self.inner.live().state.key(id).map(|record| record.key);
            known.or_else(|| introduced(statement.body()).find(|key| key.id() == *id).copied())
        };
        let check = CheckedBefore::verify(statement, key_of);
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.inner.counters.verify_micros.fetch_add(micros, Ordering::Relaxed);
        Ok(check?)
    }

    async fn sequence(&self, candidate: Box<Candidate<P>>) -> Result<Answer, SubmitError> {
        let (reply, answer) = oneshot::channel();
        self.inner.jobs.try_send(Job::Submit { candidate, reply }).map_err(
            |error| match error {
                TrySendError::Full(_) => SubmitError::Busy(P::ID),
                TrySendError::Closed(_) => SubmitError::Unavailable(P::ID),
            },
        )?;
        answer.await.map_err(|_| SubmitError::Unavailable(P::ID))?
    }

    /// The receipt of a statement that is durable and published, as it was first given.
    async fn recorded(&self, id: &StatementId) -> Result<Option<Recorded>, ServiceError> {
        let Some(stored) = self.inner.store.leaf_of(P::ID, id).await? else { return Ok(None) };
        self.recorded_leaf(stored).await
    }

    pub(super) async fn recorded_leaf(
        &self,
        stored: StoredLeaf,
    ) -> Result<Option<Recorded>, ServiceError> {
        let index = stored.index;
        let covering = self.inner.store.covering_checkpoint(P::ID, index).await?;
        let Some(covering) = covering.filter(|covering| covering.size <= self.head().size()) else {
            return Ok(None);
        };
        let note = crypto::note::SignedNote::parse(&covering.note)
            .map_err(crypto::checkpoint::CheckpointError::from)?;
        let head = Head { size: covering.size, root: covering.root, note };
        let receipt = self.receipt(stored.id, index, Leaf::decode(&stored.body)?, &head)?;
        Ok(Some(Recorded { receipt, index, id: stored.id, freshness: Freshness::Repeated }))
    }

    /// Proves a leaf to be in a head.
    fn receipt(
        &self,
        id: StatementId,
        index: LeafIndex,
        leaf: Leaf,
        head: &Head,
    ) -> Result<Receipt, ServiceError> {
        let inclusion = self.inner.live().tree.inclusion(index, head.size)?;
        let proof = TlogProof::new(index, inclusion, head.note.clone())?.encode();
        Ok(Receipt { tracker: Tracker::of(id), leaf, proof })
    }

    /// The receipt of a statement, for whoever knows its full id.
    pub async fn receipt_of(&self, id: &StatementId) -> Result<Recorded, ReadError> {
        self.recorded(id).await?.ok_or(ReadError::NotFound("statement"))
    }

    /// The receipt of the ballot with this tracker. While its election is embargoed only the full id
    /// opens it, which its voter has and nobody can guess.
    pub async fn receipt_by_tracker(&self, tracker: &Tracker) -> Result<Recorded, ReadError> {
        let (low, high) = tracker.bounds();
        let found = self.inner.store.leaf_between(P::ID, &low, &high).await?;
        let stored = found.ok_or(ReadError::NotFound("tracker"))?;
        self.refuse_embargoed(&stored)?;
        self.recorded_leaf(stored).await?.ok_or(ReadError::NotFound("tracker"))
    }
}
