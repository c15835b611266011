//! The rules of a motion: quorums, thresholds and abstentions.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::MethodRules;
use crate::english::{list, plural};
use crate::option::ContestOptions;
use crate::ratio::Ratio;
use crate::rules::{BallotForm, Basis, RulesError};

/// The most thresholds or quorums one motion may have.
pub const MAX_CONDITIONS: usize = 8;

/// Yes, no or abstain against quorums and thresholds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MotionRules {
    /// All must be met; an empty list asks for no quorum.
    pub quorums: Vec<Quorum>,
    /// All must be met; at least one.
    pub thresholds: Vec<Threshold>,
    /// What an abstention does.
    pub abstention: Abstention,
    /// What a missed quorum means.
    pub quorum_failure: QuorumFailure,
}

/// Whether meeting a share exactly is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bound {
    /// Exactly the share is enough.
    AtLeast,
    /// Exactly the share is not enough.
    MoreThan,
}

impl Bound {
    /// Whether a comparison of the number reached with the number needed meets this bound.
    #[must_use]
    pub fn is_met(self, comparison: Ordering) -> bool {
        match self {
            Self::AtLeast => comparison.is_ge(),
            Self::MoreThan => comparison.is_gt(),
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AtLeast => "at least",
            Self::MoreThan => "more than",
        }
    }
}

/// A share with its bound, such as "more than 1/2".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Whether exactly the share is enough.
    pub bound: Bound,
    /// The share.
    pub ratio: Ratio,
}

impl Share {
    /// Whether `part` is this share of `whole`. Of nothing, no share is reached: a vote in which
    /// nobody counts decides nothing in favour.
    #[must_use]
    pub fn is_met(self, part: u64, whole: u64) -> bool {
        whole > 0 && self.bound.is_met(self.ratio.compare(part, whole))
    }
}

/// Who must take part for a vote to be valid.
///
/// Those who voted take part, abstentions as [`Abstention`] says; where a rule counts presence,
/// those who were recorded as present do, whatever they voted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Quorum {
    /// A share of those entitled to vote: of their number, or of their weight.
    Share {
        /// Of heads or of weight.
        by: Basis,
        /// The share.
        share: Share,
    },
    /// A fixed number of votes.
    AtLeast {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
    /// Votes as a share of another base than all who are entitled.
    ShareOf {
        /// Of heads or of weight.
        by: Basis,
        /// The share.
        share: Share,
        /// What it is a share of.
        of: QuorumBase,
    },
    /// Those present as a share.
    Present {
        /// Of heads or of weight.
        by: Basis,
        /// The share.
        share: Share,
        /// What it is a share of.
        of: QuorumBase,
    },
    /// A fixed number present.
    PresentAtLeast {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
}

/// What a quorum is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuorumBase {
    /// Everybody entitled, recused ones included.
    Entitled,
    /// Everybody entitled and not recused.
    Unrecused,
    /// The seats of the body, vacant ones included: a number fixed in the rules.
    Seats(NonZeroU32),
}

/// What must be reached for a motion to pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Threshold {
    /// Votes in favour as a share of something.
    Share(ThresholdShare),
    /// A fixed number in favour.
    MinimumYes {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
    /// At most so many against; zero lets a single objection or veto stop the motion.
    MaximumNo {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
    /// So many more in favour than against.
    MinimumLead {
        /// Heads or weight.
        by: Basis,
        /// The number.
        number: u64,
    },
    /// In favour are all who are entitled and not recused, but for so many; and somebody is.
    AllBut {
        /// Heads or weight.
        by: Basis,
        /// How many may be missing.
        number: u64,
    },
}

/// Votes in favour as a share of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdShare {
    /// Heads or weight.
    pub by: Basis,
    /// The share.
    pub share: Share,
    /// What it is a share of.
    pub of: ShareOf,
}

/// What a threshold is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareOf {
    /// Votes in favour and against; abstentions join those against if the rule says so.
    YesAndNo,
    /// Every vote cast, abstentions included.
    Cast,
    /// Everybody entitled, whether they voted or not.
    Entitled,
    /// Everybody recorded as present, whether they voted or not; nobody recused among them.
    Present,
    /// Everybody entitled and not recused: the others, where a subject of the motion is recused.
    Unrecused,
    /// The seats of the body, vacant ones included: a number fixed in the rules.
    Seats(NonZeroU32),
}

/// What an abstention does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Abstention {
    /// Nothing: it counts neither as presence nor as a vote in favour or against.
    Neutral,
    /// It counts as presence for the quorum, and not as a vote in favour or against.
    QuorumOnly,
    /// It counts as presence, and as a vote against.
    CountsAsNo,
}

/// What a missed quorum means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuorumFailure {
    /// Nothing was decided; the motion may be put again.
    NoDecision,
    /// The motion failed.
    Fails,
    /// Nothing was decided, and the same vote is opened again.
    Reopen,
}

