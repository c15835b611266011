//! Hands in the database, behind the server's back: what follows from the log is found to differ
//! from it, row by row; and the log itself cannot be changed without being found out.

use std::sync::Arc;

use bicameral_tests::site::Backend;
use bicameral_tests::world::World;
use election::audit::report::{CheckId, Verdict};
use election::pool::{Business, Technical};
use election::testing::motion;
use sqlx::SqlitePool;
use vote_server::server;
use vote_server::service::{Mode, PoolService};

use crate::court::{NO, YES, refuting};
use crate::wire::must_be_unharmed;

/// A business pool with a certified election, its server stopped.
fn stopped() -> World {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..3);
    let election = world.business.act(|log| log.open_election(vec![motion()]));
    for voter in 0..3 {
        world.business.vote(election, voter, &if voter == 1 { NO } else { YES });
    }
    world.business.act(|log| log.close(election));
    world.business.act(|log| log.certify(election));
    world.stop();
    world
}

/// Runs statements on the database file. The pool's owner can do anything there, triggers included.
fn tamper(world: &World, statements: &[&str]) -> Result<u64, sqlx::Error> {
    world.wait(async {
        let pool = SqlitePool::connect(world.site().database()).await?;
        let mut rows = 0;
        for statement in statements {
            let owned = sqlx::AssertSqlSafe((*statement).to_owned());
            match sqlx::query(owned).execute(&pool).await {
                Ok(done) => rows = done.rows_affected(),
                Err(error) => {
                    pool.close().await;
                    return Err(error);
                }
            }
        }
        pool.close().await;
        Ok(rows)
    })
}

fn differences(world: &World, mode: Mode) -> Vec<String> {
    world.wait(async {
        let store = world.site().store().await;
        let business = PoolService::<Business>::rebuild_projections(&store, mode).await;
        let technical = PoolService::<Technical>::rebuild_projections(&store, mode).await;
        store.close().await;
        let both = [business.expect("a sound log"), technical.expect("a sound log")];
        both.into_iter().flat_map(|report| report.differences).collect()
    })
}

#[test]
fn an_edited_projection_is_named_by_its_table_and_row_and_put_right_from_the_log() {
    let mut world = stopped();
    assert_eq!(differences(&world, Mode::Check), Vec::<String>::new());
    let edits = [
        (
            "principals",
            "member-000001",
            "UPDATE principals SET name = 'Somebody' WHERE id = 'member-000001'",
        ),
        (
            "roll_entries",
            "member-000002",
            "UPDATE roll_entries SET weight = 9 WHERE principal = 'member-000002'",
        ),
        ("elections", "", "UPDATE elections SET title = 'Another' WHERE pool = 'business'"),
        ("contests", "motion", "UPDATE contests SET title = 'Another' WHERE contest = 'motion'"),
        ("ballots", "", "DELETE FROM ballots WHERE principal = 'member-000001'"),
        (
            "voters",
            "member-000000",
            "UPDATE voters SET voter = NULL WHERE principal = 'member-000000'",
        ),
    ];
    for (table, row, edit) in edits {
        assert_eq!(tamper(&world, &[edit]).expect("the edit is possible"), 1, "{edit}");
        let found = differences(&world, Mode::Check);
        let named = |line: &String| line.contains(table) && line.contains(row);
        assert!(found.iter().any(named), "{edit}: {found:?}");
        assert_eq!(found.len(), 1, "{edit}: {found:?}");
        assert_eq!(differences(&world, Mode::Write), found);
        assert_eq!(differences(&world, Mode::Check), Vec::<String>::new(), "{edit}");
    }
    world.start();
    must_be_unharmed(&mut world);
}

#[test]
fn the_log_takes_no_edit_from_anybody_who_leaves_the_triggers_in_place() {
    let mut world = stopped();
    for edit in [
        "UPDATE leaves SET at = at - 1 WHERE idx = 5",
        "DELETE FROM leaves WHERE idx = 5",
        "UPDATE checkpoints SET note = ''",
        "DELETE FROM artifacts",
        "UPDATE certificates SET weight = weight + 1",
    ] {
        let refused = tamper(&world, &[edit]).expect_err(edit).to_string();
        assert!(refused.contains("append-only"), "{edit}: {refused}");
    }
    world.start();
    must_be_unharmed(&mut world);
}

/// Swaps two bytes within the ballot's nonce, so that the leaf stays a leaf.
const EDIT_BODY: &str = "UPDATE leaves SET body = CAST(replace(CAST(body AS TEXT), '\"at\":1', '\"at\":2') AS BLOB) \
     WHERE pool = 'business' AND kind = 'ballot' AND idx = \
     (SELECT min(idx) FROM leaves WHERE pool = 'business' AND kind = 'ballot')";

#[test]
fn a_server_does_not_start_on_a_log_whose_hashes_were_edited() {
    let world = stopped();
    let edit = "UPDATE leaves SET leaf_hash = zeroblob(32) WHERE pool = 'business' AND idx = 5";
    tamper(&world, &["DROP TRIGGER leaves_refuse_update", edit]).expect("the owner can");
    let started = world.wait(server::start(&world.site().config(), Arc::new(world.clock.clone())));
    let error = started.map(|_| ()).expect_err("it does not start").to_string();
    assert!(error.contains("the business log is damaged"), "{error}");
}

#[test]
fn a_leaf_edited_under_its_hash_is_found_at_the_next_replay_and_by_every_audit() {
    let mut world = stopped();
    tamper(&world, &["DROP TRIGGER leaves_refuse_update", EDIT_BODY]).expect("the owner can");
    // The snapshot kept at the stop spares the server the replay, and so the finding.
    world.start();
    let report = world.audit();
    let place = crate::court::nth(&world.business.log, election::statement::Kind::Ballot, 0);
    assert_eq!(refuting(&report.business)[0].0, CheckId::A03);
    assert!(matches!(report.verdict, Verdict::Refuted { .. }));
    world.stop();
    // A comparison with the log replays it, and so does a start without the snapshot.
    let rebuilt = world.wait(async {
        let store = world.site().store().await;
        let rebuilt = PoolService::<Business>::rebuild_projections(&store, Mode::Check).await;
        store.close().await;
        rebuilt.map(|_| ())
    });
    let error = rebuilt.expect_err("the log is damaged").to_string();
    assert!(error.contains(&format!("the business log is damaged at leaf {place}")), "{error}");
    tamper(&world, &["DELETE FROM snapshots"]).expect("the owner can");
    let started = world.wait(server::start(&world.site().config(), Arc::new(world.clock.clone())));
    let error = started.map(|_| ()).expect_err("it does not start").to_string();
    assert!(error.contains(&format!("the business log is damaged at leaf {place}")), "{error}");
}
