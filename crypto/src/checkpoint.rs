//! C2SP tlog-checkpoint: the signed head of a log.
//!
//! A checkpoint says "the log of this origin has this size and this root", and is signed by the
//! log's key. Its origin is in the signed text, so that a checkpoint of one pool's log says
//! nothing about another's.

use thiserror::Error;

use crate::encoding::base64;
use crate::hash::Hash;
use crate::merkle::{MAX_TREE_SIZE, TreeSize};
use crate::note::{KeyName, NoteError, NoteSigner, SignedNote, VerifierKey};
use crate::sign::SigningKey;

/// Why a note is not a checkpoint of the expected log.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Not a note, or not signed by the log's key.
    #[error("checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The text does not have three lines.
    #[error("checkpoint text has {0} lines instead of three")]
    Lines(usize),
    /// The second line is not a plain decimal number up to 2^53 − 1.
    #[error("checkpoint line 2 is not a tree size")]
    Size,
    /// The third line is not base64 of 32 bytes.
    #[error("checkpoint line 3 is not a root hash")]
    Root,
    /// A size beyond [`MAX_TREE_SIZE`].
    #[error("tree size {0} is beyond 2^53 − 1")]
    SizeRange(TreeSize),
    /// Signed by the right key, but for another log.
    #[error("checkpoint is of log {found:?} instead of {expected:?}")]
    Origin {
        /// The log whose key was asked for.
        expected: String,
        /// The log the checkpoint speaks of.
        found: String,
    },
}

/// The head of a log: whose it is, how many leaves it has, and the root over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: KeyName,
    size: TreeSize,
    root: Hash,
}

impl Checkpoint {
    /// A head to be signed.
    ///
    /// # Errors
    /// Refuses an origin that is no key name (spaces, plus, control characters, too long), since
    /// a log's key is named by its origin; and a size beyond [`MAX_TREE_SIZE`].
    pub fn new(origin: &str, size: TreeSize, root: Hash) -> Result<Self, CheckpointError> {
        if size > MAX_TREE_SIZE {
            return Err(CheckpointError::SizeRange(size));
        }
        Ok(Self { origin: origin.parse()?, size, root })
    }

    /// The log it speaks of.
    pub fn origin(&self) -> &str {
        self.origin.as_str()
    }

    /// How many leaves the log has.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The root over these leaves.
    pub const fn root(&self) -> &Hash {
        &self.root
    }

    /// The text that is signed: three lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, base64::encode(self.root.as_bytes()))
    }

    /// The signed note, by the log's key under the origin's name.
    pub fn sign(&self, key: &SigningKey) -> String {
        NoteSigner::named(self.origin.clone(), key).sign_well_formed(&self.text())
    }

    /// Reads a checkpoint that must be signed by `key` and be of the log that the key is named
    /// after. Other signatures (witnesses) are ignored here.
    ///
    /// # Errors
    /// Names what is wrong: the note's form, its signature, its text, or its origin.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointError> {
        Self::open_note(&SignedNote::parse(note)?, key)
    }

    /// [`Checkpoint::open`] for a note that was read already.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn open_note(note: &SignedNote, key: &VerifierKey) -> Result<Self, CheckpointError> {
        note.verify(key)?;
        let checkpoint = Self::parse_text(note.text())?;
        if checkpoint.origin() != key.name() {
            return Err(CheckpointError::Origin {
                expected: key.name().to_owned(),
                found: checkpoint.origin.to_string(),
            });
        }
        Ok(checkpoint)
    }

    /// Reads the text of a checkpoint whose signatures are judged elsewhere (by a witness's rules,
    /// say).
    ///
    /// Extension lines, which C2SP tlog-checkpoint permits and recommends against, are refused:
    /// our logs never sign any, so one that has them is not ours.
    ///
    /// # Errors
    /// Names the line that is wrong.
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), Some(""), None) =
            (lines.next(), lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines(text.matches('\n').count()));
        };
        let size = parse_decimal(size).ok_or(CheckpointError::Size)?;
        let root = base64::decode_array(root).map_err(|_| CheckpointError::Root)?;
        Self::new(origin, TreeSize(size), Hash::from_bytes(root))
    }
}

/// A number as C2SP formats write it: ASCII digits, no sign, no leading zero unless it is `0`.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = plain && (text == "0" || !text.starts_with('0'));
    canonical.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
