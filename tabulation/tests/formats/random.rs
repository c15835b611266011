//! Arbitrary bytes, valid files with some bytes changed, and random files of every form.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use tabulation::format::Kind;
use tabulation::format::ballots::{AnyBallots as _, BallotFile, FileOption};
use tabulation::format::marks::{Duplicates, MarkRules, OvervoteRule, SkippedRanks};
use tabulation::{Choice, OptionIndex, RankedBallots as _, Selection, Tally};

use crate::fuzz_bodies::{convert, marks, read_and_convert};
use crate::seeds::seeds;

pub(crate) const RULES: Option<MarkRules> = Some(MarkRules {
    overvotes: OvervoteRule::AlwaysSkipToNextRank,
    skipped: SkippedRanks::Unlimited,
    duplicates: Duplicates::PassOver,
});

#[derive(Debug, Clone)]
enum Change {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

/// Bytes and words that mean something somewhere.
fn bit() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        ",",
        ">",
        "=",
        "/",
        ":",
        "\"",
        "\n",
        "\r\n",
        "{",
        "}",
        "[",
        "]",
        "#",
        "0",
        "1",
        "2",
        "-",
        "9007199254740991",
        "65536",
        "null",
        "\\",
        "<",
        "&amp;",
        "<a/>",
        "No opinion",
        "overvote",
        "\u{2028}",
        "\u{feff}",
        "[]",
        "\"\"",
        " ",
        "1.5",
        "e9",
        "\u{85}",
        "\0",
        "]]>",
        "<![CDATA[",
    ];
    prop_oneof![
        3 => prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 1..4),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (at(), bit()).prop_map(|(at, bit)| Change::Insert(at, bit)),
        (at(), 1..20_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (at(), 1..60_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn changed(seed: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = seed.as_bytes().to_vec();
    for change in changes {
        let length = bytes.len() + 1;
        match change {
            Change::Replace(at, byte) => {
                let at = at.index(length);
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Change::Insert(at, bit) => {
                let at = at.index(length);
                bytes.splice(at..at, bit.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(length);
                bytes.drain(at..(at + count).min(bytes.len()));
            }
            Change::Repeat(at, count) => {
                let at = at.index(length);
                let part = bytes[at..(at + count).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
        }
    }
    bytes
}

fn kind_and_seed() -> impl Strategy<Value = (Kind, &'static str)> {
    prop::sample::select(Kind::ALL.to_vec())
        .prop_flat_map(|kind| (Just(kind), prop::sample::select(seeds(kind).to_vec())))
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z][A-Za-z0-9_]{0,5}",
        "[^\\s\\pC\u{2028}\u{2029}]([^\\pC\u{2028}\u{2029}]{0,8}[^\\s\\pC\u{2028}\u{2029}])?",
    ]
}

fn tally() -> impl Strategy<Value = Tally> {
    prop_oneof![
        3 => Just(Tally::ONE),
        3 => (1..5_u64).prop_map(Tally::ballots),
        1 => (1..5_u64, 0..9_u64).prop_map(|(heads, weight)| Tally { heads, weight }),
    ]
}

/// A rank for every option; equal numbers share it and missing ones are skipped.
fn add_ranking(file: &mut BallotFile, ranks: &[u8], tally: Tally) {
    for rank in 0..5 {
        let at = (0_u16..).zip(ranks).filter(|&(_, &found)| found == rank);
        let mut options = at.map(|(option, _)| OptionIndex::new(option)).peekable();
        if options.peek().is_none() {
            file.ballots.skipped_rank();
        }
        options.by_ref().take(1).for_each(|option| file.ballots.next_rank(option));
        options.for_each(|option| file.ballots.same_rank(option));
    }
    file.ballots.end(tally).unwrap();
}

fn file() -> impl Strategy<Value = BallotFile> {
    (1..6_usize, 0..4_u8).prop_flat_map(|(number, form)| {
        let names = btree_set(name(), number);
        let ballots = vec((vec(0..8_u8, number), tally()), 0..6);
        let scores = vec(btree_map(0..number as u16, 0..7_u16, 0..=number), 6);
        let withdrawn = prop_oneof![
            3 => Just(Default::default()),
            1 => btree_set((0..number as u16).prop_map(OptionIndex::new), 0..=number),
        ];
        let seats = prop::option::of(1..4_u16);
        (names, ballots, scores, withdrawn, seats, prop_oneof![Just(String::new()), name()])
            .prop_map(move |(names, ballots, scores, withdrawn, seats, title)| {
                let options = names.into_iter().map(FileOption::named).collect();
                let mut file =
                    BallotFile { title, seats, options, withdrawn, ..BallotFile::default() };
                if form == 0 {
                    file.options.clear();
                    file.withdrawn.clear();
                }
                for ((ranks, tally), scores) in ballots.iter().zip(&scores) {
                    let scores = scores.iter().map(|(&o, &s)| (OptionIndex::new(o), s));
                    let choice =
                        [Choice::Yes, Choice::No, Choice::Abstain][usize::from(ranks[0] % 3)];
                    let selection = match form {
                        0 => Selection::Choice(choice),
                        1 => Selection::Chosen(scores.map(|(option, _)| option).collect()),
                        2 => Selection::Scores(scores.collect()),
                        _ => {
                            add_ranking(&mut file, ranks, *tally);
                            continue;
                        }
                    };
                    file.ballots.selection(&selection, *tally).unwrap();
                }
                file
            })
    })
}

proptest! {
    #[test]
    fn what_is_written_in_any_format_reads_back_the_same(file in file()) {
        let written = convert(&file);
        prop_assert!(written.contains(&Kind::Json));
    }

    #[test]
    fn arbitrary_bytes_make_no_reader_panic(bytes in vec(any::<u8>(), 0..200)) {
        for kind in Kind::ALL {
            read_and_convert(kind, &bytes);
        }
        marks(&bytes);
    }

    #[test]
    fn bits_of_files_make_no_reader_panic(bits in vec(bit(), 0..40)) {
        let bytes = bits.concat();
        for kind in Kind::ALL {
            read_and_convert(kind, &bytes);
        }
        marks(&bytes);
    }

    #[test]
    fn changed_files_are_refused_or_read_and_written_the_same(
        (kind, seed) in kind_and_seed(),
        changes in vec(change(), 1..6),
    ) {
        let bytes = changed(seed, &changes);
        read_and_convert(kind, &bytes);
        if kind == Kind::RctabCsv {
            marks(&bytes);
        }
    }
}
