//! A count in stages: everybody's votes after each, and where votes went.

use std::borrow::Cow;

use super::{Kind, Votes};
use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::thousandths;
use crate::report::model::{Bar, Block, Cell, Column, Head, Shape, Table, Tone};
use crate::transcript::{Figure, Stage, StageAction, StagesRecord};

impl Kind for StagesRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let fates = Fates::of(self, view);
        let mut blocks = vec![
            Block::Paragraph(Cow::Borrowed(&self.quota_sentence)),
            Block::Table(totals(self, view, fates)),
        ];
        if self.stages.iter().any(|stage| !stage.keep_values.is_empty()) {
            let fates = Fates::of(self, view);
            blocks.push(Block::Details {
                title: "Keep values",
                blocks: vec![Block::Table(keep_values(self, view, fates))],
            });
        }
        let sentences = self
            .stages
            .iter()
            .map(|stage| (Some(stage.number), stage.sentence.as_str(), stage.clause.as_str()));
        blocks.push(Block::in_words("Every stage in words", sentences.collect()));
        if self.stages.iter().any(|stage| !stage.transfers.is_empty()) {
            blocks.push(Block::Details {
                title: "Every transfer",
                blocks: vec![Block::Table(transfers(self, view))],
            });
        }
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        let after = |(place, stage): (usize, &'a Stage)| Votes {
            what: (place > 0).then(|| format!("after stage {}", stage.number)),
            of: Box::new(|option| stage.totals.get(option.index()).cloned()),
        };
        self.stages.iter().enumerate().map(after).collect()
    }
}

/// What became of each option, and the order in which readers want them: winners in order of
/// election, then those who stayed longest.
struct Fates {
    order: Vec<OptionIndex>,
    elected: Vec<Option<u32>>,
    excluded: Vec<Option<u32>>,
}

impl Fates {
    fn of(record: &StagesRecord, view: &View<'_>) -> Self {
        let mut elected = vec![None; view.options.len()];
        let mut excluded = elected.clone();
        let first = |fates: &mut Vec<Option<u32>>, option: &OptionIndex, stage: u32| {
            if let Some(fate) = fates.get_mut(option.index()) {
                fate.get_or_insert(stage);
            }
        };
        for stage in &record.stages {
            stage.elected.iter().for_each(|option| first(&mut elected, option, stage.number));
            let out = match &stage.action {
                StageAction::Exclusion { option } | StageAction::CapExclusion { option, .. } => {
                    std::slice::from_ref(option)
                }
                StageAction::JointExclusion { options } => options.as_slice(),
                StageAction::FirstPreferences {}
                | StageAction::Surplus { .. }
                | StageAction::Redistribution {} => &[],
            };
            out.iter().for_each(|option| first(&mut excluded, option, stage.number));
        }
        let mut places = vec![usize::MAX; view.options.len()];
        for (place, winner) in view.winners.iter().enumerate() {
            if let Some(slot) = places.get_mut(winner.index()) {
                *slot = place;
            }
        }
        let mut order = view.order();
        order.sort_by_key(|option| {
            let out = excluded.get(option.index()).copied().flatten().unwrap_or(u32::MAX);
            (places.get(option.index()).copied(), std::cmp::Reverse(out))
        });
        Self { order, elected, excluded }
    }

    fn at(&self, option: OptionIndex) -> (Option<u32>, Option<u32>) {
        let of = |fates: &[Option<u32>]| fates.get(option.index()).copied().flatten();
        (of(&self.elected), of(&self.excluded))
    }

    fn words(&self, option: OptionIndex, is_elected: bool) -> String {
        match self.at(option) {
            (Some(stage), _) => format!("elected at stage {stage}"),
            (None, Some(stage)) => format!("excluded at stage {stage}"),
            (None, None) if is_elected => "elected".to_owned(),
            (None, None) => "not elected".to_owned(),
        }
    }

    /// Whether an option is elected or goes out at a stage.
    fn status(&self, option: OptionIndex, stage: u32) -> &'static str {
        match self.at(option) {
            (Some(at), _) if at == stage => "elected",
            (_, Some(at)) if at == stage => "out",
            (Some(_) | None, Some(_) | None) => "",
        }
    }

    fn is_out(&self, option: OptionIndex, stage: u32) -> bool {
        matches!(self.at(option), (None, Some(at)) if at <= stage)
    }
}

fn action(action: &StageAction, view: &View<'_>) -> String {
    let name = |option: &OptionIndex| view.options.name(*option);
    match action {
        StageAction::FirstPreferences {} => "First preferences".to_owned(),
        StageAction::Surplus { from, .. } => format!("Surplus of {}", name(from)),
        StageAction::Exclusion { option } => format!("{} excluded", name(option)),
        StageAction::CapExclusion { option, .. } => format!("{} excluded by the cap", name(option)),
        StageAction::JointExclusion { options } => match options.as_slice() {
            [_, _, _, _, ..] => format!("{} options excluded together", options.len()),
            [one] => format!("{} excluded", name(one)),
            few => format!("{} excluded together", view.options.names(few)),
        },
        StageAction::Redistribution {} => "Surpluses redistributed".to_owned(),
    }
}

fn columns(record: &StagesRecord, view: &View<'_>) -> Vec<Column> {
    let column = |stage: &Stage| Column {
        sub: action(&stage.action, view),
        ..Column::numbers(format!("Stage {}", stage.number))
    };
    record.stages.iter().map(column).collect()
}

