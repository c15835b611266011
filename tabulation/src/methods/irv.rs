//! Instant runoff for one seat, with the rules that RCTab (the Ranked Choice Voting Tabulator)
//! names in its configuration: where it ends and whether the lowest are excluded in batches. What
//! a ballot with overvotes, skipped or repeated ranks means is decided before the count, by
//! [`crate::format::marks`].

use super::pairwise::Pairwise;
use super::papers::{Bundle, Papers};
use super::{Counted, seats};
use crate::count::CountError;
use crate::english::{list, plural};
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Profile;
use crate::rules::{Contest, InstantRunoffRules, RunoffEnd, RunoffExclusion};
use crate::ties::{Favour, History, TieBreaker};
use crate::transcript::{
    CountRecord, Exhausted, Figure, Outcome, PassedOver, Stage, StageAction, StagesRecord, Transfer,
};

/// Counts an instant runoff. Under a cap, an option whose affiliation is full already cannot have
/// the seat, and is excluded before the first exclusion.
pub(crate) fn count(
    contest: &Contest,
    profile: &Profile,
    rules: &InstantRunoffRules,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    let papers = Papers::of(profile, rules.by);
    let options = contest.options();
    seats::fill_one(contest, ties, |barred, ties| {
        let setting = Setting {
            options,
            papers: &papers,
            rules,
            among: options.standing(),
            barred: barred.to_vec(),
            until: Until::Majority,
        };
        let (record, outcome) = run(setting, ties)?;
        Ok((CountRecord::Stages(record), outcome))
    })
}

/// What an instant runoff is held with.
pub(super) struct Setting<'a> {
    pub(super) options: &'a ContestOptions,
    pub(super) papers: &'a Papers<'a>,
    pub(super) rules: &'a InstantRunoffRules,
    /// Who takes part.
    pub(super) among: Vec<OptionIndex>,
    /// Who of them is excluded before any other, since the cap keeps them out.
    pub(super) barred: Vec<PassedOver>,
    pub(super) until: Until<'a>,
}

/// What makes an option the winner before it is the only one left.
pub(super) enum Until<'a> {
    /// More than half of the votes still in play, as the rules say.
    Majority,
    /// Beating every other option left pair by pair.
    BeatsAll(&'a Pairwise),
}

/// Holds an instant runoff.
pub(super) fn run(
    setting: Setting<'_>,
    ties: &mut TieBreaker<'_>,
) -> Result<(StagesRecord, Outcome), CountError> {
    Run::new(setting, ties).finish()
}

struct Run<'a, 't, 'o> {
    setting: Setting<'a>,
    ties: &'t mut TieBreaker<'o>,
    continuing: Vec<bool>,
    piles: Vec<Vec<Bundle>>,
    votes: Vec<u128>,
    exhausted: u128,
    history: Vec<Vec<u128>>,
    stages: Vec<Stage>,
}

/// What a round asks for next.
enum Next {
    Elect(OptionIndex),
    Exclude(StageAction),
    Stuck(Vec<OptionIndex>),
}

impl<'a, 't, 'o> Run<'a, 't, 'o> {
    fn new(setting: Setting<'a>, ties: &'t mut TieBreaker<'o>) -> Self {
        let size = setting.options.len();
        let all = setting.papers.bundle(1);
        let mut run = Self {
            ties,
            continuing: OptionIndex::all(size).map(|o| setting.among.contains(&o)).collect(),
            piles: vec![Vec::new(); size],
            votes: vec![0; size],
            exhausted: 0,
            setting,
            history: Vec::new(),
            stages: Vec::new(),
        };
        run.stage(StageAction::FirstPreferences {}, vec![all]);
        run
    }

    fn finish(mut self) -> Result<(StagesRecord, Outcome), CountError> {
        let valid: u128 = self.votes.iter().sum();
        let quota = valid / 2 + 1;
        let outcome = loop {
            match self.next()? {
                Next::Elect(winner) => {
                    let why = self.why_elected(winner);
                    if let Some(stage) = self.stages.last_mut() {
                        stage.elected.push(winner);
                        stage.sentence.push_str(&why);
                    }
                    break Outcome::Elected { winners: vec![winner], unfilled: 0 };
                }
                Next::Exclude(action) => self.exclude(action),
                Next::Stuck(tied) => {
                    break Outcome::Unresolved { winners: Vec::new(), tied, open: 1 };
                }
            }
        };
        let record = StagesRecord {
            decimals: 0,
            quota: Figure::from(quota),
            quota_sentence: match self.setting.until {
                Until::Majority => format!(
                    "More than half of the votes still in play elects; of {valid} votes in the \
                     first round that is {quota}."
                ),
                Until::BeatsAll(_) => format!(
                    "Beating every other option left pair by pair elects, whatever the votes; more \
                     than half of the {valid} votes in the first round would be {quota}."
                ),
            },
            stages: self.stages,
        };
        Ok((record, outcome))
    }

