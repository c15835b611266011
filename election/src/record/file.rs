//! The record as one file: JSON Lines, each line canonical JSON, readable with `jq`.
//!
//! Header, one leaf a line, artifacts, and the checkpoint last. The reader takes one line after the
//! other, so that whoever does the I/O decides how much of a file is in memory.

use std::collections::BTreeMap;

use crypto::Hash;
use crypto::canonical::{self, CanonicalError};
use crypto::checkpoint::Checkpoint;
use crypto::merkle::TreeSize;
use serde::{Deserialize, Serialize};

use super::{AnyRecord, Parts, RecordLeaf};
use crate::ids::{NameError, Origin};
use crate::leaf::MAX_LEAF_BYTES;
use crate::pool::{Pool, PoolId};

/// The format's name, first in the file.
pub const FORMAT: &str = "bicameral-record/v1";
/// Most leaves of one record.
pub const MAX_RECORD_LEAVES: u64 = 100_000_000;
/// Most artifacts of one record.
pub const MAX_ARTIFACTS: usize = 1_000_000;
/// Longest line: that of an artifact, which is at most a canonical document.
pub const MAX_ARTIFACT_LINE_BYTES: usize = canonical::MAX_DOCUMENT_BYTES + 128;
/// Longest header and checkpoint line.
const MAX_SHORT_LINE_BYTES: usize = 64 * 1024;

const LEAF_PREFIX: &[u8] = br#"{"at":"#;
const WITHHELD_PREFIX: &[u8] = br#"{"withheld":""#;
const ARTIFACT_PREFIX: &[u8] = br#"{"artifact":""#;
const CONTENT_INFIX: &[u8] = br#"","content":"#;
const CHECKPOINT_PREFIX: &[u8] = br#"{"checkpoint":"#;

