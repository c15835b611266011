//! A record turned back into a pool's state, trusting nothing but `foundation.json`.
//!
//! Officers use it before they sign a certificate. It is the short form of an audit: every leaf is
//! in the tree that the checkpoint signs, every statement is admitted by the rules with its
//! signatures verified; the first fault ends it. `auditor audit` names every check and its figures.

use std::collections::BTreeMap;
use std::io::BufRead;

use crypto::Hash;
use crypto::checkpoint::{Checkpoint, CheckpointError};
use crypto::envelope::Envelope;
use crypto::merkle::Frontier;
use election::anchor::PoolAnchor;
use election::ballot::Ballot;
use election::leaf::{Leaf, LeafError};
use election::pool::Pool;
use election::record::{
    AnyRecord, MAX_ARTIFACT_LINE_BYTES, Record, RecordError, RecordLeaf, RecordReader,
};
use election::state::{CheckNow, PoolState, Refusal};
use election::statement::{Body, Statement, StatementError, StatementId};

/// A pool, replayed.
#[derive(Debug)]
pub struct Replayed<P: Pool> {
    /// What the log adds up to.
    pub state: PoolState<P>,
    /// Every ballot that is not withheld.
    pub ballots: BTreeMap<StatementId, Ballot<P>>,
    /// The certificates, by election.
    pub certificates: BTreeMap<StatementId, Envelope>,
    /// How many ballots were withheld.
    pub withheld: u64,
    /// The checkpoint under which all of this stands.
    pub checkpoint: Checkpoint,
}

/// Why a record is not one of this log, or does not follow its rules.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A record of another log.
    #[error("this is a record of {found}; foundation.json names {wanted}")]
    OtherLog {
        /// What it is.
        found: String,
        /// What it should be.
        wanted: String,
    },
    /// A leaf that is none.
    #[error("leaf {index}: {source}")]
    Leaf {
        /// Where.
        index: usize,
        /// What is wrong.
        source: LeafError,
    },
    /// A statement that is none.
    #[error("leaf {index}: {source}")]
    Statement {
        /// Where.
        index: usize,
        /// What is wrong.
        source: StatementError,
    },
    /// A statement that the rules refuse.
    #[error("leaf {index}, statement {id}: the rules refuse it: {source}")]
    Refused {
        /// Where.
        index: usize,
        /// Which.
        id: StatementId,
        /// Why.
        source: Box<Refusal>,
    },
    /// A checkpoint that is not this log's.
    #[error("the record's checkpoint is not this log's: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Leaves that are not those the checkpoint signs.
    #[error(
        "the record has {leaves} leaves with root {root}; its checkpoint signs {size} with root {signed}"
    )]
    Root {
        /// Leaves found.
        leaves: u64,
        /// Their root.
        root: Hash,
        /// Leaves signed.
        size: u64,
        /// Their root.
        signed: Hash,
    },
    /// Another foundation.
    #[error("the log does not begin with the genesis and log key that foundation.json names")]
    Genesis,
}

/// Why a record file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file.
    #[error("the record could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// Its form.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A line beyond its limit, or without an end.
    #[error("line {0} of the record is cut off or longer than a record's lines may be")]
    Line(u64),
}

/// Reads a record file line by line, so that only its content is held, not its text as well.
pub fn read(mut reader: impl BufRead) -> Result<AnyRecord, ReadError> {
    let mut record = RecordReader::default();
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        let limit = MAX_ARTIFACT_LINE_BYTES as u64 + 1;
        let read = std::io::Read::take(&mut reader, limit).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(record.finish()?);
        }
        number += 1;
        match line.pop() {
            Some(b'\n') => record.line(&line)?,
            Some(_) | None => return Err(ReadError::Line(number)),
        }
    }
}

