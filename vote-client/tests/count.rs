//! `auditor count` and `auditor convert`, as somebody runs them who has a ballot file and nothing else.

#![expect(clippy::expect_used, reason = "a test that cannot set its stage fails by panicking")]

use std::process::{Command, Output};

use serde_json::{Value, json};

/// Twenty guests choose three foods (Wikipedia, Single transferable vote).
const FOOD: &str = "5 3\n4 1 0\n2 2 1 0\n8 3 4 0\n4 3 5 0\n1 4 0\n1 5 0\n0\n\"Oranges\"\n\"Pears\"\n\
                    \"Chocolate\"\n\"Strawberries\"\n\"Sweets\"\n\"Food\"\n";
/// Where shall the capital of Tennessee be? (Wikipedia, Condorcet method)
const CAPITAL: &str = "4 1\n42 1 2 3 4 0\n26 2 3 4 1 0\n15 3 4 2 1 0\n17 4 3 2 1 0\n0\n\"Memphis\"\n\
                       \"Nashville\"\n\"Chattanooga\"\n\"Knoxville\"\n\"Capital\"\n";
/// Ranks per candidate, as Kubernetes publishes them.
const TABLE: &str = "Ann,Ben,Cleo\n1,2,3\n1,No opinion,2\n2,1,No opinion\n";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("temp dir");
        for (name, text) in [("food.blt", FOOD), ("capital.blt", CAPITAL), ("table.csv", TABLE)] {
            std::fs::write(dir.path().join(name), text).expect("written");
        }
        Self(dir)
    }
    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_vote-client"))
            .arg("auditor")
            .args(args)
            .env_clear()
            .current_dir(self.0.path())
            .output()
            .expect("runs")
    }
    /// One object on standard output, and nothing else.
    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(&[args, &["--json"]].concat());
        serde_json::from_slice(&output.stdout).expect("JSON on standard output")
    }
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("written");
    }
    /// What a command that succeeds says to people.
    fn text(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }
    /// What a command that fails says.
    fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    }
}

#[test]
fn a_count_names_its_winners_its_ranking_and_its_transcript() {
    let place = Place::new();
    let count = place.json(&["count", "food.blt", "--method", "scottish-stv"]);
    assert_eq!(count["winners"], json!(["Chocolate", "Oranges", "Strawberries"]));
    assert_eq!(count["transcript"]["count"]["quota"], "6.00000");
    assert!(count.get("ranking").is_none(), "a count in stages gives no ranking");
    let count = place.json(&["count", "capital.blt", "--method", "schulze"]);
    let ranking = json!([["Nashville"], ["Chattanooga"], ["Knoxville"], ["Memphis"]]);
    assert_eq!((&count["winners"], &count["ranking"]), (&json!(["Nashville"]), &ranking));
}

#[test]
fn every_method_counts_a_file_of_rankings_or_says_what_it_asks_for() {
    let place = Place::new();
    for (method, winner) in [
        ("plurality", Some("Memphis")),
        ("approval", None),
        ("borda", Some("Nashville")),
        ("ranked-pairs", Some("Nashville")),
        ("copeland", Some("Nashville")),
        ("minimax", Some("Nashville")),
        ("condorcet-irv", Some("Nashville")),
        ("irv", Some("Knoxville")),
        ("scottish-stv", Some("Knoxville")),
        ("wigm", Some("Knoxville")),
        ("ers97", Some("Knoxville")),
        ("minneapolis", Some("Knoxville")),
        ("meek-fixed9", Some("Knoxville")),
        ("meek-nz", Some("Knoxville")),
        ("debian-a5", Some("Nashville")),
    ] {
        let marks = ["plurality", "approval"].contains(&method);
        let as_marks = if marks { &["--rankings-as", "first-choice"][..] } else { &[] };
        let count = place.json(&[&["count", "capital.blt", "--method", method], as_marks].concat());
        match winner {
            Some(winner) => assert_eq!(count["winners"], json!([winner]), "{method}"),
            // First choices are approvals too, and Memphis has most of them.
            None => assert_eq!(count["winners"], json!(["Memphis"]), "{method}"),
        }
    }
    let said = place.refused(&["count", "capital.blt", "--method", "plurality"]);
    assert!(said.contains("--rankings-as"), "{said}");
    let as_marks = ["--rankings-as", "approvals"];
    let said =
        place.refused(&[&["count", "capital.blt", "--method", "irv"], &as_marks[..]].concat());
    assert!(said.contains("leave it out"), "{said}");
    let compare = ["count", "capital.blt", "--compare"];
    let said = place.refused(&[&compare[..], &["irv,schulze"], &as_marks].concat());
    assert!(said.contains("leave it out"), "{said}");
    assert_eq!(place.json(&[&compare[..], &["irv,approval"], &as_marks].concat())["exit"], 0);
    let said = place.refused(&["count", "capital.blt", "--method", "star"]);
    assert!(said.contains("a sheet of scores"), "{said}");
}

