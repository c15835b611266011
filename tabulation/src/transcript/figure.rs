//! Exact numbers as text.

use std::fmt;

use num_bigint::BigUint;
use num_integer::Integer;
use serde::{Deserialize, Serialize};

/// An exact number as it is printed: digits, with a point and a fixed number of decimals where the
/// rule has them, and a minus sign if negative; or a fraction in lowest terms, as in `7/12`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Figure(String);

/// Text that is not a plain decimal number or fraction.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a plain decimal number")]
pub struct FigureError {
    text: String,
}

impl Figure {
    /// A number of `decimals` decimals given as an integer scaled by ten to that power.
    #[must_use]
    pub fn scaled(value: i128, decimals: u8) -> Self {
        let digits = usize::from(decimals);
        let sign = if value < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", value.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len().saturating_sub(digits));
        if digits == 0 {
            return Self(format!("{sign}{whole}"));
        }
        Self(format!("{sign}{whole}.{fraction}"))
    }

    /// An exact fraction in lowest terms; a whole number stands alone.
    // Invariant: no caller divides by zero; if one did, it would be printed as zero.
    pub(crate) fn fraction(numerator: &BigUint, denominator: &BigUint) -> Self {
        let common = numerator.gcd(denominator);
        if common == BigUint::ZERO || *denominator == BigUint::ZERO {
            return Self("0".to_owned());
        }
        let (above, below) = (numerator / &common, denominator / &common);
        if below == BigUint::from(1_u8) {
            Self(above.to_string())
        } else {
            Self(format!("{above}/{below}"))
        }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u64> for Figure {
    fn from(value: u64) -> Self {
        Self(value.to_string())
    }
}

impl From<u128> for Figure {
    fn from(value: u128) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Figure {
    type Error = FigureError;

    fn try_from(text: String) -> Result<Self, FigureError> {
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let good = match (unsigned.split_once('/'), unsigned.split_once('.')) {
            (Some((above, below)), _) | (None, Some((above, below))) => {
                digits(above) && digits(below)
            }
            (None, None) => digits(unsigned),
        };
        if good { Ok(Self(text)) } else { Err(FigureError { text }) }
    }
}

impl From<Figure> for String {
    fn from(figure: Figure) -> Self {
        figure.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_numbers_print_every_decimal() {
        assert_eq!(Figure::scaled(1_234_567, 5).as_str(), "12.34567");
        assert_eq!(Figure::scaled(7, 5).as_str(), "0.00007");
        assert_eq!(Figure::scaled(-150_000, 5).as_str(), "-1.50000");
        assert_eq!(Figure::scaled(42, 0).as_str(), "42");
    }

    #[test]
    fn fractions_are_in_lowest_terms_and_whole_numbers_stand_alone() {
        let fraction = |n: u64, d: u64| Figure::fraction(&n.into(), &d.into());
        assert_eq!(fraction(14, 24).as_str(), "7/12");
        assert_eq!(fraction(6, 2).as_str(), "3");
        assert_eq!(fraction(0, 5).as_str(), "0");
        assert!(Figure::try_from("7/12".to_owned()).is_ok());
    }

    #[test]
    fn text_that_is_not_a_number_is_refused() {
        for text in ["", "-", "1.", ".5", "1e5", "NaN", " 1", "1/", "/2", "1/2/3", "1.5/2"] {
            assert!(Figure::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
