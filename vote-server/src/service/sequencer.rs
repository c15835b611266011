//! The one task of a pool that appends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crypto::Hash;
use crypto::envelope::Envelope;
use crypto::merkle::LeafIndex;
use crypto::sign::KeyId;
use election::key::Capacity;
use election::leaf::{self, LeafError, MAX_LEAF_BYTES};
use election::pool::Pool;
use election::state::{CheckNow, CheckedBefore, Refusal, SignatureCheck};
use election::statement::{Body, Draft, Statement};
use election::tally::Artifact;
use election::time::Millis;
use tokio::sync::{mpsc, oneshot};

use super::load::{load, sign_head};
use super::projection::Touched;
use super::{Head, Inner, Live, MAX_BATCH, SNAPSHOT_EVERY, ServiceError, Status, SubmitError};
use crate::storage::{Append, ArtifactRow, CheckpointRow, KeyRow, LeafRow, SnapshotRow, Tx, int};

/// A statement that is ready for the rules: decoded, its signatures verified.
#[derive(Debug)]
pub(super) struct Candidate<P: Pool> {
    pub(super) statement: Statement<P>,
    /// The envelope's canonical bytes, as received: they go into the leaf as they are.
    pub(super) envelope: Vec<u8>,
    pub(super) check: CheckedBefore,
    pub(super) artifacts: Vec<Artifact>,
}

/// Where a statement stands now.
#[derive(Debug)]
pub(super) enum Answer {
    /// Appended, durable, published.
    Appended { index: LeafIndex, at: Millis, head: Arc<Head> },
    /// It stood in the log already.
    Repeated,
}

pub(super) type Reply = oneshot::Sender<Result<Answer, SubmitError>>;

/// What the sequencer can be asked.
#[derive(Debug)]
pub(super) enum Job<P: Pool> {
    /// Append this.
    Submit { candidate: Box<Candidate<P>>, reply: Reply },
    /// Open, close and execute what is due.
    Tick { done: oneshot::Sender<Result<(), SubmitError>> },
    /// Read the state back after a failed write.
    Recover,
    /// Finish what is queued, keep a snapshot, end.
    Stop { done: oneshot::Sender<Result<(), ServiceError>> },
}

/// Runs until it is told to stop, or until nobody is left who could ask anything.
pub(super) async fn run<P: Pool>(inner: Arc<Inner<P>>, mut queue: mpsc::Receiver<Job<P>>) {
    let snapshot_at = inner.live().snapshot_at;
    let mut sequencer = Sequencer { snapshot_at, inner };
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    let mut stop = Vec::new();
    while queue.recv_many(&mut jobs, MAX_BATCH).await > 0 {
        sequencer.inner.counters.queued.store(queue.len() as u64, Ordering::Relaxed);
        let mut batch = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Stop { done } => {
                    // Whoever sends after this is told that the pool is closed; what was sent before
                    // is still received.
                    queue.close();
                    sequencer.inner.set_status(Status::Stopped);
                    stop.push(done);
                }
                other @ (Job::Submit { .. } | Job::Tick { .. } | Job::Recover) => batch.push(other),
            }
        }
        sequencer.batch(batch).await;
    }
    sequencer.inner.set_status(Status::Stopped);
    let kept = sequencer.keep_snapshot().await;
    for done in stop {
        let answer = match &kept {
            Ok(()) => Ok(()),
            Err(_) => Err(ServiceError::TaskEnded),
        };
        // Nobody waiting for the answer any more is no fault.
        let _ = done.send(answer);
    }
    if let Err(error) = kept {
        tracing::error!(pool = P::SLUG, %error, "no snapshot kept; the next start takes longer");
    }
}

struct Sequencer<P: Pool> {
    inner: Arc<Inner<P>>,
    /// Log size of the last snapshot.
    snapshot_at: u64,
}

/// A batch that the state has taken in and that is not durable yet.
struct Batch<P: Pool> {
    append: Append,
    touched: Touched<P>,
    replies: Vec<(Reply, Result<Reached, SubmitError>)>,
    ticks: Vec<oneshot::Sender<Result<(), SubmitError>>>,
}

/// Where a statement of the batch stands, once the batch is durable.
enum Reached {
    At(LeafIndex, Millis),
    Before,
}

impl<P: Pool> Batch<P> {
    fn answer(self, head: &Arc<Head>) {
        for (reply, outcome) in self.replies {
            let answer = outcome.map(|reached| match reached {
                Reached::At(index, at) => Answer::Appended { index, at, head: head.clone() },
                Reached::Before => Answer::Repeated,
            });
            // A submitter that went away asks again with the same statement.
            let _ = reply.send(answer);
        }
        for tick in self.ticks {
            let _ = tick.send(Ok(()));
        }
    }
    fn fail(self) {
        for (reply, _) in self.replies {
            let _ = reply.send(Err(SubmitError::Unavailable(P::ID)));
        }
        for tick in self.ticks {
            let _ = tick.send(Err(SubmitError::Unavailable(P::ID)));
        }
    }
}

