//! Counting for a certificate: the server trusts no officer's count, and signs only its own.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crypto::envelope::Envelope;
use crypto::merkle::{LeafIndex, Tree};
use election::audit;
use election::ballot::Ballot;
use election::certificate::Certificate;
use election::leaf::Leaf;
use election::lots::LotReveal;
use election::pool::Pool;
use election::record::{Record, RecordLeaf};
use election::state::{CheckedBefore, ElectionState, Refusal};
use election::statement::{Body, Draft, Kind, Statement, StatementId};
use election::tally::{Artifact, Count, TallyError, count};

use super::load::sign_head;
use super::{PoolService, ReadError, RecordLine, ServiceError, SubmitError};

/// Ballots read at a time.
const BALLOT_PAGE: u32 = 2_000;

impl<P: Pool> PoolService<P> {
    /// Counts a closed election: what its officers are to sign. `reveals` are their secrets for the
    /// lots, in the manifest's order; an election that promised lots cannot be counted without.
    pub async fn count(
        &self,
        manifest: &StatementId,
        reveals: Vec<LotReveal>,
    ) -> Result<Count<P>, ReadError> {
        let manifest = *manifest;
        let election = self.inner.live().state.election(&manifest).cloned();
        let election = election.ok_or(ReadError::NotFound("election"))?;
        if election.step(election::state::Phase::Closed).is_none() {
            return Err(TallyError::NotClosed(manifest).into());
        }
        let ballots = self.box_of(&manifest, &election).await?;
        let counted = tokio::task::spawn_blocking(move || {
            count(manifest, &election, |id| ballots.get(id), reveals)
        });
        Ok(counted.await.map_err(|_| ServiceError::TaskEnded)??)
    }

    /// The ballots that count, by id.
    async fn box_of(
        &self,
        manifest: &StatementId,
        election: &ElectionState<P>,
    ) -> Result<BTreeMap<StatementId, Ballot<P>>, ServiceError> {
        let mut wanted: std::collections::BTreeSet<_> =
            election.counted().map(|(_, standing)| standing.id).collect();
        let mut ballots = BTreeMap::new();
        let mut from = LeafIndex(0);
        while !wanted.is_empty() {
            let page = self.inner.store.ballots(P::ID, manifest, from, BALLOT_PAGE).await?;
            let Some(last) = page.last() else { break };
            from = LeafIndex(last.index.0 + 1);
            for stored in page.iter().filter(|stored| wanted.remove(&stored.id)) {
                let leaf = Leaf::decode(&stored.body)?;
                let statement = Statement::<P>::decode(&leaf.statement)?;
                if let Body::Ballot(ballot) = statement.body() {
                    ballots.insert(statement.id(), ballot.clone());
                }
            }
        }
        Ok(ballots)
    }

    /// Recomputes a certificate that officers signed, and refuses any difference.
    pub(super) async fn recount(
        &self,
        signed: &Certificate<P>,
    ) -> Result<Vec<Artifact>, SubmitError> {
        if self.inner.live().state.election(&signed.manifest).is_none() {
            let manifest = signed.manifest;
            return Err(Refusal::UnknownElection { manifest, pool: P::ID }.into());
        }
        // A certified election is counted by its certificate; the rules say so better than a recount.
        let own = match self.count(&signed.manifest, signed.lots.clone()).await {
            Ok(own) => own,
            Err(ReadError::Tally(TallyError::NotClosed(manifest))) => {
                let phase = self.inner.live().state.election(&manifest).map(ElectionState::phase);
                let kind = Kind::Certificate;
                let phase = phase.unwrap_or(election::state::Phase::Sealed);
                return Err(Refusal::WrongPhase { manifest, phase, kind }.into());
            }
            Err(ReadError::Tally(error)) => return Err(error.into()),
            Err(ReadError::Internal(error)) => return Err(error.into()),
            Err(ReadError::NotFound(_) | ReadError::Embargoed { .. }) => {
                return Err(SubmitError::Unavailable(P::ID));
            }
        };
        if let Some(field) = difference(&own.certificate, signed) {
            return Err(SubmitError::CertificateDiffers { field });
        }
        Ok(own.contests.into_iter().map(|contest| contest.artifact).collect())
    }

