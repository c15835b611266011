//! The outcome, and what the affiliation cap changed.

use crate::methods::seats::{cap_sentence, outcome_sentence};
use crate::option::OptionIndex;
use crate::transcript::{CapRecord, CountRecord, MotionResult, Outcome, PassedOver};

use super::place::{Claim, Place, Said};
use super::ties::Ties;
use super::{COUNT, Case, CheckError, check_ranking};

/// What seats were filled, and who was kept out of them.
pub(super) struct Filled {
    pub(super) outcome: Outcome,
    pub(super) passed_over: Vec<PassedOver>,
}

/// Checks the outcome of a motion.
pub(super) fn check_motion(
    case: &Case<'_>,
    result: MotionResult,
    sentence: &str,
) -> Result<(), CheckError> {
    no_cap(case)?;
    case.transcript.outcome.compare(&Outcome::Motion { result }, &Place::top("outcome"))?;
    case.transcript.sentence.compare(&sentence.to_owned(), &Place::top("sentence"))
}

/// Checks the outcome of an election and the record of its cap. `uncapped` checks the same count
/// without the cap.
pub(super) fn check(
    case: &Case<'_>,
    filled: &Filled,
    ties: &Ties<'_>,
    uncapped: impl FnOnce(&CapRecord, &mut Ties<'_>) -> Result<Filled, CheckError>,
) -> Result<(), CheckError> {
    // A record of a tie that was not met stands before the cap.
    ties.finish()?;
    let options = case.contest.options();
    let outcome = &filled.outcome;
    match case.contest.rules().affiliation_cap.limit() {
        None => no_cap(case)?,
        Some(limit) => {
            let place = Place::top("cap");
            let Some(cap) = &case.transcript.cap else {
                return Err(place.differs(&"nothing", &"what the cap changed"));
            };
            cap.limit.compare(&limit, &place.key("limit"))?;
            let mut beside = ties.beside(&cap.uncapped_ties, place.key("uncapped_ties"));
            let before = uncapped(cap, &mut beside)?.outcome;
            beside.finish()?;
            let winners = |outcome: &Outcome| -> Vec<OptionIndex> { outcome.winners().to_vec() };
            cap.before.compare(&winners(&before), &place.key("before"))?;
            cap.after.compare(&winners(outcome), &place.key("after"))?;
            cap.passed_over.compare(&filled.passed_over, &place.key("passed_over"))?;
            cap.sentence
                .compare(&cap_sentence(options, &before, outcome), &place.key("sentence"))?;
        }
    }
    case.transcript.outcome.compare(outcome, &Place::top("outcome"))?;
    let sentence = outcome_sentence(options, outcome);
    case.transcript.sentence.compare(&sentence, &Place::top("sentence"))
}

/// Checks a count on which a cap acts inside, which gives no ranking, and with a cap the same count
/// without it. `run` follows one record under a cap or none.
pub(super) fn check_twice(
    case: &Case<'_>,
    ties: &mut Ties<'_>,
    run: impl Fn(&CountRecord, &Place<'_>, Option<u16>, &mut Ties<'_>) -> Result<Filled, CheckError>,
) -> Result<(), CheckError> {
    let limit = case.contest.rules().affiliation_cap.limit();
    let filled = run(&case.transcript.count, COUNT, limit, ties)?;
    check_ranking(case, &Vec::new())?;
    check(case, &filled, ties, |cap, ties| {
        let place = Place::top("cap");
        let place = place.key("uncapped");
        let Some(count) = &cap.uncapped else {
            return Err(place.differs(&"nothing", &"the count without the cap"));
        };
        run(count, &place, None, ties)
    })
}

fn no_cap(case: &Case<'_>) -> Result<(), CheckError> {
    match &case.transcript.cap {
        None => Ok(()),
        Some(_) => Err(Place::top("cap").differs(&"something" as &dyn Said, &"nothing")),
    }
}
