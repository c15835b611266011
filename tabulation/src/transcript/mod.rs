//! The transcript: one document per count that explains every number in it.
//!
//! It is plain data for serde: strings, integers up to 2^53 − 1, booleans, lists and objects with
//! ASCII keys; never a float and never null. Encoded canonically it is hashed, signed and
//! published; pages and tables are made from it and from nothing else.

mod committee;
mod condorcet;
mod figure;
mod judgment;
mod motion;
mod order;
mod pairwise;
mod points;
mod stages;
mod star;
mod tally;

use serde::{Deserialize, Serialize};

pub use self::committee::{
    CandidateGain, CandidateLoad, GainRound, LoadRound, PhragmenRecord, ProportionalRecord,
};
pub use self::condorcet::{
    CondorcetIrvRecord, CopelandRecord, CopelandScore, DefeatRecord, MinimaxRecord, PairwiseHead,
    RankedPairsRecord, WorstDefeat,
};
pub use self::figure::Figure;
pub use self::judgment::{JudgmentRecord, MedianComparison, OptionGrades};
pub use self::motion::{ConditionRecord, MotionRecord};
pub use self::order::{CapRecord, PassedOver, TieRecord, TieResolution, TieStep};
pub use self::pairwise::{DefaultOptionRecord, PairSentence, PathRecord, SchulzeRecord};
pub use self::points::{OptionPoints, PointsRecord};
pub use self::stages::{Exhausted, Stage, StageAction, StagesRecord, Transfer};
pub use self::star::{StarRecord, StarRound};
pub use self::tally::{OptionTotal, TallyRecord};
use crate::count::Electorate;
use crate::lots::LotRecord;
use crate::option::{ContestOptions, OptionIndex};
use crate::profile::Tally;
use crate::rules::ContestRules;

/// The version of the transcript's shape.
pub const TRANSCRIPT_VERSION: u16 = 1;

/// Everything about one count: what it started from, each step, and the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transcript {
    /// The version of this shape.
    pub version: u16,
    /// The rules counted by, verbatim.
    pub rules: ContestRules,
    /// The rules as voters saw them.
    pub rules_sentence: String,
    /// The options, those withdrawn and the seats already held.
    pub options: ContestOptions,
    /// Who was entitled to vote.
    pub electorate: Electorate,
    /// All ballots counted.
    pub cast: Tally,
    /// Those among them that mark nothing.
    pub blank: Tally,
    /// The order of lots, when one was drawn or published.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lots: Option<LotRecord>,
    /// The count itself.
    pub count: CountRecord,
    /// The order of options the method gives, best first, ties as groups; empty when the method
    /// gives none.
    pub ranking: Vec<Vec<OptionIndex>>,
    /// Every tie met and what became of it.
    pub ties: Vec<TieRecord>,
    /// What the affiliation cap changed, when there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cap: Option<CapRecord>,
    /// The outcome.
    pub outcome: Outcome,
    /// The outcome in one sentence.
    pub sentence: String,
}

/// The steps of a count, by the kind of method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CountRecord {
    /// A motion.
    Motion(MotionRecord),
    /// One sum per option: plurality, approval.
    Tally(TallyRecord),
    /// Points added up: cumulative voting, scores, Borda.
    Points(PointsRecord),
    /// STAR voting.
    Star(StarRecord),
    /// Majority judgment.
    MajorityJudgment(JudgmentRecord),
    /// Phragmén's sequential rule.
    Phragmen(PhragmenRecord),
    /// Thiele's rule.
    ProportionalApproval(ProportionalRecord),
    /// Schulze's method.
    Schulze(SchulzeRecord),
    /// Copeland's method.
    Copeland(CopelandRecord),
    /// Minimax.
    Minimax(MinimaxRecord),
    /// Ranked pairs.
    RankedPairs(RankedPairsRecord),
    /// Pairwise comparison and instant runoff.
    CondorcetIrv(CondorcetIrvRecord),
    /// A count in stages: single transferable vote.
    Stages(StagesRecord),
}

/// What a count decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// A motion was decided, or not.
    Motion {
        /// How.
        result: MotionResult,
    },
    /// Seats were filled.
    Elected {
        /// Who, in order of election.
        winners: Vec<OptionIndex>,
        /// Seats that stay empty, since the cap let nobody else in.
        unfilled: u16,
    },
    /// A tie that the rules do not break leaves seats open.
    Unresolved {
        /// Who is elected whatever becomes of the tie, in order of election.
        winners: Vec<OptionIndex>,
        /// Who is tied.
        tied: Vec<OptionIndex>,
        /// Seats still open.
        open: u16,
    },
}

/// What became of a motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MotionResult {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// The quorum was missed, and nothing is decided.
    NoDecision,
    /// The quorum was missed, and the vote is opened again.
    Reopen,
    /// It is tied, and the casting vote that decides it has not been given.
    Tied,
}

impl Outcome {
    /// Those elected for certain, in order of election; nobody in a motion.
    #[must_use]
    pub fn winners(&self) -> &[OptionIndex] {
        match self {
            Self::Motion { .. } => &[],
            Self::Elected { winners, .. } | Self::Unresolved { winners, .. } => winners,
        }
    }
}
