//! Published elections held again: every ballot of the Kubernetes and Cloud Foundry elections and of
//! some Scottish wards cast as a real signed ballot through a real server, certified by officers,
//! audited, and compared with what was published.
//!
//! Every row of the table is recounted to its last figure by the counting crate's own conformance
//! tests; here it is shown that nothing on the way from a voter's key to the certificate changes
//! what comes out.
//!
//! The files are not ours and not part of the project: `BICAMERAL_DATA` names their folder (default
//! `../shared/data` beside the workspace). Where it is missing one loud line says what was not run,
//! and under `CI` that is a failure. No name in them is written down here: options go by their column.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop, helpers of tests included"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bicameral_tests::site::Backend;
use bicameral_tests::world::World;
use crypto::envelope::Envelope;
use election::audit::report::Verdict;
use election::manifest::Contest;
use election::pool::Technical;
use election::statement::{Body, Kind, Statement, StatementId};
use election::testing::{TestLog, TestPool as _, contest, name};
use serde_json::Value;
use tabulation::format::{Encoding, blt, elekto};
use tabulation::transcript::CountRecord;
use tabulation::{
    AffiliationCap, Basis, ContestRules, EqualRanks, Incomparable, LookBack, MarkLimit, Method,
    OptionIndex, Profile, Ratio, SchulzeRules, ScottishRules, Selection, Strength, TieRule,
    Transcript, Unranked,
};
use vote_client::api::PoolClient;

/// Requests under way at a time.
const CONNECTIONS: usize = 16;

/// Elections published as one rank per candidate and voter, with their seats.
const RANKED: [(&str, u16); 7] = [
    ("k8s/k8s-steering-2017", 6),
    ("k8s/k8s-steering-2019", 4),
    ("k8s/k8s-steering-2021", 4),
    ("k8s/k8s-steering-2023", 4),
    ("k8s/k8s-steering-2024", 3),
    ("k8s/k8s-steering-2025", 4),
    ("k8s/k8s-code-of-conduct-2025", 3),
];
/// Scottish wards of 802 and 1,492 ballots.
const WARDS: [&str; 2] = ["scotland/eilean_siar_2012_ward3", "scotland/shetland_2017_ward7"];

#[test]
fn published_elections_held_with_signed_ballots_give_the_published_orders_and_winners() {
    let Some(folder) = folder() else { return };
    let clock = stopwatch();
    let wards: Vec<_> = WARDS.iter().map(|ward| (*ward, read_blt(&folder, ward))).collect();
    let voters = wards.iter().map(|(_, file)| papers(&file.1).len()).max().expect("wards");
    let mut polls = Polls::open(voters);
    say(&format!("conformance: {voters} voters enrolled after {:.1?}", clock.elapsed()));

    for (file, seats) in RANKED {
        kubernetes(&mut polls, &folder, file, seats);
        say(&format!("conformance: {file} after {:.1?}", clock.elapsed()));
    }
    cloud_foundry(&mut polls, &folder);
    for (ward, file) in &wards {
        scottish(&mut polls, &folder, ward, file);
        say(&format!("conformance: {ward} after {:.1?}", clock.elapsed()));
    }

    let report = polls.world.audit();
    assert_eq!(report.verdict, Verdict::Verified);
    let certified = report.technical.elections.len();
    assert_eq!(certified, RANKED.len() + 1 + WARDS.len());
    let ballots: u64 = report.technical.elections.iter().map(|election| election.ballots).sum();
    let took = clock.elapsed();
    say(&format!(
        "conformance: {certified} published elections, {ballots} signed ballots, enrolled, cast, \
         certified and audited in {took:.1?}"
    ));
}

/// The folder, or nothing and a loud line.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("BICAMERAL_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    if folder.join("manifest.tsv").is_file() {
        return Some(folder);
    }
    say(&format!(
        "\n!!! NOT RUN: no published election was held again. {} is missing; set BICAMERAL_DATA to \
         a folder with manifest.tsv and the files it lists (sources and licences are in that \
         table).\n",
        folder.join("manifest.tsv").display()
    ));
    assert!(std::env::var_os("CI").is_none(), "under CI the published elections must be run");
    None
}

/// Prints past the test harness's capture: what was run is part of the result.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[expect(clippy::disallowed_methods, reason = "a duration is shown")]
fn stopwatch() -> Instant {
    Instant::now()
}

// ---- The elections ------------------------------------------------------------------------------

