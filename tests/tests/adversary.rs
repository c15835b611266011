//! Everybody who could cheat, cheating: a server that holds the log's key, officers who agree among
//! themselves, voters with a key of their own, and strangers with a network connection.
//!
//! Each test changes one thing and names what catches it: a refusal by its problem type, or a check
//! of the audit with the leaf that it points at. What nothing catches is said too.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

#[path = "adversary/court.rs"]
mod court;
#[path = "adversary/database.rs"]
mod database;
#[path = "adversary/desk.rs"]
mod desk;
#[path = "adversary/history.rs"]
mod history;
#[path = "adversary/network.rs"]
mod network;
#[path = "adversary/officer.rs"]
mod officer;
#[path = "adversary/server.rs"]
mod server;
#[path = "adversary/standing.rs"]
mod standing;
#[path = "adversary/voter.rs"]
mod voter;
#[path = "adversary/wire.rs"]
mod wire;