impl<P: Pool> Sequencer<P> {
    async fn batch(&mut self, jobs: Vec<Job<P>>) {
        let mut candidates = Vec::with_capacity(jobs.len());
        let mut batch = Batch {
            append: Append::default(),
            touched: Touched::default(),
            replies: Vec::with_capacity(jobs.len()),
            ticks: Vec::new(),
        };
        for job in jobs {
            match job {
                Job::Submit { candidate, reply } => candidates.push((candidate, reply)),
                Job::Tick { done } => batch.ticks.push(done),
                Job::Recover => self.recover().await,
                Job::Stop { done } => drop(done),
            }
        }
        if candidates.is_empty() && batch.ticks.is_empty() {
            return;
        }
        if self.inner.status() == Status::Recovering {
            batch
                .replies
                .extend(candidates.into_iter().map(|(_, reply)| (reply, Ok(Reached::Before))));
            return batch.fail();
        }
        match self.write(candidates, &mut batch).await {
            Ok(head) => {
                let head = head.unwrap_or_else(|| self.inner.live().head.clone());
                batch.answer(&head);
            }
            Err(error) => {
                tracing::error!(pool = P::SLUG, %error, "batch not written; reading the state back");
                self.inner.counters.failed.fetch_add(1, Ordering::Relaxed);
                // First the state, so that who is told to come again finds it whole.
                self.recover().await;
                batch.fail();
            }
        }
    }

    /// Applies, signs, commits, publishes. On an error nothing was published, and the state in memory
    /// is ahead of the store.
    async fn write(
        &mut self,
        candidates: Vec<(Box<Candidate<P>>, Reply)>,
        batch: &mut Batch<P>,
    ) -> Result<Option<Arc<Head>>, ServiceError> {
        let keys: Vec<KeyId> = candidates
            .iter()
            .flat_map(|(candidate, _)| new_keys(candidate.statement.body()))
            .collect();
        let mut tx = None;
        let mut known = Vec::new();
        if !keys.is_empty() {
            let mut opened = match self.inner.store.begin().await {
                Ok(opened) => opened,
                Err(error) => return abandon(candidates, batch, error),
            };
            known = match opened.lock_keys(&keys).await {
                Ok(known) => known,
                Err(error) => return abandon(candidates, batch, error),
            };
            tx = Some(opened);
        }
        let Some(head) = self.apply(candidates, &known, batch)? else { return Ok(None) };
        let started = now();
        let tx = match tx {
            Some(tx) => tx,
            None => self.inner.store.begin().await?,
        };
        let appended = batch.append.leaves.len() as u64;
        self.commit(tx, batch).await?;
        let counters = &self.inner.counters;
        let took = started.elapsed();
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        counters.batch.committed(appended, took);
        counters.write_micros.fetch_add(micros, Ordering::Relaxed);
        counters.batches.fetch_add(1, Ordering::Relaxed);
        counters.appended.fetch_add(appended, Ordering::Relaxed);
        let head = Arc::new(head);
        self.inner.live_mut().head = head.clone();
        Ok(Some(head))
    }

    async fn commit(&mut self, mut tx: Tx, batch: &mut Batch<P>) -> Result<(), ServiceError> {
        let touched = std::mem::take(&mut batch.touched);
        let (projection, certified) = touched.rows(&self.inner.live().state)?;
        tx.append(&batch.append, &projection, &certified).await?;
        tx.commit().await?;
        if let Some(snapshot) = &batch.append.snapshot {
            self.snapshot_at = u64::try_from(snapshot.size).unwrap_or_default();
        }
        Ok(())
    }

