use super::*;
use crate::profile::{RankedBallots as _, Tally};
use crate::selection::{Selection, SelectionError};

fn json(text: &str) -> BallotFile {
    read(text.as_bytes(), &ReadOptions::of(Kind::Json)).unwrap()
}

fn written(file: &BallotFile, kind: Kind) -> Result<(String, Vec<LeftOut>), WriteError> {
    let mut out = Vec::new();
    let options = WriteOptions { kind, generated: "2025-01-31T12:00:00Z" };
    let written = write(file, &options, &mut out)?;
    Ok((String::from_utf8(out).unwrap(), written.left_out))
}

#[test]
fn skipped_ranks_are_kept_up_to_the_last_mark() {
    let mut ballots = Ballots::new();
    let option = OptionIndex::new;
    ballots.skipped_rank();
    ballots.next_rank(option(3));
    ballots.same_rank(option(1));
    ballots.same_rank(option(0));
    ballots.skipped_rank();
    ballots.end(Tally::ONE).unwrap();
    ballots.skipped_rank();
    ballots.end(Tally::ballots(2)).unwrap();
    ballots.next_rank(option(2));
    ballots.end(Tally::ballots(0)).unwrap();
    let ranks: Vec<(Vec<Vec<OptionIndex>>, Tally)> = ballots
        .iter()
        .map(|(ballot, tally)| {
            let Ballot::Ranking(ranks) = ballot else { panic!("{ballot:?}") };
            (ranks.iter().map(Iterator::collect).collect(), tally)
        })
        .collect();
    let first = vec![vec![], vec![option(0), option(1), option(3)]];
    assert_eq!(ranks, [(first, Tally::ONE), (vec![], Tally::ballots(2))]);
    assert_eq!((ballots.len(), ballots.total()), (2, Tally::ballots(3)));
}

#[test]
fn a_ballot_that_does_not_fit_leaves_no_trace() {
    let mut ballots = Ballots::new();
    ballots.selection(&Selection::YES, Tally::ONE).unwrap();
    let before = ballots.clone();
    let mixed = ballots.selection(&Selection::Ranking(Vec::new()), Tally::ONE);
    assert!(matches!(mixed, Err(ProfileError::MixedForms { .. })));
    let large = ballots.selection(&Selection::NO, Tally::ballots(crate::MAX_TOTAL));
    assert_eq!(large, Err(ProfileError::TooLarge));
    ballots.next_rank(OptionIndex::new(5_000));
    let error = SelectionError::OutOfRange { option: OptionIndex::new(5_000), options: 1_000 };
    assert_eq!(ballots.end(Tally::ONE), Err(error.into()));
    assert_eq!(ballots, before);
}

#[test]
fn what_no_count_notices_is_listed_and_not_refused() {
    let file = json(
        "{\"title\":\"T\",\"seats\":1,\"options\":[{\"id\":\"a\",\"name\":\"A\"},\"B\"],\"tie_order\":[1,0],\
         \"ballots\":[{\"selection\":{\"ranking\":[[0],[1]]}},{\"selection\":{\"ranking\":[[1]]}}]}",
    );
    let (text, left_out) = written(&file, Kind::ElektoCsv).unwrap();
    assert_eq!(text, "A,B\n1,2\nNo opinion,1\n");
    assert_eq!(left_out, [LeftOut::Title, LeftOut::Seats, LeftOut::Ids, LeftOut::TieOrder]);
    assert_eq!(written(&file, Kind::Json).unwrap().1, []);
    let (_, left_out) = written(&file, Kind::Soi).unwrap();
    assert!(left_out.contains(&LeftOut::Order));
    let skipping = BallotFile { ballots: Ballots::new(), ..file };
    let mut skipping = skipping;
    skipping.ballots.skipped_rank();
    skipping.ballots.next_rank(OptionIndex::new(0));
    skipping.ballots.end(Tally::ONE).unwrap();
    assert!(written(&skipping, Kind::Abif).unwrap().1.contains(&LeftOut::SkippedRanks));
    assert!(written(&skipping, Kind::Blt).unwrap().0.contains("\n1 - 1 0\n"));
    assert!(LeftOut::SkippedRanks.words().contains("skipped"));
}

