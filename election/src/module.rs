//! Modules: the parts of the project that have maintainers of their own, and their processes as data.
//!
//! **Invariant:** only the technical pool has modules. A [`Module`] of the business pool would hold a
//! [`crate::pool::Never`], of which there is no value.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::pool::{ModuleName as _, Pool};

/// Most modules of a pool.
pub const MAX_MODULES: usize = 200;

/// Something that a maintainer of a module may do. A closed list: tools that read an export of rights
/// have to know every one of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Approve changes of the module.
    Review,
    /// Merge them.
    Merge,
    /// Release the module.
    Release,
    /// Propose people for admission to it.
    Admit,
    /// Speak for it.
    Speak,
}

impl Right {
    /// All rights, in order.
    pub const ALL: [Right; 5] =
        [Right::Review, Right::Merge, Right::Release, Right::Admit, Right::Speak];

    /// As written in statements and exports.
    pub fn slug(self) -> &'static str {
        match self {
            Right::Review => "review",
            Right::Merge => "merge",
            Right::Release => "release",
            Right::Admit => "admit",
            Right::Speak => "speak",
        }
    }
}

/// How a module is run. The rules of its votes stand in the manifests of those votes, not here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// What its maintainers may do, in the order of [`Right::ALL`].
    pub rights: BTreeSet<Right>,
    /// Which version of the process this is, from 1.
    pub version: NonZeroU32,
}

/// A part of the project.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Module<P: Pool> {
    /// Its name.
    pub id: P::Module,
    /// The module that decides where this one cannot: one without maintainers has none to vote.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub parent: Option<P::Module>,
    /// How it is run.
    pub process: Process,
}

/// Why modules make no tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModulesError {
    /// Too many.
    #[error("a pool has at most {MAX_MODULES} modules, not {0}")]
    TooMany(usize),
    /// Two of one name.
    #[error("two modules are called `{0}`")]
    Twice(String),
    /// A parent that is no module.
    #[error("the parent `{parent}` of module `{module}` is no module")]
    NoSuchParent {
        /// Whose.
        module: String,
        /// The parent named.
        parent: String,
    },
    /// A module above itself.
    #[error("module `{0}` stands above itself")]
    Cycle(String),
}

/// A pool's modules: distinct, every parent among them, none above itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<Module<P>>", into = "Vec<Module<P>>", bound = "")]
pub struct Modules<P: Pool>(Vec<Module<P>>);

impl<P: Pool> Default for Modules<P> {
    fn default() -> Self {
        Modules(Vec::new())
    }
}

impl<P: Pool> Modules<P> {
    /// Checks a list of modules, which stays in its order.
    pub fn new(modules: Vec<Module<P>>) -> Result<Self, ModulesError> {
        if modules.len() > MAX_MODULES {
            return Err(ModulesError::TooMany(modules.len()));
        }
        let mut parents: BTreeMap<&P::Module, Option<&P::Module>> = BTreeMap::new();
        for module in &modules {
            if parents.insert(&module.id, module.parent.as_ref()).is_some() {
                return Err(ModulesError::Twice(module.id.to_string()));
            }
        }
        for module in &modules {
            let mut above = module.parent.as_ref();
            let mut child = &module.id;
            // Without a cycle there are fewer modules above one than there are modules.
            for _ in 0..modules.len() {
                let Some(parent) = above else { break };
                let Some(next) = parents.get(parent) else {
                    let (module, parent) = (child.to_string(), parent.to_string());
                    return Err(ModulesError::NoSuchParent { module, parent });
                };
                (child, above) = (parent, *next);
            }
            if above.is_some() {
                return Err(ModulesError::Cycle(module.id.to_string()));
            }
        }
        Ok(Modules(modules))
    }
    /// All of them, in the order in which the genesis names them.
    pub fn iter(&self) -> impl Iterator<Item = &Module<P>> {
        self.0.iter()
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The module of that name.
    pub fn module(&self, id: &P::Module) -> Option<&Module<P>> {
        self.0.iter().find(|module| module.id == *id)
    }
    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|module| module.id.id().as_str() == name)
    }
    /// A module, the one above it, and so on up to the root.
    pub fn upwards<'a>(
        &'a self,
        id: &P::Module,
    ) -> impl Iterator<Item = &'a Module<P>> + use<'a, P> {
        std::iter::successors(self.module(id), |module| self.module(module.parent.as_ref()?))
    }
}

