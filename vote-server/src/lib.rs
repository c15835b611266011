//! The ballot box of a foundation: an HTTP server over two append-only logs.
//!
//! Read in this order: [`http`] (what clients see), `service` (one pool at work: its state, its
//! sequencer, its receipts), `storage` (what is durable), [`config`] and [`telemetry`] (what operators
//! see), `cli` (the commands).
//!
//! **Invariant:** no rule about who may vote, or what a vote does, stands here. The rules are
//! `election`'s; this crate asks them, and makes the answer durable.

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod founding;
pub mod http;
pub mod keys;
pub mod random;
pub mod server;
pub mod service;
pub mod storage;
pub mod telemetry;
pub mod web;