#[test]
fn a_choice_that_the_method_does_not_have_is_refused() {
    let place = Place::new();
    let said = place.refused(&["count", "capital.blt", "--method", "schulze", "--decimals", "5"]);
    assert!(said.contains("--decimals says nothing to schulze"), "{said}");
    let said =
        place.refused(&["count", "capital.blt", "--method", "schulze", "--unranked", "first"]);
    assert!(said.contains("not-compared"), "{said}");
    let said = place.refused(&["count", "food.blt", "--method", "irv", "--seats", "3"]);
    assert!(said.contains("fills one seat"), "{said}");
}

#[test]
fn no_opinion_is_not_last() {
    let place = Place::new();
    let pairwise = |unranked| {
        let args = ["count", "table.csv", "--method", "schulze", "--unranked", unranked];
        place.json(&args)["transcript"]["count"]["pairwise"].clone()
    };
    assert_eq!(pairwise("not-compared"), json!([[0, 1, 2], [1, 0, 1], [0, 0, 0]]));
    assert_eq!(pairwise("last"), json!([[0, 2, 3], [1, 0, 2], [0, 1, 0]]));
}

#[test]
fn ties_are_broken_as_asked_and_otherwise_reported() {
    let place = Place::new();
    std::fs::write(place.0.path().join("tie.blt"), "2 1\n1 1 0\n1 2 0\n0\n\"A\"\n\"B\"\n\"T\"\n")
        .expect("written");
    let count = |more: &[&str]| {
        place.json(&[&["count", "tie.blt", "--method", "scottish-stv"], more].concat())
    };
    assert_eq!(count(&[])["outcome"]["kind"], "unresolved");
    assert_eq!(count(&["--ties", "order", "--order", "B>A"])["winners"], json!(["B"]));
    let seed = "0".repeat(64);
    let lots = count(&["--ties", "lots", "--seed", &seed]);
    assert_eq!(lots["transcript"]["lots"]["seed"], seed.as_str());
    assert_eq!(count(&["--ties", "casting"])["outcome"]["kind"], "unresolved");
    assert_eq!(count(&["--ties", "casting", "--casting", "B>A"])["winners"], json!(["B"]));
}

#[test]
fn methods_side_by_side_are_marked_as_a_simulation() {
    let place = Place::new();
    let compared = place.json(&["count", "capital.blt", "--compare", "irv,schulze,star"]);
    assert_eq!(compared["simulation"], true);
    assert_eq!(compared["methods"][0]["winners"], json!(["Knoxville"]));
    assert_eq!(compared["methods"][1]["winners"], json!(["Nashville"]));
    assert!(compared["methods"][2]["error"].as_str().is_some_and(|e| e.contains("scores")));
}

#[test]
fn a_report_is_made_as_page_tables_and_exchange_format_and_never_overwrites() {
    let place = Place::new();
    let count = ["count", "food.blt", "--method", "scottish-stv"];
    let page = ["--report", "html", "--out", "food.html"];
    place.json(&[&count[..], &page[..]].concat());
    let text = std::fs::read_to_string(place.0.path().join("food.html")).expect("a page");
    assert!(text.contains("Strawberries") && !text.contains("<script"));
    let said = place.refused(&[&count[..], &page[..]].concat());
    assert!(said.contains("food.html"), "{said}");
    place.json(&[&count[..], &["--report", "csv", "--out", "tables"]].concat());
    assert!(place.0.path().join("tables/outcome.csv").is_file());
    let nist = ["--report", "nist", "--held", "2026-04-30", "--out", "food.json"];
    place.json(&[&count[..], &nist[..]].concat());
    let report = std::fs::read(place.0.path().join("food.json")).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["@type"], "ElectionResults.ElectionReport");
    let said = place.refused(&[&count[..], &["--report", "nist", "--out", "x.json"]].concat());
    assert!(said.contains("--held"), "{said}");
}

#[test]
fn a_cap_shows_who_would_have_been_elected_without_it() {
    let place = Place::new();
    std::fs::write(place.0.path().join("who.csv"), "Chocolate,Acme\nStrawberries,Acme\n")
        .expect("written");
    let cap = ["--cap", "1", "--affiliations", "who.csv"];
    let count =
        place.json(&[&["count", "food.blt", "--method", "scottish-stv"], &cap[..]].concat());
    assert_eq!(count["transcript"]["cap"]["before"], json!([2, 0, 3]));
    assert!(!count["winners"].to_string().contains("Strawberries"), "{}", count["winners"]);
    std::fs::write(place.0.path().join("who.csv"), "Choc,Acme\n").expect("written");
    let said = place.refused(&[&["count", "food.blt", "--method", "irv"], &cap[..]].concat());
    assert!(said.contains("line 1"), "{said}");
}

