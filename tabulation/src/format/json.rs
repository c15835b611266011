//! Our own ballot files: the selections of `docs/counting.md` §1 in JSON, the one format here
//! with weights and all four forms of ballots.
//!
//! ```json
//! {"title":"Board","seats":2,"options":["Ann",{"id":"ben","name":"Ben"}],"withdrawn":[1],
//!  "tie_order":[1,0],"ballots":[{"selection":{"ranking":[[1],[0]]},"heads":3,"weight":5}]}
//! ```
//!
//! Options come before ballots, so that every ballot is checked where it stands. `heads` is 1
//! and `weight` as large as `heads` where they are left out; so are title (empty), seats
//! (unknown), withdrawn and tie order (none).

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, Write};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Kind;
use super::ballots::{
    AnyBallots as _, Ballot, BallotFile, FileOption, MAX_TITLE_BYTES, WriteError, Writer, is_plain,
    is_title,
};
use super::metered::{Meter, Metered};
use crate::option::{MAX_ID_BYTES, MAX_NAME_BYTES, MAX_OPTIONS, OptionIndex};
use crate::profile::Tally;
use crate::rules::MAX_SEATS;
use crate::selection::Selection;

/// The most ballot entries read.
pub const MAX_ENTRIES: usize = 10_000_000;
/// The most bytes of one entry, or of all that stands before the ballots together.
pub const MAX_PART_BYTES: usize = 4 << 20;

/// Why such a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON, or not of this form; or what a ballot says is refused.
    #[error("line {line}: {message}")]
    Content {
        /// The line.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

impl From<serde_json::Error> for JsonError {
    fn from(error: serde_json::Error) -> Self {
        let line = error.line();
        let text = error.to_string();
        let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
        Self::Content { line, message }
    }
}

/// Reads such a file entry by entry.
///
/// # Errors
/// The first fault, with its line.
pub fn read(reader: impl BufRead) -> Result<BallotFile, JsonError> {
    let meter = Rc::new(Meter::new(MAX_PART_BYTES));
    let mut json = serde_json::Deserializer::from_reader(Metered::new(reader, Rc::clone(&meter)));
    let file = Whole(&meter).deserialize(&mut json)?;
    json.end()?;
    Ok(file)
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Title,
    Seats,
    Options,
    Withdrawn,
    TieOrder,
    Ballots,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawOption {
    Name(String),
    Full(FullOption),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FullOption {
    id: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    selection: Selection,
    #[serde(default = "one")]
    heads: u64,
    #[serde(default)]
    weight: Option<u64>,
}

fn one() -> u64 {
    1
}

struct Whole<'m>(&'m Meter);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = BallotFile;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<BallotFile, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = BallotFile;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ballot file: an object with \"options\" and \"ballots\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BallotFile, A::Error> {
        let mut file = BallotFile::default();
        let mut options = None;
        let mut seen = BTreeSet::new();
        while let Some(field) = map.next_key::<Field>()? {
            let (name, twice) = match field {
                Field::Title => {
                    file.title = map.next_value()?;
                    ("title", !seen.insert("title"))
                }
                Field::Seats => {
                    file.seats = map.next_value()?;
                    ("seats", !seen.insert("seats"))
                }
                Field::Options => {
                    let raw: Vec<RawOption> = map.next_value()?;
                    file.options = checked(raw)?;
                    options = Some(file.options.len());
                    ("options", !seen.insert("options"))
                }
                Field::Withdrawn => {
                    file.withdrawn = map.next_value()?;
                    ("withdrawn", !seen.insert("withdrawn"))
                }
                Field::TieOrder => {
                    file.tie_order = map.next_value()?;
                    ("tie_order", !seen.insert("tie_order"))
                }
                Field::Ballots => {
                    let Some(options) = options else {
                        return Err(A::Error::custom("\"options\" must come before \"ballots\""));
                    };
                    map.next_value_seed(Entries { file: &mut file, options, meter: self.0 })?;
                    ("ballots", !seen.insert("ballots"))
                }
            };
            if twice {
                return Err(A::Error::custom(format!("\"{name}\" appears twice")));
            }
        }
        for name in ["options", "ballots"] {
            if !seen.contains(name) {
                return Err(A::Error::custom(format!("there are no \"{name}\"")));
            }
        }
        header(&file).map_err(A::Error::custom)?;
        Ok(file)
    }
}

