//! Writing cast vote records.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;

use quick_xml::escape::escape;
use serde_json::json;

use super::MAX_RECORDS;
use crate::format::Kind;
use crate::format::ballots::{Ballot, BallotFile, WriteError, Writer};
use crate::option::OptionIndex;
use crate::selection::Choice;

/// The answers to a motion, as selections.
const ANSWERS: [(Choice, &str); 3] =
    [(Choice::Yes, "Yes"), (Choice::No, "No"), (Choice::Abstain, "Abstain")];

/// What a selection is called whose option has no identifier.
pub(super) fn selection_id(place: usize) -> String {
    format!("selection-{place}")
}

/// One mark: the selection's place, its rank if there are ranks, and its votes.
struct Mark {
    place: usize,
    rank: Option<usize>,
    votes: u16,
}

/// Everything both encodings need.
struct Report<'f> {
    file: &'f BallotFile,
    writer: Writer<'f>,
    ids: Vec<String>,
    measure: bool,
    variation: &'static str,
}

impl<'f> Report<'f> {
    fn new(kind: Kind, file: &'f BallotFile) -> Result<Self, WriteError> {
        let first = file.ballots.iter().next().map(|(ballot, _)| ballot);
        let measure = matches!(first, Some(Ballot::Choice(_)));
        // A motion has no options; its answers are the selections.
        let writer = match measure && file.options.is_empty() {
            true => Writer::of_motion(kind, file)?,
            false if measure => {
                let name = file.options.first().map_or("", |option| &option.name);
                let why = "a motion has answers and no options";
                return Err(WriteError::Name { kind, name: name.to_owned(), why });
            }
            false => Writer::new(kind, file)?,
        };
        writer.at_most(MAX_RECORDS)?;
        let variation = match first {
            Some(Ballot::Ranking(_)) | None => "rcv",
            Some(Ballot::Chosen(_)) => "approval",
            Some(Ballot::Scores(_)) => "range",
            Some(Ballot::Choice(_)) => "majority",
        };
        Ok(Self { file, writer, ids: ids(file, measure), measure, variation })
    }

    fn id(&self, place: usize) -> &str {
        self.ids.get(place).map_or("", String::as_str)
    }

