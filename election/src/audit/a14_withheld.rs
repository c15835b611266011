//! A14: a leaf may be withheld only while an election that withholds its ballots is open.
//!
//! What is withheld cannot be judged, so a record with such leaves is never more than incomplete.

use std::collections::BTreeMap;

use crypto::merkle::LeafIndex;
use crypto::tile::TILE_WIDTH;

use super::journal::Journal;
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::manifest::Disclosure;
use crate::pool::Pool;
use crate::statement::{Body, StatementId};

pub(super) fn check<P: Pool>(journal: &Journal<P>) -> Checked {
    if journal.withheld.is_empty() {
        return Proved::of(0u64, "Nothing is withheld.");
    }
    let open = open_and_embargoed(journal);
    let first = open.values().min();
    for leaf in &journal.withheld {
        if first.is_none_or(|opened| leaf < opened) && !whole_bundle(journal, *leaf) {
            let expected =
                "a leaf that is shown, since no election that withholds ballots was open";
            return Err(Finding::at_leaf(*leaf, expected, "nothing but its hash").into());
        }
    }
    Err(Failed::Incomplete(format!(
        "{} leaves are withheld until the close of an election; audit again after it",
        journal.withheld.len()
    )))
}

/// The elections that are open at the record's end and withhold their ballots, with their openings.
fn open_and_embargoed<P: Pool>(journal: &Journal<P>) -> BTreeMap<StatementId, LeafIndex> {
    let mut embargoed = BTreeMap::new();
    let mut open = BTreeMap::new();
    for entry in &journal.entries {
        match &entry.body {
            Body::Manifest(manifest) => {
                embargoed.insert(entry.id, manifest.disclosure == Disclosure::AfterClose);
            }
            Body::Opened(step) if embargoed.get(&step.manifest) == Some(&true) => {
                open.insert(step.manifest, entry.index);
            }
            Body::Closed(step) => drop(open.remove(&step.manifest)),
            Body::Genesis(_) | Body::Officers(_) | Body::Principal(_) | Body::Mandate(_) => {}
            Body::Related(_) | Body::Affiliation(_) | Body::Invitation(_) => {}
            Body::Enrolment(_) | Body::Rekey(_) | Body::Suspension(_) => {}
            Body::Reinstatement(_) | Body::Cancel(_) | Body::Opened(_) => {}
            Body::Ballot(_) | Body::Certificate(_) | Body::Effect(_) => {}
        }
    }
    open
}

/// Tiles withhold whole bundles, the opening included where it is in the same one.
fn whole_bundle<P: Pool>(journal: &Journal<P>, leaf: LeafIndex) -> bool {
    let width = u64::from(TILE_WIDTH);
    let start = leaf.0 / width * width;
    let shown = journal.entries.partition_point(|entry| entry.index.0 < start);
    journal.entries.get(shown).is_none_or(|entry| entry.index.0 >= start + width)
}