/// A line of a file that is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct RecordError {
    /// Counted from one.
    pub line: u64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a line, or missing after the last.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Over its limit.
    #[error("{length} bytes; such a line has at most {limit}")]
    TooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The header is not one.
    #[error("not a record's header: {0}")]
    Header(CanonicalError),
    /// Another format or version.
    #[error("the file says it is `{0}`; this program reads `{FORMAT}`")]
    Format(String),
    /// An origin that names no pool's log.
    #[error(transparent)]
    Origin(#[from] NameError),
    /// A header that contradicts itself.
    #[error("the header says pool `{said}`, its origin is of pool `{found}`")]
    Pool {
        /// What it says.
        said: PoolId,
        /// What its origin says.
        found: PoolId,
    },
    /// More than the limits.
    #[error("a record has at most {MAX_RECORD_LEAVES} leaves and {MAX_ARTIFACTS} artifacts")]
    TooMany,
    /// A line that starts like none of the kinds.
    #[error("neither a leaf, nor an artifact, nor a checkpoint")]
    Unknown,
    /// A withheld leaf or an artifact that is not spelt as it must be.
    #[error("not the canonical form of {0}")]
    Spelling(&'static str),
    /// The checkpoint line is not one.
    #[error("not a checkpoint line: {0}")]
    Checkpoint(CanonicalError),
    /// A kind of line where another must be.
    #[error("{found} cannot stand here: {why}")]
    Order {
        /// What stands there.
        found: &'static str,
        /// Why it must not.
        why: &'static str,
    },
    /// One artifact twice.
    #[error("artifact {0} stands here twice")]
    ArtifactTwice(Hash),
    /// Fewer or more leaves than the header says.
    #[error("the header says {said} leaves, the file has {found}")]
    LeafCount {
        /// What the header says.
        said: u64,
        /// How many there are.
        found: u64,
    },
    /// The file ends before its checkpoint.
    #[error("the file ends before its checkpoint: it is cut off")]
    CutOff,
    /// Something of ours that could not be encoded.
    #[error(transparent)]
    Encode(CanonicalError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    origin: String,
    pool: PoolId,
    size: TreeSize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointLine {
    checkpoint: String,
}

/// Reads a record file line by line.
#[derive(Debug, Default)]
pub struct RecordReader {
    line: u64,
    header: Option<(String, u64)>,
    leaves: Vec<RecordLeaf>,
    artifacts: BTreeMap<Hash, Vec<u8>>,
    checkpoint: Option<String>,
}

impl RecordReader {
    /// Takes the next line, without its line feed.
    pub fn line(&mut self, line: &[u8]) -> Result<(), RecordError> {
        self.line += 1;
        self.take(line).map_err(|fault| RecordError { line: self.line, fault })
    }

    fn take(&mut self, line: &[u8]) -> Result<(), Fault> {
        if self.header.is_none() {
            within(line, MAX_SHORT_LINE_BYTES)?;
            self.header = Some(read_header(line)?);
            return Ok(());
        }
        if self.checkpoint.is_some() {
            return Err(Fault::Order { found: "a line", why: "the checkpoint is the last" });
        }
        if line.starts_with(LEAF_PREFIX) {
            within(line, MAX_LEAF_BYTES)?;
            self.leaf(RecordLeaf::Shown(line.to_vec()))
        } else if let Some(rest) = line.strip_prefix(WITHHELD_PREFIX) {
            within(line, MAX_SHORT_LINE_BYTES)?;
            let hash = rest.strip_suffix(br#""}"#).and_then(hash_of);
            self.leaf(RecordLeaf::Withheld(hash.ok_or(Fault::Spelling("a withheld leaf"))?))
        } else if let Some(rest) = line.strip_prefix(ARTIFACT_PREFIX) {
            within(line, MAX_ARTIFACT_LINE_BYTES)?;
            self.artifact(rest)
        } else if line.starts_with(CHECKPOINT_PREFIX) {
            within(line, MAX_SHORT_LINE_BYTES)?;
            let read: CheckpointLine = canonical::decode(line).map_err(Fault::Checkpoint)?;
            self.checkpoint = Some(read.checkpoint);
            Ok(())
        } else {
            Err(Fault::Unknown)
        }
    }

    fn leaf(&mut self, leaf: RecordLeaf) -> Result<(), Fault> {
        if !self.artifacts.is_empty() {
            return Err(Fault::Order {
                found: "a leaf",
                why: "the artifacts come after all leaves",
            });
        }
        if self.leaves.len() as u64 >= MAX_RECORD_LEAVES {
            return Err(Fault::TooMany);
        }
        self.leaves.push(leaf);
        Ok(())
    }

    fn artifact(&mut self, rest: &[u8]) -> Result<(), Fault> {
        let spelling = || Fault::Spelling("an artifact");
        let (name, rest) = rest.split_at_checked(2 * Hash::LENGTH).ok_or_else(spelling)?;
        let name = hash_of(name).ok_or_else(spelling)?;
        let content = rest.strip_prefix(CONTENT_INFIX).and_then(|rest| rest.strip_suffix(b"}"));
        let content = content.ok_or_else(spelling)?;
        if self.artifacts.len() >= MAX_ARTIFACTS {
            return Err(Fault::TooMany);
        }
        match self.artifacts.insert(name, content.to_vec()) {
            Some(_) => Err(Fault::ArtifactTwice(name)),
            None => Ok(()),
        }
    }

    /// The record, once its last line is in.
    pub fn finish(self) -> Result<AnyRecord, RecordError> {
        let RecordReader { line, header, leaves, artifacts, checkpoint } = self;
        let fail = |fault| RecordError { line: line.max(1), fault };
        let (Some((origin, said)), Some(checkpoint)) = (header, checkpoint) else {
            return Err(fail(Fault::CutOff));
        };
        let found = leaves.len() as u64;
        if found != said {
            return Err(fail(Fault::LeafCount { said, found }));
        }
        let parts = Parts { leaves, artifacts, checkpoint };
        parts.of(&origin).map_err(|source| RecordError { line: 1, fault: source.into() })
    }
}

fn read_header(line: &[u8]) -> Result<(String, u64), Fault> {
    let header: Header = canonical::decode(line).map_err(Fault::Header)?;
    if header.format != FORMAT {
        return Err(Fault::Format(header.format));
    }
    let pool = header.origin.rsplit_once('/').and_then(|(_, pool)| pool.parse::<PoolId>().ok());
    match pool {
        Some(found) if found != header.pool => Err(Fault::Pool { said: header.pool, found }),
        Some(_) => Ok((header.origin, header.size.0)),
        None => Err(Fault::Origin(NameError::Origin(header.origin))),
    }
}

fn within(line: &[u8], limit: usize) -> Result<(), Fault> {
    let length = line.len();
    if length > limit { Err(Fault::TooLong { length, limit }) } else { Ok(()) }
}

fn hash_of(hex: &[u8]) -> Option<Hash> {
    std::str::from_utf8(hex).ok()?.parse().ok()
}

/// Reads a record file that is in memory.
pub fn parse(file: &[u8]) -> Result<AnyRecord, RecordError> {
    let mut reader = RecordReader::default();
    // The last line ends with a line feed too; a file without it still has all its lines.
    let lines = file.strip_suffix(b"\n").unwrap_or(file);
    for line in lines.split(|byte| *byte == b'\n') {
        reader.line(line)?;
    }
    reader.finish()
}

/// Writes a record file piece by piece: each call adds one line to a buffer that the caller takes
/// whenever it likes.
#[derive(Debug)]
pub struct RecordWriter {
    buffer: Vec<u8>,
}

impl RecordWriter {
    /// Begins with the header.
    pub fn start<P: Pool>(origin: &Origin<P>, size: TreeSize) -> Result<Self, RecordError> {
        let origin = origin.to_string();
        let header = Header { format: FORMAT.to_owned(), origin, pool: P::ID, size };
        let mut writer = RecordWriter { buffer: Vec::new() };
        writer.encoded(&header)?;
        Ok(writer)
    }
    /// Adds a leaf's bytes.
    pub fn leaf(&mut self, bytes: &[u8]) {
        self.pieces(&[bytes]);
    }
    /// Adds the hash of a leaf that is withheld.
    pub fn withheld(&mut self, hash: &Hash) {
        self.pieces(&[WITHHELD_PREFIX, hash.to_string().as_bytes(), br#""}"#]);
    }
    /// Adds an artifact, which is canonical JSON and so has no line feed.
    pub fn artifact(&mut self, name: &Hash, content: &[u8]) {
        let name = name.to_string();
        self.pieces(&[ARTIFACT_PREFIX, name.as_bytes(), CONTENT_INFIX, content, b"}"]);
    }
    /// Adds the checkpoint: the last line.
    pub fn checkpoint(&mut self, note: &str) -> Result<(), RecordError> {
        self.encoded(&CheckpointLine { checkpoint: note.to_owned() })
    }
    /// Hands over what was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }

    fn encoded(&mut self, line: &impl Serialize) -> Result<(), RecordError> {
        let bytes = canonical::encode(line);
        let bytes =
            bytes.map_err(|source| RecordError { line: 0, fault: Fault::Encode(source) })?;
        self.pieces(&[&bytes]);
        Ok(())
    }
    fn pieces(&mut self, pieces: &[&[u8]]) {
        for piece in pieces {
            self.buffer.extend_from_slice(piece);
        }
        self.buffer.push(b'\n');
    }
}

/// The head that a note speaks of, whoever signed it. For choosing what to read, never for trust.
pub(crate) fn unverified_head(note: &str) -> Option<Checkpoint> {
    let (text, _) = note.split_once("\n\n")?;
    Checkpoint::parse_text(&format!("{text}\n")).ok()
}
