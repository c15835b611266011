//! Small foundations in memory, for tests and benchmarks: keys, logs, elections and records that
//! come out the same on every run. Behind the feature `testing`; nothing of it is in a release.
//!
//! A [`TestLog`] is a pool's server, officers and voters in one value. Its ordinary methods do what
//! honest ones do and panic if the rules refuse it; [`TestLog::attempt`] gives the refusal;
//! [`TestLog::force`] writes a leaf without asking anybody, and [`TestLog::record_of`] signs whatever
//! leaves it is given, as a dishonest server can.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be built is a failed test"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroU32;

use crypto::Hash;
use crypto::canonical;
use crypto::checkpoint::Checkpoint;
use crypto::envelope::Envelope;
use crypto::invitation::InvitationCode;
use crypto::merkle::{Frontier, TreeSize};
use crypto::note::VerifierKey;
use crypto::sign::SigningKey;
use rand_core::{Rng, TryCryptoRng, TryRng};
use tabulation::{
    Abstention, AffiliationCap, Basis, Bound, ContestRules, EqualRanks, Incomparable, LookBack,
    MarkLimit, Method, MotionRules, OptionIndex, PluralityRules, Quorum, QuorumFailure, Ratio,
    SchulzeRules, ScottishRules, Selection, Share, ShareOf, Strength, Threshold, ThresholdShare,
    TieRule, Unranked,
};
use uuid::Uuid;

use crate::anchor::{Anchor, FORMAT, PoolAnchor};
use crate::ballot::{self, Ballot};
use crate::ids::{ContestId, Handle, Origin};
use crate::leaf::{self, Leaf};
use crate::lots;
use crate::manifest::{
    Contest, ContestOption, Disclosure, EarlyClose, Electorate, Manifest, RollSeal, Secrecy, Window,
};
use crate::module::{Module, Modules, Process, Right};
use crate::pool::{Business, Pool, PoolId, PrincipalId, Technical};
use crate::principal::{Contributor, CorporateMember, Mandate, WeightSchedule};
use crate::question::{BusinessQuestion, TechnicalQuestion};
use crate::record::{Record, RecordLeaf};
use crate::roll::VotingPower;
use crate::standing::{FoundingStanding, Standing};
use crate::state::{Applied, CheckNow, Phase, PoolState, Refusal, TrustStore};
use crate::statement::{
    Body, Enrolment, Entry, Genesis, Invitation, Officer, PrincipalEntry, Quorums, Role, Statement,
    StatementId, payload_type,
};
use crate::tally::{self, Artifact};
use crate::text::{Line, Paragraph};
use crate::time::Millis;

/// SHA-256 of a seed and a counter, block by block: the same on every machine, and no secret.
#[derive(Debug)]
pub struct TestRng {
    seed: Hash,
    block: [u8; 32],
    used: usize,
    counter: u64,
}

impl TestRng {
    /// The generator of that name.
    pub fn new(seed: &str) -> Self {
        TestRng { seed: Hash::of(seed.as_bytes()), block: [0; 32], used: 32, counter: 0 }
    }
    fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let counter = self.counter.to_be_bytes();
            self.block = *Hash::of_parts(&[self.seed.as_bytes(), &counter]).as_bytes();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}
impl TryRng for TestRng {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(std::array::from_fn(|_| self.byte())))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(std::array::from_fn(|_| self.byte())))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.iter_mut().for_each(|byte| *byte = self.byte());
        Ok(())
    }
}
impl TryCryptoRng for TestRng {}

/// Parses a name that the test wrote itself.
pub fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a well-formed name")
}
/// A line of text that the test wrote itself.
pub fn line(text: &str) -> Line {
    Line::new(text).expect("a line of text")
}
/// An instant.
pub fn millis(millis: u64) -> Millis {
    Millis::new(millis).expect("an instant before the year 287396")
}

