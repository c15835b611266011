//! Taking up a log where the store has it.

use std::sync::Arc;

use crypto::Hash;
use crypto::checkpoint::Checkpoint;
use crypto::merkle::{Tree, TreeSize};
use crypto::note::SignedNote;
use election::anchor::PoolAnchor;
use election::key::{KeyOf, LogKey};
use election::leaf::{self, Leaf};
use election::pool::Pool;
use election::state::{PoolState, SignatureCheck, TrustStore};
use election::statement::Statement;

use super::{Head, Live, ServiceError};
use crate::storage::{Store, StoredLeaf};

/// Leaves read at a time.
pub(super) const LEAF_PAGE: u64 = 2_000;
/// Leaf hashes read at a time.
const HASH_PAGE: u64 = 50_000;

/// State, tree and head as the store has them.
pub(super) async fn load<P: Pool>(
    store: &Store,
    anchor: &PoolAnchor<P>,
    key: &LogKey<P>,
) -> Result<Live<P>, ServiceError> {
    let Some((head, tree)) = load_log(store, anchor).await? else {
        let head = Arc::new(sign_head(anchor, key, &Tree::new())?);
        let state = PoolState::new(anchor.origin.clone());
        return Ok(Live { state, tree: Tree::new(), head, snapshot_at: 0 });
    };
    let mut state = match store.latest_snapshot(P::ID).await? {
        Some(snapshot) => {
            let state: PoolState<P> = serde_json::from_slice(&snapshot.body)?;
            check_snapshot(&state, anchor, snapshot.size, head.size)?;
            state
        }
        None => PoolState::new(anchor.origin.clone()),
    };
    let snapshot_at = state.size().0;
    replay(store, &mut state, &tree, &mut TrustStore, |_, _, _, _| Ok(())).await?;
    Ok(Live { state, tree, head: Arc::new(head), snapshot_at })
}

/// The stored head and the tree over the stored leaf hashes, which has to have that head's root.
pub(super) async fn load_log<P: Pool>(
    store: &Store,
    anchor: &PoolAnchor<P>,
) -> Result<Option<(Head, Tree)>, ServiceError> {
    let Some(stored) = store.latest_checkpoint(P::ID).await? else { return Ok(None) };
    let note =
        SignedNote::parse(&stored.note).map_err(crypto::checkpoint::CheckpointError::from)?;
    let checkpoint = Checkpoint::open_note(&note, &anchor.log_key)?;
    let (size, root) = (checkpoint.size(), *checkpoint.root());
    let tree = load_tree(store, P::ID, size).await?;
    if tree.size() != size || tree.root() != root || stored.root != root || stored.size != size {
        return Err(ServiceError::RootMismatch {
            pool: P::ID,
            leaves: tree.size(),
            found: tree.root(),
            size,
            expected: root,
        });
    }
    Ok(Some((Head { size, root, note }, tree)))
}

/// The tree over the stored leaf hashes.
async fn load_tree(
    store: &Store,
    pool: election::PoolId,
    size: TreeSize,
) -> Result<Tree, ServiceError> {
    let mut tree = Tree::new();
    // One beyond the head: a leaf that no checkpoint covers would be a forgery, and shows here.
    while tree.size() <= size {
        let from = tree.size().0;
        let page = store.leaf_hashes(pool, from..from + HASH_PAGE).await?;
        if page.is_empty() {
            break;
        }
        tree.extend(page);
    }
    Ok(tree)
}

fn check_snapshot<P: Pool>(
    state: &PoolState<P>,
    anchor: &PoolAnchor<P>,
    size: TreeSize,
    log: TreeSize,
) -> Result<(), ServiceError> {
    let fail = |what: &str| Err(ServiceError::BadSnapshot { pool: P::ID, size, what: what.into() });
    if *state.origin() != anchor.origin {
        return fail("it is of another log");
    }
    if state.size() != size || size > log {
        return fail("it is of another size");
    }
    match state.founded() {
        Some(founded) if founded.genesis == anchor.genesis => Ok(()),
        Some(_) | None => fail("it has another genesis"),
    }
}

/// Applies the leaves that the state does not have yet, up to the tree's size. Each leaf's bytes have
/// to hash to the tree's leaf. `seen` looks at each one.
pub(super) async fn replay<P: Pool>(
    store: &Store,
    state: &mut PoolState<P>,
    tree: &Tree,
    check: &mut impl SignatureCheck,
    mut seen: impl FnMut(
        &PoolState<P>,
        &StoredLeaf,
        &election::state::Applied,
        &Statement<P>,
    ) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    while state.size() < tree.size() {
        let from = state.size().0;
        let to = tree.size().0.min(from + LEAF_PAGE);
        let page = store.leaves(P::ID, from..to).await?;
        let damaged =
            |index: u64, what: String| ServiceError::DamagedLeaf { pool: P::ID, index, what };
        if page.len() as u64 != to - from {
            return Err(damaged(from + page.len() as u64, "it is missing".to_owned()));
        }
        for stored in &page {
            let index = stored.index.0;
            let broken = |error: &dyn std::fmt::Display| damaged(index, error.to_string());
            if Some(leaf::hash(&stored.body)) != tree.leaf(stored.index) {
                return Err(damaged(index, "its bytes do not hash to it".to_owned()));
            }
            let leaf = Leaf::decode(&stored.body).map_err(|error| broken(&error))?;
            let statement =
                Statement::<P>::decode(&leaf.statement).map_err(|error| broken(&error))?;
            let applied =
                state.apply(leaf.at, &statement, check).map_err(|error| broken(&error))?;
            let same = stored.id == statement.id()
                && stored.at == leaf.at
                && stored.election == applied.election
                && stored.kind == applied.kind.slug::<P>();
            if !same {
                return Err(damaged(index, "its columns do not say what its bytes say".to_owned()));
            }
            seen(state, stored, &applied, &statement)?;
        }
    }
    Ok(())
}

/// Signs a head over the tree. It may be published once its leaves are durable, not before.
pub(super) fn sign_head<P: Pool>(
    anchor: &PoolAnchor<P>,
    key: &LogKey<P>,
    tree: &Tree,
) -> Result<Head, ServiceError> {
    let (size, root): (TreeSize, Hash) = (tree.size(), tree.root());
    let text = Checkpoint::new(anchor.origin.as_str(), size, root)?.sign(key.signing_key());
    let note = SignedNote::parse(&text).map_err(crypto::checkpoint::CheckpointError::from)?;
    Ok(Head { size, root, note })
}
