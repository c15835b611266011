//! The two pools. Everything that belongs to one of them carries it as a type parameter, so that a
//! value of one pool is not merely refused by the other: it has the wrong type.

use std::fmt::{self, Debug, Display};
use std::hash::Hash as StdHash;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::ids::ModuleId;
use crate::principal::{Affiliation, Contributor, CorporateMember, Mandate, RelatedGroup};
use crate::question::{BusinessDecision, BusinessQuestion, TechnicalDecision, TechnicalQuestion};
use crate::roll::{One, VotingPower};

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Business {}
    impl Sealed for super::Technical {}
}

/// One of the two chambers of a foundation. Sealed: there is no third.
pub trait Pool: sealed::Sealed + Copy + Eq + Ord + StdHash + Debug + Send + Sync + 'static {
    /// The erased name, for rows, errors and log lines.
    const ID: PoolId;
    /// The URL segment, the last part of the log's origin, and the pool's part of every payload type.
    const SLUG: &'static str;
    /// The payload kind under which a principal of this pool is written into its log.
    const PRINCIPAL_KIND: &'static str;
    /// Who a vote belongs to: an organisation here, a natural person there, never either.
    type Principal: Principal<Weight = Self::Weight>;
    /// What a principal's vote weighs in this pool.
    type Weight: Weight;
    /// What may be put to this pool's vote. A question's kind fixes the pool it is put to.
    type Question: Question<Decision = Self::Decision>;
    /// What a passed question of this pool can do. No business decision can name anything technical.
    type Decision: Decision<Module = Self::Module>;
    /// How a module is named; [`Never`] in the pool that has none, so that nothing of that pool can
    /// name one.
    type Module: ModuleName;
    /// Who speaks for an organisation; [`Never`] where principals speak for themselves.
    type Mandate: MandateOf;
    /// Organisations that share one voice; [`Never`] where there are no organisations.
    type RelatedGroup: RelatedGroupOf;
    /// Whom a person works for; [`Never`] where principals are organisations.
    type Affiliation: AffiliationOf;
}

/// The pool of corporate members: budget, business decisions, business seats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Business {}

/// The pool of contributors: technical decisions, modules, technical seats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Technical {}

impl Pool for Business {
    const ID: PoolId = PoolId::Business;
    const SLUG: &'static str = "business";
    const PRINCIPAL_KIND: &'static str = "member";
    type Principal = CorporateMember;
    type Weight = VotingPower;
    type Question = BusinessQuestion;
    type Decision = BusinessDecision;
    type Module = Never;
    type Mandate = Mandate;
    type RelatedGroup = RelatedGroup;
    type Affiliation = Never;
}

impl Pool for Technical {
    const ID: PoolId = PoolId::Technical;
    const SLUG: &'static str = "technical";
    const PRINCIPAL_KIND: &'static str = "contributor";
    type Principal = Contributor;
    type Weight = One;
    type Question = TechnicalQuestion;
    type Decision = TechnicalDecision;
    type Module = ModuleId;
    type Mandate = Never;
    type RelatedGroup = Never;
    type Affiliation = Affiliation;
}

/// The principal id type of a pool.
pub type PrincipalId<P> = <<P as Pool>::Principal as Principal>::Id;

/// Plain data that may stand in a signed payload.
pub trait Plain: Clone + Eq + Debug + Send + Sync + Serialize + DeserializeOwned + 'static {}
impl<T> Plain for T where
    T: Clone + Eq + Debug + Send + Sync + Serialize + DeserializeOwned + 'static
{
}

/// What both kinds of principal have in common.
pub trait Principal: Plain {
    /// How the principal is named: a member id or a person's handle, never interchangeable.
    type Id: Plain + Ord + Display + FromStr<Err: Display>;
    /// What a vote of this kind of principal weighs.
    type Weight;
    /// The weight at an instant, if one is settled for it.
    fn weight_at(&self, at: crate::time::Millis) -> Option<Self::Weight>;
    /// The stable name.
    fn id(&self) -> &Self::Id;
    /// The name that pages show.
    fn name(&self) -> &str;
    /// The membership class, for pools that have classes.
    fn class(&self) -> Option<&str>;
    /// The person who speaks for this principal without any mandate: a contributor for themselves,
    /// nobody for an organisation.
    fn own_voice(&self) -> Option<&crate::ids::Handle>;
}

/// What a vote weighs.
pub trait Weight: Plain + Copy + Ord {
    /// The weight as counting takes it.
    fn units(self) -> u64;
}

