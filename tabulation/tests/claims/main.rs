//! What this crate claims, checked from outside: textbook results, laws, hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

mod cardinal;
mod committees;
mod common;
mod hostile;
mod laws;
mod motions;
mod profiles;
mod rules;
mod scottish;
mod textbook;
