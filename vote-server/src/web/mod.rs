//! The public board: pages for readers, made from a pool's state and its log.
//!
//! Every page is a view model, which is a pure function of domain values, and a template. Pages work
//! without any script, carry no inline style, and are generic over the pool: what differs between the
//! pools is the wording of [`shell::Face`] and whatever the types differ in. No page mixes pools
//! except the front page, which links to both.
//!
//! **Invariant:** nothing here decides anything. Turnout, ballots and results are shown only where
//! the state says that they may be.

pub mod assets;
pub mod board;
pub mod contest;
pub mod election;
pub mod home;
pub mod log;
pub mod problem;
mod routes;
pub mod shell;
mod source;
pub mod verify;
mod words;

pub use routes::{global_pages, pool_pages};

#[cfg(test)]
mod tests;
