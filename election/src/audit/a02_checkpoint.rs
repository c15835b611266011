//! A02: the checkpoint is signed by the log's key, and is over as many leaves as there are.

use crypto::checkpoint::Checkpoint;

use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::anchor::PoolAnchor;
use crate::pool::Pool;
use crate::record::Record;

pub(super) fn check<P: Pool>(record: &Record<P>, anchor: &PoolAnchor<P>) -> Checked {
    // C2SP tlog-checkpoint: a note of the log's key, by the name that is its origin.
    let checkpoint = Checkpoint::open(record.checkpoint(), &anchor.log_key).map_err(|error| {
        let expected = format!("a checkpoint signed by {}", anchor.log_key);
        Failed::from(Finding::general(expected, error.to_string()))
    })?;
    if checkpoint.size() != record.size() {
        let expected = format!("the {} leaves under the checkpoint", checkpoint.size());
        return Err(Finding::general(expected, format!("{} leaves", record.size())).into());
    }
    Proved::of(
        1u64,
        format!("The log's key signed a head over exactly these {} leaves.", checkpoint.size()),
    )
}
