//! A13: each certificate names its election's own roll, box and closing, decides what its outcomes
//! mean, and is signed by the log and by as many of the officers of then as the manifest asks for.
//!
//! Worked out from the statements directly, not by the state machine.

use std::collections::BTreeMap;

use crypto::sign::KeyId;

use super::a11_boxes::Boxes;
use super::journal::{Entry, Journal};
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::certificate::Certificate;
use crate::lots;
use crate::manifest::Manifest;
use crate::pool::{Pool, Question};
use crate::statement::{Body, Closed, Officer, Role, StatementId};

/// What certificates refer to, as far as the log was read.
struct Known<'j, P: Pool> {
    log_key: Option<KeyId>,
    officers: &'j [Officer],
    manifests: BTreeMap<StatementId, &'j Manifest<P>>,
    /// By election: the closing statement.
    closings: BTreeMap<StatementId, (StatementId, &'j Closed<P>)>,
}

pub(super) fn check<P: Pool>(journal: &Journal<P>, boxes: &Boxes<'_, P>) -> Checked {
    journal.unless_withheld(follow(journal, boxes))
}

fn follow<P: Pool>(journal: &Journal<P>, boxes: &Boxes<'_, P>) -> Checked {
    let mut known = Known {
        log_key: None,
        officers: &[],
        manifests: BTreeMap::new(),
        closings: BTreeMap::new(),
    };
    let mut certificates = 0u64;
    for entry in &journal.entries {
        match &entry.body {
            Body::Genesis(genesis) => {
                known.log_key = Some(genesis.log_key.id());
                known.officers = &genesis.officers;
            }
            Body::Officers(change) => known.officers = &change.officers,
            Body::Manifest(manifest) => drop(known.manifests.insert(entry.id, manifest)),
            Body::Closed(closed) => {
                known.closings.insert(closed.manifest, (entry.id, closed));
            }
            Body::Certificate(certificate) => {
                known.certificate(entry, certificate, boxes)?;
                certificates += 1;
            }
            Body::Principal(_) | Body::Mandate(_) | Body::Related(_) | Body::Affiliation(_) => {}
            Body::Invitation(_) | Body::Enrolment(_) | Body::Rekey(_) | Body::Suspension(_) => {}
            Body::Reinstatement(_) | Body::Cancel(_) | Body::Opened(_) | Body::Ballot(_) => {}
            Body::Effect(_) => {}
        }
    }
    Proved::of(
        certificates,
        "Every certificate names the roll, closing and box of its own election, decides what its outcomes mean and nothing else, reveals the promised lots, and is signed by the log and enough of the pool's officers of then, and by nobody else.",
    )
}

impl<P: Pool> Known<'_, P> {
    fn certificate(
        &self,
        entry: &Entry<P>,
        certificate: &Certificate<P>,
        boxes: &Boxes<'_, P>,
    ) -> Result<(), Failed> {
        let at = |expected: String, found: String| {
            Failed::from(Finding::at_statement(entry.index, entry.id, expected, found))
        };
        let id = certificate.manifest;
        let election = self.manifests.get(&id).zip(self.closings.get(&id)).zip(boxes.get(&id));
        let ((manifest, (closed_id, closed)), made) = election.ok_or_else(|| {
            at("a certificate of a closed election of this log".into(), format!("one of {id}"))
        })?;
        let root = made.root.as_ref().map_err(|error| Failed::Incomplete(error.to_string()))?;
        let facts = [
            ("closing statement", closed_id.to_string(), certificate.closed.to_string()),
            ("roll", manifest.roll.root.to_string(), certificate.roll.to_string()),
            ("box", root.to_string(), certificate.box_root.to_string()),
            ("closed box", closed.box_root.to_string(), certificate.box_root.to_string()),
            ("number of voters", made.heads.to_string(), certificate.heads.to_string()),
            ("weight", made.weight.to_string(), certificate.weight.to_string()),
            (
                "number of contests",
                manifest.contests.len().to_string(),
                certificate.results.len().to_string(),
            ),
        ];
        for (what, expected, found) in facts {
            if expected != found {
                return Err(at(format!("the {what} {expected}"), found));
            }
        }
        for (contest, result) in manifest.contests.iter().zip(&certificate.results) {
            let decides = contest.question.decide(&result.outcome, &contest.options);
            if contest.id != result.contest || decides != result.decisions {
                let expected = format!("for contest `{}` the decisions {decides:?}", contest.id);
                let found = format!("for `{}` {:?}", result.contest, result.decisions);
                return Err(at(expected, found));
            }
        }
        lots::seed(id, root, &manifest.lots, &certificate.lots)
            .map_err(|error| at("the lot secrets that were promised".into(), error.to_string()))?;
        self.signers(entry, manifest).map_err(|(expected, found)| at(expected, found))
    }

    /// The log's key, enough officers of this moment, and nobody else.
    fn signers(&self, entry: &Entry<P>, manifest: &Manifest<P>) -> Result<(), (String, String)> {
        let is_officer = |key: &KeyId| {
            let officers = self.officers.iter().filter(|o| o.roles.contains(&Role::Officer));
            officers.into_iter().any(|officer| officer.key.id() == *key)
        };
        let is_log = |key: &KeyId| self.log_key == Some(*key);
        let stranger = entry.signers.iter().find(|key| !is_officer(key) && !is_log(key));
        if let Some(stranger) = stranger {
            let expected = format!("signatures by officers of the {} pool and its log", P::ID);
            return Err((expected, format!("one by key {stranger}")));
        }
        let officers = entry.signers.iter().filter(|key| is_officer(key)).count();
        if officers < usize::from(manifest.certifying_officers) || !entry.signers.iter().any(is_log)
        {
            let needed = manifest.certifying_officers;
            return Err((
                format!("signatures by {needed} officers and the log"),
                format!("{} signatures, {officers} of them by officers", entry.signers.len()),
            ));
        }
        Ok(())
    }
}
