//! Pages rendered from deterministic foundations in memory.

use askama::Template;
use election::statement::{Body, Kind, Statement, StatementId};
use election::testing::{self, TestLog, TestPool};
use election::{Business, Technical};
use tabulation::Selection;

use super::board::BoardPage;
use super::election::{ElectionPage, Published};
use super::home::{Chamber, HomePage};
use super::log::{LogPage, LoggedLeaf, Shown};
use super::problem::ProblemPage;
use super::verify::{Lookup, VerifyPage};

const SERVER: &str = "https://vote.example.org";

/// What the server reads from its store, here from the leaves in memory.
fn published<P: TestPool>(log: &TestLog<P>, id: StatementId) -> Published<P> {
    let mut published = Published::default();
    for leaf in &log.leaves {
        let statement = Statement::<P>::decode(&leaf.statement).expect("of this pool");
        let signers = statement.signatures().iter().map(|s| s.keyid()).collect();
        if let Body::Ballot(ballot) = statement.body()
            && ballot.manifest == id
        {
            published.ballots.insert(statement.id(), ballot.clone());
        }
        if let Body::Certificate(certificate) = statement.body()
            && certificate.manifest == id
        {
            published.certificate = Some((certificate.clone(), signers));
        }
    }
    if published.certificate.is_some() {
        published.transcripts = log.count(id).contests.into_iter().map(|c| c.transcript).collect();
    }
    published
}

fn page<P: TestPool>(log: &TestLog<P>, id: StatementId) -> String {
    let election = log.state.election(&id).expect("sealed");
    let published = published(log, id);
    ElectionPage::new(&log.state, id, election, &published, SERVER).render().expect("renders")
}

/// An election of every kind of contest, voted on by `voters`.
fn voted<P: TestPool>(voters: u16) -> (TestLog<P>, StatementId) {
    let mut log = TestLog::<P>::found("vote.example.org");
    for number in 0..voters {
        log.enrol(usize::from(number));
    }
    let names = ["ann", "bob", "cyd", "dee", "eve"];
    let contests = vec![
        testing::motion(),
        testing::schulze(&names, 2),
        testing::stv(&names, 3),
        testing::plurality(&names[..2]),
    ];
    let id = log.open_election(contests);
    for voter in 0..voters {
        let ranks: Vec<u16> = (0..5).map(|i| (i * (1 + voter % 3) + voter) % 5).collect();
        let mut seen = std::collections::BTreeSet::new();
        let ranks: Vec<u16> = ranks.into_iter().filter(|r| seen.insert(*r)).collect();
        let answers = [
            ("motion", if voter % 3 == 0 { Selection::NO } else { Selection::YES }),
            ("steering", testing::ranking(&ranks)),
            ("council", testing::ranking(&ranks)),
            ("seat", testing::chosen(&[voter % 2])),
        ];
        log.vote(id, usize::from(voter), &answers);
    }
    (log, id)
}

#[test]
fn an_open_election_says_that_it_is_not_secret_and_shows_no_turnout() {
    let (log, id) = voted::<Business>(6);
    let html = page(&log, id);
    assert!(html.contains("This ballot is not secret."));
    assert!(html.contains("Turnout and ballots are withheld until the close."));
    assert!(html.contains("vote-client voter vote"));
    assert!(!html.contains("Roll call: how each voted"));
    for voter in &log.voters {
        assert!(!html.contains(&voter.person.to_string()), "{} shows", voter.person);
    }
}

#[test]
fn a_certified_election_shows_every_round_the_matrix_and_how_each_voted() {
    let (mut log, id) = voted::<Technical>(9);
    log.close(id);
    log.certify(id);
    let html = page(&log, id);
    for count in log.count(id).contests {
        assert!(html.contains(&escaped(&count.transcript.sentence)));
        assert!(html.contains(&count.artifact.sha256.to_string()));
    }
    assert!(html.contains("How many votes rank the row above the column"));
    assert!(html.contains("Strongest paths"));
    assert!(html.contains("Stage 2"));
    assert!(html.contains("Roll call: how each voted"));
    assert!(html.contains("the log&#39;s own key") || html.contains("the log's own key"));
    let trackers = html.matches("/technical/verify?tracker=").count();
    assert_eq!(trackers, 9, "one line for every ballot that counts");
}

