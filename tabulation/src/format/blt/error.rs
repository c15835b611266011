//! What can be wrong with a BLT file.

use super::{MAX_BALLOT_LINES, MAX_BYTES};
use crate::format::text::TextError;
use crate::option::MAX_NAME_BYTES;
use crate::profile::{MAX_TOTAL, ProfileError};

/// Why a BLT file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BltError {
    /// The file is too large.
    #[error("the file has {bytes} bytes, but at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The file is not text.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The file ends too early.
    #[error("the file ends before {expected}")]
    EndsBefore {
        /// What should have followed.
        expected: &'static str,
    },
    /// Something that is not the number expected.
    #[error("line {line}: {found:?} is not {expected}")]
    NotANumber {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A number of candidates or seats out of bounds.
    #[error("line {line}: {found} {what}, but there must be 1 to {limit}")]
    OutOfBounds {
        /// The line.
        line: usize,
        /// Candidates or seats.
        what: &'static str,
        /// The number.
        found: u64,
        /// The largest allowed.
        limit: u64,
    },
    /// A ballot counted more often than can be summed exactly.
    #[error("line {line}: a ballot cannot stand for {found} ballots (1 to {MAX_TOTAL})")]
    BallotCount {
        /// The line.
        line: usize,
        /// The number.
        found: String,
    },
    /// A preference for nobody in the file.
    #[error("line {line}: there is no candidate {found:?}")]
    UnknownCandidate {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A candidate ranked twice on one ballot.
    #[error("line {line}: candidate {candidate} is ranked more than once")]
    Repeated {
        /// The line.
        line: usize,
        /// The candidate, counted from one.
        candidate: usize,
    },
    /// A ballot with more ranks than there are candidates.
    #[error("line {line}: a ballot with more ranks than there are candidates")]
    TooManyRanks {
        /// The line.
        line: usize,
    },
    /// Too many ballot lines.
    #[error("line {line}: more than {MAX_BALLOT_LINES} ballot lines")]
    TooManyBallots {
        /// The line.
        line: usize,
    },
    /// A directive in brackets that is not known or not well formed.
    #[error("line {line}: {found:?} is not a directive this reader knows")]
    Directive {
        /// The line.
        line: usize,
        /// What stands there.
        found: String,
    },
    /// A quoted name that does not end.
    #[error("line {line}: the name is not closed by a quote")]
    OpenQuote {
        /// The line.
        line: usize,
    },
    /// Too few names.
    #[error("{found} names for {candidates} candidates")]
    MissingNames {
        /// Names in the file.
        found: usize,
        /// Candidates announced.
        candidates: usize,
    },
    /// Text after the title.
    #[error("line {line}: something follows the title")]
    AfterTitle {
        /// The line.
        line: usize,
    },
    /// An empty or over-long name.
    #[error("line {line}: a name must have 1 to {MAX_NAME_BYTES} bytes")]
    Name {
        /// The line.
        line: usize,
    },
    /// A ballot that the rest of the ballots leaves no room for.
    #[error("line {line}: {source}")]
    Ballot {
        /// The line.
        line: usize,
        /// Why.
        source: ProfileError,
    },
}