#[test]
fn what_is_converted_counts_the_same() {
    let place = Place::new();
    for kind in ["abif", "json", "soi"] {
        let out = format!("food.{kind}");
        place.json(&["convert", "food.blt", &out, "--to", kind]);
        let args = ["count", &out, "--method", "scottish-stv", "--seats", "3"];
        let args: Vec<&str> =
            if kind == "json" { [&args[..], &["--from", "json"]].concat() } else { args.to_vec() };
        assert_eq!(
            place.json(&args)["winners"],
            json!(["Chocolate", "Oranges", "Strawberries"]),
            "{kind}"
        );
    }
}

/// Rules for Schulze's method, one seat, and what is put in place of the cap and the tie rule.
fn schulze_rules(cap: &str, ties: &str) -> String {
    format!(
        r#"{{"method":{{"kind":"schulze","by":"heads","unranked":"last","strength":"winning-votes",
        "incomparable":"tied","equal_ranks":"allowed","at_most":{{"kind":"any"}}}},"seats":1,
        "affiliation_cap":{cap},"ties":{ties}}}"#
    )
}

const NO_CAP: &str = r#"{"kind":"unlimited"}"#;
const REFUSE: &str = r#"{"kind":"refuse"}"#;

#[test]
fn a_flag_that_a_file_of_rules_decides_is_refused() {
    let place = Place::new();
    place.write("rules.json", &schulze_rules(NO_CAP, REFUSE));
    let count = ["count", "capital.blt", "--rules", "rules.json"];
    assert_eq!(place.json(&count)["winners"], json!(["Nashville"]));
    for flags in [
        &["--seats", "2"][..],
        &["--cap", "1"],
        &["--cap-share", "1/3", "--body-seats", "9"],
        &["--ties", "refuse"],
        &["--order", "ballot"],
        &["--strength", "margins"],
    ] {
        let said = place.refused(&[&count[..], flags].concat());
        assert!(said.contains("--rules has the whole rules"), "{said}");
        assert!(said.contains(flags[0]) && said.contains("rules.json"), "{said}");
    }
}

