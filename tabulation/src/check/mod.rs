//! Checking a transcript step by step, as an auditor does who was handed one with the ballots.
//!
//! [`check`] takes what a transcript starts from (rules, options, electorate, the seed of the
//! lots, a casting vote) as given, and everything after that as a claim: each is compared with what follows from
//! the ballots and from the claims before it, and the first that does not follow is named with its
//! place. Nothing here calls the counting code in [`crate::methods`] or [`crate::ties`]: what both
//! share are ballots, rules, ratios and the way figures are written.
//!
//! How each kind of record is checked:
//!
//! * sums, motions: added up again;
//! * pairwise methods: the matrix by comparing every pair on every ballot; strongest paths by their
//!   certificate, never by the algorithm that found them: every strength is reached by a chain of
//!   defeats, and no single defeat added to a chain makes a stronger one;
//! * stages: every paper is moved as the recorded action says, and the recorded action, election
//!   and tie must be the one that the figures before it ask for.
//!
//! **What a [`Checked`] proves:** with these rules, options, electorate, seed and ballots, every
//! figure, every tie, every election and the outcome are as recorded.
//!
//! **What it does not prove:** that those premises are the right ones. Whoever checks compares
//! [`Checked::contest`], [`Checked::electorate`] and [`Checked::seed`] with the manifest and the
//! published source of the seed, and the profile with the ballots of the record; and a casting vote
//! (`lots` without a seed, `casting` of a motion) with what the person named has cast. The sentences in
//! English are not checked either, except the rules, the outcome and what the cap changed: read
//! figures, not words.

mod approvals;
mod cap;
mod condorcet;
mod copeland;
mod header;
mod judgment;
mod lots;
mod minimax;
mod motion;
mod outcome;
mod pairwise;
mod phragmen;
mod place;
mod points;
mod proportional;
mod ranked_pairs;
mod schulze;
mod seats;
mod stages;
mod star;
mod tally;
mod ties;

use crate::count::Electorate;
use crate::lots::LotSeed;
use crate::profile::{Profile, Tally};
use crate::rules::{Basis, Contest, Method, RulesError};
use crate::selection::{Selection, SelectionError};
use crate::transcript::{CountRecord, Transcript};

use self::place::{Claim, Place};
use self::ties::Ties;

/// The proof that a transcript was checked, with the premises that the check took as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    contest: Contest,
    electorate: Electorate,
    seed: Option<LotSeed>,
}

impl Checked {
    /// The rules and options that the transcript claims to be about.
    #[must_use]
    pub fn contest(&self) -> &Contest {
        &self.contest
    }

    /// Who the transcript says was entitled.
    #[must_use]
    pub fn electorate(&self) -> &Electorate {
        &self.electorate
    }

    /// The seed of its order of lots, if one was drawn.
    #[must_use]
    pub fn seed(&self) -> Option<&LotSeed> {
        self.seed.as_ref()
    }
}

/// Why a transcript is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// A claim that does not follow.
    #[error("{place}: the transcript says {claimed}, but what follows is {follows}")]
    Claim {
        /// Where it stands, as a JSON pointer.
        place: String,
        /// What is claimed.
        claimed: String,
        /// What follows from the ballots and the claims before.
        follows: String,
    },
    /// Rules that cannot be carried out with these options.
    #[error("/rules: {error}")]
    Rules {
        /// Why not.
        error: RulesError,
    },
    /// A ballot that the rules do not allow.
    #[error("/cast: a ballot that the rules do not allow was counted ({selection:?}): {error}")]
    Ballot {
        /// The ballot.
        selection: Selection,
        /// What is wrong with it.
        error: SelectionError,
    },
    /// A sum that does not fit the arithmetic of the check.
    #[error("{place}: the sums here are larger than any count can reach")]
    Overflow {
        /// Where, as a JSON pointer.
        place: String,
    },
}

impl CheckError {
    /// The place in the transcript, as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Self::Claim { place, .. } | Self::Overflow { place } => place,
            Self::Rules { .. } => "/rules",
            Self::Ballot { .. } => "/cast",
        }
    }
}

