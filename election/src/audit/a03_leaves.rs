//! A03: every leaf is canonical, none is dated before the one in front of it, and together they have
//! the root that the checkpoint signs. A05: every leaf holds a statement of this pool.

use super::pipeline::Reading;
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::pool::Pool;
use crate::record::{Record, unverified_head};

pub(super) fn check<P: Pool>(record: &Record<P>, reading: &Reading<P>) -> Checked {
    if let Some(fault) = &reading.leaf_fault {
        return Err(fault.clone().into());
    }
    // Whether the head is signed is A02's matter.
    let head = unverified_head(record.checkpoint());
    let head = head.ok_or_else(|| Failed::Incomplete("there is no readable checkpoint".into()))?;
    if *head.root() != reading.root {
        let expected = format!("leaves with the checkpoint's root {}", head.root());
        return Err(Finding::general(expected, format!("the root {}", reading.root)).into());
    }
    Proved::of(
        record.size().0,
        format!(
            "All leaves are in their one form and in order of time, and their Merkle root (RFC 9162) is the checkpoint's, {}.",
            reading.root
        ),
    )
}

pub(super) fn check_statements<P: Pool>(record: &Record<P>, reading: &Reading<P>) -> Checked {
    if let Some(fault) = &reading.statement_fault {
        return Err(fault.clone().into());
    }
    let origin = record.origin();
    for entry in &reading.journal.entries {
        if entry.body.origin() != origin {
            let expected = format!("a statement for the log `{origin}`");
            let found = format!("one for `{}`", entry.body.origin());
            return Err(Finding::at_statement(entry.index, entry.id, expected, found).into());
        }
    }
    if let Some(fault) = reading.leaf_fault.as_ref().filter(|fault| fault.statement.is_none()) {
        return Err(Failed::Incomplete(format!("a leaf cannot be read: {fault}")));
    }
    Proved::of(
        reading.journal.entries.len(),
        format!(
            "Every statement is canonical, of a kind of the {} pool, and names this log.",
            P::ID
        ),
    )
}
