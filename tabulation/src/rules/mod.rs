//! Rules as data: one typed record per contest, sealed in the manifest before opening.
//!
//! **Invariant:** nothing is implicit. Every free choice of a method is a field here, so that two
//! people who read the same record count the same way. There are no defaults.

mod ballot;
mod check;
mod method;
mod sentence;

use serde::{Deserialize, Serialize};

pub use self::ballot::{BallotForm, EqualRanks, MarkLimit};
pub use self::check::{Contest, RulesError};
pub use self::method::{
    Abstention, ApprovalRules, Bound, DebianRules, Incomparable, InstantRunoffRules, LookBack,
    LowestRule, MAX_CONDITIONS, MAX_DECIMALS, Majority, MeekRules, Method, MotionRules,
    PluralityRules, Quorum, QuorumBase, QuorumFailure, RunoffEnd, RunoffExclusion, SchulzeRules,
    ScottishRules, Share, ShareOf, Strength, Threshold, ThresholdShare, Unranked,
};
pub use self::method::{
    BordaRules, CommitteeSearch, CondorcetIrvRules, CondorcetIrvVariant, CopelandRules,
    CumulativeRules, Elects, Ers97Rules, InclusiveQuota, Kept, MAX_COMMITTEES, MAX_SCORE,
    MajorityJudgmentRules, MeekCourse, MinimaxRules, MinimaxStrength, MinneapolisRules, OmegaBound,
    ProportionalApprovalRules, RankedPairsRules, ScoreRules, SequentialPhragmenRules, StarRules,
    StarTies, TiedPair, TransferCut, Ungraded, UnrankedPoints, Unscored, WigmRules,
};
use crate::option::OptionIndex;
use crate::ratio::Ratio;

/// The most seats one contest may fill.
pub const MAX_SEATS: u16 = 500;

/// How one contest is voted on and counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestRules {
    /// The method and its free choices.
    pub method: Method,
    /// Seats to fill; zero for a motion, which fills none.
    pub seats: u16,
    /// How many seats one affiliation may hold.
    pub affiliation_cap: AffiliationCap,
    /// What breaks a tie that the method itself leaves.
    pub ties: TieRule,
}

/// What a vote counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Every ballot counts one.
    Heads,
    /// Every ballot counts its weight.
    Weight,
}

/// How many seats one affiliation may hold, people who stay in office included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AffiliationCap {
    /// Any number.
    Unlimited {},
    /// At most so many.
    AtMost {
        /// The limit.
        seats: u16,
    },
    /// At most a share of the whole body, rounded down.
    Share {
        /// The share.
        ratio: Ratio,
        /// The seats of the whole body, those not up for election included.
        body_seats: u16,
    },
}

impl AffiliationCap {
    /// The limit in seats; `None` when there is none.
    #[must_use]
    pub fn limit(&self) -> Option<u16> {
        match self {
            Self::Unlimited {} => None,
            Self::AtMost { seats } => Some(*seats),
            Self::Share { ratio, body_seats } => Some(ratio.of_rounded_down(*body_seats)),
        }
    }
}

/// What breaks a tie that the method itself leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum TieRule {
    /// Lots: one order of all options drawn from the election's seed.
    Lots {},
    /// An order of all options published before opening, most favoured first.
    PublishedOrder {
        /// Every option once.
        order: Vec<OptionIndex>,
    },
    /// The vote of a person named before opening, who casts it after seeing the tie: an order of
    /// all options, or yes or no to a tied motion. Until then the tie stays open.
    CastingVote {},
    /// Nothing: the count stops and reports the tie.
    Refuse {},
}

impl ContestRules {
    /// What a voter is asked for under these rules.
    #[must_use]
    pub fn ballot_form(&self) -> BallotForm {
        self.method.rules().ballot_form()
    }

    /// Whether a count under these rules may need a lot that only a seed can give.
    #[must_use]
    pub fn may_draw_lots(&self) -> bool {
        let motion = matches!(self.method, Method::Motion(_));
        !motion && matches!(self.ties, TieRule::Lots {})
    }

    /// Whether a count under these rules must know who was present, voting or not.
    #[must_use]
    pub fn asks_presence(&self) -> bool {
        matches!(&self.method, Method::Motion(rules) if rules.asks_presence())
    }
}
