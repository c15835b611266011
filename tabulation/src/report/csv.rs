//! Tables for spreadsheets: one file a table, complete, as RFC 4180 has it.

use super::View;
use super::escape::harmless_cell;
use super::model::{Block, Table};
use super::sections::sections;
use crate::transcript::Transcript;

/// One table as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFile {
    /// Its name without an ending, such as `pairwise`; distinct within one transcript.
    pub name: String,
    /// Its content: UTF-8, lines that end in CR LF, a head line.
    pub content: String,
}

/// Every table of a transcript, complete.
///
/// Where rows are options, their places on the ballot are a column `option` of their own, counted
/// from zero. Text that a spreadsheet could take for a formula begins with an apostrophe, and so
/// do exact fractions, which it could take for dates.
#[must_use]
pub fn files(transcript: &Transcript) -> Vec<CsvFile> {
    let mut files = vec![outcome(transcript)];
    for section in sections(transcript) {
        collect(&section.blocks, &mut files);
    }
    files
}

fn collect(blocks: &[Block<'_>], files: &mut Vec<CsvFile>) {
    for block in blocks {
        match block {
            Block::Table(table) => {
                files.push(CsvFile { name: table.name.clone(), content: content(table) });
            }
            Block::Details { blocks, .. } => collect(blocks, files),
            Block::Paragraph(_)
            | Block::Conditions(_)
            | Block::Sentences(_)
            | Block::Command(_) => {}
        }
    }
}

/// The outcome and the rules in words, and who is elected.
fn outcome(transcript: &Transcript) -> CsvFile {
    let view = View::of(transcript);
    let mut content = String::new();
    line(&mut content, ["what", "text"].map(text_cell));
    line(&mut content, ["outcome", &transcript.sentence].map(text_cell));
    line(&mut content, ["rules", &transcript.rules_sentence].map(text_cell));
    for winner in view.winners {
        line(&mut content, ["elected", &view.options.name(*winner)].map(text_cell));
    }
    CsvFile { name: "outcome".to_owned(), content }
}

fn content(table: &Table<'_>) -> String {
    let mut content = String::new();
    let of_options = (0..table.rows).any(|row| (table.head)(row).option.is_some());
    let corner = of_options.then(|| "option".to_owned());
    let names = table.columns.iter().map(|column| match column.sub.as_str() {
        "" => text_cell(&column.title),
        sub => text_cell(&format!("{}: {sub}", column.title)),
    });
    let corner = corner.into_iter().chain([text_cell(table.corner)]);
    line(&mut content, corner.chain(names));
    for row in 0..table.rows {
        let head = (table.head)(row);
        let option = head.option.map(|option| option.value().to_string()).unwrap_or_default();
        let option = of_options.then_some(option);
        let cells = table.columns.iter().enumerate().map(|(place, column)| {
            let cell = (table.cell)(row, place);
            if column.numeric { quoted(&number(&cell.text)) } else { text_cell(&cell.text) }
        });
        let start = option.into_iter().chain([text_cell(&head.text)]);
        line(&mut content, start.chain(cells));
    }
    content
}

/// A number, negative ones included, is no formula; a fraction could be taken for a date, so it
/// and anything else in its column is text.
fn number(text: &str) -> String {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match text {
        _ if plain => text.to_owned(),
        _ if text.contains('/') => format!("'{text}"),
        _ => harmless_cell(text),
    }
}

fn text_cell(text: &str) -> String {
    quoted(&harmless_cell(text))
}

/// RFC 4180 §2.5 to 2.7.
fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

fn line(content: &mut String, cells: impl IntoIterator<Item = String>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            content.push(',');
        }
        content.push_str(&cell);
    }
    content.push_str("\r\n");
}
