//! A06: the rules admit every statement in its place. A07: every signature they ask for verifies.

use super::pipeline::{Reading, Refused};
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::pool::Pool;

pub(super) fn check<P: Pool>(reading: &Reading<P>) -> Checked {
    if let Some(Refused { leaf, id, refusal }) = &reading.refused {
        let kind = reading.journal.at(*leaf).map(|entry| entry.body.kind().to_string());
        let expected = format!("a {} that the rules admit", kind.unwrap_or_default());
        let found = format!("{} ({refusal})", refusal.slug());
        // A leaf in front whose content is not shown may be what the statement builds on.
        let hidden = reading.journal.withheld.iter().filter(|withheld| *withheld < leaf).count();
        if hidden > 0 {
            return Err(Failed::Incomplete(format!(
                "{hidden} leaves before it are withheld, and without them leaf {leaf} is refused: {found}"
            )));
        }
        return Err(Finding::at_statement(*leaf, *id, expected, found).into());
    }
    unreadable(reading)?;
    Proved::of(
        reading.applied,
        "Applied one by one to an empty state, every statement was allowed where it stands.",
    )
}

pub(super) fn check_signatures<P: Pool>(reading: &Reading<P>) -> Checked {
    if let Some(bad) = &reading.bad_signature {
        let expected = format!("a valid signature by key {}", bad.key);
        let found = "one that does not verify (RFC 8032, strictly)";
        return Err(Finding::at_statement(bad.leaf, bad.id, expected, found).into());
    }
    if let Some(Refused { leaf, .. }) = &reading.refused {
        let count = reading.signatures;
        return Err(Failed::Incomplete(format!(
            "the replay stopped at leaf {leaf}; the {count} signatures before it verify"
        )));
    }
    unreadable(reading)?;
    Proved::of(
        reading.signatures,
        "Every signature that the rules ask for verifies, each by itself (Ed25519, verify_strict), by a key that was valid for it then.",
    )
}

/// A replay that had to stop at something unreadable is no replay.
pub(super) fn unreadable<P: Pool>(reading: &Reading<P>) -> Result<(), Failed> {
    let leaf = reading.leaf_fault.as_ref().filter(|fault| fault.statement.is_none());
    match leaf.or(reading.statement_fault.as_ref()) {
        Some(fault) => Err(Failed::Incomplete(format!("the replay stopped: {fault}"))),
        None => Ok(()),
    }
}
