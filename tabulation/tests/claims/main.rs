//! What this crate claims, checked from outside: textbook results, laws, hostile input.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

mod cardinal;
mod casting;
mod catalogue;
mod check;
mod committees;
mod common;
mod condorcet;
mod counterexamples;
mod equals_at_quota;
mod hostile;
mod laws;
mod meek;
mod motion_laws;
mod motions;
mod profiles;
mod reports;
mod rules;
mod scottish;
mod stv;
mod textbook;
mod wigm;
