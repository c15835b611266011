//! The manifest: an election as officers seal it before it opens. Nothing that decides an outcome
//! is left out of it, and nothing in it changes afterwards.

use std::collections::{BTreeMap, BTreeSet};

use crypto::sign::KeyId;
use crypto::{Hash, merkle::TreeSize};
use serde::{Deserialize, Serialize};
use tabulation::{
    AffiliationId, ContestOptions, ContestRules, Method, OptionsError, RulesError, TieRule,
};
use uuid::Uuid;

use crate::ids::{ClassId, ContestId, GroupId, Handle, OptionId, Origin};
use crate::pool::{Pool, Question};
use crate::text::{Line, Paragraph};
use crate::time::Millis;

/// Most contests of one election.
pub const MAX_CONTESTS: usize = 50;
/// Most options of one contest.
pub const MAX_OPTIONS: usize = 500;
/// Longest voting window: 100 days.
pub const MAX_WINDOW_MILLIS: u64 = 100 * 86_400_000;

/// Who can see how a voter voted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// Every ballot is published with its voter's name after the close.
    RollCall,
    /// Nobody but the voter. Known to the format, not supported yet: refused, never downgraded.
    Secret,
}

impl Secrecy {
    /// The sentence that every page, manifest and ballot shows.
    pub fn sentence(self) -> &'static str {
        match self {
            Secrecy::RollCall => {
                "Roll call: after the close, everybody can see how each voter voted. This ballot is not secret."
            }
            Secrecy::Secret => "Secret ballot: not supported yet.",
        }
    }
}

/// When ballots may be read by others than their voter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// Withheld until the close.
    AfterClose,
    /// Readable as soon as they are logged.
    Live,
}

/// Whether the box may close before the window ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EarlyClose {
    /// Only when the window ends.
    Never,
    /// Also when everybody on the roll has voted.
    WhenAllVoted,
}

/// When the box is open: from `opens_at` on, until just before `closes_at`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First instant at which a ballot is admitted.
    pub opens_at: Millis,
    /// First instant at which none is any more.
    pub closes_at: Millis,
    /// Whether it may end sooner.
    pub early_close: EarlyClose,
}

/// The rule that says who is entitled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields, bound = "")]
pub enum Electorate<P: Pool> {
    /// Every principal of the pool that is not suspended.
    Everyone {},
    /// The members of one class. No contributor has a class, so the technical pool has no such roll.
    Class {
        /// Which class.
        class: ClassId,
    },
    /// The maintainers and leads of a module; where it has none who may vote, those of its parent,
    /// and so on up. The business pool has no modules, so no such electorate.
    Maintainers {
        /// Which module.
        module: P::Module,
    },
}

/// Who was entitled, frozen: the roll's root as of a log size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollSeal {
    /// The size of the log at which the roll was read.
    pub log_size: TreeSize,
    /// Merkle root over the roll's entries.
    pub root: Hash,
    /// How many are entitled.
    pub heads: u64,
    /// Their voting power together.
    pub weight: u64,
}

/// An officer's promise of a secret for drawing lots, revealed in the certificate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotCommitment {
    /// Whose.
    pub officer: KeyId,
    /// SHA-256 of the secret.
    pub commitment: Hash,
}

/// Something that can be chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContestOption {
    /// Stable id.
    pub id: OptionId,
    /// Name as shown.
    pub name: Line,
    /// The person, where the option is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<Handle>,
    /// Employers, related companies merged: what an affiliation cap counts.
    pub affiliations: Vec<GroupId>,
}

/// One question with its options and rules.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Contest<P: Pool> {
    /// Stable id within the election.
    pub id: ContestId,
    /// Title as shown.
    pub title: Line,
    /// What is asked, and so what passing it does.
    pub question: P::Question,
    /// What can be chosen, in the order shown. A motion has none: its choices are yes, no, abstain.
    pub options: Vec<ContestOption>,
    /// Seats already held per affiliation by people who stay: a cap counts them.
    pub sitting: BTreeMap<GroupId, u16>,
    /// How it is counted: every free choice written out.
    pub rules: ContestRules,
}

