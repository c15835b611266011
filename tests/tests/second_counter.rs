//! Elections counted twice: by `tabulation`, and by `tests/second_counter`, a Python program that
//! was written from the rule texts and docs/counting.md without a look at the Rust. Compared is
//! every field of a transcript that is not English.
//!
//! Elections are random and small, so that ties, shared and skipped ranks, weights and withdrawals
//! are the rule; published elections in `BICAMERAL_DATA` are counted by the methods that
//! their ballots allow. `BICAMERAL_ELECTIONS` sets how many random ones each rule gets.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tabulation::format::{Encoding, blt, elekto};
use tabulation::{
    AffiliationId, BallotForm, CastingVote, Choice, Contest, ContestOption, ContestOptions,
    ContestRules, Electorate, EqualRanks, LotSeed, LotSource, OptionIndex, Profile, ProfileBuilder,
    Selection, Tally, count,
};

/// Random elections for each rule, unless `BICAMERAL_ELECTIONS` says otherwise.
const ELECTIONS: u64 = 300;
/// The largest published election that Python counts by Meek's method within a test's patience.
const MAX_MEEK_BALLOTS: u64 = 20_000;

#[test]
fn two_counters_agree_on_random_elections() {
    let each = std::env::var("BICAMERAL_ELECTIONS")
        .ok()
        .map_or(ELECTIONS, |n| n.parse().expect("BICAMERAL_ELECTIONS is a number"));
    let mut lines = Lines::new("random");
    for (number, method) in (0..).zip(methods()) {
        let before = lines.written;
        for election in 0..each * 4 {
            if lines.written - before == each {
                break;
            }
            let mut rng = StdRng::seed_from_u64(number * 1_000_000 + election);
            random(&mut rng, &method, &mut lines);
        }
        assert!(lines.written - before >= each / 2, "few elections could be counted: {method}");
    }
    lines.compare();
}

#[test]
fn two_counters_agree_on_published_elections() {
    let Some(folder) = folder() else { return };
    let mut lines = Lines::new("published");
    for path in files(&folder) {
        let bytes = std::fs::read(&path).expect("a file");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let (options, profile, seats) = if name.ends_with(".blt") {
            let Ok((header, profile)) = blt::read_profile(&bytes, Encoding::Utf8OrLatin1) else {
                panic!("{name} cannot be read");
            };
            (header.options().expect("options"), profile, header.seats)
        } else {
            let file = elekto::read(&bytes, Encoding::Utf8).expect("a table of ranks");
            (file.options().expect("options"), file.profile().expect("a profile"), 4)
        };
        let rules_of_one_body =
            json!({ "kind": "ers97", "by": "heads", "at_most": { "kind": "any" } });
        for method in methods().into_iter().chain([rules_of_one_body]) {
            let heavy = method["kind"] == "meek" && profile.total().heads > MAX_MEEK_BALLOTS;
            if heavy {
                continue;
            }
            let order: Vec<u16> = options.iter().map(|(option, _)| option.value()).collect();
            let ties = json!({ "kind": "published-order", "order": order });
            for seats in [seats, 1] {
                let rules = json!({
                    "method": method, "seats": seats, "ties": ties,
                    "affiliation_cap": { "kind": "unlimited" },
                });
                lines.add(&rules, &options, &profile, &Breaks::Nothing);
            }
        }
    }
    assert!(lines.written > 100, "only {} counts of published elections", lines.written);
    lines.compare();
}

// ---- The rules ----------------------------------------------------------------------------------

