//! Election day: both pools from founding to certificate and audit, over HTTP, on both databases.
//! At every step the server is held against the model of its log (see the harness).

use bicameral_tests::site::Backend;
use bicameral_tests::world::{Hall, Served, World, slug};
use crypto::tile::TilePath;
use election::StatementId;
use election::audit::report::JointReport;
use election::certificate::Certificate;
use election::manifest::{Contest, Disclosure, EarlyClose};
use election::pool::{Business, Technical};
use election::receipt::Receipt;
use election::record::RecordLeaf;
use election::state::Phase;
use election::statement::{Body, CloseCause, Statement};
use election::testing::{TestLog, copy_of, motion, name, ranking, schulze, stv};
use tabulation::{AffiliationCap, MotionResult, OptionIndex, Outcome, Selection};
use vote_client::input::{contributors, members};
use vote_client::replay::replay;
use vote_server::service::{self, Mode, PoolService};

/// One member outweighs all others together.
const MEMBERS: &str = "\
id,name,class,weight,delegate,alternates
member-000000,Big Corporation,premier,6,id:delegate-000000,id:alternate-000000
member-000001,Member One,general,1,id:delegate-000001,
member-000002,Member Two,general,1,id:delegate-000002,
member-000003,Member Three,general,1,id:delegate-000003,
member-000004,Member Four,general,1,id:delegate-000004,
member-000005,Member Five,general,1,id:delegate-000005,
member-000006,Member Six,general,1,id:delegate-000006,
";
const CONTRIBUTORS: usize = 12;

/// A day's elections.
struct Day {
    world: World,
    budget: StatementId,
    too_few: StatementId,
    seats: StatementId,
}

/// Reads a roll from CSV, compares it with what the server has on record, signs and posts what is new.
fn import_members(hall: &mut Hall<Business>) -> usize {
    let on_record = hall.client.principals().expect("the principals");
    let classes = hall.client.pool().expect("the pool").classes;
    let changes = members::plan(MEMBERS, &hall.log.origin, &classes, &on_record);
    let changes = changes.expect("a good file");
    let registrar = copy_of(&hall.log.officers[0]);
    for change in &changes {
        hall.act(|log| log.append(&change.body, &[&registrar]));
    }
    changes.len()
}

fn import_contributors(hall: &mut Hall<Technical>) -> usize {
    let rows = (0..CONTRIBUTORS).map(|n| format!("github:contributor-{n:06},Person {n},acme\n"));
    let text = format!("handle,name,affiliations\n{}", rows.collect::<String>());
    // Affiliations are read from the log itself, as `registrar import` does.
    let known = replay(&hall.record(), hall.client.anchor(), |_| ()).expect("replays").state;
    let mut on_record = hall.client.principals().expect("the principals");
    for info in &mut on_record {
        info.affiliation = known.affiliation(&info.principal.handle).cloned();
    }
    let changes = contributors::plan(&text, &hall.log.origin, hall.log.now, &on_record);
    let changes = changes.expect("a good file");
    let registrar = copy_of(&hall.log.officers[0]);
    for change in &changes {
        hall.act(|log| log.append(&change.body, &[&registrar]));
    }
    changes.len()
}

/// Four candidates, two of one employer, of whom only one may have a seat.
fn capped() -> Contest<Technical> {
    let mut contest = schulze(&["ann", "bob", "cas", "dee"], 2);
    contest.rules.affiliation_cap = AffiliationCap::AtMost { seats: 1 };
    for (option, group) in [(0, "acme"), (1, "acme"), (2, "beta")] {
        contest.options[option].affiliations = vec![name(group)];
    }
    contest
}

