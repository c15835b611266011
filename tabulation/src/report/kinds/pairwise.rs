//! A matrix of options against options.

use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::{Cell, Column, Shape, Table, Tone};
use crate::transcript::Figure;

use super::Votes;

/// A square of numbers, one row and one column per option of the record.
pub(super) struct Matrix<'a> {
    /// The options that rows and columns of `numbers` stand for.
    pub(super) options: &'a [OptionIndex],
    pub(super) numbers: &'a [Vec<u64>],
}

impl<'a> Matrix<'a> {
    /// The matrix as a table, rows and columns in the order readers want: who beats whom is then
    /// a triangle.
    pub(super) fn table(self, name: &str, caption: &str, view: &View<'a>) -> Table<'a> {
        let mut places = vec![None; view.options.len()];
        for (place, option) in self.options.iter().enumerate() {
            if let Some(slot) = places.get_mut(option.index()) {
                *slot = Some(place);
            }
        }
        let at = |option: &OptionIndex| places.get(option.index()).copied().flatten();
        let order: Vec<OptionIndex> =
            view.order().into_iter().filter(|option| at(option).is_some()).collect();
        let places: Vec<usize> = order.iter().filter_map(at).collect();
        let number = move |row: usize, column: usize| -> u64 {
            let cell = || {
                let row = self.numbers.get(*places.get(row)?)?;
                row.get(*places.get(column)?).copied()
            };
            cell().unwrap_or(0)
        };
        let column = |(place, option): (usize, &OptionIndex)| Column {
            number: Some(place + 1),
            ..Column::numbers(view.options.name(*option))
        };
        Table {
            name: format!("{}{name}", view.prefix),
            caption: caption.to_owned(),
            shape: Shape::Matrix,
            corner: "Row against column",
            columns: order.iter().enumerate().map(column).collect(),
            noun: ("option", "options"),
            rows: order.len(),
            head: view.numbered_heads(order),
            cell: Box::new(move |row, column| {
                if row == column {
                    return Cell::of("–").tone(Tone::Diagonal);
                }
                let mine = number(row, column);
                let tone = match mine.cmp(&number(column, row)) {
                    std::cmp::Ordering::Greater => Tone::Win,
                    std::cmp::Ordering::Equal => Tone::Even,
                    std::cmp::Ordering::Less => Tone::Lose,
                };
                Cell::of(mine).tone(tone)
            }),
        }
    }

    /// The votes that rank each option above each other one.
    pub(super) fn votes(options: &'a [OptionIndex], numbers: &'a [Vec<u64>]) -> Vec<Votes<'a>> {
        let place = move |option| options.iter().position(|other| *other == option);
        let above = move |(column, other): (usize, &'a OptionIndex)| Votes {
            what: Some(format!("ranked above option {}", other.value())),
            of: Box::new(move |option| {
                let row = place(option).filter(|row| *row != column)?;
                numbers.get(row)?.get(column).copied().map(Figure::from)
            }),
        };
        options.iter().enumerate().map(above).collect()
    }
}
