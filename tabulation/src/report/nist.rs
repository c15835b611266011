//! A result as election results are exchanged: NIST Special Publication 1500-100 (Election Results
//! Common Data Format, version 2), in its JSON form.
//!
//! Class and field names, what is required, and the words of enumerations are those of the
//! schema `NIST_V2_election_results_reporting.json` of the repository
//! `usnistgov/ElectionResultsReporting`. The format knows one number a selection and kind of
//! count. The number of type `total` is the one that decides where the method has one, and the
//! first preferences where it counts in stages; later stages and pairwise comparisons follow as
//! type `other`, each with its name. Quorums, transfers and ties have no place there: the rules
//! and the outcome stand in words in `Notes`, and the transcript has the rest.

use std::fmt;
use std::str::FromStr;

use super::View;
use super::json::Json;
use super::kinds::{Votes, kind};
use crate::option::OptionIndex;
use crate::profile::Tally;
use crate::rules::{BallotForm, Bound, Method, MotionRules, Threshold};
use crate::transcript::{CountRecord, Figure, MotionRecord, Transcript};

/// The most figures besides the totals; beyond it only the totals are written, and the report
/// says so.
const MAX_FIGURES: usize = 50_000;

/// What a report must say that a transcript does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The name of the election.
    pub election: String,
    /// The name of the contest.
    pub contest: String,
    /// Who is entitled: the name of the pool, body or module.
    pub electorate: String,
    /// Who issues the report.
    pub issuer: String,
    /// A short name for the issuer.
    pub issuer_abbreviation: String,
    /// The day the box opened.
    pub starts: Date,
    /// The day it closed.
    pub ends: Date,
    /// When the report was made.
    pub generated: Moment,
    /// How final the result is.
    pub status: Status,
}

/// How final a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Everything is counted, and nothing is signed.
    UnofficialComplete,
    /// Signed.
    Certified,
    /// Counted again.
    Recount,
}

/// A day, written `2026-04-30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date(String);

/// A moment in coordinated universal time, written `2026-04-30T12:00:00Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(String);

/// Text that is not a day or a moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not written {form}")]
pub struct DateError {
    text: String,
    form: &'static str,
}

/// Whether text has digits where the form has zeros, and the form's own characters elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

fn is_within(text: Option<&str>, from: u8, to: u8) -> bool {
    text.and_then(|digits| digits.parse().ok()).is_some_and(|n: u8| (from..=to).contains(&n))
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        const FORM: &str = "0000-00-00";
        let good = has_form(text, FORM)
            && is_within(text.get(5..7), 1, 12)
            && is_within(text.get(8..10), 1, 31);
        if good { Ok(Self(text.to_owned())) } else { Err(wrong(text, FORM)) }
    }
}

impl FromStr for Moment {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        const FORM: &str = "0000-00-00T00:00:00Z";
        let good = has_form(text, FORM)
            && text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok())
            && is_within(text.get(11..13), 0, 23)
            && is_within(text.get(14..16), 0, 59)
            && is_within(text.get(17..19), 0, 60);
        if good { Ok(Self(text.to_owned())) } else { Err(wrong(text, FORM)) }
    }
}

fn wrong(text: &str, form: &'static str) -> DateError {
    DateError { text: text.to_owned(), form }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnofficialComplete => "unofficial-complete",
            Self::Certified => "certified",
            Self::Recount => "recount",
        })
    }
}