    fn why_elected(&self, winner: OptionIndex) -> String {
        let name = self.setting.options.name(winner);
        let all: u128 = self.votes.iter().sum();
        match self.setting.until {
            Until::BeatsAll(_) if self.continuing().len() > 1 => {
                format!(" {name} beats every other option left pair by pair: elected.")
            }
            Until::Majority | Until::BeatsAll(_) => format!(
                " {name} has {} of the {all} votes still in play: elected.",
                self.votes_of(winner)
            ),
        }
    }

    fn votes_of(&self, option: OptionIndex) -> u128 {
        self.votes.get(option.index()).copied().unwrap_or(0)
    }

    fn continuing(&self) -> Vec<OptionIndex> {
        OptionIndex::all(self.continuing.len())
            .zip(&self.continuing)
            .filter(|&(_, &c)| c)
            .map(|(o, _)| o)
            .collect()
    }

    fn next(&mut self) -> Result<Next, CountError> {
        let mut order = self.continuing();
        order.sort_by_key(|&o| (self.votes_of(o), o));
        if let [only] = *order.as_slice() {
            return Ok(Next::Elect(only));
        }
        if let Some(action) = self.before_all_others(&order) {
            return Ok(Next::Exclude(action));
        }
        if let Some(winner) = self.winner(&order) {
            return Ok(Next::Elect(winner));
        }
        if self.setting.rules.exclusion == RunoffExclusion::Batch {
            let batch = self.batch(&order);
            if batch.len() > 1 {
                return Ok(Next::Exclude(StageAction::JointExclusion { options: batch }));
            }
        }
        let lowest = order.first().map(|&o| self.votes_of(o));
        order.retain(|&o| Some(self.votes_of(o)) == lowest);
        order.sort_unstable();
        if let [only] = *order.as_slice() {
            return Ok(Next::Exclude(StageAction::Exclusion { option: only }));
        }
        let stage = u32::try_from(self.stages.len() + 1).unwrap_or(u32::MAX);
        let history = History { totals: &self.history, decimals: 0 };
        let chosen = history.break_tie(
            self.setting.rules.look_back,
            self.ties,
            stage,
            order.clone(),
            "exclusion".to_owned(),
            Favour::Least,
        )?;
        Ok(chosen
            .map_or(Next::Stuck(order), |option| Next::Exclude(StageAction::Exclusion { option })))
    }

    /// Who is elected though others are left, given in ascending order of votes.
    fn winner(&self, ascending: &[OptionIndex]) -> Option<OptionIndex> {
        match self.setting.until {
            Until::BeatsAll(pairwise) => pairwise.beats_all(ascending),
            Until::Majority => {
                let all: u128 = self.votes.iter().sum();
                let may_end = match self.setting.rules.end {
                    RunoffEnd::Majority => true,
                    RunoffEnd::TwoLeft => ascending.len() == 2,
                };
                let leader = ascending.last().copied();
                leader.filter(|&leader| may_end && self.votes_of(leader) * 2 > all)
            }
        }
    }

    /// Options that the cap bars, one by one, and then those that the rules exclude first.
    fn before_all_others(&mut self, continuing: &[OptionIndex]) -> Option<StageAction> {
        if let Some(barred) = self.setting.barred.iter().find(|p| continuing.contains(&p.option)) {
            let (option, affiliation) = (barred.option, barred.affiliation.clone());
            return Some(StageAction::CapExclusion { option, affiliation });
        }
        let mut first = self.setting.rules.exclude_first.to_vec();
        first.retain(|o| continuing.contains(o));
        first.sort_unstable();
        match *first.as_slice() {
            [] => None,
            [option] => Some(StageAction::Exclusion { option }),
            // Somebody must be left.
            [_, _, ..] if first.len() == continuing.len() => None,
            [_, _, ..] => Some(StageAction::JointExclusion { options: first }),
        }
    }

    /// The largest group of the lowest that together have fewer votes than the next one.
    fn batch(&self, ascending: &[OptionIndex]) -> Vec<OptionIndex> {
        let (mut sum, mut size) = (0, 0);
        for (place, &option) in ascending.iter().enumerate() {
            if place > 0 && sum < self.votes_of(option) {
                size = place;
            }
            sum += self.votes_of(option);
        }
        let mut batch = ascending.get(..size).unwrap_or(&[]).to_vec();
        batch.sort_unstable();
        batch
    }

