//! Committees from approvals, seat by seat.

use super::{Kind, Votes};
use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::{Block, Cell, Column, Head, Shape, Table};
use crate::transcript::{Figure, PhragmenRecord, ProportionalRecord};

impl Kind for PhragmenRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let seats: Vec<Seat<'_>> = self.rounds.iter().map(|r| (r.option, &r.load)).collect();
        let sentences = (1..).zip(&self.rounds).map(|(n, r)| (Some(n), r.sentence.as_str(), ""));
        vec![
            Block::Table(seat_by_seat(seats, "Load of its voters", view)),
            Block::in_words("Every seat in words", sentences.collect()),
        ]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Vec::new()
    }
}

impl Kind for ProportionalRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let seats: Vec<Seat<'_>> = self.rounds.iter().map(|r| (r.option, &r.gain)).collect();
        let sentences = (1..).zip(&self.rounds).map(|(n, r)| (Some(n), r.sentence.as_str(), ""));
        let mut blocks = vec![Block::Paragraph(self.sentence.as_str().into())];
        if !seats.is_empty() {
            blocks.push(Block::Table(seat_by_seat(seats, "What it adds", view)));
            blocks.push(Block::in_words("Every seat in words", sentences.collect()));
        }
        if !self.best.is_empty() {
            blocks.push(Block::Table(best(&self.best, view)));
        }
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Vec::new()
    }
}

/// Who got a seat, and the figure that decided.
type Seat<'a> = (OptionIndex, &'a Figure);

fn seat_by_seat<'a>(seats: Vec<Seat<'a>>, figure: &'static str, view: &View<'a>) -> Table<'a> {
    Table {
        name: format!("{}seats", view.prefix),
        caption: "Seat by seat, in the order of the count".to_owned(),
        shape: Shape::List,
        corner: "Option",
        columns: vec![Column::numbers(figure)],
        noun: ("seat", "seats"),
        rows: seats.len(),
        head: view.option_heads(seats.iter().map(|&(option, _)| option).collect()),
        cell: Box::new(move |row, _| {
            seats.get(row).map_or_else(|| Cell::of(""), |(_, figure)| Cell::of(figure))
        }),
    }
}

fn best<'a>(committees: &'a [Vec<OptionIndex>], view: &View<'a>) -> Table<'a> {
    let options = view.options;
    Table {
        name: format!("{}committees", view.prefix),
        caption: "The committees of the highest worth".to_owned(),
        shape: Shape::List,
        corner: "Committee",
        columns: vec![Column::text("Members")],
        noun: ("committee", "committees"),
        rows: committees.len(),
        head: Box::new(|row| Head::text((row + 1).to_string())),
        cell: Box::new(move |row, _| {
            Cell::of(committees.get(row).map_or_else(String::new, |members| options.names(members)))
        }),
    }
}
