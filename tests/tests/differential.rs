//! Random elections counted here and by programs that nobody here wrote, which share nothing with
//! this one but the papers: the crate `stv-rs` for Meek's method, `pref_voting` (PyPI) for pairwise
//! methods. Winners, orders and figures are compared; floats never are.
//!
//! Rules go in, and transcripts come out, as the JSON of docs/counting.md: what is compared is what
//! an auditor reads. Elections come from fixed seeds, and a difference prints its election.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

#[path = "differential/elections.rs"]
mod elections;
#[path = "differential/meek.rs"]
mod meek;
#[path = "differential/pairwise.rs"]
mod pairwise;
