//! The names and the title at the end of a BLT file.

use super::BltError;
use crate::option::MAX_NAME_BYTES;

/// The names, one per candidate, and the title; the first line has the number `line`.
pub(super) fn names(
    text: &str,
    line: usize,
    candidates: usize,
) -> Result<(Vec<String>, String), BltError> {
    let mut names = Vec::new();
    let mut title = None;
    for (index, text) in text.lines().enumerate() {
        let line = line + index;
        for name in names_in(text, line)? {
            if names.len() < candidates {
                if name.trim().is_empty() || name.len() > MAX_NAME_BYTES {
                    return Err(BltError::Name { line });
                }
                names.push(name);
            } else if title.is_none() {
                title = Some(name);
            } else {
                return Err(BltError::AfterTitle { line });
            }
        }
    }
    if names.len() < candidates {
        return Err(BltError::MissingNames { found: names.len(), candidates });
    }
    Ok((names, title.unwrap_or_default()))
}

/// The names on one line: quoted ones, or the whole line as one.
fn names_in(text: &str, line: usize) -> Result<Vec<String>, BltError> {
    let mut names = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && !rest.starts_with('#') {
        let Some(quoted) = rest.strip_prefix('"') else {
            names.push(rest.split(" #").next().unwrap_or(rest).trim().to_owned());
            break;
        };
        let (name, after) = match quoted_name(quoted) {
            Some(found) => found,
            // A quote inside that nobody doubled: the name ends with the line's last quote.
            None => match quoted.rsplit_once('"') {
                Some((name, "")) => (name.to_owned(), ""),
                Some(_) | None => return Err(BltError::OpenQuote { line }),
            },
        };
        names.push(name);
        rest = after.trim_start();
    }
    Ok(names)
}

/// A name up to its closing quote, and what follows it. A closing quote stands before another
/// name, a comment or the end of the line; doubled quotes stand for one.
fn quoted_name(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        name.push_str(before);
        if let Some(doubled) = after.strip_prefix('"') {
            name.push('"');
            rest = doubled;
            continue;
        }
        let next = after.trim_start();
        let apart = next.len() < after.len();
        if next.is_empty() || (apart && (next.starts_with('"') || next.starts_with('#'))) {
            return Some((name, after));
        }
        name.push('"');
        rest = after;
    }
}