/// Every method with the choices that change what it does.
fn methods() -> Vec<Value> {
    let any = json!({ "kind": "any" });
    let mut methods = vec![
        json!({ "kind": "plurality", "by": "weight", "at_most": { "kind": "at-most", "options": 2 } }),
        json!({ "kind": "approval", "by": "heads" }),
        json!({ "kind": "cumulative", "by": "weight", "votes": 4 }),
        json!({ "kind": "score", "by": "weight", "highest": 4, "unscored": "zero" }),
        json!({ "kind": "score", "by": "heads", "highest": 4, "unscored": "not-counted" }),
        json!({ "kind": "star", "by": "weight", "highest": 3, "ties": "official" }),
        json!({ "kind": "star", "by": "heads", "highest": 3, "ties": "lots" }),
        json!({ "kind": "majority-judgment", "by": "weight", "highest": 3, "unscored": "lowest" }),
        json!({ "kind": "majority-judgment", "by": "heads", "highest": 3, "unscored": "not-counted" }),
        json!({ "kind": "sequential-phragmen", "by": "weight" }),
        json!({ "kind": "proportional-approval", "by": "weight", "search": "sequential" }),
        json!({ "kind": "proportional-approval", "by": "heads", "search": "optimal" }),
        json!({ "kind": "debian-a5", "by": "heads", "default_option": 0, "quorum": 2,
                "majorities": [{ "option": 1, "votes_for": 3, "votes_against": 1 }] }),
    ];
    for unranked in ["zero", "average"] {
        methods.push(json!({ "kind": "borda", "by": "weight", "at_most": any,
            "equal_ranks": "allowed", "unranked": unranked }));
    }
    for unranked in ["last", "not-compared"] {
        for strength in ["winning-votes", "winning-votes-fewer-opposing", "margins"] {
            for incomparable in ["tied", "by-wins"] {
                methods.push(json!({ "kind": "schulze", "by": "weight", "unranked": unranked,
                    "strength": strength, "incomparable": incomparable,
                    "equal_ranks": "allowed", "at_most": any }));
            }
            methods.push(json!({ "kind": "ranked-pairs", "by": "heads", "unranked": unranked,
                "strength": strength, "equal_ranks": "allowed", "at_most": any }));
        }
        for strength in ["winning-votes", "margins", "opposition"] {
            methods.push(json!({ "kind": "minimax", "by": "weight", "unranked": unranked,
                "strength": strength, "equal_ranks": "allowed", "at_most": any }));
        }
        for tied_pair in ["nothing", "half"] {
            methods.push(json!({ "kind": "copeland", "by": "weight", "unranked": unranked,
                "equal_ranks": "allowed", "at_most": any, "tied_pair": tied_pair }));
        }
    }
    for variant in ["condorcet-else-irv", "smith-irv", "benham"] {
        methods.push(json!({ "kind": "condorcet-irv", "by": "weight", "unranked": "last",
            "at_most": any, "variant": variant, "look_back": "narrowing" }));
    }
    for look_back in ["never", "narrowing", "all-different", "forwards"] {
        let exclusions: &[&str] =
            if look_back == "never" { &["batch", "one-by-one"] } else { &["one-by-one"] };
        for exclusion in exclusions {
            for (end, first) in [
                ("majority", json!([])),
                ("majority", json!([0, 2])),
                ("two-left", json!([])),
                ("two-left", json!([1, 0])),
            ] {
                methods.push(json!({ "kind": "instant-runoff", "by": "weight", "at_most": any,
                    "end": end, "exclusion": exclusion, "exclude_first": first,
                    "look_back": look_back }));
            }
        }
        for lowest in ["within-surplus", "exactly"] {
            methods.push(json!({ "kind": "meek", "by": "weight", "at_most": any, "decimals": 9,
                "kept": "cut", "course": "reference", "omega_decimals": 6,
                "omega_bound": "at-most", "lowest": lowest, "look_back": look_back }));
        }
    }
    // The two rule texts of Meek's method, and choices between them with few decimals.
    for (decimals, kept, course, omega, bound, lowest, look_back) in [
        (9, "rounded-up", "reference", 6, "less-than", "within-surplus", "never"),
        (9, "all-rounded-up", "new-zealand", 4, "less-than", "exactly", "forwards"),
        (3, "all-rounded-up", "reference", 2, "at-most", "exactly", "narrowing"),
        (3, "rounded-up", "new-zealand", 3, "at-most", "within-surplus", "narrowing"),
        (4, "cut", "new-zealand", 4, "less-than", "exactly", "forwards"),
    ] {
        methods.push(json!({ "kind": "meek", "by": "weight", "at_most": any, "decimals": decimals,
            "kept": kept, "course": course, "omega_decimals": omega, "omega_bound": bound,
            "lowest": lowest, "look_back": look_back }));
    }
    for look_back in ["narrowing", "all-different"] {
        methods.push(json!({ "kind": "scottish-stv", "by": "weight", "at_most": any,
            "look_back": look_back }));
    }
    for (quota, elects) in
        [("droop-whole", "at-least"), ("droop-exact", "more-than"), ("hare", "at-least")]
    {
        for transfer in ["per-paper", "per-parcel"] {
            methods.push(json!({ "kind": "wigm", "by": "weight", "at_most": any,
                "decimals": if transfer == "per-paper" { 4 } else { 1 }, "quota": quota, "elects": elects, "transfer": transfer,
                "look_back": "narrowing" }));
        }
    }
    for kind in ["ers97", "minneapolis"] {
        for by in ["weight", "heads"] {
            methods.push(json!({ "kind": kind, "by": by, "at_most": any }));
        }
    }
    methods.extend(motions());
    methods
}

