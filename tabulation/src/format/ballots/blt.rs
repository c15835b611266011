//! BLT between its reader and the common model.

use std::io::{BufRead, Read as _, Write};

use super::super::blt::{self, MAX_BYTES};
use super::super::text::Encoding;
use super::write::{Writer, list};
use super::{BallotFile, Ballots, FileOption, ReadError, WriteError};
use crate::format::Kind;

/// A whole file, for a reader that wants its bytes: at most one byte more than it takes, so that
/// it can refuse what is larger.
pub(super) fn whole(reader: impl BufRead, limit: usize) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = reader.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| ReadError::Io { message: error.to_string() })?;
    Ok(bytes)
}

pub(super) fn read(reader: impl BufRead, encoding: Encoding) -> Result<BallotFile, ReadError> {
    let bytes = whole(reader, MAX_BYTES)?;
    let mut ballots = Ballots::new();
    let header = blt::read_into(&bytes, encoding, &mut ballots)?;
    Ok(BallotFile {
        title: header.title.trim().to_owned(),
        seats: Some(header.seats),
        options: header.names.iter().map(|name| FileOption::named(name.trim())).collect(),
        withdrawn: header.withdrawn,
        tie_order: header.tie_order,
        ballots,
        rewrites: super::Rewrites::default(),
    })
}

/// Writes rankings; [`super::super::blt`] has the grammar.
pub(super) fn write(file: &BallotFile, out: &mut impl Write) -> Result<(), WriteError> {
    let writer = Writer::new(Kind::Blt, file)?;
    let seats = file.seats.ok_or(WriteError::Seats { kind: Kind::Blt })?;
    writeln!(out, "{} {seats}", file.options.len())?;
    if !file.withdrawn.is_empty() {
        let words = file.withdrawn.iter().map(|option| format!("-{}", option.index() + 1));
        writeln!(out, "{}", words.collect::<Vec<_>>().join(" "))?;
    }
    if !file.tie_order.is_empty() {
        writeln!(out, "[tie {}]", list(file.tie_order.iter().copied(), " "))?;
    }
    for (entry, ballot) in writer.rankings().zip(1..) {
        let (ranks, heads) = entry?;
        if ranks.iter().count() > file.options.len() {
            return Err(WriteError::Ranks { kind: Kind::Blt, ballot, limit: file.options.len() });
        }
        write!(out, "{heads}")?;
        for rank in ranks.iter() {
            let options = list(rank, "=");
            write!(out, " {}", if options.is_empty() { "-" } else { &options })?;
        }
        writeln!(out, " 0")?;
    }
    writeln!(out, "0")?;
    for name in file.options.iter().map(|option| &option.name).chain([&file.title]) {
        writeln!(out, "\"{}\"", name.replace('"', "\"\""))?;
    }
    Ok(())
}
