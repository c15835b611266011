//! The books of a count: who holds which papers, every total, and the stages so far.

use super::papers::{Bundle, Papers, Worth};
use super::words;
use crate::count::CountError;
use crate::methods::constraint::Constraint;
use crate::methods::equals::{ORDER_OF_ELECTION, Seating};
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{Contest, LookBack};
use crate::ties::{Favour, TieBreaker};
use crate::transcript::{Exhausted, Figure, PassedOver, Stage, StageAction, Transfer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Continuing,
    /// Elected; whether a surplus was transferred already.
    Elected {
        transferred: bool,
    },
    Excluded,
    Withdrawn,
}

#[derive(Debug, Clone)]
struct Candidate {
    status: Status,
    votes: u128,
    pile: Vec<Bundle>,
}

/// Who may receive papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receivers {
    /// Continuing candidates.
    Continuing,
    /// Also those elected whose surplus was not transferred yet.
    ContinuingAndUntransferred,
}

/// Where the papers of one stage went.
#[derive(Default)]
pub(super) struct Moved {
    /// Papers and votes per option.
    to: Vec<(u64, u128)>,
    /// Papers and votes that went nowhere.
    pub(super) nowhere: (u64, u128),
    pub(super) rounding_loss: u128,
}

impl Moved {
    /// What was credited to options.
    pub(super) fn credited(&self) -> u128 {
        self.to.iter().map(|&(_, votes)| votes).sum()
    }
}

/// One count under way.
pub(super) struct Ledger<'a, 't, 'o> {
    pub(super) contest: &'a Contest,
    papers: &'a Papers,
    pub(super) ties: &'t mut TieBreaker<'o>,
    pub(super) constraint: Option<Constraint<'a>>,
    candidates: Vec<Candidate>,
    pub(super) decimals: u8,
    receivers: Receivers,
    pub(super) winners: Vec<OptionIndex>,
    pub(super) passed_over: Vec<PassedOver>,
    pub(super) non_transferable: u128,
    rounding_loss: u128,
    /// Totals after each stage, for ties.
    pub(super) history: Vec<Vec<u128>>,
    pub(super) stages: Vec<Stage>,
}

impl<'a, 't, 'o> Ledger<'a, 't, 'o> {
    /// Opens the books and counts first preferences.
    pub(super) fn open(
        contest: &'a Contest,
        (papers, bundles): (&'a Papers, Vec<Bundle>),
        limit: Option<u16>,
        ties: &'t mut TieBreaker<'o>,
        (decimals, receivers): (u8, Receivers),
        clause: &str,
    ) -> Self {
        let options = contest.options();
        let candidate = |o: OptionIndex| Candidate {
            status: if options.is_withdrawn(o) { Status::Withdrawn } else { Status::Continuing },
            votes: 0,
            pile: Vec::new(),
        };
        let mut ledger = Self {
            contest,
            papers,
            ties,
            constraint: limit.map(|limit| Constraint::new(options, limit)),
            candidates: OptionIndex::all(options.len()).map(candidate).collect(),
            decimals,
            receivers,
            winners: Vec::new(),
            passed_over: Vec::new(),
            non_transferable: 0,
            rounding_loss: 0,
            history: Vec::new(),
            stages: Vec::new(),
        };
        let moved = ledger.distribute(bundles, |bundle| bundle.worth);
        let what = words::first_preferences(&ledger);
        ledger.push_stage(StageAction::FirstPreferences {}, clause, &what, &moved);
        ledger
    }

    pub(super) fn options(&self) -> &'a ContestOptions {
        self.contest.options()
    }

    pub(super) fn figure(&self, votes: u128) -> Figure {
        // Invariant: totals stay below 2^84.
        Figure::scaled(i128::try_from(votes).unwrap_or(i128::MAX), self.decimals)
    }

