//! ABIF, the Aggregated Ballot Information Format (electorama/abif, grammars `abif-v0.02.ebnf`
//! and `abif-v0.31.ebnf`).
//!
//! ```text
//! # a comment
//! {"title": "Board"}
//! =A:[Ann]
//! =B:[Ben "Box" Ox]
//! 27: A>B          # ranked
//! 3: A=B           # an equal rank; `,` means the same
//! 2: [Cleo]>A      # a candidate that nobody declared, by name
//! 1:               # a blank ballot
//! ```
//!
//! * A count ends with `:`, or `*` as older files have it.
//! * `27: A/5, B/2` is a sheet of scores. A file is one of scores or one of ranks, as its first
//!   ballot that is not blank says. Where scores stand between `>` or `=`, both must say the
//!   same, since only the scores are kept. Scores are whole numbers; `4.5` is refused.
//! * A line of metadata is one pair in braces. `title`, `seats` and `ballot_type` are read, other
//!   keys are passed over. With `{"ballot_type": "choose_many"}` or `"choose_one"`, as the
//!   library abiflib writes it, `A,B` are marks without an order; otherwise they share a rank.
//!   With `"rated"` the file is one of scores even if all its ballots are blank.
//! * A bracketed text has no way to write a bracket within.

mod read;
mod write;

pub use self::read::{AbifError, read};
pub(super) use self::write::write;

/// The most ballot lines read.
pub const MAX_BALLOT_LINES: usize = 10_000_000;
/// The longest candidate token, in bytes.
pub const MAX_TOKEN_BYTES: usize = crate::option::MAX_ID_BYTES;

/// What a file without ranks calls its ballots.
const CHOOSE: [&str; 2] = [CHOOSE_MANY, "choose_one"];
/// What [`write`] calls them.
const CHOOSE_MANY: &str = "choose_many";

/// A candidate's token: a letter, then letters, digits or underscores (`BKEY`).
fn is_token(word: &str) -> bool {
    word.len() <= MAX_TOKEN_BYTES
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What a file of scores calls its ballots.
const RATED: &str = "rated";

#[cfg(test)]
mod tests;
