//! PrefLib's files of preferences: SOC, SOI, TOC, TOI and CAT (preflib.org, "Data format").
//!
//! ```text
//! # FILE NAME: board.toi
//! # TITLE: Board
//! # DATA TYPE: toi
//! # NUMBER ALTERNATIVES: 3
//! # NUMBER VOTERS: 15
//! # NUMBER UNIQUE ORDERS: 2
//! # ALTERNATIVE NAME 1: Ann
//! # ALTERNATIVE NAME 2: Ben
//! # ALTERNATIVE NAME 3: Cleo
//! 13: 1,{2,3}
//! 2: 3,1
//! ```
//!
//! **Categories.** A CAT file sorts alternatives into categories, best first. With two categories
//! (or one) it is read as approvals: the first is approved, the second is not, and neither is who
//! is in no category. With *k* > 2 categories it is read as scores: category *i* is worth *k − i*,
//! the last 0, and who is in none is unscored. Written are approvals as the categories `Approved`
//! and `Not approved`, scores as one category for each score from the highest given (at least 2)
//! down to 0, so that they are read back the same.
//!
//! Every reader here checks what the data type promises (no ties, all alternatives) and the number
//! of voters. A blank order has no place in the format. Writers group equal ballots, since no
//! order may appear twice, and leave the dates of publication open. PrefLib asks for the narrowest
//! type that holds a file; what is written is the type asked for.

mod read;
mod write;

pub use self::read::{PrefLibError, read};
pub(super) use self::write::{write_categories, write_orders};

/// The most lines of preferences read.
pub const MAX_ORDERS: usize = 10_000_000;
/// The most categories.
pub const MAX_CATEGORIES: usize = 1_001;

#[cfg(test)]
mod tests;
