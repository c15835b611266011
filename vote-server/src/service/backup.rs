//! Backup and restore: one file for either database, holding what everything else is derived from.
//!
//! JSON Lines: a header with the trust anchor; per pool its leaves, artifacts and checkpoints; a last
//! line with a hash chained over everything before it. Logs only grow, so a backup of a serving database
//! is consistent as of the heads it starts from. Restoring replays every statement with all its
//! signatures into an empty database of either kind. It holds ballots of open elections, so the
//! file is its owner's alone; it never holds a secret key: keep the two log key files beside it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use crypto::Hash;
use crypto::checkpoint::Checkpoint;
use crypto::merkle::{Tree, TreeSize};
use election::anchor::{Anchor, PoolAnchor};
use election::leaf::{self, Leaf};
use election::pool::{Business, Pool, PoolId, Technical};
use election::state::{CheckNow, PoolState};
use election::statement::Statement;
use election::tally::Artifact;
use serde::{Deserialize, Serialize};

use super::load::LEAF_PAGE;
use super::projection::Touched;
use super::{AnchorOf, ServiceError};
use crate::storage::{Append, ArtifactRow, CheckpointRow, LeafRow, Store, Tx, int};

/// The format's name.
const FORMAT: &str = "bicameral-backup/v1";
/// Longest line: an artifact may be large.
const MAX_LINE_BYTES: usize = 256 * 1024 * 1024;

/// Why a backup could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What happened.
        source: std::io::Error,
    },
    /// A line that is not what should stand there.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
}

/// What a backup holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BackupSummary {
    /// Leaves of the business log.
    pub business: TreeSize,
    /// Leaves of the technical log.
    pub technical: TreeSize,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Header { format: String, anchor: Box<Anchor> },
    Pool(PoolId),
    Leaf(Leaf),
    Artifact(String),
    Checkpoint(String),
    End(Hash),
}

/// Writes a backup of everything that is durable now. Never overwrites a file.
pub async fn backup(store: &Store, path: &Path) -> Result<BackupSummary, ServiceError> {
    let anchor = store.anchor().await?.ok_or(ServiceError::NotFounded)?;
    let mut writer = Writer::create(path)?;
    let header = Line::Header { format: FORMAT.to_owned(), anchor: Box::new(anchor) };
    writer.line(&header)?;
    let business = backup_pool::<Business>(store, &mut writer).await?;
    let technical = backup_pool::<Technical>(store, &mut writer).await?;
    writer.finish()?;
    Ok(BackupSummary { business, technical })
}

async fn backup_pool<P: Pool>(
    store: &Store,
    writer: &mut Writer,
) -> Result<TreeSize, ServiceError> {
    writer.line(&Line::Pool(P::ID))?;
    let head = store.latest_checkpoint(P::ID).await?;
    let size = head.map_or(TreeSize(0), |head| head.size);
    let mut next = 0;
    while next < size.0 {
        let page = store.leaves(P::ID, next..size.0.min(next + LEAF_PAGE)).await?;
        if page.is_empty() {
            let what = "it is missing".to_owned();
            return Err(ServiceError::DamagedLeaf { pool: P::ID, index: next, what });
        }
        for stored in &page {
            writer.line(&Line::Leaf(Leaf::decode(&stored.body)?))?;
        }
        next += page.len() as u64;
    }
    for name in store.artifact_names(P::ID, size).await? {
        if let Some(artifact) = store.artifact(P::ID, &name).await? {
            let text = String::from_utf8(artifact.content);
            writer.line(&Line::Artifact(text.map_err(|error| writer.bad(&error.to_string()))?))?;
        }
    }
    let mut after = TreeSize(0);
    loop {
        let page = store.checkpoints(P::ID, after, size).await?;
        let Some(last) = page.last() else { break };
        after = last.size;
        for checkpoint in page {
            writer.line(&Line::Checkpoint(checkpoint.note))?;
        }
    }
    Ok(size)
}

