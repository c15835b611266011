//! A foundation at work: a real server in this process, both pools, and the models beside it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use crypto::envelope::Envelope;
use crypto::merkle::TreeSize;
use crypto::sign::SigningKey;
use crypto::tile::TilePath;
use election::anchor::Anchor;
use election::audit::report::{JointReport, Verdict};
use election::audit::{Options, audit_both};
use election::pool::{Business, Technical};
use election::receipt::Receipt;
use election::record::{self, AnyRecord, CHECKPOINT_PATH, Record, artifact_path};
use election::state::{ElectionState, PoolState};
use election::statement::{Body, Kind, Statement, StatementId};
use election::testing::{BEGINNING, TestLog, TestPool, millis};
use election::time::Millis;
use tabulation::Selection;
use tokio::runtime::Runtime;
use vote_client::api::{ApiError, Deadlines, PoolClient, Posted, Transport};
use vote_server::clock::{Clock as _, SetClock};
use vote_server::http::App;
use vote_server::server::{self, RunningServer};
use vote_server::service::{AnchorOf, PoolService};

use crate::site::{Backend, Site};

/// The host of every test's foundation.
pub const HOST: &str = "vote.example.org";

/// The parts of a running server that belong to one pool.
pub trait Served: TestPool + AnchorOf {
    /// The pool at work in a server.
    fn service(app: &App) -> &PoolService<Self>;
    /// The pool's record, if it is this pool's.
    fn record(any: AnyRecord) -> Option<Record<Self>>;
}
impl Served for Business {
    fn service(app: &App) -> &PoolService<Self> {
        app.business()
    }
    fn record(any: AnyRecord) -> Option<Record<Self>> {
        match any {
            AnyRecord::Business(record) => Some(record),
            AnyRecord::Technical(_) => None,
        }
    }
}
impl Served for Technical {
    fn service(app: &App) -> &PoolService<Self> {
        app.technical()
    }
    fn record(any: AnyRecord) -> Option<Record<Self>> {
        match any {
            AnyRecord::Technical(record) => Some(record),
            AnyRecord::Business(_) => None,
        }
    }
}

/// A foundation with a server at work.
#[derive(Debug)]
pub struct World {
    /// The pool of corporate members.
    pub business: Hall<Business>,
    /// The pool of contributors.
    pub technical: Hall<Technical>,
    /// What the server takes for the present. It only moves forward.
    pub clock: SetClock,
    site: Site,
    running: Option<RunningServer>,
    runtime: Runtime,
}

impl World {
    /// Founds a foundation on a new database and starts its server.
    pub fn found(backend: Backend) -> Self {
        World::found_at(backend, millis(BEGINNING))
    }
    /// The same with logs that begin at an instant of the caller's choice: for servers that another
    /// process will run by the machine's clock.
    pub fn found_at(backend: Backend, at: Millis) -> Self {
        let runtime = runtime();
        let (business, technical) = (log_from(at), log_from(at));
        let clock = SetClock::new(business.now);
        let site = Site::found(backend, &business, &technical, Arc::new(clock.clone()));
        let site = runtime.block_on(site);
        World::over(site, business, technical, clock, runtime)
    }

    /// Starts a server over a site and joins it with the models of its logs.
    fn over(
        site: Site,
        business: TestLog<Business>,
        technical: TestLog<Technical>,
        clock: SetClock,
        runtime: Runtime,
    ) -> Self {
        let running = start(&runtime, &site, &clock);
        let link = Link { clock: clock.clone(), runtime: runtime.handle().clone() };
        let business = Hall::new(business, &running, site.anchor(), link.clone());
        let technical = Hall::new(technical, &running, site.anchor(), link);
        World { business, technical, clock, site, running: Some(running), runtime }
    }

    /// What its auditors trust.
    pub fn anchor(&self) -> &Anchor {
        self.site.anchor()
    }
    /// Its directory and database.
    pub fn site(&self) -> &Site {
        &self.site
    }
    /// Its server's address, such as `http://127.0.0.1:34567`.
    pub fn url(&self) -> String {
        self.running.as_ref().expect("the server runs").url()
    }
    /// HTTP to the server, without types.
    pub fn transport(&self) -> Transport {
        transport(&self.url())
    }
    /// Runs something asynchronous to its end.
    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Stops the server in order. The halls keep their models.
    pub fn stop(&mut self) {
        let running = self.running.take().expect("the server runs");
        self.runtime.block_on(running.shutdown()).expect("an orderly end");
    }
    /// Starts the server again, on another port.
    pub fn start(&mut self) {
        let running = start(&self.runtime, &self.site, &self.clock);
        self.business.connect(&running, self.site.anchor());
        self.technical.connect(&running, self.site.anchor());
        self.running = Some(running);
    }
    /// Stops the server and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }
    /// Leaves the old site for another one that holds the same logs. The server has to be stopped.
    pub fn move_to(&mut self, site: Site) {
        assert!(self.running.is_none(), "stop the server before its foundation moves");
        self.site = site;
    }

