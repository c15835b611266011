//! Pairwise comparison, and an instant runoff where nobody beats all others.

use crate::option::OptionIndex;
use crate::rules::{
    CondorcetIrvRules, CondorcetIrvVariant, InstantRunoffRules, RunoffEnd, RunoffExclusion,
};
use crate::transcript::{CondorcetIrvRecord, CountRecord, Outcome};

use super::super::condorcet::{Pairs, row_of};
use super::super::outcome::{self, Filled};
use super::super::ties::Ties;
use super::super::{Case, CheckError, wrong_kind};
use super::Recorded;
use super::instant_runoff::{Setting, barred, follow};

/// Checks who beats all others, or the runoff. Options that the cap bars are passed over by both.
pub(in crate::check) fn check(
    case: &Case<'_>,
    rules: &CondorcetIrvRules,
    ties: &mut Ties<'_>,
) -> Result<(), CheckError> {
    outcome::check_twice(case, ties, |count, place, limit, ties| {
        let CountRecord::CondorcetIrv(record) = count else {
            return Err(wrong_kind(place, count, "condorcet-irv"));
        };
        let CondorcetIrvRecord { head, runoff } = record;
        let passed_over = barred(case, limit);
        let mut options = case.contest.options().standing();
        options.retain(|&o| passed_over.iter().all(|p| p.option != o));
        let pairs = Pairs::check(case, head, options, rules.by, rules.unranked, place)?;
        let place = place.key("runoff");
        match (pairs.winner, runoff) {
            (Some(winner), None) => {
                let outcome = Outcome::Elected { winners: vec![winner], unfilled: 0 };
                Ok(Filled { outcome, passed_over })
            }
            (Some(_), Some(_)) => Err(place.differs(&"a runoff", &"nothing: one beats all")),
            (None, None) => Err(place.differs(&"nothing", &"a runoff: nobody beats all")),
            (None, Some(record)) => {
                let recorded = Recorded { record, place: &place };
                let outcome = runoff_outcome(case, rules, &pairs, recorded, ties)?;
                Ok(Filled { outcome, passed_over })
            }
        }
    })
}

fn runoff_outcome(
    case: &Case<'_>,
    rules: &CondorcetIrvRules,
    pairs: &Pairs,
    recorded: Recorded<'_>,
    ties: &mut Ties<'_>,
) -> Result<Outcome, CheckError> {
    let runoff = InstantRunoffRules {
        by: rules.by,
        at_most: rules.at_most,
        end: RunoffEnd::Majority,
        exclusion: RunoffExclusion::OneByOne,
        exclude_first: Vec::new(),
        look_back: rules.look_back,
    };
    let beats = |a: OptionIndex, b: OptionIndex| {
        let (a, b) = (row_of(&pairs.options, a), row_of(&pairs.options, b));
        pairs.beats(a, b)
    };
    let (among, ends) = match rules.variant {
        CondorcetIrvVariant::CondorcetElseIrv => (pairs.options.clone(), false),
        CondorcetIrvVariant::SmithIrv => (pairs.smith(), false),
        CondorcetIrvVariant::Benham => (pairs.options.clone(), true),
    };
    let beats: &dyn Fn(OptionIndex, OptionIndex) -> bool = &beats;
    let setting =
        Setting { rules: &runoff, among, barred: Vec::new(), beats: ends.then_some(beats) };
    Ok(follow(case, recorded, setting, ties)?.outcome)
}
