//! Writing BLT.

use std::fmt::Write as _;

use super::{BltBallot, BltFile};

/// Why something cannot be written as BLT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BltWriteError {
    /// A line break in a name or title would end it.
    #[error("{name:?} contains a line break, which BLT has no way to write")]
    LineBreak {
        /// The name.
        name: String,
    },
}

/// Writes a BLT file; [`super::read`] reads it back as it was, but for spaces around the title.
///
/// # Errors
/// When a name contains a line break.
pub fn write(file: &BltFile) -> Result<String, BltWriteError> {
    let header = &file.header;
    let mut out = format!("{} {}\n", header.names.len(), header.seats);
    if !header.withdrawn.is_empty() {
        let words: Vec<String> =
            header.withdrawn.iter().map(|o| format!("-{}", o.index() + 1)).collect();
        push_line(&mut out, &words.join(" "));
    }
    if !header.tie_order.is_empty() {
        let words: Vec<String> =
            header.tie_order.iter().map(|o| (o.index() + 1).to_string()).collect();
        push_line(&mut out, &format!("[tie {}]", words.join(" ")));
    }
    for ballot in file.ballots.iter().filter(|b| b.count > 0) {
        push_ballot(&mut out, ballot);
    }
    push_line(&mut out, "0");
    for name in header.names.iter().chain([&header.title]) {
        if name.contains(['\n', '\r']) {
            return Err(BltWriteError::LineBreak { name: name.clone() });
        }
        push_line(&mut out, &format!("\"{}\"", name.replace('"', "\"\"")));
    }
    Ok(out)
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

fn push_ballot(out: &mut String, ballot: &BltBallot) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{}", ballot.count);
    for rank in &ballot.ranks {
        let options: Vec<String> = rank.iter().map(|o| (o.index() + 1).to_string()).collect();
        let word = if options.is_empty() { "-".to_owned() } else { options.join("=") };
        let _ = write!(out, " {word}");
    }
    out.push_str(" 0\n");
}
