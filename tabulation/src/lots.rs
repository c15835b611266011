//! Lots: one order of all options drawn from a seed, so that anybody can redo the draw by hand.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::option::{ContestOptions, OptionIndex};
use crate::selection::Choice;

/// The 32 bytes that every lot of a count is drawn from: 64 lower-case hexadecimal digits.
///
/// Whoever runs the count derives it from something named before opening and unknown until the
/// ballots were fixed; this crate only uses it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LotSeed([u8; 32]);

/// A seed that is not written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a lot seed is written as 64 lower-case hexadecimal digits")]
pub struct SeedError;

impl LotSeed {
    /// Takes the 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for LotSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LotSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LotSeed({self})")
    }
}

impl std::str::FromStr for LotSeed {
    type Err = SeedError;

    fn from_str(text: &str) -> Result<Self, SeedError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(SeedError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = pair.iter().try_fold(0_u8, |value, digit| {
                let digit = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(SeedError),
                };
                Ok(value << 4 | digit)
            })?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for LotSeed {
    type Error = SeedError;

    fn try_from(text: String) -> Result<Self, SeedError> {
        text.parse()
    }
}

impl From<LotSeed> for String {
    fn from(seed: LotSeed) -> Self {
        seed.to_string()
    }
}

/// Where a count takes from what breaks its ties. What the rules do not ask for is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotSource<'a> {
    /// Nothing is known (yet): a count that needs a lot fails with `CountError::SeedNeeded`, a tie
    /// that waits for a casting vote stays open.
    None,
    /// The order of lots is drawn from this seed.
    Seed(LotSeed),
    /// A casting vote was given.
    Casting(CastingVote<'a>),
}

/// The vote of the person named to break ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CastingVote<'a> {
    /// All options, most favoured first.
    Order(&'a [OptionIndex]),
    /// Yes or no to a tied motion.
    Motion(Choice),
}

/// How the order of lots came about, with everything needed to draw it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotRecord {
    /// The seed drawn from; absent when the rules publish the order or a casting vote gave it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub seed: Option<LotSeed>,
    /// All options, most favoured first.
    pub order: Vec<OptionIndex>,
    /// Each draw: the counter hashed, and what it gave.
    pub draws: Vec<LotDraw>,
    /// How to redo the draw by hand.
    pub sentence: String,
}

/// One draw of a lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotDraw {
    /// The counter that was hashed after the seed.
    pub counter: u32,
    /// How many options were still to be placed.
    pub remaining: u16,
    /// Which of them was drawn, counted from zero in ballot order.
    pub drawn: u16,
    /// The option drawn.
    pub option: OptionIndex,
}

impl LotRecord {
    /// The record of an order that the rules themselves publish.
    pub(crate) fn published(order: &[OptionIndex], options: &ContestOptions) -> Self {
        Self {
            seed: None,
            order: order.to_vec(),
            draws: Vec::new(),
            sentence: format!(
                "The rules published this order before opening, most favoured first: {}.",
                options.names(order)
            ),
        }
    }

    /// The record of an order that a casting vote gave.
    pub(crate) fn casting(order: &[OptionIndex], options: &ContestOptions) -> Self {
        Self {
            seed: None,
            order: order.to_vec(),
            draws: Vec::new(),
            sentence: format!(
                "The casting vote gave this order, most favoured first: {}.",
                options.names(order)
            ),
        }
    }
}

/// Draws the order of all options from a seed, most favoured first.
///
/// The draw is R. Rivest's counter method as OpenTally uses it: for the counters 1, 2, 3, … hash
/// the text `seed,counter` with SHA-256, read the digest as a number, pass over the few highest
/// values that would favour somebody, and take the remainder by the number of options left.
pub(crate) fn draw_order(seed: LotSeed, options: &ContestOptions) -> LotRecord {
    let mut left: Vec<OptionIndex> = OptionIndex::all(options.len()).collect();
    let mut order = Vec::with_capacity(left.len());
    let mut draws = Vec::with_capacity(left.len());
    let mut counter = 0_u32;
    while let Ok(remaining @ 2..) = u16::try_from(left.len()) {
        let drawn = loop {
            counter += 1;
            let digest: [u8; 32] = Sha256::digest(format!("{seed},{counter}")).into();
            if let Some(drawn) = remainder(&digest, remaining) {
                break drawn;
            }
        };
        let option = left.remove(usize::from(drawn));
        draws.push(LotDraw { counter, remaining, drawn, option });
        order.push(option);
    }
    order.append(&mut left);
    let sentence = format!(
        "The order of lots, most favoured first: {}. To redo it, take the options in ballot \
         order; hash the text \"{seed},N\" with SHA-256 for N = 1, 2, 3, …; read each digest as \
         one big-endian number; unless it is so high that equal chances need it passed over (the \
         last incomplete run below 2^256), divide it by how many options are left: the remainder, \
         counted from zero, says who of them comes next. For example: printf '%s' '{seed},1' | \
         sha256sum.",
        options.names(&order)
    );
    LotRecord { seed: Some(seed), order, draws, sentence }
}

/// A digest modulo `n`, or nothing if it lies in the incomplete run at the top.
fn remainder(digest: &[u8; 32], n: u16) -> Option<u16> {
    let n = u32::from(n);
    let fold = |bytes: &[u8]| bytes.iter().fold(0_u32, |r, &b| (r * 256 + u32::from(b)) % n);
    // 2^256 mod n, the length of the incomplete run.
    let incomplete = (fold(&[0xff; 32]) + 1) % n;
    // How far below 2^256 − 1 the digest is, when that is little.
    let (high, low) = digest.split_at(30);
    let below = match (high.iter().all(|&b| b == 0xff), low) {
        (true, &[a, b]) => Some(u32::from(!a) * 256 + u32::from(!b)),
        (true | false, _) => None,
    };
    if below.is_some_and(|below| below < incomplete) {
        return None;
    }
    // Invariant: a remainder by a u16 is below it.
    u16::try_from(fold(digest)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn five() -> ContestOptions {
        ContestOptions::from_names(["a", "b", "c", "d", "e"]).unwrap()
    }

    #[test]
    fn a_draw_can_be_redone_with_sha256sum() {
        // printf '%s' '<64 zeros>,1' | sha256sum, and so on; then `digest % left` with Python.
        let record = draw_order(LotSeed::new([0; 32]), &five());
        let order: Vec<u16> = record.order.iter().map(|o| o.value()).collect();
        assert_eq!(order, EXPECTED_FROM_SHA256SUM);
        assert_eq!(record.draws.len(), 4);
    }

    const EXPECTED_FROM_SHA256SUM: [u16; 5] = [2, 4, 0, 3, 1];

    #[test]
    fn digests_in_the_incomplete_run_are_passed_over() {
        // 2^256 mod 3 = 1: only the very highest digest is passed over.
        let mut digest = [0xff; 32];
        assert_eq!(remainder(&digest, 3), None);
        digest[31] = 0xfe;
        assert_eq!(remainder(&digest, 3), Some(2));
        assert_eq!(remainder(&[0xff; 32], 256), Some(255));
    }

    #[test]
    fn seeds_have_one_spelling() {
        let seed = LotSeed::new([0xab; 32]);
        assert_eq!(seed.to_string().parse(), Ok(seed));
        assert!("AB".repeat(32).parse::<LotSeed>().is_err());
        assert!("ab".repeat(31).parse::<LotSeed>().is_err());
        assert!("é".repeat(32).parse::<LotSeed>().is_err());
    }
}