/// Fills an empty database from a backup, in one transaction.
pub async fn restore(store: &Store, path: &Path) -> Result<BackupSummary, ServiceError> {
    if store.anchor().await?.is_some() {
        return Err(crate::storage::StoreError::AlreadyFounded.into());
    }
    let mut reader = Reader::open(path)?;
    let anchor = reader.header()?;
    let mut tx = store.begin().await?;
    tx.found(&anchor).await?;
    let business = restore_pool::<Business>(&mut tx, &anchor, &mut reader).await?;
    let technical = restore_pool::<Technical>(&mut tx, &anchor, &mut reader).await?;
    reader.finish()?;
    tx.commit().await?;
    Ok(BackupSummary { business, technical })
}

/// One pool's log on its way back.
struct Restored<P: Pool> {
    state: PoolState<P>,
    tree: Tree,
    touched: Touched<P>,
    append: Append,
}

async fn restore_pool<P: AnchorOf>(
    tx: &mut Tx,
    anchor: &Anchor,
    reader: &mut Reader,
) -> Result<TreeSize, ServiceError> {
    let anchor: &PoolAnchor<P> = P::anchor(anchor);
    if !matches!(reader.next()?, Line::Pool(pool) if pool == P::ID) {
        return Err(reader.bad(&format!("the {} pool should start here", P::ID)).into());
    }
    let mut restored = Restored {
        state: PoolState::new(anchor.origin.clone()),
        tree: Tree::new(),
        touched: Touched::default(),
        append: Append::default(),
    };
    let mut head = TreeSize(0);
    while let Some(line) = reader.next_within_pool()? {
        match line {
            Line::Leaf(leaf) => restored.leaf(leaf, anchor, reader)?,
            Line::Artifact(content) => {
                let Artifact { sha256, content } = Artifact::new(content.into_bytes());
                let (pool, sha256) = (P::SLUG.to_owned(), sha256.as_bytes().to_vec());
                restored.append.artifacts.push(ArtifactRow { pool, sha256, content });
            }
            Line::Checkpoint(note) => head = restored.checkpoint(note, anchor, reader)?,
            Line::Header { .. } | Line::Pool(_) | Line::End(_) => {
                return Err(reader.bad("not a line of a pool").into());
            }
        }
        if restored.append.leaves.len() as u64 == LEAF_PAGE {
            let leaves = std::mem::take(&mut restored.append.leaves);
            let append = Append { leaves, ..Append::default() };
            tx.append(&append, &Default::default(), &Default::default()).await?;
        }
    }
    if head != restored.tree.size() {
        return Err(reader.bad("the last checkpoint does not cover all leaves").into());
    }
    let (projection, certified) = restored.touched.rows(&restored.state)?;
    tx.append(&restored.append, &projection, &certified).await?;
    Ok(head)
}

impl<P: Pool> Restored<P> {
    fn leaf(
        &mut self,
        leaf: Leaf,
        anchor: &PoolAnchor<P>,
        reader: &Reader,
    ) -> Result<(), ServiceError> {
        let body = leaf.encode()?;
        let statement = Statement::<P>::decode(&leaf.statement)?;
        if self.tree.size() == TreeSize(0) && statement.id() != anchor.genesis {
            return Err(reader.bad("not the genesis that the trust anchor names").into());
        }
        let applied = self.state.apply(leaf.at, &statement, &mut CheckNow);
        let applied = applied.map_err(|refusal| reader.bad(&refusal.to_string()))?;
        self.touched.note(&self.state, &applied, &statement)?;
        let hash = leaf::hash(&body);
        self.tree.push(hash);
        self.append.leaves.push(LeafRow {
            pool: P::SLUG.to_owned(),
            idx: int(applied.index.0),
            at: int(leaf.at.get()),
            statement_id: statement.id().hash().as_bytes().to_vec(),
            kind: applied.kind.slug::<P>().to_owned(),
            election: applied.election.map(|id| id.hash().as_bytes().to_vec()),
            leaf_hash: hash.as_bytes().to_vec(),
            body,
        });
        Ok(())
    }

    fn checkpoint(
        &mut self,
        note: String,
        anchor: &PoolAnchor<P>,
        reader: &Reader,
    ) -> Result<TreeSize, ServiceError> {
        let checkpoint = Checkpoint::open(&note, &anchor.log_key)?;
        let root = self.tree.root_at(checkpoint.size())?;
        if root != *checkpoint.root() {
            return Err(reader.bad("the checkpoint is not one of these leaves").into());
        }
        self.append.checkpoints.push(CheckpointRow {
            pool: P::SLUG.to_owned(),
            size: int(checkpoint.size().0),
            root: root.as_bytes().to_vec(),
            note,
            last_leaf: int(checkpoint.size().0.saturating_sub(1)),
        });
        Ok(checkpoint.size())
    }
}

