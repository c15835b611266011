//! Small helpers for the sentences that explain a count.

/// The longest list that a sentence spells out.
const MAX_LISTED: usize = 30;

/// Joins items as in running text: `a`, `a and b`, `a, b and c`. A list too long to read ends in
/// `and 970 others`.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    let mut items = items.into_iter();
    let mut listed: Vec<String> = items.by_ref().take(MAX_LISTED).collect();
    let others = items.count();
    if others > 0 {
        listed.push(plural(others as u64, "other", "others"));
    }
    let items = listed;
    match items.split_last() {
        None => "nobody".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A share in percent with one decimal, rounded down: `66.6 %`. Shown, never counted with.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let thousandths = (u128::from(part) * 1000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// A number with its noun in the singular or plural.
pub(crate) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