    /// What a selection is called: an option's name or an answer.
    fn names(&self) -> impl Iterator<Item = (usize, &'f str)> + use<'f> {
        let answers = if self.measure { ANSWERS.as_slice() } else { &[] };
        let answers = answers.iter().map(|(_, name)| *name);
        let file = self.file;
        answers.chain(file.options.iter().map(|option| option.name.as_str())).enumerate()
    }

    /// Calls `each` with the marks of every ballot and its number.
    fn each(
        &self,
        mut each: impl FnMut(u64, &[Mark]) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let mut number = 0;
        for entry in self.writer.entries() {
            let (place, ballot, tally) = entry?;
            let heads = self.writer.heads(place, tally)?;
            let marks = marks(ballot);
            for _ in 0..heads {
                number += 1;
                each(number, &marks)?;
            }
        }
        Ok(())
    }
}

fn marks(ballot: Ballot<'_>) -> Vec<Mark> {
    let mark = |option: OptionIndex, rank, votes| Mark { place: option.index(), rank, votes };
    match ballot {
        Ballot::Choice(choice) => {
            let place = ANSWERS.iter().position(|(answer, _)| *answer == choice);
            place.map(|place| Mark { place, rank: None, votes: 1 }).into_iter().collect()
        }
        Ballot::Chosen(chosen) => chosen.options().map(|option| mark(option, None, 1)).collect(),
        Ballot::Scores(scores) => {
            scores.iter().map(|(option, score)| mark(option, None, score)).collect()
        }
        Ballot::Ranking(ranks) => ranks
            .iter()
            .zip(1..)
            .flat_map(|(rank, number)| rank.map(move |option| mark(option, Some(number), 1)))
            .collect(),
    }
}

/// The options' own identifiers if all have one that can be an `xsd:ID` beside ours.
fn ids(file: &BallotFile, measure: bool) -> Vec<String> {
    let own: BTreeSet<&str> = file
        .options
        .iter()
        .filter_map(|option| option.id.as_deref())
        .filter(|id| is_free(id))
        .collect();
    if !measure && own.len() == file.options.len() {
        return file.options.iter().filter_map(|option| option.id.clone()).collect();
    }
    let selections = if measure { ANSWERS.len() } else { file.options.len() };
    (1..=selections).map(selection_id).collect()
}

fn is_free(id: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let ours = ["contest", "election", "unit", "device", "selection-", "candidate-", "snapshot-"];
    id.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && id.chars().all(good)
        && !ours.iter().any(|ours| id.starts_with(ours))
}

/// Writes records in JSON, one a line.
pub(in crate::format) fn write_json(
    file: &BallotFile,
    generated: &str,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let report = Report::new(Kind::NistJson, file)?;
    write!(out, "{{\"@type\":\"CVR.CastVoteRecordReport\",\"Version\":\"1.0.0\",")?;
    write!(out, "\"GeneratedDate\":{},\"CVR\":[", json!(generated))?;
    let mut separator = "\n";
    report.each(|number, marks| {
        let selections: Vec<_> = marks
            .iter()
            .map(|mark| {
                let mut position = json!({
                    "@type": "CVR.SelectionPosition", "HasIndication": "yes",
                    "IsAllocable": "yes", "NumberVotes": mark.votes,
                });
                if let (Some(rank), Some(fields)) = (mark.rank, position.as_object_mut()) {
                    fields.insert("Rank".to_owned(), rank.into());
                }
                json!({
                    "@type": "CVR.CVRContestSelection",
                    "ContestSelectionId": report.id(mark.place), "SelectionPosition": [position],
                })
            })
            .collect();
        let snapshot = format!("snapshot-{number}");
        let record = json!({
            "@type": "CVR.CVR", "CurrentSnapshotId": snapshot, "ElectionId": "election",
            "UniqueId": number.to_string(),
            "CVRSnapshot": [{
                "@type": "CVR.CVRSnapshot", "@id": snapshot, "Type": "interpreted",
                "CVRContest": [{
                    "@type": "CVR.CVRContest", "ContestId": "contest",
                    "CVRContestSelection": selections,
                }],
            }],
        });
        write!(out, "{separator}{record}")?;
        separator = ",\n";
        Ok(())
    })?;
    writeln!(out, "\n],\"Election\":[{}],", election(&report))?;
    let unit = json!([{ "@type": "CVR.GpUnit", "@id": "unit", "Type": "other",
        "OtherType": "electorate" }]);
    let device = json!([{ "@type": "CVR.ReportingDevice", "@id": "device" }]);
    writeln!(out, "\"GpUnit\":{unit},\"ReportGeneratingDeviceIds\":[\"device\"],")?;
    writeln!(out, "\"ReportingDevice\":{device}}}")?;
    Ok(())
}

fn election(report: &Report<'_>) -> serde_json::Value {
    let (mut candidates, mut selections) = (Vec::new(), Vec::new());
    for (place, name) in report.names() {
        let id = report.id(place);
        if report.measure {
            selections.push(json!({
                "@type": "CVR.BallotMeasureSelection", "@id": id, "Selection": name,
            }));
            continue;
        }
        let candidate = format!("candidate-{}", place + 1);
        candidates.push(json!({ "@type": "CVR.Candidate", "@id": candidate, "Name": name }));
        selections.push(json!({
            "@type": "CVR.CandidateSelection", "@id": id, "CandidateIds": [candidate],
        }));
    }
    let kind = if report.measure { "CVR.BallotMeasureContest" } else { "CVR.CandidateContest" };
    let mut contest = json!({
        "@type": kind, "@id": "contest", "ContestSelection": selections,
        "VoteVariation": report.variation,
    });
    if let Some(fields) = contest.as_object_mut() {
        if !report.file.title.is_empty() {
            fields.insert("Name".to_owned(), report.file.title.clone().into());
        }
        if let Some(seats) = report.file.seats.filter(|_| !report.measure) {
            fields.insert("NumberElected".to_owned(), seats.into());
        }
    }
    json!({
        "@type": "CVR.Election", "@id": "election", "ElectionScopeId": "unit",
        "Candidate": candidates, "Contest": [contest],
    })
}

/// Writes records in XML; elements stand in the schema's order.
pub(in crate::format) fn write_xml(
    file: &BallotFile,
    generated: &str,
    out: &mut impl Write,
) -> Result<(), WriteError> {
    let report = Report::new(Kind::NistXml, file)?;
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<CastVoteRecordReport xmlns=\"http://itl.nist.gov/ns/voting/1500-103/v1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
    )?;
    report.each(|number, marks| {
        write!(out, "<CVR><CurrentSnapshotId>snapshot-{number}</CurrentSnapshotId>")?;
        write!(out, "<CVRSnapshot ObjectId=\"snapshot-{number}\"><CVRContest>")?;
        write!(out, "<ContestId>contest</ContestId>")?;
        for mark in marks {
            let id = report.id(mark.place);
            write!(out, "<CVRContestSelection><ContestSelectionId>{id}</ContestSelectionId>")?;
            write!(out, "<SelectionPosition><HasIndication>yes</HasIndication>")?;
            write!(out, "<IsAllocable>yes</IsAllocable><NumberVotes>{}</NumberVotes>", mark.votes)?;
            if let Some(rank) = mark.rank {
                write!(out, "<Rank>{rank}</Rank>")?;
            }
            write!(out, "</SelectionPosition></CVRContestSelection>")?;
        }
        write!(out, "</CVRContest><Type>interpreted</Type></CVRSnapshot>")?;
        writeln!(out, "<ElectionId>election</ElectionId><UniqueId>{number}</UniqueId></CVR>")?;
        Ok(())
    })?;
    write_election(&report, out)?;
    writeln!(out, "<GeneratedDate>{}</GeneratedDate>", escape(generated))?;
    writeln!(
        out,
        "<GpUnit ObjectId=\"unit\"><Type>other</Type><OtherType>electorate</OtherType></GpUnit>"
    )?;
    writeln!(out, "<ReportGeneratingDeviceIds>device</ReportGeneratingDeviceIds>")?;
    writeln!(out, "<ReportingDevice ObjectId=\"device\"/><Version>1.0.0</Version>")?;
    writeln!(out, "</CastVoteRecordReport>")?;
    Ok(())
}

