//! One pool from outside: its officers, its voters, and what they sign. Every key is fresh from the
//! operating system's randomness; nothing here is shared between the pools.

use std::collections::BTreeMap;

use anyhow::Context as _;
use crypto::envelope::Envelope;
use crypto::invitation::InvitationCode;
use crypto::merkle::TreeSize;
use crypto::sign::SigningKey;
use election::anchor::{Anchor, PoolAnchor};
use election::ballot::{Ballot, nonce};
use election::ids::{Handle, Origin};
use election::key::{InvitationKey, OfficerKey, VoterKey};
use election::lots;
use election::manifest::{
    Contest, Disclosure, EarlyClose, Electorate, Manifest, RollSeal, Secrecy, Window,
};
use election::pool::{Pool, PrincipalId};
use election::record::{AnyRecord, Record};
use election::statement::{Body, Draft, Enrolment, Invitation, Officer, Role, StatementId};
use serde::Deserialize;
use tabulation::Selection;

use super::client::Client;

/// What the demo needs to know of each pool besides what all of them have.
pub(super) trait DemoPool: Pool {
    /// The pool's part of the trust anchor.
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self>;
    /// The record, if it is of this pool.
    fn record(record: AnyRecord) -> Option<Record<Self>>;
}

impl DemoPool for election::Business {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.business
    }
    fn record(record: AnyRecord) -> Option<Record<Self>> {
        match record {
            AnyRecord::Business(record) => Some(record),
            AnyRecord::Technical(_) => None,
        }
    }
}

impl DemoPool for election::Technical {
    fn anchor(anchor: &Anchor) -> &PoolAnchor<Self> {
        &anchor.technical
    }
    fn record(record: AnyRecord) -> Option<Record<Self>> {
        match record {
            AnyRecord::Technical(record) => Some(record),
            AnyRecord::Business(_) => None,
        }
    }
}

/// An officer with key.
#[derive(Debug)]
pub(super) struct OfficerSeat<P: Pool> {
    name: String,
    handle: Handle,
    key: OfficerKey<P>,
}

/// A person who may vote for a principal: first with a code, then with an own key.
#[derive(Debug)]
pub(super) struct Voter<P: Pool> {
    /// Whose vote.
    pub principal: PrincipalId<P>,
    /// Who casts it.
    pub person: Handle,
    code: String,
    key: VoterKey<P>,
    standing: BTreeMap<StatementId, StatementId>,
}

/// A pool seen from outside.
#[derive(Debug)]
pub(super) struct Chamber<P: Pool> {
    /// The pool's log.
    pub origin: Origin<P>,
    /// Three officers, all of them registrars too.
    pub officers: Vec<OfficerSeat<P>>,
    /// Everybody who can cast a ballot.
    pub voters: Vec<Voter<P>>,
}

/// The roll as the server offers it for a manifest.
#[derive(Debug, Deserialize)]
struct OfferedRoll {
    log_size: TreeSize,
    root: crypto::Hash,
    heads: u64,
    weight: u64,
}

fn fresh() -> SigningKey {
    SigningKey::generate(&mut crate::random::system())
}

impl<P: DemoPool> Chamber<P> {
    /// A pool with officers of these names.
    pub(super) fn new(host: &str, officers: &[&str]) -> anyhow::Result<Self> {
        let seat = |name: &&str| {
            let handle = super::scenario::handle(name)?;
            Ok(OfficerSeat { name: (*name).to_owned(), handle, key: OfficerKey::new(fresh()) })
        };
        let officers = officers.iter().map(seat).collect::<anyhow::Result<_>>()?;
        Ok(Chamber { origin: Origin::of_host(host)?, officers, voters: Vec::new() })
    }

    /// The officers as the genesis names them.
    pub(super) fn officer_entries(&self) -> anyhow::Result<Vec<Officer>> {
        let entry = |seat: &OfficerSeat<P>| {
            Ok(Officer {
                handle: seat.handle.clone(),
                name: seat.name.parse()?,
                key: seat.key.public(),
                roles: vec![Role::Officer, Role::Registrar],
            })
        };
        self.officers.iter().map(entry).collect()
    }

    /// An officer's key.
    pub(super) fn officer(&self, number: usize) -> anyhow::Result<&OfficerKey<P>> {
        Ok(&self.officers.get(number).context("no such officer")?.key)
    }

    /// What one registrar signs.
    pub(super) fn registered(&self, body: &Body<P>) -> anyhow::Result<Envelope> {
        Ok(Draft::new(body)?.sign(self.officer(0)?)?.envelope())
    }

    /// What two officers sign.
    pub(super) fn sealed(&self, body: &Body<P>) -> anyhow::Result<Envelope> {
        Ok(Draft::new(body)?.sign(self.officer(0)?)?.sign(self.officer(1)?)?.envelope())
    }