impl<P: Pool> Contest<P> {
    /// The counting crate's view of this contest, which knows no persons.
    pub fn tabulation(&self) -> Result<tabulation::Contest, ContestRulesError> {
        let affiliation = |group: &GroupId| AffiliationId::new(group.as_str());
        let options = self.options.iter().map(|option| {
            Ok(tabulation::ContestOption {
                id: option.id.to_string(),
                name: option.name.to_string(),
                affiliations: option
                    .affiliations
                    .iter()
                    .map(affiliation)
                    .collect::<Result<_, _>>()?,
            })
        });
        let sitting = self.sitting.iter().map(|(group, seats)| Ok((affiliation(group)?, *seats)));
        let sitting = sitting.collect::<Result<_, OptionsError>>()?;
        let options = ContestOptions::new(options.collect::<Result<_, OptionsError>>()?)?;
        Ok(tabulation::Contest::new(self.rules.clone(), options.with_sitting(sitting))?)
    }
}

/// An election, sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct Manifest<P: Pool> {
    /// The log it belongs to.
    pub origin: Origin<P>,
    /// Makes two elections with the same content different.
    pub nonce: Uuid,
    /// Title as shown.
    pub title: Line,
    /// What voters should know.
    pub description: Paragraph,
    /// Who can see how a voter voted.
    pub secrecy: Secrecy,
    /// When ballots may be read.
    pub disclosure: Disclosure,
    /// When the box is open.
    pub window: Window,
    /// Who is entitled, as a rule.
    pub electorate: Electorate<P>,
    /// Who is entitled, frozen.
    pub roll: RollSeal,
    /// What is asked.
    pub contests: Vec<Contest<P>>,
    /// Promises for drawing lots. Empty: no contest may break a tie by lot.
    pub lots: Vec<LotCommitment>,
    /// How many officers must sign the certificate.
    pub certifying_officers: u8,
}

/// Why options and rules do not make a contest that can be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContestRulesError {
    /// The options.
    #[error(transparent)]
    Options(#[from] OptionsError),
    /// The rules, or rules and options together.
    #[error(transparent)]
    Rules(#[from] RulesError),
}

/// Why a manifest is refused, whoever signed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A secret election: a later version's matter.
    #[error(
        "secret elections are not supported yet; this one is refused rather than held as a roll call"
    )]
    SecretNotSupported,
    /// No contest, or too many.
    #[error("an election has 1 to {MAX_CONTESTS} contests, not {0}")]
    ContestCount(usize),
    /// Two contests with one id.
    #[error("two contests are called `{0}`")]
    ContestTwice(ContestId),
    /// Two options with one id.
    #[error("contest `{contest}` has two options called `{option}`")]
    OptionTwice {
        /// The contest.
        contest: ContestId,
        /// The id.
        option: OptionId,
    },
    /// Too many options, or options on a motion, or none where some are needed.
    #[error("contest `{contest}` cannot have {options} options ({question})")]
    OptionCount {
        /// The contest.
        contest: ContestId,
        /// How many it has.
        options: usize,
        /// What is asked.
        question: &'static str,
    },
    /// A counting method for motions on an election, or the other way round.
    #[error("contest `{contest}` asks for a {question}, which its counting method cannot decide")]
    MethodForQuestion {
        /// The contest.
        contest: ContestId,
        /// What is asked.
        question: &'static str,
    },
    /// Rules that contradict themselves or cannot be met.
    #[error("the rules of contest `{contest}` cannot be met: {source}")]
    Rules {
        /// The contest.
        contest: ContestId,
        /// What is wrong.
        source: ContestRulesError,
    },
    /// A window that ends before it starts, or lasts for ever.
    #[error("the window from {opens_at} to {closes_at} is empty or longer than 100 days")]
    Window {
        /// Its start.
        opens_at: Millis,
        /// Its end.
        closes_at: Millis,
    },
    /// Ties by lot without anybody's promise to draw from.
    #[error("contest `{0}` breaks ties by lot, but no officer has committed to a secret")]
    LotsWithoutCommitment(ContestId),
    /// A casting vote: no statement gives one yet, so a tie would stay open for ever.
    #[error(
        "contest `{0}` asks for a casting vote, which no statement can give yet; it is refused rather than left tied"
    )]
    CastingVoteNotSupported(ContestId),
    /// Rules that count who was present: no statement records it yet, so no count would succeed.
    #[error("contest `{0}` counts who was present, which no statement can record yet")]
    PresenceNotSupported(ContestId),
    /// One officer, two promises.
    #[error("officer {0} committed to two secrets")]
    CommitmentTwice(KeyId),
}

