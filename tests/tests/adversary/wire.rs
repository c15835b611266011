//! HTTP as an attacker writes it: bytes on a socket, one connection a request.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use bicameral_tests::world::{Hall, Served, World};
use election::state::{ElectionState, Phase};
use serde_json::Value;

/// Longer than any deadline of the server's.
const PATIENCE: Duration = Duration::from_secs(40);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status; 0 if the server closed the connection without one.
    pub(crate) status: u16,
    /// The head, in lower case.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Status and problem type.
    pub(crate) fn problem(&self) -> (u16, String) {
        let start = self.body.iter().position(|byte| *byte == b'{').unwrap_or(0);
        let end = self.body.iter().rposition(|byte| *byte == b'}').map_or(0, |end| end + 1);
        let document = self.body.get(start..end).unwrap_or_default();
        let document: Value = serde_json::from_slice(document).unwrap_or_default();
        let kind = document["type"].as_str().unwrap_or_default();
        (self.status, kind.trim_start_matches("/problems/").to_owned())
    }
}

/// A connection.
pub(crate) fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// Whatever the server still says on a connection before it closes it.
pub(crate) fn rest(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is an end like any other.
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map(|end| end + 4);
    let (head, body) = bytes.split_at(end.unwrap_or(bytes.len()));
    let head = String::from_utf8_lossy(head).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head, body: body.to_vec() }
}

/// Sends bytes as they are.
pub(crate) fn raw(url: &str, bytes: &[u8]) -> Answer {
    let mut stream = connect(url);
    // A server that refuses early may close before everything is sent.
    let _ = stream.write_all(bytes);
    rest(stream)
}

/// Sends a request with these headers.
pub(crate) fn send(url: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: vote.example.org\r\nconnection: close\r\n\
         content-length: {length}\r\n{headers}\r\n"
    );
    raw(url, &[head.as_bytes(), body].concat())
}

/// Gets a path.
pub(crate) fn get(url: &str, path: &str) -> Answer {
    send(url, "GET", path, "", b"")
}

/// Posts a body as a statement of a pool.
pub(crate) fn post(url: &str, pool: &str, body: &[u8]) -> (u16, String) {
    let path = format!("/{pool}/api/v1/statements");
    send(url, "POST", &path, "content-type: application/json\r\n", body).problem()
}

/// Afterwards, once the open elections are closed: nothing is logged but what was admitted, the
/// server is ready, and both records are verified.
pub(crate) fn must_be_unharmed(world: &mut World) {
    assert_eq!(get(&world.url(), "/readyz").status, 200);
    close_all(&mut world.business);
    close_all(&mut world.technical);
    world.must_be_verified();
    world.business.receipts_must_hold();
    world.technical.receipts_must_hold();
}

fn close_all<P: Served>(hall: &mut Hall<P>) {
    let open = |(_, election): &(_, &ElectionState<P>)| election.phase() == Phase::Open;
    let open: Vec<_> = hall.state().elections().filter(open).map(|(id, _)| *id).collect();
    for election in open {
        hall.act(|log| log.close(election));
    }
}