impl MotionRules {
    /// Whether a count under these rules must know who was present.
    pub(crate) fn asks_presence(&self) -> bool {
        let by_quorum = |quorum: &Quorum| match quorum {
            Quorum::Present { .. } | Quorum::PresentAtLeast { .. } => true,
            Quorum::Share { .. } | Quorum::AtLeast { .. } | Quorum::ShareOf { .. } => false,
        };
        let by_threshold = |threshold: &Threshold| match threshold {
            Threshold::Share(share) => share.of == ShareOf::Present,
            Threshold::MinimumYes { .. }
            | Threshold::MaximumNo { .. }
            | Threshold::MinimumLead { .. }
            | Threshold::AllBut { .. } => false,
        };
        self.quorums.iter().any(by_quorum) || self.thresholds.iter().any(by_threshold)
    }
}

impl MethodRules for MotionRules {
    fn ballot_form(&self) -> BallotForm {
        BallotForm::Motion
    }

    fn sentence(&self, _seats: &str) -> String {
        let passes = list(self.thresholds.iter().map(Threshold::words));
        let quorum = if self.quorums.is_empty() {
            "No quorum is needed.".to_owned()
        } else {
            let consequence = match self.quorum_failure {
                QuorumFailure::NoDecision => "nothing is decided",
                QuorumFailure::Fails => "the motion fails",
                QuorumFailure::Reopen => "nothing is decided and the vote is opened again",
            };
            format!(
                "It needs a quorum of {}; without it {consequence}.",
                list(self.quorums.iter().map(Quorum::words))
            )
        };
        format!("The motion passes with {passes}. {quorum} {}", self.abstention.sentence())
    }

    fn check(&self, seats: u16, options: &ContestOptions) -> Result<(), RulesError> {
        if seats != 0 {
            return Err(RulesError::MotionWithSeats { seats });
        }
        if !options.is_empty() {
            return Err(RulesError::MotionWithOptions { options: options.len() });
        }
        let (quorums, thresholds) = (self.quorums.len(), self.thresholds.len());
        if thresholds == 0 {
            return Err(RulesError::NoThreshold);
        }
        for (what, found) in [("quorums", quorums), ("thresholds", thresholds)] {
            if found > MAX_CONDITIONS {
                return Err(RulesError::TooManyConditions { what, found });
            }
        }
        Ok(())
    }
}

impl Abstention {
    /// What an abstention does, in words.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::Neutral => "An abstention counts neither for the quorum nor for or against.",
            Self::QuorumOnly => "An abstention counts for the quorum, but neither for nor against.",
            Self::CountsAsNo => "An abstention counts for the quorum and as a vote against.",
        }
    }
}

impl Quorum {
    /// The quorum in words, without its evaluation.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Share { by, share } => {
                format!("{} {} of the {} entitled", share.bound.words(), share.ratio, by.noun())
            }
            Self::AtLeast { by, number } => format!("at least {number} {}", by.number_noun()),
            Self::ShareOf { by, share, of } => {
                format!("{} {} of {}", share.bound.words(), share.ratio, of.words(*by))
            }
            Self::Present { by, share, of } => {
                format!("{} {} of {} present", share.bound.words(), share.ratio, of.words(*by))
            }
            Self::PresentAtLeast { by, number } => {
                format!("at least {number} {} present", by.number_noun())
            }
        }
    }
}

impl Threshold {
    /// The threshold in words, without its evaluation.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Share(t) => format!(
                "{} {} of {} in favour{}",
                t.share.bound.words(),
                t.share.ratio,
                t.of.words(t.by),
                match t.by {
                    Basis::Heads => "",
                    Basis::Weight => ", by voting power",
                }
            ),
            Self::MinimumYes { by, number } => {
                format!("at least {number} {} in favour", by.number_noun())
            }
            Self::MaximumNo { by, number: 0 } => {
                format!("no {} against", by.number_noun())
            }
            Self::MaximumNo { by, number } => {
                format!("at most {number} {} against", by.number_noun())
            }
            Self::MinimumLead { by, number } => {
                format!("at least {number} more {} in favour than against", by.number_noun())
            }
            Self::AllBut { by, number } => {
                let all = QuorumBase::Unrecused.words(*by);
                format!("all but at most {number} of {all} in favour")
            }
        }
    }
}

impl Basis {
    fn number_noun(self) -> &'static str {
        match self {
            Self::Heads => "voters",
            Self::Weight => "units of voting power",
        }
    }
}

impl ShareOf {
    fn words(self, by: Basis) -> String {
        match self {
            Self::YesAndNo => "the votes for and against".to_owned(),
            Self::Cast => "all votes cast, abstentions included,".to_owned(),
            Self::Entitled => QuorumBase::Entitled.words(by),
            Self::Present => format!("the {} present", by.noun()),
            Self::Unrecused => QuorumBase::Unrecused.words(by),
            Self::Seats(seats) => QuorumBase::Seats(seats).words(by),
        }
    }
}

impl QuorumBase {
    fn words(self, by: Basis) -> String {
        match self {
            Self::Entitled => format!("the {} entitled", by.noun()),
            Self::Unrecused => format!("the {} entitled and not recused", by.noun()),
            Self::Seats(seats) => {
                let seats = plural(u64::from(seats.get()), "seat", "seats");
                format!("all {seats} of the body")
            }
        }
    }
}
