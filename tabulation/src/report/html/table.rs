//! Tables: wide ones in parts that fit a sheet of paper, long ones with their end left out.

use std::fmt::{self, Write};

use crate::english::plural;
use crate::report::escape::Escaped;
use crate::report::model::{Bar, Cell, Column, Head, Mark, Shape, Table, Tone, shown};

/// The most rows a page shows of one table.
const MAX_ROWS: usize = 40;
/// The most stages, and how many stand side by side.
const STAGES: (usize, usize) = (24, 6);
/// The most grades, and how many stand side by side.
const GRADES: (usize, usize) = (21, 7);
/// The most columns of a matrix, and how many stand side by side.
const MATRIX: (usize, usize) = (30, 15);

pub(super) fn table(out: &mut String, table: &Table<'_>) -> fmt::Result {
    let (most, side_by_side) = match table.shape {
        Shape::List => (usize::MAX, usize::MAX),
        Shape::Stages => STAGES,
        Shape::Grades => GRADES,
        Shape::Matrix => MATRIX,
    };
    let max_rows = match table.shape {
        Shape::Matrix => MATRIX.0,
        Shape::List | Shape::Stages | Shape::Grades => MAX_ROWS,
    };
    let rows = shown(table.rows, max_rows);
    let columns = shown(table.columns.len(), most);
    // Parts of about the same width, none wider than a sheet.
    let parts = columns.len().div_ceil(side_by_side).max(1);
    let parts: Vec<&[usize]> = columns.chunks(columns.len().div_ceil(parts).max(1)).collect();
    for (part, columns) in parts.iter().enumerate() {
        let class = match table.shape {
            Shape::List => "list",
            Shape::Matrix => "matrix",
            Shape::Stages | Shape::Grades => "stages",
        };
        writeln!(
            out,
            "<div class=\"scroll\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table \
             class=\"{class}\">",
            Escaped(&table.caption)
        )?;
        caption(out, table, part, parts.len())?;
        write!(out, "<thead><tr><th scope=\"col\">{}</th>", Escaped(table.corner))?;
        for column in columns.iter().filter_map(|place| table.columns.get(*place)) {
            column_head(out, column)?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for (line, row) in rows.iter().enumerate() {
            if let Some(gap) = gap(&rows, line) {
                let width = columns.len() + 1;
                writeln!(
                    out,
                    "<tr class=\"gap\"><td colspan=\"{width}\">… {gap} more in the JSON</td></tr>"
                )?;
            }
            row_of(out, table, *row, columns)?;
        }
        writeln!(out, "</tbody></table></div>")?;
    }
    left_out(out, table, rows.len(), columns.len())
}

/// How many were left out between a place of those shown and the one before.
fn gap(shown: &[usize], at: usize) -> Option<usize> {
    let before = shown.get(at.checked_sub(1)?)?;
    let between = shown.get(at)?.checked_sub(before + 1)?;
    (between > 0).then_some(between)
}

fn caption(out: &mut String, table: &Table<'_>, part: usize, parts: usize) -> fmt::Result {
    write!(out, "<caption><span class=\"stay\">{}", Escaped(&table.caption))?;
    if parts > 1 {
        write!(out, " <span class=\"muted\">(part {} of {parts})</span>", part + 1)?;
    }
    if table.shape == Shape::Matrix && part == 0 {
        write!(
            out,
            ". <span class=\"key\"><span class=\"win\">12 ▲</span> more than the other way round, \
             <span class=\"even\">12 =</span> as many, <span class=\"lose\">12</span> fewer. \
             Columns have the numbers of the rows.</span>"
        )?;
    }
    let marked = table.shape == Shape::Stages && (table.cell)(0, 0).bar.is_some();
    if marked && part == 0 {
        write!(out, ". <span class=\"key\">The mark on a bar is the quota.</span>")?;
    }
    writeln!(out, "</span></caption>")
}

fn column_head(out: &mut String, column: &Column) -> fmt::Result {
    let class = if column.numeric { " class=\"num\"" } else { "" };
    write!(out, "<th scope=\"col\"{class}>")?;
    match column.number {
        Some(number) => write!(
            out,
            "<span aria-hidden=\"true\">{number}</span><span class=\"vh\">{}</span>",
            Escaped(&column.title)
        )?,
        None => write!(out, "{}", Escaped(&column.title))?,
    }
    sub(out, &column.sub)?;
    write!(out, "</th>")
}

fn row_of(out: &mut String, table: &Table<'_>, row: usize, columns: &[usize]) -> fmt::Result {
    let Head { text, number, sub: below, mark, option: _ } = (table.head)(row);
    let (class, tag) = match mark {
        Mark::None => ("", ""),
        Mark::Elected => (" class=\"elected\"", " <span class=\"tag in\">elected</span>"),
        Mark::KeptOut => ("", " <span class=\"tag out\">kept out by the cap</span>"),
    };
    // In stages the second line says when.
    let tag = if below.starts_with("elected") { "" } else { tag };
    write!(out, "<tr{class}><th scope=\"row\">")?;
    if let Some(number) = number {
        write!(out, "{number}. ")?;
    }
    write!(out, "<bdi>{}</bdi>{tag}", Escaped(&text))?;
    sub(out, &below)?;
    write!(out, "</th>")?;
    for place in columns {
        let numeric = table.columns.get(*place).is_some_and(|column| column.numeric);
        cell(out, &(table.cell)(row, *place), numeric)?;
    }
    writeln!(out, "</tr>")
}

fn cell(out: &mut String, cell: &Cell, numeric: bool) -> fmt::Result {
    let (class, sign, word) = match cell.tone {
        Tone::Plain => ("", "", ""),
        Tone::Win => ("win", "▲", "more than the other way round"),
        Tone::Even => ("even", "=", "equal"),
        Tone::Lose => ("lose", "", "fewer than the other way round"),
        Tone::Diagonal => ("self", "", ""),
        Tone::Out => ("out", "", ""),
    };
    match (numeric, class) {
        (false, "") => write!(out, "<td>")?,
        (false, class) => write!(out, "<td class=\"{class}\">")?,
        (true, "") => write!(out, "<td class=\"num\">")?,
        (true, class) => write!(out, "<td class=\"num {class}\">")?,
    }
    if numeric {
        write!(out, "<span class=\"total\">{}</span>", Escaped(&cell.text))?;
    } else {
        write!(out, "<bdi>{}</bdi>", Escaped(&cell.text))?;
    }
    if !sign.is_empty() {
        write!(out, " <span aria-hidden=\"true\">{sign}</span>")?;
    }
    if !word.is_empty() {
        write!(out, "<span class=\"vh\"> {word}</span>")?;
    }
    if let Some(drawn) = cell.bar {
        bar(out, drawn)?;
    }
    sub(out, &cell.sub)?;
    write!(out, "</td>")
}

/// Drawn with SVG attributes, which need no inline style, and hidden from screen readers: the
/// number stands next to it.
fn bar(out: &mut String, bar: Bar) -> fmt::Result {
    write!(
        out,
        "<svg class=\"bar\" viewBox=\"0 0 1000 40\" preserveAspectRatio=\"none\" \
         aria-hidden=\"true\" focusable=\"false\"><rect class=\"track\" width=\"1000\" \
         height=\"40\"/><rect class=\"fill\" width=\"{}\" height=\"40\"/>",
        bar.fill
    )?;
    if let Some(mark) = bar.mark {
        write!(out, "<line class=\"mark\" x1=\"{mark}\" x2=\"{mark}\" y1=\"0\" y2=\"40\"/>")?;
    }
    write!(out, "</svg>")
}

fn sub(out: &mut String, text: &str) -> fmt::Result {
    if text.is_empty() {
        return Ok(());
    }
    write!(out, "<span class=\"sub\"><bdi>{}</bdi></span>", Escaped(text))
}

fn left_out(out: &mut String, table: &Table<'_>, rows: usize, columns: usize) -> fmt::Result {
    let (one, many) = table.noun;
    let of_columns = match table.shape {
        Shape::Stages => ("stage", "stages"),
        Shape::Grades => ("grade", "grades"),
        Shape::Matrix | Shape::List => ("column", "columns"),
    };
    let missing = [
        (table.rows - rows, one, many),
        (table.columns.len() - columns, of_columns.0, of_columns.1),
    ];
    let missing: Vec<String> = missing
        .into_iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, one, many)| {
            plural(number as u64, &format!("more {one}"), &format!("more {many}"))
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    writeln!(out, "<p class=\"more\">… {} in the JSON.</p>", missing.join(" and "))
}
