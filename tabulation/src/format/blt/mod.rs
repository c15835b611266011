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

mod error;
mod names;
mod plain;
mod read;
mod write;

use std::collections::BTreeSet;

pub use self::error::BltError;
use self::plain::{Letters, PlainLine};
pub use self::read::read_into;
pub use self::write::{BltWriteError, write};
use crate::format::text::Encoding;
use crate::option::{ContestOptions, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileBuilder, ProfileError, RankedBallots, Tally};

/// The largest file read.
pub const MAX_BYTES: usize = 256 << 20;
/// The most ballot lines read.
pub const MAX_BALLOT_LINES: usize = 10_000_000;

/// What a BLT file says besides its ballots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BltHeader {
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
}

impl BltHeader {
    /// The candidates as a contest's options.
    ///
    /// # Errors
    /// When a name is not usable.
    pub fn options(&self) -> Result<ContestOptions, OptionsError> {
        ContestOptions::from_names(self.names.iter().map(String::as_str))?
            .with_withdrawn(self.withdrawn.clone())
    }
}

/// What a BLT file says, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BltFile {
    /// All but the ballots.
    pub header: BltHeader,
    /// The ballot lines in order.
    pub ballots: Vec<BltBallot>,
}

/// One ballot line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BltBallot {
    /// How many ballots look like this.
    pub count: u64,
    /// The ranks, best first; a rank without options was skipped by the voter.
    pub ranks: Vec<Vec<OptionIndex>>,
}

/// Reads a BLT file into a profile, every ballot of weight one. Skipped ranks are closed up: the
/// options after them move up.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read_profile(bytes: &[u8], encoding: Encoding) -> Result<(BltHeader, Profile), BltError> {
    // A mark takes a digit and a space at least. Room that is not used costs nothing.
    let mut profile = ProfileBuilder::with_room_for(bytes.len() / 2);
    let header = read_into(bytes, encoding, &mut profile)?;
    Ok((header, profile.build()))
}

/// Reads a BLT file as it stands.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(bytes: &[u8], encoding: Encoding) -> Result<BltFile, BltError> {
    let mut lines = Lines::default();
    let header = read_into(bytes, encoding, &mut lines)?;
    Ok(BltFile { header, ballots: lines.ballots })
}

/// Keeps ballots as they stand in the file.
#[derive(Default)]
struct Lines {
    ballots: Vec<BltBallot>,
    open: BltBallot,
}

impl RankedBallots for Lines {
    fn next_rank(&mut self, option: OptionIndex) {
        self.open.ranks.push(vec![option]);
    }

    fn same_rank(&mut self, option: OptionIndex) {
        if let Some(rank) = self.open.ranks.last_mut() {
            rank.push(option);
            rank.sort_unstable();
        }
    }

    fn skipped_rank(&mut self) {
        self.open.ranks.push(Vec::new());
    }

    fn end(&mut self, tally: Tally) -> Result<(), ProfileError> {
        self.open.count = tally.heads;
        self.ballots.push(std::mem::take(&mut self.open));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
