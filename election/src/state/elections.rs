//! Elections: sealed, opened, voted in, closed, certified.

use std::collections::BTreeMap;
use std::fmt;

use crypto::Hash;
use crypto::merkle::{Frontier, LeafIndex};
use serde::{Deserialize, Serialize};

use super::signatures::Signers;
use super::{Execution, PoolState, Refusal, SignatureCheck};
use crate::ballot::Ballot;
use crate::certificate::Certificate;
use crate::ids::Handle;
use crate::key::Capacity;
use crate::lots;
use crate::manifest::{Contest, EarlyClose, Electorate, Manifest};
use crate::pool::{Pool, PrincipalId, Question, Subject, Weight};
use crate::roll::{Roll, RollEntry};
use crate::standing::Grant;
use crate::statement::{
    Body, Cancel, CloseCause, Closed, Effect, Kind, Opened, Role, Statement, StatementId,
};
use crate::time::Millis;

/// Where an election stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Signed by the officers, not open yet.
    Sealed,
    /// Taking ballots.
    Open,
    /// Taking no more, not certified yet.
    Closed,
    /// Counted and signed.
    Certified,
    /// Ended before it opened.
    Cancelled,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Sealed => "sealed",
            Phase::Open => "open",
            Phase::Closed => "closed",
            Phase::Certified => "certified",
            Phase::Cancelled => "cancelled",
        })
    }
}

/// A voter's last ballot.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingBallot {
    /// Its statement.
    pub id: StatementId,
    /// Where it stands in the log.
    pub leaf: LeafIndex,
    /// The rank, on the roll, of the person who cast it: 0 the highest.
    pub rank: usize,
}

/// An election as the log has it so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct ElectionState<P: Pool> {
    manifest: Manifest<P>,
    roll: Roll<P>,
    sealed_at: LeafIndex,
    phase: Phase,
    steps: BTreeMap<Phase, Step>,
    /// Per principal, the standing ballot of each person who cast one, by rank.
    ballots: BTreeMap<PrincipalId<P>, Vec<StandingBallot>>,
    /// All ballots admitted, replaced ones included.
    admitted: u64,
    /// The box's root, once it cannot change any more: it is asked for again at every count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    closed_box: Option<Hash>,
    /// What is left to do of what it decided.
    execution: Execution<P>,
}

/// The statement that brought an election into a phase.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The statement.
    pub id: StatementId,
    /// Where it stands.
    pub leaf: LeafIndex,
    /// When it was logged.
    pub at: Millis,
}

/// The step that an election's window or certificate asks for.
enum Wanted<'a, P: Pool> {
    Opening,
    Closing(CloseCause),
    Executing { certificate: StatementId, grants: &'a [Grant<P>] },
}

/// What the log key has to sign now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due<P: Pool> {
    /// For which election.
    pub election: StatementId,
    /// The opening, closing or effect.
    pub body: Body<P>,
}

