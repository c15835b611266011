//! The calls of one pool.

use std::thread::sleep;
use std::time::Duration;

use crypto::envelope::Envelope;
use crypto::{Hash, KeyId};
use election::anchor::PoolAnchor;
use election::certificate::Certificate;
use election::manifest::{Electorate, Manifest, RollSeal};
use election::pool::{Pool, PrincipalId};
use election::receipt::{Receipt, Tracker};
use election::roll::Roll;
use election::roll::RollEntry;
use election::statement::{Body, Statement, id_of};
use election::time::Millis;
use election::{Kind, StatementId};
use serde::Deserialize;

use super::error::ApiError;
use super::log::LogClient;
use super::transport::Transport;
use super::types::{
    CertificateDraft, ElectionSummary, Frozen, FrozenWire, PoolInfo, PrincipalInfo, SealedManifest,
    VoterInfo,
};

/// Longest answer about one thing, in bytes.
pub const MAX_JSON_BYTES: u64 = 4 * 1024 * 1024;
/// Longest list (principals, a roll), in bytes.
pub const MAX_LISTING_BYTES: u64 = 512 * 1024 * 1024;
/// How often a statement is sent before giving up. The same statement is logged once.
const MAX_ATTEMPTS: u32 = 4;
/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// One pool of one server, and what is known of its log beforehand.
#[derive(Clone, Debug)]
pub struct PoolClient<P: Pool> {
    transport: Transport,
    anchor: PoolAnchor<P>,
}

/// A statement that the log has, with the proof.
#[derive(Clone, Debug)]
pub struct Posted<P: Pool> {
    /// The receipt, checked against the trust anchor.
    pub receipt: Receipt,
    /// The statement that it proves recorded: the very one that was sent.
    pub statement: Statement<P>,
}

/// A list, bare or under a name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listing<T> {
    Bare(Vec<T>),
    Principals { principals: Vec<T> },
    Elections { elections: Vec<T> },
    Entries { entries: Vec<T> },
}

impl<T> Listing<T> {
    fn items(self) -> Vec<T> {
        match self {
            Listing::Bare(items)
            | Listing::Principals { principals: items }
            | Listing::Elections { elections: items }
            | Listing::Entries { entries: items } => items,
        }
    }
}

