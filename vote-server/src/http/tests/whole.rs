//! Whole elections over HTTP.

use election::receipt::Receipt;
use election::testing::{TestLog, TestPool, admission, pass, small_foundation};
use election::{Business, Technical};

use super::harness::{Answer, Harness, Http};

async fn record<P: TestPool>(client: &Http) -> Answer {
    client.get(&format!("/{}/record", P::SLUG)).await
}

#[tokio::test]
async fn elections_held_over_http_leave_the_record_that_the_rules_alone_would() {
    let (business, technical) = small_foundation(7);
    let harness = Harness::with(&business, &technical).await;
    let served = record::<Business>(&harness.client).await;
    assert_eq!(served.media(), "application/jsonl");
    let expected = business.record().to_file().expect("a record");
    assert_eq!(served.body.len(), expected.len());
    assert!(served.body == expected, "the business record differs");
    let served = record::<Technical>(&harness.client).await;
    let expected = technical.record().to_file().expect("a record");
    assert!(served.body == expected, "the technical record differs");
}

async fn receipts_verify<P: TestPool>(client: &Http, log: &TestLog<P>) {
    let anchor = log.anchor();
    for leaf in &log.leaves {
        let id = election::statement::id_of(&leaf.statement);
        let path = format!("/{}/api/v1/receipts/by-id/{id}", P::SLUG);
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let receipt: Receipt = serde_json::from_slice(&answer.body).expect("a receipt");
        assert_eq!(receipt.verify(&anchor).expect("verifies").id(), id);
        assert_eq!(receipt.leaf, *leaf);
        let path = format!("/{}/api/v1/receipts/{}", P::SLUG, receipt.tracker);
        assert_eq!(client.get(&path).await.body, answer.body);
    }
}

#[tokio::test]
async fn every_statement_has_a_receipt_that_verifies_and_posting_again_gives_it_again() {
    let (business, technical) = small_foundation(3);
    let harness = Harness::with(&business, &technical).await;
    receipts_verify(&harness.client, &business).await;
    receipts_verify(&harness.client, &technical).await;
    let ballot =
        &business.leaves.iter().find(|leaf| leaf.statement.payload_type().contains("ballot"));
    let ballot = &ballot.expect("a ballot").statement;
    let again = harness.client.submit::<Business>(ballot).await;
    assert_eq!(again.status, 200, "{again:?}");
    let location = again.headers["location"].to_str().expect("text").to_owned();
    assert_eq!(harness.client.get(&location).await.body, again.body);
}

#[tokio::test]
async fn a_statement_of_one_pool_is_refused_by_the_other() {
    let (business, technical) = small_foundation(2);
    let harness = Harness::with(&business, &technical).await;
    for leaf in business.leaves.iter().skip(1).take(4) {
        let answer = harness.client.submit::<Technical>(&leaf.statement).await;
        assert_eq!(answer.is_problem(400, "other-pool")["pool"], "technical");
    }
}

#[tokio::test]
async fn ballots_of_an_open_election_are_under_embargo_but_their_voters_get_receipts() {
    let mut business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    business.enrol(0);
    let election = business.open_election(vec![election::testing::motion()]);
    let yes = [("motion", tabulation::Selection::YES)];
    let ballot = business.vote(election, 0, &yes);
    let harness = Harness::with(&business, &technical).await;
    let client = &harness.client;

    let tracker = election::receipt::Tracker::of(ballot);
    let answer = client.get(&format!("/business/api/v1/receipts/{tracker}")).await;
    assert_eq!(answer.is_problem(403, "embargoed")["election"], election.to_string());
    let answer = client.get(&format!("/business/api/v1/receipts/by-id/{ballot}")).await;
    assert_eq!(answer.status, 200);
    let width = business.leaves.len();
    let entries = format!("/business/log/tile/entries/000.p/{width}");
    client.get(&entries).await.is_problem(403, "embargoed");
    assert_eq!(client.get(&format!("/business/log/tile/0/000.p/{width}")).await.status, 200);
    let record = client.get("/business/record").await;
    let withheld = String::from_utf8_lossy(&record.body).matches("{\"withheld\":").count();
    assert_eq!(withheld, 1);
    let summary = client.get(&format!("/business/api/v1/elections/{election}")).await.json();
    assert_eq!(summary["phase"], "open");
    assert!(summary.get("cast_heads").is_none(), "{summary}");

    business.close(election);
    harness.clock.advance_to(business.now);
    harness.server.app().business().tick().await.expect("closes");
    let answer = client.get(&format!("/business/api/v1/receipts/{tracker}")).await;
    assert_eq!(answer.status, 200);
    let summary = client.get(&format!("/business/api/v1/elections/{election}")).await.json();
    assert_eq!(summary["cast_heads"], 1);
}

#[tokio::test]
async fn a_server_that_was_shut_down_serves_the_same_log_again() {
    let (business, technical) = small_foundation(2);
    let harness = Harness::with(&business, &technical).await;
    let before = harness.client.get("/business/log/checkpoint").await.body;
    let Harness { server, .. } = harness;
    server.shutdown().await.expect("stops");
    let text = String::from_utf8_lossy(&before).into_owned();
    let size = text.lines().nth(1).expect("a size");
    assert_eq!(size, business.leaves.len().to_string());
}

#[tokio::test]
async fn an_electorate_of_maintainers_is_served_for_the_technical_pool_alone() {
    let (business, mut technical) = small_foundation(3);
    pass(&mut technical, vec![admission("compiler", 2)], 3);
    technical.execute();
    let harness = Harness::with(&business, &technical).await;
    let ask = async |pool: &str, rule: &str| {
        harness.client.get(&format!("/{pool}/api/v1/electorate?{rule}")).await
    };
    for (module, heads) in [("core", 2), ("compiler", 1), ("jit", 1)] {
        let answer = ask("technical", &format!("kind=maintainers&module={module}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.json()["heads"], heads, "{module}");
    }
    ask("technical", "kind=maintainers&module=island").await.is_problem(422, "bad-roll");
    ask("technical", "kind=maintainers").await.is_problem(400, "bad-parameter");
    ask("business", "kind=maintainers&module=core").await.is_problem(400, "bad-parameter");
    let pool = harness.client.get("/technical/api/v1/pool").await.json();
    assert_eq!(pool["modules"][1]["parent"], "core");
    let pool = harness.client.get("/business/api/v1/pool").await.json();
    assert_eq!(pool["modules"], serde_json::json!([]));
}
