//! What a description of a count is made of.
//!
//! Tables are asked cell by cell: a matrix of a thousand options has a million cells, of which a
//! page shows a few hundred.

use std::borrow::Cow;

use crate::option::OptionIndex;

/// A part of the report with its heading.
pub(super) struct Section<'a> {
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block<'a>>,
}

/// A piece of a description.
pub(super) enum Block<'a> {
    /// Running text.
    Paragraph(Cow<'a, str>),
    /// What was needed and whether it was reached.
    Conditions(Vec<Condition<'a>>),
    /// Numbers.
    Table(Table<'a>),
    /// Sentences, numbered where they have numbers.
    Sentences(Vec<Sentence<'a>>),
    /// A command for a terminal.
    Command(String),
    /// What most readers pass over.
    Details { title: &'static str, blocks: Vec<Block<'a>> },
}

impl<'a> Block<'a> {
    /// Sentences that most readers pass over: number, text and source of each.
    pub(super) fn in_words(
        title: &'static str,
        lines: Vec<(Option<u32>, &'a str, &'a str)>,
    ) -> Self {
        let sentence =
            |(number, text, source)| Sentence { number, text: Cow::Borrowed(text), source };
        let sentences = lines.into_iter().map(sentence).collect();
        Self::Details { title, blocks: vec![Self::Sentences(sentences)] }
    }

    /// Whether there is nothing to be read in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Sentences(sentences) => sentences.is_empty(),
            Self::Details { blocks, .. } => blocks.iter().all(Self::is_empty),
            Self::Paragraph(_) | Self::Conditions(_) | Self::Table(_) | Self::Command(_) => false,
        }
    }
}

/// One condition of a motion.
pub(super) struct Condition<'a> {
    pub(super) what: &'static str,
    pub(super) met: bool,
    pub(super) sentence: &'a str,
}

/// One sentence of a list.
pub(super) struct Sentence<'a> {
    pub(super) number: Option<u32>,
    pub(super) text: Cow<'a, str>,
    /// The rule it follows; may be empty.
    pub(super) source: &'a str,
}

/// How a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Line by line.
    List,
    /// Options against options.
    Matrix,
    /// Options against stages.
    Stages,
    /// Options against grades.
    Grades,
}

/// A table; its first column are the heads of its rows.
pub(super) struct Table<'a> {
    /// Names the table among all of one transcript: a file name without its ending.
    pub(super) name: String,
    pub(super) caption: String,
    pub(super) shape: Shape,
    /// The head of the first column.
    pub(super) corner: &'static str,
    pub(super) columns: Vec<Column>,
    /// What a row is, one and several.
    pub(super) noun: (&'static str, &'static str),
    pub(super) rows: usize,
    pub(super) head: Box<dyn Fn(usize) -> Head + 'a>,
    pub(super) cell: Box<dyn Fn(usize, usize) -> Cell + 'a>,
}

/// The head of a column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// What it is; in a matrix the name that its number stands for.
    pub(super) title: String,
    /// In a matrix, the number shown in its place.
    pub(super) number: Option<usize>,
    /// A second line.
    pub(super) sub: String,
    /// Whether its cells are numbers.
    pub(super) numeric: bool,
}

impl Column {
    pub(super) fn text(title: impl Into<String>) -> Self {
        Self { title: title.into(), number: None, sub: String::new(), numeric: false }
    }

    pub(super) fn numbers(title: impl Into<String>) -> Self {
        Self { numeric: true, ..Self::text(title) }
    }
}

/// What sets a row apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Elected,
    KeptOut,
}

/// The head of a row.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) text: String,
    /// The option it is, for programs that read the table.
    pub(super) option: Option<OptionIndex>,
    /// In a matrix, its number.
    pub(super) number: Option<usize>,
    /// A second line.
    pub(super) sub: String,
    pub(super) mark: Mark,
}

impl Head {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), option: None, number: None, sub: String::new(), mark: Mark::None }
    }
}

/// How a number compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    /// More than the other way round.
    Win,
    /// As much.
    Even,
    /// Less.
    Lose,
    /// An option against itself.
    Diagonal,
    /// Of an option that is out of the count.
    Out,
}

/// How full a bar is, and where a quota stands, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) fill: u64,
    pub(super) mark: Option<u64>,
}

impl Bar {
    /// A bar filled with a share; full where the part exceeds the whole.
    pub(super) fn of(part: u64, whole: u64) -> Self {
        Self { fill: thousandths(part, whole), mark: None }
    }
}

/// A share in thousandths, rounded down and held at one thousand.
pub(super) fn thousandths(part: u64, whole: u64) -> u64 {
    let share = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or(0);
    u64::try_from(share).map_or(1000, |share| share.min(1000))
}

/// A cell.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) text: String,
    /// A second line.
    pub(super) sub: String,
    pub(super) tone: Tone,
    pub(super) bar: Option<Bar>,
}

impl Cell {
    pub(super) fn of(text: impl ToString) -> Self {
        Self { text: text.to_string(), sub: String::new(), tone: Tone::Plain, bar: None }
    }

    pub(super) fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    pub(super) fn bar(self, bar: Bar) -> Self {
        Self { bar: Some(bar), ..self }
    }
}

/// The places of a long list that a page shows: its beginning and, of what is left of the limit,
/// a quarter from its end.
pub(super) fn shown(total: usize, limit: usize) -> Vec<usize> {
    if total <= limit {
        return (0..total).collect();
    }
    let last = limit / 4;
    (0..limit - last).chain(total - last..total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_shows_its_beginning_and_its_end() {
        assert_eq!(shown(3, 4), [0, 1, 2]);
        assert_eq!(shown(4, 4), [0, 1, 2, 3]);
        assert_eq!(shown(100, 8), [0, 1, 2, 3, 4, 5, 98, 99]);
    }

    #[test]
    fn shares_are_rounded_down_and_never_exceed_the_whole() {
        assert_eq!(thousandths(2, 3), 666);
        assert_eq!(thousandths(u64::MAX, 1), 1000);
        assert_eq!(thousandths(1, 0), 0);
    }
}
