//! What each kind of statement says.

use crypto::Hash;
use crypto::canonical::{self, CanonicalError};
use crypto::sign::{KeyId, PublicKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ballot::Ballot;
use crate::certificate::Certificate;
use crate::ids::{BodyId, ClassId, Handle, Origin};
use crate::manifest::Manifest;
use crate::module::Modules;
use crate::pool::{Pool, PrincipalId};
use crate::standing::{FoundingStanding, Grant};
use crate::statement::StatementId;
use crate::text::Line;

/// Most officers of one pool.
pub const MAX_OFFICERS: usize = 16;
/// Most bodies, and most classes, that a genesis names.
pub const MAX_BODIES: usize = 200;

/// What an officer may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Seals, cancels and certifies elections.
    Officer,
    /// Keeps the roll.
    Registrar,
}

/// An officer of ONE pool.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// The person.
    pub handle: Handle,
    /// Their name.
    pub name: Line,
    /// Their key in this capacity and pool.
    pub key: PublicKey,
    /// What they may do, in ascending order.
    pub roles: Vec<Role>,
}

/// How many officers must sign what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quorums {
    /// A manifest, its cancellation.
    pub manifest: u8,
    /// A certificate, at least: a manifest may ask for more.
    pub certificate: u8,
    /// Ordinary changes of the roll and invitations, by registrars.
    pub roll: u8,
    /// A rekey, suspension or reinstatement.
    pub exceptional: u8,
    /// A change of officers.
    pub officers: u8,
}

/// The first statement of a log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Genesis<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// The foundation's id, the same in both logs.
    pub foundation: Uuid,
    /// Its name.
    pub name: Line,
    /// The key that signs this log's checkpoints.
    pub log_key: PublicKey,
    /// The first officers.
    pub officers: Vec<Officer>,
    /// How many of them must sign what.
    pub quorums: Quorums,
    /// The pool's own bodies.
    pub bodies: Vec<BodyId<P>>,
    /// The classes of membership: empty in the technical pool.
    pub classes: Vec<ClassId>,
    /// The project's modules. The business pool can have none.
    pub modules: Modules<P>,
    /// Who is what in them from the start.
    pub standings: Vec<FoundingStanding<P>>,
}

/// A change of the pool's officers, signed by the officers before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct OfficersChange<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// All officers from now on.
    pub officers: Vec<Officer>,
    /// How many of them must sign what from now on.
    pub quorums: Quorums,
}

/// A principal as of now: new, or with changed particulars.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PrincipalEntry<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// The member or contributor.
    pub principal: P::Principal,
}

/// A statement that carries one fact of a pool: a mandate, a related group, an affiliation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(serialize = "F: Serialize", deserialize = "F: serde::de::DeserializeOwned"))]
pub struct Entry<P: Pool, F> {
    /// The log.
    pub origin: Origin<P>,
    /// The fact.
    pub fact: F,
}

/// The public invitation key of one person who may vote for one principal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Invitation<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Whose vote.
    pub principal: PrincipalId<P>,
    /// Who casts it.
    pub person: Handle,
    /// Public half of the key that the person's code derives.
    pub key: PublicKey,
}

impl<P: Pool> Invitation<P> {
    /// What the code's key derivation is bound to, besides the origin.
    pub fn subject(principal: &PrincipalId<P>, person: &Handle) -> String {
        format!("{principal}\n{person}")
    }
}

/// Binds a voter's new key to a person and principal. Signed by the invitation key and the new key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Enrolment<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// The invitation used.
    pub invitation: KeyId,
    /// Whose vote.
    pub principal: PrincipalId<P>,
    /// Who casts it.
    pub person: Handle,
    /// The voter's key from now on.
    pub key: PublicKey,
}

/// Why an exceptional statement about a person or principal was made. A list and no free text: the
/// log is public and for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The key can no longer be used by its owner.
    LostKey,
    /// The key may be used by somebody else.
    CompromisedKey,
    /// The principal asked for it.
    Request,
    /// Membership or standing ended or is in question.
    Standing,
    /// What was wrong has been put right.
    Resolved,
}

/// Ends a voter's key, or an invitation that was not used, and invites the person anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Rekey<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// The key that ends.
    pub ends: KeyId,
    /// The new invitation, for the same person and principal.
    pub invitation: PublicKey,
    /// Why.
    pub reason: Reason,
}

