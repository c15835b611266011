//! A whole transcript in sections: result, count, cap, ties, options.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::View;
use super::kinds::kind;
use super::model::{Block, Cell, Column, Head, Mark, Section, Sentence, Shape, Table};
use crate::lots::{LotRecord, LotSeed};
use crate::option::OptionIndex;
use crate::profile::Tally;
use crate::transcript::{CapRecord, CountRecord, Outcome, TieRecord, TieResolution, Transcript};

/// Everything a transcript says but its outcome and rules, which stand above all.
pub(super) fn sections(transcript: &Transcript) -> Vec<Section<'_>> {
    let view = View::of(transcript);
    let mut sections = Vec::new();
    if !view.winners.is_empty() {
        let blocks = vec![Block::Table(view.winners_table())];
        sections.push(Section { title: "Elected", blocks });
    }
    sections.extend(count_sections(transcript));
    if !view.options.is_empty() {
        let blocks = vec![Block::Table(view.options_table())];
        sections.push(Section { title: "The options", blocks });
    }
    let blocks = vec![Block::Table(electorate(transcript))];
    sections.push(Section { title: "The electorate", blocks });
    sections
}

/// The outcome in one sentence that leaves its arithmetic to the sections.
pub(super) fn verdict(transcript: &Transcript) -> &str {
    match (&transcript.outcome, &transcript.count) {
        (Outcome::Motion { result }, CountRecord::Motion(record)) => {
            result.sentence(record.casting)
        }
        _ => &transcript.sentence,
    }
}

/// The count with what changed its result: cap and ties.
pub(super) fn count_sections(transcript: &Transcript) -> Vec<Section<'_>> {
    let view = View::of(transcript);
    let mut blocks = kind(&transcript.count).blocks(&view);
    blocks.retain(|block| !block.is_empty());
    if view.ranking.len() > 1 {
        blocks.push(Block::Table(view.places()));
    }
    let mut sections = vec![Section { title: "The count", blocks }];
    if let Some(cap) = &transcript.cap {
        sections.push(Section { title: "The affiliation cap", blocks: capped(transcript, cap) });
    }
    sections.push(Section { title: "Ties", blocks: ties(transcript) });
    sections
}

impl<'a> View<'a> {
    /// The head of an option's row.
    pub(super) fn option_head(&self, option: OptionIndex) -> Head {
        let mark = match () {
            () if self.is_elected(option) => Mark::Elected,
            () if self.is_kept_out(option) => Mark::KeptOut,
            () => Mark::None,
        };
        Head { option: Some(option), mark, ..Head::text(self.options.name(option)) }
    }

