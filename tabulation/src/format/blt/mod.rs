//! BLT, the ballot format of Hill, Wichmann and Woodall that most vote counting programs share.
//!
//! ```text
//! 4 2              # four candidates, two seats
//! -3               # the third has withdrawn
//! 26 1 2 0         # twenty-six ballots: first 1, then 2
//! 7 2=4 1 0        # 2 and 4 share a rank
//! 1 3 - 1 0        # a rank was skipped
//! 0
//! "Ann" "Ben"
//! "Cleo"
//! "Dan"
//! "Title"
//! ```
//!
//! Also read: CRLF, comments, names without quotes (one a line), nicknames and tie orders in
//! brackets as `stv-rs` writes them, and a comma after a number. A quote within a quoted name is
//! doubled; one that is not is taken as it stands.

mod read;
mod write;

use std::collections::BTreeSet;

pub use self::read::{BltError, read};
pub use self::write::{BltWriteError, write};
use crate::option::{ContestOptions, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileBuilder, ProfileError, Tally};
use crate::selection::Selection;

/// The largest file read.
pub const MAX_BYTES: usize = 256 << 20;
/// The most ballot lines read.
pub const MAX_BALLOT_LINES: usize = 10_000_000;

/// What a BLT file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BltFile {
    /// Seats to fill.
    pub seats: u16,
    /// The candidates' names in order.
    pub names: Vec<String>,
    /// Those who withdrew.
    pub withdrawn: BTreeSet<OptionIndex>,
    /// An order for ties, if the file gives one.
    pub tie_order: Vec<OptionIndex>,
    /// The title; empty if there is none.
    pub title: String,
    /// The ballot lines in order.
    pub ballots: Vec<BltBallot>,
}

/// One ballot line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BltBallot {
    /// How many ballots look like this.
    pub count: u64,
    /// The ranks, best first; a rank without options was skipped by the voter.
    pub ranks: Vec<Vec<OptionIndex>>,
}

impl BltFile {
    /// The candidates as a contest's options.
    ///
    /// # Errors
    /// When a name is not usable.
    pub fn options(&self) -> Result<ContestOptions, OptionsError> {
        ContestOptions::from_names(self.names.iter().map(String::as_str))?
            .with_withdrawn(self.withdrawn.clone())
    }

    /// The ballots as a profile, every ballot of weight one. Skipped ranks are closed up: the
    /// options after them move up.
    ///
    /// # Errors
    /// When there are too many ballots to sum exactly.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let mut profile = ProfileBuilder::new();
        for ballot in &self.ballots {
            let groups = ballot.ranks.iter().filter(|rank| !rank.is_empty()).cloned();
            profile.add_many(&Selection::ranking(groups), Tally::ballots(ballot.count))?;
        }
        Ok(profile.build())
    }
}

#[cfg(test)]
mod tests;
