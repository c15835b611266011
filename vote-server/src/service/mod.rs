//! One pool at work: its state in memory, its log, its store, and the one task that appends.
//!
//! A statement's way: [`PoolService::submit`] decodes it and verifies its signatures wherever the
//! caller runs, hands it to the `sequencer`, and waits. The sequencer takes what is queued, asks
//! the state, appends what the state took, signs the checkpoint, makes all of it durable in one
//! transaction, and only then publishes the checkpoint and answers.
//!
//! **Invariant:** sequenced ≠ durable ≠ published. A receipt, a checkpoint or a tile shows only what
//! is durable; the state in memory may be ahead of it by the batch that is being written.

pub(crate) mod backup;
mod certify;
mod error;
mod load;
mod projection;
mod reads;
mod rebuild;
mod sequencer;
mod submit;

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use crypto::Hash;
use crypto::merkle::{Tree, TreeSize};
use crypto::note::{SignedNote, VerifierKey};
use election::anchor::{Anchor, PoolAnchor};
use election::key::LogKey;
use election::pool::Pool;
use election::state::PoolState;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

pub use backup::{BackupError, BackupSummary, backup, restore};
pub use error::{ReadError, ServiceError, SubmitError};
pub use reads::{ElectionSummary, RecordLine, RecordReader};
pub use rebuild::{Mode, RebuildReport};
pub use submit::{Freshness, Recorded};

use crate::clock::Clock;
use crate::storage::Store;
use crate::telemetry::BatchMetrics;
use sequencer::Job;

/// Most statements of one batch, and so of one durable commit.
pub const MAX_BATCH: usize = 256;
/// Most statements that wait for the sequencer; beyond it submitters are told to come again.
pub const MAX_QUEUE: usize = 4096;
/// How many leaves after the last one a new snapshot is due. Restarting replays at most so many.
pub const SNAPSHOT_EVERY: u64 = 50_000;
/// How often the windows of elections are looked at.
const TICK: Duration = Duration::from_secs(1);

/// What a pool's anchor is within the foundation's.
pub trait AnchorOf: Pool {
    /// This pool's part of the trust anchor.
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self>;
}
impl AnchorOf for election::Business {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.business
    }
}
impl AnchorOf for election::Technical {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.technical
    }
}

/// A published head: durable, signed, and what every answer is given against.
#[derive(Debug)]
pub struct Head {
    size: TreeSize,
    root: Hash,
    note: SignedNote,
}

impl Head {
    /// How many leaves it covers.
    pub fn size(&self) -> TreeSize {
        self.size
    }
    /// Root over them.
    pub fn root(&self) -> &Hash {
        &self.root
    }
    /// The C2SP checkpoint.
    pub fn note(&self) -> &SignedNote {
        &self.note
    }
}

/// Whether a pool takes statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Status {
    /// It does.
    Serving = 0,
    /// A write failed and the state could not be read back; it is tried again every second.
    Recovering = 1,
    /// It has been shut down.
    Stopped = 2,
}

/// Counts for operators.
#[derive(Default, Debug)]
pub struct Counters {
    /// Statements appended.
    pub appended: AtomicU64,
    /// Statements refused by the rules.
    pub refused: AtomicU64,
    /// Durable commits.
    pub batches: AtomicU64,
    /// Commits that failed.
    pub failed: AtomicU64,
    /// Microseconds spent writing, all batches together.
    pub write_micros: AtomicU64,
    /// Microseconds spent on signatures, all submitters together.
    pub verify_micros: AtomicU64,
    /// Jobs in the queue.
    pub queued: AtomicU64,
    /// Sizes and durations of the commits.
    pub batch: BatchMetrics,
}

/// State, tree and published head: what moves with every batch.
#[derive(Debug)]
struct Live<P: Pool> {
    state: PoolState<P>,
    tree: Tree,
    head: Arc<Head>,
    /// Log size of the last snapshot kept when this was loaded.
    snapshot_at: u64,
}

#[derive(Debug)]
struct Inner<P: Pool> {
    store: Store,
    clock: Arc<dyn Clock>,
    /// The foundation's id.
    foundation: Uuid,
    anchor: PoolAnchor<P>,
    key: LogKey<P>,
    live: RwLock<Live<P>>,
    jobs: mpsc::Sender<Job<P>>,
    status: AtomicU8,
    counters: Counters,
}

/// A pool at work. Clones share it.
#[derive(Debug)]
pub struct PoolService<P: Pool> {
    inner: Arc<Inner<P>>,
}