#[test]
fn what_breaks_ties_is_refused_where_nothing_asks_for_it() {
    let place = Place::new();
    let seed = "0".repeat(64);
    let irv = ["count", "capital.blt", "--method", "irv"];
    for (flags, ties) in [
        (&["--seed", &seed][..], "--ties lots"),
        (&["--order", "ballot"], "--ties order"),
        (&["--casting", "ballot"], "--ties casting"),
        (&["--ties", "casting", "--seed", &seed], "--ties lots"),
        (&["--ties", "lots", "--seed", &seed, "--casting", "ballot"], "--ties casting"),
    ] {
        let said = place.refused(&[&irv[..], flags].concat());
        assert!(said.contains(ties), "{said}");
    }
    place.write("rules.json", &schulze_rules(NO_CAP, REFUSE));
    let ruled = ["count", "capital.blt", "--rules", "rules.json"];
    let said = place.refused(&[&ruled[..], &["--seed", &seed]].concat());
    assert!(said.contains("tie rule in rules.json is not `lots`"), "{said}");
    let said = place.refused(&[&ruled[..], &["--casting", "ballot"]].concat());
    assert!(said.contains("tie rule in rules.json is not `casting-vote`"), "{said}");
    place.write("rules.json", &schulze_rules(NO_CAP, r#"{"kind":"lots"}"#));
    assert_eq!(place.json(&[&ruled[..], &["--seed", &seed]].concat())["exit"], 0);
}

#[test]
fn a_report_is_refused_where_none_is_made_and_its_words_where_none_shows_them() {
    let place = Place::new();
    let compare = ["count", "capital.blt", "--compare", "irv,schulze"];
    let said = place.refused(&[&compare[..], &["--report", "html", "--out", "x"]].concat());
    assert!(said.contains("--compare makes no report"), "{said}");
    let irv = ["count", "capital.blt", "--method", "irv"];
    let said = place.refused(&[&irv[..], &["--held", "2026-04-30"]].concat());
    assert!(said.contains("--report nist"), "{said}");
    let csv = ["--title", "Capital", "--report", "csv", "--out", "x"];
    let said = place.refused(&[&irv[..], &csv].concat());
    assert!(said.contains("--report html"), "{said}");
}

#[test]
fn a_cap_and_affiliations_need_each_other() {
    let place = Place::new();
    place.write("who.csv", "Chocolate,Acme\nStrawberries,Acme\nPears,Fruit\n");
    place.write("uncapped.json", &schulze_rules(NO_CAP, REFUSE));
    place.write("capped.json", &schulze_rules(r#"{"kind":"at-most","seats":1}"#, REFUSE));
    let stv = ["count", "food.blt", "--method", "scottish-stv"];
    let who = ["--affiliations", "who.csv"];
    let said = place.refused(&[&stv[..], &["--cap", "1"]].concat());
    assert!(said.contains("--affiliations FILE"), "{said}");
    let said = place.refused(&[&stv[..], &who].concat());
    assert!(said.contains("--cap N"), "{said}");
    let said = place.refused(&["count", "food.blt", "--rules", "capped.json"]);
    assert!(said.contains("--affiliations FILE"), "{said}");
    let said =
        place.refused(&[&["count", "food.blt", "--rules", "uncapped.json"], &who[..]].concat());
    assert!(said.contains("uncapped.json have no cap"), "{said}");
    let said = place.refused(&[&stv[..], &["--sitting", "Acme=1"]].concat());
    assert!(said.contains("--sitting needs --affiliations"), "{said}");
    let capped = [&stv[..], &who, &["--cap", "2"]].concat();
    for (sitting, what) in [
        (&["--sitting", "Acne=1"][..], "there are Acme, Fruit"),
        (&["--sitting", "Acme"], "AFFILIATION=N"),
        (&["--sitting", "Acme=1", "--sitting", "Acme=2"], "twice"),
    ] {
        let said = place.refused(&[&capped[..], sitting].concat());
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn what_a_format_has_no_place_for_is_refused() {
    let place = Place::new();
    place
        .write("food.json", r#"{"options":["A","B"],"ballots":[{"selection":{"ranking":[[0]]}}]}"#);
    let both = ["--overvotes", "skip", "--repeats", "skip"];
    for file in ["food.blt", "table.csv"] {
        let count = ["count", file, "--method", "schulze"];
        let said = place.refused(&[&count[..], &["--contest", "1"]].concat());
        assert!(
            said.contains("--contest says nothing") && said.contains("nist-cvr-json"),
            "{said}"
        );
        let said = place.refused(&[&count[..], &both].concat());
        assert!(said.contains("--overvotes says nothing") && said.contains("rctab-csv"), "{said}");
    }
    let said = place.refused(&[
        "count",
        "food.json",
        "--from",
        "json",
        "--method",
        "irv",
        "--encoding",
        "latin1",
    ]);
    assert!(said.contains("--encoding says nothing"), "{said}");
    let said = place.refused(&["convert", "food.blt", "x.abif", "--contest", "1"]);
    assert!(said.contains("--contest says nothing"), "{said}");
    let skipped = ["count", "table.csv", "--method", "irv", "--skipped-ranks", "1"];
    assert!(place.refused(&skipped).contains("--overvotes"));
}

#[test]
fn a_choice_that_none_of_the_compared_methods_has_is_refused() {
    let place = Place::new();
    let compare = ["count", "capital.blt", "--compare", "irv,schulze"];
    let said = place.refused(&[&compare[..], &["--decimals", "5"]].concat());
    assert!(said.contains("--decimals says nothing to any of the methods compared"), "{said}");
    let one = place.json(&[&compare[..], &["--strength", "margins"]].concat());
    assert_eq!(one["methods"][1]["winners"], json!(["Nashville"]));
}

#[test]
fn a_count_says_what_it_has_read() {
    let place = Place::new();
    let count = ["count", "food.blt", "--method", "scottish-stv"];
    let said = place.text(&count);
    assert!(
        said.starts_with("Read food.blt (blt): 20 ballots on 5 options, 6 distinct.\n"),
        "{said}"
    );
    let input = json!({ "format": "blt", "ballots": 20, "options": 5 });
    assert_eq!(place.json(&count)["input"], input);
    let compared = place.json(&["count", "table.csv", "--compare", "irv,schulze"]);
    assert_eq!(compared["input"]["format"], "elekto-csv");
    place.write(
        "one.json",
        r#"{"options":["A"],"ballots":[{"selection":{"ranking":[[0]]},"weight":5}]}"#,
    );
    let said = place.text(&["count", "one.json", "--from", "json", "--method", "irv"]);
    assert!(said.contains("1 ballot with 5 votes together on 1 option, 1 distinct."), "{said}");
}

#[test]
fn paper_ballots_that_were_read_otherwise_than_they_stand_are_told() {
    let place = Place::new();
    place.write("paper.csv", "rank1,rank2\nAnn,Ann\nAnn,Ben\nBen,Ann\n");
    let read = ["--overvotes", "skip", "--repeats", "skip", "--skipped-ranks", "1"];
    let from = ["count", "paper.csv", "--from", "rctab-csv", "--method", "irv"];
    let said = place.text(&[&from[..], &read].concat());
    assert!(said.contains("rewritten: 1 ballot with a repeated option"), "{said}");
}

/// A ballot file of our own format.
fn json_file(options: &[&str], ballots: &[Value]) -> String {
    let ballots: Vec<_> = ballots.iter().map(|ballot| json!({ "selection": ballot })).collect();
    // Options stand before ballots.
    format!(r#"{{"options":{},"ballots":{}}}"#, json!(options), json!(ballots))
}

/// More than half of yes and no, or of those present, decides a motion.
fn motion_rules(of: &str, ties: &str) -> String {
    format!(
        r#"{{"method":{{"kind":"motion","quorums":[],"thresholds":[{{"kind":"share","by":"heads",
        "share":{{"bound":"more-than","ratio":{{"numerator":1,"denominator":2}}}},"of":"{of}"}}],
        "abstention":"neutral","quorum_failure":"no-decision"}},"seats":0,
        "affiliation_cap":{NO_CAP},"ties":{ties}}}"#
    )
}

const MOTION: [&str; 3] = ["count", "motion.json", "--from"];

fn motion(place: &Place, rules: &str) -> Vec<&'static str> {
    let ballots = [json!({ "choice": "yes" }), json!({ "choice": "no" })];
    place.write("motion.json", &json_file(&[], &ballots));
    place.write("motion-rules.json", rules);
    [&MOTION[..], &["json", "--rules", "motion-rules.json"]].concat()
}

