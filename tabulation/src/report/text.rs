//! A result on a terminal: stages side by side where they fit, the others below.

use std::fmt::Write;

use super::escape::visible;
use super::model::{Block, Mark, Section, Shape, Table, Tone, shown};
use super::sections::{count_sections, sections, verdict};
use crate::transcript::Transcript;

/// The most rows shown of one table.
const MAX_ROWS: usize = 60;
/// The most columns shown of one table.
const MAX_COLUMNS: usize = 30;
/// The most sentences shown of one list.
const MAX_SENTENCES: usize = 100;
/// The widest first column.
const MAX_HEAD: usize = 36;
/// The widest other column.
const MAX_CELL: usize = 64;

/// The result as text for a terminal of so many columns.
#[must_use]
pub fn text(transcript: &Transcript, width: usize) -> String {
    let mut out = String::new();
    paragraph(&mut out, verdict(transcript), width, "");
    paragraph(&mut out, &transcript.rules_sentence, width, "");
    write_sections(&mut out, &sections(transcript), width);
    out
}

/// The count, what an affiliation cap changed, and ties, for a program that says the rest itself.
#[must_use]
pub fn count(transcript: &Transcript, width: usize) -> String {
    let mut out = String::new();
    write_sections(&mut out, &count_sections(transcript), width);
    out
}

fn write_sections(out: &mut String, sections: &[Section<'_>], width: usize) {
    for section in sections {
        // Invariant, here and below: writing to a String never fails.
        let _written = writeln!(out, "\n{}\n{}", section.title, "=".repeat(section.title.len()));
        blocks(out, &section.blocks, width);
    }
}

fn blocks(out: &mut String, all: &[Block<'_>], width: usize) {
    for block in all {
        match block {
            Block::Paragraph(text) => paragraph(out, text, width, ""),
            Block::Command(command) => {
                let _written = writeln!(out, "  $ {}", visible(command));
            }
            Block::Table(table) => self::table(out, table, width),
            Block::Conditions(conditions) => {
                for condition in conditions {
                    let verdict = if condition.met { "+ met:" } else { "- not met:" };
                    paragraph(out, &format!("{verdict} {}", condition.sentence), width, "  ");
                }
            }
            Block::Sentences(lines) => {
                for place in shown(lines.len(), MAX_SENTENCES) {
                    let Some(line) = lines.get(place) else { continue };
                    let number = line.number.map_or("-".to_owned(), |n| format!("{n}."));
                    paragraph(out, &format!("{number} {}", line.text), width, "  ");
                }
                more(out, lines.len().saturating_sub(MAX_SENTENCES), "sentences");
            }
            Block::Details { title, blocks: inner } => {
                let _written = writeln!(out, "\n{title}\n{}", "-".repeat(title.len()));
                blocks(out, inner, width);
            }
        }
    }
}

fn more(out: &mut String, number: usize, what: &str) {
    if number > 0 {
        let _written = writeln!(out, "  … {number} more {what} in the JSON");
    }
}

/// Words in lines of at most so many columns.
fn paragraph(out: &mut String, text: &str, width: usize, hang: &str) {
    let text = visible(text);
    let mut used = 0;
    for word in text.split_whitespace() {
        let columns = columns(word);
        if used > 0 && used + 1 + columns > width {
            let _written = write!(out, "\n{hang}");
            used = hang.len();
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += columns;
    }
    out.push('\n');
}

struct Grid {
    heads: Vec<String>,
    columns: Vec<GridColumn>,
}

struct GridColumn {
    title: String,
    numeric: bool,
    cells: Vec<String>,
    width: usize,
}

fn table(out: &mut String, table: &Table<'_>, width: usize) {
    let rows = shown(table.rows, MAX_ROWS);
    let places = shown(table.columns.len(), MAX_COLUMNS);
    let grid = grid(table, &rows, &places);
    let _written = writeln!(out, "\n{}", visible(&table.caption));
    let head = grid.heads.iter().map(|head| columns(head)).max().unwrap_or(0);
    let head = head.max(columns(table.corner));
    let mut left: &[GridColumn] = &grid.columns;
    while !left.is_empty() {
        // As many as fit, and at least one.
        let mut used = head;
        let fitting = left.iter().take_while(|column| {
            used += 2 + column.width;
            used <= width
        });
        let (part, rest) = left.split_at(fitting.count().max(1).min(left.len()));
        left = rest;
        let mut line = padded(table.corner, head, false);
        for column in part {
            line.push_str("  ");
            line.push_str(&padded(&column.title, column.width, column.numeric));
        }
        let _written = writeln!(out, "{}", line.trim_end());
        for (row, name) in grid.heads.iter().enumerate() {
            let mut line = padded(name, head, false);
            for column in part {
                let cell = column.cells.get(row).map_or("", String::as_str);
                line.push_str("  ");
                line.push_str(&padded(cell, column.width, column.numeric));
            }
            let _written = writeln!(out, "{}", line.trim_end());
        }
        if !left.is_empty() {
            out.push('\n');
        }
    }
    more(out, table.rows - rows.len(), table.noun.1);
    let of_columns = if table.shape == Shape::Stages { "stages" } else { "columns" };
    more(out, table.columns.len() - places.len(), of_columns);
}

fn grid(table: &Table<'_>, rows: &[usize], places: &[usize]) -> Grid {
    let heads = rows.iter().map(|row| {
        let head = (table.head)(*row);
        let number = head.number.map_or(String::new(), |number| format!("{number}. "));
        let mark = match head.mark {
            Mark::None => "",
            Mark::Elected => " (elected)",
            Mark::KeptOut => " (cap)",
        };
        let room = MAX_HEAD.saturating_sub(columns(&number) + columns(mark));
        format!("{number}{}{mark}", cut(&visible(&head.text), room))
    });
    let column = |place: &usize| {
        let column = table.columns.get(*place)?;
        let title = column.number.map_or_else(|| visible(&column.title), |n| n.to_string());
        let cell = |row: &usize| {
            let cell = (table.cell)(*row, *place);
            let sign = match cell.tone {
                Tone::Win => " >",
                Tone::Even => " =",
                Tone::Plain | Tone::Lose | Tone::Diagonal | Tone::Out => "",
            };
            format!("{}{sign}", cut(&visible(&cell.text), MAX_CELL))
        };
        let cells: Vec<String> = rows.iter().map(cell).collect();
        let widest = cells.iter().map(|cell| columns(cell)).max().unwrap_or(0);
        let width = widest.max(columns(&title));
        Some(GridColumn { title, numeric: column.numeric, cells, width })
    };
    Grid { heads: heads.collect(), columns: places.iter().filter_map(column).collect() }
}

fn padded(text: &str, width: usize, right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(columns(text)));
    if right { format!("{space}{text}") } else { format!("{text}{space}") }
}

/// Text cut to so many columns, and marked where it was.
fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += columns_of(c);
        if used > width {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// How many columns a terminal gives a character: the blocks that Unicode Standard Annex #11 has
/// as wide, and those that combine with what stands before. Good enough for aligning names.
fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_combining_characters_align() {
        assert_eq!(columns("名前"), 4);
        assert_eq!(columns("na\u{308}ive"), 5);
        assert_eq!(padded("名", 4, true), "  名");
        assert_eq!(cut("名前名前", 5), "名前…");
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
    }

    #[test]
    fn words_are_wrapped_and_none_is_lost() {
        let mut out = String::new();
        paragraph(&mut out, "one two three four", 9, "  ");
        assert_eq!(out, "one two\n  three\n  four\n");
    }
}
