//! What can be wrong with a file, or with what is to be written.

use super::super::{Kind, abif, blt, debian, elekto, json, nist, preflib, rctab};
use crate::profile::{MAX_TOTAL, ProfileError};

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A BLT file.
    #[error(transparent)]
    Blt(#[from] blt::BltError),
    /// An ABIF file.
    #[error(transparent)]
    Abif(#[from] abif::AbifError),
    /// A PrefLib file.
    #[error(transparent)]
    PrefLib(#[from] preflib::PrefLibError),
    /// A table of ranks.
    #[error(transparent)]
    Elekto(#[from] elekto::ElektoError),
    /// A table of names.
    #[error(transparent)]
    Rctab(#[from] rctab::RctabError),
    /// Cast vote records.
    #[error(transparent)]
    Nist(#[from] nist::NistError),
    /// A Debian tally sheet.
    #[error(transparent)]
    Debian(#[from] debian::DebianError),
    /// Our own JSON.
    #[error(transparent)]
    Json(#[from] json::JsonError),
    /// A ballot that does not fit with those before.
    #[error("ballot {ballot}: {source}")]
    Profile {
        /// The ballot, counted from one.
        ballot: usize,
        /// What is wrong.
        source: ProfileError,
    },
    /// The file could not be read as a whole.
    #[error("the file cannot be read: {message}")]
    Io {
        /// What the system says.
        message: String,
    },
}

/// What a format cannot express, or why it could not be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A format that is read only.
    #[error("{kind} files are read, not written; choose another format")]
    ReadOnly {
        /// The format.
        kind: Kind,
    },
    /// Ballots of a form that the format does not have.
    #[error("{kind} has no place for {form}; json has")]
    Form {
        /// The format.
        kind: Kind,
        /// The form.
        form: &'static str,
    },
    /// Options that share a rank.
    #[error("entry {ballot}: options share a rank, which {kind} cannot express; blt and json can")]
    Ties {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
    },
    /// A ballot without every option.
    #[error(
        "entry {ballot}: not every option is ranked, which {kind} cannot express; soi or toi can"
    )]
    Incomplete {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
    },
    /// A ballot on which nothing is marked.
    #[error("entry {ballot}: a blank ballot, which {kind} cannot express; blt and json can")]
    Blank {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
    },
    /// A weight other than the number of ballots.
    #[error("entry {ballot}: {heads} ballots weigh {weight}, but {kind} has no weights; json has")]
    Weight {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
        /// Ballots.
        heads: u64,
        /// Their weight together.
        weight: u64,
    },
    /// Options withdrawn.
    #[error("{kind} cannot express that options were withdrawn; blt and json can")]
    Withdrawn {
        /// The format.
        kind: Kind,
    },
    /// No number of seats, where the format needs one.
    #[error("{kind} must say how many seats are to be filled, and the file does not: give it")]
    Seats {
        /// The format.
        kind: Kind,
    },
    /// No options, where the format needs some.
    #[error("{kind} must name at least one option")]
    NoOptions {
        /// The format.
        kind: Kind,
    },
    /// A name that the format cannot write.
    #[error("{kind} cannot express the name {name:?}: {why}")]
    Name {
        /// The format.
        kind: Kind,
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// An option that no ballot ranks, in a format that has no list of options.
    #[error("no ballot ranks {name:?}, and {kind} has no list of options that would name it")]
    Unnamed {
        /// The format.
        kind: Kind,
        /// The option.
        name: String,
    },
    /// A score that the format cannot write.
    #[error("entry {ballot}: the score {score} is above {limit}, the highest that {kind} takes")]
    Score {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
        /// The score.
        score: u16,
        /// The highest.
        limit: u16,
    },
    /// Skipped ranks that make a ballot longer than the format allows.
    #[error(
        "entry {ballot}: with its skipped ranks it has more than {limit} ranks, the most in {kind}"
    )]
    Ranks {
        /// The format.
        kind: Kind,
        /// The entry, counted from one.
        ballot: usize,
        /// The most ranks.
        limit: usize,
    },
    /// More ballots than are written out one by one.
    #[error("{ballots} ballots are more than the {limit} that are written one by one; json groups")]
    TooManyBallots {
        /// How many there are.
        ballots: u64,
        /// The most written.
        limit: usize,
    },
    /// The sums are larger than a reader takes.
    #[error("the ballots do not fit into one file (at most {MAX_TOTAL}): {0}")]
    Profile(#[from] ProfileError),
    /// An option on a ballot that is not in the list.
    #[error("entry {ballot}: an option that is not in the list")]
    UnknownOption {
        /// The entry, counted from one.
        ballot: usize,
    },
    /// The file could not be written.
    #[error("the file cannot be written: {message}")]
    Io {
        /// What the system says.
        message: String,
    },
}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        Self::Io { message: error.to_string() }
    }
}
