//! What the server does about requests that it should not have been sent.

use axum::body::Bytes;
use axum::http::Method;
use crypto::envelope::MAX_ENVELOPE_BYTES;
use election::testing::TestLog;
use election::{Business, Technical};

use super::harness::{Harness, config};

async fn harness(key: &str, value: &str) -> Harness {
    let business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    Harness::empty(&config(key, value), &business, &technical).await
}

#[tokio::test]
async fn paths_that_are_not_there_are_problems_in_every_place() {
    let harness = harness("dir", ".").await;
    for path in
        ["/nope", "/business/nope", "/third", "/technical/api/v1/nope", "/technical/api/v2/pool"]
    {
        harness.client.get(path).await.is_problem(404, "not-found");
    }
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_a_problem_that_names_those_it_does() {
    let harness = harness("dir", ".").await;
    for (method, path, allow) in [
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::DELETE, "/business/api/v1/pool", "GET,HEAD"),
        (Method::GET, "/technical/api/v1/statements", "POST"),
    ] {
        let answer = harness.client.send(method, path, &[], Bytes::new()).await;
        answer.is_problem(405, "method-not-allowed");
        assert_eq!(answer.headers["allow"], allow, "{path}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let harness = harness("dir", ".").await;
    let path = "/business/api/v1/statements";
    let long = vec![b' '; MAX_ENVELOPE_BYTES + 1];
    harness.client.post(path, long).await.is_problem(413, "too-large");
    let just = vec![b' '; MAX_ENVELOPE_BYTES];
    harness.client.post(path, just).await.is_problem(400, "bad-envelope");
}

#[tokio::test]
async fn a_body_that_is_no_statement_is_refused_with_the_reason() {
    let harness = harness("dir", ".").await;
    let path = "/technical/api/v1/statements";
    for bad in ["", "null", "{}", "{\"payload\":\"\",\"payload\":\"\"}", "\u{FEFF}{}"] {
        let json = harness.client.post(path, bad).await.is_problem(400, "bad-envelope");
        assert!(json["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{bad}");
    }
    let answer = harness.client.send(Method::POST, path, &[], "{}").await;
    answer.is_problem(415, "unsupported-media-type");
    let mut envelope = crypto::Envelope::new("text/plain", b"{}".to_vec()).expect("an envelope");
    envelope.sign(&crypto::SigningKey::from_seed(&[1; 32])).expect("signed");
    harness.client.submit::<Technical>(&envelope).await.is_problem(400, "bad-statement");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let harness = harness("dir", ".").await;
    for path in ["/healthz", "/nope", "/business", "/technical/api/v1/elections/%21"] {
        let answer = harness.client.get(path).await;
        let policy = answer.headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("script-src"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn a_client_that_asks_too_often_is_told_when_to_come_back_whatever_it_claims_to_be() {
    let business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    let settings = crate::config::Settings::new();
    let mut settings = settings.set("http.listen", "127.0.0.1:0", crate::config::Source::Program);
    for (key, value) in [("limits.requests_per_second", "1"), ("limits.burst", "3")] {
        settings = settings.and_then(|s| s.set(key, value, crate::config::Source::Program));
    }
    let config = settings.and_then(|s| s.finish()).expect("good");
    let harness = Harness::empty(&config, &business, &technical).await;
    for _ in 0..3 {
        assert_eq!(harness.client.get("/healthz").await.status, 200);
    }
    let spoofed = [("x-forwarded-for", "203.0.113.7")];
    let answer = harness.client.send(Method::GET, "/healthz", &spoofed, Bytes::new()).await;
    answer.is_problem(429, "too-many-requests");
    assert!(answer.headers["retry-after"].to_str().expect("text").parse::<u64>().expect("s") >= 1);
}

#[tokio::test]
async fn readiness_ends_with_the_pools() {
    let harness = harness("dir", ".").await;
    assert_eq!(harness.client.get("/readyz").await.status, 200);
    harness.server.app().technical().shutdown().await.expect("stops");
    let answer = harness.client.get("/readyz").await;
    let json = answer.is_problem(503, "not-ready");
    assert!(json["detail"].as_str().expect("a detail").contains("technical"), "{json}");
    assert_eq!(harness.client.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_pool_that_takes_no_statements_says_so_and_the_other_goes_on() {
    let business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    let harness = Harness::empty(&config("dir", "."), &business, &technical).await;
    harness.server.app().technical().shutdown().await.expect("stops");
    let answer = harness.client.submit::<Technical>(&technical.leaves[0].statement).await;
    answer.is_problem(503, "unavailable");
    assert_eq!(answer.headers["retry-after"], "1");
    let answer = harness.client.submit::<Business>(&business.leaves[0].statement).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

#[tokio::test]
async fn metrics_count_what_happened_and_show_no_tracker() {
    let business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    let harness = Harness::empty(&config("dir", "."), &business, &technical).await;
    harness.client.submit::<Business>(&business.leaves[0].statement).await;
    harness.client.post("/technical/api/v1/statements", "{}").await;
    let tracker =
        election::receipt::Tracker::of(election::statement::id_of(&business.leaves[0].statement));
    harness.client.get(&format!("/business/api/v1/receipts/{tracker}")).await;
    let answer = harness.client.get("/metrics").await;
    let text = String::from_utf8_lossy(&answer.body);
    for line in [
        "bicameral_statements_admitted_total{pool=\"business\",kind=\"genesis\"} 1",
        "bicameral_statements_refused_total{pool=\"technical\",problem=\"bad-envelope\"} 1",
        "bicameral_commit_seconds_count{pool=\"business\"} 1",
        "bicameral_log_leaves{pool=\"business\"} 1",
        "bicameral_http_requests_total{method=\"GET\",route=\"/business/api/v1/receipts/{tracker}\",status=\"200\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    assert!(!text.contains(&tracker.to_string()));
    assert!(answer.media().starts_with("application/openmetrics-text"));
}

#[tokio::test]
async fn log_files_have_the_types_and_caching_of_tlog_tiles() {
    let business = TestLog::<Business>::found("vote.example.org");
    let technical = TestLog::<Technical>::found("vote.example.org");
    let harness = Harness::with(&business, &technical).await;
    let answer = harness.client.get("/business/log/checkpoint").await;
    assert_eq!(answer.media(), "text/plain; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-cache");
    assert!(answer.body.starts_with(b"vote.example.org/business\n1\n"), "{answer:?}");
    for path in ["/business/log/tile/0/000.p/1", "/business/log/tile/entries/000.p/1"] {
        let answer = harness.client.get(path).await;
        assert_eq!(answer.media(), "application/octet-stream", "{path}");
        assert!(answer.headers["cache-control"].to_str().expect("text").contains("immutable"));
    }
}