fn kubernetes(polls: &mut Polls, folder: &Path, file: &str, seats: u16) {
    let expected = json(&folder.join(format!("{file}.expected.json")));
    let ballots = read_elekto(&folder.join(format!("{file}.ballots.csv")));
    let published = &expected["schulze/no-opinion-not-compared/winning"]["ranking"];
    let places = places(published, &ballots.names);
    let mut contest = ranked(ballots.names.len(), seats);
    if file.ends_with("2017") {
        cap_of_2017(&mut contest, &places);
    }
    let transcript = polls.hold(contest, &ballots.ballots);

    assert_eq!(transcript.cast.heads, expected["ballots"].as_u64().expect("a number"), "{file}");
    let CountRecord::Schulze(record) = &transcript.count else { panic!("{file}: not Schulze") };
    assert_eq!(by_those_above(&record.options, &record.beats), places, "the order of {file}");
    if places.iter().all(|place| place.len() == 1) {
        assert_eq!(transcript.ranking, places, "the ranking of {file}");
    }
    let pairwise = serde_json::to_value(&record.pairwise).expect("JSON");
    assert_eq!(pairwise, expected["pairwise/no-opinion-not-compared"], "the matrix of {file}");
    let winners = columns(&expected["published"]["winners"], &ballots.names);
    assert_eq!(sorted(transcript.outcome.winners()), sorted(&winners), "the winners of {file}");

    if file.ends_with("2017") {
        let cap = transcript.cap.as_ref().expect("a cap");
        let passed_over: Vec<_> = cap.passed_over.iter().map(|passed| passed.option).collect();
        assert_eq!(passed_over, places[3], "the fourth was passed over");
        assert_eq!(transcript.outcome.winners(), [&places[..3], &places[4..7]].concat().concat());
    }
    if file.ends_with("2021") {
        // The last of the four seats was decided within a cycle of the third, fourth and fifth.
        let at = |place: usize| places[place][0].index();
        let beats = |a, b| record.pairwise[at(a)][at(b)] > record.pairwise[at(b)][at(a)];
        assert!(
            beats(2, 3) && beats(3, 4) && beats(4, 2),
            "a Condorcet cycle at the seat boundary"
        );
        assert_eq!(transcript.outcome.winners(), places[..4].concat());
    }
}

/// In 2017 the third and fourth of the ranking came from one company, of which three others sat on
/// the committee of thirteen; at most a third of it could be of one company.
fn cap_of_2017(contest: &mut Contest<Technical>, places: &[Vec<OptionIndex>]) {
    for place in &places[2..4] {
        contest.options[place[0].index()].affiliations = vec![name("one-company")];
    }
    contest.sitting = [(name("one-company"), 3)].into();
    let ratio = Ratio::new(1, 3).expect("a third");
    contest.rules.affiliation_cap = AffiliationCap::Share { ratio, body_seats: 13 };
}

/// Published as text only: a numbered list of names, each with the duels it lost.
fn cloud_foundry(polls: &mut Polls, folder: &Path) {
    let ballots = read_elekto(&folder.join("cloudfoundry/toc-2021.ballots.csv"));
    let text = std::fs::read_to_string(folder.join("cloudfoundry/toc-2021.results.md"));
    let text = text.expect("the results");
    let numbered = text.lines().filter_map(|line| {
        let (number, rest) = line.split_once(". ")?;
        number.parse::<u8>().ok()?;
        let named = rest.split("  ").next()?.trim();
        ballots.names.iter().position(|candidate| candidate == named).map(option)
    });
    let published: Vec<_> = numbered.collect();
    assert_eq!(published.len(), ballots.names.len(), "every candidate has a place");

    // The first and second worked for one company, the third, fourth and fifth for another.
    let mut contest = ranked(ballots.names.len(), 5);
    for (places, company) in [(&published[..2], "one"), (&published[2..5], "another")] {
        for place in places {
            contest.options[place.index()].affiliations = vec![name(company)];
        }
    }
    contest.rules.affiliation_cap = AffiliationCap::AtMost { seats: 2 };
    let transcript = polls.hold(contest, &ballots.ballots);

    assert_eq!(transcript.cast.heads, 98);
    assert_eq!(transcript.ranking.concat(), published);
    let elected = [&published[..4], &published[5..6]].concat();
    assert_eq!(transcript.outcome.winners(), elected);
    let cap = transcript.cap.as_ref().expect("a cap");
    assert_eq!(cap.before, published[..5]);
    let passed_over: Vec<_> = cap.passed_over.iter().map(|passed| passed.option).collect();
    assert_eq!(passed_over, published[4..5], "the fifth was passed over");
}

