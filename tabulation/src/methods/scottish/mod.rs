//! Single transferable vote as in Scottish local elections: the Scottish Local Government
//! Elections Order 2011 (SSI 2011/399), Schedule 1, rules 46 to 53.
//!
//! The numbers of the rules are those of 2011, one more than in the Order of 2007 (SSI 2007/42), where
//! the first stage is rule 45 and the transfer value stands in rule 48(3). Checked on
//! legislation.gov.uk: article 2 has candidates excluded "under rule 51" (2007: "under rule 50"),
//! SSI 2016/354 names rules 43 "the count" and 44 "rejected ballot papers" (2007: 42 and 43), and
//! SSI 2021/437 says that rule 53(1) fills the last vacancies. The wording of rules 46 to 53 of 2011
//! itself was not checked against that of 2007.
//!
//! Figures have five decimals, and what a multiplication leaves beyond them is ignored paper by
//! paper (rule 49(3)). Everything is an integer of hundred-thousandths of a vote.
//!
//! An affiliation cap has no place in the Order; it acts inside the count by guarding and dooming
//! candidates (I. D. Hill, Voting Matters 9, 1998): whoever can no longer have a seat is excluded
//! at once, whoever is needed to fill all seats is not excluded.

mod stage;
mod words;

use std::cmp::Reverse;

use super::Counted;
use super::capped::{Finished, with_and_without_cap};
use super::constraint::Constraint;
use super::equals::{ORDER_OF_ELECTION, Seating};
use super::papers::{Bundle, Papers, valid_papers};
use crate::count::CountError;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Profile;
use crate::rules::{Contest, LookBack, ScottishRules};
use crate::ties::{Favour, History, TieBreaker};
use crate::transcript::{Figure, Outcome, PassedOver, Stage, StagesRecord};

/// One vote in the rule's five decimals.
const ONE: u128 = 100_000;
/// The rule's decimals: rule 49(3), "to five decimal places (any remainder being ignored)".
const DECIMALS: u8 = 5;

/// Counts by the Scottish rules; with a cap, once without it and once with it.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &ScottishRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let papers = Papers::of(profile, rules.by);
    with_and_without_cap(contest, ties, |limit, ties| {
        Run::new(contest, &papers, limit, rules.look_back, ties).finish()
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Continuing,
    /// Elected; whether a surplus may still have to be transferred.
    Elected {
        settled: bool,
    },
    Excluded,
    Withdrawn,
}

#[derive(Debug, Clone)]
struct Candidate {
    status: Status,
    votes: u128,
    bundles: Vec<Bundle>,
}

/// What the end of a stage asks for next.
enum Next {
    Complete,
    Surplus(OptionIndex),
    Exclude(OptionIndex),
    ExcludeDoomed(PassedOver),
    /// A tie that the rules leave open.
    Stuck(Vec<OptionIndex>),
}

/// One count under way.
struct Run<'a, 't, 'o> {
    contest: &'a Contest,
    papers: &'a Papers<'a>,
    look_back: LookBack,
    ties: &'t mut TieBreaker<'o>,
    constraint: Option<Constraint<'a>>,
    candidates: Vec<Candidate>,
    quota: u128,
    quota_sentence: String,
    winners: Vec<OptionIndex>,
    /// Those tied for a seat, where the rules leave that open.
    undecided: Option<Vec<OptionIndex>>,
    passed_over: Vec<PassedOver>,
    non_transferable: u128,
    rounding_loss: u128,
    /// Totals after each stage, for ties.
    history: Vec<Vec<u128>>,
    stages: Vec<Stage>,
}

