//! A ballot: what one voter answers in one election, signed with the voter's key.

use std::collections::BTreeMap;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use tabulation::{Selection, SelectionError};

use crate::bytes::Bytes;
use crate::ids::{ContestId, Handle, Origin};
use crate::manifest::Manifest;
use crate::pool::{Pool, PrincipalId};
use crate::statement::StatementId;

/// 128 random bits: two ballots with the same content stay two statements, and a tracker cannot be
/// computed from a guess at the selections.
pub type Nonce = Bytes<16>;

/// A fresh nonce.
pub fn nonce(rng: &mut impl CryptoRng) -> Nonce {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    Bytes(bytes)
}

/// The content of a ballot statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Ballot<P: Pool> {
    /// The log it is for.
    pub origin: Origin<P>,
    /// The election, which fixes options, rules, roll and window.
    pub manifest: StatementId,
    /// Whose vote it is.
    pub principal: PrincipalId<P>,
    /// The person who casts it: the contributor, or one who speaks for the member.
    pub person: Handle,
    /// This person's standing ballot, which this one replaces. Absent for the first: so an old
    /// ballot that was held back cannot be slipped in after a newer one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub supersedes: Option<StatementId>,
    /// Makes the ballot unguessable.
    pub nonce: Nonce,
    /// One entry per contest of the election, blank selections included.
    pub selections: BTreeMap<ContestId, Selection>,
}

/// Why a ballot does not fit its election.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BallotError {
    /// A contest without an entry.
    #[error(
        "the ballot has no entry for contest `{0}`; leave a contest blank instead of leaving it out"
    )]
    MissingContest(ContestId),
    /// An entry for no contest of this election.
    #[error("the election has no contest `{0}`")]
    UnknownContest(ContestId),
    /// A selection the rules do not allow.
    #[error("the selection in contest `{contest}` is not allowed: {source}")]
    Selection {
        /// Where.
        contest: ContestId,
        /// What is wrong.
        source: SelectionError,
    },
}

impl<P: Pool> Ballot<P> {
    /// Checks the selections against the manifest.
    pub fn validate(&self, manifest: &Manifest<P>) -> Result<(), BallotError> {
        if let Some(unknown) = self.selections.keys().find(|id| manifest.contest(id).is_none()) {
            return Err(BallotError::UnknownContest(unknown.clone()));
        }
        for contest in &manifest.contests {
            let selection = self
                .selections
                .get(&contest.id)
                .ok_or_else(|| BallotError::MissingContest(contest.id.clone()))?;
            selection
                .validate(&contest.rules, contest.options.len())
                .map_err(|source| BallotError::Selection { contest: contest.id.clone(), source })?;
        }
        Ok(())
    }
}