    /// Heads for rows that are options in this order.
    pub(super) fn option_heads(&self, order: Vec<OptionIndex>) -> Box<dyn Fn(usize) -> Head + 'a> {
        let heads: Vec<Head> = order.into_iter().map(|option| self.option_head(option)).collect();
        Box::new(move |row| heads.get(row).cloned().unwrap_or_else(|| Head::text("")))
    }

    /// The same, numbered from one.
    pub(super) fn numbered_heads(
        &self,
        order: Vec<OptionIndex>,
    ) -> Box<dyn Fn(usize) -> Head + 'a> {
        let head = self.option_heads(order);
        Box::new(move |row| Head { number: Some(row + 1), ..head(row) })
    }

    fn affiliations(&self, option: OptionIndex) -> String {
        let names: Vec<&str> =
            self.options.affiliations(option).iter().map(|a| a.as_str()).collect();
        names.join(", ")
    }

    fn winners_table(&self) -> Table<'a> {
        let (winners, options) = (self.winners, self.options);
        let affiliations: Vec<String> = winners.iter().map(|o| self.affiliations(*o)).collect();
        let affiliated = affiliations.iter().any(|list| !list.is_empty());
        let mut columns = vec![Column::text("Elected")];
        if affiliated {
            columns.push(Column::text("Affiliation"));
        }
        Table {
            name: "elected".to_owned(),
            caption: "In order of election".to_owned(),
            shape: Shape::List,
            corner: "Seat",
            columns,
            noun: ("seat", "seats"),
            rows: winners.len(),
            head: Box::new(move |row| Head {
                option: winners.get(row).copied(),
                ..Head::text((row + 1).to_string())
            }),
            cell: Box::new(move |row, column| match (winners.get(row), column) {
                (Some(winner), 0) => Cell::of(options.name(*winner)),
                (Some(_) | None, _) => Cell::of(affiliations.get(row).map_or("", String::as_str)),
            }),
        }
    }

    fn places(&self) -> Table<'a> {
        let (ranking, options) = (self.ranking, self.options);
        let mut place = 1;
        let mut places = Vec::with_capacity(ranking.len());
        for group in ranking {
            places.push(place);
            place += group.len();
        }
        let state = |group: &Vec<OptionIndex>| match () {
            () if group.iter().all(|option| self.is_elected(*option)) => "elected",
            () if group.iter().any(|option| self.is_elected(*option)) => "elected in part",
            () if group.iter().any(|option| self.is_kept_out(*option)) => "kept out by the cap",
            () if group.iter().any(|option| self.tied.contains(option)) => "tied for an open seat",
            () => "not elected",
        };
        let states: Vec<&str> = ranking.iter().map(state).collect();
        Table {
            name: "places".to_owned(),
            caption: "The order that the method gives; who shares a place is tied".to_owned(),
            shape: Shape::List,
            corner: "Place",
            columns: vec![Column::text("Options"), Column::text("Outcome")],
            noun: ("place", "places"),
            rows: ranking.len(),
            head: Box::new(move |row| {
                Head::text(places.get(row).map_or(String::new(), ToString::to_string))
            }),
            cell: Box::new(move |row, column| match column {
                0 => Cell::of(ranking.get(row).map_or(String::new(), |group| options.names(group))),
                _ => Cell::of(states.get(row).copied().unwrap_or("")),
            }),
        }
    }

    fn options_table(&self) -> Table<'a> {
        let options = self.options;
        let all: Vec<OptionIndex> = OptionIndex::all(options.len()).collect();
        let affiliations: Vec<String> = all.iter().map(|o| self.affiliations(*o)).collect();
        Table {
            name: "options".to_owned(),
            caption: "All options in ballot order".to_owned(),
            shape: Shape::List,
            corner: "Option",
            columns: vec![Column::text("Id"), Column::text("Affiliation"), Column::text("State")],
            noun: ("option", "options"),
            rows: all.len(),
            head: self.option_heads(all.clone()),
            cell: Box::new(move |row, column| match (all.get(row), column) {
                (Some(option), 0) => Cell::of(options.option(*option).map_or("", |o| &o.id)),
                (Some(_), 1) => Cell::of(affiliations.get(row).map_or("", String::as_str)),
                (Some(option), _) if options.is_withdrawn(*option) => Cell::of("withdrawn"),
                (Some(_) | None, _) => Cell::of("standing"),
            }),
        }
    }
}

fn electorate(transcript: &Transcript) -> Table<'_> {
    let electorate = &transcript.electorate;
    let mut lines = vec![("Entitled", electorate.entitled())];
    if electorate.recused != Tally::default() {
        lines.push(("Recused", electorate.recused));
        lines.push(("Entitled and not recused", electorate.unrecused()));
    }
    lines.extend(electorate.present.map(|present| ("Present", present)));
    lines.extend([("Ballots counted", transcript.cast), ("Blank among them", transcript.blank)]);
    let rows = lines.len();
    let line = move |row: usize| lines.get(row).copied().unwrap_or(("", Tally::default()));
    let also = line.clone();
    Table {
        name: "electorate".to_owned(),
        caption: "Who could vote and who did".to_owned(),
        shape: Shape::List,
        corner: "Who",
        columns: vec![Column::numbers("Heads"), Column::numbers("Weight")],
        noun: ("line", "lines"),
        rows,
        head: Box::new(move |row| Head::text(line(row).0)),
        cell: Box::new(move |row, column| match (also(row).1, column) {
            (tally, 0) => Cell::of(tally.heads),
            (tally, _) => Cell::of(tally.weight),
        }),
    }
}

