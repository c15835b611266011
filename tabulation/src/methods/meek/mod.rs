//! Single transferable vote by Meek's method, in fixed decimals.
//!
//! B. L. Meek's idea after I. D. Hill, B. A. Wichmann and D. R. Woodall, "Algorithm 123: Single
//! transferable vote by Meek's method", Computer Journal 30(3), 1987: every elected option keeps a
//! share of each ballot, its keep value, just so large that it has the quota; the rest of the
//! ballot goes on. The quota falls as ballots are exhausted.
//!
//! The quota is `(votes − exhausted) ÷ (seats + 1)`, cut, plus one unit of the last decimal; keep
//! values are rounded up so that nobody falls below it. Where the rule texts part, in rounding
//! ([`crate::Kept`]) and in the order of the steps ([`MeekCourse`]), the rules say which is followed.

mod share;
mod tree;

use std::cmp::Reverse;

use self::share::Shares;
use self::tree::{Place, Tree};
use super::Counted;
use super::capped::{Finished, with_and_without_cap};
use super::constraint::Constraint;
use super::equals::{ORDER_OF_ELECTION, Seating};
use super::papers::{Papers, valid_papers};
use crate::count::CountError;
use crate::english::list;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Profile;
use crate::rules::{Contest, LookBack, LowestRule, MeekCourse, MeekRules};
use crate::ties::{Favour, History, TieBreaker};
use crate::transcript::{Exhausted, Outcome, PassedOver, Stage, StageAction, StagesRecord};

/// The most iterations of one stage; surpluses shrink geometrically, so real counts need dozens.
const MAX_ITERATIONS: u32 = 100_000;

/// Counts by Meek's method; with a cap, once without it and once with it.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &MeekRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let papers = Papers::of(profile, rules.by);
    with_and_without_cap(contest, ties, |limit, ties| {
        Run::new(contest, &papers, rules, limit, ties).finish()
    })
}

/// Looks places up.
fn place_in(places: &[Place]) -> impl Fn(OptionIndex) -> Place + '_ {
    |option| places.get(option.index()).copied().unwrap_or(Place::Out)
}

/// Who is elected at a stage.
struct Reached {
    elected: Vec<OptionIndex>,
    /// Those tied at the quota, where the cap does not let all of them in and the rules leave the
    /// tie open.
    undecided: Vec<OptionIndex>,
    /// Whether the surplus left is small, or does not get smaller.
    settled: bool,
}

/// What the next stage does, or why there is none.
enum Next {
    Action(StageAction),
    /// Those tied for exclusion.
    Stuck(Vec<OptionIndex>),
}

struct Run<'a, 't, 'o> {
    contest: &'a Contest,
    tree: Tree<'a>,
    rules: &'a MeekRules,
    ties: &'t mut TieBreaker<'o>,
    constraint: Option<Constraint<'a>>,
    status: Vec<Place>,
    shares: Shares,
    /// Whether the stage before elected nobody, and nobody was excluded since.
    unchanged: bool,
    winners: Vec<OptionIndex>,
    passed_over: Vec<PassedOver>,
    history: Vec<Vec<u128>>,
    stages: Vec<Stage>,
}

impl<'a, 't, 'o> Run<'a, 't, 'o> {
    fn new(
        contest: &'a Contest,
        papers: &'a Papers<'a>,
        rules: &'a MeekRules,
        limit: Option<u16>,
        ties: &'t mut TieBreaker<'o>,
    ) -> Self {
        let options = contest.options();
        let valid = valid_papers(contest, papers);
        let status: Vec<Place> = OptionIndex::all(options.len())
            .map(|o| if options.is_withdrawn(o) { Place::Out } else { Place::Continuing })
            .collect();
        let tree = Tree::new(papers, &place_in(&status));
        let mut shares = Shares::new(options.len(), valid, contest.rules().seats, rules);
        OptionIndex::all(options.len())
            .filter(|&o| options.is_withdrawn(o))
            .for_each(|o| shares.drop_out(o));
        Self {
            contest,
            tree,
            rules,
            ties,
            constraint: limit.map(|limit| Constraint::new(options, limit)),
            status,
            shares,
            unchanged: false,
            winners: Vec::new(),
            passed_over: Vec::new(),
            history: Vec::new(),
            stages: Vec::new(),
        }
    }

