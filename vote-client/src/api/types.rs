//! What a server answers. Members that a newer server adds are passed over; those this client needs
//! must be there and well formed.

use std::collections::BTreeMap;

use crypto::envelope::Envelope;
use crypto::merkle::TreeSize;
use crypto::{Hash, KeyId};
use election::StatementId;
use election::certificate::Certificate;
use election::ids::{BodyId, ClassId, Handle, Origin};
use election::key::Capacity;
use election::manifest::{Manifest, RollSeal, Window};
use election::module::Modules;
use election::pool::{Pool, PoolId, Principal, PrincipalId};
use election::principal::{Affiliation, Mandate};
use election::roll::{Roll, RollEntry};
use election::state::{Phase, Speaker};
use election::statement::{Officer, Quorums};
use election::text::Line;
use serde::Deserialize;
use uuid::Uuid;

/// A pool at a glance: `GET …/pool`.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "")]
pub struct PoolInfo<P: Pool> {
    /// Which pool.
    pub pool: PoolId,
    /// Its log.
    pub origin: Origin<P>,
    /// The foundation's id.
    pub foundation: Uuid,
    /// How many statements the log has.
    pub log_size: TreeSize,
    /// The officers as of now.
    pub officers: Vec<Officer>,
    /// How many of them must sign what.
    pub quorums: Quorums,
    /// The classes of membership.
    #[serde(default)]
    pub classes: Vec<ClassId>,
    /// The project's modules.
    #[serde(default)]
    pub modules: Modules<P>,
    /// The pool's bodies.
    #[serde(default = "Vec::new")]
    pub bodies: Vec<BodyId<P>>,
}

/// One election in a list: `GET …/elections` and `GET …/elections/{id}`.
#[derive(Clone, Debug, Deserialize)]
pub struct ElectionSummary {
    /// The manifest's statement id.
    pub id: StatementId,
    /// Title as shown.
    pub title: Line,
    /// Where it stands.
    pub phase: Phase,
    /// When the box is open.
    pub window: Window,
    /// How many are entitled.
    pub heads: u64,
    /// Their voting power together.
    pub weight: u64,
    /// How many principals cast a ballot that counts; not said while ballots are embargoed.
    #[serde(default)]
    pub cast_heads: Option<u64>,
    /// Their voting power together; not said while ballots are embargoed.
    #[serde(default)]
    pub cast_weight: Option<u64>,
}

impl ElectionSummary {
    /// The turnout in words.
    pub fn turnout(&self) -> String {
        match (self.cast_heads, self.cast_weight) {
            (Some(heads), Some(weight)) => format!(
                "{heads} of {} entitled have voted, with {weight} of {} votes",
                self.heads, self.weight
            ),
            (Some(heads), None) => format!("{heads} of {} entitled have voted", self.heads),
            (None, _) => {
                format!("{} are entitled; the turnout is embargoed until the close", self.heads)
            }
        }
    }
}

/// A manifest with its id, which was recomputed here.
#[derive(Clone, Debug)]
pub struct SealedManifest<P: Pool> {
    /// The statement id.
    pub id: StatementId,
    /// The election.
    pub manifest: Manifest<P>,
    /// As the officers signed it.
    pub envelope: Envelope,
}

/// The roll that an electorate gives now: `GET …/electorate`.
#[derive(Clone, Debug)]
pub struct Frozen<P: Pool> {
    /// What a manifest seals, recomputed here from the entries.
    pub seal: RollSeal,
    /// Who is entitled.
    pub roll: Roll<P>,
}

/// The same as it is sent.
#[derive(Deserialize)]
#[serde(bound = "")]
pub(super) struct FrozenWire<P: Pool> {
    pub(super) log_size: TreeSize,
    pub(super) root: Hash,
    pub(super) entries: Vec<RollEntry<P>>,
}

/// The server's proposal for a certificate. Nobody should sign it unseen: recompute it.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "")]
pub struct CertificateDraft<P: Pool> {
    /// What the server would sign.
    pub certificate: Certificate<P>,
    /// What it names by hash.
    #[serde(default)]
    pub artifacts: Vec<DraftArtifact>,
}

/// An artifact's name and content.
#[derive(Clone, Debug, Deserialize)]
pub struct DraftArtifact {
    /// Its SHA-256.
    pub sha256: Hash,
}

/// A principal as the server lists it: `GET …/principals`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(bound = "")]
pub struct PrincipalInfo<P: Pool> {
    /// The latest particulars.
    pub principal: P::Principal,
    /// Whether it is off future rolls.
    #[serde(default)]
    pub suspended: bool,
    /// Who speaks for it, where principals need somebody to.
    #[serde(default)]
    pub mandate: Option<Mandate>,
    /// The persons invited or enrolled for it.
    #[serde(default)]
    pub speakers: BTreeMap<Handle, Speaker>,
    /// Whom a contributor works for.
    #[serde(default)]
    pub affiliation: Option<Affiliation>,
}

impl<P: Pool> PrincipalInfo<P> {
    /// A principal without anything around it.
    pub fn of(principal: P::Principal) -> Self {
        PrincipalInfo {
            principal,
            suspended: false,
            mandate: None,
            speakers: BTreeMap::new(),
            affiliation: None,
        }
    }
    /// Who may cast its ballot, highest rank first.
    pub fn voices(&self) -> Vec<Handle> {
        match (&self.mandate, self.principal.own_voice()) {
            (Some(mandate), _) => mandate.speakers().cloned().collect(),
            (None, Some(own)) => vec![own.clone()],
            (None, None) => Vec::new(),
        }
    }
}

/// Whose key it is: `GET …/voters/{keyid}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(bound = "")]
pub struct VoterInfo<P: Pool> {
    /// Whose vote.
    pub principal: PrincipalId<P>,
    /// Who casts it.
    pub person: Handle,
    /// What the key may sign.
    pub capacity: Capacity,
    /// The key, if the server repeats it.
    #[serde(default)]
    pub key: Option<KeyId>,
    /// Whether the key no longer counts.
    #[serde(default)]
    pub ended: bool,
}
