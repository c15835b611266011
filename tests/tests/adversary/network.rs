//! Anybody with a network connection: garbage, floods, slowness, and paths that lead elsewhere.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use bicameral_tests::site::{Backend, Site};
use bicameral_tests::world::World;
use crypto::envelope::MAX_ENVELOPE_BYTES;
use election::pool::Business;
use election::statement::{Body, PrincipalEntry};
use election::testing::{TestLog, TestPool as _, copy_of, motion};
use serde_json::Value;
use vote_server::clock::SetClock;
use vote_server::config::{Settings, Source};
use vote_server::server;

use crate::court::YES;
use crate::wire::{connect, get, must_be_unharmed, post, raw, rest, send};

/// Parts of a path that lead nowhere good.
const BAD_PARTS: [&str; 12] = [
    "..",
    "%2e%2e%2f%2e%2e%2ffoundation.json",
    "..%5c..%5cfoundation.json",
    "%00",
    "%ff%fe",
    "-1",
    "18446744073709551616",
    "x001",
    "000.p/0",
    "000.p/257",
    "'%20OR%201=1--",
    "%F0%9F%92%A3",
];

/// A business pool with an open election and a ballot in it, and a technical pool.
fn world() -> World {
    let mut world = World::found(Backend::Sqlite);
    world.business.enrol(0..2);
    world.technical.enrol(0..1);
    let election = world.business.act(|log| log.open_election(vec![motion()]));
    world.business.vote(election, 0, &YES);
    world.business.act(|log| log.close(election));
    world.business.act(|log| log.certify(election));
    world
}

/// An envelope that the server would admit.
fn good(world: &World) -> Vec<u8> {
    let log = &world.business.log;
    let entry = PrincipalEntry { origin: log.origin.clone(), principal: Business::principal(70) };
    let registrar = copy_of(&log.officers[0]);
    TestLog::signed(&Body::Principal(entry), &[&registrar]).encode().expect("encodable")
}

#[test]
fn garbage_at_every_endpoint_is_the_clients_fault_and_never_the_servers() {
    let mut world = world();
    let url = world.url();
    let document = get(&url, "/openapi.json");
    let document: Value = serde_json::from_slice(&document.body).expect("the document");
    let paths = document["paths"].as_object().expect("paths");
    assert!(paths.len() > 30, "{} paths", paths.len());
    for (path, methods) in paths {
        for part in BAD_PARTS.iter().copied().chain([&*"9".repeat(5_000)]) {
            let (before, after) = match (path.find('{'), path.rfind('}')) {
                (Some(from), Some(to)) => (&path[..from], &path[to + 1..]),
                _ => continue,
            };
            let answer = get(&url, &format!("{before}{part}{after}"));
            let (status, slug) = answer.problem();
            assert!((400..500).contains(&status), "{path} with {part}: {status}");
            assert!(!slug.is_empty(), "{path} with {part}: no problem document");
        }
        let plain = path.replace(['{', '}', '*'], "0");
        let answer = get(&url, &format!("{plain}?%ff=%00&kind[]=1&tracker=%F0%9F&class=../.."));
        assert!(answer.status < 500, "{plain}: {}", answer.status);
        for method in ["PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
            let answer = send(&url, method, &plain, "", b"{}");
            assert_eq!(answer.problem(), (405, "method-not-allowed".into()), "{method} {plain}");
            assert!(answer.head.contains("allow:"), "{method} {plain}");
        }
        let undocumented = if methods.get("post").is_some() { "GET" } else { "POST" };
        let answer = send(&url, undocumented, &plain, "content-type: application/json\r\n", b"{}");
        assert_eq!(answer.status, 405, "{undocumented} {plain}");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn a_path_leads_nowhere_outside_the_log() {
    let mut world = world();
    let url = world.url();
    let outside = ["keys/business-log.key", "bicameral.sqlite", "foundation.json", "etc/passwd"];
    for folder in ["/business/log/tile", "/business/log/tile/entries", "/business/log/artifact", ""]
    {
        for up in ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "....//", "..\\", "/"] {
            for file in outside {
                let path = format!("{folder}/{}{file}", up.repeat(6));
                let answer = get(&url, &path);
                assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
            }
        }
    }
    must_be_unharmed(&mut world);
}

#[test]
fn a_body_that_is_no_envelope_is_refused_by_name() {
    let mut world = world();
    let url = world.url();
    let good = String::from_utf8(good(&world)).expect("JSON");
    let payload = |text: &str| good.replacen("\"payload\":", &format!("{text}\"payload\":"), 1);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("no JSON", b"not json".to_vec()),
        ("half an envelope", good.as_bytes()[..good.len() / 2].to_vec()),
        ("two envelopes", good.repeat(2).into_bytes()),
        ("a space", good.replacen(':', ": ", 1).into_bytes()),
        ("a line feed at the end", format!("{good}\n").into_bytes()),
        ("a duplicate key", payload("\"payload\":\"AA==\",").into_bytes()),
        ("an unknown field", payload("\"a\":1,").into_bytes()),
        ("a float", payload("\"a\":1.5,").into_bytes()),
        ("an exponent", payload("\"a\":1e3,").into_bytes()),
        ("2^53", payload("\"a\":9007199254740992,").into_bytes()),
        ("null", payload("\"a\":null,").into_bytes()),
        ("an array", format!("[{good}]").into_bytes()),
        ("no UTF-8", [&good.as_bytes()[..12], b"\xff\xfe", &good.as_bytes()[12..]].concat()),
        ("a byte order mark", format!("\u{feff}{good}").into_bytes()),
        ("an escape that is not needed", good.replacen("payload", "p\\u0061yload", 1).into_bytes()),
        ("deep nesting", [vec![b'['; 20_000], vec![b']'; 20_000]].concat()),
        ("deep objects", "{\"a\":".repeat(10_000).into_bytes()),
        ("base64 without padding", good.replacen('=', "", 1).into_bytes()),
        ("NUL bytes", vec![0; 1_000]),
    ];
    for (what, body) in cases {
        assert_eq!(post(&url, "business", &body), (400, "bad-envelope".into()), "{what}");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn a_body_over_the_limit_is_refused_however_it_is_sent() {
    let mut world = world();
    let url = world.url();
    let long = vec![b' '; MAX_ENVELOPE_BYTES + 1];
    assert_eq!(post(&url, "business", &long), (413, "too-large".into()));
    let head = "POST /technical/api/v1/statements HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
                content-type: application/json\r\n";
    // Announced, and never sent.
    let announced = format!("{head}content-length: 999999999999\r\n\r\n");
    assert_eq!(raw(&url, announced.as_bytes()).problem(), (413, "too-large".into()));
    // In pieces, without saying how many.
    let mut pieces = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..70 {
        pieces.extend_from_slice(b"400\r\n");
        pieces.extend_from_slice(&[b'['; 0x400]);
        pieces.extend_from_slice(b"\r\n");
    }
    pieces.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(raw(&url, &pieces).problem(), (413, "too-large".into()));
    must_be_unharmed(&mut world);
}

#[test]
fn a_body_of_another_type_or_coding_is_refused() {
    let mut world = world();
    let (url, good) = (world.url(), good(&world));
    for headers in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/json\r\ncontent-encoding: gzip\r\n",
    ] {
        let answer = send(&url, "POST", "/business/api/v1/statements", headers, &good);
        assert_eq!(answer.problem(), (415, "unsupported-media-type".into()), "{headers}");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn what_is_not_http_is_answered_shortly_and_harms_nobody() {
    let mut world = world();
    let url = world.url();
    let header = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(5_000));
    let long = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(100_000));
    let cases: [(&str, &[u8]); 7] = [
        ("a huge header", header.as_bytes()),
        ("thousands of headers", many.as_bytes()),
        ("a huge path", long.as_bytes()),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (
            "two lengths",
            b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        ),
        ("noise", &[0xff; 4_096]),
    ];
    for (what, bytes) in cases {
        let answer = raw(&url, bytes);
        let refused = answer.status == 0 || (400..500).contains(&answer.status);
        assert!(refused || answer.status == 505, "{what}: {}", answer.status);
        assert_eq!(get(&url, "/healthz").status, 200, "after {what}");
    }
    must_be_unharmed(&mut world);
}

#[test]
fn a_client_that_trickles_its_headers_is_cut_off_and_keeps_nobody_waiting() {
    let mut world = world();
    let url = world.url();
    let mut slow = connect(&url);
    slow.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").expect("sent");
    let trickle = std::thread::spawn(move || {
        // A header every half second would go on for ever.
        for _ in 0..70 {
            if slow.write_all(b"x: y\r\n").is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(500));
        }
        rest(slow)
    });
    while !trickle.is_finished() {
        assert_eq!(get(&url, "/healthz").status, 200);
        std::thread::sleep(Duration::from_millis(500));
    }
    let answer = trickle.join().expect("the slow client ends");
    assert!(matches!(answer.status, 0 | 408), "cut off, not answered: {}", answer.status);
    must_be_unharmed(&mut world);
}

