//! Readers and writers of ballot files made elsewhere.
//!
//! A file is bytes somebody else wrote: every reader has named limits, names the line of the
//! first fault, and never guesses. What a file says is kept apart from what a count makes of it.

pub mod blt;
mod csv;
pub mod debian;
pub mod elekto;
pub mod marks;
pub mod rctab;
mod text;

pub use self::text::{Encoding, TextError, decode};
