use super::*;
use crate::format::ballots::{BallotFile, ReadOptions, WriteError};
use crate::format::{Encoding, Kind, LineError, TextError, ballots};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_TOTAL, ProfileError};
use crate::selection::Selection;

const HEAD: &str = "# TITLE: T\n# NUMBER ALTERNATIVES: 3\n# ALTERNATIVE NAME 1: Ann\n\
    # ALTERNATIVE NAME 2: Ben\n# ALTERNATIVE NAME 3: Cleo: C\n";

fn parse(text: &str, kind: Kind) -> Result<BallotFile, PrefLibError> {
    read(text.as_bytes(), Encoding::Utf8, kind)
}

fn o(options: &[u16]) -> Vec<OptionIndex> {
    options.iter().map(|&option| OptionIndex::new(option)).collect()
}

fn selections(file: &BallotFile) -> Vec<(Selection, u64)> {
    let profile = file.profile().unwrap();
    profile.iter().map(|(marks, tally)| (marks.to_selection(), tally.heads)).collect()
}

#[test]
fn orders_are_read_with_their_ties() {
    let text = format!("{HEAD}# NUMBER VOTERS: 15\n\n13: 2, {{3,1}}\n2:3\n");
    let file = parse(&text, Kind::Toi).unwrap();
    let ranking = |groups: &[&[u16]]| Selection::Ranking(groups.iter().map(|g| o(g)).collect());
    assert_eq!(selections(&file), [(ranking(&[&[1], &[0, 2]]), 13), (ranking(&[&[2]]), 2)]);
    assert_eq!((file.title.as_str(), file.options[2].name.as_str()), ("T", "Cleo: C"));
}

#[test]
fn two_categories_are_approvals_and_more_are_scores() {
    let text = format!("{HEAD}# NUMBER CATEGORIES: 2\n2: {{1,3}},2\n1: {{}},{{1,2,3}}\n");
    let file = parse(&text, Kind::Cat).unwrap();
    let chosen = |options: &[u16]| Selection::Chosen(o(options));
    assert_eq!(selections(&file), [(chosen(&[]), 1), (chosen(&[0, 2]), 2)]);
    let text = format!("{HEAD}# NUMBER CATEGORIES: 3\n2: {{1,3}},{{}},2\n1: {{}},1,{{}}\n");
    let file = parse(&text, Kind::Cat).unwrap();
    let scores = |scores: &[(u16, u16)]| {
        Selection::scores(scores.iter().map(|&(option, score)| (OptionIndex::new(option), score)))
    };
    let expected = [(scores(&[(0, 1)]), 1), (scores(&[(0, 2), (1, 0), (2, 2)]), 2)];
    assert_eq!(selections(&file), expected);
}

