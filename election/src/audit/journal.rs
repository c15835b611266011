//! The record as the auditor's own checks read it: what was said when and signed by which keys,
//! independent of the state machine.

use crypto::merkle::LeafIndex;
use crypto::sign::KeyId;

use super::{Checked, Failed};
use crate::pool::Pool;
use crate::statement::{Body, StatementId};
use crate::time::Millis;

/// One decoded leaf.
pub(super) struct Entry<P: Pool> {
    pub(super) index: LeafIndex,
    pub(super) at: Millis,
    pub(super) id: StatementId,
    pub(super) signers: Vec<KeyId>,
    pub(super) body: Body<P>,
}

/// Every leaf that decodes, in order.
pub(super) struct Journal<P: Pool> {
    pub(super) entries: Vec<Entry<P>>,
    /// The leaves whose content the record does not show.
    pub(super) withheld: Vec<LeafIndex>,
}

impl<P: Pool> Journal<P> {
    /// The statement at a place in the log, if the record shows it and it decodes.
    pub(super) fn at(&self, index: LeafIndex) -> Option<&Entry<P>> {
        let place = self.entries.binary_search_by_key(&index, |entry| entry.index).ok()?;
        self.entries.get(place)
    }

    /// A fault at a leaf that others, which are not shown, stand in front of is none yet: they may
    /// hold what it was found to lack. Withholding is A14's matter; here it only means not knowing.
    pub(super) fn unless_withheld(&self, checked: Checked) -> Checked {
        let Err(Failed::Refuted(finding)) = &checked else { return checked };
        let Some(leaf) = finding.leaf else { return checked };
        match self.withheld.partition_point(|withheld| *withheld < leaf) {
            0 => checked,
            hidden => Err(Failed::Incomplete(format!(
                "{hidden} leaves before it are withheld, and without them: {finding}"
            ))),
        }
    }
}
