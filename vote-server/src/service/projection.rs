//! From the state to the tables. One function makes a row, whether one statement touched it or all
//! tables are made anew: so that what a rebuild compares is what appending wrote.

use std::collections::BTreeSet;

use crypto::merkle::LeafIndex;
use crypto::sign::KeyId;
use election::certificate::Certificate;
use election::ids::{GroupId, Handle};
use election::key::Capacity;
use election::pool::{
    AffiliationOf, MandateOf, Pool, Principal, PrincipalId, RelatedGroupOf, Weight,
};
use election::state::{Applied, KeyHolder, Phase, PoolState};
use election::statement::{Body, Kind, Statement, StatementId};
use serde::Serialize;

use super::ServiceError;
use crate::storage::*;

/// What some statements touched, by name; the rows are made from the state that came of them all.
#[derive(Debug)]
pub(crate) struct Touched<P: Pool> {
    principals: BTreeSet<PrincipalId<P>>,
    affiliations: BTreeSet<Handle>,
    groups: BTreeSet<GroupId>,
    keys: BTreeSet<KeyId>,
    voters: BTreeSet<(PrincipalId<P>, Handle)>,
    elections: BTreeSet<StatementId>,
    sealed: BTreeSet<StatementId>,
    ballots: Vec<BallotRow>,
    pub(crate) certified: Certified,
}

impl<P: Pool> Default for Touched<P> {
    fn default() -> Self {
        Touched {
            principals: BTreeSet::new(),
            affiliations: BTreeSet::new(),
            groups: BTreeSet::new(),
            keys: BTreeSet::new(),
            voters: BTreeSet::new(),
            elections: BTreeSet::new(),
            sealed: BTreeSet::new(),
            ballots: Vec::new(),
            certified: Certified::default(),
        }
    }
}

fn text(value: &impl Serialize) -> Result<String, ServiceError> {
    Ok(serde_json::to_string(value)?)
}

