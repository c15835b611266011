//! Counts that elect whoever beats all others pair by pair: the matrix, and what decides where
//! nobody does.

use std::borrow::Cow;

use super::pairwise::Matrix;
use super::{Kind, Votes};
use crate::report::View;
use crate::report::model::{Block, Cell, Column, Head, Shape, Table};
use crate::transcript::{
    CondorcetIrvRecord, CopelandRecord, DefeatRecord, MinimaxRecord, PairwiseHead,
    RankedPairsRecord,
};

/// The pairs, and who beats all others.
fn head<'a>(head: &'a PairwiseHead, view: &View<'a>) -> Vec<Block<'a>> {
    let matrix = Matrix { options: &head.options, numbers: &head.pairwise };
    vec![
        Block::Paragraph(Cow::Borrowed(&head.smith_sentence)),
        Block::Table(matrix.table(
            "pairwise",
            "How many votes rank the row above the column",
            view,
        )),
    ]
}

fn votes(head: &PairwiseHead) -> Vec<Votes<'_>> {
    Matrix::votes(&head.options, &head.pairwise)
}

impl Kind for CopelandRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let mut scores: Vec<_> = self.scores.iter().collect();
        let places = view.places_of();
        scores.sort_by_key(|score| places.get(score.option.index()).copied());
        let options = scores.iter().map(|score| score.option).collect();
        let sentences = scores.iter().map(|score| (None, score.sentence.as_str(), "")).collect();
        let table = Table {
            name: format!("{}scores", view.prefix),
            caption: "Pairs won, lost and tied, and the points they give".to_owned(),
            shape: Shape::List,
            corner: "Option",
            columns: ["Wins", "Losses", "Ties", "Points"].map(Column::numbers).into(),
            noun: ("option", "options"),
            rows: scores.len(),
            head: view.option_heads(options),
            cell: Box::new(move |row, column| match (scores.get(row), column) {
                (Some(score), 0) => Cell::of(score.wins),
                (Some(score), 1) => Cell::of(score.losses),
                (Some(score), 2) => Cell::of(score.ties),
                (Some(score), _) => Cell::of(&score.points),
                (None, _) => Cell::of(""),
            }),
        };
        let mut blocks = head(&self.head, view);
        blocks.extend([Block::Table(table), Block::in_words("Every score in words", sentences)]);
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        votes(&self.head)
    }
}

impl Kind for MinimaxRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let mut worst: Vec<_> = self.worst.iter().collect();
        let places = view.places_of();
        worst.sort_by_key(|worst| places.get(worst.option.index()).copied());
        let options = worst.iter().map(|worst| worst.option).collect();
        let sentences = worst.iter().map(|worst| (None, worst.sentence.as_str(), "")).collect();
        let mut columns = vec![Column::text("Against"), Column::numbers("Strength")];
        if worst.iter().any(|worst| worst.opposing.is_some()) {
            columns.push(Column::numbers("Votes for it there"));
        }
        let names = view.options;
        let table = Table {
            name: format!("{}worst", view.prefix),
            caption: "The worst that each option suffers; the least is best".to_owned(),
            shape: Shape::List,
            corner: "Option",
            columns,
            noun: ("option", "options"),
            rows: worst.len(),
            head: view.option_heads(options),
            cell: Box::new(move |row, column| match (worst.get(row), column) {
                (Some(worst), 0) => {
                    let by = worst.against.map(|option| names.name(option));
                    Cell::of(by.as_deref().unwrap_or("(nobody)"))
                }
                (Some(worst), 1) => Cell::of(worst.strength),
                (Some(worst), _) => worst.opposing.map_or_else(|| Cell::of(""), Cell::of),
                (None, _) => Cell::of(""),
            }),
        };
        let mut blocks = head(&self.head, view);
        blocks.extend([Block::Table(table), Block::in_words("Every defeat in words", sentences)]);
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        votes(&self.head)
    }
}

impl Kind for RankedPairsRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let names = view.options;
        let defeats = &self.defeats;
        let told = |(_, defeat): &(u32, &DefeatRecord)| !defeat.sentence.is_empty();
        let sentences = (1..).zip(defeats).filter(told);
        let sentences =
            sentences.map(|(number, defeat)| (Some(number), defeat.sentence.as_str(), ""));
        let table = Table {
            name: format!("{}defeats", view.prefix),
            caption: "Defeats in the order considered".to_owned(),
            shape: Shape::List,
            corner: "Winner",
            columns: vec![
                Column::text("Loser"),
                Column::numbers("Votes"),
                Column::numbers("Against"),
                Column::text("Stands"),
                Column::text("Blocked by"),
            ],
            noun: ("defeat", "defeats"),
            rows: defeats.len(),
            head: Box::new(move |row| {
                let winner = defeats.get(row).map(|defeat| defeat.winner);
                let name = winner.map(|winner| names.name(winner));
                Head { option: winner, ..Head::text(name.unwrap_or_default()) }
            }),
            cell: Box::new(move |row, column| {
                let Some(defeat) = defeats.get(row) else { return Cell::of("") };
                match column {
                    0 => Cell::of(names.name(defeat.loser)),
                    1 => Cell::of(defeat.votes),
                    2 => Cell::of(defeat.opposing),
                    3 => Cell::of(if defeat.locked { "locked" } else { "blocked" }),
                    _ => {
                        let path = defeat.path.iter().map(|option| names.name(*option));
                        Cell::of(path.collect::<Vec<_>>().join(" → "))
                    }
                }
            }),
        };
        let sentences = sentences.collect();
        let mut blocks = head(&self.head, view);
        blocks.extend([Block::Table(table), Block::in_words("Every defeat in words", sentences)]);
        blocks
    }

    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        votes(&self.head)
    }
}

impl Kind for CondorcetIrvRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let mut blocks = head(&self.head, view);
        match &self.runoff {
            Some(runoff) => blocks.extend(runoff.blocks(view)),
            None => {
                blocks.push(Block::Paragraph(Cow::Borrowed("No instant runoff was needed.")));
            }
        }
        blocks
    }

    fn votes<'a>(&'a self, view: &View<'a>) -> Vec<Votes<'a>> {
        let mut all = votes(&self.head);
        // First preferences are the total only where the runoff decided.
        all.extend(self.runoff.iter().flat_map(|runoff| runoff.votes(view)));
        all
    }
}
