//! Writing the common model in one format or another.

use std::io::Write;

use super::store::{Ballot, Ranks};
use super::{BallotFile, WriteError, is_plain, is_title};
use crate::format::{Kind, abif, elekto, json, nist, preflib, rctab};
use crate::option::OptionIndex;
use crate::profile::Tally;

/// How a file is to be written.
#[derive(Debug, Clone, Copy)]
pub struct WriteOptions<'a> {
    /// Its format.
    pub kind: Kind,
    /// When, as cast vote records must say (SP 1500-103, `GeneratedDate`): `2025-01-31T12:00:00Z`.
    pub generated: &'a str,
}

/// What a file says that a format has no place for, and that no count notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// The title.
    Title,
    /// The number of seats.
    Seats,
    /// The identifiers of options.
    Ids,
    /// The order for ties that the file suggests.
    TieOrder,
    /// Which ranks were skipped: the ranks after them move up.
    SkippedRanks,
    /// The order of the ballots: equal ones are grouped.
    Order,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Ballots.
    pub ballots: u64,
    /// What was left out.
    pub left_out: Vec<LeftOut>,
}

impl LeftOut {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Title => "the title",
            Self::Seats => "the number of seats",
            Self::Ids => "the options' identifiers",
            Self::TieOrder => "the order for ties",
            Self::SkippedRanks => "which ranks were skipped",
            Self::Order => "the order of the ballots",
        }
    }

    fn keeps(self, kind: Kind, file: &BallotFile) -> bool {
        let nist = matches!(kind, Kind::NistJson | Kind::NistXml);
        match self {
            Self::Title => !matches!(kind, Kind::ElektoCsv | Kind::RctabCsv),
            // SP 1500-103 counts the seats of contests with candidates only.
            Self::Seats if nist => !file.options.is_empty(),
            Self::Seats => matches!(kind, Kind::Blt | Kind::Abif | Kind::Json),
            Self::Ids => matches!(kind, Kind::Abif | Kind::Json),
            Self::TieOrder => matches!(kind, Kind::Blt | Kind::Json),
            Self::SkippedRanks => nist || matches!(kind, Kind::Blt | Kind::RctabCsv),
            Self::Order => !kind.is_preflib(),
        }
    }

    fn occurs(self, file: &BallotFile) -> bool {
        match self {
            Self::Title => !file.title.is_empty(),
            Self::Seats => file.seats.is_some(),
            Self::Ids => file.options.iter().any(|option| option.id.is_some()),
            Self::TieOrder => !file.tie_order.is_empty(),
            Self::SkippedRanks => file.ballots.iter().any(|(ballot, _)| match ballot {
                Ballot::Ranking(ranks) => ranks.skips(),
                Ballot::Choice(_) | Ballot::Chosen(_) | Ballot::Scores(_) => false,
            }),
            Self::Order => file.ballots.len() > 1,
        }
    }

    fn of(kind: Kind, file: &BallotFile) -> Vec<Self> {
        let all =
            [Self::Title, Self::Seats, Self::Ids, Self::TieOrder, Self::SkippedRanks, Self::Order];
        all.into_iter().filter(|part| !part.keeps(kind, file) && part.occurs(file)).collect()
    }
}

/// Writes a file.
///
/// # Errors
/// What the format cannot express, or a fault of the medium. What was written until then is no
/// file of that format.
pub fn write(
    file: &BallotFile,
    options: &WriteOptions<'_>,
    out: &mut impl Write,
) -> Result<Written, WriteError> {
    let kind = options.kind;
    match kind {
        Kind::Blt => super::blt::write(file, out)?,
        Kind::Abif => abif::write(file, out)?,
        Kind::Soc | Kind::Soi | Kind::Toc | Kind::Toi => preflib::write_orders(file, kind, out)?,
        Kind::Cat => preflib::write_categories(file, out)?,
        Kind::ElektoCsv => elekto::write(file, out)?,
        Kind::RctabCsv => rctab::write(file, out)?,
        Kind::NistJson => nist::write_json(file, options.generated, out)?,
        Kind::NistXml => nist::write_xml(file, options.generated, out)?,
        Kind::Debian => return Err(WriteError::ReadOnly { kind }),
        Kind::Json => json::write(file, out)?,
    }
    let ballots = file.ballots.total().heads;
    Ok(Written { ballots, left_out: LeftOut::of(kind, file) })
}

/// What all writers ask of a file.
pub(crate) struct Writer<'f> {
    kind: Kind,
    file: &'f BallotFile,
}

