//! What must hold of any bytes whatever, for every reader of ballot files.
//!
//! Used by the fuzz targets and, with arbitrary and mutated input, by the ordinary tests: nothing
//! panics, and what was read can be written in every format that can express it and then reads
//! back the same.

use std::collections::BTreeMap;
use std::path::Path;

use tabulation::format::ballots::{self, BallotFile, LeftOut, ReadOptions, WriteOptions};
use tabulation::format::marks::{Duplicates, MarkRules, OvervoteRule, SkippedRanks};
use tabulation::format::{Encoding, Kind, rctab};
use tabulation::{OptionIndex, Selection, Tally};

/// Files with more ballots are not written ballot by ballot here.
const MAX_ONE_BY_ONE: u64 = 2_000;

/// Reads bytes as a file of one format; what is read goes through every format.
pub fn read_and_convert(kind: Kind, bytes: &[u8]) {
    let _ = Kind::detect(Path::new("ballots"), bytes);
    let strict = ReadOptions::of(kind);
    let lenient = ReadOptions { encoding: Encoding::Utf8OrLatin1, marks: Some(rules()), ..strict };
    let contest = ReadOptions { contest: Some("contest"), ..lenient };
    for options in [strict, lenient, contest] {
        if let Ok(file) = ballots::read(bytes, &options) {
            convert(&file);
        }
    }
}

/// Marks of a table of names mean the same whether they are read one by one or grouped.
pub fn marks(bytes: &[u8]) {
    let labels = rctab::Labels { overvote: "overvote", undervote: "undervote" };
    for overvotes in [OvervoteRule::ExhaustImmediately, OvervoteRule::AlwaysSkipToNextRank] {
        for skipped in [SkippedRanks::Unlimited, SkippedRanks::AtMost(1)] {
            for duplicates in [Duplicates::PassOver, Duplicates::Exhaust] {
                let rules = MarkRules { overvotes, skipped, duplicates };
                let grouped = rctab::read(bytes, Encoding::Utf8, labels);
                let streamed = rctab::read_file(bytes, Encoding::Utf8, labels, Some(rules));
                match (grouped, streamed) {
                    (Ok(grouped), Ok(streamed)) => {
                        let (profile, rewrites) = rules.profile(&grouped.ballots).expect("fits");
                        assert_eq!(streamed.profile().expect("fits"), profile);
                        assert_eq!(streamed.rewrites, rewrites);
                    }
                    (grouped, streamed) => assert_eq!(grouped.err(), streamed.err()),
                }
            }
        }
    }
}

fn rules() -> MarkRules {
    MarkRules {
        overvotes: OvervoteRule::AlwaysSkipToNextRank,
        skipped: SkippedRanks::Unlimited,
        duplicates: Duplicates::PassOver,
    }
}

/// Writes a file in every format that can express it, and compares what is read back. Gives the
/// formats it was written in.
pub fn convert(file: &BallotFile) -> Vec<Kind> {
    Kind::ALL.into_iter().filter(|&kind| convert_to(file, kind)).collect()
}

/// Whether the format can express the file; it is read back the same then.
pub fn convert_to(file: &BallotFile, kind: Kind) -> bool {
    let one_by_one = [Kind::ElektoCsv, Kind::RctabCsv, Kind::NistJson, Kind::NistXml];
    if one_by_one.contains(&kind) && file.ballots.total().heads > MAX_ONE_BY_ONE {
        return false;
    }
    let mut bytes = Vec::new();
    let options = WriteOptions { kind, generated: "2025-01-31T12:00:00Z" };
    let Ok(written) = ballots::write(file, &options, &mut bytes) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let again = ballots::read(bytes.as_slice(), &ReadOptions::of(kind));
    let again = again.unwrap_or_else(|error| panic!("{kind}: {error}\n{text}"));
    let kept = |part| !written.left_out.contains(&part);
    assert_eq!(written.ballots, again.ballots.total().heads, "{kind}\n{text}");
    assert_eq!(again.withdrawn, file.withdrawn, "{kind}\n{text}");
    assert!(!kept(LeftOut::Title) || again.title == file.title, "{kind}\n{text}");
    assert!(!kept(LeftOut::Seats) || again.seats == file.seats, "{kind}\n{text}");
    assert!(!kept(LeftOut::TieOrder) || again.tie_order == file.tie_order, "{kind}\n{text}");
    if kind == Kind::RctabCsv {
        assert_eq!(by_name(&again), by_name(file), "{kind}\n{text}");
        return true;
    }
    assert_eq!(names(&again), names(file), "{kind}\n{text}");
    assert_eq!(again.profile(), file.profile(), "{kind}\n{text}");
    if kept(LeftOut::SkippedRanks) && kept(LeftOut::Order) && !one_by_one.contains(&kind) {
        let exact = kind != Kind::Abif || again.ballots.len() == file.ballots.len();
        assert!(!exact || again.ballots == file.ballots, "{kind}\n{text}");
    }
    true
}

fn names(file: &BallotFile) -> Vec<&str> {
    file.options.iter().map(|option| option.name.as_str()).collect()
}

/// Rankings by name, for a format that numbers its options itself.
fn by_name(file: &BallotFile) -> BTreeMap<Vec<Vec<&str>>, Tally> {
    let name = |option: &OptionIndex| file.options.get(option.index()).map_or("", |o| &o.name);
    let profile = file.profile().expect("fits");
    let named = profile.iter().map(|(marks, tally)| {
        let selection = marks.to_selection();
        let Selection::Ranking(groups) = &selection else {
            panic!("{selection:?} in a table of names")
        };
        let groups = groups.iter().map(|group| group.iter().map(name).collect());
        (groups.collect(), tally)
    });
    named.collect()
}