fn write_election(report: &Report<'_>, out: &mut impl Write) -> Result<(), WriteError> {
    let text = |text: &'_ str| -> String { Cow::into_owned(escape(text)) };
    writeln!(out, "<Election ObjectId=\"election\">")?;
    for (place, name) in report.names().filter(|_| !report.measure) {
        let place = place + 1;
        writeln!(
            out,
            "<Candidate ObjectId=\"candidate-{place}\"><Name>{}</Name></Candidate>",
            text(name)
        )?;
    }
    let kind = if report.measure { "BallotMeasure" } else { "Candidate" };
    writeln!(out, "<Contest ObjectId=\"contest\" xsi:type=\"{kind}Contest\">")?;
    for (place, name) in report.names() {
        let id = report.id(place);
        let inside = match report.measure {
            true => format!("<Selection>{}</Selection>", text(name)),
            false => format!("<CandidateIds>candidate-{}</CandidateIds>", place + 1),
        };
        writeln!(
            out,
            "<ContestSelection ObjectId=\"{id}\" xsi:type=\"{kind}Selection\">{inside}</ContestSelection>"
        )?;
    }
    if !report.file.title.is_empty() {
        write!(out, "<Name>{}</Name>", text(&report.file.title))?;
    }
    write!(out, "<VoteVariation>{}</VoteVariation>", report.variation)?;
    if let Some(seats) = report.file.seats.filter(|_| !report.measure) {
        write!(out, "<NumberElected>{seats}</NumberElected>")?;
    }
    writeln!(out, "</Contest><ElectionScopeId>unit</ElectionScopeId></Election>")?;
    Ok(())
}