fn scottish(polls: &mut Polls, folder: &Path, ward: &str, (file, profile): &Ward) {
    let expected = &json(&folder.join(format!("{ward}.expected.json")))["scottish-stv"];
    assert_eq!(expected["ties_by_lot"], Value::Array(Vec::new()), "{ward} needs no lots");
    let method = Method::ScottishStv(ScottishRules {
        by: Basis::Heads,
        at_most: MarkLimit::Any {},
        look_back: LookBack::Narrowing,
    });
    let papers = papers(profile);
    let contest = election_of(file.names.len(), method, file.seats);
    let transcript = polls.hold(contest, &papers);

    assert_eq!(transcript.cast.heads, papers.len() as u64);
    let winners = columns(&expected["winners"], &file.names);
    assert_eq!(sorted(transcript.outcome.winners()), sorted(&winners), "the winners of {ward}");
    let CountRecord::Stages(record) = &transcript.count else { panic!("{ward}: not in stages") };
    assert_eq!(Some(record.quota.as_str()), expected["quota"].as_str(), "the quota of {ward}");
    let stages = expected["stages"].as_array().expect("stages");
    assert_eq!(record.stages.len(), stages.len(), "the stages of {ward}");
    for (stage, expected) in record.stages.iter().zip(stages) {
        for (candidate, total) in file.names.iter().zip(&stage.totals) {
            let published = expected["totals"][candidate].as_str().unwrap_or("0.00000");
            assert_eq!(total.as_str(), published, "{ward}, stage {}", stage.number);
        }
    }
}

// ---- The contests -------------------------------------------------------------------------------

fn ranked(options: usize, seats: u16) -> Contest<Technical> {
    let method = Method::Schulze(SchulzeRules {
        by: Basis::Heads,
        unranked: Unranked::NotCompared,
        strength: Strength::WinningVotes,
        incomparable: Incomparable::ByWins,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    });
    election_of(options, method, seats)
}

fn election_of(options: usize, method: Method, seats: u16) -> Contest<Technical> {
    let ids: Vec<_> = (0..options).map(|column| format!("column-{column}")).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let rules = ContestRules {
        method,
        seats,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Lots {},
    };
    contest("election", Technical::seats(), &ids, rules)
}

// ---- The files ----------------------------------------------------------------------------------

fn json(path: &Path) -> Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).expect("JSON")
}

fn read_elekto(path: &Path) -> elekto::ElektoFile {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    elekto::read(&bytes, Encoding::Utf8).expect("a table of ballots")
}

/// A ward: what its file says, and its ballots.
type Ward = (blt::BltHeader, Profile);

fn read_blt(folder: &Path, ward: &str) -> Ward {
    let bytes = std::fs::read(folder.join(format!("{ward}.blt"))).expect("the ballots");
    blt::read_profile(&bytes, Encoding::Utf8).expect("a BLT file")
}

/// One selection for every paper, in the order of the file's profile.
fn papers(profile: &Profile) -> Vec<Selection> {
    let repeated = profile.iter().map(|(marks, tally)| {
        let times = usize::try_from(tally.heads).expect("fits");
        std::iter::repeat_n(marks.to_selection(), times)
    });
    repeated.flatten().collect()
}

fn option(column: usize) -> OptionIndex {
    OptionIndex::new(u16::try_from(column).expect("few candidates"))
}

fn columns(listed: &Value, names: &[String]) -> Vec<OptionIndex> {
    let listed = listed.as_array().expect("a list of names");
    let column = |name: &Value| names.iter().position(|known| name.as_str() == Some(known));
    listed.iter().map(|name| option(column(name).expect("a candidate"))).collect()
}

/// The published ranking, `[[place, name], …]`, as groups of columns, best first.
fn places(published: &Value, names: &[String]) -> Vec<Vec<OptionIndex>> {
    let mut groups: BTreeMap<u64, Vec<OptionIndex>> = BTreeMap::new();
    for entry in published.as_array().expect("a ranking") {
        let place = entry[0].as_u64().expect("a place");
        let candidate = names.iter().position(|name| entry[1].as_str() == Some(name));
        groups.entry(place).or_default().push(option(candidate.expect("a candidate")));
    }
    groups.into_values().map(|group| sorted(&group)).collect()
}