#[test]
fn every_refusal_to_write_says_what_cannot_be_expressed() {
    let ballot = |options: &str, ballot: &str, kind: Kind| {
        let text = format!("{{\"options\":[{options}],\"ballots\":[{ballot}]}}");
        let file = BallotFile { seats: Some(1), ..json(&text) };
        written(&file, kind).map(|_| ())
    };
    let strict = "{\"selection\":{\"ranking\":[[0]]}}";
    let tie = "{\"selection\":{\"ranking\":[[0,1]]}}";
    let many = "{\"selection\":{\"ranking\":[[0]]},\"heads\":10000001}";
    let chosen = "{\"selection\":{\"chosen\":[0]}}";
    let (a, ab) = ("\"A\"", "\"A\",\"B\"");
    let name = |kind, name: &str, why| WriteError::Name { kind, name: name.to_owned(), why };
    let rctab = Kind::RctabCsv;
    let cases = [
        (a, strict, Kind::Debian, WriteError::ReadOnly { kind: Kind::Debian }),
        (ab, chosen, Kind::Blt, WriteError::Form { kind: Kind::Blt, form: "a choice of options" }),
        (ab, tie, rctab, WriteError::Ties { kind: rctab, ballot: 1 }),
        (ab, strict, rctab, WriteError::Unnamed { kind: rctab, name: "B".to_owned() }),
        ("", "", rctab, WriteError::NoOptions { kind: rctab }),
        (
            "\"overvote\"",
            strict,
            rctab,
            name(rctab, "overvote", "it is a label for marks that are no option"),
        ),
        ("\"A\",\"A\"", strict, rctab, name(rctab, "A", "two options are called so")),
        (
            a,
            many,
            Kind::ElektoCsv,
            WriteError::TooManyBallots { ballots: 10_000_001, limit: elekto::MAX_BALLOTS },
        ),
    ];
    for (options, text, kind, error) in cases {
        assert_eq!(ballot(options, text, kind), Err(error), "{text} as {kind}");
    }
    let mut file = json("{\"options\":[\"A\"],\"ballots\":[]}");
    assert_eq!(written(&file, Kind::Blt), Err(WriteError::Seats { kind: Kind::Blt }));
    file.seats = Some(1);
    file.ballots.skipped_rank();
    file.ballots.next_rank(OptionIndex::new(0));
    file.ballots.end(Tally::ONE).unwrap();
    let ranks = WriteError::Ranks { kind: Kind::Blt, ballot: 1, limit: 1 };
    assert_eq!(written(&file, Kind::Blt), Err(ranks));
    file.options.clear();
    assert_eq!(written(&file, Kind::Json), Err(WriteError::UnknownOption { ballot: 1 }));
    let long = BallotFile { title: "x".repeat(MAX_TITLE_BYTES + 1), ..BallotFile::default() };
    assert!(matches!(written(&long, Kind::Json), Err(WriteError::Name { .. })));
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let options = WriteOptions { kind: Kind::Json, generated: "" };
    let error = write(&BallotFile::default(), &options, &mut Full).unwrap_err();
    assert_eq!(error, WriteError::Io { message: "no space".to_owned() });
}