impl<P: Pool> TryFrom<Vec<Module<P>>> for Modules<P> {
    type Error = ModulesError;
    fn try_from(modules: Vec<Module<P>>) -> Result<Self, ModulesError> {
        Modules::new(modules)
    }
}
impl<P: Pool> From<Modules<P>> for Vec<Module<P>> {
    fn from(modules: Modules<P>) -> Self {
        modules.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Business, Technical};

    fn module(id: &str, parent: Option<&str>) -> Module<Technical> {
        let process = Process { rights: BTreeSet::from([Right::Merge]), version: NonZeroU32::MIN };
        Module {
            id: id.parse().expect("an id"),
            parent: parent.map(|parent| parent.parse().expect("an id")),
            process,
        }
    }

    #[test]
    fn modules_escalate_to_the_root() {
        let modules = [("core", None), ("jit", Some("compiler")), ("compiler", Some("core"))];
        let modules = modules.map(|(id, parent)| module(id, parent));
        let modules = Modules::new(modules.to_vec()).expect("a tree");
        let path = modules.upwards(&"jit".parse().expect("an id"));
        let path: Vec<_> = path.map(|module| module.id.as_str()).collect();
        assert_eq!(path, ["jit", "compiler", "core"]);
        assert_eq!(modules.upwards(&"gpu".parse().expect("an id")).count(), 0);
    }

    #[test]
    fn modules_that_make_no_tree_are_refused() {
        let refused = |modules: &[(&str, Option<&str>)]| {
            let modules = modules.iter().map(|(id, parent)| module(id, *parent));
            Modules::new(modules.collect()).expect_err("no tree")
        };
        assert_eq!(refused(&[("a", None), ("a", None)]), ModulesError::Twice("a".into()));
        assert_eq!(refused(&[("a", Some("a"))]), ModulesError::Cycle("a".into()));
        let ring = [("a", Some("b")), ("b", Some("c")), ("c", Some("b"))];
        assert_eq!(refused(&ring), ModulesError::Cycle("a".into()));
        let (module, parent) = ("b".into(), "z".into());
        let orphan = refused(&[("a", Some("b")), ("b", Some("z"))]);
        assert_eq!(orphan, ModulesError::NoSuchParent { module, parent });
        let many: Vec<_> = (0..=MAX_MODULES).map(|n| format!("m{n}")).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), None)).collect();
        assert_eq!(refused(&many), ModulesError::TooMany(MAX_MODULES + 1));
    }

    #[test]
    fn modules_are_read_as_they_are_written_and_never_in_the_business_pool() {
        let text = r#"[{"id":"jit","process":{"rights":["review","speak"],"version":2}}]"#;
        let modules: Modules<Technical> = serde_json::from_str(text).expect("modules");
        assert_eq!(serde_json::to_string(&modules).expect("JSON"), text);
        assert!(serde_json::from_str::<Modules<Business>>(text).is_err());
        assert!(serde_json::from_str::<Modules<Business>>("[]").expect("none").is_empty());
        for wrong in [text.replace("speak", "pay"), text.replace('2', "0")] {
            assert!(serde_json::from_str::<Modules<Technical>>(&wrong).is_err(), "{wrong}");
        }
        let slugs = Right::ALL.map(|right| serde_json::to_value(right).expect("JSON"));
        assert_eq!(slugs, Right::ALL.map(|right| serde_json::Value::from(right.slug())));
    }
}