/// Replays a record. `progress` hears of every leaf.
pub fn replay<P: Pool>(
    record: &Record<P>,
    anchor: &PoolAnchor<P>,
    mut progress: impl FnMut(u64),
) -> Result<Replayed<P>, ReplayError> {
    if *record.origin() != anchor.origin {
        let (found, wanted) = (record.origin().to_string(), anchor.origin.to_string());
        return Err(ReplayError::OtherLog { found, wanted });
    }
    let checkpoint = Checkpoint::open(record.checkpoint(), &anchor.log_key)?;
    let mut replayed = Replayed {
        state: PoolState::new(anchor.origin.clone()),
        ballots: BTreeMap::new(),
        certificates: BTreeMap::new(),
        withheld: 0,
        checkpoint,
    };
    let mut tree = Frontier::default();
    for (index, leaf) in record.leaves().iter().enumerate() {
        tree.push(leaf.hash());
        match leaf {
            RecordLeaf::Shown(bytes) => replayed.take(index, bytes)?,
            RecordLeaf::Withheld(_) => {
                replayed.state.skip_withheld();
                replayed.withheld += 1;
            }
        }
        progress(index as u64 + 1);
    }
    let (leaves, root, signed) = (tree.size().0, tree.root(), &replayed.checkpoint);
    if leaves != signed.size().0 || root != *signed.root() {
        let (size, signed) = (signed.size().0, *signed.root());
        return Err(ReplayError::Root { leaves, root, size, signed });
    }
    let founded = replayed.state.founded().ok_or(ReplayError::Genesis)?;
    if founded.genesis != anchor.genesis || founded.log_key != *anchor.log_key.key() {
        return Err(ReplayError::Genesis);
    }
    Ok(replayed)
}

impl<P: Pool> Replayed<P> {
    fn take(&mut self, index: usize, bytes: &[u8]) -> Result<(), ReplayError> {
        let leaf = Leaf::decode(bytes).map_err(|source| ReplayError::Leaf { index, source })?;
        let statement = Statement::<P>::decode(&leaf.statement)
            .map_err(|source| ReplayError::Statement { index, source })?;
        let id = statement.id();
        self.state
            .apply(leaf.at, &statement, &mut CheckNow)
            .map_err(|source| ReplayError::Refused { index, id, source: Box::new(source) })?;
        if let Body::Ballot(ballot) = statement.body() {
            self.ballots.insert(id, ballot.clone());
        }
        if let Body::Certificate(certificate) = statement.body() {
            self.certificates.insert(certificate.manifest, leaf.statement);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use election::Technical;
    use election::testing::{TestLog, motion, small_foundation};
    use tabulation::Selection;

    fn voted() -> TestLog<Technical> {
        let (_, mut log) = small_foundation(3);
        let election = log.open_election(vec![motion()]);
        for voter in 0..3 {
            log.vote(election, voter, &[("motion", Selection::YES)]);
        }
        log.close(election);
        log.certify(election);
        log
    }

    #[test]
    fn a_record_replays_into_the_state_it_came_from() {
        let log = voted();
        let file = log.record().to_file().expect("encodes");
        let AnyRecord::Technical(record) = read(file.as_slice()).expect("reads") else {
            panic!("of the technical pool");
        };
        let replayed = replay(&record, &log.anchor(), |_| ()).expect("replays");
        assert_eq!(replayed.state.digest(), log.state.digest());
        assert_eq!(replayed.ballots, log.ballots);
        assert_eq!(replayed.state.size(), record.size());
    }

    #[test]
    fn a_record_without_its_last_leaf_is_refused() {
        let log = voted();
        let record = log.record();
        let mut leaves = record.leaves().to_vec();
        leaves.pop();
        let shortened = Record::<Technical>::new(
            record.origin().clone(),
            leaves,
            record.artifacts().clone(),
            record.checkpoint().to_owned(),
        );
        let refused = replay(&shortened, &log.anchor(), |_| ());
        assert!(matches!(refused, Err(ReplayError::Root { .. })), "{refused:?}");
    }

    #[test]
    fn a_record_cut_off_in_a_line_is_refused() {
        let file = voted().record().to_file().expect("encodes");
        let cut = file.get(..file.len() - 1).expect("not empty");
        assert!(matches!(read(cut), Err(ReadError::Line(_))));
    }
}
