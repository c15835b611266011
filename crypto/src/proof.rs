//! C2SP tlog-proof: an inclusion proof with its checkpoint, in one text that stands alone.
//!
//! This is the form of a voter's receipt: with it, the leaf and the log's public key, anybody can
//! check offline that the leaf was logged.

use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError, parse_decimal};
use crate::encoding::base64;
use crate::hash::Hash;
use crate::merkle::{InclusionProof, LeafIndex, MAX_PATH_HASHES, MAX_TREE_SIZE, ProofError};
use crate::note::{MAX_NOTE_BYTES, NoteError, SignedNote, VerifierKey};

/// The longest extra data.
pub const MAX_EXTRA_BYTES: usize = 64 * 1024;

/// The longest proof text: its parts at their limits, and the lines between them.
pub const MAX_TLOG_PROOF_BYTES: usize =
    MAX_NOTE_BYTES + MAX_EXTRA_BYTES.div_ceil(3) * 4 + MAX_PATH_HASHES * 45 + 128;

/// The first line of every proof.
const VERSION_LINE: &str = "c2sp.org/tlog-proof@v1";

/// Why a text is not a proof, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TlogProofError {
    /// Longer than [`MAX_TLOG_PROOF_BYTES`].
    #[error("proof of {0} bytes is longer than {MAX_TLOG_PROOF_BYTES}")]
    TooLong(usize),
    /// The first line is another.
    #[error("proof does not begin with {VERSION_LINE:?}")]
    Version,
    /// An `extra` line that is empty, not base64 or beyond [`MAX_EXTRA_BYTES`].
    #[error("proof's extra data is not base64 of 1 to {MAX_EXTRA_BYTES} bytes")]
    Extra,
    /// No `index` line with a plain number below 2^53.
    #[error("proof has no index line with a leaf index")]
    Index,
    /// A line of the path that isn't base64 of 32 bytes.
    #[error("line {0} of the inclusion path is not a hash")]
    PathLine(usize),
    /// The path is not followed by an empty line and a note.
    #[error("proof has no checkpoint")]
    NoCheckpoint,
    /// The path is too long, or does not lead from leaf to root.
    #[error("inclusion: {0}")]
    Inclusion(#[from] ProofError),
    /// The note after the path is none.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The note is not a checkpoint of the expected log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Where a leaf stands, the path to the root, and the signed root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    index: LeafIndex,
    inclusion: InclusionProof,
    checkpoint_note: SignedNote,
    extra: Vec<u8>,
}

impl TlogProof {
    /// Puts a proof together. Whether it proves anything is for [`TlogProof::verify`].
    ///
    /// # Errors
    /// Refuses an index that no tree reaches.
    pub fn new(
        index: LeafIndex,
        inclusion: InclusionProof,
        checkpoint_note: SignedNote,
    ) -> Result<Self, TlogProofError> {
        if !MAX_TREE_SIZE.contains(index) {
            return Err(TlogProofError::Index);
        }
        Ok(Self { index, inclusion, checkpoint_note, extra: Vec::new() })
    }

    /// Adds opaque data, which nothing authenticates (C2SP tlog-proof, "Format").
    ///
    /// # Errors
    /// Refuses none at all, and more than [`MAX_EXTRA_BYTES`].
    pub fn with_extra(mut self, extra: Vec<u8>) -> Result<Self, TlogProofError> {
        if extra.is_empty() || extra.len() > MAX_EXTRA_BYTES {
            return Err(TlogProofError::Extra);
        }
        self.extra = extra;
        Ok(self)
    }

    /// The leaf's position.
    pub const fn index(&self) -> LeafIndex {
        self.index
    }

    /// The path to the root.
    pub const fn inclusion(&self) -> &InclusionProof {
        &self.inclusion
    }

    /// The signed root, unchecked.
    pub const fn checkpoint_note(&self) -> &SignedNote {
        &self.checkpoint_note
    }

    /// The opaque data, empty if there is none. Nothing authenticates it.
    pub fn extra(&self) -> &[u8] {
        &self.extra
    }

    /// The text.
    pub fn encode(&self) -> String {
        let mut text = format!("{VERSION_LINE}\n");
        if !self.extra.is_empty() {
            text.push_str(&format!("extra {}\n", base64::encode(&self.extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in self.inclusion.path() {
            text.push_str(&base64::encode(hash.as_bytes()));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint_note.to_string());
        text
    }

    /// Reads the text; [`TlogProof::encode`] gives back the same bytes.
    ///
    /// # Errors
    /// Names the line that is wrong.
    pub fn decode(text: &str) -> Result<Self, TlogProofError> {
        if text.len() > MAX_TLOG_PROOF_BYTES {
            return Err(TlogProofError::TooLong(text.len()));
        }
        // The first empty line ends the proof's own part; the note may hold others.
        let (head, note) = text.split_once("\n\n").ok_or(TlogProofError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(VERSION_LINE) {
            return Err(TlogProofError::Version);
        }
        let extra =
            lines.next_if(|line| line.starts_with("extra ")).map(parse_extra).transpose()?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(parse_decimal).ok_or(TlogProofError::Index)?;
        let mut path = Vec::new();
        for (number, line) in lines.enumerate() {
            if number == MAX_PATH_HASHES {
                return Err(ProofError::TooLong(number + 1).into());
            }
            let hash = base64::decode_array(line);
            path.push(Hash::from_bytes(hash.map_err(|_| TlogProofError::PathLine(number + 1))?));
        }
        let proof =
            Self::new(LeafIndex(index), InclusionProof::new(path)?, SignedNote::parse(note)?)?;
        match extra {
            Some(extra) => proof.with_extra(extra),
            None => Ok(proof),
        }
    }

    /// Checks that a leaf is in the log of that key, and returns the checkpoint that says so.
    ///
    /// # Errors
    /// Names what fails: the checkpoint's signature or origin, or the way from leaf to root.
    pub fn verify(
        &self,
        leaf_hash: &Hash,
        key: &VerifierKey,
    ) -> Result<Checkpoint, TlogProofError> {
        let checkpoint = Checkpoint::open_note(&self.checkpoint_note, key)?;
        self.inclusion.verify(leaf_hash, self.index, checkpoint.size(), checkpoint.root())?;
        Ok(checkpoint)
    }
}

fn parse_extra(line: &str) -> Result<Vec<u8>, TlogProofError> {
    let text = line.strip_prefix("extra ").unwrap_or_default();
    base64::decode(text).map_err(|_| TlogProofError::Extra)
}

#[cfg(test)]
mod tests;