    /// Lets the state take in what it will. `None`: nothing was appended.
    fn apply(
        &self,
        candidates: Vec<(Box<Candidate<P>>, Reply)>,
        known: &[KeyRow],
        batch: &mut Batch<P>,
    ) -> Result<Option<Head>, ServiceError> {
        let mut live = self.inner.live_mut();
        let at = self.inner.clock.now().max(live.state.last_at());
        self.apply_due(&mut live, at, batch)?;
        for (candidate, reply) in candidates {
            let outcome = admit(&mut live, at, *candidate, known, batch);
            if matches!(&outcome, Ok(Err(SubmitError::Refused(_)))) {
                self.inner.counters.refused.fetch_add(1, Ordering::Relaxed);
            }
            batch.replies.push((reply, outcome?));
        }
        self.apply_due(&mut live, at, batch)?;
        if batch.append.leaves.is_empty() {
            return Ok(None);
        }
        let head = sign_head(&self.inner.anchor, &self.inner.key, &live.tree)?;
        batch.append.checkpoints.push(CheckpointRow {
            pool: P::SLUG.to_owned(),
            size: int(head.size.0),
            root: head.root.as_bytes().to_vec(),
            note: head.note.to_string(),
            last_leaf: int(head.size.0.saturating_sub(1)),
        });
        if live.state.size().0 >= self.snapshot_at + SNAPSHOT_EVERY {
            batch.append.snapshot = Some(snapshot(&live)?);
        }
        Ok(Some(head))
    }

    /// Opens, closes and executes what is due, with the log's key. An effect is due
    /// as soon as its certificate is applied: both stand in one batch, and so in one transaction.
    fn apply_due(
        &self,
        live: &mut Live<P>,
        at: Millis,
        batch: &mut Batch<P>,
    ) -> Result<(), ServiceError> {
        if !live.state.is_due(at) {
            return Ok(());
        }
        for due in live.state.due(at)? {
            let kind = due.body.kind();
            let envelope = Draft::new(&due.body)?.sign(&self.inner.key)?.envelope();
            let statement = Statement::decode(&envelope)?;
            let bytes = envelope.encode()?;
            append(live, at, &statement, &bytes, &mut CheckNow, batch)?
                .map_err(|refusal| ServiceError::OwnStatement { kind, refusal })?;
            tracing::info!(pool = P::SLUG, election = %due.election, %kind, "was due");
        }
        Ok(())
    }

    /// Makes memory what the store has.
    async fn recover(&self) {
        match load(&self.inner.store, &self.inner.anchor, &self.inner.key).await {
            Ok(live) => {
                *self.inner.live_mut() = live;
                if self.inner.status() == Status::Recovering {
                    self.inner.set_status(Status::Serving);
                }
            }
            Err(error) => {
                tracing::error!(pool = P::SLUG, %error, "the state could not be read back");
                if self.inner.status() == Status::Serving {
                    self.inner.set_status(Status::Recovering);
                }
            }
        }
    }

    async fn keep_snapshot(&self) -> Result<(), ServiceError> {
        let row = {
            let live = self.inner.live();
            if live.state.size().0 == self.snapshot_at || live.state.size() != live.head.size {
                return Ok(());
            }
            snapshot(&live)?
        };
        let mut tx = self.inner.store.begin().await?;
        let append = Append { snapshot: Some(row), ..Append::default() };
        tx.append(&append, &Default::default(), &Default::default()).await?;
        Ok(tx.commit().await?)
    }
}

/// The store is not there before anything was applied: nothing has to be rolled back, but everybody
/// has to be told.
fn abandon<P: Pool>(
    candidates: Vec<(Box<Candidate<P>>, Reply)>,
    batch: &mut Batch<P>,
    error: crate::storage::StoreError,
) -> Result<Option<Arc<Head>>, ServiceError> {
    batch.replies.extend(candidates.into_iter().map(|(_, reply)| (reply, Ok(Reached::Before))));
    Err(error.into())
}

/// One candidate. The outer error is a fault of ours, the inner one an answer.
fn admit<P: Pool>(
    live: &mut Live<P>,
    at: Millis,
    candidate: Candidate<P>,
    known: &[KeyRow],
    batch: &mut Batch<P>,
) -> Result<Result<Reached, SubmitError>, ServiceError> {
    let Candidate { statement, envelope, mut check, artifacts } = candidate;
    if live.state.contains(&statement.id()) {
        return Ok(Ok(Reached::Before));
    }
    if let Some(refusal) = used_elsewhere::<P>(statement.body(), known) {
        return Ok(Err(refusal.into()));
    }
    if leaf_length(at, &envelope) > MAX_LEAF_BYTES {
        return Ok(Err(LeafError::TooLong(leaf_length(at, &envelope)).into()));
    }
    match append(live, at, &statement, &envelope, &mut check, batch)? {
        Ok(index) => {
            batch.append.artifacts.extend(artifacts.into_iter().map(|artifact| ArtifactRow {
                pool: P::SLUG.to_owned(),
                sha256: artifact.sha256.as_bytes().to_vec(),
                content: artifact.content,
            }));
            Ok(Ok(Reached::At(index, at)))
        }
        Err(refusal) => Ok(Err(refusal.into())),
    }
}

