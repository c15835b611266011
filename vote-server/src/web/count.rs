//! A count, as a page shows it: made from the published transcript and from nothing else.

use askama::Template;
use tabulation::transcript::{
    CapRecord, ConditionRecord, CountRecord, MotionRecord, SchulzeRecord, TallyRecord,
};
use tabulation::{ContestOptions, OptionIndex, Tally, Transcript};

use super::shell::{Bar, grouped, percent, permille};
use super::stages::{StagesView, stages};

/// The steps of a count.
#[derive(Debug)]
pub enum CountView {
    /// A motion.
    Motion(MotionView),
    /// One sum per option.
    Tally(TallyView),
    /// Pairwise comparison.
    Schulze(SchulzeView),
    /// Rounds.
    Stages(StagesView),
}

/// A motion's votes and conditions.
#[derive(Debug, Template)]
#[template(path = "count_motion.html")]
pub struct MotionView {
    rows: Vec<SumRow>,
    weighted: bool,
    conditions: Vec<Condition>,
}

/// One line of sums.
#[derive(Debug)]
pub struct SumRow {
    name: String,
    elected: bool,
    heads: String,
    weight: String,
    counted: String,
    share: String,
    bar: Bar,
}

/// A quorum or threshold with its arithmetic.
#[derive(Debug)]
pub struct Condition {
    what: &'static str,
    sentence: String,
    met: bool,
}

/// One sum per option.
#[derive(Debug, Template)]
#[template(path = "count_tally.html")]
pub struct TallyView {
    rows: Vec<SumRow>,
    weighted: bool,
    sentence: String,
}

/// A square of numbers, one row and one column per option.
#[derive(Debug)]
pub struct Matrix {
    columns: Vec<MatrixHead>,
    rows: Vec<MatrixRow>,
}

/// A column's head: its number to look at, its name to be read out.
#[derive(Debug)]
pub struct MatrixHead {
    number: usize,
    name: String,
}

/// A row.
#[derive(Debug)]
pub struct MatrixRow {
    number: usize,
    name: String,
    elected: bool,
    cells: Vec<MatrixCell>,
}

/// A cell: its number, and how it compares with the number across the diagonal.
#[derive(Debug)]
pub struct MatrixCell {
    class: &'static str,
    text: String,
    word: &'static str,
}

/// Schulze's method.
#[derive(Debug, Template)]
#[template(path = "count_schulze.html")]
pub struct SchulzeView {
    places: Vec<Place>,
    condorcet: Option<String>,
    pairwise: Matrix,
    strongest: Matrix,
    sentences: Vec<String>,
    paths: Vec<PathLine>,
}

/// A place of the final order, shared by those tied for it.
#[derive(Debug)]
pub struct Place {
    place: usize,
    names: String,
    elected: bool,
    passed_over: bool,
}

/// One strongest path.
#[derive(Debug)]
pub struct PathLine {
    from: String,
    to: String,
    via: String,
    strength: String,
}

/// What an affiliation cap changed.
#[derive(Debug)]
pub struct CapView {
    /// The change in words.
    pub sentence: String,
    /// The seats in order: without the cap, and with it.
    pub seats: Vec<CapSeat>,
    /// Who was kept out, and why.
    pub passed_over: Vec<String>,
}

/// One seat.
#[derive(Debug)]
pub struct CapSeat {
    /// Its number.
    pub number: usize,
    /// Who would have had it without the cap.
    pub before: String,
    /// Whether that person is kept out.
    pub before_out: bool,
    /// Who has it.
    pub after: String,
    /// Whether that person is in because of the cap.
    pub after_new: bool,
}

/// The view of a transcript's count.
pub fn count(transcript: &Transcript) -> CountView {
    let weighted = transcript.electorate.entitled_heads != transcript.electorate.entitled_weight;
    let winners = transcript.outcome.winners();
    match &transcript.count {
        CountRecord::Motion(record) => CountView::Motion(motion(record, weighted)),
        CountRecord::Tally(record) => {
            CountView::Tally(tally(record, &transcript.options, winners, weighted))
        }
        CountRecord::Schulze(record) => CountView::Schulze(schulze(record, transcript)),
        CountRecord::Stages(record) => CountView::Stages(stages(record, transcript)),
    }
}

fn motion(record: &MotionRecord, weighted: bool) -> MotionView {
    let sums = [("Yes", record.yes), ("No", record.no), ("Abstain", record.abstain)];
    let size = |sum: Tally| if weighted { sum.weight } else { sum.heads };
    let all = sums.iter().map(|(_, sum)| size(*sum)).sum();
    let row = |(name, sum): (&str, Tally)| SumRow {
        name: name.to_owned(),
        elected: false,
        heads: grouped(sum.heads),
        weight: grouped(sum.weight),
        counted: grouped(size(sum)),
        share: percent(size(sum), all),
        bar: Bar::of(size(sum), all),
    };
    let conditions = |what: &'static str, records: &[ConditionRecord]| {
        let condition = |record: &ConditionRecord| Condition {
            what,
            sentence: record.sentence.clone(),
            met: record.met,
        };
        records.iter().map(condition).collect::<Vec<_>>()
    };
    let mut all_conditions = conditions("Quorum", &record.quorums);
    all_conditions.extend(conditions("Threshold", &record.thresholds));
    MotionView { rows: sums.map(row).into(), weighted, conditions: all_conditions }
}

