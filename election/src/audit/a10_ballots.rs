//! A10: every ballot is cast in its window, by somebody on the roll, with the key enrolled for
//! exactly that, and continues that person's chain of ballots.
//!
//! Worked out from the statements directly, not by the state machine.

use std::collections::{BTreeMap, HashMap};

use crypto::merkle::LeafIndex;
use crypto::sign::KeyId;

use super::a09_rolls::Rolls;
use super::journal::{Entry, Journal};
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::ballot::Ballot;
use crate::ids::Handle;
use crate::manifest::Manifest;
use crate::pool::{Pool, PrincipalId};
use crate::statement::{Body, StatementId};

/// Every election with the last ballot of each person.
pub(super) type Elections<'j, P> = BTreeMap<StatementId, Chains<'j, P>>;

/// The last ballots of one election.
pub(super) struct Chains<'j, P: Pool> {
    manifest: &'j Manifest<P>,
    opened: bool,
    closed: bool,
    pub(super) last: BTreeMap<&'j PrincipalId<P>, Vec<Last<'j, P>>>,
}

/// A person's last ballot.
pub(super) struct Last<'j, P: Pool> {
    pub(super) person: &'j Handle,
    pub(super) id: StatementId,
    pub(super) ballot: &'j Ballot<P>,
}

/// Who may use a key.
struct Holder<'j, P: Pool> {
    principal: &'j PrincipalId<P>,
    person: &'j Handle,
}

impl<P: Pool> Clone for Holder<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P: Pool> Copy for Holder<'_, P> {}

/// Keys as the log has bound them so far.
struct Keys<'j, P: Pool> {
    invitations: BTreeMap<KeyId, Holder<'j, P>>,
    /// Looked up for every ballot and never listed, hence not ordered.
    voters: HashMap<KeyId, Holder<'j, P>>,
    /// Each person's first invitation for a principal: what has to be older than a roll.
    invited: BTreeMap<(&'j PrincipalId<P>, &'j Handle), LeafIndex>,
}

/// Follows all chains, and checks every ballot on the way.
pub(super) fn collect<'j, P: Pool>(
    journal: &'j Journal<P>,
    rolls: &Rolls<P>,
) -> (Elections<'j, P>, Checked) {
    let mut elections = Elections::new();
    let mut keys =
        Keys { invitations: BTreeMap::new(), voters: HashMap::new(), invited: BTreeMap::new() };
    let mut ballots = 0u64;
    let mut fault: Option<Failed> = None;
    for entry in &journal.entries {
        match &entry.body {
            Body::Manifest(manifest) => {
                let last = BTreeMap::new();
                elections.insert(entry.id, Chains { manifest, opened: false, closed: false, last });
            }
            Body::Opened(step) => {
                if let Some(election) = elections.get_mut(&step.manifest) {
                    election.opened = true;
                }
            }
            Body::Closed(step) => {
                if let Some(election) = elections.get_mut(&step.manifest) {
                    election.closed = true;
                }
            }
            Body::Ballot(ballot) => {
                ballots += 1;
                let cast = keys.cast(entry, ballot, &mut elections, rolls);
                fault = fault.or(cast.err().map(|finding| (*finding).into()));
            }
            Body::Invitation(_) | Body::Enrolment(_) | Body::Rekey(_) => keys.take(entry),
            Body::Genesis(_) | Body::Officers(_) | Body::Principal(_) | Body::Mandate(_) => {}
            Body::Related(_) | Body::Affiliation(_) | Body::Suspension(_) => {}
            Body::Reinstatement(_) | Body::Cancel(_) | Body::Certificate(_) => {}
            Body::Effect(_) => {}
        }
    }
    let checked = match fault {
        Some(fault) => Err(fault),
        None => Proved::of(
            ballots,
            "Every ballot stands between its opening and closing and within its window, names somebody on the roll, is signed by the key enrolled for them, and replaces exactly their ballot before it.",
        ),
    };
    (elections, journal.unless_withheld(checked))
}

