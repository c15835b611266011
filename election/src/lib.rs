//! The domain of Bicameral: two pools that cannot be mixed, what their members sign, and the state
//! machine that an append-only log of signed statements replays into.
//!
//! Read in this order: [`pool`] (the two chambers and what belongs to each), [`principal`] and
//! [`roll`] (who may vote), [`module`] and [`standing`] (who may do what), [`manifest`] and [`ballot`] (what is put to them and what they answer),
//! [`statement`] (the signed facts), [`state`] (what the facts add up to), [`certificate`] and
//! [`receipt`] (what leaves the system), [`record`] and [`audit`] (how a stranger checks it all).
//!
//! **Invariant:** no I/O, no async, no clock and no global randomness here. Time is a [`time::Millis`]
//! argument; randomness is an `rng` argument. The same log gives the same state, to the last byte,
//! on every machine.
//!
//! **Invariant:** nothing in this crate converts a value of one pool into a value of the other.

pub mod anchor;
pub mod audit;
pub mod ballot;
pub mod bytes;
pub mod certificate;
pub mod ids;
pub mod key;
pub mod leaf;
pub mod lots;
pub mod manifest;
pub mod module;
pub mod pool;
pub mod principal;
pub mod question;
pub mod receipt;
pub mod record;
pub mod rights;
pub mod roll;
pub mod standing;
pub mod state;
pub mod statement;
pub mod tally;
#[cfg(any(test, feature = "testing"))]
#[doc(hidden)]
pub mod testing;
pub mod text;
pub mod time;

pub use pool::{Business, Pool, PoolId, Technical};
pub use statement::{Body, Kind, Statement, StatementId};