impl<'a, 't, 'o> Run<'a, 't, 'o> {
    fn new(
        contest: &'a Contest,
        papers: &'a Papers<'a>,
        limit: Option<u16>,
        look_back: LookBack,
        ties: &'t mut TieBreaker<'o>,
    ) -> Self {
        let options = contest.options();
        let candidates = OptionIndex::all(options.len())
            .map(|o| Candidate {
                status: if options.is_withdrawn(o) {
                    Status::Withdrawn
                } else {
                    Status::Continuing
                },
                votes: 0,
                bundles: Vec::new(),
            })
            .collect();
        // Rule 47: valid papers by one more than the seats, decimals ignored, plus one.
        let valid = valid_papers(contest, papers);
        let divisor = u64::from(contest.rules().seats) + 1;
        let quota = valid / divisor + 1;
        let mut run = Self {
            contest,
            papers,
            look_back,
            ties,
            constraint: limit.map(|limit| Constraint::new(options, limit)),
            candidates,
            quota: u128::from(quota) * ONE,
            quota_sentence: words::quota(valid, divisor, quota),
            winners: Vec::new(),
            undecided: None,
            passed_over: Vec::new(),
            non_transferable: 0,
            rounding_loss: 0,
            history: Vec::new(),
            stages: Vec::new(),
        };
        run.first_stage();
        run
    }

    fn finish(mut self) -> Result<Finished, CountError> {
        loop {
            self.elect()?;
            let outcome = match self.next()? {
                Next::Complete => {
                    let unfilled = u16::try_from(self.vacancies()).unwrap_or(u16::MAX);
                    Outcome::Elected { winners: self.winners, unfilled }
                }
                Next::Surplus(from) => {
                    self.transfer_surplus(from);
                    continue;
                }
                Next::Exclude(option) => {
                    self.exclude(option);
                    continue;
                }
                Next::ExcludeDoomed(passed) => {
                    self.exclude_doomed(passed);
                    continue;
                }
                Next::Stuck(tied) => {
                    let open = u16::try_from(self.vacancies()).unwrap_or(u16::MAX);
                    Outcome::Unresolved { winners: self.winners, tied, open }
                }
            };
            let record = StagesRecord {
                decimals: DECIMALS,
                quota: figure(self.quota),
                quota_sentence: self.quota_sentence,
                stages: self.stages,
            };
            return Ok(Finished { record, outcome, passed_over: self.passed_over });
        }
    }

