//! Elections of textbooks, with the results of the textbooks.

use std::path::PathBuf;

use serde_json::{Value, json};
use tabulation::transcript::CountRecord;
use tabulation::{
    BallotForm, CommitteeSearch, CondorcetIrvVariant, ContestOptions, Method, MinimaxStrength,
    OptionIndex, Outcome, Profile, ProfileBuilder, RunoffExclusion, Selection, StarTies, Strength,
    Tally, TieRule, TiedPair, Transcript, Ungraded, Unranked, UnrankedPoints, Unscored,
};

use crate::common::{
    borda, condorcet_irv, copeland, cumulative, ers97, judgment, meek, minimax, minneapolis,
    pairwise_head, phragmen, plurality, ranked_pairs, rules, runoff, schulze, score, scottish,
    star, tabulate, thiele, wigm_prf,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/data/textbook")
}

fn method(id: &str) -> Method {
    match id {
        "plurality" => plurality(),
        "schulze" => schulze(Unranked::Last, Strength::WinningVotes),
        "copeland" => copeland(Unranked::Last, TiedPair::Half),
        "minimax" => minimax(Unranked::Last, MinimaxStrength::WinningVotes),
        "minimax margins" => minimax(Unranked::Last, MinimaxStrength::Margins),
        "minimax opposition" => minimax(Unranked::Last, MinimaxStrength::Opposition),
        "ranked-pairs" => ranked_pairs(Unranked::Last, Strength::WinningVotes),
        "ranked-pairs margins" => ranked_pairs(Unranked::Last, Strength::Margins),
        "condorcet-else-irv" => condorcet_irv(CondorcetIrvVariant::CondorcetElseIrv),
        "smith-irv" => condorcet_irv(CondorcetIrvVariant::SmithIrv),
        "benham" => condorcet_irv(CondorcetIrvVariant::Benham),
        "scottish-stv" => scottish(),
        "meek" => meek(),
        "ers97" => ers97(),
        "minneapolis" => minneapolis(),
        "wigm" => wigm_prf(),
        "irv" => runoff(RunoffExclusion::OneByOne),
        "borda" => borda(UnrankedPoints::Zero),
        "cumulative" => cumulative(3),
        "score" => score(5, Unscored::Zero),
        "star" => star(5, StarTies::Official),
        "majority-judgment" => judgment(3, Ungraded::Lowest),
        "sequential-phragmen" => phragmen(),
        "sequential-pav" => thiele(CommitteeSearch::Sequential),
        "optimal-pav" => thiele(CommitteeSearch::Optimal),
        other => panic!("no test knows the method {other:?}"),
    }
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|n| n.as_str().unwrap().to_owned()).collect()
}

fn place(options: &[String], name: &str) -> OptionIndex {
    let place = options.iter().position(|o| o == name).unwrap();
    OptionIndex::new(u16::try_from(place).unwrap())
}

/// `A>B=C` as a ranking; as first choices alone for methods that mark options, as scores from the
/// last place up for methods that score; `A:5 B:3` as scores.
fn profile(file: &Value, options: &[String], form: BallotForm) -> Profile {
    let mut profile = ProfileBuilder::new();
    for ballot in file["ballots"].as_array().unwrap() {
        let (heads, text) = (ballot[0].as_u64().unwrap(), ballot[1].as_str().unwrap());
        let groups: Vec<Vec<OptionIndex>> = text
            .split('>')
            .filter(|_| !text.contains(':'))
            .map(|rank| rank.split('=').map(|name| place(options, name)).collect())
            .collect();
        let selection = match form {
            BallotForm::Motion => panic!("no textbook has a motion"),
            BallotForm::Choose { .. } => Selection::chosen(groups[0].clone()),
            BallotForm::Rank { .. } => Selection::ranking(groups),
            BallotForm::Score { .. } | BallotForm::Distribute { .. } if groups.is_empty() => {
                Selection::scores(text.split(' ').map(|entry| {
                    let (name, score) = entry.split_once(':').unwrap();
                    (place(options, name), score.parse().unwrap())
                }))
            }
            BallotForm::Score { .. } | BallotForm::Distribute { .. } => {
                let below = (0..options.len() as u16).rev();
                Selection::scores(groups.iter().zip(below).map(|(group, score)| (group[0], score)))
            }
        };
        profile.add_many(&selection, Tally { heads, weight: heads }).unwrap();
    }
    profile.build()
}

