//! Meek's method beside `stv-rs` 0.5.1 in nine decimals: every total of every round, to the digit.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use stv_rs::arithmetic::{FixedDecimal9, Integer64};
use stv_rs::cli::Parallel;
use stv_rs::meek::stv_droop;
use stv_rs::parse::{ParsingOptions, parse_election};
use stv_rs::types::ElectionResult;

use crate::elections::{Cast, Election, Range, Ranks, election, tabulate};

/// How many elections of each kind.
const ELECTIONS: u64 = 5_000;
/// Its omega is 10^-6, as its command line has it.
const OMEGA_DECIMALS: usize = 6;

/// Few ballots, so that ties for exclusion are many.
const TIED: Range =
    Range { options: (3, 8), seats: 4, number: 2, kinds: 12, ranks: Ranks::Some, withdrawn: true };
/// Many ballots alike, whose surpluses run through every decimal.
const LARGE: Range = Range { number: 5_000, kinds: 60, ..TIED };

#[test]
fn meek_elects_and_totals_as_stv_rs_does_in_every_round_of_small_elections_full_of_ties() {
    let ties = agree(0..ELECTIONS, TIED);
    assert!(ties > ELECTIONS / 2, "only {ties} ties: these elections were to be full of them");
}

#[test]
fn meek_elects_and_totals_as_stv_rs_does_in_every_round_of_elections_with_many_ballots() {
    agree(ELECTIONS..2 * ELECTIONS, LARGE);
}

/// Counts all elections by both; gives the ties met.
fn agree(seeds: std::ops::Range<u64>, range: Range) -> u64 {
    let (mut ties, mut crashes) = (0, 0);
    let elections = seeds.end - seeds.start;
    for seed in seeds {
        let election = election(seed, range);
        let theirs = Theirs::count(&election);
        crashes += u64::from(theirs.end.is_none());
        for cast in [Cast::Apart, Cast::Together] {
            let ours = ours(&election, cast);
            compare(&ours, &theirs)
                .unwrap_or_else(|why| panic!("seed {seed}: {why}\n{}", blt(&election)));
            ties += u64::try_from(ours["ties"].as_array().expect("ties").len()).expect("few");
        }
    }
    assert!(crashes * 1_000 <= elections, "stv-rs crashed on {crashes} of {elections}");
    ties / 2
}

fn ours(election: &Election, cast: Cast) -> Value {
    let method = json!({
        "kind": "meek",
        "by": cast.by(),
        "at_most": {"kind": "any"},
        "decimals": 9,
        "kept": "cut",
        "course": "reference",
        "omega_decimals": OMEGA_DECIMALS,
        "omega_bound": "at-most",
        // All whom the surplus left could put last are tied, and the first of its tie order goes.
        "lowest": "within-surplus",
        "look_back": "never",
    });
    // Here the first of the order is the most favoured, so the last one goes.
    let order: Vec<usize> = election.order.iter().rev().copied().collect();
    tabulate(election, &method, &json!({"kind": "published-order", "order": order}), cast)
}

/// Totals by candidate, and the quota, as printed.
#[derive(Debug, Default)]
struct Figures {
    totals: BTreeMap<usize, String>,
    quota: String,
}

/// What `stv-rs` says: its result, and the figures it prints.
struct Theirs {
    /// Whom each round elected, and its figures.
    rounds: Vec<(Vec<usize>, Figures)>,
    /// Nothing, when it crashed; the rounds before are compared all the same.
    end: Option<End>,
}

struct End {
    result: ElectionResult,
    figures: Figures,
}

impl Theirs {
    fn count(election: &Election) -> Self {
        let options = ParsingOptions {
            remove_withdrawn_candidates: true,
            remove_empty_ballots: true,
            optimize_layout: false,
        };
        let parsed = parse_election(blt(election).as_bytes(), options).expect("stv-rs reads it");
        let mut printed = Vec::new();
        let counted = catch_unwind(AssertUnwindSafe(|| {
            stv_droop::<Integer64, FixedDecimal9>(
                &mut printed,
                &parsed,
                "differential",
                OMEGA_DECIMALS,
                Parallel::No,
                None,
                false,
                false,
                false,
            )
        }));
        let printed = String::from_utf8(printed).expect("text");
        let (rounds, last) =
            printed.rsplit_once("Action: Count Complete").unwrap_or((&printed, ""));
        let mut rounds: Vec<_> = rounds.split("\nRound ").skip(1).collect();
        let end = match counted {
            Ok(result) => {
                let result = result.expect("writing to memory works");
                Some(End { result, figures: figures(last) })
            }
            Err(panic) => {
                assert_is_the_known_crash(rounds.pop().expect("a round"), &*panic);
                None
            }
        };
        Self { rounds: rounds.into_iter().map(round).collect(), end }
    }
}

/// Rounding up can leave an elected candidate a digit below the quota. The surplus it sums is then
/// negative, nobody is lowest within it, and it unwraps nothing (its documentation of
/// `surplus_droop` says so). Here such a surplus counts as none, as in the reference rule of the
/// Proportional Representation Foundation.
fn assert_is_the_known_crash(round: &str, panic: &(dyn Any + Send)) {
    let surplus = round.rsplit_once("Surplus: ").expect("a surplus").1;
    assert!(surplus.starts_with('-'), "stv-rs crashed for another reason: {panic:?} in {round}");
}