/// What the chain begins with.
const START: Hash = Hash::from_bytes([0; Hash::LENGTH]);

/// The chain with one more line.
fn chain(before: &Hash, line: &[u8]) -> Hash {
    Hash::of_parts(&[before.as_bytes(), line])
}

struct Writer {
    path: PathBuf,
    file: BufWriter<File>,
    chain: Hash,
    line: u64,
}

impl Writer {
    fn create(path: &Path) -> Result<Self, BackupError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(path)
            .map_err(|source| BackupError::File { path: path.to_owned(), source })?;
        let path = path.to_owned();
        Ok(Writer { path, file: BufWriter::new(file), chain: START, line: 0 })
    }
    fn line(&mut self, line: &Line) -> Result<(), ServiceError> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.chain = chain(&self.chain, &bytes);
        self.line += 1;
        let written = self.file.write_all(&bytes);
        Ok(written.map_err(|source| BackupError::File { path: self.path.clone(), source })?)
    }
    fn bad(&self, what: &str) -> BackupError {
        BackupError::Line { line: self.line + 1, what: what.to_owned() }
    }
    fn finish(mut self) -> Result<(), ServiceError> {
        let end = Line::End(self.chain);
        self.line(&end)?;
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        Ok(done.map_err(|source| BackupError::File { path: self.path, source })?)
    }
}

struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    chain: Hash,
    line: u64,
    /// A line that begins what comes after the pool being read.
    ahead: Option<Line>,
}

impl Reader {
    fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path)
            .map_err(|source| BackupError::File { path: path.to_owned(), source })?;
        let (path, file) = (path.to_owned(), BufReader::new(file));
        Ok(Reader { path, file, chain: START, line: 0, ahead: None })
    }
    fn bad(&self, what: &str) -> BackupError {
        BackupError::Line { line: self.line, what: what.to_owned() }
    }
    fn next(&mut self) -> Result<Line, BackupError> {
        if let Some(line) = self.ahead.take() {
            return Ok(line);
        }
        let mut bytes = Vec::new();
        self.line += 1;
        std::io::Read::take(&mut self.file, MAX_LINE_BYTES as u64)
            .read_until(b'\n', &mut bytes)
            .map_err(|source| BackupError::File { path: self.path.clone(), source })?;
        if bytes.last() != Some(&b'\n') {
            return Err(self.bad("the file ends here, or the line is too long"));
        }
        let line: Line =
            serde_json::from_slice(&bytes).map_err(|error| self.bad(&error.to_string()))?;
        match &line {
            Line::End(said) if *said != self.chain => {
                return Err(self.bad("the file was changed: its hash is another one"));
            }
            Line::End(_) => {}
            Line::Header { .. }
            | Line::Pool(_)
            | Line::Leaf(_)
            | Line::Artifact(_)
            | Line::Checkpoint(_) => {
                self.chain = chain(&self.chain, &bytes);
            }
        }
        Ok(line)
    }
    /// The header's trust anchor, once more through the parser that checks it.
    fn header(&mut self) -> Result<Anchor, ServiceError> {
        if let Line::Header { format, anchor } = self.next()?
            && format == FORMAT
        {
            let text = anchor.to_json().map_err(crate::storage::StoreError::from)?;
            return Ok(Anchor::parse(text.as_bytes()).map_err(crate::storage::StoreError::from)?);
        }
        Err(self.bad("not the header of a backup that this program reads").into())
    }
    /// The next line, unless it ends the pool.
    fn next_within_pool(&mut self) -> Result<Option<Line>, BackupError> {
        let line = self.next()?;
        if matches!(line, Line::Pool(_) | Line::End(_)) {
            self.ahead = Some(line);
            return Ok(None);
        }
        Ok(Some(line))
    }
    fn finish(&mut self) -> Result<(), BackupError> {
        if matches!(self.next()?, Line::End(_)) {
            return Ok(());
        }
        Err(self.bad("the end should stand here"))
    }
}
