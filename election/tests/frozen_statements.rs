//! One statement of every kind in each pool, frozen to the byte, as a history that replays.
//!
//! `crypto/vectors/statements.json` is what another implementation must reproduce. A difference here
//! is a change of the record format: give it a new version, don't edit the file. (To write it for a
//! new version: `BICAMERAL_FREEZE=1 cargo test -p election --test frozen_statements`.)

#![expect(clippy::expect_used, reason = "a fixture that cannot be made ends the test")]

use std::collections::BTreeMap;

use crypto::envelope::Envelope;
use crypto::sign::SigningKey;
use election::ballot::Ballot;
use election::bytes::Bytes;
use election::ids::{Handle, Origin};
use election::key::{InvitationKey, KeyOf, LogKey, OfficerKey, VoterKey};
use election::lots;
use election::manifest::{
    Contest, ContestOption, Disclosure, EarlyClose, Electorate, Manifest, RollSeal, Secrecy, Window,
};
use election::module::{Module, Modules, Process, Right};
use election::pool::{Pool, PrincipalId};
use election::principal::{
    Affiliation, Contributor, CorporateMember, Mandate, RelatedGroup, WeightSchedule,
};
use election::question::{Amount, BusinessQuestion, TechnicalQuestion};
use election::roll::VotingPower;
use election::standing::{FoundingStanding, Standing};
use election::state::{CheckNow, Phase, PoolState};
use election::statement::{
    Body, Cancel, Draft, Enrolment, Entry, Genesis, Invitation, Kind, Officer, OfficersChange,
    PrincipalEntry, Quorums, Reason, Rekey, Role, Statement, StatementId, Suspension,
};
use election::tally;
use election::time::Millis;
use election::{Business, Technical};
use serde::{Deserialize, Serialize};
use tabulation::{
    Abstention, AffiliationCap, Basis, Bound, ContestRules, EqualRanks, Incomparable, MarkLimit,
    Method, MotionRules, OptionIndex, Quorum, QuorumFailure, Ratio, SchulzeRules, Selection, Share,
    ShareOf, Strength, Threshold, ThresholdShare, TieRule, Unranked,
};

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Frozen {
    at: u64,
    envelope: serde_json::Value,
    id: String,
    payload: String,
    payload_type: String,
}

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid name")
}