    /// Adds the log's signature to a certificate that equals our own count.
    pub(super) fn countersign(&self, envelope: Envelope) -> Result<Envelope, SubmitError> {
        let log = self.inner.key.public().id();
        if envelope.signature_of(log).is_some() {
            return Ok(envelope);
        }
        let mut draft = Draft::<P>::resume(envelope)?;
        draft = draft.sign(&self.inner.key)?;
        Ok(draft.envelope())
    }

    /// What the rules would say, asked of a copy: their answers are plainer than an audit's.
    pub(super) fn rehearse(
        &self,
        statement: &Statement<P>,
        mut check: CheckedBefore,
    ) -> Result<CheckedBefore, Refusal> {
        let mut state = self.inner.live().state.clone();
        let at = self.inner.clock.now().max(state.last_at());
        state.apply(at, statement, &mut check)?;
        Ok(check)
    }

    /// Runs the auditor's own program over the record as it will stand with this certificate: a
    /// result that a stranger would refute is not published.
    ///
    /// The head over that record is signed for this alone and never leaves this function: another
    /// statement may be sequenced before the certificate is.
    pub(super) async fn audit_before_publishing(
        &self,
        envelope: &Envelope,
        new: &[Artifact],
    ) -> Result<(), SubmitError> {
        let mut reader = self.record();
        reader.withhold_nothing();
        let (mut leaves, mut artifacts) = (Vec::new(), BTreeMap::new());
        artifacts.extend(new.iter().map(|artifact| (artifact.sha256, artifact.content.clone())));
        loop {
            let lines = reader.next().await.map_err(|error| match error {
                ReadError::Internal(error) => SubmitError::Internal(error),
                ReadError::NotFound(_) | ReadError::Embargoed { .. } | ReadError::Tally(_) => {
                    SubmitError::Audit(error.to_string())
                }
            })?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                match line {
                    RecordLine::Leaf(bytes) => leaves.push(RecordLeaf::Shown(bytes)),
                    RecordLine::Withheld(hash) => leaves.push(RecordLeaf::Withheld(hash)),
                    RecordLine::Artifact(Artifact { sha256, content }) => {
                        artifacts.insert(sha256, content);
                    }
                }
            }
        }
        let at = self.inner.clock.now().max(self.inner.live().state.last_at());
        let leaf = Leaf { at, statement: envelope.clone() };
        leaves.push(RecordLeaf::Shown(leaf.encode().map_err(ServiceError::from)?));
        let (anchor, foundation) = (self.inner.anchor.clone(), self.inner.foundation);
        let tree: Tree = leaves.iter().map(RecordLeaf::hash).collect();
        let head = sign_head(&anchor, &self.inner.key, &tree)?;
        let report = tokio::task::spawn_blocking(move || {
            let note = head.note().to_string();
            let record = Record::new(anchor.origin.clone(), leaves, artifacts, note);
            let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
            let options = audit::Options { threads, ..audit::Options::default() };
            audit::audit_pool(&record, audit::Trusted::new(foundation, &anchor), &options)
        });
        let report = report.await.map_err(|_| ServiceError::TaskEnded)?;
        match report.first_failure() {
            None => Ok(()),
            Some((check, finding)) => {
                tracing::error!(pool = P::SLUG, %check, %finding, "the audit refutes a certificate");
                Err(SubmitError::Audit(format!("{check}: {finding}")))
            }
        }
    }
}

/// The first part in which two certificates differ.
fn difference<P: Pool>(own: &Certificate<P>, signed: &Certificate<P>) -> Option<&'static str> {
    let parts = [
        ("log", own.origin == signed.origin),
        ("closing statement", own.closed == signed.closed),
        ("roll", own.roll == signed.roll),
        ("box", own.box_root == signed.box_root),
        ("number of voters", own.heads == signed.heads),
        ("weight of the votes cast", own.weight == signed.weight),
        ("lots", own.lots == signed.lots),
        ("results", own.results == signed.results),
        ("content", own == signed),
    ];
    parts.into_iter().find(|(_, same)| !same).map(|(part, _)| part)
}
