//! The one way in: rules, ballots and a source of lots go in, a transcript comes out.

use serde::{Deserialize, Serialize};

use crate::lots::LotSource;
use crate::methods::gregory;
use crate::methods::pairwise::Pairwise;
use crate::methods::{self, Counted};
use crate::profile::{Profile, Tally};
use crate::rules::{Contest, Method, Unranked};
use crate::selection::{Checker, Selection, SelectionError};
use crate::ties::TieBreaker;
use crate::transcript::{TRANSCRIPT_VERSION, Transcript};

/// Who was entitled to vote: what quorums and some thresholds are a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Electorate {
    /// How many.
    pub entitled_heads: u64,
    /// Their weight together.
    pub entitled_weight: u64,
    /// Those among the entitled who are recused: their ballots are not in the profile, and a base
    /// that leaves them out leaves them out once, here.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub recused: Tally,
    /// Those present, voting or not, nobody recused among them; absent unless a rule asks for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub present: Option<Tally>,
}

fn is_zero(tally: &Tally) -> bool {
    *tally == Tally::default()
}

impl Electorate {
    /// So many entitled, with that weight together; nobody recused, presence not recorded.
    #[must_use]
    pub const fn of(entitled: Tally) -> Self {
        Self {
            entitled_heads: entitled.heads,
            entitled_weight: entitled.weight,
            recused: Tally { heads: 0, weight: 0 },
            present: None,
        }
    }

    /// The same electorate with some of it recused.
    #[must_use]
    pub const fn recusing(self, recused: Tally) -> Self {
        Self { recused, ..self }
    }

    /// The same electorate with those present recorded.
    #[must_use]
    pub const fn attended_by(self, present: Tally) -> Self {
        Self { present: Some(present), ..self }
    }

    /// Everybody entitled.
    #[must_use]
    pub const fn entitled(&self) -> Tally {
        Tally { heads: self.entitled_heads, weight: self.entitled_weight }
    }

    /// Everybody entitled and not recused.
    #[must_use]
    pub const fn unrecused(&self) -> Tally {
        Tally {
            heads: self.entitled_heads.saturating_sub(self.recused.heads),
            weight: self.entitled_weight.saturating_sub(self.recused.weight),
        }
    }

    /// An electorate in which exactly those who voted were entitled, for counts of ballot files
    /// that do not say how many could have voted.
    #[must_use]
    pub fn of_those_who_voted(profile: &Profile) -> Self {
        Self::of(profile.total())
    }
}

/// Why a count could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// A ballot that the rules do not allow.
    #[error("the profile contains a ballot that the rules do not allow ({selection:?}): {error}")]
    IllegalSelection {
        /// The ballot.
        selection: Selection,
        /// What is wrong with it.
        error: SelectionError,
    },
    /// More votes than voters who are entitled and not recused, or than voters present.
    #[error("{cast} {what} were cast, but only {entitled} were entitled")]
    MoreCastThanEntitled {
        /// Heads or weight.
        what: &'static str,
        /// How many were cast.
        cast: u64,
        /// How many were entitled.
        entitled: u64,
    },
    /// An electorate with more recused than entitled, or more present than may vote.
    #[error("{part} {what} {state}, but only {whole} could be")]
    BadElectorate {
        /// Heads or weight.
        what: &'static str,
        /// Recused or present.
        state: &'static str,
        /// How many are said to be.
        part: u64,
        /// How many could be.
        whole: u64,
    },
    /// The rules count who was present, and nobody recorded it.
    #[error("these rules count who was present, but that was not recorded")]
    PresenceNeeded,
    /// A casting vote that is not an order of all options, or not yes or no to a motion.
    #[error("a casting vote names every option once, or for a motion is yes or no")]
    BadCastingVote,
    /// A tie needs a lot, and no seed was given.
    #[error("a tie must be broken by lot ({question}), but no seed was given")]
    SeedNeeded {
        /// What the tie is about.
        question: String,
    },
    /// A count by iteration that does not come to an end.
    #[error("the surpluses do not converge within {limit} iterations")]
    NoConvergence {
        /// How many were tried.
        limit: u32,
    },
    /// A sum that does not fit the arithmetic of the rule.
    #[error("the arithmetic of this rule cannot hold {what}")]
    Overflow {
        /// The number that did not fit.
        what: &'static str,
    },
}

