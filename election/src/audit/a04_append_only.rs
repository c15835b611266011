//! A04: the log still begins with the leaves that an older checkpoint was over.

use crypto::checkpoint::{Checkpoint, CheckpointError};
use crypto::merkle::TreeSize;

use super::pipeline::Reading;
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::anchor::PoolAnchor;
use crate::pool::Pool;

/// Opens the older checkpoints with the log's key.
pub(super) fn open<P: Pool>(
    notes: &[String],
    anchor: &PoolAnchor<P>,
) -> Vec<Result<Checkpoint, CheckpointError>> {
    notes.iter().map(|note| Checkpoint::open(note, &anchor.log_key)).collect()
}

pub(super) fn check<P: Pool>(
    older: &[Result<Checkpoint, CheckpointError>],
    reading: &Reading<P>,
    size: TreeSize,
) -> Checked {
    for checkpoint in older {
        // What this log never signed proves nothing against it.
        let checkpoint = checkpoint.as_ref().map_err(|error| {
            Failed::Incomplete(format!("an older checkpoint is none of this log: {error}"))
        })?;
        let Some(root) = reading.roots.get(&checkpoint.size()) else {
            let expected = format!("at least the {} leaves signed before", checkpoint.size());
            return Err(Finding::general(expected, format!("{size} leaves")).into());
        };
        if root != checkpoint.root() {
            let expected =
                format!("the root {} signed at size {}", checkpoint.root(), checkpoint.size());
            return Err(Finding::general(expected, format!("the root {root}")).into());
        }
    }
    Proved::of(
        older.len(),
        "The leaves under every older checkpoint are still the first of this log, unchanged.",
    )
}
