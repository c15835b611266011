//! What a pool's log adds up to: the one set of rules, for server and auditor alike.
//!
//! [`PoolState::apply`] takes one statement after the other. It either refuses, and then nothing has
//! changed, or it takes the statement in. The state holds what decisions need (who, which key, which
//! ballot stands) and never a ballot's content, so that a million ballots fit in memory many times.

mod elections;
mod people;
mod refusal;
mod signatures;
mod standings;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use crypto::Hash;
use crypto::merkle::{LeafIndex, TreeSize};
use crypto::sign::{KeyId, PublicKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use elections::{Due, ElectionState, Phase, StandingBallot, Step};
pub use people::{KeyHolder, KeyRecord, PrincipalRecord, Speaker};
pub use refusal::{FreezeError, Refusal};
pub use signatures::{CheckNow, CheckedBefore, SignatureCheck, TrustStore};
pub use standings::Execution;

use crate::ids::{BodyId, ClassId, GroupId, Handle, Origin};
use crate::module::Modules;
use crate::pool::{Pool, PrincipalId};
use crate::principal::{Affiliation, RelatedGroup};
use crate::statement::{Body, Kind, Officer, Quorums, Statement, StatementId};
use crate::text::Line;
use crate::time::Millis;

/// The public state of one pool: a pure function of its log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PoolState<P: Pool> {
    origin: Origin<P>,
    size: u64,
    last_at: Millis,
    founded: Option<Founded<P>>,
    officers: Vec<Officer>,
    quorums: Option<Quorums>,
    keys: BTreeMap<KeyId, KeyRecord<P>>,
    principals: BTreeMap<PrincipalId<P>, PrincipalRecord<P>>,
    groups: BTreeMap<GroupId, RelatedGroup>,
    affiliations: BTreeMap<Handle, Affiliation>,
    standings: standings::Standings<P>,
    /// The log's size after the last statement that could change a roll.
    roll_changed: u64,
    elections: BTreeMap<StatementId, ElectionState<P>>,
    seen: HashSet<StatementId>,
}

/// What the genesis fixed for good.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Founded<P: Pool> {
    /// The genesis statement.
    pub genesis: StatementId,
    /// The foundation's id.
    pub foundation: Uuid,
    /// Its name.
    pub name: Line,
    /// The key of this log.
    pub log_key: PublicKey,
    /// The pool's bodies.
    pub bodies: Vec<BodyId<P>>,
    /// The classes of membership.
    pub classes: Vec<ClassId>,
    /// The project's modules.
    pub modules: Modules<P>,
}

/// What a statement did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Applied {
    /// Where it stands in the log.
    pub index: LeafIndex,
    /// Its kind.
    pub kind: Kind,
    /// The election it belongs to.
    pub election: Option<StatementId>,
}

impl<P: Pool> PoolState<P> {
    /// The state of an empty log.
    pub fn new(origin: Origin<P>) -> Self {
        PoolState {
            origin,
            size: 0,
            last_at: Millis::default(),
            founded: None,
            officers: Vec::new(),
            quorums: None,
            keys: BTreeMap::new(),
            principals: BTreeMap::new(),
            groups: BTreeMap::new(),
            affiliations: BTreeMap::new(),
            standings: BTreeMap::new(),
            roll_changed: 0,
            elections: BTreeMap::new(),
            seen: HashSet::new(),
        }
    }

