//! The table of elections.

use std::path::Path;

/// One election by one method.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) expected: String,
    pub(crate) method: String,
    pub(crate) seats: String,
    pub(crate) winners: Vec<String>,
}

/// Reads the table: tab-separated, with quoted fields whose quotes are doubled.
pub(crate) fn read(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let header: Vec<String> = lines.next().unwrap().split('\t').map(str::to_owned).collect();
    lines
        .map(|line| {
            let cells: Vec<String> = line.split('\t').map(unquote).collect();
            let cell = |name: &str| {
                let column = header.iter().position(|h| h == name).unwrap();
                cells.get(column).cloned().unwrap_or_default()
            };
            Row {
                id: cell("id"),
                file: cell("file"),
                expected: cell("expected"),
                method: cell("method"),
                seats: cell("seats"),
                winners: winners(&cell("winners")),
            }
        })
        .collect()
}

fn unquote(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => cell.to_owned(),
    }
}

/// The JSON list of names at the start of the cell; a remark may follow it.
fn winners(cell: &str) -> Vec<String> {
    let list = cell.find(']').map_or("", |end| &cell[..=end]);
    serde_json::from_str(list).unwrap_or_default()
}

/// A JSON file of the folder.
pub(crate) fn json(folder: &Path, file: &str) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join(file)).unwrap()).unwrap()
}

/// A list of names in JSON.
pub(crate) fn strings(value: &serde_json::Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// Says what differs, if anything does.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("{what}: found {found:?}, expected {expected:?}"))
}
