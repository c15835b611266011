use super::*;
use crate::format::ballots::{BallotFile, ReadError, ReadOptions, WriteError};
use crate::format::{Encoding, Kind, LineError, TextError, ballots};
use crate::option::{MAX_OPTIONS, OptionIndex};
use crate::profile::{MAX_TOTAL, ProfileError, Tally};
use crate::selection::Selection;

fn parse(text: &str) -> Result<BallotFile, AbifError> {
    read(text.as_bytes(), Encoding::Utf8)
}

fn selections(file: &BallotFile) -> Vec<(Selection, u64)> {
    let profile = file.profile().unwrap();
    profile.iter().map(|(marks, tally)| (marks.to_selection(), tally.heads)).collect()
}

fn o(options: &[u16]) -> Vec<OptionIndex> {
    options.iter().map(|&option| OptionIndex::new(option)).collect()
}

#[test]
fn every_form_of_line_is_read() {
    let file = parse(
        "# c\n{\"title\": \" A } b \"} # x\n{seats: 2}\n{}\n{x: null}\n=A:[Ann # 1]\nB : C9 # x\n\
         27: A > B # x\n3*A=B\n1:[Cleo D],A\n2:\n1:\"Cleo D\"\n",
    )
    .unwrap();
    assert_eq!((file.title.as_str(), file.seats), ("A } b", Some(2)));
    let options: Vec<_> =
        file.options.iter().map(|option| (option.id.as_deref(), option.name.as_str())).collect();
    assert_eq!(options, [(Some("A"), "Ann # 1"), (Some("B"), "C9"), (None, "Cleo D")]);
    let ranking = |groups: &[&[u16]]| Selection::Ranking(groups.iter().map(|g| o(g)).collect());
    assert_eq!(
        selections(&file),
        [
            (ranking(&[]), 2),
            (ranking(&[&[0], &[1]]), 27),
            (ranking(&[&[0, 1]]), 3),
            (ranking(&[&[0, 2]]), 1),
            (ranking(&[&[2]]), 1),
        ]
    );
}

#[test]
fn scores_are_kept_where_ranks_agree_with_them() {
    let file = parse("4:\n1: A/5, B/2\n1: B/3>A/1=C/1\n1: A/0 > B / 0\n");
    assert_eq!(file, Err(AbifError::Mixed { line: 4 }));
    let file = parse("4:\n1: A/5, B/2\n2: B/3>A/1=C/1\n").unwrap();
    let scores = |scores: &[(u16, u16)]| {
        Selection::scores(scores.iter().map(|&(option, score)| (OptionIndex::new(option), score)))
    };
    assert_eq!(
        selections(&file),
        [(scores(&[]), 4), (scores(&[(0, 1), (1, 3), (2, 1)]), 2), (scores(&[(0, 5), (1, 2)]), 1)]
    );
}

#[test]
fn marks_without_an_order_are_read_where_the_file_says_that_they_are() {
    let file = parse("{\"ballot_type\": \"choose_many\"}\n2: B=A\n1: A\n1:\n").unwrap();
    let chosen = |options: &[u16]| Selection::Chosen(o(options));
    // B was met first.
    assert_eq!(selections(&file), [(chosen(&[]), 1), (chosen(&[0, 1]), 2), (chosen(&[1]), 1)]);
}

