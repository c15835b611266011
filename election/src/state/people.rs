//! Officers, principals, invitations and keys.

use std::collections::{BTreeMap, BTreeSet};

use crypto::merkle::LeafIndex;
use crypto::sign::{KeyId, PublicKey};
use serde::{Deserialize, Serialize};

use super::signatures::Signers;
use super::{Founded, FreezeError, PoolState, Refusal, SignatureCheck};
use crate::ids::Handle;
use crate::key::Capacity;
use crate::manifest::Electorate;
use crate::pool::{AffiliationOf, MandateOf, Pool, PoolId, Principal, PrincipalId, RelatedGroupOf};
use crate::principal::Mandate;
use crate::roll::{Roll, RollEntry};
use crate::statement::{
    Enrolment, Genesis, Invitation, Kind, MAX_BODIES, MAX_OFFICERS, Officer, OfficersChange,
    Quorums, Rekey, Role, Statement, Suspension,
};
use crate::time::Millis;

/// Whose key it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields, bound = "")]
pub enum KeyHolder<P: Pool> {
    /// The log's own.
    Log {},
    /// An officer's.
    Officer {
        /// Who.
        person: Handle,
    },
    /// A person who votes, or is invited to, for a principal.
    Voter {
        /// For whom.
        principal: PrincipalId<P>,
        /// Who.
        person: Handle,
    },
}

/// What a log knows of a key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct KeyRecord<P: Pool> {
    /// The key.
    pub key: PublicKey,
    /// What it may sign.
    pub capacity: Capacity,
    /// Whose it is.
    pub holder: KeyHolder<P>,
    /// Whether it no longer counts: an invitation used, a voter's key replaced, an officer gone.
    pub ended: bool,
}

/// One person who may vote for one principal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// The invitation that stands, or stood last.
    pub invitation: KeyId,
    /// Where the person's first invitation stands in the log. A rekey keeps it.
    pub invited_at: LeafIndex,
    /// The person's voter key, once enrolled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voter: Option<KeyId>,
}

/// What a log knows of a principal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PrincipalRecord<P: Pool> {
    /// The latest particulars.
    pub principal: P::Principal,
    /// Where it first stood in the log.
    pub since: LeafIndex,
    /// Whether it is off future rolls.
    pub suspended: bool,
    /// Who speaks for it, where principals need somebody to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mandate: Option<Mandate>,
    /// The persons invited or enrolled for it.
    pub speakers: BTreeMap<Handle, Speaker>,
}

impl<P: Pool> PrincipalRecord<P> {
    /// Who may cast its ballot, highest rank first.
    pub fn voices(&self) -> Vec<Handle> {
        match (&self.mandate, self.principal.own_voice()) {
            (Some(mandate), _) => mandate.speakers().cloned().collect(),
            (None, Some(own)) => vec![own.clone()],
            (None, None) => Vec::new(),
        }
    }
}

/// A principal that an electorate takes in.
pub(super) type Entitled<'a, P> = (&'a PrincipalId<P>, &'a PrincipalRecord<P>);

