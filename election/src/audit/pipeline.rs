//! One pass over the leaves: hash and decode on all cores, apply in order, verify on all cores.
//!
//! The pass is what an audit costs, so it is built around the signatures: a chunk's leaves are
//! decoded on any thread, applied on the one that owns the state, and its signatures handed to any
//! thread again, without decoding, hashing or copying anything twice. The thread that applies helps
//! with the rest while it waits, so that one thread alone does all of it in turn.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crypto::Hash;
use crypto::merkle::{Frontier, LeafIndex, TreeSize};
use crypto::sign::{BadSignature, KeyId, PublicKey, Signature};

use super::Stopwatch;
use super::journal::{Entry, Journal};
use super::report::Finding;
use crate::leaf::{self, Leaf};
use crate::pool::Pool;
use crate::record::{Record, RecordLeaf};
use crate::state::{PoolState, Refusal, SignatureCheck};
use crate::statement::{Statement, StatementId};
use crate::time::Millis;

/// Leaves that are decoded, and signatures that are verified, in one go: long enough that handing
/// them over costs nothing, short enough that the last one does not keep the other cores waiting.
const CHUNK_LEAVES: usize = 256;

/// What the pass found.
pub(super) struct Reading<P: Pool> {
    pub(super) journal: Journal<P>,
    pub(super) state: PoolState<P>,
    pub(super) root: Hash,
    /// The root at each size asked for, as far as the record reaches.
    pub(super) roots: BTreeMap<TreeSize, Hash>,
    /// The first leaf that is not canonical, or is dated before the one in front of it.
    pub(super) leaf_fault: Option<Finding>,
    /// The first statement that is not one of this pool.
    pub(super) statement_fault: Option<Finding>,
    /// The first statement that the rules refuse.
    pub(super) refused: Option<Refused>,
    /// How many statements the rules took.
    pub(super) applied: u64,
    /// How many signatures were verified.
    pub(super) signatures: u64,
    /// The first signature that does not verify.
    pub(super) bad_signature: Option<BadJob>,
    pub(super) times: Times,
}

/// A statement that the rules refuse.
pub(super) struct Refused {
    pub(super) leaf: LeafIndex,
    pub(super) id: StatementId,
    pub(super) refusal: Refusal,
}

/// A signature that does not verify.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BadJob {
    pub(super) leaf: LeafIndex,
    pub(super) id: StatementId,
    pub(super) key: KeyId,
}

/// Work by kind, added up over the threads.
#[derive(Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) leaves: Duration,
    pub(super) statements: Duration,
    pub(super) rules: Duration,
    pub(super) signatures: Duration,
}

/// A leaf on its way from the decoder to the state.
enum Decoded<P: Pool> {
    Statement { hash: Hash, at: Millis, statement: Box<Statement<P>> },
    Withheld(Hash),
    BadLeaf { hash: Hash, why: String },
    BadStatement { hash: Hash, at: Millis, id: StatementId, why: String },
}

/// Signatures of one chunk, with what they are on.
#[derive(Default)]
struct Batch {
    messages: Vec<(LeafIndex, StatementId, Vec<u8>)>,
    jobs: Vec<Job>,
}

struct Job {
    key: PublicKey,
    signature: Signature,
    message: usize,
}

/// Notes down what the rules ask for, by the place that the statement will have in the batch.
struct Collect<'a> {
    jobs: &'a mut Vec<Job>,
    message: usize,
}

impl SignatureCheck for Collect<'_> {
    fn check(
        &mut self,
        key: &PublicKey,
        _: StatementId,
        _: &[u8],
        signature: &Signature,
    ) -> Result<(), BadSignature> {
        self.jobs.push(Job { key: *key, signature: *signature, message: self.message });
        Ok(())
    }
}

enum Task {
    Decode(usize),
    Verify(Batch),
}

/// What the threads share.
struct Shared<P: Pool> {
    queue: Mutex<Queue<P>>,
    changed: Condvar,
}