impl<'f> Writer<'f> {
    /// Checks names, title and what is withdrawn, for a format that names its options.
    pub(crate) fn new(kind: Kind, file: &'f BallotFile) -> Result<Self, WriteError> {
        if !file.withdrawn.is_empty() && !matches!(kind, Kind::Blt | Kind::Json) {
            return Err(WriteError::Withdrawn { kind });
        }
        if file.options.is_empty() && kind != Kind::Json {
            return Err(WriteError::NoOptions { kind });
        }
        Self::of_motion(kind, file)
    }

    /// The same, for a motion, which has no options.
    pub(crate) fn of_motion(kind: Kind, file: &'f BallotFile) -> Result<Self, WriteError> {
        let writer = Self { kind, file };
        for option in &file.options {
            if !is_plain(&option.name) {
                return Err(writer.name(
                    &option.name,
                    "it is empty, over-long, or has spaces around it or control characters",
                ));
            }
        }
        if !is_title(&file.title) {
            let why = "the title is over-long or has spaces around it or control characters";
            return Err(writer.name(&file.title, why));
        }
        Ok(writer)
    }

    /// The same, for a format in which options go by their names alone.
    pub(crate) fn by_name(kind: Kind, file: &'f BallotFile) -> Result<Self, WriteError> {
        let writer = Self::new(kind, file)?;
        let mut names: Vec<&str> = file.options.iter().map(|option| option.name.as_str()).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair.first() == pair.last()) {
            Some(pair) => {
                Err(writer.name(pair.first().unwrap_or(&""), "two options are called so"))
            }
            None => Ok(writer),
        }
    }

    pub(crate) fn name(&self, name: &str, why: &'static str) -> WriteError {
        WriteError::Name { kind: self.kind, name: name.to_owned(), why }
    }

    pub(crate) fn wrong_form(&self) -> WriteError {
        WriteError::Form { kind: self.kind, form: self.file.ballots.noun() }
    }

    /// Every entry with its place from one; options are checked to be in the list.
    pub(crate) fn entries(
        &self,
    ) -> impl Iterator<Item = Result<(usize, Ballot<'f>, Tally), WriteError>> + '_ {
        let options = self.file.options.len();
        let ballots = &self.file.ballots;
        (1..).zip(ballots.iter()).map(move |(place, (ballot, tally))| {
            let known = match ballot {
                Ballot::Choice(_) => true,
                Ballot::Chosen(chosen) => chosen.options().all(|o| o.index() < options),
                Ballot::Scores(scores) => scores.iter().all(|(o, _)| o.index() < options),
                Ballot::Ranking(ranks) => ranks.iter().flatten().all(|o| o.index() < options),
            };
            if known {
                Ok((place, ballot, tally))
            } else {
                Err(WriteError::UnknownOption { ballot: place })
            }
        })
    }

    /// How many ballots an entry stands for, in a format without weights.
    pub(crate) fn heads(&self, ballot: usize, tally: Tally) -> Result<u64, WriteError> {
        if tally.heads == tally.weight {
            return Ok(tally.heads);
        }
        let Tally { heads, weight } = tally;
        Err(WriteError::Weight { kind: self.kind, ballot, heads, weight })
    }

    /// Rankings with how many ballots each stands for; another form or a weight is refused.
    pub(crate) fn rankings(
        &self,
    ) -> impl Iterator<Item = Result<(Ranks<'f>, u64), WriteError>> + '_ {
        self.entries().map(|entry| {
            let (place, ballot, tally) = entry?;
            match ballot {
                Ballot::Ranking(ranks) => Ok((ranks, self.heads(place, tally)?)),
                Ballot::Choice(_) | Ballot::Chosen(_) | Ballot::Scores(_) => Err(self.wrong_form()),
            }
        })
    }

    /// For a format that writes ballots one by one.
    pub(crate) fn at_most(&self, limit: usize) -> Result<(), WriteError> {
        let ballots = self.file.ballots.total().heads;
        if usize::try_from(ballots).is_ok_and(|ballots| ballots <= limit) {
            return Ok(());
        }
        Err(WriteError::TooManyBallots { ballots, limit })
    }
}

/// Options by number from one.
pub(crate) fn list(options: impl Iterator<Item = OptionIndex>, separator: &str) -> String {
    let numbers: Vec<String> = options.map(|option| (option.index() + 1).to_string()).collect();
    numbers.join(separator)
}