fn motions() -> Vec<Value> {
    let share = |bound: &str, numerator: u64, denominator: u64| json!({ "bound": bound, "ratio": { "numerator": numerator, "denominator": denominator } });
    let (half, third) = (share("more-than", 1, 2), share("at-least", 1, 3));
    let seats = json!({ "seats": 7 });
    let mut motions = Vec::new();
    for (abstention, failure) in [
        ("neutral", "no-decision"),
        ("neutral", "fails"),
        ("quorum-only", "reopen"),
        ("quorum-only", "fails"),
        ("counts-as-no", "no-decision"),
        ("counts-as-no", "reopen"),
    ] {
        let mut motion = |quorums: Value, thresholds: Value| {
            motions.push(json!({
                "kind": "motion", "abstention": abstention, "quorum_failure": failure,
                "quorums": quorums, "thresholds": thresholds,
            }));
        };
        motion(
            json!([{ "kind": "share", "by": "heads", "share": third }]),
            json!([
                { "kind": "share", "by": "weight", "share": half, "of": "yes-and-no" },
                { "kind": "minimum-yes", "by": "heads", "number": 2 },
                { "kind": "maximum-no", "by": "heads", "number": 6 },
            ]),
        );
        motion(
            json!([
                { "kind": "share-of", "by": "weight", "share": third, "of": "unrecused" },
                { "kind": "at-least", "by": "heads", "number": 3 },
            ]),
            json!([
                { "kind": "share", "by": "heads", "share": half, "of": "cast" },
                { "kind": "minimum-lead", "by": "weight", "number": 1 },
            ]),
        );
        motion(
            json!([
                { "kind": "present", "by": "heads", "share": third, "of": seats },
                { "kind": "present-at-least", "by": "weight", "number": 2 },
            ]),
            json!([{ "kind": "share", "by": "weight", "share": half, "of": "present" }]),
        );
        motion(json!([]), json!([{ "kind": "all-but", "by": "heads", "number": 2 }]));
        for of in [json!("entitled"), json!("unrecused"), seats.clone()] {
            motion(json!([]), json!([{ "kind": "share", "by": "heads", "share": half, "of": of }]));
        }
    }
    motions
}

// ---- Random elections ---------------------------------------------------------------------------

fn random(rng: &mut StdRng, method: &Value, lines: &mut Lines) {
    let motion = method["kind"] == "motion";
    let number = if motion { 0 } else { rng.random_range(1..=6_u16) };
    let options = options(rng, number);
    let ties = match rng.random_range(0..4) {
        0 => json!({ "kind": "refuse" }),
        1 => json!({ "kind": "casting-vote" }),
        _ if motion => json!({ "kind": "refuse" }),
        2 => json!({ "kind": "lots" }),
        _ => json!({ "kind": "published-order", "order": order(rng, number) }),
    };
    let cap = match rng.random_range(0..6) {
        _ if motion => json!({ "kind": "unlimited" }),
        0 => json!({ "kind": "share", "ratio": { "numerator": 1, "denominator": 3 },
            "body_seats": rng.random_range(4..=7) }),
        n @ 1..=2 => json!({ "kind": "at-most", "seats": n }),
        _ => json!({ "kind": "unlimited" }),
    };
    let seats = match method["kind"].as_str() {
        Some("motion") => 0,
        Some("instant-runoff" | "condorcet-irv" | "debian-a5") => 1,
        _ => rng.random_range(1..=number.min(4)),
    };
    let rules = json!({ "method": method, "seats": seats, "ties": ties, "affiliation_cap": cap });
    let Ok(parsed) = serde_json::from_value::<ContestRules>(rules.clone()) else {
        panic!("not rules: {rules}")
    };
    let mut builder = ProfileBuilder::new();
    for _ in 0..rng.random_range(0..8) {
        let selection = selection(rng, parsed.ballot_form(), number);
        let heads = rng.random_range(1..=4);
        let weight = heads * rng.random_range(0..=3);
        builder.add_many(&selection, Tally { heads, weight }).expect("canonical");
    }
    let favour = order(rng, number);
    let breaks = match ties["kind"].as_str() {
        Some("casting-vote") if rng.random_range(0..3) == 0 => Breaks::Nothing,
        Some("casting-vote") if motion => {
            Breaks::Motion([Choice::Yes, Choice::No][rng.random_range(0..2)])
        }
        Some("casting-vote") => Breaks::Order(favour.into_iter().map(OptionIndex::new).collect()),
        _ => Breaks::Seed(LotSeed::new(std::array::from_fn(|_| rng.random()))),
    };
    lines.add(&rules, &options, &builder.build(), &breaks);
}

