//! The server killed with SIGKILL in the middle of a storm of ballots, again and again. Whatever was
//! receipted has to be in the log afterwards, in its place; every checkpoint ever shown has to be
//! continued by the later ones; and the audit has to pass.
//!
//! What is *not* a failure: a ballot whose answer never came may be in the log or not. Sending the
//! same ballot again settles it: it is recorded once, and receipted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bicameral_tests::process::Process;
use bicameral_tests::site::Backend;
use bicameral_tests::world::{World, transport};
use crypto::checkpoint::Checkpoint;
use crypto::envelope::Envelope;
use crypto::merkle::Tree;
use crypto::proof::TlogProof;
use crypto::sign::SigningKey;
use election::StatementId;
use election::anchor::PoolAnchor;
use election::audit::report::Verdict;
use election::audit::{Options, audit_both};
use election::ballot::{self, Ballot};
use election::pool::{Business, Technical};
use election::receipt::Receipt;
use election::statement::{Body, id_of};
use election::testing::{TestLog, TestRng, copy_of, motion, name};
use election::{leaf, lots, tally};
use rand::Rng as _;
use tabulation::Selection;
use vote_client::api::{ApiError, PoolClient};
use vote_client::replay::replay;
use vote_server::clock::{Clock as _, SystemClock};
use vote_server::service::{Mode, PoolService};

/// Connections that vote at the same time.
const CONNECTIONS: usize = 8;
/// Voters of each connection.
const VOTERS: usize = 5;
/// Shortest and longest life of a server under storm, in milliseconds.
const LIFE: std::ops::Range<u64> = 30..700;

/// One voter's chain of ballots, as the voter's own machine knows it.
struct Chain {
    template: Ballot<Technical>,
    key: SigningKey,
    /// Sent, and not answered.
    pending: Option<Envelope>,
}

/// One connection with its voters.
struct Voters {
    rng: TestRng,
    chains: Vec<Chain>,
    receipts: Vec<Receipt>,
}

impl Chain {
    /// The ballot to send now: the one without an answer, or the next of the chain.
    fn next(&mut self, rng: &mut TestRng) -> Envelope {
        if let Some(pending) = &self.pending {
            return pending.clone();
        }
        let choices = [Selection::YES, Selection::NO, Selection::ABSTAIN];
        let choice = choices[rng.next_u32() as usize % choices.len()].clone();
        self.template.nonce = ballot::nonce(rng);
        self.template.selections = [(name("motion"), choice)].into();
        let body = Body::Ballot(self.template.clone());
        let envelope = TestLog::signed(&body, &[&self.key]);
        self.pending = Some(envelope.clone());
        envelope
    }
    fn answered(&mut self) {
        let recorded = self.pending.take().expect("something was sent");
        self.template.supersedes = Some(id_of(&recorded));
    }
}

impl Voters {
    /// Sends one ballot and keeps its receipt. `false`: no answer, the server is gone.
    fn send(&mut self, link: &Transported, chain: usize) -> bool {
        let envelope = self.chains[chain].next(&mut self.rng);
        let body = envelope.encode().expect("encodable");
        match link.transport.post_json::<Receipt>("/technical/api/v1/statements", &body, 1 << 20) {
            Ok(receipt) => {
                let statement = receipt.verify(&link.anchor).expect("a receipt that proves");
                assert_eq!(statement.id(), id_of(&envelope), "another ballot's receipt");
                self.chains[chain].answered();
                self.receipts.push(receipt);
                true
            }
            Err(ApiError::Transport { .. }) => false,
            Err(other) => panic!("an honest ballot was not recorded: {other}"),
        }
    }
    fn storm(&mut self, link: &Transported) {
        for chain in (0..self.chains.len()).cycle() {
            if !self.send(link, chain) {
                return;
            }
        }
    }
    /// Asks again for what had no answer.
    fn settle(&mut self, link: &Transported) {
        for chain in 0..self.chains.len() {
            if self.chains[chain].pending.is_some() {
                assert!(self.send(link, chain), "the server is there and gives no answer");
            }
        }
    }
}

