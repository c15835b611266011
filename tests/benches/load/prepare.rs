//! A foundation with many voters, and their ballots, ready to be sent.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use crypto::keystore::KdfParams;
use election::key::LogKey;
use election::statement::StatementId;
use election::testing::{self, TestLog, TestPool, copy_of};
use election::{Business, Technical};
use tabulation::Selection;
use vote_server::clock::SetClock;
use vote_server::config::{Config, Settings, Source};
use vote_server::keys;
use vote_server::server::{self, RunningServer};
use vote_server::service::{AnchorOf, PoolService};
use vote_server::storage::Store;

use crate::Plan;

const PASSPHRASE: &str = "a load program's log keys protect nothing";
/// Statements that are on their way to the server at a time while it is being filled.
const AT_ONCE: usize = 512;

/// The model of both logs: what the server is to hold.
pub(crate) struct Prepared {
    pub(crate) business: TestLog<Business>,
    pub(crate) technical: TestLog<Technical>,
    election: Option<StatementId>,
}

impl Prepared {
    pub(crate) fn new() -> Self {
        let mut technical = TestLog::found("load.example.org");
        technical.checks_signatures = false;
        Prepared { business: TestLog::found("load.example.org"), technical, election: None }
    }

    /// Starts a server that holds both geneses and nothing else yet.
    pub(crate) async fn serve(
        &self,
        dir: &Path,
        database: Option<String>,
        clock: SetClock,
    ) -> RunningServer {
        let config = config(dir, database);
        std::fs::create_dir_all(config.keys_dir()).expect("a folder");
        seal(&self.business, &config.business_key_file());
        seal(&self.technical, &config.technical_key_file());
        let store = Store::open(&config.database().url()).await.expect("a database");
        store.migrate().await.expect("migrations");
        store.found(&testing::anchor(&self.business, &self.technical)).await.expect("founded");
        begin(&store, &self.business, &clock).await;
        begin(&store, &self.technical, &clock).await;
        store.close().await;
        server::start(&config, Arc::new(clock)).await.expect("the server starts")
    }

    /// Enrols the voters and opens a motion.
    pub(crate) async fn enrol(
        &mut self,
        server: &PoolService<Technical>,
        voters: usize,
        clock: &SetClock,
    ) {
        let from = self.technical.leaves.len();
        for number in 0..voters {
            self.technical.enrol(number);
        }
        let election = self.technical.seal(vec![testing::motion()]);
        let envelopes: Vec<_> =
            self.technical.leaves.drain(from..).map(|leaf| leaf.statement).collect();
        // An enrolment needs its invitation, which needs its principal: one kind after the other.
        for step in 0..3 {
            let kind = envelopes.iter().take(voters * 3).skip(step).step_by(3).cloned();
            submit_all(server, kind.collect()).await;
        }
        submit_all(server, envelopes.into_iter().skip(voters * 3).collect()).await;
        self.technical.open(election);
        clock.advance_to(self.technical.now);
        server.tick().await.expect("opens");
        self.election = Some(election);
    }

    /// Signs every ballot and writes one file of requests for each connection.
    pub(crate) fn sign(&mut self, folder: &Path, plan: &Plan, host: &str) {
        let election = self.election.expect("opened");
        let mut files: Vec<_> = (0..plan.connections)
            .map(|number| {
                let path = folder.join(format!("{number:05}.requests"));
                std::io::BufWriter::new(std::fs::File::create(path).expect("a file"))
            })
            .collect();
        for round in 0..plan.rounds {
            for voter in 0..plan.voters {
                let choice = if (voter + round) % 3 == 0 { Selection::NO } else { Selection::YES };
                let request = self.request(election, voter, choice, host);
                let file = files.get_mut(voter % plan.connections).expect("a connection");
                let length = u32::try_from(request.len()).expect("short");
                file.write_all(&length.to_be_bytes()).expect("written");
                file.write_all(&request).expect("written");
            }
        }
    }

    fn request(
        &mut self,
        election: StatementId,
        voter: usize,
        choice: Selection,
        host: &str,
    ) -> Vec<u8> {
        self.technical.vote(election, voter, &[("motion", choice)]);
        let envelope = self.technical.leaves.pop().expect("just voted").statement;
        let body = envelope.encode().expect("encodes");
        let mut request = format!(
            "POST /technical/api/v1/statements HTTP/1.1\r\nhost: {host}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        request
    }
}

fn config(dir: &Path, database: Option<String>) -> Config {
    let set = |settings: Settings, key: &str, value: &str| {
        settings.set(key, value, Source::Program).expect("a setting")
    };
    let mut settings = set(Settings::new(), "dir", &dir.display().to_string());
    settings = set(settings, "http.listen", "127.0.0.1:0");
    settings = set(settings, "limits.requests_per_second", "0");
    settings = set(settings, "keys.passphrase", PASSPHRASE);
    if let Some(url) = database {
        settings = set(settings, "database.url", &url);
    }
    settings.finish().expect("a configuration")
}

fn seal<P: TestPool>(log: &TestLog<P>, path: &Path) {
    let key = LogKey::new(copy_of(&log.log_key));
    let mut rng = testing::TestRng::new("key file");
    let params = KdfParams::minimum();
    let file = keys::seal(&key, &log.origin, PASSPHRASE, params, &mut rng).expect("seals");
    std::fs::write(path, file).expect("written");
}

/// The genesis is a log's first leaf.
async fn begin<P: TestPool + AnchorOf>(store: &Store, log: &TestLog<P>, clock: &SetClock) {
    let key = LogKey::new(copy_of(&log.log_key));
    let service = PoolService::<P>::start(store.clone(), Arc::new(clock.clone()), key);
    let service = service.await.expect("the pool starts");
    let genesis = log.leaves.first().expect("a genesis").statement.clone();
    service.submit_envelope(genesis).await.expect("admitted");
    service.shutdown().await.expect("stops");
}

async fn submit_all(service: &PoolService<Technical>, envelopes: Vec<crypto::Envelope>) {
    for some in envelopes.chunks(AT_ONCE) {
        let tasks: Vec<_> = some
            .iter()
            .cloned()
            .map(|envelope| {
                let service = service.clone();
                tokio::spawn(async move { service.submit_envelope(envelope).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic").expect("admitted");
        }
    }
}
