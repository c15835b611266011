//! Results for readers: pages, tables and exchange formats, made from a transcript and nothing else.
//!
//! Every kind of count describes itself once, in `kinds`, as blocks: paragraphs, tables and
//! lists. [`html`], [`text`] and [`csv`] draw the same blocks, so that a new method is one small
//! file there; [`nist`] takes its vote counts from the same place. A result cannot be written as a
//! BLT file: that format holds ballots, which a transcript does not have; a profile is written by
//! [`crate::format::blt`].
//!
//! **Invariant:** nothing is computed here that decides anything. Bars and percentages are drawn
//! from integers, rounded down, and every number that counts is shown as the transcript has it.

pub mod csv;
mod escape;
pub mod html;
mod json;
mod kinds;
mod model;
pub mod nist;
mod sections;
pub mod text;

use crate::option::{ContestOptions, OptionIndex};
use crate::transcript::{CapRecord, Outcome, Transcript};

/// What the description of a count needs to know of the contest around it.
struct View<'a> {
    transcript: &'a Transcript,
    options: &'a ContestOptions,
    winners: &'a [OptionIndex],
    /// Those tied, where nothing decides between them.
    tied: &'a [OptionIndex],
    ranking: &'a [Vec<OptionIndex>],
    /// Begins the name of every table of this view: empty, or `uncapped-`.
    prefix: &'static str,
}

impl<'a> View<'a> {
    /// The count that decided.
    fn of(transcript: &'a Transcript) -> Self {
        Self {
            transcript,
            options: &transcript.options,
            winners: transcript.outcome.winners(),
            tied: match &transcript.outcome {
                Outcome::Unresolved { tied, .. } => tied,
                Outcome::Elected { .. } | Outcome::Motion { .. } => &[],
            },
            ranking: &transcript.ranking,
            prefix: "",
        }
    }

    /// The count as it would have been without the affiliation cap.
    fn uncapped(transcript: &'a Transcript, cap: &'a CapRecord) -> Self {
        let options = &transcript.options;
        let winners = &cap.before;
        Self { transcript, options, winners, tied: &[], ranking: &[], prefix: "uncapped-" }
    }

    fn is_elected(&self, option: OptionIndex) -> bool {
        self.winners.contains(&option)
    }

    fn is_kept_out(&self, option: OptionIndex) -> bool {
        let cap = self.transcript.cap.as_ref();
        self.prefix.is_empty()
            && cap.is_some_and(|cap| cap.passed_over.iter().any(|passed| passed.option == option))
    }

    /// Whether voters differ in weight, so that heads and weight are two numbers.
    fn is_weighted(&self) -> bool {
        let electorate = &self.transcript.electorate;
        electorate.entitled_heads != electorate.entitled_weight
    }

    /// The place of each option in that order, by its place on the ballot.
    fn places_of(&self) -> Vec<usize> {
        let mut places = vec![usize::MAX; self.options.len()];
        for (place, option) in self.order().into_iter().enumerate() {
            if let Some(slot) = places.get_mut(option.index()) {
                *slot = place;
            }
        }
        places
    }

    /// Standing options as readers want them: by the ranking where there is one, those elected
    /// first where there is none, the others in ballot order.
    fn order(&self) -> Vec<OptionIndex> {
        let mut placed = vec![false; self.options.len()];
        let ranked = self.ranking.iter().flatten().chain(self.winners).copied();
        let mut order = Vec::with_capacity(self.options.len());
        for option in ranked.chain(self.options.standing()) {
            if let Some(placed) = placed.get_mut(option.index())
                && !std::mem::replace(placed, true)
            {
                order.push(option);
            }
        }
        order
    }
}
