//! What pages read besides the state: certificates, counts and ballots, as published.

use std::collections::BTreeMap;

use crypto::merkle::LeafIndex;
use election::certificate::Certificate;
use election::leaf::Leaf;
use election::pool::Pool;
use election::state::Phase;
use election::statement::{Body, Statement, StatementId};
use tabulation::Transcript;

use super::election::{MAX_ROLL_CALL, Published};
use super::log::{LoggedLeaf, PAGE_LEAVES, Shown};
use crate::http::problem::{self, Problem};
use crate::service::PoolService;
use crate::storage::StoredLeaf;

/// Ballots read at a time.
const BALLOT_PAGE: u32 = 2_000;
/// Most ballots read for one page, replaced ones included. Beyond it the page lists none and says
/// where they are.
const MAX_READ: u64 = 4 * MAX_ROLL_CALL as u64;

fn decoded<P: Pool>(leaf: &StoredLeaf) -> Result<Statement<P>, Problem> {
    let leaf = Leaf::decode(&leaf.body).map_err(|error| Problem::internal(&error))?;
    Statement::decode(&leaf.statement).map_err(|error| Problem::internal(&error))
}

/// The counts of an election, in its contests' order; none before it is certified.
pub(super) async fn transcripts<P: Pool>(
    service: &PoolService<P>,
    certificate: &Certificate<P>,
) -> Result<Vec<Transcript>, Problem> {
    let mut transcripts = Vec::with_capacity(certificate.results.len());
    for result in &certificate.results {
        let artifact = service.artifact(&result.transcript).await;
        let artifact = artifact.map_err(|error| Problem::internal(&error))?;
        let transcript = serde_json::from_slice(&artifact.content);
        transcripts.push(transcript.map_err(|error| Problem::internal(&error))?);
    }
    Ok(transcripts)
}

/// A certified election's certificate, and who signed it.
pub(super) async fn certificate<P: Pool>(
    service: &PoolService<P>,
    id: &StatementId,
) -> Result<Option<(Certificate<P>, Vec<crypto::sign::KeyId>)>, Problem> {
    let step = service.view(|state| {
        let step = state.election(id).and_then(|election| election.step(Phase::Certified).copied());
        step.map(|step| step.id)
    });
    let Some(step) = step else { return Ok(None) };
    // The state may be ahead of what is published by a batch: then the certificate comes next time.
    let Ok((_, leaf)) = service.leaf(&step).await else { return Ok(None) };
    let statement = Statement::<P>::decode(&leaf.statement);
    let statement = statement.map_err(|error| Problem::internal(&error))?;
    let signers = statement.signatures().iter().map(|signature| signature.keyid()).collect();
    let Body::Certificate(certificate) = statement.into_body() else { return Ok(None) };
    Ok(Some((certificate, signers)))
}

/// Everything about an election that its page shows.
pub(super) async fn published<P: Pool>(
    service: &PoolService<P>,
    id: &StatementId,
) -> Result<Published<P>, Problem> {
    let mut published = Published::default();
    if let Some((certificate, signers)) = certificate(service, id).await? {
        published.transcripts = transcripts(service, &certificate).await?;
        published.certificate = Some((certificate, signers));
    }
    let admitted = service.view(|state| state.election(id).map_or(0, |e| e.admitted()));
    if !service.embargoed().contains(id) && admitted <= MAX_READ {
        published.ballots = ballots(service, id).await?;
    }
    Ok(published)
}

async fn ballots<P: Pool>(
    service: &PoolService<P>,
    id: &StatementId,
) -> Result<BTreeMap<StatementId, election::ballot::Ballot<P>>, Problem> {
    let mut ballots = BTreeMap::new();
    let mut from = LeafIndex(0);
    loop {
        let page = service.store().ballots(P::ID, id, from, BALLOT_PAGE).await;
        let page = page.map_err(|error| Problem::internal(&error))?;
        let Some(last) = page.last() else { return Ok(ballots) };
        from = LeafIndex(last.index.0 + 1);
        for leaf in &page {
            let statement = decoded::<P>(leaf)?;
            let id = statement.id();
            if let Body::Ballot(ballot) = statement.into_body() {
                ballots.insert(id, ballot);
            }
        }
    }
}

/// The leaves before an index, newest first, embargoed ballots without their content.
pub(super) async fn leaves<P: Pool>(
    service: &PoolService<P>,
    before: u64,
) -> Result<Vec<LoggedLeaf<P>>, Problem> {
    let withheld = service.embargoed();
    let range = before.saturating_sub(PAGE_LEAVES)..before;
    let stored = service.store().leaves(P::ID, range).await;
    let stored = stored.map_err(|error| Problem::internal(&error))?;
    let mut leaves = Vec::with_capacity(stored.len());
    for leaf in stored.iter().rev() {
        let hidden =
            leaf.kind == "ballot" && leaf.election.is_some_and(|id| withheld.contains(&id));
        let shown =
            if hidden { Shown::Withheld } else { Shown::Statement(Box::new(decoded::<P>(leaf)?)) };
        leaves.push(LoggedLeaf { index: leaf.index.0, at: leaf.at, hash: leaf.hash, shown });
    }
    Ok(leaves)
}

/// The election of that id in a path.
pub(super) fn id_of(text: &str) -> Result<StatementId, Problem> {
    text.parse().map_err(|_| Problem::new(problem::NOT_FOUND).detail("no election has such an id"))
}