/// A registrar's fact about who is entitled.
pub(super) enum RollChange<'a, P: Pool> {
    Principal(&'a P::Principal),
    Mandate(&'a P::Mandate),
    Related(&'a P::RelatedGroup),
    Affiliation(&'a P::Affiliation),
}

impl<P: Pool> PoolState<P> {
    pub(super) fn found(
        &mut self,
        statement: &Statement<P>,
        genesis: &Genesis<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        if P::ID == PoolId::Technical && !genesis.classes.is_empty() {
            return Err(Refusal::NotOfThisPool { pool: P::ID, what: "classes of membership" });
        }
        let named = [genesis.bodies.len(), genesis.classes.len()];
        if named.into_iter().any(|count| count > MAX_BODIES) {
            return Err(Refusal::UnworkableOfficers { why: "too many bodies or classes" });
        }
        self.check_founding_standings(genesis)?;
        workable(&genesis.officers, &genesis.quorums)?;
        if genesis.officers.iter().any(|officer| officer.key == genesis.log_key) {
            let key = genesis.log_key.id();
            return Err(Refusal::KeyInUse { key, capacity: Capacity::Log });
        }
        let mut signers = Signers::new(statement, check);
        for officer in &genesis.officers {
            signers.require(&officer.key)?;
        }
        signers.and_nobody_else()?;
        self.founded = Some(Founded {
            genesis: statement.id(),
            foundation: genesis.foundation,
            name: genesis.name.clone(),
            log_key: genesis.log_key,
            bodies: genesis.bodies.clone(),
            classes: genesis.classes.clone(),
            modules: genesis.modules.clone(),
        });
        self.take_key(genesis.log_key, Capacity::Log, KeyHolder::Log {});
        self.take_officers(&genesis.officers, genesis.quorums);
        self.take_founding_standings(statement.id(), genesis);
        Ok(())
    }

    pub(super) fn change_officers(
        &mut self,
        statement: &Statement<P>,
        change: &OfficersChange<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        workable(&change.officers, &change.quorums)?;
        for officer in &change.officers {
            let stays = self
                .officers
                .iter()
                .any(|old| old.key == officer.key && old.handle == officer.handle);
            if !stays {
                self.unused(&officer.key)?;
            }
        }
        let needed = self.quorum()?.officers;
        self.officers_signed(statement, Role::Officer, needed, check)?;
        for officer in &self.officers {
            if let Some(record) = self.keys.get_mut(&officer.key.id()) {
                record.ended = true;
            }
        }
        self.take_officers(&change.officers, change.quorums);
        Ok(())
    }

    fn take_officers(&mut self, officers: &[Officer], quorums: Quorums) {
        for officer in officers {
            let holder = KeyHolder::Officer { person: officer.handle.clone() };
            self.take_key(officer.key, Capacity::Officer, holder);
        }
        self.officers = officers.to_vec();
        self.quorums = Some(quorums);
    }

    pub(super) fn change_roll(
        &mut self,
        statement: &Statement<P>,
        change: RollChange<'_, P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let needed = self.quorum()?.roll;
        match change {
            RollChange::Principal(principal) => self.check_principal(principal)?,
            RollChange::Mandate(fact) => {
                fact.mandate().validate().map_err(Refusal::Principal)?;
                self.known(&fact.mandate().member.to_string())?;
            }
            RollChange::Related(fact) => self.check_group(fact.related())?,
            RollChange::Affiliation(fact) => {
                self.known(fact.affiliation().person.as_str())?;
            }
        }
        self.officers_signed(statement, Role::Registrar, needed, check)?;
        match change {
            RollChange::Principal(principal) => {
                let since = LeafIndex(self.size);
                self.principals
                    .entry(principal.id().clone())
                    .and_modify(|record| record.principal = principal.clone())
                    .or_insert_with(|| PrincipalRecord {
                        principal: principal.clone(),
                        since,
                        suspended: false,
                        mandate: None,
                        speakers: BTreeMap::new(),
                    });
            }
            RollChange::Mandate(fact) => {
                let mandate = fact.mandate();
                let id = self.known(mandate.member.as_str())?;
                if let Some(record) = self.principals.get_mut(&id) {
                    record.mandate = Some(mandate.clone());
                }
            }
            RollChange::Related(fact) => {
                let related = fact.related();
                self.groups.insert(related.group.clone(), related.clone());
            }
            RollChange::Affiliation(fact) => {
                let affiliation = fact.affiliation();
                self.affiliations.insert(affiliation.person.clone(), affiliation.clone());
            }
        }
        self.roll_changed = self.size + 1;
        Ok(())
    }

    fn check_principal(&self, principal: &P::Principal) -> Result<(), Refusal> {
        let classes = self.founded.as_ref().map_or(&[][..], |founded| &founded.classes);
        match principal.class() {
            Some(class) if !classes.iter().any(|known| known.as_str() == class) => {
                Err(Refusal::UnknownName { pool: P::ID, what: "class", name: class.to_owned() })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_group(&self, related: &crate::principal::RelatedGroup) -> Result<(), Refusal> {
        related.validate().map_err(Refusal::Principal)?;
        for member in &related.members {
            self.known(member.as_str())?;
            let other = self
                .groups
                .values()
                .find(|group| group.group != related.group && group.members.contains(member));
            if let Some(other) = other {
                let group = other.group.clone();
                return Err(Refusal::InAnotherGroup { member: member.to_string(), group });
            }
        }
        Ok(())
    }

    /// The id of a principal that the log knows under this name.
    fn known(&self, name: &str) -> Result<PrincipalId<P>, Refusal> {
        name.parse::<PrincipalId<P>>()
            .ok()
            .filter(|id| self.principals.contains_key(id))
            .ok_or_else(|| Refusal::UnknownPrincipal { principal: name.to_owned(), pool: P::ID })
    }

    pub(super) fn invite(
        &mut self,
        statement: &Statement<P>,
        invitation: &Invitation<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let Invitation { principal, person, key, .. } = invitation;
        let record = self.record(principal)?;
        if !record.voices().contains(person) {
            return Err(not_a_speaker::<P>(person, principal));
        }
        if record.speakers.contains_key(person) {
            let (person, principal) = (person.clone(), principal.to_string());
            return Err(Refusal::AlreadyInvited { person, principal });
        }
        self.unused(key)?;
        let needed = self.quorum()?.roll;
        self.officers_signed(statement, Role::Registrar, needed, check)?;
        let holder = KeyHolder::Voter { principal: principal.clone(), person: person.clone() };
        self.take_key(*key, Capacity::Invitation, holder);
        let invited_at = LeafIndex(self.size);
        if let Some(record) = self.principals.get_mut(principal) {
            let speaker = Speaker { invitation: key.id(), invited_at, voter: None };
            record.speakers.insert(person.clone(), speaker);
        }
        Ok(())
    }

    pub(super) fn enrol(
        &mut self,
        statement: &Statement<P>,
        enrolment: &Enrolment<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let Enrolment { invitation, principal, person, key, .. } = enrolment;
        let invited = self.valid_key(invitation, Capacity::Invitation)?;
        self.holds(invitation, invited, principal, person)?;
        let invited = invited.key;
        self.unused(key)?;
        let mut signers = Signers::new(statement, check);
        signers.require(&invited)?;
        signers.require(key)?;
        signers.and_nobody_else()?;
        self.end_key(invitation);
        let holder = KeyHolder::Voter { principal: principal.clone(), person: person.clone() };
        self.take_key(*key, Capacity::Voter, holder);
        if let Some(speaker) = self.speaker_mut(principal, person) {
            speaker.voter = Some(key.id());
        }
        Ok(())
    }

    pub(super) fn rekey(
        &mut self,
        statement: &Statement<P>,
        rekey: &Rekey<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let wrong = |wanted| Refusal::WrongKey { key: rekey.ends, wanted, pool: P::ID };
        let ends = self.keys.get(&rekey.ends).filter(|record| !record.ended);
        let ends = ends.ok_or(wrong(Capacity::Voter))?;
        let KeyHolder::Voter { principal, person } = ends.holder.clone() else {
            return Err(wrong(Capacity::Voter));
        };
        self.unused(&rekey.invitation)?;
        let needed = self.quorum()?.exceptional;
        self.officers_signed(statement, Role::Officer, needed, check)?;
        self.end_key(&rekey.ends);
        let holder = KeyHolder::Voter { principal: principal.clone(), person: person.clone() };
        self.take_key(rekey.invitation, Capacity::Invitation, holder);
        if let Some(speaker) = self.speaker_mut(&principal, &person) {
            speaker.invitation = rekey.invitation.id();
            speaker.voter = None;
        }
        Ok(())
    }

    pub(super) fn suspend(
        &mut self,
        statement: &Statement<P>,
        suspension: &Suspension<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let suspends = statement.kind() == Kind::Suspension;
        let record = self.record(&suspension.principal)?;
        if record.suspended == suspends {
            let state = if suspends { "suspended" } else { "in good standing" };
            return Err(Refusal::NoChange { principal: suspension.principal.to_string(), state });
        }
        let needed = self.quorum()?.exceptional;
        self.officers_signed(statement, Role::Officer, needed, check)?;
        if let Some(record) = self.principals.get_mut(&suspension.principal) {
            record.suspended = suspends;
        }
        self.roll_changed = self.size + 1;
        Ok(())
    }

    /// The roll that an electorate's rule gives as of now, with the weights of an instant.
    ///
    /// Of a related group only its voice is entitled: related organisations have one voice.
    pub fn freeze_roll(
        &self,
        electorate: &Electorate<P>,
        at: Millis,
    ) -> Result<Roll<P>, FreezeError> {
        let mut entries = Vec::new();
        for (id, record) in self.entitled(electorate)? {
            let weight = record.principal.weight_at(at);
            let weight = weight.ok_or(FreezeError::NoWeight { member: id.to_string(), at })?;
            let speakers = record.voices();
            entries.push(RollEntry { principal: id.clone(), weight, speakers });
        }
        if entries.is_empty() {
            return Err(FreezeError::Nobody);
        }
        Ok(Roll::new(entries)?)
    }

    /// The principals that an electorate's rule takes in.
    fn entitled(&self, electorate: &Electorate<P>) -> Result<Vec<Entitled<'_, P>>, FreezeError> {
        let silent: BTreeSet<&str> = self
            .groups
            .values()
            .flat_map(|group| group.members.iter().filter(|member| **member != group.voice))
            .map(|member| member.as_str())
            .collect();
        let mut able: Vec<Entitled<'_, P>> = self
            .principals
            .iter()
            .filter(|(_, record)| !record.suspended)
            .filter(|(id, _)| silent.is_empty() || !silent.contains(id.to_string().as_str()))
            .collect();
        match electorate {
            Electorate::Everyone {} => {}
            Electorate::Class { class } => {
                able.retain(|(_, record)| record.principal.class() == Some(class.as_str()));
            }
            Electorate::Maintainers { module } => able = self.maintaining(module, &able)?,
        }
        Ok(able)
    }

    pub(super) fn record(&self, id: &PrincipalId<P>) -> Result<&PrincipalRecord<P>, Refusal> {
        self.principals
            .get(id)
            .ok_or_else(|| Refusal::UnknownPrincipal { principal: id.to_string(), pool: P::ID })
    }

    /// The record of a key that is valid now in this capacity.
    pub(super) fn valid_key(&self, id: &KeyId, wanted: Capacity) -> Result<&KeyRecord<P>, Refusal> {
        self.keys
            .get(id)
            .filter(|record| record.capacity == wanted && !record.ended)
            .ok_or(Refusal::WrongKey { key: *id, wanted, pool: P::ID })
    }

    /// Refuses a key that votes for somebody else than its holder.
    pub(super) fn holds(
        &self,
        id: &KeyId,
        record: &KeyRecord<P>,
        principal: &PrincipalId<P>,
        person: &Handle,
    ) -> Result<(), Refusal> {
        match &record.holder {
            KeyHolder::Voter { principal: p, person: h } if p == principal && h == person => Ok(()),
            KeyHolder::Voter { .. } | KeyHolder::Officer { .. } | KeyHolder::Log {} => {
                let (person, principal) = (person.clone(), principal.to_string());
                Err(Refusal::NotTheHolder { key: *id, person, principal })
            }
        }
    }

    /// Wall 3 within one log: a key has one capacity, once. Across the two logs the server's key
    /// register and the audit hold the same rule.
    fn unused(&self, key: &PublicKey) -> Result<(), Refusal> {
        match self.keys.get(&key.id()) {
            Some(record) => Err(Refusal::KeyInUse { key: key.id(), capacity: record.capacity }),
            None => Ok(()),
        }
    }

    pub(super) fn officers_signed(
        &self,
        statement: &Statement<P>,
        role: Role,
        needed: u8,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let mut signers = Signers::new(statement, check);
        signers.require_officers(&self.officers, role, needed)?;
        signers.and_nobody_else()
    }

    fn take_key(&mut self, key: PublicKey, capacity: Capacity, holder: KeyHolder<P>) {
        self.keys.insert(key.id(), KeyRecord { key, capacity, holder, ended: false });
    }

    fn end_key(&mut self, id: &KeyId) {
        if let Some(record) = self.keys.get_mut(id) {
            record.ended = true;
        }
    }

    fn speaker_mut(&mut self, principal: &PrincipalId<P>, person: &Handle) -> Option<&mut Speaker> {
        self.principals.get_mut(principal)?.speakers.get_mut(person)
    }
}

fn not_a_speaker<P: Pool>(person: &Handle, principal: &PrincipalId<P>) -> Refusal {
    Refusal::NotASpeaker { person: person.clone(), principal: principal.to_string() }
}

/// Refuses officers who could never act: none, too many, one twice, or fewer than must sign.
fn workable(officers: &[Officer], quorums: &Quorums) -> Result<(), Refusal> {
    let fail = |why| Err(Refusal::UnworkableOfficers { why });
    if !(1..=MAX_OFFICERS).contains(&officers.len()) {
        return fail("a pool has 1 to 16 officers");
    }
    let keys: BTreeSet<_> = officers.iter().map(|officer| officer.key.id()).collect();
    let handles: BTreeSet<_> = officers.iter().map(|officer| &officer.handle).collect();
    if keys.len() != officers.len() || handles.len() != officers.len() {
        return fail("an officer, or an officer's key, stands there twice");
    }
    if officers.iter().any(|officer| officer.roles.is_empty() || !officer.roles.is_sorted()) {
        return fail("an officer has no role, or roles out of order");
    }
    let with = |role| officers.iter().filter(|officer| officer.roles.contains(&role)).count();
    let reachable = |needed: u8, role| needed >= 1 && usize::from(needed) <= with(role);
    let Quorums { manifest, certificate, roll, exceptional, officers: change } = *quorums;
    let all_reachable = [manifest, certificate, exceptional, change]
        .into_iter()
        .all(|needed| reachable(needed, Role::Officer));
    if !all_reachable || !reachable(roll, Role::Registrar) {
        return fail("a number of signatures that these officers can never reach, or zero");
    }
    Ok(())
}
