//! The certificate: the signed result of an election, with the hash of everything it came from.

use crypto::Hash;
use serde::{Deserialize, Serialize};
use tabulation::Outcome;

use crate::ids::{ContestId, Origin};
use crate::lots::LotReveal;
use crate::pool::Pool;
use crate::statement::StatementId;

/// What was decided in one contest, and what it was computed from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct ContestResult<P: Pool> {
    /// Which contest.
    pub contest: ContestId,
    /// SHA-256 of the canonical JSON of the cast vote records, in the roll's order.
    pub cvrs: Hash,
    /// SHA-256 of the count transcript, published as an artifact.
    pub transcript: Hash,
    /// What the count gave.
    pub outcome: Outcome,
    /// What follows from it. Its type names nothing that belongs to the other pool.
    pub decisions: Vec<P::Decision>,
}

/// The content of a certificate statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Certificate<P: Pool> {
    /// The log it is for.
    pub origin: Origin<P>,
    /// The election.
    pub manifest: StatementId,
    /// The statement that closed its box.
    pub closed: StatementId,
    /// The frozen roll it was held on.
    pub roll: Hash,
    /// The box that was counted.
    pub box_root: Hash,
    /// How many principals cast a ballot that counts.
    pub heads: u64,
    /// Their weights added up.
    pub weight: u64,
    /// The officers' secrets for drawing lots, as the manifest promised them.
    pub lots: Vec<LotReveal>,
    /// The results, in the manifest's order.
    pub results: Vec<ContestResult<P>>,
}