    /// Makes a code for a person and the invitation that a registrar logs. The code goes to the
    /// person, as text.
    pub(super) fn invite(
        &mut self,
        principal: PrincipalId<P>,
        person: Handle,
    ) -> anyhow::Result<Envelope> {
        let code = InvitationCode::generate(&mut crate::random::system());
        let subject = Invitation::<P>::subject(&principal, &person);
        let invitation = Invitation {
            origin: self.origin.clone(),
            principal: principal.clone(),
            person: person.clone(),
            key: code.derive(self.origin.as_str(), &subject).public(),
        };
        let (code, key) = (code.to_string(), VoterKey::new(fresh()));
        self.voters.push(Voter { principal, person, code, key, standing: BTreeMap::new() });
        self.registered(&Body::Invitation(invitation))
    }

    /// Moves a seat's lot secret into a manifest.
    fn lot_promises(&self, manifest: &Manifest<P>) -> anyhow::Result<Vec<lots::LotReveal>> {
        let may_draw = manifest.contests.iter().any(|contest| contest.rules.may_draw_lots());
        let seats = if may_draw { 2 } else { 0 };
        (0..seats).map(|n| Ok(lots::secret(self.officer(n)?.raw(), manifest.nonce))).collect()
    }

    /// The secrets that the officers promised in a manifest.
    pub(super) fn reveals(&self, manifest: &Manifest<P>) -> anyhow::Result<Vec<lots::LotReveal>> {
        self.lot_promises(manifest)
    }

    /// Drafts an election on the roll that the server offers, and has two officers sign it.
    pub(super) async fn seal(
        &self,
        client: &Client,
        plan: ElectionPlan<P>,
    ) -> anyhow::Result<(Envelope, Manifest<P>)> {
        let query = match &plan.electorate {
            Electorate::Everyone {} => "kind=everyone".to_owned(),
            Electorate::Class { class } => format!("kind=class&class={class}"),
            Electorate::Maintainers { module } => format!("kind=maintainers&module={module}"),
        };
        let offered = client.get(&format!("/{}/api/v1/electorate?{query}", P::SLUG)).await?;
        let offered: OfferedRoll = serde_json::from_slice(&offered).context("the offered roll")?;
        let OfferedRoll { log_size, root, heads, weight } = offered;
        let mut manifest = Manifest {
            origin: self.origin.clone(),
            nonce: crate::random::uuid(&mut crate::random::system()),
            title: plan.title.parse()?,
            description: plan.description.parse()?,
            secrecy: Secrecy::RollCall,
            disclosure: Disclosure::AfterClose,
            window: Window {
                opens_at: plan.opens_at,
                closes_at: plan.closes_at,
                early_close: EarlyClose::Never,
            },
            electorate: plan.electorate,
            roll: RollSeal { log_size, root, heads, weight },
            contests: plan.contests,
            lots: Vec::new(),
            certifying_officers: 2,
        };
        let promises = self.lot_promises(&manifest)?;
        manifest.lots = promises.iter().map(lots::LotReveal::commitment).collect();
        let envelope = self.sealed(&Body::Manifest(manifest.clone()))?;
        Ok((envelope, manifest))
    }
}

/// An election to be sealed.
#[derive(Debug)]
pub(super) struct ElectionPlan<P: Pool> {
    /// Its title.
    pub title: String,
    /// What voters should know.
    pub description: String,
    /// Who may vote.
    pub electorate: Electorate<P>,
    /// Start of the window.
    pub opens_at: election::time::Millis,
    /// Its end.
    pub closes_at: election::time::Millis,
    /// What is asked.
    pub contests: Vec<Contest<P>>,
}

impl<P: Pool> Voter<P> {
    /// Enrols: types the code, derives the invitation key from it, and binds the own key.
    pub(super) fn enrol(&self, origin: &Origin<P>) -> anyhow::Result<Envelope> {
        let code: InvitationCode = self.code.parse()?;
        let subject = Invitation::<P>::subject(&self.principal, &self.person);
        let invited = InvitationKey::<P>::new(code.derive(origin.as_str(), &subject));
        let enrolment = Enrolment {
            origin: origin.clone(),
            invitation: invited.public().id(),
            principal: self.principal.clone(),
            person: self.person.clone(),
            key: self.key.public(),
        };
        Ok(Draft::new(&Body::Enrolment(enrolment))?.sign(&invited)?.sign(&self.key)?.envelope())
    }

    /// Signs a ballot that replaces this voter's last one in the election, if there is one.
    pub(super) fn vote(
        &mut self,
        origin: &Origin<P>,
        manifest: StatementId,
        selections: BTreeMap<election::ids::ContestId, Selection>,
    ) -> anyhow::Result<Envelope> {
        let ballot = Ballot {
            origin: origin.clone(),
            manifest,
            principal: self.principal.clone(),
            person: self.person.clone(),
            supersedes: self.standing.get(&manifest).copied(),
            nonce: nonce(&mut crate::random::system()),
            selections,
        };
        let draft = Draft::new(&Body::Ballot(ballot))?.sign(&self.key)?;
        self.standing.insert(manifest, draft.id());
        Ok(draft.envelope())
    }

    /// The voter's key.
    pub(super) fn key(&self) -> &VoterKey<P> {
        &self.key
    }
}
