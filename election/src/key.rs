//! Signing keys with their capacity and pool in the type: an officer key of one pool cannot sign a
//! statement of the other.

use std::marker::PhantomData;

use crypto::sign::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};

use crate::pool::Pool;

/// What a key may sign. One key has one capacity in one pool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// The log itself: checkpoints, openings and closings by the window, certificates.
    Log,
    /// An officer: manifests, rolls, certificates.
    Officer,
    /// A person's invitation: the one enrolment it is for.
    Invitation,
    /// A voter: ballots.
    Voter,
}

impl Capacity {
    /// The name in rows and key files.
    pub fn slug(self) -> &'static str {
        match self {
            Capacity::Log => "log",
            Capacity::Officer => "officer",
            Capacity::Invitation => "invitation",
            Capacity::Voter => "voter",
        }
    }
}

macro_rules! key_type {
    ($(#[$doc:meta])* $name:ident, $capacity:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<P: Pool>(SigningKey, PhantomData<P>);

        impl<P: Pool> $name<P> {
            /// Takes a raw key into this capacity and pool. The caller vouches that the key serves
            /// nothing else; the logs and the key register refuse one that does.
            pub fn new(key: SigningKey) -> Self {
                $name(key, PhantomData)
            }
            /// The public half.
            pub fn public(&self) -> PublicKey {
                self.0.public()
            }
            /// The raw key, for sealing it into a key file.
            pub fn raw(&self) -> &SigningKey {
                &self.0
            }
        }
        impl<P: Pool> KeyOf<P> for $name<P> {
            const CAPACITY: Capacity = $capacity;
            fn signing_key(&self) -> &SigningKey {
                &self.0
            }
        }
    };
}

/// A key that belongs to pool `P`.
pub trait KeyOf<P: Pool> {
    /// What it may sign.
    const CAPACITY: Capacity;
    /// The raw key.
    fn signing_key(&self) -> &SigningKey;
}

key_type!(
    /// The key of a pool's log.
    LogKey, Capacity::Log
);
key_type!(
    /// An officer's key.
    OfficerKey, Capacity::Officer
);
key_type!(
    /// The key an invitation code derives.
    InvitationKey, Capacity::Invitation
);
key_type!(
    /// A voter's key.
    VoterKey, Capacity::Voter
);
