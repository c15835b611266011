//! The methods, one file a family: each with every choice its name leaves open.

mod committee;
mod condorcet;
mod gregory;
mod judgment;
mod marks;
mod meek;
mod motion;
mod pairwise;
mod points;
mod stages;
mod star;

use serde::{Deserialize, Serialize};

pub use self::committee::{
    CommitteeSearch, MAX_COMMITTEES, ProportionalApprovalRules, SequentialPhragmenRules,
};
pub use self::condorcet::{
    CondorcetIrvRules, CondorcetIrvVariant, CopelandRules, MinimaxRules, MinimaxStrength,
    RankedPairsRules, TiedPair,
};
pub use self::gregory::{
    Elects, Ers97Rules, InclusiveQuota, MinneapolisRules, TransferCut, WigmRules,
};
pub use self::judgment::{MajorityJudgmentRules, Ungraded};
pub use self::marks::{ApprovalRules, PluralityRules};
pub use self::meek::{Kept, LowestRule, MeekCourse, MeekRules, OmegaBound};
pub use self::motion::{
    Abstention, Bound, MAX_CONDITIONS, MotionRules, Quorum, QuorumBase, QuorumFailure, Share,
    ShareOf, Threshold, ThresholdShare,
};
pub use self::pairwise::{DebianRules, Incomparable, Majority, SchulzeRules, Strength, Unranked};
pub use self::points::{BordaRules, CumulativeRules, ScoreRules, UnrankedPoints, Unscored};
pub use self::stages::{
    InstantRunoffRules, LookBack, MAX_DECIMALS, RunoffEnd, RunoffExclusion, ScottishRules,
};
pub use self::star::{StarRules, StarTies};
use super::{BallotForm, MarkLimit, RulesError};
use crate::option::ContestOptions;

/// The highest score or grade that a scale may have.
pub const MAX_SCORE: u16 = 1_000;

/// A counting method with every choice its name leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Method {
    /// Yes, no or abstain.
    Motion(MotionRules),
    /// Most marks win: plurality, bloc voting, limited voting.
    Plurality(PluralityRules),
    /// Most approvals win.
    Approval(ApprovalRules),
    /// Votes distributed freely.
    Cumulative(CumulativeRules),
    /// Score voting.
    Score(ScoreRules),
    /// Borda's count.
    Borda(BordaRules),
    /// Score, then automatic runoff.
    Star(StarRules),
    /// Median grades.
    MajorityJudgment(MajorityJudgmentRules),
    /// Phragmén's sequential rule.
    SequentialPhragmen(SequentialPhragmenRules),
    /// Thiele's rule.
    ProportionalApproval(ProportionalApprovalRules),
    /// Schulze's method.
    Schulze(SchulzeRules),
    /// The Debian constitution's standard resolution procedure.
    DebianA5(DebianRules),
    /// Copeland's method.
    Copeland(CopelandRules),
    /// Minimax.
    Minimax(MinimaxRules),
    /// Ranked pairs.
    RankedPairs(RankedPairsRules),
    /// Pairwise comparison and instant runoff for one seat.
    CondorcetIrv(CondorcetIrvRules),
    /// Single transferable vote as in Scottish local elections.
    ScottishStv(ScottishRules),
    /// Single transferable vote by Meek's method.
    Meek(MeekRules),
    /// Instant runoff for one seat.
    InstantRunoff(InstantRunoffRules),
    /// Single transferable vote by weighted inclusive Gregory.
    Wigm(WigmRules),
    /// Single transferable vote by the Electoral Reform Society's rules of 1997.
    Ers97(Ers97Rules),
    /// Single transferable vote as in Minneapolis.
    Minneapolis(MinneapolisRules),
}

/// What every method's rules can say of themselves.
pub(super) trait MethodRules {
    /// What a voter is asked for.
    fn ballot_form(&self) -> BallotForm;

    /// The method in plain English, complete but for caps and ties; `seats` comes with its noun.
    fn sentence(&self, seats: &str) -> String;

    /// Checks what only this method asks of its rules, its seats and its options.
    fn check(&self, seats: u16, options: &ContestOptions) -> Result<(), RulesError>;
}

impl Method {
    pub(super) fn rules(&self) -> &dyn MethodRules {
        match self {
            Self::Motion(rules) => rules,
            Self::Plurality(rules) => rules,
            Self::Approval(rules) => rules,
            Self::Cumulative(rules) => rules,
            Self::Score(rules) => rules,
            Self::Borda(rules) => rules,
            Self::Star(rules) => rules,
            Self::MajorityJudgment(rules) => rules,
            Self::SequentialPhragmen(rules) => rules,
            Self::ProportionalApproval(rules) => rules,
            Self::Schulze(rules) => rules,
            Self::DebianA5(rules) => rules,
            Self::Copeland(rules) => rules,
            Self::Minimax(rules) => rules,
            Self::RankedPairs(rules) => rules,
            Self::CondorcetIrv(rules) => rules,
            Self::ScottishStv(rules) => rules,
            Self::Meek(rules) => rules,
            Self::InstantRunoff(rules) => rules,
            Self::Wigm(rules) => rules,
            Self::Ers97(rules) => rules,
            Self::Minneapolis(rules) => rules,
        }
    }
}

/// A scale from zero tells something, and its grades can be listed.
fn check_scale(highest: u16) -> Result<(), RulesError> {
    if (1..=MAX_SCORE).contains(&highest) { Ok(()) } else { Err(RulesError::Scale { highest }) }
}

/// A method for one seat refuses more.
fn check_single_seat(seats: u16) -> Result<(), RulesError> {
    if seats == 1 { Ok(()) } else { Err(RulesError::SingleSeat { seats }) }
}

/// The request to mark or rank so many options.
fn request(verb: &str, limit: MarkLimit) -> String {
    match limit {
        MarkLimit::Any {} => format!("{verb} as many options as you like"),
        MarkLimit::AtMost { options } => {
            let options = crate::english::plural(u64::from(options), "option", "options");
            format!("{verb} at most {options}")
        }
    }
}

/// "3 seats are filled", given "3 seats".
fn are_filled(seats: &str) -> String {
    format!("{seats} {} filled", if seats.starts_with("1 ") { "is" } else { "are" })
}