/// What differs between the pools when a log is filled.
pub trait TestPool: Pool {
    /// The principal of that number.
    fn principal(number: usize) -> Self::Principal;
    /// Its id.
    fn principal_id(number: usize) -> PrincipalId<Self>;
    /// Who speaks for it, highest rank first.
    fn speakers(number: usize) -> Vec<Handle>;
    /// The statement that says so, where one is needed.
    fn mandate(origin: &Origin<Self>, number: usize) -> Option<Body<Self>>;
    /// A question for a motion.
    fn motion() -> Self::Question;
    /// A question for an election to seats.
    fn seats() -> Self::Question;
    /// Modules that the genesis names.
    fn modules() -> Modules<Self>;
    /// Standings that it names.
    fn standings() -> Vec<FoundingStanding<Self>>;
    /// Classes that the genesis names.
    const CLASSES: &'static [&'static str];
    /// Bodies that the genesis names.
    const BODIES: &'static [&'static str];
}

impl TestPool for Business {
    fn principal(number: usize) -> CorporateMember {
        let class = if number.is_multiple_of(3) { "premier" } else { "general" };
        let power = VotingPower::new(1 + number as u64 % 4).expect("a power");
        CorporateMember {
            id: Self::principal_id(number),
            name: line(&format!("Member {number}")),
            class: name(class),
            weights: WeightSchedule::constant(power),
        }
    }
    fn principal_id(number: usize) -> PrincipalId<Self> {
        name(&format!("member-{number:06}"))
    }
    fn speakers(number: usize) -> Vec<Handle> {
        vec![name(&format!("id:delegate-{number:06}")), name(&format!("id:alternate-{number:06}"))]
    }
    fn mandate(origin: &Origin<Self>, number: usize) -> Option<Body<Self>> {
        let [delegate, alternate] = Self::speakers(number).try_into().expect("two");
        let alternates = vec![alternate];
        let fact = Mandate { member: Self::principal_id(number), delegate, alternates };
        Some(Body::Mandate(Entry { origin: origin.clone(), fact }))
    }
    fn motion() -> BusinessQuestion {
        BusinessQuestion::BusinessResolution {}
    }
    fn seats() -> BusinessQuestion {
        BusinessQuestion::BusinessSeats { body: name("board") }
    }
    fn modules() -> Modules<Self> {
        Modules::default()
    }
    fn standings() -> Vec<FoundingStanding<Self>> {
        Vec::new()
    }
    const CLASSES: &'static [&'static str] = &["general", "premier"];
    const BODIES: &'static [&'static str] = &["board"];
}

impl TestPool for Technical {
    fn principal(number: usize) -> Contributor {
        let name = line(&format!("Contributor {number}"));
        Contributor { handle: Self::principal_id(number), name }
    }
    fn principal_id(number: usize) -> PrincipalId<Self> {
        name(&format!("github:contributor-{number:06}"))
    }
    fn speakers(number: usize) -> Vec<Handle> {
        vec![Self::principal_id(number)]
    }
    fn mandate(_: &Origin<Self>, _: usize) -> Option<Body<Self>> {
        None
    }
    fn motion() -> TechnicalQuestion {
        TechnicalQuestion::TechnicalResolution {}
    }
    fn seats() -> TechnicalQuestion {
        TechnicalQuestion::TechnicalSeats { body: name("steering") }
    }
    /// `core` over `compiler` over `jit`, and `island` by itself.
    fn modules() -> Modules<Self> {
        let module = |id: &str, parent: Option<&str>, rights: &[Right]| Module {
            id: name(id),
            parent: parent.map(name),
            process: Process { rights: rights.iter().copied().collect(), version: NonZeroU32::MIN },
        };
        let maintaining = [Right::Review, Right::Merge];
        let modules = vec![
            module("core", None, &Right::ALL),
            module("compiler", Some("core"), &maintaining),
            module("jit", Some("compiler"), &maintaining),
            module("island", None, &maintaining),
        ];
        Modules::new(modules).expect("a tree")
    }
    /// Contributor 0 leads `core`, contributor 1 maintains it; contributor 2 did.
    fn standings() -> Vec<FoundingStanding<Self>> {
        let standings = [Standing::Lead, Standing::Maintainer, Standing::Emeritus];
        let founding = |(number, standing)| FoundingStanding {
            module: name("core"),
            person: Self::principal_id(number),
            standing,
        };
        standings.into_iter().enumerate().map(founding).collect()
    }
    const CLASSES: &'static [&'static str] = &[];
    const BODIES: &'static [&'static str] = &["steering"];
}

