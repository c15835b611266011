//! Ties: one order of lots for the whole count, and a record of every tie met.

use crate::count::CountError;
use crate::lots::{CastingVote, LotRecord, LotSource, draw_order};
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::{LookBack, TieRule};
use crate::selection::Choice;
use crate::transcript::{Figure, TieRecord, TieResolution, TieStep};

/// Which end of the order of lots a tie asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Favour {
    /// The most favoured comes first: seats, surpluses.
    Most,
    /// The least favoured comes first: exclusions.
    Least,
}

/// A tie to be broken.
#[derive(Debug)]
pub(crate) struct Tie {
    /// Counted from one; zero in a final order.
    pub(crate) stage: u32,
    pub(crate) tied: Vec<OptionIndex>,
    pub(crate) question: String,
    pub(crate) looked_at: Vec<TieStep>,
    pub(crate) favour: Favour,
}

/// Breaks the ties of one count as its rules say, and remembers each.
#[derive(Debug)]
pub(crate) struct TieBreaker<'a> {
    options: &'a ContestOptions,
    resolution: TieResolution,
    lots: Option<LotRecord>,
    /// The place of each option in the order of lots; empty if there is none.
    places: Vec<usize>,
    /// Whether ties stay open until a casting vote is given.
    waits: bool,
    /// The casting vote on a motion.
    casting: Option<Choice>,
    ties: Vec<TieRecord>,
}

impl<'a> TieBreaker<'a> {
    pub(crate) fn new(
        rule: &TieRule,
        options: &'a ContestOptions,
        source: LotSource<'_>,
    ) -> Result<Self, CountError> {
        let mut waits = false;
        let mut casting = None;
        let (resolution, lots) = match (rule, source) {
            (TieRule::Lots {}, LotSource::Seed(seed)) => {
                (TieResolution::Lot, Some(draw_order(seed, options)))
            }
            (TieRule::Lots {}, LotSource::None | LotSource::Casting(_)) => {
                (TieResolution::Lot, None)
            }
            (TieRule::PublishedOrder { order }, _) => {
                (TieResolution::PublishedOrder, Some(LotRecord::published(order, options)))
            }
            (TieRule::CastingVote {}, LotSource::Casting(CastingVote::Order(order)))
                if !options.is_empty() && options.is_order(order) =>
            {
                (TieResolution::CastingVote, Some(LotRecord::casting(order, options)))
            }
            (TieRule::CastingVote {}, LotSource::Casting(CastingVote::Motion(vote)))
                if options.is_empty() && vote != Choice::Abstain =>
            {
                casting = Some(vote);
                (TieResolution::CastingVote, None)
            }
            (TieRule::CastingVote {}, LotSource::Casting(_)) => {
                return Err(CountError::BadCastingVote);
            }
            (TieRule::CastingVote {}, LotSource::None | LotSource::Seed(_)) => {
                waits = true;
                (TieResolution::Unresolved, None)
            }
            (TieRule::Refuse {}, _) => (TieResolution::Unresolved, None),
        };
        let mut places = vec![usize::MAX; lots.as_ref().map_or(0, |_| options.len())];
        for (place, option) in lots.iter().flat_map(|l| &l.order).enumerate() {
            if let Some(slot) = places.get_mut(option.index()) {
                *slot = place;
            }
        }
        Ok(Self { options, resolution, lots, places, waits, casting, ties: Vec::new() })
    }

