//! What an audit found, as data: for people, for programs and for print.

mod html;

use std::fmt;
use std::time::Duration;

use crypto::Hash;
use crypto::merkle::{LeafIndex, TreeSize};
use serde::{Serialize, Serializer};
use tabulation::Transcript;
use uuid::Uuid;

pub use html::{html, html_both};

use crate::ids::{ContestId, Handle};
use crate::pool::PoolId;
use crate::state::Phase;
use crate::statement::StatementId;
use crate::time::Millis;

macro_rules! checks {
    ($($(#[$doc:meta])* $id:ident = $title:literal),* $(,)?) => {
        /// The checks by number. A number never changes its meaning.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
        pub enum CheckId { $($(#[$doc])* $id),* }

        impl CheckId {
            /// All checks, in order.
            pub const ALL: &'static [CheckId] = &[$(CheckId::$id),*];
            /// What the check is about.
            pub fn title(self) -> &'static str {
                match self { $(CheckId::$id => $title),* }
            }
            /// The number as written.
            pub fn number(self) -> &'static str {
                match self { $(CheckId::$id => stringify!($id)),* }
            }
        }
    };
}

checks! {
    /// The record is of the log that the trust anchor names.
    A01 = "Anchor: the log of foundation.json",
    /// The checkpoint is the log's, over as many leaves as there are.
    A02 = "Checkpoint: signature and size",
    /// The leaves are well-formed, in order of time, and those under the checkpoint.
    A03 = "Leaves: form, time, Merkle root",
    /// The log continues what an older checkpoint promised.
    A04 = "Append-only since an older checkpoint",
    /// Every leaf holds a statement of this pool.
    A05 = "Statements: of this pool and canonical",
    /// The rules admit every statement in its place.
    A06 = "Replay of every rule",
    /// Every signature that the rules ask for verifies.
    A07 = "Signatures",
    /// Each key has one capacity, once.
    A08 = "Keys: one capacity each",
    /// The rolls are those that the log gives.
    A09 = "Rolls frozen as the manifests say",
    /// Every ballot continues its voter's chain, in its window, by its holder's key.
    A10 = "Ballots: chains, windows, holders",
    /// The boxes are those that the ballots make.
    A11 = "Boxes: as the closing statements say",
    /// The counts come out the same from the ballots alone.
    A12 = "Recount from nothing",
    /// The certificates say what follows, signed by whom it takes.
    A13 = "Certificates: facts, decisions, officers",
    /// Nothing is withheld but ballots of open elections.
    A14 = "Withheld leaves",
    /// Every standing follows from genesis and certificates, each executed once.
    A15 = "Standings and the effects of certificates",
    /// Both logs are of one foundation.
    A20 = "One foundation, two logs",
    /// No key serves in both pools.
    A21 = "No key in both pools",
    /// What each pool decides is its own to decide.
    A22 = "Principals, decisions and seats stay in their pools",
    /// Who acts in both pools.
    A23 = "Dual roles",
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.number())
    }
}

/// What does not hold, and where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// The leaf, where it is one leaf's fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaf: Option<LeafIndex>,
    /// The statement, where it is one statement's fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<StatementId>,
    /// What would have had to be there.
    pub expected: String,
    /// What is.
    pub found: String,
}

impl Finding {
    /// About the record as a whole.
    pub(super) fn general(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Finding { leaf: None, statement: None, expected: expected.into(), found: found.into() }
    }
    /// About a leaf that holds no statement.
    pub(super) fn at_leaf(
        leaf: LeafIndex,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Finding { leaf: Some(leaf), ..Finding::general(expected, found) }
    }
    /// About a statement.
    pub(super) fn at_statement(
        leaf: LeafIndex,
        id: StatementId,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Finding { leaf: Some(leaf), statement: Some(id), ..Finding::general(expected, found) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(leaf) = self.leaf {
            write!(f, "leaf {leaf}")?;
            if let Some(statement) = self.statement {
                write!(f, ", statement {statement}")?;
            }
            f.write_str(": ")?;
        }
        write!(f, "expected {}; found {}", self.expected, self.found)
    }
}

/// What came of a check, or of a whole audit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Verified,
    /// It does not, and this is why.
    Refuted {
        /// What does not hold.
        finding: Finding,
    },
    /// It could not be found out.
    Incomplete {
        /// Why not.
        why: String,
    },
}

