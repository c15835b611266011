//! Committees from approvals: seat by seat, or the best of all.

use std::borrow::Cow;

use super::{Kind, Votes};
use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::{Block, Cell, Column, Head, Sentence, Shape, Table};
use crate::transcript::{Figure, PhragmenRecord, ProportionalRecord};

/// One seat: who is elected, by which figure, and the figure of every other option.
struct Round<'a> {
    elected: OptionIndex,
    figure: &'a Figure,
    candidates: Vec<(OptionIndex, &'a Figure)>,
}

/// Every option's figure in every round.
fn rounds<'a>(all: Vec<Round<'a>>, figure: &str, view: &View<'a>) -> Table<'a> {
    let order: Vec<OptionIndex> = view
        .order()
        .into_iter()
        .filter(|option| {
            all.iter().any(|round| {
                round.elected == *option || round.candidates.iter().any(|(o, _)| o == option)
            })
        })
        .collect();
    let column = |(seat, round): (usize, &Round<'a>)| Column {
        sub: format!("{} elected", view.options.name(round.elected)),
        ..Column::numbers(format!("Seat {}", seat + 1))
    };
    Table {
        name: format!("{}rounds", view.prefix),
        caption: format!("{figure} for each seat, as exact fractions"),
        shape: Shape::Stages,
        corner: "Option",
        columns: all.iter().enumerate().map(column).collect(),
        noun: ("option", "options"),
        rows: order.len(),
        head: view.option_heads(order.clone()),
        cell: Box::new(move |row, column| {
            let (Some(option), Some(round)) = (order.get(row), all.get(column)) else {
                return Cell::of("");
            };
            if round.elected == *option {
                return Cell { sub: "elected".to_owned(), ..Cell::of(round.figure) };
            }
            let figure = round.candidates.iter().find(|(candidate, _)| candidate == option);
            figure.map_or_else(|| Cell::of(""), |(_, figure)| Cell::of(figure))
        }),
    }
}

impl Kind for PhragmenRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let round = |round: &'a crate::transcript::LoadRound| Round {
            elected: round.option,
            figure: &round.load,
            candidates: round.candidates.iter().map(|c| (c.option, &c.load)).collect(),
        };
        let all = self.rounds.iter().map(round).collect();
        let sentences = (1..).zip(&self.rounds).map(|(n, r)| (Some(n), r.sentence.as_str(), ""));
        vec![
            Block::Paragraph(Cow::Borrowed(&self.sentence)),
            Block::Table(rounds(all, "The load that each option would put on its voters", view)),
            Block::in_words("Every seat in words", sentences.collect()),
        ]
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Vec::new()
    }
}

impl Kind for ProportionalRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let mut blocks = vec![Block::Paragraph(Cow::Borrowed(&self.sentence))];
        if !self.rounds.is_empty() {
            let round = |round: &'a crate::transcript::GainRound| Round {
                elected: round.option,
                figure: &round.gain,
                candidates: round.candidates.iter().map(|c| (c.option, &c.gain)).collect(),
            };
            let all = self.rounds.iter().map(round).collect();
            let sentences =
                (1..).zip(&self.rounds).map(|(n, r)| (Some(n), r.sentence.as_str(), ""));
            blocks.push(Block::Table(rounds(all, "The worth that each option would add", view)));
            blocks.push(Block::in_words("Every seat in words", sentences.collect()));
        }
        if !self.best.is_empty() {
            blocks.push(Block::Table(best(self, view)));
        }
        let worth = format!("The committee is worth {}.", self.worth);
        let sentence = Sentence { number: None, text: Cow::Owned(worth), source: "" };
        blocks.push(Block::Sentences(vec![sentence]));
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Vec::new()
    }
}

fn best<'a>(record: &'a ProportionalRecord, view: &View<'a>) -> Table<'a> {
    let names = view.options;
    let compared = record.committees.unwrap_or(0);
    Table {
        name: format!("{}committees", view.prefix),
        caption: format!(
            "Committees of the highest worth among {compared}; at most 100 are listed"
        ),
        shape: Shape::List,
        corner: "No.",
        columns: vec![Column::text("Members")],
        noun: ("committee", "committees"),
        rows: record.best.len(),
        head: Box::new(|row| Head::text((row + 1).to_string())),
        cell: Box::new(|row, _| {
            Cell::of(record.best.get(row).map_or(String::new(), |members| names.names(members)))
        }),
    }
}
