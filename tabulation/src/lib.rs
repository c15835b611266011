//! Counting: profiles of ballots, methods and transcripts.
//!
//! One function, [`count`], takes checked rules with their options ([`Contest`]), a [`Profile`] of
//! ballots, an [`Electorate`] and a source of lots, and gives a [`Transcript`]: one document that
//! explains every number in it. Same arguments, same bytes.
//!
//! **Invariant:** no I/O, no clock, no threads, no global randomness and no floating point here;
//! and nothing of voters, pools, keys or logs. Votes are integers, shares are ratios compared by
//! cross-multiplication, fractions of votes are the rule's own fixed point, all checked.
//!
//! Rule texts: SSI 2011/399 Schedule 1 (Scottish single transferable vote); M. Schulze 2011.

mod cap;
mod check;
mod count;
mod english;
pub mod format;
mod lots;
mod methods;
mod option;
mod profile;
mod ratio;
pub mod report;
mod rules;
mod selection;
mod ties;
pub mod transcript;

pub use crate::cap::MAX_MULTI_AFFILIATED;
pub use crate::check::{CheckError, Checked, check};
pub use crate::count::{CountError, Electorate, count};
pub use crate::lots::{CastingVote, LotDraw, LotRecord, LotSeed, LotSource, SeedError};
pub use crate::option::{
    AffiliationId, ContestOption, ContestOptions, MAX_AFFILIATIONS, MAX_ID_BYTES, MAX_NAME_BYTES,
    MAX_OPTIONS, OptionIndex, OptionsError,
};
pub use crate::profile::{
    Chosen, MAX_MARKS, MAX_TOTAL, Marks, Profile, ProfileBuilder, ProfileError, RankedBallots,
    Ranking, Scores, Tally,
};
pub use crate::ratio::{Ratio, RatioError};
pub use crate::rules::{
    Abstention, AffiliationCap, ApprovalRules, BallotForm, Basis, Bound, Contest, ContestRules,
    DebianRules, EqualRanks, Incomparable, InstantRunoffRules, LookBack, LowestRule,
    MAX_CONDITIONS, MAX_DECIMALS, MAX_SEATS, Majority, MarkLimit, MeekRules, Method, MotionRules,
    PluralityRules, Quorum, QuorumBase, QuorumFailure, RulesError, RunoffEnd, RunoffExclusion,
    SchulzeRules, ScottishRules, Share, ShareOf, Strength, Threshold, ThresholdShare, TieRule,
    Unranked,
};
pub use crate::rules::{
    BordaRules, CommitteeSearch, CondorcetIrvRules, CondorcetIrvVariant, CopelandRules,
    CumulativeRules, Elects, Ers97Rules, InclusiveQuota, Kept, MAX_COMMITTEES, MAX_SCORE,
    MajorityJudgmentRules, MeekCourse, MinimaxRules, MinimaxStrength, MinneapolisRules, OmegaBound,
    ProportionalApprovalRules, RankedPairsRules, ScoreRules, SequentialPhragmenRules, StarRules,
    StarTies, TiedPair, TransferCut, Ungraded, UnrankedPoints, Unscored, WigmRules,
};
pub use crate::selection::{Choice, Selection, SelectionError};
pub use crate::transcript::{MotionResult, Outcome, Transcript};
