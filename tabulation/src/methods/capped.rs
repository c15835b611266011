//! Counts in stages under an affiliation cap: held twice, without it and with it.

use super::{Counted, seats};
use crate::count::CountError;
use crate::option::ContestOptions;
use crate::rules::Contest;
use crate::ties::TieBreaker;
use crate::transcript::{CapRecord, CountRecord, Outcome, PassedOver, StagesRecord};

/// A count in stages that came to its end.
pub(super) struct Finished {
    pub(super) record: StagesRecord,
    pub(super) outcome: Outcome,
    pub(super) passed_over: Vec<PassedOver>,
}

impl Finished {
    fn counted(self, options: &ContestOptions, cap: Option<CapRecord>) -> Counted {
        let sentence = seats::outcome_sentence(options, &self.outcome);
        Counted {
            record: CountRecord::Stages(self.record),
            ranking: Vec::new(),
            cap,
            outcome: self.outcome,
            sentence,
        }
    }
}

/// Carries out a count; with a cap, once without it and once with it.
pub(super) fn with_and_without_cap(
    contest: &Contest,
    ties: &mut TieBreaker<'_>,
    run: impl Fn(Option<u16>, &mut TieBreaker<'_>) -> Result<Finished, CountError>,
) -> Result<Counted, CountError> {
    let options = contest.options();
    let Some(limit) = contest.rules().affiliation_cap.limit() else {
        return Ok(run(None, ties)?.counted(options, None));
    };
    let mut uncapped_ties = ties.fork();
    let before = run(None, &mut uncapped_ties)?;
    let mut after = run(Some(limit), ties)?;
    let cap = CapRecord {
        limit,
        before: before.outcome.winners().to_vec(),
        after: after.outcome.winners().to_vec(),
        sentence: seats::cap_sentence(options, &before.outcome, &after.outcome),
        passed_over: std::mem::take(&mut after.passed_over),
        uncapped: Some(Box::new(CountRecord::Stages(before.record))),
        uncapped_ties: uncapped_ties.into_records().1,
    };
    Ok(after.counted(options, Some(cap)))
}
