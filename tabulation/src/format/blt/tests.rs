use proptest::prelude::*;

use super::*;
use crate::format::Encoding;
use crate::selection::Selection;

fn parse(text: &str) -> Result<BltFile, BltError> {
    read(text.as_bytes(), Encoding::Utf8)
}

fn ranks(ranks: &[&[u16]]) -> Vec<Vec<OptionIndex>> {
    ranks.iter().map(|rank| rank.iter().map(|&o| OptionIndex::new(o)).collect()).collect()
}

const FULL: &str = "\
4 2 # four, two seats\r
-3\r
# a comment\r
26 1 2 0\r
7 2=4 1 0\r
1 3 - 1, 0 1 0\r
0\r
\"Ann \"\"A\"\" B\" \"Ben \"the\" Ox\" # two
Cleo # not quoted
\"Dan\"
\"Title\"
";

#[test]
fn every_form_of_line_is_read() {
    let file = parse(FULL).unwrap();
    assert_eq!(file.header.names, ["Ann \"A\" B", "Ben \"the\" Ox", "Cleo", "Dan"]);
    assert_eq!((file.header.seats, file.header.title.as_str()), (2, "Title"));
    assert_eq!(file.header.withdrawn, [OptionIndex::new(2)].into());
    let lines: Vec<_> = file.ballots.iter().map(|b| (b.count, b.ranks.clone())).collect();
    assert_eq!(
        lines,
        [
            (26, ranks(&[&[0], &[1]])),
            (7, ranks(&[&[1, 3], &[0]])),
            (1, ranks(&[&[2], &[], &[0]])),
            (1, ranks(&[])),
        ]
    );
    let (header, profile) = read_profile(FULL.as_bytes(), Encoding::Utf8).unwrap();
    assert_eq!(header, file.header);
    assert_eq!(profile.total().heads, 35);
    assert!(
        profile.iter().any(|(s, _)| s.to_selection() == Selection::Ranking(ranks(&[&[2], &[0]])))
    );
}

#[test]
fn nicknames_withdrawals_and_tie_orders_in_brackets_are_read() {
    let file =
        parse("3 1\n[nick ann ben cleo]\n[withdrawn ben]\n[tie cleo ann ben]\n2 ann=cleo ben 0\n0\n\"A\"\n\"B\"\n\"C\"\n")
            .unwrap();
    assert_eq!(file.header.withdrawn, [OptionIndex::new(1)].into());
    assert_eq!(file.header.tie_order, [2, 0, 1].map(OptionIndex::new));
    assert_eq!(file.ballots, [BltBallot { count: 2, ranks: ranks(&[&[0, 2], &[1]]) }]);
    assert_eq!(file.header.title, "");
}

/// Lines of letters are read in one stroke, others word by word.
#[test]
fn letters_and_longer_nicknames_read_alike_and_so_do_their_faults() {
    let names = "0\n\"A\"\n\"B\"\n\"C\"\n";
    let wanted = parse(&format!("3 1\n2 3 1 0\n1 2 0\n1 1 3 0\n{names}")).unwrap();
    for file in [
        "3 1\n[nick a b C]\n2 C a 0\n1 b 0\n1 a 3 0\n",
        "3 1\n[nick a b C]\n2  C a 0\n1 b 0 # c\n1 1 C 0\r\n",
        "3 1\n[nick aa b cc]\n2 cc aa 0\n1 b 0\n1 aa cc 0\n",
    ] {
        assert_eq!(parse(&format!("{file}{names}")), Ok(wanted.clone()), "{file}");
    }
    let unknown = |line, found: &str| BltError::UnknownCandidate { line, found: found.to_owned() };
    for (ballots, fault) in [
        ("1 a 0\n1 c 0\n", unknown(4, "c")),
        ("1 a ab 0\n", unknown(3, "ab")),
        ("1 a 1a 0\n", unknown(3, "1a")),
        ("1 a b a 0\n", BltError::Repeated { line: 3, candidate: 1 }),
    ] {
        assert_eq!(parse(&format!("3 1\n[nick a b C]\n{ballots}{names}")), Err(fault), "{ballots}");
    }
}

#[test]
fn an_undoubled_quote_at_the_end_of_a_name_is_kept() {
    let file = parse("1 1\n0\n\"Ann \"A\"\"\n").unwrap();
    assert_eq!(file.header.names, ["Ann \"A\""]);
}