#[test]
fn no_page_of_one_pool_names_what_belongs_to_the_other() {
    let (mut log, id) = voted::<Technical>(4);
    log.close(id);
    log.certify(id);
    let (business, _) = voted::<Business>(3);
    let html = page(&log, id) + &board(&log);
    assert!(!html.contains(business.origin.as_str()));
    for voter in &business.voters {
        let name = business.state.principal(&voter.principal).map(|r| r.principal.name.to_string());
        assert!(!html.contains(&name.expect("a principal")));
    }
}

fn board<P: TestPool>(log: &TestLog<P>) -> String {
    let transcripts = |id: &StatementId| published(log, *id).transcripts;
    BoardPage::new(&log.state, transcripts).render().expect("renders")
}

#[test]
fn the_board_lists_elections_by_phase_with_their_outcome() {
    let (mut log, id) = voted::<Business>(5);
    let open = board(&log);
    assert!(open.contains("Open for voting") && !open.contains("Certified"));
    log.close(id);
    log.certify(id);
    let certified = board(&log);
    assert!(!certified.contains("Open for voting"));
    assert!(certified.contains("5 of 5 corporate members (100.0 %)"));
    assert!(certified.contains(&escaped(&log.count(id).contests[0].transcript.sentence)));
}

#[test]
fn the_log_withholds_embargoed_ballots_and_links_to_the_tiles() {
    let (log, _) = voted::<Technical>(3);
    let leaves: Vec<LoggedLeaf<Technical>> = log
        .leaves
        .iter()
        .enumerate()
        .rev()
        .map(|(index, leaf)| {
            let statement = Statement::decode(&leaf.statement).expect("of this pool");
            let shown = if statement.kind() == Kind::Ballot {
                Shown::Withheld
            } else {
                Shown::Statement(Box::new(statement))
            };
            let hash = election::leaf::hash(&leaf.encode().expect("encodes"));
            LoggedLeaf { index: index as u64, at: leaf.at, hash, shown }
        })
        .collect();
    let size = log.state.size().0;
    let page = LogPage::new(&log.state, &log.checkpoint_at(leaves.len()), size, size, &leaves);
    let html = page.render().expect("renders");
    assert_eq!(html.matches("withheld until the election closes").count(), 3);
    assert!(html.contains(&format!("/technical/log/tile/entries/000.p/{size}")));
    assert!(html.contains("genesis"));
}

#[test]
fn what_a_reader_types_is_escaped() {
    let log = TestLog::<Business>::found("vote.example.org");
    let typed = "<script>alert(1)</script>";
    let page = VerifyPage::new(&log.state, SERVER, "key", typed, Lookup::Unknown);
    let html = page.render().expect("renders");
    assert!(!html.contains("<script"));
    assert!(html.contains(&escaped(typed)));
}

#[test]
fn every_page_works_under_the_strict_content_security_policy() {
    let (mut log, id) = voted::<Technical>(4);
    log.close(id);
    log.certify(id);
    let business = TestLog::<Business>::found("vote.example.org");
    let chambers = [Chamber::of(&business.state), Chamber::of(&log.state)];
    let problem = crate::http::problem::NOT_FOUND;
    let pages = [
        HomePage::new("Example Foundation", chambers).render().expect("renders"),
        board(&log),
        page(&log, id),
        ProblemPage::new("Example Foundation", problem).render().expect("renders"),
    ];
    for html in pages {
        for forbidden in ["<script", " style=", "<style", " onclick", "javascript:", "http://"] {
            let found = html.replace("http://www.w3.org/2000/svg", "").contains(forbidden);
            assert!(!found, "{forbidden}");
        }
        assert_eq!(html.matches("<h1").count(), 1);
        assert_eq!(html.matches("<table").count(), html.matches("<caption").count());
        assert!(html.contains("class=\"skip\""));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('\'', "&#39;")
        .replace('"', "&#34;")
}
