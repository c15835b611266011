//! The generator: connections that send prepared requests one after the other, each waiting for its
//! receipt.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// One file of requests, 32-bit length before each, is one connection's work.
pub(crate) fn run(address: &str, folder: &Path) {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder of requests")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "requests"))
        .collect();
    files.sort();
    let threads: Vec<_> = files
        .into_iter()
        .map(|file| {
            let address = address.to_owned();
            std::thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn(move || connection(&address, &std::fs::read(file).expect("requests")))
                .expect("a thread")
        })
        .collect();
    let mut latencies: Vec<Duration> =
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect();
    latencies.sort();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "latency of a receipt: median {:.1} ms, 99 % {:.1} ms, worst {:.1} ms",
        at(50),
        at(99),
        at(100)
    );
}

fn connection(address: &str, mut requests: &[u8]) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while let Some((length, rest)) = requests.split_first_chunk::<4>() {
        let (request, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        requests = rest;
        let started = Instant::now();
        stream.write_all(request).expect("the server reads");
        response(&mut stream, &mut buffer);
        latencies.push(started.elapsed());
    }
    latencies
}

/// Reads one response and requires that it is a receipt.
fn response(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).expect("the server answers");
        assert!(read > 0, "the server closed the connection");
        filled += read;
        let text = &buffer[..filled];
        let Some(head) = text.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head_text = std::str::from_utf8(&text[..head]).expect("a head in ASCII");
        let length = head_text.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned)
        });
        let length: usize = length.expect("a length").trim().parse().expect("a number");
        if filled >= head + 4 + length {
            let ok = head_text.starts_with("HTTP/1.1 201");
            assert!(ok, "not a receipt: {}", String::from_utf8_lossy(&text[..filled.min(2000)]));
            return;
        }
    }
}
