//! A motion: the votes, and each condition with its arithmetic.

use super::{Kind, Votes};
use crate::english::percent;
use crate::profile::Tally;
use crate::report::View;
use crate::report::model::{Bar, Block, Cell, Column, Condition, Head, Shape, Table};
use crate::transcript::{ConditionRecord, MotionRecord};

impl Kind for MotionRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let conditions = conditions("Quorum", &self.quorums)
            .chain(conditions("Threshold", &self.thresholds))
            .collect();
        vec![Block::Table(votes(self, view)), Block::Conditions(conditions)]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Vec::new()
    }
}

fn conditions<'a>(
    what: &'static str,
    records: &'a [ConditionRecord],
) -> impl Iterator<Item = Condition<'a>> {
    records.iter().map(move |record| Condition {
        what,
        met: record.met,
        sentence: record.sentence.as_str(),
    })
}

fn votes<'a>(record: &MotionRecord, view: &View<'a>) -> Table<'a> {
    let weighted = view.is_weighted();
    let sums = [("Yes", record.yes), ("No", record.no), ("Abstain", record.abstain)];
    let size = move |sum: Tally| if weighted { sum.weight } else { sum.heads };
    let all = sums.iter().fold(0_u64, |all, (_, sum)| all.saturating_add(size(*sum)));
    let mut columns = vec![Column::numbers("Heads")];
    if weighted {
        columns.push(Column::numbers("Weight"));
    }
    columns.push(Column::numbers("Share"));
    let share = columns.len() - 1;
    let sum = move |row: usize| sums.get(row).copied().unwrap_or(("", Tally::default()));
    Table {
        name: format!("{}votes", view.prefix),
        caption: if weighted { "Votes by heads and by weight" } else { "Votes" }.to_owned(),
        shape: Shape::List,
        corner: "Answer",
        columns,
        noun: ("answer", "answers"),
        rows: sums.len(),
        head: Box::new(move |row| Head::text(sum(row).0)),
        cell: Box::new(move |row, column| {
            let (_, sum) = sum(row);
            match column {
                0 => Cell::of(sum.heads),
                column if column == share => {
                    Cell::of(percent(size(sum), all)).bar(Bar::of(size(sum), all))
                }
                _ => Cell::of(sum.weight),
            }
        }),
    }
}