/// Something that can be put to a pool's vote.
pub trait Question: Plain {
    /// What passing it does.
    type Decision;
    /// What the outcome of its contest decides: one decision per seat filled, one for a motion that
    /// passed, none for one that failed or stayed undecided.
    fn decide(
        &self,
        outcome: &tabulation::Outcome,
        options: &[crate::manifest::ContestOption],
    ) -> Vec<Self::Decision>;
    /// A short label for pages, such as "budget approval".
    fn label(&self) -> &'static str;
    /// Whether the question is a yes/no/abstain motion rather than an election among options.
    fn is_motion(&self) -> bool;
    /// What of this pool's own the question names, and which therefore has to exist.
    fn subject(&self) -> Subject<'_>;
}

/// What a passed question does.
pub trait Decision: Plain {
    /// How its pool names modules.
    type Module;
    /// Whom it makes a maintainer, and of which module, if it does.
    fn maintainer(&self) -> Option<NewMaintainer<'_, Self::Module>>;
}

/// Whom a decision makes a maintainer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NewMaintainer<'a, M> {
    /// A contributor, by name.
    Person {
        /// Of which module.
        module: &'a M,
        /// Whom.
        person: &'a crate::ids::Handle,
    },
    /// The contributor whom an option of the contest names.
    Option {
        /// Of which module.
        module: &'a M,
        /// Which option.
        option: &'a crate::ids::OptionId,
    },
}

/// Something of a pool's own that a question is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject<'a> {
    /// Nothing that the pool's log knows.
    Nothing,
    /// A body of this pool.
    Body(&'a str),
    /// A module, whose maintainers the options are to be: contributors, each of them.
    Maintainers(&'a str),
    /// A contributor, and the module they would be admitted to.
    Admission(&'a str, &'a crate::ids::Handle),
}

/// A module's name where the pool has modules.
pub trait ModuleName:
    Plain + Ord + Display + FromStr<Err: std::error::Error + Send + Sync + 'static>
{
    /// The name.
    fn id(&self) -> &ModuleId;
}
impl ModuleName for ModuleId {
    fn id(&self) -> &ModuleId {
        self
    }
}

/// A mandate where the pool has them.
pub trait MandateOf: Plain {
    /// The mandate's content.
    fn mandate(&self) -> &Mandate;
}
/// A related group where the pool has them.
pub trait RelatedGroupOf: Plain {
    /// The group's content.
    fn related(&self) -> &RelatedGroup;
}
/// An affiliation where the pool has them.
pub trait AffiliationOf: Plain {
    /// The affiliation's content.
    fn affiliation(&self) -> &Affiliation;
}

/// What a pool does not have. It has no value, and decoding one always fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Never {}

/// A value of what a pool does not have was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this pool has no such thing")]
pub struct NoSuchThing;

impl Serialize for Never {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        match *self {}
    }
}
impl<'de> Deserialize<'de> for Never {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(NoSuchThing))
    }
}
impl Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
impl FromStr for Never {
    type Err = NoSuchThing;
    fn from_str(_: &str) -> Result<Self, NoSuchThing> {
        Err(NoSuchThing)
    }
}
impl ModuleName for Never {
    fn id(&self) -> &ModuleId {
        match *self {}
    }
}
impl MandateOf for Never {
    fn mandate(&self) -> &Mandate {
        match *self {}
    }
}
impl RelatedGroupOf for Never {
    fn related(&self) -> &RelatedGroup {
        match *self {}
    }
}
impl AffiliationOf for Never {
    fn affiliation(&self) -> &Affiliation {
        match *self {}
    }
}

/// A pool's name where types are erased: bytes, rows, errors, log lines.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoolId {
    /// Corporate members.
    Business,
    /// Contributors.
    Technical,
}

impl PoolId {
    /// Both pools, in the order they are shown.
    pub const ALL: [PoolId; 2] = [PoolId::Business, PoolId::Technical];

    /// The URL segment and database value.
    pub fn slug(self) -> &'static str {
        match self {
            PoolId::Business => Business::SLUG,
            PoolId::Technical => Technical::SLUG,
        }
    }
}

impl Display for PoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// A pool name that is neither `business` nor `technical`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a pool; the pools are `business` and `technical`")]
pub struct UnknownPool(pub String);

impl FromStr for PoolId {
    type Err = UnknownPool;
    fn from_str(text: &str) -> Result<Self, UnknownPool> {
        PoolId::ALL
            .into_iter()
            .find(|pool| pool.slug() == text)
            .ok_or_else(|| UnknownPool(text.to_owned()))
    }
}