    /// The number of the latest stage.
    pub(super) fn stage_number(&self) -> u32 {
        // Invariant: a stage settles a candidate or moves papers of one value, of which there are
        // fewer than candidates squared.
        u32::try_from(self.stages.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn with_status(&self, wanted: impl Fn(Status) -> bool) -> Vec<OptionIndex> {
        OptionIndex::all(self.candidates.len())
            .zip(&self.candidates)
            .filter(|(_, c)| wanted(c.status))
            .map(|(o, _)| o)
            .collect()
    }

    /// Those elected who have more than a quota that was not transferred.
    pub(super) fn with_surplus(&self, quota: u128) -> Vec<OptionIndex> {
        let mut elected = self.with_status(|s| s == Status::Elected { transferred: false });
        elected.retain(|&o| self.votes(o) > quota);
        elected
    }

    pub(super) fn votes(&self, option: OptionIndex) -> u128 {
        self.candidates.get(option.index()).map_or(0, |c| c.votes)
    }

    /// The votes of several together.
    pub(super) fn sum(&self, options: &[OptionIndex]) -> u128 {
        options.iter().map(|&o| self.votes(o)).sum()
    }

    /// All votes still credited to somebody.
    pub(super) fn credited(&self) -> u128 {
        self.candidates.iter().map(|c| c.votes).sum()
    }

    pub(super) fn pile(&self, option: OptionIndex) -> &[Bundle] {
        self.candidates.get(option.index()).map_or(&[], |c| &c.pile)
    }

    pub(super) fn receives(&self, option: OptionIndex) -> bool {
        self.candidates.get(option.index()).is_some_and(|c| match c.status {
            Status::Continuing => true,
            Status::Elected { transferred } => {
                !transferred && self.receivers == Receivers::ContinuingAndUntransferred
            }
            Status::Excluded | Status::Withdrawn => false,
        })
    }

    /// Whether a paper has a next preference for somebody who may receive it.
    pub(super) fn transferable(&self, bundle: &Bundle) -> bool {
        self.papers.transferable(bundle, |o| self.receives(o))
    }

    pub(super) fn set_status(&mut self, option: OptionIndex, status: Status) {
        if let Some(candidate) = self.candidates.get_mut(option.index()) {
            candidate.status = status;
        }
    }

    /// Takes papers from an option's pile and their votes from its total.
    pub(super) fn take(
        &mut self,
        option: OptionIndex,
        wanted: impl Fn(&Bundle) -> bool,
    ) -> Vec<Bundle> {
        let Some(candidate) = self.candidates.get_mut(option.index()) else { return Vec::new() };
        let pile = std::mem::take(&mut candidate.pile).into_iter();
        let (taken, kept): (Vec<Bundle>, Vec<Bundle>) = pile.partition(wanted);
        candidate.pile = kept;
        let votes: u128 = taken.iter().map(Bundle::votes).sum();
        candidate.votes = candidate.votes.saturating_sub(votes);
        taken
    }

    /// Leaves an elected option with exactly a total; its papers stay out of the count.
    pub(super) fn settle(&mut self, option: OptionIndex, total: u128) {
        if let Some(candidate) = self.candidates.get_mut(option.index()) {
            candidate.votes = total;
            candidate.pile = Vec::new();
        }
    }

    /// Moves papers to their next preferences at a new worth.
    pub(super) fn distribute(
        &mut self,
        bundles: Vec<Bundle>,
        worth: impl Fn(&Bundle) -> Worth,
    ) -> Moved {
        let received = self.stage_number() + 1;
        let mut moved = Moved { to: vec![(0, 0); self.candidates.len()], ..Moved::default() };
        for mut bundle in bundles {
            bundle.worth = worth(&bundle);
            bundle.received = received;
            let next = self.papers.advance(&mut bundle, |o| self.receives(o));
            // Invariant: papers and votes are parts of the profile's checked total.
            let sum = next.and_then(|o| moved.to.get_mut(o.index())).unwrap_or(&mut moved.nowhere);
            sum.0 += bundle.count;
            sum.1 += bundle.votes();
            if let Some(to) = next.and_then(|o| self.candidates.get_mut(o.index())) {
                to.votes += bundle.votes();
                to.pile.push(bundle);
            }
        }
        moved
    }

    /// Adds a stage, with what it did in words.
    pub(super) fn push_stage(
        &mut self,
        action: StageAction,
        clause: &str,
        what: &str,
        moved: &Moved,
    ) {
        self.non_transferable += moved.nowhere.1;
        self.rounding_loss += moved.rounding_loss;
        let totals: Vec<u128> = self.candidates.iter().map(|c| c.votes).collect();
        let transfers: Vec<Transfer> = OptionIndex::all(moved.to.len())
            .zip(&moved.to)
            .filter(|(_, (papers, _))| *papers > 0)
            .map(|(to, &(papers, votes))| Transfer { to, papers, votes: self.figure(votes) })
            .collect();
        let (papers, votes) = moved.nowhere;
        let mut stage = Stage {
            number: self.stage_number() + 1,
            action,
            clause: clause.to_owned(),
            transfers,
            non_transferable: Exhausted { papers, votes: self.figure(votes) },
            rounding_loss: self.figure(moved.rounding_loss),
            totals: totals.iter().map(|&votes| self.figure(votes)).collect(),
            total_non_transferable: self.figure(self.non_transferable),
            total_rounding_loss: self.figure(self.rounding_loss),
            quota: None,
            keep_values: Vec::new(),
            elected: Vec::new(),
            sentence: String::new(),
        };
        stage.sentence = words::stage(self, &stage, what, moved.rounding_loss > 0);
        self.history.push(totals);
        self.stages.push(stage);
    }

    /// Adds a sentence to the latest stage.
    pub(super) fn say(&mut self, sentence: &str) {
        if let Some(stage) = self.stages.last_mut() {
            stage.sentence.push(' ');
            stage.sentence.push_str(sentence);
        }
    }
}

impl Seating for Ledger<'_, '_, '_> {
    fn continuing(&self) -> Vec<OptionIndex> {
        self.with_status(|s| s == Status::Continuing)
    }

    fn vacancies(&self) -> usize {
        usize::from(self.contest.rules().seats).saturating_sub(self.winners.len())
    }

    fn constraint(&self) -> Option<&Constraint<'_>> {
        self.constraint.as_ref()
    }

    /// Gives a seat by the latest stage.
    fn seat(&mut self, option: OptionIndex) {
        self.set_status(option, Status::Elected { transferred: false });
        if let Some(constraint) = &mut self.constraint {
            constraint.seat(option);
        }
        self.winners.push(option);
        if let Some(stage) = self.stages.last_mut() {
            stage.elected.push(option);
        }
    }

    fn first_seated(
        &mut self,
        tied: Vec<OptionIndex>,
        look_back: LookBack,
    ) -> Result<Option<OptionIndex>, CountError> {
        self.break_tie(&tied, ORDER_OF_ELECTION, Favour::Most, look_back)
    }
}