impl<'j, P: Pool> Keys<'j, P> {
    fn take(&mut self, entry: &'j Entry<P>) {
        match &entry.body {
            Body::Invitation(invitation) => {
                let (principal, person) = (&invitation.principal, &invitation.person);
                self.invitations.insert(invitation.key.id(), Holder { principal, person });
                self.invited.entry((principal, person)).or_insert(entry.index);
            }
            Body::Enrolment(enrolment) => {
                // A key is its invitation's: what the enrolment says of itself must agree with that.
                let invited = self.invitations.remove(&enrolment.invitation);
                let same = |holder: &Holder<'j, P>| {
                    holder.principal == &enrolment.principal && holder.person == &enrolment.person
                };
                if let Some(holder) = invited.filter(same) {
                    self.voters.insert(enrolment.key.id(), holder);
                }
            }
            Body::Rekey(rekey) => {
                let ended = self.voters.remove(&rekey.ends);
                if let Some(holder) = ended.or_else(|| self.invitations.remove(&rekey.ends)) {
                    self.invitations.insert(rekey.invitation.id(), holder);
                }
            }
            Body::Genesis(_) | Body::Officers(_) | Body::Principal(_) | Body::Mandate(_) => {}
            Body::Related(_) | Body::Affiliation(_) | Body::Suspension(_) => {}
            Body::Reinstatement(_) | Body::Manifest(_) | Body::Cancel(_) | Body::Opened(_) => {}
            Body::Closed(_) | Body::Ballot(_) | Body::Certificate(_) => {}
            Body::Effect(_) => {}
        }
    }

    /// Takes a ballot into its chain, if it fits.
    fn cast(
        &self,
        entry: &'j Entry<P>,
        ballot: &'j Ballot<P>,
        elections: &mut Elections<'j, P>,
        rolls: &Rolls<P>,
    ) -> Result<(), Box<Finding>> {
        let at = |expected: String, found: String| {
            Box::new(Finding::at_statement(entry.index, entry.id, expected, found))
        };
        let Ballot { manifest, principal, person, .. } = ballot;
        let election = elections.get_mut(manifest).ok_or_else(|| {
            at("a ballot in an election of this log".into(), format!("one in {manifest}"))
        })?;
        if !election.opened || election.closed {
            let found = if election.closed { "it was closed before" } else { "it is not open yet" };
            return Err(at("a ballot in an open election".into(), found.into()));
        }
        let window = election.manifest.window;
        if entry.at < window.opens_at || entry.at >= window.closes_at {
            let expected = format!("a time from {} to {}", window.opens_at, window.closes_at);
            return Err(at(expected, entry.at.to_string()));
        }
        let on_roll = rolls.get(manifest).and_then(|roll| roll.entry(principal));
        if on_roll.is_none_or(|line| line.rank(person).is_none()) {
            let expected = "somebody who votes for a principal on the roll".to_owned();
            return Err(at(expected, format!("{person} for `{principal}`")));
        }
        let frozen = election.manifest.roll.log_size.0;
        if self.invited.get(&(principal, person)).is_none_or(|invited| invited.0 >= frozen) {
            let expected =
                format!("somebody invited before size {frozen}, when the roll was frozen");
            return Err(at(expected, format!("{person}")));
        }
        let holds = |key: &KeyId| {
            self.voters.get(key).is_some_and(|h| h.principal == principal && h.person == person)
        };
        if !matches!(entry.signers.as_slice(), [key] if holds(key)) {
            let expected = format!("a signature by the key enrolled for {person}, and no other");
            let signers: Vec<_> = entry.signers.iter().map(KeyId::to_string).collect();
            return Err(at(expected, format!("signatures by {}", signers.join(", "))));
        }
        ballot.validate(election.manifest).map_err(|error| {
            at("selections that the rules of the election allow".into(), error.to_string())
        })?;
        let chains = election.last.entry(principal).or_default();
        let last = chains.iter_mut().find(|last| last.person == person);
        let standing = last.as_ref().map(|last| last.id);
        if ballot.supersedes != standing {
            let words = |id: Option<StatementId>| {
                id.map_or("no ballot before".to_owned(), |id| format!("the ballot {id}"))
            };
            let expected = format!("a ballot that replaces {}", words(standing));
            return Err(at(expected, format!("one that replaces {}", words(ballot.supersedes))));
        }
        let new = Last { person, id: entry.id, ballot };
        match last {
            Some(last) => *last = new,
            None => chains.push(new),
        }
        Ok(())
    }
}
