//! The files that people write: rolls as CSV, elections as TOML, ballots as TOML or JSON.
//!
//! Every refusal names the line or the entry and says what would be right. Every file has a limit.

pub mod ballot_file;
pub mod codes;
pub mod contributors;
pub mod election_file;
pub mod instant;
pub mod members;
pub mod table;
