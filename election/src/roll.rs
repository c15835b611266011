//! The roll: the frozen, ordered list of those entitled to vote in one election.

use std::collections::BTreeMap;

use crypto::{Hash, merkle::Frontier};
use serde::{Deserialize, Serialize};

use crate::ids::Handle;
use crate::pool::{Pool, PrincipalId, Weight};

/// Most entries of one roll.
pub const MAX_ROLL_ENTRIES: usize = 1_000_000;
/// Largest voting power of one member; a roll's total stays far below 2^53.
pub const MAX_VOTING_POWER: u32 = 1_000_000_000;

/// A corporate member's voting power: a positive integer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct VotingPower(u32);

/// A voting power of zero, or beyond [`MAX_VOTING_POWER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a voting power is from 1 to {MAX_VOTING_POWER}, not {0}")]
pub struct NotAVotingPower(pub u64);

impl VotingPower {
    /// A power, if it is one.
    pub fn new(power: u64) -> Result<Self, NotAVotingPower> {
        match u32::try_from(power) {
            Ok(power) if (1..=MAX_VOTING_POWER).contains(&power) => Ok(VotingPower(power)),
            Ok(_) | Err(_) => Err(NotAVotingPower(power)),
        }
    }
    /// The integer.
    pub fn get(self) -> u32 {
        self.0
    }
}
impl TryFrom<u64> for VotingPower {
    type Error = NotAVotingPower;
    fn try_from(power: u64) -> Result<Self, NotAVotingPower> {
        VotingPower::new(power)
    }
}
impl From<VotingPower> for u64 {
    fn from(power: VotingPower) -> u64 {
        u64::from(power.0)
    }
}
impl Weight for VotingPower {
    fn units(self) -> u64 {
        u64::from(self.0)
    }
}

/// The weight of a contributor's vote. It has one value, and decoding any other number fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct One;

/// A technical vote that claims to weigh something else than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a contributor's vote weighs exactly one, not {0}")]
pub struct NotOne(pub u64);

impl TryFrom<u64> for One {
    type Error = NotOne;
    fn try_from(weight: u64) -> Result<Self, NotOne> {
        if weight == 1 { Ok(One) } else { Err(NotOne(weight)) }
    }
}
impl From<One> for u64 {
    fn from(_: One) -> u64 {
        1
    }
}
impl Weight for One {
    fn units(self) -> u64 {
        1
    }
}

/// One principal's line on a roll.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct RollEntry<P: Pool> {
    /// Who is entitled.
    pub principal: PrincipalId<P>,
    /// With what weight.
    pub weight: P::Weight,
    /// Who may cast the ballot, highest rank first. A contributor speaks alone.
    pub speakers: Vec<Handle>,
}

impl<P: Pool> RollEntry<P> {
    /// The rank of a person among those who may speak, 0 the highest.
    pub fn rank(&self, person: &Handle) -> Option<usize> {
        self.speakers.iter().position(|speaker| speaker == person)
    }
}

/// The frozen list. Ordered by principal, so that its root is one number for one electorate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<RollEntry<P>>", into = "Vec<RollEntry<P>>", bound = "")]
pub struct Roll<P: Pool>(BTreeMap<PrincipalId<P>, RollEntry<P>>);

/// Why a list is no roll.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RollError {
    /// One principal, two entries.
    #[error("`{0}` stands twice on the roll")]
    Twice(String),
    /// Over [`MAX_ROLL_ENTRIES`].
    #[error("a roll has at most {MAX_ROLL_ENTRIES} entries, not {0}")]
    TooLong(usize),
}

impl<P: Pool> Roll<P> {
    /// Collects entries, refusing a principal that stands twice.
    pub fn new(entries: impl IntoIterator<Item = RollEntry<P>>) -> Result<Self, RollError> {
        let mut roll = BTreeMap::new();
        for entry in entries {
            let id = entry.principal.clone();
            if roll.insert(id.clone(), entry).is_some() {
                return Err(RollError::Twice(id.to_string()));
            }
        }
        if roll.len() > MAX_ROLL_ENTRIES {
            return Err(RollError::TooLong(roll.len()));
        }
        Ok(Roll(roll))
    }
    /// The entry of a principal.
    pub fn entry(&self, principal: &PrincipalId<P>) -> Option<&RollEntry<P>> {
        self.0.get(principal)
    }
    /// All entries, by principal.
    pub fn entries(&self) -> impl Iterator<Item = &RollEntry<P>> {
        self.0.values()
    }
    /// How many are entitled.
    pub fn heads(&self) -> u64 {
        self.0.len() as u64
    }
    /// Their weights added up. Cannot overflow: [`MAX_ROLL_ENTRIES`] × [`MAX_VOTING_POWER`] < 2^53.
    pub fn weight(&self) -> u64 {
        self.0.values().map(|entry| entry.weight.units()).sum()
    }
    /// The Merkle root (RFC 9162 §2.1.1) over the canonical JSON of the entries in order.
    pub fn root(&self) -> Result<Hash, crypto::canonical::CanonicalError> {
        let mut frontier = Frontier::default();
        for entry in self.0.values() {
            frontier.push(crypto::merkle::leaf_hash(&crypto::canonical::encode(entry)?));
        }
        Ok(frontier.root())
    }
}

impl<P: Pool> TryFrom<Vec<RollEntry<P>>> for Roll<P> {
    type Error = RollError;
    fn try_from(entries: Vec<RollEntry<P>>) -> Result<Self, RollError> {
        Roll::new(entries)
    }
}
impl<P: Pool> From<Roll<P>> for Vec<RollEntry<P>> {
    fn from(roll: Roll<P>) -> Self {
        roll.0.into_values().collect()
    }
}