/// A person who may vote for a principal, with the keys.
#[derive(Debug)]
pub struct TestVoter<P: Pool> {
    /// For whom.
    pub principal: PrincipalId<P>,
    /// Who.
    pub person: Handle,
    /// The invitation's key.
    pub invitation: SigningKey,
    /// The voter's own key.
    pub key: SigningKey,
}

/// A pool's server, officers and voters in one value.
#[derive(Debug)]
pub struct TestLog<P: TestPool> {
    /// The log's name.
    pub origin: Origin<P>,
    /// The foundation's id: the same for both logs of a host.
    pub foundation: Uuid,
    /// The log's key.
    pub log_key: SigningKey,
    /// The officers' keys. All of them are officers and registrars; two must sign what matters.
    pub officers: Vec<SigningKey>,
    /// The rules' view of the log so far.
    pub state: PoolState<P>,
    /// What was logged.
    pub leaves: Vec<Leaf>,
    /// The artifacts of its certificates.
    pub artifacts: BTreeMap<Hash, Vec<u8>>,
    /// Everybody enrolled, in the order of [`TestLog::enrol`].
    pub voters: Vec<TestVoter<P>>,
    /// The content of the ballots, by statement.
    pub ballots: BTreeMap<StatementId, Ballot<P>>,
    /// The present; each statement takes a millisecond.
    pub now: Millis,
    /// Randomness.
    pub rng: TestRng,
    /// Whether signatures are checked while the log is made. A benchmark does without.
    pub checks_signatures: bool,
}

/// 2026-11-23 20:00 UTC: when the fixtures' logs begin.
pub const BEGINNING: u64 = 1_795_464_000_000;
/// How long their elections take.
pub const WINDOW: u64 = 30 * 86_400_000;

impl<P: TestPool> TestLog<P> {
    /// Founds a pool's log on `host` with three officers. The same host gives the same keys.
    pub fn found(host: &str) -> Self {
        let mut rng = TestRng::new(&format!("{host}/{}", P::SLUG));
        let origin = Origin::<P>::of_host(host).expect("a host");
        let log_key = SigningKey::generate(&mut rng);
        let officers: Vec<_> = (0..3).map(|_| SigningKey::generate(&mut rng)).collect();
        let mut log = TestLog {
            state: PoolState::new(origin.clone()),
            foundation: Uuid::from_bytes(std::array::from_fn(|i| {
                Hash::of(host.as_bytes()).as_bytes()[i]
            })),
            origin,
            log_key,
            officers,
            leaves: Vec::new(),
            artifacts: BTreeMap::new(),
            voters: Vec::new(),
            ballots: BTreeMap::new(),
            now: millis(BEGINNING),
            rng,
            checks_signatures: true,
        };
        let genesis = log.genesis();
        let signers: Vec<_> = log.officer_seeds();
        log.append(&Body::Genesis(genesis), &signers.iter().collect::<Vec<_>>());
        log
    }

    /// The genesis of this log's keys.
    pub fn genesis(&self) -> Genesis<P> {
        let officers = self.officers.iter().enumerate().map(|(i, key)| Officer {
            handle: name(&format!("id:{}-officer-{i}", P::SLUG)),
            name: line(&format!("Officer {i}")),
            key: key.public(),
            roles: vec![Role::Officer, Role::Registrar],
        });
        Genesis {
            origin: self.origin.clone(),
            foundation: self.foundation,
            name: line("Example Foundation"),
            log_key: self.log_key.public(),
            officers: officers.collect(),
            quorums: Quorums { manifest: 2, certificate: 2, roll: 1, exceptional: 2, officers: 2 },
            bodies: P::BODIES.iter().map(|body| name(body)).collect(),
            classes: P::CLASSES.iter().map(|class| name(class)).collect(),
            modules: P::modules(),
            standings: P::standings(),
        }
    }