fn morning(backend: Backend) -> Day {
    let mut world = World::found(backend);
    assert_eq!(import_members(&mut world.business), 14, "a principal and a mandate each");
    assert_eq!(import_members(&mut world.business), 0, "all of it stands already");
    for member in 0..7 {
        world.business.act(|log| log.enrol_speaker(member, 0));
    }
    world.business.act(|log| log.enrol_speaker(0, 1));
    assert_eq!(import_contributors(&mut world.technical), 2 * CONTRIBUTORS);
    assert_eq!(import_contributors(&mut world.technical), 0);
    for contributor in 0..CONTRIBUTORS {
        world.technical.act(|log| log.enrol_speaker(contributor, 0));
    }
    let budget = world.business.act(|log| log.open_election(vec![motion()]));
    let too_few = world.business.act(|log| log.open_election(vec![motion()]));
    let contests = vec![capped(), stv(&["eve", "fay", "gus"], 2)];
    let seats = world.technical.act(|log| log.open_election(contests));
    Day { world, budget, too_few, seats }
}

/// The members vote. Gives a receipt that the restart must not change.
fn members_vote(day: &mut Day) -> Receipt {
    let (hall, budget) = (&mut day.world.business, day.budget);
    let yes = [("motion", Selection::YES)];
    let no = [("motion", Selection::NO)];
    // The alternate of the largest member says no; its delegate, who ranks higher, says yes.
    hall.vote(budget, 7, &no);
    hall.vote(budget, 0, &yes);
    // The first of the small ones changes its mind.
    hall.vote(budget, 1, &yes);
    for voter in 1..5 {
        hall.vote(budget, voter, &no);
    }
    hall.vote(budget, 5, &[("motion", Selection::ABSTAIN)]);
    hall.vote(day.too_few, 1, &yes);
    hall.vote(day.too_few, 2, &yes)
}

fn contributors_vote(day: &mut Day, voters: std::ops::Range<usize>) {
    for voter in voters {
        let council = match voter {
            0..6 => ranking(&[0, 2]),
            6..10 => ranking(&[1]),
            _ => ranking(&[2]),
        };
        let steering = ranking(&[0, 1, 2, 3]);
        day.world.technical.vote(day.seats, voter, &[("steering", steering), ("council", council)]);
    }
}

/// While the box is open, nobody reads a ballot but who knows its id.
fn nobody_reads_the_box<P: Served>(hall: &Hall<P>, election: StatementId, ballots: usize) {
    let record = hall.record();
    let withheld = record.leaves().iter().filter(|leaf| matches!(leaf, RecordLeaf::Withheld(_)));
    assert_eq!(withheld.count(), ballots);
    let width = u16::try_from(record.size().0).expect("one partial tile");
    let bundle = TilePath::entries(0, width).expect("a path");
    assert_eq!(slug(hall.client.log().tile(&bundle)), "embargoed");
    let summary = hall.client.election(election).expect("an election");
    assert_eq!((summary.phase, summary.cast_heads), (Phase::Open, None));
    let standing = hall.receipts.values().next_back().expect("a receipt");
    let (_, ballot) = hall.log.ballots.iter().next().expect("a ballot");
    let voter = hall.log.voters.iter().find(|v| v.person == ballot.person).expect("a voter");
    let id = hall.election(election).standing(&voter.principal, &voter.person).expect("stands").id;
    let receipt = hall.client.receipt_by_id(id).expect("who knows the id has the receipt").receipt;
    assert_eq!(slug(hall.client.receipt(receipt.tracker)), "embargoed");
    assert!(standing.verify(hall.client.anchor()).is_ok());
}

fn everybody_reads_the_box<P: Served>(hall: &Hall<P>) {
    let record = hall.record();
    assert!(record.leaves().iter().all(|leaf| matches!(leaf, RecordLeaf::Shown(_))));
    for id in hall.log.ballots.keys() {
        let receipt = &hall.receipts[id];
        let found = hall.client.receipt(receipt.tracker).expect("a tracker finds its ballot");
        assert_eq!(found.receipt.leaf, receipt.leaf);
    }
}

