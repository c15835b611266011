//! How to verify, and the look-up of a tracker.

use askama::Template;
use election::pool::Pool;
use election::state::PoolState;

use super::shell::{Face, Place, Shell, grouped};

/// What came of looking a tracker up.
#[derive(Debug)]
pub enum Lookup {
    /// Nothing was asked.
    Nothing,
    /// What was typed is no tracker.
    Malformed(String),
    /// No ballot has it.
    Unknown,
    /// A ballot has it, or may have it, and its election withholds ballots until the close.
    Withheld,
    /// A ballot has it.
    Found(Box<Found>),
}

/// A recorded ballot.
#[derive(Debug)]
pub struct Found {
    /// Its index in the log.
    pub index: u64,
    /// When it was logged.
    pub at: String,
    /// Its statement id.
    pub id: String,
    /// The proof: leaf index, inclusion path, signed checkpoint (C2SP tlog-proof).
    pub proof: String,
    /// Its election's title and page.
    pub election: Option<(String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "verify.html")]
pub struct VerifyPage {
    shell: Shell,
    face: Face,
    origin: String,
    size: String,
    server: String,
    log_key: String,
    genesis: String,
    asked: String,
    lookup: Lookup,
}

impl VerifyPage {
    /// The page, with the answer to what was asked.
    pub fn new<P: Pool>(
        state: &PoolState<P>,
        server: &str,
        log_key: &str,
        asked: &str,
        lookup: Lookup,
    ) -> VerifyPage {
        let founded = state.founded();
        let foundation = founded.map_or(String::new(), |founded| founded.name.to_string());
        VerifyPage {
            shell: Shell::of_pool(&foundation, P::ID, Place::Verify, "How to verify"),
            face: Face::of(P::ID),
            origin: state.origin().to_string(),
            size: grouped(state.size().0),
            server: server.to_owned(),
            log_key: log_key.to_owned(),
            genesis: founded.map_or(String::new(), |founded| founded.genesis.to_string()),
            asked: asked.chars().take(64).collect(),
            lookup,
        }
    }
}