/// Checks that everything a transcript claims follows from its premises and the ballots.
///
/// # Errors
/// The first claim that does not follow, with its place.
pub fn check(transcript: &Transcript, profile: &Profile) -> Result<Checked, CheckError> {
    let contest = header::check(transcript, profile)?;
    lots::check(&contest, transcript.lots.as_ref())?;
    let place = Place::top("ties");
    let mut ties = Ties::new(&contest, transcript.lots.as_ref(), &transcript.ties, place);
    let case = Case { contest: &contest, profile, transcript };
    check_kind(&case, &mut ties)?;
    ties.finish()?;
    let seed = transcript.lots.as_ref().and_then(|lots| lots.seed);
    Ok(Checked { electorate: transcript.electorate, contest, seed })
}

/// What every kind of check starts from.
#[derive(Clone, Copy)]
struct Case<'a> {
    contest: &'a Contest,
    profile: &'a Profile,
    transcript: &'a Transcript,
}

/// One arm a method: what is checked is the kind of record that the method leaves.
fn check_kind(case: &Case<'_>, ties: &mut Ties<'_>) -> Result<(), CheckError> {
    match &case.contest.rules().method {
        Method::Motion(rules) => motion::check(case, rules, ties),
        Method::Plurality(rules) => tally::check(case, rules.by, ties),
        Method::Approval(rules) => tally::check(case, rules.by, ties),
        Method::Cumulative(rules) => points::check_cumulative(case, rules, ties),
        Method::Score(rules) => points::check_score(case, rules, ties),
        Method::Borda(rules) => points::check_borda(case, rules, ties),
        Method::Star(rules) => star::check(case, rules, ties),
        Method::MajorityJudgment(rules) => judgment::check(case, rules, ties),
        Method::SequentialPhragmen(rules) => phragmen::check(case, rules, ties),
        Method::ProportionalApproval(rules) => proportional::check(case, rules, ties),
        Method::Schulze(rules) => schulze::check(case, rules, ties),
        Method::DebianA5(rules) => schulze::check_debian(case, rules, ties),
        Method::Copeland(rules) => copeland::check(case, rules, ties),
        Method::Minimax(rules) => minimax::check(case, rules, ties),
        Method::RankedPairs(rules) => ranked_pairs::check(case, rules, ties),
        Method::CondorcetIrv(rules) => stages::condorcet_irv::check(case, rules, ties),
        Method::ScottishStv(rules) => stages::scottish::check(case, rules, ties),
        Method::Meek(rules) => stages::meek::check(case, rules, ties),
        Method::Wigm(rules) => stages::inclusive::check(case, rules, ties),
        Method::Minneapolis(rules) => stages::inclusive::check_minneapolis(case, rules, ties),
        Method::Ers97(rules) => stages::ers97::check(case, rules, ties),
        Method::InstantRunoff(rules) => stages::instant_runoff::check(case, rules, ties),
    }
}

/// Where the record of the count stands.
const COUNT: &Place<'static> = &Place::top("count");

/// The error that a method leaves another kind of record.
fn wrong_kind(place: &Place<'_>, claimed: &CountRecord, follows: &str) -> CheckError {
    let claimed = match claimed {
        CountRecord::Motion(_) => "motion",
        CountRecord::Tally(_) => "tally",
        CountRecord::Points(_) => "points",
        CountRecord::Star(_) => "star",
        CountRecord::MajorityJudgment(_) => "majority-judgment",
        CountRecord::Phragmen(_) => "phragmen",
        CountRecord::ProportionalApproval(_) => "proportional-approval",
        CountRecord::Schulze(_) => "schulze",
        CountRecord::Copeland(_) => "copeland",
        CountRecord::Minimax(_) => "minimax",
        CountRecord::RankedPairs(_) => "ranked-pairs",
        CountRecord::CondorcetIrv(_) => "condorcet-irv",
        CountRecord::Stages(_) => "stages",
    };
    place.key("kind").differs(&claimed, &follows)
}

/// Compares the ranking.
fn check_ranking(
    case: &Case<'_>,
    follows: &Vec<Vec<crate::option::OptionIndex>>,
) -> Result<(), CheckError> {
    case.transcript.ranking.compare(follows, &Place::top("ranking"))
}

/// What a vote counts as.
fn votes(by: Basis, tally: Tally) -> u64 {
    match by {
        Basis::Heads => tally.heads,
        Basis::Weight => tally.weight,
    }
}