fn tally(
    record: &TallyRecord,
    options: &ContestOptions,
    winners: &[OptionIndex],
    weighted: bool,
) -> TallyView {
    let most = record.totals.iter().map(|total| total.counted).max().unwrap_or(0);
    let all = record.totals.iter().map(|total| total.counted).sum();
    let mut totals: Vec<_> = record.totals.iter().collect();
    totals.sort_by_key(|total| std::cmp::Reverse(total.counted));
    let row = |total: &&tabulation::transcript::OptionTotal| SumRow {
        name: options.name(total.option),
        elected: winners.contains(&total.option),
        heads: grouped(total.votes.heads),
        weight: grouped(total.votes.weight),
        counted: grouped(total.counted),
        share: percent(total.counted, all),
        bar: Bar::of(total.counted, most),
    };
    TallyView {
        rows: totals.iter().map(row).collect(),
        weighted,
        sentence: record.sentence.clone(),
    }
}

fn schulze(record: &SchulzeRecord, transcript: &Transcript) -> SchulzeView {
    let options = &transcript.options;
    let winners = transcript.outcome.winners();
    // Rows and columns in the final order, so that who beats whom is a triangle.
    let order: Vec<OptionIndex> = transcript.ranking.iter().flatten().copied().collect();
    let passed = transcript.cap.as_ref().map_or(&[][..], |cap| &cap.passed_over);
    let mut place = 1;
    let mut places = Vec::with_capacity(transcript.ranking.len());
    for group in &transcript.ranking {
        places.push(Place {
            place,
            names: group.iter().map(|o| options.name(*o)).collect::<Vec<_>>().join(" = "),
            elected: group.iter().all(|option| winners.contains(option)),
            passed_over: group.iter().any(|o| passed.iter().any(|over| over.option == *o)),
        });
        place += group.len();
    }
    let via = |path: &[OptionIndex]| match path {
        [_, via @ .., _] if !via.is_empty() => {
            via.iter().map(|o| options.name(*o)).collect::<Vec<_>>().join(" → ")
        }
        [] | [_] | [_, .., _] => "directly".to_owned(),
    };
    let end = |option: Option<&OptionIndex>| option.map_or(String::new(), |o| options.name(*o));
    let paths = record.paths.iter().map(|path| PathLine {
        from: end(path.path.first()),
        to: end(path.path.last()),
        via: via(&path.path),
        strength: path.strength.to_string(),
    });
    SchulzeView {
        places,
        condorcet: record.condorcet_winner.map(|option| options.name(option)),
        pairwise: matrix(&record.pairwise, record, &order, transcript, "beats", "loses to"),
        strongest: matrix(&record.strongest, record, &order, transcript, "stronger", "weaker"),
        sentences: record.sentences.iter().map(|pair| pair.sentence.clone()).collect(),
        paths: paths.collect(),
    }
}

fn matrix(
    numbers: &[Vec<u64>],
    record: &SchulzeRecord,
    order: &[OptionIndex],
    transcript: &Transcript,
    above: &'static str,
    below: &'static str,
) -> Matrix {
    let at = |option: &OptionIndex| record.options.iter().position(|other| other == option);
    let number = |row: &OptionIndex, column: &OptionIndex| -> Option<u64> {
        numbers.get(at(row)?)?.get(at(column)?).copied()
    };
    let winners = transcript.outcome.winners();
    let name = |option: &OptionIndex| transcript.options.name(*option);
    let cell = |row: &OptionIndex, column: &OptionIndex| {
        if row == column {
            return MatrixCell { class: "self", text: "–".to_owned(), word: "" };
        }
        let (mine, other) = (number(row, column).unwrap_or(0), number(column, row).unwrap_or(0));
        let (class, word) = match mine.cmp(&other) {
            std::cmp::Ordering::Greater => ("win", above),
            std::cmp::Ordering::Less => ("lose", below),
            std::cmp::Ordering::Equal => ("even", "equal"),
        };
        MatrixCell { class, text: grouped(mine), word }
    };
    let columns = order.iter().enumerate();
    Matrix {
        columns: columns.map(|(i, o)| MatrixHead { number: i + 1, name: name(o) }).collect(),
        rows: order
            .iter()
            .enumerate()
            .map(|(i, row)| MatrixRow {
                number: i + 1,
                name: name(row),
                elected: winners.contains(row),
                cells: order.iter().map(|column| cell(row, column)).collect(),
            })
            .collect(),
    }
}

/// The view of a cap.
pub fn cap(record: &CapRecord, options: &ContestOptions) -> CapView {
    let seats = record.before.len().max(record.after.len());
    let name = |option: Option<&OptionIndex>| {
        option.map_or_else(|| "(nobody)".to_owned(), |option| options.name(*option))
    };
    CapView {
        sentence: record.sentence.clone(),
        seats: (0..seats)
            .map(|seat| {
                let (before, after) = (record.before.get(seat), record.after.get(seat));
                CapSeat {
                    number: seat + 1,
                    before: name(before),
                    before_out: before.is_some_and(|o| !record.after.contains(o)),
                    after: name(after),
                    after_new: after.is_some_and(|o| !record.before.contains(o)),
                }
            })
            .collect(),
        passed_over: record.passed_over.iter().map(|over| over.sentence.clone()).collect(),
    }
}

/// How full a bar of an exact decimal is: its whole part in thousandths of another's.
pub fn fill(figure: &str, whole: u64) -> u64 {
    let digits = figure.split('.').next().unwrap_or("0");
    permille(digits.parse().unwrap_or(0), whole)
}