    /// Copies of the officers' keys, which cannot be cloned, for signing while the log is borrowed.
    pub fn officer_seeds(&self) -> Vec<SigningKey> {
        self.officers.iter().map(copy_of).collect()
    }

    /// A signed envelope.
    pub fn signed(body: &Body<P>, signers: &[&SigningKey]) -> Envelope {
        let payload = body.encode().expect("an encodable body");
        let kind = payload_type::<P>(body.kind());
        let mut envelope = Envelope::new(kind, payload).expect("within the limits");
        for key in signers {
            envelope.sign(key).expect("each key once");
        }
        envelope
    }

    /// Signs and logs a statement that must be admitted.
    pub fn append(&mut self, body: &Body<P>, signers: &[&SigningKey]) -> StatementId {
        self.attempt(body, signers).expect("the fixture does nothing that the rules refuse");
        crate::statement::id_of(&self.leaves[self.leaves.len() - 1].statement)
    }

    /// Signs a statement and logs it if the rules admit it.
    pub fn attempt(&mut self, body: &Body<P>, signers: &[&SigningKey]) -> Result<Applied, Refusal> {
        self.submit(Self::signed(body, signers))
    }

    /// Logs an envelope if the rules admit it.
    pub fn submit(&mut self, envelope: Envelope) -> Result<Applied, Refusal> {
        self.submit_at(self.now.plus(1), envelope)
    }

    fn submit_at(&mut self, at: Millis, envelope: Envelope) -> Result<Applied, Refusal> {
        let statement = Statement::<P>::decode(&envelope).expect("a statement of this pool");
        let applied = if self.checks_signatures {
            self.state.apply(at, &statement, &mut CheckNow)
        } else {
            self.state.apply(at, &statement, &mut TrustStore)
        }?;
        self.now = at;
        self.leaves.push(Leaf { at, statement: envelope });
        Ok(applied)
    }

    /// Logs a statement without asking the rules: what a dishonest server does.
    pub fn force(&mut self, body: &Body<P>, signers: &[&SigningKey]) -> StatementId {
        let statement = Self::signed(body, signers);
        let id = crate::statement::id_of(&statement);
        self.now = self.now.plus(1);
        self.leaves.push(Leaf { at: self.now, statement });
        id
    }

    /// Enters a principal of this number, its mandate if it needs one, and invites and enrols its
    /// first speaker. Gives the voter's place in [`TestLog::voters`].
    pub fn enrol(&mut self, number: usize) -> usize {
        self.enter(number);
        self.enrol_speaker(number, 0)
    }

    /// Enters a principal of this number, and its mandate if it needs one.
    pub fn enter(&mut self, number: usize) {
        let registrar = copy_of(&self.officers[0]);
        let origin = self.origin.clone();
        let entry = PrincipalEntry { origin, principal: P::principal(number) };
        self.append(&Body::Principal(entry), &[&registrar]);
        if let Some(mandate) = P::mandate(&self.origin, number) {
            self.append(&mandate, &[&registrar]);
        }
    }

    /// Invites and enrols the speaker of that rank.
    pub fn enrol_speaker(&mut self, number: usize, rank: usize) -> usize {
        let registrar = copy_of(&self.officers[0]);
        let (principal, person) = (P::principal_id(number), P::speakers(number)[rank].clone());
        let code = InvitationCode::generate(&mut self.rng);
        let subject = Invitation::<P>::subject(&principal, &person);
        let invitation = code.derive(self.origin.as_str(), &subject);
        let key = SigningKey::generate(&mut self.rng);
        let voter = TestVoter { principal, person, invitation, key };
        self.append(&Body::Invitation(self.invitation_of(&voter)), &[&registrar]);
        let enrolment = Body::Enrolment(self.enrolment_of(&voter));
        self.append(&enrolment, &[&voter.invitation, &voter.key]);
        self.voters.push(voter);
        self.voters.len() - 1
    }