/// A few more than voted: some recused, and where presence is recorded some absent.
fn electorate(profile: &Profile, number: u64) -> Electorate {
    let more = |tally: Tally, heads, weight| Tally {
        heads: tally.heads + heads,
        weight: tally.weight + weight,
    };
    let present = more(profile.total(), number % 3, number % 4);
    let recused = Tally { heads: number / 2 % 2, weight: number / 2 % 3 };
    let entitled = more(more(present, recused.heads, recused.weight), number % 5, number % 7);
    Electorate::of(entitled).recusing(recused).attended_by(present)
}

fn order(rng: &mut StdRng, number: u16) -> Vec<u16> {
    let mut order: Vec<u16> = (0..number).collect();
    order.shuffle(rng);
    order
}

fn options(rng: &mut StdRng, number: u16) -> ContestOptions {
    let groups = ["acme", "bolt"].map(|name| AffiliationId::new(name).expect("an id"));
    let listed = (0..number).map(|i| {
        let option = ContestOption::new(format!("o{i}"), format!("Option {i}"));
        match rng.random_range(0..8) {
            0 | 1 => option.affiliated(groups[0].clone()),
            2 | 3 => option.affiliated(groups[1].clone()),
            4 => option.affiliated(groups[1].clone()).affiliated(groups[0].clone()),
            _ => option,
        }
    });
    let listed = ContestOptions::new(listed.collect()).expect("options");
    let withdrawn = match rng.random_range(0..4) {
        0 if number > 1 => [OptionIndex::new(rng.random_range(0..number))].into(),
        _ => [].into(),
    };
    let sitting = match rng.random_range(0..4) {
        0 => [(groups[0].clone(), 1)].into(),
        _ => [].into(),
    };
    listed.with_withdrawn(withdrawn).expect("an option").with_sitting(sitting)
}

fn selection(rng: &mut StdRng, form: BallotForm, number: u16) -> Selection {
    let mut order: Vec<OptionIndex> = OptionIndex::all(usize::from(number)).collect();
    order.shuffle(rng);
    order.truncate(rng.random_range(0..=usize::from(number)));
    match form {
        BallotForm::Motion => {
            [Selection::YES, Selection::NO, Selection::ABSTAIN][rng.random_range(0..3)].clone()
        }
        BallotForm::Choose { at_most } => {
            Selection::chosen(order.into_iter().take(at_most.limit(usize::from(number))))
        }
        BallotForm::Rank { equal_ranks, .. } => {
            let mut groups: Vec<Vec<OptionIndex>> = Vec::new();
            for option in order {
                let share = equal_ranks == EqualRanks::Allowed && rng.random_range(0..3) == 0;
                match groups.last_mut() {
                    Some(group) if share => group.push(option),
                    Some(_) | None => groups.push(vec![option]),
                }
            }
            Selection::ranking(groups)
        }
        BallotForm::Score { highest } => {
            Selection::scores(order.into_iter().map(|o| (o, rng.random_range(0..=highest))))
        }
        BallotForm::Distribute { votes } => {
            let mut left = votes;
            Selection::scores(order.into_iter().map(|o| {
                let given = rng.random_range(0..=left);
                left -= given;
                (o, given)
            }))
        }
    }
}

// ---- Both counters ------------------------------------------------------------------------------

/// What breaks the ties of a count.
enum Breaks {
    Nothing,
    Seed(LotSeed),
    Order(Vec<OptionIndex>),
    Motion(Choice),
}