/// The whole votes of a figure.
fn whole(figure: &Figure) -> u64 {
    figure.as_str().split('.').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn totals<'a>(record: &'a StagesRecord, view: &View<'a>, fates: Fates) -> Table<'a> {
    let largest = record.stages.iter().flat_map(|s| &s.totals).map(whole).max().unwrap_or(0);
    let options = fates.order.len();
    let quotas = record.stages.iter().any(|stage| stage.quota.is_some());
    let last = ["Not transferable", "Lost by rounding", "Quota"];
    let heads = fates.order.iter().map(|option| {
        let head = view.option_head(*option);
        Head { sub: fates.words(*option, view.is_elected(*option)), ..head }
    });
    let heads: Vec<Head> = heads.chain(last.map(Head::text)).collect();
    Table {
        name: format!("{}stages", view.prefix),
        caption: format!(
            "Votes after each stage; the quota is {}{}",
            record.quota,
            if quotas { " at first" } else { "" }
        ),
        shape: Shape::Stages,
        corner: "Option",
        columns: columns(record, view),
        noun: ("line", "lines"),
        rows: options + if quotas { 3 } else { 2 },
        head: Box::new(move |row| heads.get(row).cloned().unwrap_or_else(|| Head::text(""))),
        cell: Box::new(move |row, column| {
            let Some(stage) = record.stages.get(column) else { return Cell::of("") };
            let Some(&option) = fates.order.get(row) else {
                return match row - options {
                    0 => Cell::of(&stage.total_non_transferable),
                    1 => Cell::of(&stage.total_rounding_loss),
                    _ => Cell::of(stage.quota.as_ref().unwrap_or(&record.quota)),
                };
            };
            let Some(total) = stage.totals.get(option.index()) else { return Cell::of("") };
            let before = column.checked_sub(1).and_then(|before| record.stages.get(before));
            let before = before.and_then(|stage| stage.totals.get(option.index()));
            let change = before.map_or(String::new(), |before| change(before, total));
            let status = fates.status(option, stage.number);
            let sub = [change.as_str(), status].map(str::to_owned);
            let sub: Vec<String> = sub.into_iter().filter(|part| !part.is_empty()).collect();
            let quota = whole(stage.quota.as_ref().unwrap_or(&record.quota));
            let bar = Bar {
                fill: thousandths(whole(total), largest),
                mark: Some(thousandths(quota, largest)),
            };
            let out = fates.is_out(option, stage.number);
            let tone = if out { Tone::Out } else { Tone::Plain };
            Cell { sub: sub.join(", "), ..Cell::of(total).tone(tone).bar(bar) }
        }),
    }
}

fn keep_values<'a>(record: &'a StagesRecord, view: &View<'a>, fates: Fates) -> Table<'a> {
    Table {
        name: format!("{}keep-values", view.prefix),
        caption: "The share of each paper that an option keeps, after each stage".to_owned(),
        shape: Shape::Stages,
        corner: "Option",
        columns: columns(record, view),
        noun: ("option", "options"),
        rows: fates.order.len(),
        head: view.option_heads(fates.order.clone()),
        cell: Box::new(move |row, column| {
            let value = || {
                let option = fates.order.get(row)?;
                record.stages.get(column)?.keep_values.get(option.index())
            };
            value().map_or_else(|| Cell::of(""), Cell::of)
        }),
    }
}

fn transfers<'a>(record: &'a StagesRecord, view: &View<'a>) -> Table<'a> {
    // A line per transfer, and one per stage for what went nowhere.
    let mut lines: Vec<(&'a Stage, usize)> = Vec::new();
    for stage in &record.stages {
        let nowhere = usize::from(stage.non_transferable.papers > 0);
        lines.extend((0..stage.transfers.len() + nowhere).map(|line| (stage, line)));
    }
    let options = view.options;
    let line = lines.clone();
    Table {
        name: format!("{}transfers", view.prefix),
        caption: "Papers and votes that moved".to_owned(),
        shape: Shape::List,
        corner: "Stage",
        columns: vec![Column::text("To"), Column::numbers("Papers"), Column::numbers("Votes")],
        noun: ("transfer", "transfers"),
        rows: lines.len(),
        head: Box::new(move |row| {
            Head::text(lines.get(row).map_or(String::new(), |(stage, _)| stage.number.to_string()))
        }),
        cell: Box::new(move |row, column| {
            let Some(&(stage, place)) = line.get(row) else { return Cell::of("") };
            let (to, papers, votes) = match stage.transfers.get(place) {
                Some(transfer) => (options.name(transfer.to), transfer.papers, &transfer.votes),
                None => {
                    let nowhere = &stage.non_transferable;
                    ("(not transferable)".to_owned(), nowhere.papers, &nowhere.votes)
                }
            };
            match column {
                0 => Cell::of(to),
                1 => Cell::of(papers),
                _ => Cell::of(votes),
            }
        }),
    }
}

/// The difference of two exact decimals with the same number of decimals: `up 3.25`.
fn change(before: &Figure, after: &Figure) -> String {
    let scaled = |figure: &Figure| figure.as_str().replace('.', "").parse::<i128>().ok();
    let decimals = after.as_str().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let (Some(from), Some(to)) = (scaled(before), scaled(after)) else { return String::new() };
    let Some(difference) = to.checked_sub(from) else { return String::new() };
    let size = Figure::scaled(difference.saturating_abs(), u8::try_from(decimals).unwrap_or(0));
    match difference {
        0 => String::new(),
        1.. => format!("up {size}"),
        _ => format!("down {size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_exact_to_the_last_decimal() {
        let change = |before: &str, after: &str| {
            let figure = |text: &str| Figure::try_from(text.to_owned()).unwrap();
            change(&figure(before), &figure(after))
        };
        assert_eq!(change("12.00000", "15.28571"), "up 3.28571");
        assert_eq!(change("0.30000", "0.10000"), "down 0.20000");
        assert_eq!(change("7", "7"), "");
        assert_eq!(change("9", "11"), "up 2");
    }
}