impl<P: Pool> ElectionState<P> {
    /// The sealed election.
    pub fn manifest(&self) -> &Manifest<P> {
        &self.manifest
    }
    /// Its frozen roll.
    pub fn roll(&self) -> &Roll<P> {
        &self.roll
    }
    /// Where the manifest stands in the log.
    pub fn sealed_at(&self) -> LeafIndex {
        self.sealed_at
    }
    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }
    /// The statement that brought it into a phase.
    pub fn step(&self, phase: Phase) -> Option<&Step> {
        self.steps.get(&phase)
    }
    /// All ballots admitted, replaced ones included.
    pub fn admitted(&self) -> u64 {
        self.admitted
    }
    /// A person's standing ballot.
    pub fn standing(&self, principal: &PrincipalId<P>, person: &Handle) -> Option<&StandingBallot> {
        let rank = self.roll.entry(principal)?.rank(person)?;
        self.ballots.get(principal)?.iter().find(|ballot| ballot.rank == rank)
    }
    /// The box: for every principal that voted, the ballot that counts, which is that of the
    /// highest-ranking person who cast one.
    pub fn counted(&self) -> impl Iterator<Item = (&RollEntry<P>, &StandingBallot)> {
        self.ballots.iter().filter_map(|(principal, ballots)| {
            let counted = ballots.iter().min_by_key(|ballot| ballot.rank)?;
            Some((self.roll.entry(principal)?, counted))
        })
    }
    /// How many principals cast a ballot that counts.
    pub fn cast_heads(&self) -> u64 {
        self.ballots.len() as u64
    }
    /// Their weights added up.
    pub fn cast_weight(&self) -> u64 {
        self.counted().map(|(entry, _)| entry.weight.units()).sum()
    }
    /// The Merkle root over the box: one leaf per principal that voted, in the roll's order, the
    /// canonical JSON of its id and the id of the ballot that counts.
    pub fn box_root(&self) -> Result<Hash, crypto::canonical::CanonicalError> {
        if let Some(root) = self.closed_box {
            return Ok(root);
        }
        #[derive(Serialize)]
        #[serde(bound = "")]
        struct InBox<'a, P: Pool> {
            principal: &'a PrincipalId<P>,
            ballot: StatementId,
        }
        let mut frontier = Frontier::default();
        for (entry, counted) in self.counted() {
            let item = InBox::<P> { principal: &entry.principal, ballot: counted.id };
            frontier.push(crypto::merkle::leaf_hash(&crypto::canonical::encode(&item)?));
        }
        Ok(frontier.root())
    }
    /// Whether ballots are withheld from others than their voter now.
    pub fn embargoed(&self) -> bool {
        use crate::manifest::Disclosure;
        self.phase == Phase::Open && self.manifest.disclosure == Disclosure::AfterClose
    }
    /// What is left to do of what it decided.
    pub fn execution(&self) -> &Execution<P> {
        &self.execution
    }
    /// What window and certificate ask the log key for at an instant.
    fn wants(&self, now: Millis) -> Option<Wanted<'_, P>> {
        let window = self.manifest.window;
        let early = || window.early_close == EarlyClose::WhenAllVoted && self.all_voted();
        match self.phase {
            Phase::Sealed => (window.opens_at <= now).then_some(Wanted::Opening),
            Phase::Open if window.closes_at <= now => Some(Wanted::Closing(CloseCause::Window)),
            Phase::Open => early().then_some(Wanted::Closing(CloseCause::AllVoted)),
            // Due until it is done: whatever happened between certificate and effect.
            Phase::Certified => match (&self.execution, self.step(Phase::Certified)) {
                (Execution::Due { grants }, Some(step)) => {
                    Some(Wanted::Executing { certificate: step.id, grants })
                }
                (Execution::Due { .. } | Execution::Nothing {} | Execution::Done { .. }, _) => None,
            },
            Phase::Closed | Phase::Cancelled => None,
        }
    }
    fn all_voted(&self) -> bool {
        self.cast_heads() == self.roll.heads()
    }
    fn window_error(&self, at: Millis, kind: Kind) -> Refusal {
        let window = self.manifest.window;
        Refusal::OutsideWindow { at, opens_at: window.opens_at, closes_at: window.closes_at, kind }
    }
    /// Its certificate has been executed by this statement.
    pub(super) fn executed(&mut self, effect: StatementId) {
        self.execution = Execution::Done { effect };
    }
    fn step_to(&mut self, phase: Phase, step: Step) {
        self.phase = phase;
        self.steps.insert(phase, step);
    }
}

impl<P: Pool> PoolState<P> {
    pub(super) fn seal(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        manifest: &Manifest<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        manifest.validate().map_err(Refusal::Manifest)?;
        let opens_at = manifest.window.opens_at;
        if at > opens_at {
            return Err(Refusal::SealedTooLate { opens_at, at });
        }
        let quorums = self.quorum()?;
        if manifest.certifying_officers < quorums.certificate
            || usize::from(manifest.certifying_officers) > self.officers_in(Role::Officer)
        {
            let why = "the manifest asks for a number of certifying officers that cannot be met or is too low";
            return Err(Refusal::UnworkableOfficers { why });
        }
        for lot in &manifest.lots {
            self.valid_key(&lot.officer, Capacity::Officer)?;
        }
        if let Electorate::Maintainers { module } = &manifest.electorate {
            self.check_module(module)?;
        }
        for contest in &manifest.contests {
            self.check_subject(contest)?;
            for option in &contest.options {
                let on_record = option.person.as_ref().and_then(|person| self.affiliation(person));
                if let Some(record) =
                    on_record.filter(|record| record.groups != option.affiliations)
                {
                    return Err(Refusal::AffiliationMismatch { person: record.person.clone() });
                }
            }
        }
        let roll = self.check_roll(manifest)?;
        self.officers_signed(statement, Role::Officer, quorums.manifest, check)?;
        let leaf = LeafIndex(self.size);
        let mut election = ElectionState {
            manifest: manifest.clone(),
            roll,
            sealed_at: leaf,
            phase: Phase::Sealed,
            steps: BTreeMap::new(),
            ballots: BTreeMap::new(),
            admitted: 0,
            closed_box: None,
            execution: Execution::Nothing {},
        };
        election.step_to(Phase::Sealed, Step { id: statement.id(), leaf, at });
        self.elections.insert(statement.id(), election);
        Ok(())
    }

