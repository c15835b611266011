//! A01: the record is of the log that `foundation.json` names.

use super::journal::Journal;
use super::report::Finding;
use super::{Checked, Failed, Proved, Trusted, genesis_of};
use crate::pool::Pool;
use crate::record::Record;

pub(super) fn check<P: Pool>(
    record: &Record<P>,
    journal: &Journal<P>,
    trusted: Trusted<'_, P>,
) -> Checked {
    let anchor = trusted.log;
    if record.origin() != &anchor.origin {
        let (expected, found) = (anchor.origin.as_str(), record.origin().as_str());
        return Err(Finding::general(format!("the log `{expected}`"), format!("`{found}`")).into());
    }
    let first = journal.entries.first().filter(|entry| entry.index.0 == 0);
    let Some((entry, genesis)) = first.zip(genesis_of(journal)) else {
        return Err(no_genesis(journal));
    };
    let differs = |expected: String, found: String| {
        Failed::from(Finding::at_statement(entry.index, entry.id, expected, found))
    };
    if entry.id != anchor.genesis {
        return Err(differs(format!("the genesis {}", anchor.genesis), entry.id.to_string()));
    }
    if genesis.log_key != *anchor.log_key.key() {
        let expected = format!("the log key {}", anchor.log_key.key().id());
        return Err(differs(expected, genesis.log_key.id().to_string()));
    }
    if genesis.foundation != trusted.foundation {
        let expected = format!("the foundation {}", trusted.foundation);
        return Err(differs(expected, genesis.foundation.to_string()));
    }
    Proved::of(
        4u64,
        format!(
            "This is the log `{}`: its origin, its genesis, its key and its foundation are those of foundation.json.",
            anchor.origin
        ),
    )
}

fn no_genesis<P: Pool>(journal: &Journal<P>) -> Failed {
    let expected = "a genesis as the first leaf";
    // A young log's founding lies in the same bundle as the ballots of its first election.
    if journal.withheld.first().is_some_and(|leaf| leaf.0 == 0) {
        return Failed::Incomplete("the genesis is withheld".to_owned());
    }
    let finding = match journal.entries.first() {
        Some(entry) => Finding::at_statement(
            entry.index,
            entry.id,
            expected,
            format!("a statement of kind {}", entry.body.kind()),
        ),
        None => Finding::general(expected, "no leaf that can be read"),
    };
    finding.into()
}
