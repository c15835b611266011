//! A private PostgreSQL server for one test process: Debian's binaries, an empty cluster in a
//! temporary folder, a Unix socket in it, gone at the end.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where Debian puts them, one folder a version.
const INSTALLED: &str = "/usr/lib/postgresql";
/// `initdb` and `postgres` refuse to run as root; these accounts are on every Debian.
const ACCOUNT: &str = "nobody";

/// A running cluster. Stops when dropped.
#[derive(Debug)]
pub struct Postgres {
    bin: PathBuf,
    folder: tempfile::TempDir,
    databases: AtomicU32,
}

/// The folder of the newest PostgreSQL that is installed.
fn installed() -> PathBuf {
    let version = |path: &Path| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let found = std::fs::read_dir(INSTALLED).into_iter().flatten().flatten();
    let found = found.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").exists());
    found.max_by_key(|path| version(path)).map(|path| path.join("bin")).unwrap_or_else(|| {
        panic!(
            "PostgreSQL is not installed, and the store has to be tested on it: \
             apt-get install postgresql (tests/run does so)"
        )
    })
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    id.stdout.starts_with(b"0\n")
}

/// Runs one of PostgreSQL's programs, as another account if this one is root.
fn run(program: &Path, arguments: &[&str]) -> Output {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", ACCOUNT, "--regid", "nogroup", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.args(arguments).current_dir("/").output().expect("PostgreSQL's programs run")
}

fn must(program: &Path, arguments: &[&str]) {
    let output = run(program, arguments);
    assert!(
        output.status.success(),
        "{} {arguments:?}: {}{}",
        program.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

impl Postgres {
    /// Starts an empty cluster.
    pub fn start() -> Self {
        let bin = installed();
        let folder = tempfile::Builder::new().prefix("bicameral-pg").tempdir().expect("a folder");
        if is_root() {
            let path = folder.path().to_str().expect("UTF-8");
            must_plain("chown", &[ACCOUNT, path]);
        }
        let postgres = Postgres { bin, folder, databases: AtomicU32::new(0) };
        let data = postgres.data();
        let initdb = postgres.bin.join("initdb");
        must(&initdb, &["-D", &data, "-U", "vote", "--auth=trust", "-E", "UTF8", "--locale=C"]);
        postgres.restart();
        postgres
    }

    /// Starts the server again after a [`Postgres::crash`].
    pub fn restart(&self) {
        let (data, socket) = (self.data(), self.socket());
        let options = format!("-k {socket} -c listen_addresses='' -c max_connections=300");
        let log = format!("{socket}/log");
        let start = ["-D", &data, "-l", &log, "-o", &options, "-w", "-t", "60", "start"];
        must(&self.bin.join("pg_ctl"), &start);
    }

    fn data(&self) -> String {
        format!("{}/data", self.socket())
    }

    fn socket(&self) -> String {
        self.folder.path().to_str().expect("UTF-8").to_owned()
    }

    /// Creates a new database and gives its URL.
    pub fn database(&self) -> String {
        let name = format!("vote{}", self.databases.fetch_add(1, Ordering::SeqCst));
        let socket = self.socket();
        must(&self.bin.join("createdb"), &["-h", &socket, "-U", "vote", &name]);
        let host = socket.replace('/', "%2F");
        format!("postgres://vote@{host}/{name}?sslmode=disable")
    }

    /// Stops the server at once, as a crash of its machine would.
    pub fn crash(&self) {
        must(&self.bin.join("pg_ctl"), &["-D", &self.data(), "-m", "immediate", "-w", "stop"]);
    }
}

fn must_plain(program: &str, arguments: &[&str]) {
    let status = Command::new(program).args(arguments).status().expect("the program runs");
    assert!(status.success(), "{program} {arguments:?}");
}

impl Drop for Postgres {
    fn drop(&mut self) {
        run(&self.bin.join("pg_ctl"), &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

/// Statics are never dropped, so the one cluster of a test process is stopped by a watchdog of its
/// own: a shell that waits for this process to end.
#[expect(
    clippy::zombie_processes,
    reason = "it outlives this process on purpose, and ends by itself"
)]
pub fn shared() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(|| {
        let postgres = Postgres::start();
        let script = "while kill -0 \"$0\" 2>/dev/null; do sleep 1; done; \
                      kill -QUIT \"$(head -n 1 \"$1/data/postmaster.pid\")\"; sleep 2; rm -rf \"$1\"";
        let pid = std::process::id().to_string();
        Command::new("setsid")
            .args(["sh", "-c", script, &pid, &postgres.socket()])
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a shell runs");
        postgres
    })
}
