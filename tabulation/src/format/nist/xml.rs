//! Reading cast vote records in XML, event by event.
//!
//! Elements go by their local names: the namespace `http://itl.nist.gov/ns/voting/1500-103/v1` is
//! a default here and a prefix there. A document type declaration is refused, and with it every
//! entity but those that XML itself has.

use std::io::BufRead;
use std::rc::Rc;

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::gather::{
    Candidate, Contest, ContestSelection, Election, Gather, Position, Record, RecordContest,
    RecordSelection, Snapshot, Status,
};
use super::{MAX_DEPTH, MAX_PART_BYTES, NistError, NistFault};
use crate::format::ballots::BallotFile;
use crate::format::metered::{Meter, Metered};

/// Reads one contest of a `CastVoteRecordReport`; without its identifier, of one that has no
/// other.
///
/// # Errors
/// The first fault, with its line.
pub fn read_xml(reader: impl BufRead, contest: Option<&str>) -> Result<BallotFile, NistError> {
    let meter = Rc::new(Meter::new(MAX_PART_BYTES));
    let mut reader = Reader::from_reader(Metered::new(reader, Rc::clone(&meter)));
    reader.config_mut().expand_empty_elements = true;
    let mut state = State::new(contest);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let line = meter.line();
        let taken = match event {
            Ok(Event::Eof) => break,
            Ok(event) => state.event(event),
            Err(error) => Err(Stop::syntax(error.to_string())),
        };
        if let Err(stop) = taken {
            return Err(stop.at(line));
        }
        if state.stack.len() <= 1 {
            meter.reset();
        }
    }
    let line = meter.line();
    if !state.stack.is_empty() || !state.report {
        return Err(
            Stop::syntax("the file ends before </CastVoteRecordReport>".to_owned()).at(line)
        );
    }
    state.gather.finish().map_err(|fault| NistError::Content { line, fault })
}

/// Why reading stops.
enum Stop {
    Syntax(String),
    Fault(NistFault),
}

impl Stop {
    fn syntax(message: String) -> Self {
        Self::Syntax(message)
    }

    fn at(self, line: usize) -> NistError {
        match self {
            Self::Syntax(message) => NistError::Syntax { line, message },
            Self::Fault(fault) => NistError::Content { line, fault },
        }
    }
}

impl From<NistFault> for Stop {
    fn from(fault: NistFault) -> Self {
        Self::Fault(fault)
    }
}

struct State<'c> {
    gather: Gather<'c>,
    stack: Vec<String>,
    text: String,
    /// Whether the root element was met.
    report: bool,
    record: Record,
    snapshot: Snapshot,
    contest: RecordContest,
    selection: RecordSelection,
    position: Position,
    election: Election,
    candidate: Candidate,
    described: Contest,
    described_selection: ContestSelection,
}

impl<'c> State<'c> {
    fn new(contest: Option<&'c str>) -> Self {
        Self {
            gather: Gather::new(contest),
            stack: Vec::new(),
            text: String::new(),
            report: false,
            record: Record::default(),
            snapshot: Snapshot::default(),
            contest: RecordContest::default(),
            selection: RecordSelection::default(),
            position: Position::default(),
            election: Election::default(),
            candidate: Candidate::default(),
            described: Contest::default(),
            described_selection: ContestSelection::default(),
        }
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Stop> {
        match event {
            Event::Start(start) => self.start(&start),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                self.text.push_str(&text.xml10_content());
                Ok(())
            }
            Event::CData(text) => {
                self.text.push_str(&text.xml10_content());
                Ok(())
            }
            Event::GeneralRef(reference) => self.reference(&reference),
            Event::DocType(_) => {
                Err(Stop::syntax("a document type declaration is not read".to_owned()))
            }
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => {
                Ok(())
            }
        }
    }

    /// A character by number, or one of the five entities of XML 1.0 §4.6.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Stop> {
        let resolved = reference.resolve_char_ref();
        if let Some(c) = resolved.map_err(|error| Stop::syntax(error.to_string()))? {
            self.text.push(c);
            return Ok(());
        }
        let name = reference.xml10_content();
        let known = quick_xml::escape::resolve_xml_entity(&name);
        let text =
            known.ok_or_else(|| Stop::syntax(format!("the entity {name:?} is not known")))?;
        self.text.push_str(text);
        Ok(())
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Stop> {
        let local = start.local_name();
        let name: &str = local.as_ref();
        if self.stack.len() == MAX_DEPTH {
            return Err(Stop::syntax(format!("elements are nested deeper than {MAX_DEPTH}")));
        }
        if self.stack.is_empty() {
            if name != "CastVoteRecordReport" || self.report {
                return Err(Stop::syntax(format!(
                    "the element {name:?} stands where one CastVoteRecordReport should"
                )));
            }
            self.report = true;
        }
        let parent = self.stack.last().map_or("", String::as_str);
        match (parent, name) {
            ("CastVoteRecordReport", "CVR") => self.record = Record::default(),
            ("CVR", "CVRSnapshot") => {
                self.snapshot =
                    Snapshot { id: attribute(start, "ObjectId")?, ..Snapshot::default() };
            }
            ("CVRSnapshot", "CVRContest") => self.contest = RecordContest::default(),
            ("CVRContest", "CVRContestSelection") => self.selection = RecordSelection::default(),
            ("CVRContestSelection", "SelectionPosition") => {
                // Unlike the schema's reader, this one would not notice the lack of a number.
                self.position = Position { votes: u64::MAX, ..Position::default() };
            }
            ("CastVoteRecordReport", "Election") => self.election = Election::default(),
            ("Election", "Candidate") => {
                let id = attribute(start, "ObjectId")?;
                self.candidate = Candidate { id, ..Candidate::default() };
            }
            ("Election", "Contest") => {
                let (id, kind) = (attribute(start, "ObjectId")?, attribute(start, "type")?);
                self.described = Contest { id, kind, ..Contest::default() };
            }
            ("Contest", "ContestSelection") => {
                let id = attribute(start, "ObjectId")?;
                self.described_selection = ContestSelection { id, ..ContestSelection::default() };
            }
            _ => {}
        }
        self.stack.push(name.to_owned());
        self.text.clear();
        Ok(())
    }

