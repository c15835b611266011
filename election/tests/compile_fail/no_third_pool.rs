use election::ids::ModuleId;
use election::pool::{Never, Pool, PoolId};
use election::principal::Contributor;
use election::question::{TechnicalDecision, TechnicalQuestion};
use election::roll::One;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Sponsors {}

impl Pool for Sponsors {
    const ID: PoolId = PoolId::Technical;
    const SLUG: &'static str = "sponsors";
    const PRINCIPAL_KIND: &'static str = "sponsor";
    type Principal = Contributor;
    type Weight = One;
    type Question = TechnicalQuestion;
    type Decision = TechnicalDecision;
    type Module = ModuleId;
    type Mandate = Never;
    type RelatedGroup = Never;
    type Affiliation = Never;
}

fn main() {}