/// A way to a server, for one thread.
struct Transported {
    transport: vote_client::api::Transport,
    anchor: PoolAnchor<Technical>,
}

impl Transported {
    fn new(process: &Process, world: &World) -> Self {
        let anchor = world.anchor().technical.clone();
        Transported { transport: transport(process.url()), anchor }
    }
    fn client(&self) -> PoolClient<Technical> {
        PoolClient::new(self.transport.clone(), self.anchor.clone())
    }
}

/// Everything that was shown to anybody, and the voters.
struct Storm {
    world: World,
    election: StatementId,
    voters: Vec<Voters>,
    checkpoints: Vec<String>,
}

impl Storm {
    /// Founds a foundation a while ago and opens an election that lasts beyond today.
    fn prepare(backend: Backend, seed: u64) -> Self {
        let present = SystemClock.now();
        let begin = election::testing::millis(present.get() - 3_600_000);
        let mut world = World::found_at(backend, begin);
        world.technical.enrol(0..CONNECTIONS * VOTERS);
        let election = world.technical.act(|log| log.open_election(vec![motion()]));
        let voters = (0..CONNECTIONS).map(|connection| {
            let chains = (0..VOTERS).map(|voter| {
                let voter = connection * VOTERS + voter;
                let template = world.technical.log.ballot(election, voter, &[]);
                let key = copy_of(&world.technical.log.voters[voter].key);
                Chain { template, key, pending: None }
            });
            let chains = chains.collect();
            let rng = TestRng::new(&format!("connection {connection} of {seed}"));
            Voters { rng, chains, receipts: Vec::new() }
        });
        let voters = voters.collect();
        world.stop();
        Storm { world, election, voters, checkpoints: Vec::new() }
    }

    /// Lets everybody vote at once until the server is killed.
    fn round(&mut self, process: Process, life: Duration) {
        let (world, over) = (&self.world, AtomicBool::new(false));
        let link = || Transported::new(&process, world);
        let (links, watching) = (self.voters.iter().map(|_| link()).collect::<Vec<_>>(), link());
        let watched = std::thread::scope(|scope| {
            for (voters, link) in self.voters.iter_mut().zip(&links) {
                scope.spawn(move || voters.storm(link));
            }
            let watcher = scope.spawn(|| watch(&watching, &over));
            std::thread::sleep(life);
            process.kill();
            over.store(true, Ordering::SeqCst);
            watcher.join().expect("checkpoints verify")
        });
        self.checkpoints.extend(watched);
    }

    /// Holds what a server shows after a restart against everything that was shown before.
    fn check(&mut self, process: &Process) {
        let link = Transported::new(process, &self.world);
        for voters in &mut self.voters {
            voters.settle(&link);
        }
        let mut file = Vec::new();
        link.client().log().record(&mut file, |_| ()).expect("the record is served");
        let record = election::record::parse(&file).expect("a record");
        let election::record::AnyRecord::Technical(record) = record else {
            panic!("the other pool's record")
        };
        let mut tree = Tree::default();
        for leaf in record.leaves() {
            tree.push(leaf.hash());
        }
        for receipt in self.voters.iter().flat_map(|voters| &voters.receipts) {
            let index = TlogProof::decode(&receipt.proof).expect("a proof").index();
            let hash = leaf::hash(&receipt.leaf.encode().expect("encodable"));
            assert_eq!(tree.leaf(index), Some(hash), "a receipted ballot is not at {index}");
        }
        self.checkpoints.push(record.checkpoint().to_owned());
        for note in &self.checkpoints {
            let seen = Checkpoint::open(note, &link.anchor.log_key).expect("a signed checkpoint");
            let root = tree.root_at(seen.size()).expect("no later than the newest");
            assert_eq!(root, *seen.root(), "the log was forked at {}", seen.size());
        }
    }