    fn finish(mut self) -> Result<Finished, CountError> {
        let quota = self.shares.quota;
        let mut action = StageAction::FirstPreferences {};
        let outcome = loop {
            if self.complete() {
                self.last_stages(action);
                let unfilled = u16::try_from(self.vacancies()).unwrap_or(u16::MAX);
                break Outcome::Elected { winners: self.winners, unfilled };
            }
            let Reached { elected, undecided, settled } = match self.rules.course {
                MeekCourse::Reference => self.iterate()?,
                MeekCourse::NewZealand => self.step()?,
            };
            let anybody = !elected.is_empty();
            self.push_stage(action, elected);
            if !undecided.is_empty() {
                let open = u16::try_from(self.vacancies()).unwrap_or(u16::MAX);
                break Outcome::Unresolved { winners: self.winners, tied: undecided, open };
            }
            action = match self.next_action(anybody, settled)? {
                Next::Action(action) => action,
                Next::Stuck(tied) => {
                    let open = u16::try_from(self.vacancies()).unwrap_or(u16::MAX);
                    break Outcome::Unresolved { winners: self.winners, tied, open };
                }
            };
            self.exclude(&action);
        };
        let record = StagesRecord {
            decimals: self.rules.decimals,
            quota: self.shares.figure(quota),
            quota_sentence: format!(
                "The quota is recomputed at every stage: the votes not exhausted, divided by {} \
                 (one more than the seats), plus one unit of the last decimal. At first it is {}.",
                u32::from(self.contest.rules().seats) + 1,
                self.shares.figure(quota)
            ),
            stages: self.stages,
        };
        Ok(Finished { record, outcome, passed_over: self.passed_over })
    }

