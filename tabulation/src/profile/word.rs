//! Ballots laid out flat: two bytes a mark, one ballot after the other.

use crate::option::OptionIndex;
use crate::selection::Choice;

/// Set where an option shares the rank of the one before it.
const SHARES: u16 = 0x8000;

/// One mark of a ballot: an option, and whether it opens a rank or shares the one before; in a
/// sheet of scores, every second word is the score itself.
///
/// Words order rankings as [`crate::Selection`] orders them: option by option, and an option that
/// opens a new rank before any that shares the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word(u16);

impl Word {
    /// An option that opens a rank.
    pub(crate) fn opening(option: OptionIndex) -> Self {
        Self(option.value())
    }

    /// An option that shares the rank before it.
    pub(crate) fn sharing(option: OptionIndex) -> Self {
        Self(option.value() | SHARES)
    }

    /// A score or another plain number.
    pub(crate) fn number(value: u16) -> Self {
        Self(value)
    }

    /// A vote on a motion; [`super::Marks`] reads it back.
    pub(crate) fn of_choice(choice: Choice) -> Self {
        Self(match choice {
            Choice::Yes => 0,
            Choice::No => 1,
            Choice::Abstain => 2,
        })
    }

    pub(crate) fn value(self) -> u16 {
        self.0
    }

    pub(crate) fn option(self) -> OptionIndex {
        OptionIndex::new(self.0 & !SHARES)
    }

    pub(crate) fn shares_rank(self) -> bool {
        self.0 & SHARES != 0
    }
}
