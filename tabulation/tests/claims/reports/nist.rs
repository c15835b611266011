//! Reports in the form of NIST SP 1500-100.

use std::collections::BTreeSet;

use tabulation::TieRule;
use tabulation::report::nist;

use super::{every_kind, motion, rankings};
use crate::common::{options, rules, scottish, tabulate};

fn about() -> nist::About {
    nist::About {
        election: "Spring \"vote\" </script>".to_owned(),
        contest: "A contest".to_owned(),
        electorate: "The technical pool".to_owned(),
        issuer: "Example Foundation".to_owned(),
        issuer_abbreviation: "EF".to_owned(),
        starts: "2026-04-01".parse().unwrap(),
        ends: "2026-04-30".parse().unwrap(),
        generated: "2026-05-01T12:00:00Z".parse().unwrap(),
        status: nist::Status::Certified,
    }
}

/// What the schema of NIST SP 1500-100 version 2 says of the classes used here: members required,
/// other members allowed. (`NIST_V2_election_results_reporting.json`; no others are allowed.)
fn class(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "ElectionReport" => (
            &[
                "Format",
                "GeneratedDate",
                "Issuer",
                "IssuerAbbreviation",
                "SequenceEnd",
                "SequenceStart",
                "Status",
                "VendorApplicationId",
            ],
            &[
                "Notes",
                "Election",
                "GpUnit",
                "ExternalIdentifier",
                "IsTest",
                "TestType",
                "Person",
                "Office",
                "OfficeGroup",
                "Party",
                "Signature",
            ],
        ),
        "Election" => (
            &["ElectionScopeId", "EndDate", "Name", "StartDate", "Type"],
            &["OtherType", "Candidate", "Contest", "CountStatus", "ExternalIdentifier"],
        ),
        "ReportingUnit" => (
            &["Type", "@id"],
            &["OtherType", "Name", "VotersParticipated", "VotersRegistered", "Number"],
        ),
        "Candidate" => (&["BallotName", "@id"], &["PostElectionStatus", "PreElectionStatus"]),
        "CandidateContest" => (
            &["VotesAllowed", "ElectoralDistrictId", "Name", "@id"],
            &[
                "NumberElected",
                "CountStatus",
                "OtherVoteVariation",
                "SummaryCounts",
                "VoteVariation",
                "BallotSelection",
            ],
        ),
        "BallotMeasureContest" => (
            &["ElectoralDistrictId", "Name", "@id"],
            &[
                "EffectOfAbstain",
                "PassageThreshold",
                "Type",
                "CountStatus",
                "OtherVoteVariation",
                "SummaryCounts",
                "VoteVariation",
                "BallotSelection",
            ],
        ),
        "CandidateSelection" => (&["CandidateIds", "@id"], &["SequenceOrder", "VoteCounts"]),
        "BallotMeasureSelection" => (&["Selection", "@id"], &["SequenceOrder", "VoteCounts"]),
        "VoteCounts" => (&["Count", "Type"], &["GpUnitId", "OtherType"]),
        "SummaryCounts" => (&["Type"], &["GpUnitId", "BallotsCast", "Undervotes", "OtherType"]),
        "CountStatus" => (&["Status", "Type"], &["OtherType"]),
        "InternationalizedText" => (&["Text"], &["Label"]),
        "LanguageString" => (&["Content", "Language"], &[]),
        other => panic!("{other} is no class of the schema used here"),
    }
}

/// The words that the schema allows where it has an enumeration.
fn enumeration(class: &str, member: &str) -> Option<&'static [&'static str]> {
    Some(match (class, member) {
        ("ElectionReport", "Format") => &["precinct-level", "summary-contest"],
        ("ElectionReport", "Status") => &[
            "certified",
            "correction",
            "pre-election",
            "recount",
            "unofficial-complete",
            "unofficial-partial",
        ],
        ("Election", "Type") => &[
            "general",
            "other",
            "partisan-primary-closed",
            "partisan-primary-open",
            "primary",
            "runoff",
            "special",
        ],
        ("VoteCounts" | "SummaryCounts" | "CountStatus", "Type") => &["other", "total"],
        ("CountStatus", "Status") => &["completed", "in-process", "not-processed", "unknown"],
        ("BallotMeasureContest", "Type") => {
            &["ballot-measure", "initiative", "other", "referendum"]
        }
        (_, "VoteVariation") => &[
            "1-of-m",
            "approval",
            "borda",
            "cumulative",
            "majority",
            "n-of-m",
            "other",
            "plurality",
            "proportional",
            "range",
            "rcv",
            "super-majority",
        ],
        ("Candidate", "PostElectionStatus") => {
            &["advanced-to-runoff", "projected-winner", "winner", "withdrawn"]
        }
        ("Candidate", "PreElectionStatus") => &["filed", "qualified", "withdrawn", "write-in"],
        _ => return None,
    })
}