    /// The roll that the manifest must have sealed. A manifest may name any log size since the roll
    /// last changed; the roll at that size is then the roll of now.
    fn check_roll(&self, manifest: &Manifest<P>) -> Result<Roll<P>, Refusal> {
        let sealed = manifest.roll.log_size.0;
        if sealed < self.roll_changed || sealed > self.size {
            return Err(Refusal::RollMoved { sealed, changed: self.roll_changed, size: self.size });
        }
        let roll = self
            .freeze_roll(&manifest.electorate, manifest.window.opens_at)
            .map_err(Refusal::Roll)?;
        let actual = roll.root().map_err(Refusal::Canonical)?;
        let (heads, weight) = (roll.heads(), roll.weight());
        let seal = &manifest.roll;
        if seal.root != actual || seal.heads != heads || seal.weight != weight {
            return Err(Refusal::RollMismatch { sealed: seal.root, actual, heads, weight });
        }
        Ok(roll)
    }

    fn check_subject(&self, contest: &Contest<P>) -> Result<(), Refusal> {
        let unknown = |what, name: &str| {
            Err(Refusal::UnknownName { pool: P::ID, what, name: name.to_owned() })
        };
        let Some(founded) = &self.founded else { return Err(Refusal::GenesisOutOfPlace) };
        let is_contributor = |person: &Handle| {
            let contributor = person.as_str().parse::<PrincipalId<P>>();
            contributor.is_ok_and(|id| self.principals.contains_key(&id))
        };
        match contest.question.subject() {
            Subject::Nothing => Ok(()),
            Subject::Body(name) if founded.bodies.iter().any(|body| body.as_str() == name) => {
                Ok(())
            }
            Subject::Body(name) => unknown("body", name),
            Subject::Maintainers(name) | Subject::Admission(name, _)
                if !founded.modules.has(name) =>
            {
                unknown("module", name)
            }
            Subject::Admission(_, person) if is_contributor(person) => Ok(()),
            Subject::Admission(_, person) => unknown("contributor", person.as_str()),
            Subject::Maintainers(_) => {
                for option in &contest.options {
                    match &option.person {
                        Some(person) if is_contributor(person) => {}
                        Some(person) => return unknown("contributor", person.as_str()),
                        None => {
                            let (contest, option) = (contest.id.clone(), option.id.clone());
                            return Err(Refusal::NamelessOption { contest, option });
                        }
                    }
                }
                Ok(())
            }
        }
    }

    pub(super) fn cancel(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        cancel: &Cancel<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        self.in_phase(&cancel.manifest, Phase::Sealed, Kind::Cancel)?;
        let needed = self.quorum()?.manifest;
        self.officers_signed(statement, Role::Officer, needed, check)?;
        self.step(cancel.manifest, Phase::Cancelled, statement.id(), at)
    }

    pub(super) fn open(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        opened: &Opened<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        let election = self.in_phase(&opened.manifest, Phase::Sealed, Kind::Opened)?;
        if at < election.manifest.window.opens_at {
            return Err(election.window_error(at, Kind::Opened));
        }
        self.log_signed(statement, check)?;
        self.step(opened.manifest, Phase::Open, statement.id(), at)
    }

