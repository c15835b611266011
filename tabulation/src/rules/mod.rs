//! Rules as data: one typed record per contest, sealed in the manifest before opening.
//!
//! **Invariant:** nothing is implicit. Every free choice of a method is a field here, so that two
//! people who read the same record count the same way. There are no defaults.

mod ballot;
mod check;
mod motion;
mod sentence;

use serde::{Deserialize, Serialize};

pub use self::ballot::{BallotForm, EqualRanks, MarkLimit};
pub use self::check::{Contest, MAX_CONDITIONS, MAX_DECIMALS, RulesError};
pub use self::motion::{
    Abstention, Bound, Quorum, QuorumFailure, Share, ShareOf, Threshold, ThresholdShare,
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

/// A counting method with every choice its name leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Method {
    /// Yes, no or abstain.
    Motion {
        /// All must be met; an empty list asks for no quorum.
        quorums: Vec<Quorum>,
        /// All must be met; at least one.
        thresholds: Vec<Threshold>,
        /// What an abstention does.
        abstention: Abstention,
        /// What a missed quorum means.
        quorum_failure: QuorumFailure,
    },
    /// Most marks win. With `at_most` one this is plurality, with as many as seats bloc voting.
    Plurality {
        /// What a vote counts as.
        by: Basis,
        /// How many options one ballot may mark.
        at_most: MarkLimit,
    },
    /// Most approvals win; a ballot may approve of any number.
    Approval {
        /// What a vote counts as.
        by: Basis,
    },
    /// Schulze's method: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
    /// Condorcet-consistent single-winner election method", 2011.
    Schulze {
        /// What a vote counts as.
        by: Basis,
        /// What it means not to rank an option.
        unranked: Unranked,
        /// How strong a pairwise defeat is.
        strength: Strength,
        /// What becomes of options between which the method decides nothing.
        incomparable: Incomparable,
        /// Whether options may share a rank.
        equal_ranks: EqualRanks,
        /// How many options one ballot may rank.
        at_most: MarkLimit,
    },
    /// The Debian constitution's standard resolution procedure, A.5 of version 1.9: options that do
    /// not defeat the default option are dropped, Schwartz sequential dropping chooses one.
    DebianA5 {
        /// What a vote counts as.
        by: Basis,
        /// The default option, such as "none of the above".
        default_option: OptionIndex,
        /// So many votes must prefer an option to the default option; zero asks for none.
        quorum: u64,
        /// Options that need more than a simple majority against the default option.
        majorities: Vec<Majority>,
    },
    /// Single transferable vote as in the Scottish Local Government Elections Order 2011
    /// (SSI 2011/399), Schedule 1. Equal ranks have no place in it.
    ScottishStv {
        /// What a vote counts as.
        by: Basis,
        /// How many options one ballot may rank.
        at_most: MarkLimit,
        /// How earlier stages break a tie between three or more, which the Order leaves open.
        look_back: LookBack,
    },
    /// Single transferable vote by Meek's method in fixed decimals: B. L. Meek, I. D. Hill,
    /// B. A. Wichmann and D. R. Woodall, Algorithm 123, Computer Journal 30(3), 1987, as the
    /// Proportional Representation Foundation's reference rule carries it out.
    Meek {
        /// What a vote counts as.
        by: Basis,
        /// How many options one ballot may rank.
        at_most: MarkLimit,
        /// How many decimals every figure has.
        decimals: u8,
        /// Surpluses are redistributed until they sum to at most ten to minus this.
        omega_decimals: u8,
        /// Who counts as tied for exclusion.
        lowest: LowestRule,
        /// How earlier stages break a tie for exclusion.
        look_back: LookBack,
    },
    /// Instant runoff for one seat, with the choices that RCTab names.
    InstantRunoff {
        /// What a vote counts as.
        by: Basis,
        /// How many options one ballot may rank.
        at_most: MarkLimit,
        /// When it ends.
        end: RunoffEnd,
        /// How many are excluded at once.
        exclusion: RunoffExclusion,
        /// Options excluded together before any other, such as undeclared write-ins.
        exclude_first: Vec<OptionIndex>,
        /// How earlier rounds break a tie for exclusion.
        look_back: LookBack,
    },
}

