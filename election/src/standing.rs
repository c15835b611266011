//! Standing: what a contributor is in a module, and what may follow what.
//!
//! Two things give somebody a standing today: the genesis, which the founding officers sign, and a
//! certificate whose decision admits or elects a maintainer. The other transitions of the table are
//! what statements of a later version may do.

use std::fmt;

use crypto::merkle::LeafIndex;
use serde::{Deserialize, Serialize};

use crate::ids::Handle;
use crate::pool::Pool;
use crate::statement::StatementId;

/// What a contributor is in a module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On the way to being a maintainer: no rights yet.
    Candidate,
    /// Maintains the module: its process' rights, and a vote where its maintainers vote.
    Maintainer,
    /// A maintainer who leads the others.
    Lead,
    /// Was a maintainer: named with honour, without rights.
    Emeritus,
    /// A maintainer whose rights rest.
    Suspended,
}

/// What comes before a standing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    /// No standing in the module so far.
    Nothing,
    /// This one.
    Standing(Standing),
}

/// The one table of transitions: what may follow.
fn followers(before: Before) -> &'static [Standing] {
    use Standing::{Candidate, Emeritus, Lead, Maintainer, Suspended};
    match before {
        // Nobody is suspended from what they never were.
        Before::Nothing => &[Candidate, Maintainer, Lead, Emeritus],
        Before::Standing(Candidate) => &[Maintainer],
        Before::Standing(Maintainer) => &[Lead, Emeritus, Suspended],
        Before::Standing(Lead) => &[Maintainer, Emeritus, Suspended],
        Before::Standing(Emeritus) => &[Maintainer],
        Before::Standing(Suspended) => &[Maintainer, Emeritus],
    }
}

/// A standing that may not follow another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{to} does not follow {before}")]
pub struct NoTransition {
    /// What was there.
    pub before: Before,
    /// What was to follow.
    pub to: Standing,
}

impl Before {
    /// The standing that follows, if the table has the transition.
    pub fn to(self, to: Standing) -> Result<Standing, NoTransition> {
        if followers(self).contains(&to) { Ok(to) } else { Err(NoTransition { before: self, to }) }
    }

    /// What a decision to make somebody a maintainer makes of them. Whoever maintains the module
    /// already stays what they are, by what granted it then: an election does not demote a lead.
    pub fn decided_maintainer(self) -> Result<Decided, NoTransition> {
        match self {
            Before::Standing(standing) if standing.maintains() => Ok(Decided::Stays),
            Before::Standing(_) | Before::Nothing => {
                self.to(Standing::Maintainer).map(Decided::Becomes)
            }
        }
    }
}

/// What a decision makes of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decided {
    /// They are a maintainer already.
    Stays,
    /// This.
    Becomes(Standing),
}

impl Standing {
    /// All of them.
    pub const ALL: [Standing; 5] = [
        Standing::Candidate,
        Standing::Maintainer,
        Standing::Lead,
        Standing::Emeritus,
        Standing::Suspended,
    ];

    /// Whether it carries the rights of the module's process and a vote among its maintainers.
    pub fn maintains(self) -> bool {
        match self {
            Standing::Maintainer | Standing::Lead => true,
            Standing::Candidate | Standing::Emeritus | Standing::Suspended => false,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Standing::Candidate => "candidate",
            Standing::Maintainer => "maintainer",
            Standing::Lead => "lead",
            Standing::Emeritus => "emeritus",
            Standing::Suspended => "suspended",
        })
    }
}
impl fmt::Display for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Before::Nothing => f.write_str("no standing"),
            Before::Standing(standing) => standing.fmt(f),
        }
    }
}

/// What granted a standing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum GrantedBy {
    /// The log's first statement.
    Genesis {
        /// Which.
        statement: StatementId,
    },
    /// A certificate.
    Certificate {
        /// Which.
        statement: StatementId,
    },
}

impl GrantedBy {
    /// The statement.
    pub fn statement(&self) -> &StatementId {
        match self {
            GrantedBy::Genesis { statement } | GrantedBy::Certificate { statement } => statement,
        }
    }
}

impl fmt::Display for GrantedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GrantedBy::Genesis { statement } => write!(f, "genesis {statement}"),
            GrantedBy::Certificate { statement } => write!(f, "certificate {statement}"),
        }
    }
}

/// A standing as the log has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// What the person is.
    pub standing: Standing,
    /// What made them so.
    pub granted_by: GrantedBy,
    /// Where the genesis or effect that did it stands in the log.
    pub since: LeafIndex,
}

/// A standing that the genesis names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct FoundingStanding<P: Pool> {
    /// In which module.
    pub module: P::Module,
    /// Whose.
    pub person: Handle,
    /// What they are.
    pub standing: Standing,
}

/// Somebody whom a decision makes a maintainer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Grant<P: Pool> {
    /// Of which module.
    pub module: P::Module,
    /// Whom.
    pub person: Handle,
}

impl<P: Pool> fmt::Display for Grant<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in `{}`", self.person, self.module)
    }
}

/// Grants in words, for messages.
pub fn words<P: Pool>(grants: &[Grant<P>]) -> String {
    if grants.is_empty() {
        return "nothing".to_owned();
    }
    grants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Candidate, Emeritus, Lead, Maintainer, Suspended};

    fn all_before() -> impl Iterator<Item = Before> {
        std::iter::once(Before::Nothing).chain(Standing::ALL.map(Before::Standing))
    }

    #[test]
    fn exactly_these_transitions_are_allowed() {
        let allowed = [
            (Before::Nothing, Candidate),
            (Before::Nothing, Maintainer),
            (Before::Nothing, Lead),
            (Before::Nothing, Emeritus),
            (Before::Standing(Candidate), Maintainer),
            (Before::Standing(Maintainer), Lead),
            (Before::Standing(Maintainer), Emeritus),
            (Before::Standing(Maintainer), Suspended),
            (Before::Standing(Lead), Maintainer),
            (Before::Standing(Lead), Emeritus),
            (Before::Standing(Lead), Suspended),
            (Before::Standing(Emeritus), Maintainer),
            (Before::Standing(Suspended), Maintainer),
            (Before::Standing(Suspended), Emeritus),
        ];
        let mut found = 0;
        for before in all_before() {
            for to in Standing::ALL {
                let may = allowed.contains(&(before, to));
                let no = NoTransition { before, to };
                assert_eq!(before.to(to), if may { Ok(to) } else { Err(no) }, "{no}");
                found += usize::from(may);
            }
        }
        assert_eq!(found, allowed.len());
    }

    #[test]
    fn a_decision_makes_a_maintainer_of_anybody_and_demotes_nobody() {
        for before in all_before() {
            let stays = matches!(before, Before::Standing(Maintainer | Lead));
            let decided = if stays { Decided::Stays } else { Decided::Becomes(Maintainer) };
            assert_eq!(before.decided_maintainer(), Ok(decided), "{before}");
        }
    }

    #[test]
    fn standings_are_written_as_they_are_said() {
        for standing in Standing::ALL {
            let written = serde_json::to_value(standing).expect("JSON");
            assert_eq!(written, standing.to_string());
        }
    }
}
