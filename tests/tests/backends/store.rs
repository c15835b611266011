//! The store by itself.

use vote_server::storage::{MIGRATIONS, Store, StoreError};

use crate::on_both;
use crate::world::World;

on_both! {
    async fn every_statement_parses_and_takes_the_values_it_is_given(database) {
        let store = database.store().await;
        for (sql, values) in Store::statements() {
            let wants = store.prepare(sql.clone()).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            assert_eq!(wants, values, "{sql}");
        }
        assert!(store.prepare("SELECT nonsense FROM leaves".to_owned()).await.is_err());
    }

    async fn migrating_twice_changes_nothing_and_a_fresh_database_is_too_old(database) {
        let store = Store::open(&database.url).await.expect("opens");
        let older = store.check_schema().await;
        assert!(matches!(older, Err(StoreError::OlderSchema { found: 0, .. })), "{older:?}");
        store.migrate().await.expect("migrates");
        store.migrate().await.expect("migrates again");
        store.check_schema().await.expect("up to date");
    }

    async fn a_database_of_a_newer_program_is_refused(database) {
        let store = database.store().await;
        let raw = database.raw().await;
        let newer = MIGRATIONS.len() + 1;
        raw.must(&format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES ({newer}, 'later', true, {}, 0)",
            raw.blob(1)
        )).await;
        for refused in [store.migrate().await, store.check_schema().await] {
            assert!(matches!(refused, Err(StoreError::NewerSchema { .. })), "{refused:?}");
        }
    }

    async fn a_migration_that_was_edited_afterwards_is_refused(database) {
        let store = database.store().await;
        let raw = database.raw().await;
        let other = raw.blob(1);
        raw.must(&format!("UPDATE _sqlx_migrations SET checksum = {other} WHERE version = 2")).await;
        let refused = store.migrate().await;
        assert!(matches!(refused, Err(StoreError::AlteredMigration(2))), "{refused:?}");
    }

    async fn a_database_serves_one_foundation(database) {
        let world = World::small(&database, 1).await;
        let again = world.store.found(&world.anchor).await;
        assert!(matches!(again, Err(StoreError::AlreadyFounded)), "{again:?}");
        assert_eq!(world.store.anchor().await.expect("readable"), Some(world.anchor));
    }

    async fn published_tables_never_change_or_lose_a_row(database) {
        let _world = World::small(&database, 2).await;
        let raw = database.raw().await;
        let columns = [
            ("leaves", "at = at + 1"),
            ("checkpoints", "note = ''"),
            ("artifacts", "content = sha256"),
            ("certificates", "heads = 0"),
        ];
        for (table, change) in columns {
            for sql in [format!("UPDATE {table} SET {change}"), format!("DELETE FROM {table}")] {
                let refused = raw.execute(&sql).await.expect_err(&sql);
                assert!(refused.contains("append-only"), "{sql}: {refused}");
            }
        }
    }

    async fn a_bad_row_is_an_error_that_names_table_and_key(database) {
        let world = World::small(&database, 1).await;
        let raw = database.raw().await;
        raw.disarm("leaves").await;
        raw.must("UPDATE leaves SET at = 9007199254740993 WHERE pool = 'business' AND idx = 2").await;
        let read = world.store.leaves(election::PoolId::Business, 0..10).await;
        let error = read.expect_err("an instant beyond 2^53").to_string();
        assert_eq!(error, "table leaves, row business/2: bad at");
    }
}

#[test]
fn both_databases_have_the_same_migrations_with_a_comment_for_every_column() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let names = |kind: &str| {
        let files = std::fs::read_dir(folder.join(kind)).expect("a folder");
        let mut names: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert_eq!(names("sqlite").len(), MIGRATIONS.len());
    for migration in MIGRATIONS {
        for text in [migration.sqlite, migration.postgres] {
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            for (before, line) in lines.iter().zip(lines.iter().skip(1)) {
                let column = [" TEXT", " INTEGER", " BIGINT", " BLOB", " BYTEA"];
                let column = column.iter().any(|kind| line.contains(kind));
                if column && !line.starts_with("--") {
                    assert!(before.starts_with("--"), "{}: no comment: {line}", migration.name);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_url_of_no_database_is_refused_without_repeating_it() {
    let error = Store::open("mysql://root:secret@host/db").await.expect_err("not ours").to_string();
    assert!(error.contains("mysql") && !error.contains("secret"), "{error}");
}
