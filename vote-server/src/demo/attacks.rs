//! Four attacks, really tried: against the running server, and then by a server that cheats with its
//! own log key, against the audit.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use crypto::checkpoint::Checkpoint;
use crypto::envelope::Envelope;
use crypto::merkle::Frontier;
use crypto::sign::SigningKey;
use crypto::{Hash, canonical};
use election::Business;
use election::anchor::Anchor;
use election::audit::{Options, Trusted, audit_pool};
use election::ballot::nonce;
use election::certificate::Certificate;
use election::key::{LogKey, OfficerKey, VoterKey};
use election::leaf::Leaf;
use election::principal::WeightSchedule;
use election::record::{Record, RecordLeaf};
use election::roll::VotingPower;
use election::statement::{Body, Draft, Kind, Statement, StatementId, payload_type};
use election::tally::Count;
use tabulation::Selection;
use tabulation::transcript::CountRecord;

use super::auditing::{refuting, threads};
use super::client::Refused;

/// One thing that was tried, and what caught it.
#[derive(Clone, Debug)]
pub(super) struct Try {
    /// What was tried.
    pub what: &'static str,
    /// What caught it: a problem's slug, or the numbers of audit checks.
    pub caught_by: String,
    /// In the words of what caught it.
    pub words: String,
}

impl Try {
    /// The server refused it, for the reason that was to be expected.
    pub(super) fn refused(
        what: &'static str,
        refused: &Refused,
        wanted: &str,
    ) -> anyhow::Result<Self> {
        ensure!(refused.slug == wanted, "{what}: expected {wanted}, but: {refused}");
        let caught_by = format!("the server refuses: {} ({})", refused.slug, refused.status);
        Ok(Try { what, caught_by, words: refused.detail.clone() })
    }
}

/// One attack.
#[derive(Clone, Debug)]
pub(super) struct Attack {
    /// Its name.
    pub title: &'static str,
    /// What was tried.
    pub tries: Vec<Try>,
}

/// A copy of a contributor's key, used as if it were a key of the business pool.
pub(super) fn stolen(key: &SigningKey) -> VoterKey<Business> {
    VoterKey::new(SigningKey::from_seed(&key.seed()))
}

/// The same payload and signature under the other pool's payload type.
pub(super) fn rewrapped(envelope: &Envelope) -> anyhow::Result<Envelope> {
    let kind = payload_type::<Business>(Kind::Ballot);
    let mut rewrapped = Envelope::new(kind, envelope.payload().to_vec())?;
    for signature in envelope.signatures() {
        rewrapped.attach(signature.keyid(), *signature.sig())?;
    }
    Ok(rewrapped)
}

/// A proper ballot of the business pool, but signed with a contributor's key.
pub(super) fn resigned(
    voter: &super::chamber::Voter<Business>,
    origin: &election::ids::Origin<Business>,
    manifest: StatementId,
    contest: &election::ids::ContestId,
    key: &VoterKey<Business>,
) -> anyhow::Result<Envelope> {
    let ballot = election::ballot::Ballot {
        origin: origin.clone(),
        manifest,
        principal: voter.principal.clone(),
        person: voter.person.clone(),
        supersedes: None,
        nonce: nonce(&mut crate::random::system()),
        selections: BTreeMap::from([(contest.clone(), Selection::NO)]),
    };
    Ok(Draft::new(&Body::Ballot(ballot))?.sign(key)?.envelope())
}

/// An election signed by one officer of the pool and one of the other.
pub(super) fn countersigned(
    manifest: &election::manifest::Manifest<Business>,
    own: &OfficerKey<Business>,
    other: &SigningKey,
) -> anyhow::Result<Envelope> {
    let other = OfficerKey::<Business>::new(SigningKey::from_seed(&other.seed()));
    let draft = Draft::new(&Body::Manifest(manifest.clone()))?;
    Ok(draft.sign(own)?.sign(&other)?.envelope())
}

/// A certificate, and the count it refers to.
#[derive(Debug)]
pub(super) struct Altered {
    /// The certificate.
    pub certificate: Certificate<Business>,
    /// The transcript with one vote more.
    pub transcript: Vec<u8>,
    /// Its name.
    pub name: Hash,
}

/// The result of a motion with one vote in favour added, consistent in itself.
pub(super) fn altered(count: &Count<Business>) -> anyhow::Result<Altered> {
    let contest = count.contests.first().context("a contest")?;
    let mut transcript = contest.transcript.clone();
    let CountRecord::Motion(motion) = &mut transcript.count else {
        anyhow::bail!("the attack is on a motion");
    };
    motion.yes.heads += 1;
    motion.yes.weight += 1;
    let transcript = canonical::encode(&transcript)?;
    let name = Hash::of(&transcript);
    let mut certificate = count.certificate.clone();
    if let Some(result) = certificate.results.first_mut() {
        result.transcript = name;
    }
    Ok(Altered { certificate, transcript, name })
}

/// The business pool's log in the hands of a server that cheats.
pub(super) struct Cheat<'a> {
    record: &'a Record<Business>,
    leaves: Vec<Leaf>,
    log_key: LogKey<Business>,
    anchor: &'a Anchor,
}

impl<'a> Cheat<'a> {
    /// Takes the honest record as it is published.
    pub(super) fn new(
        record: &'a Record<Business>,
        log_key: SigningKey,
        anchor: &'a Anchor,
    ) -> anyhow::Result<Self> {
        let leaf = |leaf: &RecordLeaf| match leaf {
            RecordLeaf::Shown(bytes) => Ok(Leaf::decode(bytes)?),
            RecordLeaf::Withheld(_) => anyhow::bail!("everything is closed by now"),
        };
        let leaves = record.leaves().iter().map(leaf).collect::<anyhow::Result<_>>()?;
        Ok(Cheat { record, leaves, log_key: LogKey::new(log_key), anchor })
    }

