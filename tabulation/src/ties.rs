//! Ties: one order of lots for the whole count, and a record of every tie met.

use crate::count::CountError;
use crate::lots::{LotRecord, LotSource, draw_order};
use crate::option::{ContestOptions, OptionIndex};
use crate::rules::TieRule;
use crate::transcript::{TieRecord, TieResolution, TieStep};

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
    ties: Vec<TieRecord>,
}

impl<'a> TieBreaker<'a> {
    pub(crate) fn new(rule: &TieRule, options: &'a ContestOptions, source: LotSource) -> Self {
        let (resolution, lots) = match (rule, source) {
            (TieRule::Lots {}, LotSource::Seed(seed)) => {
                (TieResolution::Lot, Some(draw_order(seed, options)))
            }
            (TieRule::Lots {}, LotSource::None) => (TieResolution::Lot, None),
            (TieRule::PublishedOrder { order }, _) => {
                (TieResolution::PublishedOrder, Some(LotRecord::published(order, options)))
            }
            (TieRule::Refuse {}, _) => (TieResolution::Unresolved, None),
        };
        let mut places = vec![usize::MAX; lots.as_ref().map_or(0, |_| options.len())];
        for (place, option) in lots.iter().flat_map(|l| &l.order).enumerate() {
            if let Some(slot) = places.get_mut(option.index()) {
                *slot = place;
            }
        }
        Self { options, resolution, lots, places, ties: Vec::new() }
    }

    /// Breaks a tie: the tied options, the one asked for first; or nothing when the rules leave
    /// ties open.
    pub(crate) fn settle(&mut self, tie: Tie) -> Result<Option<Vec<OptionIndex>>, CountError> {
        let Tie { stage, tied, question, looked_at, favour } = tie;
        let names = self.options.names(&tied);
        if self.resolution == TieResolution::Unresolved {
            let sentence = format!("{names} are tied for {question}; the rules leave it open.");
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
            TieResolution::Lot | TieResolution::EarlierStage | TieResolution::Unresolved => {
                "the order of lots"
            }
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