impl<P: Pool> PoolClient<P> {
    /// Speaks with the pool that the anchor names.
    pub fn new(transport: Transport, anchor: PoolAnchor<P>) -> Self {
        PoolClient { transport, anchor }
    }
    /// What is trusted beforehand.
    pub fn anchor(&self) -> &PoolAnchor<P> {
        &self.anchor
    }
    /// The log's files.
    pub fn log(&self) -> LogClient<'_, P> {
        LogClient::new(&self.transport, &self.anchor)
    }
    fn path(&self, rest: &str) -> String {
        format!("/{}/api/v1/{rest}", P::SLUG)
    }
    fn lie(&self, path: &str, what: impl Into<String>) -> ApiError {
        ApiError::False { url: format!("{}{path}", self.transport.base()), what: what.into() }
    }

    /// The pool at a glance.
    pub fn pool(&self) -> Result<PoolInfo<P>, ApiError> {
        let path = self.path("pool");
        let info: PoolInfo<P> = self.transport.get_json(&path, MAX_JSON_BYTES)?;
        if info.pool != P::ID || info.origin != self.anchor.origin {
            let what = format!(
                "it serves {} ({}), but foundation.json names {}",
                info.origin, info.pool, self.anchor.origin
            );
            return Err(self.lie(&path, what));
        }
        Ok(info)
    }

    /// The principals, with mandates and speakers.
    pub fn principals(&self) -> Result<Vec<PrincipalInfo<P>>, ApiError> {
        let listing: Listing<PrincipalInfo<P>> =
            self.transport.get_json(&self.path("principals"), MAX_LISTING_BYTES)?;
        Ok(listing.items())
    }

    /// All elections.
    pub fn elections(&self) -> Result<Vec<ElectionSummary>, ApiError> {
        let listing: Listing<ElectionSummary> =
            self.transport.get_json(&self.path("elections"), MAX_LISTING_BYTES)?;
        Ok(listing.items())
    }

    /// One election.
    pub fn election(&self, id: StatementId) -> Result<ElectionSummary, ApiError> {
        let path = self.path(&format!("elections/{id}"));
        let summary: ElectionSummary = self.transport.get_json(&path, MAX_JSON_BYTES)?;
        if summary.id != id {
            return Err(self.lie(&path, format!("it describes the election {}", summary.id)));
        }
        Ok(summary)
    }

    /// The sealed manifest. Its id is recomputed: another manifest cannot be slipped in.
    pub fn manifest(&self, id: StatementId) -> Result<SealedManifest<P>, ApiError> {
        let (path, envelope) = self.envelope(&format!("elections/{id}/manifest"))?;
        if id_of(&envelope) != id {
            return Err(self.lie(&path, format!("it is the statement {}", id_of(&envelope))));
        }
        let manifest = self.manifest_of(&path, &envelope)?;
        Ok(SealedManifest { id, manifest, envelope })
    }

    fn manifest_of(&self, path: &str, envelope: &Envelope) -> Result<Manifest<P>, ApiError> {
        let statement = Statement::<P>::decode(envelope)?;
        if statement.body().origin() != &self.anchor.origin {
            return Err(self.lie(path, "the manifest is for another log"));
        }
        if let Body::Manifest(manifest) = statement.body() {
            return Ok(manifest.clone());
        }
        Err(self.lie(path, format!("it is a {}", statement.kind())))
    }

    fn envelope(&self, rest: &str) -> Result<(String, Envelope), ApiError> {
        let path = self.path(rest);
        let envelope = self.transport.get_json(&path, MAX_JSON_BYTES)?;
        Ok((path, envelope))
    }

    /// An election's frozen roll, checked against the root that its manifest seals.
    pub fn roll(&self, sealed: &SealedManifest<P>) -> Result<Roll<P>, ApiError> {
        let path = self.path(&format!("elections/{}/roll", sealed.id));
        let listing: Listing<RollEntry<P>> = self.transport.get_json(&path, MAX_LISTING_BYTES)?;
        let roll = Roll::new(listing.items()).map_err(|e| self.lie(&path, e.to_string()))?;
        let root = roll.root().map_err(|e| self.lie(&path, e.to_string()))?;
        if root != sealed.manifest.roll.root {
            return Err(self.lie(&path, "its root is not the one that the manifest seals"));
        }
        Ok(roll)
    }

    /// The roll that an electorate gives now, with the weights of an instant: what a manifest is to
    /// seal. Root, heads and weight are recomputed from the entries.
    pub fn electorate(
        &self,
        electorate: &Electorate<P>,
        at: Millis,
    ) -> Result<Frozen<P>, ApiError> {
        let rule = match electorate {
            Electorate::Everyone {} => "kind=everyone".to_owned(),
            Electorate::Class { class } => format!("kind=class&class={class}"),
            Electorate::Maintainers { module } => format!("kind=maintainers&module={module}"),
        };
        let path = self.path(&format!("electorate?{rule}&at={}", at.get()));
        let wire: FrozenWire<P> = self.transport.get_json(&path, MAX_LISTING_BYTES)?;
        let roll = Roll::new(wire.entries).map_err(|e| self.lie(&path, e.to_string()))?;
        let root: Hash = roll.root().map_err(|e| self.lie(&path, e.to_string()))?;
        if root != wire.root {
            return Err(self.lie(&path, "its root is not that of its entries"));
        }
        let (heads, weight) = (roll.heads(), roll.weight());
        let seal = RollSeal { log_size: wire.log_size, root, heads, weight };
        Ok(Frozen { seal, roll })
    }

    /// The server's proposal for a certificate. Recompute it before signing.
    pub fn certificate_draft(&self, id: StatementId) -> Result<CertificateDraft<P>, ApiError> {
        let path = self.path(&format!("elections/{id}/certificate-draft"));
        self.transport.get_json(&path, MAX_JSON_BYTES)
    }

    /// The certificate as it stands in the log.
    pub fn certificate(&self, id: StatementId) -> Result<(Certificate<P>, Envelope), ApiError> {
        let (path, envelope) = self.envelope(&format!("elections/{id}/certificate"))?;
        let statement = Statement::<P>::decode(&envelope)?;
        if let Body::Certificate(certificate) = statement.body()
            && certificate.manifest == id
        {
            return Ok((certificate.clone(), envelope));
        }
        Err(self.lie(&path, format!("it is a {} of something else", statement.kind())))
    }

    /// Sends a statement and checks the receipt. Sends again if no answer comes: the log takes a
    /// statement once and answers a repetition with the same receipt.
    pub fn submit(&self, envelope: &Envelope) -> Result<Posted<P>, ApiError> {
        let body = envelope.encode().map_err(election::statement::StatementError::from)?;
        let path = self.path("statements");
        let mut pause = Duration::from_millis(250);
        for _ in 1..MAX_ATTEMPTS {
            match self.transport.post_json(&path, &body, MAX_JSON_BYTES) {
                Err(error) if error.is_transient() => sleep(pause),
                answer => return self.posted(&path, envelope, answer?),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        let answer = self.transport.post_json(&path, &body, MAX_JSON_BYTES)?;
        self.posted(&path, envelope, answer)
    }

    fn posted(&self, path: &str, sent: &Envelope, receipt: Receipt) -> Result<Posted<P>, ApiError> {
        let statement = self.check(&receipt)?;
        // A certificate gains the log key's signature on its way; the id names what was signed.
        if statement.id() != id_of(sent) {
            let what = format!("its receipt is for {}, not for what was sent", statement.id());
            return Err(self.lie(path, what));
        }
        if statement.kind() != Kind::Certificate && receipt.leaf.statement != *sent {
            return Err(self.lie(path, "it recorded other signatures than were sent"));
        }
        Ok(Posted { receipt, statement })
    }

    fn check(&self, receipt: &Receipt) -> Result<Statement<P>, ApiError> {
        receipt.verify(&self.anchor).map_err(|e| ApiError::Receipt(Box::new(e)))
    }

    /// The receipt of a tracker, checked.
    pub fn receipt(&self, tracker: Tracker) -> Result<Posted<P>, ApiError> {
        let path = self.path(&format!("receipts/{tracker}"));
        let receipt: Receipt = self.transport.get_json(&path, MAX_JSON_BYTES)?;
        let statement = self.check(&receipt)?;
        if receipt.tracker != tracker {
            return Err(self.lie(&path, format!("the receipt is of {}", receipt.tracker)));
        }
        Ok(Posted { receipt, statement })
    }

    /// The receipt of a statement, checked. Works during an embargo for whoever knows the id.
    pub fn receipt_by_id(&self, id: StatementId) -> Result<Posted<P>, ApiError> {
        let path = self.path(&format!("receipts/by-id/{id}"));
        let receipt: Receipt = self.transport.get_json(&path, MAX_JSON_BYTES)?;
        let statement = self.check(&receipt)?;
        if statement.id() != id {
            return Err(self.lie(&path, format!("the receipt is of {}", statement.id())));
        }
        Ok(Posted { receipt, statement })
    }

    /// Whose key it is.
    pub fn voter(&self, key: KeyId) -> Result<VoterInfo<P>, ApiError> {
        self.transport.get_json(&self.path(&format!("voters/{key}")), MAX_JSON_BYTES)
    }

    /// Fetches the principal of that id from the list.
    pub fn principal(&self, id: &PrincipalId<P>) -> Result<Option<PrincipalInfo<P>>, ApiError> {
        use election::pool::Principal as _;
        let principals = self.principals()?;
        Ok(principals.into_iter().find(|record| record.principal.id() == id))
    }
}
