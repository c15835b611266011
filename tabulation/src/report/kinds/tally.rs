//! One sum per option.

use super::{Kind, Votes};
use crate::english::percent;
use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::{Bar, Block, Cell, Column, Shape, Table};
use crate::transcript::{Figure, OptionTotal, TallyRecord};

impl Kind for TallyRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        vec![Block::Table(totals(self, view))]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        let of = |option| {
            let total = self.totals.iter().find(|total| total.option == option)?;
            Some(Figure::from(total.counted))
        };
        vec![Votes { what: None, of: Box::new(of) }]
    }
}

fn totals<'a>(record: &'a TallyRecord, view: &View<'a>) -> Table<'a> {
    let mut totals: Vec<&OptionTotal> = record.totals.iter().collect();
    totals.sort_by_key(|total| std::cmp::Reverse(total.counted));
    let most = totals.first().map_or(0, |total| total.counted);
    let all = totals.iter().fold(0_u64, |all, total| all.saturating_add(total.counted));
    let order: Vec<OptionIndex> = totals.iter().map(|total| total.option).collect();
    let mut columns = Vec::new();
    if view.is_weighted() {
        columns.extend([Column::numbers("Heads"), Column::numbers("Weight")]);
    }
    let counts = columns.len();
    columns.extend([Column::numbers("Counts"), Column::numbers("Share of marks")]);
    Table {
        name: format!("{}totals", view.prefix),
        caption: "Votes per option, most first".to_owned(),
        shape: Shape::List,
        corner: "Option",
        columns,
        noun: ("option", "options"),
        rows: totals.len(),
        head: view.option_heads(order),
        cell: Box::new(move |row, column| {
            let Some(total) = totals.get(row) else { return Cell::of("") };
            match column {
                c if c == counts => Cell::of(total.counted),
                c if c > counts => {
                    Cell::of(percent(total.counted, all)).bar(Bar::of(total.counted, most))
                }
                0 => Cell::of(total.votes.heads),
                _ => Cell::of(total.votes.weight),
            }
        }),
    }
}
