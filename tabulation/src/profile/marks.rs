//! One ballot of a profile, as a count reads it.

use super::{Form, Word};
use crate::option::OptionIndex;
use crate::selection::{Choice, Selection};

/// One distinct ballot of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks<'a> {
    /// A vote on a motion.
    Choice(Choice),
    /// Options marked.
    Chosen(Chosen<'a>),
    /// Options in order.
    Ranking(Ranking<'a>),
    /// Options scored.
    Scores(Scores<'a>),
}

/// Options marked on a ballot, ascending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen<'a>(&'a [Word]);

/// Options in order, best first, in ranks that several may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranking<'a>(&'a [Word]);

/// Options with scores, ascending by option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scores<'a>(&'a [Word]);

impl<'a> Marks<'a> {
    pub(crate) fn new(form: Form, words: &'a [Word]) -> Self {
        match form {
            // Invariant: a vote on a motion is one word, the number of the choice.
            Form::Choice => Self::Choice(match words.first().map(|w| w.value()) {
                Some(0) => Choice::Yes,
                Some(1) => Choice::No,
                Some(_) | None => Choice::Abstain,
            }),
            Form::Chosen => Self::Chosen(Chosen(words)),
            Form::Ranking => Self::Ranking(Ranking(words)),
            Form::Scores => Self::Scores(Scores(words)),
        }
    }

    /// Whether nothing is marked. An abstention is an answer, and not blank.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Choice(_) => false,
            Self::Chosen(Chosen(words))
            | Self::Ranking(Ranking(words))
            | Self::Scores(Scores(words)) => words.is_empty(),
        }
    }

    /// The ballot as a selection of its own.
    #[must_use]
    pub fn to_selection(&self) -> Selection {
        match self {
            Self::Choice(choice) => Selection::Choice(*choice),
            Self::Chosen(chosen) => Selection::Chosen(chosen.options().collect()),
            Self::Ranking(ranking) => {
                Selection::Ranking(ranking.groups().map(Iterator::collect).collect())
            }
            Self::Scores(scores) => Selection::Scores(scores.iter().collect()),
        }
    }
}

impl<'a> Chosen<'a> {
    /// The options, ascending.
    pub fn options(self) -> impl Iterator<Item = OptionIndex> + 'a {
        self.0.iter().map(|word| word.option())
    }
}

impl<'a> Ranking<'a> {
    pub(super) fn new(words: &'a [Word]) -> Self {
        Self(words)
    }

    /// The ranks, best first, each with its options ascending.
    pub fn groups(self) -> impl Iterator<Item = impl Iterator<Item = OptionIndex> + 'a> + 'a {
        self.0.chunk_by(|_, next| next.shares_rank()).map(|g| g.iter().map(|word| word.option()))
    }

    /// Whether no rank is shared.
    #[must_use]
    pub fn is_strict(self) -> bool {
        !self.0.iter().any(|word| word.shares_rank())
    }

    /// All options ranked, best first; who shares a rank stands in ballot order.
    pub fn options(self) -> impl Iterator<Item = OptionIndex> + 'a {
        self.0.iter().map(|word| word.option())
    }
}

impl<'a> Scores<'a> {
    /// Options with their scores, ascending by option.
    pub fn iter(self) -> impl Iterator<Item = (OptionIndex, u16)> + 'a {
        self.0.chunks_exact(2).filter_map(|pair| match pair {
            [option, score] => Some((option.option(), score.value())),
            _ => None,
        })
    }
}
