//! Single transferable vote with papers that keep a value: Gregory's method in its forms.
//!
//! A [`Ledger`] holds what every form shares: piles of papers, totals, stages, ties and the
//! affiliation cap. A [`Procedure`] decides what happens next: [`inclusive`] for weighted inclusive
//! Gregory and the Minneapolis ordinance, [`ers97`] for the rules of the Electoral Reform Society.

pub(crate) mod ers97;
pub(crate) mod inclusive;
mod ledger;
mod papers;
mod polls;
mod words;

use self::ledger::Ledger;
use super::{Counted, seats};
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::Contest;
use crate::ties::TieBreaker;
use crate::transcript::{CapRecord, CountRecord, Outcome, PassedOver, StagesRecord};

/// What a step of a count came to.
enum Step {
    /// A stage was added.
    Continue,
    /// The count is over.
    Complete,
    /// A tie that the rules leave open ends the count.
    Stuck(Vec<OptionIndex>),
}

/// The rules of one form: what to do after each stage.
trait Procedure {
    /// Elects whom the last stage elects, then carries out the next stage.
    fn step(&mut self, ledger: &mut Ledger<'_, '_, '_>) -> Result<Step, CountError>;
}

/// One count from the first stage to the last.
struct Finished {
    record: StagesRecord,
    outcome: Outcome,
    passed_over: Vec<PassedOver>,
}

impl Finished {
    /// Carries out a count whose first stage is on the ledger.
    fn run(
        mut ledger: Ledger<'_, '_, '_>,
        procedure: &mut impl Procedure,
        quota: u128,
        quota_sentence: String,
    ) -> Result<Self, CountError> {
        let stuck = loop {
            match procedure.step(&mut ledger)? {
                Step::Continue => {}
                Step::Complete => break None,
                Step::Stuck(tied) => break Some(tied),
            }
        };
        let open = u16::try_from(ledger.vacancies()).unwrap_or(u16::MAX);
        let quota = ledger.figure(quota);
        let Ledger { winners, stages, passed_over, decimals, .. } = ledger;
        let outcome = match stuck {
            None => Outcome::Elected { winners, unfilled: open },
            Some(tied) => Outcome::Unresolved { winners, tied, open },
        };
        let record = StagesRecord { decimals, quota, quota_sentence, stages };
        Ok(Self { record, outcome, passed_over })
    }

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
fn with_and_without_cap(
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