    /// Downloads both records and audits them on both cores, offline.
    pub fn audit(&self) -> JointReport {
        let (business, technical) = (self.business.record(), self.technical.record());
        let threads = NonZeroUsize::new(2).expect("two");
        let options = Options { threads, ..Options::default() };
        audit_both(&business, &technical, self.anchor(), &options)
    }
    /// Audits both records, which have to be verified, and holds both logs against their models.
    pub fn must_be_verified(&self) -> JointReport {
        let report = self.audit();
        assert!(matches!(report.verdict, Verdict::Verified), "{:#?}", report.verdict);
        self.must_equal_the_models();
        report
    }
    /// The same while ballots are withheld: an audit says then that it could not see everything.
    pub fn must_be_incomplete(&self) -> JointReport {
        let report = self.audit();
        assert!(matches!(report.verdict, Verdict::Incomplete { .. }), "{:#?}", report.verdict);
        self.must_equal_the_models();
        report
    }
    fn must_equal_the_models(&self) {
        self.business.must_equal_the_model();
        self.technical.must_equal_the_model();
    }
}

/// A model whose genesis is of that instant.
fn log_from<P: TestPool>(at: Millis) -> TestLog<P> {
    let mut log = TestLog::found(HOST);
    let genesis = log.leaves.remove(0).statement;
    log.state = PoolState::new(log.origin.clone());
    log.now = at;
    log.submit(genesis).expect("a genesis is admitted whenever it is");
    log
}

/// A runtime for a server and its tests.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

fn start(runtime: &Runtime, site: &Site, clock: &SetClock) -> RunningServer {
    let config = site.config();
    let started = server::start(&config, Arc::new(clock.clone()));
    runtime.block_on(started).unwrap_or_else(|error| panic!("the server does not start: {error}"))
}

/// HTTP to a server.
pub fn transport(url: &str) -> Transport {
    Transport::new(url.parse().expect("an address"), Deadlines::default())
}

/// What a hall needs of the world around it.
#[derive(Clone, Debug)]
struct Link {
    clock: SetClock,
    runtime: tokio::runtime::Handle,
}

/// One pool: the model of its log, and the way to the server that has to be the same.
#[derive(Debug)]
pub struct Hall<P: Served> {
    /// The model. Change it in [`Hall::act`], so that the server hears of it.
    pub log: TestLog<P>,
    /// The server's pool, over HTTP.
    pub client: PoolClient<P>,
    /// Every receipt that was ever given.
    pub receipts: BTreeMap<StatementId, Receipt>,
    /// How many of the model's leaves the server has.
    published: usize,
    service: PoolService<P>,
    link: Link,
}

impl<P: Served> Hall<P> {
    fn new(log: TestLog<P>, running: &RunningServer, anchor: &Anchor, link: Link) -> Self {
        let published = log.leaves.len();
        let service = P::service(running.app()).clone();
        let client = PoolClient::new(transport(&running.url()), P::anchor(anchor).clone());
        Hall { log, client, receipts: BTreeMap::new(), published, service, link }
    }
    fn connect(&mut self, running: &RunningServer, anchor: &Anchor) {
        self.service = P::service(running.app()).clone();
        self.client = PoolClient::new(transport(&running.url()), P::anchor(anchor).clone());
    }

    /// Lets something happen in the model, then posts every statement of it to the server, each at
    /// the model's time. Openings and closings, which the log's own key signs, the server has to make
    /// itself; and whatever it answers has to be what the model says.
    pub fn act<T>(&mut self, what: impl FnOnce(&mut TestLog<P>) -> T) -> T {
        self.log.now = self.log.now.max(self.link.clock.now());
        self.log.do_due();
        let done = what(&mut self.log);
        while let Some(leaf) = self.log.leaves.get(self.published).cloned() {
            self.link.clock.advance_to(leaf.at);
            let at = self.publish(&leaf.statement);
            if let Some(leaf) = self.log.leaves.get_mut(self.published) {
                leaf.at = at;
            }
            self.published += 1;
        }
        self.link.clock.advance_to(self.log.now);
        done
    }

    /// Has the server record one of the model's statements, and gives the time it was logged at.
    fn publish(&mut self, statement: &Envelope) -> Millis {
        let decoded = Statement::<P>::decode(statement).expect("a statement of this pool");
        let by_the_log = matches!(decoded.kind(), Kind::Opened | Kind::Closed | Kind::Effect);
        let posted = if by_the_log {
            self.tick();
            self.client.receipt_by_id(decoded.id())
        } else {
            self.client.submit(&self.as_posted(&decoded, statement))
        };
        let kind = decoded.kind();
        let Posted { receipt, .. } =
            posted.unwrap_or_else(|error| panic!("{} {kind} was not recorded: {error}", P::ID));
        assert_eq!(receipt.leaf.statement, *statement, "the {kind} was recorded otherwise");
        assert_eq!(self.index(&receipt), self.published as u64, "the {kind} stands elsewhere");
        let at = receipt.leaf.at;
        assert!(by_the_log || at == self.link.clock.now(), "the {kind} was logged at {at}");
        self.receipts.insert(decoded.id(), receipt);
        at
    }

