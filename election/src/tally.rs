//! From the box to the certificate: cast vote records, counts, and what they decide.
//!
//! One function for the server that drafts, the officers that recompute before they sign, and the
//! auditor that recomputes afterwards.

use std::collections::BTreeMap;

use crypto::Hash;
use crypto::canonical::{self, CanonicalError};
use serde::Serialize;
use tabulation::{
    CountError, Electorate, LotSource, ProfileBuilder, ProfileError, Selection, Tally, Transcript,
};

use crate::ballot::Ballot;
use crate::certificate::{Certificate, ContestResult};
use crate::ids::ContestId;
use crate::lots::{self, LotError, LotReveal};
use crate::manifest::{Contest, ContestRulesError};
use crate::pool::{Pool, PrincipalId, Question, Weight};
use crate::state::{ElectionState, Phase};
use crate::statement::StatementId;

/// A large object outside the log, named by its hash: here a count transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Artifact {
    /// SHA-256 of the content.
    pub sha256: Hash,
    /// Canonical JSON.
    pub content: Vec<u8>,
}

impl Artifact {
    /// Names content by its hash.
    pub fn new(content: Vec<u8>) -> Self {
        Artifact { sha256: Hash::of(&content), content }
    }
}

/// One contest, counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContestCount<P: Pool> {
    /// What goes into the certificate.
    pub result: ContestResult<P>,
    /// The whole count, explained.
    pub transcript: Transcript,
    /// The transcript as it is published.
    pub artifact: Artifact,
}

/// An election, counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Count<P: Pool> {
    /// What officers and log key are to sign.
    pub certificate: Certificate<P>,
    /// Its contests, in the manifest's order.
    pub contests: Vec<ContestCount<P>>,
}

/// Why an election could not be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// The box is still open, or was never opened.
    #[error("the election {0} is not closed")]
    NotClosed(StatementId),
    /// A ballot of the box whose content is not at hand.
    #[error("the ballot {0} is in the box, but its content is not at hand")]
    BallotMissing(StatementId),
    /// A ballot without an entry for a contest: admission should have refused it.
    #[error("a ballot in the box has no entry for contest `{0}`")]
    EntryMissing(ContestId),
    /// Rules that cannot be carried out: sealing should have refused them.
    #[error("contest `{contest}` cannot be counted: {source}")]
    Rules {
        /// The contest.
        contest: ContestId,
        /// Why.
        source: ContestRulesError,
    },
    /// Weights beyond what counting holds.
    #[error("contest `{contest}`: {source}")]
    Profile {
        /// The contest.
        contest: ContestId,
        /// Why.
        source: ProfileError,
    },
    /// The count itself.
    #[error("contest `{contest}`: {source}")]
    Count {
        /// The contest.
        contest: ContestId,
        /// Why.
        source: CountError,
    },
    /// Secrets for the lots.
    #[error(transparent)]
    Lots(#[from] LotError),
    /// Something of ours that could not be encoded.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
}

/// One voter's selections as counted (NIST SP 1500-103), in a roll call with the name.
#[derive(Serialize)]
#[serde(bound = "")]
struct CastVoteRecord<'a, P: Pool> {
    principal: &'a PrincipalId<P>,
    weight: P::Weight,
    selection: &'a Selection,
}

/// Counts a closed election. `content` finds the ballots of its box; `reveals` are the officers'
/// secrets for the lots, in the manifest's order.
pub fn count<'b, P: Pool>(
    manifest: StatementId,
    election: &ElectionState<P>,
    content: impl Fn(&StatementId) -> Option<&'b Ballot<P>>,
    reveals: Vec<LotReveal>,
) -> Result<Count<P>, TallyError> {
    let closed = election.step(Phase::Closed).ok_or(TallyError::NotClosed(manifest))?;
    let box_root = election.box_root()?;
    let mut counted: BTreeMap<&PrincipalId<P>, (P::Weight, &Ballot<P>)> = BTreeMap::new();
    for (entry, standing) in election.counted() {
        let ballot = content(&standing.id).ok_or(TallyError::BallotMissing(standing.id))?;
        counted.insert(&entry.principal, (entry.weight, ballot));
    }
    let seed = lots::seed(manifest, &box_root, &election.manifest().lots, &reveals)?;
    let source = seed.map_or(LotSource::None, LotSource::Seed);
    let electorate =
        Electorate::of(Tally { heads: election.roll().heads(), weight: election.roll().weight() });
    let contests = election.manifest().contests.iter();
    let contests = contests
        .map(|contest| count_contest(contest, &counted, &electorate, source))
        .collect::<Result<Vec<_>, _>>()?;
    let certificate = Certificate {
        origin: election.manifest().origin.clone(),
        manifest,
        closed: closed.id,
        roll: election.manifest().roll.root,
        box_root,
        heads: election.cast_heads(),
        weight: election.cast_weight(),
        lots: reveals,
        results: contests.iter().map(|contest| contest.result.clone()).collect(),
    };
    Ok(Count { certificate, contests })
}

fn count_contest<P: Pool>(
    contest: &Contest<P>,
    counted: &BTreeMap<&PrincipalId<P>, (P::Weight, &Ballot<P>)>,
    electorate: &Electorate,
    source: LotSource<'_>,
) -> Result<ContestCount<P>, TallyError> {
    let id = || contest.id.clone();
    let mut profile = ProfileBuilder::new();
    let mut records = Vec::with_capacity(counted.len());
    for (principal, (weight, ballot)) in counted {
        let selection = ballot.selections.get(&contest.id);
        let selection = selection.ok_or_else(|| TallyError::EntryMissing(id()))?;
        profile
            .add(selection, weight.units())
            .map_err(|source| TallyError::Profile { contest: id(), source })?;
        records.push(CastVoteRecord::<P> { principal, weight: *weight, selection });
    }
    let countable = contest.tabulation();
    let countable = countable.map_err(|source| TallyError::Rules { contest: id(), source })?;
    let transcript = tabulation::count(&countable, &profile.build(), electorate, source)
        .map_err(|source| TallyError::Count { contest: id(), source })?;
    let artifact = Artifact::new(canonical::encode(&transcript)?);
    let result = ContestResult {
        contest: id(),
        cvrs: Hash::of(&canonical::encode(&records)?),
        transcript: artifact.sha256,
        outcome: transcript.outcome.clone(),
        decisions: contest.question.decide(&transcript.outcome, &contest.options),
    };
    Ok(ContestCount { result, transcript, artifact })
}
