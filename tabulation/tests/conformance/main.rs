//! Published elections, recounted: every row of a folder's `manifest.tsv` whose method exists.
//!
//! The folder is not part of the project, since its files are not ours: `BICAMERAL_DATA` names
//! it, and without that it is looked for in `../shared/data` beside the workspace. Where it is
//! missing, one loud line says what was not run; under `CI` that is a failure.
//!
//! Each row is run to the last figure it gives: winners, orders, matrices, every total of every
//! stage. A row that cannot be met stands in [`UNMET`] with the reason, and is checked to be
//! still unmet. Ballots that a rule has no place for are checked to be refused. docs/conformance.md
//! has both.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

mod debian;
mod ers97;
mod irv;
mod manifest;
mod meek;
mod nist;
mod schulze;
mod scottish;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use manifest::Row;
use tabulation::{Contest, Electorate, LotSource, Profile, Transcript, check, count};

/// What became of one row.
enum Outcome {
    /// Everything the row gives was met.
    Met,
    /// The ballots are refused, as they must be: the reason.
    Refused(&'static str),
}

/// Why a row was not met.
type Mismatch = String;

/// Rows that cannot be met, by id and method, with the reason.
const UNMET: &[(&str, &str, &str)] = &[(
    "w3c-solid-chairs-2023",
    "meek (as printed by the published report)",
    "rounds 1 to 3 are met; in round 4 one total is 10.419404 in the report and \
     10.419399 here: that program cuts sums of papers after six decimals, this rule cuts each paper",
)];

fn folder() -> PathBuf {
    std::env::var_os("BICAMERAL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    )
}

/// Counts ballots of whom nobody knows how many could have voted; and the transcript must stand the
/// check that shares nothing with the count.
fn counted(contest: &Contest, profile: &Profile) -> Transcript {
    let electorate = Electorate::of_those_who_voted(profile);
    let transcript = count(contest, profile, &electorate, LotSource::None).unwrap();
    check(&transcript, profile).unwrap();
    transcript
}

fn run(folder: &std::path::Path, row: &Row) -> Result<Outcome, Mismatch> {
    match row.method.as_str() {
        m if m.starts_with("schulze") => schulze::run(folder, row),
        "scottish-stv" => scottish::run(folder, row),
        "scottish-stv + max-1 employer cap" => scottish::run_capped(folder, row),
        "irv/schulze/ranked-pairs" => schulze::run_tennessee(folder, row),
        "meek-fixed9" => meek::run(folder, row),
        "meek (transcript per arithmetic)" => meek::run_logs(folder, row),
        "meek (as printed by the published report)" => meek::run_report(folder, row),
        "ers97" => ers97::run(folder, row),
        m if m.starts_with("debian-A.5") => debian::run(folder, row),
        m if m.starts_with("irv (tie") => irv::run_cases(folder, row),
        m if m.starts_with("irv (RCTab") => irv::run_city(folder, row),
        m if m.starts_with("format only") => nist::run(folder, row),
        other => Err(format!("no test knows the method {other:?}")),
    }
}

/// Prints past the test harness's capture: what was run is part of the result.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[test]
fn published_elections_recount_to_their_published_figures() {
    let folder = folder();
    if !folder.join("manifest.tsv").is_file() {
        say(&format!(
            "\n!!! NOT RUN: no published election was recounted. {} is missing; set BICAMERAL_DATA \
             to a folder with manifest.tsv and the files it lists (sources and licences are in \
             that table).\n",
            folder.join("manifest.tsv").display()
        ));
        assert!(std::env::var_os("CI").is_none(), "under CI the published elections must be run");
        return;
    }
    let rows = manifest::read(&folder.join("manifest.tsv"));
    assert!(rows.len() > 50, "the manifest lists only {} rows", rows.len());
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    let mut failures = Vec::new();
    for row in &rows {
        let unmet = UNMET.iter().find(|(id, m, _)| *id == row.id && *m == row.method);
        match (run(&folder, row), unmet) {
            (Ok(Outcome::Met), None) => *met.entry(row.method.clone()).or_insert(0) += 1,
            (Ok(Outcome::Refused(why)), None) => refused.push((&row.id, &row.method, why)),
            (Err(_), Some((.., reason))) => {
                say(&format!("known difference: {} by {}: {reason}", row.id, row.method));
            }
            (Err(why), None) => failures.push(format!("{} by {}: {why}", row.id, row.method)),
            (Ok(_), Some(_)) => failures.push(format!("{} is listed as unmet, but is met", row.id)),
        }
    }
    for (method, rows) in &met {
        say(&format!("conformance: {rows:3} rows met: {method}"));
    }
    for (id, method, why) in &refused {
        say(&format!("refused: {id} by {method}: {why}"));
    }
    assert!(failures.is_empty(), "{} rows differ:\n{}", failures.len(), failures.join("\n"));
}
