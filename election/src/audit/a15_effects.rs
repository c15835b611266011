//! A15: every standing follows from the genesis and the certificates, and every certificate that
//! decided something is executed exactly once.
//!
//! Worked out from genesis and certificates alone, then compared with what the replay came to. An
//! effect that the log has not reached yet is pending: the server writes it before anything of a later
//! time.

use std::collections::BTreeMap;

use super::a06_replay;
use super::journal::Journal;
use super::pipeline::Reading;
use super::report::Finding;
use super::standings::{Granted, Ledger, Place};
use super::{Checked, Failed, Proved};
use crate::pool::Pool;

pub(super) fn check<P: Pool>(reading: &Reading<P>) -> Checked {
    reading.journal.unless_withheld(follow(reading))
}

fn follow<P: Pool>(reading: &Reading<P>) -> Checked {
    let mut ledger = Ledger::default();
    for entry in &reading.journal.entries {
        ledger.take(entry)?;
    }
    unexecuted(&reading.journal, &ledger)?;
    if let Some(refused) = &reading.refused {
        let leaf = refused.leaf;
        return Err(Failed::Incomplete(format!("the replay stopped at leaf {leaf}")));
    }
    a06_replay::unreadable(reading)?;
    let replayed: BTreeMap<Place, Granted> = reading
        .state
        .standings()
        .map(|(module, person, held)| {
            let granted = (held.standing, *held.granted_by.statement());
            ((module.to_string(), person.to_string()), granted)
        })
        .collect();
    if replayed != ledger.standings {
        let differs = |place: &&Place| replayed.get(*place) != ledger.standings.get(*place);
        let place = replayed.keys().chain(ledger.standings.keys()).find(differs);
        let words = |granted: Option<&Granted>| match granted {
            Some((standing, by)) => format!("{standing} by {by}"),
            None => "nothing".to_owned(),
        };
        let (module, person) = place.cloned().unwrap_or_default();
        let (derived, found) =
            place.map_or((None, None), |place| (ledger.standings.get(place), replayed.get(place)));
        let expected = format!("{person} in `{module}` as {}", words(derived));
        return Err(Finding::general(expected, words(found)).into());
    }
    Proved::of(
        ledger.executed + ledger.standings.len() as u64,
        "Every certificate that decided something was executed once, by the log, just as it decided; and every standing follows from the genesis and the certificates alone.",
    )
}

/// Certificates that wait for their effect: pending at the end of a log that may grow, a fault once it
/// has gone on without them.
fn unexecuted<P: Pool>(journal: &Journal<P>, ledger: &Ledger<'_, P>) -> Result<(), Failed> {
    for open in ledger.open.values() {
        let later = journal.entries.iter().rev().find(|entry| entry.at > open.entry.at);
        if let Some(later) = later {
            let expected = "its effect before anything of a later time";
            let found = format!("none, though leaf {} is of {}", later.index, later.at);
            let (leaf, id) = (open.entry.index, open.entry.id);
            return Err(Finding::at_statement(leaf, id, expected, found).into());
        }
    }
    match ledger.open.keys().next() {
        Some(certificate) => Err(Failed::Incomplete(format!(
            "the effect of certificate {certificate} is pending: the record ends before the log could say that it is executed"
        ))),
        None => Ok(()),
    }
}