    /// The invitation of a voter.
    pub fn invitation_of(&self, voter: &TestVoter<P>) -> Invitation<P> {
        Invitation {
            origin: self.origin.clone(),
            principal: voter.principal.clone(),
            person: voter.person.clone(),
            key: voter.invitation.public(),
        }
    }

    /// The enrolment of a voter.
    pub fn enrolment_of(&self, voter: &TestVoter<P>) -> Enrolment<P> {
        Enrolment {
            origin: self.origin.clone(),
            invitation: voter.invitation.public().id(),
            principal: voter.principal.clone(),
            person: voter.person.clone(),
            key: voter.key.public(),
        }
    }

    /// A manifest over everybody of the pool, as of now, that two officers are to certify.
    pub fn manifest(&mut self, contests: Vec<Contest<P>>) -> Manifest<P> {
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let opens_at = self.now.plus(60_000);
        let nonce = Uuid::from_bytes(nonce);
        let electorate = Electorate::Everyone {};
        let roll = self.state.freeze_roll(&electorate, opens_at).expect("somebody is entitled");
        let lots = self.officers.iter().take(2).map(|key| lots::secret(key, nonce).commitment());
        Manifest {
            origin: self.origin.clone(),
            nonce,
            title: line("An election"),
            description: Paragraph::new("What voters should know.").expect("a paragraph"),
            secrecy: Secrecy::RollCall,
            disclosure: Disclosure::AfterClose,
            window: Window {
                opens_at,
                closes_at: opens_at.plus(WINDOW),
                early_close: EarlyClose::Never,
            },
            electorate,
            roll: RollSeal {
                log_size: self.state.size(),
                root: roll.root().expect("encodable"),
                heads: roll.heads(),
                weight: roll.weight(),
            },
            contests,
            lots: lots.collect(),
            certifying_officers: 2,
        }
    }

    /// Gives a manifest another electorate, with the roll that it has now.
    pub fn freeze(&self, manifest: &mut Manifest<P>, electorate: Electorate<P>) {
        let roll = self.state.freeze_roll(&electorate, manifest.window.opens_at);
        let roll = roll.expect("somebody is entitled");
        manifest.electorate = electorate;
        manifest.roll = RollSeal {
            log_size: self.state.size(),
            root: roll.root().expect("encodable"),
            heads: roll.heads(),
            weight: roll.weight(),
        };
    }

    /// Seals an election with these contests.
    pub fn seal(&mut self, contests: Vec<Contest<P>>) -> StatementId {
        let manifest = self.manifest(contests);
        self.seal_manifest(&manifest)
    }

    /// Seals a manifest with the first two officers' signatures.
    pub fn seal_manifest(&mut self, manifest: &Manifest<P>) -> StatementId {
        let officers = self.officer_seeds();
        self.append(&Body::Manifest(manifest.clone()), &[&officers[0], &officers[1]])
    }

    /// Waits for the window and opens the election.
    pub fn open(&mut self, election: StatementId) {
        let opens_at = self.manifest_of(election).window.opens_at;
        self.now = self.now.max(opens_at);
        self.do_due();
    }

    /// Seals and opens an election with these contests.
    pub fn open_election(&mut self, contests: Vec<Contest<P>>) -> StatementId {
        let election = self.seal(contests);
        self.open(election);
        election
    }

    /// Waits for the window's end and closes the election.
    pub fn close(&mut self, election: StatementId) {
        let closes_at = self.manifest_of(election).window.closes_at;
        self.now = self.now.max(closes_at);
        self.do_due();
    }

    fn manifest_of(&self, election: StatementId) -> &Manifest<P> {
        self.state.election(&election).expect("a known election").manifest()
    }

    /// Logs whatever the windows ask the log key to sign now.
    pub fn do_due(&mut self) {
        let log_key = copy_of(&self.log_key);
        for due in self.state.due(self.now).expect("encodable") {
            self.append(&due.body, &[&log_key]);
        }
    }

