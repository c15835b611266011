//! Pairwise methods beside `pref_voting`, a Python library of researchers in social choice.
//!
//! Every profile is counted here by every rule of [`rules`] and handed over with the transcripts, one
//! JSON object a line; `pref_voting_differential.py` counts it again from the ballots alone, and
//! prints a line for each figure that is another.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::elections::{Cast, Election, Range, Ranks, election, tabulate};

/// How many profiles of each kind.
const PROFILES: u64 = 200;

/// A handful of voters: ties between pairs, between defeats, and for the first place.
const HANDFUL: Range =
    Range { options: (3, 6), seats: 1, number: 2, kinds: 7, ranks: Ranks::Shared, withdrawn: true };
/// More voters, more options: cycles within cycles.
const ASSEMBLY: Range = Range { options: (5, 9), number: 20, kinds: 40, ..HANDFUL };
/// Complete orders, which some of its methods ask for.
const COMPLETE: Range =
    Range { options: (3, 7), kinds: 12, ranks: Ranks::Complete, withdrawn: false, ..HANDFUL };

/// The rules compared on all profiles: EXTEND HERE when a method is added. The script knows the
/// `kind`s named here and in [`rules_for_complete_orders`]; it ends with an error when it meets
/// another.
///
/// `pref_voting` has no strength `winning-votes-fewer-opposing`, and its ranked pairs by winning
/// votes takes tied pairs for defeats: published results and hand-made examples test these.
fn rules() -> Vec<Value> {
    let mut rules = Vec::new();
    for unranked in ["not-compared", "last"] {
        for strength in ["winning-votes", "margins"] {
            let own = json!({"strength": strength, "incomparable": "tied"});
            rules.push(method("schulze", unranked, &own));
        }
        for strength in ["winning-votes", "margins", "opposition"] {
            rules.push(method("minimax", unranked, &json!({"strength": strength})));
        }
        for tied_pair in ["nothing", "half"] {
            rules.push(method("copeland", unranked, &json!({"tied_pair": tied_pair})));
        }
        rules.push(method("ranked-pairs", unranked, &json!({"strength": "margins"})));
    }
    rules
}

/// The rules compared on complete orders only: EXTEND HERE too.
fn rules_for_complete_orders() -> Vec<Value> {
    ["condorcet-else-irv", "smith-irv", "benham"]
        .into_iter()
        .map(|variant| {
            json!({
                "kind": "condorcet-irv",
                "by": "heads",
                "unranked": "last",
                "at_most": {"kind": "any"},
                "variant": variant,
                "look_back": "never",
            })
        })
        .collect()
}

/// What these methods have in common, and what is a method's own.
fn method(kind: &str, unranked: &str, own: &Value) -> Value {
    let mut method = json!({
        "kind": kind,
        "by": "heads",
        "unranked": unranked,
        "equal_ranks": "allowed",
        "at_most": {"kind": "any"},
    });
    let fields = method.as_object_mut().expect("an object");
    fields.extend(own.as_object().expect("an object").clone());
    method
}

#[test]
fn pairwise_methods_agree_with_pref_voting_on_pairs_orders_and_winners() {
    let mut lines = String::new();
    let mut counts = 0;
    let kinds = [(HANDFUL, rules()), (ASSEMBLY, rules()), (COMPLETE, rules_for_complete_orders())];
    for (kind, (range, rules)) in kinds.iter().enumerate() {
        for number in 0..PROFILES {
            let seed = 1_000_000 * (1 + u64::try_from(kind).expect("few")) + number;
            let line = line(seed, &election(seed, *range), rules);
            writeln!(lines, "{line}").expect("text");
            counts += rules.len();
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("profiles.jsonl");
    std::fs::write(&file, lines).expect("written");

    let output = check(&file);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with(&format!("{counts} counts agree\n")), "{said}");

    // The foreign program can fail: a pair of one transcript told otherwise.
    let mut changed = line(7, &election(7, ASSEMBLY), &rules());
    let vote = &mut changed["counts"][0]["count"]["pairwise"][0][1];
    *vote = json!(vote.as_u64().expect("votes") + 1);
    std::fs::write(&file, changed.to_string()).expect("written");
    assert!(!check(&file).status.success(), "a changed pair was taken for right");
}

fn check(file: &Path) -> std::process::Output {
    let python = std::env::var_os("BICAMERAL_PREF_VOTING");
    let python = python.expect("BICAMERAL_PREF_VOTING: tests/run sets it and installs pref_voting");
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/python/pref_voting_differential.py");
    let mut command = Command::new(python);
    command.arg("-B").arg(script).arg(file);
    command.output().unwrap_or_else(|error| panic!("{command:?} does not run: {error}"))
}

/// A profile, and what each rule makes of it. Rankings keep their ties; an order of lots decides
/// only whom a method would elect among several.
fn line(seed: u64, election: &Election, rules: &[Value]) -> Value {
    let ballots: Vec<Value> =
        election.ballots.iter().map(|b| json!({"number": b.number, "ranks": b.ranks})).collect();
    let counts: Vec<Value> = rules
        .iter()
        .map(|method| {
            let ties = json!({"kind": "published-order", "order": election.order});
            let transcript = tabulate(election, method, &ties, Cast::Apart);
            json!({
                "method": method,
                "ranking": transcript["ranking"],
                "outcome": transcript["outcome"],
                "count": transcript["count"],
            })
        })
        .collect();
    json!({
        "seed": seed,
        "options": election.options,
        "withdrawn": election.withdrawn,
        "ballots": ballots,
        "counts": counts,
    })
}
