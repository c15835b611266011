use super::*;
use crate::format::Kind;
use crate::format::ballots::{self, BallotFile, ReadOptions, WriteError, WriteOptions};
use crate::option::OptionIndex;
use crate::selection::Selection;

/// A report of one contest `c` with the options `a` and `b`.
fn json(records: &str, contest: &str) -> String {
    format!(
        "{{\"CVR\":[{records}],\n\"Election\":[{{\"Candidate\":[{{\"@id\":\"x\",\"Name\":\" Ann\\n  A \"}}],\"Contest\":[{{\"@id\":\"c\",\
         \"ContestSelection\":[{{\"@id\":\"a\",\"CandidateIds\":[\"x\"]}},{{\"@id\":\"b\"}}]{contest}}}]}}]}}"
    )
}

fn record(selections: &str) -> String {
    format!(
        "{{\"CurrentSnapshotId\":\"s\",\"CVRSnapshot\":[{{\"@id\":\"old\"}},{{\"@id\":\"s\",\"CVRContest\":[{{\"ContestId\":\"c\",\"CVRContestSelection\":[{selections}]}}]}}]}}"
    )
}

fn mark(id: &str, more: &str) -> String {
    format!(
        "{{\"ContestSelectionId\":\"{id}\",\"SelectionPosition\":[{{\"HasIndication\":\"yes\",\"NumberVotes\":1{more}}}]}}"
    )
}

fn parse(text: &str) -> Result<BallotFile, NistError> {
    read_json(text.as_bytes(), None)
}

