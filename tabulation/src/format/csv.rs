//! Cells of one line of a CSV file.

use std::borrow::Cow;

/// The cells of one line (RFC 4180 §2, but for line breaks within cells), without surrounding
/// spaces; nothing if a quoted cell does not end.
pub(super) fn cells(text: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let Some(quoted) = rest.trim_start().strip_prefix('"') else {
            match rest.split_once(',') {
                Some((cell, after)) => {
                    cells.push(cell.trim().to_owned());
                    rest = after;
                    continue;
                }
                None => {
                    cells.push(rest.trim().to_owned());
                    return Some(cells);
                }
            }
        };
        let (cell, after) = quoted_cell(quoted)?;
        cells.push(cell.trim().to_owned());
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next,
            None if after.trim().is_empty() => return Some(cells),
            None => return None,
        }
    }
}

fn quoted_cell(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(doubled) => {
                cell.push('"');
                rest = doubled;
            }
            None => return Some((cell, after)),
        }
    }
}

/// A cell as [`cells`] reads it back (RFC 4180 §2, rules 5 to 7).
pub(super) fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"']) {
        return Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")));
    }
    Cow::Borrowed(cell)
}
