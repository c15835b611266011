//! The officers' side of a result: replay the record, recount from nothing, and only then sign.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use crypto::envelope::Envelope;
use election::anchor::Anchor;
use election::ballot::Ballot;
use election::leaf::Leaf;
use election::record::{Record, RecordLeaf, parse};
use election::state::{CheckNow, Phase, PoolState};
use election::statement::{Body, Draft, Statement, StatementId};
use election::tally::{self, Count};

use super::chamber::{Chamber, DemoPool};
use super::client::Client;
use super::day::{Held, PATIENCE, POLL};

/// A record, replayed: every rule applied and every signature verified.
#[derive(Debug)]
pub(super) struct Replayed<P: DemoPool> {
    /// What it adds up to.
    pub state: PoolState<P>,
    /// The ballots it shows.
    pub ballots: BTreeMap<StatementId, Ballot<P>>,
}

/// Downloads a pool's whole record.
pub(super) async fn download<P: DemoPool>(client: &Client) -> anyhow::Result<Record<P>> {
    let file = client.get(&format!("/{}/record", P::SLUG)).await?;
    P::record(parse(&file)?).context("the record is of the other pool")
}

/// The record, replayed, once it shows these elections closed. What the server answers about an
/// election may be one commit ahead of the record that it serves.
pub(super) async fn closed_record<P: DemoPool>(
    client: &Client,
    anchor: &Anchor,
    elections: &[&Held<P>],
) -> anyhow::Result<Replayed<P>> {
    let reached = async {
        loop {
            let replayed = replay(&download::<P>(client).await?, anchor)?;
            let closed = |held: &&Held<P>| {
                let election = replayed.state.election(&held.id);
                election.is_some_and(|election| election.step(Phase::Closed).is_some())
            };
            if elections.iter().all(closed) {
                return anyhow::Ok(replayed);
            }
            tokio::time::sleep(POLL).await;
        }
    };
    match tokio::time::timeout(PATIENCE, reached).await {
        Ok(done) => done,
        Err(_) => bail!("the record of the {} pool does not show the close", P::ID),
    }
}

/// Replays a record from nothing.
pub(super) fn replay<P: DemoPool>(
    record: &Record<P>,
    anchor: &Anchor,
) -> anyhow::Result<Replayed<P>> {
    let mut state = PoolState::new(P::anchor(anchor).origin.clone());
    let mut ballots = BTreeMap::new();
    for leaf in record.leaves() {
        let RecordLeaf::Shown(bytes) = leaf else {
            state.skip_withheld();
            continue;
        };
        let leaf = Leaf::decode(bytes)?;
        let statement = Statement::<P>::decode(&leaf.statement)?;
        state.apply(leaf.at, &statement, &mut CheckNow)?;
        let id = statement.id();
        if let Body::Ballot(ballot) = statement.into_body() {
            ballots.insert(id, ballot);
        }
    }
    Ok(Replayed { state, ballots })
}

impl<P: DemoPool> Replayed<P> {
    /// Counts an election as its officers do, with the secrets for the lots that they promised.
    pub(super) fn count(&self, chamber: &Chamber<P>, id: StatementId) -> anyhow::Result<Count<P>> {
        let election = self.state.election(&id).context("no such election")?;
        let reveals = chamber.reveals(election.manifest())?;
        Ok(tally::count(id, election, |ballot| self.ballots.get(ballot), reveals)?)
    }
}

/// A certificate that two officers sign.
pub(super) fn signed<P: DemoPool>(
    chamber: &Chamber<P>,
    certificate: election::certificate::Certificate<P>,
) -> anyhow::Result<Envelope> {
    let draft = Draft::new(&Body::Certificate(certificate))?;
    Ok(draft.sign(chamber.officer(0)?)?.sign(chamber.officer(1)?)?.envelope())
}

/// Two officers recount an election, each from the record as downloaded, compare, sign, and send the
/// certificate.
pub(super) async fn certify<P: DemoPool>(
    client: &Client,
    chamber: &Chamber<P>,
    anchor: &Anchor,
    replayed: &Replayed<P>,
    id: StatementId,
) -> anyhow::Result<Count<P>> {
    let count = replayed.count(chamber, id)?;
    if count.certificate.lots.is_empty() {
        let path = format!("/{}/api/v1/elections/{id}/certificate-draft", P::SLUG);
        let drafted = client.json(&path).await?;
        let own = serde_json::to_value(&count.certificate)?;
        ensure!(drafted.get("certificate") == Some(&own), "the server drafted another certificate");
    }
    let envelope = signed(chamber, count.certificate.clone())?;
    client.record(P::anchor(anchor), &envelope).await?;
    Ok(count)
}
