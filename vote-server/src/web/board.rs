//! A pool's board: its elections by phase, who may vote, and who runs it.

use askama::Template;
use election::pool::{Pool, Principal};
use election::state::{ElectionState, Phase, PoolState};
use election::statement::{Officer, Role, StatementId};
use tabulation::Transcript;

use super::shell::{Bar, Face, Place, Shell, counted, grouped, percent};

/// Most principals that the board lists; the log has them all.
pub const MAX_LISTED: usize = 500;

/// The board.
#[derive(Debug, Template)]
#[template(path = "board.html")]
pub struct BoardPage {
    shell: Shell,
    face: Face,
    groups: Vec<PhaseGroup>,
    empty: bool,
    figures: Vec<(String, &'static str)>,
    officers: Vec<OfficerRow>,
    quorums: Vec<(&'static str, u8)>,
    principals: Vec<PrincipalRow>,
    not_listed: usize,
    weighted: bool,
    related: Vec<RelatedRow>,
    names: Vec<(&'static str, String)>,
}

/// The elections in one phase.
#[derive(Debug)]
pub struct PhaseGroup {
    heading: &'static str,
    class: &'static str,
    elections: Vec<ElectionRow>,
}

/// An election on the board.
#[derive(Debug)]
pub struct ElectionRow {
    href: String,
    title: String,
    phase: &'static str,
    class: &'static str,
    opens: String,
    closes: String,
    entitled: String,
    turnout: Option<Turnout>,
    contests: Vec<String>,
    outcomes: Vec<String>,
}

/// How many voted.
#[derive(Clone, Debug)]
pub struct Turnout {
    /// By heads: `19 of 20 members (95.0 %)`.
    pub heads: String,
    /// The bar to it.
    pub heads_bar: Bar,
    /// By weight, in pools where votes weigh different amounts.
    pub weight: Option<(String, Bar)>,
}

/// An officer.
#[derive(Debug)]
pub struct OfficerRow {
    name: String,
    handle: String,
    roles: String,
    key: String,
}

/// A principal.
#[derive(Debug)]
pub struct PrincipalRow {
    name: String,
    id: String,
    class: String,
    weight: String,
    speakers: String,
    note: &'static str,
}

/// Related organisations.
#[derive(Debug)]
pub struct RelatedRow {
    group: String,
    members: String,
    voice: String,
}

/// How a phase is called where readers see it, and the class that marks it.
pub fn phase_words(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Sealed => ("To come", "sealed"),
        Phase::Open => ("Open for voting", "open"),
        Phase::Closed => ("Closed, awaiting certificate", "closed"),
        Phase::Certified => ("Certified", "certified"),
        Phase::Cancelled => ("Cancelled", "cancelled"),
    }
}

/// The turnout of an election, where it may be shown: not before the close of an election whose
/// ballots are withheld until then.
pub fn turnout<P: Pool>(election: &ElectionState<P>) -> Option<Turnout> {
    let begun = match election.phase() {
        Phase::Sealed | Phase::Cancelled => false,
        Phase::Open => !election.embargoed(),
        Phase::Closed | Phase::Certified => true,
    };
    begun.then(|| {
        let (cast, entitled) = (election.cast_heads(), election.roll().heads());
        let (weight, all) = (election.cast_weight(), election.roll().weight());
        Turnout {
            heads: shared(cast, entitled, Face::of(P::ID).principals),
            heads_bar: Bar::of(cast, entitled),
            weight: (all != entitled)
                .then(|| (shared(weight, all, "units of voting power"), Bar::of(weight, all))),
        }
    })
}

fn shared(part: u64, whole: u64, of_what: &str) -> String {
    format!("{} of {} {of_what} ({})", grouped(part), grouped(whole), percent(part, whole))
}

/// What is entitled: `20 corporate members with 23 units of voting power`.
pub fn entitled<P: Pool>(election: &ElectionState<P>) -> String {
    let (heads, weight) = (election.roll().heads(), election.roll().weight());
    let face = Face::of(P::ID);
    let heads_text = counted(heads, face.one(), face.principals);
    if heads == weight {
        heads_text
    } else {
        format!("{heads_text} with {} units of voting power", grouped(weight))
    }
}

impl BoardPage {
    /// The board of a pool. `transcripts` finds the counts of a certified election.
    pub fn new<P: Pool>(
        state: &PoolState<P>,
        transcripts: impl Fn(&StatementId) -> Vec<Transcript>,
    ) -> BoardPage {
        let foundation = state.founded().map_or(String::new(), |founded| founded.name.to_string());
        let face = Face::of(P::ID);
        let order = [Phase::Open, Phase::Sealed, Phase::Closed, Phase::Certified, Phase::Cancelled];
        let groups = order.map(|phase| group(state, phase, &transcripts));
        let groups: Vec<_> = groups.into_iter().filter(|g| !g.elections.is_empty()).collect();
        let rows: Vec<_> =
            state.principals().take(MAX_LISTED).map(|r| principal(state, r)).collect();
        let total = state.principals().count();
        BoardPage {
            shell: Shell::of_pool(&foundation, P::ID, Place::Board, ""),
            face,
            empty: groups.is_empty(),
            groups,
            figures: figures(state),
            officers: state.officers().iter().map(officer).collect(),
            quorums: quorums(state),
            weighted: rows.iter().any(|row| !row.weight.is_empty() && row.weight != "1"),
            not_listed: total - rows.len(),
            principals: rows,
            related: related(state),
            names: names(state),
        }
    }
}

fn group<P: Pool>(
    state: &PoolState<P>,
    phase: Phase,
    transcripts: &impl Fn(&StatementId) -> Vec<Transcript>,
) -> PhaseGroup {
    let mut elections: Vec<_> =
        state.elections().filter(|(_, election)| election.phase() == phase).collect();
    elections.sort_by_key(|(_, election)| election.manifest().window.closes_at);
    if matches!(phase, Phase::Certified | Phase::Cancelled) {
        elections.reverse();
    }
    let (heading, class) = phase_words(phase);
    let row = |(id, election): (&StatementId, &ElectionState<P>)| ElectionRow {
        href: format!("/{}/elections/{id}", P::SLUG),
        title: election.manifest().title.to_string(),
        phase: heading,
        class,
        opens: election.manifest().window.opens_at.to_string(),
        closes: election.manifest().window.closes_at.to_string(),
        entitled: entitled(election),
        turnout: turnout(election),
        contests: election.manifest().contests.iter().map(|c| c.title.to_string()).collect(),
        outcomes: match phase {
            Phase::Certified => transcripts(id).into_iter().map(|t| t.sentence).collect(),
            Phase::Sealed | Phase::Open | Phase::Closed | Phase::Cancelled => Vec::new(),
        },
    };
    PhaseGroup { heading, class, elections: elections.into_iter().map(row).collect() }
}

fn figures<P: Pool>(state: &PoolState<P>) -> Vec<(String, &'static str)> {
    let face = Face::of(P::ID);
    let size = |count: usize| grouped(u64::try_from(count).unwrap_or(u64::MAX));
    let enrolled = state
        .principals()
        .filter(|record| record.speakers.values().any(|speaker| speaker.voter.is_some()))
        .count();
    vec![
        (size(state.principals().count()), face.principals),
        (size(enrolled), "with an enrolled key"),
        (size(state.elections().count()), "elections"),
        (grouped(state.size().0), "statements in the log"),
    ]
}

fn officer(officer: &Officer) -> OfficerRow {
    let role = |role: &Role| match role {
        Role::Officer => "officer",
        Role::Registrar => "registrar",
    };
    OfficerRow {
        name: officer.name.to_string(),
        handle: officer.handle.to_string(),
        roles: officer.roles.iter().map(role).collect::<Vec<_>>().join(", "),
        key: officer.key.id().to_string(),
    }
}

fn quorums<P: Pool>(state: &PoolState<P>) -> Vec<(&'static str, u8)> {
    state.quorums().map_or(Vec::new(), |quorums| {
        vec![
            ("seal or cancel an election", quorums.manifest),
            ("certify a result", quorums.certificate),
            ("change the roll or invite", quorums.roll),
            ("replace a key, suspend or reinstate", quorums.exceptional),
            ("change the officers", quorums.officers),
        ]
    })
}

fn principal<P: Pool>(
    state: &PoolState<P>,
    record: &election::state::PrincipalRecord<P>,
) -> PrincipalRow {
    use election::pool::Weight;
    let weight = record.principal.weight_at(state.last_at());
    let voices = record.voices();
    let speaks_alone = record.principal.own_voice().is_some();
    let enrolled = record.speakers.values().filter(|speaker| speaker.voter.is_some()).count();
    PrincipalRow {
        name: record.principal.name().to_owned(),
        id: record.principal.id().to_string(),
        class: record.principal.class().unwrap_or_default().to_owned(),
        weight: weight.map_or(String::new(), |weight| grouped(weight.units())),
        speakers: if speaks_alone {
            String::new()
        } else {
            voices.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        },
        note: match (record.suspended, enrolled) {
            (true, _) => "suspended",
            (false, 0) => "not enrolled yet",
            (false, _) => "",
        },
    }
}

fn related<P: Pool>(state: &PoolState<P>) -> Vec<RelatedRow> {
    let name = |id: &election::ids::MemberId| {
        let record = id.as_str().parse().ok().and_then(|id| state.principal(&id));
        record.map_or_else(|| id.to_string(), |record| record.principal.name().to_owned())
    };
    state
        .groups()
        .map(|group| RelatedRow {
            group: group.group.to_string(),
            members: group.members.iter().map(name).collect::<Vec<_>>().join(", "),
            voice: name(&group.voice),
        })
        .collect()
}

fn names<P: Pool>(state: &PoolState<P>) -> Vec<(&'static str, String)> {
    let Some(founded) = state.founded() else { return Vec::new() };
    let join = |names: Vec<String>| names.join(", ");
    let lists = [
        ("Bodies", join(founded.bodies.iter().map(|body| body.as_str().to_owned()).collect())),
        ("Classes", join(founded.classes.iter().map(ToString::to_string).collect())),
        ("Modules", join(founded.modules.iter().map(|module| module.id.to_string()).collect())),
    ];
    lists.into_iter().filter(|(_, names)| !names.is_empty()).collect()
}
