//! What the whole-system tests share: a real server over a real database, and beside it, in memory,
//! the log that an honest server would have made.
//!
//! [`world::World`] is where a test begins. Its two halls hold an `election::testing::TestLog` each:
//! whatever happens in that model is posted to the server over HTTP, and the server's answer is held
//! against the model at every step. [`site`] founds a foundation on disk, for servers in this process
//! and in others; [`postgres`] runs the second kind of database.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a harness that cannot be built is a failed test, and says which"
)]

pub mod postgres;
pub mod process;
pub mod site;
pub mod world;