/// The majority that one option needs against the default option, such as 3:1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Majority {
    /// The option.
    pub option: OptionIndex,
    /// So many votes for it ...
    pub votes_for: u32,
    /// ... for every so many against it.
    pub votes_against: u32,
}

/// Who counts as tied for exclusion while surpluses are not fully redistributed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LowestRule {
    /// Everybody whom the remaining surplus could put last.
    WithinSurplus,
    /// Only those with exactly the fewest votes.
    Exactly,
}

/// When an instant runoff ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunoffEnd {
    /// When somebody has more than half of the votes still in play.
    Majority,
    /// When two are left, whatever the leader had before.
    TwoLeft,
}

/// How many an instant runoff excludes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunoffExclusion {
    /// The lowest one.
    OneByOne,
    /// The largest group of the lowest whose votes together are fewer than those of the next.
    /// The winner is the same; there are fewer rounds.
    Batch,
}

/// What it means not to rank an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unranked {
    /// No opinion: pairs with an unranked option are not counted at all.
    NotCompared,
    /// Below every ranked option, and equal to the other unranked ones.
    Last,
}

/// How strong a pairwise defeat is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// By the votes for the winner alone: defeats with as many are equally strong.
    WinningVotes,
    /// By the votes for the winner; between equal ones the fewer votes against, the stronger
    /// (Schulze 2011, §2.1; Debian constitution A.5.7).
    WinningVotesFewerOpposing,
    /// By the difference between the votes for and against.
    Margins,
}

/// What becomes of options between which a method decides nothing: it gives a partial order, and
/// seats need more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Incomparable {
    /// Options that nothing beats come first, tied; then those that only they beat; and so on.
    Tied,
    /// The more other options one is ranked above, the higher it stands, as Elekto publishes it.
    /// Whatever the method decides stays decided; what it leaves open may be decided by this.
    ByWins,
}

/// How earlier stages break a tie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookBack {
    /// Not at all.
    Never,
    /// From the latest stage back; whoever is not extreme at a stage leaves the tie, the others
    /// go on to the stage before.
    Narrowing,
    /// From the latest stage back to the first one at which all tied differ from each other.
    AllDifferent,
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
    /// Nothing: the count stops and reports the tie.
    Refuse {},
}

impl ContestRules {
    /// What a voter is asked for under these rules.
    #[must_use]
    pub fn ballot_form(&self) -> BallotForm {
        match &self.method {
            Method::Motion { .. } => BallotForm::Motion,
            Method::Plurality { at_most, .. } => BallotForm::Choose { at_most: *at_most },
            Method::Approval { .. } => BallotForm::Choose { at_most: MarkLimit::Any {} },
            Method::Schulze { equal_ranks, at_most, .. } => {
                BallotForm::Rank { equal_ranks: *equal_ranks, at_most: *at_most }
            }
            Method::DebianA5 { .. } => {
                BallotForm::Rank { equal_ranks: EqualRanks::Allowed, at_most: MarkLimit::Any {} }
            }
            Method::ScottishStv { at_most, .. }
            | Method::Meek { at_most, .. }
            | Method::InstantRunoff { at_most, .. } => {
                BallotForm::Rank { equal_ranks: EqualRanks::Refused, at_most: *at_most }
            }
        }
    }

    /// Whether a count under these rules may need a lot that only a seed can give.
    #[must_use]
    pub fn may_draw_lots(&self) -> bool {
        let motion = matches!(self.method, Method::Motion { .. });
        !motion && matches!(self.ties, TieRule::Lots {})
    }
}