#[test]
fn options_are_named_by_name_first_and_by_id_where_the_name_is_not_one() {
    let place = Place::new();
    place.write("ids.blt", "2 1\n1 1 0\n1 2 0\n0\n\"2\"\n\"1\"\n\"T\"\n");
    let order = ["--method", "scottish-stv", "--ties", "order", "--order"];
    let count = place.json(&[&["count", "ids.blt"], &order[..], &["2>1"]].concat());
    assert_eq!(count["winners"], json!(["2"]), "the one called 2, whose id is 1");
    place.write("twins.blt", "3 1\n1 1 0\n1 2 0\n0\n\"Ann\"\n\"Ann\"\n\"Ben\"\n\"T\"\n");
    let twins = [&["count", "twins.blt"], &order[..]].concat();
    let said = place.refused(&[&twins[..], &["Ann>Ben"]].concat());
    assert!(said.contains("2 options are called \"Ann\"") && said.contains("1 or 2"), "{said}");
    let count = place.json(&[&twins[..], &["2>1>Ben"]].concat());
    assert_eq!(count["outcome"]["winners"], json!([1]));
    let said = place.refused(&[&twins[..], &["Cleo"]].concat());
    assert!(said.contains("Ben (3)"), "{said}");
    let said = place.refused(&[&twins[..], &["2>2"]].concat());
    assert!(said.contains("twice"), "{said}");
    let said = place.refused(&[&twins[..], &["2>1"]].concat());
    assert!(said.contains("add Ben"), "{said}");
}

