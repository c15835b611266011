//! A11: the box that each closing statement signs is the one that the ballots make.

use std::collections::BTreeMap;

use crypto::Hash;
use crypto::canonical::{self, CanonicalError};
use crypto::merkle::{Frontier, leaf_hash};
use serde::Serialize;

use super::a09_rolls::Rolls;
use super::a10_ballots::{Chains, Elections};
use super::journal::Journal;
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::ballot::Ballot;
use crate::pool::{Pool, PrincipalId, Weight};
use crate::roll::Roll;
use crate::statement::{Body, StatementId};

/// The box of every election, as the ballots make it.
pub(super) type Boxes<'j, P> = BTreeMap<StatementId, BallotBox<'j, P>>;

/// One ballot for every principal that voted: that of the highest-ranking person who cast one.
pub(super) struct BallotBox<'j, P: Pool> {
    pub(super) root: Result<Hash, CanonicalError>,
    pub(super) heads: u64,
    pub(super) weight: u64,
    pub(super) ballots: BTreeMap<StatementId, &'j Ballot<P>>,
}

/// A leaf of the box's tree.
#[derive(Serialize)]
#[serde(bound = "")]
struct InBox<'a, P: Pool> {
    ballot: StatementId,
    principal: &'a PrincipalId<P>,
}

pub(super) fn derive<'j, P: Pool>(elections: Elections<'j, P>, rolls: &Rolls<P>) -> Boxes<'j, P> {
    let with_roll = elections.into_iter().filter_map(|(id, chains)| {
        let roll = rolls.get(&id)?;
        Some((id, fill(chains, roll)))
    });
    with_roll.collect()
}

fn fill<'j, P: Pool>(chains: Chains<'j, P>, roll: &Roll<P>) -> BallotBox<'j, P> {
    let mut frontier = Frontier::new();
    let mut filled =
        BallotBox { root: Ok(frontier.root()), heads: 0, weight: 0, ballots: BTreeMap::new() };
    let mut fault = None;
    for (principal, last) in chains.last {
        let Some(line) = roll.entry(principal) else { continue };
        let ranked = last.into_iter().filter_map(|last| Some((line.rank(last.person)?, last)));
        let Some((_, counted)) = ranked.min_by_key(|(rank, _)| *rank) else { continue };
        match canonical::encode(&InBox::<P> { ballot: counted.id, principal }) {
            Ok(leaf) => drop(frontier.push(leaf_hash(&leaf))),
            Err(error) => fault = Some(error),
        }
        filled.heads += 1;
        filled.weight += line.weight.units();
        filled.ballots.insert(counted.id, counted.ballot);
    }
    filled.root = fault.map_or_else(|| Ok(frontier.root()), Err);
    filled
}

pub(super) fn check<P: Pool>(journal: &Journal<P>, boxes: &Boxes<'_, P>) -> Checked {
    journal.unless_withheld(compare(journal, boxes))
}

fn compare<P: Pool>(journal: &Journal<P>, boxes: &Boxes<'_, P>) -> Checked {
    let (mut ballots, mut closings) = (0, 0u64);
    for entry in &journal.entries {
        let Body::Closed(closed) = &entry.body else { continue };
        let Some(made) = boxes.get(&closed.manifest) else {
            let election = closed.manifest;
            return Err(Failed::Incomplete(format!(
                "the election {election} has no roll to go by"
            )));
        };
        let root = made.root.as_ref().map_err(|error| Failed::Incomplete(error.to_string()))?;
        if (closed.box_root, closed.heads) != (*root, made.heads) {
            let words = |root: &Hash, heads| format!("the box {root} of {heads} principals");
            let expected = words(root, made.heads);
            let found = words(&closed.box_root, closed.heads);
            return Err(Finding::at_statement(entry.index, entry.id, expected, found).into());
        }
        closings += 1;
        ballots += made.heads;
    }
    Proved::of(
        ballots,
        format!(
            "In each of {closings} closed elections, the last ballot of the highest-ranking person of every principal makes the box that was closed."
        ),
    )
}
