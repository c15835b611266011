//! The command line of Bicameral, and the typed client under it.
//!
//! Read in this order: [`api`] (a pool's HTTP interface, typed), [`replay`] (a record turned back
//! into a pool's state, trusting nothing but the log key), [`input`] (the files people write: rolls,
//! elections, ballots), [`booth`] (a ballot filled in at a terminal), [`files`] (what is kept on
//! this machine), and [`cmd`] (one file per command).
//!
//! **Invariant:** nothing that a server sends is believed because the server sent it. Statements are
//! decoded and named by their own hash, receipts are checked against `foundation.json`, certificates
//! are recomputed from the record before anybody signs them.
//!
//! **Invariant:** only [`cmd::run`] writes to standard output; prompts, progress and diagnostics go
//! to standard error.

pub mod api;
pub mod booth;
pub mod chance;
pub mod cmd;
pub mod files;
pub mod input;
pub mod progress;
pub mod replay;
pub mod show;