    pub(super) fn close(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        closed: &Closed<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        let election = self.in_phase(&closed.manifest, Phase::Open, Kind::Closed)?;
        let window = election.manifest.window;
        let early = |why| Err(Refusal::EarlyClose { closes_at: window.closes_at, why });
        match (closed.cause, window.early_close) {
            (CloseCause::Window, _) if at < window.closes_at => {
                return early("the window has not ended");
            }
            (CloseCause::Window, _) => {}
            (CloseCause::AllVoted, EarlyClose::Never) => {
                return early("the manifest does not allow closing early");
            }
            (CloseCause::AllVoted, EarlyClose::WhenAllVoted) if !election.all_voted() => {
                return early("somebody on the roll has not voted yet");
            }
            (CloseCause::AllVoted, EarlyClose::WhenAllVoted) => {}
        }
        let actual = election.box_root().map_err(Refusal::Canonical)?;
        if closed.box_root != actual || closed.heads != election.cast_heads() {
            return Err(Refusal::BoxMismatch { found: closed.box_root, actual });
        }
        self.log_signed(statement, check)?;
        if let Some(election) = self.elections.get_mut(&closed.manifest) {
            election.closed_box = Some(actual);
        }
        self.step(closed.manifest, Phase::Closed, statement.id(), at)
    }

    pub(super) fn cast(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        ballot: &Ballot<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        let Ballot { principal, person, manifest, .. } = ballot;
        let election = self.in_phase(manifest, Phase::Open, Kind::Ballot)?;
        let window = election.manifest.window;
        if at < window.opens_at || at >= window.closes_at {
            return Err(election.window_error(at, Kind::Ballot));
        }
        let entry = election.roll.entry(principal);
        let entry = entry.ok_or_else(|| Refusal::NotOnRoll { principal: principal.to_string() })?;
        let rank = entry.rank(person).ok_or_else(|| Refusal::NotASpeaker {
            person: person.clone(),
            principal: principal.to_string(),
        })?;
        let speaker = self.record(principal)?.speakers.get(person);
        let frozen = election.manifest.roll.log_size.0;
        if speaker.is_some_and(|speaker| speaker.invited_at.0 >= frozen) {
            return Err(Refusal::InvitedAfterFreeze { person: person.clone() });
        }
        let signer = statement.signatures().first().map(|signature| signature.keyid());
        let signer = signer.or(speaker.and_then(|speaker| speaker.voter));
        let signer = signer.ok_or_else(|| Refusal::NotASpeaker {
            person: person.clone(),
            principal: principal.to_string(),
        })?;
        let record = self.valid_key(&signer, Capacity::Voter)?;
        self.holds(&signer, record, principal, person)?;
        let mut signers = Signers::new(statement, check);
        signers.require(&record.key)?;
        signers.and_nobody_else()?;
        // Only after the signature: where the voter's last ballot stands is the voter's own business.
        let cast = election.ballots.get(principal).into_iter().flatten();
        let standing = cast.into_iter().find(|ballot| ballot.rank == rank).map(|ballot| ballot.id);
        if ballot.supersedes != standing {
            return Err(Refusal::StaleBallot { standing });
        }
        ballot.validate(&election.manifest).map_err(Refusal::Ballot)?;
        let cast = StandingBallot { id: statement.id(), leaf: LeafIndex(self.size), rank };
        self.take_ballot(*manifest, principal, cast);
        Ok(*manifest)
    }

    fn take_ballot(
        &mut self,
        manifest: StatementId,
        principal: &PrincipalId<P>,
        cast: StandingBallot,
    ) {
        let Some(election) = self.elections.get_mut(&manifest) else { return };
        let Some(ballots) = election.ballots.get_mut(principal) else {
            election.ballots.insert(principal.clone(), vec![cast]);
            election.admitted += 1;
            return;
        };
        match ballots.iter_mut().find(|ballot| ballot.rank == cast.rank) {
            Some(standing) => *standing = cast,
            None => ballots.push(cast),
        }
        election.admitted += 1;
    }

