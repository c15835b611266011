//! A08: a key has one capacity in its log, once. An officer who stays keeps the key.

use std::collections::BTreeMap;

use crypto::merkle::LeafIndex;
use crypto::sign::{KeyId, PublicKey};

use super::journal::{Entry, Journal};
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::ids::Handle;
use crate::key::Capacity;
use crate::pool::Pool;
use crate::statement::{Body, Officer};

/// Where a key first stood, and as what.
pub(super) struct Introduced<'j> {
    pub(super) capacity: Capacity,
    pub(super) leaf: LeafIndex,
    /// The officer whose it is, where it is one's.
    officer: Option<&'j Handle>,
}

pub(super) type Keys<'j> = BTreeMap<KeyId, Introduced<'j>>;

/// Every key that the log introduces, or the first that it introduces twice.
pub(super) fn introduced<P: Pool>(journal: &Journal<P>) -> Result<Keys<'_>, Failed> {
    let mut keys = Keys::new();
    let mut officers: Vec<(KeyId, &Handle)> = Vec::new();
    for entry in &journal.entries {
        match &entry.body {
            Body::Genesis(genesis) => {
                introduce(&mut keys, entry, &genesis.log_key, Capacity::Log, None)?;
                appoint(&mut keys, &mut officers, entry, &genesis.officers)?;
            }
            Body::Officers(change) => appoint(&mut keys, &mut officers, entry, &change.officers)?,
            Body::Invitation(invitation) => {
                introduce(&mut keys, entry, &invitation.key, Capacity::Invitation, None)?;
            }
            Body::Rekey(rekey) => {
                introduce(&mut keys, entry, &rekey.invitation, Capacity::Invitation, None)?;
            }
            Body::Enrolment(enrolment) => {
                introduce(&mut keys, entry, &enrolment.key, Capacity::Voter, None)?;
            }
            Body::Principal(_) | Body::Mandate(_) | Body::Related(_) | Body::Affiliation(_) => {}
            Body::Suspension(_) | Body::Reinstatement(_) | Body::Manifest(_) => {}
            Body::Cancel(_) | Body::Opened(_) | Body::Closed(_) => {}
            Body::Ballot(_) | Body::Certificate(_) | Body::Effect(_) => {}
        }
    }
    Ok(keys)
}

fn introduce<'j, P: Pool>(
    keys: &mut Keys<'j>,
    entry: &'j Entry<P>,
    key: &PublicKey,
    capacity: Capacity,
    officer: Option<&'j Handle>,
) -> Result<(), Failed> {
    let introduced = Introduced { capacity, leaf: entry.index, officer };
    match keys.insert(key.id(), introduced) {
        None => Ok(()),
        Some(Introduced { capacity: before, leaf, .. }) => {
            let expected = format!("a new key as {} key", capacity.slug());
            let found = format!("key {}, the {} key of leaf {leaf}", key.id(), before.slug());
            Err(Finding::at_statement(entry.index, entry.id, expected, found).into())
        }
    }
}

/// Officers who stay from one list to the next keep their keys; everybody else brings a new one.
fn appoint<'j, P: Pool>(
    keys: &mut Keys<'j>,
    current: &mut Vec<(KeyId, &'j Handle)>,
    entry: &'j Entry<P>,
    officers: &'j [Officer],
) -> Result<(), Failed> {
    let next: Vec<_> = officers.iter().map(|officer| (officer.key.id(), &officer.handle)).collect();
    for (officer, named) in officers.iter().zip(&next) {
        let known = keys.get(&named.0).is_some_and(|key| key.officer == Some(named.1));
        if !(current.contains(named) && known) {
            introduce(keys, entry, &officer.key, Capacity::Officer, Some(&officer.handle))?;
        }
    }
    *current = next;
    Ok(())
}

pub(super) fn check<P: Pool>(journal: &Journal<P>) -> Checked {
    let keys = introduced(journal)?;
    Proved::of(keys.len(), "Every key was introduced once, in one capacity.")
}