struct Queue<P: Pool> {
    tasks: VecDeque<Task>,
    decoded: BTreeMap<usize, Vec<Decoded<P>>>,
    running: usize,
    signatures: u64,
    bad: Option<BadJob>,
    times: Times,
    over: bool,
}

/// Reads a whole record. `sizes` are those at which the caller wants to know the root.
pub(super) fn read<P: Pool>(
    record: &Record<P>,
    sizes: &[TreeSize],
    threads: NonZeroUsize,
    stopwatch: &dyn Stopwatch,
    progress: &dyn Fn(u64, u64),
) -> Reading<P> {
    let chunks: Vec<&[RecordLeaf]> = record.leaves().chunks(CHUNK_LEAVES).collect();
    let shared = Shared {
        queue: Mutex::new(Queue {
            tasks: VecDeque::new(),
            decoded: BTreeMap::new(),
            running: 0,
            signatures: 0,
            bad: None,
            times: Times::default(),
            over: false,
        }),
        changed: Condvar::new(),
    };
    let worker = Worker { chunks: &chunks, shared: &shared, stopwatch };
    let mut replay = Replay::new(record, sizes);
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            scope.spawn(|| worker.serve());
        }
        let ahead = 2 * threads.get() + 1;
        let mut asked = 0;
        for next in 0..chunks.len() {
            while asked < chunks.len().min(next + ahead) {
                worker.push(Task::Decode(asked));
                asked += 1;
            }
            let started = worker.wait_for(next);
            let before = stopwatch.elapsed();
            let batch = replay.take(started);
            replay.times.rules += stopwatch.elapsed().saturating_sub(before);
            if !batch.jobs.is_empty() {
                worker.push(Task::Verify(batch));
            }
            progress(replay.frontier.size().0, record.size().0);
        }
        worker.finish();
    });
    let queue = shared.queue.into_inner().unwrap_or_else(PoisonError::into_inner);
    replay.finish(queue)
}

/// One thread's view of the work.
struct Worker<'a, P: Pool> {
    chunks: &'a [&'a [RecordLeaf]],
    shared: &'a Shared<P>,
    stopwatch: &'a dyn Stopwatch,
}

impl<P: Pool> Worker<'_, P> {
    fn lock(&self) -> MutexGuard<'_, Queue<P>> {
        self.shared.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep<'g>(&self, queue: MutexGuard<'g, Queue<P>>) -> MutexGuard<'g, Queue<P>> {
        self.shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, task: Task) {
        self.lock().tasks.push_back(task);
        self.shared.changed.notify_all();
    }

    /// Works until there is nothing left to do.
    fn serve(&self) {
        let mut queue = self.lock();
        while !queue.over {
            queue = match queue.tasks.pop_front() {
                Some(task) => self.run(queue, task),
                None => self.sleep(queue),
            };
        }
    }

    /// The leaves of a chunk, once decoded; helps until they are.
    fn wait_for(&self, chunk: usize) -> Vec<Decoded<P>> {
        let mut queue = self.lock();
        loop {
            if let Some(decoded) = queue.decoded.remove(&chunk) {
                return decoded;
            }
            queue = match queue.tasks.pop_front() {
                Some(task) => self.run(queue, task),
                None => self.sleep(queue),
            };
        }
    }

    /// Helps until all is done, then sends the others home.
    fn finish(&self) {
        let mut queue = self.lock();
        loop {
            queue = match queue.tasks.pop_front() {
                Some(task) => self.run(queue, task),
                None if queue.running > 0 => self.sleep(queue),
                None => break,
            };
        }
        queue.over = true;
        self.shared.changed.notify_all();
    }

    /// Does a task without holding the lock.
    fn run<'g>(
        &'g self,
        mut queue: MutexGuard<'g, Queue<P>>,
        task: Task,
    ) -> MutexGuard<'g, Queue<P>> {
        queue.running += 1;
        drop(queue);
        let before = self.stopwatch.elapsed();
        let mut queue = match task {
            Task::Decode(chunk) => {
                let leaves = self.chunks.get(chunk).copied().unwrap_or_default();
                let read: Vec<_> = leaves.iter().map(read_leaf).collect();
                let between = self.stopwatch.elapsed();
                let decoded = read.into_iter().map(decode).collect();
                let after = self.stopwatch.elapsed();
                let mut queue = self.lock();
                queue.times.leaves += between.saturating_sub(before);
                queue.times.statements += after.saturating_sub(between);
                queue.decoded.insert(chunk, decoded);
                queue
            }
            Task::Verify(batch) => {
                let bad = batch.verify();
                let count = batch.jobs.len() as u64;
                let took = self.stopwatch.elapsed().saturating_sub(before);
                let mut queue = self.lock();
                queue.times.signatures += took;
                queue.signatures += count;
                queue.bad = [queue.bad, bad].into_iter().flatten().min();
                queue
            }
        };
        queue.running -= 1;
        self.shared.changed.notify_all();
        queue
    }
}