/// One round: its actions all have the same figures.
fn round(text: &str) -> (Vec<usize>, Figures) {
    let mut elected = Vec::new();
    let mut found = Figures::default();
    for action in text.split("Action: ").skip(1) {
        let (name, rest) = action.split_once('\n').expect("lines");
        if let Some(winner) = name.strip_prefix("Elect: ") {
            elected.push(number(winner));
            found = figures(rest);
        } else if name.starts_with("Defeat (") {
            found = figures(rest);
        }
    }
    (elected, found)
}

/// The lines `Elected:  c3 (12.000000000)`, `Hopeful: …`, `Defeated: c1, c2 (0.000000000)`.
fn figures(text: &str) -> Figures {
    let mut found = Figures::default();
    for line in text.lines().map(str::trim) {
        let Some((what, rest)) = line.split_once(':') else { continue };
        match what {
            "Elected" | "Hopeful" | "Defeated" => {
                let (names, total) = rest.trim().rsplit_once(" (").expect("a total");
                for name in names.split(", ") {
                    found.totals.insert(number(name), total.trim_end_matches(')').to_owned());
                }
            }
            "Quota" => rest.trim().clone_into(&mut found.quota),
            _ => {}
        }
    }
    found
}

fn number(name: &str) -> usize {
    name.strip_prefix('c').and_then(|digits| digits.parse().ok()).expect("a candidate of ours")
}

/// The election as `stv-rs` reads it.
fn blt(election: &Election) -> String {
    let words = |options: &mut dyn Iterator<Item = usize>| {
        options.map(|option| format!(" c{option}")).collect::<String>()
    };
    let mut text = format!("{} {}\n", election.options, election.seats);
    let mut line = |line: String| writeln!(text, "{line}").expect("text");
    line(format!("[nick{}]", words(&mut (0..election.options))));
    if !election.withdrawn.is_empty() {
        line(format!("[withdrawn{}]", words(&mut election.withdrawn.iter().copied())));
    }
    line(format!("[tie{}]", words(&mut election.order.iter().copied())));
    for ballots in &election.ballots {
        let ranks = words(&mut ballots.ranks.iter().flatten().copied());
        line(format!("{}{ranks} 0", ballots.number));
    }
    line("0".to_owned());
    (0..election.options).for_each(|option| line(format!("\"c{option}\"")));
    line("\"Differential\"".to_owned());
    text
}

fn compare(ours: &Value, theirs: &Theirs) -> Result<(), String> {
    let stages = ours["count"]["stages"].as_array().expect("stages");
    if let Some(End { result, figures }) = &theirs.end {
        let winners = options(&ours["outcome"]["winners"]);
        same("winners", &sorted(&winners), &sorted(&result.elected))?;
        same("the order of exclusion", &excluded(stages), &result.not_elected)?;
        same_figures("the end", stages.last().expect("a stage"), figures)?;
    }
    if stages.len() < theirs.rounds.len() {
        return Err(format!("{} stages for {} rounds", stages.len(), theirs.rounds.len()));
    }
    for (round, (stage, (elected, figures))) in stages.iter().zip(&theirs.rounds).enumerate() {
        let round = round + 1;
        // Whoever is elected without a quota, since nobody else is left, is told in no round there.
        let mut seated = options(&stage["elected"]);
        if round == theirs.rounds.len() {
            seated.retain(|option| elected.contains(option));
        }
        same(&format!("elected in round {round}"), &sorted(&seated), &sorted(elected))?;
        same_figures(&format!("round {round}"), stage, figures)?;
    }
    Ok(())
}

/// In order of exclusion; those left over when all seats are filled in ballot order.
fn excluded(stages: &[Value]) -> Vec<usize> {
    let mut found = Vec::new();
    for stage in stages {
        let action = &stage["action"];
        match action["kind"].as_str().expect("a kind") {
            "exclusion" => found.extend(options(&json!([action["option"]]))),
            "joint-exclusion" => found.extend(options(&action["options"])),
            _ => {}
        }
    }
    found
}

fn same_figures(what: &str, stage: &Value, theirs: &Figures) -> Result<(), String> {
    if theirs.totals.is_empty() {
        return Err(format!("{what}: stv-rs printed no totals"));
    }
    for (&option, total) in &theirs.totals {
        let ours = stage["totals"][option].as_str().expect("a total");
        same(&format!("{what}: total of c{option}"), &ours, &total.as_str())?;
    }
    let quota = stage["quota"].as_str().expect("a quota");
    same(&format!("{what}: quota"), &quota, &theirs.quota.as_str())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: &T, theirs: &T) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{what}: {ours:?} here, {theirs:?} there")) }
}

fn options(value: &Value) -> Vec<usize> {
    let option = |value: &Value| usize::try_from(value.as_u64().expect("an option")).expect("few");
    value.as_array().expect("options").iter().map(option).collect()
}

fn sorted(options: &[usize]) -> Vec<usize> {
    let mut options = options.to_vec();
    options.sort_unstable();
    options
}