    fn options(&self) -> &'a ContestOptions {
        self.contest.options()
    }

    fn stage_number(&self) -> u32 {
        // Invariant: every stage after the first settles a candidate, of whom there are few.
        u32::try_from(self.stages.len()).unwrap_or(u32::MAX)
    }

    fn with_status(&self, wanted: impl Fn(Status) -> bool) -> Vec<OptionIndex> {
        OptionIndex::all(self.candidates.len())
            .zip(&self.candidates)
            .filter(|(_, c)| wanted(c.status))
            .map(|(o, _)| o)
            .collect()
    }

    fn votes(&self, option: OptionIndex) -> u128 {
        self.candidates.get(option.index()).map_or(0, |c| c.votes)
    }

    /// Elects whoever has the quota (rule 48(1): "equals or exceeds"), the highest first, then the
    /// rest if they are as many as the seats left (rule 53(1)).
    fn elect(&mut self) -> Result<(), CountError> {
        let mut reached = self.continuing();
        reached.retain(|&o| self.votes(o) >= self.quota);
        reached.sort_by_key(|&o| (Reverse(self.votes(o)), o));
        let groups: Vec<Vec<OptionIndex>> = reached
            .chunk_by(|&a, &b| self.votes(a) == self.votes(b))
            .map(<[OptionIndex]>::to_vec)
            .collect();
        for group in groups {
            // A tie that the rules leave open ends the count in the next step.
            self.undecided = self.seat_equals(group, self.look_back)?.tied;
            if self.undecided.is_some() {
                return Ok(());
            }
        }
        let rest = self.continuing();
        if self.vacancies() > 0 && rest.len() <= self.vacancies() {
            // Equal totals stand in ballot order here: no seat depends on it.
            let mut rest = rest;
            rest.sort_by_key(|&o| (Reverse(self.votes(o)), o));
            for option in rest {
                self.seat(option);
            }
            words::append_filled(self);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Next, CountError> {
        let continuing = self.continuing();
        let vacancies = self.vacancies();
        if vacancies == 0 || continuing.is_empty() {
            return Ok(Next::Complete);
        }
        if let Some(tied) = self.undecided.take() {
            return Ok(Next::Stuck(tied));
        }
        let (mut doomed, mut guarded) = (Vec::new(), Vec::new());
        if let Some(constraint) = &self.constraint {
            doomed = constraint.all_doomed(&continuing, vacancies);
            guarded = constraint.guarded(&continuing, vacancies);
        }
        if !doomed.is_empty() {
            let candidates = doomed.iter().map(|p| p.option).collect();
            let chosen = self.extreme(candidates, "exclusion under the cap", Favour::Least)?;
            return Ok(match chosen {
                Ok(option) => doomed
                    .into_iter()
                    .find(|p| p.option == option)
                    .map_or(Next::Complete, Next::ExcludeDoomed),
                Err(tied) => Next::Stuck(tied),
            });
        }
        // Rule 50(1): the highest surplus first; rule 49(1): while a vacancy remains.
        let pending = self.with_status(|s| s == Status::Elected { settled: false });
        if !pending.is_empty() {
            return Ok(
                match self.extreme(pending, "the transfer of the surplus", Favour::Most)? {
                    Ok(option) => Next::Surplus(option),
                    Err(tied) => Next::Stuck(tied),
                },
            );
        }
        // Rule 51(1): the lowest; a guarded candidate is passed over.
        let mut open = continuing;
        open.retain(|o| !guarded.contains(o));
        Ok(match self.extreme(open, "exclusion", Favour::Least)? {
            Ok(option) => Next::Exclude(option),
            Err(tied) => Next::Stuck(tied),
        })
    }

    /// The candidate with the most or fewest votes, ties broken; or the tied, if the rules leave
    /// them so.
    fn extreme(
        &mut self,
        candidates: Vec<OptionIndex>,
        question: &str,
        favour: Favour,
    ) -> Result<Result<OptionIndex, Vec<OptionIndex>>, CountError> {
        let totals = candidates.iter().map(|&o| self.votes(o));
        let wanted = match favour {
            Favour::Most => totals.max(),
            Favour::Least => totals.min(),
        };
        let mut tied = candidates;
        tied.retain(|&o| Some(self.votes(o)) == wanted);
        match tied.as_slice() {
            [] => Ok(Err(Vec::new())),
            [only] => Ok(Ok(*only)),
            [_, _, ..] => {
                let chosen = self.break_tie(tied.clone(), question.to_owned(), favour)?;
                Ok(chosen.ok_or(tied))
            }
        }
    }

    /// Rules 50(2)–(3) and 52(2): earlier stages first, the latest first, then the tie rule.
    fn break_tie(
        &mut self,
        tied: Vec<OptionIndex>,
        question: String,
        favour: Favour,
    ) -> Result<Option<OptionIndex>, CountError> {
        let stage = self.stage_number() + 1;
        let history = History { totals: &self.history, decimals: DECIMALS };
        history.break_tie(self.look_back, self.ties, stage, tied, question, favour)
    }
}

impl Seating for Run<'_, '_, '_> {
    fn continuing(&self) -> Vec<OptionIndex> {
        self.with_status(|s| s == Status::Continuing)
    }

    fn vacancies(&self) -> usize {
        usize::from(self.contest.rules().seats).saturating_sub(self.winners.len())
    }

    fn constraint(&self) -> Option<&Constraint<'_>> {
        self.constraint.as_ref()
    }

    fn seat(&mut self, option: OptionIndex) {
        if let Some(candidate) = self.candidates.get_mut(option.index()) {
            candidate.status = Status::Elected { settled: candidate.votes <= self.quota };
        }
        if let Some(constraint) = &mut self.constraint {
            constraint.seat(option);
        }
        self.winners.push(option);
        words::append_elected(self, option);
    }

    fn first_seated(
        &mut self,
        tied: Vec<OptionIndex>,
        _look_back: LookBack,
    ) -> Result<Option<OptionIndex>, CountError> {
        self.break_tie(tied, ORDER_OF_ELECTION.to_owned(), Favour::Most)
    }
}

fn figure(votes: u128) -> Figure {
    // Invariant: totals stay below 2^70.
    Figure::scaled(i128::try_from(votes).unwrap_or(i128::MAX), DECIMALS)
}