#[test]
fn every_refusal_names_its_line() {
    let found = |s: &str| s.to_owned();
    let cases: Vec<(&str, BltError)> = vec![
        ("", BltError::EndsBefore { expected: "candidates" }),
        ("3", BltError::EndsBefore { expected: "seats" }),
        (
            "x 1",
            BltError::NotANumber {
                line: 1,
                found: found("x"),
                expected: "a number of candidates or seats",
            },
        ),
        ("0 1", BltError::OutOfBounds { line: 1, what: "candidates", found: 0, limit: 1000 }),
        ("1001 1", BltError::OutOfBounds { line: 1, what: "candidates", found: 1001, limit: 1000 }),
        ("2 501", BltError::OutOfBounds { line: 1, what: "seats", found: 501, limit: 500 }),
        (
            "2 1\n1 1 0\n",
            BltError::EndsBefore { expected: "the line with a single 0 that ends the ballots" },
        ),
        ("2 1\n1 1\n", BltError::EndsBefore { expected: "the 0 that ends a ballot" }),
        ("2 1\n1.5 1 0\n0\n", BltError::BallotCount { line: 2, found: found("1.5") }),
        (
            "2 1\n9007199254740992 1 0\n0\n",
            BltError::BallotCount { line: 2, found: found("9007199254740992") },
        ),
        ("2 1\n\n1 3 0\n", BltError::UnknownCandidate { line: 3, found: found("3") }),
        ("2 1\n-7\n", BltError::UnknownCandidate { line: 2, found: found("7") }),
        ("2 1\n1 1= 0\n", BltError::UnknownCandidate { line: 2, found: found("") }),
        ("2 1\n1 1 2 1 0\n", BltError::TooManyRanks { line: 2 }),
        ("2 1\n1 1=1 0\n", BltError::Repeated { line: 2, candidate: 1 }),
        ("2 1\n[nick a]\n", BltError::Directive { line: 2, found: found("nick") }),
        ("2 1\n[what a]\n", BltError::Directive { line: 2, found: found("what") }),
        ("1 1\n0\n\"Ann\n", BltError::OpenQuote { line: 3 }),
        ("2 1\n0\n\"A\"\n", BltError::MissingNames { found: 1, candidates: 2 }),
        ("1 1\n0\n\"A\"\n\"T\"\n\"?\"\n", BltError::AfterTitle { line: 5 }),
        ("1 1\n0\n\" \"\n", BltError::Name { line: 3 }),
    ];
    for (text, error) in cases {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
    assert!(matches!(read(b"\xff", Encoding::Utf8), Err(BltError::Text(_))));
}

fn any_file() -> impl Strategy<Value = BltFile> {
    (1..6_usize).prop_flat_map(|n| {
        let rank_lists = proptest::collection::vec(
            (1..1_000_u64, proptest::collection::vec(0..4_u8, n), any::<bool>()),
            0..6,
        );
        let names = proptest::collection::vec("[^\\s\\pC][^\\pC\u{2028}\u{2029}]{0,12}", n);
        let withdrawn = proptest::collection::btree_set(0..n as u16, 0..n);
        (names, 1..4_u16, withdrawn, rank_lists, "[^\\pC]{0,12}").prop_map(
            move |(names, seats, withdrawn, lists, title)| BltFile {
                header: BltHeader {
                    seats,
                    names: names.into_iter().map(|n| n.trim().to_owned()).collect(),
                    withdrawn: withdrawn.into_iter().map(OptionIndex::new).collect(),
                    tie_order: OptionIndex::all(n).rev().collect(),
                    title: title.trim().to_owned(),
                },
                ballots: lists
                    .into_iter()
                    .map(|(c, marks, skip)| ballot(c, &marks, skip))
                    .collect(),
            },
        )
    })
}

fn ballot(count: u64, marks: &[u8], skip: bool) -> BltBallot {
    let mut ranks: Vec<Vec<OptionIndex>> = (0..3)
        .map(|rank| {
            OptionIndex::all(marks.len())
                .zip(marks)
                .filter(move |&(_, &m)| m == rank)
                .map(|(o, _)| o)
        })
        .map(Iterator::collect)
        .collect();
    ranks.retain(|r: &Vec<OptionIndex>| !r.is_empty());
    if skip && ranks.len() < marks.len() {
        ranks.insert(0, Vec::new());
    }
    BltBallot { count, ranks }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(file in any_file()) {
        let text = write(&file).unwrap();
        prop_assert_eq!(parse(&text), Ok(file), "{}", text);
    }

    #[test]
    fn a_plain_line_and_the_same_with_a_comment_read_alike(file in any_file()) {
        let plain = write(&file).unwrap();
        let (ballots, names) = plain.split_once("\n0\n").unwrap();
        let commented = format!("{} # c\n0\n{names}", ballots.replace('\n', " # c\n"));
        prop_assert_eq!(parse(&commented), Ok(file), "{}", commented);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, Encoding::Utf8OrLatin1);
    }

    #[test]
    fn no_near_miss_makes_the_reader_panic(text in "[0-9 =\\-\\[\\]\"#a-c,\n]{0,80}") {
        let _ = parse(&format!("3 1\n{text}"));
    }
}