#[test]
fn every_refusal_names_its_line() {
    let candidate = |line, found: &str| AbifError::Candidate { line, found: found.to_owned() };
    let score = |found: &str| AbifError::Score { line: 1, found: found.to_owned() };
    let declared = |line| AbifError::Declared { line, token: "A".to_owned() };
    let cases = [
        ("\nhello\n", AbifError::Unknown { line: 2 }),
        ("=A [Ann]\n", AbifError::Unknown { line: 1 }),
        ("=A:[Ann] x\n", AbifError::Unknown { line: 1 }),
        ("1:A B\n", AbifError::Unknown { line: 1 }),
        ("{\"a\": 1\n", AbifError::Metadata { line: 1 }),
        ("{a}\n", AbifError::Metadata { line: 1 }),
        ("{a: }\n", AbifError::Metadata { line: 1 }),
        ("{a: 1, b: 2}\n", AbifError::Metadata { line: 1 }),
        ("{a b: 1}\n", AbifError::Metadata { line: 1 }),
        ("{a: 1} x\n", AbifError::Metadata { line: 1 }),
        ("{title: 1}\n", AbifError::Metadata { line: 1 }),
        ("{title: \"a\\nb\"}\n", AbifError::Value { line: 1, key: "title" }),
        ("{seats: 0}\n", AbifError::Value { line: 1, key: "seats" }),
        ("{seats: 1.5}\n", AbifError::Value { line: 1, key: "seats" }),
        ("1:A\n{ballot_type: \"rated\"}\n", AbifError::Value { line: 2, key: "ballot_type" }),
        ("0:A\n", AbifError::Count { line: 1 }),
        ("1.5:A\n", AbifError::Count { line: 1 }),
        ("9007199254740992:A\n", AbifError::Count { line: 1 }),
        ("17\n", AbifError::Count { line: 1 }),
        ("1:_\n", candidate(1, "_")),
        ("1:A>\n", candidate(1, "")),
        ("1:A>>B\n", candidate(1, ">B")),
        ("=A:[]\n", candidate(1, "[]")),
        ("=A:[a[b]\n", candidate(1, "[a[b]")),
        ("=A:[Ann\n", candidate(1, "[Ann")),
        ("1:Ä\n", candidate(1, "Ä")),
        ("=A:[Ann]\n=A:[Ben]\n", declared(2)),
        ("1:A\n=A:[Ann]\n", declared(2)),
        ("1:A>B>A\n", AbifError::Repeated { line: 1, token: "A".to_owned() }),
        ("1:A/4.5\n", score("4.5")),
        ("1:A/65536\n", score("65536")),
        ("1:A/-1\n", score("-1")),
        ("1:A/\n", score("")),
        ("1:A/1,B\n", AbifError::Mixed { line: 1 }),
        ("1:A/1\n1:A\n", AbifError::Mixed { line: 2 }),
        ("1:A/1>B/2\n", AbifError::Mixed { line: 1 }),
        ("1:A/1=B/2\n", AbifError::Mixed { line: 1 }),
        ("{ballot_type: \"choose_one\"}\n1:A>B\n", AbifError::NotMarks { line: 2 }),
        ("{ballot_type: \"choose_one\"}\n1:A/1\n", AbifError::NotMarks { line: 2 }),
    ];
    for (text, error) in cases {
        assert_eq!(parse(text), Err(error), "{text:?}");
    }
    let error = AbifError::Line(LineError::Text(TextError { line: 2 }));
    assert_eq!(read(&b"1:A\n\xff"[..], Encoding::Utf8), Err(error));
    let many: String = (0..=MAX_OPTIONS).map(|i| format!("=t{i}:[n{i}]\n")).collect();
    assert_eq!(parse(&many), Err(AbifError::TooManyCandidates { line: MAX_OPTIONS + 1 }));
    let source = ProfileError::TooLarge;
    for large in ["A", ""] {
        let text = format!("{MAX_TOTAL}:{large}\n1:{large}\n");
        let error = AbifError::Profile { line: 2, source: source.clone() };
        assert_eq!(parse(&text), Err(error));
    }
}

#[test]
fn what_the_format_cannot_express_is_refused() {
    let write = |json: &str| {
        let file = ballots::read(json.as_bytes(), &ReadOptions::of(Kind::Json)).unwrap();
        super::write(&file, &mut Vec::new())
    };
    let kind = Kind::Abif;
    assert_eq!(
        write("{\"options\":[\"A\"],\"withdrawn\":[0],\"ballots\":[]}"),
        Err(WriteError::Withdrawn { kind })
    );
    let weighted =
        "{\"options\":[\"A\"],\"ballots\":[{\"selection\":{\"ranking\":[]},\"weight\":2}]}";
    let error = WriteError::Weight { kind, ballot: 1, heads: 1, weight: 2 };
    assert_eq!(write(weighted), Err(error));
    assert!(matches!(write("{\"options\":[\"A]\"],\"ballots\":[]}"), Err(WriteError::Name { .. })));
    let motion = "{\"options\":[\"A\"],\"ballots\":[{\"selection\":{\"choice\":\"yes\"}}]}";
    assert!(matches!(write(motion), Err(WriteError::Form { .. })));
}

#[test]
fn tokens_are_kept_and_others_made_up_beside_them() {
    let mut file = parse("=c2:[Ann]\n1:[Ben B]>[Cleo C]\n").unwrap();
    file.ballots = Default::default();
    let mut out = Vec::new();
    super::write(&file, &mut out).unwrap();
    assert_eq!(out, b"=c2:[Ann]\n=c1:[Ben B]\n=c3:[Cleo C]\n");
    let error = ReadError::Abif(AbifError::Unknown { line: 1 });
    assert_eq!(error.to_string().split(':').next(), Some("line 1"));
    assert_eq!(file.ballots.total(), Tally::default());
}
