//! The service: what it admits is durable, what is durable it takes up again, and what it shows it
//! can prove.

use crypto::encoding::hex;
use crypto::envelope::Envelope;
use crypto::tile::{TilePath, decode_entries};
use election::audit::report::Verdict;
use election::audit::{Options, audit_both};
use election::pool::{Business, Technical};
use election::receipt::Tracker;
use election::record::{AnyRecord, RecordWriter, parse};
use election::state::{Phase, Refusal};
use election::statement::{Body, Draft, Officer, OfficersChange, Quorums, Role};
use election::testing::{self, TestLog, TestPool, copy_of, motion, name};
use election::{Kind, PoolId, StatementId};
use tabulation::Selection;
use vote_server::service::{
    self, AnchorOf, Freshness, Mode, PoolService, ReadError, RecordLine, ServiceError, Status,
    SubmitError,
};

use crate::on_both;
use crate::world::{Database, World, id_of, start_pool, submit};

/// The record as the service publishes it, as a file.
async fn record_of<P: TestPool>(service: &PoolService<P>) -> AnyRecord {
    let mut reader = service.record();
    let mut writer =
        RecordWriter::start(&service.anchor().origin, reader.head().size()).expect("encodable");
    loop {
        let lines = reader.next().await.expect("readable");
        if lines.is_empty() {
            break;
        }
        for line in lines {
            match line {
                RecordLine::Leaf(bytes) => writer.leaf(&bytes),
                RecordLine::Withheld(hash) => writer.withheld(&hash),
                RecordLine::Artifact(artifact) => {
                    writer.artifact(&artifact.sha256, &artifact.content)
                }
            }
        }
    }
    writer.checkpoint(&reader.head().note().to_string()).expect("encodable");
    parse(&writer.take()).expect("a record")
}

/// Audits what both services publish.
async fn audited(world: &World) -> Verdict {
    let (AnyRecord::Business(business), AnyRecord::Technical(technical)) =
        (record_of(&world.business).await, record_of(&world.technical).await)
    else {
        panic!("each pool publishes its own record");
    };
    let report = audit_both(&business, &technical, &world.anchor, &Options::default());
    assert_eq!(report.first_failure(), None);
    report.verdict
}

/// An open election over `voters` contributors, admitted up to its opening; and its ballots, not
/// admitted yet.
async fn storm(database: &Database, voters: usize) -> (World, StatementId, Vec<Envelope>) {
    let business = TestLog::<Business>::found("vote.example.org");
    let mut technical = TestLog::<Technical>::found("vote.example.org");
    for number in 0..voters {
        technical.enrol(number);
    }
    let election = technical.open_election(vec![motion()]);
    let world = World::of(database, business, technical).await;
    let mut log = testing_copy(&world.technical_log);
    let ballots = (0..voters).map(|voter| {
        let ballot = log.ballot(election, voter, &[("motion", Selection::YES)]);
        TestLog::signed(&Body::Ballot(ballot), &[&copy_of(&log.voters[voter].key)])
    });
    let ballots = ballots.collect();
    (world, election, ballots)
}

/// A log of the same keys and voters.
fn testing_copy(log: &TestLog<Technical>) -> TestLog<Technical> {
    let mut copy = TestLog::<Technical>::found("vote.example.org");
    for number in 0..log.voters.len() {
        copy.enrol(number);
    }
    copy.state = log.state.clone();
    copy.now = log.now;
    copy
}