fn raw(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A pool's history in the making: every statement is applied as it is signed.
struct History<P: Pool> {
    base: u8,
    state: PoolState<P>,
    now: u64,
    frozen: Vec<Frozen>,
    ballots: BTreeMap<StatementId, Ballot<P>>,
}

impl<P: Pool> History<P> {
    fn new(base: u8) -> Self {
        let origin = Origin::of_host("vote.example.org").expect("an origin");
        let state = PoolState::new(origin);
        History {
            base,
            state,
            now: 1_700_000_000_000,
            frozen: Vec::new(),
            ballots: BTreeMap::new(),
        }
    }
    fn origin(&self) -> Origin<P> {
        self.state.origin().clone()
    }
    fn officer(&self, n: u8) -> OfficerKey<P> {
        OfficerKey::new(raw(self.base + n))
    }
    fn log_key(&self) -> LogKey<P> {
        LogKey::new(raw(self.base))
    }
    fn officers(&self) -> Vec<Officer> {
        (1..=2)
            .map(|n| Officer {
                handle: parse(&format!("id:officer-{n}")),
                name: parse(&format!("Officer {n}")),
                key: self.officer(n).public(),
                roles: vec![Role::Officer, Role::Registrar],
            })
            .collect()
    }

    fn log(&mut self, body: Body<P>, sign: impl Fn(Draft<P>) -> Draft<P>) -> StatementId {
        let envelope = sign(Draft::new(&body).expect("encodes")).envelope();
        self.now += 1000;
        let statement = Statement::decode(&envelope).expect("decodes");
        let at = Millis::new(self.now).expect("an instant");
        self.state.apply(at, &statement, &mut CheckNow).expect("admitted");
        if let Body::Ballot(ballot) = statement.body() {
            self.ballots.insert(statement.id(), ballot.clone());
        }
        let bytes = envelope.encode().expect("encodes");
        assert_eq!(Envelope::decode(&bytes).expect("decodes"), envelope);
        self.frozen.push(Frozen {
            at: self.now,
            envelope: serde_json::from_slice(&bytes).expect("JSON"),
            id: statement.id().to_string(),
            payload: String::from_utf8(envelope.payload().to_vec()).expect("text"),
            payload_type: envelope.payload_type().to_owned(),
        });
        statement.id()
    }

    fn by_officers(&mut self, body: Body<P>) -> StatementId {
        let (first, second) = (self.officer(1), self.officer(2));
        self.log(body, |draft| {
            draft.sign(&first).and_then(|draft| draft.sign(&second)).expect("signs")
        })
    }

    fn by(&mut self, body: Body<P>, key: &impl KeyOf<P>) -> StatementId {
        self.log(body, |draft| draft.sign(key).expect("signs"))
    }

    fn genesis(&mut self, edit: impl Fn(&mut Genesis<P>)) {
        let mut genesis = Genesis {
            origin: self.origin(),
            foundation: uuid::Uuid::from_u128(7),
            name: parse("Example Foundation"),
            log_key: self.log_key().public(),
            officers: self.officers(),
            quorums: Quorums { manifest: 2, certificate: 2, roll: 1, exceptional: 2, officers: 2 },
            bodies: vec![parse("board")],
            classes: Vec::new(),
            modules: Modules::default(),
            standings: Vec::new(),
        };
        edit(&mut genesis);
        self.by_officers(Body::Genesis(genesis));
        let (origin, officers) = (self.origin(), self.officers());
        let quorums = Quorums { manifest: 2, certificate: 2, roll: 1, exceptional: 1, officers: 2 };
        self.by_officers(Body::Officers(OfficersChange { origin, officers, quorums }));
    }

    fn principal(&mut self, principal: P::Principal) {
        let origin = self.origin();
        let registrar = self.officer(1);
        self.by(Body::Principal(PrincipalEntry { origin, principal }), &registrar);
    }

    /// Invites and enrols a person, loses the key, and enrols once more.
    fn voter(&mut self, principal: &PrincipalId<P>, person: &Handle) -> VoterKey<P> {
        let registrar = self.officer(1);
        let [first, lost, second, voter] = [10, 11, 12, 13].map(|n| raw(self.base + n));
        let first = InvitationKey::<P>::new(first);
        let (origin, key) = (self.origin(), first.public());
        let (principal, person) = (principal.clone(), person.clone());
        let invitation = Invitation { origin, principal, person, key };
        self.by(Body::Invitation(invitation.clone()), &registrar);
        let lost = VoterKey::new(lost);
        self.enrol(&invitation, &first, &lost);
        let second = InvitationKey::<P>::new(second);
        let rekey = Rekey {
            origin: self.origin(),
            ends: lost.public().id(),
            invitation: second.public(),
            reason: Reason::LostKey,
        };
        self.by(Body::Rekey(rekey), &registrar);
        let voter = VoterKey::new(voter);
        self.enrol(&invitation, &second, &voter);
        voter
    }

    fn enrol(&mut self, invited: &Invitation<P>, with: &InvitationKey<P>, new: &VoterKey<P>) {
        let enrolment = Enrolment {
            origin: self.origin(),
            invitation: with.public().id(),
            principal: invited.principal.clone(),
            person: invited.person.clone(),
            key: new.public(),
        };
        self.log(Body::Enrolment(enrolment), |draft| {
            draft.sign(with).and_then(|draft| draft.sign(new)).expect("signs")
        });
    }

    fn suspend_and_reinstate(&mut self, principal: &PrincipalId<P>) {
        let registrar = self.officer(1);
        let (origin, principal) = (self.origin(), principal.clone());
        let mut fact = Suspension { origin, principal, reason: Reason::Standing };
        self.by(Body::Suspension(fact.clone()), &registrar);
        fact.reason = Reason::Resolved;
        self.by(Body::Reinstatement(fact), &registrar);
    }

    fn manifest(
        &self,
        nonce: u128,
        electorate: Electorate<P>,
        contests: Vec<Contest<P>>,
    ) -> Manifest<P> {
        let nonce = uuid::Uuid::from_u128(nonce);
        let opens_at = Millis::new(self.now + 5_000).expect("an instant");
        let roll = self.state.freeze_roll(&electorate, opens_at).expect("a roll");
        Manifest {
            origin: self.origin(),
            nonce,
            title: parse("Spring vote"),
            description: parse("What the foundation does next."),
            secrecy: Secrecy::RollCall,
            disclosure: Disclosure::AfterClose,
            window: Window {
                opens_at,
                closes_at: opens_at.plus(60_000),
                early_close: EarlyClose::WhenAllVoted,
            },
            electorate,
            roll: RollSeal {
                log_size: self.state.size(),
                root: roll.root().expect("a root"),
                heads: roll.heads(),
                weight: roll.weight(),
            },
            contests,
            lots: [1, 2].map(|n| lots::secret(self.officer(n).raw(), nonce).commitment()).into(),
            certifying_officers: 2,
        }
    }

    fn due(&mut self) {
        let log_key = self.log_key();
        let now = Millis::new(self.now).expect("an instant");
        for due in self.state.due(now).expect("computes") {
            self.by(due.body, &log_key);
        }
    }

    fn hold(
        &mut self,
        electorate: Electorate<P>,
        contests: Vec<Contest<P>>,
        ballot: impl Fn(&mut Ballot<P>),
        voter: &VoterKey<P>,
    ) {
        let entry = self.state.key(&voter.public().id()).expect("enrolled").holder.clone();
        let election::state::KeyHolder::Voter { principal, person } = entry else {
            panic!("a voter's key")
        };
        let never_held = self.manifest(1, Electorate::Everyone {}, contests.clone());
        let manifest = self.by_officers(Body::Manifest(never_held));
        let origin = self.origin();
        self.by_officers(Body::Cancel(Cancel { origin, manifest }));
        let held = self.manifest(2, electorate, contests);
        let nonce = held.nonce;
        let manifest = self.by_officers(Body::Manifest(held));
        self.now += 10_000;
        self.due();
        let mut cast = Ballot {
            origin: self.origin(),
            manifest,
            principal,
            person,
            supersedes: None,
            nonce: Bytes([9; 16]),
            selections: BTreeMap::new(),
        };
        ballot(&mut cast);
        let first = self.by(Body::Ballot(cast.clone()), voter);
        cast.supersedes = Some(first);
        cast.nonce = Bytes([8; 16]);
        self.by(Body::Ballot(cast), voter);
        self.now += 60_000;
        self.due();
        let reveals = [1, 2].map(|n| lots::secret(self.officer(n).raw(), nonce)).into();
        let election = self.state.election(&manifest).expect("held");
        let count =
            tally::count(manifest, election, |id| self.ballots.get(id), reveals).expect("counts");
        let keys = (self.officer(1), self.officer(2), self.log_key());
        self.log(Body::Certificate(count.certificate), |draft| {
            let draft = draft.sign(&keys.0).and_then(|draft| draft.sign(&keys.1));
            draft.and_then(|draft| draft.sign(&keys.2)).expect("signs")
        });
        self.due();
        let phase = self.state.election(&manifest).expect("held").phase();
        assert_eq!(phase, Phase::Certified);
    }
}

fn business() -> Vec<Frozen> {
    let mut history = History::<Business>::new(100);
    history.genesis(|genesis| genesis.classes = vec![parse("premier")]);
    for (id, name) in [("acme", "Acme Inc."), ("bolt", "Bolt GmbH")] {
        let weights = WeightSchedule::constant(VotingPower::new(4).expect("a power"));
        let (id, name, class) = (parse(id), parse(name), parse("premier"));
        history.principal(CorporateMember { id, name, class, weights });
    }
    let (origin, registrar) = (history.origin(), history.officer(1));
    let fact = Mandate {
        member: parse("acme"),
        delegate: parse("id:ann"),
        alternates: vec![parse("id:ben")],
    };
    history.by(Body::Mandate(Entry { origin: origin.clone(), fact }), &registrar);
    let members = vec![parse("acme"), parse("bolt")];
    let fact = RelatedGroup { group: parse("acme-group"), members, voice: parse("acme") };
    history.by(Body::Related(Entry { origin, fact }), &registrar);
    let voter = history.voter(&parse("acme"), &parse("id:ann"));
    history.suspend_and_reinstate(&parse("bolt"));
    let amount = serde_json::from_str::<Amount>(r#"{"currency":"USD","minor_units":25000000}"#);
    let share = |numerator, denominator, bound| Share {
        bound,
        ratio: Ratio::new(numerator, denominator).expect("a ratio"),
    };
    let rules = ContestRules {
        method: Method::Motion(MotionRules {
            quorums: vec![Quorum::Share { by: Basis::Weight, share: share(1, 2, Bound::AtLeast) }],
            thresholds: vec![Threshold::Share(ThresholdShare {
                by: Basis::Weight,
                share: share(2, 3, Bound::AtLeast),
                of: ShareOf::YesAndNo,
            })],
            abstention: Abstention::QuorumOnly,
            quorum_failure: QuorumFailure::NoDecision,
        }),
        seats: 0,
        affiliation_cap: AffiliationCap::Unlimited {},
        ties: TieRule::Refuse {},
    };
    let contest = Contest {
        id: parse("budget"),
        title: parse("Budget for the year"),
        question: BusinessQuestion::BudgetApproval { amount: amount.expect("an amount") },
        options: Vec::new(),
        sitting: BTreeMap::new(),
        rules,
    };
    let yes = |ballot: &mut Ballot<Business>| {
        ballot.selections.insert(parse("budget"), Selection::YES);
    };
    history.hold(Electorate::Everyone {}, vec![contest], yes, &voter);
    history.frozen
}

fn technical() -> Vec<Frozen> {
    let mut history = History::<Technical>::new(200);
    history.genesis(|genesis| {
        let module = |id: &str, parent: Option<&str>| Module {
            id: parse(id),
            parent: parent.map(parse),
            process: Process {
                rights: [Right::Review, Right::Merge].into(),
                version: std::num::NonZeroU32::MIN,
            },
        };
        let modules = vec![module("core", None), module("compiler", Some("core"))];
        genesis.modules = Modules::new(modules).expect("a tree");
        let (module, person) = (parse("core"), parse("github:ann"));
        genesis.standings = vec![FoundingStanding { module, person, standing: Standing::Lead }];
    });
    for (handle, name) in [("github:ann", "Ann"), ("github:cho", "Cho")] {
        history.principal(Contributor { handle: parse(handle), name: parse(name) });
    }
    let (origin, registrar) = (history.origin(), history.officer(1));
    let from = Millis::new(0).expect("an instant");
    let fact = Affiliation { person: parse("github:ann"), groups: vec![parse("acme-group")], from };
    history.by(Body::Affiliation(Entry { origin, fact }), &registrar);
    let voter = history.voter(&parse("github:ann"), &parse("github:ann"));
    history.suspend_and_reinstate(&parse("github:cho"));
    let option = |id: &str, name: &str, person: Option<&str>, group: Option<&str>| ContestOption {
        id: parse(id),
        name: parse(name),
        person: person.map(parse),
        affiliations: group.into_iter().map(parse).collect(),
    };
    let contest = Contest {
        id: parse("maintainers"),
        title: parse("Maintainers of the compiler"),
        question: TechnicalQuestion::ModuleMaintainers { module: parse("compiler") },
        options: vec![
            option("ann", "Ann", Some("github:ann"), Some("acme-group")),
            option("cho", "Cho", Some("github:cho"), None),
        ],
        sitting: BTreeMap::from([(parse("acme-group"), 1)]),
        rules: ContestRules {
            method: Method::Schulze(SchulzeRules {
                by: Basis::Heads,
                unranked: Unranked::NotCompared,
                strength: Strength::WinningVotes,
                incomparable: Incomparable::Tied,
                equal_ranks: EqualRanks::Allowed,
                at_most: MarkLimit::Any {},
            }),
            seats: 1,
            affiliation_cap: AffiliationCap::AtMost { seats: 2 },
            ties: TieRule::Lots {},
        },
    };
    let ranked = |ballot: &mut Ballot<Technical>| {
        let order = [1, 0].map(OptionIndex::new);
        ballot.selections.insert(parse("maintainers"), Selection::strict(order));
    };
    let electorate = Electorate::Maintainers { module: parse("compiler") };
    history.hold(electorate, vec![contest], ranked, &voter);
    history.frozen
}

#[test]
fn statements_of_every_kind_are_frozen_to_the_byte() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../crypto/vectors/statements.json");
    let now = BTreeMap::from([("business", business()), ("technical", technical())]);
    for kind in Kind::ALL {
        let named = |pool: &str, slug: &str| {
            let wanted = format!("application/vnd.bicameral.v1.{pool}.{slug}+json");
            now[pool].iter().any(|frozen| frozen.payload_type == wanted)
        };
        let somewhere = named("business", kind.slug::<Business>())
            || named("technical", kind.slug::<Technical>());
        assert!(somewhere, "no frozen statement of kind {kind}");
    }
    let text = serde_json::to_string_pretty(&now).expect("JSON") + "\n";
    if std::env::var_os("BICAMERAL_FREEZE").is_some() {
        std::fs::write(path, &text).expect("written");
    }
    let frozen = std::fs::read_to_string(path).expect("crypto/vectors/statements.json");
    assert!(text == frozen, "the record format changed: see the head of this file");
}
