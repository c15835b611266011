//! Questions that every form asks of the ledger: who is highest or lowest, whom a tie puts first,
//! whom the affiliation cap lets in.

use std::cmp::Reverse;

use super::ledger::Ledger;
use super::words;
use crate::count::CountError;
use crate::methods::equals::Seating;
use crate::option::OptionIndex;
use crate::rules::LookBack;
use crate::ties::{Favour, History};
use crate::transcript::{PassedOver, StageAction};

/// The option chosen, or the tied where the rules leave a tie open.
pub(super) type Chosen = Result<OptionIndex, Vec<OptionIndex>>;

impl Ledger<'_, '_, '_> {
    /// The candidate with the most or fewest votes, ties broken.
    pub(super) fn extreme(
        &mut self,
        candidates: &[OptionIndex],
        question: &str,
        favour: Favour,
        look_back: LookBack,
    ) -> Result<Chosen, CountError> {
        let totals = candidates.iter().map(|&o| self.votes(o));
        let wanted = match favour {
            Favour::Most => totals.max(),
            Favour::Least => totals.min(),
        };
        let mut tied = candidates.to_vec();
        tied.retain(|&o| Some(self.votes(o)) == wanted);
        match tied.as_slice() {
            [only] => Ok(Ok(*only)),
            [] | [_, _, ..] => {
                let chosen = self.break_tie(&tied, question, favour, look_back)?;
                Ok(chosen.ok_or(tied))
            }
        }
    }

    /// Earlier stages first, as `look_back` says, then the contest's rule for ties.
    pub(super) fn break_tie(
        &mut self,
        tied: &[OptionIndex],
        question: &str,
        favour: Favour,
        look_back: LookBack,
    ) -> Result<Option<OptionIndex>, CountError> {
        let stage = self.stage_number() + 1;
        let history = History { totals: &self.history, decimals: self.decimals };
        history.break_tie(look_back, self.ties, stage, tied.to_vec(), question.to_owned(), favour)
    }

    /// Continuing candidates from the most votes to the fewest, equal ones in ballot order.
    pub(super) fn highest_first(&self) -> Vec<OptionIndex> {
        let mut continuing = self.continuing();
        continuing.sort_by_key(|&o| (Reverse(self.votes(o)), o));
        continuing
    }

    /// Elects the rest when they are no more than the seats left, and says so.
    pub(super) fn elect_rest(&mut self, clause: &str) {
        let rest = self.highest_first();
        if self.vacancies() == 0 || rest.is_empty() || rest.len() > self.vacancies() {
            return;
        }
        // Equal totals stand in ballot order here: no seat depends on it.
        let sentence = words::filled(self, &rest, clause);
        for option in rest {
            self.seat(option);
        }
        self.say(&sentence);
    }

    /// The continuing candidate who can no longer have a seat under the cap and is excluded next.
    pub(super) fn next_doomed(
        &mut self,
        look_back: LookBack,
    ) -> Result<Option<Result<PassedOver, Vec<OptionIndex>>>, CountError> {
        let Some(constraint) = &self.constraint else { return Ok(None) };
        let doomed = constraint.all_doomed(&self.continuing(), self.vacancies());
        if doomed.is_empty() {
            return Ok(None);
        }
        let candidates: Vec<OptionIndex> = doomed.iter().map(|p| p.option).collect();
        let chosen =
            self.extreme(&candidates, "exclusion under the cap", Favour::Least, look_back)?;
        Ok(match chosen {
            Ok(option) => doomed.into_iter().find(|p| p.option == option).map(Ok),
            Err(tied) => Some(Err(tied)),
        })
    }

    /// The continuing candidates whom the cap does not guard from exclusion.
    pub(super) fn unguarded(&self) -> Vec<OptionIndex> {
        let mut continuing = self.continuing();
        if let Some(constraint) = &self.constraint {
            let guarded = constraint.guarded(&continuing, self.vacancies());
            continuing.retain(|o| !guarded.contains(o));
        }
        continuing
    }

    /// Whether the seats left could still be filled without these continuing candidates.
    pub(super) fn can_spare(&self, out: &[OptionIndex]) -> bool {
        let (mut rest, vacancies) = (self.continuing(), self.vacancies());
        if rest.len() < out.len() + vacancies {
            return false;
        }
        self.constraint.as_ref().is_none_or(|constraint| {
            rest.retain(|o| !out.contains(o));
            constraint.can_fill(&rest, vacancies)
        })
    }
}

/// The action of an exclusion of one or several.
pub(super) fn exclusion(options: &[OptionIndex]) -> StageAction {
    match options {
        [option] => StageAction::Exclusion { option: *option },
        several => StageAction::JointExclusion { options: several.to_vec() },
    }
}