fn assert_conforms(value: &serde_json::Value, ids: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Array(items) => {
            assert!(!items.is_empty());
            items.iter().for_each(|item| assert_conforms(item, ids));
        }
        serde_json::Value::Object(members) => {
            let name = members["@type"].as_str().unwrap().strip_prefix("ElectionResults.").unwrap();
            let (required, allowed) = class(name);
            for member in required {
                assert!(members.contains_key(*member), "{name} lacks {member}");
            }
            for (member, value) in members {
                let known =
                    required.contains(&member.as_str()) || allowed.contains(&member.as_str());
                assert!(known || member == "@type", "{name} has no {member}");
                if let Some(words) = enumeration(name, member) {
                    assert!(words.contains(&value.as_str().unwrap()), "{name} {member} {value}");
                }
            }
            if let Some(id) = members.get("@id") {
                assert!(ids.insert(id.as_str().unwrap().to_owned()), "{id} is there twice");
            }
            members
                .values()
                .filter(|value| value.is_object() || is_of_objects(value))
                .for_each(|value| assert_conforms(value, ids));
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => panic!("{value} is no object"),
    }
}

fn is_of_objects(value: &serde_json::Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(serde_json::Value::is_object))
}

#[test]
fn a_nist_report_has_what_the_schema_requires_and_nothing_it_does_not_know() {
    for transcript in every_kind() {
        let written = nist::report(&transcript, &about());
        assert!(!written.contains("</script>"));
        let report: serde_json::Value = serde_json::from_str(&written).unwrap();
        let mut ids = BTreeSet::new();
        assert_conforms(&report, &mut ids);
        let election = &report["Election"][0];
        // References lead somewhere.
        assert!(ids.contains(election["ElectionScopeId"].as_str().unwrap()));
        let contest = &election["Contest"][0];
        assert!(ids.contains(contest["ElectoralDistrictId"].as_str().unwrap()));
        for selection in contest["BallotSelection"].as_array().unwrap() {
            for id in
                selection.get("CandidateIds").and_then(|ids| ids.as_array()).into_iter().flatten()
            {
                assert!(ids.contains(id.as_str().unwrap()));
            }
        }
        let winners = election
            .get("Candidate")
            .and_then(|c| c.as_array())
            .map_or(0, |all| all.iter().filter(|c| c.get("PostElectionStatus").is_some()).count());
        assert_eq!(winners, transcript.outcome.winners().len());
    }
}

#[test]
fn a_method_that_the_schema_has_no_word_for_is_named() {
    let named = every_kind().into_iter().filter_map(|transcript| {
        let text = nist::report(&transcript, &about());
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let contest = &report["Election"][0]["Contest"][0];
        let other = contest["VoteVariation"] == "other";
        assert_eq!(other, contest.get("OtherVoteVariation").is_some());
        contest["OtherVoteVariation"].as_str().map(str::to_owned)
    });
    let named: BTreeSet<String> = named.collect();
    for method in ["STAR voting", "majority judgment", "sequential Phragmén"] {
        assert!(named.contains(method), "{named:?}");
    }
}

#[test]
fn a_nist_report_holds_the_figures_of_the_transcript() {
    let report: serde_json::Value =
        serde_json::from_str(&nist::report(&motion(), &about())).unwrap();
    let contest = &report["Election"][0]["Contest"][0];
    let counts: Vec<_> = contest["BallotSelection"]
        .as_array()
        .unwrap()
        .iter()
        .map(|selection| selection["VoteCounts"][0]["Count"].as_u64().unwrap())
        .collect();
    assert_eq!(counts, [8, 4, 1]);
    assert_eq!(contest["VoteVariation"], "super-majority");
    assert_eq!(report["GpUnit"][0]["VotersRegistered"], 20);
    let profile = rankings(4);
    let transcript = tabulate(rules(scottish(), 1, TieRule::Lots {}), options(4), &profile);
    let written = nist::report(&transcript, &about());
    // Figures are written digit for digit: no float comes near them.
    assert!(written.contains(".00000,\"Type\":\"total\""));
    assert!(written.contains("\"Type\":\"other\",\"OtherType\":\"after stage 2\""));
}

#[test]
fn days_and_moments_have_one_spelling() {
    for good in ["2026-01-31", "1999-12-01"] {
        assert!(good.parse::<nist::Date>().is_ok());
    }
    for bad in ["2026-13-01", "2026-00-01", "2026-1-1", "26-01-01", "2026-01-32", "2026/01/01", ""]
    {
        assert!(bad.parse::<nist::Date>().is_err(), "{bad:?}");
    }
    assert!("2026-01-31T23:59:60Z".parse::<nist::Moment>().is_ok());
    for bad in ["2026-01-31T24:00:00Z", "2026-01-31T23:59:59+01:00", "2026-01-31 23:59:59Z"] {
        assert!(bad.parse::<nist::Moment>().is_err(), "{bad:?}");
    }
}