fn fault(text: &str) -> (usize, NistFault) {
    match parse(text) {
        Err(NistError::Content { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

fn selections(file: &BallotFile) -> Vec<Selection> {
    let profile = file.profile().unwrap();
    profile.iter().map(|(marks, _)| marks.to_selection()).collect()
}

#[test]
fn the_current_snapshot_counts_and_only_allocable_marks_of_it() {
    let marks = [
        mark("b", ",\"Rank\":1"),
        mark("a", ",\"Rank\":3,\"IsAllocable\":\"yes\""),
        mark("a", ",\"Rank\":2,\"IsAllocable\":\"no\""),
        "{\"SelectionPosition\":[{\"HasIndication\":\"yes\",\"IsAllocable\":\"unknown\",\"NumberVotes\":1}]}".to_owned(),
        "{\"SelectionPosition\":[{\"HasIndication\":\"no\",\"NumberVotes\":1}]}".to_owned(),
    ];
    let other = "{\"CurrentSnapshotId\":\"s\",\"CVRSnapshot\":[{\"@id\":\"s\"}]}";
    let records = format!("{},{},{other}", record(&marks.join(",")), record(""));
    let file = parse(&json(&records, ",\"Name\":\"T\",\"NumberElected\":2")).unwrap();
    let (a, b) = (OptionIndex::new(0), OptionIndex::new(1));
    let expected = [Selection::Ranking(Vec::new()), Selection::Ranking(vec![vec![b], vec![a]])];
    assert_eq!(selections(&file), expected);
    assert_eq!((file.title.as_str(), file.seats), ("T", Some(2)));
    assert_eq!(file.options[0].name, "Ann A");
    assert_eq!((file.rewrites.overvoted, file.rewrites.undecided), (1, 1));
    let (skips, _) = file.ballots.iter().next().unwrap();
    assert!(matches!(skips, ballots::Ballot::Ranking(ranks) if ranks.skips()));
}

#[test]
fn the_contest_says_what_its_marks_are() {
    let a = OptionIndex::new(0);
    let five = mark("a", "").replace(":1", ":5");
    let range = json(&record(&five), ",\"VoteVariation\":\"range\"");
    assert_eq!(selections(&parse(&range).unwrap()), [Selection::Scores(vec![(a, 5)])]);
    let approval = json(&record(&mark("a", "")), ",\"VoteVariation\":\"approval\"");
    assert_eq!(selections(&parse(&approval).unwrap()), [Selection::Chosen(vec![a])]);
    let measure = approval
        .replace("\"CandidateIds\":[\"x\"]", "\"Selection\":\" No \"")
        .replace("\"@id\":\"b\"", "\"@id\":\"b\",\"Selection\":\"Yes\"")
        .replace("\"@id\":\"c\"", "\"@id\":\"c\",\"@type\":\"CVR.BallotMeasureContest\"");
    let file = parse(&measure).unwrap();
    assert_eq!((selections(&file), file.options.len()), (vec![Selection::NO], 0));
    let blank = measure.replace("\"HasIndication\":\"yes\"", "\"HasIndication\":\"no\"");
    let file = parse(&blank).unwrap();
    assert_eq!((selections(&file), file.options.len()), (vec![Selection::Chosen(Vec::new())], 2));
}

#[test]
fn every_fault_of_content_is_refused_with_its_line() {
    let id = |id: &str| id.to_owned();
    let one = |selections: &str| json(&record(selections), "");
    let cases = [
        ("{\"CVR\":[]}".to_owned(), 1, NistFault::NoContest),
        (
            one("").replace("\"CurrentSnapshotId\":\"s\"", "\"CurrentSnapshotId\":\"z\""),
            1,
            NistFault::NoSnapshot { id: id("z") },
        ),
        (
            format!("{{\"CVR\":[{},\n{}]}}", record(""), record("").replace("\"c\"", "\"d\"")),
            2,
            NistFault::SeveralContests { first: id("c"), second: id("d") },
        ),
        (
            "{\"Election\":[{\"Contest\":[{\"@id\":\"c\",\"ContestSelection\":[]},{\"@id\":\"d\",\"ContestSelection\":[]}]}]}".to_owned(),
            1,
            NistFault::SeveralContests { first: id("c"), second: id("d") },
        ),
        (
            one("").replace("\"ContestId\":\"c\"", "\"ContestId\":\"d\""),
            2,
            NistFault::UnknownContest { id: id("d") },
        ),
        (
            "{\"Election\":[{\"Contest\":[{\"@id\":\"c\",\"ContestSelection\":[]},\n{\"@id\":\"c\",\"ContestSelection\":[]}]}]}".to_owned(),
            2,
            NistFault::RepeatedContest { id: id("c") },
        ),
        (one(&mark("z", "")), 2, NistFault::UnknownSelection { id: id("z") }),
        (
            one(&format!("{},{}", mark("a", ""), mark("a", ""))),
            2,
            NistFault::Repeated { ballot: 1, id: id("a") },
        ),
        (one(&mark("a", "").replace("\"ContestSelectionId\":\"a\",", "")), 1, NistFault::WriteIn),
        (one(&mark("a", ",\"FractionalVotes\":\"1/2\"")), 1, NistFault::Fraction),
        (one(&mark("a", "").replace(":1", ":70000")), 1, NistFault::Votes { votes: 70_000 }),
        (one(&mark("a", "").replace(":1", ":2")), 2, NistFault::Votes { votes: 2 }),
        (one(&mark("a", ",\"Rank\":0")), 1, NistFault::Rank { rank: 0 }),
        (one(&mark("a", ",\"Rank\":1001")), 1, NistFault::Rank { rank: 1001 }),
        (
            one(&format!("{},{}", mark("a", ""), mark("b", ",\"Rank\":1"))),
            2,
            NistFault::Unranked { ballot: 1 },
        ),
        (
            one("").replace(" Ann\\n  A ", &"x".repeat(MAX_NAME_BYTES + 1)),
            2,
            NistFault::Name { name: "x".repeat(MAX_NAME_BYTES + 1) },
        ),
    ];
    for (text, line, expected) in cases {
        assert_eq!(fault(&text), (line, expected), "{text}");
    }
    let many = (0..=MAX_OPTIONS).map(|i| mark(&format!("s{i}"), "")).collect::<Vec<_>>().join(",");
    assert_eq!(fault(&one(&many)).1, NistFault::TooManySelections);
    let contest = "{\"@id\":\"c\",\"ContestSelection\":[]},".repeat(2);
    let many: String =
        (0..=MAX_CONTESTS).map(|i| contest.replacen("\"c\"", &format!("\"{i}\""), 1)).collect();
    let many = many.replace("{\"@id\":\"c\",\"ContestSelection\":[]},", "");
    let text = format!("{{\"Election\":[{{\"Contest\":[{}]}}]}}", many.trim_end_matches(','));
    assert_eq!(fault(&text).1, NistFault::TooManyContests);
}

#[test]
fn what_is_not_json_is_refused_with_its_line() {
    for (text, line) in [
        ("", 1),
        ("[]", 1),
        ("{\"CVR\":[\n{}]}", 2),
        ("{\n\"CVR\":\n[{]}", 3),
        ("{}\nx", 2),
        // Decimals are refused, not read.
        (&json(&record(&mark("a", ",\"Rank\":1.0")), ""), 1),
    ] {
        let found = parse(text);
        let refused =
            matches!(&found, Err(NistError::Syntax { line: at, .. }) if *at == line.max(1));
        assert!(refused || text.is_empty(), "{text:?}: {found:?}");
    }
    let large = format!("{{\"CVR\":[{{\"x\":\"{}\"}}]}}", "x".repeat(MAX_PART_BYTES));
    let found = parse(&large).unwrap_err().to_string();
    assert!(found.contains("one part of the file has more than"), "{found}");
}

const XML: &str = "<CastVoteRecordReport>\n<CVR><CurrentSnapshotId>s</CurrentSnapshotId>\
<CVRSnapshot ObjectId=\"s\"><CVRContest><ContestId>c</ContestId><CVRContestSelection>\
<ContestSelectionId>a</ContestSelectionId><SelectionPosition><HasIndication>yes</HasIndication>\
<IsAllocable>yes</IsAllocable><NumberVotes>1</NumberVotes></SelectionPosition>\
</CVRContestSelection></CVRContest></CVRSnapshot></CVR>\n<Election><Contest ObjectId=\"c\">\
<ContestSelection ObjectId=\"a\"/></Contest></Election>\n</CastVoteRecordReport>\n";

#[test]
fn xml_is_read_as_json_is() {
    let file = read_xml(XML.as_bytes(), None).unwrap();
    assert_eq!(selections(&file), [Selection::Chosen(vec![OptionIndex::new(0)])]);
    let found = read_xml(XML.as_bytes(), Some("d"));
    let fault = NistFault::UnknownContest { id: "d".to_owned() };
    assert_eq!(found, Err(NistError::Content { line: 5, fault }));
}

#[test]
fn what_is_not_xml_of_this_form_is_refused_with_its_line() {
    let deep = format!("<CastVoteRecordReport>{}", "<a>".repeat(MAX_DEPTH));
    let unclosed = XML.replace("</CastVoteRecordReport>\n", "");
    let no_number = XML.replace("<NumberVotes>1</NumberVotes>", "");
    let cases: Vec<(String, usize, &str)> = vec![
        (String::new(), 1, "ends before"),
        ("\n<html/>".to_owned(), 2, "stands where"),
        (XML.repeat(2), 5, "stands where"),
        (unclosed, 4, "ends before"),
        (deep, 1, "nested deeper"),
        (format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{XML}"), 1, "document type"),
        (XML.replace(">s</", ">&e;</"), 2, "entity"),
        (XML.replace(">s</", ">&#xD800;</"), 2, ""),
        (XML.replace("</CVR>", "</CVRx>"), 2, ""),
        (XML.replace(">1<", ">1.5<"), 2, "no whole number"),
        (XML.replace(">1<", ">+1<"), 2, "no whole number"),
        (XML.replacen(">yes<", ">maybe<", 1), 2, "neither yes, no nor unknown"),
    ];
    for (text, line, expected) in cases {
        match read_xml(text.as_bytes(), None) {
            Err(NistError::Syntax { line: at, message }) => {
                assert_eq!(at, line, "{text}");
                assert!(message.contains(expected), "{message}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let found = read_xml(no_number.as_bytes(), None);
    assert!(matches!(found, Err(NistError::Content { line: 2, fault: NistFault::Votes { .. } })));
    let large = XML.replace(">s</", &format!(">{}</", "x".repeat(MAX_PART_BYTES)));
    let found = read_xml(large.as_bytes(), None).unwrap_err().to_string();
    assert!(found.contains("one part of the file has more than"), "{found}");
}

#[test]
fn identifiers_are_kept_where_they_can_be_and_what_cannot_be_expressed_is_refused() {
    let read_own =
        |json: &str| ballots::read(json.as_bytes(), &ReadOptions::of(Kind::Json)).unwrap();
    let write = |file: &BallotFile, kind| {
        let mut out = Vec::new();
        let options = WriteOptions { kind, generated: "2025-01-31T12:00:00Z" };
        ballots::write(file, &options, &mut out).map(|_| out)
    };
    let file = read_own(
        "{\"options\":[{\"id\":\"ann\",\"name\":\"A&<\"},{\"id\":\"b.1\",\"name\":\"B\"}],\"ballots\":[]}",
    );
    for kind in [Kind::NistJson, Kind::NistXml] {
        let bytes = write(&file, kind).unwrap();
        let again = ballots::read(bytes.as_slice(), &ReadOptions::of(kind)).unwrap();
        assert_eq!(again.options, file.options);
        let weighted = read_own(
            "{\"options\":[\"A\"],\"ballots\":[{\"selection\":{\"ranking\":[]},\"weight\":2}]}",
        );
        let error = WriteError::Weight { kind, ballot: 1, heads: 1, weight: 2 };
        assert_eq!(write(&weighted, kind), Err(error));
        let many = read_own(
            "{\"options\":[\"A\"],\"ballots\":[{\"selection\":{\"ranking\":[]},\"heads\":10000001}]}",
        );
        let error = WriteError::TooManyBallots { ballots: 10_000_001, limit: MAX_RECORDS };
        assert_eq!(write(&many, kind), Err(error));
        let mixed =
            read_own("{\"options\":[\"A\"],\"ballots\":[{\"selection\":{\"choice\":\"no\"}}]}");
        assert!(matches!(write(&mixed, kind), Err(WriteError::Name { .. })));
    }
}
