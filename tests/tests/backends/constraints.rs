//! Wall 5: the database itself refuses rows that mix the pools, whoever writes them. Hand-made SQL,
//! one statement per foreign key and per check, each wrong in this one respect.

use std::collections::BTreeSet;

use election::testing;
use vote_server::storage::MIGRATIONS;

use crate::on_both;
use crate::world::{Raw, World};

/// What the database has to object to.
enum Breaks {
    /// The foreign key of this table that has these columns besides the pool.
    Key(&'static str, &'static [&'static str]),
    /// The check of this name.
    Check(&'static str),
    /// A column's own check.
    Column,
    /// A key that has to be unique.
    Unique,
}
use Breaks::{Check, Column, Key, Unique};

/// Something of one pool: an election, a leaf index that only the longer log has, …
fn cases(blob: &str) -> Vec<(Breaks, String)> {
    let b = |sql: &str| sql.to_owned();
    let one = |what: &str, table: &str, pool: &str| {
        format!("(SELECT {what} FROM {table} WHERE pool = '{pool}' ORDER BY 1 LIMIT 1)")
    };
    let far = "(SELECT max(idx) FROM leaves WHERE pool = 'business')";
    let leaf = |idx: &str, kind: &str, election: &str| {
        format!(
            "INSERT INTO leaves (pool, idx, at, statement_id, kind, election, leaf_hash, body) \
             VALUES ('technical', {idx}, 1, {blob}, '{kind}', {election}, {blob}, {blob})"
        )
    };
    let (b_election, t_election) =
        (one("id", "elections", "business"), one("id", "elections", "technical"));
    let (b_principal, t_principal) =
        (one("id", "principals", "business"), one("id", "principals", "technical"));
    let executed = one("election", "leaves", "technical' AND kind = 'effect");
    let open =
        |pool: &str| format!("(SELECT id FROM elections WHERE pool = '{pool}' AND phase = 'open')");
    let certified = "WHERE pool = 'technical' AND phase = 'certified'";
    let mut cases = vec![
        // The logs.
        (Key("pools", &["foundation"]), b("UPDATE pools SET foundation = 'other'")),
        (Column, b("UPDATE pools SET pool = 'third' WHERE pool = 'technical'")),
        (
            Column,
            b("UPDATE pools SET origin = 'elsewhere.example/technical' WHERE pool = 'business'"),
        ),
        (Key("leaves", &["election"]), leaf("9999", "opened", &b_election)),
        (Check("leaves_kind_of_pool"), leaf("9999", "member", "NULL")),
        (Check("leaves_kind_of_pool"), leaf("9999", "mandate", "NULL")),
        (Check("leaves_kind_of_pool"), leaf("9999", "related", "NULL")),
        (
            Check("leaves_kind_of_pool"),
            leaf("9999", "contributor", "NULL").replace("'technical'", "'business'"),
        ),
        (
            Check("leaves_kind_of_pool"),
            leaf("9999", "affiliation", "NULL").replace("'technical'", "'business'"),
        ),
        (Check("leaves_genesis_first"), leaf("9999", "genesis", "NULL")),
        (Check("leaves_election_of_kind"), leaf("9999", "ballot", "NULL")),
        (Check("leaves_election_of_kind"), leaf("9999", "effect", "NULL")),
        (Unique, leaf("9999", "effect", &executed)),
        (Check("leaves_election_of_kind"), leaf("9999", "officers", &t_election)),
        (
            Key("checkpoints", &["last_leaf"]),
            format!(
                "INSERT INTO checkpoints (pool, size, root, note, last_leaf) VALUES ('technical', {far} + 1, {blob}, '', {far})"
            ),
        ),
        (
            Check("checkpoints_last_leaf"),
            format!(
                "INSERT INTO checkpoints (pool, size, root, note, last_leaf) VALUES ('technical', 1000000, {blob}, '', 0)"
            ),
        ),
        (
            Key("snapshots", &["size"]),
            format!(
                "INSERT INTO snapshots (pool, size, sha256, body) VALUES ('technical', {far} + 1, {blob}, {blob})"
            ),
        ),
        // Principals.
        (
            Key("principals", &["since_leaf"]),
            format!("UPDATE principals SET since_leaf = {far} WHERE pool = 'technical'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b("UPDATE principals SET kind = 'member' WHERE pool = 'technical'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b("UPDATE principals SET kind = 'contributor' WHERE pool = 'business'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b("UPDATE principals SET class = 'premier' WHERE pool = 'technical'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b("UPDATE principals SET class = NULL WHERE pool = 'business'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b("UPDATE principals SET mandate = '{}' WHERE pool = 'technical'"),
        ),
        (
            Check("principals_kind_of_pool"),
            b(
                "INSERT INTO principals (pool, id, kind, name, class, since_leaf, suspended, mandate, body) \
             VALUES ('technical', 'acme', 'contributor', 'Acme', NULL, 0, 0, NULL, '{}')",
            ),
        ),
        (
            Check("principals_kind_of_pool"),
            b(
                "INSERT INTO principals (pool, id, kind, name, class, since_leaf, suspended, mandate, body) \
             VALUES ('business', 'id:ann', 'member', 'Ann', 'premier', 0, 0, NULL, '{}')",
            ),
        ),
        (
            Key("affiliations", &["person"]),
            format!(
                "INSERT INTO affiliations (pool, person, groups, from_at) VALUES ('technical', {b_principal}, '[]', 0)"
            ),
        ),
        (
            Check("affiliations_of_contributors"),
            format!(
                "INSERT INTO affiliations (pool, person, groups, from_at) VALUES ('business', {b_principal}, '[]', 0)"
            ),
        ),
        (
            Key("related_groups", &["voice"]),
            format!(
                "INSERT INTO related_groups (pool, group_id, voice, members) VALUES ('business', 'g', {t_principal}, '[]')"
            ),
        ),
        (
            Check("related_groups_of_members"),
            format!(
                "INSERT INTO related_groups (pool, group_id, voice, members) VALUES ('technical', 'g', {t_principal}, '[]')"
            ),
        ),
        // Keys and voters.
        (
            Key("keys", &["principal"]),
            format!(
                "UPDATE keys SET principal = {t_principal} WHERE pool = 'business' AND principal IS NOT NULL"
            ),
        ),
        (
            Check("keys_holder_of_capacity"),
            b("UPDATE keys SET capacity = 'officer' WHERE capacity = 'voter'"),
        ),
        (
            Check("keys_holder_of_capacity"),
            b("UPDATE keys SET person = NULL WHERE capacity = 'officer'"),
        ),
        (
            Check("keys_contributor_is_holder"),
            b(
                "UPDATE keys SET person = 'id:other' WHERE pool = 'technical' AND capacity = 'voter'",
            ),
        ),
        (
            Unique,
            format!(
                "INSERT INTO keys (fingerprint, pool, capacity, public_key, principal, person, ended) \
             SELECT fingerprint, 'technical', 'officer', {blob}, NULL, 'id:ann', 0 FROM keys \
             WHERE pool = 'business' AND capacity = 'officer' LIMIT 1"
            ),
        ),
        (
            Unique,
            format!(
                "INSERT INTO keys (fingerprint, pool, capacity, public_key, principal, person, ended) \
             SELECT {blob}, 'technical', 'officer', public_key, NULL, 'id:ann', 0 FROM keys \
             WHERE pool = 'business' AND capacity = 'officer' LIMIT 1"
            ),
        ),
        (
            Key("voters", &["principal"]),
            format!(
                "INSERT INTO voters VALUES ('business', {t_principal}, 'id:ann', {}, NULL, 0)",
                one("fingerprint", "keys", "business")
            ),
        ),
        (
            Key("voters", &["invitation"]),
            format!(
                "UPDATE voters SET invitation = {} WHERE pool = 'business'",
                one("fingerprint", "keys", "technical")
            ),
        ),
        (
            Key("voters", &["voter"]),
            format!(
                "UPDATE voters SET voter = {} WHERE pool = 'business'",
                one("fingerprint", "keys", "technical")
            ),
        ),
        (
            Key("voters", &["invited_leaf"]),
            format!("UPDATE voters SET invited_leaf = {far} WHERE pool = 'technical'"),
        ),
        (Column, b("UPDATE voters SET person = 'acme' WHERE pool = 'business'")),
        (
            Check("voters_contributor_speaks_alone"),
            b("UPDATE voters SET person = 'id:other' WHERE pool = 'technical'"),
        ),
        // Elections.
        (
            Key("elections", &["id"]),
            b(
                "INSERT INTO elections SELECT 'technical', id, title, 'sealed', opens_at, closes_at, roll_size, roll_root, \
             heads, heads, 0, NULL, NULL, NULL, NULL FROM elections WHERE pool = 'business'",
            ),
        ),
        (
            Key("elections", &["sealed_leaf"]),
            format!("UPDATE elections SET sealed_leaf = {far} {certified}"),
        ),
        (
            Key("elections", &["opened_leaf"]),
            format!("UPDATE elections SET opened_leaf = {far} {certified}"),
        ),
        (
            Key("elections", &["closed_leaf"]),
            format!("UPDATE elections SET closed_leaf = {far} {certified}"),
        ),
        (
            Key("elections", &["certified_leaf"]),
            format!("UPDATE elections SET certified_leaf = {far} {certified}"),
        ),
        (
            Key("elections", &["cancelled_leaf"]),
            format!(
                "UPDATE elections SET phase = 'cancelled', opened_leaf = NULL, closed_leaf = NULL, certified_leaf = NULL, \
             cancelled_leaf = {far} {certified}"
            ),
        ),
        (Check("elections_window"), b("UPDATE elections SET closes_at = opens_at")),
        (
            Check("elections_weight_of_pool"),
            b("UPDATE elections SET weight = weight + 1 WHERE pool = 'technical'"),
        ),
        (
            Check("elections_phase_has_its_leaf"),
            b("UPDATE elections SET certified_leaf = NULL WHERE phase = 'certified'"),
        ),
        (
            Key("contests", &["election"]),
            format!(
                "INSERT INTO contests VALUES ('technical', {b_election}, 'c', 0, 'C', 'module_admission', '{{}}')"
            ),
        ),
        (
            Key("roll_entries", &["election"]),
            format!(
                "INSERT INTO roll_entries VALUES ('technical', {b_election}, {t_principal}, 1, '[]')"
            ),
        ),
        (
            Key("roll_entries", &["principal"]),
            format!(
                "INSERT INTO roll_entries VALUES ('technical', {t_election}, {b_principal}, 1, '[]')"
            ),
        ),
        (
            Check("roll_entries_weight_of_pool"),
            b("UPDATE roll_entries SET weight = 2 WHERE pool = 'technical'"),
        ),
        (Column, b("UPDATE roll_entries SET weight = 0 WHERE pool = 'business'")),
        // Ballots.
        (
            Key("ballots", &["leaf"]),
            format!(
                "UPDATE ballots SET leaf = {far} WHERE pool = 'technical' AND leaf = (SELECT min(leaf) FROM ballots WHERE pool = 'technical')"
            ),
        ),
        (
            Key("ballots", &["election"]),
            format!("UPDATE ballots SET election = {b_election} WHERE pool = 'technical'"),
        ),
        (
            Key("ballots", &["election", "principal"]),
            format!("UPDATE ballots SET principal = {t_principal} WHERE pool = 'business'"),
        ),
        (
            Key("ballots", &["principal", "person"]),
            format!("UPDATE ballots SET person = {t_principal} WHERE pool = 'business'"),
        ),
        (
            Check("ballots_contributor_speaks_alone"),
            b("UPDATE ballots SET person = 'id:other' WHERE pool = 'technical'"),
        ),
        // Certificates.
        (
            Key("certificates", &["election"]),
            format!("INSERT INTO certificates VALUES ('technical', {b_election}, 0, 1, 1)"),
        ),
        (
            Key("certificates", &["leaf"]),
            format!(
                "INSERT INTO certificates VALUES ('technical', {}, {far}, 1, 1)",
                open("technical")
            ),
        ),
        (
            Check("certificates_weight_of_pool"),
            format!(
                "INSERT INTO certificates VALUES ('technical', {}, 0, 1, 2)",
                open("technical")
            ),
        ),
        (
            Key("results", &["election"]),
            format!(
                "INSERT INTO results SELECT 'technical', {}, contest, cvrs, transcript, outcome FROM results WHERE pool = 'technical'",
                open("technical")
            ),
        ),
        (
            Key("results", &["election", "contest"]),
            b(
                "INSERT INTO results SELECT pool, election, 'motion', cvrs, transcript, outcome FROM results WHERE pool = 'technical' LIMIT 1",
            ),
        ),
        (
            Key("results", &["transcript"]),
            format!(
                "UPDATE results SET transcript = {} WHERE pool = 'technical'",
                one("sha256", "artifacts", "business")
            ),
        ),
        (
            Key("decisions", &["election", "contest"]),
            b(
                "INSERT INTO decisions SELECT pool, election, 'motion', 0, 'module_admitted', '{}' FROM results \
             WHERE pool = 'technical' LIMIT 1",
            ),
        ),
    ];
    let technical_only = [
        "technical_resolution",
        "module_admission",
        "module_maintainers",
        "technical_seats",
        "business_board_seats",
    ];
    let business_only = ["budget_approval", "business_resolution", "business_seats"];
    let technical_effects = [
        "technical_resolution_adopted",
        "module_admitted",
        "maintainer_elected",
        "technical_seat_filled",
        "business_board_seat_filled",
    ];
    let business_effects = ["budget_approved", "resolution_adopted", "business_seat_filled"];
    for (pool, questions, effects) in [
        ("business", &technical_only[..], &technical_effects[..]),
        ("technical", &business_only[..], &business_effects[..]),
    ] {
        cases.extend(questions.iter().map(|question| {
            (
                Check("contests_question_of_pool"),
                format!("UPDATE contests SET question = '{question}' WHERE pool = '{pool}'"),
            )
        }));
        cases.extend(effects.iter().map(|effect| {
            (
                Check("decisions_kind_of_pool"),
                format!("UPDATE decisions SET kind = '{effect}' WHERE pool = '{pool}'"),
            )
        }));
    }
    cases
}

/// Whether the database said what it should.
fn objects(raw: &Raw, breaks: &Breaks, error: &str) -> bool {
    match (raw, breaks) {
        (Raw::Sqlite(_), Key(..)) => error.contains("FOREIGN KEY constraint failed"),
        (Raw::Sqlite(_), Check(name)) => {
            error.contains(&format!("CHECK constraint failed: {name}"))
        }
        (Raw::Sqlite(_), Column) => error.contains("CHECK constraint failed"),
        (Raw::Sqlite(_), Unique) => error.contains("UNIQUE constraint failed"),
        (Raw::Postgres(_), Key(table, columns)) => {
            error.contains(&format!(
                "on table \"{table}\" violates foreign key constraint \"{table}_"
            )) && columns.iter().any(|column| error.contains(column))
        }
        (Raw::Postgres(_), Check(name)) => {
            error.contains(&format!("violates check constraint \"{name}\""))
        }
        (Raw::Postgres(_), Column) => error.contains("violates check constraint"),
        (Raw::Postgres(_), Unique) => error.contains("violates unique constraint"),
    }
}

on_both! {
    async fn hand_made_sql_that_mixes_pools_is_refused(database) {
        let (mut business, mut technical) = testing::small_foundation(3);
        business.open_election(vec![testing::motion()]);
        technical.open_election(vec![testing::motion()]);
        // So that no index of the business log's end exists in the technical one.
        for number in 10..40 {
            business.enter(number);
        }
        assert!(business.leaves.len() > technical.leaves.len() + 1);
        let world = World::of(&database, business, technical).await;
        let raw = database.raw().await;
        for (breaks, sql) in cases(&raw.blob(7)) {
            let error = raw.execute(&sql).await.expect_err(&sql);
            assert!(objects(&raw, &breaks, &error), "{sql}\n  was refused for another reason: {error}");
        }
        drop(world);
    }

    async fn a_leaf_or_artifact_of_a_pool_that_was_not_founded_is_refused(database) {
        let _store = database.store().await;
        let raw = database.raw().await;
        let blob = raw.blob(7);
        for sql in [
            format!("INSERT INTO leaves VALUES ('business', 0, 1, {blob}, 'genesis', NULL, {blob}, {blob})"),
            format!("INSERT INTO artifacts VALUES ('business', {blob}, {blob})"),
            format!("INSERT INTO keys VALUES ({blob}, 'business', 'log', {blob}, NULL, NULL, 0)"),
            "INSERT INTO principals VALUES ('business', 'acme', 'member', 'A', 'c', 0, 0, NULL, '{}')".to_owned(),
        ] {
            let error = raw.execute(&sql).await.expect_err(&sql);
            assert!(objects(&raw, &Key("", &[]), &error) || error.contains("foreign key"), "{sql}: {error}");
        }
    }
}

#[test]
fn every_foreign_key_and_every_named_check_has_its_case() {
    let text: String = MIGRATIONS.iter().map(|migration| migration.sqlite).collect();
    let mut keys = BTreeSet::new();
    let mut checks = BTreeSet::new();
    let mut table = "";
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.trim_end_matches(" (");
        }
        if let Some((_, rest)) = line.split_once("FOREIGN KEY (pool, ") {
            let columns = rest.split(')').next().expect("columns");
            keys.insert((table.to_owned(), columns.to_owned()));
        }
        if let Some((_, rest)) = line.split_once("CONSTRAINT ") {
            checks.insert(rest.split(' ').next().expect("a name").to_owned());
        }
    }
    for (breaks, _) in cases("X''") {
        match breaks {
            Key(table, columns) => drop(keys.remove(&(table.to_owned(), columns.join(", ")))),
            Check(name) => drop(checks.remove(name)),
            Column | Unique => {}
        }
    }
    assert!(keys.is_empty() && checks.is_empty(), "without a case: {keys:?} {checks:?}");
}