    pub(super) fn certify(
        &mut self,
        at: Millis,
        statement: &Statement<P>,
        certificate: &Certificate<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<StatementId, Refusal> {
        let manifest = certificate.manifest;
        let election = self.in_phase(&manifest, Phase::Closed, Kind::Certificate)?;
        let box_root = election.box_root().map_err(Refusal::Canonical)?;
        let closed = election.step(Phase::Closed).map(|step| step.id);
        let contests = election.manifest.contests.iter().map(|contest| &contest.id);
        let facts = [
            ("closing statement", closed == Some(certificate.closed)),
            ("roll", certificate.roll == election.manifest.roll.root),
            ("box", certificate.box_root == box_root),
            ("number of voters", certificate.heads == election.cast_heads()),
            ("weight of the votes cast", certificate.weight == election.cast_weight()),
            ("contests", contests.eq(certificate.results.iter().map(|result| &result.contest))),
        ];
        if let Some((field, _)) = facts.into_iter().find(|(_, holds)| !holds) {
            return Err(Refusal::CertificateMismatch { field });
        }
        for (contest, result) in election.manifest.contests.iter().zip(&certificate.results) {
            if contest.question.decide(&result.outcome, &contest.options) != result.decisions {
                return Err(Refusal::CertificateMismatch { field: "decision" });
            }
        }
        lots::seed(manifest, &box_root, &election.manifest.lots, &certificate.lots)
            .map_err(Refusal::Lots)?;
        let needed = election.manifest.certifying_officers;
        let mut signers = Signers::new(statement, check);
        if let Some(founded) = &self.founded {
            signers.require(&founded.log_key)?;
        }
        signers.require_officers(&self.officers, Role::Officer, needed)?;
        signers.and_nobody_else()?;
        if let Some(election) = self.elections.get_mut(&manifest).filter(|_| certificate.decides())
        {
            election.execution = Execution::Due { grants: certificate.grants(&election.manifest) };
        }
        self.step(manifest, Phase::Certified, statement.id(), at)
    }

    /// What windows and certificates ask the log key to sign at an instant, in the elections' order.
    pub fn due(&self, now: Millis) -> Result<Vec<Due<P>>, crypto::canonical::CanonicalError> {
        let mut due = Vec::new();
        for (id, election) in &self.elections {
            let (manifest, origin) = (*id, self.origin.clone());
            let body = match election.wants(now) {
                None => continue,
                Some(Wanted::Opening) => Body::Opened(Opened { origin, manifest }),
                Some(Wanted::Closing(cause)) => {
                    let (box_root, heads) = (election.box_root()?, election.cast_heads());
                    Body::Closed(Closed { origin, manifest, cause, box_root, heads })
                }
                Some(Wanted::Executing { certificate, grants }) => {
                    let grants = grants.to_vec();
                    Body::Effect(Effect { origin, manifest, certificate, grants })
                }
            };
            due.push(Due { election: manifest, body });
        }
        Ok(due)
    }

    /// Whether the instant asks the log key for anything: cheap enough to ask after every ballot.
    pub fn is_due(&self, now: Millis) -> bool {
        self.elections.values().any(|election| election.wants(now).is_some())
    }

    fn in_phase(
        &self,
        manifest: &StatementId,
        phase: Phase,
        kind: Kind,
    ) -> Result<&ElectionState<P>, Refusal> {
        let unknown = Refusal::UnknownElection { manifest: *manifest, pool: P::ID };
        let election = self.elections.get(manifest).ok_or(unknown)?;
        if election.phase != phase {
            let (manifest, phase) = (*manifest, election.phase);
            return Err(Refusal::WrongPhase { manifest, phase, kind });
        }
        Ok(election)
    }

    fn step(
        &mut self,
        manifest: StatementId,
        phase: Phase,
        id: StatementId,
        at: Millis,
    ) -> Result<StatementId, Refusal> {
        let leaf = LeafIndex(self.size);
        if let Some(election) = self.elections.get_mut(&manifest) {
            election.step_to(phase, Step { id, leaf, at });
        }
        Ok(manifest)
    }

    pub(super) fn log_signed(
        &self,
        statement: &Statement<P>,
        check: &mut impl SignatureCheck,
    ) -> Result<(), Refusal> {
        let founded = self.founded.as_ref().ok_or(Refusal::GenesisOutOfPlace)?;
        let mut signers = Signers::new(statement, check);
        signers.require(&founded.log_key)?;
        signers.and_nobody_else()
    }

    fn officers_in(&self, role: Role) -> usize {
        self.officers.iter().filter(|officer| officer.roles.contains(&role)).count()
    }
}