on_both! {
    async fn an_admitted_log_is_the_log_that_was_made_byte_for_byte(database) {
        let world = World::small(&database, 5).await;
        let head = world.technical.head();
        let expected = world.technical_log.record();
        assert_eq!(head.note().to_string(), expected.checkpoint());
        assert_eq!(record_of(&world.technical).await, AnyRecord::Technical(expected));
        assert_eq!(record_of(&world.business).await, AnyRecord::Business(world.business_log.record()));
        world.technical.view(|state| assert_eq!(*state, world.technical_log.state));
        assert_eq!(audited(&world).await, Verdict::Verified);
    }

    async fn a_receipt_proves_its_statement_and_is_the_same_whenever_it_is_asked_for(database) {
        let world = World::small(&database, 5).await;
        for leaf in &world.business_log.leaves {
            let again = submit(&world.business, leaf).await;
            let id = id_of(leaf);
            match again {
                Ok(again) => {
                    assert_eq!(again.freshness, Freshness::Repeated);
                    assert_eq!(again.receipt.leaf, *leaf);
                    let statement = again.receipt.verify(&world.anchor.business).expect("a proof");
                    assert_eq!(statement.id(), id);
                    let asked = world.business.receipt_of(&id).await.expect("known");
                    assert_eq!(asked.receipt, again.receipt);
                    let tracked = world.business.receipt_by_tracker(&Tracker::of(id)).await;
                    assert_eq!(tracked.expect("no embargo").receipt, again.receipt);
                }
                Err(error) => panic!("{error}"),
            }
        }
        let nobody = StatementId::from(crypto::Hash::of(b"nobody"));
        assert!(matches!(world.business.receipt_of(&nobody).await, Err(ReadError::NotFound(_))));
    }

    async fn a_restart_takes_up_state_and_log_with_and_without_a_snapshot(database) {
        let world = World::small(&database, 5).await;
        let head = world.business.head().note().to_string();
        // As after a crash: nothing was shut down.
        let world = world.take_up(&database).await;
        assert_eq!(world.business.head().note().to_string(), head);
        world.business.view(|state| assert_eq!(*state, world.business_log.state));
        assert!(world.store.latest_snapshot(PoolId::Business).await.expect("readable").is_none());
        let world = world.restart(&database).await;
        let snapshot = world.store.latest_snapshot(PoolId::Business).await.expect("readable");
        assert_eq!(snapshot.map(|kept| kept.size), Some(world.business.head().size()));
        world.business.view(|state| assert_eq!(*state, world.business_log.state));
        assert_eq!(audited(&world).await, Verdict::Verified);
    }

    async fn a_storm_of_ballots_is_admitted_whole_in_few_commits(database) {
        let (world, election, ballots) = storm(&database, 300).await;
        let before = world.technical.counters().batches.load(std::sync::atomic::Ordering::SeqCst);
        let tasks: Vec<_> = ballots.into_iter().map(|ballot| {
            let service = world.technical.clone();
            tokio::spawn(async move { service.submit_envelope(ballot).await })
        }).collect();
        let mut places = std::collections::BTreeSet::new();
        for task in tasks {
            let recorded = task.await.expect("runs").expect("admitted");
            recorded.receipt.verify(&world.anchor.technical).expect("a proof");
            assert!(places.insert(recorded.index));
        }
        assert_eq!(places.len(), 300);
        assert_eq!(world.technical.election(&election).expect("known").cast_heads, 300);
        let batches = world.technical.counters().batches.load(std::sync::atomic::Ordering::SeqCst) - before;
        assert!(batches < 150, "{batches} commits for 300 ballots");
        let report = PoolService::<Technical>::rebuild_projections(&world.store, Mode::Check).await;
        assert_eq!(report.expect("replays").differences, Vec::<String>::new());
    }

    async fn two_ballots_of_one_voter_at_once_leave_one_standing(database) {
        let (world, election, ballots) = storm(&database, 2).await;
        let mut log = testing_copy(&world.technical_log);
        let other = log.ballot(election, 0, &[("motion", Selection::NO)]);
        let other = TestLog::signed(&Body::Ballot(other), &[&copy_of(&log.voters[0].key)]);
        let (a, b, same) = tokio::join!(
            world.technical.submit_envelope(ballots[0].clone()),
            world.technical.submit_envelope(other),
            world.technical.submit_envelope(ballots[0].clone()),
        );
        let refused = |outcome: &Result<_, SubmitError>| {
            matches!(outcome, Err(SubmitError::Refused(Refusal::StaleBallot { standing: Some(_) })))
        };
        assert!(refused(&a) != refused(&b), "{a:?} {b:?}");
        assert_eq!(refused(&a), refused(&same), "one statement, one answer");
        assert_eq!(world.technical.election(&election).expect("known").admitted, 1);
    }

    async fn a_key_of_the_other_pool_is_refused_even_when_both_take_it_at_once(database) {
        let (mut business, mut technical) = testing::small_foundation(2);
        for number in 2..12 {
            business.enter(number);
            technical.enter(number);
        }
        let world = World::of(&database, business, technical).await;
        for number in 2..12 {
            let key = crypto::SigningKey::from_seed(&[u8::try_from(number).expect("small"); 32]);
            let b = invitation(&world.business_log, number, &key);
            let t = invitation(&world.technical_log, number, &key);
            let (b, t) = tokio::join!(world.business.submit_envelope(b), world.technical.submit_envelope(t));
            let in_use = |slug: Option<&str>| slug == Some("key-in-use");
            let b = b.as_ref().err().map(SubmitError::slug);
            let t = t.as_ref().err().map(SubmitError::slug);
            assert!(in_use(b) != in_use(t), "{b:?} {t:?}");
            assert!(b.is_none() != t.is_none(), "{b:?} {t:?}");
        }
        assert_eq!(world.business.status(), Status::Serving);
        assert_eq!(world.business.counters().failed.load(std::sync::atomic::Ordering::SeqCst), 0);
    }

    async fn an_officer_of_one_pool_cannot_become_one_of_the_other(database) {
        let world = World::small(&database, 1).await;
        let officers = world.technical_log.officer_seeds();
        let mut list: Vec<Officer> = world.technical.view(|state| state.officers().to_vec());
        list.push(Officer {
            handle: name("id:both"),
            name: testing::line("Both"),
            key: world.business_log.officers[0].public(),
            roles: vec![Role::Officer],
        });
        let quorums = Quorums { manifest: 2, certificate: 2, roll: 1, exceptional: 2, officers: 2 };
        let origin = world.technical_log.origin.clone();
        let change = Body::Officers(OfficersChange { origin, officers: list, quorums });
        let change = TestLog::signed(&change, &[&officers[0], &officers[1]]);
        let refused = world.technical.submit_envelope(change).await;
        assert_eq!(refused.expect_err("a key of the business pool").slug(), "key-in-use");
    }

    async fn a_failed_commit_publishes_nothing_and_the_pool_goes_on(database) {
        let (world, election, ballots) = storm(&database, 3).await;
        let raw = database.raw().await;
        let head = world.technical.head().note().to_string();
        break_writing(&database, &raw).await;
        let failed = world.technical.submit_envelope(ballots[0].clone()).await;
        assert!(matches!(failed, Err(SubmitError::Unavailable(PoolId::Technical))), "{failed:?}");
        assert_eq!(world.technical.head().note().to_string(), head);
        assert_eq!(world.technical.election(&election).expect("known").cast_heads, 0);
        mend_writing(&database, &raw).await;
        assert_eq!(world.technical.status(), Status::Serving);
        for ballot in ballots {
            let recorded = world.technical.submit_envelope(ballot).await.expect("admitted");
            assert_eq!(recorded.freshness, Freshness::New);
            recorded.receipt.verify(&world.anchor.technical).expect("a proof");
        }
        let verdict = audited(&world).await;
        assert!(matches!(verdict, Verdict::Incomplete { .. }), "the box is open: {verdict:?}");
    }

    async fn ballots_stay_hidden_until_the_close_is_published(database) {
        let (world, election, ballots) = storm(&database, 3).await;
        let first = world.technical.submit_envelope(ballots[0].clone()).await.expect("admitted");
        let size = world.technical.head().size();
        let bundle = TilePath::entries(0, u16::try_from(size.0).expect("small")).expect("a path");
        let hashes = TilePath::hashes(0, 0, u16::try_from(size.0).expect("small")).expect("a path");
        let embargoed = |outcome: &ReadError| matches!(outcome, ReadError::Embargoed { election: e } if *e == election);
        assert!(embargoed(&world.technical.tile(&bundle).await.expect_err("hidden")));
        assert!(embargoed(&world.technical.leaf(&first.id).await.expect_err("hidden")));
        let tracker = first.receipt.tracker;
        assert!(embargoed(&world.technical.receipt_by_tracker(&tracker).await.expect_err("hidden")));
        assert!(world.technical.tile(&hashes).await.is_ok(), "hashes are public");
        assert!(world.technical.receipt_of(&first.id).await.is_ok(), "its voter has the id");
        assert!(world.technical.recent(1).await.expect("readable")[0].body.is_empty());
        let before = TilePath::entries(0, u16::try_from(size.0 - 1).expect("small")).expect("a path");
        let entries = world.technical.tile(&before).await.expect("no ballot in it");
        assert_eq!(decode_entries(&entries, before.width()).expect("a bundle").len() as u64, size.0 - 1);

        let closes_at = world.technical.election(&election).expect("known").closes_at;
        world.clocks.technical.advance_to(closes_at);
        let late = world.technical.submit_envelope(ballots[1].clone()).await;
        assert!(matches!(late, Err(SubmitError::Refused(Refusal::WrongPhase { phase: Phase::Closed, .. }))), "{late:?}");
        assert!(world.technical.tile(&bundle).await.is_ok());
        assert!(world.technical.leaf(&first.id).await.is_ok());
        assert!(world.technical.receipt_by_tracker(&tracker).await.is_ok());
    }

    async fn the_box_closes_with_the_last_ballot_where_the_manifest_says_so(database) {
        let business = TestLog::<Business>::found("vote.example.org");
        let mut technical = TestLog::<Technical>::found("vote.example.org");
        for number in 0..2 {
            technical.enrol(number);
        }
        let mut manifest = technical.manifest(vec![motion()]);
        manifest.window.early_close = election::manifest::EarlyClose::WhenAllVoted;
        let election = technical.seal_manifest(&manifest);
        technical.open(election);
        technical.vote(election, 0, &[("motion", Selection::YES)]);
        technical.vote(election, 1, &[("motion", Selection::YES)]);
        let world = World::of(&database, business, technical).await;
        assert_eq!(world.technical.election(&election).expect("known").phase, Phase::Closed);
    }

    async fn only_the_servers_own_count_is_certified(database) {
        let (world, election, ballots) = storm(&database, 3).await;
        for ballot in ballots {
            world.technical.submit_envelope(ballot).await.expect("admitted");
        }
        let open = world.technical.count(&election, Vec::new()).await.expect_err("still open");
        assert_eq!(open.slug(), "not-countable");
        let closes_at = world.technical.election(&election).expect("known").closes_at;
        world.clocks.technical.advance_to(closes_at);
        world.technical.tick().await.expect("closes");
        let officers = world.technical_log.officer_seeds();
        let nonce = world.technical_log.state.election(&election).expect("known").manifest().nonce;
        let reveals: Vec<_> = officers.iter().take(2).map(|key| election::lots::secret(key, nonce)).collect();
        let count = world.technical.count(&election, reveals).await.expect("countable");
        assert_eq!(count.certificate.heads, 3);

        let mut altered = count.certificate.clone();
        altered.results[0].cvrs = crypto::Hash::of(b"other votes");
        let altered = TestLog::signed(&Body::Certificate(altered), &[&officers[0], &officers[1]]);
        let refused = world.technical.submit_envelope(altered).await.expect_err("not our count");
        assert!(matches!(refused, SubmitError::CertificateDiffers { field: "results" }), "{refused}");

        let one = TestLog::signed(&Body::Certificate(count.certificate.clone()), &[&officers[0]]);
        let refused = world.technical.submit_envelope(one).await.expect_err("one officer of two");
        assert_eq!(refused.slug(), "too-few-officers");

        let signed = TestLog::signed(&Body::Certificate(count.certificate), &[&officers[0], &officers[1]]);
        let recorded = world.technical.submit_envelope(signed).await.expect("certified");
        let log_key = world.technical_log.log_key.public().id();
        assert!(recorded.receipt.leaf.statement.signature_of(log_key).is_some(), "countersigned");
        let transcript = count.contests[0].artifact.clone();
        assert_eq!(world.technical.artifact(&transcript.sha256).await.expect("published"), transcript);
        assert_eq!(audited(&world).await, Verdict::Verified);
    }

    async fn nobody_else_opens_closes_or_founds(database) {
        let world = World::small(&database, 2).await;
        let opened = Body::Opened(election::statement::Opened {
            origin: world.technical_log.origin.clone(),
            manifest: StatementId::from(crypto::Hash::of(b"some election")),
        });
        let opened = TestLog::signed(&opened, &[&world.technical_log.log_key]);
        let refused = world.technical.submit_envelope(opened).await;
        assert!(matches!(refused, Err(SubmitError::MadeByTheLog(Kind::Opened))), "{refused:?}");
        let other = world.technical.submit_envelope(world.business_log.leaves[0].statement.clone()).await;
        assert_eq!(other.expect_err("of the other pool").slug(), "other-pool");
        let genesis = TestLog::<Technical>::found("other.example.org").leaves[0].statement.clone();
        let refused = world.technical.submit_envelope(genesis).await;
        assert!(matches!(refused, Err(SubmitError::OtherGenesis)), "{refused:?}");
    }

    async fn an_edited_projection_is_found_and_put_right(database) {
        let world = World::small(&database, 4).await;
        let raw = database.raw().await;
        let edits = [
            "UPDATE principals SET name = 'Mallory' WHERE id = 'github:contributor-000001'",
            "UPDATE elections SET title = 'Another' WHERE pool = 'technical'",
            "DELETE FROM ballots WHERE pool = 'technical' AND leaf = (SELECT max(leaf) FROM ballots WHERE pool = 'technical')",
            "INSERT INTO affiliations VALUES ('technical', 'github:contributor-000002', '[\"acme\"]', 0)",
            "DELETE FROM decisions WHERE pool = 'technical' AND contest = 'council'",
        ];
        for edit in edits {
            assert!(raw.execute(edit).await.expect("SQL allows it") > 0, "{edit}");
        }
        let check = || PoolService::<Technical>::rebuild_projections(&world.store, Mode::Check);
        let found = check().await.expect("replays").differences;
        for table in ["principals", "elections", "ballots", "affiliations", "decisions"] {
            assert!(found.iter().any(|line| line.contains(&format!("table {table},"))), "{table}: {found:?}");
        }
        assert_eq!(check().await.expect("replays").differences, found, "a check changes nothing");
        PoolService::<Technical>::rebuild_projections(&world.store, Mode::Write).await.expect("rewrites");
        assert_eq!(check().await.expect("replays").differences, Vec::<String>::new());
        let other = PoolService::<Business>::rebuild_projections(&world.store, Mode::Check).await;
        assert_eq!(other.expect("replays").differences, Vec::<String>::new());
    }

    async fn a_snapshot_that_is_not_the_logs_state_is_found(database) {
        let world = World::small(&database, 2).await.restart(&database).await;
        let raw = database.raw().await;
        let snapshot = world.store.latest_snapshot(PoolId::Technical).await.expect("readable").expect("kept");
        let text = String::from_utf8(snapshot.body).expect("JSON").replace("Contributor 1", "Mallory");
        let hash = hex::encode(crypto::Hash::of(text.as_bytes()).as_bytes());
        let blob = |hex: String| match &raw {
            crate::world::Raw::Sqlite(_) => format!("X'{hex}'"),
            crate::world::Raw::Postgres(_) => format!("'\\x{hex}'::bytea"),
        };
        let (body, hash) = (blob(hex::encode(text.as_bytes())), blob(hash));
        raw.must(&format!("UPDATE snapshots SET body = {body}, sha256 = {hash} WHERE pool = 'technical'")).await;
        let report = PoolService::<Technical>::rebuild_projections(&world.store, Mode::Check).await;
        let differences = report.expect("replays").differences;
        assert!(differences.iter().any(|line| line.contains("snapshot")), "{differences:?}");
    }

    async fn a_log_that_does_not_fit_its_checkpoint_is_not_served(database) {
        let world = World::small(&database, 2).await;
        let raw = database.raw().await;
        raw.disarm("leaves").await;
        let hash = raw.blob(9);
        raw.must(&format!("UPDATE leaves SET leaf_hash = {hash} WHERE pool = 'technical' AND idx = 3")).await;
        let refused = start_pool(&world.store, &world.clocks.technical, &world.technical_log).await;
        let error = refused.expect_err("damaged");
        assert!(matches!(error, ServiceError::RootMismatch { pool: PoolId::Technical, .. }), "{error}");
        let business = start_pool(&world.store, &world.clocks.business, &world.business_log).await;
        assert!(business.is_ok(), "the other pool is not concerned");
    }

    async fn a_leaf_that_was_rewritten_is_found(database) {
        let world = World::small(&database, 2).await;
        let raw = database.raw().await;
        raw.disarm("leaves").await;
        let body = raw.blob(9);
        raw.must(&format!("UPDATE leaves SET body = {body} WHERE pool = 'technical' AND idx = 3")).await;
        let check = PoolService::<Technical>::rebuild_projections(&world.store, Mode::Check).await;
        let error = check.expect_err("damaged");
        assert!(matches!(error, ServiceError::DamagedLeaf { index: 3, .. }), "{error}");
        let refused = start_pool(&world.store, &world.clocks.technical, &world.technical_log).await;
        assert!(matches!(refused, Err(ServiceError::DamagedLeaf { index: 3, .. })));
    }

    async fn a_key_that_is_not_the_logs_starts_nothing(database) {
        let world = World::small(&database, 1).await;
        let mut log = TestLog::<Technical>::found("vote.example.org");
        log.log_key = copy_of(&log.officers[0]);
        let refused = start_pool(&world.store, &world.clocks.technical, &log).await;
        assert!(matches!(refused, Err(ServiceError::OtherLogKey(PoolId::Technical))));
    }

    async fn a_backup_restores_into_either_database(database) {
        let world = World::small(&database, 4).await;
        let file = database.folder.path().join("backup");
        let summary = service::backup(&world.store, &file).await.expect("written");
        assert_eq!(summary.technical, world.technical.head().size());
        assert!(service::backup(&world.store, &file).await.is_err(), "never overwritten");
        let other = database.other_kind();
        let store = other.store().await;
        assert_eq!(service::restore(&store, &file).await.expect("restores"), summary);
        store.close().await;
        let (note, receipt) = (world.business.head().note().to_string(), world.business.receipt_of(&id_of(&world.business_log.leaves[4])).await.expect("known").receipt);
        let restored = world.take_up(&other).await;
        assert_eq!(restored.business.head().note().to_string(), note);
        let again = restored.business.receipt_of(&id_of(&restored.business_log.leaves[4])).await;
        assert_eq!(again.expect("known").receipt, receipt, "with the checkpoint it was given with");
        assert_eq!(audited(&restored).await, Verdict::Verified);
        let report = PoolService::<Business>::rebuild_projections(&restored.store, Mode::Check).await;
        assert_eq!(report.expect("replays").differences, Vec::<String>::new());
        let twice = service::restore(&restored.store, &file).await;
        assert!(twice.is_err(), "into an empty database only");
    }

    async fn a_backup_that_was_changed_restores_nothing(database) {
        let world = World::small(&database, 2).await;
        let file = database.folder.path().join("backup");
        service::backup(&world.store, &file).await.expect("written");
        let text = std::fs::read_to_string(&file).expect("readable");
        let lines: Vec<&str> = text.lines().collect();
        let without = |skip: usize| {
            let kept = lines.iter().enumerate().filter(|(at, _)| *at != skip).map(|(_, line)| *line);
            kept.collect::<Vec<_>>().join("\n") + "\n"
        };
        let other = Database::sqlite();
        let store = other.store().await;
        for skip in [0, 1, 2, lines.len() / 2, lines.len() - 2, lines.len() - 1] {
            let path = database.folder.path().join(format!("without-{skip}"));
            std::fs::write(&path, without(skip)).expect("written");
            assert!(service::restore(&store, &path).await.is_err(), "without line {skip}");
            assert_eq!(store.anchor().await.expect("readable"), None, "nothing of it stays");
        }
    }

    async fn after_a_shutdown_nothing_is_admitted_and_nothing_is_lost(database) {
        let (world, _, ballots) = storm(&database, 40).await;
        let mut tasks = Vec::new();
        for ballot in ballots {
            let service = world.technical.clone();
            tasks.push(tokio::spawn(async move { service.submit_envelope(ballot).await }));
            if tasks.len() == 20 {
                tokio::task::yield_now().await;
                world.technical.shutdown().await.expect("drains");
            }
        }
        let mut receipts = Vec::new();
        for task in tasks {
            match task.await.expect("runs") {
                Ok(recorded) => receipts.push(recorded),
                Err(SubmitError::Unavailable(_)) => {}
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!(world.technical.status(), Status::Stopped);
        let world = world.take_up(&database).await;
        for recorded in receipts {
            let again = world.technical.receipt_of(&recorded.id).await.expect("never lost");
            assert_eq!(again.receipt, recorded.receipt);
        }
    }
}

fn invitation<P: TestPool + AnchorOf>(
    log: &TestLog<P>,
    number: usize,
    key: &crypto::SigningKey,
) -> Envelope {
    let body = Body::Invitation(election::statement::Invitation {
        origin: log.origin.clone(),
        principal: P::principal_id(number),
        person: P::speakers(number)[0].clone(),
        key: key.public(),
    });
    let registrar = election::key::OfficerKey::<P>::new(copy_of(&log.officers[0]));
    Draft::new(&body).expect("encodable").sign(&registrar).expect("once").envelope()
}

/// Makes every commit fail, as a full disk would.
async fn break_writing(_: &Database, raw: &crate::world::Raw) {
    match raw {
        crate::world::Raw::Sqlite(_) => {
            raw.must("CREATE TRIGGER broken BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'disk full'); END").await;
        }
        crate::world::Raw::Postgres(_) => {
            raw.must("CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$").await;
            raw.must("CREATE TRIGGER broken BEFORE INSERT ON checkpoints FOR EACH ROW EXECUTE FUNCTION broken()").await;
        }
    }
}

async fn mend_writing(_: &Database, raw: &crate::world::Raw) {
    match raw {
        crate::world::Raw::Sqlite(_) => raw.must("DROP TRIGGER broken").await,
        crate::world::Raw::Postgres(_) => raw.must("DROP TRIGGER broken ON checkpoints").await,
    }
}

/// A PostgreSQL server that dies takes no receipt with it, and the pool says that it cannot write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_server_that_dies_makes_the_pool_wait_and_loses_nothing() {
    let server = bicameral_tests::postgres::Postgres::start();
    let database =
        Database { url: server.database(), folder: tempfile::tempdir().expect("a folder") };
    let (world, _, ballots) = storm(&database, 2).await;
    let first = world.technical.submit_envelope(ballots[0].clone()).await.expect("admitted");
    server.crash();
    let failed = world.technical.submit_envelope(ballots[1].clone()).await;
    assert!(
        matches!(failed, Err(SubmitError::Unavailable(_) | SubmitError::Internal(_))),
        "{failed:?}"
    );
    assert_eq!(world.technical.status(), Status::Recovering);
    server.restart();
    let mut tries = 0;
    let second = loop {
        match world.technical.submit_envelope(ballots[1].clone()).await {
            Ok(recorded) => break recorded,
            Err(SubmitError::Unavailable(_)) if tries < 30 => tries += 1,
            Err(other) => panic!("{other}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    };
    second.receipt.verify(&world.anchor.technical).expect("a proof");
    let again = world.technical.receipt_of(&first.id).await.expect("never lost");
    assert_eq!(again.receipt, first.receipt);
}
