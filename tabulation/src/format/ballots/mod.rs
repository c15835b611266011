//! One model for all formats: what a ballot file says, whatever it is written in.
//!
//! Reading keeps what a file says and changes nothing in silence: where paper ballots mean
//! nothing certain, either rules were given by name ([`MarkRules`]) and every rewrite is counted,
//! or the file is refused. Writing refuses what a format cannot express. What is left out without
//! a count noticing (a title, a suggested order for ties) is listed in [`Written`].

mod blt;
mod error;
mod store;
mod write;

use std::collections::BTreeSet;
use std::io::BufRead;

pub use self::error::{ReadError, WriteError};
pub use self::store::{AnyBallots, Ballot, Ballots, Ranks};
pub use self::write::{LeftOut, WriteOptions, Written, write};
pub(crate) use self::write::{Writer, list};
use super::marks::{MarkRules, Rewrites};
use super::rctab::Labels;
use super::text::Encoding;
use super::{Kind, abif, debian, elekto, json, nist, preflib, rctab};
use crate::option::{ContestOption, ContestOptions, MAX_NAME_BYTES, OptionIndex, OptionsError};
use crate::profile::{Profile, ProfileBuilder, ProfileError};

/// The longest title read or written, in bytes.
pub const MAX_TITLE_BYTES: usize = 1_000;

/// An option as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOption {
    /// Its identifier, where the format has such.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

impl FileOption {
    /// An option without an identifier.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: None, name: name.into() }
    }
}

/// What a ballot file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BallotFile {
    /// The title; empty if there is none.
    pub title: String,
    /// Seats to fill, if the file says.
    pub seats: Option<u16>,
    /// The options in the file's order. A motion has none.
    pub options: Vec<FileOption>,
    /// Those who withdrew.
    pub withdrawn: BTreeSet<OptionIndex>,
    /// An order for ties, if the file gives one.
    pub tie_order: Vec<OptionIndex>,
    /// The ballots in the file's order.
    pub ballots: Ballots,
    /// How many ballots were read otherwise than they stand.
    pub rewrites: Rewrites,
}

impl BallotFile {
    /// The options as a contest's options.
    ///
    /// # Errors
    /// When a name or identifier is not usable.
    pub fn contest_options(&self) -> Result<ContestOptions, OptionsError> {
        let options = self.options.iter().zip(1_usize..).map(|(option, place)| {
            let id = option.id.clone().unwrap_or_else(|| place.to_string());
            ContestOption::new(id, option.name.clone())
        });
        ContestOptions::new(options.collect())?.with_withdrawn(self.withdrawn.clone())
    }

    /// The ballots as a profile, in which skipped ranks are closed up.
    ///
    /// # Errors
    /// When a profile does not hold that many marks.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let mut builder = ProfileBuilder::new();
        self.ballots.replay(&mut builder)?;
        Ok(builder.build())
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// Its format.
    pub kind: Kind,
    /// How its bytes are text.
    pub encoding: Encoding,
    /// The contest to read, where a file has several.
    pub contest: Option<&'a str>,
    /// What stands for overvotes and undervotes in a table of names.
    pub labels: Labels<'a>,
    /// What overvoted and repeated marks mean; without it they are refused.
    pub marks: Option<MarkRules>,
}

impl ReadOptions<'_> {
    /// A file of some format in UTF-8, with RCTab's usual labels.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            encoding: Encoding::Utf8,
            contest: None,
            labels: Labels { overvote: "overvote", undervote: "undervote" },
            marks: None,
        }
    }
}

/// Reads a file.
///
/// # Errors
/// The first fault, with its line where it has one.
pub fn read(reader: impl BufRead, options: &ReadOptions<'_>) -> Result<BallotFile, ReadError> {
    let encoding = options.encoding;
    Ok(match options.kind {
        Kind::Blt => blt::read(reader, encoding)?,
        Kind::Abif => abif::read(reader, encoding)?,
        Kind::Soc | Kind::Soi | Kind::Toc | Kind::Toi | Kind::Cat => {
            preflib::read(reader, encoding, options.kind)?
        }
        Kind::ElektoCsv => {
            let mut file = BallotFile::default();
            let names = elekto::read_into(reader, encoding, &mut file.ballots)?;
            BallotFile { options: names.into_iter().map(FileOption::named).collect(), ..file }
        }
        Kind::RctabCsv => rctab::read_file(reader, encoding, options.labels, options.marks)?,
        Kind::NistJson => nist::read_json(reader, options.contest)?,
        Kind::NistXml => nist::read_xml(reader, options.contest)?,
        Kind::Debian => {
            let sheet = debian::read(&blt::whole(reader, debian::MAX_BYTES)?, encoding)?;
            let mut file = BallotFile::default();
            for (ballot, line) in sheet.ballots.iter().zip(1..) {
                let added = file.ballots.selection(ballot, crate::profile::Tally::ONE);
                added.map_err(|source| ReadError::Profile { ballot: line, source })?;
            }
            BallotFile { options: sheet.names.into_iter().map(FileOption::named).collect(), ..file }
        }
        Kind::Json => json::read(reader)?,
    })
}

/// Whether a name can stand in every file: neither empty nor over-long nor with spaces around it
/// nor with characters that break lines.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && name.trim() == name
        && !name.chars().any(breaks)
}

/// Whether a title can stand in every file that has one.
pub(crate) fn is_title(title: &str) -> bool {
    title.len() <= MAX_TITLE_BYTES && title.trim() == title && !title.chars().any(breaks)
}

/// Characters that could end a line somewhere, or disguise a name.
pub(crate) fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