impl Batch {
    /// The first signature that does not verify (RFC 8032, `verify_strict`, one by one).
    fn verify(&self) -> Option<BadJob> {
        self.jobs.iter().find_map(|job| {
            let (leaf, id, message) = self.messages.get(job.message)?;
            let bad = job.key.verify(message, &job.signature).err()?;
            Some(BadJob { leaf: *leaf, id: *id, key: bad.key })
        })
    }
}

/// A leaf's hash, and its envelope if it is one.
enum Read {
    Leaf { hash: Hash, leaf: Leaf },
    Withheld(Hash),
    Bad { hash: Hash, why: String },
}

fn read_leaf(leaf: &RecordLeaf) -> Read {
    match leaf {
        RecordLeaf::Withheld(hash) => Read::Withheld(*hash),
        RecordLeaf::Shown(bytes) => {
            let hash = leaf::hash(bytes);
            match Leaf::decode(bytes) {
                Ok(leaf) => Read::Leaf { hash, leaf },
                Err(error) => Read::Bad { hash, why: error.to_string() },
            }
        }
    }
}

fn decode<P: Pool>(read: Read) -> Decoded<P> {
    match read {
        Read::Withheld(hash) => Decoded::Withheld(hash),
        Read::Bad { hash, why } => Decoded::BadLeaf { hash, why },
        Read::Leaf { hash, leaf } => match Statement::decode(&leaf.statement) {
            Ok(statement) => {
                Decoded::Statement { hash, at: leaf.at, statement: Box::new(statement) }
            }
            Err(error) => {
                let id = crate::statement::id_of(&leaf.statement);
                Decoded::BadStatement { hash, at: leaf.at, id, why: error.to_string() }
            }
        },
    }
}

/// The thread that owns the state.
struct Replay<P: Pool> {
    state: PoolState<P>,
    frontier: Frontier,
    sizes: Vec<TreeSize>,
    roots: BTreeMap<TreeSize, Hash>,
    journal: Journal<P>,
    last_at: Millis,
    leaf_fault: Option<Finding>,
    statement_fault: Option<Finding>,
    refused: Option<Refused>,
    applied: u64,
    times: Times,
}

impl<P: Pool> Replay<P> {
    fn new(record: &Record<P>, sizes: &[TreeSize]) -> Self {
        let mut sizes = sizes.to_vec();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let mut replay = Replay {
            state: PoolState::new(record.origin().clone()),
            frontier: Frontier::new(),
            sizes,
            roots: BTreeMap::new(),
            journal: Journal {
                entries: Vec::with_capacity(record.leaves().len()),
                withheld: Vec::new(),
            },
            last_at: Millis::default(),
            leaf_fault: None,
            statement_fault: None,
            refused: None,
            applied: 0,
            times: Times::default(),
        };
        replay.note_root();
        replay
    }

