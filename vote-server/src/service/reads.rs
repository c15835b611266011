//! What can be read of a pool: only what is durable and published, and no ballot of an election that
//! is embargoed.

use std::collections::BTreeSet;
use std::sync::Arc;

use crypto::Hash;
use crypto::merkle::{ConsistencyProof, LeafIndex, TreeSize};
use crypto::tile::{TileKind, TilePath, encode_entries, encode_hashes};
use election::leaf::Leaf;
use election::manifest::Disclosure;
use election::pool::Pool;
use election::state::{ElectionState, Phase, PoolState};
use election::statement::StatementId;
use election::tally::Artifact;
use election::time::Millis;
use serde::Serialize;

use super::load::LEAF_PAGE;
use super::{Head, PoolService, ReadError, ServiceError};
use crate::storage::StoredLeaf;

/// An election in short.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ElectionSummary {
    /// Its manifest.
    pub id: StatementId,
    /// Title as shown.
    pub title: String,
    /// Where it stands.
    pub phase: Phase,
    /// Start of the window.
    pub opens_at: Millis,
    /// Its end.
    pub closes_at: Millis,
    /// How many are entitled.
    pub heads: u64,
    /// Their weight.
    pub weight: u64,
    /// How many have cast a ballot that counts.
    pub cast_heads: u64,
    /// Their weight.
    pub cast_weight: u64,
    /// All ballots admitted, replaced ones included.
    pub admitted: u64,
}

impl ElectionSummary {
    /// Of an election.
    pub fn of<P: Pool>(id: StatementId, election: &ElectionState<P>) -> Self {
        let manifest = election.manifest();
        ElectionSummary {
            id,
            title: manifest.title.to_string(),
            phase: election.phase(),
            opens_at: manifest.window.opens_at,
            closes_at: manifest.window.closes_at,
            heads: manifest.roll.heads,
            weight: manifest.roll.weight,
            cast_heads: election.cast_heads(),
            cast_weight: election.cast_weight(),
            admitted: election.admitted(),
        }
    }
}

impl<P: Pool> PoolService<P> {
    /// The published head.
    pub fn head(&self) -> Arc<Head> {
        self.inner.live().head.clone()
    }

    /// Looks at the state. It may be ahead of the published head by one batch that is being written;
    /// what proves anything is read elsewhere here.
    pub fn view<R>(&self, look: impl FnOnce(&PoolState<P>) -> R) -> R {
        look(&self.inner.live().state)
    }

    /// All elections, the latest opening first.
    pub fn elections(&self) -> Vec<ElectionSummary> {
        let mut elections: Vec<_> = self.view(|state| {
            state.elections().map(|(id, election)| ElectionSummary::of(*id, election)).collect()
        });
        elections.sort_by_key(|election: &ElectionSummary| {
            (std::cmp::Reverse(election.opens_at), election.title.clone(), election.id)
        });
        elections
    }

    /// One election in short.
    pub fn election(&self, id: &StatementId) -> Result<ElectionSummary, ReadError> {
        self.view(|state| state.election(id).map(|election| ElectionSummary::of(*id, election)))
            .ok_or(ReadError::NotFound("election"))
    }

    /// The elections whose ballots are withheld from the published log now: those that close only
    /// after their ballots may be read, and whose closing is not in the published log yet.
    pub fn embargoed(&self) -> BTreeSet<StatementId> {
        let live = self.inner.live();
        let size = live.head.size;
        live.state
            .elections()
            .filter(|(_, election)| withheld(election, size))
            .map(|(id, _)| *id)
            .collect()
    }

    /// Whether the ballots of one election are.
    fn is_embargoed(&self, id: &StatementId) -> bool {
        let live = self.inner.live();
        live.state.election(id).is_some_and(|election| withheld(election, live.head.size))
    }