fn check(file: &Value, id: &str, expected: &Value) {
    let options = names(&file["options"]);
    let method = method(id);
    let seats = u16::try_from(expected["seats"].as_u64().unwrap()).unwrap();
    let ties = match expected["ties"].as_str() {
        Some("first-excluded-first") => {
            let order: Vec<_> = OptionIndex::all(options.len()).rev().collect();
            TieRule::PublishedOrder { order }
        }
        Some("ballot-order") => {
            TieRule::PublishedOrder { order: OptionIndex::all(options.len()).collect() }
        }
        Some(other) => panic!("no test knows the tie rule {other:?}"),
        None => TieRule::Refuse {},
    };
    let rules = rules(method, seats, ties);
    let profile = profile(file, &options, rules.ballot_form());
    let transcript = tabulate(rules, ContestOptions::from_names(options).unwrap(), &profile);
    let name = |o: &OptionIndex| transcript.options.name(*o);
    let winners: Vec<String> = transcript.outcome.winners().iter().map(name).collect();
    assert_eq!(winners, names(&expected["winners"]), "{id}");
    for (key, value) in expected.as_object().unwrap() {
        match key.as_str() {
            "seats" | "winners" | "note" | "ties" => {}
            "ranking" => {
                let found: Vec<Vec<String>> =
                    transcript.ranking.iter().map(|g| g.iter().map(name).collect()).collect();
                assert_eq!(serde_json::to_value(found).unwrap(), *value, "{id}");
            }
            "tied" => {
                let Outcome::Unresolved { tied, .. } = &transcript.outcome else {
                    panic!("{id}: not tied: {:?}", transcript.outcome)
                };
                assert_eq!(tied.iter().map(name).collect::<Vec<_>>(), names(value), "{id}");
            }
            _ => assert_eq!(figure(&transcript, key), *value, "{id}: {key}"),
        }
    }
}

fn figure(transcript: &Transcript, key: &str) -> Value {
    let names = |options: &[OptionIndex]| -> Vec<String> {
        options.iter().map(|&o| transcript.options.name(o)).collect()
    };
    match (&transcript.count, key) {
        (CountRecord::Schulze(r), "pairwise") => serde_json::to_value(&r.pairwise).unwrap(),
        (CountRecord::Schulze(r), "strongest") => serde_json::to_value(&r.strongest).unwrap(),
        (CountRecord::Copeland(r), "points") => {
            serde_json::to_value(r.scores.iter().map(|s| &s.points).collect::<Vec<_>>()).unwrap()
        }
        (CountRecord::Minimax(r), "worst") => {
            serde_json::to_value(r.worst.iter().map(|w| w.strength).collect::<Vec<_>>()).unwrap()
        }
        (CountRecord::RankedPairs(r), "defeats") => {
            let name = |o: &OptionIndex| transcript.options.name(*o);
            let defeats = r.defeats.iter().map(|d| {
                let path: Vec<String> = d.path.iter().map(name).collect();
                let fate = if d.locked { "locked".to_owned() } else { path.join(">") };
                format!("{}>{} {}-{}: {fate}", name(&d.winner), name(&d.loser), d.votes, d.opposing)
            });
            serde_json::to_value(defeats.collect::<Vec<_>>()).unwrap()
        }
        (CountRecord::CondorcetIrv(r), "stages") => {
            let stages = &r.runoff.as_ref().unwrap().stages;
            serde_json::to_value(stages.iter().map(|s| &s.totals).collect::<Vec<_>>()).unwrap()
        }
        (record, "smith") => {
            let head = pairwise_head(record).unwrap();
            let smith = head.smith.iter().map(|o| transcript.options.name(*o));
            serde_json::to_value(smith.collect::<Vec<_>>()).unwrap()
        }
        (CountRecord::Stages(r), "quota") => serde_json::to_value(&r.quota).unwrap(),
        (CountRecord::Stages(r), "stages") => {
            let totals: Vec<_> = r.stages.iter().map(|s| &s.totals).collect();
            serde_json::to_value(totals).unwrap()
        }
        (CountRecord::Points(r), "sums") => {
            json!(r.totals.iter().map(|t| &t.sum).collect::<Vec<_>>())
        }
        (CountRecord::Star(r), "sums") => {
            json!(r.totals.iter().map(|t| &t.sum).collect::<Vec<_>>())
        }
        (CountRecord::Star(r), "finalists") => {
            json!(r.rounds.iter().map(|round| names(&round.finalists)).collect::<Vec<_>>())
        }
        (CountRecord::Star(r), "preferring") => {
            json!(r.rounds.iter().map(|round| &round.preferring).collect::<Vec<_>>())
        }
        (CountRecord::MajorityJudgment(r), "medians") => {
            json!(r.options.iter().map(|o| o.median).collect::<Vec<_>>())
        }
        (CountRecord::MajorityJudgment(r), "steps") => {
            json!(r.comparisons.iter().map(|c| c.steps).collect::<Vec<_>>())
        }
        (CountRecord::Phragmen(r), "loads") => {
            json!(r.rounds.iter().map(|round| &round.load).collect::<Vec<_>>())
        }
        (CountRecord::ProportionalApproval(r), "gains") => {
            json!(r.rounds.iter().map(|round| &round.gain).collect::<Vec<_>>())
        }
        (CountRecord::ProportionalApproval(r), "worth") => json!(r.worth),
        (CountRecord::ProportionalApproval(r), "committees") => json!(r.committees),
        (CountRecord::ProportionalApproval(r), "best") => {
            json!(r.best.iter().map(|committee| names(committee)).collect::<Vec<_>>())
        }
        (record, key) => panic!("no test knows {key:?} of {record:?}"),
    }
}

#[test]
fn every_textbook_election_gives_its_textbook_result() {
    let mut checked = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let file: Value = serde_json::from_slice(&bytes).unwrap();
        for (id, expected) in file["expected"].as_object().unwrap() {
            check(&file, id, expected);
            checked += 1;
        }
    }
    assert!(checked >= 26, "only {checked} textbook results were found");
}