fn checked<E: serde::de::Error>(raw: Vec<RawOption>) -> Result<Vec<FileOption>, E> {
    if raw.len() > MAX_OPTIONS {
        return Err(E::custom(format!(
            "{} options, but at most {MAX_OPTIONS} are read",
            raw.len()
        )));
    }
    let options: Vec<FileOption> = raw
        .into_iter()
        .map(|option| match option {
            RawOption::Name(name) => FileOption::named(name),
            RawOption::Full(FullOption { id, name }) => FileOption { id: Some(id), name },
        })
        .collect();
    let mut ids = BTreeSet::new();
    for (option, place) in options.iter().zip(1..) {
        if !is_plain(&option.name) {
            return Err(E::custom(format!(
                "the name of option {place} must have 1 to {MAX_NAME_BYTES} bytes of plain text"
            )));
        }
        let Some(id) = &option.id else { continue };
        if !is_plain(id) || id.len() > MAX_ID_BYTES || !ids.insert(id) {
            return Err(E::custom(format!(
                "the id of option {place} is used before or is not 1 to {MAX_ID_BYTES} bytes of plain text"
            )));
        }
    }
    Ok(options)
}

/// What can only be checked once all fields are there.
fn header(file: &BallotFile) -> Result<(), String> {
    let options = file.options.len();
    let unknown = |option: &&OptionIndex| option.index() >= options;
    if let Some(option) = file.withdrawn.iter().chain(&file.tie_order).find(unknown) {
        return Err(format!("option {option} does not exist: there are {options}"));
    }
    let distinct: BTreeSet<_> = file.tie_order.iter().collect();
    if distinct.len() < file.tie_order.len() {
        return Err("the order for ties names an option twice".to_owned());
    }
    if file.seats.is_some_and(|seats| !(1..=MAX_SEATS).contains(&seats)) {
        return Err(format!("\"seats\" must be 1 to {MAX_SEATS}"));
    }
    if !is_title(&file.title) {
        return Err(format!("the title must have at most {MAX_TITLE_BYTES} bytes of plain text"));
    }
    Ok(())
}

/// The list of ballots, taken one by one.
struct Entries<'m> {
    file: &'m mut BallotFile,
    options: usize,
    meter: &'m Meter,
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of ballots")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.meter.reset();
        let mut number = 0;
        while let Some(entry) = list.next_element::<Entry>()? {
            self.meter.reset();
            number += 1;
            if number > MAX_ENTRIES {
                return Err(A::Error::custom(format!("more than {MAX_ENTRIES} ballot entries")));
            }
            if entry.heads == 0 {
                return Err(A::Error::custom("\"heads\" must be at least 1"));
            }
            entry.selection.check_canonical(self.options).map_err(A::Error::custom)?;
            let tally = Tally { heads: entry.heads, weight: entry.weight.unwrap_or(entry.heads) };
            let added = self.file.ballots.selection(&entry.selection, tally);
            added.map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Writes a file, one entry a line.
pub(super) fn write(file: &BallotFile, out: &mut impl Write) -> Result<(), WriteError> {
    let writer = Writer::new(Kind::Json, file)?;
    let json = |value: serde_json::Result<String>| {
        value.map_err(|error| WriteError::Io { message: error.to_string() })
    };
    write!(out, "{{\"title\":{}", json(serde_json::to_string(&file.title))?)?;
    if let Some(seats) = file.seats {
        write!(out, ",\"seats\":{seats}")?;
    }
    write!(out, ",\"options\":[")?;
    for (place, option) in file.options.iter().enumerate() {
        let text = match &option.id {
            None => serde_json::to_string(&option.name),
            Some(id) => {
                serde_json::to_string(&FullOption { id: id.clone(), name: option.name.clone() })
            }
        };
        write!(out, "{}{}", if place > 0 { "," } else { "" }, json(text)?)?;
    }
    write!(out, "]")?;
    if !file.withdrawn.is_empty() {
        write!(out, ",\"withdrawn\":{}", json(serde_json::to_string(&file.withdrawn))?)?;
    }
    if !file.tie_order.is_empty() {
        write!(out, ",\"tie_order\":{}", json(serde_json::to_string(&file.tie_order))?)?;
    }
    write!(out, ",\"ballots\":[")?;
    let mut separator = "\n";
    for entry in writer.entries() {
        let (_, ballot, tally) = entry?;
        let selection = selection(ballot);
        let entry = Entry { selection, heads: tally.heads, weight: Some(tally.weight) };
        write!(out, "{separator}{}", json(serde_json::to_string(&entry))?)?;
        separator = ",\n";
    }
    writeln!(out, "\n]}}")?;
    Ok(())
}

/// A ballot as a selection, skipped ranks closed up.
fn selection(ballot: Ballot<'_>) -> Selection {
    match ballot {
        Ballot::Choice(choice) => Selection::Choice(choice),
        Ballot::Chosen(chosen) => Selection::Chosen(chosen.options().collect()),
        Ballot::Scores(scores) => Selection::Scores(scores.iter().collect()),
        Ballot::Ranking(ranks) => {
            let groups = ranks.iter().map(Iterator::collect::<Vec<_>>);
            Selection::Ranking(groups.filter(|group| !group.is_empty()).collect())
        }
    }
}
