//! A12: every certified election, counted again from its ballots, gives the certificate to the last
//! byte, and the published transcripts are the auditor's own.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::thread;

use crypto::Hash;
use crypto::canonical;

use super::a06_replay::unreadable;
use super::a11_boxes::Boxes;
use super::pipeline::Reading;
use super::report::Finding;
use super::{Checked, Failed, Proved};
use crate::certificate::{Certificate, ContestResult};
use crate::pool::Pool;
use crate::record::Record;
use crate::state::{ElectionState, Phase};
use crate::statement::{Body, StatementId};
use crate::tally::{self, Count};

/// The auditor's own counts, by election.
pub(super) type Counts<P> = BTreeMap<StatementId, Count<P>>;

pub(super) fn check<P: Pool>(
    record: &Record<P>,
    reading: &Reading<P>,
    boxes: &Boxes<'_, P>,
    threads: NonZeroUsize,
) -> (Counts<P>, Checked) {
    let mut counts = Counts::new();
    let mut ballots = 0;
    let mut fault: Option<Failed> = None;
    let elections: Vec<_> = reading.state.elections().collect();
    // Elections are counted apart from one another, so each thread takes its share of them.
    let share = elections.len().div_ceil(threads.get()).max(1);
    let recount_all = |elections: &[(&StatementId, &ElectionState<P>)]| -> Vec<_> {
        let counted = elections
            .iter()
            .map(|(id, election)| (**id, recount(**id, election, record, reading, boxes)));
        counted.collect()
    };
    let mut shares = elections.chunks(share);
    let own = shares.next().unwrap_or_default();
    let recounted = thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| scope.spawn(|| recount_all(share))).collect();
        let mut recounted = recount_all(own);
        for other in others {
            match other.join() {
                Ok(counted) => recounted.extend(counted),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        recounted
    });
    for (id, counted) in recounted {
        match counted {
            Ok(None) => {}
            Ok(Some(count)) => {
                ballots += count.certificate.heads * count.contests.len() as u64;
                counts.insert(id, count);
            }
            Err(failed) => fault = Some(worse(fault, failed)),
        }
    }
    let checked = match fault {
        Some(fault) => Err(fault),
        None => finish(reading, ballots, counts.len()),
    };
    (counts, checked)
}

fn finish<P: Pool>(reading: &Reading<P>, ballots: u64, elections: usize) -> Checked {
    if let Some(refused) = &reading.refused {
        let leaf = refused.leaf;
        return Err(Failed::Incomplete(format!("the replay stopped at leaf {leaf}")));
    }
    unreadable(reading)?;
    Proved::of(
        ballots,
        format!(
            "Counted again from their ballots alone, {elections} elections give the cast vote records, transcripts, outcomes and decisions that were certified, byte for byte."
        ),
    )
}

/// A refutation weighs more than something that could not be found out; else the first counts.
fn worse(before: Option<Failed>, new: Failed) -> Failed {
    match (before, new) {
        (None, new) | (Some(Failed::Incomplete(_)), new @ Failed::Refuted(_)) => new,
        (Some(before), _) => before,
    }
}

fn recount<P: Pool>(
    id: StatementId,
    election: &ElectionState<P>,
    record: &Record<P>,
    reading: &Reading<P>,
    boxes: &Boxes<'_, P>,
) -> Result<Option<Count<P>>, Failed> {
    let Some(step) = election.step(Phase::Certified) else { return Ok(None) };
    let entry = reading.journal.at(step.leaf);
    let Some((entry, Body::Certificate(certificate))) = entry.map(|entry| (entry, &entry.body))
    else {
        return Ok(None);
    };
    let at = |expected: String, found: String| {
        Failed::from(Finding::at_statement(entry.index, entry.id, expected, found))
    };
    let made = boxes.get(&id);
    let made = made.ok_or_else(|| Failed::Incomplete(format!("the box of {id} is not known")))?;
    let content = |ballot: &StatementId| made.ballots.get(ballot).copied();
    let count = tally::count(id, election, content, certificate.lots.clone())
        .map_err(|error| at("an election that can be counted".into(), error.to_string()))?;
    compare(&count.certificate, certificate).map_err(|(expected, found)| at(expected, found))?;
    for contest in &count.contests {
        let name = contest.artifact.sha256;
        match record.artifacts().get(&name) {
            None => {
                return Err(Failed::Incomplete(format!(
                    "the transcript {name}, which the certificate at leaf {} names, is not in the record; the auditor's own count gives the same hash",
                    entry.index
                )));
            }
            Some(published) if *published != contest.artifact.content => {
                let expected = format!("the artifact {name} as the count gives it");
                let found = format!("content with the hash {}", Hash::of(published));
                return Err(at(expected, found));
            }
            Some(_) => {}
        }
    }
    Ok(Some(count))
}

/// The first thing in which the certificate is not what the count gives.
fn compare<P: Pool>(
    own: &Certificate<P>,
    certified: &Certificate<P>,
) -> Result<(), (String, String)> {
    for (own, certified) in own.results.iter().zip(&certified.results) {
        let ContestResult { contest, cvrs, transcript, outcome, decisions } = own;
        let parts = [
            ("outcome", shown(outcome), shown(&certified.outcome)),
            ("decisions", shown(decisions), shown(&certified.decisions)),
            ("cast vote records", cvrs.to_string(), certified.cvrs.to_string()),
            ("transcript", transcript.to_string(), certified.transcript.to_string()),
        ];
        for (part, own, certified) in parts {
            if own != certified {
                return Err((
                    format!("in contest `{contest}` the {part} {own}"),
                    format!("the {part} {certified}"),
                ));
            }
        }
    }
    let (expected, found) = (canonical::encode(own), canonical::encode(certified));
    if expected == found {
        return Ok(());
    }
    let words = |c: &Certificate<P>| {
        format!("roll {}, box {}, {} heads, weight {}", c.roll, c.box_root, c.heads, c.weight)
    };
    Err((words(own), words(certified)))
}

fn shown(value: &impl serde::Serialize) -> String {
    canonical::encode(value)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_else(|error| error.to_string())
}
