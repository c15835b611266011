//! Numbers in words.

/// A number with its noun in the singular or the plural.
pub(super) fn number(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The length of a list with its noun.
pub(super) fn length(length: usize, noun: &str) -> String {
    number(u64::try_from(length).unwrap_or(u64::MAX), noun)
}
