//! The OpenAPI document against the server.

use axum::body::Bytes;
use axum::http::Method;
use election::testing::{TestLog, TestPool, small_foundation};
use serde_json::Value;

use super::harness::{Answer, Harness};

/// Values for the parameters that lead to something in a pool.
fn real<P: TestPool>(log: &TestLog<P>, path: &str, name: &str) -> Option<String> {
    let (election, _) = log.state.elections().next().expect("an election");
    let first = election::statement::id_of(&log.leaves[0].statement);
    Some(match name {
        "id" if path.contains("/receipts/") => first.to_string(),
        "id" => election.to_string(),
        "tracker" => election::receipt::Tracker::of(first).to_string(),
        "keyid" => log.voters[0].key.public().id().to_string(),
        "sha256" => log.artifacts.keys().next().expect("an artifact").to_string(),
        "path" if path.contains("entries") => format!("000.p/{}", log.leaves.len()),
        "path" => format!("0/000.p/{}", log.leaves.len()),
        _ => return None,
    })
}

/// The path and query of an operation with its parameters filled in.
fn filled(path: &str, operation: &Value, value: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = path.to_owned();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("a name");
        let example = parameter["example"].as_str().expect("an example");
        let value = value(name).unwrap_or_else(|| example.to_owned());
        match parameter["in"].as_str() {
            Some("path") => filled = filled.replace(&format!("{{{name}}}"), &value),
            Some("query") if !value.is_empty() => query.push(format!("{name}={value}")),
            _ => (),
        }
    }
    if query.is_empty() { filled } else { format!("{filled}?{}", query.join("&")) }
}

/// Asserts that an answer is one of those that the document gives.
fn is_documented(path: &str, operation: &Value, answer: &Answer) {
    let status = answer.status.as_u16().to_string();
    let response = &operation["responses"][&status];
    assert!(response.is_object(), "{path}: {status} is not documented: {answer:?}");
    let content = response["content"].as_object().expect("content");
    assert!(content.contains_key(answer.media()), "{path}: {} is not documented", answer.media());
}

async fn document(harness: &Harness) -> Value {
    let answer = harness.client.get("/openapi.json").await;
    assert_eq!(answer.media(), "application/json");
    answer.json()
}

#[tokio::test]
async fn every_documented_path_is_there_and_answers_as_documented() {
    let (business, technical) = small_foundation(3);
    let harness = Harness::with(&business, &technical).await;
    let document = document(&harness).await;
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 40, "only {} paths", paths.len());
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("operations") {
            let values = |name: &str| match path.split('/').nth(1) {
                Some("business") => real(&business, path, name),
                Some("technical") => real(&technical, path, name),
                _ if name == "name" => Some(crate::web::assets::css_name().to_owned()),
                _ => None,
            };
            let target = filled(path, operation, values);
            let answer = if method == "get" {
                harness.client.get(&target).await
            } else {
                harness.client.post(&target, "{}").await
            };
            is_documented(&target, operation, &answer);
            if method == "get" && !target.ends_with("certificate-draft") {
                assert_eq!(answer.status, 200, "{target}: {answer:?}");
                let head = harness.client.send(Method::HEAD, &target, &[], Bytes::new()).await;
                assert_eq!(head.status, 200, "HEAD {target}");
                assert!(head.body.is_empty(), "HEAD {target}");
            }
        }
    }
}

#[tokio::test]
async fn things_that_do_not_exist_are_answered_as_documented() {
    let (business, technical) = small_foundation(2);
    let harness = Harness::with(&business, &technical).await;
    let document = document(&harness).await;
    for (path, operations) in document["paths"].as_object().expect("paths") {
        let Some(operation) = operations.get("get") else { continue };
        let in_path = |parameter: &Value| parameter["in"] == "path";
        let parameters = operation["parameters"].as_array();
        if !parameters.is_some_and(|parameters| parameters.iter().any(in_path)) {
            continue;
        }
        let absent = filled(path, operation, |name| match name {
            "slug" => Some("no-such-problem".to_owned()),
            "path" => Some("1/999".replace("1/", if path.contains("entries") { "" } else { "1/" })),
            _ => None,
        });
        let answer = harness.client.get(&absent).await;
        assert_eq!(answer.status, 404, "{absent}: {answer:?}");
        is_documented(&absent, operation, &answer);
        if path.starts_with("/problems") || !path.contains("/api/") {
            continue;
        }
        let malformed = filled(path, operation, |_| Some("%21".to_owned()));
        let answer = harness.client.get(&malformed).await;
        answer.is_problem(400, "bad-parameter");
        is_documented(&malformed, operation, &answer);
    }
}
