//! Who may do what in which module, traced to what granted it: for the tools that guard a repository.
//!
//! A right follows from a standing, a standing from the genesis or a certificate, and both stand in
//! the log. Whoever reads an export can look the statement up by its id or tracker.

use std::fmt;

use crypto::merkle::{LeafIndex, TreeSize};
use serde::{Deserialize, Serialize};

use crate::ids::{Handle, ModuleId, Origin};
use crate::module::{Process, Right};
use crate::pool::Technical;
use crate::receipt::Tracker;
use crate::standing::{GrantedBy, Standing};
use crate::state::PoolState;

/// The name of the JSON form.
pub const FORMAT: &str = "bicameral-rights/v1";

/// The rights in all modules at one size of the technical log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rights {
    /// Always [`FORMAT`].
    pub format: String,
    /// The log.
    pub origin: Origin<Technical>,
    /// How many statements of it were read.
    pub size: TreeSize,
    /// The modules, in the order of the genesis.
    pub modules: Vec<ModuleRights>,
}

/// The rights in one module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleRights {
    /// Which.
    pub module: ModuleId,
    /// The module above it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<ModuleId>,
    /// How it is run.
    pub process: Process,
    /// Everybody with a standing in it, by handle.
    pub people: Vec<PersonRights>,
}

/// One person's rights in a module.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRights {
    /// Who.
    pub person: Handle,
    /// What they are.
    pub standing: Standing,
    /// What they may do: the process' rights for whoever maintains the module, nothing for others.
    pub rights: Vec<Right>,
    /// What granted it.
    pub granted_by: GrantedBy,
    /// That statement's tracker.
    pub tracker: Tracker,
    /// Where the genesis or effect that did it stands in the log.
    pub since: LeafIndex,
}

impl Rights {
    /// The rights that a technical log gives as of now.
    pub fn of(state: &PoolState<Technical>) -> Self {
        let modules = state.founded().into_iter().flat_map(|founded| founded.modules.iter());
        let modules = modules.map(|module| ModuleRights {
            module: module.id.clone(),
            parent: module.parent.clone(),
            process: module.process.clone(),
            people: state
                .standings()
                .filter(|(of, ..)| **of == module.id)
                .map(|(_, person, held)| PersonRights {
                    person: person.clone(),
                    standing: held.standing,
                    rights: match held.standing.maintains() {
                        true => module.process.rights.iter().copied().collect(),
                        false => Vec::new(),
                    },
                    granted_by: held.granted_by,
                    tracker: Tracker::of(*held.granted_by.statement()),
                    since: held.since,
                })
                .collect(),
        });
        Rights {
            format: FORMAT.to_owned(),
            origin: state.origin().clone(),
            size: state.size(),
            modules: modules.collect(),
        }
    }
}

/// Lines in the manner of a CODEOWNERS file: module, person, rights, and behind `#` what granted them.
/// Whoever has no right stands there as a comment.
impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Rights in the modules of {}, at log size {}", self.origin, self.size.0)?;
        for module in &self.modules {
            let parent = module.parent.as_ref();
            let parent = parent.map_or("the root".to_owned(), |parent| format!("below `{parent}`"));
            writeln!(f)?;
            writeln!(f, "# {}: {parent}, process {}", module.module, module.process.version)?;
            for person in &module.people {
                let rights: Vec<_> = person.rights.iter().map(|right| right.slug()).collect();
                let (mark, rights) =
                    if rights.is_empty() { ("# ", "-".to_owned()) } else { ("", rights.join(",")) };
                let by = match person.granted_by {
                    GrantedBy::Genesis { .. } => "genesis",
                    GrantedBy::Certificate { .. } => "certificate",
                };
                writeln!(
                    f,
                    "{mark}{:<16} {:<32} {rights:<34} # {} by {by} {}",
                    module.module.as_str(),
                    person.person.as_str(),
                    person.standing,
                    person.tracker
                )?;
            }
        }
        Ok(())
    }
}
