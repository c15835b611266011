//! Replaying a log from nothing, every signature verified, and comparing the tables with it.

use crypto::merkle::TreeSize;
use election::anchor::PoolAnchor;
use election::pool::Pool;
use election::state::{CheckNow, PoolState};

use super::load::{load_log, replay};
use super::projection::Touched;
use super::{AnchorOf, PoolService, ServiceError};
use crate::storage::{Certified, Existing, Projection, Store};

/// What to do about differences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Tell them.
    Check,
    /// Tell them, and make the tables what the log says. The server must not be running.
    Write,
}

/// What replaying a log showed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RebuildReport {
    /// How many leaves were replayed.
    pub leaves: TreeSize,
    /// One line per difference; none: everything derived is what the log says.
    pub differences: Vec<String>,
}

impl<P: AnchorOf> PoolService<P> {
    /// Replays a pool's log and compares every projection with it. Damage to the log itself is an
    /// error: no replay can put that right.
    pub async fn rebuild_projections(
        store: &Store,
        mode: Mode,
    ) -> Result<RebuildReport, ServiceError> {
        let anchor = store.anchor().await?.ok_or(ServiceError::NotFounded)?;
        rebuild(store, P::anchor(&anchor), mode).await
    }
}

async fn rebuild<P: Pool>(
    store: &Store,
    anchor: &PoolAnchor<P>,
    mode: Mode,
) -> Result<RebuildReport, ServiceError> {
    let mut differences = Vec::new();
    let mut state = PoolState::new(anchor.origin.clone());
    let mut touched = Touched::default();
    let leaves = match load_log(store, anchor).await? {
        Some((head, tree)) => {
            let snapshot = store.latest_snapshot(P::ID).await?;
            let mut snapshot_fits = snapshot.is_none();
            replay(store, &mut state, &tree, &mut CheckNow, |state, _, applied, statement| {
                touched.note(state, applied, statement)?;
                if let Some(snapshot) = snapshot.as_ref().filter(|s| s.size == state.size()) {
                    let kept: Result<PoolState<P>, _> = serde_json::from_slice(&snapshot.body);
                    snapshot_fits = kept.is_ok_and(|kept| kept == *state);
                }
                Ok(())
            })
            .await?;
            if !snapshot_fits {
                differences
                    .push("the snapshot is not the state that the log adds up to".to_owned());
            }
            head.size()
        }
        None => TreeSize(0),
    };
    let (right, certified) = touched.rows(&state)?;
    let found = Projection::load(store, P::ID).await?;
    let (write, remove) = right.difference(&found, &mut differences);
    let found = Certified::load(store, P::ID).await?;
    let (certified_write, certified_remove) = certified.difference(&found, &mut differences);
    if mode == Mode::Write && !differences.is_empty() {
        let mut tx = store.begin().await?;
        certified_remove.remove(&mut tx).await?;
        remove.remove(&mut tx).await?;
        write.write(&mut tx, Existing::IsUpdated).await?;
        certified_write.write(&mut tx, Existing::IsUpdated).await?;
        tx.forget_snapshots(P::ID).await?;
        tx.commit().await?;
    }
    Ok(RebuildReport { leaves, differences })
}
