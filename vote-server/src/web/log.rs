//! A pool's log, as readers see it: the checkpoint and the latest statements.

use askama::Template;
use crypto::Hash;
use election::pool::Pool;
use election::state::{KeyHolder, PoolState};
use election::statement::{Kind, Statement};
use election::time::Millis;

use super::shell::{Face, Place, Shell, grouped};

/// Leaves on one page.
pub const PAGE_LEAVES: u64 = 50;

/// What may be shown of a leaf.
#[derive(Debug)]
pub enum Shown<P: Pool> {
    /// The statement.
    Statement(Box<Statement<P>>),
    /// A ballot that its election withholds until the close.
    Withheld,
}

/// A leaf.
#[derive(Debug)]
pub struct LoggedLeaf<P: Pool> {
    /// Its index.
    pub index: u64,
    /// When it was logged.
    pub at: Millis,
    /// Its hash in the tree.
    pub hash: Hash,
    /// What it says.
    pub shown: Shown<P>,
}

/// The page of a log.
#[derive(Debug, Template)]
#[template(path = "log.html")]
pub struct LogPage {
    shell: Shell,
    face: Face,
    origin: String,
    size: String,
    checkpoint: String,
    log_key: String,
    rows: Vec<LeafRow>,
    newer: Option<u64>,
    older: Option<u64>,
}

/// One leaf.
#[derive(Debug)]
pub struct LeafRow {
    index: String,
    bundle: String,
    at: String,
    kind: String,
    what: String,
    href: String,
    signers: String,
    hash: String,
}

impl LogPage {
    /// The page of a published log of `size` leaves that ends before leaf `before`, newest first.
    pub fn new<P: Pool>(
        state: &PoolState<P>,
        checkpoint: &str,
        before: u64,
        size: u64,
        leaves: &[LoggedLeaf<P>],
    ) -> LogPage {
        let foundation = state.founded().map_or(String::new(), |founded| founded.name.to_string());
        let first = leaves.last().map_or(0, |leaf| leaf.index);
        LogPage {
            shell: Shell::of_pool(&foundation, P::ID, Place::Log, "Log"),
            face: Face::of(P::ID),
            origin: state.origin().to_string(),
            size: grouped(size),
            checkpoint: checkpoint.to_owned(),
            log_key: state.founded().map_or(String::new(), |f| f.log_key.id().to_string()),
            rows: leaves.iter().map(|leaf| row(state, leaf, size)).collect(),
            newer: (before < size).then(|| (before + PAGE_LEAVES).min(size)),
            older: (first > 0).then_some(first),
        }
    }
}

fn row<P: Pool>(state: &PoolState<P>, leaf: &LoggedLeaf<P>, size: u64) -> LeafRow {
    let (kind, what, href, signers) = match &leaf.shown {
        Shown::Withheld => (
            Kind::Ballot.to_string(),
            "withheld until the election closes".to_owned(),
            String::new(),
            String::new(),
        ),
        Shown::Statement(statement) => {
            let (what, href) = describe(statement);
            let signers = statement.signatures().iter().map(|s| signer(state, &s.keyid()));
            let signers = signers.collect::<Vec<_>>().join(", ");
            (statement.kind().slug::<P>().to_owned(), what, href, signers)
        }
    };
    LeafRow {
        index: grouped(leaf.index),
        bundle: bundle(leaf.index, size),
        at: leaf.at.to_string(),
        kind,
        what,
        href,
        signers,
        hash: leaf.hash.to_string().chars().take(16).collect(),
    }
}

/// The C2SP tlog-tiles path of the entry bundle that holds a leaf.
fn bundle(index: u64, size: u64) -> String {
    let number = index / 256;
    let mut groups = vec![format!("{:03}", number % 1000)];
    let mut rest = number / 1000;
    while rest > 0 {
        groups.push(format!("x{:03}", rest % 1000));
        rest /= 1000;
    }
    groups.reverse();
    let width = (size - number * 256).min(256);
    let partial = if width == 256 { String::new() } else { format!(".p/{width}") };
    format!("{}{partial}", groups.join("/"))
}

/// Who a key belongs to, in a word.
fn signer<P: Pool>(state: &PoolState<P>, key: &crypto::sign::KeyId) -> String {
    use election::key::Capacity;
    match state.key(key) {
        Some(record) => match (&record.holder, record.capacity) {
            (KeyHolder::Log {}, _) => "the log".to_owned(),
            (KeyHolder::Officer { person }, _) => person.to_string(),
            (KeyHolder::Voter { .. }, Capacity::Invitation) => "invitation".to_owned(),
            (
                KeyHolder::Voter { person, .. },
                Capacity::Voter | Capacity::Officer | Capacity::Log,
            ) => person.to_string(),
        },
        None => "unknown key".to_owned(),
    }
}

/// What a statement is about, and the election's page where it has one.
fn describe<P: Pool>(statement: &Statement<P>) -> (String, String) {
    use election::Body;
    use election::pool::{AffiliationOf, MandateOf, Principal, RelatedGroupOf};
    let page = |id: &election::StatementId| format!("/{}/elections/{id}", P::SLUG);
    match statement.body() {
        Body::Genesis(genesis) => (genesis.name.to_string(), String::new()),
        Body::Officers(change) => {
            (format!("{} officers from here on", change.officers.len()), String::new())
        }
        Body::Principal(entry) => (entry.principal.name().to_owned(), String::new()),
        Body::Mandate(entry) => {
            let mandate = entry.fact.mandate();
            (format!("{} for {}", mandate.delegate, mandate.member), String::new())
        }
        Body::Related(entry) => (entry.fact.related().group.to_string(), String::new()),
        Body::Affiliation(entry) => (entry.fact.affiliation().person.to_string(), String::new()),
        Body::Invitation(invitation) => (invitation.person.to_string(), String::new()),
        Body::Enrolment(enrolment) => (enrolment.person.to_string(), String::new()),
        Body::Rekey(rekey) => (format!("key {} ends", rekey.ends), String::new()),
        Body::Suspension(suspension) | Body::Reinstatement(suspension) => {
            (suspension.principal.to_string(), String::new())
        }
        Body::Manifest(manifest) => (manifest.title.to_string(), page(&statement.id())),
        Body::Cancel(cancel) => ("an election".to_owned(), page(&cancel.manifest)),
        Body::Opened(opened) => ("an election".to_owned(), page(&opened.manifest)),
        Body::Closed(closed) => ("an election".to_owned(), page(&closed.manifest)),
        Body::Ballot(ballot) => (ballot.principal.to_string(), page(&ballot.manifest)),
        Body::Certificate(certificate) => ("an election".to_owned(), page(&certificate.manifest)),
        Body::Effect(effect) => {
            let what = match effect.grants.as_slice() {
                [] => "an election".to_owned(),
                grants => election::standing::words(grants),
            };
            (what, page(&effect.manifest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_links_to_the_entry_bundle_that_tlog_tiles_puts_it_in() {
        assert_eq!(bundle(0, 5), "000.p/5");
        assert_eq!(bundle(255, 256), "000");
        assert_eq!(bundle(256, 300), "001.p/44");
        assert_eq!(bundle(1234 * 256, 1_000_000), "x001/234");
    }
}
