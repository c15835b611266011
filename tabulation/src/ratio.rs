//! Shares as exact ratios, never as decimals.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A ratio that is not a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{numerator}/{denominator} is not a share: it must lie between 0/1 and 1/1")]
pub struct RatioError {
    numerator: u32,
    denominator: u32,
}

/// A share such as 2/3: from nothing to the whole, exact.
///
/// It is kept as written (4/6 stays 4/6), since the rule is signed as written; comparisons are
/// integer cross-multiplications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawRatio", into = "RawRatio")]
pub struct Ratio {
    numerator: u32,
    denominator: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRatio {
    numerator: u32,
    denominator: u32,
}

impl Ratio {
    /// One half.
    pub const HALF: Self = Self { numerator: 1, denominator: 2 };
    /// Two thirds.
    pub const TWO_THIRDS: Self = Self { numerator: 2, denominator: 3 };

    /// The share `numerator/denominator`.
    ///
    /// # Errors
    /// When the denominator is zero or the share exceeds the whole.
    pub const fn new(numerator: u32, denominator: u32) -> Result<Self, RatioError> {
        if denominator == 0 || numerator > denominator {
            return Err(RatioError { numerator, denominator });
        }
        Ok(Self { numerator, denominator })
    }

    /// The part above the line.
    #[must_use]
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The part below the line, never zero.
    #[must_use]
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// Whether this is one half, however it is written.
    #[must_use]
    pub const fn is_half(self) -> bool {
        self.numerator as u64 * 2 == self.denominator as u64
    }

    /// How `part` of `whole` compares with this share, exactly.
    #[must_use]
    pub fn compare(self, part: u64, whole: u64) -> Ordering {
        let left = u128::from(part) * u128::from(self.denominator);
        let right = u128::from(self.numerator) * u128::from(whole);
        left.cmp(&right)
    }

    /// This share of a whole number, rounded down.
    #[must_use]
    pub fn of_rounded_down(self, whole: u16) -> u16 {
        let exact = u64::from(self.numerator) * u64::from(whole) / u64::from(self.denominator);
        // Invariant: a share of `whole` never exceeds `whole`.
        u16::try_from(exact).unwrap_or(whole)
    }
}

impl TryFrom<RawRatio> for Ratio {
    type Error = RatioError;

    fn try_from(raw: RawRatio) -> Result<Self, RatioError> {
        Self::new(raw.numerator, raw.denominator)
    }
}

impl From<Ratio> for RawRatio {
    fn from(r: Ratio) -> Self {
        Self { numerator: r.numerator, denominator: r.denominator }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_compare_exactly_at_the_largest_weights() {
        let third = Ratio::new(1, 3).unwrap();
        assert_eq!(third.compare(u64::MAX / 3, u64::MAX), Ordering::Equal);
        assert_eq!(third.compare(u64::MAX / 3 - 1, u64::MAX), Ordering::Less);
    }

    #[test]
    fn more_than_the_whole_and_a_zero_denominator_are_refused() {
        assert!(Ratio::new(3, 2).is_err());
        assert!(Ratio::new(0, 0).is_err());
        assert!(serde_json::from_str::<Ratio>(r#"{"numerator":1,"denominator":0}"#).is_err());
    }
}
