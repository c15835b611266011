//! Why something is not counted: options by name, and what to do next.

use std::path::Path;

use anyhow::{Error, Result, anyhow, bail};
use tabulation::{
    BallotForm, Contest, ContestRules, CountError, Marks, Method, Profile, RulesError, Selection,
    SelectionError,
};

use crate::cmd::auditor::words;

/// Where the rules come from, and so where they are changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'a> {
    /// Flags.
    Flags,
    /// A file.
    File(&'a Path),
}

impl Origin<'_> {
    /// How to say something else there.
    fn say(self, flag: &str, member: &str) -> String {
        match self {
            Self::Flags => format!("say --{flag}"),
            Self::File(path) => format!("write {member} into {}", path.display()),
        }
    }
}

/// Refuses rules that ask for another form of ballot than the file has.
pub(super) fn check_form(rules: &ContestRules, profile: &Profile) -> Result<()> {
    let Some((marks, _)) = profile.iter().next() else { return Ok(()) };
    let form = rules.ballot_form();
    let (found, fits, next) = match marks {
        Marks::Choice(_) => (
            "yes/no votes",
            matches!(form, BallotForm::Motion),
            "count them with --rules FILE, whose method is a motion (docs/counting.md)",
        ),
        Marks::Chosen(_) => (
            "marks",
            matches!(form, BallotForm::Choose { .. }),
            "count them by approval, plurality, sequential-phragmen or proportional-approval",
        ),
        Marks::Ranking(_) => (
            "rankings",
            matches!(form, BallotForm::Rank { .. }),
            "count them by a method for rankings, such as scottish-stv, irv, schulze or \
             ranked-pairs, or as marks by approval with --rankings-as approvals",
        ),
        Marks::Scores(_) => (
            "scores",
            matches!(form, BallotForm::Score { .. } | BallotForm::Distribute { .. }),
            "count them by score, star, majority-judgment or cumulative",
        ),
    };
    if fits {
        return Ok(());
    }
    bail!("{} asks for {}, but the file has {found}; {next}", name(&rules.method), form.noun())
}

/// Rules that cannot be carried out.
pub(super) fn rules_error(error: RulesError, method: &Method, origin: Origin<'_>) -> Error {
    if let RulesError::SingleSeat { seats } = error {
        return anyhow!(
            "{} fills one seat, but {seats} are to be filled; {}, or count by a method that fills \
             several, such as scottish-stv or schulze",
            name(method),
            origin.say("seats 1", "`\"seats\":1`")
        );
    }
    if let RulesError::TooFewOptions { seats, standing } = error {
        let seats = words::number(u64::from(seats), "seat");
        let next = match standing {
            0 => "is it the right file?".to_owned(),
            _ => origin.say(&format!("seats {standing} or fewer"), "fewer `seats`"),
        };
        let stand = if standing == 1 { "stands" } else { "stand" };
        let standing = words::length(standing, "option");
        return anyhow!("{seats} to fill, but only {standing} {stand}; {next}");
    }
    Error::new(error).context("these rules cannot be carried out")
}

/// A count that could not be carried out.
pub(super) fn count_error(error: CountError, contest: &Contest, origin: Origin<'_>) -> Error {
    let next = match &error {
        CountError::IllegalSelection { selection, error } => {
            return illegal(selection, error, contest, origin);
        }
        CountError::SeedNeeded { .. } => "give the seed with --seed <64 hex digits>",
        CountError::MoreCastThanEntitled { .. } | CountError::BadElectorate { .. } => {
            "see that --entitled, --present and --recused fit, and with weights --entitled-weight, \
             --present-weight and --recused-weight"
        }
        CountError::PresenceNeeded => "give it with --entitled N --present N",
        CountError::BadCastingVote
        | CountError::NoConvergence { .. }
        | CountError::Overflow { .. } => return Error::new(error),
    };
    anyhow!("{error}; {next}")
}

/// A ballot that the rules do not allow.
fn illegal(
    selection: &Selection,
    error: &SelectionError,
    contest: &Contest,
    origin: Origin<'_>,
) -> Error {
    let (method, options) = (&contest.rules().method, contest.options());
    let (ballot, method_name) = (words::ballot(selection, options), name(method));
    let at = format!("{method_name} does not count the ballot \u{201c}{ballot}\u{201d}");
    if let SelectionError::EqualRanks { .. } = error {
        if may_allow_equal_ranks(method) {
            let next = origin.say("equal-ranks allowed", "`\"equal_ranks\":\"allowed\"`");
            return anyhow!("{at}: these rules refuse equal ranks; {next}");
        }
        return anyhow!(
            "{at}: equal ranks have no place in {method_name}; count by schulze, ranked-pairs, \
             copeland, minimax, borda or debian-a5, or by approval with --rankings-as approvals"
        );
    }
    if let SelectionError::Overvote { marked, limit } = *error {
        let marked_words = words::length(marked, "option");
        let next = origin.say(&format!("at-most {marked}"), "a higher `at_most`");
        return anyhow!("{at}: it marks {marked_words}, but at most {limit} are allowed; {next}");
    }
    if let SelectionError::ScoreOutOfRange { option, score, highest } = *error {
        let next = origin.say(&format!("highest {score}"), "a higher `highest`");
        let option = options.name(option);
        return anyhow!("{at}: it gives {option} {score}, but the highest is {highest}; {next}");
    }
    if let SelectionError::TooManyVotes { given, votes } = *error {
        let next = origin.say(&format!("votes {given}"), "more `votes`");
        let given = words::number(given, "vote");
        return anyhow!("{at}: it gives {given}, but may give at most {votes}; {next}");
    }
    anyhow!("{at}: {error}")
}

/// Whether equal ranks are a choice in this method.
fn may_allow_equal_ranks(method: &Method) -> bool {
    matches!(
        method,
        Method::Schulze(_)
            | Method::RankedPairs(_)
            | Method::Copeland(_)
            | Method::Minimax(_)
            | Method::Borda(_)
    )
}

/// The method as rules name it.
fn name(method: &Method) -> &'static str {
    match method {
        Method::Motion(_) => "a motion",
        Method::Plurality(_) => "plurality",
        Method::Approval(_) => "approval",
        Method::Cumulative(_) => "cumulative",
        Method::Score(_) => "score",
        Method::Borda(_) => "borda",
        Method::Star(_) => "star",
        Method::MajorityJudgment(_) => "majority-judgment",
        Method::SequentialPhragmen(_) => "sequential-phragmen",
        Method::ProportionalApproval(_) => "proportional-approval",
        Method::Schulze(_) => "schulze",
        Method::DebianA5(_) => "debian-a5",
        Method::Copeland(_) => "copeland",
        Method::Minimax(_) => "minimax",
        Method::RankedPairs(_) => "ranked-pairs",
        Method::CondorcetIrv(_) => "condorcet-irv",
        Method::ScottishStv(_) => "scottish-stv",
        Method::Meek(_) => "meek",
        Method::InstantRunoff(_) => "irv",
        Method::Wigm(_) => "wigm",
        Method::Ers97(_) => "ers97",
        Method::Minneapolis(_) => "minneapolis",
    }
}
