//! Why a statement is refused. One list for server and auditor, because it is one set of rules.

use crypto::Hash;
use crypto::canonical::CanonicalError;
use crypto::sign::KeyId;

use super::Phase;
use crate::ballot::BallotError;
use crate::ids::{ContestId, GroupId, Handle, OptionId};
use crate::key::Capacity;
use crate::lots::LotError;
use crate::manifest::ManifestError;
use crate::pool::PoolId;
use crate::principal::PrincipalError;
use crate::roll::RollError;
use crate::statement::{Kind, Role, StatementId};
use crate::time::Millis;

macro_rules! refusals {
    ($($(#[$meta:meta])* $slug:literal $variant:ident $({ $($(#[$fmeta:meta])* $field:ident : $ty:ty),* $(,)? })? $(($inner:ty))?),* $(,)?) => {
        /// Why a statement is refused.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal { $($(#[$meta])* $variant $({ $($(#[$fmeta])* $field : $ty),* })? $((#[from] $inner))?),* }

        impl Refusal {
            /// Every stable problem type, for documentation and for the tests that reach each.
            pub const SLUGS: &'static [&'static str] = &[$($slug),*];

            /// The stable name of this problem type.
            pub fn slug(&self) -> &'static str {
                match self { $(refusals!(@pattern $variant $({ $($field),* })? $(($inner))?) => $slug),* }
            }
        }
    };
    (@pattern $variant:ident { $($field:ident),* }) => { Refusal::$variant { .. } };
    (@pattern $variant:ident ($inner:ty)) => { Refusal::$variant(_) };
    (@pattern $variant:ident) => { Refusal::$variant };
}