    pub(super) fn refuse_embargoed(&self, leaf: &StoredLeaf) -> Result<(), ReadError> {
        match leaf.election {
            Some(election) if leaf.kind == "ballot" && self.is_embargoed(&election) => {
                Err(ReadError::Embargoed { election })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The bytes of a tile or of a bundle of entries.
    pub async fn tile(&self, path: &TilePath) -> Result<Vec<u8>, ReadError> {
        if !path.exists_at(self.head().size) {
            return Err(ReadError::NotFound("tile"));
        }
        match path.kind() {
            TileKind::Hashes { level } => {
                let hashes = self.inner.live().tree.tile_hashes(level, path.index(), path.width());
                Ok(encode_hashes(&hashes.map_err(|_| ReadError::NotFound("tile"))?))
            }
            TileKind::Entries => {
                let range = path.start()..path.start() + u64::from(path.width());
                let leaves = self.inner.store.leaves(P::ID, range).await?;
                leaves.iter().try_for_each(|leaf| self.refuse_embargoed(leaf))?;
                let bodies: Vec<_> = leaves.into_iter().map(|leaf| leaf.body).collect();
                if bodies.len() != usize::from(path.width()) {
                    return Err(ReadError::NotFound("tile"));
                }
                encode_entries(&bodies).map_err(|_| ReadError::NotFound("tile"))
            }
        }
    }

    /// Proves that the published log continues an older head.
    pub fn consistency(&self, from: TreeSize) -> Result<(ConsistencyProof, Arc<Head>), ReadError> {
        let live = self.inner.live();
        let proof = live.tree.consistency(from, live.head.size);
        Ok((proof.map_err(|_| ReadError::NotFound("head of that size"))?, live.head.clone()))
    }

    /// An artifact by its name.
    pub async fn artifact(&self, sha256: &Hash) -> Result<Artifact, ReadError> {
        let found = self.inner.store.artifact(P::ID, sha256).await?;
        found.ok_or(ReadError::NotFound("artifact"))
    }

    /// A statement's leaf, unless it is an embargoed ballot.
    pub async fn leaf(&self, id: &StatementId) -> Result<(LeafIndex, Leaf), ReadError> {
        let stored = self.inner.store.leaf_of(P::ID, id).await?;
        let stored = stored.filter(|stored| self.head().size.contains(stored.index));
        let stored = stored.ok_or(ReadError::NotFound("statement"))?;
        self.refuse_embargoed(&stored)?;
        Ok((stored.index, Leaf::decode(&stored.body).map_err(ServiceError::from)?))
    }

    /// The last leaves of the published log, newest first, embargoed ballots without their bytes.
    pub async fn recent(&self, limit: u64) -> Result<Vec<StoredLeaf>, ReadError> {
        let size = self.head().size.0;
        let mut leaves = self.inner.store.leaves(P::ID, size.saturating_sub(limit)..size).await?;
        for leaf in &mut leaves {
            if self.refuse_embargoed(leaf).is_err() {
                leaf.body.clear();
            }
        }
        leaves.reverse();
        Ok(leaves)
    }

    /// Reads the whole published record, page by page, as of now.
    pub fn record(&self) -> RecordReader<P> {
        // First the embargo, then the head: an election that closes in between stays withheld.
        let withheld = self.embargoed();
        let head = self.head();
        RecordReader { service: self.clone(), withheld, head, next: 0, artifacts: None }
    }
}

/// Whether an election's ballots may not be read in a published log of this size.
fn withheld<P: Pool>(election: &ElectionState<P>, size: TreeSize) -> bool {
    let closed = election.step(Phase::Closed).is_some_and(|step| size.contains(step.leaf));
    election.manifest().disclosure == Disclosure::AfterClose
        && !closed
        && election.phase() != Phase::Cancelled
}

/// A piece of the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RecordLine {
    /// A leaf's canonical bytes.
    Leaf(Vec<u8>),
    /// The hash of a ballot that is not shown yet.
    Withheld(Hash),
    /// An artifact that a certificate refers to.
    Artifact(Artifact),
}

/// The record of one published head. Reading goes on while the log grows.
#[derive(Debug)]
pub struct RecordReader<P: Pool> {
    service: PoolService<P>,
    withheld: BTreeSet<StatementId>,
    head: Arc<Head>,
    next: u64,
    artifacts: Option<std::vec::IntoIter<Hash>>,
}

impl<P: Pool> RecordReader<P> {
    /// The head that the record is of.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Shows everything: for the audit in this process, which shows nobody anything.
    pub(super) fn withhold_nothing(&mut self) {
        self.withheld.clear();
    }

    /// The next lines: first all leaves, then the artifacts; none at the end.
    pub async fn next(&mut self) -> Result<Vec<RecordLine>, ReadError> {
        let size = self.head.size.0;
        if self.next < size {
            let to = size.min(self.next + LEAF_PAGE);
            let leaves = self.service.inner.store.leaves(P::ID, self.next..to).await?;
            if leaves.len() as u64 != to - self.next {
                let index = self.next + leaves.len() as u64;
                let what = "it is missing".to_owned();
                return Err(ServiceError::DamagedLeaf { pool: P::ID, index, what }.into());
            }
            self.next = to;
            return Ok(leaves.into_iter().map(|leaf| self.line(leaf)).collect());
        }
        if self.artifacts.is_none() {
            let names = self.service.inner.store.artifact_names(P::ID, self.head.size).await?;
            self.artifacts = Some(names.into_iter());
        }
        match self.artifacts.as_mut().and_then(Iterator::next) {
            Some(name) => Ok(vec![RecordLine::Artifact(self.service.artifact(&name).await?)]),
            None => Ok(Vec::new()),
        }
    }

    fn line(&self, leaf: StoredLeaf) -> RecordLine {
        let hidden =
            leaf.kind == "ballot" && leaf.election.is_some_and(|id| self.withheld.contains(&id));
        if hidden { RecordLine::Withheld(leaf.hash) } else { RecordLine::Leaf(leaf.body) }
    }
}