fn certificate<P: Served>(hall: &mut Hall<P>, election: StatementId) -> Certificate<P> {
    hall.act(|log| log.certify(election));
    let (certificate, envelope) = hall.client.certificate(election).expect("a certificate");
    assert_eq!(envelope.signatures().len(), 3, "two officers and the log");
    for result in &certificate.results {
        assert!(hall.client.log().artifact(&result.transcript).is_ok());
    }
    certificate
}

fn outcomes<P: Served>(certificate: &Certificate<P>) -> Vec<Outcome> {
    certificate.results.iter().map(|result| result.outcome.clone()).collect()
}

fn evening(day: &mut Day) -> JointReport {
    let Day { world, budget, too_few, seats } = day;
    world.business.act(|log| log.close(*too_few));
    world.technical.act(|log| log.close(*seats));
    everybody_reads_the_box(&world.business);
    everybody_reads_the_box(&world.technical);

    let passed = certificate(&mut world.business, *budget);
    assert_eq!((passed.heads, passed.weight), (6, 11));
    assert_eq!(outcomes(&passed), [Outcome::Motion { result: MotionResult::Passed }]);
    let missed = certificate(&mut world.business, *too_few);
    assert_eq!(outcomes(&missed), [Outcome::Motion { result: MotionResult::NoDecision }]);
    let filled = certificate(&mut world.technical, *seats);
    let winners: Vec<_> = outcomes(&filled).iter().map(|o| o.winners().to_vec()).collect();
    let options = |indexes: [u16; 2]| indexes.map(OptionIndex::new).to_vec();
    assert_eq!(winners, [options([0, 2]), options([0, 1])], "ann and cas; eve and fay");

    let report = world.must_be_verified();
    world.business.receipts_must_hold();
    world.technical.receipts_must_hold();
    report
}

/// What an operator can do with the database once the server is stopped.
fn night(day: &mut Day, backend: Backend) {
    let world = &mut day.world;
    world.stop();
    let file = world.site().dir().join("night.backup");
    world.wait(async {
        let store = world.site().store().await;
        let business = PoolService::<Business>::rebuild_projections(&store, Mode::Check).await;
        assert_eq!(business.expect("replayed").differences, Vec::<String>::new());
        let technical = PoolService::<Technical>::rebuild_projections(&store, Mode::Check).await;
        assert_eq!(technical.expect("replayed").differences, Vec::<String>::new());
        let summary = service::backup(&store, &file).await.expect("a backup");
        assert_eq!(summary.business, world.business.state().size());
        store.close().await;
    });
    // Back into a database of the other kind: the backup is of the foundation, not of its database.
    let other = match backend {
        Backend::Sqlite => Backend::Postgres,
        Backend::Postgres => Backend::Sqlite,
    };
    let restored = world.wait(async {
        let site = world.site().with_empty_database(other).await;
        let store = site.store().await;
        service::restore(&store, &file).await.expect("restored");
        let check = PoolService::<Technical>::rebuild_projections(&store, Mode::Check).await;
        assert_eq!(check.expect("replayed").differences, Vec::<String>::new());
        store.close().await;
        site
    });
    world.move_to(restored);
    world.start();
    world.must_be_verified();
    world.technical.enrol(CONTRIBUTORS..CONTRIBUTORS + 1);
    world.must_be_verified();
}

fn both_pools_from_founding_to_audit(backend: Backend) {
    let mut day = morning(backend);
    let receipt = members_vote(&mut day);
    contributors_vote(&mut day, 0..5);
    nobody_reads_the_box(&day.world.business, day.budget, 10);
    nobody_reads_the_box(&day.world.technical, day.seats, 5);
    day.world.must_be_incomplete();

    let again = day.world.business.client.submit(&receipt.leaf.statement);
    assert_eq!(again.expect("a repetition is answered").receipt, receipt);
    day.world.restart();
    day.world.must_be_incomplete();
    let again = day.world.business.client.submit(&receipt.leaf.statement);
    let again = again.expect("a repetition is answered after a restart").receipt;
    assert_eq!(again.leaf, receipt.leaf);
    day.world.business.receipts_must_hold();
    nobody_reads_the_box(&day.world.business, day.budget, 10);

    contributors_vote(&mut day, 5..CONTRIBUTORS);
    let report = evening(&mut day);
    assert_eq!(report.business.elections.len() + report.technical.elections.len(), 3);
    night(&mut day, backend);
}