    /// A certificate comes from the officers alone; the server adds the log key's signature.
    fn as_posted(&self, decoded: &Statement<P>, statement: &Envelope) -> Envelope {
        if decoded.kind() != Kind::Certificate {
            return statement.clone();
        }
        let payload_type = statement.payload_type().to_owned();
        let mut bare = Envelope::new(payload_type, statement.payload().to_vec()).expect("fits");
        let log_key = self.log.log_key.public().id();
        for signed in statement.signatures().iter().filter(|s| s.keyid() != log_key) {
            bare.attach(signed.keyid(), *signed.sig()).expect("each key once");
        }
        bare
    }

    fn index(&self, receipt: &Receipt) -> u64 {
        let proof = crypto::proof::TlogProof::decode(&receipt.proof).expect("a proof");
        proof.index().0
    }

    /// Opens and closes what is due, now rather than within a second.
    pub fn tick(&self) {
        self.link.runtime.block_on(self.service.tick()).expect("the windows are looked at");
    }

    /// Enrols principals of these numbers.
    pub fn enrol(&mut self, numbers: std::ops::Range<usize>) {
        for number in numbers {
            self.act(|log| log.enrol(number));
        }
    }
    /// Casts a ballot and gives its receipt.
    pub fn vote(
        &mut self,
        election: StatementId,
        voter: usize,
        selections: &[(&str, Selection)],
    ) -> Receipt {
        let id = self.act(|log| log.vote(election, voter, selections));
        self.receipts.get(&id).cloned().expect("just given")
    }

    /// Posts a statement that the model knows nothing of: for what should be refused.
    pub fn attempt(&self, body: &Body<P>, signers: &[&SigningKey]) -> Result<Posted<P>, ApiError> {
        self.client.submit(&TestLog::signed(body, signers))
    }
    /// The slug of the problem that a statement is refused with.
    pub fn refusal(&self, body: &Body<P>, signers: &[&SigningKey]) -> String {
        slug(self.attempt(body, signers))
    }

    /// The rules' view of an election.
    pub fn election(&self, id: StatementId) -> &ElectionState<P> {
        self.log.state.election(&id).expect("a known election")
    }
    /// The rules' view of the log.
    pub fn state(&self) -> &PoolState<P> {
        &self.log.state
    }
    /// Moves the clock on and lets both sides do what is due.
    pub fn wait_until(&mut self, at: u64) {
        self.link.clock.advance_to(millis(at));
        self.act(|_| ());
    }

    /// The record, downloaded as one file.
    pub fn record(&self) -> Record<P> {
        let mut file = Vec::new();
        self.client.log().record(&mut file, |_| ()).expect("the record is served");
        let any = record::parse(&file).expect("a record");
        P::record(any).expect("a record of this pool")
    }

    /// The log on the server has to be the model's, leaf by leaf, under a checkpoint with the same
    /// bytes: Ed25519 signs alike every time.
    pub fn must_equal_the_model(&self) {
        let (served, model) = (self.record(), self.log.record());
        assert_eq!(served.size(), model.size());
        for (index, (served, model)) in served.leaves().iter().zip(model.leaves()).enumerate() {
            assert_eq!(served, model, "{} leaf {index}", P::ID);
        }
        assert_eq!(served.artifacts(), model.artifacts());
        assert_eq!(served.checkpoint(), model.checkpoint());
    }

    /// Every receipt ever given verifies against the trust anchor, and its leaf stands where it says.
    pub fn receipts_must_hold(&self) {
        let record = self.record();
        for (id, receipt) in &self.receipts {
            let statement = receipt.verify(self.client.anchor()).expect("a receipt that proves");
            assert_eq!(statement.id(), *id);
            let place = usize::try_from(self.index(receipt)).expect("fits");
            let bytes = receipt.leaf.encode().expect("encodable");
            let leaf = record.leaves().get(place).expect("a leaf in its place");
            assert_eq!(leaf.hash(), election::leaf::hash(&bytes), "leaf {place}");
        }
    }

    /// Copies the log into a folder, file by file, as far as its checkpoint reaches. Gives the size.
    pub fn mirror(&self, folder: &Path) -> TreeSize {
        let log = self.client.log();
        let (note, checkpoint) = log.checkpoint().expect("a checkpoint");
        for tile in TilePath::all_at(checkpoint.size()) {
            write(&folder.join(tile.to_string()), &log.tile(&tile).expect("a tile"));
        }
        for name in self.record().artifacts().keys() {
            let artifact = log.artifact(name).expect("an artifact");
            write(&folder.join(artifact_path(name)), &artifact);
        }
        write(&folder.join(CHECKPOINT_PATH), note.as_bytes());
        checkpoint.size()
    }
}

/// The slug of the problem that a call failed with.
pub fn slug<T>(answer: Result<T, ApiError>) -> String {
    match answer {
        Ok(_) => "(admitted)".to_owned(),
        Err(error) => match error.problem() {
            Some(problem) => problem.slug().to_owned(),
            None => panic!("no problem document: {error}"),
        },
    }
}

fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}
