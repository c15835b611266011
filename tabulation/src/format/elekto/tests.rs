use super::*;
use crate::format::TextError;

fn parse(text: &str) -> Result<ElektoFile, ElektoError> {
    read(text.as_bytes(), Encoding::Utf8)
}

fn group(options: &[u16]) -> Vec<OptionIndex> {
    options.iter().map(|&o| OptionIndex::new(o)).collect()
}

#[test]
fn ranks_become_groups_and_no_opinion_stays_unranked() {
    let file = parse("a,\"b, \"\"B\"\"\",c,d\n3,1,No opinion,3\r\n\nNo opinion,No opinion,no opinion,No opinion\n").unwrap();
    assert_eq!(file.names, ["a", "b, \"B\"", "c", "d"]);
    let first = Selection::Ranking(vec![group(&[1]), group(&[0, 3])]);
    assert_eq!(file.ballots, [first, Selection::Ranking(Vec::new())]);
    assert_eq!(file.profile().unwrap().total().heads, 2);
}

#[test]
fn a_rank_equal_to_the_number_of_candidates_is_a_rank() {
    let file = parse("a,b\n2,No opinion\n").unwrap();
    assert_eq!(file.ballots, [Selection::Ranking(vec![group(&[0])])]);
}

#[test]
fn every_refusal_names_its_place() {
    let rank = |found: &str| {
        Err(ElektoError::Rank { line: 3, column: 2, found: found.to_owned(), candidates: 2 })
    };
    for bad in ["0", "3", "x", "", "-1", "+1", "1.0", "99999999999999999999"] {
        assert_eq!(parse(&format!("a,b\n1,2\n1,{bad}\n")), rank(bad));
    }
    assert_eq!(parse("a,b\n1\n"), Err(ElektoError::Cells { line: 2, found: 1, candidates: 2 }));
    assert_eq!(parse("a,b\n1,2,3\n"), Err(ElektoError::Cells { line: 2, found: 3, candidates: 2 }));
    assert_eq!(parse(""), Err(ElektoError::NoHeader));
    assert_eq!(parse("a,,b\n"), Err(ElektoError::Name { column: 2 }));
    assert_eq!(parse("a,b,a\n"), Err(ElektoError::DuplicateName { name: "a".to_owned() }));
    assert_eq!(parse("a,\"b\n1,2\n"), Err(ElektoError::OpenQuote { line: 1 }));
    let many = vec!["x"; MAX_OPTIONS + 1].join(",");
    assert_eq!(parse(&many), Err(ElektoError::TooManyCandidates { found: MAX_OPTIONS + 1 }));
    assert_eq!(
        read(b"a,b\n1,\xff", Encoding::Utf8),
        Err(ElektoError::Line(TextError { line: 2 }.into()))
    );
    let long = "x".repeat(MAX_NAME_BYTES + 1);
    assert_eq!(parse(&long), Err(ElektoError::Name { column: 1 }));
}
