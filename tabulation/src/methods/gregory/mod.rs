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
use super::capped::Finished;
use crate::count::CountError;
use crate::methods::equals::Seating;
use crate::option::OptionIndex;
use crate::transcript::{Outcome, StagesRecord};

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

/// Carries out a count whose first stage is on the ledger.
fn run(
    mut ledger: Ledger<'_, '_, '_>,
    procedure: &mut impl Procedure,
    quota: u128,
    quota_sentence: String,
) -> Result<Finished, CountError> {
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
    Ok(Finished { record, outcome, passed_over })
}