    /// A ballot that continues the voter's chain.
    pub fn ballot(
        &mut self,
        election: StatementId,
        voter: usize,
        selections: &[(&str, Selection)],
    ) -> Ballot<P> {
        let TestVoter { principal, person, .. } = &self.voters[voter];
        let state = self.state.election(&election);
        let standing = state.and_then(|state| state.standing(principal, person));
        let selections = selections.iter().map(|(id, s)| (name::<ContestId>(id), s.clone()));
        Ballot {
            origin: self.origin.clone(),
            manifest: election,
            principal: principal.clone(),
            person: person.clone(),
            supersedes: standing.map(|ballot| ballot.id),
            nonce: ballot::nonce(&mut self.rng),
            selections: selections.collect(),
        }
    }

    /// Casts a ballot that continues the voter's chain.
    pub fn vote(
        &mut self,
        election: StatementId,
        voter: usize,
        selections: &[(&str, Selection)],
    ) -> StatementId {
        let ballot = self.ballot(election, voter, selections);
        let key = copy_of(&self.voters[voter].key);
        let id = self.append(&Body::Ballot(ballot.clone()), &[&key]);
        self.ballots.insert(id, ballot);
        id
    }

    /// Counts a closed election.
    pub fn count(&self, election: StatementId) -> tally::Count<P> {
        let state = self.state.election(&election).expect("a known election");
        let nonce = state.manifest().nonce;
        let reveals = self.officers.iter().take(2).map(|key| lots::secret(key, nonce)).collect();
        tally::count(election, state, |id| self.ballots.get(id), reveals).expect("countable")
    }

    /// Counts and certifies a closed election with the first two officers' signatures, and executes
    /// what it decided.
    pub fn certify(&mut self, election: StatementId) -> StatementId {
        let certificate = self.certify_alone(election);
        self.execute();
        certificate
    }

    /// Executes the certificates that wait for it, in the same millisecond, as a server does.
    pub fn execute(&mut self) {
        let log_key = copy_of(&self.log_key);
        for due in self.state.due(self.now).expect("encodable") {
            if let Body::Effect(_) = due.body {
                let effect = Self::signed(&due.body, &[&log_key]);
                self.submit_at(self.now, effect).expect("what is due is admitted");
            }
        }
    }

    /// Counts and certifies, and leaves the rest undone.
    pub fn certify_alone(&mut self, election: StatementId) -> StatementId {
        let count = self.count(election);
        for Artifact { sha256, content } in count.contests.into_iter().map(|c| c.artifact) {
            self.artifacts.insert(sha256, content);
        }
        let (officers, log_key) = (self.officer_seeds(), copy_of(&self.log_key));
        let certificate = Body::Certificate(count.certificate);
        self.append(&certificate, &[&officers[0], &officers[1], &log_key])
    }

    /// The leaves as bytes.
    pub fn leaf_bytes(&self) -> Vec<Vec<u8>> {
        self.leaves.iter().map(|leaf| leaf.encode().expect("an encodable leaf")).collect()
    }

    /// The checkpoint over some leaves, signed by the log's key.
    pub fn checkpoint_over(&self, leaves: &[RecordLeaf]) -> String {
        let frontier: Frontier = leaves.iter().map(RecordLeaf::hash).collect();
        let size = TreeSize(leaves.len() as u64);
        Checkpoint::new(self.origin.as_str(), size, frontier.root())
            .expect("an origin is a key name")
            .sign(&self.log_key)
    }

    /// The checkpoint of the log at an earlier size.
    pub fn checkpoint_at(&self, size: usize) -> String {
        let leaves: Vec<_> =
            self.leaf_bytes().into_iter().take(size).map(RecordLeaf::Shown).collect();
        self.checkpoint_over(&leaves)
    }

    /// The record that the log publishes now, the ballots of open embargoed elections withheld.
    pub fn record(&self) -> Record<P> {
        let leaves = self.leaves.iter().zip(self.leaf_bytes()).map(|(leaf, bytes)| {
            match Statement::<P>::decode(&leaf.statement).map(Statement::into_body) {
                Ok(Body::Ballot(ballot)) if self.withholds(&ballot) => {
                    RecordLeaf::Withheld(leaf::hash(&bytes))
                }
                Ok(_) | Err(_) => RecordLeaf::Shown(bytes),
            }
        });
        self.record_of(leaves.collect())
    }