/// Counts a profile by a contest's rules.
///
/// The result depends on the arguments alone, to the last byte: not on the order in which ballots
/// were added, not on the machine.
///
/// # Errors
/// When a ballot is not legal under the rules, more was cast than entitled, a lot is needed but
/// no seed given, or a number does not fit. A tie that the rules leave open is no error: it is
/// the outcome [`crate::transcript::Outcome::Unresolved`].
pub fn count(
    contest: &Contest,
    profile: &Profile,
    electorate: &Electorate,
    lots: LotSource<'_>,
) -> Result<Transcript, CountError> {
    check_ballots(contest, profile)?;
    check_turnout(profile.total(), electorate)?;
    let (rules, options) = (contest.rules(), contest.options());
    if rules.asks_presence() && electorate.present.is_none() {
        return Err(CountError::PresenceNeeded);
    }
    let mut ties = TieBreaker::new(&rules.ties, options, lots)?;
    let counted = dispatch(contest, profile, electorate, &mut ties)?;
    let (lots, ties) = ties.into_records();
    let blank = profile
        .iter()
        .filter(|(marks, _)| marks.is_blank())
        .try_fold(Tally::default(), |sum, (_, tally)| sum.plus(tally))
        .ok_or(CountError::Overflow { what: "the blank ballots" })?;
    Ok(Transcript {
        version: TRANSCRIPT_VERSION,
        rules: rules.clone(),
        rules_sentence: rules.sentence(),
        options: options.clone(),
        electorate: *electorate,
        cast: profile.total(),
        blank,
        lots,
        count: counted.record,
        ranking: counted.ranking,
        ties,
        cap: counted.cap,
        outcome: counted.outcome,
        sentence: counted.sentence,
    })
}

fn dispatch(
    contest: &Contest,
    profile: &Profile,
    electorate: &Electorate,
    ties: &mut TieBreaker<'_>,
) -> Result<Counted, CountError> {
    match &contest.rules().method {
        Method::Motion(rules) => Ok(methods::motion::count(rules, profile, electorate, ties)),
        Method::Plurality(rules) => methods::tally::count(contest, profile, rules.by, ties),
        Method::Approval(rules) => methods::tally::count(contest, profile, rules.by, ties),
        Method::Cumulative(rules) => methods::points::cumulative(contest, profile, rules, ties),
        Method::Score(rules) => methods::points::score(contest, profile, rules, ties),
        Method::Borda(rules) => methods::points::borda(contest, profile, rules, ties),
        Method::Star(rules) => methods::star::count(contest, profile, rules, ties),
        Method::MajorityJudgment(rules) => methods::judgment::count(contest, profile, rules, ties),
        Method::SequentialPhragmen(rules) => {
            methods::phragmen::count(contest, profile, rules, ties)
        }
        Method::ProportionalApproval(rules) => {
            methods::proportional::count(contest, profile, rules, ties)
        }
        Method::Schulze(rules) => {
            let pairwise = Pairwise::of(contest, profile, rules.by, rules.unranked);
            methods::schulze::count(contest, &pairwise, rules.strength, rules.incomparable, ties)
        }
        Method::DebianA5(rules) => {
            let pairwise = Pairwise::of(contest, profile, rules.by, Unranked::Last);
            methods::debian::count(contest, &pairwise, rules, ties)
        }
        Method::Copeland(rules) => methods::copeland::count(contest, profile, rules, ties),
        Method::Minimax(rules) => methods::minimax::count(contest, profile, rules, ties),
        Method::RankedPairs(rules) => methods::ranked_pairs::count(contest, profile, rules, ties),
        Method::CondorcetIrv(rules) => methods::condorcet_irv::count(contest, profile, rules, ties),
        Method::Meek(rules) => methods::meek::count(contest, profile, rules, ties),
        Method::InstantRunoff(rules) => methods::irv::count(contest, profile, rules, ties),
        Method::Wigm(rules) => gregory::inclusive::count_wigm(contest, profile, rules, ties),
        Method::Minneapolis(rules) => {
            gregory::inclusive::count_minneapolis(contest, profile, rules, ties)
        }
        Method::Ers97(rules) => gregory::ers97::count(contest, profile, rules, ties),
        Method::ScottishStv(rules) => methods::scottish::count(contest, profile, rules, ties),
    }
}

fn check_ballots(contest: &Contest, profile: &Profile) -> Result<(), CountError> {
    let mut checker = Checker::new(contest.rules().ballot_form(), contest.options().len());
    for (marks, _) in profile.iter() {
        checker.check(&marks).map_err(|error| CountError::IllegalSelection {
            selection: marks.to_selection(),
            error,
        })?;
    }
    Ok(())
}

fn check_turnout(cast: Tally, electorate: &Electorate) -> Result<(), CountError> {
    let (entitled, may_vote) = (electorate.entitled(), electorate.unrecused());
    within(electorate.recused, entitled, "recused")?;
    let present = electorate.present.unwrap_or(may_vote);
    within(present, may_vote, "present")?;
    for (what, cast, entitled) in
        [("ballots", cast.heads, present.heads), ("units of weight", cast.weight, present.weight)]
    {
        if cast > entitled {
            return Err(CountError::MoreCastThanEntitled { what, cast, entitled });
        }
    }
    Ok(())
}

fn within(part: Tally, whole: Tally, state: &'static str) -> Result<(), CountError> {
    for (what, part, whole) in
        [("voters", part.heads, whole.heads), ("units of weight", part.weight, whole.weight)]
    {
        if part > whole {
            return Err(CountError::BadElectorate { what, state, part, whole });
        }
    }
    Ok(())
}
