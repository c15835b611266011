//! Numbers and ballots in words.

use tabulation::{ContestOptions, OptionIndex, Selection};

/// A number with its noun in the singular or the plural.
pub(super) fn number(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The length of a list with its noun.
pub(super) fn length(length: usize, noun: &str) -> String {
    number(u64::try_from(length).unwrap_or(u64::MAX), noun)
}

/// What a ballot says, with the options' names.
pub(super) fn ballot(selection: &Selection, options: &ContestOptions) -> String {
    let name = |option: &OptionIndex| options.name(*option);
    let names = |group: &[OptionIndex], between: &str| {
        group.iter().map(name).collect::<Vec<_>>().join(between)
    };
    let said = match selection {
        Selection::Choice(choice) => choice.to_string(),
        Selection::Chosen(chosen) => names(chosen, ", "),
        Selection::Ranking(groups) => {
            let groups: Vec<_> = groups.iter().map(|group| names(group, " = ")).collect();
            groups.join(" > ")
        }
        Selection::Scores(scores) => {
            let scores: Vec<_> = scores.iter().map(|(o, n)| format!("{} {n}", name(o))).collect();
            scores.join(", ")
        }
    };
    crate::show::printable(&said)
}