    /// Why a tie stays open, where it does.
    fn open(&self) -> &'static str {
        if self.waits { "the casting vote has not been given" } else { "the rules leave it open" }
    }

    /// Whether the rules give a tied motion a casting vote, given or not.
    pub(crate) fn may_settle_motion(&self) -> bool {
        self.waits || self.casting.is_some()
    }

    /// What becomes of a motion at exactly half where more than half is needed: the casting vote,
    /// or nothing while it has not been given.
    pub(crate) fn settle_motion(&mut self, tied: &str) -> Option<Choice> {
        let decided = match self.casting {
            Some(Choice::Yes) => "the casting vote is in favour",
            Some(Choice::No) => "the casting vote is against",
            Some(Choice::Abstain) | None => self.open(),
        };
        self.remember(TieRecord {
            stage: 0,
            tied: Vec::new(),
            question: "the motion".to_owned(),
            looked_at: Vec::new(),
            resolution: self.resolution,
            decided: Vec::new(),
            sentence: format!("The motion is tied: {tied}; {decided}."),
        });
        self.casting
    }

    /// Breaks a tie: the tied options, the one asked for first; or nothing when the rules leave
    /// ties open.
    pub(crate) fn settle(&mut self, tie: Tie) -> Result<Option<Vec<OptionIndex>>, CountError> {
        let Tie { stage, tied, question, looked_at, favour } = tie;
        let names = self.options.names(&tied);
        if self.resolution == TieResolution::Unresolved {
            let sentence = format!("{names} are tied for {question}; {}.", self.open());
            self.remember(TieRecord {
                stage,
                tied,
                question,
                looked_at,
                resolution: TieResolution::Unresolved,
                decided: Vec::new(),
                sentence,
            });
            return Ok(None);
        }
        if self.lots.is_none() {
            return Err(CountError::SeedNeeded { question: format!("{names} for {question}") });
        }
        let mut decided = tied.clone();
        decided.sort_by_key(|o| self.places.get(o.index()).copied().unwrap_or(usize::MAX));
        if favour == Favour::Least {
            decided.reverse();
        }
        let by = match self.resolution {
            TieResolution::PublishedOrder => "the published order",
            TieResolution::CastingVote => "the casting vote",
            TieResolution::Lot
            | TieResolution::EarlierStage
            | TieResolution::Method
            | TieResolution::Unresolved => "the order of lots",
        };
        let sentence = format!(
            "{names} are tied for {question}; {by} puts {} first.",
            self.options.names(decided.get(..1).unwrap_or(&[]))
        );
        self.remember(TieRecord {
            stage,
            tied,
            question,
            looked_at,
            resolution: self.resolution,
            decided: decided.clone(),
            sentence,
        });
        Ok(Some(decided))
    }

    /// The same order of lots with a memory of its own, for a second count beside the first.
    pub(crate) fn fork(&self) -> Self {
        Self {
            options: self.options,
            resolution: self.resolution,
            lots: self.lots.clone(),
            places: self.places.clone(),
            waits: self.waits,
            casting: self.casting,
            ties: Vec::new(),
        }
    }

    /// Remembers a tie that was broken elsewhere.
    pub(crate) fn remember(&mut self, tie: TieRecord) {
        self.ties.push(tie);
    }

    /// The sentences of the ties met at a stage, to be told with that stage.
    pub(crate) fn sentences_at(&self, stage: u32) -> impl Iterator<Item = &str> {
        self.ties.iter().filter(move |t| t.stage == stage).map(|t| t.sentence.as_str())
    }

    /// The order of lots and every tie, for the transcript.
    pub(crate) fn into_records(self) -> (Option<LotRecord>, Vec<TieRecord>) {
        (self.lots, self.ties)
    }
}

/// Totals after each stage so far, for ties that earlier stages break.
pub(crate) struct History<'a> {
    pub(crate) totals: &'a [Vec<u128>],
    pub(crate) decimals: u8,
}

impl History<'_> {
    /// The one option that earlier stages, the latest first, and then the tie rule put first;
    /// nothing when the rules leave the tie open.
    pub(crate) fn break_tie(
        &self,
        look_back: LookBack,
        ties: &mut TieBreaker<'_>,
        stage: u32,
        tied: Vec<OptionIndex>,
        question: String,
        favour: Favour,
    ) -> Result<Option<OptionIndex>, CountError> {
        let mut looked_at = Vec::new();
        let mut among = tied.clone();
        let last = self.totals.len();
        let stages: Box<dyn Iterator<Item = usize>> = match look_back {
            LookBack::Never => Box::new(std::iter::empty()),
            LookBack::Narrowing | LookBack::AllDifferent => Box::new((0..last).rev()),
            LookBack::Forwards => Box::new(0..last),
        };
        for (index, totals) in stages.filter_map(|index| Some((index, self.totals.get(index)?))) {
            let of = |o: &OptionIndex| totals.get(o.index()).copied().unwrap_or(0);
            let mut distinct: Vec<u128> = among.iter().map(of).collect();
            distinct.sort_unstable();
            distinct.dedup();
            if distinct.len() > 1 {
                looked_at.push(TieStep {
                    stage: u32::try_from(index + 1).unwrap_or(u32::MAX),
                    among: among.clone(),
                    totals: among.iter().map(|o| self.figure(of(o))).collect(),
                });
            }
            let wanted = match favour {
                Favour::Most => distinct.last().copied(),
                Favour::Least => distinct.first().copied(),
            };
            if look_back != LookBack::AllDifferent || distinct.len() == among.len() {
                among.retain(|o| Some(of(o)) == wanted);
            }
            if let [only] = *among.as_slice() {
                let sentence = format!(
                    "{} are tied for {question}; their totals at stage {} decide for {}.",
                    ties.options.names(&tied),
                    index + 1,
                    ties.options.name(only)
                );
                ties.remember(TieRecord {
                    stage,
                    tied,
                    question,
                    looked_at,
                    resolution: TieResolution::EarlierStage,
                    decided: vec![only],
                    sentence,
                });
                return Ok(Some(only));
            }
        }
        let tie = Tie { stage, tied: among, question, looked_at, favour };
        Ok(ties.settle(tie)?.and_then(|order| order.first().copied()))
    }

    fn figure(&self, votes: u128) -> Figure {
        // Invariant: totals stay below 2^84.
        Figure::scaled(i128::try_from(votes).unwrap_or(i128::MAX), self.decimals)
    }
}