fn capped<'a>(transcript: &'a Transcript, cap: &'a CapRecord) -> Vec<Block<'a>> {
    let options = &transcript.options;
    let name = move |place: Option<&OptionIndex>| {
        place.map_or_else(|| "(nobody)".to_owned(), |option| options.name(*option))
    };
    let table = Table {
        name: "cap".to_owned(),
        caption: format!("Seats without and with the cap of {}", cap.limit),
        shape: Shape::List,
        corner: "Seat",
        columns: vec![Column::text("Without the cap"), Column::text("With the cap")],
        noun: ("seat", "seats"),
        rows: cap.before.len().max(cap.after.len()),
        head: Box::new(|row| Head::text((row + 1).to_string())),
        cell: Box::new(move |row, column| {
            let (mine, others, change) = match column {
                0 => (&cap.before, &cap.after, "kept out"),
                _ => (&cap.after, &cap.before, "moves in"),
            };
            let option = mine.get(row);
            let changed = option.is_some_and(|option| !others.contains(option));
            let sub = if changed { change } else { "" }.to_owned();
            Cell { sub, ..Cell::of(name(option)) }
        }),
    };
    let mut blocks = vec![Block::Paragraph(Cow::Borrowed(&cap.sentence)), Block::Table(table)];
    if !cap.passed_over.is_empty() {
        let passed = cap.passed_over.iter().map(|passed| plain(&passed.sentence));
        blocks.push(Block::Sentences(passed.collect()));
    }
    if let Some(record) = &cap.uncapped {
        let mut uncapped = kind(record).blocks(&View::uncapped(transcript, cap));
        uncapped.retain(|block| !block.is_empty());
        uncapped.extend(tie_sentences(&cap.uncapped_ties));
        blocks.push(Block::Details { title: "The whole count without the cap", blocks: uncapped });
    }
    blocks
}

fn plain(sentence: &str) -> Sentence<'_> {
    Sentence { number: None, text: Cow::Borrowed(sentence), source: "" }
}

fn tie_sentences(ties: &[TieRecord]) -> Option<Block<'_>> {
    let sentences: Vec<Sentence<'_>> = ties.iter().map(|tie| plain(&tie.sentence)).collect();
    (!sentences.is_empty()).then_some(Block::Sentences(sentences))
}

fn ties(transcript: &Transcript) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    match tie_sentences(&transcript.ties) {
        Some(sentences) => blocks.push(sentences),
        None => blocks.push(Block::Paragraph(Cow::Borrowed("No tie had to be broken."))),
    }
    let Some(lots) = &transcript.lots else { return blocks };
    let needed = transcript.ties.iter().any(|tie| match tie.resolution {
        TieResolution::Lot | TieResolution::PublishedOrder | TieResolution::CastingVote => true,
        TieResolution::EarlierStage | TieResolution::Method | TieResolution::Unresolved => false,
    });
    let order = order_of_lots(lots, transcript);
    if needed {
        blocks.extend(order);
    } else {
        let title = "The order that would have broken them";
        blocks.push(Block::Details { title, blocks: order });
    }
    blocks
}

fn order_of_lots<'a>(lots: &'a LotRecord, transcript: &'a Transcript) -> Vec<Block<'a>> {
    let options = &transcript.options;
    let mut blocks = vec![Block::Paragraph(Cow::Borrowed(&lots.sentence))];
    let Some(seed) = lots.seed else { return blocks };
    if lots.draws.is_empty() {
        return blocks;
    }
    let last = lots.draws.last().map_or(1, |draw| draw.counter);
    blocks.push(Block::Command(format!(
        "for N in $(seq 1 {last}); do printf '%s' \"{seed},$N\" | sha256sum; done"
    )));
    blocks.push(Block::Table(Table {
        name: "draws".to_owned(),
        caption: "Each draw. Counters left out of the list gave too high a number and were passed \
                  over; the last option is not drawn."
            .to_owned(),
        shape: Shape::List,
        corner: "N",
        columns: vec![
            Column::text("SHA-256 of seed,N"),
            Column::numbers("Options left"),
            Column::numbers("Remainder"),
            Column::text("Drawn"),
        ],
        noun: ("draw", "draws"),
        rows: lots.draws.len(),
        head: Box::new(|row| {
            let counter = lots.draws.get(row).map(|draw| draw.counter.to_string());
            Head::text(counter.unwrap_or_default())
        }),
        cell: Box::new(move |row, column| {
            let Some(draw) = lots.draws.get(row) else { return Cell::of("") };
            match column {
                0 => Cell::of(digest(seed, draw.counter)),
                1 => Cell::of(draw.remaining),
                2 => Cell::of(draw.drawn),
                _ => Cell::of(options.name(draw.option)),
            }
        }),
    }));
    blocks
}

fn digest(seed: LotSeed, counter: u32) -> LotSeed {
    // A digest is written as a seed is: 64 lower-case hexadecimal digits.
    LotSeed::new(Sha256::digest(format!("{seed},{counter}")).into())
}
