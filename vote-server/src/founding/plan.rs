//! The founding plan: a TOML file that people write.

use election::ids::{BodyId, ClassId};
use election::module::Modules;
use election::standing::FoundingStanding;
use election::statement::{Officer, Quorums};
use election::text::Line;
use election::{Business, Pool, Technical};
use serde::{Deserialize, Serialize};

/// Longest plan in bytes.
pub const MAX_PLAN_BYTES: usize = 256 * 1024;

/// A foundation to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The foundation's name.
    pub name: Line,
    /// The host that names its logs, such as `vote.example.org`. It can never change.
    pub host: String,
    /// The pool of corporate members.
    pub business: PoolPlan<Business>,
    /// The pool of contributors.
    pub technical: PoolPlan<Technical>,
}

/// One pool of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct PoolPlan<P: Pool> {
    /// How many officers must sign what.
    pub quorums: Quorums,
    /// Its committees and boards.
    #[serde(default)]
    pub bodies: Vec<BodyId<P>>,
    /// Its classes of membership: the business pool's alone.
    #[serde(default)]
    pub classes: Vec<ClassId>,
    /// Its modules: the technical pool's alone.
    #[serde(default)]
    pub modules: Modules<P>,
    /// Who is what in them from the start.
    #[serde(default = "Vec::new")]
    pub standings: Vec<FoundingStanding<P>>,
    /// Its founding officers, with their public keys.
    pub officers: Vec<Officer>,
}

/// Why a file is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// Over [`MAX_PLAN_BYTES`].
    #[error("a founding plan has at most {MAX_PLAN_BYTES} bytes, not {0}")]
    TooLong(usize),
    /// Not the TOML it should be.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A plan that cannot be written.
    #[error("the plan cannot be written: {0}")]
    Write(#[from] toml::ser::Error),
}

impl Plan {
    /// Reads a plan. Officers' roles may stand in any order.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        if text.len() > MAX_PLAN_BYTES {
            return Err(PlanError::TooLong(text.len()));
        }
        let mut plan: Plan = toml::from_str(text)?;
        let officers = plan.business.officers.iter_mut().chain(&mut plan.technical.officers);
        for officer in officers {
            officer.roles.sort_unstable();
        }
        Ok(plan)
    }
    /// Writes it.
    pub fn to_toml(&self) -> Result<String, PlanError> {
        Ok(toml::to_string_pretty(self)?)
    }
}
