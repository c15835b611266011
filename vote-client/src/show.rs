//! Text for people: elections, selections and receipts in plain words.

use std::fmt::Write as _;

use election::StatementId;
use election::manifest::{Contest, Disclosure, EarlyClose, Electorate, Manifest};
use election::pool::{Pool, Question};
use tabulation::{
    Choice, MotionResult, OptionIndex, Outcome, Selection, Tally, Transcript, report,
};

/// How wide the tables of a count may be.
const REPORT_COLUMNS: usize = 96;

/// Makes text from elsewhere safe for a terminal: no controls, nothing that hides or reorders.
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 2_000;
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
    };
    text.chars().take(LONGEST).map(|c| if hides(c) { '\u{FFFD}' } else { c }).collect()
}

/// A whole election in plain English: everything that decides its outcome.
pub fn manifest<P: Pool>(id: StatementId, manifest: &Manifest<P>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail; the results are joined and dropped in one place.
    let _ = write_manifest(&mut text, id, manifest);
    text
}

fn write_manifest<P: Pool>(
    out: &mut String,
    id: StatementId,
    manifest: &Manifest<P>,
) -> std::fmt::Result {
    writeln!(out, "{}", manifest.title)?;
    writeln!(out, "{}", "=".repeat(manifest.title.as_str().chars().count()))?;
    writeln!(out, "An election of the {} pool, {}.", P::ID, manifest.origin)?;
    writeln!(out, "Its id is {id}.\n")?;
    if !manifest.description.as_str().trim().is_empty() {
        writeln!(out, "{}\n", manifest.description.as_str().trim_end())?;
    }
    writeln!(out, "{}", manifest.secrecy.sentence())?;
    writeln!(out, "{}", disclosure(manifest.disclosure))?;
    let window = &manifest.window;
    writeln!(out, "The box opens at {} and closes at {}.", window.opens_at, window.closes_at)?;
    writeln!(out, "{}", early_close(window.early_close))?;
    writeln!(out, "Entitled: {}.", electorate(&manifest.electorate))?;
    let roll = &manifest.roll;
    writeln!(
        out,
        "The roll was frozen at log size {}: {} entitled, with {} votes together (root {}).",
        roll.log_size.0, roll.heads, roll.weight, roll.root
    )?;
    writeln!(out, "{} officer(s) must sign the certificate.", manifest.certifying_officers)?;
    match manifest.lots.len() {
        0 => writeln!(out, "No lots can be drawn in this election.")?,
        n => writeln!(out, "{n} officer(s) have committed to a secret from which lots are drawn.")?,
    }
    for contest in &manifest.contests {
        writeln!(out)?;
        write_contest(out, contest)?;
    }
    Ok(())
}

/// Since when ballots can be read.
pub fn disclosure(disclosure: Disclosure) -> &'static str {
    match disclosure {
        Disclosure::AfterClose => {
            "Ballots are withheld from everybody but their voter until the close."
        }
        Disclosure::Live => "Ballots can be read by everybody as soon as they are cast.",
    }
}

/// Whether the box may close before its time.
pub fn early_close(rule: EarlyClose) -> &'static str {
    match rule {
        EarlyClose::Never => "It does not close early.",
        EarlyClose::WhenAllVoted => "It closes early once everybody on the roll has voted.",
    }
}

/// Who is entitled, as a rule.
pub fn electorate<P: Pool>(electorate: &Electorate<P>) -> String {
    match electorate {
        Electorate::Everyone {} => "everyone of the pool who is not suspended".to_owned(),
        Electorate::Class { class } => format!("the members of class {class}"),
        Electorate::Maintainers { module } => format!(
            "the maintainers of module {module}, or of the next module above it that has any"
        ),
    }
}