    fn end(&mut self) -> Result<(), Stop> {
        let Some(name) = self.stack.pop() else { return Ok(()) };
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        let parent = self.stack.last().map_or("", String::as_str);
        use std::mem::take;
        match (parent, name.as_str()) {
            ("CVR", "CurrentSnapshotId") => self.record.current = text.to_owned(),
            ("CVR", "CVRSnapshot") => self.record.snapshots.push(take(&mut self.snapshot)),
            ("CVRSnapshot", "CVRContest") => self.snapshot.contests.push(take(&mut self.contest)),
            ("CVRContest", "ContestId") => self.contest.contest = text.to_owned(),
            ("CVRContest", "CVRContestSelection") => {
                self.contest.selections.push(take(&mut self.selection));
            }
            ("CVRContestSelection", "ContestSelectionId") => {
                self.selection.id = Some(text.to_owned());
            }
            ("CVRContestSelection", "Rank") => self.selection.rank = Some(number(&name, text)?),
            ("CVRContestSelection", "TotalFractionalVotes") => {
                self.selection.fraction = Some(text.to_owned());
            }
            ("CVRContestSelection", "SelectionPosition") => {
                self.selection.positions.push(take(&mut self.position));
            }
            ("SelectionPosition", "HasIndication") => self.position.indication = status(text)?,
            ("SelectionPosition", "IsAllocable") => self.position.allocable = Some(status(text)?),
            ("SelectionPosition", "FractionalVotes") => {
                self.position.fraction = Some(text.to_owned());
            }
            ("SelectionPosition", "NumberVotes") => self.position.votes = number(&name, text)?,
            ("SelectionPosition", "Rank") => self.position.rank = Some(number(&name, text)?),
            ("CastVoteRecordReport", "CVR") => self.gather.record(take(&mut self.record))?,
            ("CastVoteRecordReport", "Election") => {
                self.gather.election(take(&mut self.election))?;
            }
            _ => self.describe(&name, text)?,
        }
        Ok(())
    }

    /// What an election is about.
    fn describe(&mut self, name: &str, text: &str) -> Result<(), Stop> {
        use std::mem::take;
        let parent = self.stack.last().map_or("", String::as_str);
        match (parent, name) {
            ("Candidate", "Name") => self.candidate.name = text.to_owned(),
            ("Election", "Candidate") => self.election.candidates.push(take(&mut self.candidate)),
            ("Contest", "Name") => self.described.name = text.to_owned(),
            ("Contest", "NumberElected") => {
                self.described.seats = u16::try_from(number(name, text)?).ok();
            }
            ("Contest", "VoteVariation") => self.described.variation = text.to_owned(),
            ("Contest", "ContestSelection") => {
                self.described.selections.push(take(&mut self.described_selection));
            }
            ("ContestSelection", "CandidateIds") => {
                let ids = text.split_whitespace().map(str::to_owned);
                self.described_selection.candidates.extend(ids);
            }
            ("ContestSelection", "Selection") => self.described_selection.text = text.to_owned(),
            ("Election", "Contest") => self.election.contests.push(take(&mut self.described)),
            _ => {}
        }
        Ok(())
    }
}

/// An attribute by its local name; empty if it is not there.
fn attribute(start: &BytesStart<'_>, name: &str) -> Result<String, Stop> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| Stop::syntax(error.to_string()))?;
        let local = attribute.key.local_name();
        let local: &str = local.as_ref();
        if local == name {
            let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0);
            let value = value.map_err(|error| Stop::syntax(error.to_string()))?;
            return Ok(value.trim().to_owned());
        }
    }
    Ok(String::new())
}

fn number(name: &str, text: &str) -> Result<u64, Stop> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.ok_or_else(|| Stop::syntax(format!("{name} is no whole number: {text:?}")))
}

fn status(text: &str) -> Result<Status, Stop> {
    match text {
        "yes" => Ok(Status::Yes),
        "no" => Ok(Status::No),
        "unknown" => Ok(Status::Unknown),
        _ => Err(Stop::syntax(format!("{text:?} is neither yes, no nor unknown"))),
    }
}
