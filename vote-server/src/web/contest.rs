//! One contest of an election: what is asked, by which rules, and what came out.

use election::certificate::ContestResult;
use election::manifest::Contest;
use election::pool::{Pool, Question};
use tabulation::Transcript;
use tabulation::report::html::{self, Details, Heading, Manner};
use tabulation::transcript::Outcome;

use super::shell::{counted, grouped};
use super::words;

/// A contest.
#[derive(Debug)]
pub struct ContestView {
    /// Its id: the anchor on the page.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// The rules in plain English.
    pub rules: String,
    /// Whether the ballot is yes, no or abstain.
    pub motion: bool,
    /// What can be chosen.
    pub options: Vec<OptionRow>,
    /// Whether any option has an affiliation.
    pub affiliations: bool,
    /// Seats already held, where a cap counts them.
    pub sitting: Vec<String>,
    /// The result, once certified.
    pub result: Option<ResultView>,
}

/// An option.
#[derive(Debug)]
pub struct OptionRow {
    /// Its name.
    pub name: String,
    /// The person's handle, where it is one.
    pub person: String,
    /// Employers.
    pub affiliations: String,
}

/// A certified result.
#[derive(Debug)]
pub struct ResultView {
    /// The outcome in one sentence.
    pub sentence: String,
    /// Whether seats were filled or the motion passed: the page marks it with a word and a sign.
    pub decided: bool,
    /// How many ballots, and how many of them blank.
    pub ballots: String,
    /// The steps, what a cap changed, and ties: markup, made from the transcript.
    pub count: String,
    /// What follows.
    pub decisions: Vec<String>,
    /// The transcript's hash: its address among the artifacts.
    pub transcript: String,
    /// The hash of the cast vote records.
    pub cvrs: String,
}

/// The view of a contest; `result` is there once the election is certified.
pub fn contest<P: Pool>(
    contest: &Contest<P>,
    result: Option<(&ContestResult<P>, &Transcript)>,
) -> ContestView {
    let option = |option: &election::manifest::ContestOption| OptionRow {
        name: option.name.to_string(),
        person: option.person.as_ref().map_or(String::new(), ToString::to_string),
        affiliations: joined(&option.affiliations),
    };
    let sitting = |(group, seats): (&election::ids::GroupId, &u16)| {
        format!("{group}: {}", counted(u64::from(*seats), "seat", "seats"))
    };
    ContestView {
        id: contest.id.to_string(),
        title: contest.title.to_string(),
        question: words::capitalised(&words::question::<P>(&contest.question)),
        rules: contest.rules.sentence(),
        motion: contest.question.is_motion(),
        options: contest.options.iter().map(option).collect(),
        affiliations: contest.options.iter().any(|option| !option.affiliations.is_empty()),
        sitting: contest.sitting.iter().map(sitting).collect(),
        result: result.map(|(result, transcript)| self::result(result, transcript)),
    }
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn result<P: Pool>(result: &ContestResult<P>, transcript: &Transcript) -> ResultView {
    let blank = match transcript.blank.heads {
        0 => "none of them blank".to_owned(),
        blank => format!("{} of them blank", grouped(blank)),
    };
    ResultView {
        sentence: transcript.sentence.clone(),
        decided: match &transcript.outcome {
            Outcome::Motion { result } => *result == tabulation::MotionResult::Passed,
            Outcome::Elected { .. } => true,
            Outcome::Unresolved { .. } => false,
        },
        ballots: format!("{}, {blank}", counted(transcript.cast.heads, "ballot", "ballots")),
        count: html::count(
            transcript,
            Manner { heading: Heading::Third, details: Details::Folded },
        ),
        decisions: result.decisions.iter().map(words::decision).collect(),
        transcript: result.transcript.to_string(),
        cvrs: result.cvrs.to_string(),
    }
}
