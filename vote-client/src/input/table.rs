//! CSV with a header, read strictly: every fault with its line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// Longest CSV file in bytes.
pub const MAX_TABLE_BYTES: usize = 128 * 1024 * 1024;
/// Most rows.
pub const MAX_ROWS: usize = 1_000_000;
/// Most faults that are told at once.
pub const MAX_FAULTS: usize = 50;

/// A fault in a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct LineFault {
    /// Counted from one, the header included.
    pub line: u64,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// All faults of a file, or the first [`MAX_FAULTS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<LineFault>);

impl Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} fault(s), nothing was done", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}
impl std::error::Error for Faults {}

/// One row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Where it stands, counted from one.
    pub line: u64,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// A fault in this row.
    pub fn fault(&self, what: impl Into<String>) -> LineFault {
        LineFault { line: self.line, what: what.into() }
    }
    /// A cell's text; empty if the column is missing.
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
    /// A cell that must be there and well formed.
    pub fn parse<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T, LineFault> {
        let text = self.text(column);
        if text.is_empty() {
            return Err(self.fault(format!("`{column}` is empty")));
        }
        text.parse().map_err(|e: T::Err| self.fault(format!("`{column}`: {e}")))
    }
    /// A cell that may be empty.
    pub fn parse_optional<T: FromStr<Err: Display>>(
        &self,
        column: &str,
    ) -> Result<Option<T>, LineFault> {
        if self.text(column).is_empty() { Ok(None) } else { self.parse(column).map(Some) }
    }
    /// A cell with a list in it, its items apart by semicolons.
    pub fn parse_list<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Vec<T>, LineFault> {
        let items = self.text(column).split(';').map(str::trim).filter(|item| !item.is_empty());
        items
            .map(|item| item.parse().map_err(|e: T::Err| self.fault(format!("`{column}`: {e}"))))
            .collect()
    }
}

/// Reads rows whose header has exactly these columns, in any order; `optional` ones may be missing.
pub fn rows(text: &str, required: &[&str], optional: &[&str]) -> Result<Vec<Row>, Faults> {
    let one = |line, what: String| Faults(vec![LineFault { line, what }]);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|e| one(1, e.to_string()))?.clone();
    let columns: Vec<&str> = header.iter().collect();
    for (index, column) in columns.iter().enumerate() {
        if !required.contains(column) && !optional.contains(column) {
            let known = [required, optional].concat().join(", ");
            return Err(one(
                1,
                format!("no column `{column}` is known here; the columns are {known}"),
            ));
        }
        if columns.iter().skip(index + 1).any(|other| other == column) {
            return Err(one(1, format!("the column `{column}` stands there twice")));
        }
    }
    if let Some(missing) = required.iter().find(|column| !columns.contains(column)) {
        return Err(one(1, format!("the column `{missing}` is missing")));
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut lines = LineCounter { bytes: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = lines.line_of(record.position());
                let cells = columns.iter().zip(&record);
                let cells = cells.map(|(c, cell)| ((*c).to_owned(), cell.to_owned())).collect();
                rows.push(Row { line, cells });
            }
            Err(error) => {
                let line = lines.line_of(error.position());
                faults.push(LineFault { line, what: csv_words(&error) });
            }
        }
        if rows.len() > MAX_ROWS {
            return Err(one(0, format!("more than {MAX_ROWS} rows")));
        }
        if faults.len() == MAX_FAULTS {
            break;
        }
    }
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    if rows.is_empty() {
        return Err(one(2, "there is nothing below the header".to_owned()));
    }
    Ok(rows)
}

/// Lines of records: the reader's own count is that of where it began to look, before blank lines.
struct LineCounter<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl LineCounter<'_> {
    fn line_of(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(self.at);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= start && !matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

fn csv_words(error: &csv::Error) -> String {
    if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        return format!("it has {len} cells, the header has {expected_len}");
    }
    error.to_string()
}

/// Reads every row with `read` and collects the results, or all the faults.
pub fn each<T>(
    rows: &[Row],
    mut read: impl FnMut(&Row) -> Result<T, LineFault>,
) -> Result<Vec<T>, Faults> {
    let (mut read_rows, mut faults) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match read(row) {
            Ok(item) => read_rows.push(item),
            Err(fault) => faults.push(fault),
        }
        if faults.len() == MAX_FAULTS {
            break;
        }
    }
    if faults.is_empty() { Ok(read_rows) } else { Err(Faults(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_line() {
        let fault = |text: &str| rows(text, &["id", "name"], &["note"]).expect_err("a fault").0;
        assert_eq!(fault("id\n1\n")[0].what, "the column `name` is missing");
        assert!(fault("id,name,age\n")[0].what.contains("no column `age`"));
        assert!(fault("id,name,id\n")[0].what.contains("twice"));
        assert_eq!(fault("id,name\n")[0].line, 2);
        let uneven = fault("id,name\na,b\nc\nd,e,f\n");
        assert_eq!(uneven.iter().map(|f| f.line).collect::<Vec<_>>(), [3, 4]);
        assert_eq!(uneven[0].what, "it has 1 cells, the header has 2");
    }

    #[test]
    fn columns_come_in_any_order_after_a_byte_order_mark_and_around_blank_lines() {
        let read = rows("\u{FEFF}name,id\n\n\"B, C\",1\n", &["id", "name"], &[]);
        let read = read.expect("rows");
        assert_eq!((read[0].text("id"), read[0].text("name")), ("1", "B, C"));
        assert_eq!(read[0].line, 3);
    }
}
