//! A ballot filled in at a terminal.
//!
//! [`answer`] turns what a person types into a selection, [`form`] asks contest by contest and shows
//! everything once more before it is signed, [`terminal`] is the conversation itself, so that tests
//! can hold it with a script.

pub mod answer;
pub mod form;
pub mod terminal;

pub use answer::{AnswerError, parse_answer};
pub use form::{BoothError, Notice, fill};
pub use terminal::{Script, StdTerminal, Terminal};