    fn options(&self) -> &'a ContestOptions {
        self.contest.options()
    }

    fn with_status(&self, wanted: Place) -> Vec<OptionIndex> {
        OptionIndex::all(self.status.len())
            .zip(&self.status)
            .filter(|&(_, &s)| s == wanted)
            .map(|(o, _)| o)
            .collect()
    }

    fn complete(&self) -> bool {
        let continuing = self.continuing().len();
        self.vacancies() == 0 || continuing <= self.vacancies()
    }

    fn set(&mut self, options: &[OptionIndex], place: Place) {
        for option in options {
            if let Some(slot) = self.status.get_mut(option.index()) {
                *slot = place;
            }
        }
        self.tree.moved(options, &place_in(&self.status));
    }

    /// Redistributes surpluses until somebody is elected, or what is left is small, or grows no
    /// smaller (PRF B.2).
    fn iterate(&mut self) -> Result<Reached, CountError> {
        let mut last = i128::MAX;
        for _ in 0..MAX_ITERATIONS {
            let mut reached = self.distribute()?;
            let surplus = self.shares.surplus;
            reached.settled = self.rules.is_small(surplus) || surplus >= last;
            if reached.settled || !reached.elected.is_empty() || !reached.undecided.is_empty() {
                return Ok(reached);
            }
            last = surplus;
            self.shares.update_keep_values(&self.with_status(Place::Elected));
        }
        Err(CountError::NoConvergence { limit: MAX_ITERATIONS })
    }

    /// One iteration of New Zealand's Schedule 1A: clauses 5 and 6 at first, then 7 to 12.
    fn step(&mut self) -> Result<Reached, CountError> {
        if self.stages.len() >= MAX_ITERATIONS as usize {
            return Err(CountError::NoConvergence { limit: MAX_ITERATIONS });
        }
        let last = self.unchanged.then_some(self.shares.surplus);
        if !self.stages.is_empty() {
            self.shares.update_keep_values(&self.with_status(Place::Elected));
        }
        let mut reached = self.distribute()?;
        let surplus = self.shares.surplus;
        // The text knows no surplus that stays: what rounding holds up would go on for ever.
        let stays = reached.elected.is_empty() && last.is_some_and(|last| surplus >= last);
        reached.settled = self.rules.is_small(surplus) || stays;
        self.unchanged = reached.elected.is_empty();
        Ok(reached)
    }

    /// Shares all ballots out by the keep values, and elects whoever has the quota that follows.
    fn distribute(&mut self) -> Result<Reached, CountError> {
        self.shares.count(&mut self.tree);
        self.shares.set_quota();
        let reached = self.elect()?;
        self.shares.set_surplus(&self.with_status(Place::Elected));
        Ok(reached)
    }

    /// An exclusion if it is time for one, or else a redistribution.
    fn next_action(&mut self, anybody: bool, settled: bool) -> Result<Next, CountError> {
        let may_exclude = match self.rules.course {
            MeekCourse::Reference => !anybody,
            // Clause 13 is no part of the first step.
            MeekCourse::NewZealand => self.stages.len() > 1 && (settled || self.is_certain()),
        };
        if self.complete() || !may_exclude {
            return Ok(Next::Action(StageAction::Redistribution {}));
        }
        self.unchanged = false;
        self.lowest()
    }

    /// Whether the lowest stays the lowest even with all the surplus (Schedule 1A clause 13).
    fn is_certain(&self) -> bool {
        let (candidates, _) = self.excludable();
        let mut votes: Vec<u128> = candidates.iter().map(|&o| self.shares.votes(o)).collect();
        votes.sort_unstable();
        let surplus = u128::try_from(self.shares.surplus).unwrap_or(0);
        match *votes.as_slice() {
            [lowest, next, ..] => lowest + surplus < next,
            [_] => true,
            [] => false,
        }
    }

    /// Elects whoever has the quota, the highest first.
    fn elect(&mut self) -> Result<Reached, CountError> {
        let mut at_quota = self.continuing();
        at_quota.retain(|&o| self.shares.votes(o) >= self.shares.quota);
        at_quota.sort_by_key(|&o| (Reverse(self.shares.votes(o)), o));
        let groups: Vec<Vec<OptionIndex>> = at_quota
            .chunk_by(|&a, &b| self.shares.votes(a) == self.shares.votes(b))
            .map(<[OptionIndex]>::to_vec)
            .collect();
        let mut reached = Reached { elected: Vec::new(), undecided: Vec::new(), settled: false };
        for group in groups {
            let seated = self.seat_equals(group, self.rules.look_back)?;
            reached.elected.extend(seated.elected);
            if let Some(tied) = seated.tied {
                reached.undecided = tied;
                break;
            }
        }
        Ok(reached)
    }

    fn break_tie(
        &mut self,
        tied: Vec<OptionIndex>,
        question: &str,
        favour: Favour,
    ) -> Result<Option<OptionIndex>, CountError> {
        let stage = u32::try_from(self.stages.len() + 1).unwrap_or(u32::MAX);
        let history = History { totals: &self.history, decimals: self.rules.decimals };
        let look_back = self.rules.look_back;
        history.break_tie(look_back, self.ties, stage, tied, question.to_owned(), favour)
    }

    /// Who may be excluded: those whom the cap dooms, with the reason, or all who are not guarded.
    fn excludable(&self) -> (Vec<OptionIndex>, Vec<PassedOver>) {
        let mut candidates = self.continuing();
        let Some(constraint) = &self.constraint else { return (candidates, Vec::new()) };
        let doomed = constraint.all_doomed(&candidates, self.vacancies());
        if doomed.is_empty() {
            let guarded = constraint.guarded(&candidates, self.vacancies());
            candidates.retain(|o| !guarded.contains(o));
        } else {
            candidates = doomed.iter().map(|p| p.option).collect();
        }
        (candidates, doomed)
    }

    /// Whom to exclude: the lowest of those who may be (PRF B.3).
    fn lowest(&mut self) -> Result<Next, CountError> {
        let (mut candidates, doomed) = self.excludable();
        let fewest = candidates.iter().map(|&o| self.shares.votes(o)).min().unwrap_or(0);
        let within = match self.rules.lowest {
            LowestRule::WithinSurplus => u128::try_from(self.shares.surplus).unwrap_or(0),
            LowestRule::Exactly => 0,
        };
        candidates.retain(|&o| self.shares.votes(o) <= fewest + within);
        let chosen = match *candidates.as_slice() {
            [only] => Some(only),
            _ => self.break_tie(candidates.clone(), "exclusion", Favour::Least)?,
        };
        let Some(option) = chosen else { return Ok(Next::Stuck(candidates)) };
        let Some(passed) = doomed.into_iter().find(|p| p.option == option) else {
            return Ok(Next::Action(StageAction::Exclusion { option }));
        };
        let affiliation = passed.affiliation.clone();
        self.passed_over.push(passed);
        Ok(Next::Action(StageAction::CapExclusion { option, affiliation }))
    }

    fn exclude(&mut self, action: &StageAction) {
        let out = match action {
            StageAction::Exclusion { option } | StageAction::CapExclusion { option, .. } => {
                std::slice::from_ref(option)
            }
            StageAction::JointExclusion { options } => options,
            StageAction::FirstPreferences {}
            | StageAction::Surplus { .. }
            | StageAction::Redistribution {} => return,
        };
        self.set(out, Place::Out);
        for &option in out {
            self.shares.drop_out(option);
        }
    }

    /// The rest is elected, if they are as many as the seats left; or it is excluded, since none
    /// is left, which shows who keeps what in the end.
    fn last_stages(&mut self, action: StageAction) {
        let rest = self.continuing();
        if self.vacancies() > 0 {
            for &option in &rest {
                self.seat(option);
            }
            if matches!(action, StageAction::Redistribution {}) && !rest.is_empty() {
                return self.append_filled(rest);
            }
            self.shares.count(&mut self.tree);
            return self.push_stage(action, rest);
        }
        if !rest.is_empty() {
            let action = StageAction::JointExclusion { options: rest };
            self.exclude(&action);
            self.shares.count(&mut self.tree);
            self.push_stage(action, Vec::new());
        }
    }

    fn append_filled(&mut self, elected: Vec<OptionIndex>) {
        let words = self.elected_words(&elected);
        if let Some(stage) = self.stages.last_mut() {
            stage.elected.extend(elected);
            stage.sentence.push_str(&words);
        }
    }

    fn push_stage(&mut self, action: StageAction, elected: Vec<OptionIndex>) {
        let totals = self.shares.all_votes().to_vec();
        let exhausted = self.shares.exhausted();
        let number = u32::try_from(self.stages.len() + 1).unwrap_or(u32::MAX);
        let sentence = self.sentence(number, &action, &elected);
        let newly = exhausted - std::mem::replace(&mut self.shares.exhausted_before, exhausted);
        self.stages.push(Stage {
            number,
            action,
            clause: self.clause().to_owned(),
            transfers: Vec::new(),
            non_transferable: Exhausted { papers: 0, votes: self.shares.signed_figure(newly) },
            rounding_loss: self.shares.figure(0),
            totals: totals.iter().map(|&v| self.shares.figure(v)).collect(),
            total_non_transferable: self.shares.signed_figure(exhausted),
            total_rounding_loss: self.shares.figure(0),
            quota: Some(self.shares.figure(self.shares.quota)),
            keep_values: self.shares.keep_values(),
            elected,
            sentence,
        });
        self.history.push(totals);
    }

    fn clause(&self) -> &'static str {
        match self.rules.course {
            MeekCourse::Reference => "Algorithm 123",
            MeekCourse::NewZealand => "Schedule 1A",
        }
    }

    fn sentence(&self, number: u32, action: &StageAction, elected: &[OptionIndex]) -> String {
        let name = |o: OptionIndex| self.options().name(o);
        let what = match action {
            StageAction::FirstPreferences {} => "First preferences are counted.".to_owned(),
            StageAction::Surplus { .. } | StageAction::Redistribution {} => {
                "The elected keep less of each ballot; the rest goes on.".to_owned()
            }
            StageAction::Exclusion { option } => {
                format!("{} has the fewest votes and is excluded.", name(*option))
            }
            StageAction::JointExclusion { options } => {
                let verb = if options.len() == 1 { "is" } else { "are" };
                format!("All seats are filled: {} {verb} excluded.", self.options().names(options))
            }
            StageAction::CapExclusion { option, .. } => {
                let reason = self.passed_over.iter().rfind(|p| p.option == *option);
                reason.map_or_else(String::new, |p| p.sentence.clone())
            }
        };
        let ties: String = self.ties.sentences_at(number).map(|s| format!("{s} ")).collect();
        let quota = self.shares.figure(self.shares.quota);
        let surplus = self.shares.signed_figure(self.shares.surplus);
        format!(
            "{ties}{what} The quota is {quota}, the surplus left {surplus}.{}",
            self.elected_words(elected)
        )
    }

    fn elected_words(&self, elected: &[OptionIndex]) -> String {
        if elected.is_empty() {
            return String::new();
        }
        let with = elected.iter().map(|&o| {
            format!("{} with {}", self.options().name(o), self.shares.figure(self.shares.votes(o)))
        });
        format!(" Elected: {}.", list(with))
    }
}

impl Seating for Run<'_, '_, '_> {
    fn continuing(&self) -> Vec<OptionIndex> {
        self.with_status(Place::Continuing)
    }

    fn vacancies(&self) -> usize {
        usize::from(self.contest.rules().seats).saturating_sub(self.winners.len())
    }

    fn constraint(&self) -> Option<&Constraint<'_>> {
        self.constraint.as_ref()
    }

    fn seat(&mut self, option: OptionIndex) {
        self.set(&[option], Place::Elected);
        if let Some(constraint) = &mut self.constraint {
            constraint.seat(option);
        }
        self.winners.push(option);
    }

    fn first_seated(
        &mut self,
        tied: Vec<OptionIndex>,
        _look_back: LookBack,
    ) -> Result<Option<OptionIndex>, CountError> {
        self.break_tie(tied, ORDER_OF_ELECTION, Favour::Most)
    }
}