/// Counts of ours, one a line, for the other program to repeat.
struct Lines {
    path: PathBuf,
    out: BufWriter<std::fs::File>,
    written: u64,
    _folder: tempfile::TempDir,
}

impl Lines {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(format!("{name}.jsonl"));
        let out = BufWriter::new(std::fs::File::create(&path).expect("a file"));
        Self { path, out, written: 0, _folder: folder }
    }

    /// Counts, unless these rules cannot be carried out with these options and ballots.
    fn add(&mut self, rules: &Value, options: &ContestOptions, profile: &Profile, breaks: &Breaks) {
        let parsed: ContestRules = serde_json::from_value(rules.clone()).expect("rules");
        let Ok(contest) = Contest::new(parsed, options.clone()) else { return };
        let electorate = electorate(profile, self.written);
        let source = match breaks {
            Breaks::Nothing => LotSource::None,
            Breaks::Seed(seed) => LotSource::Seed(*seed),
            Breaks::Order(order) => LotSource::Casting(CastingVote::Order(order)),
            Breaks::Motion(choice) => LotSource::Casting(CastingVote::Motion(*choice)),
        };
        let transcript = match count(&contest, profile, &electorate, source) {
            Ok(transcript) => transcript,
            // Ballots of another form, such as rankings for a method that asks for marks.
            Err(tabulation::CountError::IllegalSelection { .. }) => return,
            Err(error) => panic!("{rules}: {error}"),
        };
        tabulation::check(&transcript, profile)
            .unwrap_or_else(|error| panic!("our own check refuses {rules}: {error}"));
        let ballots: Vec<Value> = profile
            .iter()
            .map(|(marks, tally)| {
                let selection = marks.to_selection();
                json!({ "selection": selection, "heads": tally.heads, "weight": tally.weight })
            })
            .collect();
        let mut input = json!({
            "rules": rules, "options": options, "ballots": ballots, "electorate": electorate,
        });
        match breaks {
            Breaks::Nothing => {}
            Breaks::Seed(seed) => input["seed"] = json!(seed),
            Breaks::Order(order) => input["casting"] = json!(order),
            Breaks::Motion(choice) => input["casting"] = json!(choice),
        }
        let line = json!({ "input": input, "transcript": transcript });
        writeln!(self.out, "{line}").expect("room on the disk");
        self.written += 1;
    }

    /// Has the other program count the same, and compare.
    fn compare(mut self) {
        self.out.flush().expect("room on the disk");
        let counter = Path::new(env!("CARGO_MANIFEST_DIR")).join("second_counter");
        let python = std::env::var("BICAMERAL_PYTHON").unwrap_or_else(|_| "python3".to_owned());
        let output = Command::new(&python)
            .arg(&counter)
            .args(["compare", "--batch"])
            .arg(&self.path)
            .output()
            .unwrap_or_else(|error| panic!("{python}: {error}; Python 3.11 is needed"));
        let said = String::from_utf8_lossy(&output.stdout);
        let complaints = String::from_utf8_lossy(&output.stderr);
        if let Some(keep) = std::env::var_os("BICAMERAL_KEEP") {
            std::fs::copy(
                &self.path,
                Path::new(&keep).join(self.path.file_name().expect("a name")),
            )
            .expect("a copy");
        }
        assert!(
            output.status.success(),
            "the second counter counts otherwise (set BICAMERAL_KEEP to a folder to keep the \
             counts):\n{said}\n{complaints}"
        );
        assert!(said.contains(&self.written.to_string()), "not all were compared:\n{said}");
    }
}

// ---- The files ----------------------------------------------------------------------------------

/// The folder of published elections, or nothing and a loud line.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BICAMERAL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    if folder.join("manifest.tsv").is_file() {
        return Some(folder);
    }
    let _ = writeln!(
        std::io::stderr(),
        "\n!!! NOT RUN: no published election was counted twice. {} is missing; set \
         BICAMERAL_DATA to a folder with manifest.tsv and the files it lists.\n",
        folder.join("manifest.tsv").display()
    );
    assert!(std::env::var_os("CI").is_none(), "under CI the published elections must be run");
    None
}

/// Every ranked file of the folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if !path.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(path).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name.ends_with(".blt") || name.ends_with(".ballots.csv") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
