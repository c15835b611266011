//! Writing a table of names.

use std::io::Write;

use super::{Labels, MAX_BALLOTS, MAX_RANKS};
use crate::format::Kind;
use crate::format::ballots::{BallotFile, WriteError, Writer};
use crate::format::csv::quoted;

/// What this writer leaves for the labels: an option must not be called so.
const LABELS: Labels<'_> = Labels { overvote: "overvote", undervote: "undervote" };

/// Writes strict rankings, one line a ballot, a skipped rank and what follows the last mark as
/// empty cells.
///
/// The format has no list of options: who is on no ballot would be lost, and is refused.
pub(in crate::format) fn write(file: &BallotFile, out: &mut impl Write) -> Result<(), WriteError> {
    let kind = Kind::RctabCsv;
    let writer = Writer::by_name(kind, file)?;
    writer.at_most(MAX_BALLOTS)?;
    let mut columns = 1;
    let mut seen = vec![false; file.options.len()];
    for (entry, ballot) in writer.rankings().zip(1..) {
        let (ranks, _) = entry?;
        if ranks.shares() {
            return Err(WriteError::Ties { kind, ballot });
        }
        columns = columns.max(ranks.iter().count());
        if columns > MAX_RANKS {
            return Err(WriteError::Ranks { kind, ballot, limit: MAX_RANKS });
        }
        for option in ranks.iter().flatten() {
            if let Some(flag) = seen.get_mut(option.index()) {
                *flag = true;
            }
        }
    }
    for (option, seen) in file.options.iter().zip(seen) {
        let name = &option.name;
        if [LABELS.overvote, LABELS.undervote].contains(&name.as_str()) {
            return Err(writer.name(name, "it is a label for marks that are no option"));
        }
        if !seen {
            return Err(WriteError::Unnamed { kind, name: name.clone() });
        }
    }
    // A line of nothing but empty cells must not be an empty line.
    let columns = columns.max(2);
    let header: Vec<String> = (1..=columns).map(|rank| format!("rank{rank}")).collect();
    writeln!(out, "{}", header.join(","))?;
    for entry in writer.rankings() {
        let (ranks, heads) = entry?;
        let mut cells: Vec<_> = ranks
            .iter()
            .map(|mut rank| {
                let option = rank.next().and_then(|option| file.options.get(option.index()));
                option.map_or("".into(), |option| quoted(&option.name))
            })
            .collect();
        cells.resize(columns, "".into());
        let line = cells.join(",");
        for _ in 0..heads {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
