//! Points: sums and means of scores, and STAR voting, which starts from them.

use super::{Kind, Votes};
use crate::report::View;
use crate::report::model::{Block, Cell, Column, Shape, Table};
use crate::transcript::{OptionPoints, PointsRecord, StarRecord, StarRound};

impl Kind for PointsRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        vec![Block::Table(totals(&self.totals, view))]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        vec![sums(&self.totals)]
    }
}

impl Kind for StarRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let sentences =
            self.rounds.iter().map(|r| (Some(u32::from(r.seat)), r.sentence.as_str(), ""));
        vec![
            Block::Table(totals(&self.totals, view)),
            Block::Table(rounds(&self.rounds, view)),
            Block::in_words("Every seat in words", sentences.collect()),
        ]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        vec![sums(&self.totals)]
    }
}

fn sums(totals: &[OptionPoints]) -> Votes<'_> {
    let of = |option| totals.iter().find(|t| t.option == option).map(|t| t.sum.clone());
    Votes { what: None, of: Box::new(of) }
}

/// In the order of the result.
fn totals<'a>(record: &'a [OptionPoints], view: &View<'a>) -> Table<'a> {
    let places = view.places_of();
    let mut totals: Vec<&OptionPoints> = record.iter().collect();
    totals.sort_by_key(|total| places.get(total.option.index()).copied());
    Table {
        name: format!("{}points", view.prefix),
        caption: "Points per option".to_owned(),
        shape: Shape::List,
        corner: "Option",
        columns: ["Ballots", "Points", "Counts"].map(Column::numbers).into(),
        noun: ("option", "options"),
        rows: totals.len(),
        head: view.option_heads(totals.iter().map(|total| total.option).collect()),
        cell: Box::new(move |row, column| {
            let Some(total) = totals.get(row) else { return Cell::of("") };
            match column {
                0 => Cell::of(total.ballots),
                1 => Cell::of(&total.sum),
                _ => Cell::of(&total.value),
            }
        }),
    }
}

fn rounds<'a>(rounds: &'a [StarRound], view: &View<'a>) -> Table<'a> {
    let options = view.options;
    let seats = |row: usize| crate::report::model::Head::text(format!("Seat {}", row + 1));
    let columns = ["Finalist", "Other finalist", "Elected"].map(Column::text).into_iter();
    let columns =
        columns.chain(["Prefer the one", "Prefer the other", "Neither"].map(Column::numbers));
    Table {
        name: format!("{}runoffs", view.prefix),
        caption: "The runoff for each seat".to_owned(),
        shape: Shape::List,
        corner: "Seat",
        columns: columns.collect(),
        noun: ("seat", "seats"),
        rows: rounds.len(),
        head: Box::new(seats),
        cell: Box::new(|row, column| {
            let Some(round) = rounds.get(row) else { return Cell::of("") };
            let finalist = |n: usize| round.finalists.get(n).map(|&o| options.name(o));
            let preferring = |n: usize| round.preferring.get(n).map(ToString::to_string);
            match column {
                0 | 1 => Cell::of(finalist(column).unwrap_or_default()),
                2 => Cell::of(round.elected.map_or_else(|| "open".to_owned(), |o| options.name(o))),
                3 | 4 => Cell::of(preferring(column - 3).unwrap_or_default()),
                _ => Cell::of(round.no_preference),
            }
        }),
    }
}