    fn withholds(&self, ballot: &Ballot<P>) -> bool {
        let election = self.state.election(&ballot.manifest);
        election.is_some_and(|election| election.phase() == Phase::Open && election.embargoed())
    }

    /// A record of any leaves whatsoever, with a fresh checkpoint over them.
    pub fn record_of(&self, leaves: Vec<RecordLeaf>) -> Record<P> {
        let checkpoint = self.checkpoint_over(&leaves);
        Record::new(self.origin.clone(), leaves, self.artifacts.clone(), checkpoint)
    }

    /// What an auditor has to trust of this log.
    pub fn anchor(&self) -> PoolAnchor<P> {
        let log_key = VerifierKey::new(self.origin.as_str(), self.log_key.public());
        let genesis = crate::statement::id_of(&self.leaves[0].statement);
        PoolAnchor::new(self.origin.clone(), log_key.expect("an origin is a key name"), genesis)
    }
}

/// What an auditor has to trust of a foundation.
pub fn anchor(business: &TestLog<Business>, technical: &TestLog<Technical>) -> Anchor {
    Anchor {
        format: FORMAT.to_owned(),
        foundation: business.foundation,
        name: line("Example Foundation"),
        business: business.anchor(),
        technical: technical.anchor(),
    }
}

/// A second copy of a key, which only a fixture may have.
pub fn copy_of(key: &SigningKey) -> SigningKey {
    SigningKey::from_seed(&key.seed())
}

/// The canonical bytes of anything.
pub fn bytes_of(value: &impl serde::Serialize) -> Vec<u8> {
    canonical::encode(value).expect("encodable")
}

/// A yes/no/abstain contest `motion`: quorum half of those entitled, more than half of yes and no.
pub fn motion<P: TestPool>() -> Contest<P> {
    let by = match P::ID {
        PoolId::Business => Basis::Weight,
        PoolId::Technical => Basis::Heads,
    };
    let share = |bound, ratio| Share { bound, ratio };
    let method = Method::Motion(MotionRules {
        quorums: vec![Quorum::Share { by, share: share(Bound::AtLeast, Ratio::HALF) }],
        thresholds: vec![Threshold::Share(ThresholdShare {
            by,
            share: share(Bound::MoreThan, Ratio::HALF),
            of: ShareOf::YesAndNo,
        })],
        abstention: Abstention::Neutral,
        quorum_failure: QuorumFailure::NoDecision,
    });
    contest("motion", P::motion(), &[], rules(method, 0, TieRule::Refuse {}))
}

/// A motion `motion` to admit the contributor of that number to a module.
pub fn admission(module: &str, number: usize) -> Contest<Technical> {
    let (module, person) = (name(module), Technical::principal_id(number));
    Contest { question: TechnicalQuestion::ModuleAdmission { module, person }, ..motion() }
}

/// Puts contests to everybody, of whom the first `voters` say yes, and gives the certificate.
pub fn pass<P: TestPool>(
    log: &mut TestLog<P>,
    contests: Vec<Contest<P>>,
    voters: usize,
) -> StatementId {
    let election = log.open_election(contests);
    for voter in 0..voters {
        log.vote(election, voter, &[("motion", Selection::YES)]);
    }
    log.close(election);
    log.certify_alone(election)
}

/// A ranked contest `steering` for `seats` seats, counted by Schulze's method.
pub fn schulze<P: TestPool>(options: &[&str], seats: u16) -> Contest<P> {
    let method = Method::Schulze(SchulzeRules {
        by: Basis::Heads,
        unranked: Unranked::NotCompared,
        strength: Strength::WinningVotes,
        incomparable: Incomparable::Tied,
        equal_ranks: EqualRanks::Allowed,
        at_most: MarkLimit::Any {},
    });
    contest("steering", P::seats(), options, rules(method, seats, TieRule::Lots {}))
}