impl<P: Pool> Clone for PoolService<P> {
    fn clone(&self) -> Self {
        PoolService { inner: self.inner.clone() }
    }
}

impl<P: Pool> Inner<P> {
    /// A panic while the lock was held has ended the sequencer, and so all admission; what can still
    /// be read is checked against the published head.
    fn live(&self) -> RwLockReadGuard<'_, Live<P>> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }
    fn live_mut(&self) -> RwLockWriteGuard<'_, Live<P>> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }
    fn set_status(&self, status: Status) {
        self.status.store(status as u8, Ordering::SeqCst);
    }
    fn status(&self) -> Status {
        match self.status.load(Ordering::SeqCst) {
            0 => Status::Serving,
            1 => Status::Recovering,
            _ => Status::Stopped,
        }
    }
}

impl<P: AnchorOf> PoolService<P> {
    /// Takes up a pool where the store has it: from the last snapshot and the leaves after it. The
    /// whole tree is hashed again and has to give the stored checkpoint's root. Must be called
    /// within a tokio runtime, on which the pool's tasks then run.
    pub async fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        key: LogKey<P>,
    ) -> Result<Self, ServiceError> {
        let anchor = store.anchor().await?.ok_or(ServiceError::NotFounded)?;
        let (foundation, anchor) = (anchor.foundation, P::anchor(&anchor).clone());
        if *anchor.log_key.key() != key.public() {
            return Err(ServiceError::OtherLogKey(P::ID));
        }
        let live = load::load(&store, &anchor, &key).await?;
        tracing::info!(pool = P::SLUG, size = live.head.size.0, "log loaded");
        let (jobs, queue) = mpsc::channel(MAX_QUEUE);
        let inner = Arc::new(Inner {
            store,
            clock,
            foundation,
            anchor,
            key,
            live: RwLock::new(live),
            jobs,
            status: AtomicU8::new(Status::Serving as u8),
            counters: Counters::default(),
        });
        tokio::spawn(sequencer::run(inner.clone(), queue));
        tokio::spawn(ticks(Arc::downgrade(&inner)));
        Ok(PoolService { inner })
    }
}

impl<P: Pool> PoolService<P> {
    /// The pool's part of the trust anchor.
    pub fn anchor(&self) -> &PoolAnchor<P> {
        &self.inner.anchor
    }
    /// The key that signs its checkpoints.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.inner.anchor.log_key
    }
    /// Its store.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }
    /// Whether it takes statements.
    pub fn status(&self) -> Status {
        self.inner.status()
    }
    /// Counts for operators.
    pub fn counters(&self) -> &Counters {
        &self.inner.counters
    }
    /// The time as this pool's log has it.
    pub fn now(&self) -> election::time::Millis {
        self.inner.clock.now()
    }

    /// Opens and closes what is due. The background task does so every second; tests and the
    /// demonstration, whose clock is set, ask for it. Answers once it is durable and published.
    pub async fn tick(&self) -> Result<(), SubmitError> {
        let settled = {
            let live = self.inner.live();
            // A state ahead of the published head may just have taken in what was due.
            !live.state.is_due(self.inner.clock.now()) && live.state.size() == live.head.size
        };
        if settled {
            return Ok(());
        }
        let unavailable = || SubmitError::Unavailable(P::ID);
        let (done, answer) = oneshot::channel();
        self.inner.jobs.send(Job::Tick { done }).await.map_err(|_| unavailable())?;
        answer.await.map_err(|_| unavailable())?
    }

    /// Stops taking statements, finishes those that wait, and keeps a snapshot.
    pub async fn shutdown(&self) -> Result<(), ServiceError> {
        let (done, answer) = oneshot::channel();
        if self.inner.jobs.send(Job::Stop { done }).await.is_err() {
            return Ok(());
        }
        answer.await.unwrap_or(Err(ServiceError::TaskEnded))
    }
}

/// Looks at the windows every second, and tries to recover a pool that could not write.
async fn ticks<P: Pool>(inner: std::sync::Weak<Inner<P>>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        let service = PoolService { inner };
        match service.status() {
            Status::Stopped => return,
            Status::Recovering => {
                if service.inner.jobs.send(Job::Recover).await.is_err() {
                    return;
                }
            }
            Status::Serving => {
                if let Err(error) = service.tick().await {
                    tracing::error!(pool = P::SLUG, %error, "windows could not be looked at");
                }
            }
        }
    }
}
