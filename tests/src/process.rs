//! The real `vote-server` in a process of its own, which can be killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::site::{PASSPHRASE, Site};

/// A server process. Killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    url: String,
    /// Kept open: what is read of it ends with the address.
    _stdout: BufReader<ChildStdout>,
}

/// The binary that was built beside the tests.
fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("this test's own path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let binary = folder.join("vote-server");
    assert!(
        binary.exists(),
        "{} is not built: run `cargo build -p vote-server` first (tests/run does so)",
        binary.display()
    );
    binary
}

impl Process {
    /// Starts `vote-server serve` over a site and waits until it listens.
    pub fn start(site: &Site) -> Self {
        let mut child = Command::new(binary())
            .args(["serve", "--http-listen", "127.0.0.1:0", "--limits-requests-per-second", "0"])
            .args(["--trace-filter", "warn"])
            .arg("--dir")
            .arg(site.dir())
            .env("BICAMERAL_DATABASE_URL", site.database())
            .env("BICAMERAL_KEYS_PASSPHRASE", PASSPHRASE)
            // Whoever runs the tests may have named one.
            .env_remove("BICAMERAL_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("vote-server runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let listening = stdout.by_ref().lines().map_while(Result::ok).find_map(|line| {
            let url = line.trim().strip_prefix("business pool")?.trim();
            Some(url.strip_suffix("/business")?.to_owned())
        });
        let url = listening.unwrap_or_else(|| {
            let status = child.wait().expect("an end");
            panic!("vote-server did not start: {status}; its words are above")
        });
        Process { child, url, _stdout: stdout }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it with SIGKILL: it has no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("an end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Killed already, mostly.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