    /// Takes in the next statement, or refuses it and stays as it was.
    pub fn apply(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<Applied, Refusal> {
        let id = statement.id();
        if at < self.last_at {
            return Err(Refusal::TimeWentBack { at, last: self.last_at });
        }
        if self.seen.contains(&id) {
            return Err(Refusal::AlreadyLogged { id });
        }
        let origin = statement.body().origin();
        if *origin != self.origin {
            let (found, wanted) = (origin.to_string(), self.origin.to_string());
            return Err(Refusal::OtherLog { found, wanted });
        }
        if self.founded.is_some() == (statement.kind() == Kind::Genesis) {
            return Err(Refusal::GenesisOutOfPlace);
        }
        let election = self.dispatch(at, statement, check)?;
        let index = LeafIndex(self.size);
        self.seen.insert(id);
        self.size += 1;
        self.last_at = at;
        Ok(Applied { index, kind: statement.kind(), election })
    }

    fn dispatch(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<Option<StatementId>, Refusal> {
        use people::RollChange;
        let (id, body) = (statement.id(), statement.body());
        let no_election = |()| None;
        match body {
            Body::Genesis(genesis) => self.found(statement, genesis, check).map(no_election),
            Body::Officers(change) => {
                self.change_officers(statement, change, check).map(no_election)
            }
            Body::Principal(entry) => self
                .change_roll(statement, RollChange::Principal(&entry.principal), check)
                .map(no_election),
            Body::Mandate(entry) => self
                .change_roll(statement, RollChange::Mandate(&entry.fact), check)
                .map(no_election),
            Body::Related(entry) => self
                .change_roll(statement, RollChange::Related(&entry.fact), check)
                .map(no_election),
            Body::Affiliation(entry) => self
                .change_roll(statement, RollChange::Affiliation(&entry.fact), check)
                .map(no_election),
            Body::Invitation(invitation) => {
                self.invite(statement, invitation, check).map(no_election)
            }
            Body::Enrolment(enrolment) => self.enrol(statement, enrolment, check).map(no_election),
            Body::Rekey(rekey) => self.rekey(statement, rekey, check).map(no_election),
            Body::Suspension(suspension) | Body::Reinstatement(suspension) => {
                self.suspend(statement, suspension, check).map(no_election)
            }
            Body::Manifest(manifest) => {
                self.seal(at, statement, manifest, check).map(|()| Some(id))
            }
            Body::Cancel(cancel) => self.cancel(at, statement, cancel, check).map(Some),
            Body::Opened(opened) => self.open(at, statement, opened, check).map(Some),
            Body::Closed(closed) => self.close(at, statement, closed, check).map(Some),
            Body::Ballot(ballot) => self.cast(at, statement, ballot, check).map(Some),
            Body::Certificate(certificate) => {
                self.certify(at, statement, certificate, check).map(Some)
            }
            Body::Effect(effect) => self.execute(statement, effect, check).map(Some),
        }
    }

    /// How many statements the log has.
    pub fn size(&self) -> TreeSize {
        TreeSize(self.size)
    }
    /// When the last of them was logged.
    pub fn last_at(&self) -> Millis {
        self.last_at
    }
    /// The log.
    pub fn origin(&self) -> &Origin<P> {
        &self.origin
    }
    /// What the genesis fixed, once there is one.
    pub fn founded(&self) -> Option<&Founded<P>> {
        self.founded.as_ref()
    }
    /// The officers as of now.
    pub fn officers(&self) -> &[Officer] {
        &self.officers
    }
    /// How many of them must sign what, once there is a genesis.
    pub fn quorums(&self) -> Option<&Quorums> {
        self.quorums.as_ref()
    }
    /// Whatever this log knows of a key, ended or not.
    pub fn key(&self, id: &KeyId) -> Option<&KeyRecord<P>> {
        self.keys.get(id)
    }
    /// All keys this log has ever known.
    pub fn keys(&self) -> impl Iterator<Item = (&KeyId, &KeyRecord<P>)> {
        self.keys.iter()
    }
    /// The principals, by id.
    pub fn principals(&self) -> impl Iterator<Item = &PrincipalRecord<P>> {
        self.principals.values()
    }
    /// One principal.
    pub fn principal(&self, id: &PrincipalId<P>) -> Option<&PrincipalRecord<P>> {
        self.principals.get(id)
    }
    /// The related groups.
    pub fn groups(&self) -> impl Iterator<Item = &RelatedGroup> {
        self.groups.values()
    }
    /// A person's affiliation on record.
    pub fn affiliation(&self, person: &Handle) -> Option<&Affiliation> {
        self.affiliations.get(person)
    }
    /// All elections, by manifest id.
    pub fn elections(&self) -> impl Iterator<Item = (&StatementId, &ElectionState<P>)> {
        self.elections.iter()
    }
    /// One election.
    pub fn election(&self, manifest: &StatementId) -> Option<&ElectionState<P>> {
        self.elections.get(manifest)
    }
    /// Whether a statement of that id stands in the log.
    pub fn contains(&self, id: &StatementId) -> bool {
        self.seen.contains(id)
    }
    /// The log's size after the last statement that could change a roll: the earliest size at which
    /// a manifest may read it.
    pub fn roll_changed(&self) -> TreeSize {
        TreeSize(self.roll_changed)
    }
    /// Counts a leaf that is withheld while its election is open: a ballot whose content the record
    /// does not show yet. Only the audit of an unfinished record has a use for it.
    pub fn skip_withheld(&mut self) {
        self.size += 1;
    }
    /// SHA-256 of the whole state's canonical JSON: two states are the same if these are.
    pub fn digest(&self) -> Result<Hash, crypto::canonical::CanonicalError> {
        let mut ordered = self.clone();
        let seen: std::collections::BTreeSet<_> = ordered.seen.drain().collect();
        let bytes = crypto::canonical::encode(&(&ordered, &seen))?;
        Ok(Hash::of(&bytes))
    }
    fn quorum(&self) -> Result<Quorums, Refusal> {
        self.quorums.ok_or(Refusal::GenesisOutOfPlace)
    }
}