/// State, tree and batch take in a statement, or none of them does.
fn append<P: Pool>(
    live: &mut Live<P>,
    at: Millis,
    statement: &Statement<P>,
    envelope: &[u8],
    check: &mut impl SignatureCheck,
    batch: &mut Batch<P>,
) -> Result<Result<LeafIndex, Refusal>, ServiceError> {
    let applied = match live.state.apply(at, statement, check) {
        Ok(applied) => applied,
        Err(refusal) => return Ok(Err(refusal)),
    };
    batch.touched.note(&live.state, &applied, statement)?;
    let body = leaf_bytes(at, envelope);
    let hash = leaf::hash(&body);
    live.tree.push(hash);
    batch.append.leaves.push(LeafRow {
        pool: P::SLUG.to_owned(),
        idx: int(applied.index.0),
        at: int(at.get()),
        statement_id: statement.id().hash().as_bytes().to_vec(),
        kind: applied.kind.slug::<P>().to_owned(),
        election: applied.election.map(|id| id.hash().as_bytes().to_vec()),
        leaf_hash: hash.as_bytes().to_vec(),
        body,
    });
    Ok(Ok(applied.index))
}

/// The canonical leaf around an envelope that is canonical already: `at` sorts before `statement`.
pub(super) fn leaf_bytes(at: Millis, envelope: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(leaf_length(at, envelope));
    bytes.extend_from_slice(format!("{{\"at\":{},\"statement\":", at.get()).as_bytes());
    bytes.extend_from_slice(envelope);
    bytes.push(b'}');
    bytes
}

/// At most how long [`leaf_bytes`] is: an instant has up to 16 digits.
fn leaf_length(at: Millis, envelope: &[u8]) -> usize {
    let digits = at.get().checked_ilog10().unwrap_or(0) as usize + 1;
    "{\"at\":,\"statement\":}".len() + digits + envelope.len()
}

/// The keys that a statement takes into use.
fn new_keys<P: Pool>(body: &Body<P>) -> Vec<KeyId> {
    introduced(body).map(|key| key.id()).collect()
}

/// The public keys that a statement takes into use.
pub(super) fn introduced<P: Pool>(
    body: &Body<P>,
) -> impl Iterator<Item = &crypto::sign::PublicKey> {
    let (one, officers) = match body {
        Body::Genesis(genesis) => (Some(&genesis.log_key), genesis.officers.as_slice()),
        Body::Officers(change) => (None, change.officers.as_slice()),
        Body::Invitation(invitation) => (Some(&invitation.key), &[][..]),
        Body::Enrolment(enrolment) => (Some(&enrolment.key), &[][..]),
        Body::Rekey(rekey) => (Some(&rekey.invitation), &[][..]),
        Body::Principal(_)
        | Body::Mandate(_)
        | Body::Related(_)
        | Body::Affiliation(_)
        | Body::Suspension(_)
        | Body::Reinstatement(_)
        | Body::Manifest(_)
        | Body::Cancel(_)
        | Body::Opened(_)
        | Body::Closed(_)
        | Body::Ballot(_)
        | Body::Certificate(_)
        | Body::Effect(_) => (None, &[][..]),
    };
    one.into_iter().chain(officers.iter().map(|officer| &officer.key))
}

/// Wall 3 across the two logs: a key that serves the other pool serves nowhere else.
fn used_elsewhere<P: Pool>(body: &Body<P>, known: &[KeyRow]) -> Option<Refusal> {
    let keys: BTreeMap<&[u8], &KeyRow> = known
        .iter()
        .filter(|row| row.pool != P::SLUG)
        .map(|row| (row.fingerprint.as_slice(), row))
        .collect();
    introduced(body).find_map(|key| {
        let row = keys.get(key.id().as_hash().as_bytes().as_slice())?;
        let capacity = match row.capacity.as_str() {
            "log" => Capacity::Log,
            "officer" => Capacity::Officer,
            "invitation" => Capacity::Invitation,
            _ => Capacity::Voter,
        };
        Some(Refusal::KeyInUse { key: key.id(), capacity })
    })
}

fn snapshot<P: Pool>(live: &Live<P>) -> Result<SnapshotRow, ServiceError> {
    let body = serde_json::to_vec(&live.state)?;
    Ok(SnapshotRow {
        pool: P::SLUG.to_owned(),
        size: int(live.state.size().0),
        sha256: Hash::of(&body).as_bytes().to_vec(),
        body,
    })
}

#[expect(clippy::disallowed_methods, reason = "a duration for the metrics, never a decision")]
pub(super) fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// The bytes an envelope has in a leaf.
pub(super) fn envelope_bytes(envelope: &Envelope) -> Result<Vec<u8>, SubmitError> {
    Ok(envelope.encode()?)
}