#[test]
fn both_pools_hold_their_elections_on_sqlite() {
    both_pools_from_founding_to_audit(Backend::Sqlite);
}

#[test]
fn both_pools_hold_their_elections_on_postgresql() {
    both_pools_from_founding_to_audit(Backend::Postgres);
}

fn cause_of_closing<P: Served>(log: &TestLog<P>) -> Option<CloseCause> {
    log.leaves.iter().find_map(|leaf| {
        let statement = Statement::<P>::decode(&leaf.statement).expect("decodes");
        if let Body::Closed(closed) = statement.into_body() { Some(closed.cause) } else { None }
    })
}

#[test]
fn a_box_that_may_close_early_closes_with_its_last_voter_and_its_ballots_may_be_read_before() {
    let mut world = World::found(Backend::Sqlite);
    let hall = &mut world.technical;
    hall.enrol(0..3);
    let election = hall.act(|log| {
        let mut manifest = log.manifest(vec![motion()]);
        manifest.window.early_close = EarlyClose::WhenAllVoted;
        manifest.disclosure = Disclosure::Live;
        let election = log.seal_manifest(&manifest);
        log.open(election);
        election
    });
    hall.vote(election, 0, &[("motion", Selection::YES)]);
    let receipt = hall.vote(election, 1, &[("motion", Selection::YES)]);
    assert!(hall.client.receipt(receipt.tracker).is_ok(), "no embargo was sealed");
    assert!(hall.record().leaves().iter().all(|leaf| matches!(leaf, RecordLeaf::Shown(_))));
    let summary = hall.client.election(election).expect("an election");
    assert_eq!((summary.phase, summary.cast_heads), (Phase::Open, Some(2)));

    hall.vote(election, 2, &[("motion", Selection::NO)]);
    let summary = hall.client.election(election).expect("an election");
    assert_eq!(summary.phase, Phase::Closed, "with the last ballot, long before the window ends");
    hall.act(|_| ());
    assert_eq!(cause_of_closing(&hall.log), Some(CloseCause::AllVoted));
    let certificate = certificate(hall, election);
    assert_eq!(outcomes(&certificate), [Outcome::Motion { result: MotionResult::Passed }]);
    world.must_be_verified();
}

#[test]
fn ballots_outside_the_window_are_refused_with_a_problem_that_says_so() {
    let mut world = World::found(Backend::Sqlite);
    let hall = &mut world.business;
    hall.enrol(0..2);
    let election = hall.act(|log| log.seal(vec![motion()]));
    let early = hall.log.ballot(election, 0, &[("motion", Selection::YES)]);
    let key = copy_of(&hall.log.voters[0].key);
    assert_eq!(hall.refusal(&Body::Ballot(early.clone()), &[&key]), "wrong-phase");
    hall.act(|log| log.open(election));
    let standing = hall.vote(election, 0, &[("motion", Selection::YES)]);
    let stale = hall.attempt(&Body::Ballot(early.clone()), &[&key]).expect_err("refused");
    let problem = stale.problem().expect("a problem document");
    assert_eq!(problem.slug(), "stale-ballot");
    assert_eq!(problem.standing(), Some(election::statement::id_of(&standing.leaf.statement)));
    hall.act(|log| log.close(election));
    assert_eq!(hall.refusal(&Body::Ballot(early), &[&key]), "wrong-phase");
    world.must_be_verified();
}
