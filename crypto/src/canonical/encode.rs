//! The encoder: a serde serializer that writes canonical bytes straight away.
//!
//! Structs mostly declare their fields in the order in which they sort, so entries are written
//! where they stand, and an object is rearranged only if its keys came in another order.

use std::fmt::{self, Write as _};

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::check::is_key_byte;
use super::{CanonicalError, MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_INTEGER, Unencodable};

/// The canonical bytes of a value; `expected` of them, as far as the caller can guess.
pub(super) fn to_bytes<T: Serialize + ?Sized>(
    value: &T,
    expected: usize,
) -> Result<Vec<u8>, CanonicalError> {
    let mut writer = Writer {
        out: Vec::with_capacity(expected),
        entries: Vec::new(),
        scratch: Vec::new(),
        depth: 0,
    };
    value.serialize(&mut writer).map_err(CanonicalError::Unencodable)?;
    if writer.out.len() > MAX_DOCUMENT_BYTES {
        return Err(CanonicalError::Unencodable(Unencodable::TooLong));
    }
    Ok(writer.out)
}

struct Writer {
    out: Vec<u8>,
    /// The entries of all objects that are open, innermost last.
    entries: Vec<Entry>,
    scratch: Vec<u8>,
    depth: usize,
}

/// Where an entry `"key":value` stands in the output.
#[derive(Clone, Copy)]
struct Entry {
    start: usize,
    key_end: usize,
    end: usize,
}

impl Entry {
    fn key<'a>(&self, out: &'a [u8]) -> &'a [u8] {
        // Past the opening quote.
        out.get(self.start + 1..self.key_end).unwrap_or_default()
    }
}

impl Writer {
    fn open(&mut self, bracket: u8) -> Result<(), Unencodable> {
        if self.depth == MAX_DEPTH {
            return Err(Unencodable::TooDeep);
        }
        self.depth += 1;
        self.out.push(bracket);
        Ok(())
    }

    fn close(&mut self, bracket: u8) {
        self.depth -= 1;
        self.out.push(bracket);
    }

    fn object(&mut self) -> Result<Object<'_>, Unencodable> {
        self.open(b'{')?;
        let first_entry = self.entries.len();
        Ok(Object { writer: self, first_entry, order: Order::Sorted, wrapped: Wrapped::No })
    }

    fn array(&mut self) -> Result<Array<'_>, Unencodable> {
        self.open(b'[')?;
        Ok(Array { body: self.out.len(), writer: self, wrapped: Wrapped::No })
    }

    /// Opens the object `{"variant":` of serde's external tagging.
    fn wrap(&mut self, variant: &str) -> Result<(), Unencodable> {
        self.open(b'{')?;
        let start = self.out.len();
        self.string(variant);
        self.plain_key(start)?;
        self.out.push(b':');
        Ok(())
    }

    /// A string by RFC 8785 §3.2.2.2.
    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while let Some(at) = rest.iter().position(|byte| needs_escape(*byte)) {
            let (plain, special) = rest.split_at_checked(at).unwrap_or_default();
            self.out.extend_from_slice(plain);
            let Some((byte, after)) = special.split_first() else { break };
            self.escape(*byte);
            rest = after;
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x09 => b't',
            0x0a => b'n',
            0x0c => b'f',
            0x0d => b'r',
            _ => {
                self.text(format_args!("\\u{byte:04x}"));
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }

    fn text(&mut self, text: fmt::Arguments<'_>) {
        // Invariant: writing to memory does not fail.
        let _ = Ascii(&mut self.out).write_fmt(text);
    }

    fn unsigned(&mut self, value: u64) -> Result<(), Unencodable> {
        if value > MAX_INTEGER {
            return Err(Unencodable::IntegerRange);
        }
        self.text(format_args!("{value}"));
        Ok(())
    }

    fn signed(&mut self, value: i64) -> Result<(), Unencodable> {
        if value < 0 {
            self.out.push(b'-');
        }
        self.unsigned(value.unsigned_abs())
    }

    /// Requires that what was written since `start` is a string fit for a key, quotes included;
    /// integers, which serde maps may have as keys, get their quotes here.
    fn plain_key(&mut self, start: usize) -> Result<(), Unencodable> {
        let written = self.out.get(start..).unwrap_or_default();
        if matches!(written, [b'-' | b'0'..=b'9', ..]) {
            self.out.insert(start, b'"');
            self.out.push(b'"');
            return Ok(());
        }
        let [b'"', key @ .., b'"'] = written else { return Err(Unencodable::KeyType) };
        if key.iter().all(|byte| is_key_byte(*byte)) {
            Ok(())
        } else {
            Err(Unencodable::Key(String::from_utf8_lossy(key).into_owned()))
        }
    }
}

struct Ascii<'a>(&'a mut Vec<u8>);

impl fmt::Write for Ascii<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether a container stands inside `{"variant":…}` and closes that too.
#[derive(Clone, Copy)]
enum Wrapped {
    No,
    Yes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Sorted,
    Mixed,
}

struct Object<'a> {
    writer: &'a mut Writer,
    first_entry: usize,
    order: Order,
    wrapped: Wrapped,
}