#[test]
fn every_refusal_names_its_line() {
    let key = |line, key| PrefLibError::Metadata { line, key };
    let order =
        |found: &str| PrefLibError::Order { line: 6, found: found.to_owned(), alternatives: 3 };
    let other = PrefLibError::OtherType { line: 1, found: "soc".to_owned(), kind: Kind::Toi };
    let alone = [
        ("", PrefLibError::Unnamed { line: 1, named: 0, alternatives: 1 }),
        ("1: 1\n", PrefLibError::Unnamed { line: 1, named: 0, alternatives: 1 }),
        ("# NUMBER ALTERNATIVES: 0\n", key(1, "NUMBER ALTERNATIVES")),
        ("# NUMBER ALTERNATIVES: 1001\n", key(1, "NUMBER ALTERNATIVES")),
        ("#\n# NUMBER ALTERNATIVES: 1\n# NUMBER ALTERNATIVES: 1\n", key(3, "NUMBER ALTERNATIVES")),
        ("# ALTERNATIVE NAME 2: B\n", key(1, "ALTERNATIVE NAME")),
        ("# ALTERNATIVE NAME 1:\n", key(1, "ALTERNATIVE NAME")),
        ("# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: A\n", key(2, "ALTERNATIVE NAME")),
        ("# NUMBER VOTERS: x\n", key(1, "NUMBER VOTERS")),
        ("# NUMBER CATEGORIES: 0\n", key(1, "NUMBER CATEGORIES")),
        ("# TITLE: a\u{85}b\n", key(1, "TITLE")),
        ("# DATA TYPE: soc\n", other),
    ];
    for (text, error) in alone {
        assert_eq!(parse(text, Kind::Toi), Err(error), "{text:?}");
    }
    let after = [
        ("# TITLE: late\n1:1\n", None),
        ("1:1\n# TITLE: late\n", Some(PrefLibError::Late { line: 7 })),
        ("1 1\n", Some(PrefLibError::Count { line: 6 })),
        ("0: 1\n", Some(PrefLibError::Count { line: 6 })),
        ("1.5: 1\n", Some(PrefLibError::Count { line: 6 })),
        ("1:\n", Some(order(""))),
        ("1: {}\n", Some(order("{}"))),
        ("1: 1,,2\n", Some(order(",2"))),
        ("1: 4\n", Some(order("4"))),
        ("1: 0\n", Some(order("0"))),
        ("1: {1,2\n", Some(order("{1,2"))),
        ("1: {1}2\n", Some(order("2"))),
        ("1: 1,2,1\n", Some(PrefLibError::Repeated { line: 6, alternative: 1 })),
    ];
    for (text, error) in after {
        let found = parse(&format!("{HEAD}{text}"), Kind::Toi);
        assert_eq!(found.err(), error, "{text:?}");
    }
    let (ties, incomplete) = (
        |kind| PrefLibError::Ties { line: 6, kind },
        |kind| PrefLibError::Incomplete { line: 6, kind },
    );
    let typed = [
        (Kind::Soi, "1: {1,2}\n", ties(Kind::Soi)),
        (Kind::Soc, "1: 1,{2,3}\n", ties(Kind::Soc)),
        (Kind::Soc, "1: 1,2\n", incomplete(Kind::Soc)),
        (Kind::Toc, "1: {1,2}\n", incomplete(Kind::Toc)),
        (Kind::Cat, "1: 1\n", key(6, "NUMBER CATEGORIES")),
        (
            Kind::Cat,
            "# NUMBER CATEGORIES: 3\n1: 1,2\n",
            PrefLibError::Categories { line: 7, found: 2, categories: 3 },
        ),
        (
            Kind::Soi,
            "# NUMBER VOTERS: 3\n1: 1\n",
            PrefLibError::Voters { line: 6, announced: 3, found: 1 },
        ),
    ];
    for (kind, text, error) in typed {
        assert_eq!(parse(&format!("{HEAD}{text}"), kind), Err(error), "{text:?}");
    }
    let text = format!("{HEAD}{MAX_TOTAL}: 1\n1: 2\n");
    let error = PrefLibError::Profile { line: 7, source: ProfileError::TooLarge };
    assert_eq!(parse(&text, Kind::Soi), Err(error));
    let error = PrefLibError::Line(LineError::Text(TextError { line: 1 }));
    assert_eq!(read(&b"\xff"[..], Encoding::Utf8, Kind::Soi), Err(error));
}

#[test]
fn what_a_type_cannot_express_is_refused() {
    let write = |ballots: &str, kind: Kind| {
        let json = format!("{{\"options\":[\"A\",\"B\"],\"ballots\":[{ballots}]}}");
        let file = ballots::read(json.as_bytes(), &ReadOptions::of(Kind::Json)).unwrap();
        let mut out = Vec::new();
        if kind == Kind::Cat {
            write_categories(&file, &mut out)
        } else {
            write_orders(&file, kind, &mut out)
        }
    };
    let tie = "{\"selection\":{\"ranking\":[[0,1]]}}";
    let short = "{\"selection\":{\"ranking\":[[0]]}}";
    let blank = "{\"selection\":{\"ranking\":[]}}";
    let scores = "{\"selection\":{\"scores\":[[0,1001]]}}";
    let (ballot, limit) = (1, u16::try_from(MAX_CATEGORIES - 1).unwrap());
    let cases = [
        (tie, Kind::Soc, Some(WriteError::Ties { kind: Kind::Soc, ballot })),
        (tie, Kind::Soi, Some(WriteError::Ties { kind: Kind::Soi, ballot })),
        (tie, Kind::Toc, None),
        (short, Kind::Soc, Some(WriteError::Incomplete { kind: Kind::Soc, ballot })),
        (short, Kind::Toc, Some(WriteError::Incomplete { kind: Kind::Toc, ballot })),
        (short, Kind::Soi, None),
        (blank, Kind::Toi, Some(WriteError::Blank { kind: Kind::Toi, ballot })),
        (short, Kind::Cat, Some(WriteError::Form { kind: Kind::Cat, form: "a ranking" })),
        (scores, Kind::Toi, Some(WriteError::Form { kind: Kind::Toi, form: "a sheet of scores" })),
        (
            scores,
            Kind::Cat,
            Some(WriteError::Score { kind: Kind::Cat, ballot, score: 1001, limit }),
        ),
    ];
    for (ballots, kind, error) in cases {
        assert_eq!(write(ballots, kind).err(), error, "{ballots} as {kind}");
    }
    let same = "{\"options\":[\"A\",\"A\"],\"ballots\":[]}";
    let file = ballots::read(same.as_bytes(), &ReadOptions::of(Kind::Json)).unwrap();
    let refused = write_orders(&file, Kind::Soi, &mut Vec::new());
    assert!(matches!(refused, Err(WriteError::Name { .. })));
    const { assert!(MAX_CATEGORIES <= MAX_OPTIONS + 1) };
}