/// An `ElectionReport` with one `Election` of one `Contest`, as JSON text.
#[must_use]
pub fn report(transcript: &Transcript, about: &About) -> String {
    let view = View::of(transcript);
    let mut notes = format!("{} {}", transcript.sentence, transcript.rules_sentence);
    let contest = match (&transcript.rules.method, &transcript.count) {
        (Method::Motion(rules), CountRecord::Motion(record)) => {
            measure(transcript, rules, record, about)
        }
        _ => candidate_contest(&view, about, &mut notes),
    };
    let electorate = &transcript.electorate;
    let mut unit = object("ReportingUnit", "electorate");
    unit.extend([
        ("Type", Json::text("other")),
        ("OtherType", Json::text("electorate")),
        ("Name", Json::text(&about.electorate)),
        ("VotersRegistered", Json::number(electorate.entitled_heads)),
        ("VotersParticipated", Json::number(transcript.cast.heads)),
    ]);
    let mut election = vec![
        ("@type", Json::text("ElectionResults.Election")),
        ("ElectionScopeId", Json::text("electorate")),
        ("StartDate", Json::text(&about.starts.0)),
        ("EndDate", Json::text(&about.ends.0)),
        ("Name", words(&about.election)),
        ("Type", Json::text("other")),
        ("OtherType", Json::text("vote of a foundation")),
        ("Contest", Json::List(vec![contest])),
    ];
    if !transcript.options.is_empty() {
        election.push(("Candidate", Json::List(candidates(&view))));
    }
    let report = Json::Object(vec![
        ("@type", Json::text("ElectionResults.ElectionReport")),
        ("Format", Json::text("summary-contest")),
        ("GeneratedDate", Json::text(&about.generated.0)),
        ("Issuer", Json::text(&about.issuer)),
        ("IssuerAbbreviation", Json::text(&about.issuer_abbreviation)),
        ("SequenceStart", Json::number(1)),
        ("SequenceEnd", Json::number(1)),
        ("Status", Json::text(about.status.to_string())),
        (
            "VendorApplicationId",
            Json::text(concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"))),
        ),
        ("Notes", Json::Text(notes)),
        ("GpUnit", Json::List(vec![Json::Object(unit)])),
        ("Election", Json::List(vec![Json::Object(election)])),
    ]);
    report.to_string()
}

type Members = Vec<(&'static str, Json)>;

/// The beginning of an object that others refer to.
fn object(class: &str, id: impl Into<String>) -> Members {
    vec![("@type", Json::Text(format!("ElectionResults.{class}"))), ("@id", Json::text(id))]
}

/// `InternationalizedText` in English; names are what they are in any language.
fn words(text: &str) -> Json {
    let text = Json::Object(vec![
        ("@type", Json::text("ElectionResults.LanguageString")),
        ("Language", Json::text("en")),
        ("Content", Json::text(text)),
    ]);
    Json::Object(vec![
        ("@type", Json::text("ElectionResults.InternationalizedText")),
        ("Text", Json::List(vec![text])),
    ])
}

fn vote_counts(what: Option<&str>, count: Figure) -> Json {
    let mut members = vec![
        ("@type", Json::text("ElectionResults.VoteCounts")),
        ("GpUnitId", Json::text("electorate")),
        ("Count", Json::Figure(count)),
    ];
    match what {
        None => members.push(("Type", Json::text("total"))),
        Some(what) => {
            members.extend([("Type", Json::text("other")), ("OtherType", Json::text(what))]);
        }
    }
    Json::Object(members)
}

/// What every contest has.
fn contest(class: &str, transcript: &Transcript, about: &About) -> Members {
    let summary = Json::Object(vec![
        ("@type", Json::text("ElectionResults.SummaryCounts")),
        ("GpUnitId", Json::text("electorate")),
        ("Type", Json::text("total")),
        ("BallotsCast", Json::number(transcript.cast.heads)),
        ("Undervotes", Json::number(transcript.blank.heads)),
    ]);
    let status = Json::Object(vec![
        ("@type", Json::text("ElectionResults.CountStatus")),
        ("Type", Json::text("total")),
        ("Status", Json::text("completed")),
    ]);
    let mut members = object(class, "contest");
    members.extend([
        ("Name", Json::text(&about.contest)),
        ("ElectoralDistrictId", Json::text("electorate")),
        ("SummaryCounts", Json::List(vec![summary])),
        ("CountStatus", Json::List(vec![status])),
    ]);
    members
}

fn candidates(view: &View<'_>) -> Vec<Json> {
    let candidate = |option: OptionIndex| {
        let mut members = object("Candidate", format!("candidate-{option}"));
        members.push(("BallotName", words(&view.options.name(option))));
        if view.options.is_withdrawn(option) {
            members.push(("PreElectionStatus", Json::text("withdrawn")));
        }
        if view.is_elected(option) {
            members.push(("PostElectionStatus", Json::text("winner")));
        }
        Json::Object(members)
    };
    OptionIndex::all(view.options.len()).map(candidate).collect()
}

fn candidate_contest(view: &View<'_>, about: &About, notes: &mut String) -> Json {
    let (transcript, options) = (view.transcript, view.options.len());
    let mut votes = kind(&transcript.count).votes(view);
    if votes.len().saturating_sub(1).saturating_mul(options) > MAX_FIGURES {
        votes.retain(|votes| votes.what.is_none());
        notes.push_str(" Only totals are listed here; the transcript of the count has the rest.");
    }
    let selection = |(place, option): (u64, OptionIndex)| {
        let counts = votes.iter().filter_map(|Votes { what, of }| {
            // A fraction is no JSON number.
            let count = of(option).filter(|count| !count.as_str().contains('/'))?;
            Some(vote_counts(what.as_deref(), count))
        });
        let mut members = object("CandidateSelection", format!("selection-{option}"));
        members.extend([
            ("CandidateIds", Json::List(vec![Json::Text(format!("candidate-{option}"))])),
            ("SequenceOrder", Json::number(place)),
            ("VoteCounts", Json::List(counts.collect())),
        ]);
        Json::Object(members)
    };
    let selections = (1..).zip(OptionIndex::all(options)).map(selection).collect();
    let rules = &transcript.rules;
    let limit = match rules.ballot_form() {
        BallotForm::Choose { at_most } | BallotForm::Rank { at_most, .. } => at_most.limit(options),
        BallotForm::Score { .. } => options,
        BallotForm::Distribute { votes } => usize::from(votes),
        BallotForm::Motion => 1,
    };
    let mut members = contest("CandidateContest", transcript, about);
    members.extend([
        ("VotesAllowed", Json::number(limit as u64)),
        ("NumberElected", Json::number(u64::from(rules.seats))),
        ("BallotSelection", Json::List(selections)),
    ]);
    members.extend(variation(&rules.method));
    Json::Object(members)
}

/// The format's word for a method (`VoteVariation`), or the method's own name where it has none.
fn variation(method: &Method) -> Vec<(&'static str, Json)> {
    let other = |name| {
        vec![("VoteVariation", Json::text("other")), ("OtherVoteVariation", Json::text(name))]
    };
    let word = match method {
        Method::Plurality(_) => "n-of-m",
        Method::Approval(_) => "approval",
        Method::Cumulative(_) => "cumulative",
        Method::Score(_) => "range",
        Method::Borda(_) => "borda",
        Method::Star(_) => return other("STAR voting"),
        Method::MajorityJudgment(_) => return other("majority judgment"),
        Method::SequentialPhragmen(_) => return other("sequential Phragmén"),
        Method::ProportionalApproval(_) => return other("proportional approval"),
        Method::Motion(_) => return other("motion"),
        Method::Schulze(_)
        | Method::DebianA5(_)
        | Method::Copeland(_)
        | Method::Minimax(_)
        | Method::RankedPairs(_)
        | Method::CondorcetIrv(_)
        | Method::ScottishStv(_)
        | Method::Meek(_)
        | Method::Wigm(_)
        | Method::Minneapolis(_)
        | Method::Ers97(_)
        | Method::InstantRunoff(_) => "rcv",
    };
    vec![("VoteVariation", Json::text(word))]
}

fn measure(
    transcript: &Transcript,
    rules: &MotionRules,
    record: &MotionRecord,
    about: &About,
) -> Json {
    let weighted = View::of(transcript).is_weighted();
    let answers = [("Yes", record.yes), ("No", record.no), ("Abstain", record.abstain)];
    let selection = |(place, (answer, tally)): (u64, (&str, Tally))| {
        let mut counts = vec![vote_counts(None, Figure::from(tally.heads))];
        if weighted {
            counts.push(vote_counts(Some("voting power"), Figure::from(tally.weight)));
        }
        let mut members =
            object("BallotMeasureSelection", format!("selection-{}", answer.to_lowercase()));
        members.extend([
            ("Selection", words(answer)),
            ("SequenceOrder", Json::number(place)),
            ("VoteCounts", Json::List(counts)),
        ]);
        Json::Object(members)
    };
    // More than half is a majority; a share above one half is a super-majority.
    let word = rules.thresholds.iter().find_map(|threshold| match threshold {
        Threshold::Share(t) if t.share.ratio.is_half() && t.share.bound == Bound::MoreThan => {
            Some("majority")
        }
        Threshold::Share(t) if t.share.ratio.compare(1, 2).is_lt() => Some("super-majority"),
        Threshold::Share(_)
        | Threshold::MinimumYes { .. }
        | Threshold::MaximumNo { .. }
        | Threshold::MinimumLead { .. }
        | Threshold::AllBut { .. } => None,
    });
    let mut members = contest("BallotMeasureContest", transcript, about);
    members.extend([
        ("Type", Json::text("ballot-measure")),
        ("PassageThreshold", words(&transcript.rules_sentence)),
        ("EffectOfAbstain", words(rules.abstention.sentence())),
        ("BallotSelection", Json::List((1..).zip(answers).map(selection).collect())),
    ]);
    match word {
        Some(word) => members.push(("VoteVariation", Json::text(word))),
        None => members.extend(variation(&transcript.rules.method)),
    }
    Json::Object(members)
}