impl<P: Pool> Manifest<P> {
    /// Checks everything that can be checked without the log.
    pub fn validate(&self) -> Result<(), ManifestError> {
        match self.secrecy {
            Secrecy::RollCall => {}
            Secrecy::Secret => return Err(ManifestError::SecretNotSupported),
        }
        let Window { opens_at, closes_at, .. } = self.window;
        if closes_at <= opens_at || closes_at > opens_at.plus(MAX_WINDOW_MILLIS) {
            return Err(ManifestError::Window { opens_at, closes_at });
        }
        if !(1..=MAX_CONTESTS).contains(&self.contests.len()) {
            return Err(ManifestError::ContestCount(self.contests.len()));
        }
        let mut officers = BTreeSet::new();
        for lot in &self.lots {
            if !officers.insert(lot.officer) {
                return Err(ManifestError::CommitmentTwice(lot.officer));
            }
        }
        let mut seen = BTreeSet::new();
        for contest in &self.contests {
            if !seen.insert(&contest.id) {
                return Err(ManifestError::ContestTwice(contest.id.clone()));
            }
            contest.validate()?;
            if contest.rules.may_draw_lots() && self.lots.is_empty() {
                return Err(ManifestError::LotsWithoutCommitment(contest.id.clone()));
            }
            if matches!(contest.rules.ties, TieRule::CastingVote {}) {
                return Err(ManifestError::CastingVoteNotSupported(contest.id.clone()));
            }
            if contest.rules.asks_presence() {
                return Err(ManifestError::PresenceNotSupported(contest.id.clone()));
            }
        }
        Ok(())
    }

    /// The contest of that id.
    pub fn contest(&self, id: &ContestId) -> Option<&Contest<P>> {
        self.contests.iter().find(|contest| contest.id == *id)
    }
}

impl<P: Pool> Contest<P> {
    fn validate(&self) -> Result<(), ManifestError> {
        let question = self.question.label();
        let motion = self.question.is_motion();
        if motion != matches!(self.rules.method, Method::Motion(_)) {
            return Err(ManifestError::MethodForQuestion { contest: self.id.clone(), question });
        }
        let options = self.options.len();
        let allowed = if motion { 0..=0 } else { 1..=MAX_OPTIONS };
        if !allowed.contains(&options) {
            return Err(ManifestError::OptionCount { contest: self.id.clone(), options, question });
        }
        let mut seen = BTreeSet::new();
        for option in &self.options {
            if !seen.insert(&option.id) {
                let option = option.id.clone();
                return Err(ManifestError::OptionTwice { contest: self.id.clone(), option });
            }
        }
        self.tabulation()
            .map(drop)
            .map_err(|source| ManifestError::Rules { contest: self.id.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use tabulation::{Basis, Quorum};

    use super::*;
    use crate::testing;

    fn refused(change: impl FnOnce(&mut ContestRules)) -> ManifestError {
        let (_, mut log) = testing::small_foundation(3);
        let mut motion = testing::motion();
        change(&mut motion.rules);
        log.manifest(vec![motion]).validate().expect_err("refused")
    }

    #[test]
    fn a_casting_vote_is_refused_until_a_statement_can_give_it() {
        let error = refused(|rules| rules.ties = TieRule::CastingVote {});
        assert!(matches!(error, ManifestError::CastingVoteNotSupported(_)), "{error}");
        assert!(error.to_string().contains("casting vote"));
    }

    #[test]
    fn rules_that_count_who_was_present_are_refused_until_a_statement_can_record_it() {
        let error = refused(|rules| {
            if let Method::Motion(motion) = &mut rules.method {
                motion.quorums = vec![Quorum::PresentAtLeast { by: Basis::Heads, number: 1 }];
            }
        });
        assert!(matches!(error, ManifestError::PresenceNotSupported(_)), "{error}");
    }
}