/// A ranked contest `council` for `seats` seats, counted by the Scottish rules.
pub fn stv<P: TestPool>(options: &[&str], seats: u16) -> Contest<P> {
    let method = Method::ScottishStv(ScottishRules {
        by: Basis::Heads,
        at_most: MarkLimit::Any {},
        look_back: LookBack::Narrowing,
    });
    contest("council", P::seats(), options, rules(method, seats, TieRule::Lots {}))
}

/// A plurality contest `seat` for one seat.
pub fn plurality<P: TestPool>(options: &[&str]) -> Contest<P> {
    let method = Method::Plurality(PluralityRules {
        by: Basis::Heads,
        at_most: MarkLimit::AtMost { options: 1 },
    });
    contest("seat", P::seats(), options, rules(method, 1, TieRule::Lots {}))
}

fn rules(method: Method, seats: u16, ties: TieRule) -> ContestRules {
    ContestRules { method, seats, affiliation_cap: AffiliationCap::Unlimited {}, ties }
}

/// A contest with these options.
pub fn contest<P: Pool>(
    id: &str,
    question: P::Question,
    options: &[&str],
    rules: ContestRules,
) -> Contest<P> {
    let options = options.iter().map(|option| ContestOption {
        id: name(option),
        name: line(&format!("Option {option}")),
        person: None,
        affiliations: Vec::new(),
    });
    Contest {
        id: name(id),
        title: line(&format!("Contest {id}")),
        question,
        options: options.collect(),
        sitting: BTreeMap::new(),
        rules,
    }
}

/// A ranking without ties, best first.
pub fn ranking(options: &[u16]) -> Selection {
    Selection::strict(options.iter().copied().map(OptionIndex::new))
}

/// A choice of options.
pub fn chosen(options: &[u16]) -> Selection {
    Selection::chosen(options.iter().copied().map(OptionIndex::new))
}

/// A foundation with `voters` principals in each pool and one certified election in each: a motion
/// and a plurality contest in the business pool, Schulze and STV contests in the technical one. The
/// first voter of each pool votes twice.
pub fn small_foundation(voters: usize) -> (TestLog<Business>, TestLog<Technical>) {
    let mut business = TestLog::<Business>::found("vote.example.org");
    for number in 0..voters {
        business.enrol(number);
    }
    business.enrol_speaker(0, 1);
    let contests = vec![motion(), plurality(&["ann", "bob"])];
    let election = business.open_election(contests);
    let answer = |n: usize| {
        let choice = if n.is_multiple_of(4) { Selection::NO } else { Selection::YES };
        [("motion", choice), ("seat", chosen(&[u16::from(n.is_multiple_of(3))]))]
    };
    business.vote(election, voters, &answer(1));
    for n in 0..voters {
        business.vote(election, n, &answer(n));
    }
    business.vote(election, 0, &answer(1));
    business.close(election);
    business.certify(election);

    let mut technical = TestLog::<Technical>::found("vote.example.org");
    for number in 0..voters {
        technical.enrol(number);
    }
    let options = ["ann", "bob", "cas", "dee"];
    let election = technical.open_election(vec![schulze(&options, 2), stv(&options, 2)]);
    let answer = |n: usize| {
        let first = u16::try_from(n % 4).expect("below four");
        let order = [first, (first + 1) % 4, (first + 3) % 4];
        [("steering", ranking(&order)), ("council", ranking(&order[..2]))]
    };
    for n in 0..voters {
        technical.vote(election, n, &answer(n));
    }
    technical.vote(election, 0, &answer(1));
    technical.close(election);
    technical.certify(election);
    (business, technical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_foundation_runs_its_elections_and_is_the_same_every_time() {
        let (business, technical) = small_foundation(5);
        let phases = |log: &PoolState<Technical>| {
            log.elections().map(|(_, election)| election.phase()).collect::<Vec<_>>()
        };
        assert_eq!(phases(&technical.state), [Phase::Certified]);
        assert_eq!(technical.artifacts.len(), 2);
        let (again, _) = small_foundation(5);
        assert_eq!(business.record().to_file(), again.record().to_file());
    }
}
