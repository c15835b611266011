//! One election: what was sealed, how to vote, and after the close everything that it came to.

use std::collections::BTreeMap;

use askama::Template;
use crypto::sign::KeyId;
use election::ballot::Ballot;
use election::certificate::Certificate;
use election::pool::{Pool, Principal, Weight};
use election::receipt::Tracker;
use election::state::{ElectionState, Phase, PoolState};
use election::statement::StatementId;
use tabulation::{ContestOptions, Transcript};

use super::board::{Turnout, entitled, phase_words, turnout};
use super::contest::{ContestView, contest};
use super::shell::{Face, Place, Shell, grouped};
use super::words;

/// Most ballots that the page lists; the record has them all.
pub const MAX_ROLL_CALL: usize = 2_000;

/// What the log holds of an election besides the state: certificate, counts, ballots.
#[derive(Clone, Debug)]
pub struct Published<P: Pool> {
    /// The certificate with those who signed it, and when it was logged.
    pub certificate: Option<(Certificate<P>, Vec<KeyId>)>,
    /// The counts, in the contests' order.
    pub transcripts: Vec<Transcript>,
    /// The ballots of the box, once they may be read.
    pub ballots: BTreeMap<StatementId, Ballot<P>>,
}

impl<P: Pool> Default for Published<P> {
    fn default() -> Self {
        Published { certificate: None, transcripts: Vec::new(), ballots: BTreeMap::new() }
    }
}