impl Object<'_> {
    fn key<K: Serialize + ?Sized>(&mut self, key: &K) -> Result<(), Unencodable> {
        let previous = self.writer.entries.get(self.first_entry..).unwrap_or_default().last();
        let previous = previous.copied();
        if previous.is_some() {
            self.writer.out.push(b',');
        }
        let start = self.writer.out.len();
        key.serialize(&mut *self.writer)?;
        self.writer.plain_key(start)?;
        let key_end = self.writer.out.len() - 1;
        self.writer.out.push(b':');
        let entry = Entry { start, key_end, end: start };
        let out = &self.writer.out;
        if previous.is_some_and(|previous| previous.key(out) >= entry.key(out)) {
            self.order = Order::Mixed;
        }
        self.writer.entries.push(entry);
        Ok(())
    }

    fn value<V: Serialize + ?Sized>(&mut self, value: &V) -> Result<(), Unencodable> {
        value.serialize(&mut *self.writer)?;
        let end = self.writer.out.len();
        if let Some(entry) = self.writer.entries.last_mut() {
            entry.end = end;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Unencodable> {
        if self.order == Order::Mixed {
            self.writer.rearrange(self.first_entry)?;
        }
        self.writer.entries.truncate(self.first_entry);
        self.writer.close(b'}');
        if let Wrapped::Yes = self.wrapped {
            self.writer.close(b'}');
        }
        Ok(())
    }
}

impl Writer {
    /// Sorts the innermost object's entries by key (RFC 8785 §3.2.3) and writes them anew.
    fn rearrange(&mut self, first_entry: usize) -> Result<(), Unencodable> {
        let Self { out, entries, scratch, .. } = self;
        let entries = entries.get_mut(first_entry..).unwrap_or_default();
        let Some(body) = entries.first().map(|entry| entry.start) else { return Ok(()) };
        entries.sort_unstable_by(|a, b| a.key(out).cmp(b.key(out)));
        scratch.clear();
        let mut previous: Option<&Entry> = None;
        for entry in entries.iter() {
            if let Some(previous) = previous {
                if previous.key(out) == entry.key(out) {
                    let key = String::from_utf8_lossy(entry.key(out)).into_owned();
                    return Err(Unencodable::DuplicateKey(key));
                }
                scratch.push(b',');
            }
            scratch.extend_from_slice(out.get(entry.start..entry.end).unwrap_or_default());
            previous = Some(entry);
        }
        out.truncate(body);
        out.append(scratch);
        Ok(())
    }
}

struct Array<'a> {
    writer: &'a mut Writer,
    body: usize,
    wrapped: Wrapped,
}

impl Array<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        if self.writer.out.len() != self.body {
            self.writer.out.push(b',');
        }
        value.serialize(&mut *self.writer)
    }

    fn finish(self) {
        self.writer.close(b']');
        if let Wrapped::Yes = self.wrapped {
            self.writer.close(b'}');
        }
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Unencodable;
    type SerializeSeq = Array<'a>;
    type SerializeTuple = Array<'a>;
    type SerializeTupleStruct = Array<'a>;
    type SerializeTupleVariant = Array<'a>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Object<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Unencodable> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Unencodable> {
        self.signed(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Unencodable> {
        self.signed(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Unencodable> {
        self.signed(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Unencodable> {
        self.signed(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Unencodable> {
        self.signed(value.try_into().map_err(|_| Unencodable::IntegerRange)?)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Unencodable> {
        self.unsigned(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Unencodable> {
        self.unsigned(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Unencodable> {
        self.unsigned(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Unencodable> {
        self.unsigned(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Unencodable> {
        self.unsigned(value.try_into().map_err(|_| Unencodable::IntegerRange)?)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Unencodable> {
        Err(Unencodable::Float)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Unencodable> {
        Err(Unencodable::Float)
    }

    fn serialize_char(self, value: char) -> Result<(), Unencodable> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Unencodable> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unencodable> {
        Err(Unencodable::Bytes)
    }

    fn serialize_none(self) -> Result<(), Unencodable> {
        Err(Unencodable::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unencodable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unencodable> {
        Err(Unencodable::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unencodable> {
        Err(Unencodable::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unencodable> {
        self.string(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Unencodable> {
        self.wrap(variant)?;
        value.serialize(&mut *self)?;
        self.close(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Array<'a>, Unencodable> {
        self.array()
    }

    fn serialize_tuple(self, _: usize) -> Result<Array<'a>, Unencodable> {
        self.array()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Array<'a>, Unencodable> {
        self.array()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Array<'a>, Unencodable> {
        self.wrap(variant)?;
        Ok(Array { wrapped: Wrapped::Yes, ..self.array()? })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, Unencodable> {
        self.object()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Unencodable> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'a>, Unencodable> {
        self.wrap(variant)?;
        Ok(Object { wrapped: Wrapped::Yes, ..self.object()? })
    }
}

/// Stamps one of serde's several traits for array-like things.
macro_rules! array_like {
    ($name:ident, $method:ident) => {
        impl $name for Array<'_> {
            type Ok = ();
            type Error = Unencodable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
                self.element(value)
            }

            fn end(self) -> Result<(), Unencodable> {
                self.finish();
                Ok(())
            }
        }
    };
}

array_like!(SerializeSeq, serialize_element);
array_like!(SerializeTuple, serialize_element);
array_like!(SerializeTupleStruct, serialize_field);
array_like!(SerializeTupleVariant, serialize_field);

/// Stamps one of serde's two traits for structs.
macro_rules! struct_like {
    ($name:ident) => {
        impl $name for Object<'_> {
            type Ok = ();
            type Error = Unencodable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Unencodable> {
                self.key(key)?;
                self.value(value)
            }

            fn end(self) -> Result<(), Unencodable> {
                self.finish()
            }
        }
    };
}

struct_like!(SerializeStruct);
struct_like!(SerializeStructVariant);

impl SerializeMap for Object<'_> {
    type Ok = ();
    type Error = Unencodable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unencodable> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unencodable> {
        self.value(value)
    }

    fn end(self) -> Result<(), Unencodable> {
        self.finish()
    }
}

impl serde::ser::Error for Unencodable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}
