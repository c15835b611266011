//! Trackers and receipts: how a voter finds a ballot again, and proof that it was recorded.

use std::fmt;
use std::str::FromStr;

use crypto::Hash;
use crypto::proof::{TlogProof, TlogProofError};
use serde::{Deserialize, Serialize};

use crate::anchor::PoolAnchor;
use crate::leaf::{self, Leaf, LeafError};
use crate::pool::Pool;
use crate::statement::{Statement, StatementError, StatementId};

/// Crockford's base 32: no I, L, O or U to misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that name the statement: 20 × 5 = 100 bits of its id.
const NAME_CHARS: usize = 20;
/// Characters that guard against a slip of the pen: 4 × 5 = 20 bits.
const CHECK_CHARS: usize = 4;
const CHECK_LABEL: &[u8] = b"bicameral.v1 tracker\n";

/// The short, checksummed, readable form of a ballot's statement id: six groups of four characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tracker([u8; NAME_CHARS]);

/// Why a text is no tracker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrackerError {
    /// Wrong length.
    #[error("a tracker has 24 letters and digits in groups of four; this has {0}")]
    Length(usize),
    /// A character outside the alphabet.
    #[error("`{0}` is in no tracker")]
    Character(char),
    /// A slip of the pen.
    #[error("the tracker's last group does not fit the rest: please check what was typed")]
    Checksum,
}

/// Five bits at a time from the front of `bytes`.
fn base32<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|i| {
        (i * 5..i * 5 + 5).fold(0u8, |value, bit| {
            let byte = bytes.get(bit / 8).copied().unwrap_or(0);
            value << 1 | (byte >> (7 - bit % 8) & 1)
        })
    })
}

impl Tracker {
    /// The tracker of a statement.
    pub fn of(id: StatementId) -> Self {
        Tracker(base32(id.hash().as_bytes()))
    }

    /// Whether it is the tracker of that statement.
    pub fn names(&self, id: StatementId) -> bool {
        Tracker::of(id) == *self
    }

    /// The least and the greatest statement id that have this tracker: for looking one up.
    pub fn bounds(&self) -> (StatementId, StatementId) {
        let mut low = [0; 32];
        for (i, digit) in self.0.iter().enumerate() {
            for bit in (0..5).filter(|bit| digit >> (4 - bit) & 1 == 1) {
                let at = i * 5 + bit;
                if let Some(byte) = low.get_mut(at / 8) {
                    *byte |= 0x80 >> (at % 8);
                }
            }
        }
        let mut high = low;
        for at in NAME_CHARS * 5..256 {
            if let Some(byte) = high.get_mut(at / 8) {
                *byte |= 0x80 >> (at % 8);
            }
        }
        let id = |bytes| StatementId::from(Hash::from_bytes(bytes));
        (id(low), id(high))
    }

    fn check(&self) -> [u8; CHECK_CHARS] {
        base32(Hash::of(&[CHECK_LABEL, &self.0].concat()).as_bytes())
    }
}

impl fmt::Display for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, digit) in self.0.iter().chain(&self.check()).enumerate() {
            if i > 0 && i % 4 == 0 {
                f.write_str("-")?;
            }
            let letter = ALPHABET.get(usize::from(*digit)).copied().unwrap_or(b'?');
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

impl FromStr for Tracker {
    type Err = TrackerError;
    fn from_str(text: &str) -> Result<Self, TrackerError> {
        let mut digits = Vec::with_capacity(NAME_CHARS + CHECK_CHARS);
        for c in text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64) {
            let folded = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|letter| char::from(*letter) == folded);
            let digit = digit.and_then(|digit| u8::try_from(digit).ok());
            digits.push(digit.ok_or(TrackerError::Character(c))?);
        }
        let length = TrackerError::Length(digits.len());
        if digits.len() != NAME_CHARS + CHECK_CHARS {
            return Err(length);
        }
        let (name, check) = digits.split_at(NAME_CHARS);
        let tracker = Tracker(name.try_into().map_err(|_| length)?);
        if tracker.check() != check {
            return Err(TrackerError::Checksum);
        }
        Ok(tracker)
    }
}
impl TryFrom<String> for Tracker {
    type Error = TrackerError;
    fn try_from(text: String) -> Result<Self, TrackerError> {
        text.parse()
    }
}
impl From<Tracker> for String {
    fn from(tracker: Tracker) -> String {
        tracker.to_string()
    }
}

/// Proof that a statement is recorded: never of how anybody voted beyond what the statement shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The ballot's tracker.
    pub tracker: Tracker,
    /// The recorded leaf: the statement and when the server says it was logged.
    pub leaf: Leaf,
    /// C2SP tlog-proof: leaf index, inclusion proof, signed checkpoint.
    pub proof: String,
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The statement is not one of this pool.
    #[error("the receipt's statement does not decode: {0}")]
    Statement(#[from] StatementError),
    /// The leaf does not encode.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The proof is malformed, or the checkpoint is not signed by this log, or does not include it.
    #[error("the receipt's proof fails: {0}")]
    Proof(#[from] TlogProofError),
    /// The tracker is another statement's.
    #[error("the receipt's tracker {tracker} does not belong to its statement {id}")]
    Tracker {
        /// What it says.
        tracker: Tracker,
        /// What it holds.
        id: StatementId,
    },
}

impl Receipt {
    /// Checks the receipt against the trust anchor and gives the statement it proves recorded.
    pub fn verify<P: Pool>(&self, anchor: &PoolAnchor<P>) -> Result<Statement<P>, ReceiptError> {
        let statement = Statement::<P>::decode(&self.leaf.statement)?;
        if !self.tracker.names(statement.id()) {
            return Err(ReceiptError::Tracker { tracker: self.tracker, id: statement.id() });
        }
        let proof = TlogProof::decode(&self.proof)?;
        proof.verify(&leaf::hash(&self.leaf.encode()?), &anchor.log_key)?;
        Ok(statement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tracker_survives_being_read_out_and_written_down() {
        let id = StatementId::from(Hash::of(b"ballot"));
        let tracker = Tracker::of(id);
        let text = tracker.to_string();
        assert_eq!(text.len(), 29);
        let sloppy = text.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(sloppy.parse(), Ok(tracker));
        assert!(tracker.names(id));
    }

    #[test]
    fn a_trackers_bounds_hold_its_statement_and_have_the_same_tracker() {
        let id = StatementId::from(Hash::of(b"ballot"));
        let tracker = Tracker::of(id);
        let (low, high) = tracker.bounds();
        assert!(low <= id && id <= high);
        assert!(tracker.names(low) && tracker.names(high));
    }

    #[test]
    fn a_mistyped_tracker_is_refused_by_its_checksum() {
        let text = Tracker::of(StatementId::from(Hash::of(b"ballot"))).to_string();
        let other = if text.starts_with('2') { "3" } else { "2" };
        let mistyped = format!("{other}{}", &text[1..]);
        assert_eq!(mistyped.parse::<Tracker>(), Err(TrackerError::Checksum));
        assert_eq!("ABCD".parse::<Tracker>(), Err(TrackerError::Length(4)));
        assert_eq!("U".parse::<Tracker>(), Err(TrackerError::Character('U')));
    }
}
