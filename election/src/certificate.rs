//! The certificate: the signed result of an election, with the hash of everything it came from.

use crypto::Hash;
use serde::{Deserialize, Serialize};
use tabulation::Outcome;

use crate::ids::{ContestId, Origin};
use crate::lots::LotReveal;
use crate::manifest::Manifest;
use crate::pool::{Decision, NewMaintainer, Pool};
use crate::standing::Grant;
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

impl<P: Pool> Certificate<P> {
    /// Whether anything was decided: whether there is something to execute.
    pub fn decides(&self) -> bool {
        self.results.iter().any(|result| !result.decisions.is_empty())
    }

    /// Whom the decisions make maintainers, in their order. `manifest` is that of the election, whose
    /// options name the persons.
    pub fn grants(&self, manifest: &Manifest<P>) -> Vec<Grant<P>> {
        let decided = |result: &ContestResult<P>| {
            let contest = manifest.contest(&result.contest)?;
            let grants = result.decisions.iter().filter_map(|decision| {
                let (module, person) = match decision.maintainer()? {
                    NewMaintainer::Person { module, person } => (module, person),
                    NewMaintainer::Option { module, option } => {
                        let mut options = contest.options.iter();
                        (module, options.find(|named| named.id == *option)?.person.as_ref()?)
                    }
                };
                Some(Grant { module: module.clone(), person: person.clone() })
            });
            Some(grants.collect::<Vec<_>>())
        };
        self.results.iter().filter_map(decided).flatten().collect()
    }
}
