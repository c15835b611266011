//! The ballot box of a foundation: an HTTP server over two append-only logs.
//!
//! Read in this order: [`http`] (what clients see), `service` (one pool at work: its state, its
//! sequencer, its receipts), `storage` (what is durable), [`config`] and [`telemetry`] (what operators
//! see), `cli` (the commands).
//!
//! **Invariant:** no rule about who may vote, or what a vote does, stands here. The rules are
//! `election`'s; this crate asks them, and makes the answer durable.

pub mod config;
pub mod http;
pub mod telemetry;
