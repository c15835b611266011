//! A count in rounds: a table of candidates by rounds, and every round in words.

use askama::Template;
use tabulation::transcript::{Figure, Stage, StageAction, StagesRecord};
use tabulation::{OptionIndex, Transcript};

use super::count::fill;
use super::shell::Bar;

/// A count in rounds.
#[derive(Debug, Template)]
#[template(path = "count_stages.html")]
pub struct StagesView {
    quota: String,
    quota_sentence: String,
    rounds: Vec<Round>,
    rows: Vec<StageRow>,
    exhausted: Vec<String>,
    lost: Vec<String>,
}

/// One round.
#[derive(Debug)]
pub struct Round {
    number: u32,
    action: String,
    sentence: String,
    clause: String,
}

/// One candidate through all rounds.
#[derive(Debug)]
pub struct StageRow {
    name: String,
    fate: String,
    elected: bool,
    cells: Vec<StageCell>,
}

/// One candidate's standing after one round.
#[derive(Debug)]
pub struct StageCell {
    total: String,
    change: String,
    status: &'static str,
    out: bool,
    bar: Bar,
}

/// The view of a record.
pub fn stages(record: &StagesRecord, transcript: &Transcript) -> StagesView {
    let name = |option: OptionIndex| transcript.options.name(option);
    let rounds = record.stages.iter().map(|stage| Round {
        number: stage.number,
        action: match &stage.action {
            StageAction::FirstPreferences {} => "First preferences".to_owned(),
            StageAction::Surplus { from, .. } => format!("Surplus of {}", name(*from)),
            StageAction::Exclusion { option } => format!("{} excluded", name(*option)),
            StageAction::CapExclusion { option, .. } => {
                format!("{} excluded by the cap", name(*option))
            }
            StageAction::JointExclusion { options } => {
                format!("{} excluded", transcript.options.names(options))
            }
            StageAction::Redistribution {} => "Surpluses redistributed".to_owned(),
        },
        sentence: stage.sentence.clone(),
        clause: stage.clause.clone(),
    });
    let whole = |figure: &Figure| -> u64 {
        figure.as_str().split('.').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
    };
    let largest =
        record.stages.iter().flat_map(|stage| &stage.totals).map(whole).max().unwrap_or(0);
    let scale = Scale { largest, quota: fill(record.quota.as_str(), largest) };
    let mut rows: Vec<_> = transcript
        .options
        .standing()
        .into_iter()
        .map(|option| (rank(option, record, transcript), row(option, record, transcript, &scale)))
        .collect();
    rows.sort_by_key(|(rank, _)| *rank);
    StagesView {
        quota: record.quota.to_string(),
        quota_sentence: record.quota_sentence.clone(),
        rounds: rounds.collect(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        exhausted: record.stages.iter().map(|s| s.total_non_transferable.to_string()).collect(),
        lost: record.stages.iter().map(|s| s.total_rounding_loss.to_string()).collect(),
    }
}

struct Scale {
    largest: u64,
    quota: u64,
}

fn excluded_at(option: OptionIndex, record: &StagesRecord) -> Option<u32> {
    let excludes = |stage: &&Stage| match &stage.action {
        StageAction::Exclusion { option: out } | StageAction::CapExclusion { option: out, .. } => {
            *out == option
        }
        StageAction::JointExclusion { options } => options.contains(&option),
        StageAction::FirstPreferences {}
        | StageAction::Surplus { .. }
        | StageAction::Redistribution {} => false,
    };
    record.stages.iter().find(excludes).map(|stage| stage.number)
}

fn elected_at(option: OptionIndex, record: &StagesRecord) -> Option<u32> {
    let stage = record.stages.iter().find(|stage| stage.elected.contains(&option))?;
    Some(stage.number)
}

/// Winners first, in order of election; then those who stayed longest.
fn rank(option: OptionIndex, record: &StagesRecord, transcript: &Transcript) -> (usize, u32) {
    let winners = transcript.outcome.winners();
    let place = winners.iter().position(|winner| *winner == option).unwrap_or(winners.len());
    (place, u32::MAX - excluded_at(option, record).unwrap_or(u32::MAX))
}

fn row(
    option: OptionIndex,
    record: &StagesRecord,
    transcript: &Transcript,
    scale: &Scale,
) -> StageRow {
    let (elected, excluded) = (elected_at(option, record), excluded_at(option, record));
    let winner = transcript.outcome.winners().contains(&option);
    let fate = match (elected, excluded) {
        (Some(round), _) => format!("elected in round {round}"),
        (None, Some(round)) => format!("excluded in round {round}"),
        (None, None) if winner => "elected".to_owned(),
        (None, None) => "not elected".to_owned(),
    };
    let mut before: Option<&Figure> = None;
    let cells = record.stages.iter().map(|stage| {
        let total = stage.totals.get(option.index());
        let text = total.map_or("0", Figure::as_str);
        let status = match (elected, excluded) {
            (Some(round), _) if round <= stage.number => "elected",
            (_, Some(round)) if round <= stage.number => "out",
            (Some(_) | None, Some(_) | None) => "",
        };
        let change = before.map_or(String::new(), |before| change(before.as_str(), text));
        before = total;
        StageCell {
            total: text.to_owned(),
            change,
            status,
            out: status == "out",
            bar: Bar { fill: fill(text, scale.largest), mark: Some(scale.quota) },
        }
    });
    let cells = cells.collect();
    StageRow { name: transcript.options.name(option), fate, elected: winner, cells }
}

/// The difference of two exact decimals with the same number of decimals: `up 3.25`.
fn change(before: &str, after: &str) -> String {
    let scaled = |text: &str| text.replace('.', "").parse::<i128>().ok();
    let decimals = after.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let (Some(from), Some(to)) = (scaled(before), scaled(after)) else { return String::new() };
    let size = Figure::scaled((to - from).abs(), u8::try_from(decimals).unwrap_or(0));
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => format!("up {size}"),
        std::cmp::Ordering::Less => format!("down {size}"),
        std::cmp::Ordering::Equal => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_exact_to_the_last_decimal() {
        assert_eq!(change("12.00000", "15.28571"), "up 3.28571");
        assert_eq!(change("0.30000", "0.10000"), "down 0.20000");
        assert_eq!(change("7", "7"), "");
        assert_eq!(change("9", "11"), "up 2");
    }
}