/// A server of its own with these settings.
fn with_settings(settings: &[(&str, &str)], visit: impl FnOnce(&str)) {
    let runtime = bicameral_tests::world::runtime();
    let (business, technical) = (TestLog::found("a.example.org"), TestLog::found("a.example.org"));
    let clock = Arc::new(SetClock::new(business.now));
    runtime.block_on(async {
        let site = Site::found(Backend::Sqlite, &business, &technical, clock.clone()).await;
        let fixed = [
            ("dir", site.dir().to_str().expect("UTF-8")),
            ("database.url", site.database()),
            ("keys.passphrase", bicameral_tests::site::PASSPHRASE),
            ("http.listen", "127.0.0.1:0"),
        ];
        let all = fixed.iter().chain(settings);
        let set = |all: Settings, (key, value): &(&str, &str)| {
            all.set(key, value, Source::Program).expect("a setting")
        };
        let config = all.fold(Settings::new(), set).finish().expect("a good configuration");
        let running = server::start(&config, clock).await.expect("it starts");
        let url = running.url();
        tokio::task::block_in_place(|| visit(&url));
        running.shutdown().await.expect("an orderly end");
    });
}

#[test]
fn a_client_that_trickles_its_body_is_answered_after_the_time_limit() {
    with_settings(&[("http.request_timeout", "500ms")], |url| {
        let mut slow = connect(url);
        let head = "POST /business/api/v1/statements HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\
                    content-type: application/json\r\ncontent-length: 100\r\n\r\n{";
        slow.write_all(head.as_bytes()).expect("sent");
        let answer = rest(slow);
        assert_eq!(answer.problem(), (503, "timeout".into()));
        assert!(answer.head.contains("retry-after:"));
        assert_eq!(get(url, "/readyz").status, 200);
    });
}

#[test]
fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let limits = [("limits.requests_per_second", "1"), ("limits.burst", "5")];
    with_settings(&limits, |url| {
        let answers: Vec<_> = (0..20).map(|_| get(url, "/healthz")).collect();
        let refused =
            answers.iter().find(|answer| answer.status == 429).expect("the limit applies");
        assert_eq!(refused.problem(), (429, "too-many-requests".into()));
        assert!(refused.head.contains("retry-after:"));
        assert!(answers[..5].iter().all(|answer| answer.status == 200));
        std::thread::sleep(Duration::from_millis(2_100));
        assert_eq!(get(url, "/readyz").status, 200);
    });
}