#[test]
fn an_open_tie_says_how_it_is_settled() {
    let place = Place::new();
    place.write("tie.blt", "2 1\n1 1 0\n1 2 0\n0\n\"A\"\n\"B\"\n\"T\"\n");
    let count = ["count", "tie.blt", "--method", "scottish-stv"];
    let said = place.text(&count);
    assert!(said.contains("--ties lots --seed <64 hex digits>"), "{said}");
    assert!(said.contains("--ties order --order \"A>B\""), "{said}");
    assert!(said.contains("--ties casting --casting \"A>B\""), "{said}");
    let said = place.text(&[&count[..], &["--ties", "casting"]].concat());
    assert!(said.contains("give the casting vote") && said.contains("\"A>B\""), "{said}");
    let said = place.text(&["count", "tie.blt", "--compare", "scottish-stv,schulze"]);
    assert!(said.contains("--ties lots"), "{said}");
    place.write("rules.json", &schulze_rules(NO_CAP, REFUSE));
    let said = place.text(&["count", "tie.blt", "--rules", "rules.json"]);
    assert!(said.contains("write a rule for `ties` into rules.json"), "{said}");
    let casting = motion(&place, &motion_rules("yes-and-no", r#"{"kind":"casting-vote"}"#));
    let said = place.text(&casting);
    assert!(said.contains("--casting yes or --casting no"), "{said}");
    let count = place.json(&[&casting[..], &["--casting", "yes"]].concat());
    assert_eq!(count["outcome"]["result"], "passed");
    let said = place.refused(&[&casting[..], &["--casting", "maybe"]].concat());
    assert!(said.contains("--casting yes or --casting no, not \"maybe\""), "{said}");
    let said = place.refused(&["count", "tie.blt", "--method", "irv", "--ties", "lots"]);
    assert!(said.contains("--seed"), "{said}");
    place.write("lots.json", &schulze_rules(NO_CAP, r#"{"kind":"lots"}"#));
    let said = place.refused(&["count", "tie.blt", "--rules", "lots.json"]);
    assert!(said.contains("--seed <64 hex digits>"), "{said}");
}

#[test]
fn a_ballot_that_the_method_does_not_count_is_told_by_names_with_what_to_do() {
    let place = Place::new();
    let options = ["Ann", "Ben", "Cleo"];
    let file = |name: &str, ballot: Value| place.write(name, &json_file(&options, &[ballot]));
    file("equal.json", json!({ "ranking": [[0, 1], [2]] }));
    file("marks.json", json!({ "chosen": [0, 1] }));
    file("scores.json", json!({ "scores": [[0, 7]] }));
    for (args, parts) in [
        (
            &["equal.json", "--method", "scottish-stv"][..],
            &["Ann = Ben > Cleo", "no place in scottish-stv", "schulze", "approval"][..],
        ),
        (
            &["equal.json", "--method", "schulze", "--equal-ranks", "refused"],
            &["--equal-ranks allowed"],
        ),
        (&["marks.json", "--method", "plurality"], &["Ann, Ben", "2 options", "--at-most 2"]),
        (&["scores.json", "--method", "star"], &["gives Ann 7", "--highest 7"]),
        (&["scores.json", "--method", "cumulative"], &["7 votes", "--votes 7"]),
        (&["marks.json", "--method", "irv"], &["irv asks for a ranking", "marks", "approval"]),
        (&["scores.json", "--method", "irv"], &["scores", "majority-judgment"]),
        (&["equal.json", "--method", "score"], &["score asks for", "rankings", "ranked-pairs"]),
    ] {
        let said = place.refused(&[&["count"], args, &["--from", "json"]].concat());
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(!said.contains("OptionIndex") && !said.contains("Ranking("), "{said}");
    }
}

#[test]
fn motions_and_elections_are_not_counted_by_each_others_rules() {
    let place = Place::new();
    motion(&place, &motion_rules("yes-and-no", REFUSE));
    let said = place.refused(&[&MOTION[..], &["json", "--method", "irv"]].concat());
    assert!(said.contains("yes/no votes") && said.contains("--rules FILE"), "{said}");
    let said = place.refused(&["count", "capital.blt", "--rules", "motion-rules.json"]);
    assert!(said.contains("a motion asks for a yes/no/abstain vote"), "{said}");
    place.write("none.json", &json_file(&[], &[]));
    let said = place.refused(&["count", "none.json", "--from", "json", "--method", "irv"]);
    assert!(said.contains("1 seat to fill, but only 0 options stand; is it the right"), "{said}");
}

#[test]
fn the_file_and_the_seats_are_told_once_and_in_the_right_number() {
    let place = Place::new();
    for args in
        [&["count", "nofile.blt", "--method", "irv"][..], &["convert", "nofile.csv", "x.blt"]]
    {
        let said = place.refused(args);
        assert_eq!(said.matches("nofile").count(), 1, "{said}");
    }
    let said = place.refused(&["count", "food.blt", "--method", "irv"]);
    assert!(said.contains("3 are to be filled") && said.contains("--seats 1"), "{said}");
    let said = place.refused(&["count", "food.blt", "--method", "wigm", "--seats", "6"]);
    assert!(
        said.contains("6 seats to fill, but only 5 options stand; say --seats 5 or fewer"),
        "{said}"
    );
    place.write("two.json", &schulze_rules(NO_CAP, REFUSE).replace("\"seats\":1", "\"seats\":9"));
    let said = place.refused(&["count", "food.blt", "--rules", "two.json"]);
    assert!(said.contains("fewer `seats` into two.json"), "{said}");
    place.write("one.json", &json_file(&["Ann"], &[json!({ "ranking": [[0]] })]));
    let said = place.text(&["convert", "one.json", "one.soi", "--from", "json"]);
    assert!(said.starts_with("1 ballot on 1 option, converted"), "{said}");
}

#[test]
fn an_option_may_need_a_larger_majority_against_the_default_option() {
    let place = Place::new();
    let debian = ["count", "capital.blt", "--method", "debian-a5"];
    assert_eq!(place.json(&debian)["winners"], json!(["Nashville"]));
    // 68 of 100 prefer Nashville to Knoxville: that is not 3:1.
    let count = place.json(&[&debian[..], &["--majority", "Nashville=3:1"]].concat());
    assert_eq!(count["transcript"]["rules"]["method"]["majorities"][0]["votes_for"], 3);
    assert_ne!(count["winners"], json!(["Nashville"]));
    for (majority, what) in [("Nashville", "NAME=3:1"), ("Nash=3:1", "no option is called")] {
        let said = place.refused(&[&debian[..], &["--majority", majority]].concat());
        assert!(said.contains(what), "{said}");
    }
}

#[test]
fn an_instant_runoff_excludes_some_first_and_by_batches_looks_at_no_earlier_round() {
    let place = Place::new();
    let irv = ["count", "capital.blt", "--method", "irv"];
    let count = place.json(&[&irv[..], &["--exclude-first", "Knoxville,Memphis"]].concat());
    assert_eq!(count["winners"], json!(["Nashville"]));
    let said = place.refused(&[&irv[..], &["--exclude-first", "Knox"]].concat());
    assert!(said.contains("no option is called"), "{said}");
    let batch = place.json(&[&irv[..], &["--exclusion", "batch"]].concat());
    assert_eq!(batch["transcript"]["rules"]["method"]["look_back"], "never");
    let back = ["--exclusion", "batch", "--look-back", "narrowing"];
    let said = place.refused(&[&irv[..], &back].concat());
    assert!(said.contains("look back never"), "{said}");
    let one = place.json(&irv);
    assert_eq!(one["transcript"]["rules"]["method"]["look_back"], "narrowing");
}

#[test]
fn a_cap_may_be_a_share_of_the_whole_body() {
    let place = Place::new();
    place.write("who.csv", "Chocolate,Acme\nStrawberries,Acme\n");
    let stv = ["count", "food.blt", "--method", "scottish-stv", "--affiliations", "who.csv"];
    let share = ["--cap-share", "1/3", "--body-seats", "5"];
    let count = place.json(&[&stv[..], &share].concat());
    assert_eq!(count["transcript"]["cap"]["before"], json!([2, 0, 3]));
    let said = place.refused(&[&stv[..], &["--cap-share", "1/3"]].concat());
    assert!(said.contains("--body-seats"), "{said}");
    let said = place.refused(&[&stv[..], &["--cap-share", "third", "--body-seats", "5"]].concat());
    assert!(said.contains("such as 1/3"), "{said}");
    let said = place.refused(&[&stv[..], &share, &["--cap", "1"]].concat());
    assert!(said.contains("--cap"), "{said}");
}

#[test]
fn the_electorate_of_a_motion_is_said_in_heads_and_weight() {
    let place = Place::new();
    let count = motion(&place, &motion_rules("present", REFUSE));
    let said = place.refused(&count);
    assert!(said.contains("--entitled N --present N"), "{said}");
    let electorate =
        ["--entitled", "9", "--recused", "2", "--present", "4", "--entitled-weight", "12"];
    let counted = place.json(&[&count[..], &electorate].concat());
    assert_eq!(
        counted["transcript"]["electorate"],
        json!({
            "entitled_heads": 9, "entitled_weight": 12, "recused": { "heads": 2, "weight": 2 },
            "present": { "heads": 4, "weight": 4 },
        })
    );
    let said = place.refused(&[&count[..], &["--entitled", "9", "--present", "1"]].concat());
    assert!(said.contains("--entitled-weight"), "{said}");
    assert!(place.refused(&[&count[..], &["--present", "1"]].concat()).contains("--entitled"));
}

/// Counts the capital, and keeps the transcript.
fn transcript(place: &Place) -> String {
    let report = ["--report", "transcript", "--out", "transcript.json"];
    place.json(&[&["count", "capital.blt", "--method", "schulze"][..], &report].concat());
    std::fs::read_to_string(place.0.path().join("transcript.json")).expect("a transcript")
}

/// Exit code and object of a check.
fn checked(place: &Place, args: &[&str]) -> (Option<i32>, Value) {
    let output = place.run(&[&["check"], args, &["--json"]].concat());
    let json = serde_json::from_slice(&output.stdout).expect("JSON on standard output");
    (output.status.code(), json)
}

#[test]
fn a_transcript_is_checked_against_its_ballots() {
    let place = Place::new();
    transcript(&place);
    let (code, said) = checked(&place, &["transcript.json", "capital.blt"]);
    assert_eq!((code, &said["verdict"]), (Some(0), &json!("verified")), "{said}");
    let text = place.text(&["check", "transcript.json", "capital.blt"]);
    assert!(text.contains("VERIFIED") && text.contains("entitled: 100 with 100 votes"), "{text}");
    // What a count prints is as good as the report.
    let printed = place.run(&["count", "food.blt", "--method", "meek-nz", "--json"]).stdout;
    std::fs::write(place.0.path().join("printed.json"), printed).expect("written");
    let (code, said) = checked(&place, &["printed.json", "food.blt"]);
    assert_eq!((code, &said["verdict"]), (Some(0), &json!("verified")), "{said}");
}

#[test]
fn a_transcript_of_marks_or_of_a_motion_is_checked_as_it_was_counted() {
    let place = Place::new();
    let keep = ["--report", "transcript", "--out"];
    let approval = ["count", "capital.blt", "--method", "approval"];
    let as_marks = ["--rankings-as", "first-choice"];
    place.json(&[&approval[..], &as_marks, &keep, &["marks.json"]].concat());
    let said = place.refused(&["check", "marks.json", "capital.blt"]);
    assert!(said.contains("--rankings-as first-choice"), "{said}");
    let check = [&["marks.json", "capital.blt"], &as_marks[..]].concat();
    assert_eq!(checked(&place, &check).0, Some(0));
    // Others marks than those that were counted.
    let check = ["marks.json", "capital.blt", "--rankings-as", "approvals"];
    let (code, said) = checked(&place, &check);
    assert_eq!((code, &said["place"]), (Some(1), &json!("/count/totals/0/votes/heads")), "{said}");
    let count = motion(&place, &motion_rules("yes-and-no", r#"{"kind":"casting-vote"}"#));
    place.json(&[&count[..], &["--casting", "yes"], &keep, &["voted.json"]].concat());
    let (code, said) = checked(&place, &["voted.json", "motion.json", "--from", "json"]);
    assert_eq!((code, &said["given"]["casting vote"]), (Some(0), &json!("yes")), "{said}");
}

#[test]
fn a_transcript_with_one_figure_altered_is_refuted_with_its_place() {
    let place = Place::new();
    let altered = transcript(&place).replacen("[0,42,42,42]", "[0,42,43,42]", 1);
    place.write("altered.json", &altered);
    let (code, said) = checked(&place, &["altered.json", "capital.blt"]);
    assert_eq!((code, &said["verdict"]), (Some(1), &json!("refuted")), "{said}");
    assert_eq!(said["place"], "/count/pairwise/0/2", "{said}");
    assert_eq!((&said["claimed"], &said["follows"]), (&json!("43"), &json!("42")));
}

#[test]
fn a_transcript_is_refuted_by_other_ballots_and_by_other_options() {
    let place = Place::new();
    transcript(&place);
    for (from, to, at) in [
        ("17 4 3 2 1 0", "17 4 3 2 1 0\n1 1 0", "/electorate/entitled_heads"),
        ("\"Memphis\"", "\"Memfis\"", "/options/options/0/name"),
        ("\"Memphis\"\n\"Nashville\"", "\"Nashville\"\n\"Memphis\"", "/options/options/0/name"),
        ("4 1\n", "4 1\n-4\n", "/options/withdrawn"),
        ("4 1\n", "5 1\n", "/options/options/4/name"),
    ] {
        let mut other = CAPITAL.replacen(from, to, 1);
        if to == "5 1\n" {
            other = other.replacen("\"Capital\"", "\"Oak Ridge\"\n\"Capital\"", 1);
        }
        place.write("other.blt", &other);
        let (code, said) = checked(&place, &["transcript.json", "other.blt"]);
        assert_eq!((code, &said["place"]), (Some(1), &json!(at)), "{said}");
    }
    let options = ["Memphis", "Nashville", "Chattanooga", "Knoxville"];
    let scores = json_file(&options, &vec![json!({ "scores": [[0, 5]] }); 100]);
    place.write("scores.json", &scores);
    let (code, said) = checked(&place, &["transcript.json", "scores.json", "--from", "json"]);
    assert_eq!((code, &said["place"]), (Some(1), &json!("/cast")), "{said}");
    assert!(said["follows"].as_str().is_some_and(|said| said.contains("Memphis 5")), "{said}");
}

#[test]
fn what_is_no_transcript_or_no_ballot_file_has_exit_code_2() {
    let place = Place::new();
    transcript(&place);
    place.write("garbage.json", "{\"transcript\":{\"version\":1}}");
    for args in [
        ["garbage.json", "capital.blt"],
        ["capital.blt", "capital.blt"],
        ["transcript.json", "nofile.blt"],
        ["nofile.json", "capital.blt"],
        ["transcript.json", "transcript.json"],
    ] {
        let (code, said) = checked(&place, &args);
        assert_eq!(code, Some(2), "{said}");
        assert!(said["error"].is_string(), "{said}");
    }
    let said = place.refused(&["check", "garbage.json", "capital.blt"]);
    assert!(said.contains("garbage.json is no transcript"), "{said}");
}