    /// Closes, counts and certifies what survived, and audits it with every checkpoint ever seen.
    fn conclude(mut self) {
        let receipts: usize = self.voters.iter().map(|voters| voters.receipts.len()).sum();
        let world = &mut self.world;
        let store = world.wait(world.site().store());
        let checked =
            world.wait(PoolService::<Technical>::rebuild_projections(&store, Mode::Check));
        assert_eq!(checked.expect("replayed").differences, Vec::<String>::new());
        let checked = world.wait(PoolService::<Business>::rebuild_projections(&store, Mode::Check));
        assert_eq!(checked.expect("replayed").differences, Vec::<String>::new());
        world.wait(store.close());

        world.clock.advance_to(world.technical.election(self.election).manifest().window.closes_at);
        world.start();
        world.technical.tick();
        let replayed = replay(&world.technical.record(), world.technical.client.anchor(), |_| ());
        let replayed = replayed.expect("the record replays");
        assert_eq!(replayed.ballots.len(), receipts, "one ballot for each receipt, and no other");
        let closed = replayed.state.election(&self.election).expect("a known election");
        assert_eq!(closed.cast_heads(), (CONNECTIONS * VOTERS) as u64);
        let (log, nonce) = (&world.technical.log, closed.manifest().nonce);
        let reveals = log.officers.iter().take(2).map(|key| lots::secret(key, nonce)).collect();
        let count = tally::count(self.election, closed, |id| replayed.ballots.get(id), reveals);
        let certificate = Body::Certificate(count.expect("countable").certificate);
        let officers = [&log.officers[0], &log.officers[1]];
        world.technical.attempt(&certificate, &officers).expect("the server counts the same");

        let (business, technical) = (world.business.record(), world.technical.record());
        // Many watchers see the same checkpoint; the audit takes a reasonable number of them.
        self.checkpoints.dedup();
        let step = self.checkpoints.len() / 50 + 1;
        let since = self.checkpoints.iter().step_by(step).cloned().collect();
        let options = Options { since, ..Options::default() };
        let report = audit_both(&business, &technical, world.anchor(), &options);
        assert!(matches!(report.verdict, Verdict::Verified), "{:#?}", report.verdict);
        println!("{receipts} receipts, {} checkpoints seen", self.checkpoints.len());
    }
}

/// Collects checkpoints while the storm lasts.
fn watch(link: &Transported, over: &AtomicBool) -> Vec<String> {
    let (client, mut seen) = (link.client(), Vec::new());
    while !over.load(Ordering::SeqCst) {
        match client.log().checkpoint() {
            Ok((note, _)) => seen.push(note),
            Err(ApiError::Transport { .. }) => break,
            Err(other) => panic!("{other}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    seen.dedup();
    seen
}

/// `BICAMERAL_CRASH_SEED` repeats the moments of an earlier run; the scheduler's part stays its own.
fn seed() -> u64 {
    let given = std::env::var("BICAMERAL_CRASH_SEED").ok();
    given.map_or_else(|| SystemClock.now().get(), |text| text.parse().expect("a number"))
}

fn killed_again_and_again(backend: Backend, rounds: usize) {
    let seed = seed();
    println!("BICAMERAL_CRASH_SEED={seed}");
    let mut rng = TestRng::new(&format!("crash {seed}"));
    let mut storm = Storm::prepare(backend, seed);
    for _ in 0..rounds {
        let life = LIFE.start + rng.next_u64() % (LIFE.end - LIFE.start);
        storm.round(Process::start(storm.world.site()), Duration::from_millis(life));
        let process = Process::start(storm.world.site());
        storm.check(&process);
        // The restarted server dies too, without warning and without a storm.
        process.kill();
    }
    storm.conclude();
}

#[test]
fn no_receipt_is_ever_broken_by_killing_the_server_on_sqlite() {
    killed_again_and_again(Backend::Sqlite, 12);
}

#[test]
fn no_receipt_is_ever_broken_by_killing_the_server_on_postgresql() {
    killed_again_and_again(Backend::Postgres, 5);
}