    fn exclude(&mut self, action: StageAction) {
        let out = match &action {
            StageAction::Exclusion { option } | StageAction::CapExclusion { option, .. } => {
                vec![*option]
            }
            StageAction::JointExclusion { options } => options.clone(),
            StageAction::FirstPreferences {}
            | StageAction::Surplus { .. }
            | StageAction::Redistribution {} => Vec::new(),
        };
        let mut bundles = Vec::new();
        for option in out {
            if let Some(flag) = self.continuing.get_mut(option.index()) {
                *flag = false;
            }
            if let Some(pile) = self.piles.get_mut(option.index()) {
                bundles.append(pile);
            }
            if let Some(votes) = self.votes.get_mut(option.index()) {
                *votes = 0;
            }
        }
        self.stage(action, bundles);
    }

    // Invariant: sums of votes are parts of the profile's checked total.
    fn stage(&mut self, action: StageAction, bundles: Vec<Bundle>) {
        let mut moved = vec![0_u64; self.setting.options.len()];
        let mut nowhere = 0_u64;
        let continuing = self.continuing.clone();
        let papers = self.setting.papers;
        let continues = |o: OptionIndex| continuing.get(o.index()).copied().unwrap_or(false);
        for bundle in bundles {
            papers.transfer(&bundle, &continues, &mut |to, part| {
                *to.and_then(|o| moved.get_mut(o.index())).unwrap_or(&mut nowhere) += part.count;
                let Some(to) = to else { return };
                if let Some(votes) = self.votes.get_mut(to.index()) {
                    *votes += u128::from(part.count);
                }
                if let Some(pile) = self.piles.get_mut(to.index()) {
                    pile.push(part);
                }
            });
        }
        if action == (StageAction::FirstPreferences {}) {
            // A paper without a preference for anybody who stands is not valid, and is no vote.
            nowhere = 0;
        }
        self.exhausted += u128::from(nowhere);
        let transfers: Vec<Transfer> = OptionIndex::all(moved.len())
            .zip(&moved)
            .filter(|&(_, &papers)| papers > 0)
            .map(|(to, &papers)| Transfer { to, papers, votes: Figure::from(papers) })
            .collect();
        let number = u32::try_from(self.stages.len() + 1).unwrap_or(u32::MAX);
        let sentence = self.sentence(number, &action, &transfers, nowhere);
        self.history.push(self.votes.clone());
        self.stages.push(Stage {
            number,
            action,
            clause: "instant runoff".to_owned(),
            transfers,
            non_transferable: Exhausted { papers: nowhere, votes: Figure::from(nowhere) },
            rounding_loss: Figure::from(0_u64),
            totals: self.votes.iter().map(|&v| Figure::from(v)).collect(),
            total_non_transferable: Figure::from(self.exhausted),
            total_rounding_loss: Figure::from(0_u64),
            quota: None,
            keep_values: Vec::new(),
            elected: Vec::new(),
            sentence,
        });
    }

    fn sentence(
        &self,
        number: u32,
        action: &StageAction,
        transfers: &[Transfer],
        nowhere: u64,
    ) -> String {
        let mut to: Vec<String> = transfers
            .iter()
            .map(|t| format!("{} to {}", t.votes, self.setting.options.name(t.to)))
            .collect();
        let what = match action {
            StageAction::FirstPreferences {}
            | StageAction::Surplus { .. }
            | StageAction::Redistribution {} => {
                let sums = self.continuing().into_iter();
                let sums =
                    sums.map(|o| format!("{} {}", self.setting.options.name(o), self.votes_of(o)));
                return format!("First preferences: {}.", list(sums));
            }
            StageAction::Exclusion { option } => {
                format!("{} is excluded.", self.setting.options.name(*option))
            }
            StageAction::JointExclusion { options } => {
                format!("{} are excluded together.", self.setting.options.names(options))
            }
            StageAction::CapExclusion { option, .. } => {
                let reason = self.setting.barred.iter().find(|p| p.option == *option);
                reason.map_or_else(String::new, |p| p.sentence.clone())
            }
        };
        if nowhere > 0 {
            to.push(format!("{nowhere} to nobody"));
        }
        let to = match to.as_slice() {
            [] => "No votes move.".to_owned(),
            [_, ..] => format!("Votes go: {}.", list(to)),
        };
        let left = plural(self.continuing().len() as u64, "option is", "options are");
        let ties: String = self.ties.sentences_at(number).map(|s| format!("{s} ")).collect();
        format!("{ties}{what} {to} {left} left.")
    }
}