    fn position(&self, kind: Kind, election: Option<StatementId>) -> anyhow::Result<usize> {
        let of_election = |statement: &Statement<Business>| match (statement.body(), election) {
            (Body::Closed(closed), Some(id)) => closed.manifest == id,
            (Body::Certificate(certificate), Some(id)) => certificate.manifest == id,
            _ => true,
        };
        let wanted = |leaf: &Leaf| {
            Statement::<Business>::decode(&leaf.statement)
                .is_ok_and(|statement| statement.kind() == kind && of_election(&statement))
        };
        self.leaves.iter().position(wanted).with_context(|| format!("no {kind} in the log"))
    }

    /// A record of other leaves, in a tree of its own that the log key signs.
    fn forged(
        &self,
        leaves: &[Leaf],
        extra: Option<(Hash, Vec<u8>)>,
    ) -> anyhow::Result<Record<Business>> {
        let bytes = leaves.iter().map(Leaf::encode).collect::<Result<Vec<_>, _>>()?;
        let leaves: Vec<_> = bytes.into_iter().map(RecordLeaf::Shown).collect();
        let frontier: Frontier = leaves.iter().map(RecordLeaf::hash).collect();
        let origin = self.record.origin().clone();
        let size = crypto::merkle::TreeSize(leaves.len() as u64);
        let head = Checkpoint::new(origin.as_str(), size, frontier.root())?;
        let mut artifacts = self.record.artifacts().clone();
        artifacts.extend(extra);
        Ok(Record::new(origin, leaves, artifacts, head.sign(self.log_key.raw())))
    }

    /// Audits a forgery; `since` are checkpoints that somebody kept.
    fn caught(
        &self,
        what: &'static str,
        record: &Record<Business>,
        since: Vec<String>,
    ) -> anyhow::Result<Try> {
        let options = Options { threads: threads(), since, ..Options::default() };
        let report = audit_pool(record, Trusted::business(self.anchor), &options);
        let (_, finding) = report.first_failure().with_context(|| format!("{what}: not caught"))?;
        let caught_by = format!("the audit refutes: {}", refuting(&report.checks).join(", "));
        Ok(Try { what, caught_by, words: finding.to_string() })
    }

    /// Logs a statement that the rules refuse, just before an election closes.
    pub(super) fn logs_it(
        &self,
        what: &'static str,
        statement: Envelope,
        before_close_of: StatementId,
    ) -> anyhow::Result<Try> {
        let place = self.position(Kind::Closed, Some(before_close_of))?;
        let at = self.leaves.get(place - 1).context("a leaf before")?.at;
        let mut leaves = self.leaves.clone();
        leaves.insert(place, Leaf { at, statement });
        self.caught(what, &self.forged(&leaves, None)?, Vec::new())
    }

    /// Appends a statement that the rules refuse.
    pub(super) fn appends_it(
        &self,
        what: &'static str,
        statement: Envelope,
    ) -> anyhow::Result<Try> {
        let at = self.leaves.last().context("a leaf")?.at;
        let mut leaves = self.leaves.clone();
        leaves.push(Leaf { at, statement });
        self.caught(what, &self.forged(&leaves, None)?, Vec::new())
    }

    /// Gives a member more voting power in the log's past, with the registrar's help.
    pub(super) fn rewrites_the_roll(
        &self,
        registrar: &OfficerKey<Business>,
        kept: &str,
    ) -> anyhow::Result<(Try, Try)> {
        let mut leaves = self.leaves.clone();
        let edited = leaves.iter_mut().find_map(|leaf| {
            let statement = Statement::<Business>::decode(&leaf.statement).ok()?;
            let Body::Principal(mut entry) = statement.into_body() else { return None };
            (entry.principal.id.as_str() == "sorrelbyte").then(|| {
                entry.principal.weights = WeightSchedule::constant(VotingPower::new(9)?);
                leaf.statement = Draft::new(&Body::Principal(entry))?.sign(registrar)?.envelope();
                anyhow::Ok(())
            })
        });
        edited.context("the member to be favoured")??;
        let forged = self.forged(&leaves, None)?;
        let what = "the registrar signs a voting power of 9 for Sorrelbyte, and the log is rebuilt with it in place of 1";
        let inside = self.caught(what, &forged, Vec::new())?;
        let what = "the same, against the checkpoint that a voter's receipt holds";
        let outside = self.caught(what, &forged, vec![kept.to_owned()])?;
        Ok((inside, outside))
    }

    /// Publishes a certificate with an altered count, signed by two officers and the log.
    pub(super) fn certifies(
        &self,
        election: StatementId,
        altered: Altered,
        signed: Envelope,
    ) -> anyhow::Result<Try> {
        let place = self.position(Kind::Certificate, Some(election))?;
        let mut leaves = self.leaves.clone();
        let leaf = leaves.get_mut(place).context("the certificate")?;
        leaf.statement = Draft::<Business>::resume(signed)?.sign(&self.log_key)?.envelope();
        let forged = self.forged(&leaves, Some((altered.name, altered.transcript)))?;
        self.caught(
            "two officers and the log sign it all the same, transcript included",
            &forged,
            Vec::new(),
        )
    }
}