/// Options grouped by how many are ranked above them: what was published of an order with ties.
fn by_those_above(options: &[OptionIndex], beats: &[Vec<OptionIndex>]) -> Vec<Vec<OptionIndex>> {
    let mut groups: BTreeMap<usize, Vec<OptionIndex>> = BTreeMap::new();
    for option in options {
        let above = beats.iter().flatten().filter(|beaten| *beaten == option).count();
        groups.entry(above).or_default().push(*option);
    }
    groups.into_values().map(|group| sorted(&group)).collect()
}

fn sorted(options: &[OptionIndex]) -> Vec<OptionIndex> {
    let mut options = options.to_vec();
    options.sort();
    options
}

// ---- The polls ----------------------------------------------------------------------------------

/// A server with a technical pool, and in memory the keys of everybody in it. The statements are made
/// one after the other and posted many at a time: so the server has them in its own order, which
/// changes nothing that they decide.
struct Polls {
    world: World,
    posted: usize,
}

impl Polls {
    /// Founds a foundation and enrols its contributors.
    fn open(voters: usize) -> Self {
        let mut polls = Polls { world: World::found(Backend::Sqlite), posted: 1 };
        // What is signed here is verified by the server and by the audit, not a third time.
        polls.log().checks_signatures = false;
        for number in 0..voters {
            polls.log().enrol(number);
        }
        polls.post();
        polls
    }

    fn log(&mut self) -> &mut TestLog<Technical> {
        &mut self.world.technical.log
    }

    /// Holds an election: sealed, opened, the first voters casting these selections, closed,
    /// certified. Gives the transcript that the server published.
    fn hold(&mut self, contest: Contest<Technical>, selections: &[Selection]) -> Transcript {
        let election = self.log().seal(vec![contest]);
        self.post();
        self.log().open(election);
        self.due();
        for (voter, selection) in selections.iter().enumerate() {
            self.log().vote(election, voter, &[("election", selection.clone())]);
        }
        self.post();
        self.log().close(election);
        self.due();
        self.log().certify(election);
        self.post();
        self.published(election)
    }

    /// The openings and closings that the server has to make by itself.
    fn due(&mut self) {
        self.world.clock.advance_to(self.world.technical.log.now);
        self.world.technical.tick();
        self.posted = self.world.technical.log.leaves.len();
    }

    /// Posts what is new: kind after kind, many at a time within one.
    fn post(&mut self) {
        self.world.clock.advance_to(self.world.technical.log.now);
        let log = &self.world.technical.log;
        let mut kinds: Vec<(Kind, Vec<Envelope>)> = Vec::new();
        for leaf in &log.leaves[self.posted..] {
            let statement = Statement::<Technical>::decode(&leaf.statement).expect("ours");
            let envelope = as_officers_send_it(log, &statement, &leaf.statement);
            match kinds.iter_mut().find(|(kind, _)| *kind == statement.kind()) {
                Some((_, envelopes)) => envelopes.push(envelope),
                None => kinds.push((statement.kind(), vec![envelope])),
            }
        }
        self.posted = log.leaves.len();
        for (_, envelopes) in kinds {
            post_all(&self.world.technical.client, &envelopes);
        }
    }

    /// What the server certified and published.
    fn published(&self, election: StatementId) -> Transcript {
        let client = &self.world.technical.client;
        let (certificate, _) = client.certificate(election).expect("a certificate");
        let [result] = certificate.results.as_slice() else { panic!("one contest") };
        let artifact = client.log().artifact(&result.transcript).expect("the transcript");
        let transcript: Transcript = crypto::canonical::decode(&artifact).expect("a transcript");
        assert_eq!(transcript.outcome, result.outcome);
        transcript
    }
}

/// Officers send a certificate without the log key's signature, which is the server's to add.
fn as_officers_send_it(
    log: &TestLog<Technical>,
    statement: &Statement<Technical>,
    envelope: &Envelope,
) -> Envelope {
    if !matches!(statement.body(), Body::Certificate(_)) {
        return envelope.clone();
    }
    let officers: Vec<_> = log.officers.iter().take(2).collect();
    TestLog::signed(statement.body(), &officers)
}

fn post_all(client: &PoolClient<Technical>, envelopes: &[Envelope]) {
    let share = envelopes.len().div_ceil(CONNECTIONS).max(1);
    std::thread::scope(|scope| {
        for part in envelopes.chunks(share) {
            scope.spawn(move || {
                for envelope in part {
                    client.submit(envelope).expect("every statement is recorded");
                }
            });
        }
    });
}