/// The page of an election.
#[derive(Debug, Template)]
#[template(path = "election.html")]
pub struct ElectionPage {
    shell: Shell,
    face: Face,
    id: String,
    title: String,
    description: Vec<String>,
    phase: &'static str,
    class: &'static str,
    secrecy: &'static str,
    facts: Vec<(&'static str, String)>,
    seals: Vec<(&'static str, String)>,
    steps: Vec<StepRow>,
    turnout: Option<Turnout>,
    withheld: bool,
    can_vote: bool,
    server: String,
    contests: Vec<ContestView>,
    certified: bool,
    signers: Vec<Signer>,
    roll_call: Vec<RollCallRow>,
    not_listed: usize,
    absent: Vec<String>,
    weighted: bool,
    links: Vec<(String, &'static str)>,
}

/// One statement in the election's life.
#[derive(Debug)]
pub struct StepRow {
    what: &'static str,
    at: String,
    leaf: String,
    id: String,
}

/// Who signed the certificate.
#[derive(Debug)]
pub struct Signer {
    name: String,
    key: String,
}

/// How one principal voted.
#[derive(Debug)]
pub struct RollCallRow {
    name: String,
    person: String,
    weight: String,
    selections: Vec<String>,
    tracker: String,
}

impl ElectionPage {
    /// The page. `server` is the address readers reach this server under, for commands to copy.
    pub fn new<P: Pool>(
        state: &PoolState<P>,
        id: StatementId,
        election: &ElectionState<P>,
        published: &Published<P>,
        server: &str,
    ) -> ElectionPage {
        let manifest = election.manifest();
        let foundation = state.founded().map_or(String::new(), |founded| founded.name.to_string());
        let (phase, class) = phase_words(election.phase());
        let results = published.certificate.as_ref();
        let contests = manifest.contests.iter().enumerate().map(|(index, sealed)| {
            let result = results.and_then(|(certificate, _)| certificate.results.get(index));
            contest(sealed, result.zip(published.transcripts.get(index)))
        });
        let rows = roll_call(state, election, published);
        let listed = rows.len().min(MAX_ROLL_CALL);
        ElectionPage {
            shell: Shell::of_pool(&foundation, P::ID, Place::Election, manifest.title.as_str()),
            face: Face::of(P::ID),
            id: id.to_string(),
            title: manifest.title.to_string(),
            description: paragraphs(manifest.description.as_str()),
            phase,
            class,
            secrecy: manifest.secrecy.sentence(),
            facts: facts(election),
            seals: seals(id, election, published),
            steps: steps(election),
            turnout: turnout(election),
            withheld: election.embargoed(),
            can_vote: matches!(election.phase(), Phase::Sealed | Phase::Open),
            server: server.to_owned(),
            contests: contests.collect(),
            certified: results.is_some(),
            signers: results.map_or(Vec::new(), |(_, signers)| self::signers(state, signers)),
            not_listed: rows.len() - listed,
            roll_call: rows.into_iter().take(MAX_ROLL_CALL).collect(),
            absent: absent(state, election),
            weighted: election.roll().heads() != election.roll().weight(),
            links: links::<P>(id, election.phase()),
        }
    }
}

/// Blocks of text between empty lines.
fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()).map(str::to_owned).collect()
}

fn facts<P: Pool>(election: &ElectionState<P>) -> Vec<(&'static str, String)> {
    let manifest = election.manifest();
    let principals = Face::of(P::ID).principals;
    let certifying = manifest.certifying_officers;
    let mut facts = vec![
        ("Opens", manifest.window.opens_at.to_string()),
        ("Closes", manifest.window.closes_at.to_string()),
        ("Early close", words::early_close(manifest.window.early_close).to_owned()),
        (
            "Who may vote",
            format!(
                "{}: {}",
                words::electorate(&manifest.electorate, principals),
                entitled(election)
            ),
        ),
        ("Who sees what", words::disclosure(manifest.disclosure).to_owned()),
        ("Certificate", format!("At least {certifying} officers recount and sign the result.")),
    ];
    if !manifest.lots.is_empty() {
        let lots = format!(
            "Drawn from secrets that {} officers promised in the manifest, and from the closed box.",
            manifest.lots.len()
        );
        facts.push(("Lots", lots));
    }
    facts
}

fn seals<P: Pool>(
    id: StatementId,
    election: &ElectionState<P>,
    published: &Published<P>,
) -> Vec<(&'static str, String)> {
    let roll = &election.manifest().roll;
    let mut seals = vec![
        ("Election id (the manifest's statement)", id.to_string()),
        ("Roll, Merkle root", roll.root.to_string()),
        ("Roll read at log size", grouped(roll.log_size.0)),
    ];
    if let Some((certificate, _)) = &published.certificate {
        seals.push(("Box, Merkle root", certificate.box_root.to_string()));
    }
    seals
}

fn steps<P: Pool>(election: &ElectionState<P>) -> Vec<StepRow> {
    let phases = [
        (Phase::Sealed, "Sealed by the officers"),
        (Phase::Open, "Opened by the log"),
        (Phase::Closed, "Closed by the log"),
        (Phase::Certified, "Certified by officers and log"),
        (Phase::Cancelled, "Cancelled by the officers"),
    ];
    let row = |(phase, what)| {
        election.step(phase).map(|step| StepRow {
            what,
            at: step.at.to_string(),
            leaf: grouped(step.leaf.0),
            id: step.id.to_string(),
        })
    };
    phases.into_iter().filter_map(row).collect()
}

fn signers<P: Pool>(state: &PoolState<P>, keys: &[KeyId]) -> Vec<Signer> {
    let log_key = state.founded().map(|founded| founded.log_key.id());
    let name = |key: &KeyId| match state.officers().iter().find(|o| o.key.id() == *key) {
        Some(officer) => format!("{} ({})", officer.name, officer.handle),
        None if log_key == Some(*key) => "the log's own key".to_owned(),
        None => match state.key(key).map(|record| &record.holder) {
            Some(election::state::KeyHolder::Officer { person }) => {
                format!("{person}, then officer")
            }
            Some(_) | None => "a key this log does not know".to_owned(),
        },
    };
    keys.iter().map(|key| Signer { name: name(key), key: key.to_string() }).collect()
}

fn roll_call<P: Pool>(
    state: &PoolState<P>,
    election: &ElectionState<P>,
    published: &Published<P>,
) -> Vec<RollCallRow> {
    let contests: Vec<_> = election
        .manifest()
        .contests
        .iter()
        .map(|contest| {
            let options = contest.tabulation().map(|counted| counted.options().clone());
            (&contest.id, options.unwrap_or_else(|_| ContestOptions::default()))
        })
        .collect();
    let row =
        |(entry, standing): (&election::roll::RollEntry<P>, &election::state::StandingBallot)| {
            let ballot = published.ballots.get(&standing.id)?;
            let selection = |(id, options): &(&election::ids::ContestId, ContestOptions)| {
                ballot.selections.get(*id).map_or(String::new(), |s| words::selection(s, options))
            };
            let name = name(state, &entry.principal);
            let person = ballot.person.to_string();
            Some(RollCallRow {
                person: if entry.principal.to_string() == person { String::new() } else { person },
                name,
                weight: grouped(entry.weight.units()),
                selections: contests.iter().map(selection).collect(),
                tracker: Tracker::of(standing.id).to_string(),
            })
        };
    if election.embargoed() {
        return Vec::new();
    }
    election.counted().filter_map(row).collect()
}

/// Who was on the roll and did not vote: public after the close, like the roll call itself.
fn absent<P: Pool>(state: &PoolState<P>, election: &ElectionState<P>) -> Vec<String> {
    match election.phase() {
        Phase::Closed | Phase::Certified => {}
        Phase::Sealed | Phase::Open | Phase::Cancelled => return Vec::new(),
    }
    let voted: std::collections::BTreeSet<_> =
        election.counted().map(|(entry, _)| &entry.principal).collect();
    let absent = election.roll().entries().filter(|entry| !voted.contains(&entry.principal));
    absent.take(MAX_ROLL_CALL).map(|entry| name(state, &entry.principal)).collect()
}

fn name<P: Pool>(state: &PoolState<P>, id: &election::pool::PrincipalId<P>) -> String {
    let record = state.principal(id);
    record.map_or_else(|| id.to_string(), |record| record.principal.name().to_owned())
}

fn links<P: Pool>(id: StatementId, phase: Phase) -> Vec<(String, &'static str)> {
    let base = format!("/{}/api/v1/elections/{id}", P::SLUG);
    let mut links = vec![
        (format!("{base}/manifest"), "The sealed manifest, as signed"),
        (format!("{base}/roll"), "The frozen roll"),
    ];
    match phase {
        Phase::Closed => links.push((
            format!("{base}/certificate-draft"),
            "The draft of the certificate, for officers to compare",
        )),
        Phase::Certified => {
            links.push((format!("{base}/certificate"), "The certificate, as signed"));
        }
        Phase::Sealed | Phase::Open | Phase::Cancelled => {}
    }
    links
}