#[test]
fn paper_ballots_need_rules_where_marks_mean_nothing_certain() {
    use crate::format::marks::{Duplicates, OvervoteRule, SkippedRanks};
    use crate::format::rctab::RctabError;
    let over = "r1,r2,r3\nA,,B\nA,overvote,B\n";
    let twice = "r1,r2,r3\nA,A,B\n";
    let options = ReadOptions::of(Kind::RctabCsv);
    let error = RctabError::Overvoted { line: 3, rank: 2 };
    assert_eq!(read(over.as_bytes(), &options), Err(error.into()));
    let error = RctabError::Repeated { line: 2, rank: 2 };
    assert_eq!(read(twice.as_bytes(), &options), Err(error.into()));
    let marks = Some(MarkRules {
        overvotes: OvervoteRule::AlwaysSkipToNextRank,
        skipped: SkippedRanks::Unlimited,
        duplicates: Duplicates::PassOver,
    });
    let file = read(over.as_bytes(), &ReadOptions { marks, ..options }).unwrap();
    assert_eq!((file.rewrites.overvoted, file.rewrites.skipped), (1, 1));
    let profile = file.profile().unwrap();
    assert_eq!((profile.distinct(), profile.total().heads), (1, 2));
    let file = BallotFile { seats: Some(1), ..file };
    assert_eq!(written(&file, Kind::RctabCsv).unwrap().0, "rank1,rank2,rank3\nA,,B\nA,,B\n");
}

#[test]
fn our_own_json_is_checked_where_it_stands() {
    use crate::format::json::JsonError;
    let ballot = |text: &str| format!("{{\"options\":[\"A\",\"B\"],\"ballots\":[\n{text}]}}");
    let one = |line: usize, text: &str, expected: &str| match read(
        text.as_bytes(),
        &ReadOptions::of(Kind::Json),
    ) {
        Err(ReadError::Json(JsonError::Content { line: at, message })) => {
            assert_eq!(at, line, "{expected}: {message}");
            assert!(message.contains(expected), "{expected}: {message}");
        }
        other => panic!("{text}: {other:?}"),
    };
    one(1, "[]", "expected a ballot file");
    one(1, "{\"ballots\":[]}", "must come before");
    one(1, "{\"options\":[]}", "no \"ballots\"");
    one(1, "{\"options\":[],\"options\":[],\"ballots\":[]}", "\"options\" appears twice");
    one(1, "{\"x\":1}", "unknown field");
    one(1, "{\"options\":[\" A\"],\"ballots\":[]}", "the name of option 1");
    one(1, "{\"options\":[{\"id\":\"\",\"name\":\"A\"}],\"ballots\":[]}", "the id of option 1");
    one(1, "{\"options\":[],\"ballots\":[],\"seats\":0}", "\"seats\" must be");
    one(1, "{\"options\":[],\"ballots\":[],\"title\":\"a\\nb\"}", "the title must");
    one(1, "{\"options\":[\"A\"],\"ballots\":[],\"withdrawn\":[1]}", "option 1 does not exist");
    one(1, "{\"options\":[\"A\"],\"ballots\":[],\"tie_order\":[0,0]}", "names an option twice");
    one(2, &ballot("{\"selection\":{\"ranking\":[[2]]}}"), "option 2 does not exist");
    one(2, &ballot("{\"selection\":{\"ranking\":[[1,0]]}}"), "out of order");
    one(2, &ballot("{\"selection\":{\"ranking\":[]},\"heads\":0}"), "at least 1");
    one(2, &ballot("{\"selection\":{\"scores\":[[0,1.5]]}}"), "floating point");
    one(2, &ballot("{\"selection\":{\"ranking\":[]},\"heads\":9007199254740992}"), "sum to more");
    one(
        3,
        &ballot("{\"selection\":{\"choice\":\"yes\"}},\n{\"selection\":{\"chosen\":[]}}"),
        "each a yes/no",
    );
    one(2, "{\"options\":[],\"ballots\":[]}\nx", "trailing");
    let many = format!("{{\"options\":[{}\"x\"],\"ballots\":[]}}", "\"a\",".repeat(1_000));
    one(1, &many, "1001 options");
    let large = ballot(&format!("{{\"selection\":{{\"{}\"", "x".repeat(json::MAX_PART_BYTES)));
    one(2, &large, "one part of the file has more than");
}
