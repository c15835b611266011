//! Majority judgment: how often each grade was given, and the medians.

use super::{Kind, Votes};
use crate::report::View;
use crate::report::model::{Bar, Block, Cell, Column, Shape, Table};
use crate::transcript::{Figure, JudgmentRecord, OptionGrades};

impl Kind for JudgmentRecord {
    fn blocks<'a>(&'a self, view: &View<'a>) -> Vec<Block<'a>> {
        let comparisons = self.comparisons.iter().map(|c| (None, c.sentence.as_str(), ""));
        vec![
            Block::Table(grades(self, view)),
            Block::in_words("Equal medians in words", comparisons.collect()),
        ]
    }

    /// The median grade: a sum would say nothing here.
    fn votes<'a>(&'a self, _view: &View<'a>) -> Vec<Votes<'a>> {
        let of = |option| {
            let grades = self.options.iter().find(|grades| grades.option == option)?;
            grades.median.map(|median| Figure::from(u64::from(median)))
        };
        vec![Votes { what: Some("median grade".to_owned()), of: Box::new(of) }]
    }
}

fn grades<'a>(record: &'a JudgmentRecord, view: &View<'a>) -> Table<'a> {
    let scale = record.options.first().map_or(0, |grades| grades.grades.len());
    let places = view.places_of();
    let mut options: Vec<&OptionGrades> = record.options.iter().collect();
    options.sort_by_key(|grades| places.get(grades.option.index()).copied());
    let columns = (0..scale).rev().map(|grade| Column::numbers(format!("Grade {grade}")));
    Table {
        name: format!("{}grades", view.prefix),
        caption: "How often each grade was given".to_owned(),
        shape: Shape::Grades,
        corner: "Option",
        columns: std::iter::once(Column::numbers("Median")).chain(columns).collect(),
        noun: ("option", "options"),
        rows: options.len(),
        head: view.option_heads(options.iter().map(|grades| grades.option).collect()),
        cell: Box::new(move |row, column| {
            let Some(option) = options.get(row) else { return Cell::of("") };
            let Some(column) = column.checked_sub(1) else {
                return Cell::of(option.median.map_or_else(String::new, |m| m.to_string()));
            };
            let grade = scale.checked_sub(column + 1);
            let given = grade.and_then(|g| option.grades.get(g)).copied().unwrap_or(0);
            let all = option.grades.iter().fold(0_u64, |all, &n| all.saturating_add(n));
            Cell::of(given).bar(Bar::of(given, all))
        }),
    }
}