refusals! {
    /// The same statement stands in the log already.
    #[error("statement {id} stands in the log already")]
    "already-logged" AlreadyLogged {
        /// Which.
        id: StatementId,
    },
    /// Time ran backwards between two leaves.
    #[error("a leaf of {at} cannot follow one of {last}")]
    "time-went-back" TimeWentBack {
        /// The new leaf's time.
        at: Millis,
        /// The last leaf's.
        last: Millis,
    },
    /// Signed for another log of this pool's kind.
    #[error("the statement is for the log `{found}`, this one is `{wanted}`")]
    "other-log" OtherLog {
        /// The origin it names.
        found: String,
        /// This log's.
        wanted: String,
    },
    /// The first statement is no genesis, or a later one is.
    #[error("a log starts with its genesis, and has one")]
    "genesis-out-of-place" GenesisOutOfPlace,
    /// A genesis or change of officers that could not work.
    #[error("these officers cannot run a pool: {why}")]
    "unworkable-officers" UnworkableOfficers {
        /// Why not.
        why: &'static str,
    },
    /// Classes in the technical pool, or modules in the business pool.
    #[error("the {pool} pool has no {what}")]
    "not-of-this-pool" NotOfThisPool {
        /// The pool.
        pool: PoolId,
        /// What it does not have.
        what: &'static str,
    },
    /// A signature that does not verify.
    #[error("the signature of key {key} does not verify")]
    "bad-signature" BadSignature {
        /// Whose.
        key: KeyId,
    },
    /// A signature that has to be there is not.
    #[error("key {key} has to sign this, and has not")]
    "signature-missing" SignatureMissing {
        /// Whose.
        key: KeyId,
    },
    /// A signature by somebody who has no say in it.
    #[error("key {key} may not sign a {kind} in the {pool} pool")]
    "not-a-signer" NotASigner {
        /// Whose.
        key: KeyId,
        /// What was signed.
        kind: Kind,
        /// Where.
        pool: PoolId,
    },
    /// Not enough officers.
    #[error("{found} of the {needed} signatures needed from officers in the role {role:?}")]
    "too-few-officers" TooFewOfficers {
        /// In what role.
        role: Role,
        /// How many signed.
        found: usize,
        /// How many have to.
        needed: u8,
    },
    /// A key that serves, or has served, already.
    #[error("key {key} is in use as a {capacity:?} key; a key has one capacity, in one pool, once")]
    "key-in-use" KeyInUse {
        /// Which.
        key: KeyId,
        /// As what.
        capacity: Capacity,
    },
    /// A key with another capacity than the statement needs, or that has ended.
    #[error("key {key} is no valid {wanted:?} key of the {pool} pool")]
    "wrong-key" WrongKey {
        /// Which.
        key: KeyId,
        /// What it would have to be.
        wanted: Capacity,
        /// Where.
        pool: PoolId,
    },
    /// Particulars that contradict themselves.
    #[error("{0}")]
    "bad-principal" Principal(PrincipalError),
    /// Nobody of that name in the pool.
    #[error("the {pool} pool has no principal `{principal}`")]
    "unknown-principal" UnknownPrincipal {
        /// The name.
        principal: String,
        /// The pool.
        pool: PoolId,
    },
    /// A class, body or module that the genesis does not name.
    #[error("the {pool} pool knows no {what} `{name}`")]
    "unknown-name" UnknownName {
        /// The pool.
        pool: PoolId,
        /// What kind of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A member in two related groups.
    #[error("`{member}` is in the related group `{group}` already")]
    "in-another-group" InAnotherGroup {
        /// The member.
        member: String,
        /// Its group.
        group: GroupId,
    },
    /// A suspension of a suspended principal, or a reinstatement of one that is not.
    #[error("`{principal}` is {state} already")]
    "no-change" NoChange {
        /// Whom.
        principal: String,
        /// What they are.
        state: &'static str,
    },
    /// A person who may not speak for the principal.
    #[error("{person} does not speak for `{principal}`")]
    "not-a-speaker" NotASpeaker {
        /// Who.
        person: Handle,
        /// For whom.
        principal: String,
    },
    /// A second invitation for one person and principal.
    #[error("{person} is invited for `{principal}` already; end that invitation or key with a rekey")]
    "already-invited" AlreadyInvited {
        /// Who.
        person: Handle,
        /// For whom.
        principal: String,
    },
    /// A manifest that would be refused in any log.
    #[error("{0}")]
    "bad-manifest" Manifest(ManifestError),
    /// A manifest sealed after its opening.
    #[error("the election opens at {opens_at}, which is past: it is {at}")]
    "sealed-too-late" SealedTooLate {
        /// The window's start.
        opens_at: Millis,
        /// Now.
        at: Millis,
    },
    /// A roll that changed since it was read, or was read in the future.
    #[error("the roll was read at log size {sealed}, but it last changed at {changed} and the log has {size}: read it again")]
    "roll-moved" RollMoved {
        /// When it was read.
        sealed: u64,
        /// When it changed.
        changed: u64,
        /// The log's size.
        size: u64,
    },
    /// A sealed roll that is not the one the rule gives.
    #[error("the manifest seals the roll {sealed}, but its electorate is {actual} ({heads} entitled, weight {weight})")]
    "roll-mismatch" RollMismatch {
        /// What it seals.
        sealed: Hash,
        /// What it should.
        actual: Hash,
        /// How many are entitled.
        heads: u64,
        /// Their weight.
        weight: u64,
    },
    /// No one to vote, or somebody whose weight is not settled.
    #[error("{0}")]
    "bad-roll" Roll(FreezeError),
    /// Affiliations that are not those on record.
    #[error("the manifest gives {person} other affiliations than the log")]
    "affiliation-mismatch" AffiliationMismatch {
        /// Whose.
        person: Handle,
    },
    /// No election of that id.
    #[error("the {pool} pool has no election {manifest}")]
    "unknown-election" UnknownElection {
        /// The id.
        manifest: StatementId,
        /// The pool.
        pool: PoolId,
    },
    /// A step that its phase does not allow.
    #[error("the election {manifest} is {phase}; a {kind} is not possible now")]
    "wrong-phase" WrongPhase {
        /// Which.
        manifest: StatementId,
        /// Where it stands.
        phase: Phase,
        /// What was tried.
        kind: Kind,
    },
    /// Opened, closed or voted in outside the window.
    #[error("{at} is outside the window from {opens_at} to {closes_at}: a {kind} is not possible")]
    "outside-window" OutsideWindow {
        /// When.
        at: Millis,
        /// The window's start.
        opens_at: Millis,
        /// Its end.
        closes_at: Millis,
        /// What was tried.
        kind: Kind,
    },
    /// Closed early without everybody having voted, or without the manifest's leave.
    #[error("the box may not close before {closes_at}: {why}")]
    "early-close" EarlyClose {
        /// The window's end.
        closes_at: Millis,
        /// Why not.
        why: &'static str,
    },
    /// A box that is not the one the ballots make.
    #[error("the box was closed as {found}, but the ballots make {actual}")]
    "box-mismatch" BoxMismatch {
        /// What was signed.
        found: Hash,
        /// What it should be.
        actual: Hash,
    },
    /// A principal that is not on the roll.
    #[error("`{principal}` is not on the roll of this election")]
    "not-on-roll" NotOnRoll {
        /// Whom.
        principal: String,
    },
    /// A key that votes for somebody else than its holder.
    #[error("key {key} does not belong to {person} voting for `{principal}`")]
    "not-the-holder" NotTheHolder {
        /// The key.
        key: KeyId,
        /// Who is claimed.
        person: Handle,
        /// For whom.
        principal: String,
    },
    /// A person who was invited after the roll was frozen.
    #[error("{person} was invited after the roll of this election was frozen")]
    "invited-after-freeze" InvitedAfterFreeze {
        /// Who.
        person: Handle,
    },
    /// A ballot that does not fit its election.
    #[error("{0}")]
    "bad-ballot" Ballot(BallotError),
    /// A ballot that does not replace the voter's standing one.
    #[error("the ballot must replace the voter's standing ballot ({})", standing.map_or("none yet".to_owned(), |id| id.to_string()))]
    "stale-ballot" StaleBallot {
        /// The standing ballot, if there is one.
        standing: Option<StatementId>,
    },
    /// A certificate of another roll, box, closing or set of contests.
    #[error("the certificate's {field} is not that of the election")]
    "certificate-mismatch" CertificateMismatch {
        /// Which part.
        field: &'static str,
    },
    /// A standing that the genesis cannot give.
    #[error("the genesis cannot give {person} a standing in module `{module}`: {why}")]
    "founding-standing" FoundingStanding {
        /// Whom.
        person: Handle,
        /// In which module.
        module: String,
        /// Why not.
        why: String,
    },
    /// An election of maintainers with an option that is nobody.
    #[error("contest `{contest}` elects maintainers, but its option `{option}` names no person")]
    "nameless-option" NamelessOption {
        /// The contest.
        contest: ContestId,
        /// The option.
        option: OptionId,
    },
    /// An effect of a certificate that this election does not have.
    #[error("the election {manifest} has no certificate {certificate}")]
    "unknown-certificate" UnknownCertificate {
        /// The certificate named.
        certificate: StatementId,
        /// The election named.
        manifest: StatementId,
    },
    /// An effect of a certificate that decided nothing.
    #[error("certificate {certificate} decided nothing, so there is nothing to execute")]
    "nothing-decided" NothingDecided {
        /// Which.
        certificate: StatementId,
    },
    /// A second effect of one certificate.
    #[error("certificate {certificate} was executed already, by statement {effect}")]
    "already-executed" AlreadyExecuted {
        /// Which.
        certificate: StatementId,
        /// The effect that did it.
        effect: StatementId,
    },
    /// An effect that says something else than its certificate.
    #[error("the effect of certificate {certificate} makes a maintainer of {found}; the certificate decided {decided}")]
    "effect-mismatch" EffectMismatch {
        /// Which certificate.
        certificate: StatementId,
        /// What the effect says.
        found: String,
        /// What was decided.
        decided: String,
    },
    /// Secrets for the lots that were not promised or not revealed.
    #[error("{0}")]
    "bad-lots" Lots(LotError),
    /// Something of ours that could not be encoded.
    #[error("{0}")]
    "not-encodable" Canonical(CanonicalError),
}

/// Why a roll cannot be frozen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FreezeError {
    /// Nobody is entitled.
    #[error("nobody is entitled to vote")]
    Nobody,
    /// A module without anybody to decide for it.
    #[error("nobody who may vote maintains module `{module}`, nor any module above it")]
    NoMaintainers {
        /// Which.
        module: String,
    },
    /// A member whose schedule does not cover the opening.
    #[error("`{member}` has no voting power at {at}")]
    NoWeight {
        /// Which member.
        member: String,
        /// When.
        at: Millis,
    },
    /// Not a list of distinct principals.
    #[error(transparent)]
    Roll(#[from] RollError),
    /// An entry that could not be encoded.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}
