//! Schulze's method: every pair, every strongest path, and why each stands where it stands.

use std::borrow::Cow;

use super::pairwise::Matrix;
use super::{Kind, Votes};
use crate::option::OptionIndex;
use crate::report::View;
use crate::report::model::{Block, Cell, Column, Head, Sentence, Shape, Table};
use crate::transcript::{DefaultOptionRecord, SchulzeRecord};

impl Kind for SchulzeRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let mut blocks = Vec::new();
        if !self.against_default.is_empty() {
            blocks.push(Block::Table(against_default(&self.against_default, view)));
            let sentences = self.against_default.iter().map(|test| plain(&test.sentence));
            blocks.push(Block::Sentences(sentences.collect()));
        }
        blocks.push(Block::Paragraph(match self.condorcet_winner {
            Some(winner) => Cow::Owned(format!(
                "{} beats every other option one against one (Condorcet winner).",
                view.options.name(winner)
            )),
            None => Cow::Borrowed(
                "No option beats every other one against one; the strongest paths decide.",
            ),
        }));
        let matrix = |numbers| Matrix { options: &self.options, numbers };
        blocks.push(Block::Table(matrix(&self.pairwise).table(
            "pairwise",
            "How many votes rank the row above the column",
            view,
        )));
        let mut paths = vec![
            Block::Paragraph(Cow::Borrowed(
                "A path of defeats is as strong as its weakest defeat. An option stands above \
                 another when its strongest path to it is stronger than the strongest path back.",
            )),
            Block::Table(matrix(&self.strongest).table(
                "strongest",
                "Strength of the strongest path from row to column; 0: no path",
                view,
            )),
        ];
        if !self.opposing.is_empty() {
            paths.push(Block::Table(matrix(&self.opposing).table(
                "opposing",
                "Votes against in the weakest defeat of that path",
                view,
            )));
        }
        if !self.paths.is_empty() {
            paths.push(Block::Table(witnesses(self, view)));
        }
        blocks.push(Block::Details { title: "Strongest paths", blocks: paths });
        if !self.sentences.is_empty() {
            let sentences = self.sentences.iter().map(|pair| (None, pair.sentence.as_str(), ""));
            blocks.push(Block::in_words("Why each stands where it stands", sentences.collect()));
        }
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        Matrix::votes(&self.options, &self.pairwise)
    }
}

fn plain(sentence: &str) -> Sentence<'_> {
    Sentence { number: None, text: Cow::Borrowed(sentence), source: "" }
}

fn against_default<'a>(tests: &'a [DefaultOptionRecord], view: &View<'a>) -> Table<'a> {
    Table {
        name: format!("{}default-option", view.prefix),
        caption: "Each option against the default option".to_owned(),
        shape: Shape::List,
        corner: "Option",
        columns: vec![
            Column::numbers("Above"),
            Column::numbers("Below"),
            Column::numbers("Above × q"),
            Column::numbers("p × below"),
            Column::text("Stays"),
        ],
        noun: ("option", "options"),
        rows: tests.len(),
        head: view.option_heads(tests.iter().map(|test| test.option).collect()),
        cell: Box::new(move |row, column| {
            let Some(test) = tests.get(row) else { return Cell::of("") };
            match column {
                0 => Cell::of(test.votes),
                1 => Cell::of(test.against),
                2 => Cell::of(&test.left),
                3 => Cell::of(&test.right),
                _ => Cell::of(if test.kept { "yes" } else { "no" }),
            }
        }),
    }
}

fn witnesses<'a>(record: &'a SchulzeRecord, view: &View<'a>) -> Table<'a> {
    let options = view.options;
    let name = move |option: Option<&OptionIndex>| option.map(|o| options.name(*o));
    Table {
        name: format!("{}paths", view.prefix),
        caption: "One path as a witness for each number".to_owned(),
        shape: Shape::List,
        corner: "From",
        columns: vec![Column::text("To"), Column::text("By way of"), Column::numbers("Strength")],
        noun: ("path", "paths"),
        rows: record.paths.len(),
        head: Box::new(move |row| {
            let from = record.paths.get(row).and_then(|path| path.path.first());
            Head { option: from.copied(), ..Head::text(name(from).unwrap_or_default()) }
        }),
        cell: Box::new(move |row, column| {
            let Some(path) = record.paths.get(row) else { return Cell::of("") };
            match (column, path.path.as_slice()) {
                (0, path) => Cell::of(name(path.last()).unwrap_or_default()),
                (1, [_, via @ .., _]) if !via.is_empty() => {
                    let names: Vec<String> = via.iter().map(|o| options.name(*o)).collect();
                    Cell::of(names.join(" → "))
                }
                (1, _) => Cell::of("directly"),
                _ => Cell::of(&path.strength),
            }
        }),
    }
}
