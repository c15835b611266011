//! Cast vote records in the common data format of NIST SP 1500-103 (version 1.0), in JSON and XML.
//!
//! Read is one contest. Of every record the snapshot counts that `CurrentSnapshotId` names; of its
//! marks those with `HasIndication` yes, unless `IsAllocable` is no (the file itself says that the
//! mark is no vote; such ballots are counted as overvoted) or unknown (nobody has decided yet; the
//! ballot is counted as undecided). A record without the contest is no ballot in it; one with the
//! contest and no mark is blank.
//!
//! What the marks are follows from the contest: with a `Rank` they are ranked, equal ones share a
//! rank and one left out is a skipped rank; with the vote variation `range` or `cumulative` they
//! are scores, namely `NumberVotes`; a `BallotMeasureContest` whose selections are Yes, No and
//! perhaps Abstain is a motion, if every ballot has exactly one of them; all else are marks
//! without an order. Fractions of votes are refused.
//!
//! The format has no weights and no place for who withdrew.

mod gather;
mod json;
mod write;
mod xml;

pub use self::json::read_json;
pub(super) use self::write::{write_json, write_xml};
pub use self::xml::read_xml;
use crate::option::{MAX_NAME_BYTES, MAX_OPTIONS};
use crate::profile::ProfileError;

/// The most records read or written.
pub const MAX_RECORDS: usize = 10_000_000;
/// The largest record, or description of an election, in bytes.
pub const MAX_PART_BYTES: usize = 16 << 20;
/// The most contests described.
pub const MAX_CONTESTS: usize = 10_000;
/// The lowest rank.
pub const MAX_RANK: u64 = MAX_OPTIONS as u64;
/// The deepest nesting of XML elements; the format itself needs nine.
pub const MAX_DEPTH: usize = 32;

/// Why cast vote records cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NistError {
    /// Not JSON, not XML, or not of the form that the standard asks for.
    #[error("line {line}: {message}")]
    Syntax {
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// What a record or the election says cannot be read.
    #[error("line {line}: {fault}")]
    Content {
        /// The line where it was noticed.
        line: usize,
        /// What is wrong.
        fault: NistFault,
    },
}

/// What is wrong with the content of cast vote records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NistFault {
    /// A record whose current snapshot is not there.
    #[error("the record's current snapshot {id:?} is not in it")]
    NoSnapshot {
        /// The identifier.
        id: String,
    },
    /// More than one contest, and none was asked for.
    #[error("the file has several contests, {first:?} and {second:?} among them; name one")]
    SeveralContests {
        /// One of them.
        first: String,
        /// Another.
        second: String,
    },
    /// The contest is not described.
    #[error("no election in the file describes the contest {id:?}")]
    UnknownContest {
        /// The identifier.
        id: String,
    },
    /// There is no contest at all.
    #[error("the file describes no contest")]
    NoContest,
    /// A contest twice in one record or in the election.
    #[error("the contest {id:?} appears twice")]
    RepeatedContest {
        /// The identifier.
        id: String,
    },
    /// A mark for something that the contest does not have.
    #[error("the contest has no selection {id:?}")]
    UnknownSelection {
        /// The identifier.
        id: String,
    },
    /// A selection twice on a ballot or in the contest.
    #[error("ballot {ballot}: the selection {id:?} has more than one vote")]
    Repeated {
        /// The ballot in the contest, from one.
        ballot: usize,
        /// The identifier.
        id: String,
    },
    /// A vote for a write-in that is tied to no selection.
    #[error("a vote is for no selection of the contest: add the write-in to it, or decide on it")]
    WriteIn,
    /// A fraction of a vote.
    #[error("a mark is worth a fraction of a vote, which is not read")]
    Fraction,
    /// A number of votes out of bounds.
    #[error("a mark is worth {votes} votes, which this kind of contest does not have")]
    Votes {
        /// How many.
        votes: u64,
    },
    /// A rank out of bounds.
    #[error("the rank {rank} is not from 1 to {MAX_RANK}")]
    Rank {
        /// The rank.
        rank: u64,
    },
    /// Ranks on some marks and not on others.
    #[error("ballot {ballot}: some marks of a ranked contest have no rank")]
    Unranked {
        /// The ballot in the contest, from one.
        ballot: usize,
    },
    /// An option's name that cannot be used.
    #[error("the name {name:?} must have 1 to {MAX_NAME_BYTES} bytes of plain text")]
    Name {
        /// The name.
        name: String,
    },
    /// Too many options.
    #[error("more than {MAX_OPTIONS} selections")]
    TooManySelections,
    /// Too many contests.
    #[error("more than {MAX_CONTESTS} contests")]
    TooManyContests,
    /// Too many records.
    #[error("more than {MAX_RECORDS} records")]
    TooManyRecords,
    /// A ballot that does not fit with those before.
    #[error(transparent)]
    Profile(#[from] ProfileError),
}

#[cfg(test)]
mod tests;