/// One check with what came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Check {
    /// Its number.
    pub id: CheckId,
    /// What it is about.
    pub title: &'static str,
    /// What it looked at and showed, in words.
    pub proved: String,
    /// How many things it looked at.
    pub items: u64,
    /// Work time, added up over the threads.
    #[serde(rename = "micros", serialize_with = "micros")]
    pub took: Duration,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

fn micros<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))
}

/// What came of several checks together: refuted if one is, else incomplete if one is.
pub fn verdict_of<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Verdict {
    let mut verdict = Verdict::Verified;
    for check in checks {
        match (&check.verdict, &verdict) {
            (Verdict::Refuted { .. }, _) => return check.verdict.clone(),
            (Verdict::Incomplete { .. }, Verdict::Verified) => verdict = check.verdict.clone(),
            (Verdict::Verified | Verdict::Incomplete { .. }, _) => {}
        }
    }
    verdict
}

/// The first check that refutes the record, with what it found.
pub fn first_failure<'a>(
    checks: impl IntoIterator<Item = &'a Check>,
) -> Option<(CheckId, &'a Finding)> {
    checks.into_iter().find_map(|check| match &check.verdict {
        Verdict::Refuted { finding } => Some((check.id, finding)),
        Verdict::Verified | Verdict::Incomplete { .. } => None,
    })
}

/// A contest as the auditor counted it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ContestReport {
    /// Which.
    pub id: ContestId,
    /// Its title.
    pub title: String,
    /// What was asked.
    pub question: &'static str,
    /// The auditor's own count; absent before the election is certified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcript: Option<Transcript>,
}

/// An election as the replay left it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ElectionReport {
    /// Its manifest.
    pub id: StatementId,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub phase: Phase,
    /// When it opened or opens.
    pub opens_at: Millis,
    /// When it closed or closes at the latest.
    pub closes_at: Millis,
    /// How many are entitled.
    pub entitled_heads: u64,
    /// Their weight.
    pub entitled_weight: u64,
    /// How many cast a ballot that counts.
    pub cast_heads: u64,
    /// Their weight.
    pub cast_weight: u64,
    /// All ballots admitted, replaced ones included.
    pub ballots: u64,
    /// What was asked.
    pub contests: Vec<ContestReport>,
}

/// The audit of one pool.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// The pool.
    pub pool: PoolId,
    /// Its log.
    pub origin: String,
    /// The foundation, as the genesis names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foundation: Option<FoundationName>,
    /// How many leaves there are.
    pub size: TreeSize,
    /// The root over them, as computed.
    pub root: Hash,
    /// When the last of them was logged.
    pub last_at: Millis,
    /// What came of it all.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The checks, in order.
    pub checks: Vec<Check>,
    /// The elections, in the order in which they were sealed.
    pub elections: Vec<ElectionReport>,
    /// On how many threads.
    pub threads: usize,
    /// How many signatures were verified.
    pub signatures: u64,
    /// How long it took by the caller's clock.
    #[serde(rename = "micros", serialize_with = "micros")]
    pub took: Duration,
}

/// A foundation's id and name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FoundationName {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
}

/// A person who acts in both pools: no fault, but for everybody to see.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DualRole {
    /// Who.
    pub person: Handle,
    /// What they are in the business pool.
    pub business: Vec<String>,
    /// What they are in the technical pool.
    pub technical: Vec<String>,
}

/// The audit of both pools and of their separation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct JointReport {
    /// The business pool alone.
    pub business: Report,
    /// The technical pool alone.
    pub technical: Report,
    /// The checks across both.
    pub joint: Vec<Check>,
    /// Who acts in both.
    pub dual_roles: Vec<DualRole>,
    /// What came of it all.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Report {
    /// The first check that refutes the record, with what it found.
    pub fn first_failure(&self) -> Option<(CheckId, &Finding)> {
        first_failure(&self.checks)
    }
    /// A check by its number.
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }
}

impl JointReport {
    /// All checks: those of the business pool, of the technical pool, and across both.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.business.checks.iter().chain(&self.technical.checks).chain(&self.joint)
    }
    /// The first check that refutes a record or their separation, with what it found.
    pub fn first_failure(&self) -> Option<(CheckId, &Finding)> {
        first_failure(self.checks())
    }
}