    fn note_root(&mut self) {
        while self.sizes.last() == Some(&self.frontier.size()) {
            self.sizes.pop();
            self.roots.insert(self.frontier.size(), self.frontier.root());
        }
    }

    /// Whether every statement so far could be applied.
    fn intact(&self) -> bool {
        self.refused.is_none() && self.statement_fault.is_none() && !self.unreadable()
    }
    fn unreadable(&self) -> bool {
        // A leaf out of time still holds a statement; the rules refuse it themselves.
        self.leaf_fault.as_ref().is_some_and(|fault| fault.statement.is_none())
    }

    fn take(&mut self, leaves: Vec<Decoded<P>>) -> Batch {
        let mut batch = Batch::default();
        for leaf in leaves {
            let index = match leaf {
                Decoded::Withheld(hash) => {
                    let index = self.frontier.push(hash);
                    self.journal.withheld.push(index);
                    if self.intact() {
                        self.state.skip_withheld();
                    }
                    index
                }
                Decoded::BadLeaf { hash, why } => {
                    let index = self.frontier.push(hash);
                    let fault = Finding::at_leaf(index, "a leaf in canonical form", why);
                    self.leaf_fault.get_or_insert(fault);
                    index
                }
                Decoded::BadStatement { hash, at, id, why } => {
                    let index = self.frontier.push(hash);
                    self.dated(index, id, at);
                    let expected = format!("a statement of the {} pool", P::ID);
                    let fault = Finding::at_statement(index, id, expected, why);
                    self.statement_fault.get_or_insert(fault);
                    index
                }
                Decoded::Statement { hash, at, statement } => {
                    let index = self.frontier.push(hash);
                    self.dated(index, statement.id(), at);
                    self.statement(index, at, *statement, &mut batch);
                    index
                }
            };
            if self.sizes.last() == Some(&index.size_after()) {
                self.note_root();
            }
        }
        batch
    }

    /// A leaf's time is never before that of the leaf in front of it.
    fn dated(&mut self, index: LeafIndex, id: StatementId, at: Millis) {
        if at < self.last_at && self.leaf_fault.is_none() {
            let expected = format!("not before {}, the time of the leaf in front", self.last_at);
            self.leaf_fault = Some(Finding::at_statement(index, id, expected, at.to_string()));
        }
        self.last_at = self.last_at.max(at);
    }

    fn statement(
        &mut self,
        index: LeafIndex,
        at: Millis,
        statement: Statement<P>,
        batch: &mut Batch,
    ) {
        let id = statement.id();
        let signers = statement.signatures().iter().map(|signature| signature.keyid()).collect();
        let collected = batch.jobs.len();
        let mut admitted = false;
        if self.intact() {
            let message = batch.messages.len();
            let mut check = Collect { jobs: &mut batch.jobs, message };
            match self.state.apply(at, &statement, &mut check) {
                Ok(_) => {
                    admitted = true;
                    self.applied += 1;
                }
                Err(refusal) => self.refused = Some(Refused { leaf: index, id, refusal }),
            }
        }
        let (body, pae) = statement.into_parts();
        if admitted {
            batch.messages.push((index, id, pae));
        } else {
            batch.jobs.truncate(collected);
        }
        self.journal.entries.push(Entry { index, at, id, signers, body });
    }

    fn finish(self, queue: Queue<P>) -> Reading<P> {
        let Queue { signatures, bad, times, .. } = queue;
        Reading {
            journal: self.journal,
            state: self.state,
            root: self.frontier.root(),
            roots: self.roots,
            leaf_fault: self.leaf_fault,
            statement_fault: self.statement_fault,
            refused: self.refused,
            applied: self.applied,
            signatures,
            bad_signature: bad,
            times: Times { rules: self.times.rules, ..times },
        }
    }
}