fn write_contest<P: Pool>(out: &mut String, contest: &Contest<P>) -> std::fmt::Result {
    writeln!(out, "Contest {}: {} ({})", contest.id, contest.title, contest.question.label())?;
    writeln!(out, "  {}", contest.rules.sentence())?;
    for (number, option) in contest.options.iter().enumerate() {
        write!(out, "  {:>3}. {}", number + 1, option.name)?;
        if let Some(person) = &option.person {
            write!(out, " ({person})")?;
        }
        if !option.affiliations.is_empty() {
            let groups: Vec<_> = option.affiliations.iter().map(|g| g.as_str()).collect();
            write!(out, " [{}]", groups.join(", "))?;
        }
        writeln!(out)?;
    }
    if !contest.sitting.is_empty() {
        let sitting: Vec<_> =
            contest.sitting.iter().map(|(group, seats)| format!("{group}: {seats}")).collect();
        writeln!(out, "  Seats that stay occupied, by affiliation: {}", sitting.join(", "))?;
    }
    Ok(())
}

/// An option's name, or its number if the contest has none of that number.
pub fn option_name<P: Pool>(contest: &Contest<P>, option: OptionIndex) -> String {
    match contest.options.get(option.index()) {
        Some(option) => option.name.to_string(),
        None => format!("option {}", option.index() + 1),
    }
}

/// What a voter selected, one line per rank.
pub fn selection<P: Pool>(contest: &Contest<P>, selection: &Selection) -> Vec<String> {
    let name = |option: &OptionIndex| option_name(contest, *option);
    match selection {
        Selection::Choice(Choice::Yes) => vec!["YES".to_owned()],
        Selection::Choice(Choice::No) => vec!["NO".to_owned()],
        Selection::Choice(Choice::Abstain) => vec!["ABSTAIN".to_owned()],
        Selection::Chosen(chosen) if chosen.is_empty() => vec!["nothing marked (blank)".to_owned()],
        Selection::Chosen(chosen) => chosen.iter().map(|o| format!("[x] {}", name(o))).collect(),
        Selection::Ranking(groups) if groups.is_empty() => {
            vec!["nothing ranked (no opinion)".to_owned()]
        }
        Selection::Ranking(groups) => groups
            .iter()
            .enumerate()
            .map(|(rank, group)| {
                let names: Vec<_> = group.iter().map(name).collect();
                format!("{}. {}", rank + 1, names.join(" = "))
            })
            .collect(),
        Selection::Scores(scores) => {
            scores.iter().map(|(option, score)| format!("{score}: {}", name(option))).collect()
        }
    }
}

/// What a count decided, in one line.
pub fn outcome<P: Pool>(contest: &Contest<P>, outcome: &Outcome) -> String {
    let names = |options: &[OptionIndex]| {
        let names: Vec<_> = options.iter().map(|o| option_name(contest, *o)).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    };
    match outcome {
        Outcome::Motion { result: MotionResult::Passed } => "passed".to_owned(),
        Outcome::Motion { result: MotionResult::Failed } => "failed".to_owned(),
        Outcome::Motion { result: MotionResult::NoDecision } => {
            "no decision: the quorum was missed".to_owned()
        }
        Outcome::Motion { result: MotionResult::Reopen } => {
            "the quorum was missed, so the vote is opened again".to_owned()
        }
        Outcome::Motion { result: MotionResult::Tied } => {
            "tied: the casting vote has not been given".to_owned()
        }
        Outcome::Elected { winners, unfilled: 0 } => format!("elected: {}", names(winners)),
        Outcome::Elected { winners, unfilled } => {
            format!("elected: {}; {unfilled} seat(s) stay empty", names(winners))
        }
        Outcome::Unresolved { winners, tied, open } => format!(
            "unresolved tie: elected {}; tied for {open} seat(s): {}",
            names(winners),
            names(tied)
        ),
    }
}

/// A count, step by step: its tables, and the transcript's own sentences.
pub fn transcript(transcript: &Transcript) -> Vec<String> {
    let Tally { heads, weight } = transcript.cast;
    let electorate = &transcript.electorate;
    let mut lines = vec![
        transcript.rules_sentence.clone(),
        format!(
            "{heads} of {} entitled have voted, with {weight} of {} votes; {} ballot(s) mark nothing.",
            electorate.entitled_heads, electorate.entitled_weight, transcript.blank.heads
        ),
    ];
    let count = report::text::count(transcript, REPORT_COLUMNS);
    lines.extend(count.lines().map(str::to_owned));
    lines.push(transcript.sentence.clone());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_a_server_cannot_move_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\n\u{202E}c"), "a\u{FFFD}[2Jb\u{FFFD}\u{FFFD}c");
    }
}
