//! Readers and writers of ballot files made elsewhere.
//!
//! A file is bytes somebody else wrote: every reader has named limits, names the line of the
//! first fault, and never guesses. What a file says is kept apart from what a count makes of it.

pub mod abif;
pub mod ballots;
pub mod blt;
mod csv;
pub mod debian;
pub mod elekto;
pub mod json;
mod kind;
mod lines;
pub mod marks;
mod metered;
pub mod nist;
pub mod preflib;
pub mod rctab;
mod text;

pub use self::kind::{DETECT_BYTES, Kind, UnknownKind};
pub use self::lines::{LineError, MAX_LINE_BYTES};
pub use self::text::{Encoding, TextError, decode};