/// Takes a principal off future rolls, or puts it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Suspension<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Whom.
    pub principal: PrincipalId<P>,
    /// Why.
    pub reason: Reason,
}

/// Ends an election before it opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Cancel<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Which.
    pub manifest: StatementId,
}

/// From here on the box takes ballots.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Opened<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Which election.
    pub manifest: StatementId,
}

/// What ended the voting.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// The window's end.
    Window,
    /// Everybody on the roll had voted, and the manifest allows closing then.
    AllVoted,
}

/// The box takes no more ballots, and this is what it holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Closed<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Which election.
    pub manifest: StatementId,
    /// What ended it.
    pub cause: CloseCause,
    /// Merkle root over the box.
    pub box_root: Hash,
    /// How many principals cast a ballot that counts.
    pub heads: u64,
}

/// A certificate has been executed: what its decisions do to standings is done from here on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Effect<P: Pool> {
    /// The log.
    pub origin: Origin<P>,
    /// Which election.
    pub manifest: StatementId,
    /// Its certificate.
    pub certificate: StatementId,
    /// Whom the certificate's decisions make maintainers, in their order. Said for readers; what
    /// counts is the certificate.
    pub grants: Vec<Grant<P>>,
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident($payload:ty) = $slug:literal),* $(,)?) => {
        /// The kinds of statement.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Kind { $($(#[$doc])* $variant),* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),*];

            fn fixed_slug(self) -> &'static str {
                match self { $(Kind::$variant => $slug),* }
            }
        }

        /// What a statement says.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Body<P: Pool> { $($(#[$doc])* $variant($payload)),* }

        impl<P: Pool> Body<P> {
            /// Its kind.
            pub fn kind(&self) -> Kind {
                match self { $(Body::$variant(_) => Kind::$variant),* }
            }
            /// The log it says it is for.
            pub fn origin(&self) -> &Origin<P> {
                match self { $(Body::$variant(payload) => &payload.origin),* }
            }
            /// The canonical payload.
            pub fn encode(&self) -> Result<Vec<u8>, CanonicalError> {
                match self { $(Body::$variant(payload) => super::encode(payload)),* }
            }
            /// Reads a canonical payload of a kind.
            pub fn decode(kind: Kind, payload: &[u8]) -> Result<Self, CanonicalError> {
                match kind { $(Kind::$variant => canonical::decode(payload).map(Body::$variant)),* }
            }
        }
    };
}

bodies! {
    /// The first statement of a log.
    Genesis(Genesis<P>) = "genesis",
    /// A change of officers.
    Officers(OfficersChange<P>) = "officers",
    /// A corporate member or a contributor.
    Principal(PrincipalEntry<P>) = "",
    /// Who speaks for a corporate member.
    Mandate(Entry<P, P::Mandate>) = "mandate",
    /// Organisations with one voice.
    Related(Entry<P, P::RelatedGroup>) = "related",
    /// Whom a contributor works for.
    Affiliation(Entry<P, P::Affiliation>) = "affiliation",
    /// A person's invitation to enrol.
    Invitation(Invitation<P>) = "invitation",
    /// A voter's key.
    Enrolment(Enrolment<P>) = "enrolment",
    /// The end of a key, and a new invitation.
    Rekey(Rekey<P>) = "rekey",
    /// A principal off future rolls.
    Suspension(Suspension<P>) = "suspension",
    /// A principal back on them.
    Reinstatement(Suspension<P>) = "reinstatement",
    /// A sealed election.
    Manifest(Manifest<P>) = "manifest",
    /// Its end before it opens.
    Cancel(Cancel<P>) = "cancel",
    /// The box takes ballots.
    Opened(Opened<P>) = "opened",
    /// The box takes no more.
    Closed(Closed<P>) = "closed",
    /// A ballot.
    Ballot(Ballot<P>) = "ballot",
    /// A result.
    Certificate(Certificate<P>) = "certificate",
    /// A result, executed.
    Effect(Effect<P>) = "effect",
}

impl Kind {
    /// The kind's name in the payload types of a pool. A principal's is `member` or `contributor`.
    pub fn slug<P: Pool>(self) -> &'static str {
        if self == Kind::Principal { P::PRINCIPAL_KIND } else { self.fixed_slug() }
    }
    /// The kind of that name in a pool.
    pub fn of_slug<P: Pool>(slug: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.slug::<P>() == slug)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if *self == Kind::Principal { "principal" } else { self.fixed_slug() })
    }
}
