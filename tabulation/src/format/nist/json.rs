//! Reading cast vote records in JSON, one by one.

use std::fmt;
use std::io::BufRead;
use std::rc::Rc;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::gather::{Election, Gather, Record};
use super::{MAX_PART_BYTES, NistError, NistFault};
use crate::format::ballots::BallotFile;
use crate::format::metered::{Meter, Metered};

/// Reads one contest of a `CastVoteRecordReport`; without its identifier, of one that has no
/// other.
///
/// # Errors
/// The first fault, with its line.
pub fn read_json(reader: impl BufRead, contest: Option<&str>) -> Result<BallotFile, NistError> {
    let meter = Rc::new(Meter::new(MAX_PART_BYTES));
    let mut json = serde_json::Deserializer::from_reader(Metered::new(reader, Rc::clone(&meter)));
    let mut state = State { gather: Gather::new(contest), fault: None, meter: Rc::clone(&meter) };
    let read = Report(&mut state).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        let line = error.line();
        return Err(match state.fault {
            Some(fault) => NistError::Content { line, fault },
            None => {
                let text = error.to_string();
                let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
                NistError::Syntax { line, message }
            }
        });
    }
    let line = meter.line();
    state.gather.finish().map_err(|fault| NistError::Content { line, fault })
}

struct State<'c> {
    gather: Gather<'c>,
    /// Why reading was stopped, if it was not for the JSON.
    fault: Option<NistFault>,
    meter: Rc<Meter>,
}

/// `CastVoteRecordReport`
struct Report<'s, 'c>(&'s mut State<'c>);

#[derive(Deserialize)]
#[serde(field_identifier)]
enum Field {
    #[serde(rename = "CVR")]
    Records,
    Election,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for Report<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Report<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CastVoteRecordReport")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let State { gather, fault, meter } = self.0;
        while let Some(field) = map.next_key::<Field>()? {
            meter.reset();
            match field {
                Field::Records => map.next_value_seed(List {
                    take: &mut |record: Record| {
                        meter.reset();
                        gather.record(record)
                    },
                    fault,
                    marker: std::marker::PhantomData,
                })?,
                Field::Election => map.next_value_seed(List {
                    take: &mut |election: Election| {
                        meter.reset();
                        gather.election(election)
                    },
                    fault,
                    marker: std::marker::PhantomData,
                })?,
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A list whose elements are taken one by one.
struct List<'s, T, F: FnMut(T) -> Result<(), NistFault>> {
    take: &'s mut F,
    fault: &'s mut Option<NistFault>,
    marker: std::marker::PhantomData<T>,
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), NistFault>> DeserializeSeed<'de>
    for List<'_, T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), NistFault>> Visitor<'de>
    for List<'_, T, F>
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element::<T>()? {
            if let Err(fault) = (self.take)(element) {
                let message = fault.to_string();
                *self.fault = Some(fault);
                return Err(A::Error::custom(message));
            }
        }
        Ok(())
    }
}