/// The `kind` of a question or decision, which its JSON form always has.
fn kind_of(value: &impl Serialize) -> Result<String, ServiceError> {
    let value = serde_json::to_value(value)?;
    Ok(value.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

fn id_bytes(id: &StatementId) -> Vec<u8> {
    id.hash().as_bytes().to_vec()
}

fn key_bytes(id: &KeyId) -> Vec<u8> {
    id.as_hash().as_bytes().to_vec()
}

fn slug<P: Pool>() -> String {
    P::SLUG.to_owned()
}

impl<P: Pool> Touched<P> {
    /// Takes note of a statement that the state has just taken in.
    pub(crate) fn note(
        &mut self,
        state: &PoolState<P>,
        applied: &Applied,
        statement: &Statement<P>,
    ) -> Result<(), ServiceError> {
        self.elections.extend(applied.election.filter(|_| applied.kind != Kind::Ballot));
        match statement.body() {
            Body::Genesis(_) | Body::Officers(_) => {
                let officers = state
                    .keys()
                    .filter(|(_, key)| matches!(key.capacity, Capacity::Officer | Capacity::Log));
                self.keys.extend(officers.map(|(id, _)| *id));
            }
            Body::Principal(entry) => {
                self.principals.insert(entry.principal.id().clone());
            }
            Body::Mandate(entry) => {
                let member = entry.fact.mandate().member.as_str().parse().ok();
                self.principals.extend(member);
            }
            Body::Related(entry) => {
                self.groups.insert(entry.fact.related().group.clone());
            }
            Body::Affiliation(entry) => {
                self.affiliations.insert(entry.fact.affiliation().person.clone());
            }
            Body::Invitation(invitation) => {
                self.keys.insert(invitation.key.id());
                self.voters.insert((invitation.principal.clone(), invitation.person.clone()));
            }
            Body::Enrolment(enrolment) => {
                self.keys.extend([enrolment.invitation, enrolment.key.id()]);
                self.voters.insert((enrolment.principal.clone(), enrolment.person.clone()));
            }
            Body::Rekey(rekey) => {
                let invitation = rekey.invitation.id();
                self.keys.extend([rekey.ends, invitation]);
                if let Some(KeyHolder::Voter { principal, person }) =
                    state.key(&invitation).map(|key| &key.holder)
                {
                    self.voters.insert((principal.clone(), person.clone()));
                }
            }
            Body::Suspension(suspension) | Body::Reinstatement(suspension) => {
                self.principals.insert(suspension.principal.clone());
            }
            Body::Manifest(_) => {
                self.sealed.insert(statement.id());
            }
            Body::Cancel(_) | Body::Opened(_) | Body::Closed(_) | Body::Effect(_) => {}
            Body::Ballot(ballot) => self.ballots.push(BallotRow {
                pool: slug::<P>(),
                leaf: int(applied.index.0),
                election: id_bytes(&ballot.manifest),
                principal: ballot.principal.to_string(),
                person: ballot.person.to_string(),
            }),
            Body::Certificate(certificate) => self.certify(applied.index, certificate)?,
        }
        Ok(())
    }

    fn certify(
        &mut self,
        leaf: LeafIndex,
        certificate: &Certificate<P>,
    ) -> Result<(), ServiceError> {
        let (pool, election) = (slug::<P>(), id_bytes(&certificate.manifest));
        self.certified.certificates.push(CertificateRow {
            pool: pool.clone(),
            election: election.clone(),
            leaf: int(leaf.0),
            heads: int(certificate.heads),
            weight: int(certificate.weight),
        });
        for result in &certificate.results {
            let (pool, election) = (pool.clone(), election.clone());
            self.certified.results.push(ResultRow {
                pool: pool.clone(),
                election: election.clone(),
                contest: result.contest.to_string(),
                cvrs: result.cvrs.as_bytes().to_vec(),
                transcript: result.transcript.as_bytes().to_vec(),
                outcome: text(&result.outcome)?,
            });
            for (position, decision) in (0..).zip(&result.decisions) {
                self.certified.decisions.push(DecisionRow {
                    pool: pool.clone(),
                    election: election.clone(),
                    contest: result.contest.to_string(),
                    position,
                    kind: kind_of(decision)?,
                    body: text(decision)?,
                });
            }
        }
        Ok(())
    }

    /// The rows as of now.
    pub(crate) fn rows(
        self,
        state: &PoolState<P>,
    ) -> Result<(Projection, Certified), ServiceError> {
        let mut rows = Projection { ballots: self.ballots, ..Projection::default() };
        for id in &self.principals {
            rows.principals.extend(principal_row(state, id)?);
        }
        for person in &self.affiliations {
            if let Some(affiliation) = state.affiliation(person) {
                rows.affiliations.push(AffiliationRow {
                    pool: slug::<P>(),
                    person: person.to_string(),
                    groups: text(&affiliation.groups)?,
                    from_at: int(affiliation.from.get()),
                });
            }
        }
        for group in state.groups().filter(|group| self.groups.contains(&group.group)) {
            rows.related_groups.push(RelatedGroupRow {
                pool: slug::<P>(),
                group_id: group.group.to_string(),
                voice: group.voice.to_string(),
                members: text(&group.members)?,
            });
        }
        rows.keys.extend(self.keys.iter().filter_map(|id| key_row(state, id)));
        let voters = self.voters.iter();
        rows.voters
            .extend(voters.filter_map(|(principal, person)| voter_row(state, principal, person)));
        rows.elections.extend(self.elections.iter().filter_map(|id| election_row(state, id)));
        for id in &self.sealed {
            sealed_rows(state, id, &mut rows)?;
        }
        Ok((rows, self.certified))
    }
}

fn principal_row<P: Pool>(
    state: &PoolState<P>,
    id: &PrincipalId<P>,
) -> Result<Option<PrincipalRow>, ServiceError> {
    let Some(record) = state.principal(id) else { return Ok(None) };
    Ok(Some(PrincipalRow {
        pool: slug::<P>(),
        id: id.to_string(),
        kind: P::PRINCIPAL_KIND.to_owned(),
        name: record.principal.name().to_owned(),
        class: record.principal.class().map(str::to_owned),
        since_leaf: int(record.since.0),
        suspended: i64::from(record.suspended),
        mandate: record.mandate.as_ref().map(text).transpose()?,
        body: text(&record.principal)?,
    }))
}

fn key_row<P: Pool>(state: &PoolState<P>, id: &KeyId) -> Option<KeyRow> {
    let record = state.key(id)?;
    let (principal, person) = match &record.holder {
        KeyHolder::Log {} => (None, None),
        KeyHolder::Officer { person } => (None, Some(person.to_string())),
        KeyHolder::Voter { principal, person } => {
            (Some(principal.to_string()), Some(person.to_string()))
        }
    };
    Some(KeyRow {
        fingerprint: key_bytes(id),
        pool: slug::<P>(),
        capacity: record.capacity.slug().to_owned(),
        public_key: record.key.as_bytes().to_vec(),
        principal,
        person,
        ended: i64::from(record.ended),
    })
}

fn voter_row<P: Pool>(
    state: &PoolState<P>,
    principal: &PrincipalId<P>,
    person: &Handle,
) -> Option<VoterRow> {
    let speaker = state.principal(principal)?.speakers.get(person)?;
    Some(VoterRow {
        pool: slug::<P>(),
        principal: principal.to_string(),
        person: person.to_string(),
        invitation: key_bytes(&speaker.invitation),
        voter: speaker.voter.as_ref().map(key_bytes),
        invited_leaf: int(speaker.invited_at.0),
    })
}

fn election_row<P: Pool>(state: &PoolState<P>, id: &StatementId) -> Option<ElectionRow> {
    let election = state.election(id)?;
    let (manifest, roll) = (election.manifest(), &election.manifest().roll);
    let leaf_of = |phase| election.step(phase).map(|step| int(step.leaf.0));
    Some(ElectionRow {
        pool: slug::<P>(),
        id: id_bytes(id),
        title: manifest.title.to_string(),
        phase: election.phase().to_string(),
        opens_at: int(manifest.window.opens_at.get()),
        closes_at: int(manifest.window.closes_at.get()),
        roll_size: int(roll.log_size.0),
        roll_root: roll.root.as_bytes().to_vec(),
        heads: int(roll.heads),
        weight: int(roll.weight),
        sealed_leaf: int(election.sealed_at().0),
        opened_leaf: leaf_of(Phase::Open),
        closed_leaf: leaf_of(Phase::Closed),
        certified_leaf: leaf_of(Phase::Certified),
        cancelled_leaf: leaf_of(Phase::Cancelled),
    })
}

fn sealed_rows<P: Pool>(
    state: &PoolState<P>,
    id: &StatementId,
    rows: &mut Projection,
) -> Result<(), ServiceError> {
    let Some(election) = state.election(id) else { return Ok(()) };
    for (position, contest) in (0..).zip(&election.manifest().contests) {
        rows.contests.push(ContestRow {
            pool: slug::<P>(),
            election: id_bytes(id),
            contest: contest.id.to_string(),
            position,
            title: contest.title.to_string(),
            question: kind_of(&contest.question)?,
            body: text(contest)?,
        });
    }
    for entry in election.roll().entries() {
        rows.roll_entries.push(RollEntryRow {
            pool: slug::<P>(),
            election: id_bytes(id),
            principal: entry.principal.to_string(),
            weight: int(entry.weight.units()),
            speakers: text(&entry.speakers)?,
        });
    }
    Ok(())
}
